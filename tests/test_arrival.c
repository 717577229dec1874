// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrival.h"

#include <math.h>
#include <stdlib.h>

#include "sim/memory.h"
#include "tests/chi_square.h"
#include "tests/unit.h"

/* A workload with a profile; corners are [s, per s]. */
struct profile {
    struct workload_config config;
    struct rate_point points[8];
    char name[2];
    struct arrivals arrivals;
};

#define PROFILE(kind, ...) profile_create((kind), (double[][2]){__VA_ARGS__}, \
                                          sizeof(double[][2]){__VA_ARGS__} / sizeof(double[2]))

static struct profile *profile_create(enum arrival_kind kind, double (*corners)[2], size_t count)
{
    struct profile *profile = memory_alloc_zeroed(1, sizeof *profile);
    for (size_t i = 0; i < count; i++)
        profile->points[i] = (struct rate_point){(sim_time)llround(corners[i][0] * 1e9), corners[i][1]};
    profile->config = (struct workload_config){.name = profile->name, .arrival = kind, .rate = profile->points,
                                               .rate_count = count};
    arrivals_init(&profile->arrivals, &profile->config, 1);
    return profile;
}

/* Counts the arrivals before `until_s` in cells of equal width, and frees the profile. Returns how many. */
static uint64_t count_arrivals(struct profile *profile, double until_s, uint64_t *cells, size_t cell_count)
{
    sim_time at, before = 0;
    uint64_t count = 0;
    int64_t back = 0;
    while (arrivals_next(&profile->arrivals, &at) && (double)at < until_s * 1e9) {
        back += at < before;
        before = at;
        count++;
        cells[(size_t)((double)at / (until_s * 1e9) * (double)cell_count)]++;
    }
    CHECK_INT(back, 0);
    free(profile);
    return count;
}

static void test_constant(void)
{
    struct profile *profile = PROFILE(ARRIVAL_CONSTANT, {0, 100});
    sim_time at;
    for (int i = 1; i <= 1000; i++) {
        CHECK(arrivals_next(&profile->arrivals, &at));
        CHECK_NEAR((double)at, i * 1e7, 1);
    }
    free(profile);
}

static void test_constant_follows_a_profile(void)
{
    /* Up from 0 to 200 in 10 s, down to 100 at once, to 0 in 10 s: 1000 + 500 arrivals. */
    struct profile *profile = PROFILE(ARRIVAL_CONSTANT, {0, 0}, {10, 200}, {10, 100}, {20, 0});
    uint64_t cells[20] = {0};
    double sum = 0;
    CHECK(llabs((int64_t)count_arrivals(profile, 20, cells, 20) - 1500) <= 1);
    for (int second = 0; second < 20; second++) {
        double begin = second, end = second + 1;
        sum += second < 10 ? 10 * (end * end - begin * begin)
                           : 5 * ((20 - begin) * (20 - begin) - (20 - end) * (20 - end));
        double seen = 0;
        for (int i = 0; i <= second; i++)
            seen += (double)cells[i];
        CHECK_NEAR(seen, sum, 1.01);
    }
}

static void test_poisson(void)
{
    uint64_t cells[100] = {0};
    double even[100];
    uint64_t count = count_arrivals(PROFILE(ARRIVAL_POISSON, {0, 1000}), 100, cells, 100);
    CHECK_NEAR((double)count, 100000, 4 * sqrt(100000));
    double dispersion = 0;
    for (int i = 0; i < 100; i++) {
        even[i] = 0.01;
        dispersion += ((double)cells[i] - 1000) * ((double)cells[i] - 1000) / 1000 / 100;
    }
    CHECK_CHI_SQUARE(cells, even, 100);
    /* Counts vary as much as they must: less would be constant arrivals. */
    CHECK_NEAR(dispersion, 1, 4 * sqrt(2.0 / 100));
}

static void test_poisson_gaps(void)
{
    enum { GAPS = 100000, CELLS = 20 };
    struct profile *profile = PROFILE(ARRIVAL_POISSON, {0, 1000});
    uint64_t cells[CELLS] = {0};
    double probability[CELLS];
    sim_time before = 0, at;
    for (int i = 0; i < GAPS; i++) {
        arrivals_next(&profile->arrivals, &at);
        cells[(size_t)((1 - exp(-(double)(at - before) * 1e-6)) * CELLS)]++;
        before = at;
    }
    for (int i = 0; i < CELLS; i++)
        probability[i] = 1.0 / CELLS;
    CHECK_CHI_SQUARE(cells, probability, CELLS);
    free(profile);
}

static void test_poisson_follows_a_profile(void)
{
    /* The first corner holds before it, the last one after it. */
    uint64_t cells[50] = {0};
    double probability[50], sum = 0;
    count_arrivals(PROFILE(ARRIVAL_POISSON, {10, 200}, {20, 1000}, {20, 0}, {30, 0}, {40, 2000}), 50, cells, 50);
    for (int i = 0; i < 50; i++) {
        double at = i + 0.5;
        probability[i] = at < 10 ? 200 : at < 20 ? 200 + 80 * (at - 10) : at < 30 ? 0
                         : at < 40 ? 200 * (at - 30) : 2000;
        sum += probability[i];
    }
    for (int i = 0; i < 50; i++)
        probability[i] /= sum;
    CHECK_CHI_SQUARE(cells, probability, 50);
    for (int i = 20; i < 30; i++)
        CHECK_INT(cells[i], 0);
}

static void test_end(void)
{
    sim_time at;
    uint64_t cells[1] = {0};
    CHECK_INT(count_arrivals(PROFILE(ARRIVAL_CONSTANT, {0, 100}, {1, 100}, {1, 0}), 1e6, cells, 1), 100);
    struct profile *profile = PROFILE(ARRIVAL_POISSON, {0, 100}, {5, 0});
    int64_t count = 0;
    while (arrivals_next(&profile->arrivals, &at))
        count += at < 5 * SIM_S;
    CHECK_NEAR((double)count, 250, 4 * sqrt(250));
    CHECK(!arrivals_next(&profile->arrivals, &at));
    free(profile);
}

static void test_arrival_at_a_corner(void)
{
    /* The integral is a whole number exactly where the rate falls to 0 and later rises from it. */
    uint64_t cells[30] = {0};
    count_arrivals(PROFILE(ARRIVAL_CONSTANT, {0, 1e9}, {1e-6, 1e9}, {1e-6, 0}, {10, 0}, {20, 100}), 30, cells, 30);
    CHECK_NEAR((double)cells[0], 1000, 1);
    uint64_t ramp = 0;
    for (int i = 10; i < 20; i++)
        ramp += cells[i];
    CHECK_NEAR((double)ramp, 500, 1);
    /* As it is where the rate rises from 0 at once. */
    uint64_t again[30] = {0};
    count_arrivals(PROFILE(ARRIVAL_CONSTANT, {0, 256}, {10, 256}, {10, 0}, {20, 256}), 30, again, 30);
    for (int i = 0; i < 10; i++)
        CHECK_NEAR((double)again[i], 256, 1);
    ramp = 0;
    for (int i = 10; i < 20; i++)
        ramp += again[i];
    CHECK_NEAR((double)ramp, 1280, 1);
}

static void test_other_rates_move_the_same_arrivals(void)
{
    struct profile *slow = PROFILE(ARRIVAL_POISSON, {0, 100});
    struct profile *fast = PROFILE(ARRIVAL_POISSON, {0, 400});
    for (int i = 0; i < 10000; i++) {
        sim_time a, b;
        arrivals_next(&slow->arrivals, &a);
        arrivals_next(&fast->arrivals, &b);
        if (llabs(a - 4 * b) > 8)
            CHECK_INT(a, 4 * b);
    }
    CHECK(slow->arrivals.at_ns > 0);
    free(slow);
    free(fast);
}

static void test_last_instant(void)
{
    /* One arrival in ten years: three come before the clock's end, and then none. */
    struct profile *profile = PROFILE(ARRIVAL_CONSTANT, {0, 1 / (10 * 365.25 * 86400)});
    sim_time at = 0;
    for (int i = 0; i < 3; i++)
        CHECK(arrivals_next(&profile->arrivals, &at) && at < SIM_TIME_MAX);
    CHECK(!arrivals_next(&profile->arrivals, &at));
    free(profile);
}

UNIT_MAIN("arrival",
          {"constant arrivals keep their distance", test_constant},
          {"constant arrivals follow the integral of the rate", test_constant_follows_a_profile},
          {"poisson arrivals come evenly, in counts that vary as they must", test_poisson},
          {"gaps between poisson arrivals are exponential", test_poisson_gaps},
          {"poisson arrivals follow the profile: ramps, steps, pauses, before the first corner and after the last",
           test_poisson_follows_a_profile},
          {"when the rate is zero for ever arrivals end", test_end},
          {"no arrival is lost or moved where one falls on a corner", test_arrival_at_a_corner},
          {"at another rate the same arrivals come at other times", test_other_rates_move_the_same_arrivals},
          {"no arrival lies beyond the clock's last instant", test_last_instant})
