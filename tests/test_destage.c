// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/destage.h"

#include <stdlib.h>
#include <string.h>

#include "models/cache.h"
#include "models/raid.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/machine_bench.h"
#include "tests/small_config.h"
#include "tests/unit.h"

static int64_t all_commands(struct machine_bench *bench)
{
    int64_t sum = 0;
    for (int drive = 0; drive < 7; drive++)
        sum += bench_commands(bench, 0, drive);
    return sum;
}

/* ---- what a destage costs ---- */

/* Writes the given segments (by track, bit masks), lets them drain, and checks the number of drive commands. */
static void check_commands(const uint32_t *masks, int tracks, int32_t strip_tracks, int64_t reads, int64_t writes)
{
    struct config *config = small_config_create(1, 1000);
    config->servers[0].model.strip_tracks = strip_tracks;
    small_config_lay_out(config);
    struct machine_bench *bench = bench_create(config);
    for (int track = 0; track < tracks; track++)
        for (int segment = 0; segment < 8; segment++)
            if (masks[track] >> segment & 1)
                bench_write(bench, 0, track * TRACK + segment * SEGMENT, SEGMENT);
    bench_run_for(bench, 60 * SIM_S);
    CHECK_INT(all_commands(bench), reads + writes);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(bench_cluster(bench)->destages, 1);
    bench_destroy(bench);
}

static void test_commands(void)
{
    /* Small: old data, old parity; new data, new parity. */
    check_commands((const uint32_t[]){0x10}, 1, 1, 2, 2);
    check_commands((const uint32_t[]){0x81}, 1, 1, 2, 2);
    check_commands((const uint32_t[]){0xFF, 0x01}, 2, 1, 3, 3);
    /* Reconstruct: the two strips that were not written. */
    check_commands((const uint32_t[]){0xFF, 0xFF, 0xFF, 0xFF}, 4, 1, 2, 5);
    /* Five were, one of them in part: that one and the sixth are read. */
    check_commands((const uint32_t[]){0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, 5, 1, 2, 6);
    /* Three whole strips are reconstructed; with one of them in part it is a tie, and small writes win. */
    check_commands((const uint32_t[]){0xFF, 0xFF, 0xFF}, 3, 1, 3, 4);
    check_commands((const uint32_t[]){0xFF, 0xFF, 0x01}, 3, 1, 4, 4);
    /* Full stripes, also of less than whole tracks. */
    check_commands((const uint32_t[]){0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, 6, 1, 0, 7);
    check_commands((const uint32_t[]){0x30, 0x30, 0x30, 0x30, 0x30, 0x30}, 6, 1, 0, 7);
    /* The same segments with a hole are no full stripe. */
    check_commands((const uint32_t[]){0x28, 0x28, 0x28, 0x28, 0x28, 0x28}, 6, 1, 6, 7);
    /* Strips of two tracks: tracks 0 and 1 lie one below the other and have their own parity tracks. */
    check_commands((const uint32_t[]){0x01, 0x01}, 2, 2, 4, 4);
    check_commands((const uint32_t[]){0x01, 0, 0x01}, 3, 2, 3, 3);
}

/* ---- sequential runs ---- */

static uint64_t link_uses(struct machine_bench *bench, int link)
{
    struct station_stats stats;
    station_stats(bench_rank(bench, 0)->loop->write.link[link], &stats);
    return stats.completed;
}

static void test_runs_leave_as_full_stripes(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 1000));
    const struct raid_counts *counts = &bench_rank(bench, 0)->raid;
    /* Twenty stripes written in order; the drives' commands take eight tracks at most: 8 + 8 + 4. */
    for (int track = 0; track < 120; track++)
        bench_write(bench, 0, track * TRACK, TRACK);
    bench_run_for(bench, 30 * SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(bench_cluster(bench)->destages, 3);
    CHECK_INT(counts->rows[RAID_FULL_STRIPE_WRITE], 20);
    CHECK_INT(counts->data_writes, 120);
    CHECK_INT(counts->parity_writes, 20);
    CHECK_INT(counts->data_reads + counts->parity_reads, 0);
    for (int drive = 0; drive < 7; drive++)
        CHECK_INT(bench_commands(bench, 0, drive), 3);
    /* They were one stream's, and went over one link. */
    CHECK_INT(link_uses(bench, 0), 21);
    CHECK_INT(link_uses(bench, 1), 0);
    bench_destroy(bench);
}

static void test_stripes_that_are_not_whole_stay_apart(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 1000));
    /* Stripes 0, 1 and 3 whole, one segment missing in 2: it leaves alone, and so does 3. */
    for (int track = 0; track < 24; track++)
        bench_write(bench, 0, track * TRACK, track == 14 ? TRACK - SEGMENT : TRACK);
    bench_run_for(bench, 30 * SIM_S);
    CHECK_INT(bench_cluster(bench)->destages, 3);
    CHECK_INT(bench_rank(bench, 0)->raid.rows[RAID_FULL_STRIPE_WRITE], 3);
    CHECK_INT(bench_rank(bench, 0)->raid.rows[RAID_RECONSTRUCT_WRITE], 1);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

/* ---- two hundred thousand tracks ---- */

enum { MANY_TRACKS = 600000, MANY_WRITES = 200000 };

static uint32_t stretch_of(uint32_t mask)
{
    uint32_t low = mask & -mask, high = mask;
    while (high & (high - 1))
        high &= high - 1;
    return mask ? 2 * high - low : 0;
}

/* Adds to `expected`, by drive, the commands with which a row of strips with these dirty segments is destaged. */
static void expect_row(const struct machine_bench *bench, int64_t first_track, const uint8_t *dirty, int64_t *expected)
{
    const struct rank_config *rank = &bench->config->ranks[0];
    const struct server_model *model = &bench->config->servers[0].model;
    uint32_t all = 0;
    int written = 0, whole = 0;
    for (int strip = 0; strip < 6; strip++)
        all |= dirty[strip];
    if (all == 0)
        return;
    for (int strip = 0; strip < 6; strip++) {
        written += dirty[strip] != 0;
        whole += dirty[strip] == stretch_of(all);
    }
    int small_reads = written + 1, reconstruct_reads = 6 - whole;
    bool small = small_reads <= reconstruct_reads;
    for (int strip = 0; strip < 6; strip++) {
        struct raid_place place = raid_place(rank, model, first_track + strip);
        expected[place.drive] += dirty[strip] != 0;
        expected[place.drive] += small ? dirty[strip] != 0 : dirty[strip] != stretch_of(all);
    }
    expected[raid_place(rank, model, first_track).parity_drive] += 1 + small;
}

static void test_many_tracks(void)
{
    struct config *config = small_config_create(1, MANY_TRACKS);
    config->servers[0].model.cache_bytes = (int64_t)64 << 30;
    config->servers[0].model.nvs_bytes = (int64_t)32 << 30;
    config->servers[0].model.destage_age_ns = 8000 * SIM_S;
    config->servers[0].model.drive_command_bytes = TRACK; /* every stripe by itself */
    struct machine_bench *bench = bench_create(config);
    uint8_t *dirty = memory_alloc_zeroed(MANY_TRACKS, 1);
    int64_t segments = 0, expected[7] = {0}, rows = 0;
    struct rng rng;
    rng_init(&rng, 1, "many");
    for (int i = 0; i < MANY_WRITES; i++) {
        int64_t track = (int64_t)rng_below(&rng, MANY_TRACKS / 2) * (1 + (int64_t)rng_below(&rng, 2));
        int64_t first = (int64_t)rng_below(&rng, 8), count = 1 + (int64_t)rng_below(&rng, 16);
        if (track * 8 + first + count > MANY_TRACKS * 8)
            continue;
        bench_issue(bench, IO_WRITE, 0, (track * 8 + first) * SEGMENT, count * SEGMENT);
        bench_run_for(bench, 2 * SIM_MS);
        for (int64_t segment = track * 8 + first; segment < track * 8 + first + count; segment++)
            dirty[segment / 8] |= (uint8_t)(1u << segment % 8);
    }
    bench_run_for(bench, SIM_S);
    for (int64_t track = 0; track < MANY_TRACKS; track++) {
        segments += __builtin_popcount(dirty[track]);
        if (track % 6 == 0) {
            expect_row(bench, track, &dirty[track], expected);
            rows += memcmp(&dirty[track], "\0\0\0\0\0", 6) != 0;
        }
    }
    CHECK_INT(bench_nvs_segments(bench), segments);
    CHECK_INT(all_commands(bench), 0);
    CHECK_INT(bench_rank(bench, 0)->destaging, 0);

    bench_run_for(bench, 20000 * SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(bench_cluster(bench)->destages, rows);
    CHECK_INT(cache_oldest_dirty(bench_cluster(bench)->cache, bench_rank(bench, 0)), 0);
    CHECK_INT(sim_pending(bench->sim), 0);
    CHECK_INT(pool_in_use(bench->machine->destages), 0);
    CHECK_INT(pool_in_use(bench->machine->disk_ops), 0);
    for (int drive = 0; drive < 7; drive++)
        CHECK_INT(bench_commands(bench, 0, drive), expected[drive]);
    free(dirty);
    bench_destroy(bench);
}

static void check_pressure(int32_t strip_tracks, int32_t per_rank, int64_t nvs_bytes)
{
    enum { TRACKS = 3000 };
    struct config *config = small_config_create(2, TRACKS);
    config->servers[0].model.strip_tracks = strip_tracks;
    config->servers[0].model.destage_per_rank = per_rank;
    config->servers[0].model.nvs_bytes = nvs_bytes;
    small_config_lay_out(config);
    struct machine_bench *bench = bench_create(config);
    int64_t too_many = 0;
    struct rng rng;
    rng_init(&rng, 1, "pressure");
    for (int i = 0; i < 4000; i++) {
        int64_t bytes = rng_below(&rng, 20) == 0 ? 1 << 20 : rng_below(&rng, 2) ? 512 : 5 * SEGMENT;
        int64_t offset = (int64_t)rng_below(&rng, (uint64_t)(TRACKS * TRACK - bytes) / 512) * 512;
        bench_issue(bench, rng_below(&rng, 4) ? IO_WRITE : IO_READ, (uint32_t)rng_below(&rng, 2), offset, bytes);
        bench_run_for(bench, (sim_time)rng_below(&rng, 10 * SIM_MS));
        if (i % 200 == 0)
            CHECK_INT(bench_dirty_segments(bench, 0) + bench_dirty_segments(bench, 1), bench_nvs_segments(bench));
        for (int rank = 0; rank < 2; rank++)
            too_many += bench_rank(bench, rank)->destaging > per_rank;
    }
    CHECK_INT(too_many, 0);
    bench_run_for(bench, 1000 * SIM_S);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(bench_dirty_segments(bench, 0) + bench_dirty_segments(bench, 1), 0);
    CHECK_INT(sim_pending(bench->sim), 0);
    bench_destroy(bench);
}

static void test_pressure(void)
{
    check_pressure(1, 4, 16 << 20);
    check_pressure(1, 20, 2 << 20);
    check_pressure(2, 1, 2 << 20);
    check_pressure(5, 3, 4 << 20);
}

static void test_one_destage_a_stripe(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 1000));
    bench_write(bench, 0, 0, SEGMENT);
    bench_run_for(bench, SIM_S - SIM_MS);
    CHECK_INT(bench_rank(bench, 0)->destaging, 1);
    /* The second track of the stripe is written while the first is on its way. */
    bench_write(bench, 0, TRACK, SEGMENT);
    CHECK_INT(bench_rank(bench, 0)->destaging, 1);
    sim_time begun = sim_now(bench->sim);
    while (bench_cluster(bench)->destages == 0 && sim_now(bench->sim) < begun + SIM_S)
        bench_run_for(bench, SIM_US);
    CHECK_INT(bench_nvs_segments(bench), 1);
    CHECK_INT(bench_cluster(bench)->destages, 1);
    bench_run_for(bench, 2 * SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(bench_cluster(bench)->destages, 2);
    bench_destroy(bench);
}

static void test_rank_under_pressure_has_one_destage_a_stripe(void)
{
    struct config *config = small_config_create(1, 12);
    config->servers[0].model.destage_low = 0;
    config->servers[0].model.destage_high = 0.001;
    struct machine_bench *bench = bench_create(config);
    int64_t too_many = 0;
    for (int i = 0; i < 200; i++) {
        bench_write(bench, 0, i % 12 * TRACK, SEGMENT);
        too_many += bench_rank(bench, 0)->destaging > 2;
    }
    CHECK_INT(too_many, 0);
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

/* ---- NVS ---- */

static void test_rewrites_take_no_room(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 1000));
    for (int i = 0; i < 10; i++)
        bench_write(bench, 0, 5 * SEGMENT, 4 * SEGMENT);
    CHECK_INT(bench_nvs_segments(bench), 4);
    bench_write(bench, 0, 5 * SEGMENT + 512, 512);
    CHECK_INT(bench_nvs_segments(bench), 4);
    bench_write(bench, 0, 8 * SEGMENT, 2 * SEGMENT);
    CHECK_INT(bench_nvs_segments(bench), 5);
    /* Two first writes of one segment at the same time: both ask for room, one keeps it. */
    bench_issue(bench, IO_WRITE, 0, 900 * SEGMENT, SEGMENT);
    bench_issue(bench, IO_WRITE, 0, 900 * SEGMENT, SEGMENT);
    bench_run_for(bench, 5 * SIM_MS);
    CHECK_INT(bench_nvs_segments(bench), 6);
    bench_destroy(bench);
}

static void test_thresholds(void)
{
    /* NVS of 2048 segments; destaging from 1024 on, one at a time, four from 1536 on. */
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.destage_age_ns = 1000 * SIM_S;
    struct machine_bench *bench = bench_create(config);
    int64_t written = 0;
    for (; written < 1023; written++)
        bench_write(bench, 0, written * 6 * TRACK, SEGMENT);
    CHECK_INT(bench_nvs_segments(bench), 1023);
    CHECK_INT(bench_rank(bench, 0)->destaging, 0);
    CHECK_INT(all_commands(bench), 0);
    /* Rewriting the oldest makes it the newest: the second goes first. */
    bench_write(bench, 0, 0, SEGMENT);
    bench_write(bench, 0, written++ * 6 * TRACK, SEGMENT);
    CHECK_INT(bench_rank(bench, 0)->destaging, 1);
    const struct cache *cache = bench_cluster(bench)->cache;
    CHECK(!cache_is_destaging(cache, cache_find(cache, 0, 0)));
    CHECK(cache_is_destaging(cache, cache_find(cache, 0, 6)));
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 1023);
    CHECK_INT(bench_cluster(bench)->destages, 1);
    /* 512 more in one go: 1535 are still below the high threshold, at 3 of 4 destages. */
    for (int i = 0; i < 512; i++)
        bench_issue(bench, IO_WRITE, 0, written++ * 6 * TRACK, SEGMENT);
    int32_t most = 0;
    for (int i = 0; i < 100000; i++) {
        bench_run_for(bench, 10 * SIM_US);
        most = bench_rank(bench, 0)->destaging > most ? bench_rank(bench, 0)->destaging : most;
    }
    CHECK_INT(most, 3);
    bench_destroy(bench);
}

static void test_full_rate_above_the_high_threshold(void)
{
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.processors_per_cluster = 64;
    config->servers[0].model.processor_ns[STEP_WRITE] = 0;
    config->port_types[0].protocol_ns = 0;
    struct machine_bench *bench = bench_create(config);
    for (int i = 0; i < 1800; i++)
        bench_issue(bench, IO_WRITE, 0, i * 6 * TRACK, SEGMENT);
    bench_run_for(bench, 1700 * 82 * SIM_US);
    CHECK(bench_nvs_segments(bench) > 1536);
    CHECK_INT(bench_rank(bench, 0)->destaging, 4);
    bench_destroy(bench);
}

static void test_full_nvs(void)
{
    /* 1 MiB a cluster: 256 segments. Writes come ten times faster than one rank can destage. */
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.nvs_bytes = 2 << 20;
    config->servers[0].model.destage_per_rank = 20;
    struct machine_bench *bench = bench_create(config);
    enum { WRITES = 4000 };
    int64_t most = 0;
    for (int i = 0; i < WRITES; i++) {
        bench_issue(bench, IO_WRITE, 0, ((int64_t)i * 7919 % 16000) * 6 * TRACK, SEGMENT);
        bench_run_for(bench, SIM_MS);
        most = bench_nvs_segments(bench) > most ? bench_nvs_segments(bench) : most;
    }
    CHECK_INT(most, 256);
    struct store_stats nvs;
    store_stats(bench_cluster(bench)->nvs, &nvs);
    CHECK(nvs.waited > 3000);
    CHECK(bench->last.part_ns[PART_NVS_WAIT] > SIM_S);
    CHECK_INT(bench->last.part_ns[PART_NVS_WAIT],
              bench->last.response_ns - bench->last.part_ns[PART_PORT] - bench->last.part_ns[PART_PROCESSOR] -
                  bench->last.part_ns[PART_BUS]);
    /* While all wait, as many complete as are destaged. */
    int64_t completed = bench->ios.completed, destaged = bench_cluster(bench)->destages;
    bench_run_for(bench, 5 * SIM_S);
    CHECK(bench->ios.completed - completed > 300);
    CHECK_INT(bench->ios.completed - completed, bench_cluster(bench)->destages - destaged);
    CHECK_INT(bench->out_of_order, 0);
    bench_run_for(bench, 200 * SIM_S);
    CHECK_INT(bench->ios.completed, WRITES);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

static void test_waiting_write_starts_destaging(void)
{
    /* NVS stands at 128 of 256 segments, below its low threshold; a write of 144 segments finds no room. */
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.nvs_bytes = 2 << 20;
    config->servers[0].model.destage_low = 0.8;
    config->servers[0].model.destage_high = 0.9;
    config->servers[0].model.destage_age_ns = 1000 * SIM_S;
    struct machine_bench *bench = bench_create(config);
    bench_write(bench, 0, 0, 128 * SEGMENT);
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(bench_nvs_segments(bench), 128);
    bench_issue(bench, IO_WRITE, 0, 10000 * TRACK, 144 * SEGMENT);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->ios.completed, 2);
    CHECK(bench->last.part_ns[PART_NVS_WAIT] > 0);
    bench_destroy(bench);
}

static void test_write_larger_than_nvs(void)
{
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.nvs_bytes = 2 << 20;
    struct machine_bench *bench = bench_create(config);
    bench_issue(bench, IO_WRITE, 0, 3 * SEGMENT, (int64_t)64 << 20);
    bench_issue(bench, IO_WRITE, 0, (int64_t)2000 << 20, (int64_t)3 << 20);
    bench_run_for(bench, 600 * SIM_S);
    CHECK_INT(bench->ios.completed, 2);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

/* ---- idle ranks ---- */

static void test_old_data_drains_from_idle_ranks(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 100000));
    for (int i = 0; i < 20; i++)
        bench_write(bench, 0, i * 6 * TRACK, SEGMENT);
    bench_run_for(bench, SIM_S - 45 * SIM_MS);
    CHECK_INT(all_commands(bench), 0);
    int32_t most = 0;
    for (int i = 0; i < 3000; i++) {
        bench_run_for(bench, SIM_MS);
        most = bench_rank(bench, 0)->destaging > most ? bench_rank(bench, 0)->destaging : most;
    }
    CHECK_INT(most, 1);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(bench_cluster(bench)->destages, 20);
    bench_destroy(bench);
}

static void test_rewritten_data_drains_too(void)
{
    /* A track is rewritten every 100 ms, others are written once: none is dirty much longer than a second. */
    struct machine_bench *bench = bench_create(small_config_create(1, 100000));
    const struct cache *cache = bench_cluster(bench)->cache;
    sim_time oldest = 0;
    for (int64_t i = 1; i < 100; i++) {
        bench_write(bench, 0, 0, SEGMENT);
        bench_write(bench, 0, i * 6 * TRACK, SEGMENT);
        bench_run_for(bench, 96 * SIM_MS);
        cache_track first = cache_first_dirty(cache, bench_rank(bench, 0));
        sim_time age = sim_now(bench->sim) - cache_dirty_since(cache, first);
        oldest = age > oldest ? age : oldest;
    }
    CHECK(oldest > 900 * SIM_MS && oldest < 1300 * SIM_MS);
    bench_destroy(bench);
}

static void test_host_reads_go_before_old_data(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 100000));
    bench_write(bench, 0, 0, SEGMENT);
    /* More reads than the rank can do keep it busy for three seconds. */
    int64_t idle = 0;
    for (int64_t i = 0; i < 300; i++) {
        bench_issue(bench, IO_READ, 0, (1000 + i * 100) * TRACK, 8 * TRACK);
        bench_run_for(bench, 10 * SIM_MS);
        idle += bench_rank(bench, 0)->host_reads == 0;
    }
    CHECK_INT(idle, 0);
    CHECK_INT(bench_nvs_segments(bench), 1);
    while (bench_rank(bench, 0)->host_reads > 0)
        bench_run_for(bench, SIM_MS);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

UNIT_MAIN("destage",
          {"small, reconstruct and full-stripe writes take the drive commands that they must", test_commands},
          {"stripes written in order are destaged together, without reading, over their stream's link",
           test_runs_leave_as_full_stripes},
          {"only stripes that are dirty in whole are destaged together", test_stripes_that_are_not_whole_stay_apart},
          {"two hundred thousand tracks drain with exactly the commands that their stripes imply, and leave nothing",
           test_many_tracks},
          {"NVS holds what the cache has dirty, under pressure too, and empties after", test_pressure},
          {"a track written while its stripe is destaged waits for its turn, and its room stays taken",
           test_one_destage_a_stripe},
          {"never are two destages of one stripe in progress", test_rank_under_pressure_has_one_destage_a_stripe},
          {"rewriting dirty data takes no new room", test_rewrites_take_no_room},
          {"destaging begins at the low threshold with the track written longest ago, and grows to the high one",
           test_thresholds},
          {"from the high threshold on a rank destages at its full rate", test_full_rate_above_the_high_threshold},
          {"writes that find NVS full wait in order and go on as data is destaged", test_full_nvs},
          {"a write that waits for room starts destaging at any occupancy", test_waiting_write_starts_destaging},
          {"a write larger than NVS goes through it in portions", test_write_larger_than_nvs},
          {"old data leaves an idle rank, one destage at a time", test_old_data_drains_from_idle_ranks},
          {"data that is written again and again drains by the age of its first write",
           test_rewritten_data_drains_too},
          {"while host reads wait for the rank, old data stays", test_host_reads_go_before_old_data})
