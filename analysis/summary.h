// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary: what a run measured, accumulated while it runs, and told as one JSON object.
 *
 * Create one for a config, hand it every completed I/O, and ask for the JSON at the end. Only I/Os
 * marked `measured` count. Statistics are kept by workload, volume and host, reads and writes apart;
 * a volume or host costs memory from its first I/O on. Replications of a run go into one summary:
 * counts, percentiles and means are those of all their I/Os together, and from three replications on
 * the confidence intervals come from the replications' means (before that from batch means).
 *
 * An I/O that ended with an error counts under `errors` only, not in counts, rates or times.
 */
#ifndef ANALYSIS_SUMMARY_H
#define ANALYSIS_SUMMARY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/config.h"
#include "models/io_record.h"
#include "models/report.h"
#include "sim/error.h"
#include "sim/histogram.h"

struct summary;

/* An empty summary of a run of `config`, which must outlive it. NULL with an ERROR_RUN without memory. */
struct summary *summary_create(const struct config *config, struct error *error);
void summary_destroy(struct summary *summary);

/* Says that the I/Os to come belong to another replication. Not needed before a run's first. */
void summary_begin_replication(struct summary *summary);

/* Counts a completed I/O. Indices must be valid in the config. Without memory for a volume's or host's
 * statistics it keeps the failure for summary_json() to report. */
void summary_io(struct summary *summary, const struct io_record *record);

/* Response times in ns of a workload's (index in the config) successful I/Os of one op, over all
 * replications. Belongs to the summary. */
const struct histogram *summary_histogram(const struct summary *summary, size_t workload, enum io_op op);

/* A line of the run's timeline. */
struct summary_event {
    double at_s;        /* simulated time since the run's start */
    const char *event;  /* what happened: "task started", "failure" ... */
    const char *detail; /* to whom; NULL when there is nothing to add */
};

/* What a workload issued, over all replications. */
struct summary_load {
    int64_t issued;     /* in the measured interval */
    int64_t completed;  /* in the measured interval, with and without error */
    int64_t unfinished; /* in flight when the run ended */
};

/* What the summary cannot know by itself. Everything belongs to the caller; strings may be NULL where the
 * fact is missing (null in the JSON), arrays where their count is 0. */
struct summary_run {
    const char *file;                        /* the scenario's name as given on the command line */
    const char *sha256;                      /* of the scenario's text, 64 hexadecimal digits */
    const char *version;                     /* essim's */
    uint64_t seed;
    int32_t replications;                    /* simulated, >= 1 */
    double measured_s;                       /* simulated and measured, all replications together */
    double ended_s;                          /* when the first replication ended, since its start; 0: unknown */
    bool complete;                           /* false after an interruption */
    const struct resource_report *resources; /* means over the replications */
    size_t resource_count;
    const struct server_report *servers;     /* in any order, found by their serial */
    size_t server_count;
    const struct pair_report *pairs;         /* by pair of the config; or NULL. Writes of PPRC pairs of all
                                                replications, all else of the first */
    const struct link_report *links;         /* by link of the config; or NULL. Paths and state of the first
                                                replication, writes and copies of all, the rate's mean */
    const struct summary_event *events;
    size_t event_count;
    const struct summary_load *loads;        /* by workload, as many as the config has; or NULL */
    const char *const *warnings;             /* a sentence each, shown before everything else */
    size_t warning_count;
    int64_t engine_events;                   /* events simulated */
    double wall_s;                           /* real time that it took; 0: unknown, all of engine is null */
    double simulating_s;                     /* of it, with events; the rest is for building, warming and accounts */
    double cpu_s;                            /* processor time of the simulating thread in simulating_s */
    int64_t engine_ios;                      /* I/Os completed, warm-up included */
    int64_t peak_rss_bytes;                  /* largest resident memory; 0: unknown */
    const char *trace_digest;
};

/*
 * The summary as a new reference to a JSON object, as the user's contract describes it: every key present,
 * null where nothing was measured, never NaN. Beyond the contract it holds `warnings`, parts_ms inside
 * `reads` and `writes` too, errors_by inside `all`, `unfinished` by workload, `threshold` by resource, and what
 * links carried beside their resources. May be called at any
 * time, again too. NULL with an ERROR_RUN without memory (then or earlier).
 */
json_t *summary_json(struct summary *summary, const struct summary_run *run, struct error *error);

/* The object as text: indented, numbers to 12 digits, a newline at its end. NULL without memory; the caller
 * frees it with free(). */
char *summary_json_text(const json_t *summary);

#endif
