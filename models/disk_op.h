// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * disk_op: one drive command on its way through device adapter, loop and drive.
 */
#ifndef MODELS_DISK_OP_H
#define MODELS_DISK_OP_H

#include "models/machine.h"
#include "models/times.h"
#include "sim/activity.h"

enum { DISK_OP_STAGED_MAX = 16 };

/* Segments of a track that a read brings into the cache. */
struct staged_track {
    uint32_t track; /* cache.h */
    uint32_t segments;
};

struct disk_op {
    struct activity activity;
    struct rank *rank;
    struct drive *drive;
    struct drive_access access;
    struct drive_plan plan;
    int32_t link;              /* of the loop that it goes over, or ANY_LINK */
    struct io_times times;
    struct io_times *report;   /* gets the times at the end, if the caller wants them; else NULL */
    struct disk_op *next;      /* in a list of the caller's */
    int32_t staged_count;      /* tracks told with cache_staged() at the end */
    struct staged_track staged[DISK_OP_STAGED_MAX];
};

/* A command for `blocks` blocks from `block` of a drive that serves the rank, ready to be forked. It ends by going
 * back to the machine's pool. */
struct disk_op *disk_op_create(struct rank *rank, struct drive *drive, int64_t block, int32_t blocks, bool write);

/* What the disk_op whose activity this is asks its drive for. */
const struct drive_access *disk_op_access(const struct activity *activity);

#endif
