// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/raid_write.h"

#include <string.h>

uint32_t raid_stretch(uint32_t segments)
{
    return segments == 0 ? 0 : (2u << (31 - __builtin_clz(segments))) - (1u << __builtin_ctz(segments));
}

/* What lies between the segments of a set. */
static uint32_t holes(uint32_t segments)
{
    return raid_stretch(segments) & ~segments;
}

static uint32_t all_dirty(const struct raid_row *row)
{
    uint32_t all = 0;
    for (int32_t strip = 0; strip < row->strips; strip++)
        all |= row->dirty[strip];
    return all;
}

static int32_t reads(const struct raid_row *row, const struct raid_row_plan *plan)
{
    int32_t count = 0;
    for (int32_t strip = 0; strip <= row->strips; strip++)
        count += plan->read[strip] != 0;
    return count;
}

/* Whichever way, the dirty strips are written that have a drive, and the parity of all that is dirty. */
static void plan_writes(const struct raid_row *row, struct raid_row_plan *plan)
{
    for (int32_t strip = 0; strip < row->strips; strip++)
        plan->write[strip] = raid_stretch(row->dirty[strip]);
    plan->write[row->strips] = raid_stretch(all_dirty(row));
    if (row->missing != RAID_STRIP_NONE)
        plan->write[row->missing] = 0;
}

static void plan_small(struct raid_row_plan *plan)
{
    plan->way = RAID_SMALL_WRITE;
    memcpy(plan->read, plan->write, sizeof plan->read);
}

static void plan_reconstruct(const struct raid_row *row, struct raid_row_plan *plan)
{
    uint32_t parity = plan->write[row->strips];
    for (int32_t strip = 0; strip < row->strips; strip++)
        plan->read[strip] = raid_stretch(parity & ~row->dirty[strip]);
    plan->way = reads(row, plan) > 0 ? RAID_RECONSTRUCT_WRITE : RAID_FULL_STRIPE_WRITE;
}

static void plan_for_missing_data(const struct raid_row *row, struct raid_row_plan *plan)
{
    uint32_t lost = row->dirty[row->missing];
    for (int32_t strip = 0; strip < row->strips; strip++) {
        uint32_t dirty = row->dirty[strip];
        if (strip != row->missing)
            plan->read[strip] = raid_stretch((lost & ~dirty) | (dirty & ~lost) | holes(dirty));
    }
    plan->read[row->strips] = raid_stretch(plan->write[row->strips] & ~lost);
    plan->way = reads(row, plan) > 0 ? RAID_RECONSTRUCT_WRITE : RAID_FULL_STRIPE_WRITE;
}

static void plan_for_missing_parity(const struct raid_row *row, struct raid_row_plan *plan)
{
    plan->way = RAID_DATA_WRITE;
    for (int32_t strip = 0; strip < row->strips; strip++)
        plan->read[strip] = raid_stretch(holes(row->dirty[strip]));
}

void raid_plan_write(const struct raid_row *row, struct raid_row_plan *plan)
{
    *plan = (struct raid_row_plan){0};
    plan_writes(row, plan);
    if (row->missing == row->strips) {
        plan_for_missing_parity(row, plan);
        return;
    }
    if (row->missing != RAID_STRIP_NONE && row->dirty[row->missing] != 0) {
        plan_for_missing_data(row, plan);
        return;
    }
    plan_small(plan);
    if (row->missing != RAID_STRIP_NONE)
        return;
    struct raid_row_plan other = {0};
    plan_writes(row, &other);
    plan_reconstruct(row, &other);
    if (reads(row, &other) < reads(row, plan))
        *plan = other;
}

void raid_plan_read(int32_t strips, int32_t missing, const uint32_t wanted[RAID_STRIPS_MAX],
                    uint32_t read[RAID_STRIPS_MAX + 1])
{
    uint32_t lost = missing >= 0 && missing < strips ? wanted[missing] : 0;
    for (int32_t strip = 0; strip <= strips; strip++) {
        uint32_t own = strip < strips ? wanted[strip] : 0;
        read[strip] = strip == missing ? 0 : raid_stretch(own | lost);
    }
}
