// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * level: the mean over time of a whole number that changes, such as a queue's length or bytes held.
 *
 * The area under the level is kept as an exact 128-bit integer (value times ns), so the mean does not
 * depend on how often the level changed or on how long the run was. The functions stand in this header
 * because models call them at nearly every event. A value. Instants never go back.
 */
#ifndef SIM_LEVEL_H
#define SIM_LEVEL_H

#include <assert.h>
#include <stdint.h>

#include "sim/time.h"

__extension__ typedef __int128 level_area;

struct level {
    level_area area; /* sum of value times ns, from `start` to `changed` */
    sim_time start;  /* the history's begin */
    sim_time changed;
    int64_t value; /* since `changed` */
    int64_t max;   /* greatest value since `start`, also one that lasted no time */
};

/* Begins the history at `now` with `value`. */
static inline void level_init(struct level *level, sim_time now, int64_t value)
{
    *level = (struct level){.start = now, .changed = now, .value = value, .max = value};
}

/* The level now. */
static inline int64_t level_value(const struct level *level)
{
    return level->value;
}

/* The level is `value` from `now` on. */
static inline void level_set(struct level *level, sim_time now, int64_t value)
{
    assert(now >= level->changed);
    level->area += (level_area)level->value * (now - level->changed);
    level->changed = now;
    level->value = value;
    if (value > level->max)
        level->max = value;
}

/* The level changes by `delta` (of either sign) at `now`. */
static inline void level_add(struct level *level, sim_time now, int64_t delta)
{
    level_set(level, now, level->value + delta);
}

/* Forgets the history, as at the end of a warm-up; the value stays. */
static inline void level_restart(struct level *level, sim_time now)
{
    assert(now >= level->changed);
    level_init(level, now, level->value);
}

/* The sum of value times ns from the history's begin to `now`. */
static inline level_area level_sum(const struct level *level, sim_time now)
{
    assert(now >= level->changed);
    return level->area + (level_area)level->value * (now - level->changed);
}

/* The mean over time from the history's begin to `now`; the value itself when no time has passed. */
static inline double level_mean(const struct level *level, sim_time now)
{
    assert(now >= level->changed);
    if (now == level->start)
        return (double)level->value;
    return (double)level_sum(level, now) / (double)(now - level->start);
}

/* The greatest value since the history's begin. */
static inline int64_t level_max(const struct level *level)
{
    return level->max;
}

#endif
