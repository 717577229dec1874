// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/describe.h"

#include <jansson.h>
#include <stdlib.h>

#include "scenarios/notes.h"
#include "scenarios/units.h"

struct page {
    const struct config *config;
    FILE *stream;
};

static double gigabytes(const struct config *config, size_t server, int64_t tracks)
{
    return (double)(tracks * config->servers[server].model.track_bytes) / 1e9;
}

static void print_quantity(const struct page *page, enum unit_class class, double value, const char *after)
{
    char text[60];
    quantity_format(class, value, text, sizeof text);
    fprintf(page->stream, "%s%s", text, after);
}

static void print_run(const struct page *page)
{
    const struct run_config *run = &page->config->run;
    fprintf(page->stream, "%s\nrun: warm-up ", page->config->title);
    print_quantity(page, UNIT_TIME, (double)run->warmup_ns, ", ");
    if (run->duration_ns > 0)
        print_quantity(page, UNIT_TIME, (double)run->duration_ns, " measured");
    else
        fputs("measured until all traces have ended", page->stream);
    fprintf(page->stream, ", seed %llu, %d replication%s, %s start\n", (unsigned long long)run->seed,
            (int)run->replications, run->replications == 1 ? "" : "s", run->warm ? "warm" : "cold");
}

static void print_rank(const struct page *page, const struct rank_config *rank)
{
    const struct config *config = page->config;
    size_t server = (size_t)rank->server;
    fprintf(page->stream, "  rank %s: LSS %d (pair %d, cluster %d, loop %c), %s of %s, %.1f GB, %.1f used, %.1f left\n",
            rank->name, (int)rank->lss, (int)rank->pair, (int)rank->cluster, rank->loop == 0 ? 'A' : 'B',
            rank->format == RANK_6PS ? "6+P+S" : "7+P", config->drive_types[rank->drive_type].name,
            gigabytes(config, server, rank->capacity_tracks), gigabytes(config, server, rank->used_tracks),
            gigabytes(config, server, rank->capacity_tracks - rank->used_tracks));
}

static void print_server(const struct page *page, size_t index)
{
    const struct config *config = page->config;
    const struct server_config *server = &config->servers[index];
    fprintf(page->stream, "\nserver %s: %s, cache ", server->serial, server->model.name);
    print_quantity(page, UNIT_SIZE, (double)server->model.cache_bytes, ", NVS ");
    print_quantity(page, UNIT_SIZE, (double)server->model.nvs_bytes, "\n");
    for (size_t i = 0; i < config->rank_count; i++)
        if (config->ranks[i].server == (int32_t)index)
            print_rank(page, &config->ranks[i]);
    for (size_t i = 0; i < config->port_count; i++) {
        const struct port_config *port = &config->ports[i];
        if (port->server == (int32_t)index)
            fprintf(page->stream, "  port %s: %s, bay %d, slot %d, port %d\n", port->name,
                    config->port_types[port->type].name, (int)port->bay, (int)port->slot, (int)port->port);
    }
    for (size_t i = 0; i < config->volume_count; i++) {
        const struct volume_config *volume = &config->volumes[i];
        if (volume->server != (int32_t)index)
            continue;
        fprintf(page->stream, "  volume %s: %s, rank %s, ", volume->label, volume->id,
                config->ranks[volume->rank].name);
        print_quantity(page, UNIT_SIZE, (double)volume->size_bytes, "\n");
    }
}

static void print_host(const struct page *page, const struct host_config *host)
{
    static const char *const policies[] = {"round robin", "least busy", "failover"};
    fprintf(page->stream, "host %s: server %s, ports", host->name, page->config->servers[host->server].serial);
    for (size_t i = 0; i < host->port_count; i++)
        fprintf(page->stream, " %s", page->config->ports[host->ports[i]].name);
    fprintf(page->stream, ", %s\n", policies[host->policy]);
}

static void print_pace(const struct page *page, const struct workload_config *workload)
{
    const char *arrival = workload->arrival == ARRIVAL_POISSON ? "poisson" : "constant";
    if (workload->kind == LOAD_CLOSED) {
        fprintf(page->stream, "%d in flight, think time ", (int)workload->iodepth);
        print_quantity(page, UNIT_TIME, (double)workload->thinktime_ns, "");
    } else if (workload->kind == LOAD_OPEN && workload->rate_count == 1) {
        fprintf(page->stream, "%g a second, %s", workload->rate[0].per_s, arrival);
    } else if (workload->kind == LOAD_OPEN) {
        fprintf(page->stream, "profile of %zu corners, %s", workload->rate_count, arrival);
    } else {
        fprintf(page->stream, "replay of %s at speed %g", workload->trace_file, workload->trace_speed);
    }
}

static void print_workload(const struct page *page, const struct workload_config *workload)
{
    const struct config *config = page->config;
    fprintf(page->stream, "workload %s: host %s, ", workload->name, config->hosts[workload->host].name);
    if (workload->kind != LOAD_TRACE) {
        fprintf(page->stream, "%s, %g %% reads, blocks of ", workload->sequential ? "sequential" : "random",
                workload->read_share * 100);
        print_quantity(page, UNIT_SIZE, workload->block_bytes, ", ");
    }
    if (workload->kind != LOAD_TRACE && workload->distribution == ADDRESS_ZIPF && !workload->sequential)
        fprintf(page->stream, "zipf %g, ", workload->zipf_theta);
    if (workload->read_hit >= 0)
        fprintf(page->stream, "%g %% of reads drawn as hits, ", workload->read_hit * 100);
    print_pace(page, workload);
    fprintf(page->stream, "; on");
    for (size_t i = 0; i < workload->volume_count; i++)
        fprintf(page->stream, " %s", config->volumes[workload->volumes[i]].label);
    fputc('\n', page->stream);
}

void describe_text(const struct scenario *scenario, FILE *stream)
{
    const struct config *config = scenario_config(scenario);
    struct page page = {config, stream};
    print_run(&page);
    for (size_t i = 0; i < config->server_count; i++)
        print_server(&page, i);
    if (config->host_count + config->workload_count > 0)
        fputc('\n', stream);
    for (size_t i = 0; i < config->host_count; i++)
        print_host(&page, &config->hosts[i]);
    for (size_t i = 0; i < config->workload_count; i++)
        print_workload(&page, &config->workloads[i]);
    struct notes notes = notes_create(config);
    for (size_t i = 0; i < notes.count; i++)
        fprintf(stream, "%snote: %s\n", i == 0 ? "\n" : "", notes.lines[i]);
    notes_free(&notes);
}

void describe_json(const struct scenario *scenario, FILE *stream)
{
    json_t *object = json_loads(scenario_resolved_json(scenario), 0, NULL);
    json_t *list = json_array();
    struct notes notes = notes_create(scenario_config(scenario));
    for (size_t i = 0; i < notes.count; i++)
        json_array_append_new(list, json_string(notes.lines[i]));
    notes_free(&notes);
    json_object_set_new(object, "notes", list);
    json_dumpf(object, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    fputc('\n', stream);
    json_decref(object);
}
