// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * raid_write: how a row of a RAID-5 stripe is written - what is read first, and what is written then.
 *
 * A row is one track of each data strip and the parity track that belongs to them. Planning is pure: segment sets
 * in, segment sets out, nothing is started.
 *
 * Old data comes from the drives, never from the cluster's cache: a segment's old content is overwritten in the
 * cache by the new, and parity is made in the device adapter, which sees what it is sent and what its drives hold.
 */
#ifndef MODELS_RAID_WRITE_H
#define MODELS_RAID_WRITE_H

#include <stdint.h>

enum { RAID_STRIPS_MAX = 7, RAID_STRIP_NONE = -1 };

/* The ways to write a row. */
enum raid_write {
    RAID_SMALL_WRITE,       /* read old data and old parity, write new data and parity */
    RAID_RECONSTRUCT_WRITE, /* read the rest of the row, write new data and parity */
    RAID_FULL_STRIPE_WRITE, /* read nothing, write data and parity */
    RAID_DATA_WRITE,        /* the parity drive is missing: write data */
    RAID_WRITE_KINDS
};

/* A row that has dirty data. Segments are bit masks (cache.h). */
struct raid_row {
    int32_t strips;                  /* data strips, 6 or 7; the parity's number is behind them */
    int32_t missing;                 /* strip whose drive is missing, data or parity; RAID_STRIP_NONE */
    uint32_t dirty[RAID_STRIPS_MAX]; /* to be written, by data strip; some are */
};

/* By strip, parity last: each set one stretch, to be read or written by one access; 0 for none. */
struct raid_row_plan {
    enum raid_write way;
    uint32_t read[RAID_STRIPS_MAX + 1], write[RAID_STRIPS_MAX + 1];
};

/* All segments from the first to the last of a set. */
uint32_t raid_stretch(uint32_t segments);

/*
 * Plans the way with the fewest accesses; of equals the small write, which keeps fewer drives busy. Where a
 * stretch that is written has holes, what fills them is read first.
 *   - A missing drive without dirty data: a small write, the only way that needs nothing from it.
 *   - A missing drive with dirty data: parity is made to hold it. Where the missing strip is dirty, from the other
 *     strips' data; where it is not, from the old parity and the change.
 *   - Missing parity: the data alone is written.
 */
void raid_plan_write(const struct raid_row *row, struct raid_row_plan *plan);

/*
 * What to read (by strip, parity last) for the wanted segments of each data strip: themselves, and for those of
 * a missing strip the same of all others.
 */
void raid_plan_read(int32_t strips, int32_t missing, const uint32_t wanted[RAID_STRIPS_MAX],
                    uint32_t read[RAID_STRIPS_MAX + 1]);

#endif
