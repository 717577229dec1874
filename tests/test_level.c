// SPDX-License-Identifier: GPL-3.0-or-later
/* Time-weighted averages. */
#include "sim/level.h"
#include "sim/rng.h"
#include "tests/unit.h"

static void test_mean_by_hand(void)
{
    struct level level;
    level_init(&level, 100, 2);
    level_set(&level, 110, 5);  /* 2 for 10 */
    level_add(&level, 130, -4); /* 5 for 20 */
    CHECK(level_mean(&level, 140) == (2 * 10 + 5 * 20 + 1 * 10) / 40.0);
    CHECK_INT(level.value, 1);
    CHECK_INT(level_max(&level), 5);
}

static void test_mean_is_exact(void)
{
    struct rng rng;
    rng_init(&rng, 1, "level");
    struct level level;
    level_init(&level, 0, 0);
    sim_time now = 0;
    int64_t area = 0, value = 0, max = 0;
    bool equal = true;
    for (int i = 0; i < 100000; i++) {
        sim_time step = (sim_time)rng_below(&rng, 1000);
        area += value * step;
        now += step;
        if (now > 0)
            equal = equal && level_mean(&level, now) == (double)area / (double)now;
        value = (int64_t)rng_below(&rng, 100) - 50;
        max = value > max ? value : max;
        level_set(&level, now, value);
    }
    CHECK(equal);
    CHECK_INT(level_max(&level), max);
}

static void test_restart(void)
{
    struct level level;
    level_init(&level, 0, 100);
    level_set(&level, 50, 3);
    level_restart(&level, 60);
    CHECK(level_mean(&level, 60) == 3);
    CHECK_INT(level_max(&level), 3);
    level_add(&level, 70, 1);
    CHECK(level_mean(&level, 80) == 3.5);
    CHECK_INT(level_max(&level), 4);
}

static void test_no_time(void)
{
    struct level level;
    level_init(&level, 5, 1);
    level_set(&level, 5, 9);
    level_set(&level, 5, 2);
    CHECK(level_mean(&level, 5) == 2);
    CHECK(level_mean(&level, 15) == 2);
    CHECK_INT(level_max(&level), 9);
}

/* An exabyte held for 36 years: the area needs 120 bits. */
static void test_area_does_not_overflow(void)
{
    struct level level;
    int64_t bytes = (int64_t)1 << 60;
    level_init(&level, 0, bytes);
    level_set(&level, SIM_TIME_MAX / 2, 0);
    level_set(&level, SIM_TIME_MAX / 2 + 1, bytes);
    CHECK_NEAR(level_mean(&level, SIM_TIME_MAX), (double)bytes, 256);
    level_init(&level, 0, -bytes);
    CHECK(level_mean(&level, SIM_TIME_MAX) == (double)-bytes);
}

UNIT_MAIN("level", {"the mean weighs each value with its time", test_mean_by_hand},
          {"the mean is exact however often it changed", test_mean_is_exact},
          {"a restart forgets the history and keeps the value", test_restart},
          {"values that last no time count in the maximum only", test_no_time},
          {"areas beyond 64 bits are exact", test_area_does_not_overflow})
