// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * mirror_run: F20s of the catalogue that mirror their volumes, run as any scenario, and the means of what came out.
 *
 * The common ground is a primary, FCA24, and a secondary, 12019, of eight ranks each: rank i stands in LSS 16 + i,
 * and has the volume a.i (a0 to a7) on the primary and b.i on the secondary. Every subsystem of the primary has paths
 * to its counterpart over all links e, and a.i is mirrored to b.i. What a test needs changed stands in its plan.
 */
#ifndef TESTS_MIRROR_RUN_H
#define TESTS_MIRROR_RUN_H

#include "analysis/bottleneck.h"
#include "models/model.h"

enum { MIRROR_RANKS = 8 };

struct mirror_plan {
    const char *run;        /* keys of `run`: "duration: 5 s, start: cold" */
    const char *server;     /* lines of both servers, of four blanks each; NULL: none */
    const char *size;       /* of each volume; NULL: 32 MiB, all of which NVS holds below its low mark */
    int links;              /* 0: none, and no paths */
    const char *link;       /* their other keys: "distance: 10 km" */
    const char *pairs;      /* their state; NULL: no pairs */
    int host_ports;         /* of host h on the primary; 0: 8 */
    const char *workloads;  /* lines under `workloads:`, of two blanks each */
    const char *more;       /* further sections; NULL: none */
};

/* One kind of I/O of a workload or volume, of those measured and without errors. */
struct mirror_ios {
    int64_t count;
    double per_s, mb_per_s;
    double response_ms;
    double part_ms[PART_COUNT];
};

enum { MIRROR_EVENTS_MAX = 400 };

struct mirror_run {
    struct model_observer observer;  /* first: the observer's address is the run's */
    const struct config *config;
    struct scenario *scenario;
    double measured_s;
    struct mirror_ios (*loads)[2];   /* by workload, by operation */
    struct mirror_ios (*volumes)[2]; /* by volume, by operation */
    int64_t errors;                  /* I/Os with one */
    int64_t broken;                  /* whose parts do not add up */
    struct resource_report *resources;
    size_t resource_count;
    struct link_report *links;
    struct pair_report *pairs;
    struct server_report *servers;
    struct bottleneck bottleneck;
    struct digest *digesting;
    char digest[DIGEST_TEXT_BYTES];  /* over all I/Os */
    char *events[MIRROR_EVENTS_MAX]; /* "SUBJECT: EVENT" */
    sim_time event_ns[MIRROR_EVENTS_MAX];
    size_t event_count;
};

/* Runs a scenario's text, or a plan's. Ends the program where it has mistakes. Freed with mirror_run_free(). */
struct mirror_run *mirror_run_text(const char *text);
struct mirror_run *mirror_run(const struct mirror_plan *plan);
void mirror_run_free(struct mirror_run *run);

/* The plan's scenario, to be freed. */
char *mirror_text(const struct mirror_plan *plan);

/* The report on the resource of that name, which must exist. */
const struct resource_report *mirror_resource(const struct mirror_run *run, const char *name);

/* All workloads' I/Os of an operation together: a second, and the mean of a part. */
double mirror_per_s(const struct mirror_run *run, enum io_op op);
double mirror_part_ms(const struct mirror_run *run, enum io_op op, enum io_part part);
double mirror_response_ms(const struct mirror_run *run, enum io_op op);

/* When the event was first told, in s; NaN: never. */
double mirror_event_s(const struct mirror_run *run, const char *event);

#endif
