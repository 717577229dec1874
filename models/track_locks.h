// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * track_locks: tracks that one write or copy at a time may work on, until its secondary has them too.
 *
 * A locked track is in a hash table, with those that wait for it in line; unlocking hands it to the first of them.
 * A track is named by its rank and its number there. Whoever wants several locks them in ascending order.
 */
#ifndef MODELS_TRACK_LOCKS_H
#define MODELS_TRACK_LOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/activity.h"

struct track_locks;

struct track_locks *track_locks_create(struct sim *sim);
void track_locks_destroy(struct track_locks *locks);

/* True when the track was free and is the caller's now; else the activity stands in line, and its story goes on once
 * the track is its own: the caller pauses. */
bool track_lock(struct track_locks *locks, int32_t rank, int64_t track, struct activity *activity);
void track_unlock(struct track_locks *locks, int32_t rank, int64_t track);

/* Tracks locked now. */
size_t track_locks_held(const struct track_locks *locks);

#endif
