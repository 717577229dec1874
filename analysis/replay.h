// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * replay: reads a trace file (TRACE.h5, see import.h) as a source of I/Os for a replayed workload.
 *
 * The columns are read in slices, so memory does not follow the file. Everything that a model relies on
 * is checked while reading: times never run back, operations and devices are known, lengths are whole
 * blocks, and at the end the counts that the importer left in the file add up.
 */
#ifndef ANALYSIS_REPLAY_H
#define ANALYSIS_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/trace_source.h"

/* What a trace file says of itself. */
struct replay_info {
    int64_t requests, reads, writes;
    int64_t read_bytes, write_bytes;
    sim_time span_ns;    /* from the first to the last request */
    size_t device_count; /* devices are numbered from 0 */
};

/* Opens a trace file. NULL with an ERROR_INPUT that says why it is none: missing, not HDF5, a run file, damaged,
 * empty, a newer schema. The caller ends it with source->destroy(source). A source's next() fails with an
 * ERROR_INPUT where the file turns out to be damaged. */
struct trace_source *replay_open(const char *path, struct error *error);

/* The following take a source that replay_open() made. */

struct replay_info replay_info(const struct trace_source *source);

/* The name of recorded device number `device` ("usr_0"), NULL when out of range. Belongs to the source. */
const char *replay_device_name(const struct trace_source *source, size_t device);

/* One past the highest block of 512 B that the trace touches on any device, or 0 with an error. Reads the whole
 * file the first time; the position of the source stays. */
int64_t replay_end_block(struct trace_source *source, struct error *error);

#endif
