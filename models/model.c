// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/model.h"

#include <math.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/host_io.h"
#include "models/machine.h"
#include "models/resources.h"
#include "models/warm.h"
#include "models/workload.h"
#include "sim/memory.h"

/* Simulated time between two calls of progress(), and between two samples of a run without a set end. */
#define PROGRESS_STEP_NS (50 * SIM_MS)
#define OPEN_ENDED_SAMPLE_NS SIM_S
enum { SAMPLES_A_RUN = 240 };

struct model {
    struct io_sink sink; /* first: the sink's address is the model's */
    const struct config *config;
    int32_t replication;
    struct sim *sim;
    struct machine *machine;
    struct resources *resources;
    struct host_io_pool ios;
    struct host *hosts;
    struct workload *workloads;
    int64_t *completed;         /* by workload, in all */
    int64_t *completed_measured;
    struct model_observer *observer;
    struct error trace_error;
    sim_time end_ns;            /* of the measured interval; SIM_TIME_MAX: when all is done */
};

static bool is_measured(const struct model *model, sim_time instant)
{
    return instant >= model->config->run.warmup_ns && instant < model->end_ns;
}

static bool all_is_done(const struct model *model)
{
    for (size_t i = 0; i < model->config->workload_count; i++)
        if (!model->workloads[i].ended)
            return false;
    return model->ios.completed == model->ios.issued;
}

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct model *model = (struct model *)sink;
    record->replication = (uint16_t)model->replication;
    record->measured = is_measured(model, record->issue_ns + record->response_ns);
    model->completed[record->workload]++;
    model->completed_measured[record->workload] += record->measured;
    if (model->observer->completed != NULL)
        model->observer->completed(model->observer, record);
    if (model->end_ns == SIM_TIME_MAX && all_is_done(model))
        sim_stop(model->sim);
}

/* Replications differ in their seed only: the first one's is the run's own. */
static uint64_t replication_seed(uint64_t seed, int32_t replication)
{
    return seed + (uint64_t)replication * 0x9E3779B97F4A7C15u;
}

struct model *model_create(const struct config *config, int32_t replication, struct trace_source *const *sources)
{
    uint64_t seed = replication_seed(config->run.seed, replication);
    struct model *model = memory_alloc_zeroed(1, sizeof *model);
    model->sink.completed = io_completed;
    model->config = config;
    model->replication = replication;
    model->sim = sim_create(seed);
    model->machine = machine_create(model->sim, config);
    model->resources = resources_create(model->machine);
    model->hosts = memory_alloc_zeroed(config->host_count, sizeof *model->hosts);
    model->workloads = memory_alloc_zeroed(config->workload_count, sizeof *model->workloads);
    model->completed = memory_alloc_zeroed(config->workload_count, sizeof *model->completed);
    model->completed_measured = memory_alloc_zeroed(config->workload_count, sizeof *model->completed_measured);
    model->end_ns = config->run.duration_ns > 0 ? config->run.warmup_ns + config->run.duration_ns : SIM_TIME_MAX;
    host_io_pool_init(&model->ios, model->machine, &model->sink);
    for (size_t i = 0; i < config->host_count; i++)
        model->hosts[i].config = &config->hosts[i];
    for (size_t i = 0; i < config->workload_count; i++)
        workload_init(&model->workloads[i], &model->ios, i, &model->hosts[config->workloads[i].host], sources[i],
                      seed, &model->trace_error);
    if (config->run.warm)
        warm_start(model->machine, model->workloads, config->workload_count, seed);
    return model;
}

void model_destroy(struct model *model)
{
    if (model == NULL)
        return;
    for (size_t i = 0; i < model->config->workload_count; i++)
        workload_destroy(&model->workloads[i]);
    host_io_pool_destroy(&model->ios);
    resources_destroy(model->resources);
    machine_destroy(model->machine);
    sim_destroy(model->sim);
    free(model->hosts);
    free(model->workloads);
    free(model->completed);
    free(model->completed_measured);
    free(model);
}

/* ---- running ---- */

static sim_time earlier(sim_time a, sim_time b)
{
    return a < b ? a : b;
}

/*
 * Simulates up to `until`, in steps after which the observer may look. false when it is over before: the last
 * I/O is complete, a trace broke, or the observer had enough.
 */
static bool run_to(struct model *model, sim_time until, bool *interrupted)
{
    struct model_observer *observer = model->observer;
    while (sim_now(model->sim) < until) {
        if (model->end_ns == SIM_TIME_MAX && all_is_done(model))
            return false;
        if (!sim_run(model->sim, earlier(sim_now(model->sim) + PROGRESS_STEP_NS, until)))
            return false;
        if (observer->progress != NULL && !observer->progress(observer, sim_now(model->sim), model->ios.completed)) {
            *interrupted = true;
            return false;
        }
    }
    return true;
}

static void take_sample(struct model *model)
{
    const float *utilization, *queue;
    resources_sample(model->resources, &utilization, &queue);
    if (model->observer->sampled != NULL)
        model->observer->sampled(model->observer, sim_now(model->sim), utilization, queue);
}

/* As run_to(), with samples at every step and at the end. */
static bool run_sampled(struct model *model, sim_time until, sim_time step, bool *interrupted)
{
    while (sim_now(model->sim) < until) {
        if (!run_to(model, earlier(sim_now(model->sim) + step, until), interrupted))
            return false;
        take_sample(model);
    }
    return true;
}

enum model_outcome model_run(struct model *model, struct model_observer *observer, struct error *error)
{
    const struct run_config *run = &model->config->run;
    bool interrupted = false;
    bool open_ended = model->end_ns == SIM_TIME_MAX;
    /* What completes at the very end is outside [warmup, warmup + duration) and stays in flight. */
    sim_time last = open_ended ? SIM_TIME_MAX : model->end_ns - 1;
    sim_time step = open_ended ? OPEN_ENDED_SAMPLE_NS : (model->end_ns + SAMPLES_A_RUN - 1) / SAMPLES_A_RUN;
    model->observer = observer;
    for (size_t i = 0; i < model->config->workload_count; i++)
        workload_start(&model->workloads[i]);
    if (run_sampled(model, run->warmup_ns, step, &interrupted)) {
        machine_restart(model->machine);
        resources_restart(model->resources);
        run_sampled(model, last, step, &interrupted);
    }
    if (model->trace_error.kind != ERROR_NONE) {
        if (error != NULL)
            *error = model->trace_error;
        return MODEL_FAILED;
    }
    return interrupted ? MODEL_INTERRUPTED : MODEL_DONE;
}

/* ---- what happened ---- */

sim_time model_now(const struct model *model)
{
    return sim_now(model->sim);
}

sim_time model_measured_ns(const struct model *model)
{
    sim_time measured = sim_now(model->sim) - model->config->run.warmup_ns;
    if (model->end_ns != SIM_TIME_MAX && sim_now(model->sim) == model->end_ns - 1)
        return model->config->run.duration_ns;
    return measured > 0 ? measured : 0;
}

uint64_t model_events(const struct model *model)
{
    return sim_dispatched(model->sim);
}

int64_t model_completed(const struct model *model)
{
    return model->ios.completed;
}

size_t model_resource_count(const struct model *model)
{
    return resources_count(model->resources);
}

void model_resources(const struct model *model, struct resource_report *reports)
{
    sim_time over_ns = model_measured_ns(model);
    resources_report(model->resources, over_ns > 0 ? over_ns : 1, reports);
}

void model_servers(const struct model *model, struct server_report *reports)
{
    for (size_t i = 0; i < model->config->server_count; i++) {
        const struct server *server = &model->machine->servers[i];
        int64_t reads = 0, hits = 0;
        reports[i] = (struct server_report){.serial = server->config->serial};
        for (int number = 0; number < CLUSTERS; number++) {
            const struct cluster *cluster = &server->clusters[number];
            struct store_stats nvs;
            store_stats(cluster->nvs, &nvs);
            reads += cluster->reads;
            hits += cluster->read_hits;
            reports[i].cache_tracks += cache_tracks(cluster->cache);
            reports[i].nvs_occupancy_mean += nvs.mean_occupancy / CLUSTERS;
            reports[i].nvs_occupancy_max = fmax(reports[i].nvs_occupancy_max, nvs.max_occupancy);
            reports[i].nvs_full_waits += (int64_t)nvs.waited;
            reports[i].destages += cluster->destages;
        }
        reports[i].read_hit_ratio = reads ? (double)hits / (double)reads : NAN;
    }
}

void model_loads(const struct model *model, struct load_report *reports)
{
    for (size_t i = 0; i < model->config->workload_count; i++)
        reports[i] = (struct load_report){
            .issued = model->workloads[i].issued_measured,
            .completed = model->completed_measured[i],
            .unfinished = model->workloads[i].issued - model->completed[i],
        };
}
