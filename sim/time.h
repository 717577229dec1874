// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * time: simulated time, a signed 64-bit count of nanoseconds since the run's start.
 *
 * Integers, so that sums of parts are exact and equal on every machine.
 */
#ifndef SIM_TIME_H
#define SIM_TIME_H

#include <stdint.h>

typedef int64_t sim_time; /* ns; an instant or a duration */

#define SIM_US ((sim_time)1000)
#define SIM_MS ((sim_time)1000000)
#define SIM_S ((sim_time)1000000000)

/* The last instant that can be scheduled, in ns: 2^60 - 1, about 36 years. */
#define SIM_TIME_MAX (((sim_time)1 << 60) - 1)

/* Time to move `bytes` at `bytes_per_s` (> 0), rounded up to a whole ns. bytes below 2^33. */
static inline sim_time sim_transfer_ns(int64_t bytes, int64_t bytes_per_s)
{
    return (sim_time)(((uint64_t)bytes * 1000000000u + (uint64_t)bytes_per_s - 1) / (uint64_t)bytes_per_s);
}

#endif
