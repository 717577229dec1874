// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/notes.h"

#include <stdbool.h>
#include <stdlib.h>

#include "sim/memory.h"

static void note(struct notes *notes, char *line)
{
    notes->lines = memory_grow(notes->lines, notes->count, sizeof notes->lines[0]);
    notes->lines[notes->count++] = line;
}

/* All volumes on one rank while others are empty; all of them in one cluster. */
static void note_balance(struct notes *notes, const struct config *config, size_t server)
{
    int32_t ranks = 0, used = 0, clusters_used[2] = {0};
    const struct rank_config *last = NULL;
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *rank = &config->ranks[i];
        if (rank->server != (int32_t)server)
            continue;
        ranks++;
        if (rank->used_tracks == 0)
            continue;
        used++;
        clusters_used[rank->cluster]++;
        last = rank;
    }
    const char *serial = config->servers[server].serial;
    if (used == 1 && ranks > 1)
        note(notes, memory_text("server %s: all volumes lie on rank %s, its other ranks (%d) stay idle", serial,
                                last->name, (int)(ranks - used)));
    if (used > 1 && (clusters_used[0] == 0 || clusters_used[1] == 0))
        note(notes,
             memory_text("server %s: all volumes belong to cluster %d; processors and cache of the other stay idle",
                         serial, (int)last->cluster));
}

/* The time that a workload's I/Os ask of one port, per second of offered load at its peak. */
static double port_demand(const struct workload_config *workload, const struct port_type *type)
{
    double peak = 0;
    for (size_t i = 0; workload->kind == LOAD_OPEN && i < workload->rate_count; i++)
        peak = workload->rate[i].per_s > peak ? workload->rate[i].per_s : peak;
    return peak * ((double)type->protocol_ns / 1e9 + (double)workload->block_bytes / (double)type->bytes_per_s);
}

/* Ports that the offered load alone loads past the advised utilisation. */
static void note_ports(struct notes *notes, const struct config *config, size_t host_index)
{
    const struct host_config *host = &config->hosts[host_index];
    double busiest = 0, used = host->policy == PATH_FAILOVER ? 1 : (double)host->port_count;
    for (size_t i = 0; i < host->port_count; i++) {
        const struct port_type *type = &config->port_types[config->ports[host->ports[i]].type];
        double demand = 0;
        for (size_t j = 0; j < config->workload_count; j++)
            if (config->workloads[j].host == (int32_t)host_index)
                demand += port_demand(&config->workloads[j], type) / used;
        busiest = demand > busiest ? demand : busiest;
    }
    if (busiest > config->thresholds[RESOURCE_PORT])
        note(notes,
             memory_text("host %s: its offered load alone takes its ports to %.0f %%, advised are at most %.0f %%",
                         host->name, busiest * 100, config->thresholds[RESOURCE_PORT] * 100));
}

/* Volumes that no workload uses are fine; a workload-less scenario simulates nothing. */
static void note_idle(struct notes *notes, const struct config *config)
{
    if (config->workload_count == 0)
        note(notes, memory_text("there is no workload: a run would simulate nothing"));
}

struct notes notes_create(const struct config *config)
{
    struct notes notes = {0};
    note_idle(&notes, config);
    for (size_t i = 0; i < config->server_count; i++)
        note_balance(&notes, config, i);
    for (size_t i = 0; i < config->host_count; i++)
        note_ports(&notes, config, i);
    return notes;
}

void notes_free(struct notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        free(notes->lines[i]);
    free(notes->lines);
    *notes = (struct notes){0};
}
