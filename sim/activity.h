// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * activity: something that happens over simulated time, told as one function from top to bottom.
 *
 * The function is the activity's story. Between STORY_BEGIN and STORY_END it reads like a program that
 * can wait: for time to pass (STORY_WAIT), for service (STORY_USE, STORY_SEIZE), for room (STORY_TAKE),
 * for activities it started (STORY_CALL, STORY_JOIN), for somebody's word (STORY_PARK). Each such line
 * leaves the function and comes back to the same place later, so
 *
 *     - local variables do not survive a wait: what must live on stands in the struct that the activity
 *       is embedded in (a pointer to that struct, set before STORY_BEGIN, is set at every return);
 *     - two waits cannot share a source line, and a wait cannot stand inside a switch of the story's own.
 *
 * This is the stackless coroutine of Duff and Tatham: standard C, no stack to allocate or switch, a
 * resumption is a call and a jump. docs/design.md has the figures that chose it over stackful ones.
 *
 * An activity belongs to whoever embeds it. It must stay in place until its story has ended.
 */
#ifndef SIM_ACTIVITY_H
#define SIM_ACTIVITY_H

#include <stddef.h>
#include <stdint.h>

#include "sim/sim.h"
#include "sim/time.h"

struct station;

/* In lines. Activities are USUAL unless told otherwise. */
enum activity_priority { PRIORITY_FIRST, PRIORITY_USUAL, PRIORITY_BEHIND, ACTIVITY_PRIORITIES };

struct activity {
    struct sim_call resume;  /* first: an event's call goes on with the story */
    struct sim_call served;  /* the service of STORY_USE is over */
    void (*story)(struct activity *);
    void (*on_end)(struct activity *); /* called last, may free the activity; NULL for nothing */
    struct sim *sim;
    struct activity *parent; /* hears of this one's end; NULL for nobody */
    struct activity *next;   /* in the line it stands in: ready, or a resource's */
    struct station *station; /* being used (STORY_USE) */
    sim_time since_ns;       /* when it joined the line it stands in */
    sim_time waited_ns;      /* how long the last USE, SEIZE or TAKE stood in line */
    int64_t demand;          /* what it stands in line for: service time in ns, or an amount */
    uint32_t line;           /* where the story goes on; 0 at the start, UINT32_MAX after the end */
    uint32_t children;       /* started and not yet ended */
    bool joining;            /* waits for its children */
    bool parked;             /* waits for activity_wake() */
    uint8_t priority;        /* enum activity_priority */
};

/* Prepares an activity; its story starts with activity_start() or STORY_CALL. on_end may be NULL. */
void activity_init(struct activity *activity, struct sim *sim, void (*story)(struct activity *),
                   void (*on_end)(struct activity *));

/* Runs the story up to its first wait, at once. */
void activity_start(struct activity *activity);

/* Runs `child` up to its first wait; STORY_JOIN(parent) will wait for its end. */
void activity_fork(struct activity *parent, struct activity *child);

/* Lets a parked activity go on, after the present event's other doings. Nothing when it is not parked. */
void activity_wake(struct activity *activity);

/* Behind the STORY_ macros. */
void activity_wait(struct activity *activity, sim_time delay_ns);
void activity_end(struct activity *activity);

/* The struct in which the activity is embedded as `member`. */
#define STORY_OF(activity, type, member) ((type *)(void *)((char *)(activity)-offsetof(type, member)))

#define STORY_BEGIN(self)      \
    switch ((self)->line) {    \
    case 0:

#define STORY_END(self)                                                                  \
    break;                                                                               \
    default:                                                                             \
        sim_check_failed((self)->sim, "the story goes on at a wait", __FILE__, __LINE__); \
        }                                                                                \
    activity_end(self)

/* Leaves the story until somebody makes the activity ready again. */
#define STORY_PAUSE(self)          \
    do {                           \
        (self)->line = __LINE__;   \
        return;                    \
    case __LINE__:;                \
    } while (0)

/* Lets delay_ns (>= 0) pass. */
#define STORY_WAIT(self, delay_ns)          \
    do {                                    \
        activity_wait((self), (delay_ns));  \
        STORY_PAUSE(self);                  \
    } while (0)

/* Waits for activity_wake(). */
#define STORY_PARK(self)        \
    do {                        \
        (self)->parked = true;  \
        STORY_PAUSE(self);      \
    } while (0)

/* Waits until every child has ended. */
#define STORY_JOIN(self)               \
    do {                               \
        if ((self)->children > 0) {    \
            (self)->joining = true;    \
            STORY_PAUSE(self);         \
        }                              \
    } while (0)

/* Starts `child` and waits until it has ended. */
#define STORY_CALL(self, child)            \
    do {                                   \
        activity_fork((self), (child));    \
        STORY_JOIN(self);                  \
    } while (0)

/* Stands in line for one of the station's places, is served for service_ns, leaves (station.h). */
#define STORY_USE(self, station_, service_ns)           \
    do {                                                \
        station_use((station_), (self), (service_ns));    \
        STORY_PAUSE(self);                              \
    } while (0)

/* Stands in line for one of the station's places and keeps it until station_release(). */
#define STORY_SEIZE(self, station_)             \
    do {                                        \
        if (!station_seize((station_), (self))) { \
            STORY_PAUSE(self);                  \
        }                                       \
    } while (0)

/* Stands in line until the store has `amount` left and takes it (store.h). */
#define STORY_TAKE(self, store_, amount)                 \
    do {                                                 \
        if (!store_take((store_), (self), (amount))) {   \
            STORY_PAUSE(self);                           \
        }                                                \
    } while (0)

#endif
