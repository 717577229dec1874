// SPDX-License-Identifier: GPL-3.0-or-later
/* Random streams: golden values, distributions, independence, and GSL on top. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/detmath.h"
#include "sim/rng.h"
#include "sim/rng_gsl.h"
#include "sim/tally.h"
#include "tests/chi_square.h"

/* The first outputs from the state 1, 2, 3, 4, as other implementations give them. */
static void test_generator_is_xoshiro256pp(void)
{
    static const uint64_t expected[] = {41943041u,
                                        58720359u,
                                        UINT64_C(3588806011781223),
                                        UINT64_C(3591011842654386),
                                        UINT64_C(9228616714210784205),
                                        UINT64_C(9973669472204895162)};
    struct rng rng = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        CHECK_INT(rng_next(&rng), expected[i]);
}

static void test_golden_values(void)
{
    static const uint64_t expected[] = {UINT64_C(6793349825064928821), UINT64_C(614111979146532420),
                                        UINT64_C(2301801032991937382)};
    struct rng rng;
    rng_init(&rng, 1, "workload/oltp/arrival");
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        CHECK_INT(rng_next(&rng), expected[i]);
    CHECK(rng_uniform(&rng) == 0x1.932f3527d0134p-2);
    CHECK_INT(rng_below(&rng, 1000000), 925267);

    uint64_t hash = 0;
    for (int i = 0; i < 1000000; i++) {
        double value = rng_exponential(&rng);
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        hash = (hash ^ bits) * UINT64_C(0x100000001b3);
    }
    CHECK_INT(hash, UINT64_C(16702541293645375511));
}

static void test_streams_depend_on_seed_and_name(void)
{
    static const char *const names[] = {"", "a", "b", "ab", "ba", "drive/1", "drive/2"};
    enum { NAMES = sizeof names / sizeof names[0], STREAMS = NAMES * 3, DRAWS = 20000 };
    struct rng rng[STREAMS], again;
    for (int i = 0; i < STREAMS; i++)
        rng_init(&rng[i], (uint64_t)(i / NAMES), names[i % NAMES]);
    rng_init(&again, 2, "drive/2");
    CHECK(memcmp(&again, &rng[STREAMS - 1], sizeof again) == 0);

    static double draws[STREAMS][DRAWS];
    for (int i = 0; i < STREAMS; i++)
        for (int j = 0; j < DRAWS; j++)
            draws[i][j] = rng_uniform(&rng[i]) - 0.5;
    /* A correlation of independent uniforms is normal with standard deviation 1 / sqrt(DRAWS). */
    double worst = 0;
    for (int a = 0; a < STREAMS; a++)
        for (int b = 0; b < a; b++) {
            double sum = 0;
            for (int j = 0; j < DRAWS; j++)
                sum += draws[a][j] * draws[b][j];
            worst = fmax(worst, fabs(sum * 12 / sqrt(DRAWS)));
        }
    CHECK_NEAR(worst, 0, 4.5);
}

static void test_uniform(void)
{
    enum { CELLS = 256, DRAWS = 1000000 };
    static uint64_t high[CELLS], low[CELLS];
    double probability[CELLS];
    for (int i = 0; i < CELLS; i++)
        probability[i] = 1.0 / CELLS;
    struct rng rng;
    rng_init(&rng, 1, "uniform");
    struct tally tally = {0};
    for (int i = 0; i < DRAWS; i++) {
        double u = rng_uniform(&rng);
        tally_add(&tally, u);
        high[(int)(u * CELLS)]++;
        low[(uint64_t)(u * 0x1p53) % CELLS]++;
    }
    CHECK(tally.min >= 0 && tally.max < 1);
    CHECK_CHI_SQUARE(high, probability, CELLS);
    CHECK_CHI_SQUARE(low, probability, CELLS);
}

static void test_below_is_unbiased(void)
{
    struct rng rng;
    rng_init(&rng, 1, "below");
    enum { CELLS = 1000 };
    static uint64_t counts[CELLS];
    double probability[CELLS];
    for (int i = 0; i < CELLS; i++)
        probability[i] = 1.0 / CELLS;
    for (int i = 0; i < 1000000; i++)
        counts[rng_below(&rng, CELLS)]++;
    CHECK_CHI_SQUARE(counts, probability, CELLS);

    /* Without rejection, every third number below 3/4 of 2^64 would come twice as often. */
    uint64_t thirds[3] = {0};
    for (int i = 0; i < 300000; i++)
        thirds[rng_below(&rng, UINT64_C(3) << 62) % 3]++;
    CHECK_CHI_SQUARE(thirds, ((const double[]){1.0 / 3, 1.0 / 3, 1.0 / 3}), 3);

    bool only_0 = true;
    for (int i = 0; i < 1000; i++)
        only_0 = only_0 && rng_below(&rng, 1) == 0;
    CHECK(only_0);
}

/* 400 cells of 0.05 up to 20, so that layers' edges and the tail beyond 7.7 have cells of their own. */
static void test_exponential_density(void)
{
    enum { CELLS = 400, DRAWS = 4000000 };
    static uint64_t counts[CELLS];
    static double probability[CELLS];
    for (int i = 0; i < CELLS; i++)
        probability[i] = exp(-i * 0.05) - (i + 1 < CELLS ? exp(-(i + 1) * 0.05) : 0);
    struct rng rng;
    rng_init(&rng, 1, "exponential");
    struct tally tally = {0}, tail = {0};
    for (int i = 0; i < DRAWS; i++) {
        double x = rng_exponential(&rng);
        tally_add(&tally, x);
        if (x > 7.7)
            tally_add(&tail, x - 7.7);
        counts[x < 19.95 ? (int)(x * 20) : CELLS - 1]++;
    }
    CHECK_CHI_SQUARE(counts, probability, CELLS);
    CHECK_NEAR(tally.mean, 1, 4 / sqrt(DRAWS));
    CHECK_NEAR(tally_variance(&tally), 1, 4 * sqrt(8.0 / DRAWS));
    CHECK(tally.min >= 0 && tally.max > 14);
    CHECK_NEAR(tail.mean, 1, 4 / sqrt((double)tail.count));
}

/* Close to 0 each unit of 2^-12 must be hit like the others: the top layers are narrow there. */
static void test_exponential_near_zero(void)
{
    enum { CELLS = 64, DRAWS = 4000000 };
    static uint64_t counts[CELLS + 1];
    double probability[CELLS + 1];
    for (int i = 0; i < CELLS; i++)
        probability[i] = exp(-i * 0x1p-12) - exp(-(i + 1) * 0x1p-12);
    probability[CELLS] = exp(-CELLS * 0x1p-12);
    struct rng rng;
    rng_init(&rng, 1, "near zero");
    for (int i = 0; i < DRAWS; i++) {
        double x = rng_exponential(&rng) * 0x1p12;
        counts[x < CELLS ? (int)x : CELLS]++;
    }
    CHECK_CHI_SQUARE(counts, probability, CELLS + 1);
}

static void test_layers_have_equal_areas(void)
{
    double tail = rng_layers[1].step * 0x1p53;
    double area = (tail + 1) * det_exp(-tail);
    CHECK_NEAR(rng_layers[0].step * 0x1p53 * det_exp(-tail), area, 1e-17);
    CHECK_NEAR((double)rng_layers[0].inside * rng_layers[0].step, tail, 1e-14);
    for (int i = 1; i < RNG_LAYERS; i++) {
        double width = rng_layers[i].step * 0x1p53;
        double above = i + 1 < RNG_LAYERS ? rng_layers[i + 1].step * 0x1p53 : 0;
        CHECK_NEAR(width * (det_exp(-above) - det_exp(-width)), area, 1e-14);
        CHECK((double)rng_layers[i].inside * rng_layers[i].step <= above);
        CHECK_NEAR((double)rng_layers[i].inside * rng_layers[i].step, above, 1e-14);
    }
}

static void test_gsl_draws_our_stream(void)
{
    struct error error = {0};
    gsl_rng *generator = rng_gsl_create(7, "test", &error);
    CHECK(generator != NULL);
    struct rng rng;
    rng_init(&rng, 7, "test");
    CHECK(gsl_rng_get(generator) == rng_next(&rng));
    CHECK(gsl_rng_uniform(generator) == rng_uniform(&rng));

    struct tally tally = {0};
    for (int i = 0; i < 100000; i++)
        tally_add(&tally, gsl_ran_gaussian_ziggurat(generator, 1));
    CHECK_NEAR(tally.mean, 0, 4 / sqrt(100000));
    CHECK_NEAR(tally_variance(&tally), 1, 4 * sqrt(2.0 / 100000));

    gsl_rng_set(generator, 7);
    rng_init(&rng, 7, "");
    CHECK(gsl_rng_get(generator) == rng_next(&rng));
    gsl_rng_free(generator);
}

UNIT_MAIN("rng", {"the generator is xoshiro256++ as published", test_generator_is_xoshiro256pp},
          {"a seed and a name give these numbers under every compiler", test_golden_values},
          {"streams are told apart by seed and name and are uncorrelated", test_streams_depend_on_seed_and_name},
          {"uniform draws are uniform in their high and low bits", test_uniform},
          {"whole numbers below n are unbiased, for huge n too", test_below_is_unbiased},
          {"exponential draws follow the density, tail included", test_exponential_density},
          {"exponential draws follow the density close to 0", test_exponential_near_zero},
          {"the exponential's layers have equal areas", test_layers_have_equal_areas},
          {"GSL's distributions draw from our streams", test_gsl_draws_our_stream})
