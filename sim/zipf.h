// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * zipf: skewed choice among n things, and a shuffle that scatters the popular ones.
 *
 * zipf draws ranks: rank k (from 0) with probability proportional to 1 / (k + 1)^theta, by
 * rejection-inversion (W. Hoermann and G. Derflinger, Rejection-inversion to generate variates from
 * monotone discrete distributions, ACM TOMACS 6:3, 1996): no table, whatever n, and at most 1.02 tries a
 * draw. The distribution is exact but for the rounding of doubles.
 *
 * scramble maps ranks to places one to one, so that the popular ones do not sit side by side. What fio
 * calls random_distribution=zipf:THETA is zipf_draw() followed by scramble_rank().
 *
 * Both are values, set up once and then only read; draws are the same on every machine.
 */
#ifndef SIM_ZIPF_H
#define SIM_ZIPF_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "sim/rng.h"

#define ZIPF_MAX_N ((uint64_t)1 << 40)
#define ZIPF_MAX_THETA 10.0

struct zipf {
    uint64_t n;        /* number of things */
    double theta;      /* skew */
    double area_first; /* where the area of the first thing begins */
    double area_last;  /* where that of the last one ends */
    double sure;       /* a candidate closer than this below its rank needs no test */
};

/* Sets up a draw among n things, 1 <= n <= ZIPF_MAX_N, with skew 0 < theta <= ZIPF_MAX_THETA.
 * false with an ERROR_INPUT when n or theta is outside that. */
bool zipf_init(struct zipf *zipf, uint64_t n, double theta, struct error *error);

/* Draws a rank in [0, n); 0 is the most popular. */
uint64_t zipf_draw(const struct zipf *zipf, struct rng *rng);

struct scramble {
    uint64_t n;             /* ranks and places are [0, n) */
    uint64_t mask;          /* 2^b - 1, the smallest such >= n - 1 */
    unsigned shift;         /* half of b, rounded up */
    uint64_t offset;        /* added first, from the salt */
    uint64_t multiplier[2]; /* odd, from the salt */
};

/* Sets up a one-to-one map of [0, n) to itself, 1 <= n <= 2^63. Another salt gives another map. */
void scramble_init(struct scramble *scramble, uint64_t n, uint64_t salt);

/* The place of `rank`, which is below n; in [0, n), different for every rank. */
uint64_t scramble_rank(const struct scramble *scramble, uint64_t rank);

#endif
