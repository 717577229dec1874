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
 *
 * Drives are named by their positions in the rank.
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

/* In which position (of the rank's drives) a strip of a stripe lies, and the other way round. Data strips are 0 to
 * data_drives - 1; the parity strip counts as data_drives. */
int32_t raid_position(const struct rank_config *rank, int64_t stripe, int32_t strip);
int32_t raid_strip_at(const struct rank_config *rank, int64_t stripe, int32_t position);

/* The data track of a strip that stands in the stripe's row `row`. A stripe has as many rows as a strip has tracks. */
int64_t raid_row_track(const struct rank_config *rank, const struct server_model *model, int64_t stripe,
                       int32_t strip, int32_t row);

#endif
