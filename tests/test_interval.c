// SPDX-License-Identifier: GPL-3.0-or-later
/* Confidence intervals must hold the true mean as often as they claim. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "sim/interval.h"
#include "sim/rng.h"
#include "sim/rng_gsl.h"
#include "sim/tally.h"
#include "tests/unit.h"

/* The share of `runs` whose 95 % interval holds 1, the true mean. Values are 1 plus an AR(1) process. */
static double coverage(double correlation, int length, int runs)
{
    gsl_rng *generator = rng_gsl_create(1, "coverage", NULL);
    int held = 0;
    for (int run = 0; run < runs; run++) {
        struct batch_means means;
        batch_means_init(&means);
        double state = gsl_ran_gaussian_ziggurat(generator, 1 / sqrt(1 - correlation * correlation));
        for (int i = 0; i < length; i++) {
            batch_means_add(&means, 1 + state);
            state = correlation * state + gsl_ran_gaussian_ziggurat(generator, 1);
        }
        double mean = NAN, half_width = NAN;
        batch_means_interval(&means, 0.95, &mean, &half_width);
        held += fabs(mean - 1) <= half_width;
    }
    gsl_rng_free(generator);
    return held / (double)runs;
}

/* Of 2000 runs, 0.95 +- 3 standard deviations is 0.935 to 0.965. */
static void test_independent_values(void)
{
    CHECK_NEAR(coverage(0, 32, 2000), 0.95, 0.015);
    CHECK_NEAR(coverage(0, 1000, 2000), 0.95, 0.015);
}

static void test_correlated_values(void)
{
    CHECK_NEAR(coverage(0.9, 10000, 1000), 0.95, 0.022);
    CHECK_NEAR(coverage(-0.5, 2000, 1000), 0.95, 0.022);
}

/* What the joined batches hold must be the very values, whatever the length. */
static void test_mean_is_over_all_values(void)
{
    struct batch_means means;
    batch_means_init(&means);
    struct tally tally = {0};
    struct rng rng;
    rng_init(&rng, 1, "mean");
    for (int i = 1; i <= 20000; i++) {
        double value = rng_exponential(&rng), mean, half_width;
        tally_add(&tally, value);
        batch_means_add(&means, value);
        bool ready = batch_means_interval(&means, 0.95, &mean, &half_width);
        if (i % 997 == 0) {
            CHECK(ready);
            CHECK_NEAR(mean, tally.mean, 1e-12);
            CHECK_INT(batch_means_count(&means), i);
            CHECK(means.full >= BATCH_MEANS_LEAST && means.full < BATCH_MEANS_MOST);
        }
    }
}

static void test_too_few_batches(void)
{
    struct batch_means means;
    batch_means_init(&means);
    double mean = -1, half_width = -1;
    for (int i = 0; i < BATCH_MEANS_LEAST; i++) {
        CHECK(!batch_means_interval(&means, 0.95, &mean, &half_width));
        batch_means_add(&means, i);
    }
    CHECK(mean == -1 && half_width == -1);
    CHECK(!batch_means_interval(&means, 0, &mean, &half_width));
    CHECK(!batch_means_interval(&means, 1, &mean, &half_width));
    CHECK(!batch_means_interval(&means, NAN, &mean, &half_width));
    CHECK(batch_means_interval(&means, 0.95, &mean, &half_width));
    CHECK(mean == 15.5);
    /* Student's quantile for 31 degrees of freedom is 2.0395 (any table), the variance 88. */
    CHECK_NEAR(half_width, 2.0395 * sqrt(88.0 / 32), 1e-3);
}

static void test_replications(void)
{
    double mean, half_width;
    CHECK(!replication_interval((const double[]){1}, 1, 0.95, &mean, &half_width));
    CHECK(!replication_interval((const double[]){1, 2}, 2, 1.5, &mean, &half_width));
    CHECK(replication_interval((const double[]){1, 2, 3}, 3, 0.95, &mean, &half_width));
    CHECK(mean == 2);
    CHECK_NEAR(half_width, 4.3027 / sqrt(3), 1e-4);

    gsl_rng *generator = rng_gsl_create(1, "replications", NULL);
    int held = 0;
    for (int i = 0; i < 4000; i++) {
        double means[5];
        for (int j = 0; j < 5; j++)
            means[j] = 1 + gsl_ran_gaussian_ziggurat(generator, 1);
        CHECK(replication_interval(means, 5, 0.9, &mean, &half_width));
        held += fabs(mean - 1) <= half_width;
    }
    CHECK_NEAR(held / 4000.0, 0.9, 0.015);
    gsl_rng_free(generator);
}

UNIT_MAIN("interval", {"over independent values 95 % of the intervals hold the true mean", test_independent_values},
          {"over correlated values too", test_correlated_values},
          {"the mean is over all values, full batches or not", test_mean_is_over_all_values},
          {"too few batches give no interval", test_too_few_batches},
          {"intervals over replications are Student's", test_replications})
