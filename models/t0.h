// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * t0: where the content that a FlashCopy's source had at T0 stands, until the target has it.
 *
 * As long as a relation lacks a track, the source's rank keeps the track's T0 content, apart from what was dirty in NVS
 * at T0 and was not destaged since. A host write to the source changes the track in the cache alone: the track is bound
 * (cache.h), so that the new data is not destaged, and dirty data of T0 that it overwrites is kept aside in NVS, in
 * room beside that of the new. So each segment of T0 is found
 *
 *     in the target's entry in the cache        where it was staged for a reader of the target,
 *     in the source's entry in the cache        while it is not written to,
 *     aside in NVS                              where it was dirty when it was written to,
 *     on the source's rank                      else.
 *
 * Once the target has the track, or it was replaced there, what was kept is let go, and the track may be destaged.
 *
 * Tracks number from their volume's first one where nothing else is said.
 */
#ifndef MODELS_T0_H
#define MODELS_T0_H

#include "models/cache.h"
#include "models/content.h"
#include "models/span.h"

struct relation;

/* ---- asked by readers ---- */

/* Whether the volume is the target of a relation that lacks the track. */
bool t0_lacks(const struct volume *volume, int64_t track);

/* Of the segments of a track that the volume's relation lacks, those of which T0 is on the source's rank alone. */
uint32_t t0_on_drives(const struct volume *volume, int64_t track, uint32_t segments);

/* Where the segments of the volume's track are now; of a target's that its relation lacks, those of T0. What is on its
 * way into the cache counts as being there. */
struct content_places t0_places(const struct machine *machine, size_t volume, int64_t track, uint32_t segments);

/* The source's rank and the number there of a track that the volume's relation lacks. */
struct rank *t0_rank(const struct volume *volume);
int64_t t0_track(const struct volume *volume, int64_t track);

/* ---- told by source writes (fast_write.h) ---- */

/* Room in bytes that a write needs to keep what it overwrites of T0: of the span's tracks [track, end) of the rank. */
int64_t t0_keeping_bytes(const struct span *span, int64_t track, int64_t end);

/* A write is about to change segments of a track of the span, known by its number on the rank and its entry. The room
 * to keep what it overwrites is taken. */
void t0_changes(const struct span *span, int64_t number, cache_track entry, uint32_t segments);

/* The relation of a bound track of the rank (cache.h), and its number on the relation's volumes. */
struct relation *t0_bound(const struct rank *rank, int64_t number, int64_t *track);

/* ---- told by relations ---- */

/* T0 is now: what the cache holds of the target is nothing any more. */
void t0_begin(struct relation *relation);

/* The relation lacks the track no longer: what was kept of it is let go. All tracks, when the relation ends. */
void t0_let_go(struct relation *relation, int64_t track);
void t0_let_all_go(struct relation *relation);

extern const size_t old_track_bytes; /* for their pool */

#endif
