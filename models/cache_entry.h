// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cache_entry: the cache's memory, as cache.c and cache_dirty.c share it.
 *
 * Entries stand in one growing array and name each other by index, 32 bytes each: a warm cluster holds a
 * million of them. What only few entries have (dirty or inflight segments, waiting I/Os) stands apart, in
 * a struct busy that an entry borrows while it needs it. Look-up is by open hashing with chains.
 *
 *     heads[hash] -> entry -> entry           newest <-> ... <-> oldest      (entries, by look-up)
 *                      |
 *                     busy                     rank's lines of dirty tracks: oldest <-> ... <-> newest
 */
#ifndef MODELS_CACHE_ENTRY_H
#define MODELS_CACHE_ENTRY_H

#include "models/cache.h"
#include "models/machine.h"

struct entry {
    uint64_t key;              /* cache_key() */
    uint32_t newer, older;     /* in order of look-up */
    uint32_t chain;            /* next of the same hash, or next free entry */
    uint32_t busy;             /* index of its struct busy, 0 when it has none */
    struct cache_mark mark;
    uint16_t valid;            /* segments held */
};
_Static_assert(sizeof(struct entry) == 32, "two entries fill a line of the processor's cache");

/* `newer` of an entry that stands outside the order of look-ups until it may be evicted again. */
#define ENTRY_ASIDE UINT32_MAX

/* `key` of a free entry. */
#define ENTRY_FREE_KEY UINT64_MAX

/* What keeps an entry from being evicted. */
struct busy {
    uint16_t inflight, dirty, destaging;
    uint16_t again;            /* written while being destaged */
    uint16_t apart;            /* dirty, in NVS's part for copies */
    bool bound;                /* not to be destaged */
    uint32_t waiters;          /* I/Os standing in line */
    uint32_t dirty_newer, dirty_older; /* entries; in the rank's line of dirty tracks, or of bound ones */
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

enum { CACHE_KEY_TRACK_BITS = 40 };

static inline uint64_t cache_key(int32_t rank, int64_t track)
{
    return (uint64_t)rank << CACHE_KEY_TRACK_BITS | (uint64_t)track;
}

/* What keeps the entry; of one that nothing keeps, all zero. */
static inline const struct busy *busy_of(const struct cache *cache, cache_track track)
{
    static const struct busy nothing;
    uint32_t busy = cache->entries[track].busy;
    return busy ? &cache->busy[busy] : &nothing;
}

/* Of an entry that has one. */
static inline struct busy *busy_at(const struct cache *cache, cache_track track)
{
    return &cache->busy[cache->entries[track].busy];
}

/* The entry's, borrowed if it has none; and given back if nothing keeps the entry any more. */
struct busy *cache_borrow_busy(struct cache *cache, cache_track track);
void cache_return_busy_if_idle(struct cache *cache, cache_track track);

/* The entry is gone; it may not be kept by anything. */
void cache_evict(struct cache *cache, cache_track track);

#endif
