// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * destage: when dirty data leaves NVS for the drives, and which.
 *
 * When: a rank may have as many destages in progress as its cluster's NVS occupancy allows - none
 * below the low threshold, destage_per_rank from the high one, linear in between (WOW, FAST'05, for
 * the thresholds). Below the low threshold, data older than destage_age drains, one destage at a time,
 * while no host read waits for the rank.
 *
 * Which: the track written longest ago goes first (for draining, the one that has been dirty longest), with all
 * dirty segments of its stripe. Where the whole stripe is dirty, those that follow go along as long as they are
 * too, so that what was written in order leaves as full stripes and long drive commands. A stripe is destaged once
 * at a time, because its parity must be, and not while it is being rebuilt. How: destage_op.h.
 */
#ifndef MODELS_DESTAGE_H
#define MODELS_DESTAGE_H

#include "models/machine.h"

/* Data was written to the rank: starts what the thresholds allow. */
void destage_written(struct rank *rank);

/* A write waits for room in the cluster's NVS, whatever its occupancy: all ranks destage at full rate. */
void destage_room_wanted(struct cluster *cluster);

/* Destages the stripe of one of the rank's tracks at once if all of it is dirty, and those behind it that are so too, as
 * if NVS were above its high mark. */
void destage_whole_stripe(struct rank *rank, int64_t track);

/* No host read waits for the rank any more: old data may drain. */
void destage_rank_idle(struct rank *rank);

/* A destage of the rank has ended; stripes that were being rebuilt may be destaged again. */
void destage_ended(struct rank *rank);
void destage_unlocked(struct rank *rank);

/* The rank was lost: its dirty data is discarded and counted (lost_segments), and its room in NVS is free. */
void destage_discard(struct rank *rank);

/* Prepares a rank for destaging. */
void destage_init_rank(struct rank *rank);

#endif
