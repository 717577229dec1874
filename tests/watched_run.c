// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/watched_run.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "tests/small_config.h"
#include "tests/unit.h"

static void completed(struct model_observer *observer, const struct io_record *record)
{
    struct watched *watched = (struct watched *)observer;
    if (watched->count == watched->room) {
        watched->room = watched->room ? 2 * watched->room : 1024;
        watched->records = memory_resize(watched->records, watched->room * sizeof *watched->records);
    }
    watched->records[watched->count++] = *record;
    sim_time sum = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        sum += record->part_ns[part];
        watched->broken += record->part_ns[part] < 0;
    }
    watched->broken += sum != record->response_ns;
}

static void sampled(struct model_observer *observer, sim_time now_ns, const float *utilization, const float *queue)
{
    struct watched *watched = (struct watched *)observer;
    (void)queue;
    for (size_t i = 0; now_ns > watched->measured_from && i < watched->resource_count; i++)
        watched->integral[i] += (double)utilization[i] * (double)(now_ns - watched->sampled_ns);
    watched->sampled_ns = now_ns;
    watched->samples++;
}

static bool progress(struct model_observer *observer, sim_time now_ns, int64_t count)
{
    const struct watched *watched = (struct watched *)observer;
    (void)now_ns;
    return watched->stop_after == 0 || count < watched->stop_after;
}

struct model *watch_begin(struct watched *watched, const struct config *config, struct trace_source *const *sources)
{
    static struct trace_source *const none[WATCHED_LOADS];
    struct model *model = model_create(config, 0, sources ? sources : none);
    watched->observer = (struct model_observer){.completed = completed, .sampled = sampled, .progress = progress};
    watched->measured_from = config->run.warmup_ns;
    watched->server_count = config->server_count;
    watched->resource_count = model_resource_count(model);
    watched->integral = memory_alloc_zeroed(watched->resource_count, sizeof *watched->integral);
    watched->resources = memory_alloc_zeroed(watched->resource_count, sizeof *watched->resources);
    return model;
}

void watch_end(struct watched *watched, struct model *model)
{
    struct digest *digest = digest_create(PART_COUNT);
    model_resources(model, watched->resources);
    for (size_t i = 0; i < watched->resource_count; i++)
        watched->resources[i].name = memory_copy_string(watched->resources[i].name);
    struct server_report *servers = memory_alloc_zeroed(watched->server_count, sizeof *servers);
    model_servers(model, servers);
    watched->server = servers[0];
    free(servers);
    model_loads(model, watched->loads);
    watched->measured_ns = model_measured_ns(model);
    for (size_t i = 0; i < watched->count; i++)
        digest_add(digest, &watched->records[i]);
    digest_text(digest, watched->digest);
    digest_destroy(digest);
    model_destroy(model);
    CHECK_INT(watched->broken, 0);
}

void watch_run_with(struct watched *watched, const struct config *config, struct trace_source *const *sources)
{
    struct model *model = watch_begin(watched, config, sources);
    watched->outcome = model_run(model, &watched->observer, &watched->error);
    watch_end(watched, model);
}

void watch_run(struct watched *watched, struct config *config)
{
    watch_run_with(watched, config, NULL);
    small_config_destroy(config);
}

void watched_free(struct watched *watched)
{
    for (size_t i = 0; i < watched->resource_count; i++)
        free((char *)watched->resources[i].name);
    free(watched->resources);
    free(watched->integral);
    free(watched->records);
}

const struct resource_report *watched_resource(const struct watched *watched, const char *name)
{
    for (size_t i = 0; i < watched->resource_count; i++)
        if (strcmp(watched->resources[i].name, name) == 0)
            return &watched->resources[i];
    CHECK_STRING("no such resource", name);
    return &watched->resources[0];
}

double watched_mean_part_ns(const struct watched *watched, enum io_part part)
{
    double sum = 0, count = 0;
    for (size_t i = 0; i < watched->count; i++)
        if (watched->records[i].measured) {
            sum += (double)watched->records[i].part_ns[part];
            count++;
        }
    return sum / count;
}

double watched_mean_response_ns(const struct watched *watched)
{
    double sum = 0;
    for (int part = 0; part < PART_COUNT; part++)
        sum += watched_mean_part_ns(watched, (enum io_part)part);
    return sum;
}

/* ---- traces written here ---- */

static bool written_next(struct trace_source *source, struct trace_entry *entry, struct error *error)
{
    struct written_trace *trace = (struct written_trace *)source;
    if (trace->next == trace->breaks_at)
        return error_set(error, ERROR_RUN, "trace.h5", "entry %zu cannot be read", trace->next);
    if (trace->next == trace->count)
        return false;
    *entry = trace->entries[trace->next++];
    return true;
}

struct written_trace written_trace(const struct trace_entry *entries, size_t count)
{
    return (struct written_trace){{.device_count = 1, .next = written_next}, entries, count, 0, count + 1};
}
