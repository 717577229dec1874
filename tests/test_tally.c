// SPDX-License-Identifier: GPL-3.0-or-later
/* Streaming moments against two passes over the kept values. */
#include <math.h>
#include <stddef.h>

#include "sim/rng.h"
#include "sim/tally.h"
#include "tests/unit.h"

enum { VALUES = 10000 };

/* Times around a large offset, where naive sums of squares lose everything. */
static void draw_values(double *values, double offset)
{
    struct rng rng;
    rng_init(&rng, 1, "tally");
    for (int i = 0; i < VALUES; i++)
        values[i] = offset + rng_exponential(&rng);
}

static void check_against_two_passes(const struct tally *tally, const double *values, size_t count)
{
    long double sum = 0, squares = 0;
    double min = values[0], max = values[0];
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
        min = fmin(min, values[i]);
        max = fmax(max, values[i]);
    }
    long double mean = sum / (long double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    double variance = (double)(squares / (long double)(count - 1));
    CHECK_INT(tally->count, count);
    CHECK_NEAR(tally_mean(tally), (double)mean, 1e-14 * fabs((double)mean));
    CHECK_NEAR(tally_variance(tally), variance, 1e-6 * variance);
    CHECK(tally_min(tally) == min && tally_max(tally) == max);
}

static void test_streaming(void)
{
    static double values[VALUES];
    static const double offsets[] = {0, -1e3, 1e9};
    for (size_t k = 0; k < 3; k++) {
        draw_values(values, offsets[k]);
        struct tally tally = {0};
        for (int i = 0; i < VALUES; i++)
            tally_add(&tally, values[i]);
        check_against_two_passes(&tally, values, VALUES);
    }
}

static void test_merging(void)
{
    static double values[VALUES];
    draw_values(values, 1e9);
    static const int cuts[] = {0, 1, 17, VALUES / 2, VALUES - 1, VALUES};
    for (size_t k = 0; k < sizeof cuts / sizeof cuts[0]; k++) {
        struct tally a = {0}, b = {0};
        for (int i = 0; i < VALUES; i++)
            tally_add(i < cuts[k] ? &a : &b, values[i]);
        tally_merge(&a, &b);
        check_against_two_passes(&a, values, VALUES);
    }
}

static void test_empty(void)
{
    struct tally tally = {0}, other = {0};
    tally_merge(&tally, &other);
    CHECK(isnan(tally_mean(&tally)) && isnan(tally_variance(&tally)));
    CHECK(isnan(tally_min(&tally)) && isnan(tally_max(&tally)));
    tally_add(&tally, -3);
    CHECK(tally_mean(&tally) == -3 && tally_min(&tally) == -3 && tally_max(&tally) == -3);
    CHECK(isnan(tally_variance(&tally)));
}

UNIT_MAIN("tally", {"moments are those of two passes, far from 0 too", test_streaming},
          {"merged parts give the moments of the whole", test_merging},
          {"an empty tally has no mean, one value no variance", test_empty})
