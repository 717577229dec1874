// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pairs by name: a source and a target, or two groups member by member, mirrored by PPRC or copied by FlashCopy. Each
 * pair that is mentioned, in `pairs` or by a task, stands in the config once for each kind; a hash table of (kind,
 * source, target) finds it again.
 */
#include <stdlib.h>

#include "scenarios/resolve.h"
#include "sim/memory.h"

/* ---- the table ---- */

/* The same for both kinds, which then stand beside each other. */
static size_t bucket(const struct resolver *resolver, int32_t source, int32_t target)
{
    uint64_t hash = ((uint64_t)(uint32_t)source << 32 | (uint32_t)target) * 0x9e3779b97f4a7c15u;
    return (size_t)(hash >> 32) & (resolver->pair_room - 1);
}

/* Where a pair stands in the table, or would. */
static int32_t *find_slot(const struct resolver *resolver, enum pair_kind kind, int32_t source, int32_t target)
{
    size_t i = bucket(resolver, source, target);
    for (;; i = (i + 1) & (resolver->pair_room - 1)) {
        int32_t index = resolver->pair_table[i];
        if (index < 0)
            return &resolver->pair_table[i];
        const struct pair_config *pair = &resolver->config->pairs[index];
        if (pair->kind == kind && pair->source == source && pair->target == target)
            return &resolver->pair_table[i];
    }
}

/* Keeps the table at most half full. */
static void make_room(struct resolver *resolver)
{
    const struct config *config = resolver->config;
    if (2 * (config->pair_count + 1) <= resolver->pair_room)
        return;
    resolver->pair_room = resolver->pair_room > 0 ? 2 * resolver->pair_room : 64;
    free(resolver->pair_table);
    resolver->pair_table = memory_alloc_zeroed(resolver->pair_room, sizeof resolver->pair_table[0]);
    for (size_t i = 0; i < resolver->pair_room; i++)
        resolver->pair_table[i] = -1;
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct pair_config *pair = &config->pairs[i];
        *find_slot(resolver, pair->kind, pair->source, pair->target) = (int32_t)i;
    }
}

/* ---- pairs ---- */

/* The name of a pair; where the same volumes are pairs of both kinds, the FlashCopy's says so. To be freed. */
static char *pair_name(const struct config *config, enum pair_kind kind, int32_t source, int32_t target, bool both)
{
    return memory_text("%s>%s%s", config->volumes[source].label, config->volumes[target].label,
                       both && kind == PAIR_FLASHCOPY ? " (flashcopy)" : "");
}

/* The index of a pair, added if it is new, as one that does not stand. */
static int32_t pair_index(struct resolver *resolver, enum pair_kind kind, int32_t source, int32_t target)
{
    struct config *config = resolver->config;
    make_room(resolver);
    int32_t *slot = find_slot(resolver, kind, source, target);
    if (*slot >= 0)
        return *slot;
    int32_t twin = *find_slot(resolver, kind == PAIR_PPRC ? PAIR_FLASHCOPY : PAIR_PPRC, source, target);
    size_t index = config->pair_count;
    config->pairs = memory_grow(config->pairs, index, sizeof config->pairs[0]);
    resolver->pairs = memory_grow(resolver->pairs, index, sizeof resolver->pairs[0]);
    config->pairs[index] = (struct pair_config){
        .name = pair_name(config, kind, source, target, twin >= 0),
        .kind = kind,
        .source = source,
        .target = target,
        .state = kind == PAIR_PPRC ? PPRC_SIMPLEX : FLASH_NONE,
    };
    config->pair_count++;
    if (twin >= 0 && kind == PAIR_PPRC) {
        free(config->pairs[twin].name);
        config->pairs[twin].name = pair_name(config, PAIR_FLASHCOPY, source, target, true);
    }
    return *slot = (int32_t)index;
}

/* Whether the volumes of a pair to be may be what FlashCopy copies: never outside of a logical subsystem. */
static bool check_subsystem(const struct resolver *resolver, const struct volume_config *source,
                            const struct volume_config *target, const struct node *at)
{
    const struct config *config = resolver->config;
    const struct rank_config *from = &config->ranks[source->rank], *to = &config->ranks[target->rank];
    if (from->server == to->server && from->lss == to->lss)
        return true;
    node_error(at, resolver->diagnostics,
               "source %.80s is in %s:%d and target %.80s in %s:%d, allowed are volumes of one logical subsystem",
               source->label, config->servers[from->server].serial, (int)from->lss, target->label,
               config->servers[to->server].serial, (int)to->lss);
    return false;
}

/* What a pair's volumes must be to each other, whatever its state. */
static bool check_volumes(const struct resolver *resolver, enum pair_kind kind, const struct volume_config *source,
                          const struct volume_config *target, const struct node *at)
{
    const struct server_model *from = &resolver->config->servers[source->server].model;
    const struct server_model *to = &resolver->config->servers[target->server].model;
    if (source == target)
        node_error(at, resolver->diagnostics, "%.80s is its own target, allowed is another volume", source->label);
    else if (kind == PAIR_FLASHCOPY && !check_subsystem(resolver, source, target, at))
        return false;
    else if (target->size_bytes < source->size_bytes)
        node_error(at, resolver->diagnostics,
                   "target %.80s is smaller than its source %.80s: %lld B, allowed are %lld B or more", target->label,
                   source->label, (long long)target->size_bytes, (long long)source->size_bytes);
    else if (from->track_bytes != to->track_bytes || from->segment_bytes != to->segment_bytes)
        node_error(at, resolver->diagnostics,
                   "%.80s and %.80s are on servers of different `track` or `segment`, allowed is the same",
                   source->label, target->label);
    else
        return true;
    return false;
}

/* ---- names ---- */

/* A name, and where it stands. */
struct written {
    const char *name;
    const struct node *at;
};

/* The first of each of two rows of volumes, of `count` each. */
struct rows {
    size_t source, target, count;
};

static bool find_rows(struct resolver *resolver, struct written from, struct written to, struct rows *rows)
{
    size_t targets = 0;
    bool good = resolve_volumes_named(resolver, from.name, from.at, &rows->source, &rows->count);
    good = resolve_volumes_named(resolver, to.name, to.at, &rows->target, &targets) && good;
    if (!good || rows->count == targets)
        return good;
    node_error(to.at, resolver->diagnostics,
               "%.60s has %zu volume%s and %.60s %zu, allowed are equal numbers, paired member by member", from.name,
               rows->count, rows->count == 1 ? "" : "s", to.name, targets);
    return false;
}

static bool check_rows(const struct resolver *resolver, enum pair_kind kind, const struct rows *rows,
                       const struct node *at)
{
    const struct config *config = resolver->config;
    if (config->pair_count + rows->count > PAIRS_MAX) {
        node_error(at, resolver->diagnostics, "is one of more than the %d pairs that are allowed", PAIRS_MAX);
        return false;
    }
    for (size_t i = 0; i < rows->count; i++)
        if (!check_volumes(resolver, kind, &config->volumes[rows->source + i], &config->volumes[rows->target + i], at))
            return false;
    return true;
}

bool resolve_pair(struct resolver *resolver, enum pair_kind kind, const struct node *from, const struct node *to,
                  int32_t **pairs, size_t *count)
{
    struct rows rows = {0};
    bool good = find_rows(resolver, (struct written){from->text, from}, (struct written){to->text, to}, &rows) &&
                check_rows(resolver, kind, &rows, to);
    for (size_t i = 0; good && i < rows.count; i++) {
        *pairs = memory_grow(*pairs, *count, sizeof(*pairs)[0]);
        (*pairs)[(*count)++] = pair_index(resolver, kind, (int32_t)(rows.source + i), (int32_t)(rows.target + i));
    }
    return good;
}

bool resolve_known_pairs(struct resolver *resolver, enum pair_kind kind, const char *from, const char *to,
                         const struct node *at, int32_t **pairs, size_t *count)
{
    struct rows rows = {0};
    *count = 0;
    if (!find_rows(resolver, (struct written){from, at}, (struct written){to, at}, &rows))
        return false;
    make_room(resolver);
    for (size_t i = 0; i < rows.count; i++) {
        int32_t index = *find_slot(resolver, kind, (int32_t)(rows.source + i), (int32_t)(rows.target + i));
        if (index < 0) {
            *count = 0;
            return true;
        }
        *pairs = memory_grow(*pairs, *count, sizeof(*pairs)[0]);
        (*pairs)[(*count)++] = index;
    }
    return true;
}
