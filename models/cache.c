// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/cache.h"

#include <stdlib.h>

#include "models/cache_entry.h"
#include "sim/memory.h"

enum { HEADS_MIN = 1024, TICKS_A_CAPACITY = 512 * CACHE_RECENT_TICKS, TICK_TRACKS_MIN = 64 };

struct cache *cache_create(struct sim *sim, int64_t capacity)
{
    struct cache *cache = memory_alloc_zeroed(1, sizeof *cache);
    cache->sim = sim;
    cache->capacity = capacity;
    cache->entry_count = cache->busy_count = 1;
    cache->head_mask = HEADS_MIN - 1;
    cache->heads = memory_alloc_zeroed(HEADS_MIN, sizeof *cache->heads);
    cache->tick_tracks = capacity / TICKS_A_CAPACITY;
    if (cache->tick_tracks < TICK_TRACKS_MIN)
        cache->tick_tracks = TICK_TRACKS_MIN;
    cache->tick_left = cache->tick_tracks;
    cache->clock = 1;
    return cache;
}

void cache_destroy(struct cache *cache)
{
    if (cache == NULL)
        return;
    free(cache->entries);
    free(cache->busy);
    free(cache->heads);
    free(cache);
}

int64_t cache_tracks(const struct cache *cache)
{
    return cache->tracks;
}

int64_t cache_segments(const struct cache *cache)
{
    return cache->segments;
}

int64_t cache_capacity(const struct cache *cache)
{
    return cache->capacity;
}

/* ---- finding ---- */

/* Sixteen neighbouring tracks share a line of the processor's cache, because streams and destages ask for tracks in
 * order; the group's hash shuffles them in it, so that those which lie in step do not share one head. */
static uint32_t *head_of(const struct cache *cache, uint64_t key)
{
    uint64_t mixed = (key >> 4) * 0x9E3779B97F4A7C15u >> 32;
    return &cache->heads[((mixed << 4) ^ (mixed >> 24) ^ (key & 15)) & cache->head_mask];
}

static uint32_t find(const struct cache *cache, uint64_t key)
{
    uint32_t track = *head_of(cache, key);
    while (track != 0 && cache->entries[track].key != key)
        track = cache->entries[track].chain;
    return track;
}

cache_track cache_find(const struct cache *cache, int32_t rank, int64_t track)
{
    return find(cache, cache_key(rank, track));
}

void cache_prefetch_head(const struct cache *cache, int32_t rank, int64_t track)
{
    __builtin_prefetch(head_of(cache, cache_key(rank, track)));
}

void cache_prefetch_entry(const struct cache *cache, int32_t rank, int64_t track)
{
    uint32_t entry = *head_of(cache, cache_key(rank, track));
    if (entry != 0)
        __builtin_prefetch(&cache->entries[entry]);
}

void cache_prefetch_neighbours(const struct cache *cache, int32_t rank, int64_t track)
{
    const struct entry *entry = &cache->entries[*head_of(cache, cache_key(rank, track))];
    if (entry == cache->entries || entry->newer == ENTRY_ASIDE)
        return;
    __builtin_prefetch(&cache->entries[entry->newer], 1);
    __builtin_prefetch(&cache->entries[entry->older], 1);
}

static void double_heads(struct cache *cache)
{
    uint64_t before = cache->head_mask + 1;
    uint32_t *heads = cache->heads;
    cache->heads = memory_alloc_zeroed(2 * before, sizeof *cache->heads);
    cache->head_mask = 2 * before - 1;
    for (uint64_t i = 0; i < before; i++) {
        for (uint32_t track = heads[i], next; track != 0; track = next) {
            uint32_t *head = head_of(cache, cache->entries[track].key);
            next = cache->entries[track].chain;
            cache->entries[track].chain = *head;
            *head = track;
        }
    }
    free(heads);
}

/* ---- the line of look-ups ---- */

static void unlink_entry(struct cache *cache, uint32_t track)
{
    struct entry *entry = &cache->entries[track];
    if (entry->newer != 0)
        cache->entries[entry->newer].older = entry->older;
    else
        cache->newest = entry->older;
    if (entry->older != 0)
        cache->entries[entry->older].newer = entry->newer;
    else
        cache->oldest = entry->newer;
}

static void link_newest(struct cache *cache, uint32_t track)
{
    struct entry *entry = &cache->entries[track];
    entry->newer = 0;
    entry->older = cache->newest;
    if (cache->newest != 0)
        cache->entries[cache->newest].newer = track;
    else
        cache->oldest = track;
    cache->newest = track;
}

static uint32_t take_entry(struct cache *cache)
{
    uint32_t track = cache->free_entry;
    if (track != 0) {
        cache->free_entry = cache->entries[track].chain;
        return track;
    }
    if (cache->entry_count >= cache->entry_room) {
        cache->entry_room = cache->entry_room ? cache->entry_room + cache->entry_room / 2 : 1024;
        cache->entries = memory_resize(cache->entries, cache->entry_room * sizeof *cache->entries);
    }
    return cache->entry_count++;
}

/*
 * Which entries go next is known long before, and where they and their chains stand is anywhere in memory: fetches, of
 * the next to go, where its chain begins, and of the one after it, its head and its newer neighbour.
 */
static void prefetch_evictions(const struct cache *cache)
{
    if (cache->oldest == 0)
        return;
    const struct entry *next = &cache->entries[cache->oldest], *after = &cache->entries[next->newer];
    __builtin_prefetch(&cache->entries[*head_of(cache, next->key)]);
    __builtin_prefetch(head_of(cache, after->key));
    __builtin_prefetch(&cache->entries[after->newer]);
}

void cache_evict(struct cache *cache, cache_track track)
{
    struct entry *entry = &cache->entries[track];
    uint32_t *link = head_of(cache, entry->key);
    while (*link != track)
        link = &cache->entries[*link].chain;
    *link = entry->chain;
    unlink_entry(cache, track);
    cache->segments -= __builtin_popcount(entry->valid);
    cache->tracks--;
    entry->key = ENTRY_FREE_KEY;
    entry->chain = cache->free_entry;
    cache->free_entry = track;
    prefetch_evictions(cache);
}

/*
 * Evicts from the oldest end until `segments` more fit. Entries that must stay step aside, so that they are
 * met once, and become new again when they may go. While all that it holds must stay the cache runs over:
 * by what is being staged, and, where NVS is the larger, by dirty data, of which NVS has the other copy.
 */
static void make_room(struct cache *cache, int64_t segments, uint32_t keep)
{
    while (cache->segments + segments > cache->capacity && cache->oldest != 0 && cache->oldest != keep) {
        uint32_t track = cache->oldest;
        if (cache->entries[track].busy == 0) {
            cache_evict(cache, track);
            continue;
        }
        unlink_entry(cache, track);
        cache->entries[track].newer = ENTRY_ASIDE;
    }
}

cache_track cache_look_up(struct cache *cache, int32_t rank, int64_t track_number)
{
    uint64_t key = cache_key(rank, track_number);
    uint32_t track = find(cache, key);
    if (track != 0) {
        if (track != cache->newest) {
            if (cache->entries[track].newer != ENTRY_ASIDE)
                unlink_entry(cache, track);
            link_newest(cache, track);
        }
        return track;
    }
    /* Chains are memory to wait for: half the heads stay free. */
    if ((uint64_t)cache->tracks > cache->head_mask / 2)
        double_heads(cache);
    track = take_entry(cache);
    uint32_t *head = head_of(cache, key);
    cache->entries[track] = (struct entry){.key = key, .chain = *head, .mark = {.link = -1}};
    *head = track;
    link_newest(cache, track);
    cache->tracks++;
    return track;
}

int64_t cache_track_number(const struct cache *cache, cache_track track)
{
    return (int64_t)(cache->entries[track].key & (((uint64_t)1 << CACHE_KEY_TRACK_BITS) - 1));
}

uint32_t cache_missing(const struct cache *cache, cache_track track, uint32_t segments)
{
    return segments & ~(uint32_t)cache->entries[track].valid;
}

/* ---- what keeps an entry ---- */

struct busy *cache_borrow_busy(struct cache *cache, cache_track track)
{
    struct entry *entry = &cache->entries[track];
    if (entry->busy != 0)
        return &cache->busy[entry->busy];
    uint32_t busy = cache->free_busy;
    if (busy != 0) {
        cache->free_busy = cache->busy[busy].waiters;
    } else {
        if (cache->busy_count >= cache->busy_room) {
            cache->busy_room = cache->busy_room ? 2 * cache->busy_room : 256;
            cache->busy = memory_resize(cache->busy, cache->busy_room * sizeof *cache->busy);
        }
        busy = cache->busy_count++;
    }
    cache->busy[busy] = (struct busy){0};
    entry->busy = busy;
    return &cache->busy[busy];
}

void cache_return_busy_if_idle(struct cache *cache, cache_track track)
{
    struct entry *entry = &cache->entries[track];
    struct busy *busy = &cache->busy[entry->busy];
    if (busy->inflight != 0 || busy->dirty != 0 || busy->first != NULL)
        return;
    busy->waiters = cache->free_busy;
    cache->free_busy = entry->busy;
    entry->busy = 0;
    if (entry->newer == ENTRY_ASIDE)
        link_newest(cache, track);
}

void cache_enter(struct cache *cache, cache_track track, uint32_t segments, bool inflight)
{
    uint32_t missing = cache_missing(cache, track, segments);
    if (missing == 0)
        return;
    int count = __builtin_popcount(missing);
    make_room(cache, count, track);
    cache->entries[track].valid |= (uint16_t)missing;
    cache->segments += count;
    if (inflight)
        cache_borrow_busy(cache, track)->inflight |= (uint16_t)missing;
}

bool cache_is_inflight(const struct cache *cache, cache_track track, uint32_t segments)
{
    const struct busy *busy = busy_of(cache, track);
    return (busy->inflight & ~busy->dirty & segments) != 0;
}

struct cache_mark *cache_mark(struct cache *cache, cache_track track)
{
    return &cache->entries[track].mark;
}

void cache_tick(struct cache *cache)
{
    if (--cache->tick_left > 0)
        return;
    cache->tick_left = cache->tick_tracks;
    if (++cache->clock == 0)
        cache->clock = 1;
}

uint16_t cache_clock(const struct cache *cache)
{
    return cache->clock;
}

int32_t cache_stream_link(const struct cache *cache, cache_track track)
{
    return cache->entries[track].mark.link;
}

void cache_wait(struct cache *cache, cache_track track, struct activity *activity)
{
    struct busy *busy = cache_borrow_busy(cache, track);
    activity->next = NULL;
    if (busy->last != NULL)
        busy->last->next = activity;
    else
        busy->first = activity;
    busy->last = activity;
}

void cache_staged(struct cache *cache, cache_track track, uint32_t segments)
{
    struct busy *busy = cache_borrow_busy(cache, track);
    busy->inflight &= (uint16_t)~segments;
    for (struct activity *waiter = busy->first, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        sim_ready(cache->sim, waiter);
    }
    busy->first = busy->last = NULL;
    cache_return_busy_if_idle(cache, track);
}
