// SPDX-License-Identifier: GPL-3.0-or-later
/* Accuracy against the C library's long doubles, and the bits themselves. */
#include <math.h>
#include <string.h>

#include "sim/detmath.h"
#include "sim/rng.h"
#include "tests/unit.h"

enum { SAMPLES = 200000 };
#define TOLERANCE 1e-15
#define POW_TOLERANCE 1e-14

static double between(struct rng *rng, double low, double high)
{
    return low + rng_uniform(rng) * (high - low);
}

/* Any positive normal double, every exponent equally likely. */
static double any_positive(struct rng *rng)
{
    return ldexp(1 + rng_uniform(rng), (int)rng_below(rng, 2045) - 1022);
}

static double relative_error(double actual, long double expected)
{
    return expected == 0 ? fabs(actual) : (double)fabsl((actual - expected) / expected);
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void test_exp_is_accurate(void)
{
    struct rng rng;
    rng_init(&rng, 1, "exp");
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = i % 2 ? between(&rng, -708, 709.7) : between(&rng, -2, 2);
        worst = larger(worst, relative_error(det_exp(x), expl(x)));
    }
    CHECK_NEAR(worst, 0, TOLERANCE);
    for (double x = -745.1; x < -708; x += 0.01)
        CHECK_NEAR(det_exp(x), (double)expl(x), 0x1p-1074);
}

static void test_expm1_is_accurate(void)
{
    struct rng rng;
    rng_init(&rng, 1, "expm1");
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = i % 2 ? between(&rng, -40, 709.7) : between(&rng, -1, 1) * det_exp(between(&rng, -40, 0));
        worst = larger(worst, relative_error(det_expm1(x), expm1l(x)));
    }
    CHECK_NEAR(worst, 0, TOLERANCE);
}

static void test_log_is_accurate(void)
{
    struct rng rng;
    rng_init(&rng, 1, "log");
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = i % 2 ? any_positive(&rng) : 1 + between(&rng, -1, 1) * det_exp(between(&rng, -30, -0.1));
        worst = larger(worst, relative_error(det_log(x), logl(x)));
    }
    CHECK_NEAR(worst, 0, TOLERANCE);
    CHECK_NEAR(det_log(0x1p-1074), -744.4400719213812, 1e-12);
}

static void test_log1p_is_accurate(void)
{
    struct rng rng;
    rng_init(&rng, 1, "log1p");
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = i % 2 ? any_positive(&rng) : between(&rng, -0.999, 1) * det_exp(between(&rng, -40, 0));
        worst = larger(worst, relative_error(det_log1p(x), log1pl(x)));
    }
    CHECK_NEAR(worst, 0, TOLERANCE);
}

static void test_pow_is_accurate(void)
{
    struct rng rng;
    rng_init(&rng, 1, "pow");
    double worst = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = i % 2 ? any_positive(&rng) : between(&rng, 0.5, 2);
        double y = between(&rng, -700, 700) / fabs(log(x));
        worst = larger(worst, relative_error(det_pow(x, y), powl(x, y)));
    }
    CHECK_NEAR(worst, 0, POW_TOLERANCE);
    CHECK(det_pow(2, 10) == 1024);
    CHECK(det_pow(10, 2) == 100);
}

static void test_ends_of_the_ranges(void)
{
    CHECK(det_exp(0) == 1 && det_log(1) == 0 && det_expm1(0) == 0 && det_log1p(0) == 0);
    CHECK(det_exp(710) == INFINITY && det_exp(INFINITY) == INFINITY && det_exp(709.79) == INFINITY);
    CHECK(det_exp(-746) == 0 && det_exp(-INFINITY) == 0 && det_exp(-745.2) == 0);
    CHECK(det_expm1(-INFINITY) == -1 && det_expm1(INFINITY) == INFINITY);
    CHECK(det_log(0) == -INFINITY && det_log(INFINITY) == INFINITY && isnan(det_log(-1)));
    CHECK(det_log1p(-1) == -INFINITY && det_log1p(INFINITY) == INFINITY && isnan(det_log1p(-1.5)));
    CHECK(det_pow(0, 2) == 0 && det_pow(0, -2) == INFINITY && det_pow(0, 0) == 1 && isnan(det_pow(-8, 3)));
    CHECK(det_pow(INFINITY, 2) == INFINITY && det_pow(INFINITY, -1) == 0);
    CHECK(det_pow(2, INFINITY) == INFINITY && det_pow(0.5, INFINITY) == 0 && det_pow(2, -INFINITY) == 0);
    CHECK(det_pow(2, 1024) == INFINITY && det_pow(2, -1074) == 0x1p-1074 && det_pow(2, -1100) == 0);
    CHECK(isnan(det_exp(NAN)) && isnan(det_expm1(NAN)) && isnan(det_log(NAN)) && isnan(det_log1p(NAN)));
    CHECK(isnan(det_pow(NAN, 1)) && isnan(det_pow(2, NAN)) && det_pow(NAN, 0) == 1 && det_pow(1, NAN) == 1);
}

static uint64_t hash_double(uint64_t hash, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (hash ^ bits) * UINT64_C(0x100000001b3);
}

static void test_bits_are_the_same_everywhere(void)
{
    struct rng rng;
    rng_init(&rng, 1, "bits");
    uint64_t hash = 0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = rng_uniform(&rng), y = rng_uniform(&rng);
        hash = hash_double(hash, det_exp((x - 0.5) * 1400));
        hash = hash_double(hash, det_expm1((x - 0.5) * 10));
        hash = hash_double(hash, det_log(x));
        hash = hash_double(hash, det_log1p(x * 2 - 1));
        hash = hash_double(hash, det_pow(x * 100, (y - 0.5) * 50));
    }
    CHECK_INT(hash, UINT64_C(7994653012689739080));
}

UNIT_MAIN("detmath", {"exp is within 1e-15 of the true value", test_exp_is_accurate},
          {"expm1 is within 1e-15, near 0 too", test_expm1_is_accurate},
          {"log is within 1e-15, near 1 and for subnormals too", test_log_is_accurate},
          {"log1p is within 1e-15, near 0 too", test_log1p_is_accurate},
          {"pow is within 1e-14, for huge results too", test_pow_is_accurate},
          {"infinities, zeros and NaNs are what the header says", test_ends_of_the_ranges},
          {"results are these bits under every compiler", test_bits_are_the_same_everywhere})
