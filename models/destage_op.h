// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * destage_op: one destage, from the planning of its stripes' writes until their segments are clean.
 */
#ifndef MODELS_DESTAGE_OP_H
#define MODELS_DESTAGE_OP_H

#include "models/disk_batch.h"
#include "models/machine.h"
#include "sim/activity.h"

/* The dirty segments of a stripe, or of several that follow one another, on their way to the drives. */
struct destage {
    struct activity activity;
    struct rank *rank;
    int64_t stripe;                  /* the first one */
    int32_t stripes;
    int32_t copies;                  /* tracks of FlashCopy sources that are copied first ... */
    bool apart;                      /* ... in room of NVS's part for that (nvs.h) */
    int32_t tracks;                  /* destaged */
    int64_t bytes;                   /* destaged */
    int64_t xor_bytes;               /* new and old data and old parity that make the new parity */
    int64_t done_bytes, part_bytes;  /* of those being moved, or worked on: begun, and in the present part */
    struct disk_batch reads, writes; /* prepared commands */
    struct destage *next;            /* of the rank's */
};

/*
 * Takes all dirty segments of `stripes` stripes from `stripe` on, none of which is being destaged, and starts to
 * write them over the loop's link `link`, or ANY_LINK. When they are clean and their room in NVS is free it calls
 * destage_ended(), and goes back to the machine's pool. Bound tracks (cache.h) are copied to their FlashCopy's target
 * before, as far as there is room for the copies; the others stay.
 */
void destage_op_start(struct rank *rank, int64_t stripe, int32_t stripes, int32_t link);

/* Whether there is room in NVS to copy a bound track of the rank now. */
bool destage_op_may_copy(const struct rank *rank);

/* Whether a destage of one of the stripes from `from` to before `end` is in progress. */
bool destage_op_in_progress(const struct rank *rank, int64_t from, int64_t end);

#endif
