// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Drives of the catalogue, above all the ESS's 36 GB one; and what is said of mistakes in an entry.
 */
#include <math.h>
#include <stdlib.h>

#include "sim/rng.h"
#include "tests/drive_bench.h"
#include "tests/drive_theory.h"
#include "tests/scenario_fixture.h"
#include "tests/unit.h"

static const char one_drive[] =
    "run: {duration: 1 s}\n"
    "servers: {AAAAA: {ranks: {r: {drive: ultrastar-36lzx}}, volumes: {v: {size: 1 GiB}}}}\n";

/* What is said about an own drive with these keys. */
static void check_own_drive(const char *keys, const char *expected)
{
    char *text = memory_text("run: {duration: 1 s}\ncatalog: {drives: {own: {%s}}}\n"
                             "servers: {AAAAA: {ranks: {r: {drive: own}}, volumes: {v: {size: 1 MiB}}}}\n", keys);
    check_mistake(text, expected);
    free(text);
}

static void test_mistakes_in_an_entry(void)
{
    check_own_drive("like: cheetah-9lp, zones: [[0, 500], [3000, 300]]", "");
    check_own_drive("like: cheetah-9lp, zones: [[0, 500], [3000, 300]], track_skew: [20, 30]", "");
    check_own_drive("like: cheetah-9lp, track_skew: [20]", "");
    check_own_drive("like: cheetah-9lp, track_skew: [20, 30]", "has 2 values, allowed are one, or 11: one a zone");
    check_own_drive("like: cheetah-9lp, read_hit_overhead: [1 ms]", "");
    check_own_drive("like: cheetah-9lp, read_hit_overhead: [1 ms, 1 ms, 1 ms]", "has 3 values, allowed are one, or 2");
    check_own_drive("like: cheetah-9lp, segment_size: 1000 B", "is no multiple of 512 B");
    check_own_drive("like: cheetah-9lp, read_ahead: amount", "needs read_ahead_size beside it");
    check_own_drive("like: cheetah-9lp, queue: sptf", "");
    check_own_drive("like: cheetah-9lp, spare_blocks: [100000000]", "leave no block");
    static const char bare[] = "rpm: 10000, overhead: 1 ms, head_switch: 1 ms, write_settle: 1 ms, cylinders: 1000, "
                               "heads: 4, seek: [[1, 1 ms], [999, 9 ms]], zones: [[0, 200]]";
    char *text = memory_text("%s, queue: sptf", bare);
    check_own_drive(bare, "");
    check_own_drive(text, "needs queue_age beside it");
    free(text);
    text = memory_text("%s, buffer_segments: 2", bare);
    check_own_drive(text, "needs segment_size beside it");
    free(text);
}

static void test_random_reads_of_the_36lzx(void)
{
    enum { READS = 100000 };
    struct scenario *scenario = load(one_drive, NULL);
    const struct drive_type *type = &scenario_config(scenario)->drive_types[0];
    struct sim *sim = sim_create(1);
    struct drive_geometry *geometry = drive_geometry_create(type);
    struct drive *drive = drive_create(sim, "d", geometry, 0);
    uint64_t places = (uint64_t)drive_type_blocks(type) / 8;
    double transfer_ns = 0;
    struct rng rng;
    rng_init(&rng, 1, "reads");
    for (int i = 0; i < READS; i++)
        transfer_ns +=
            (double)do_access(sim, drive, (int64_t)rng_below(&rng, places) * 8, 8, false).transfer_ns / READS;
    double mean_ns = (double)sim_now(sim) / READS;
    struct drive_theory expected = drive_theory(type, drive_type_blocks(type), 8);
    CHECK_NEAR(mean_ns, expected.mean_ns, 0.01 * expected.mean_ns);
    CHECK_NEAR(transfer_ns, expected.transfer_ns, 0.02 * expected.transfer_ns);
    CHECK_NEAR(mean_ns, 8.3e6, 0.83e6);
    drive_destroy(drive);
    drive_geometry_destroy(geometry);
    sim_destroy(sim);
    scenario_destroy(scenario);
}

/* MB/s of one transfer of 16 MiB from `block` on, positioning left out. */
static double sequential_mb_per_s(const struct drive_type *type, int64_t block)
{
    enum { BLOCKS = 32768 };
    struct sim *sim = sim_create(1);
    struct drive_geometry *geometry = drive_geometry_create(type);
    struct drive *drive = drive_create(sim, "d", geometry, 0);
    struct drive_plan plan = do_access(sim, drive, block, BLOCKS, false);
    drive_destroy(drive);
    drive_geometry_destroy(geometry);
    sim_destroy(sim);
    return BLOCKS * 512.0 / (double)plan.transfer_ns * 1e3;
}

/* MB/s of reads of 64 KiB, each asked for 0.2 ms after the one before has ended. */
static double stream_mb_per_s(const struct drive_type *type, int64_t block)
{
    enum { READS = 256, BLOCKS = 128 };
    struct sim *sim = sim_create(1);
    struct drive_geometry *geometry = drive_geometry_create(type);
    struct drive *drive = drive_create(sim, "d", geometry, 0);
    do_access(sim, drive, block, BLOCKS, false);
    sim_time begin = sim_now(sim);
    for (int i = 1; i <= READS; i++) {
        sim_run(sim, sim_now(sim) + SIM_MS / 5);
        do_access(sim, drive, block + i * BLOCKS, BLOCKS, false);
    }
    sim_time passed = sim_now(sim) - begin;
    drive_destroy(drive);
    drive_geometry_destroy(geometry);
    sim_destroy(sim);
    return READS * BLOCKS * 512.0 / (double)passed * 1e3;
}

static void test_sequential_rate_of_the_36lzx(void)
{
    struct scenario *scenario = load(one_drive, NULL);
    const struct drive_type *type = &scenario_config(scenario)->drive_types[0];
    double before = INFINITY;
    int64_t block = 0;
    for (size_t zone = 0; zone < type->zone_count; zone++) {
        int32_t end = zone + 1 < type->zone_count ? type->zones[zone + 1].first_cylinder : type->cylinders;
        double rate = sequential_mb_per_s(type, block);
        CHECK(rate < before && rate > 20.5 && rate < 37);
        before = rate;
        block += (int64_t)(end - type->zones[zone].first_cylinder) * type->heads * type->zones[zone].sectors_per_track;
    }
    CHECK_NEAR(sequential_mb_per_s(type, 0), 36, 36 * 0.03);
    CHECK_NEAR(before, 21, 21 * 0.03);
    /* Small reads run as fast as one large one. */
    CHECK_NEAR(stream_mb_per_s(type, 0), sequential_mb_per_s(type, 0), 0.02 * 36);
    scenario_destroy(scenario);
}

UNIT_MAIN("drive_catalog",
          {"what an entry lacks or has too much of is told, and lists go with the zones they were written for",
           test_mistakes_in_an_entry},
          {"random reads of the 36LZX take overhead, mean seek, half a turn and transfer: 8.3 ms",
           test_random_reads_of_the_36lzx},
          {"large transfers of the 36LZX run at 36 MB/s on the outer zone, falling to 21 on the inner one",
           test_sequential_rate_of_the_36lzx})
