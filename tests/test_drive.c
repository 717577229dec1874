// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/drive.h"

#include <math.h>
#include <stdlib.h>

#include "sim/rng.h"
#include "sim/sim.h"
#include "tests/scenario_fixture.h"
#include "tests/small_config.h"
#include "tests/unit.h"

/* A drive of the small config's type, at a phase of 0.3. */
struct bench {
    struct config *config;
    struct drive_type *type;
    struct sim *sim;
    struct drive_geometry *geometry;
    struct drive *drive;
};

static struct bench bench_create(void)
{
    struct bench bench = {.config = small_config_create(1, 1000)};
    bench.type = &bench.config->drive_types[0];
    bench.sim = sim_create(1);
    bench.geometry = drive_geometry_create(bench.type);
    bench.drive = drive_create(bench.sim, "d", bench.geometry, 0.3);
    return bench;
}

/* Makes the drive anew after its type was changed. */
static void bench_renew(struct bench *bench, double phase)
{
    drive_destroy(bench->drive);
    drive_geometry_destroy(bench->geometry);
    bench->geometry = drive_geometry_create(bench->type);
    bench->drive = drive_create(bench->sim, "d", bench->geometry, phase);
}

static void bench_destroy(struct bench *bench)
{
    drive_destroy(bench->drive);
    drive_geometry_destroy(bench->geometry);
    sim_destroy(bench->sim);
    small_config_destroy(bench->config);
}

/* Does one access from now on and lets its time pass. */
static struct drive_plan do_access(struct sim *sim, struct drive *drive, int64_t block, int32_t blocks, bool write)
{
    struct drive_plan plan;
    drive_begin(drive, &(struct drive_access){block, blocks, write}, &plan);
    sim_run(sim, sim_now(sim) + drive_plan_ns(&plan));
    return plan;
}

/* ---- seeks ---- */

static void test_seek_curve(void)
{
    struct bench bench = bench_create();
    CHECK_INT(drive_type_seek_ns(bench.type, 0), 0);
    CHECK_INT(drive_type_seek_ns(bench.type, 1), SIM_MS);
    CHECK_INT(drive_type_seek_ns(bench.type, 2), SIM_MS + SIM_US);
    CHECK_INT(drive_type_seek_ns(bench.type, 5001), 6 * SIM_MS);
    CHECK_INT(drive_type_seek_ns(bench.type, 10001), 11 * SIM_MS);
    CHECK_INT(drive_type_seek_ns(bench.type, 19999), 11 * SIM_MS);
    bench_destroy(&bench);
}

static void test_seek_through_many_points(void)
{
    struct seek_point points[] = {{3, 100}, {5, 300}, {6, 1000}, {10, 1400}};
    struct drive_type type = {.seek_points = points, .seek_point_count = 4};
    static const sim_time expected[] = {0, 100, 100, 100, 200, 300, 1000, 1100, 1200, 1300, 1400, 1400};
    for (int32_t distance = 0; distance < 12; distance++)
        CHECK_INT(drive_type_seek_ns(&type, distance), expected[distance]);
}

static void test_settling_and_switches(void)
{
    struct bench bench = bench_create();
    CHECK_INT(do_access(bench.sim, bench.drive, 0, 1, false).seek_ns, 0);
    CHECK_INT(do_access(bench.sim, bench.drive, 1, 1, true).seek_ns, 0);
    CHECK_INT(do_access(bench.sim, bench.drive, 200, 1, false).seek_ns, SIM_MS / 2);
    CHECK_INT(do_access(bench.sim, bench.drive, 0, 1, true).seek_ns, SIM_MS / 2 + SIM_MS / 4);
    CHECK_INT(do_access(bench.sim, bench.drive, 11 * 800, 1, false).seek_ns, SIM_MS + 10 * SIM_US);
    CHECK_INT(do_access(bench.sim, bench.drive, 10 * 800, 1, true).seek_ns, SIM_MS + SIM_MS / 4);
    bench_destroy(&bench);
}

/* ---- geometry ---- */

static void check_place(struct bench *bench, int64_t block, int32_t cylinder, int32_t head)
{
    struct drive_place place = drive_geometry_place(bench->geometry, block);
    CHECK_INT(place.cylinder, cylinder);
    CHECK_INT(place.head, head);
    CHECK_INT(drive_geometry_track_end(bench->geometry, block) - block,
              drive_geometry_sectors(bench->geometry, &place) - place.sector);
}

static void test_geometry(void)
{
    struct bench bench = bench_create();
    CHECK_INT(drive_type_blocks(bench.type), 10000 * 4 * 200 + 10000 * 4 * 100);
    check_place(&bench, 0, 0, 0);
    check_place(&bench, 199, 0, 0);
    check_place(&bench, 200, 0, 1);
    check_place(&bench, 799, 0, 3);
    check_place(&bench, 800, 1, 0);
    check_place(&bench, 7999999, 9999, 3);
    check_place(&bench, 8000000, 10000, 0);
    check_place(&bench, 8000100, 10000, 1);
    check_place(&bench, 11999999, 19999, 3);
    bench_destroy(&bench);
}

/* ---- rotation ---- */

/* The angle (in ns of a turn) at which a sector begins, found by walking over all tracks before its own: each
 * stands back by the time of the switch that leads to it. */
static sim_time sector_angle(const struct drive_type *type, int32_t cylinder, int32_t head, int32_t sector)
{
    sim_time angle = 0;
    for (int64_t track = 1; track <= (int64_t)cylinder * type->heads + head; track++)
        angle = (angle + (track % type->heads == 0 ? type->seek_points[0].seek_ns : type->head_switch_ns)) %
                type->revolution_ns;
    int32_t sectors = cylinder < type->zones[1].first_cylinder ? type->zones[0].sectors_per_track
                                                               : type->zones[1].sectors_per_track;
    return (angle + (sim_time)sector * type->revolution_ns / sectors) % type->revolution_ns;
}

static void test_rotation_follows_the_clock(void)
{
    struct bench bench = bench_create();
    struct rng rng;
    int32_t at_cylinder = 0, at_head = 0;
    bench.type->revolution_ns = 9999991; /* a prime, so that nothing divides evenly */
    bench_renew(&bench, 0.25);
    rng_init(&rng, 1, "rotation");
    for (int i = 0; i < 300; i++) {
        sim_run(bench.sim, sim_now(bench.sim) + (sim_time)rng_below(&rng, 20 * SIM_MS));
        int32_t cylinder = (int32_t)rng_below(&rng, 20000), head = (int32_t)rng_below(&rng, 4);
        if (i % 4 == 0)
            cylinder = at_cylinder;
        int32_t sectors = cylinder < 10000 ? 200 : 100, sector = (int32_t)rng_below(&rng, (uint64_t)sectors);
        int32_t blocks = 1 + (int32_t)rng_below(&rng, (uint64_t)(sectors - sector));
        int64_t track = (int64_t)cylinder * 4 + head;
        int64_t block = (track < 40000 ? track * 200 : 8000000 + (track - 40000) * 100) + sector;

        sim_time begin = sim_now(bench.sim);
        struct drive_plan plan = do_access(bench.sim, bench.drive, block, blocks, false);
        sim_time seek = cylinder != at_cylinder ? drive_type_seek_ns(bench.type, abs(cylinder - at_cylinder))
                        : head != at_head ? SIM_MS / 2 : 0;
        CHECK_INT(plan.overhead_ns, SIM_MS);
        CHECK_INT(plan.seek_ns, seek);
        sim_time there = (begin + SIM_MS + seek + 9999991 / 4) % 9999991;
        sim_time wait = (sector_angle(bench.type, cylinder, head, sector) - there + 9999991) % 9999991;
        CHECK_INT(plan.rotation_ns, wait);
        CHECK_INT(plan.transfer_ns, (sim_time)blocks * 9999991 / sectors);
        at_cylinder = drive_arm(bench.drive).cylinder;
        at_head = drive_arm(bench.drive).head;
    }
    bench_destroy(&bench);
}

static void test_sequential_keeps_the_media_rate(void)
{
    struct bench bench = bench_create();
    /* From the middle of the last cylinder but one of the outer zone to that of the second of the inner one. */
    int64_t first = 8000000 - 800 - 500;
    int32_t blocks = 500 + 800 + 400 + 150;
    struct drive_plan plan = do_access(bench.sim, bench.drive, first, blocks, false);
    sim_time turns_ns = 10 * SIM_MS * (500 + 800) / 200 + 10 * SIM_MS * (400 + 150) / 100;
    sim_time switches_ns = 3 * SIM_MS /* cylinders */ + (2 + 3 + 3 + 1) * SIM_MS / 2 /* heads */;
    CHECK_INT(plan.transfer_ns, turns_ns + switches_ns);
    CHECK_INT(drive_arm(bench.drive).cylinder, 10001);
    CHECK_INT(drive_arm(bench.drive).head, 1);

    /* With a turn that no number of sectors divides, rounding costs at most a ns a track, never a turn. */
    bench.type->revolution_ns = 9999991;
    bench_renew(&bench, 0);
    plan = do_access(bench.sim, bench.drive, first, blocks, false);
    turns_ns = 9999991 * (sim_time)(500 + 800) / 200 + 9999991 * (sim_time)(400 + 150) / 100;
    CHECK_NEAR((double)plan.transfer_ns, (double)(turns_ns + switches_ns), 14);
    bench_destroy(&bench);
}

static void test_extreme_parameters(void)
{
    struct seek_point points[] = {{1, SIM_S}, {2, SIM_S}};
    struct drive_zone zones[] = {{.sectors_per_track = 1000000}};
    struct drive_type type = {.revolution_ns = 600 * SIM_MS, .overhead_ns = SIM_S, .head_switch_ns = SIM_S - 1,
                              .write_settle_ns = SIM_S, .cylinders = 10000000, .heads = 1000, .seek_points = points,
                              .seek_point_count = 2, .zones = zones, .zone_count = 1};
    struct sim *sim = sim_create(1);
    struct drive_geometry *geometry = drive_geometry_create(&type);
    struct drive *drive = drive_create(sim, "d", geometry, 0.999999999);
    int64_t blocks = drive_type_blocks(&type);
    CHECK(blocks == (int64_t)10000000 * 1000 * 1000000);
    struct drive_plan plan = do_access(sim, drive, blocks - 2, 2, true);
    CHECK_INT(drive_arm(drive).cylinder, 9999999);
    CHECK_INT(drive_arm(drive).head, 999);
    CHECK(plan.rotation_ns >= 0 && plan.rotation_ns < type.revolution_ns);
    CHECK_INT(plan.transfer_ns, 2 * 600 * SIM_MS / 1000000);
    drive_destroy(drive);
    drive_geometry_destroy(geometry);
    sim_destroy(sim);
}

/* ---- the catalogue's 36 GB drive ---- */

static const char one_drive[] =
    "run: {duration: 1 s}\n"
    "servers: {AAAAA: {ranks: {r: {drive: ultrastar-36lzx}}, volumes: {v: {size: 1 GiB}}}}\n";

/* Mean seek between two random blocks, by integration over stretches of ten cylinders. */
static double mean_seek_ns(const struct drive_type *type)
{
    enum { STEP = 10 };
    int32_t stretches = type->cylinders / STEP;
    double sum = 0, weights = 0;
    double *weight = memory_alloc_zeroed((size_t)stretches, sizeof *weight);
    for (int32_t i = 0; i < stretches; i++)
        for (size_t zone = 0; zone < type->zone_count && type->zones[zone].first_cylinder <= i * STEP; zone++)
            weight[i] = type->zones[zone].sectors_per_track;
    for (int32_t i = 0; i < stretches; i++)
        for (int32_t j = 0; j < stretches; j++) {
            weights += weight[i] * weight[j];
            sum += weight[i] * weight[j] * (double)drive_type_seek_ns(type, abs(i - j) * STEP);
        }
    free(weight);
    return sum / weights;
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
    double expected_ns = (double)type->overhead_ns + mean_seek_ns(type) + (double)type->revolution_ns / 2 + transfer_ns;
    CHECK_NEAR(mean_ns, expected_ns, 0.02 * expected_ns);
    CHECK_NEAR(mean_ns, 8.3e6, 0.83e6);
    /* A track holds 415 sectors in the mean; one read in 415 / 7 goes over to the next one. */
    CHECK_NEAR(transfer_ns, (8 * (double)type->revolution_ns + 7 * (double)type->head_switch_ns) / 415, 3e3);
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
    scenario_destroy(scenario);
}

UNIT_MAIN("drive",
          {"a seek's time is linear between the published points and constant beyond the last", test_seek_curve},
          {"the right two of many points are found", test_seek_through_many_points},
          {"a head switch takes its time, and a write settles after a move only", test_settling_and_switches},
          {"blocks fill tracks, heads, cylinders, zones in that order", test_geometry},
          {"the wait for a sector follows from the clock, to the nanosecond", test_rotation_follows_the_clock},
          {"a sequential transfer loses no revolution at switches of head, cylinder and zone",
           test_sequential_keeps_the_media_rate},
          {"the largest parameters that scenarios allow do not overflow", test_extreme_parameters},
          {"random reads of the 36LZX take overhead, mean seek, half a turn and transfer: 8.3 ms",
           test_random_reads_of_the_36lzx},
          {"large transfers of the 36LZX run at 36 MB/s on the outer zone, falling to 21 on the inner one",
           test_sequential_rate_of_the_36lzx})
