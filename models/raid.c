// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/raid.h"

static int32_t parity_position(const struct rank_config *rank, int64_t stripe)
{
    return rank->active_drives - 1 - (int32_t)(stripe % rank->active_drives);
}

int32_t raid_position(const struct rank_config *rank, int64_t stripe, int32_t strip)
{
    return (parity_position(rank, stripe) + 1 + strip) % rank->active_drives;
}

int32_t raid_strip_at(const struct rank_config *rank, int64_t stripe, int32_t position)
{
    return (position - parity_position(rank, stripe) - 1 + rank->active_drives) % rank->active_drives;
}

struct raid_place raid_place(const struct rank_config *rank, const struct server_model *model, int64_t track)
{
    int64_t strip = track / model->strip_tracks;
    int64_t stripe = strip / rank->data_drives;
    int32_t in_stripe = (int32_t)(strip % rank->data_drives);
    int64_t track_on_drive = stripe * model->strip_tracks + track % model->strip_tracks;
    return (struct raid_place){
        .stripe = stripe,
        .drive = raid_position(rank, stripe, in_stripe),
        .parity_drive = parity_position(rank, stripe),
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

int64_t raid_row_track(const struct rank_config *rank, const struct server_model *model, int64_t stripe,
                       int32_t strip, int32_t row)
{
    return raid_stripe_first_track(rank, model, stripe) + (int64_t)strip * model->strip_tracks + row;
}
