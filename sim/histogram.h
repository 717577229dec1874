// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * histogram: the distribution of times (non-negative whole ns), for quantiles at any level.
 *
 * Every octave [2^k, 2^(k+1)) is cut into 128 bins of equal width, so a bin is as wide as its values
 * are large: values below 256 have a bin each, and above that a bin's mid-point differs from every value
 * in it by less than 1/256 (0.390625 %) of that value. All of int64_t's non-negative range fits. Octaves
 * are allocated when first hit (0.5 KiB each, 1 KiB from 2^32 equal values on), so an empty histogram takes
 * 0.5 KiB and one of response times from 100 us to 1 s another 7 KiB. Counts are exact and histograms merge by addition.
 *
 * When an octave cannot be allocated, histogram_add() drops the value and counts it as lost; so does it
 * with a negative one. It does not report that, to stay simple where it is called; whoever reads results
 * asks histogram_check() once.
 */
#ifndef SIM_HISTOGRAM_H
#define SIM_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

struct histogram;

/* An empty histogram; NULL with an ERROR_RUN when there is no memory. */
struct histogram *histogram_create(struct error *error);
void histogram_destroy(struct histogram *histogram); /* NULL is fine */

/* Adds one value, or `count` equal ones, in ns, >= 0. */
void histogram_add(struct histogram *histogram, int64_t value);
void histogram_add_many(struct histogram *histogram, int64_t value, uint64_t count);

/* For who will soon add a value and has many histograms: fetches what leads to its bin, and, called later, the bin. */
void histogram_prefetch(const struct histogram *histogram, int64_t value);
void histogram_prefetch_bin(const struct histogram *histogram, int64_t value);

/* Adds everything that `other` holds, lost values too. */
void histogram_merge(struct histogram *histogram, const struct histogram *other);

/* Removes all values; keeps the memory. */
void histogram_clear(struct histogram *histogram);

/* Whether every value that was added is counted. false with an ERROR_RUN that says how many are not. */
bool histogram_check(const struct histogram *histogram, struct error *error);

/* Number of values counted. */
uint64_t histogram_count(const struct histogram *histogram);

/* The least and the greatest value, exact; -1 while empty. */
int64_t histogram_min(const struct histogram *histogram);
int64_t histogram_max(const struct histogram *histogram);

/*
 * The quantile at q (0 to 1; others are taken as the nearer end): the mid-point of the bin that holds the
 * smallest value to which at least a share q of all values is equal or below; within [min, max], so that
 * q = 0 and q = 1 are exact. Off by less than 1/256 of that value. -1 while empty.
 */
int64_t histogram_quantile(const struct histogram *histogram, double q);

/* Several of them in one pass: `values` of `levels`, which ascend. */
void histogram_quantiles(const struct histogram *histogram, const double *levels, size_t count, int64_t *values);

/*
 * The share of values below `value`, 0 to 1; NaN while empty. Exact where a bin begins (so at every value
 * up to 256), at the least value and above the greatest; within a bin its values count as evenly spread.
 */
double histogram_fraction_below(const struct histogram *histogram, int64_t value);

/* One bin: `count` values in [low, high], both inclusive. */
struct histogram_bin {
    int64_t low, high; /* ns */
    uint64_t count;
};

/*
 * Hands out the next bin that is not empty, in ascending order. `*position` is 0 for the first and is
 * moved on; false, and `*bin` left alone, after the last.
 */
bool histogram_next(const struct histogram *histogram, size_t *position, struct histogram_bin *bin);

#endif
