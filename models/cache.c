// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Entries stand in one growing array and name each other by index, 32 bytes each: a warm cluster holds a
 * million of them. What only few entries have (dirty or inflight segments, waiting I/Os) stands apart, in
 * a struct busy that an entry borrows while it needs it. Look-up is by open hashing with chains.
 *
 *     heads[hash] -> entry -> entry           newest <-> ... <-> oldest      (entries, by look-up)
 *                      |
 *                     busy                     dirty_oldest <-> ... <-> dirty_newest   (of one rank)
 */
#include "models/cache.h"

#include <stdlib.h>

#include "models/machine.h"
#include "sim/memory.h"

struct entry {
    uint64_t key;              /* rank << 40 | track */
    uint32_t newer, older;     /* in order of look-up */
    uint32_t chain;            /* next of the same hash, or next free entry */
    uint32_t busy;             /* index of its struct busy, 0 when it has none */
    struct cache_mark mark;
    uint16_t valid;            /* segments held */
};
_Static_assert(sizeof(struct entry) == 32, "two entries fill a line of the processor's cache");

/* `newer` of an entry that stands outside the order of look-ups until it may be evicted again. */
static const uint32_t aside = UINT32_MAX;

/* What keeps an entry from being evicted. */
struct busy {
    uint16_t inflight, dirty, destaging;
    uint16_t again;            /* written while being destaged */
    uint32_t waiters;          /* I/Os standing in line */
    uint32_t dirty_newer, dirty_older; /* entries; in the rank's line of dirty tracks */
    uint32_t dirty_later, dirty_earlier; /* ... and in that of when they became dirty */
    sim_time dirty_since;      /* when the track's oldest dirty data was written */
    struct activity *first, *last; /* I/Os waiting for segments in flight */
};

struct cache {
    struct sim *sim;
    int64_t capacity, segments;
    struct entry *entries;     /* from 1 */
    uint32_t entry_count, entry_room, free_entry;
    struct busy *busy;         /* from 1 */
    uint32_t busy_count, busy_room, free_busy;
    uint32_t *heads;
    uint64_t head_mask;
    uint32_t newest, oldest;
    int64_t tracks;
    int64_t tick_tracks, tick_left; /* tracks passed in a tick of the clock, and until the next one */
    uint16_t clock;
};

enum { KEY_TRACK_BITS = 40, HEADS_MIN = 1024, TICKS_A_CAPACITY = 512 * CACHE_RECENT_TICKS, TICK_TRACKS_MIN = 64 };

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

static uint64_t make_key(int32_t rank, int64_t track)
{
    return (uint64_t)rank << KEY_TRACK_BITS | (uint64_t)track;
}

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
    return find(cache, make_key(rank, track));
}

void cache_prefetch_head(const struct cache *cache, int32_t rank, int64_t track)
{
    __builtin_prefetch(head_of(cache, make_key(rank, track)));
}

void cache_prefetch_entry(const struct cache *cache, int32_t rank, int64_t track)
{
    uint32_t entry = *head_of(cache, make_key(rank, track));
    if (entry != 0)
        __builtin_prefetch(&cache->entries[entry]);
}

void cache_prefetch_neighbours(const struct cache *cache, int32_t rank, int64_t track)
{
    const struct entry *entry = &cache->entries[*head_of(cache, make_key(rank, track))];
    if (entry == cache->entries || entry->newer == aside)
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

static void evict(struct cache *cache, uint32_t track)
{
    struct entry *entry = &cache->entries[track];
    uint32_t *link = head_of(cache, entry->key);
    while (*link != track)
        link = &cache->entries[*link].chain;
    *link = entry->chain;
    unlink_entry(cache, track);
    cache->segments -= __builtin_popcount(entry->valid);
    cache->tracks--;
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
            evict(cache, track);
            continue;
        }
        unlink_entry(cache, track);
        cache->entries[track].newer = aside;
    }
}

cache_track cache_look_up(struct cache *cache, int32_t rank, int64_t track_number)
{
    uint64_t key = make_key(rank, track_number);
    uint32_t track = find(cache, key);
    if (track != 0) {
        if (track != cache->newest) {
            if (cache->entries[track].newer != aside)
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
    return (int64_t)(cache->entries[track].key & (((uint64_t)1 << KEY_TRACK_BITS) - 1));
}

uint32_t cache_missing(const struct cache *cache, cache_track track, uint32_t segments)
{
    return segments & ~(uint32_t)cache->entries[track].valid;
}

/* ---- what keeps an entry ---- */

static const struct busy *busy_of(const struct cache *cache, cache_track track)
{
    static const struct busy nothing;
    uint32_t busy = cache->entries[track].busy;
    return busy ? &cache->busy[busy] : &nothing;
}

static struct busy *borrow_busy(struct cache *cache, cache_track track)
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

static void return_busy_if_idle(struct cache *cache, cache_track track)
{
    struct entry *entry = &cache->entries[track];
    struct busy *busy = &cache->busy[entry->busy];
    if (busy->inflight != 0 || busy->dirty != 0 || busy->first != NULL)
        return;
    busy->waiters = cache->free_busy;
    cache->free_busy = entry->busy;
    entry->busy = 0;
    if (entry->newer == aside)
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
        borrow_busy(cache, track)->inflight |= (uint16_t)missing;
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
    struct busy *busy = borrow_busy(cache, track);
    activity->next = NULL;
    if (busy->last != NULL)
        busy->last->next = activity;
    else
        busy->first = activity;
    busy->last = activity;
}

void cache_staged(struct cache *cache, cache_track track, uint32_t segments)
{
    struct busy *busy = borrow_busy(cache, track);
    busy->inflight &= (uint16_t)~segments;
    for (struct activity *waiter = busy->first, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        sim_ready(cache->sim, waiter);
    }
    busy->first = busy->last = NULL;
    return_busy_if_idle(cache, track);
}

/* ---- dirty data ---- */

uint32_t cache_dirty(const struct cache *cache, cache_track track)
{
    return busy_of(cache, track)->dirty;
}

bool cache_is_destaging(const struct cache *cache, cache_track track)
{
    return busy_of(cache, track)->destaging != 0;
}

uint32_t cache_holds_dirty(const struct cache *cache, cache_track track, uint32_t segments)
{
    return busy_of(cache, track)->dirty & segments;
}

static struct busy *busy_at(const struct cache *cache, cache_track track)
{
    return &cache->busy[cache->entries[track].busy];
}

static void leave_dirty_line(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = busy_at(cache, track);
    if (busy->dirty_newer != 0)
        busy_at(cache, busy->dirty_newer)->dirty_older = busy->dirty_older;
    else
        rank->dirty_newest = busy->dirty_older;
    if (busy->dirty_older != 0)
        busy_at(cache, busy->dirty_older)->dirty_newer = busy->dirty_newer;
    else
        rank->dirty_oldest = busy->dirty_newer;
}

static void leave_since_line(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = busy_at(cache, track);
    if (busy->dirty_later != 0)
        busy_at(cache, busy->dirty_later)->dirty_earlier = busy->dirty_earlier;
    else
        rank->dirty_last = busy->dirty_earlier;
    if (busy->dirty_earlier != 0)
        busy_at(cache, busy->dirty_earlier)->dirty_later = busy->dirty_later;
    else
        rank->dirty_first = busy->dirty_later;
}

/* The track becomes dirty at `now`, which is no earlier than for any other. */
static void join_since_line(struct cache *cache, struct rank *rank, cache_track track, sim_time now)
{
    struct busy *busy = busy_at(cache, track);
    busy->dirty_since = now;
    busy->dirty_later = 0;
    busy->dirty_earlier = rank->dirty_last;
    if (rank->dirty_last != 0)
        busy_at(cache, rank->dirty_last)->dirty_later = track;
    else
        rank->dirty_first = track;
    rank->dirty_last = track;
}

static void join_dirty_line(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = busy_at(cache, track);
    busy->dirty_newer = 0;
    busy->dirty_older = rank->dirty_newest;
    if (rank->dirty_newest != 0)
        busy_at(cache, rank->dirty_newest)->dirty_newer = track;
    else
        rank->dirty_oldest = track;
    rank->dirty_newest = track;
}

void cache_write(struct cache *cache, struct rank *rank, cache_track track, uint32_t segments, sim_time now)
{
    cache_enter(cache, track, segments, false);
    struct busy *busy = borrow_busy(cache, track);
    if (busy->destaging != 0) {
        busy->again |= (uint16_t)segments;
        busy->dirty |= (uint16_t)segments;
        return;
    }
    if (busy->dirty == 0)
        join_since_line(cache, rank, track, now);
    else
        leave_dirty_line(cache, rank, track);
    busy->dirty |= (uint16_t)segments;
    join_dirty_line(cache, rank, track);
}

cache_track cache_oldest_dirty(const struct cache *cache, const struct rank *rank)
{
    (void)cache;
    return rank->dirty_oldest;
}

cache_track cache_next_dirty(const struct cache *cache, cache_track track)
{
    return busy_at(cache, track)->dirty_newer;
}

cache_track cache_first_dirty(const struct cache *cache, const struct rank *rank)
{
    (void)cache;
    return rank->dirty_first;
}

cache_track cache_next_since(const struct cache *cache, cache_track track)
{
    return busy_at(cache, track)->dirty_later;
}

sim_time cache_dirty_since(const struct cache *cache, cache_track track)
{
    return busy_of(cache, track)->dirty_since;
}

uint32_t cache_destage_begin(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = busy_at(cache, track);
    leave_dirty_line(cache, rank, track);
    leave_since_line(cache, rank, track);
    busy->destaging = busy->dirty;
    busy->again = 0;
    return busy->destaging;
}

uint32_t cache_destage_end(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = busy_at(cache, track);
    uint32_t clean = busy->destaging & ~(uint32_t)busy->again;
    busy->dirty &= (uint16_t)~clean;
    busy->destaging = 0;
    if (busy->dirty != 0) {
        join_since_line(cache, rank, track, sim_now(cache->sim));
        join_dirty_line(cache, rank, track);
    }
    return_busy_if_idle(cache, track);
    return clean;
}
