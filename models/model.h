// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * model: a scenario under simulation - build it, run it, ask what happened.
 *
 * One model is one replication of one run. It owns its simulation; several can live side by side. What it
 * does depends on the config, the replication's number and the traces it replays, on nothing else.
 */
#ifndef MODELS_MODEL_H
#define MODELS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/config.h"
#include "models/digest.h"
#include "models/io_record.h"
#include "models/report.h"
#include "models/trace_source.h"
#include "sim/error.h"

struct model;

/* Who watches a run. Any function may be NULL. */
struct model_observer {
    /* Caches are filled, if they are at all, and the first I/O is about to be issued. */
    void (*started)(struct model_observer *observer);
    /* An I/O was completed. */
    void (*completed)(struct model_observer *observer, const struct io_record *record);
    /* A sampling step ended at `now_ns`: by resource, its utilisation and mean queue during the step. */
    void (*sampled)(struct model_observer *observer, sim_time now_ns, const float *utilization, const float *queue);
    /* The same step, by pair of the config: its source's state (enum pair_state), and tracks out of sync, at its end.
     * Not called where there are no pairs. */
    void (*pairs_sampled)(struct model_observer *observer, sim_time now_ns, const uint8_t *states,
                          const int64_t *tracks_left);
    /* Called now and then, also at 0 ns while caches are filled for a warm start; false makes the run stop,
     * interrupted. */
    bool (*progress)(struct model_observer *observer, sim_time now_ns, int64_t completed);
    /* Something happened to the hardware, to a task, pair or workload: to whom, what ("drive failed"), and more of it. */
    void (*event)(struct model_observer *observer, sim_time now_ns, const char *subject, const char *event,
                  const char *detail);
};

enum model_outcome { MODEL_DONE, MODEL_INTERRUPTED, MODEL_FAILED };

/* What a workload issued and what became of it. */
struct load_report {
    int64_t issued;     /* in the measured interval */
    int64_t completed;  /* in the measured interval; of a trace, while it still issued */
    int64_t unfinished; /* in flight at the end */
};

/*
 * Builds replication `replication` (from 0) of the run. `sources` holds by workload the trace that it
 * replays, NULL where it replays none; config and sources must outlive the model.
 */
struct model *model_create(const struct config *config, int32_t replication, struct trace_source *const *sources);
void model_destroy(struct model *model);

/* Runs it to its end, a warm start first if it has one. MODEL_FAILED, with an error, when a trace cannot be read
 * on, or when entries of the timeline go round in a circle. Call it once. */
enum model_outcome model_run(struct model *model, struct model_observer *observer, struct error *error);

/* Its resources, in an order fixed by the config: how many, and their accounts over the measured interval.
 * Names belong to the model. */
size_t model_resource_count(const struct model *model);
void model_resources(const struct model *model, struct resource_report *reports);

/* Its servers' cache and NVS, by server; its workloads' loads, by workload. */
void model_servers(const struct model *model, struct server_report *reports);
void model_loads(const struct model *model, struct load_report *reports);

/* PPRC pairs and links, by index in the config. */
void model_pairs(const struct model *model, struct pair_report *reports);
void model_links(const struct model *model, struct link_report *reports);

/* Simulated time, measured time (ns), events dispatched, I/Os completed, so far. */
sim_time model_now(const struct model *model);
sim_time model_measured_ns(const struct model *model);
uint64_t model_events(const struct model *model);
int64_t model_completed(const struct model *model);

#endif
