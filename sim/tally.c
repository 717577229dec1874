// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/tally.h"

#include <math.h>

void tally_add(struct tally *tally, double value)
{
    if (tally->count == 0)
        tally->min = tally->max = value;
    tally->count++;
    double before = value - tally->mean;
    tally->mean += before / (double)tally->count;
    tally->deviations += before * (value - tally->mean);
    if (value < tally->min)
        tally->min = value;
    if (value > tally->max)
        tally->max = value;
}

void tally_merge(struct tally *tally, const struct tally *other)
{
    if (other->count == 0)
        return;
    if (tally->count == 0) {
        *tally = *other;
        return;
    }
    double ours = (double)tally->count, theirs = (double)other->count;
    double distance = other->mean - tally->mean;
    double share = theirs / (ours + theirs);
    tally->deviations += other->deviations + distance * distance * ours * share;
    tally->mean += distance * share;
    tally->count += other->count;
    if (other->min < tally->min)
        tally->min = other->min;
    if (other->max > tally->max)
        tally->max = other->max;
}

double tally_mean(const struct tally *tally)
{
    return tally->count > 0 ? tally->mean : NAN;
}

double tally_variance(const struct tally *tally)
{
    return tally->count > 1 ? tally->deviations / (double)(tally->count - 1) : NAN;
}

double tally_min(const struct tally *tally)
{
    return tally->count > 0 ? tally->min : NAN;
}

double tally_max(const struct tally *tally)
{
    return tally->count > 0 ? tally->max : NAN;
}
