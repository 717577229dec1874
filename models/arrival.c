// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrival.h"

#include <math.h>
#include <stdio.h>

void arrivals_init(struct arrivals *arrivals, const struct workload_config *config, uint64_t seed)
{
    char name[512];
    *arrivals = (struct arrivals){.config = config};
    snprintf(name, sizeof name, "workload/%s/arrival", config->name);
    rng_init(&arrivals->draws, seed, name);
}

/* The straight stretch of the profile in which an instant lies. */
struct stretch {
    double end_ns;        /* INFINITY behind the last corner */
    double rate_per_ns;   /* at the instant */
    double slope_per_ns2; /* of the rate */
};

static struct stretch stretch_at(struct arrivals *arrivals, double at_ns)
{
    const struct workload_config *config = arrivals->config;
    const struct rate_point *points = config->rate;
    while (arrivals->corner < config->rate_count && (double)points[arrivals->corner].at_ns <= at_ns)
        arrivals->corner++;
    size_t next = arrivals->corner;
    if (next == 0)
        return (struct stretch){(double)points[0].at_ns, points[0].per_s * 1e-9, 0};
    const struct rate_point *from = &points[next - 1];
    if (next == config->rate_count)
        return (struct stretch){INFINITY, from->per_s * 1e-9, 0};
    double width = (double)(points[next].at_ns - from->at_ns);
    double slope = (points[next].per_s - from->per_s) * 1e-9 / width;
    double rate = from->per_s * 1e-9 + slope * (at_ns - (double)from->at_ns);
    return (struct stretch){(double)points[next].at_ns, rate, slope};
}

/* How long the rate's integral takes to grow by `amount` (>= 0) from the stretch's instant; INFINITY if never.
 * Solves rate t + slope t^2 / 2 = amount in the form that does not cancel for small slopes. */
static double time_to_grow(const struct stretch *stretch, double amount)
{
    if (amount == 0)
        return 0;
    double discriminant = stretch->rate_per_ns * stretch->rate_per_ns + 2 * stretch->slope_per_ns2 * amount;
    if (discriminant < 0)
        return INFINITY;
    double denominator = stretch->rate_per_ns + sqrt(discriminant);
    return denominator > 0 ? 2 * amount / denominator : INFINITY;
}

bool arrivals_next(struct arrivals *arrivals, sim_time *at_ns)
{
    double amount = arrivals->config->arrival == ARRIVAL_POISSON ? rng_exponential(&arrivals->draws) : 1;
    for (;;) {
        struct stretch stretch = stretch_at(arrivals, arrivals->at_ns);
        double needed = time_to_grow(&stretch, amount);
        double left = stretch.end_ns - arrivals->at_ns;
        if (needed <= left && needed < INFINITY) {
            arrivals->at_ns += needed;
            break;
        }
        if (left == INFINITY)
            return false;
        amount -= (stretch.rate_per_ns + stretch.slope_per_ns2 * left / 2) * left;
        amount = amount > 0 ? amount : 0;
        arrivals->at_ns = stretch.end_ns;
    }
    if (!(arrivals->at_ns < (double)SIM_TIME_MAX))
        return false;
    *at_ns = (sim_time)arrivals->at_ns;
    return true;
}
