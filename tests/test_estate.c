// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * An eighth of bench_estate's servers, with a fiftieth of its tracks changed: memory follows the configuration.
 */
#include <math.h>

#include "tests/allocated.h"
#include "tests/estate.h"
#include "tests/unit.h"

static void test_map(void)
{
    static const int64_t tracks[] = {1000, 32768, 1953125, 100000000};
    for (size_t i = 0; i < sizeof tracks / sizeof tracks[0]; i++)
        CHECK(8 * (estate_map_bytes(tracks[i]) - 4096) <= (tracks[i] * 11 + 9) / 10);
}

static void check_estate(bool by_track, int64_t limit_bytes)
{
    struct estate_plan plan = {.primaries = 8, .volume_mb = 64000, .changed_share = 0.00002, .by_track = by_track};
    struct estate_result result = estate_run(&plan);
    estate_print(&plan, &result);
    double expected = (double)result.tracks * plan.changed_share * (by_track ? 1 : 15);
    CHECK_INT(result.pairs, 512);
    CHECK_INT(result.tracks, 1000000000);
    CHECK_INT(result.duplex, 512);
    CHECK_INT(result.left, 0);
    CHECK_NEAR((double)result.copied, expected, 0.02 * expected);
    CHECK(isfinite(result.resynchronised_s));
    if (!WITH_ADDRESS_SANITIZER)
        CHECK(result.peak_bytes < limit_bytes);
}

/* 1,000,000,000 tracks are 125 MB of bits, or 8.3 MB by cylinder; the servers take the rest. */
static void test_by_cylinder(void)
{
    check_estate(false, 150000000);
}

static void test_by_track(void)
{
    check_estate(true, 270000000);
}

UNIT_MAIN("estate",
          {"a change map takes at most 1.1 bits a track and a page", test_map},
          {"512 pairs are resynchronised by cylinder", test_by_cylinder},
          {"512 pairs are resynchronised by track", test_by_track})
