// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * t0_copy: brings tracks of a FlashCopy's T0 to its target, a few at a time.
 *
 * Every copy of a track goes this one way, whatever it is made for: room in NVS, the track locked, what the caches do
 * not hold of T0 read from the source's rank, all of it entered in the target's cache and NVS as a write is. What
 * others have brought meanwhile, or what a relation that has ended no longer needs, is left out.
 */
#ifndef MODELS_T0_COPY_H
#define MODELS_T0_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/relation.h"

enum { T0_COPY_TRACKS_MAX = 64 };

/* How many tracks from a rank a step brings, 1 to T0_COPY_TRACKS_MAX: so many as its model says, if half of NVS holds
 * them. */
size_t t0_copy_most(const struct rank *rank);

/* Room in NVS for a copy: not taken yet, of the common part, of the part for copies before a destage (nvs.h). */
enum copy_room { ROOM_NONE, ROOM_COMMON, ROOM_APART };

/*
 * Starts to copy `count` (1 to T0_COPY_TRACKS_MAX) tracks of the relation, numbered from the volumes' first one, in
 * ascending order; forked from `parent`, with its priority. Where room for whole tracks is taken already, it is the
 * copy's, which gives back what it does not need.
 */
void t0_copy_fork(struct relation *relation, enum copy_reason reason, const int64_t *tracks, size_t count,
                  enum copy_room room, struct activity *parent);

/* The same for a step of the background copy, which has no parent, with common room: background_copy_step_ended() hears
 * of its end. */
void t0_copy_start_step(struct relation *relation, const int64_t *tracks, size_t count);

extern const size_t t0_copy_bytes; /* for their pool */

#endif
