// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * sim: a simulation - its clock, its pending events, and the loop that runs them.
 *
 * An event is a call that is made at a simulated instant. Two events of one instant run in the
 * order of their priority (lower first), and within a priority in the order in which they were
 * scheduled; nothing else ever decides. After each event the activities that it made ready
 * (activity.h) run to their next wait, in the order in which they became ready, before the next event.
 *
 * A simulation is an object: many can live in one process, each used by one thread at a time. Calls
 * that grow memory end the program when there is none (memory.h). Broken rules of use (a time in the
 * past) are our own mistakes and stop the program through sim_check_failed().
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/time.h"

struct sim;
struct activity;

/*
 * What an event calls: run(call). Intrusive: embed it in the object the event is about, and find that
 * object from its address. It belongs to whoever embeds it and must stay in place while it is scheduled;
 * it may be scheduled several times at once.
 */
struct sim_call {
    void (*run)(struct sim_call *call);
};

/* Names one timer for as long as it is pending. A zeroed one names none. Copy it freely. */
struct sim_timer {
    struct timer_slot *slot;
    uint64_t generation;
};

/* Order within an instant. */
enum sim_priority { SIM_PRIORITY_FIRST = 0, SIM_PRIORITY_NORMAL = 4, SIM_PRIORITY_LAST = 7 };

/* A simulation at time 0 with nothing pending. `seed` is kept for messages only. */
struct sim *sim_create(uint64_t seed);

/* Frees the simulation and forgets what is pending. Activities' memory is their owners'. */
void sim_destroy(struct sim *sim);

/* The current simulated time. */
sim_time sim_now(const struct sim *sim);

/* Schedules a call at `at_ns` (now to SIM_TIME_MAX), with normal or given priority. */
void sim_at(struct sim *sim, sim_time at_ns, struct sim_call *call);
void sim_at_priority(struct sim *sim, sim_time at_ns, enum sim_priority priority, struct sim_call *call);

/* Schedules a call `delay_ns` (>= 0) from now. */
void sim_after(struct sim *sim, sim_time delay_ns, struct sim_call *call);

/* As sim_at(), for an event that may have to be taken back; costs some ns more. */
struct sim_timer sim_timer_at(struct sim *sim, sim_time at_ns, struct sim_call *call);

/* Takes a timer back. false when it has run or was cancelled already. O(1), amortised. */
bool sim_timer_cancel(struct sim *sim, struct sim_timer timer);

/* Puts the activity at the end of the ready line: its story goes on before the next event. */
void sim_ready(struct sim *sim, struct activity *activity);

/*
 * Runs every event up to and including `until_ns`, then sets the clock to `until_ns`. Ends early when
 * sim_stop() is called, the clock then standing at the last event. Returns whether it got there.
 */
bool sim_run(struct sim *sim, sim_time until_ns);

/* Runs until nothing is pending. The clock stands at the last event. false when sim_stop() ended it. */
bool sim_run_all(struct sim *sim);

/* Makes the running sim_run() return after the present event. Only from inside the simulation. */
void sim_stop(struct sim *sim);

/* Events dispatched so far, cancelled ones not counted; events pending now. */
uint64_t sim_dispatched(const struct sim *sim);
size_t sim_pending(const struct sim *sim);

/*
 * Where every failed assertion of engine and models ends: prints simulated time, seed, expression and
 * place on standard error and aborts. The function to put a breakpoint on. `sim` may be NULL.
 */
_Noreturn void sim_check_failed(const struct sim *sim, const char *expression, const char *file, int line);

/* Always checked: cheap conditions whose failure would give a wrong result. */
#define SIM_MUST(sim, condition) \
    ((condition) ? (void)0 : sim_check_failed((sim), #condition, __FILE__, __LINE__))

/* Checked in debug builds only: conservation laws and other conditions that cost time. */
#ifdef NDEBUG
#define SIM_CHECK(sim, condition) ((void)sizeof((sim) != NULL && (condition)))
#else
#define SIM_CHECK(sim, condition) SIM_MUST(sim, condition)
#endif

#endif
