// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * disk_op: one drive command on its way through device adapter, loop and drive.
 */
#ifndef MODELS_DISK_OP_H
#define MODELS_DISK_OP_H

#include "models/machine.h"
#include "models/times.h"
#include "sim/activity.h"

struct disk_op {
    struct activity activity;
    struct rank *rank;
    int32_t drive;             /* in the rank */
    struct drive_access access;
    struct drive_plan plan;
    struct io_times times;
    struct io_times *report;   /* gets the times at the end, if the caller wants them; else NULL */
    uint32_t track;            /* staged track in the cache (cache.h), 0 for none ... */
    uint32_t segments;         /* ... and its segments */
    struct disk_op *next;      /* in a list of the caller's */
};

/* A command for `blocks` blocks from `block` of the rank's drive number `drive`, ready to be forked. It
 * ends by going back to the machine's pool. */
struct disk_op *disk_op_create(struct rank *rank, int32_t drive, int64_t block, int32_t blocks, bool write);

/* What the disk_op whose activity this is asks its drive for. */
const struct drive_access *disk_op_access(const struct activity *activity);

#endif
