// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_reader: opens a run file (RUN.h5) and hands out what is in it.
 *
 * Made for summaries, pictures and reports: columns are read in slices of any length, converted to
 * 64-bit integers, so that memory does not follow the file's size. A run that was killed leaves a
 * `.part` file, which opens here too, up to its last flush.
 */
#ifndef ANALYSIS_RUN_READER_H
#define ANALYSIS_RUN_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/report.h"
#include "sim/error.h"

struct run_reader;

/* Opens a run file for reading. NULL with an ERROR_INPUT that names the file and why it is no run
 * file (missing, not HDF5, no /io group, a newer schema_version). The caller closes it. */
struct run_reader *run_reader_open(const char *path, struct error *error);
void run_reader_close(struct run_reader *reader);

/* Number of I/Os recorded. */
int64_t run_reader_io_count(const struct run_reader *reader);

/* Reads `count` values from row `first` of the /io column `name` ("response_time", "part_port" ...).
 * false with an error when there is no such column, the rows are out of range, or the file is damaged. */
bool run_reader_column(struct run_reader *reader, const char *name, int64_t first, int64_t count, int64_t *values,
                       struct error *error);

/* Whether the /io group has the column. */
bool run_reader_has_column(struct run_reader *reader, const char *name);

/* A root attribute's text ("title", "status", "trace_digest", "scenario" ...), NULL when there is none.
 * Belongs to the reader. */
const char *run_reader_attribute(struct run_reader *reader, const char *name);

/* The table /names/TABLE ("workloads", "volumes", "hosts", "resources", "links", "pairs" ...): its length, 0 when there
 * is none, and one name (belongs to the reader; NULL when out of range). */
size_t run_reader_name_count(struct run_reader *reader, const char *table);
const char *run_reader_name(struct run_reader *reader, const char *table, size_t index);

/* The kind of pair number `index` of /names/pairs: PPRC in files from before there were others. */
enum pair_kind run_reader_pair_kind(struct run_reader *reader, size_t index);

/* What happened at a time. Texts belong to the reader. */
struct run_event {
    int64_t time_ns;
    const char *subject;
    const char *detail;
};

/* All events, as a list that the caller frees, and their number; NULL with an error when the file is damaged or memory
 * is out. A file without events has an empty list. */
struct run_event *run_reader_events(struct run_reader *reader, size_t *count, struct error *error);

/* Sampling steps recorded in /series, 0 when there are none. */
int64_t run_reader_step_count(struct run_reader *reader);

/* Reads `count` values from step `first` of the /series column `name`: "time", or one with a value a pair
 * ("tracks_out_of_sync", "pair_state"), which gives the pairs' number of values a step. false with an error. */
bool run_reader_steps(struct run_reader *reader, const char *name, int64_t first, int64_t count, int64_t *values,
                      struct error *error);

/* The summary as JSON text, NULL when the run did not end. Belongs to the reader. */
const char *run_reader_summary(struct run_reader *reader);

#endif
