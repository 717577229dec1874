// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rebuild.h"

#include "models/destage.h"
#include "models/destage_op.h"
#include "models/disk_batch.h"
#include "models/raid.h"
#include "sim/activity.h"

struct rebuild {
    struct activity activity;
    struct rank *rank;
    int64_t stripe, end;     /* of the present step: from this one to before that one */
    sim_time started_ns;
    sim_time step_ns;        /* when the present step began */
    bool aborted;
    struct disk_batch batch; /* commands being prepared */
};

const size_t rebuild_bytes = sizeof(struct rebuild);

static int64_t rank_stripes(const struct rank *rank)
{
    return rank->config->capacity_tracks / raid_stripe_tracks(rank->config, rank->model);
}

/* Bytes that the step writes to the drive. */
static int64_t step_bytes(const struct rebuild *rebuild)
{
    const struct server_model *model = rebuild->rank->model;
    return (rebuild->end - rebuild->stripe) * model->strip_tracks * model->track_bytes;
}

/* Sets the step's end, and keeps its stripes from being destaged. */
static void lock_step(struct rebuild *rebuild)
{
    struct rank *rank = rebuild->rank;
    int64_t strip_bytes = rank->model->strip_tracks * rank->model->track_bytes;
    int64_t count = rank->model->drive_command_bytes / strip_bytes;
    rebuild->end = rebuild->stripe + (count > 1 ? count : 1);
    if (rebuild->end > rank_stripes(rank))
        rebuild->end = rank_stripes(rank);
    rebuild->step_ns = sim_now(rebuild->activity.sim);
    rank->locked_from = rebuild->stripe;
    rank->locked_end = rebuild->end;
}

static void unlock(struct rank *rank)
{
    rank->locked_from = rank->locked_end = 0;
}

/* Adds the step's rows of one drive to the batch. */
static void add_rows(struct rebuild *rebuild, int32_t position)
{
    const struct rank *rank = rebuild->rank;
    int32_t blocks = (int32_t)(rank->model->track_bytes / BLOCK_BYTES);
    int64_t end = rebuild->end * rank->model->strip_tracks;
    for (int64_t row = rebuild->stripe * rank->model->strip_tracks; row < end; row++)
        disk_batch_add(&rebuild->batch, position, row * blocks, blocks);
}

static void prepare_reads(struct rebuild *rebuild)
{
    struct rank *rank = rebuild->rank;
    disk_batch_begin(&rebuild->batch, rank, false, ANY_LINK);
    for (int32_t position = 0; position < rank->config->active_drives; position++)
        if (position != rank->missing)
            add_rows(rebuild, position);
}

static void prepare_writes(struct rebuild *rebuild)
{
    disk_batch_begin(&rebuild->batch, rebuild->rank, true, ANY_LINK);
    add_rows(rebuild, rebuild->rank->missing);
}

/* The step's rows are there again. */
static void end_step(struct rebuild *rebuild)
{
    struct rank *rank = rebuild->rank;
    rank->raid.rebuilt += (rebuild->end - rebuild->stripe) * rank->model->strip_tracks;
    rank->rebuilt_rows = rebuild->end * rank->model->strip_tracks;
    rebuild->stripe = rebuild->end;
    unlock(rank);
    if (rebuild->stripe == rank_stripes(rank)) {
        rank->state = RANK_WORKING;
        rank->missing = POSITION_NONE;
        rank->rebuild = NULL;
        double seconds = (double)(sim_now(rebuild->activity.sim) - rebuild->started_ns) * 1e-9;
        machine_tell(rank->machine, rank->name, "rebuild complete", "after %.1f s; every drive has its data", seconds);
    }
    destage_unlocked(rank);
}

/* How long the next step must wait for the rate not to be passed. */
static sim_time pause_ns(const struct rebuild *rebuild, int64_t bytes)
{
    sim_time due = rebuild->step_ns + sim_transfer_ns(bytes, rebuild->rank->model->rebuild_bytes_per_s);
    sim_time now = sim_now(rebuild->activity.sim);
    return due > now ? due - now : 0;
}

static void rebuild_story(struct activity *self)
{
    struct rebuild *rebuild = STORY_OF(self, struct rebuild, activity);
    struct rank *rank = rebuild->rank;
    int64_t bytes = step_bytes(rebuild);

    STORY_BEGIN(self);
    while (!rebuild->aborted && rebuild->stripe < rank_stripes(rank)) {
        lock_step(rebuild);
        while (!rebuild->aborted && destage_op_in_progress(rank, rebuild->stripe, rebuild->end))
            STORY_PARK(self);
        if (rebuild->aborted)
            break;

        prepare_reads(rebuild);
        disk_batch_fork(&rebuild->batch, self, NULL);
        STORY_JOIN(self);

        STORY_USE(self, rank->adapter->station,
                  sim_transfer_ns(bytes * (rank->config->active_drives - 1), rank->model->adapter_xor_bytes_per_s));
        if (rebuild->aborted)
            break;

        prepare_writes(rebuild);
        disk_batch_fork(&rebuild->batch, self, NULL);
        STORY_JOIN(self);
        if (rebuild->aborted)
            break;

        end_step(rebuild);
        STORY_WAIT(self, pause_ns(rebuild, bytes));
    }
    STORY_END(self);
}

static void rebuild_ends(struct activity *self)
{
    struct rebuild *rebuild = STORY_OF(self, struct rebuild, activity);
    pool_give(rebuild->rank->machine->rebuilds, rebuild);
}

void rebuild_start(struct rank *rank)
{
    struct sim *sim = rank->machine->sim;
    struct rebuild *rebuild = pool_take(rank->machine->rebuilds);
    *rebuild = (struct rebuild){.rank = rank, .started_ns = sim_now(sim)};
    rank->rebuild = rebuild;
    rank->state = RANK_REBUILDING;
    rank->rebuilt_rows = 0;
    activity_init(&rebuild->activity, sim, rebuild_story, rebuild_ends);
    activity_start(&rebuild->activity);
}

void rebuild_abort(struct rank *rank)
{
    struct rebuild *rebuild = rank->rebuild;
    if (rebuild == NULL)
        return;
    rebuild->aborted = true;
    rank->rebuild = NULL;
    rank->rebuilt_rows = 0;
    unlock(rank);
    activity_wake(&rebuild->activity);
}

void rebuild_go_on(struct rank *rank)
{
    if (rank->rebuild != NULL)
        activity_wake(&rank->rebuild->activity);
}
