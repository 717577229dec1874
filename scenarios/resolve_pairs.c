// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * PPRC pairs by name: a source and a target, or two groups member by member. Each pair that is mentioned, in `pairs` or
 * by a task, stands in the config once; a hash table of (source, target) finds it again.
 */
#include <stdlib.h>

#include "scenarios/resolve.h"
#include "sim/memory.h"

/* ---- the table ---- */

static size_t bucket(const struct resolver *resolver, int32_t source, int32_t target)
{
    uint64_t hash = ((uint64_t)(uint32_t)source << 32 | (uint32_t)target) * 0x9e3779b97f4a7c15u;
    return (size_t)(hash >> 32) & (resolver->pair_room - 1);
}

/* Where a pair stands in the table, or would. */
static int32_t *find_slot(const struct resolver *resolver, int32_t source, int32_t target)
{
    size_t i = bucket(resolver, source, target);
    for (;; i = (i + 1) & (resolver->pair_room - 1)) {
        int32_t index = resolver->pair_table[i];
        if (index < 0)
            return &resolver->pair_table[i];
        const struct pair_config *pair = &resolver->config->pairs[index];
        if (pair->source == source && pair->target == target)
            return &resolver->pair_table[i];
    }
}

/* Keeps the table at most half full. */
static void make_room(struct resolver *resolver)
{
    if (2 * (resolver->config->pair_count + 1) <= resolver->pair_room)
        return;
    resolver->pair_room = resolver->pair_room > 0 ? 2 * resolver->pair_room : 64;
    free(resolver->pair_table);
    resolver->pair_table = memory_alloc_zeroed(resolver->pair_room, sizeof resolver->pair_table[0]);
    for (size_t i = 0; i < resolver->pair_room; i++)
        resolver->pair_table[i] = -1;
    for (size_t i = 0; i < resolver->config->pair_count; i++)
        *find_slot(resolver, resolver->config->pairs[i].source, resolver->config->pairs[i].target) = (int32_t)i;
}

/* The index of a pair, added as a simplex one if it is new. */
static int32_t pair_index(struct resolver *resolver, int32_t source, int32_t target)
{
    struct config *config = resolver->config;
    make_room(resolver);
    int32_t *slot = find_slot(resolver, source, target);
    if (*slot >= 0)
        return *slot;
    size_t index = config->pair_count;
    config->pairs = memory_grow(config->pairs, index, sizeof config->pairs[0]);
    resolver->pairs = memory_grow(resolver->pairs, index, sizeof resolver->pairs[0]);
    config->pairs[index] = (struct pair_config){
        .name = memory_text("%s>%s", config->volumes[source].label, config->volumes[target].label),
        .source = source,
        .target = target,
        .state = PPRC_SIMPLEX,
    };
    config->pair_count++;
    return *slot = (int32_t)index;
}

/* ---- names ---- */

/* What a pair's volumes must be to each other, whatever its state. */
static bool check_volumes(const struct resolver *resolver, const struct volume_config *source,
                          const struct volume_config *target, const struct node *at)
{
    const struct server_model *from = &resolver->config->servers[source->server].model;
    const struct server_model *to = &resolver->config->servers[target->server].model;
    if (source == target)
        node_error(at, resolver->diagnostics, "%.80s is its own target, allowed is another volume", source->label);
    else if (target->size_bytes < source->size_bytes)
        node_error(at, resolver->diagnostics,
                   "target %.80s is smaller than its source %.80s: %lld B, allowed are %lld B or more", target->label,
                   source->label, (long long)target->size_bytes, (long long)source->size_bytes);
    else if (from->track_bytes != to->track_bytes || from->segment_bytes != to->segment_bytes)
        node_error(at, resolver->diagnostics,
                   "%.80s and %.80s are on servers of different `track` or `segment`, allowed is the same", source->label,
                   target->label);
    else
        return true;
    return false;
}

/* A name, and where it stands. */
struct written {
    const char *name;
    const struct node *at;
};

static bool find_pairs(struct resolver *resolver, struct written from, struct written to, int32_t **pairs,
                       size_t *count)
{
    const struct config *config = resolver->config;
    const struct node *at = to.at;
    size_t source = 0, sources = 0, target = 0, targets = 0;
    bool good = resolve_volumes_named(resolver, from.name, from.at, &source, &sources);
    good = resolve_volumes_named(resolver, to.name, to.at, &target, &targets) && good;
    if (!good)
        return false;
    if (sources != targets) {
        node_error(at, resolver->diagnostics,
                   "%.60s has %zu volume%s and %.60s %zu, allowed are equal numbers, paired member by member", from.name,
                   sources, sources == 1 ? "" : "s", to.name, targets);
        return false;
    }
    if (config->pair_count + sources > PAIRS_MAX) {
        node_error(at, resolver->diagnostics, "is one of more than the %d pairs that are allowed", PAIRS_MAX);
        return false;
    }
    for (size_t i = 0; i < sources; i++)
        if (!check_volumes(resolver, &config->volumes[source + i], &config->volumes[target + i], at))
            return false;
    for (size_t i = 0; i < sources; i++) {
        *pairs = memory_grow(*pairs, *count, sizeof(*pairs)[0]);
        (*pairs)[(*count)++] = pair_index(resolver, (int32_t)(source + i), (int32_t)(target + i));
    }
    return true;
}

bool resolve_pair_names(struct resolver *resolver, const char *from, const char *to, const struct node *at,
                        int32_t **pairs, size_t *count)
{
    return find_pairs(resolver, (struct written){from, at}, (struct written){to, at}, pairs, count);
}

bool resolve_pair(struct resolver *resolver, const struct node *from, const struct node *to, int32_t **pairs,
                  size_t *count)
{
    return find_pairs(resolver, (struct written){from->text, from}, (struct written){to->text, to}, pairs, count);
}
