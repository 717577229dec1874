// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "analysis/io_parts.h"
#include "analysis/summary.h"
#include "models/model.h"
#include "sim/histogram.h"
#include "sim/memory.h"

struct recording {
    struct model_observer observer; /* first: the observer's address is the recording's */
    const struct record_request *request;
    struct run_writer *writer;
    struct summary *summary;
    struct digest *digest;
    struct record_progress at;
    double begun_s;
    double simulating_s, cpu_s;        /* wall and processor time from the first I/O to the end, set-ups left out */
    bool simulating;                   /* beyond the set-up: the begin has been taken from both */
    bool writer_failed;
    uint64_t engine_events;
    sim_time measured_ns;
    sim_time ended_ns;                 /* the first replication */
    int64_t completed_before;          /* in earlier replications */
    struct resource_report *resources; /* summed over the replications, then their means */
    size_t resource_count;
    char **resource_names;             /* they outlive the models */
    struct server_report *servers;
    struct summary_load *loads;
    struct pair_report *pairs;
    struct link_report *links;
    struct summary_event *events;      /* of the first replication, as the series are */
    size_t event_count;
};

static double clock_s(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double wall_s(void)
{
    return clock_s(CLOCK_MONOTONIC);
}

static double thread_cpu_s(void)
{
    return clock_s(CLOCK_THREAD_CPUTIME_ID);
}

/* ---- while it runs ---- */

static void started(struct model_observer *observer)
{
    struct recording *recording = (struct recording *)observer;
    recording->simulating = true;
    recording->simulating_s -= wall_s();
    recording->cpu_s -= thread_cpu_s();
}

static void completed(struct model_observer *observer, const struct io_record *record)
{
    struct recording *recording = (struct recording *)observer;
    if (!run_writer_io(recording->writer, record))
        recording->writer_failed = true;
    summary_io(recording->summary, record);
    digest_add(recording->digest, record);
}

static void sampled(struct model_observer *observer, sim_time now_ns, const float *utilization, const float *queue)
{
    struct recording *recording = (struct recording *)observer;
    /* The series show the first replication: its time runs once from the start to the end. */
    if (recording->at.replication == 0 && !run_writer_sample(recording->writer, now_ns, utilization, queue))
        recording->writer_failed = true;
}

static void pairs_sampled(struct model_observer *observer, sim_time now_ns, const uint8_t *states,
                          const int64_t *tracks_left)
{
    struct recording *recording = (struct recording *)observer;
    (void)now_ns;
    if (recording->at.replication == 0 && !run_writer_sample_pairs(recording->writer, states, tracks_left))
        recording->writer_failed = true;
}

static bool progress(struct model_observer *observer, sim_time now_ns, int64_t count)
{
    struct recording *recording = (struct recording *)observer;
    const struct record_request *request = recording->request;
    recording->at.now_ns = now_ns;
    recording->at.completed = recording->completed_before + count;
    recording->at.wall_s = wall_s() - recording->begun_s;
    if (recording->writer_failed)
        return false;
    return request->progress == NULL || request->progress(request->context, &recording->at);
}

static void happened(struct model_observer *observer, sim_time now_ns, const char *subject, const char *event,
                     const char *detail)
{
    struct recording *recording = (struct recording *)observer;
    if (recording->at.replication > 0)
        return;
    const char *colon = detail[0] != '\0' ? ": " : "";
    char *what = memory_text("%s%s%s", event, colon, detail), *whom = memory_text("%s%s%s", subject, colon, detail);
    if (!run_writer_event(recording->writer, now_ns, subject, what))
        recording->writer_failed = true;
    recording->events = memory_grow(recording->events, recording->event_count, sizeof *recording->events);
    recording->events[recording->event_count++] =
        (struct summary_event){(double)now_ns * 1e-9, memory_copy_string(event), whom};
    free(what);
}

/* ---- a replication's accounts join the run's ---- */

static void add_resources(struct recording *recording, const struct model *model)
{
    struct resource_report *reports = memory_alloc_zeroed(recording->resource_count, sizeof *reports);
    model_resources(model, reports);
    for (size_t i = 0; i < recording->resource_count; i++) {
        struct resource_report *sum = &recording->resources[i];
        sum->kind = reports[i].kind;
        sum->threshold = reports[i].threshold;
        sum->name = recording->resource_names[i];
        sum->utilization += reports[i].utilization;
        sum->mean_queue += reports[i].mean_queue;
        sum->mean_wait_ms += reports[i].mean_wait_ms;
        sum->per_s += reports[i].per_s;
    }
    free(reports);
}

static void add_servers(struct recording *recording, const struct model *model)
{
    size_t count = recording->request->config->server_count;
    struct server_report *reports = memory_alloc_zeroed(count, sizeof *reports);
    model_servers(model, reports);
    for (size_t i = 0; i < count; i++) {
        struct server_report *sum = &recording->servers[i];
        sum->serial = reports[i].serial;
        sum->read_hit_ratio += reports[i].read_hit_ratio;
        sum->cache_tracks = reports[i].cache_tracks;
        sum->nvs_occupancy_mean += reports[i].nvs_occupancy_mean;
        if (reports[i].nvs_occupancy_max > sum->nvs_occupancy_max)
            sum->nvs_occupancy_max = reports[i].nvs_occupancy_max;
        sum->nvs_full_waits += reports[i].nvs_full_waits;
        sum->destages += reports[i].destages;
        for (int way = 0; way < RAID_WRITE_KINDS; way++)
            sum->rows[way] += reports[i].rows[way];
        sum->reconstructed_reads += reports[i].reconstructed_reads;
        sum->lost_segments += reports[i].lost_segments;
    }
    free(reports);
}

static void add_loads(struct recording *recording, const struct model *model)
{
    size_t count = recording->request->config->workload_count;
    struct load_report *reports = memory_alloc_zeroed(count, sizeof *reports);
    model_loads(model, reports);
    for (size_t i = 0; i < count; i++) {
        recording->loads[i].issued += reports[i].issued;
        recording->loads[i].completed += reports[i].completed;
        recording->loads[i].unfinished += reports[i].unfinished;
    }
    free(reports);
}

/* States, times and tracks, and all of a FlashCopy, are the first replication's, which the timeline tells of too;
 * writes of PPRC pairs are counted in all. */
static void add_pairs(struct recording *recording, const struct model *model, bool first)
{
    size_t count = recording->request->config->pair_count;
    struct pair_report *reports = memory_alloc_zeroed(count, sizeof *reports);
    model_pairs(model, reports);
    for (size_t i = 0; i < count; i++) {
        struct pair_report *sum = &recording->pairs[i];
        if (first) {
            *sum = reports[i];
            continue;
        }
        sum->mirrored_writes += reports[i].mirrored_writes;
        sum->failed_writes += reports[i].failed_writes;
        sum->recorded_writes += reports[i].recorded_writes;
    }
    free(reports);
}

static void add_links(struct recording *recording, const struct model *model, bool first)
{
    size_t count = recording->request->config->link_count;
    struct link_report *reports = memory_alloc_zeroed(count, sizeof *reports);
    model_links(model, reports);
    for (size_t i = 0; i < count; i++) {
        struct link_report *sum = &recording->links[i];
        if (first) {
            *sum = reports[i];
            continue;
        }
        sum->writes += reports[i].writes;
        sum->copies += reports[i].copies;
        sum->mb_per_s += reports[i].mb_per_s;
    }
    free(reports);
}

static void take_means(struct recording *recording, int32_t replications)
{
    for (size_t i = 0; i < recording->resource_count; i++) {
        recording->resources[i].utilization /= replications;
        recording->resources[i].mean_queue /= replications;
        recording->resources[i].mean_wait_ms /= replications;
        recording->resources[i].per_s /= replications;
    }
    for (size_t i = 0; i < recording->request->config->server_count; i++) {
        recording->servers[i].read_hit_ratio /= replications;
        recording->servers[i].nvs_occupancy_mean /= replications;
    }
    for (size_t i = 0; i < recording->request->config->link_count; i++)
        recording->links[i].mb_per_s /= replications;
}

/* Names the run's resources, which all replications share, in recording and file. */
static bool name_resources(struct recording *recording, const struct model *model, struct error *error)
{
    size_t count = recording->resource_count = model_resource_count(model);
    recording->resources = memory_alloc_zeroed(count, sizeof *recording->resources);
    recording->resource_names = memory_alloc_zeroed(count, sizeof *recording->resource_names);
    struct resource_report *reports = memory_alloc_zeroed(count, sizeof *reports);
    const char **kinds = memory_alloc_zeroed(count, sizeof *kinds);
    model_resources(model, reports);
    for (size_t i = 0; i < count; i++) {
        recording->resource_names[i] = memory_copy_string(reports[i].name);
        kinds[i] = resource_kind_name(reports[i].kind);
    }
    bool ok = run_writer_resources(recording->writer, (const char *const *)recording->resource_names, kinds, count,
                                   error);
    free(reports);
    free(kinds);
    return ok;
}

static enum model_outcome run_replication(struct recording *recording, int32_t replication, struct error *error)
{
    const struct record_request *request = recording->request;
    for (size_t i = 0; replication > 0 && i < request->config->workload_count; i++)
        if (request->sources[i] != NULL && !request->sources[i]->rewind(request->sources[i], error))
            return MODEL_FAILED;
    struct model *model = model_create(request->config, replication, request->sources);
    enum model_outcome outcome = MODEL_FAILED;
    if (replication > 0)
        summary_begin_replication(recording->summary);
    if (replication == 0 && !name_resources(recording, model, error))
        goto done;
    recording->at.replication = replication;
    recording->simulating = false;
    outcome = model_run(model, &recording->observer, error);
    if (recording->simulating) {
        recording->simulating_s += wall_s();
        recording->cpu_s += thread_cpu_s();
    }
    add_resources(recording, model);
    add_servers(recording, model);
    add_loads(recording, model);
    add_pairs(recording, model, replication == 0);
    add_links(recording, model, replication == 0);
    recording->engine_events += model_events(model);
    recording->measured_ns += model_measured_ns(model);
    recording->ended_ns = replication == 0 ? model_now(model) : recording->ended_ns;
    recording->completed_before += model_completed(model);
done:
    model_destroy(model);
    return outcome;
}

/* ---- how it ends ---- */

static json_t *make_summary(struct recording *recording, int32_t replications, bool complete, struct error *error)
{
    const struct record_request *request = recording->request;
    struct rusage usage;
    char digest[DIGEST_TEXT_BYTES];
    getrusage(RUSAGE_SELF, &usage);
    digest_text(recording->digest, digest);
    struct summary_run facts = {
        .file = request->identity->scenario_file,
        .sha256 = request->identity->scenario_sha256,
        .version = request->identity->essim_version,
        .seed = request->config->run.seed,
        .replications = replications,
        .measured_s = (double)recording->measured_ns * 1e-9,
        .ended_s = (double)recording->ended_ns * 1e-9,
        .complete = complete,
        .resources = recording->resources,
        .resource_count = recording->resource_count,
        .servers = recording->servers,
        .server_count = request->config->server_count,
        .pairs = recording->pairs,
        .links = recording->links,
        .events = recording->events,
        .event_count = recording->event_count,
        .loads = recording->loads,
        .warnings = request->warnings,
        .warning_count = request->warning_count,
        .engine_events = (int64_t)recording->engine_events,
        .wall_s = wall_s() - recording->begun_s,
        .simulating_s = recording->simulating_s,
        .cpu_s = recording->cpu_s,
        .engine_ios = recording->completed_before,
        .peak_rss_bytes = (int64_t)usage.ru_maxrss * 1024,
        .trace_digest = digest,
    };
    return summary_json(recording->summary, &facts, error);
}

/* A workload's response times by op, as the file keeps them. */
static void list_bins(const struct summary *summary, size_t workload, enum io_op op, struct run_histogram *out)
{
    const struct histogram *histogram = summary_histogram(summary, workload, op);
    struct histogram_bin bin;
    size_t count = 0;
    for (size_t position = 0; histogram_next(histogram, &position, &bin);)
        count++;
    int64_t *low = memory_alloc(count * sizeof *low), *counts = memory_alloc(count * sizeof *counts);
    count = 0;
    for (size_t position = 0; histogram_next(histogram, &position, &bin); count++) {
        low[count] = bin.low;
        counts[count] = (int64_t)bin.count;
    }
    *out = (struct run_histogram){.workload = (int32_t)workload, .op = (uint8_t)op, .bin_count = count,
                                  .low_ns = low, .count = counts};
}

static bool finish(struct recording *recording, const json_t *summary, bool complete, struct error *error)
{
    size_t workloads = recording->request->config->workload_count;
    struct run_histogram *histograms = memory_alloc_zeroed(2 * workloads, sizeof *histograms);
    char digest[DIGEST_TEXT_BYTES];
    char *text = summary_json_text(summary);
    digest_text(recording->digest, digest);
    for (size_t i = 0; i < workloads; i++) {
        list_bins(recording->summary, i, IO_READ, &histograms[2 * i]);
        list_bins(recording->summary, i, IO_WRITE, &histograms[2 * i + 1]);
    }
    struct run_ending ending = {.complete = complete, .trace_digest = digest, .summary_json = text,
                                .histograms = histograms, .histogram_count = 2 * workloads};
    bool ok = run_writer_finish(recording->writer, &ending, error);
    recording->writer = NULL;
    for (size_t i = 0; i < 2 * workloads; i++) {
        free((void *)(uintptr_t)histograms[i].low_ns);
        free((void *)(uintptr_t)histograms[i].count);
    }
    free(histograms);
    free(text);
    return ok;
}

static void release(struct recording *recording)
{
    run_writer_abandon(recording->writer);
    summary_destroy(recording->summary);
    digest_destroy(recording->digest);
    for (size_t i = 0; i < recording->resource_count; i++)
        free(recording->resource_names[i]);
    free(recording->resource_names);
    for (size_t i = 0; i < recording->event_count; i++) {
        free((void *)(uintptr_t)recording->events[i].event);
        free((void *)(uintptr_t)recording->events[i].detail);
    }
    free(recording->events);
    free(recording->resources);
    free(recording->servers);
    free(recording->loads);
    free(recording->pairs);
    free(recording->links);
}

enum record_outcome record_run(const struct record_request *request, json_t **summary, struct error *error)
{
    const struct config *config = request->config;
    struct recording recording = {
        .observer = {.started = started, .completed = completed, .sampled = sampled,
                     .pairs_sampled = pairs_sampled, .event = happened,
                     .progress = progress},
        .request = request,
        .begun_s = wall_s(),
        .at = {.end_ns = config->run.duration_ns > 0 ? config->run.warmup_ns + config->run.duration_ns : 0,
               .replications = config->run.replications},
        .servers = memory_alloc_zeroed(config->server_count, sizeof *recording.servers),
        .loads = memory_alloc_zeroed(config->workload_count, sizeof *recording.loads),
        .pairs = memory_alloc_zeroed(config->pair_count, sizeof *recording.pairs),
        .links = memory_alloc_zeroed(config->link_count, sizeof *recording.links),
        .digest = digest_create(io_parts_count(config)),
    };
    enum record_outcome outcome = RECORD_FAILED;
    enum model_outcome ended = MODEL_DONE;
    json_t *json = NULL;
    int32_t replication = 0;
    recording.summary = summary_create(config, error);
    if (recording.summary == NULL)
        goto done;
    recording.writer = run_writer_create(request->path, config, request->identity, request->trace, error);
    if (recording.writer == NULL)
        goto done;
    while (replication < config->run.replications && ended == MODEL_DONE)
        ended = run_replication(&recording, replication++, error);
    if (ended == MODEL_FAILED)
        goto done;
    take_means(&recording, replication);
    json = make_summary(&recording, replication, ended == MODEL_DONE, error);
    if (json == NULL || !finish(&recording, json, ended == MODEL_DONE, error))
        goto done;
    outcome = ended == MODEL_DONE ? RECORD_COMPLETE : RECORD_INTERRUPTED;
    if (summary != NULL)
        *summary = json_incref(json);
done:
    json_decref(json);
    release(&recording);
    return outcome;
}
