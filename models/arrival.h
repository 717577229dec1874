// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * arrival: when an open workload issues its I/Os.
 *
 * The offered rate is a line through the profile's corners: constant before the first and after the last,
 * straight in between, a step where two corners share a time. Arrivals are the instants at which the
 * rate's integral has grown by one more unit (constant) or by an exponential variate of mean one
 * (poisson); so one draw makes one arrival, whatever the rate does, and the I/Os of two runs at different
 * rates are the same ones, earlier or later.
 */
#ifndef MODELS_ARRIVAL_H
#define MODELS_ARRIVAL_H

#include <stdbool.h>

#include "models/config.h"
#include "sim/rng.h"

struct arrivals {
    const struct workload_config *config;
    struct rng draws;
    double at_ns; /* the last arrival */
    size_t corner; /* the first corner of the profile behind at_ns, or their number */
};

/* Begins at time 0. The config must outlive it. */
void arrivals_init(struct arrivals *arrivals, const struct workload_config *config, uint64_t seed);

/* The next arrival, never before the last one. false when the rate is zero for ever, or the arrival would lie
 * beyond SIM_TIME_MAX. */
bool arrivals_next(struct arrivals *arrivals, sim_time *at_ns);

#endif
