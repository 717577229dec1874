// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A drive's mechanics: seeks, geometry, rotation, switches, skews.
 */
#include <math.h>
#include <stdlib.h>

#include "sim/rng.h"
#include "tests/drive_bench.h"
#include "tests/unit.h"

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
    CHECK_INT(drive_geometry_track_end(bench.geometry, 0), 200);
    CHECK_INT(drive_geometry_track_end(bench.geometry, 8000199), 8000200);
    bench_destroy(&bench);
}

/* ---- rotation ---- */

/* The angle (in ns of a turn) at which a sector begins, found by walking over all tracks before its own: each
 * stands back by the time of the switch that leads to it, and of settling before a write. */
static sim_time sector_angle(const struct drive_type *type, int32_t cylinder, int32_t head, int32_t sector)
{
    sim_time angle = 0;
    for (int64_t track = 1; track <= (int64_t)cylinder * type->heads + head; track++)
        angle = (angle + type->write_settle_ns +
                 (track % type->heads == 0 ? type->seek_points[0].seek_ns : type->head_switch_ns)) %
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
    for (int zone = 0; zone < 2; zone++)
        bench.type->zones[zone].track_skew = bench.type->zones[zone].cylinder_skew = 0;
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

    /* With a turn that no number of sectors divides, rounding costs at most a ns a track, never a turn. Tracks laid
     * out for writes stand back by 0.25 ms more. */
    bench.type->revolution_ns = 9999991;
    for (int zone = 0; zone < 2; zone++)
        bench.type->zones[zone].track_skew = bench.type->zones[zone].cylinder_skew = 0;
    switches_ns += (3 + 9) * SIM_MS / 4;
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

/* From the middle of a track to the next one's: the switch within the write settles too, and its 0.75 ms miss the
 * skew of 0.5 ms, which costs a turn. */
static void test_settling_within_a_write(void)
{
    struct bench bench = bench_create();
    bench_renew(&bench, 0);
    CHECK_INT(write_blocks(&bench, 100, 200).transfer_ns, 10 * SIM_MS + SIM_MS / 2 + 10 * SIM_MS);
    bench.type->zones[0].track_skew = 20; /* 1 ms */
    bench_renew(&bench, 0);
    CHECK_INT(write_blocks(&bench, 100, 200).transfer_ns, 10 * SIM_MS + SIM_MS);
    bench.type->zones[0].track_skew = 0; /* laid out for writes: the 0.75 ms they need */
    bench_renew(&bench, 0);
    CHECK_INT(write_blocks(&bench, 100, 200).transfer_ns, 10 * SIM_MS + 750 * SIM_US);
    bench_destroy(&bench);
}

/* ---- skews, spares ---- */

static void test_measured_skews(void)
{
    struct bench bench = bench_create();
    bench.type->zones[0].track_skew = 30;    /* 1.5 ms */
    bench.type->zones[0].cylinder_skew = 50; /* 2.5 ms */
    bench_renew(&bench, 0);
    CHECK_INT(read_blocks(&bench, 0, 1600).transfer_ns, 80 * SIM_MS + 6 * 1500 * SIM_US + 2500 * SIM_US);
    bench.type->zones[0].track_skew = 9; /* 0.45 ms: the switch is missed by 0.05 */
    bench_renew(&bench, 0);
    CHECK_INT(read_blocks(&bench, 0, 400).transfer_ns, 20 * SIM_MS + 450 * SIM_US + 10 * SIM_MS);
    bench_destroy(&bench);
}

static void test_spare_blocks(void)
{
    struct bench bench = bench_create();
    bench.type->zones[0].spare_blocks = 900;
    bench.type->blocks = 11000000;
    bench_renew(&bench, 0);
    CHECK_INT(drive_type_blocks(bench.type), 11000000);
    check_place(&bench, 0, 0, 0);
    check_place(&bench, 8000000 - 901, 9998, 3);
    check_place(&bench, 8000000 - 900, 10000, 0);
    CHECK_INT(drive_geometry_track_end(bench.geometry, 8000000 - 901), 8000000 - 900);
    struct drive_plan plan = read_blocks(&bench, 8000000 - 902, 4);
    CHECK_INT(drive_arm(bench.drive).cylinder, 10000);
    CHECK(plan.transfer_ns >= 4 * 50 * SIM_US + SIM_MS);
    bench.type->blocks = 0;
    CHECK_INT(drive_type_blocks(bench.type), 12000000 - 900);
    bench_destroy(&bench);
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
          {"a write settles at the switches within it", test_settling_within_a_write},
          {"measured skews set the rate of a sequential transfer", test_measured_skews},
          {"spare blocks hold nothing, and the next zone begins behind them", test_spare_blocks})
