// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/raid.h"

struct raid_place raid_place(const struct rank_config *rank, const struct server_model *model, int64_t track)
{
    int64_t strip = track / model->strip_tracks;
    int64_t stripe = strip / rank->data_drives;
    int32_t in_stripe = (int32_t)(strip % rank->data_drives);
    int32_t parity = rank->active_drives - 1 - (int32_t)(stripe % rank->active_drives);
    int64_t track_on_drive = stripe * model->strip_tracks + track % model->strip_tracks;
    return (struct raid_place){
        .stripe = stripe,
        .drive = (parity + 1 + in_stripe) % rank->active_drives,
        .parity_drive = parity,
        .block = track_on_drive * (model->track_bytes / BLOCK_BYTES),
    };
}

int32_t raid_stripe_tracks(const struct rank_config *rank, const struct server_model *model)
{
    return rank->data_drives * model->strip_tracks;
}

int64_t raid_stripe_first_track(const struct rank_config *rank, const struct server_model *model, int64_t stripe)
{
    return stripe * raid_stripe_tracks(rank, model);
}

enum raid_write raid_cheapest_write(int32_t data_drives, int32_t written, int32_t whole)
{
    int32_t small_reads = written + 1;
    int32_t reconstruct_reads = data_drives - whole;
    if (reconstruct_reads == 0)
        return RAID_FULL_STRIPE_WRITE;
    return reconstruct_reads < small_reads ? RAID_RECONSTRUCT_WRITE : RAID_SMALL_WRITE;
}
