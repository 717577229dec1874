// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rebuild.h"

#include "models/destage.h"
#include "models/destage_op.h"
#include "models/disk_batch.h"
#include "models/raid.h"
#include "sim/activity.h"

/* So many steps overlap, so that the others are read while one is worked out and one is written. */
enum { STEPS = 4 };

/* Some stripes, from being read to being written. */
struct step {
    struct activity activity;
    struct rebuild *rebuild;
    int64_t stripe, end;     /* from this one to before that one */
    bool done;
    struct disk_batch batch; /* commands being prepared */
};

struct rebuild {
    struct activity activity;
    struct rank *rank;
    int64_t stripes;         /* of the rank */
    int64_t next;            /* stripe with which the next step begins */
    int64_t begun, ended;    /* steps, numbered in order: those between are in progress */
    sim_time started_ns;
    bool aborted;
    struct step steps[STEPS]; /* by number, again and again */
};

const size_t rebuild_bytes = sizeof(struct rebuild);

static struct step *step_at(struct rebuild *rebuild, int64_t number)
{
    return &rebuild->steps[number % STEPS];
}

/* Bytes that the step writes. */
static int64_t step_bytes(const struct step *step)
{
    const struct server_model *model = step->rebuild->rank->model;
    return (step->end - step->stripe) * model->strip_tracks * model->track_bytes;
}

/* Keeps the stripes of all steps in progress from being destaged. */
static void lock_stripes(struct rebuild *rebuild)
{
    rebuild->rank->locked_from = rebuild->ended < rebuild->begun ? step_at(rebuild, rebuild->ended)->stripe : 0;
    rebuild->rank->locked_end = rebuild->ended < rebuild->begun ? rebuild->next : 0;
}

/* ---- a step ---- */

/* Adds the step's rows of one drive to the batch. */
static void add_rows(struct step *step, int32_t position)
{
    const struct rank *rank = step->rebuild->rank;
    int32_t blocks = (int32_t)(rank->model->track_bytes / BLOCK_BYTES);
    int64_t end = step->end * rank->model->strip_tracks;
    for (int64_t row = step->stripe * rank->model->strip_tracks; row < end; row++)
        disk_batch_add(&step->batch, position, row * blocks, blocks);
}

static void prepare_reads(struct step *step)
{
    struct rank *rank = step->rebuild->rank;
    disk_batch_begin(&step->batch, rank, false, ANY_LINK);
    for (int32_t position = 0; position < rank->config->active_drives; position++)
        if (position != rank->missing)
            add_rows(step, position);
}

static void prepare_writes(struct step *step)
{
    disk_batch_begin(&step->batch, step->rebuild->rank, true, ANY_LINK);
    add_rows(step, step->rebuild->rank->missing);
}

/* The step's rows are there; they count once all before them are too. */
static void end_step(struct step *step)
{
    struct rebuild *rebuild = step->rebuild;
    struct rank *rank = rebuild->rank;
    step->done = true;
    while (rebuild->ended < rebuild->begun && step_at(rebuild, rebuild->ended)->done) {
        const struct step *first = step_at(rebuild, rebuild->ended++);
        rank->rebuilt_rows = first->end * rank->model->strip_tracks;
        rank->raid.rebuilt += (first->end - first->stripe) * rank->model->strip_tracks;
    }
    lock_stripes(rebuild);
    destage_unlocked(rank);
    activity_wake(&rebuild->activity);
}

static void step_story(struct activity *self)
{
    struct step *step = STORY_OF(self, struct step, activity);
    struct rebuild *rebuild = step->rebuild;
    struct rank *rank = rebuild->rank;

    STORY_BEGIN(self);
    while (!rebuild->aborted && destage_op_in_progress(rank, step->stripe, step->end))
        STORY_PARK(self);
    if (!rebuild->aborted) {
        prepare_reads(step);
        disk_batch_fork(&step->batch, self, NULL);
        STORY_JOIN(self);
        STORY_USE(self, rank->adapter->station,
                  sim_transfer_ns(step_bytes(step) * (rank->config->active_drives - 1),
                                  rank->model->adapter_xor_bytes_per_s));
    }
    if (!rebuild->aborted) {
        prepare_writes(step);
        disk_batch_fork(&step->batch, self, NULL);
        STORY_JOIN(self);
    }
    if (!rebuild->aborted)
        end_step(step);
    STORY_END(self);
}

/* ---- all steps ---- */

static struct step *begin_step(struct rebuild *rebuild)
{
    const struct server_model *model = rebuild->rank->model;
    struct step *step = step_at(rebuild, rebuild->begun++);
    int64_t count = model->drive_command_bytes / (model->strip_tracks * model->track_bytes);
    *step = (struct step){.rebuild = rebuild, .stripe = rebuild->next};
    step->end = step->stripe + (count > 1 ? count : 1);
    if (step->end > rebuild->stripes)
        step->end = rebuild->stripes;
    rebuild->next = step->end;
    lock_stripes(rebuild);
    activity_init(&step->activity, rebuild->activity.sim, step_story, NULL);
    return step;
}

/* How long until the next step may begin. */
static sim_time interval_ns(struct rebuild *rebuild)
{
    return sim_transfer_ns(step_bytes(step_at(rebuild, rebuild->begun - 1)),
                           rebuild->rank->model->rebuild_bytes_per_s);
}

static void complete(struct rebuild *rebuild)
{
    struct rank *rank = rebuild->rank;
    double seconds = (double)(sim_now(rebuild->activity.sim) - rebuild->started_ns) * 1e-9;
    rank->state = RANK_WORKING;
    rank->missing = POSITION_NONE;
    rank->rebuild = NULL;
    machine_tell(rank->machine, rank->name, "rebuild complete", "after %.1f s; every drive has its data", seconds);
}

static void rebuild_story(struct activity *self)
{
    struct rebuild *rebuild = STORY_OF(self, struct rebuild, activity);

    STORY_BEGIN(self);
    while (!rebuild->aborted && rebuild->next < rebuild->stripes) {
        activity_fork(self, &begin_step(rebuild)->activity);
        if (rebuild->next == rebuild->stripes)
            break;
        STORY_WAIT(self, interval_ns(rebuild));
        while (!rebuild->aborted && rebuild->begun - rebuild->ended == STEPS)
            STORY_PARK(self);
    }
    STORY_JOIN(self);
    if (!rebuild->aborted)
        complete(rebuild);
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
    rebuild->stripes = rank->config->capacity_tracks / raid_stripe_tracks(rank->config, rank->model);
    rank->rebuild = rebuild;
    rank->state = RANK_REBUILDING;
    rank->rebuilt_rows = 0;
    activity_init(&rebuild->activity, sim, rebuild_story, rebuild_ends);
    activity_start(&rebuild->activity);
}

static void wake_steps(struct rebuild *rebuild)
{
    for (int64_t number = rebuild->ended; number < rebuild->begun; number++)
        activity_wake(&step_at(rebuild, number)->activity);
}

void rebuild_abort(struct rank *rank)
{
    struct rebuild *rebuild = rank->rebuild;
    if (rebuild == NULL)
        return;
    rebuild->aborted = true;
    rank->rebuild = NULL;
    rank->rebuilt_rows = 0;
    rank->locked_from = rank->locked_end = 0;
    wake_steps(rebuild);
    activity_wake(&rebuild->activity);
}

void rebuild_go_on(struct rank *rank)
{
    if (rank->rebuild != NULL)
        wake_steps(rank->rebuild);
}
