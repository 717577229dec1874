// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * raid: where a RAID-5 rank keeps its data tracks and the parity that belongs to them.
 *
 * Strips of whole tracks; data strips number on across the drives of a stripe, starting behind the
 * parity strip, which moves one drive down with each stripe.
 *
 *     drive      0    1    2    3          (a rank of 3 + P)
 *     stripe 0   s0   s1   s2   P
 *     stripe 1   s4   s5   P    s3
 *     stripe 2   s8   P    s6   s7
 */
#ifndef MODELS_RAID_H
#define MODELS_RAID_H

#include <stdint.h>

#include "models/config.h"

/* Where a data track of the rank lies. */
struct raid_place {
    int64_t stripe;
    int32_t drive;        /* that holds it, 0 to active_drives - 1 */
    int32_t parity_drive; /* of its stripe */
    int64_t block;        /* first block of the track on either drive */
};

/* The place of data track `track` (0 to capacity_tracks - 1). */
struct raid_place raid_place(const struct rank_config *rank, const struct server_model *model, int64_t track);

/* The first data track of a stripe, and how many a stripe holds. */
int64_t raid_stripe_first_track(const struct rank_config *rank, const struct server_model *model, int64_t stripe);
int32_t raid_stripe_tracks(const struct rank_config *rank, const struct server_model *model);

/* How a stripe's dirty strips are best written. */
enum raid_write {
    RAID_SMALL_WRITE,       /* read old data and old parity, write new data and parity */
    RAID_RECONSTRUCT_WRITE, /* read the rest of the stripe, write new data and parity */
    RAID_FULL_STRIPE_WRITE, /* write data and parity */
};

/*
 * The cheapest way by drive commands, for `written` dirty strips of a stripe of `data_drives`, `whole` of
 * which are written over the full stretch that parity has to cover. Ties go to the small write, which
 * keeps fewer drives busy.
 */
enum raid_write raid_cheapest_write(int32_t data_drives, int32_t written, int32_t whole);

#endif
