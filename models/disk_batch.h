// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * disk_batch: accesses to a rank's drives that are made at the same time, as few drive commands.
 *
 * Accesses that follow one another without a gap on one drive become one command, as long as it is no longer than
 * the model's drive_command_bytes. A gap, such as the parity track that a sequential read leaves out once in so
 * many stripes, ends the command: the arm waits over the gap either way, and what is not read does not burden
 * the link.
 */
#ifndef MODELS_DISK_BATCH_H
#define MODELS_DISK_BATCH_H

#include "models/disk_op.h"

struct disk_batch {
    struct rank *rank;
    bool write;
    int32_t link;             /* of all its commands; or ANY_LINK */
    struct disk_op *open[RANK_DRIVES_MAX]; /* the last command of each drive, by position */
    struct disk_op *first, *last;          /* commands in the order in which they were begun */
};

/* An empty batch. */
void disk_batch_begin(struct disk_batch *batch, struct rank *rank, bool write, int32_t link);

/* Adds an access of `blocks` blocks from `block` on the drive in `position`; those of one drive in ascending order.
 * Returns its command, which has room for one more staged track. */
struct disk_op *disk_batch_add(struct disk_batch *batch, int32_t position, int64_t block, int32_t blocks);

/* Forks all commands from `parent`, with its priority in the lines they stand in; each writes its times to `report`, unless that is NULL, when it ends. */
void disk_batch_fork(struct disk_batch *batch, struct activity *parent, struct io_times *report);

#endif
