// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The pending set holds each event's call beside its key, which is the time with three bits of priority
 * below it: sixteen bytes an event, and a dispatch is one indirect call.
 *
 * A timer puts a slot of the simulation's own between the pending set and the caller's call. To cancel it
 * is to mark its slot, which is dropped when its event surfaces, or swept out when such events outnumber
 * the live ones. Slots are never freed before the simulation, so an old timer can always be asked.
 */
#include "sim/sim.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/activity.h"
#include "sim/memory.h"
#include "sim/pending.h"

enum { STALE_SWEEP_MIN = 4096 };

struct timer_slot {
    struct sim_call call;      /* surfaces(), what the pending set sees */
    struct sim *sim;
    struct sim_call *target;   /* the caller's; NULL once cancelled */
    uint64_t generation;       /* of the present use; counts up when it ends */
    struct timer_slot *next;   /* next free one */
    struct timer_slot *all;    /* next of all, for freeing */
};

struct sim {
    sim_time now;
    struct pending *pending;
    struct timer_slot *free_slots, *all_slots;
    size_t stale; /* cancelled timers still in the pending set */
    bool stopping;
    struct activity *ready_first, *ready_last;
    uint64_t dispatched;
    uint64_t seed;
};

struct sim *sim_create(uint64_t seed)
{
    struct sim *sim = memory_alloc_zeroed(1, sizeof *sim);
    sim->pending = pending_create();
    sim->seed = seed;
    return sim;
}

void sim_destroy(struct sim *sim)
{
    if (sim == NULL)
        return;
    pending_destroy(sim->pending);
    for (struct timer_slot *slot = sim->all_slots, *next; slot != NULL; slot = next) {
        next = slot->all;
        free(slot);
    }
    free(sim);
}

sim_time sim_now(const struct sim *sim)
{
    return sim->now;
}

uint64_t sim_dispatched(const struct sim *sim)
{
    return sim->dispatched;
}

size_t sim_pending(const struct sim *sim)
{
    return pending_count(sim->pending) - sim->stale;
}

void sim_stop(struct sim *sim)
{
    sim->stopping = true;
}

_Noreturn void sim_check_failed(const struct sim *sim, const char *expression, const char *file, int line)
{
    fprintf(stderr, "essim: internal error: %s does not hold (%s:%d)", expression, file, line);
    if (sim != NULL)
        fprintf(stderr, ", at %" PRId64 " ns of simulated time, seed %" PRIu64, sim->now, sim->seed);
    fputc('\n', stderr);
    abort();
}

/* ---- scheduling ---- */

static inline uint64_t key_of(sim_time at_ns, enum sim_priority priority)
{
    return (uint64_t)at_ns << PENDING_TIE_BITS | (uint64_t)priority;
}

void sim_at_priority(struct sim *sim, sim_time at_ns, enum sim_priority priority, struct sim_call *call)
{
    SIM_MUST(sim, at_ns >= sim->now && at_ns <= SIM_TIME_MAX);
    SIM_MUST(sim, priority <= SIM_PRIORITY_LAST);
    pending_push(sim->pending, key_of(at_ns, priority), call);
}

void sim_at(struct sim *sim, sim_time at_ns, struct sim_call *call)
{
    sim_at_priority(sim, at_ns, SIM_PRIORITY_NORMAL, call);
}

void sim_after(struct sim *sim, sim_time delay_ns, struct sim_call *call)
{
    SIM_MUST(sim, delay_ns >= 0 && delay_ns <= SIM_TIME_MAX - sim->now);
    pending_push(sim->pending, key_of(sim->now + delay_ns, SIM_PRIORITY_NORMAL), call);
}

/* ---- timers ---- */

static void slot_give(struct timer_slot *slot)
{
    slot->next = slot->sim->free_slots;
    slot->sim->free_slots = slot;
}

static void surfaces(struct sim_call *call)
{
    struct timer_slot *slot = (struct timer_slot *)call;
    struct sim_call *target = slot->target;
    slot->generation++;
    slot_give(slot);
    target->run(target);
}

static struct timer_slot *slot_take(struct sim *sim)
{
    struct timer_slot *slot = sim->free_slots;
    if (slot != NULL) {
        sim->free_slots = slot->next;
        return slot;
    }
    slot = memory_alloc_zeroed(1, sizeof *slot);
    slot->call.run = surfaces;
    slot->sim = sim;
    slot->all = sim->all_slots;
    sim->all_slots = slot;
    return slot;
}

struct sim_timer sim_timer_at(struct sim *sim, sim_time at_ns, struct sim_call *call)
{
    struct timer_slot *slot = slot_take(sim);
    slot->target = call;
    sim_at(sim, at_ns, &slot->call);
    return (struct sim_timer){slot, slot->generation};
}

static bool is_stale(const struct sim_call *call)
{
    return call->run == surfaces && ((const struct timer_slot *)call)->target == NULL;
}

static bool sweep_keeps(void *item, void *context)
{
    (void)context;
    if (!is_stale(item))
        return true;
    slot_give(item);
    return false;
}

bool sim_timer_cancel(struct sim *sim, struct sim_timer timer)
{
    struct timer_slot *slot = timer.slot;
    if (slot == NULL || slot->generation != timer.generation || slot->target == NULL)
        return false;
    slot->target = NULL;
    slot->generation++;
    sim->stale++;
    if (sim->stale >= STALE_SWEEP_MIN && sim->stale > pending_count(sim->pending) / 2) {
        pending_filter(sim->pending, sweep_keeps, NULL);
        sim->stale = 0;
    }
    return true;
}

/* ---- running ---- */

void sim_ready(struct sim *sim, struct activity *activity)
{
    activity->next = NULL;
    if (sim->ready_last != NULL)
        sim->ready_last->next = activity;
    else
        sim->ready_first = activity;
    sim->ready_last = activity;
}

static inline void run_ready(struct sim *sim)
{
    while (sim->ready_first != NULL) {
        struct activity *activity = sim->ready_first;
        sim->ready_first = activity->next;
        if (sim->ready_first == NULL)
            sim->ready_last = NULL;
        activity->story(activity);
    }
}

static bool run_to(struct sim *sim, uint64_t limit)
{
    uint64_t key;
    sim->stopping = false;
    run_ready(sim);
    while (!sim->stopping) {
        struct sim_call *call = pending_pop(sim->pending, limit, &key);
        if (call == NULL)
            return true;
        if (__builtin_expect(is_stale(call), 0)) {
            sim->stale--;
            slot_give((struct timer_slot *)call);
            continue;
        }
        sim->now = (sim_time)(key >> PENDING_TIE_BITS);
        sim->dispatched++;
        call->run(call);
        run_ready(sim);
    }
    return false;
}

bool sim_run(struct sim *sim, sim_time until_ns)
{
    SIM_MUST(sim, until_ns >= sim->now && until_ns <= SIM_TIME_MAX);
    if (!run_to(sim, key_of(until_ns, SIM_PRIORITY_LAST)))
        return false;
    sim->now = until_ns;
    return true;
}

bool sim_run_all(struct sim *sim)
{
    return run_to(sim, UINT64_MAX >> 1);
}
