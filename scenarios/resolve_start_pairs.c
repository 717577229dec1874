// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * `pairs`: which pairs there are and how they stand at the start.
 *
 * A PPRC pair that stands needs a path from its source's subsystem to its target's. A volume is in one such pair at
 * most, and no workload uses the target of one: a secondary takes host I/O only in simplex. A volume is in one
 * FlashCopy at most, too, whose target may be the source of a PPRC pair but not its target; hosts may use both.
 */
#include <stdlib.h>

#include "scenarios/resolve.h"
#include "sim/memory.h"

/* What stands at the start. */
struct standing {
    int32_t *pairs[2]; /* by kind and volume: the pair of that kind that it is in, -1: none */
    uint64_t *ways;    /* subsystem pairs with a path, ascending */
    size_t way_count;
};

/* What a pair is called in messages. */
static const char *const kind_words[] = {[PAIR_PPRC] = "PPRC pair", [PAIR_FLASHCOPY] = "FlashCopy"};

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
        int32_t other = standing->pairs[pair->kind][volumes[i]];
        if (other < 0)
            continue;
        node_error(at, resolver->diagnostics,
                   "%.80s is in %s %.160s already, allowed is one %s of a volume at the start",
                   resolver->config->volumes[volumes[i]].label, kind_words[pair->kind],
                   resolver->config->pairs[other].name, kind_words[pair->kind]);
        return false;
    }
    return true;
}

/* Two pairs of different kinds would both write to one target. */
static bool check_other_kind(const struct resolver *resolver, const struct standing *standing,
                             const struct pair_config *pair, const struct node *at)
{
    const struct config *config = resolver->config;
    enum pair_kind kind = pair->kind == PAIR_PPRC ? PAIR_FLASHCOPY : PAIR_PPRC;
    int32_t other = standing->pairs[kind][pair->target];
    if (other < 0 || config->pairs[other].target != pair->target)
        return true;
    node_error(at, resolver->diagnostics,
               "%.80s is the target of %s %.160s too, allowed is a target of PPRC or of FlashCopy at the start",
               config->volumes[pair->target].label, kind_words[kind], config->pairs[other].name);
    return false;
}

/* ---- items ---- */

static void set_pprc(struct pair_config *pair, struct view *view)
{
    static const enum pair_state states[] = {PPRC_DUPLEX, PPRC_SIMPLEX, PPRC_SUSPENDED}; /* by number of the choice */
    pair->state = states[view_integer(view, "state")];
    pair->critical = view_integer(view, "critical") != 0;
}

static void set_flashcopy(struct pair_config *pair, struct view *view)
{
    pair->state = view_integer(view, "background_copy") != 0 ? FLASH_COPYING : FLASH_NOCOPY;
    pair->accelerate_destage = view_integer(view, "accelerate_destage") != 0;
}

/* Sets how one pair stands; false after a mistake. */
static bool set_pair(struct resolver *resolver, struct standing *standing, int32_t index, struct view *view,
                     const struct node *at)
{
    struct pair_config *pair = &resolver->config->pairs[index];
    if (resolver->pairs[index].node != NULL) {
        node_error(at, resolver->diagnostics, "names pair %.160s a second time, allowed is once", pair->name);
        return false;
    }
    resolver->pairs[index].node = view->node;
    if (pair->kind == PAIR_PPRC)
        set_pprc(pair, view);
    else
        set_flashcopy(pair, view);
    if (pair->state == PPRC_SIMPLEX)
        return true;
    if (!check_free(resolver, standing, pair, at) || !check_other_kind(resolver, standing, pair, at))
        return false;
    if (pair->kind == PAIR_PPRC && !check_path(resolver, standing, pair, at))
        return false;
    standing->pairs[pair->kind][pair->source] = standing->pairs[pair->kind][pair->target] = index;
    return true;
}

/* Says which keys belong to the other kind of pair. */
static void check_keys(const struct resolver *resolver, const struct view *view, enum pair_kind kind)
{
    static const struct {
        const char *name;
        enum pair_kind kind;
    } keys[] = {{"state", PAIR_PPRC},
                {"critical", PAIR_PPRC},
                {"background_copy", PAIR_FLASHCOPY},
                {"accelerate_destage", PAIR_FLASHCOPY}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct node *key = tree_find(view->tree, view->node, keys[i].name);
        if (key != NULL && keys[i].kind != kind)
            node_key_error(key, resolver->diagnostics, "is given with %s, allowed is only together with %s",
                           pair_kind_name(kind), pair_kind_name(keys[i].kind));
    }
}

/* The names of a source and a target; NULL after saying that they are none. */
static const struct node *find_names(const struct resolver *resolver, const struct node *item, enum pair_kind *kind)
{
    const struct view view = {resolver->tree, item, SECTION_PAIR, true};
    const struct node *pprc = tree_find(resolver->tree, item, "pprc");
    const struct node *flashcopy = tree_find(resolver->tree, item, "flashcopy");
    const struct node *names = pprc != NULL ? pprc : flashcopy;
    if (item->broken || (item->kind != NODE_MAPPING && !node_is_empty(item)))
        return NULL;
    if ((pprc == NULL) == (flashcopy == NULL)) {
        node_error(item, resolver->diagnostics,
                   "%s of pprc and flashcopy is given, needed is exactly one: [SOURCE, TARGET]",
                   names == NULL ? "none" : "more than one");
        return NULL;
    }
    *kind = pprc != NULL ? PAIR_PPRC : PAIR_FLASHCOPY;
    check_keys(resolver, &view, *kind);
    if (names->valid && names->kind == NODE_SEQUENCE && names->count == 2)
        return names;
    if (names->valid)
        node_error(names, resolver->diagnostics, "are not two names, needed is [SOURCE, TARGET]");
    return NULL;
}

static void add_item(struct resolver *resolver, struct standing *standing, const struct node *item)
{
    struct view view = {resolver->tree, item, SECTION_PAIR, true};
    enum pair_kind kind = PAIR_PPRC;
    int32_t *pairs = NULL;
    size_t count = 0;
    const struct node *names = find_names(resolver, item, &kind);
    bool good = names != NULL && resolve_pair(resolver, kind, names->first, names->last, &pairs, &count);
    resolver->pairs_broken = resolver->pairs_broken || !good;
    for (size_t i = 0; good && i < count; i++)
        good = set_pair(resolver, standing, pairs[i], &view, names);
    free(pairs);
}

/* ---- workloads ---- */

/* The first volume of a workload that is the target of a PPRC pair that stands, -1: none. */
static int32_t first_target(const struct config *config, const struct standing *standing,
                            const struct workload_config *workload)
{
    for (size_t i = 0; i < workload->volume_count; i++) {
        int32_t pair = standing->pairs[PAIR_PPRC][workload->volumes[i]];
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
                   config->volumes[volume].label, config->pairs[standing->pairs[PAIR_PPRC][volume]].name);
    }
}

/* By volume: in no pair. To be freed. */
static int32_t *no_pairs(const struct config *config)
{
    int32_t *pairs = memory_alloc_zeroed(config->volume_count, sizeof pairs[0]);
    for (size_t i = 0; i < config->volume_count; i++)
        pairs[i] = -1;
    return pairs;
}

void resolve_start_pairs(struct resolver *resolver)
{
    const struct config *config = resolver->config;
    const struct node *pairs = tree_find(resolver->tree, tree_root(resolver->tree), "pairs");
    struct standing standing = {.pairs = {no_pairs(config), no_pairs(config)}};
    list_ways(config, &standing);
    if (pairs != NULL && pairs->kind == NODE_SEQUENCE)
        for (const struct node *item = pairs->first; item != NULL; item = item->next)
            add_item(resolver, &standing, item);
    check_workloads(resolver, &standing);
    free(standing.pairs[PAIR_PPRC]);
    free(standing.pairs[PAIR_FLASHCOPY]);
    free(standing.ways);
}
