// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trace_source: where a replayed workload gets its I/Os from.
 *
 * An interface: whoever reads trace files (analysis/) implements it, the workload model calls it.
 */
#ifndef MODELS_TRACE_SOURCE_H
#define MODELS_TRACE_SOURCE_H

#include <stdbool.h>

#include "models/io_record.h"
#include "sim/error.h"

/* One recorded I/O. */
struct trace_entry {
    sim_time issue_ns;     /* since the trace's first I/O, >= 0, never decreasing */
    int64_t offset_blocks; /* on the recorded device, blocks of 512 B */
    int32_t length_bytes;  /* > 0, multiple of 512 */
    uint16_t device;       /* number of the recorded device, from 0 */
    uint8_t op;            /* enum io_op */
};

struct trace_source {
    uint32_t device_count; /* recorded devices, >= 1 */
    /* Delivers the next entry; false at the end or on an error (then `error` is set). */
    bool (*next)(struct trace_source *source, struct trace_entry *entry, struct error *error);
    /* Starts again from the first entry. False on an error. */
    bool (*rewind)(struct trace_source *source, struct error *error);
    void (*destroy)(struct trace_source *source);
};

#endif
