// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/resources.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/link.h"
#include "sim/memory.h"

/* One component; exactly one of the pointers (wait_ns apart) says what it is. */
struct resource {
    char *name;
    enum resource_kind kind;
    const struct station *station;
    const struct store *store;
    const struct cache *cache;
    const struct links *links;       /* of one direction of a loop, together */
    const struct rank *rank;         /* its drives together */
    const struct host_bay *bay;
    const sim_time *wait_ns;         /* of a port's or link's station: busy time in which it waited for others */
    double used_before, queue_before; /* sums at the last sample */
};

struct resources {
    struct machine *machine;
    bool drives_may_fail;
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

static void add_waiting(struct resources *resources, enum resource_kind kind, const struct station *station,
                        const sim_time *wait_ns)
{
    struct resource *resource = add(resources, kind, station_name(station));
    resource->station = station;
    resource->wait_ns = wait_ns;
}

static void add_links(struct resources *resources, const struct links *links)
{
    if (links->count > 0)
        add(resources, RESOURCE_LOOP, links->name)->links = links;
}

/* A rank and the drives of its eight-pack; a spare only where a drive may fail. */
static void add_rank(struct resources *resources, const struct rank *rank)
{
    int32_t drives = resources->drives_may_fail ? RANK_DRIVES_MAX : rank->config->active_drives;
    add(resources, RESOURCE_RANK, rank->name)->rank = rank;
    for (int32_t number = 0; number < drives; number++)
        add_station(resources, RESOURCE_DRIVE, drive_station(rank->bays[number].drive));
}

/* Whether a link has the port to itself, and so stands for it. */
static bool is_links_own(const struct machine *machine, size_t port)
{
    for (size_t i = 0; i < machine->config->link_count; i++) {
        const struct link_config *link = &machine->config->links[i];
        if (link->from_port == (int32_t)port)
            return true;
        if (link->to_port == (int32_t)port && !machine->links[i].shares_port)
            return true;
    }
    return false;
}

static void add_server(struct resources *resources, size_t index)
{
    struct machine *machine = resources->machine;
    struct server *server = &machine->servers[index];
    char name[512];
    for (size_t i = 0; i < machine->config->port_count; i++)
        if ((size_t)machine->config->ports[i].server == index && !is_links_own(machine, i))
            add_waiting(resources, RESOURCE_PORT, machine->ports[i].station, &machine->ports[i].wait_ns);
    for (int i = 0; i < HOST_BAYS; i++)
        if (server->bays[i].ports > 0 && server->bays[i].bytes_per_s > 0)
            add(resources, RESOURCE_BAY, server->bays[i].name)->bay = &server->bays[i];
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
            add_links(resources, &server->loops[pair][loop].read);
            add_links(resources, &server->loops[pair][loop].write);
        }
    }
    for (size_t i = 0; i < machine->config->rank_count; i++)
        if ((size_t)machine->config->ranks[i].server == index)
            add_rank(resources, &machine->ranks[i]);
}

struct resources *resources_create(struct machine *machine)
{
    struct resources *resources = memory_alloc_zeroed(1, sizeof *resources);
    resources->machine = machine;
    resources->drives_may_fail = config_may_fail(machine->config, FAULT_DRIVE);
    for (size_t i = 0; i < machine->config->server_count; i++)
        add_server(resources, i);
    for (size_t i = 0; i < machine->config->link_count; i++)
        add_waiting(resources, RESOURCE_LINK, machine->links[i].station, &machine->links[i].wait_ns);
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

/* What a port or link was held for while it waited, for a bay or a shared port at the other end, is not its work. */
static void report_waiting(const struct resource *resource, sim_time over_ns, struct resource_report *report)
{
    report_station(resource->station, over_ns, report);
    if (resource->wait_ns != NULL)
        report->utilization -= (double)*resource->wait_ns / (double)over_ns;
}

static void report_bay(const struct host_bay *bay, sim_time now, sim_time over_ns, struct resource_report *report)
{
    report->utilization = (double)host_bay_busy_ns(bay, now) / (double)over_ns;
    report->mean_queue = (double)bay->wait_ns / (double)over_ns;
    report->mean_wait_ms = bay->transfers ? (double)bay->wait_ns / (double)bay->transfers * 1e-6 : 0;
    report->per_s = (double)bay->transfers / (double)over_ns * 1e9;
}

static double cache_fill(const struct cache *cache)
{
    double fill = (double)cache_segments(cache) / (double)cache_capacity(cache);
    return fill < 1 ? fill : 1;
}

/* The links of a direction together: their mean utilisation, all their queues, the mean wait of a transfer. */
static void report_links(const struct links *links, sim_time over_ns, struct resource_report *report)
{
    uint64_t started = 0;
    double wait_ns = 0;
    for (int32_t i = 0; i < links->count; i++) {
        struct station_stats stats;
        station_stats(links->link[i], &stats);
        report->utilization += stats.utilization / links->count;
        report->mean_queue += stats.mean_queue;
        report->per_s += (double)stats.completed / (double)over_ns * 1e9;
        wait_ns += stats.mean_wait_ns * (double)stats.started;
        started += stats.started;
    }
    report->mean_wait_ms = started ? wait_ns / (double)started * 1e-6 : 0;
}

/* A rank is the drives in its positions together: their mean utilisation, all their queues, a command's mean wait. */
static void report_rank(const struct machine *machine, const struct rank *rank, sim_time over_ns,
                        struct resource_report *report)
{
    const struct rank_account *account = &rank->account;
    sim_time now = sim_now(machine->sim);
    report->utilization = level_mean(&account->working, now) / rank->config->active_drives;
    report->mean_queue = level_mean(&account->waiting, now);
    report->per_s = (double)account->completed / (double)over_ns * 1e9;
    if (account->started > 0)
        report->mean_wait_ms = (double)account->wait_sum_ns / (double)account->started * 1e-6;
}

void resources_report(const struct resources *resources, sim_time over_ns, struct resource_report *reports)
{
    for (size_t i = 0; i < resources->count; i++) {
        const struct resource *resource = &resources->list[i];
        struct resource_report *report = &reports[i];
        *report = (struct resource_report){.name = resource->name, .kind = resource->kind,
                                           .threshold = resources->machine->config->thresholds[resource->kind]};
        if (over_ns <= 0)
            continue;
        if (resource->station != NULL)
            report_waiting(resource, over_ns, report);
        else if (resource->store != NULL)
            report_store(resource->store, over_ns, report);
        else if (resource->cache != NULL)
            report->utilization = cache_fill(resource->cache);
        else if (resource->links != NULL)
            report_links(resource->links, over_ns, report);
        else if (resource->bay != NULL)
            report_bay(resource->bay, sim_now(resources->machine->sim), over_ns, report);
        else
            report_rank(resources->machine, resource->rank, over_ns, report);
    }
}

/* ---- sampling ---- */

static void sum_links(const struct links *links, double *used_ns, double *queue_ns)
{
    for (int32_t i = 0; i < links->count; i++) {
        double used, queue;
        station_sums(links->link[i], &used, &queue);
        *used_ns += used / links->count;
        *queue_ns += queue;
    }
}

/* Sums since the last restart: use in units of full use times ns, and queue times ns. */
static void sums(const struct resource *resource, sim_time now, double *used_ns, double *queue_ns)
{
    *used_ns = *queue_ns = 0;
    if (resource->station != NULL) {
        station_sums(resource->station, used_ns, queue_ns);
        *used_ns /= station_servers(resource->station);
        *used_ns -= resource->wait_ns != NULL ? (double)*resource->wait_ns : 0;
    } else if (resource->store != NULL) {
        store_sums(resource->store, used_ns, queue_ns);
        *used_ns /= (double)store_capacity(resource->store);
    } else if (resource->links != NULL) {
        sum_links(resource->links, used_ns, queue_ns);
    } else if (resource->bay != NULL) {
        *used_ns = (double)host_bay_busy_ns(resource->bay, now);
        *queue_ns = (double)resource->bay->wait_ns;
    } else if (resource->rank != NULL) {
        const struct rank *rank = resource->rank;
        *used_ns = (double)level_sum(&rank->account.working, now) / rank->config->active_drives;
        *queue_ns = (double)level_sum(&rank->account.waiting, now);
    }
}

void resources_sample(struct resources *resources, const float **utilization, const float **queue)
{
    sim_time now = sim_now(resources->machine->sim);
    double step = (double)(now - resources->sampled_ns);
    for (size_t i = 0; i < resources->count; i++) {
        struct resource *resource = &resources->list[i];
        double used_ns, queue_ns;
        sums(resource, now, &used_ns, &queue_ns);
        /* A wait may be booked in a later step than the use it is part of. */
        double used = fmax(used_ns - resource->used_before, 0);
        resources->utilization[i] = step > 0 ? (float)(used / step) : NAN;
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
