// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/disk_op.h"

#include <stddef.h>
#include <string.h>

#include "models/cache.h"

static void use_drive_ends(struct disk_op *op, sim_time now)
{
    struct io_times *times = &op->times;
    drive_end(op->drive, &op->plan);
    rank_command_ends(op->rank, now);
    times->part_ns[PART_DRIVE_QUEUE] += op->plan.wait_ns;
    times->part_ns[PART_DRIVE_OVERHEAD] += op->plan.overhead_ns;
    times->part_ns[PART_SEEK] += op->plan.seek_ns;
    times->part_ns[PART_ROTATION] += op->plan.rotation_ns;
    times->part_ns[PART_TRANSFER] += op->plan.transfer_ns;
    times->mark_ns = now;
}

static void tell_staged(const struct disk_op *op)
{
    for (int32_t i = 0; i < op->staged_count; i++)
        cache_staged(op->rank->cluster->cache, op->staged[i].track, op->staged[i].segments);
}

/* A read goes adapter, drive, loop; a write adapter, loop, drive. */
static void disk_op_story(struct activity *self)
{
    struct disk_op *op = STORY_OF(self, struct disk_op, activity);
    struct rank *rank = op->rank;
    struct loop *loop = rank->loop;
    sim_time loop_ns = sim_transfer_ns((int64_t)op->access.blocks * BLOCK_BYTES, rank->model->loop_link_bytes_per_s);

    STORY_BEGIN(self);
    times_begin(&op->times, sim_now(self->sim));

    STORY_USE(self, rank->adapter->station, rank->model->adapter_command_ns);
    times_charge_use(&op->times, self, PART_ADAPTER_QUEUE, PART_ADAPTER);

    if (op->access.write) {
        STORY_USE(self, links_choose(&loop->write, op->link), loop_ns);
        times_charge_use(&op->times, self, PART_LOOP_QUEUE, PART_LOOP);
    }

    rank_command_joins(rank, sim_now(self->sim));
    STORY_SEIZE(self, drive_station(op->drive));
    rank_command_begins(rank, sim_now(self->sim), self->waited_ns);
    times_charge(&op->times, sim_now(self->sim), PART_DRIVE_QUEUE);
    drive_begin(op->drive, &op->access, &op->plan);
    STORY_WAIT(self, drive_plan_ns(&op->plan));
    use_drive_ends(op, sim_now(self->sim));

    if (!op->access.write) {
        STORY_USE(self, links_choose(&loop->read, op->link), loop_ns);
        times_charge_use(&op->times, self, PART_LOOP_QUEUE, PART_LOOP);
    }

    if (op->report != NULL)
        *op->report = op->times;
    tell_staged(op);
    STORY_END(self);
}

static void disk_op_ends(struct activity *self)
{
    struct disk_op *op = STORY_OF(self, struct disk_op, activity);
    pool_give(op->rank->machine->disk_ops, op);
}

struct disk_op *disk_op_create(struct rank *rank, struct drive *drive, int64_t block, int32_t blocks, bool write)
{
    struct disk_op *op = pool_take(rank->machine->disk_ops);
    memset(op, 0, offsetof(struct disk_op, staged));
    op->rank = rank;
    op->drive = drive;
    op->access = (struct drive_access){block, blocks, write};
    op->link = ANY_LINK;
    activity_init(&op->activity, rank->machine->sim, disk_op_story, disk_op_ends);
    return op;
}

const struct drive_access *disk_op_access(const struct activity *activity)
{
    return &STORY_OF(activity, const struct disk_op, activity)->access;
}
