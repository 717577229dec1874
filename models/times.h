// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * times: where the time of one I/O, or of one branch of it, goes.
 *
 * A mark stands at the instant up to which everything is accounted for. Charging moves it to now and
 * books what lies between to a part, so that the parts add up to the elapsed time by construction.
 */
#ifndef MODELS_TIMES_H
#define MODELS_TIMES_H

#include "models/io_record.h"
#include "sim/activity.h"
#include "sim/time.h"

struct io_times {
    sim_time mark_ns;             /* accounted for up to here */
    sim_time part_ns[PART_COUNT];
};

/* Begins an account at `now`. */
static inline void times_begin(struct io_times *times, sim_time now)
{
    *times = (struct io_times){.mark_ns = now};
}

/* Books the time since the mark to `part`. */
static inline void times_charge(struct io_times *times, sim_time now, enum io_part part)
{
    times->part_ns[part] += now - times->mark_ns;
    times->mark_ns = now;
}

/* Books a use that has just ended: first the wait in line (activity->waited_ns), the rest as service. */
static inline void times_charge_use(struct io_times *times, const struct activity *activity, enum io_part wait,
                                    enum io_part service)
{
    times->part_ns[wait] += activity->waited_ns;
    times->mark_ns += activity->waited_ns;
    times_charge(times, sim_now(activity->sim), service);
}

/* Books, after a join, the branch that ended last, which began at the mark and ended now. */
static inline void times_adopt(struct io_times *times, const struct io_times *branch)
{
    for (int part = 0; part < PART_COUNT; part++)
        times->part_ns[part] += branch->part_ns[part];
    times->mark_ns = branch->mark_ns;
}

#endif
