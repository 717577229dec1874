// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Notes on links: what the offered writes ask of them, by hand, and whether anything is left when one fails.
 */
#include <stdlib.h>

#include "models/link.h"
#include "scenarios/notes.h"
#include "sim/memory.h"

/* The links that lead from a subsystem to another: those looked for last. */
struct way {
    int32_t from, to;
    int32_t links[SERVER_LINKS_MAX];
    size_t count;
};

static void find_way(const struct config *config, struct way *way, int32_t from, int32_t to)
{
    if (way->from == from && way->to == to)
        return;
    *way = (struct way){.from = from, .to = to};
    for (size_t i = 0; i < config->path_count && way->count < SERVER_LINKS_MAX; i++)
        if (config->paths[i].from == from && config->paths[i].to == to)
            way->links[way->count++] = config->paths[i].link;
}

/* How long a write of a workload holds a link: a track at most goes at a time. */
static double hold_s(const struct config *config, const struct link_config *link, int64_t bytes)
{
    int64_t track = config->servers[link->from].model.track_bytes;
    int64_t tracks = (bytes + track - 1) / track;
    return (double)link_hold_ns(&link->type, link->distance_m, bytes < track ? bytes : track) * (double)tracks / 1e9;
}

/* Adds to `busy`, the share of each link's time that offered writes hold it, what a workload writes to one source. */
static void add_volume(const struct config *config, double *busy, const struct workload_config *workload,
                       const struct way *way)
{
    double writes = notes_peak_per_s(workload) * (1 - workload->read_share) / (double)workload->volume_count;
    for (size_t i = 0; i < way->count; i++)
        busy[way->links[i]] +=
            writes / (double)way->count * hold_s(config, &config->links[way->links[i]], workload->block_bytes);
}

/* The duplex pair of each volume that is a source, -1: none. To be freed. */
static int32_t *duplex_pairs(const struct config *config)
{
    int32_t *pairs = memory_alloc_zeroed(config->volume_count, sizeof pairs[0]);
    for (size_t i = 0; i < config->volume_count; i++)
        pairs[i] = -1;
    for (size_t i = 0; i < config->pair_count; i++)
        if (config->pairs[i].state == PPRC_DUPLEX)
            pairs[config->pairs[i].source] = (int32_t)i;
    return pairs;
}

static void add_writes(const struct config *config, double *busy)
{
    int32_t *pairs = duplex_pairs(config);
    struct way way = {.from = -1};
    for (size_t i = 0; i < config->workload_count; i++) {
        const struct workload_config *workload = &config->workloads[i];
        for (size_t j = 0; workload->kind == LOAD_OPEN && j < workload->volume_count; j++) {
            int32_t pair = pairs[workload->volumes[j]];
            if (pair < 0)
                continue;
            find_way(config, &way, config_volume_subsystem(config, config->pairs[pair].source),
                     config_volume_subsystem(config, config->pairs[pair].target));
            add_volume(config, busy, workload, &way);
        }
    }
    free(pairs);
}

/* Whether the link is the first one, in the order of the config, from its server to the other. */
static bool is_first(const struct config *config, size_t link)
{
    for (size_t i = 0; i < link; i++)
        if (config->links[i].from == config->links[link].from && config->links[i].to == config->links[link].to)
            return false;
    return true;
}

/* The busiest link from a server to another, whose first is number `first`. */
static void note_busiest(struct notes *notes, const struct config *config, const double *busy, size_t first)
{
    const struct link_config *links = config->links;
    size_t busiest = first;
    for (size_t i = first; i < config->link_count; i++)
        if (links[i].from == links[first].from && links[i].to == links[first].to && busy[i] > busy[busiest])
            busiest = i;
    if (busy[busiest] > config->thresholds[RESOURCE_LINK])
        notes_add(notes, memory_text("links from %s to %s: the offered writes alone take %s to %.0f %%, advised are at "
                                     "most %.0f %%",
                                     config->servers[links[first].from].serial, config->servers[links[first].to].serial,
                                     links[busiest].name, busy[busiest] * 100,
                                     config->thresholds[RESOURCE_LINK] * 100));
}

/* The pairs from a server to another, all of whose paths lead over one link. */
static void note_single(struct notes *notes, const struct config *config, size_t first)
{
    const struct link_config *links = config->links;
    int32_t only = -1;
    for (size_t i = 0; i < config->path_count; i++) {
        const struct link_config *link = &links[config->paths[i].link];
        if (link->from != links[first].from || link->to != links[first].to)
            continue;
        if (only >= 0 && only != config->paths[i].link)
            return;
        only = config->paths[i].link;
    }
    if (only >= 0)
        notes_add(notes, memory_text("links from %s to %s: all paths lead over %s, whose failure suspends their pairs",
                                     config->servers[links[first].from].serial, config->servers[links[first].to].serial,
                                     links[only].name));
}

void notes_of_links(struct notes *notes, const struct config *config)
{
    double *busy = memory_alloc_zeroed(config->link_count, sizeof busy[0]);
    add_writes(config, busy);
    for (size_t i = 0; i < config->link_count; i++) {
        if (!is_first(config, i))
            continue;
        note_busiest(notes, config, busy, i);
        note_single(notes, config, i);
    }
    free(busy);
}
