// SPDX-License-Identifier: GPL-3.0-or-later
/* The clock, the order of events, timers, and how a run ends. */
#include "sim/sim.h"

#include <stdlib.h>

#include "sim/activity.h"
#include "sim/rng.h"
#include "tests/allocated.h"
#include "tests/child.h"
#include "tests/unit.h"

/* An event that notes when it ran, in a diary that several share. */
struct diary {
    struct sim *sim;
    int order[4096]; /* numbers of the events that ran */
    int count;
};

struct note {
    struct sim_call call;
    struct diary *diary;
    sim_time at_ns;    /* of its last run */
    int number;
    int priority;      /* that it is scheduled with */
    sim_time due_ns;   /* that it is scheduled for */
    struct sim_timer timer;
};

static void note_runs(struct sim_call *call)
{
    struct note *note = (struct note *)call;
    note->at_ns = sim_now(note->diary->sim);
    note->diary->order[note->diary->count++] = note->number;
}

static struct note note_of(struct diary *diary, int number)
{
    return (struct note){.call.run = note_runs, .diary = diary, .number = number};
}

/* ---- order ---- */

enum { NOTES = 2000 };

static bool runs_before(const struct note *a, const struct note *b)
{
    if (a->due_ns != b->due_ns)
        return a->due_ns < b->due_ns;
    return a->priority != b->priority ? a->priority < b->priority : a->number < b->number;
}

static void test_order(void)
{
    static struct note notes[NOTES];
    static struct diary diary;
    struct rng rng;
    rng_init(&rng, 7, "test/order");
    diary = (struct diary){.sim = sim_create(7)};
    for (int i = 0; i < NOTES; i++) {
        notes[i] = note_of(&diary, i);
        notes[i].due_ns = (sim_time)rng_below(&rng, 40) * 25;
        notes[i].priority = (int)rng_below(&rng, SIM_PRIORITY_LAST + 1);
        if (notes[i].priority == SIM_PRIORITY_NORMAL && i % 2 == 0)
            sim_at(diary.sim, notes[i].due_ns, &notes[i].call);
        else if (notes[i].priority == SIM_PRIORITY_NORMAL)
            sim_timer_at(diary.sim, notes[i].due_ns, &notes[i].call);
        else
            sim_at_priority(diary.sim, notes[i].due_ns, (enum sim_priority)notes[i].priority, &notes[i].call);
    }
    CHECK_INT(sim_pending(diary.sim), NOTES);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(diary.count, NOTES);
    int late = 0, disorder = 0;
    for (int i = 0; i < NOTES; i++)
        late += notes[i].at_ns != notes[i].due_ns;
    for (int i = 1; i < NOTES; i++)
        disorder += !runs_before(&notes[diary.order[i - 1]], &notes[diary.order[i]]);
    CHECK_INT(late, 0);
    CHECK_INT(disorder, 0);
    sim_destroy(diary.sim);
}

struct intruder {
    struct note note;
    struct note *inserted;
};

static void intruder_runs(struct sim_call *call)
{
    struct intruder *intruder = (struct intruder *)call;
    struct sim *sim = intruder->note.diary->sim;
    note_runs(call);
    sim_at_priority(sim, sim_now(sim), SIM_PRIORITY_FIRST, &intruder->inserted->call);
    sim_after(sim, 0, &intruder->inserted[1].call);
}

static void test_priority_within_instant(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note notes[4];
    for (int i = 0; i < 4; i++)
        notes[i] = note_of(&diary, i);
    struct intruder intruder = {note_of(&diary, 9), &notes[2]};
    intruder.note.call.run = intruder_runs;
    sim_at(diary.sim, 100, &intruder.note.call);
    sim_at(diary.sim, 100, &notes[0].call);
    sim_at_priority(diary.sim, 100, SIM_PRIORITY_LAST, &notes[1].call);
    CHECK(sim_run(diary.sim, 100));
    const int expected[] = {9, 2, 0, 3, 1};
    CHECK_INT(diary.count, 5);
    for (int i = 0; i < 5; i++)
        CHECK_INT(diary.order[i], expected[i]);
    sim_destroy(diary.sim);
}

/* ---- how a run ends ---- */

static void test_limits(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note notes[3] = {note_of(&diary, 0), note_of(&diary, 1), note_of(&diary, 2)};
    sim_at(diary.sim, 10, &notes[0].call);
    sim_at_priority(diary.sim, 20, SIM_PRIORITY_LAST, &notes[1].call);
    sim_at_priority(diary.sim, 21, SIM_PRIORITY_FIRST, &notes[2].call);
    CHECK(sim_run(diary.sim, 15));
    CHECK_INT(sim_now(diary.sim), 15);
    CHECK_INT(diary.count, 1);
    CHECK(sim_run(diary.sim, 20));
    CHECK_INT(sim_now(diary.sim), 20);
    CHECK_INT(diary.count, 2);
    CHECK_INT(sim_pending(diary.sim), 1);
    CHECK(sim_run(diary.sim, 20));
    CHECK_INT(diary.count, 2);
    sim_after(diary.sim, 0, &notes[0].call);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(notes[0].at_ns, 20);
    CHECK_INT(sim_now(diary.sim), 21);
    CHECK(sim_run(diary.sim, SIM_TIME_MAX));
    CHECK_INT(sim_now(diary.sim), SIM_TIME_MAX);
    sim_after(diary.sim, 0, &notes[2].call);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(notes[2].at_ns, SIM_TIME_MAX);
    CHECK_INT(sim_dispatched(diary.sim), 5);
    sim_destroy(diary.sim);
}

static void stops(struct sim_call *call)
{
    note_runs(call);
    sim_stop(((struct note *)call)->diary->sim);
}

static void test_stop(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note notes[3] = {note_of(&diary, 0), note_of(&diary, 1), note_of(&diary, 2)};
    notes[1].call.run = stops;
    for (int i = 0; i < 3; i++)
        sim_at(diary.sim, 10 * (i + 1), &notes[i].call);
    CHECK(!sim_run(diary.sim, 100));
    CHECK_INT(sim_now(diary.sim), 20);
    CHECK_INT(diary.count, 2);
    CHECK(sim_run(diary.sim, 100));
    CHECK_INT(diary.count, 3);
    CHECK_INT(sim_now(diary.sim), 100);
    sim_at(diary.sim, 100, &notes[1].call);
    CHECK(!sim_run_all(diary.sim));
    CHECK(sim_run_all(diary.sim));
    sim_destroy(diary.sim);
}

/* ---- timers ---- */

static void test_cancel(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note notes[3] = {note_of(&diary, 0), note_of(&diary, 1), note_of(&diary, 2)};
    for (int i = 0; i < 3; i++)
        notes[i].timer = sim_timer_at(diary.sim, 10 * (i + 1), &notes[i].call);
    CHECK(sim_timer_cancel(diary.sim, notes[2].timer));
    CHECK(!sim_timer_cancel(diary.sim, notes[2].timer));
    CHECK(sim_timer_cancel(diary.sim, notes[0].timer));
    CHECK_INT(sim_pending(diary.sim), 1);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(diary.count, 1);
    CHECK_INT(diary.order[0], 1);
    CHECK_INT(sim_now(diary.sim), 20);
    CHECK_INT(sim_dispatched(diary.sim), 1);
    CHECK_INT(sim_pending(diary.sim), 0);
    CHECK(!sim_timer_cancel(diary.sim, notes[1].timer));
    CHECK(!sim_timer_cancel(diary.sim, (struct sim_timer){0}));
    sim_destroy(diary.sim);
}

/* Old timers are asked again after every reuse of their memory. */
static void test_old_timers(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note note = note_of(&diary, 0);
    struct sim_timer old[200];
    int revived = 0;
    for (int i = 0; i < 200; i++) {
        old[i] = sim_timer_at(diary.sim, sim_now(diary.sim) + 10, &note.call);
        for (int j = 0; j < i; j++)
            revived += sim_timer_cancel(diary.sim, old[j]);
        if (i % 2 == 0)
            CHECK(sim_timer_cancel(diary.sim, old[i]));
        else
            CHECK(sim_run(diary.sim, sim_now(diary.sim) + 10));
    }
    CHECK_INT(revived, 0);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(diary.count, 100);
    sim_destroy(diary.sim);
}

static void cancels_itself(struct sim_call *call)
{
    struct note *note = (struct note *)call;
    note_runs(call);
    struct sim_timer next = sim_timer_at(note->diary->sim, note->at_ns + 5, call);
    CHECK(!sim_timer_cancel(note->diary->sim, note->timer));
    CHECK(sim_timer_cancel(note->diary->sim, next));
}

static void test_cancel_from_within(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note note = note_of(&diary, 0);
    note.call.run = cancels_itself;
    note.timer = sim_timer_at(diary.sim, 10, &note.call);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(diary.count, 1);
    CHECK_INT(sim_now(diary.sim), 10);
    sim_destroy(diary.sim);
}

/* A time-out that never strikes: armed for every request, taken back when the request is done. */
static void test_mass_cancel(void)
{
    enum { REQUESTS = 300000, LIVE = 100 };
    static struct diary diary;
    static struct note notes[LIVE];
    diary = (struct diary){.sim = sim_create(1)};
    size_t before = allocated_bytes();
    for (int i = 0; i < LIVE; i++) {
        notes[i] = note_of(&diary, i);
        sim_timer_at(diary.sim, 60 * SIM_S + i, &notes[i].call);
    }
    for (int i = 0; i < REQUESTS; i++) {
        struct sim_timer timeout = sim_timer_at(diary.sim, sim_now(diary.sim) + 30 * SIM_S, &notes[0].call);
        sim_run(diary.sim, sim_now(diary.sim) + SIM_US);
        sim_timer_cancel(diary.sim, timeout);
    }
    CHECK_INT(sim_pending(diary.sim), LIVE);
    size_t grown = allocated_bytes() - before;
    unit_check(grown < 1 << 20, __FILE__, __LINE__, "grew by %zu bytes", grown);
    CHECK_INT(sim_dispatched(diary.sim), 0);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(sim_dispatched(diary.sim), LIVE);
    CHECK_INT(sim_now(diary.sim), 60 * SIM_S + LIVE - 1);
    for (int i = 0; i < LIVE; i++)
        CHECK_INT(diary.order[i], i);
    sim_destroy(diary.sim);
}

/* One that is over before it would have struck: every one surfaces. */
static void test_short_timeouts(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note note = note_of(&diary, 0);
    size_t before = allocated_bytes();
    for (int i = 0; i < 100000; i++) {
        sim_timer_cancel(diary.sim, sim_timer_at(diary.sim, sim_now(diary.sim) + 10, &note.call));
        sim_run(diary.sim, sim_now(diary.sim) + 20);
    }
    size_t grown = allocated_bytes() - before;
    unit_check(grown < 4096, __FILE__, __LINE__, "grew by %zu bytes", grown);
    CHECK_INT(sim_pending(diary.sim), 0);
    sim_destroy(diary.sim);
}

/* Most of many timers are cancelled in no order; the others run as if the cancelled had never been. */
static void test_cancelled_leave_no_trace(void)
{
    enum { TIMERS = 40000 };
    static struct note notes[TIMERS], plain[TIMERS];
    static struct diary with, without;
    struct rng rng;
    rng_init(&rng, 3, "test/cancel");
    with = (struct diary){.sim = sim_create(1)};
    without = (struct diary){.sim = sim_create(1)};
    for (int i = 0; i < TIMERS; i++) {
        notes[i] = note_of(&with, i);
        plain[i] = note_of(&without, i);
        notes[i].due_ns = plain[i].due_ns = (sim_time)rng_below(&rng, 1000000);
        notes[i].timer = sim_timer_at(with.sim, notes[i].due_ns, &notes[i].call);
        if (i % 20 == 0)
            sim_at(without.sim, plain[i].due_ns, &plain[i].call);
    }
    for (int i = 0; i < TIMERS; i++) {
        int victim = (int)((int64_t)i * 7919 % TIMERS);
        if (victim % 20 != 0)
            sim_timer_cancel(with.sim, notes[victim].timer);
    }
    CHECK_INT(sim_pending(with.sim), TIMERS / 20);
    CHECK(sim_run_all(with.sim));
    CHECK(sim_run_all(without.sim));
    CHECK_INT(with.count, without.count);
    int different = 0;
    for (int i = 0; i < with.count; i++)
        different += with.order[i] != without.order[i] || notes[with.order[i]].at_ns != notes[with.order[i]].due_ns;
    CHECK_INT(different, 0);
    CHECK_INT(sim_now(with.sim), sim_now(without.sim));
    CHECK_INT(sim_dispatched(with.sim), sim_dispatched(without.sim));
    sim_destroy(with.sim);
    sim_destroy(without.sim);
}

/* Cancelled timers that nobody waits for do not move the clock, and earlier events may still come. */
static void test_cancelled_do_not_move_clock(void)
{
    static struct diary diary;
    diary = (struct diary){.sim = sim_create(1)};
    struct note note = note_of(&diary, 0);
    sim_timer_cancel(diary.sim, sim_timer_at(diary.sim, 1000, &note.call));
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(sim_now(diary.sim), 0);
    sim_timer_cancel(diary.sim, sim_timer_at(diary.sim, 1000, &note.call));
    sim_timer_cancel(diary.sim, sim_timer_at(diary.sim, 5000, &note.call));
    CHECK(sim_run(diary.sim, 2000));
    CHECK_INT(sim_now(diary.sim), 2000);
    sim_at(diary.sim, 2001, &note.call);
    CHECK(sim_run_all(diary.sim));
    CHECK_INT(sim_now(diary.sim), 2001);
    CHECK_INT(diary.count, 1);
    sim_destroy(diary.sim);
}

/* ---- several simulations ---- */

struct walker {
    struct sim_call call;
    struct sim *sim;
    struct rng rng;
    uint64_t trace; /* hash of all instants seen */
    int left;
};

static void walks(struct sim_call *call)
{
    struct walker *walker = (struct walker *)call;
    walker->trace = walker->trace * 1099511628211u + (uint64_t)sim_now(walker->sim);
    if (walker->left-- > 0)
        sim_after(walker->sim, (sim_time)rng_below(&walker->rng, 1000), call);
}

static struct walker walker_start(uint64_t seed)
{
    struct walker walker = {.call.run = walks, .sim = sim_create(seed), .left = 5000};
    rng_init(&walker.rng, seed, "test/walker");
    return walker;
}

static void test_two_simulations(void)
{
    uint64_t alone[2];
    for (uint64_t seed = 0; seed < 2; seed++) {
        struct walker walker = walker_start(seed);
        sim_at(walker.sim, 0, &walker.call);
        CHECK(sim_run_all(walker.sim));
        alone[seed] = walker.trace;
        sim_destroy(walker.sim);
    }
    struct walker pair[2] = {walker_start(0), walker_start(1)};
    for (int i = 0; i < 2; i++)
        sim_at(pair[i].sim, 0, &pair[i].call);
    for (sim_time until = 0; sim_pending(pair[0].sim) + sim_pending(pair[1].sim) > 0; until += 777)
        for (int i = 0; i < 2; i++)
            CHECK(sim_run(pair[i].sim, until));
    for (int i = 0; i < 2; i++) {
        CHECK(pair[i].trace == alone[i]);
        CHECK_INT(sim_dispatched(pair[i].sim), 5001);
        sim_destroy(pair[i].sim);
    }
    CHECK(alone[0] != alone[1]);
}

/* ---- broken rules of use ---- */

static void schedule_in_the_past(void)
{
    struct sim *sim = sim_create(4711);
    struct diary diary = {.sim = sim};
    struct note note = note_of(&diary, 0);
    sim_run(sim, 123456);
    sim_at(sim, 123455, &note.call);
}

static void wait_less_than_nothing(void)
{
    struct sim *sim = sim_create(1);
    struct diary diary = {.sim = sim};
    struct note note = note_of(&diary, 0);
    sim_run(sim, 10);
    sim_after(sim, -1, &note.call);
}

static void wait_beyond_the_end(void)
{
    struct sim *sim = sim_create(1);
    struct diary diary = {.sim = sim};
    struct note note = note_of(&diary, 0);
    sim_run(sim, 10);
    sim_after(sim, SIM_TIME_MAX - 9, &note.call);
}

static void wait_beyond_all_numbers(void)
{
    struct sim *sim = sim_create(1);
    struct diary diary = {.sim = sim};
    struct note note = note_of(&diary, 0);
    sim_run(sim, 10);
    sim_after(sim, INT64_MAX, &note.call);
}

static void schedule_without_priority(void)
{
    struct sim *sim = sim_create(1);
    struct diary diary = {.sim = sim};
    struct note note = note_of(&diary, 0);
    sim_at_priority(sim, 10, (enum sim_priority)(SIM_PRIORITY_LAST + 1), &note.call);
}

static void run_backwards(void)
{
    struct sim *sim = sim_create(1);
    sim_run(sim, 10);
    sim_run(sim, 9);
}

static void test_check_failed(void)
{
    char text[1000];
    CHECK(child_aborts(schedule_in_the_past, text, sizeof text));
    CHECK_CONTAINS(text, "123456 ns");
    CHECK_CONTAINS(text, "seed 4711");
    CHECK_CONTAINS(text, "sim/sim.c:");
    CHECK(child_aborts(wait_less_than_nothing, text, sizeof text));
    CHECK(child_aborts(wait_beyond_the_end, text, sizeof text));
    CHECK(child_aborts(wait_beyond_all_numbers, text, sizeof text));
    CHECK_CONTAINS(text, "does not hold");
    CHECK(child_aborts(schedule_without_priority, text, sizeof text));
    CHECK(child_aborts(run_backwards, text, sizeof text));
}

UNIT_MAIN("sim", {"events run in order of time, priority and scheduling", test_order},
          {"what is scheduled for the present instant takes its place by priority", test_priority_within_instant},
          {"a run includes its last instant and leaves the clock there", test_limits},
          {"a stopped run returns after the present event and can go on", test_stop},
          {"a cancelled timer does not run, and is cancelled once", test_cancel},
          {"an old timer never cancels a later one", test_old_timers},
          {"a timer that runs has left, and may be set anew", test_cancel_from_within},
          {"memory does not grow with cancelled timers", test_mass_cancel},
          {"memory does not grow with timers that surface after they were cancelled", test_short_timeouts},
          {"cancelled timers leave no trace in order, clock and count", test_cancelled_leave_no_trace},
          {"cancelled timers alone do not move the clock", test_cancelled_do_not_move_clock},
          {"two simulations in one process do not disturb each other", test_two_simulations},
          {"a broken rule of use names time and seed and aborts", test_check_failed})
