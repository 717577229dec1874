// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_layout: what stands in a run file and where; run_writer says when it is written.
 *
 *     /          attributes: what ran, how, and how it ended
 *     /names/    from number to name: workloads, volumes, hosts, servers, ranks, ports, resources, links, pairs
 *     /io/       one row an I/O, dimension `io`
 *     /events/   dimension `event`: time, subject, detail
 *     /series/   dimensions `time` (a column) and `resource` (names): utilization, queue;
 *                dimension `pair` (names), where there are any: tracks_out_of_sync, pair_state; pair_kind, pair_tracks
 *     /summary/  `json`, the summary's text; dimension `bin`: histograms of response times
 */
#ifndef ANALYSIS_RUN_LAYOUT_H
#define ANALYSIS_RUN_LAYOUT_H

#include "analysis/columns.h"
#include "analysis/run_writer.h"

/* Rows that events and samples are gathered to before they are written. */
enum { RUN_SMALL_CHUNK_ROWS = 64 };

/* Writes the attributes, with status interrupted until the ending says otherwise, /names, and the names of the
 * pairs in /series. */
bool run_layout_identity(struct columns_file *file, const struct config *config, const struct run_identity *identity,
                         struct error *error);

/* /io with the first `parts` parts, and appending to it: `rows` records that begin `stride` bytes after each other and
 * end behind those parts. `scratch` has run_layout_io_row_bytes() times as many bytes as rows. */
struct columns_table *run_layout_io_create(struct columns_file *file, size_t parts, struct error *error);
size_t run_layout_io_row_bytes(size_t parts);
bool run_layout_io_append(struct columns_table *table, size_t parts, const void *records, size_t stride, size_t rows,
                          void *scratch, struct error *error);

/* /events; append values[0] = int64 times, [1] and [2] = texts. */
struct columns_table *run_layout_events_create(struct columns_file *file, struct error *error);

/* /names/resources and /series; append values[0] = int64 times, [1] and [2] = floats, count a row, and, with
 * `pairs`, [3] = uint32 tracks and [4] = uint8 states, one a pair. */
struct columns_table *run_layout_series_create(struct columns_file *file, const char *const *names,
                                               const char *const *kinds, size_t count, bool pairs,
                                               struct error *error);

/* The attributes that an ending has, and /summary. */
bool run_layout_ending(struct columns_file *file, const struct run_ending *ending, struct error *error);

#endif
