// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * cache: one cluster's directory of the tracks it holds, in segments, least recently used out first.
 *
 * A track is known by its rank and its number on the rank. An entry says which of its segments are
 * valid, which of those are still on their way from the drives (inflight), which are dirty (held in NVS
 * too), and which of the dirty ones are being destaged. Entries with any of the last three stay;
 * the others leave, oldest look-up first, when room is needed. Memory follows the tracks held.
 *
 * Segment sets are bit masks, bit 0 the track's first segment; at most 16 segments a track.
 */
#ifndef MODELS_CACHE_H
#define MODELS_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/activity.h"

struct rank;
struct cache;

/* An entry, valid while it is not evicted; 0 is none. */
typedef uint32_t cache_track;

/* A directory for `capacity` segments (>= 1). */
struct cache *cache_create(struct sim *sim, int64_t capacity);
void cache_destroy(struct cache *cache);

/* The entry of the rank's track, or 0. Not a look-up: changes nothing. */
cache_track cache_find(const struct cache *cache, int32_t rank, int64_t track);

/* Looks the track up for a host: it becomes the most recently used, and is entered if it was not there. */
cache_track cache_look_up(struct cache *cache, int32_t rank, int64_t track);

/* Hints that the track will be looked up soon. Three steps, some look-ups apart, each of which follows what the one
 * before brought. They hide the memory's latency when many tracks are looked up in a row. */
void cache_prefetch_head(const struct cache *cache, int32_t rank, int64_t track);
void cache_prefetch_entry(const struct cache *cache, int32_t rank, int64_t track);
void cache_prefetch_neighbours(const struct cache *cache, int32_t rank, int64_t track);

/* Those of the wanted segments that the entry does not hold. */
uint32_t cache_missing(const struct cache *cache, cache_track track, uint32_t segments);

/* Makes room for missing segments and enters them: on their way from the drives (inflight) or there. */
void cache_enter(struct cache *cache, cache_track track, uint32_t segments, bool inflight);

/* The segments have arrived: whoever waits for the track looks again. */
void cache_staged(struct cache *cache, cache_track track, uint32_t segments);

/* Whether any of the segments is still on its way, and was not written meanwhile. */
bool cache_is_inflight(const struct cache *cache, cache_track track, uint32_t segments);

/* Puts the activity in line until the track's next segments arrive. The caller pauses. */
void cache_wait(struct cache *cache, cache_track track, struct activity *activity);

/* ---- sequential streams (stream.h) ---- */

/* What a track knows of the host I/Os that came through it. */
struct cache_mark {
    uint16_t seen;    /* the cache's clock at the last of them, 0 for never */
    uint8_t run;      /* consecutive tracks that led here, this one included, at most 255; 0: entered in its middle */
    int8_t link;      /* SSA read link of the sequential stream, from 0; -1 for none */
    uint8_t reached;  /* segments of the track before which the last of them ended, 0 to 16 */
    bool ahead : 1;   /* staged ahead and not asked for yet */
    bool trigger : 1; /* whoever asks for it has more staged ahead */
    bool copied : 1;  /* a FlashCopy brought it, and no host has asked for it since: destaged, it leaves the cache */
};

/* The track's mark, to read and change while nothing is entered. */
struct cache_mark *cache_mark(struct cache *cache, cache_track track);

/*
 * The clock by which marks grow old. cache_tick() says that a host I/O has passed a track; CACHE_RECENT_TICKS of the
 * clock take a 512th part as many tracks as there are segments, but at least 256. It never reads 0, and comes round
 * after 65,535.
 */
enum { CACHE_RECENT_TICKS = 4 };
void cache_tick(struct cache *cache);
uint16_t cache_clock(const struct cache *cache);

/* The SSA link, from 0, of the sequential stream that the track was read or written by; -1 for no stream. */
int32_t cache_stream_link(const struct cache *cache, cache_track track);

/* ---- dirty data ---- */

/* Dirty segments of the entry; whether some are being destaged. */
uint32_t cache_dirty(const struct cache *cache, cache_track track);
bool cache_is_destaging(const struct cache *cache, cache_track track);

/* Those of the segments that are dirty already, so that a write to them takes no new room in NVS. */
uint32_t cache_holds_dirty(const struct cache *cache, cache_track track, uint32_t segments);

/* The segments were written at `now`: dirty (and valid), and the track is its rank's newest dirty one. */
void cache_write(struct cache *cache, struct rank *rank, cache_track track, uint32_t segments, sim_time now);

/*
 * Binds a track that is dirty, or is about to be: its dirty data may not be destaged until it is unbound, because what
 * it will overwrite is needed still (t0.h). Then it is the first of its rank to be destaged. A track that is bound
 * while it is being destaged is so for what was written meanwhile.
 */
void cache_bind(struct cache *cache, struct rank *rank, cache_track track);
void cache_unbind(struct cache *cache, struct rank *rank, cache_track track);
bool cache_is_bound(const struct cache *cache, cache_track track);

/* The rank's dirty track written longest ago that is not being destaged nor bound, 0 if none; the same of those that
 * are bound; the next one after it; and since when a track has been dirty. */
cache_track cache_oldest_bound(const struct cache *cache, const struct rank *rank);
cache_track cache_oldest_dirty(const struct cache *cache, const struct rank *rank);
cache_track cache_next_dirty(const struct cache *cache, cache_track track);
sim_time cache_dirty_since(const struct cache *cache, cache_track track);

/* In order of when the tracks became dirty, bound or not: the rank's first is the one that has been longest, and the
 * next one. */
cache_track cache_first_dirty(const struct cache *cache, const struct rank *rank);
cache_track cache_next_since(const struct cache *cache, cache_track track);

/* The number of the track on its rank. */
int64_t cache_track_number(const struct cache *cache, cache_track track);

/* Begins to destage all of the track's dirty segments; returns them. The track leaves its rank's line. */
uint32_t cache_destage_begin(struct cache *cache, struct rank *rank, cache_track track);

/*
 * Ends it. Segments written again meanwhile stay dirty, and the track joins its rank's line anew; a clean one that a
 * copy brought leaves the cache. Returns the segments that are clean now.
 */
uint32_t cache_destage_end(struct cache *cache, struct rank *rank, cache_track track);

/* Drops what is held of the rank's tracks from first_track to before end_track: clean data, and dirty data that is not
 * being destaged. Returns how many segments of that there were, whose room in NVS is the caller's to give, and how many
 * of those in the part for copies. */
int64_t cache_forget(struct cache *cache, struct rank *rank, int64_t first_track, int64_t end_track, int64_t *apart);

/* Marks dirty segments whose room in NVS is of the part for copies (nvs.h), until they are clean; and tells them. */
void cache_set_apart(struct cache *cache, cache_track track, uint32_t segments);
uint32_t cache_apart(const struct cache *cache, cache_track track);

/* Tracks and segments held now; segments that fit. */
int64_t cache_tracks(const struct cache *cache);
int64_t cache_segments(const struct cache *cache);
int64_t cache_capacity(const struct cache *cache);

#endif
