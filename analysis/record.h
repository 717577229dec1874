// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * record: runs a scenario's model and keeps what happens - trace, samples, summary, digest - in a run file.
 */
#ifndef ANALYSIS_RECORD_H
#define ANALYSIS_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "analysis/run_writer.h"
#include "models/config.h"
#include "models/trace_source.h"
#include "sim/error.h"

/* How far a run is. */
struct record_progress {
    sim_time now_ns;        /* simulated, in the present replication */
    sim_time end_ns;        /* where it will end; 0 when nobody knows */
    int32_t replication, replications;
    int64_t completed;      /* I/Os, all replications */
    double wall_s;          /* real time since the start */
};

/* What to run and how. Everything belongs to the caller and must outlive the call. */
struct record_request {
    const char *path;                     /* of the run file */
    const struct config *config;
    const struct run_identity *identity;
    enum run_trace trace;
    struct trace_source *const *sources;  /* by workload, NULL where none is replayed */
    const char *const *warnings;          /* to be told with the summary */
    size_t warning_count;
    bool (*progress)(void *context, const struct record_progress *progress); /* false: stop; may be NULL */
    void *context;
};

enum record_outcome { RECORD_COMPLETE, RECORD_INTERRUPTED, RECORD_FAILED };

/*
 * Runs all replications and writes the run file. RECORD_INTERRUPTED: progress() said stop; the file holds what
 * was simulated so far, marked so. RECORD_FAILED: with an error; nothing new stands under the file's name. When
 * not failed, *summary is a new reference to the summary, if asked for.
 */
enum record_outcome record_run(const struct record_request *request, json_t **summary, struct error *error);

#endif
