// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * destage: how dirty data leaves NVS for the drives.
 *
 * When to: a rank may have as many destages in progress as its cluster's NVS occupancy allows - none
 * below the low threshold, destage_per_rank from the high one, linear in between (WOW, FAST'05, for
 * the thresholds). Below the low threshold, data older than destage_age drains, one destage at a time,
 * while no host read waits for the rank. What: the track written longest ago goes first, with all
 * dirty segments of its stripe; a stripe is destaged once at a time, because its parity must be. How: the
 * cheapest of RAID-5's three ways to write (raid.h).
 */
#ifndef MODELS_DESTAGE_H
#define MODELS_DESTAGE_H

#include "models/machine.h"

/* Data was written to the rank: starts what the thresholds allow. */
void destage_written(struct rank *rank);

/* A write waits for room in the cluster's NVS, whatever its occupancy: all ranks destage at full rate. */
void destage_room_wanted(struct cluster *cluster);

/* No host read waits for the rank any more: old data may drain. */
void destage_rank_idle(struct rank *rank);

/* Prepares a rank for destaging; bytes in struct destage, for the machine's pool. */
void destage_init_rank(struct rank *rank);
extern const size_t destage_bytes;

#endif
