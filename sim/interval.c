// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/interval.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "sim/tally.h"

void batch_means_init(struct batch_means *means)
{
    *means = (struct batch_means){.batch_size = 1};
}

/* Joins neighbours: half as many batches, each twice as long. */
static void join_pairs(struct batch_means *means)
{
    for (uint32_t i = 0; i < BATCH_MEANS_MOST / 2; i++)
        means->sums[i] = means->sums[2 * i] + means->sums[2 * i + 1];
    means->full = BATCH_MEANS_MOST / 2;
    means->batch_size *= 2;
}

void batch_means_add(struct batch_means *means, double value)
{
    means->open_sum += value;
    means->open_count++;
    if (means->open_count < means->batch_size)
        return;
    means->sums[means->full++] = means->open_sum;
    means->open_sum = 0;
    means->open_count = 0;
    if (means->full == BATCH_MEANS_MOST)
        join_pairs(means);
}

uint64_t batch_means_count(const struct batch_means *means)
{
    return means->full * means->batch_size + means->open_count;
}

/* Half the width of Student's interval for the mean of what was tallied, two values at least. */
static double half_width_of(const struct tally *tally, double level)
{
    double quantile = gsl_cdf_tdist_Pinv(0.5 + level / 2, (double)(tally->count - 1));
    return quantile * sqrt(tally_variance(tally) / (double)tally->count);
}

bool batch_means_interval(const struct batch_means *means, double level, double *mean, double *half_width)
{
    if (means->full < BATCH_MEANS_LEAST || !(level > 0 && level < 1))
        return false;
    struct tally batches = {0};
    double sum = means->open_sum;
    for (uint32_t i = 0; i < means->full; i++) {
        tally_add(&batches, means->sums[i] / (double)means->batch_size);
        sum += means->sums[i];
    }
    *mean = sum / (double)batch_means_count(means);
    *half_width = half_width_of(&batches, level);
    return true;
}

bool replication_interval(const double *means, size_t count, double level, double *mean, double *half_width)
{
    if (count < 2 || !(level > 0 && level < 1))
        return false;
    struct tally runs = {0};
    for (size_t i = 0; i < count; i++)
        tally_add(&runs, means[i]);
    *mean = runs.mean;
    *half_width = half_width_of(&runs, level);
    return true;
}
