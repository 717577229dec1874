// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * fast_write: data that a write leaves in a cluster's cache and in the other cluster's NVS.
 *
 * Room in NVS is taken first, then the data is entered; from then on it is dirty, and may be destaged. A write to
 * segments that are dirty already needs no new room for them, unless their old content has to outlive it: then room is
 * taken for all, and what was taken too much goes back when it is entered.
 */
#ifndef MODELS_FAST_WRITE_H
#define MODELS_FAST_WRITE_H

#include "models/span.h"

/* How many of the span's tracks from `track` on certainly fit NVS together: all, but for a write larger than NVS. */
int64_t fast_write_fitting(const struct span *span, int64_t track);

/* Room in bytes that the span's tracks [track, end) need: for all their segments; or for those that are not dirty, and
 * to keep what they overwrite of a FlashCopy's T0 (t0.h). */
int64_t fast_write_room(const struct span *span, int64_t track, int64_t end);
int64_t fast_write_new_room(const struct span *span, int64_t track, int64_t end);

/*
 * Takes `wanted` bytes of the cluster's NVS, where *room_bytes, taken already, are fewer; true when the activity has to
 * wait for them: it pauses. What was taken goes back first, so that no two writes ever hold room and wait for each
 * other.
 */
bool fast_write_waits_for(struct cluster *cluster, int64_t wanted, int64_t *room_bytes, struct activity *activity);

/* Enters the tracks [track, end), for which room_bytes are taken, at least as much as the new room needed. The caller
 * calls destage_written(), once whoever checks contents knows of it. */
void fast_write_enter(const struct span *span, int64_t track, int64_t end, int64_t room_bytes);

#endif
