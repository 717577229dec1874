// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/model.h"

#include <math.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/host_io.h"
#include "models/link.h"
#include "models/machine.h"
#include "models/paths.h"
#include "models/flashcopy.h"
#include "models/pairs.h"
#include "models/resources.h"
#include "models/timeline.h"
#include "models/warm.h"
#include "models/workload.h"
#include "sim/memory.h"

/* Between two calls of progress() lie a few thousand events, some ms of the user's time, but never more simulated
 * time than this; between two samples of a run without a set end, so much. */
#define PROGRESS_STEP_MAX_NS (10 * SIM_S)
#define OPEN_ENDED_SAMPLE_NS SIM_S
enum { SAMPLES_A_RUN = 240, PROGRESS_EVENTS = 8192 };

struct model {
    struct io_sink sink; /* first: the sink's address is the model's */
    const struct config *config;
    int32_t replication;
    struct sim *sim;
    struct machine *machine;
    struct event_sink events;
    struct resources *resources;
    struct timeline_watcher watcher;
    struct timeline *timeline;
    struct host_io_pool ios;
    struct host *hosts;
    struct workload *workloads;
    int64_t *completed;         /* by workload, in all */
    int64_t *completed_measured;
    uint8_t *pair_states;       /* by pair, of a sample */
    int64_t *pair_tracks_left;
    struct model_observer *observer;
    struct error failure;       /* a trace that cannot be read on, a timeline that goes round in a circle */
    sim_time end_ns;            /* of the measured interval; SIM_TIME_MAX: when all is done */
    sim_time step_ns;           /* to the next call of progress() */
    sim_time sampled_ns;        /* when the last sample was taken */
};

static bool is_measured(const struct model *model, sim_time instant)
{
    return instant >= model->config->run.warmup_ns && instant < model->end_ns;
}

/*
 * Whether a run without a set end is over: everything is complete, and nothing more comes by itself. Dirty data that
 * waits for its age, a drive being rebuilt, and tasks that wait for what nobody brings about do not keep it.
 */
static bool all_is_done(const struct model *model)
{
    if (model->ios.completed != model->ios.issued || !timeline_is_over(model->timeline))
        return false;
    for (size_t i = 0; i < model->config->workload_count; i++)
        if (!model->workloads[i].ended && !workload_is_quiet(&model->workloads[i]))
            return false;
    return true;
}

static void stop_when_done(struct model *model)
{
    if (model->end_ns == SIM_TIME_MAX && all_is_done(model))
        sim_stop(model->sim);
}

static void settled(struct timeline_watcher *watcher)
{
    stop_when_done(STORY_OF(watcher, struct model, watcher));
}

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct model *model = (struct model *)sink;
    record->replication = (uint16_t)model->replication;
    record->measured = is_measured(model, record->issue_ns + record->response_ns);
    model->completed[record->workload]++;
    /* What is left once a trace has ended was in line by then, whenever it is completed. */
    if (!model->workloads[record->workload].ended)
        model->completed_measured[record->workload] += record->measured;
    if (model->observer->completed != NULL)
        model->observer->completed(model->observer, record);
    workload_completed(&model->workloads[record->workload]);
    stop_when_done(model);
}

static void happened(struct event_sink *sink, const char *subject, const char *event, const char *detail)
{
    struct model *model = STORY_OF(sink, struct model, events);
    if (model->observer->event != NULL)
        model->observer->event(model->observer, sim_now(model->sim), subject, event, detail);
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
    model->events.happened = happened;
    model->machine->events = &model->events;
    model->resources = resources_create(model->machine);
    model->hosts = memory_alloc_zeroed(config->host_count, sizeof *model->hosts);
    model->workloads = memory_alloc_zeroed(config->workload_count, sizeof *model->workloads);
    model->completed = memory_alloc_zeroed(config->workload_count, sizeof *model->completed);
    model->completed_measured = memory_alloc_zeroed(config->workload_count, sizeof *model->completed_measured);
    model->pair_states = memory_alloc_zeroed(config->pair_count, sizeof *model->pair_states);
    model->pair_tracks_left = memory_alloc_zeroed(config->pair_count, sizeof *model->pair_tracks_left);
    model->step_ns = SIM_MS;
    model->end_ns = config->run.duration_ns > 0 ? config->run.warmup_ns + config->run.duration_ns : SIM_TIME_MAX;
    host_io_pool_init(&model->ios, model->machine, &model->sink);
    for (size_t i = 0; i < config->host_count; i++)
        model->hosts[i].config = &config->hosts[i];
    for (size_t i = 0; i < config->workload_count; i++)
        workload_init(&model->workloads[i], &model->ios, i, &model->hosts[config->workloads[i].host], sources[i],
                      seed, &model->failure);
    model->watcher.settled = settled;
    model->timeline = timeline_create(model->machine, model->workloads, &model->watcher, &model->failure);
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
    timeline_destroy(model->timeline);
    machine_destroy(model->machine);
    sim_destroy(model->sim);
    free(model->hosts);
    free(model->workloads);
    free(model->completed);
    free(model->completed_measured);
    free(model->pair_states);
    free(model->pair_tracks_left);
    free(model);
}

/* ---- running ---- */

static sim_time earlier(sim_time a, sim_time b)
{
    return a < b ? a : b;
}

/* A run without a set end is over at the latest when nothing at all is left that could happen. */
static bool is_over(const struct model *model)
{
    return model->failure.kind != ERROR_NONE ||
           (model->end_ns == SIM_TIME_MAX && (all_is_done(model) || sim_pending(model->sim) == 0));
}

/* Steps as long as PROGRESS_EVENTS take, by what the last one took: seconds may hold no event, or a million. */
static void adapt_step(struct model *model, uint64_t events)
{
    if (events > 2 * PROGRESS_EVENTS && model->step_ns > 1)
        model->step_ns /= 2;
    else if (events < PROGRESS_EVENTS && model->step_ns < PROGRESS_STEP_MAX_NS)
        model->step_ns *= 2;
}

/*
 * Simulates everything before `until`, in steps after which the observer may look. false when it is over before:
 * the last I/O is complete, a trace broke, or the observer had enough.
 */
static bool run_before(struct model *model, sim_time until, bool *interrupted)
{
    struct model_observer *observer = model->observer;
    while (sim_now(model->sim) < until - 1) {
        uint64_t events = sim_dispatched(model->sim);
        if (is_over(model) || !sim_run(model->sim, earlier(sim_now(model->sim) + model->step_ns, until - 1)))
            return false;
        adapt_step(model, sim_dispatched(model->sim) - events);
        if (observer->progress != NULL && !observer->progress(observer, sim_now(model->sim), model->ios.completed)) {
            *interrupted = true;
            return false;
        }
    }
    return true;
}

static void sample_pairs(struct model *model, sim_time at)
{
    size_t count = model->config->pair_count;
    if (count == 0 || model->observer->pairs_sampled == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        model->pair_states[i] = (uint8_t)pairs_state(model->machine, (int32_t)i);
        model->pair_tracks_left[i] = pairs_tracks_left(model->machine, (int32_t)i);
    }
    model->observer->pairs_sampled(model->observer, at, model->pair_states, model->pair_tracks_left);
}

/* Samples the step that has ended before `at`. */
static void take_sample(struct model *model, sim_time at)
{
    const float *utilization, *queue;
    if (at <= model->sampled_ns)
        return;
    resources_sample(model->resources, &utilization, &queue);
    model->sampled_ns = at;
    if (model->observer->sampled != NULL)
        model->observer->sampled(model->observer, at, utilization, queue);
    sample_pairs(model, at);
}

/* As run_before(), with samples at every step and at the end. */
static bool run_sampled(struct model *model, sim_time until, sim_time step, bool *interrupted)
{
    while (model->sampled_ns < until) {
        sim_time at = earlier(model->sampled_ns + step, until);
        if (!run_before(model, at, interrupted)) {
            take_sample(model, sim_now(model->sim));
            return false;
        }
        take_sample(model, at);
    }
    return true;
}

/* During the filling too an observer may look, and have enough. */
static bool fills_on(void *context)
{
    struct model *model = context;
    return model->observer->progress == NULL || model->observer->progress(model->observer, 0, 0);
}

/* false when the observer had enough. */
static bool start(struct model *model)
{
    const struct config *config = model->config;
    uint64_t seed = replication_seed(config->run.seed, model->replication);
    if (config->run.warm &&
        !warm_start(model->machine, model->workloads, config->workload_count, seed, fills_on, model))
        return false;
    if (model->observer->started != NULL)
        model->observer->started(model->observer);
    flashcopy_start(model->machine);
    timeline_start(model->timeline);
    for (size_t i = 0; i < config->workload_count; i++)
        workload_start(&model->workloads[i]);
    return true;
}

/*
 * An interval [from, to) holds the events of its first instant, not those of its last, which stay in flight:
 * it is simulated by running to the nanosecond before its end.
 */
enum model_outcome model_run(struct model *model, struct model_observer *observer, struct error *error)
{
    const struct run_config *run = &model->config->run;
    bool interrupted = false;
    bool open_ended = model->end_ns == SIM_TIME_MAX;
    sim_time step = open_ended ? OPEN_ENDED_SAMPLE_NS : (model->end_ns + SAMPLES_A_RUN - 1) / SAMPLES_A_RUN;
    model->observer = observer;
    if (!start(model))
        return MODEL_INTERRUPTED;
    bool warm = run_sampled(model, run->warmup_ns, step, &interrupted);
    /* Also where the run has ended in its warm-up, so that nothing of that counts as measured. */
    machine_restart(model->machine);
    resources_restart(model->resources);
    if (warm)
        run_sampled(model, model->end_ns, step, &interrupted);
    if (model->failure.kind != ERROR_NONE) {
        if (error != NULL)
            *error = model->failure;
        return MODEL_FAILED;
    }
    if (!interrupted)
        timeline_tell_incomplete(model->timeline);
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
    resources_report(model->resources, model_measured_ns(model), reports);
}

/* Adds what the server's ranks did to keep parity right. */
static void add_ranks(const struct model *model, size_t index, struct server_report *report)
{
    for (size_t i = 0; i < model->config->rank_count; i++) {
        const struct rank *rank = &model->machine->ranks[i];
        if ((size_t)rank->config->server != index)
            continue;
        for (int way = 0; way < RAID_WRITE_KINDS; way++)
            report->rows[way] += rank->raid.rows[way];
        report->reconstructed_reads += rank->raid.reconstructed;
        report->lost_segments += rank->lost_segments;
    }
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
        add_ranks(model, i, &reports[i]);
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

void model_pairs(const struct model *model, struct pair_report *reports)
{
    pairs_report(model->machine, reports);
}

void model_links(const struct model *model, struct link_report *reports)
{
    double measured_s = (double)model_measured_ns(model) * 1e-9;
    for (size_t i = 0; i < model->config->link_count; i++) {
        const struct link *link = &model->machine->links[i];
        reports[i] = (struct link_report){
            .writes = link->writes,
            .copies = link->copies,
            .mb_per_s = measured_s > 0 ? (double)link->bytes * 1e-6 / measured_s : 0,
            .paths = paths_over(model->machine->paths, (int32_t)i),
            .shares_with = paths_first_sharing(model->machine->paths, (int32_t)i),
            .up = link->up,
        };
    }
}
