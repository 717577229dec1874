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

/* ---- the buffer ---- */

/* The small config's drive with a buffer of two segments of 100 blocks, reading 60 blocks ahead. Phase 0: block 0
 * passes at every turn's begin. */
static struct bench buffered_create(void)
{
    struct bench bench = bench_create();
    bench.type->buffer = (struct drive_buffer_type){
        .segments = 2, .segment_blocks = 100, .ahead = AHEAD_AMOUNT, .read_ahead_blocks = 60, .write_segments = 1};
    bench_renew(&bench, 0);
    return bench;
}

static void wait_until(struct bench *bench, sim_time instant)
{
    sim_run(bench->sim, instant);
}

static struct drive_plan read_blocks(struct bench *bench, int64_t block, int32_t blocks)
{
    return do_access(bench->sim, bench->drive, block, blocks, false);
}

static struct drive_plan write_blocks(struct bench *bench, int64_t block, int32_t blocks)
{
    return do_access(bench->sim, bench->drive, block, blocks, true);
}

/* 200 blocks a turn of 10 ms: 50 us each. The first read waits from 1 ms to the turn's end. */
static void test_read_ahead(void)
{
    struct bench bench = buffered_create();
    struct drive_plan plan = read_blocks(&bench, 0, 10);
    CHECK_INT(plan.rotation_ns, 9 * SIM_MS);
    CHECK_INT(plan.transfer_ns, 500 * SIM_US);
    CHECK_INT(plan.command, READ_MISS);

    /* At 10.5 ms, at once: blocks 10 to 19 pass until 11 ms, while the command is processed until 11.5. */
    plan = read_blocks(&bench, 10, 10);
    CHECK_INT(plan.command, READ_HIT);
    CHECK_INT(plan.overhead_ns, SIM_MS);
    CHECK_INT(plan.seek_ns + plan.rotation_ns + plan.transfer_ns, 0);

    /* At 11.5 ms: block 79 has passed at 14 ms, 1.5 ms after the processing. */
    plan = read_blocks(&bench, 20, 60);
    CHECK_INT(plan.command, READ_HIT);
    CHECK_INT(plan.transfer_ns, 1500 * SIM_US);

    /* Reading ahead ended at block 139, and the segment's 100 blocks now begin at 40. */
    wait_until(&bench, 100 * SIM_MS);
    CHECK_INT(read_blocks(&bench, 40, 100).command, READ_HIT);
    CHECK_INT(read_blocks(&bench, 39, 1).command, READ_MISS);
    bench_destroy(&bench);
}

static void test_read_ahead_is_stopped(void)
{
    struct bench bench = buffered_create();
    read_blocks(&bench, 0, 10);
    /* From 10.5 to 11.5 ms twenty blocks pass, then another command takes the arm. */
    wait_until(&bench, 11 * SIM_MS + 500 * SIM_US);
    read_blocks(&bench, 4000000, 1);
    CHECK_INT(read_blocks(&bench, 29, 1).command, READ_HIT);
    CHECK_INT(read_blocks(&bench, 30, 1).command, READ_MISS);
    bench_destroy(&bench);

    bench = buffered_create();
    read_blocks(&bench, 0, 10);
    wait_until(&bench, 11 * SIM_MS + 500 * SIM_US);
    write_blocks(&bench, 4000000, 1);
    CHECK_INT(read_blocks(&bench, 29, 1).command, READ_HIT);
    CHECK_INT(read_blocks(&bench, 30, 1).command, READ_MISS);
    bench_destroy(&bench);
}

/* A reader that takes ten blocks at a time, with time to spare, over head, cylinder and zone: media rate. */
static void test_stream_of_small_reads(void)
{
    struct bench bench = buffered_create();
    int64_t first = 8000000 - 800 - 500;
    int32_t blocks = 500 + 800 + 400 + 150;
    bench.type->overhead_ns = 400 * SIM_US;
    bench_renew(&bench, 0);
    read_blocks(&bench, first, 10);
    sim_time begin = sim_now(bench.sim);
    for (int32_t done = 10; done < blocks; done += 10)
        CHECK_INT(read_blocks(&bench, first + done, 10).command, READ_HIT);
    sim_time turns_ns = 10 * SIM_MS * (490 + 800) / 200 + 10 * SIM_MS * (400 + 150) / 100;
    sim_time switches_ns = 3 * SIM_MS + (2 + 3 + 3 + 1) * SIM_MS / 2;
    CHECK_INT(sim_now(bench.sim) - begin, turns_ns + switches_ns);
    bench_destroy(&bench);
}

static void test_segments(void)
{
    struct bench bench = buffered_create();
    bench.type->buffer.ahead = AHEAD_NONE;
    bench_renew(&bench, 0);
    read_blocks(&bench, 0, 10);
    read_blocks(&bench, 1000, 10);
    read_blocks(&bench, 0, 10); /* now 1000 is the one used longest ago */
    read_blocks(&bench, 2000, 10);
    CHECK_INT(read_blocks(&bench, 0, 10).command, READ_HIT);
    CHECK_INT(read_blocks(&bench, 1000, 10).command, READ_MISS);
    write_blocks(&bench, 5, 1);
    CHECK_INT(read_blocks(&bench, 0, 1).command, READ_MISS);
    bench_destroy(&bench);
}

/* The head arrives at 1 ms over block 20 and waits for block 60: what it passed is kept. */
static void test_read_on_arrival(void)
{
    for (int keeps = 0; keeps < 2; keeps++) {
        struct bench bench = buffered_create();
        bench.type->buffer.read_on_arrival = keeps;
        bench_renew(&bench, 0);
        CHECK_INT(read_blocks(&bench, 60, 1).rotation_ns, 2 * SIM_MS);
        CHECK_INT(read_blocks(&bench, 20, 40).command, keeps ? READ_HIT : READ_MISS);
        CHECK_INT(read_blocks(&bench, 19, 1).command, READ_MISS);
        bench_destroy(&bench);
    }
}

static int64_t blocks_ahead(enum read_ahead ahead, int64_t block, int32_t blocks)
{
    struct bench bench = buffered_create();
    bench.type->buffer.ahead = ahead;
    bench.type->buffer.segment_blocks = 1000;
    bench_renew(&bench, 0);
    read_blocks(&bench, block, blocks);
    wait_until(&bench, SIM_S);
    int64_t end = block + blocks;
    while (read_blocks(&bench, end, 1).command == READ_HIT)
        end++;
    bench_destroy(&bench);
    return end;
}

static void test_where_reading_ahead_ends(void)
{
    CHECK_INT(blocks_ahead(AHEAD_NONE, 50, 10), 60);
    CHECK_INT(blocks_ahead(AHEAD_AMOUNT, 50, 10), 120);
    CHECK_INT(blocks_ahead(AHEAD_TRACK, 50, 10), 200);
    CHECK_INT(blocks_ahead(AHEAD_TRACK, 195, 10), 400);
    CHECK_INT(blocks_ahead(AHEAD_STREAM, 50, 10), 200);
    CHECK_INT(blocks_ahead(AHEAD_STREAM, 195, 10), 600);
}

/* ---- the interface, overheads, early reports ---- */

/* 51.2 us a block: slower than the medium's 50, so that a read ends so long after its first block has passed. */
static void test_interface(void)
{
    struct bench bench = buffered_create();
    bench.type->interface_bytes_per_s = 10000000;
    bench_renew(&bench, 0);
    CHECK_INT(read_blocks(&bench, 0, 10).transfer_ns, 50 * SIM_US + 10 * 51200);
    CHECK_INT(read_blocks(&bench, 0, 10).transfer_ns, 10 * 51200);
    bench.type->interface_bytes_per_s = 20480000; /* 25 us: one block behind the medium */
    bench_renew(&bench, 0);
    CHECK_INT(read_blocks(&bench, 0, 10).transfer_ns, 500 * SIM_US + 25 * SIM_US);
    bench_destroy(&bench);
}

static void test_overheads(void)
{
    struct bench bench = buffered_create();
    for (int command = 0; command < DRIVE_COMMAND_COUNT; command++)
        for (int after = 0; after < 2; after++)
            bench.type->overheads_ns[command][after] = 1000 * (command + 1) + after;
    bench.type->overheads_ns[READ_MISS][1] = 0;
    bench_renew(&bench, 0);
    CHECK_INT(read_blocks(&bench, 0, 10).overhead_ns, 2000);
    CHECK_INT(read_blocks(&bench, 0, 10).overhead_ns, 1000);
    CHECK_INT(write_blocks(&bench, 500, 1).overhead_ns, 4000);
    CHECK_INT(write_blocks(&bench, 500, 1).overhead_ns, 4001);
    CHECK_INT(read_blocks(&bench, 0, 10).overhead_ns, 1001);
    write_blocks(&bench, 500, 1);
    CHECK_INT(read_blocks(&bench, 5000, 1).overhead_ns, SIM_MS); /* not given: the general one */
    bench.type->buffer.report_early = true;
    bench_renew(&bench, 0);
    CHECK_INT(write_blocks(&bench, 500, 1).overhead_ns, 3000);
    CHECK_INT(write_blocks(&bench, 500, 101).overhead_ns, 4001); /* too large for a segment */
    bench_destroy(&bench);
}

static struct bench reporting_create(int32_t write_segments)
{
    struct bench bench = buffered_create();
    bench.type->interface_bytes_per_s = 5120000; /* 100 us a block */
    bench.type->buffer.report_early = true;
    bench.type->buffer.write_segments = write_segments;
    bench_renew(&bench, 0);
    return bench;
}

/* Reported at 2 ms; on the medium at 10.5, when block 9 has passed. A read elsewhere waits for that. */
static void test_early_report(void)
{
    struct bench bench = reporting_create(1);
    struct drive_plan plan = write_blocks(&bench, 0, 10);
    CHECK_INT(drive_plan_ns(&plan), 2 * SIM_MS);
    CHECK_INT(plan.seek_ns + plan.rotation_ns + plan.wait_ns, 0);
    CHECK_INT(plan.busy_until, 10 * SIM_MS + 500 * SIM_US);
    plan = read_blocks(&bench, 20, 1);
    CHECK_INT(plan.wait_ns, 7500 * SIM_US);
    CHECK_INT(plan.rotation_ns, 500 * SIM_US);
    bench_destroy(&bench);

    /* A second write waits for the segment, or takes another, and follows the first on the medium. */
    for (int32_t segments = 1; segments <= 2; segments++) {
        bench = reporting_create(segments);
        write_blocks(&bench, 0, 10);
        plan = write_blocks(&bench, 20, 10);
        CHECK_INT(plan.wait_ns, segments == 1 ? 7500 * SIM_US : 0);
        CHECK_INT(plan.transfer_ns, SIM_MS);
        CHECK_INT(plan.busy_until, segments == 1 ? 21 * SIM_MS + 500 * SIM_US : 11 * SIM_MS + 500 * SIM_US);
        bench_destroy(&bench);
    }
}

static void test_combined_writes(void)
{
    for (int combines = 0; combines < 2; combines++) {
        struct bench bench = reporting_create(1);
        bench.type->buffer.combine_writes = combines;
        bench_renew(&bench, 0);
        write_blocks(&bench, 0, 10);
        struct drive_plan plan = write_blocks(&bench, 10, 10);
        CHECK_INT(plan.wait_ns, combines ? 0 : 7500 * SIM_US);
        CHECK_INT(plan.busy_until, combines ? 11 * SIM_MS : 21 * SIM_MS);
        bench_destroy(&bench);
    }
}

static void test_reads_of_written_data(void)
{
    for (int finds = 0; finds < 2; finds++) {
        struct bench bench = reporting_create(1);
        bench.type->buffer.read_written = finds;
        bench_renew(&bench, 0);
        write_blocks(&bench, 0, 10);
        struct drive_plan plan = read_blocks(&bench, 0, 10);
        CHECK_INT(plan.command, finds ? READ_HIT : READ_MISS);
        CHECK_INT(plan.wait_ns, finds ? 0 : 7500 * SIM_US);
        bench_destroy(&bench);
    }
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

/* ---- the line ---- */

/* A command that is told as a story and notes when it was served. */
struct command {
    struct activity activity;
    struct drive *drive;
    struct drive_access access;
    struct drive_plan plan;
    int *served, order;
    sim_time ended;
};

static void command_story(struct activity *self)
{
    struct command *command = STORY_OF(self, struct command, activity);
    STORY_BEGIN(self);
    STORY_SEIZE(self, drive_station(command->drive));
    command->order = (*command->served)++;
    drive_begin(command->drive, &command->access, &command->plan);
    STORY_WAIT(self, drive_plan_ns(&command->plan));
    drive_end(command->drive, &command->plan);
    command->ended = sim_now(self->sim);
    STORY_END(self);
}

static const struct drive_access *command_access(const struct activity *activity)
{
    return &((const struct command *)(const void *)activity)->access;
}

static void command_issue(struct bench *bench, struct command *command, int64_t block, int *served)
{
    *command = (struct command){.drive = bench->drive, .access = {block, 1, false}, .served = served};
    activity_init(&command->activity, bench->sim, command_story, NULL);
    activity_start(&command->activity);
}

static struct bench sorting_create(sim_time age_ns)
{
    struct bench bench = bench_create();
    bench.type->queue = QUEUE_SPTF;
    bench.type->queue_age_ns = age_ns;
    bench_renew(&bench, 0);
    drive_set_queue(bench.drive, command_access);
    return bench;
}

/* Behind block 0, which ends at 10.05 ms, the head is ready at 11.05: block 30 (passing at 11.5) comes before 100
 * (15), and both before block 10 (20.5), though that came first. */
static void test_shortest_positioning_first(void)
{
    static const int64_t blocks[] = {0, 10, 100, 30};
    static const int expected[][4] = {{0, 1, 2, 3}, {0, 3, 2, 1}};
    struct command commands[4];
    for (int sorts = 0; sorts < 2; sorts++) {
        struct bench bench = sorting_create(SIM_S);
        int served = 0;
        bench.type->queue = sorts ? QUEUE_SPTF : QUEUE_FCFS;
        bench_renew(&bench, 0);
        drive_set_queue(bench.drive, command_access);
        for (int i = 0; i < 4; i++)
            command_issue(&bench, &commands[i], blocks[i], &served);
        sim_run_all(bench.sim);
        for (int i = 0; i < 4; i++)
            CHECK_INT(commands[i].order, expected[sorts][i]);
        bench_destroy(&bench);
    }
}

/* One command at the far end, and always a nearer one beside it: it is served once it has waited longer than the
 * bound, not later than one command after that. */
static void test_nobody_starves(void)
{
    enum { NEAR = 200 };
    static struct command far, near[NEAR];
    for (int bounded = 0; bounded < 2; bounded++) {
        struct bench bench = sorting_create(bounded ? 200 * SIM_MS : 1000 * SIM_S);
        int served = 0;
        command_issue(&bench, &near[0], 0, &served);
        command_issue(&bench, &far, 11999999, &served);
        for (int i = 1; i < NEAR; i++) {
            command_issue(&bench, &near[i], i % 2 * 400, &served);
            sim_run(bench.sim, sim_now(bench.sim) + 10 * SIM_MS);
        }
        sim_run_all(bench.sim);
        CHECK_INT(served, NEAR + 1);
        if (bounded)
            CHECK(far.activity.waited_ns > 200 * SIM_MS && far.activity.waited_ns <= 200 * SIM_MS + 22 * SIM_MS);
        else
            CHECK_INT(far.order, NEAR);
        bench_destroy(&bench);
    }
}

/* Random commands, always eight in line: sorting them serves more a second, and the station's account adds up. */
static void test_sorting_pays_and_adds_up(void)
{
    enum { COMMANDS = 2000, DEPTH = 8 };
    static struct command commands[COMMANDS];
    sim_time ended[2];
    for (int sorts = 0; sorts < 2; sorts++) {
        struct bench bench = sorting_create(SIM_S);
        struct station_stats stats;
        struct rng rng;
        int served = 0, issued = 0;
        sim_time waits = 0;
        rng_init(&rng, 1, "sorting");
        bench.type->queue = sorts ? QUEUE_SPTF : QUEUE_FCFS;
        bench_renew(&bench, 0);
        drive_set_queue(bench.drive, command_access);
        while (issued < COMMANDS) {
            while (issued < COMMANDS && issued - served < DEPTH)
                command_issue(&bench, &commands[issued++], (int64_t)rng_below(&rng, 12000000), &served);
            sim_run(bench.sim, sim_now(bench.sim) + SIM_MS);
        }
        sim_run_all(bench.sim);
        ended[sorts] = sim_now(bench.sim);
        for (int i = 0; i < COMMANDS; i++)
            waits += commands[i].activity.waited_ns;
        station_stats(drive_station(bench.drive), &stats);
        CHECK_INT(stats.started, COMMANDS);
        CHECK_INT(stats.completed, COMMANDS);
        CHECK_NEAR(stats.mean_wait_ns, (double)waits / COMMANDS, 1);
        CHECK_NEAR(stats.mean_queue, (double)waits / (double)ended[sorts], 1e-6);
        bench_destroy(&bench);
    }
    CHECK((double)ended[1] < 0.8 * (double)ended[0]);
}

/* Reported at 1.1 ms, on the medium at 10.05: busy until then, though the next command could begin before. */
static void test_busy_until_on_the_medium(void)
{
    struct bench bench = reporting_create(2);
    struct command commands[2];
    struct station_stats stats;
    int served = 0;
    commands[0] = (struct command){.drive = bench.drive, .access = {0, 1, true}, .served = &served};
    activity_init(&commands[0].activity, bench.sim, command_story, NULL);
    activity_start(&commands[0].activity);
    sim_run(bench.sim, 5 * SIM_MS);
    CHECK_INT(commands[0].ended, 1100 * SIM_US);
    CHECK_INT(station_busy(drive_station(bench.drive)), 1);
    sim_run(bench.sim, 40 * SIM_MS);
    station_stats(drive_station(bench.drive), &stats);
    CHECK_INT(stats.busy_ns, 10050 * SIM_US);
    CHECK_INT(stats.completed, 1);
    bench_destroy(&bench);
}

/* ---- the catalogue's 36 GB drive ---- */

static const char one_drive[] =
    "run: {duration: 1 s}\n"
    "servers: {AAAAA: {ranks: {r: {drive: ultrastar-36lzx}}, volumes: {v: {size: 1 GiB}}}}\n";

/* What is said about an own drive with these keys. */
static void check_own_drive(const char *keys, const char *expected)
{
    char *text = memory_text("run: {duration: 1 s}\ncatalog: {drives: {own: {%s}}}\n"
                             "servers: {AAAAA: {ranks: {r: {drive: own}}, volumes: {v: {size: 1 MiB}}}}\n", keys);
    scenario_destroy(load(text, NULL));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
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
    /* A track holds 415 sectors in the mean; one read in 415 / 7 goes over to the next one, which begins later by
     * what a write would need. */
    CHECK_NEAR(transfer_ns, (8 * (double)type->revolution_ns + 7 * (double)(type->head_switch_ns + type->write_settle_ns)) / 415, 3e3);
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

UNIT_MAIN("drive",
          {"a seek's time is linear between the published points and constant beyond the last", test_seek_curve},
          {"the right two of many points are found", test_seek_through_many_points},
          {"a head switch takes its time, and a write settles after a move only", test_settling_and_switches},
          {"blocks fill tracks, heads, cylinders, zones in that order", test_geometry},
          {"the wait for a sector follows from the clock, to the nanosecond", test_rotation_follows_the_clock},
          {"a sequential transfer loses no revolution at switches of head, cylinder and zone",
           test_sequential_keeps_the_media_rate},
          {"the largest parameters that scenarios allow do not overflow", test_extreme_parameters},
          {"a drive reads on behind a read, and what follows comes from there", test_read_ahead},
          {"reading ahead ends where another command takes the arm", test_read_ahead_is_stopped},
          {"small reads one behind the other run at media rate over all switches", test_stream_of_small_reads},
          {"the segment used longest ago gives way, and written blocks leave the buffer", test_segments},
          {"what passes before a read's first block is kept where the drive does so", test_read_on_arrival},
          {"reading ahead ends by amount, track, or with the next track in a stream", test_where_reading_ahead_ends},
          {"the slower of interface and medium sets a read's pace", test_interface},
          {"an overhead depends on the command and on the one before, where it is known", test_overheads},
          {"an early reported write is over in the buffer; what needs the arm waits for it", test_early_report},
          {"writes that continue each other share a segment and lose no turn", test_combined_writes},
          {"written data is read from the buffer where the drive does so", test_reads_of_written_data},
          {"a write settles at the switches within it", test_settling_within_a_write},
          {"measured skews set the rate of a sequential transfer", test_measured_skews},
          {"spare blocks hold nothing, and the next zone begins behind them", test_spare_blocks},
          {"of those in line the one that is reached soonest is served next", test_shortest_positioning_first},
          {"a command that waited longer than the bound goes first", test_nobody_starves},
          {"sorting serves more a second, and waits and counts stay right", test_sorting_pays_and_adds_up},
          {"a drive is busy until what it reported is on the medium", test_busy_until_on_the_medium},
          {"what an entry lacks or has too much of is told, and lists go with the zones they were written for",
           test_mistakes_in_an_entry},
          {"random reads of the 36LZX take overhead, mean seek, half a turn and transfer: 8.3 ms",
           test_random_reads_of_the_36lzx},
          {"large transfers of the 36LZX run at 36 MB/s on the outer zone, falling to 21 on the inner one",
           test_sequential_rate_of_the_36lzx})
