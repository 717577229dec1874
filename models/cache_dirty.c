// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The cache's dirty data: a rank's lines of it, and its way to the drives.
 */
#include "models/cache_entry.h"

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

/* ---- the lines ---- */

/* The ends of the line that the track stands in, or would. */
static uint32_t *oldest_of(struct rank *rank, const struct busy *busy)
{
    return busy->bound ? &rank->bound_oldest : &rank->dirty_oldest;
}

static uint32_t *newest_of(struct rank *rank, const struct busy *busy)
{
    return busy->bound ? &rank->bound_newest : &rank->dirty_newest;
}

static bool stands_in_line(const struct busy *busy)
{
    return busy->dirty != 0 && busy->destaging == 0;
}

static void leave_dirty_line(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = busy_at(cache, track);
    if (busy->dirty_newer != 0)
        busy_at(cache, busy->dirty_newer)->dirty_older = busy->dirty_older;
    else
        *newest_of(rank, busy) = busy->dirty_older;
    if (busy->dirty_older != 0)
        busy_at(cache, busy->dirty_older)->dirty_newer = busy->dirty_newer;
    else
        *oldest_of(rank, busy) = busy->dirty_newer;
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
    uint32_t *newest = newest_of(rank, busy);
    busy->dirty_newer = 0;
    busy->dirty_older = *newest;
    if (*newest != 0)
        busy_at(cache, *newest)->dirty_newer = track;
    else
        *oldest_of(rank, busy) = track;
    *newest = track;
}

/* As join_dirty_line(), but at the other end. */
static void join_as_oldest(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = busy_at(cache, track);
    uint32_t *oldest = oldest_of(rank, busy);
    busy->dirty_older = 0;
    busy->dirty_newer = *oldest;
    if (*oldest != 0)
        busy_at(cache, *oldest)->dirty_older = track;
    else
        *newest_of(rank, busy) = track;
    *oldest = track;
}

/* ---- writing and binding ---- */

void cache_write(struct cache *cache, struct rank *rank, cache_track track, uint32_t segments, sim_time now)
{
    cache_enter(cache, track, segments, false);
    struct busy *busy = cache_borrow_busy(cache, track);
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

void cache_bind(struct cache *cache, struct rank *rank, cache_track track)
{
    struct busy *busy = cache_borrow_busy(cache, track);
    bool in_line = stands_in_line(busy);
    if (busy->bound)
        return;
    if (in_line)
        leave_dirty_line(cache, rank, track);
    busy->bound = true;
    if (in_line)
        join_dirty_line(cache, rank, track);
}

void cache_unbind(struct cache *cache, struct rank *rank, cache_track track)
{
    if (!busy_of(cache, track)->bound)
        return;
    struct busy *busy = busy_at(cache, track);
    bool in_line = stands_in_line(busy);
    if (in_line)
        leave_dirty_line(cache, rank, track);
    busy->bound = false;
    if (in_line)
        join_as_oldest(cache, rank, track);
    cache_return_busy_if_idle(cache, track);
}

bool cache_is_bound(const struct cache *cache, cache_track track)
{
    return busy_of(cache, track)->bound;
}

void cache_set_apart(struct cache *cache, cache_track track, uint32_t segments)
{
    busy_at(cache, track)->apart |= (uint16_t)segments;
}

uint32_t cache_apart(const struct cache *cache, cache_track track)
{
    return busy_of(cache, track)->apart;
}

/* ---- asked by destaging ---- */

cache_track cache_oldest_bound(const struct cache *cache, const struct rank *rank)
{
    (void)cache;
    return rank->bound_oldest;
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
    busy->apart &= (uint16_t)~clean;
    busy->destaging = 0;
    if (busy->dirty != 0) {
        join_since_line(cache, rank, track, sim_now(cache->sim));
        join_dirty_line(cache, rank, track);
    }
    cache_return_busy_if_idle(cache, track);
    if (cache->entries[track].busy == 0 && cache->entries[track].mark.copied)
        cache_evict(cache, track);
    return clean;
}

/* ---- forgetting ---- */

/* The entry holds nothing any more. Returns the dirty segments that are not to be destaged therefore. */
static uint32_t forget(struct cache *cache, struct rank *rank, cache_track track, uint32_t *apart)
{
    struct entry *entry = &cache->entries[track];
    *apart = 0;
    if (entry->busy == 0) {
        cache_evict(cache, track);
        return 0;
    }
    struct busy *busy = &cache->busy[entry->busy];
    if (stands_in_line(busy)) {
        leave_dirty_line(cache, rank, track);
        leave_since_line(cache, rank, track);
    }
    uint32_t dropped = busy->dirty & ~(uint32_t)busy->destaging;
    *apart = dropped & busy->apart;
    busy->dirty = busy->destaging;
    busy->apart &= busy->destaging;
    busy->again = 0;
    cache->segments -= __builtin_popcount(entry->valid);
    entry->valid = 0;
    entry->mark = (struct cache_mark){.link = -1};
    cache_return_busy_if_idle(cache, track);
    return dropped;
}

int64_t cache_forget(struct cache *cache, struct rank *rank, int64_t first_track, int64_t end_track, int64_t *apart)
{
    int64_t dropped = 0;
    uint32_t of_apart;
    *apart = 0;
    if (end_track - first_track <= cache->entry_count) {
        for (int64_t number = first_track; number < end_track; number++) {
            cache_track track = cache_find(cache, rank->index, number);
            if (track == 0)
                continue;
            dropped += __builtin_popcount(forget(cache, rank, track, &of_apart));
            *apart += __builtin_popcount(of_apart);
        }
        return dropped;
    }
    uint64_t first = cache_key(rank->index, first_track), end = cache_key(rank->index, end_track);
    for (uint32_t track = 1; track < cache->entry_count; track++) {
        if (cache->entries[track].key < first || cache->entries[track].key >= end)
            continue;
        dropped += __builtin_popcount(forget(cache, rank, track, &of_apart));
        *apart += __builtin_popcount(of_apart);
    }
    return dropped;
}
