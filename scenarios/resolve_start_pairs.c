// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * `pairs`: which pairs there are and how they stand at the start.
 *
 * A pair that stands needs a path from its source's subsystem to its target's. A volume is in one such pair at most, and
 * no workload uses the target of one: a secondary takes host I/O only in simplex.
 */
#include <stdlib.h>

#include "scenarios/resolve.h"
#include "sim/memory.h"

/* What stands at the start. */
struct standing {
    int32_t *pairs; /* by volume: the pair that it is in, -1: none */
    uint64_t *ways; /* subsystem pairs with a path, ascending */
    size_t way_count;
};

/* ---- paths ---- */

static uint64_t way(int32_t from, int32_t to)
{
    return (uint64_t)(uint32_t)from << 32 | (uint32_t)to;
}

static int compare_ways(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void list_ways(const struct config *config, struct standing *standing)
{
    standing->way_count = config->path_count;
    standing->ways = memory_alloc_zeroed(config->path_count, sizeof standing->ways[0]);
    for (size_t i = 0; i < config->path_count; i++)
        standing->ways[i] = way(config->paths[i].from, config->paths[i].to);
    if (config->path_count > 0)
        qsort(standing->ways, standing->way_count, sizeof standing->ways[0], compare_ways);
}

/* The subsystem that a volume belongs to. */
static int32_t subsystem_of(const struct resolver *resolver, int32_t volume)
{
    const struct rank_config *rank = &resolver->config->ranks[resolver->config->volumes[volume].rank];
    return resolver->servers[rank->server].subsystems[rank->lss - LSS_FIRST];
}

static bool check_path(const struct resolver *resolver, const struct standing *standing, const struct pair_config *pair,
                       const struct node *at)
{
    const struct config *config = resolver->config;
    int32_t from = subsystem_of(resolver, pair->source), to = subsystem_of(resolver, pair->target);
    uint64_t needed = way(from, to);
    if (resolver->paths_broken ||
        bsearch(&needed, standing->ways, standing->way_count, sizeof needed, compare_ways) != NULL)
        return true;
    node_error(at, resolver->diagnostics,
               "pair %.160s stands at the start without a path, needed is one from %s to %s in paths", pair->name,
               config->subsystems[from].name, config->subsystems[to].name);
    return false;
}

/* ---- volumes ---- */

static bool check_free(const struct resolver *resolver, const struct standing *standing, const struct pair_config *pair,
                       const struct node *at)
{
    const int32_t volumes[] = {pair->source, pair->target};
    for (size_t i = 0; i < 2; i++) {
        int32_t other = standing->pairs[volumes[i]];
        if (other < 0)
            continue;
        node_error(at, resolver->diagnostics,
                   "%.80s is in pair %.160s already, allowed is one pair of a volume at the start",
                   resolver->config->volumes[volumes[i]].label, resolver->config->pairs[other].name);
        return false;
    }
    return true;
}

/* Sets how one pair stands; false after a mistake. */
static bool set_pair(struct resolver *resolver, struct standing *standing, int32_t index, struct view *view,
                     const struct node *at)
{
    static const enum pair_state states[] = {PPRC_DUPLEX, PPRC_SIMPLEX, PPRC_SUSPENDED}; /* by number of the choice */
    struct pair_config *pair = &resolver->config->pairs[index];
    if (resolver->pairs[index].node != NULL) {
        node_error(at, resolver->diagnostics, "names pair %.160s a second time, allowed is once", pair->name);
        return false;
    }
    resolver->pairs[index].node = view->node;
    pair->state = states[view_integer(view, "state")];
    pair->critical = view_integer(view, "critical") != 0;
    if (pair->state == PPRC_SIMPLEX)
        return true;
    if (!check_free(resolver, standing, pair, at) || !check_path(resolver, standing, pair, at))
        return false;
    standing->pairs[pair->source] = standing->pairs[pair->target] = index;
    return true;
}

static void add_item(struct resolver *resolver, struct standing *standing, const struct node *item)
{
    struct view view = {resolver->tree, item, SECTION_PAIR, true};
    const struct node *names = view_node(&view, "pprc");
    int32_t *pairs = NULL;
    size_t count = 0;
    if (tree_find(resolver->tree, item, "flashcopy") != NULL || item->broken || (names != NULL && !names->valid))
        return;
    if (names == NULL || names->kind != NODE_SEQUENCE || names->count != 2) {
        node_error(names != NULL ? names : item, resolver->diagnostics, "%s, needed is [SOURCE, TARGET]",
                   names == NULL ? "pprc is missing" : "are not two names");
        return;
    }
    bool good = resolve_pair(resolver, names->first, names->last, &pairs, &count);
    for (size_t i = 0; good && i < count; i++)
        good = set_pair(resolver, standing, pairs[i], &view, names);
    free(pairs);
}

/* ---- workloads ---- */

/* The first volume of a workload that is the target of a pair that stands, -1: none. */
static int32_t first_target(const struct config *config, const struct standing *standing,
                            const struct workload_config *workload)
{
    for (size_t i = 0; i < workload->volume_count; i++) {
        int32_t pair = standing->pairs[workload->volumes[i]];
        if (pair >= 0 && config->pairs[pair].target == workload->volumes[i])
            return workload->volumes[i];
    }
    return -1;
}

static void check_workloads(const struct resolver *resolver, const struct standing *standing)
{
    const struct config *config = resolver->config;
    const struct node *workloads = resolve_section(resolver, tree_root(resolver->tree), "workloads");
    for (size_t i = 0; i < config->workload_count; i++) {
        int32_t volume = first_target(config, standing, &config->workloads[i]);
        if (volume < 0)
            continue;
        const struct node *workload = tree_find(resolver->tree, workloads, config->workloads[i].name);
        const struct node *volumes = tree_find(resolver->tree, workload, "volumes");
        node_error(volumes, resolver->diagnostics,
                   "%.80s is the target of pair %.160s at the start, allowed are volumes that no pair writes to",
                   config->volumes[volume].label, config->pairs[standing->pairs[volume]].name);
    }
}

void resolve_start_pairs(struct resolver *resolver)
{
    const struct config *config = resolver->config;
    const struct node *pairs = tree_find(resolver->tree, tree_root(resolver->tree), "pairs");
    struct standing standing = {.pairs = memory_alloc_zeroed(config->volume_count, sizeof standing.pairs[0])};
    for (size_t i = 0; i < config->volume_count; i++)
        standing.pairs[i] = -1;
    list_ways(config, &standing);
    if (pairs != NULL && pairs->kind == NODE_SEQUENCE)
        for (const struct node *item = pairs->first; item != NULL; item = item->next)
            add_item(resolver, &standing, item);
    check_workloads(resolver, &standing);
    free(standing.pairs);
    free(standing.ways);
}
