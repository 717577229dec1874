// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * watched_run: a run of a model and all that came out of it; and traces that a test writes itself.
 */
#ifndef TESTS_WATCHED_RUN_H
#define TESTS_WATCHED_RUN_H

#include "models/model.h"

enum { WATCHED_LOADS = 4 };

struct watched {
    struct model_observer observer; /* first: the observer's address is this */
    struct io_record *records;
    size_t count, room;
    int64_t broken;                 /* records whose parts do not add up */
    struct resource_report *resources;
    size_t resource_count;
    struct server_report server;    /* the first one's */
    size_t server_count;
    struct load_report loads[WATCHED_LOADS];
    double *integral;               /* by resource, of the sampled utilisations in the measured interval */
    sim_time measured_from, sampled_ns;
    size_t samples;
    sim_time measured_ns;
    enum model_outcome outcome;
    struct error error;
    char digest[DIGEST_TEXT_BYTES];
    int64_t stop_after;             /* completions after which to interrupt; 0 for never */
};

/* Builds a model of the config and looks on. `sources` by workload; NULL: none. At most WATCHED_LOADS workloads. */
struct model *watch_begin(struct watched *watched, const struct config *config, struct trace_source *const *sources);

/* Collects what the model says after its run, checks that all parts added up, and destroys it. */
void watch_end(struct watched *watched, struct model *model);

/* Begins, runs and ends. watch_run() takes a small config over. */
void watch_run_with(struct watched *watched, const struct config *config, struct trace_source *const *sources);
void watch_run(struct watched *watched, struct config *config);

void watched_free(struct watched *watched);

/* The report on the resource of that name, which must exist. */
const struct resource_report *watched_resource(const struct watched *watched, const char *name);

/* Means over the measured I/Os. */
double watched_mean_part_ns(const struct watched *watched, enum io_part part);
double watched_mean_response_ns(const struct watched *watched);

/* A trace in memory. */
struct written_trace {
    struct trace_source source; /* first: the source's address is the trace's */
    const struct trace_entry *entries;
    size_t count, next;
    size_t breaks_at;           /* entry that cannot be read, count + 1 for none */
};

/* A trace of one device that never breaks. The entries must outlive it. */
struct written_trace written_trace(const struct trace_entry *entries, size_t count);

#endif
