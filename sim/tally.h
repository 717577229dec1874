// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * tally: count, mean, variance, least and greatest of a series of values, without keeping them.
 *
 * Mean and variance are updated in the form that does not cancel (B. P. Welford, Technometrics 4:3,
 * 1962); two tallies merge into what one over both series would hold, up to rounding (T. F. Chan,
 * G. H. Golub and R. J. LeVeque, Updating formulae and a pairwise algorithm for computing sample
 * variances, 1979). A value; values may have any unit, none may be NaN.
 */
#ifndef SIM_TALLY_H
#define SIM_TALLY_H

#include <stdint.h>

/* All zero is an empty tally. */
struct tally {
    uint64_t count;    /* values added */
    double mean;       /* their mean */
    double deviations; /* sum of squared differences from the mean */
    double min, max;   /* meaningless while count is 0 */
};

/* Adds one value. */
void tally_add(struct tally *tally, double value);

/* Adds everything that `other` holds. */
void tally_merge(struct tally *tally, const struct tally *other);

/* The mean; NaN while empty. */
double tally_mean(const struct tally *tally);

/* The sample variance (divided by count - 1); NaN with fewer than two values. */
double tally_variance(const struct tally *tally);

/* The least and the greatest value, exact; NaN while empty. */
double tally_min(const struct tally *tally);
double tally_max(const struct tally *tally);

#endif
