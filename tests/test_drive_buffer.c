// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A drive's buffer and interface: reading ahead, overheads, writes that are reported early.
 */
#include <stdlib.h>

#include "tests/drive_bench.h"
#include "tests/unit.h"

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

UNIT_MAIN("drive_buffer",
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
          {"written data is read from the buffer where the drive does so", test_reads_of_written_data})
