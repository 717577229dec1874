// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * interval: how far the true mean may be from the measured one.
 *
 * Values that follow each other in a run are correlated, so the textbook interval over them is much too
 * narrow. batch_means averages long stretches (batches) of the series, whose means are nearly independent,
 * and builds Student's interval over those. The number of batches stays between 32 and 64: when 64 are
 * full, neighbours are joined in pairs and batches are twice as long from there on, so memory is fixed and
 * the length of the run need not be known (A. M. Law, Simulation Modeling and Analysis, on batch means).
 * The interval is honest once batches are much longer than the correlation, a few hundred of its lengths
 * in all.
 *
 * replication_interval does the same over the means of independent runs.
 */
#ifndef SIM_INTERVAL_H
#define SIM_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BATCH_MEANS_LEAST = 32, BATCH_MEANS_MOST = 64 };

/* A value; starts with batch_means_init(). */
struct batch_means {
    double sums[BATCH_MEANS_MOST]; /* sums over full batches, in order of time */
    double open_sum;               /* sum over the batch that is being filled */
    uint64_t open_count;           /* values in it */
    uint64_t batch_size;           /* values in a full batch: 1, 2, 4 ... */
    uint32_t full;                 /* full batches */
};

/* Empties it. */
void batch_means_init(struct batch_means *means);

/* Adds the next value of the series. */
void batch_means_add(struct batch_means *means, double value);

/* Number of values added. */
uint64_t batch_means_count(const struct batch_means *means);

/*
 * The mean of all values, and half the width of its confidence interval at `level` (0.95: the interval
 * mean +- half_width holds the true mean in 95 % of runs). false, and both left alone, with fewer than
 * BATCH_MEANS_LEAST full batches or a level outside (0, 1).
 */
bool batch_means_interval(const struct batch_means *means, double level, double *mean, double *half_width);

/* The same over `count` independent, equally weighted means; false with fewer than two. */
bool replication_interval(const double *means, size_t count, double level, double *mean, double *half_width);

#endif
