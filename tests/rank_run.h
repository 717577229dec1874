// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rank_run: one F20 of the catalogue with one rank of ultrastar-36lzx, full with the volume `v`, run under given
 * workloads, and the means of what came out.
 */
#ifndef TESTS_RANK_RUN_H
#define TESTS_RANK_RUN_H

#include <stdio.h>
#include <stdlib.h>

#include "models/model.h"
#include "tests/scenario_fixture.h"
#include "tests/unit.h"

enum { RANK_RUN_LOADS = 2 }; /* workloads, at most */

/* A rank of the published formats, and a volume that fills it. */
struct rank_subject {
    const char *format;
    const char *size;
};
static const struct rank_subject rank_subjects[] = {{"7+P", "257 GB"}, {"6+P+S", "220 GB"}};

/* Means of one kind of I/O, of those measured. */
struct rank_ios {
    double count, per_s;
    double response_ms;
    double drive_ms;  /* service by a drive: overhead to transfer */
    double queued_ms; /* in a drive's line */
};

struct rank_outcome {
    struct model_observer observer; /* first: the observer's address is this */
    struct rank_ios ios[2];         /* by operation */
    double mb_per_s;
    double rank_utilization;        /* of the first rank */
    double destages_per_s;
    struct server_report server;
};

static inline void rank_run_note(struct model_observer *observer, const struct io_record *record)
{
    struct rank_ios *ios = &((struct rank_outcome *)observer)->ios[record->op];
    if (!record->measured)
        return;
    ios->count++;
    ios->response_ms += (double)record->response_ns * 1e-6;
    for (enum io_part part = PART_DRIVE_OVERHEAD; part <= PART_TRANSFER; part++)
        ios->drive_ms += (double)record->part_ns[part] * 1e-6;
    ios->queued_ms += (double)record->part_ns[PART_DRIVE_QUEUE] * 1e-6;
    ((struct rank_outcome *)observer)->mb_per_s += record->length_bytes * 1e-6;
}

static inline void rank_run_finish(struct rank_outcome *outcome, const struct model *model)
{
    double measured_s = (double)model_measured_ns(model) * 1e-9;
    size_t count = model_resource_count(model);
    struct resource_report *reports = memory_alloc_zeroed(count, sizeof *reports);
    model_resources(model, reports);
    for (size_t i = count; i-- > 0;)
        if (reports[i].kind == RESOURCE_RANK)
            outcome->rank_utilization = reports[i].utilization;
    free(reports);
    model_servers(model, &outcome->server);
    outcome->destages_per_s = (double)outcome->server.destages / measured_s;
    outcome->mb_per_s /= measured_s;
    for (int op = 0; op < 2; op++) {
        struct rank_ios *ios = &outcome->ios[op];
        ios->per_s = ios->count / measured_s;
        ios->response_ms /= ios->count;
        ios->drive_ms /= ios->count;
        ios->queued_ms /= ios->count;
    }
}

/* Runs a config of one rank, replication 0. */
static inline struct rank_outcome rank_run_config(const struct config *config)
{
    static struct trace_source *const no_traces[RANK_RUN_LOADS];
    struct rank_outcome outcome = {.observer.completed = rank_run_note};
    struct model *model = model_create(config, 0, no_traces);
    CHECK(model_run(model, &outcome.observer, NULL) == MODEL_DONE);
    rank_run_finish(&outcome, model);
    model_destroy(model);
    return outcome;
}

/* The scenario: run times, and the lines under `workloads:`. NULL, its mistakes printed, where it has some. */
static inline struct scenario *rank_load(const struct rank_subject *rank, const char *times, const char *workloads)
{
    char *text = memory_text("run: {%s}\n"
                             "servers:\n  FCA24:\n    model: F20\n"
                             "    ranks: {r: {format: %s, drive: ultrastar-36lzx}}\n"
                             "    ports: {f0: {type: fc}}\n    volumes: {v: {size: %s}}\n"
                             "hosts: {h: }\nworkloads:\n%s",
                             times, rank->format, rank->size, workloads);
    struct scenario *scenario = load(text, NULL);
    free(text);
    if (scenario == NULL)
        printf("%s", found);
    return scenario;
}

/* Both: the means of a scenario's run. */
static inline struct rank_outcome rank_run(const struct rank_subject *rank, const char *times, const char *workloads)
{
    struct scenario *scenario = rank_load(rank, times, workloads);
    struct rank_outcome outcome = rank_run_config(scenario_config(scenario));
    scenario_destroy(scenario);
    return outcome;
}

#endif
