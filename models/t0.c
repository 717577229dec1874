// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/t0.h"

#include "models/destage.h"
#include "models/nvs.h"
#include "models/relation.h"
#include "models/track_table.h"

/* A source track that was written to since T0, and that its relation lacks. */
struct old_track {
    struct track_node node;          /* first: the node's address is this one's */
    struct relation *relation;
    struct old_track *next, **link_to_this; /* of the relation's */
    int64_t number;                  /* on the source's rank */
    uint16_t dirty;                  /* segments that were dirty before the first such write */
    uint16_t changed;                /* written since */
};

const size_t old_track_bytes = sizeof(struct old_track);

static struct old_track *find_old(const struct relation *relation, int64_t number)
{
    return (struct old_track *)track_table_find(relation->machine->old_tracks, relation->source_rank->index, number);
}

/* ---- asked by readers ---- */

bool t0_lacks(const struct volume *volume, int64_t track)
{
    return volume->target_of != NULL && relation_lacks(volume->target_of, track);
}

struct rank *t0_rank(const struct volume *volume)
{
    return volume->target_of->source_rank;
}

int64_t t0_track(const struct volume *volume, int64_t track)
{
    return volume->target_of->source_config->first_track + track;
}

/* Those of the segments that the cache holds of a rank's track. */
static uint32_t held(const struct cache *cache, const struct rank *rank, int64_t number, uint32_t segments)
{
    cache_track entry = cache_find(cache, rank->index, number);
    return entry != 0 ? segments & ~cache_missing(cache, entry, segments) : 0;
}

/* As held(), without what is still on its way there. */
static uint32_t arrived(const struct cache *cache, const struct rank *rank, int64_t number, uint32_t segments)
{
    cache_track entry = cache_find(cache, rank->index, number);
    uint32_t there = held(cache, rank, number, segments);
    for (uint32_t left = there; entry != 0 && left != 0; left &= left - 1)
        if (cache_is_inflight(cache, entry, left & -left))
            there &= ~(left & -left);
    return there;
}

static void find_at_source(const struct relation *relation, int64_t track, uint32_t segments,
                           struct content_places *places)
{
    const struct rank *rank = relation->source_rank;
    int64_t number = relation->source_config->first_track + track;
    const struct old_track *old = find_old(relation, number);
    uint32_t changed = old != NULL ? old->changed : 0, dirty = old != NULL ? old->dirty : 0;
    places->source_aside = segments & changed & dirty;
    places->source_cache = arrived(rank->cluster->cache, rank, number, segments & ~changed);
    places->source_drives = segments & ~places->source_aside & ~places->source_cache;
}

uint32_t t0_on_drives(const struct volume *volume, int64_t track, uint32_t segments)
{
    struct content_places places = {0};
    find_at_source(volume->target_of, track, segments, &places);
    return places.source_drives;
}

struct content_places t0_places(const struct machine *machine, size_t index, int64_t track, uint32_t segments)
{
    const struct volume_config *volume = &machine->config->volumes[index];
    const struct rank *rank = &machine->ranks[volume->rank];
    struct content_places places = {
        .cache = held(rank->cluster->cache, rank, volume->first_track + track, segments)};
    uint32_t rest = segments & ~places.cache;
    if (t0_lacks(&machine->volumes[index], track))
        find_at_source(machine->volumes[index].target_of, track, rest, &places);
    else
        places.drives = rest;
    return places;
}

/* ---- told by source writes ---- */

static bool lacks_of_source(const struct span *span, int64_t number)
{
    const struct relation *relation = span->state->source_of;
    return relation != NULL && relation_lacks(relation, number - span->volume->first_track);
}

/* Of the segments, dirty ones of T0 that nobody has written to since. */
static uint32_t to_keep(const struct span *span, int64_t number, const struct old_track *old, uint32_t segments)
{
    const struct cache *cache = span->rank->cluster->cache;
    if (old != NULL)
        return segments & old->dirty & ~(uint32_t)old->changed;
    cache_track entry = cache_find(cache, span->rank->index, number);
    return entry != 0 ? cache_holds_dirty(cache, entry, segments) : 0;
}

int64_t t0_keeping_bytes(const struct span *span, int64_t track, int64_t end)
{
    int64_t segments = 0;
    for (; span->state->source_of != NULL && track < end; track++)
        if (lacks_of_source(span, track))
            segments += __builtin_popcount(
                to_keep(span, track, find_old(span->state->source_of, track), span_segments(span, track)));
    return segments * span->rank->model->segment_bytes;
}

static struct old_track *add_old(struct relation *relation, int64_t number, uint32_t dirty)
{
    struct old_track *old = pool_take(relation->machine->old_track_pool);
    *old = (struct old_track){.relation = relation, .next = relation->old_tracks, .link_to_this = &relation->old_tracks, .number = number,
                              .dirty = (uint16_t)dirty};
    if (old->next != NULL)
        old->next->link_to_this = &old->next;
    relation->old_tracks = old;
    track_table_add(relation->machine->old_tracks, relation->source_rank->index, number, &old->node);
    return old;
}

void t0_changes(const struct span *span, int64_t number, cache_track entry, uint32_t segments)
{
    struct relation *relation = span->state->source_of;
    struct cache *cache = span->rank->cluster->cache;
    if (!lacks_of_source(span, number))
        return;
    struct content *content = relation->machine->content;
    struct old_track *old = find_old(relation, number);
    uint32_t kept = to_keep(span, number, old, segments);
    if (old == NULL)
        old = add_old(relation, number, cache_dirty(cache, entry));
    if (kept != 0 && content != NULL)
        content->kept(content, (uint32_t)relation->config->source, number - span->volume->first_track, kept);
    old->changed |= (uint16_t)segments;
    cache_bind(cache, span->rank, entry);
}

struct relation *t0_bound(const struct rank *rank, int64_t number, int64_t *track)
{
    struct relation *relation =
        ((struct old_track *)track_table_find(rank->machine->old_tracks, rank->index, number))->relation;
    *track = number - relation->source_config->first_track;
    return relation;
}

/* ---- told by relations ---- */

void t0_begin(struct relation *relation)
{
    struct rank *rank = relation->target_rank;
    int64_t first = relation->target_config->first_track;
    int64_t end = first + relation->source_config->tracks, apart;
    int64_t dropped = cache_forget(rank->cluster->cache, rank, first, end, &apart);
    nvs_give(rank->cluster, (dropped - apart) * rank->model->segment_bytes, false);
    nvs_give(rank->cluster, apart * rank->model->segment_bytes, true);
}

static void let_go(struct relation *relation, struct old_track *old)
{
    struct machine *machine = relation->machine;
    struct rank *rank = relation->source_rank;
    struct cache *cache = rank->cluster->cache;
    cache_track entry = cache_find(cache, rank->index, old->number);
    if (entry != 0)
        cache_unbind(cache, rank, entry);
    *old->link_to_this = old->next;
    if (old->next != NULL)
        old->next->link_to_this = old->link_to_this;
    track_table_remove(machine->old_tracks, &old->node);
    nvs_give(rank->cluster, __builtin_popcount(old->changed & old->dirty) * rank->model->segment_bytes, false);
    pool_give(machine->old_track_pool, old);
}

void t0_let_go(struct relation *relation, int64_t track)
{
    struct old_track *old = find_old(relation, relation->source_config->first_track + track);
    if (old != NULL)
        let_go(relation, old);
}

void t0_let_all_go(struct relation *relation)
{
    while (relation->old_tracks != NULL)
        let_go(relation, relation->old_tracks);
    destage_written(relation->source_rank);
}
