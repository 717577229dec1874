// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bottleneck.h"
#include "analysis/io_parts.h"
#include "analysis/json_value.h"
#include "analysis/summary_copy.h"
#include "analysis/summary_doubt.h"
#include "analysis/summary_group.h"

/* Significant digits of numbers in the text: more than any measurement has, fewer than show rounding. */
enum { JSON_DIGITS = 12 };

/* I/Os that are counted with their volumes' together, so that the memory of thousands of volumes is fetched ahead. */
enum { WAITING_MOST = 32 };

struct summary {
    const struct config *config;
    size_t parts;                     /* that its I/Os can have */
    struct summary_group **workloads; /* by index in the config; each NULL until its first I/O */
    struct summary_group **volumes;
    struct summary_group **hosts;
    struct error failure; /* the first failure while I/Os were counted */
    struct io_record waiting[WAITING_MOST]; /* counted with workload and host, not yet with their volume */
    size_t waiting_count;
};

struct summary *summary_create(const struct config *config, struct error *error)
{
    struct summary *summary = calloc(1, sizeof *summary);
    if (summary) {
        summary->config = config;
        summary->parts = io_parts_count(config);
        summary->workloads = calloc(config->workload_count + 1, sizeof(struct summary_group *));
        summary->volumes = calloc(config->volume_count + 1, sizeof(struct summary_group *));
        summary->hosts = calloc(config->host_count + 1, sizeof(struct summary_group *));
    }
    if (summary == NULL || summary->workloads == NULL || summary->volumes == NULL || summary->hosts == NULL) {
        error_set(error, ERROR_RUN, NULL, "no memory for the summary");
        summary_destroy(summary);
        return NULL;
    }
    for (size_t i = 0; i < config->workload_count; i++) {
        summary->workloads[i] = summary_group_create(summary->parts, error);
        if (summary->workloads[i] == NULL) {
            summary_destroy(summary);
            return NULL;
        }
    }
    return summary;
}

static void destroy_groups(struct summary_group **groups, size_t count)
{
    for (size_t i = 0; groups && i < count; i++)
        summary_group_destroy(groups[i]);
    free(groups);
}

void summary_destroy(struct summary *summary)
{
    if (summary == NULL)
        return;
    destroy_groups(summary->workloads, summary->config->workload_count);
    destroy_groups(summary->volumes, summary->config->volume_count);
    destroy_groups(summary->hosts, summary->config->host_count);
    free(summary);
}

static void add(struct summary *summary, struct summary_group **group, const struct io_record *record)
{
    if (*group == NULL)
        *group = summary_group_create(summary->parts, &summary->failure);
    if (*group)
        summary_group_add(*group, record);
}

/* Counts the waiting I/Os with their volumes. */
static void count_waiting(struct summary *summary)
{
    for (int step = 0; step < SUMMARY_GROUP_PREFETCHES; step++)
        for (size_t i = 0; i < summary->waiting_count; i++) {
            const struct io_record *record = &summary->waiting[i];
            if (summary->volumes[record->volume] != NULL)
                summary_group_prefetch(summary->volumes[record->volume], record, step);
        }
    for (size_t i = 0; i < summary->waiting_count; i++)
        add(summary, &summary->volumes[summary->waiting[i].volume], &summary->waiting[i]);
    summary->waiting_count = 0;
}

void summary_io(struct summary *summary, const struct io_record *record)
{
    if (!record->measured)
        return;
    summary_group_add(summary->workloads[record->workload], record);
    add(summary, &summary->hosts[record->host], record);
    summary->waiting[summary->waiting_count++] = *record;
    if (summary->waiting_count == WAITING_MOST)
        count_waiting(summary);
}

static void begin_replication(struct summary_group **groups, size_t count, struct error *failure)
{
    for (size_t i = 0; i < count; i++)
        if (groups[i])
            summary_group_begin_replication(groups[i], failure);
}

void summary_begin_replication(struct summary *summary)
{
    count_waiting(summary);
    begin_replication(summary->workloads, summary->config->workload_count, &summary->failure);
    begin_replication(summary->volumes, summary->config->volume_count, &summary->failure);
    begin_replication(summary->hosts, summary->config->host_count, &summary->failure);
}

const struct histogram *summary_histogram(const struct summary *summary, size_t workload, enum io_op op)
{
    return summary_group_histogram(summary->workloads[workload], op);
}

/* ---- the JSON object ---- */

static json_t *scenario_json(const struct summary *summary, const struct summary_run *run)
{
    json_t *json = json_object();
    bool good = json_value_set(json, "title", json_value_text(summary->config->title));
    good &= json_value_set(json, "file", json_value_text(run->file));
    good &= json_value_set(json, "sha256", json_value_text(run->sha256));
    return good ? json : (json_decref(json), NULL);
}

/* Whether means of the workload say anything: null when nobody counted what was issued. */
static json_t *stable_json(const struct workload_config *workload, const struct summary_load *load)
{
    if (load == NULL)
        return json_null();
    return json_boolean(workload->kind == LOAD_CLOSED || !bottleneck_unstable(load->issued, load->completed));
}

static json_t *workloads_json(const struct summary *summary, const struct summary_run *run, struct error *error)
{
    const struct config *config = summary->config;
    json_t *json = json_object();
    bool good = json != NULL;
    for (size_t i = 0; good && i < config->workload_count; i++) {
        const struct summary_load *load = run->loads ? &run->loads[i] : NULL;
        json_t *group = summary_group_json(summary->workloads[i], run->measured_s, error);
        good = json_value_set(group, "unfinished", load ? json_integer(load->unfinished) : json_null());
        good &= json_value_set(group, "stable", stable_json(&config->workloads[i], load));
        good &= json_value_set(json, config->workloads[i].name, group);
    }
    return good ? json : (json_decref(json), NULL);
}

static json_t *volumes_json(const struct summary *summary, double measured_s, struct error *error)
{
    json_t *json = json_object();
    bool good = json != NULL;
    for (size_t i = 0; good && i < summary->config->volume_count; i++)
        good = json_value_set(json, summary->config->volumes[i].label,
                              summary_group_json(summary->volumes[i], measured_s, error));
    return good ? json : (json_decref(json), NULL);
}

static json_t *hosts_json(const struct summary *summary, double measured_s, struct error *error)
{
    json_t *json = json_object();
    bool good = json != NULL;
    for (size_t i = 0; good && i < summary->config->host_count; i++)
        good = json_value_set(json, summary->config->hosts[i].name,
                              summary_group_json(summary->hosts[i], measured_s, error));
    return good ? json : (json_decref(json), NULL);
}

static json_t *resources_json(const struct config *config, const struct summary_run *run)
{
    json_t *json = json_object();
    bool good = json != NULL;
    size_t link = 0;
    for (size_t i = 0; good && i < run->resource_count; i++) {
        const struct resource_report *report = &run->resources[i];
        json_t *resource = json_object();
        good = json_value_set(resource, "kind", json_value_text(resource_kind_name(report->kind)));
        good &= json_value_set(resource, "utilization", json_value_number(report->utilization));
        good &= json_value_set(resource, "mean_queue", json_value_number(report->mean_queue));
        good &= json_value_set(resource, "mean_wait_ms", json_value_number(report->mean_wait_ms));
        good &= json_value_set(resource, "per_s", json_value_number(report->per_s));
        good &= json_value_set(resource, "threshold", json_value_number(report->threshold));
        good &= summary_copy_link(config, run, i, &link, resource);
        good &= json_value_set(json, report->name, resource);
    }
    return good ? json : (json_decref(json), NULL);
}

/* Whether an I/O was completed or a track copied in the measured interval, as far as the facts say. */
static bool has_completed(const struct summary *summary, const struct summary_run *run)
{
    int64_t completed = 0;
    for (size_t i = 0; run->loads != NULL && i < summary->config->workload_count; i++)
        completed += run->loads[i].completed;
    for (size_t i = 0; run->links != NULL && i < summary->config->link_count; i++)
        completed += run->links[i].copies;
    for (size_t i = 0; run->pairs != NULL && i < summary->config->pair_count; i++)
        completed += run->pairs[i].kind == PAIR_FLASHCOPY ? run->pairs[i].copied_tracks : 0;
    return run->loads == NULL || completed > 0;
}

/* What limits, and how far the load may grow; nobody knows as long as nothing was completed. */
static bool set_bottleneck(json_t *json, const struct summary *summary, const struct summary_run *run)
{
    struct bottleneck found;
    struct bottleneck_facts facts = {.resources = run->resources,
                                     .count = has_completed(summary, run) ? run->resource_count : 0,
                                     .config = summary->config, .links = run->links};
    bottleneck_find(&facts, &found);
    const struct resource_report *resource = found.resource;
    const char *name = resource ? resource->name : NULL;
    if (found.limits) {
        size_t length = strlen(found.advice);
        snprintf(found.advice + length, sizeof found.advice - length, "%s",
                 summary_copy_share(summary->config, run, resource));
    }
    json_t *bottleneck = json_object(), *headroom = json_object();
    bool good = json_value_set(bottleneck, "resource", json_value_text(name));
    good &= json_value_set(bottleneck, "utilization", json_value_number(found.utilization));
    good &= json_value_set(bottleneck, "advice", json_value_text(run->resource_count ? found.advice : NULL));
    good &= json_value_set(headroom, "factor", json_value_number(found.factor));
    good &= json_value_set(headroom, "resource", json_value_text(name));
    good &= json_value_set(headroom, "threshold", json_value_number(resource ? resource->threshold : NAN));
    good &= json_value_set(json, "bottleneck", bottleneck);
    good &= json_value_set(json, "headroom", headroom);
    return good;
}

/* How a server's ranks wrote their stripes, and what failures did; nulls when nothing was reported about it. */
static json_t *raid_json(const struct server_report *report)
{
    static const char *const ways[RAID_WRITE_KINDS] = {
        [RAID_SMALL_WRITE] = "small_writes",
        [RAID_RECONSTRUCT_WRITE] = "reconstruct_writes",
        [RAID_FULL_STRIPE_WRITE] = "full_stripe_writes",
        [RAID_DATA_WRITE] = "data_writes",
    };
    json_t *json = json_object();
    bool good = json != NULL;
    for (int way = 0; way < RAID_WRITE_KINDS; way++)
        good &= json_value_set(json, ways[way], report ? json_integer(report->rows[way]) : json_null());
    good &= json_value_set(json, "reconstructed_reads",
                           report ? json_integer(report->reconstructed_reads) : json_null());
    good &= json_value_set(json, "lost_segments", report ? json_integer(report->lost_segments) : json_null());
    return good ? json : (json_decref(json), NULL);
}

/* A server's cache and NVS; nulls when nothing was reported about it. */
static json_t *server_json(const struct server_report *report)
{
    json_t *cache = json_object(), *nvs = json_object(), *json = json_object();
    bool good = json_value_set(cache, "read_hit_ratio", json_value_number(report ? report->read_hit_ratio : NAN));
    good &= json_value_set(cache, "tracks", report ? json_integer(report->cache_tracks) : json_null());
    good &= json_value_set(nvs, "occupancy_mean", json_value_number(report ? report->nvs_occupancy_mean : NAN));
    good &= json_value_set(nvs, "occupancy_max", json_value_number(report ? report->nvs_occupancy_max : NAN));
    good &= json_value_set(nvs, "full_waits", report ? json_integer(report->nvs_full_waits) : json_null());
    good &= json_value_set(nvs, "destages", report ? json_integer(report->destages) : json_null());
    good &= json_value_set(json, "cache", cache);
    good &= json_value_set(json, "nvs", nvs);
    good &= json_value_set(json, "raid", raid_json(report));
    return good ? json : (json_decref(json), NULL);
}

static json_t *servers_json(const struct config *config, const struct summary_run *run)
{
    json_t *json = json_object();
    bool good = json != NULL;
    for (size_t i = 0; good && i < config->server_count; i++) {
        const struct server_report *report = NULL;
        for (size_t j = 0; j < run->server_count; j++)
            if (strcmp(run->servers[j].serial, config->servers[i].serial) == 0)
                report = &run->servers[j];
        good = json_value_set(json, config->servers[i].serial, server_json(report));
    }
    return good ? json : (json_decref(json), NULL);
}

static json_t *timeline_json(const struct summary_run *run)
{
    json_t *json = json_array();
    bool good = json != NULL;
    for (size_t i = 0; good && i < run->event_count; i++) {
        json_t *event = json_object();
        good = json_value_set(event, "at_s", json_value_number(run->events[i].at_s));
        good &= json_value_set(event, "event", json_value_text(run->events[i].event));
        good &= json_value_set(event, "detail", json_value_text(run->events[i].detail));
        good &= json_array_append_new(json, event) == 0;
    }
    return good ? json : (json_decref(json), NULL);
}

static json_t *engine_json(const struct summary_run *run)
{
    bool timed = run->wall_s > 0;
    json_t *json = json_object();
    bool good = json_value_set(json, "events", timed ? json_integer(run->engine_events) : json_null());
    good &= json_value_set(json, "wall_s", json_value_number(timed ? run->wall_s : NAN));
    good &= json_value_set(json, "setup_s", json_value_number(timed ? run->wall_s - run->simulating_s : NAN));
    good &= json_value_set(json, "cpu_s", json_value_number(timed ? run->cpu_s : NAN));
    good &= json_value_set(json, "ios_per_wall_s",
                           json_value_number(timed ? (double)run->engine_ios / run->wall_s : NAN));
    good &= json_value_set(json, "peak_rss_bytes",
                           run->peak_rss_bytes > 0 ? json_integer(run->peak_rss_bytes) : json_null());
    return good ? json : (json_decref(json), NULL);
}

/* What makes a workload's figures doubtful, as a sentence; false when nothing does. */
static bool workload_doubt(const struct summary *summary, const struct summary_run *run, size_t index, char *text,
                           size_t size)
{
    const struct workload_config *workload = &summary->config->workloads[index];
    const struct summary_load *load = run->loads ? &run->loads[index] : NULL;
    if (load && workload->kind != LOAD_CLOSED && bottleneck_unstable(load->issued, load->completed)) {
        snprintf(text, size,
                 "workload %s issues more than the system can do: %lld I/Os issued, %lld completed, %lld unfinished "
                 "at the end. Its queue grows as long as the run lasts, so its response times mean nothing.",
                 workload->name, (long long)load->issued, (long long)load->completed, (long long)load->unfinished);
        return true;
    }
    if (summary_group_count(summary->workloads[index]) > 0)
        return false;
    snprintf(text, size, "workload %s completed no I/O in the measured interval.", workload->name);
    return true;
}

static json_t *warnings_json(const struct summary *summary, const struct summary_run *run)
{
    json_t *json = json_array();
    bool good = json != NULL;
    for (size_t i = 0; good && i < run->warning_count; i++)
        good = json_array_append_new(json, json_value_text(run->warnings[i])) == 0;
    if (good && run->measured_s <= 0 && summary->config->run.warmup_ns > 0)
        good = json_array_append_new(
                   json, json_value_text("the run ended within its warm-up, so that nothing was measured.")) == 0;
    for (size_t i = 0; good && i < summary->config->workload_count; i++) {
        char text[700];
        if (workload_doubt(summary, run, i, text, sizeof text))
            good = json_array_append_new(json, json_value_text(text)) == 0;
    }
    good = good && summary_doubt_pairs(summary->config, run, json);
    return good ? json : (json_decref(json), NULL);
}

static json_t *build(const struct summary *summary, const struct summary_run *run, struct error *error)
{
    json_t *json = json_object();
    bool good = json_value_set(json, "scenario", scenario_json(summary, run));
    good &= json_value_set(json, "essim_version", json_value_text(run->version));
    good &= json_value_set(json, "seed", json_integer((json_int_t)run->seed));
    good &= json_value_set(json, "replications", json_integer(run->replications));
    good &= json_value_set(json, "measured_s", json_value_number(run->measured_s));
    good &= json_value_set(json, "complete", json_boolean(run->complete));
    good &= json_value_set(json, "warnings", warnings_json(summary, run));
    good &= json_value_set(json, "workloads", workloads_json(summary, run, error));
    good &= json_value_set(json, "volumes", volumes_json(summary, run->measured_s, error));
    good &= json_value_set(json, "hosts", hosts_json(summary, run->measured_s, error));
    good &= json_value_set(json, "resources", resources_json(summary->config, run));
    good &= set_bottleneck(json, summary, run);
    good &= json_value_set(json, "servers", servers_json(summary->config, run));
    good &= json_value_set(json, "pairs", summary_copy_pairs(summary->config, run));
    good &= json_value_set(json, "timeline", timeline_json(run));
    good &= json_value_set(json, "engine", engine_json(run));
    good &= json_value_set(json, "trace_digest", json_value_text(run->trace_digest));
    return good ? json : (json_decref(json), NULL);
}

json_t *summary_json(struct summary *summary, const struct summary_run *run, struct error *error)
{
    count_waiting(summary);
    if (summary->failure.kind != ERROR_NONE) {
        error_set(error, summary->failure.kind, summary->failure.place, "%s", summary->failure.message);
        return NULL;
    }
    json_t *json = build(summary, run, error);
    if (json == NULL)
        error_set(error, ERROR_RUN, NULL, "no memory for the summary");
    return json;
}

char *summary_json_text(const json_t *summary)
{
    char *text = json_dumps(summary, JSON_INDENT(2) | JSON_REAL_PRECISION(JSON_DIGITS));
    if (text == NULL)
        return NULL;
    size_t length = strlen(text);
    char *line = realloc(text, length + 2);
    if (line == NULL) {
        free(text);
        return NULL;
    }
    line[length] = '\n';
    line[length + 1] = '\0';
    return line;
}
