// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/resources.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/cache.h"
#include "sim/memory.h"

/* One component; exactly one of the pointers says what it is. */
struct resource {
    char *name;
    enum resource_kind kind;
    const struct station *station;
    const struct store *store;
    const struct cache *cache;
    const struct rank *rank;         /* its drives together */
    double used_before, queue_before; /* sums at the last sample */
};

struct resources {
    struct machine *machine;
    struct resource *list;
    size_t count, room;
    sim_time sampled_ns;
    float *utilization, *queue;
};

static struct resource *add(struct resources *resources, enum resource_kind kind, const char *name)
{
    if (resources->count == resources->room) {
        resources->room = resources->room ? 2 * resources->room : 64;
        resources->list = memory_resize(resources->list, resources->room * sizeof *resources->list);
    }
    struct resource *resource = &resources->list[resources->count++];
    *resource = (struct resource){.name = memory_copy_string(name), .kind = kind};
    return resource;
}

static void add_station(struct resources *resources, enum resource_kind kind, const struct station *station)
{
    if (station != NULL)
        add(resources, kind, station_name(station))->station = station;
}

static void add_server(struct resources *resources, size_t index)
{
    struct machine *machine = resources->machine;
    struct server *server = &machine->servers[index];
    char name[512];
    for (size_t i = 0; i < machine->config->port_count; i++)
        if ((size_t)machine->config->ports[i].server == index)
            add_station(resources, RESOURCE_PORT, machine->ports[i].station);
    for (int i = 0; i < CLUSTERS; i++) {
        struct cluster *cluster = &server->clusters[i];
        add_station(resources, RESOURCE_PROCESSOR, cluster->processors);
        add_station(resources, RESOURCE_BUS, cluster->bus);
        snprintf(name, sizeof name, "%s/cluster.%d/cache", server->config->serial, i);
        add(resources, RESOURCE_CACHE, name)->cache = cluster->cache;
        add(resources, RESOURCE_NVS, store_name(cluster->nvs))->store = cluster->nvs;
    }
    for (int pair = 0; pair < ADAPTER_PAIRS; pair++) {
        for (int cluster = 0; cluster < CLUSTERS; cluster++)
            add_station(resources, RESOURCE_DEVICE_ADAPTER, server->adapters[pair][cluster].station);
        for (int loop = 0; loop < LOOPS; loop++) {
            add_station(resources, RESOURCE_LOOP, server->loops[pair][loop].read_links);
            add_station(resources, RESOURCE_LOOP, server->loops[pair][loop].write_links);
        }
    }
    for (size_t i = 0; i < machine->config->rank_count; i++) {
        struct rank *rank = &machine->ranks[i];
        if ((size_t)rank->config->server != index)
            continue;
        add(resources, RESOURCE_RANK, rank->name)->rank = rank;
        for (int32_t drive = 0; drive < rank->config->active_drives; drive++)
            add_station(resources, RESOURCE_DRIVE, drive_station(rank->drives[drive]));
    }
}

struct resources *resources_create(struct machine *machine)
{
    struct resources *resources = memory_alloc_zeroed(1, sizeof *resources);
    resources->machine = machine;
    for (size_t i = 0; i < machine->config->server_count; i++)
        add_server(resources, i);
    resources->utilization = memory_alloc_zeroed(resources->count, sizeof *resources->utilization);
    resources->queue = memory_alloc_zeroed(resources->count, sizeof *resources->queue);
    return resources;
}

void resources_destroy(struct resources *resources)
{
    if (resources == NULL)
        return;
    for (size_t i = 0; i < resources->count; i++)
        free(resources->list[i].name);
    free(resources->list);
    free(resources->utilization);
    free(resources->queue);
    free(resources);
}

size_t resources_count(const struct resources *resources)
{
    return resources->count;
}

/* ---- accounts over the measured interval ---- */

static void report_station(const struct station *station, sim_time over_ns, struct resource_report *report)
{
    struct station_stats stats;
    station_stats(station, &stats);
    report->utilization = stats.utilization;
    report->mean_queue = stats.mean_queue;
    report->mean_wait_ms = stats.mean_wait_ns * 1e-6;
    report->per_s = (double)stats.completed / (double)over_ns * 1e9;
}

static void report_store(const struct store *store, sim_time over_ns, struct resource_report *report)
{
    struct store_stats stats;
    store_stats(store, &stats);
    report->utilization = stats.mean_occupancy;
    report->mean_queue = stats.mean_queue;
    report->mean_wait_ms = stats.mean_wait_ns * 1e-6;
    report->per_s = (double)stats.taken / (double)over_ns * 1e9;
}

static double cache_fill(const struct cache *cache)
{
    double fill = (double)cache_segments(cache) / (double)cache_capacity(cache);
    return fill < 1 ? fill : 1;
}

/* A rank is its drives together: their mean utilisation, all their queues, the mean wait of a command. */
static void report_rank(const struct rank *rank, sim_time over_ns, struct resource_report *report)
{
    uint64_t started = 0;
    double wait_ns = 0;
    for (int32_t i = 0; i < rank->config->active_drives; i++) {
        struct station_stats stats;
        station_stats(drive_station(rank->drives[i]), &stats);
        report->utilization += stats.utilization / rank->config->active_drives;
        report->mean_queue += stats.mean_queue;
        report->per_s += (double)stats.completed / (double)over_ns * 1e9;
        wait_ns += stats.mean_wait_ns * (double)stats.started;
        started += stats.started;
    }
    report->mean_wait_ms = started ? wait_ns / (double)started * 1e-6 : 0;
}

void resources_report(const struct resources *resources, sim_time over_ns, struct resource_report *reports)
{
    for (size_t i = 0; i < resources->count; i++) {
        const struct resource *resource = &resources->list[i];
        struct resource_report *report = &reports[i];
        *report = (struct resource_report){.name = resource->name, .kind = resource->kind,
                                           .threshold = resources->machine->config->thresholds[resource->kind]};
        if (resource->station != NULL)
            report_station(resource->station, over_ns, report);
        else if (resource->store != NULL)
            report_store(resource->store, over_ns, report);
        else if (resource->cache != NULL)
            report->utilization = cache_fill(resource->cache);
        else
            report_rank(resource->rank, over_ns, report);
    }
}

/* ---- sampling ---- */

/* Sums since the last restart: use in units of full use times ns, and queue times ns. */
static void sums(const struct resource *resource, double *used_ns, double *queue_ns)
{
    *used_ns = *queue_ns = 0;
    if (resource->station != NULL) {
        station_sums(resource->station, used_ns, queue_ns);
        *used_ns /= station_servers(resource->station);
    } else if (resource->store != NULL) {
        store_sums(resource->store, used_ns, queue_ns);
        *used_ns /= (double)store_capacity(resource->store);
    } else if (resource->rank != NULL) {
        const struct rank *rank = resource->rank;
        for (int32_t i = 0; i < rank->config->active_drives; i++) {
            double used, queue;
            station_sums(drive_station(rank->drives[i]), &used, &queue);
            *used_ns += used / rank->config->active_drives;
            *queue_ns += queue;
        }
    }
}

void resources_sample(struct resources *resources, const float **utilization, const float **queue)
{
    sim_time now = sim_now(resources->machine->sim);
    double step = (double)(now - resources->sampled_ns);
    for (size_t i = 0; i < resources->count; i++) {
        struct resource *resource = &resources->list[i];
        double used_ns, queue_ns;
        sums(resource, &used_ns, &queue_ns);
        resources->utilization[i] = step > 0 ? (float)((used_ns - resource->used_before) / step) : NAN;
        resources->queue[i] = step > 0 ? (float)((queue_ns - resource->queue_before) / step) : NAN;
        if (resource->cache != NULL)
            resources->utilization[i] = (float)cache_fill(resource->cache);
        resource->used_before = used_ns;
        resource->queue_before = queue_ns;
    }
    resources->sampled_ns = now;
    *utilization = resources->utilization;
    *queue = resources->queue;
}

void resources_restart(struct resources *resources)
{
    resources->sampled_ns = sim_now(resources->machine->sim);
    for (size_t i = 0; i < resources->count; i++)
        resources->list[i].used_before = resources->list[i].queue_before = 0;
}
