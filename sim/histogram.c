// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Bins are numbered through all octaves, 128 each. Octave 0 holds the values 0 to 127, one a bin; octave
 * k > 0 holds [128, 256) * 2^(k-1) in bins 2^(k-1) wide: shifted right by k - 1, a value's upper eight
 * bits stand alone, and the leading one is its octave. A negative value, seen as unsigned, falls into the
 * octave after the last, which is never allocated, so the fast path need not test for it.
 *
 * Thousands of histograms hold few values each, so a bin counts in 32 bits. The octave in which one of them runs
 * over is widened by as many words for the counts' upper halves.
 *
 * The total is not counted but summed over the bins when asked for: one store less in every call.
 */
#include "sim/histogram.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 128, STEP_BITS = 7, OCTAVES = 57 };

struct histogram {
    uint32_t *octaves[OCTAVES + 1]; /* STEPS counts each, NULL until hit; the last one for negative values */
    uint64_t wide;                  /* bit by octave: STEPS upper halves of counts follow the lower ones */
    int64_t min, max;               /* ns; INT64_MAX and -1 while empty */
    uint64_t lost;                  /* values that could not be counted */
    uint64_t negative;              /* those of them that were negative */
};

/* Where a value is counted. */
struct place {
    unsigned octave, step;
};

static struct place place_of(uint64_t value)
{
    unsigned shift = 64 - (STEP_BITS + 1) - (unsigned)__builtin_clzll(value | (2 * STEPS - 1));
    unsigned upper = (unsigned)(value >> shift);
    return (struct place){shift + (upper >> STEP_BITS), upper & (STEPS - 1)};
}

/* The least value of an octave's bin. */
static int64_t bin_low(unsigned octave, unsigned step)
{
    return octave > 0 ? (int64_t)(STEPS + step) << (octave - 1) : (int64_t)step;
}

static int64_t bin_width(unsigned octave)
{
    return (int64_t)1 << (octave > 0 ? octave - 1 : 0);
}

struct histogram *histogram_create(struct error *error)
{
    struct histogram *histogram = calloc(1, sizeof *histogram);
    if (histogram == NULL) {
        error_set(error, ERROR_RUN, NULL, "no memory for a histogram");
        return NULL;
    }
    histogram->min = INT64_MAX;
    histogram->max = -1;
    return histogram;
}

void histogram_destroy(struct histogram *histogram)
{
    if (histogram == NULL)
        return;
    for (unsigned octave = 0; octave < OCTAVES; octave++)
        free(histogram->octaves[octave]);
    free(histogram);
}

/* Allocates an octave; false, and the values lost, when that fails or the octave is none. */
static bool open_octave(struct histogram *histogram, unsigned octave, uint64_t count)
{
    if (octave < OCTAVES)
        histogram->octaves[octave] = calloc(STEPS, sizeof(uint32_t));
    else
        histogram->negative += count;
    if (histogram->octaves[octave] != NULL)
        return true;
    histogram->lost += count;
    return false;
}

static bool is_wide(const struct histogram *histogram, unsigned octave)
{
    return histogram->wide >> octave & 1;
}

/* What a bin of an allocated octave has counted. */
static uint64_t bin_count(const struct histogram *histogram, unsigned octave, unsigned step)
{
    const uint32_t *counts = histogram->octaves[octave];
    return is_wide(histogram, octave) ? (uint64_t)counts[STEPS + step] << 32 | counts[step] : counts[step];
}

/* Adds to the upper half of a bin's count, widening the octave; false when there is no memory for that. */
static bool carry(struct histogram *histogram, unsigned octave, unsigned step, uint32_t upper)
{
    if (!is_wide(histogram, octave)) {
        uint32_t *counts = realloc(histogram->octaves[octave], 2 * STEPS * sizeof *counts);
        if (counts == NULL)
            return false;
        memset(counts + STEPS, 0, STEPS * sizeof *counts);
        histogram->octaves[octave] = counts;
        histogram->wide |= (uint64_t)1 << octave;
    }
    histogram->octaves[octave][STEPS + step] += upper;
    return true;
}

/* Adds to a bin of an allocated octave; what it cannot count is lost. */
static void add_to_bin(struct histogram *histogram, unsigned octave, unsigned step, uint64_t count)
{
    uint64_t sum = histogram->octaves[octave][step] + count;
    if (sum > UINT32_MAX && !carry(histogram, octave, step, (uint32_t)(sum >> 32)))
        histogram->lost += count;
    else
        histogram->octaves[octave][step] = (uint32_t)sum;
}

void histogram_add_many(struct histogram *histogram, int64_t value, uint64_t count)
{
    struct place place = place_of((uint64_t)value);
    if (count == 0 || (histogram->octaves[place.octave] == NULL && !open_octave(histogram, place.octave, count)))
        return;
    add_to_bin(histogram, place.octave, place.step, count);
    if (value < histogram->min)
        histogram->min = value;
    if (value > histogram->max)
        histogram->max = value;
}

void histogram_add(struct histogram *histogram, int64_t value)
{
    histogram_add_many(histogram, value, 1);
}

void histogram_prefetch(const struct histogram *histogram, int64_t value)
{
    __builtin_prefetch(&histogram->octaves[place_of((uint64_t)value).octave]);
    __builtin_prefetch(&histogram->max, 1);
}

void histogram_prefetch_bin(const struct histogram *histogram, int64_t value)
{
    struct place place = place_of((uint64_t)value);
    const uint32_t *counts = histogram->octaves[place.octave];
    if (counts != NULL)
        __builtin_prefetch(&counts[place.step], 1);
}

void histogram_merge(struct histogram *histogram, const struct histogram *other)
{
    for (unsigned octave = 0; octave < OCTAVES; octave++) {
        for (unsigned step = 0; other->octaves[octave] != NULL && step < STEPS; step++) {
            uint64_t theirs = bin_count(other, octave, step);
            if (theirs > 0 && (histogram->octaves[octave] != NULL || open_octave(histogram, octave, theirs)))
                add_to_bin(histogram, octave, step, theirs);
        }
    }
    if (other->min < histogram->min)
        histogram->min = other->min;
    if (other->max > histogram->max)
        histogram->max = other->max;
    histogram->lost += other->lost;
    histogram->negative += other->negative;
}

void histogram_clear(struct histogram *histogram)
{
    for (unsigned octave = 0; octave < OCTAVES; octave++)
        if (histogram->octaves[octave] != NULL)
            memset(histogram->octaves[octave], 0, (is_wide(histogram, octave) ? 2 : 1) * STEPS * sizeof(uint32_t));
    histogram->min = INT64_MAX;
    histogram->max = -1;
    histogram->lost = histogram->negative = 0;
}

bool histogram_check(const struct histogram *histogram, struct error *error)
{
    if (histogram->lost == 0)
        return true;
    return error_set(error, ERROR_RUN, NULL,
                     "a histogram lost %" PRIu64 " values: %" PRIu64 " for want of memory, %" PRIu64
                     " because they were negative",
                     histogram->lost, histogram->lost - histogram->negative, histogram->negative);
}

bool histogram_next(const struct histogram *histogram, size_t *position, struct histogram_bin *bin)
{
    while (*position < (size_t)OCTAVES * STEPS) {
        unsigned octave = (unsigned)(*position / STEPS), step = (unsigned)(*position % STEPS);
        if (histogram->octaves[octave] == NULL) {
            *position += STEPS;
            continue;
        }
        ++*position;
        uint64_t count = bin_count(histogram, octave, step);
        if (count > 0) {
            int64_t low = bin_low(octave, step);
            *bin = (struct histogram_bin){low, low + (bin_width(octave) - 1), count};
            return true;
        }
    }
    return false;
}

static uint64_t octave_count(const struct histogram *histogram, unsigned octave)
{
    uint64_t count = 0;
    for (unsigned step = 0; histogram->octaves[octave] != NULL && step < STEPS; step++)
        count += bin_count(histogram, octave, step);
    return count;
}

uint64_t histogram_count(const struct histogram *histogram)
{
    uint64_t count = 0;
    for (unsigned octave = 0; octave < OCTAVES; octave++)
        count += octave_count(histogram, octave);
    return count;
}

int64_t histogram_min(const struct histogram *histogram)
{
    return histogram->max < 0 ? -1 : histogram->min;
}

int64_t histogram_max(const struct histogram *histogram)
{
    return histogram->max;
}

/* How many of the values must be at or below the quantile, at least 1. The product may round up past the
 * whole number that is meant (0.07 * 100), so a few units in its last place are taken off. */
static double wanted_count(double q, uint64_t count)
{
    double wanted = ceil(q * (double)count * (1 - 0x1p-51));
    return wanted < 1 ? 1 : wanted;
}

/* The mid-point of the bin of an octave in which the count, `passed` before the octave, reaches `wanted`. */
static int64_t middle_of_bin(const struct histogram *histogram, unsigned octave, uint64_t passed, double wanted)
{
    unsigned step = 0;
    for (passed += bin_count(histogram, octave, 0); (double)passed < wanted;)
        passed += bin_count(histogram, octave, ++step);
    int64_t middle = bin_low(octave, step) + (bin_width(octave) - 1) / 2;
    if (middle < histogram->min)
        return histogram->min;
    return middle > histogram->max ? histogram->max : middle;
}

void histogram_quantiles(const struct histogram *histogram, const double *levels, size_t count, int64_t *values)
{
    uint64_t all = histogram_count(histogram), passed = 0;
    unsigned octave = 0;
    for (size_t i = 0; i < count; i++) {
        double q = levels[i];
        if (all == 0 || q >= 1) {
            values[i] = histogram_max(histogram);
        } else if (!(q > 0)) {
            values[i] = histogram_min(histogram);
        } else {
            double wanted = wanted_count(q, all);
            uint64_t here = octave_count(histogram, octave);
            while ((double)(passed + here) < wanted) {
                passed += here;
                here = octave_count(histogram, ++octave);
            }
            values[i] = middle_of_bin(histogram, octave, passed, wanted);
        }
    }
}

int64_t histogram_quantile(const struct histogram *histogram, double q)
{
    int64_t value;
    histogram_quantiles(histogram, &q, 1, &value);
    return value;
}

double histogram_fraction_below(const struct histogram *histogram, int64_t value)
{
    double below = 0, count = 0;
    struct histogram_bin bin;
    for (size_t position = 0; histogram_next(histogram, &position, &bin);) {
        if (value > bin.high || value > histogram->max)
            below += (double)bin.count;
        else if (value > bin.low && value > histogram->min)
            below += (double)bin.count * (double)(value - bin.low) / (double)(bin.high - bin.low + 1);
        count += (double)bin.count;
    }
    return count > 0 ? below / count : NAN;
}
