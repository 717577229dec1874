// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/disk_batch.h"

void disk_batch_begin(struct disk_batch *batch, struct rank *rank, bool write, int32_t link)
{
    *batch = (struct disk_batch){.rank = rank, .write = write, .link = link};
}

static bool fits(const struct disk_batch *batch, const struct disk_op *op, int64_t block, int32_t blocks)
{
    return op != NULL && op->access.block + op->access.blocks == block &&
           (int64_t)(op->access.blocks + blocks) * BLOCK_BYTES <= batch->rank->model->drive_command_bytes &&
           op->staged_count < DISK_OP_STAGED_MAX;
}

struct disk_op *disk_batch_add(struct disk_batch *batch, int32_t position, int64_t block, int32_t blocks)
{
    struct disk_op *op = batch->open[position];
    if (fits(batch, op, block, blocks)) {
        op->access.blocks += blocks;
        return op;
    }
    op = disk_op_create(batch->rank, batch->rank->drives[position], block, blocks, batch->write);
    op->link = batch->link;
    batch->open[position] = op;
    if (batch->last != NULL)
        batch->last->next = op;
    else
        batch->first = op;
    batch->last = op;
    return op;
}

void disk_batch_fork(struct disk_batch *batch, struct activity *parent, struct io_times *report)
{
    for (struct disk_op *op = batch->first, *next; op != NULL; op = next) {
        next = op->next;
        op->report = report;
        op->activity.priority = parent->priority;
        activity_fork(parent, &op->activity);
    }
    batch->first = batch->last = NULL;
}
