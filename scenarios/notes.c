// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Notes on where things lie.
 */
#include "scenarios/notes.h"

#include <stdbool.h>
#include <stdlib.h>

#include "scenarios/structure.h"
#include "sim/memory.h"

/* Shares of a load from which on a spread is called uneven. */
static const double UNEVEN_CLUSTER = 0.7, UNEVEN_RANK = 2.0; /* of the load; times the mean of the ranks used */

void notes_add(struct notes *notes, char *line)
{
    notes->lines = memory_grow(notes->lines, notes->count, sizeof notes->lines[0]);
    notes->lines[notes->count++] = line;
}

double notes_peak_per_s(const struct workload_config *workload)
{
    double peak = 0;
    for (size_t i = 0; workload->kind == LOAD_OPEN && i < workload->rate_count; i++)
        peak = workload->rate[i].per_s > peak ? workload->rate[i].per_s : peak;
    return peak;
}

/* ---- servers ---- */

/* What of a server is in use. */
struct spread {
    int32_t ranks, used;               /* ranks; those that volumes lie on */
    int32_t clusters_used[2];          /* the same by cluster */
    int32_t loops, loops_used;         /* loops with ranks; with volumes */
    const struct rank_config *last;    /* a rank in use */
};

static struct spread spread_of(const struct config *config, size_t server)
{
    struct spread spread = {0};
    struct structure structure = structure_count(config, server);
    spread.ranks = structure.ranks;
    for (int loop = 0; loop < PAIR_COUNT * PAIR_LOOPS; loop++) {
        const struct loop_use *use = &structure.loops[loop / PAIR_LOOPS][loop % PAIR_LOOPS];
        spread.loops += use->eight_packs > 0;
        spread.loops_used += use->used > 0;
        spread.used += use->used;
    }
    for (size_t i = 0; i < config->rank_count; i++) {
        if (config->ranks[i].server != (int32_t)server || config->ranks[i].used_tracks == 0)
            continue;
        spread.last = &config->ranks[i];
        spread.clusters_used[spread.last->cluster]++;
    }
    return spread;
}

/* All volumes on one rank, on one loop, in one cluster. */
static void note_idle_parts(struct notes *notes, const struct config *config, size_t server, struct spread spread)
{
    const char *serial = config->servers[server].serial;
    if (spread.used == 1 && spread.ranks > 1)
        notes_add(notes, memory_text("server %s: all volumes lie on rank %s, its other ranks (%d) stay idle", serial,
                                     spread.last->name, (int)(spread.ranks - spread.used)));
    if (spread.used > 1 && spread.loops_used == 1 && spread.loops > 1)
        notes_add(notes, memory_text("server %s: all volumes lie on pair %d loop %c, its other loops with ranks (%d) "
                                     "stay idle",
                                     serial, (int)spread.last->pair, spread.last->loop == 0 ? 'A' : 'B',
                                     (int)spread.loops - 1));
    if (spread.used > 1 && (spread.clusters_used[0] == 0 || spread.clusters_used[1] == 0))
        notes_add(notes,
                  memory_text("server %s: all volumes belong to cluster %d; processors and cache of the other stay idle",
                              serial, (int)spread.last->cluster));
}

/* A server's ranks whose loop keeps no spare for their drives, in one note. */
static void note_spares(struct notes *notes, const struct config *config, size_t server)
{
    char *names = NULL;
    int count = 0;
    for (size_t i = 0; i < config->rank_count; i++) {
        if (config->ranks[i].server != (int32_t)server || structure_has_spare(config, i))
            continue;
        char *longer = memory_text("%s%s%s", names != NULL ? names : "", count++ > 0 ? ", " : "", config->ranks[i].name);
        free(names);
        names = longer;
    }
    if (count > 0)
        notes_add(notes, memory_text("server %s: no spare of %s drives' type is on the loop of rank%s %s: a failed "
                                     "drive stays missing until it is repaired",
                                     config->servers[server].serial, count > 1 ? "their" : "its",
                                     count > 1 ? "s" : "", names));
    free(names);
}

/* ---- hosts ---- */

static void note_bay(struct notes *notes, const struct config *config, const struct host_config *host)
{
    for (size_t i = 1; i < host->port_count; i++)
        if (config->ports[host->ports[i]].bay != config->ports[host->ports[0]].bay)
            return;
    if (host->port_count > 1)
        notes_add(notes, memory_text("host %s: its ports (%zu) are all in bay %d, and fail together with it", host->name,
                                     host->port_count, (int)config->ports[host->ports[0]].bay));
}

/* Adds the shares of a host's load by rank: of its rate where all its workloads have one, else of its volumes. */
static void add_shares(const struct config *config, size_t host, double *shares)
{
    bool open = true;
    for (size_t i = 0; i < config->workload_count; i++)
        open = open && (config->workloads[i].host != (int32_t)host || config->workloads[i].kind == LOAD_OPEN);
    for (size_t i = 0; i < config->workload_count; i++) {
        const struct workload_config *workload = &config->workloads[i];
        if (workload->host != (int32_t)host)
            continue;
        double weight = open ? notes_peak_per_s(workload) / (double)workload->volume_count : 1;
        for (size_t j = 0; j < workload->volume_count; j++)
            shares[config->volumes[workload->volumes[j]].rank] += weight;
    }
}

/* A host's load that goes mostly to one cluster, or to one of the ranks it uses. */
static void note_spread(struct notes *notes, const struct config *config, size_t host_index,
                        const struct spread *spreads)
{
    const struct host_config *host = &config->hosts[host_index];
    double *shares = memory_alloc_zeroed(config->rank_count, sizeof shares[0]);
    double all = 0, clusters[2] = {0};
    size_t used = 0, busiest = 0;
    add_shares(config, host_index, shares);
    for (size_t i = 0; i < config->rank_count; i++) {
        all += shares[i];
        used += shares[i] > 0;
        clusters[config->ranks[i].cluster] += shares[i];
        busiest = shares[i] > shares[busiest] ? i : busiest;
    }
    int cluster = clusters[1] > clusters[0];
    const struct spread *spread = &spreads[host->server];
    if (spread->clusters_used[0] > 0 && spread->clusters_used[1] > 0 && clusters[cluster] > UNEVEN_CLUSTER * all)
        notes_add(notes, memory_text("host %s: %.0f %% of its load goes to cluster %d", host->name,
                                     100 * clusters[cluster] / all, cluster));
    if (used > 1 && shares[busiest] >= UNEVEN_RANK * all / (double)used)
        notes_add(notes, memory_text("host %s: %.0f %% of its load goes to rank %s, %.1f times the mean of the %zu ranks "
                                     "it uses",
                                     host->name, 100 * shares[busiest] / all, config->ranks[busiest].name,
                                     shares[busiest] * (double)used / all, used));
    free(shares);
}

struct notes notes_create(const struct config *config)
{
    struct notes notes = {0};
    if (config->workload_count == 0 && !config_runs_tasks(config))
        notes_add(&notes, memory_text("there is no workload and no task runs: a run would simulate nothing"));
    struct spread *spreads = memory_alloc_zeroed(config->server_count, sizeof spreads[0]);
    for (size_t i = 0; i < config->server_count; i++) {
        spreads[i] = spread_of(config, i);
        note_idle_parts(&notes, config, i, spreads[i]);
        note_spares(&notes, config, i);
    }
    for (size_t i = 0; i < config->host_count; i++) {
        note_bay(&notes, config, &config->hosts[i]);
        note_spread(&notes, config, i, spreads);
    }
    free(spreads);
    notes_of_load(&notes, config);
    notes_of_links(&notes, config);
    notes_of_flashcopies(&notes, config);
    return notes;
}

void notes_free(struct notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        free(notes->lines[i]);
    free(notes->lines);
    *notes = (struct notes){0};
}
