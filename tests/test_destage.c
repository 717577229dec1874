// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/destage.h"

#include <stdlib.h>
#include <string.h>

#include "models/cache.h"
#include "models/host_io.h"
#include "models/raid.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/small_config.h"
#include "tests/unit.h"

/* A machine without workloads: the test issues its I/Os. */
struct bench {
    struct io_sink sink; /* first: the sink's address is the bench's */
    struct config *config;
    struct sim *sim;
    struct machine *machine;
    struct host_io_pool ios;
    struct io_record last; /* completed last */
    int64_t out_of_order;  /* completions with a number below an earlier one's */
};

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct bench *bench = (struct bench *)sink;
    bench->out_of_order += record->id < bench->last.id;
    bench->last = *record;
}

/* Takes the config over. */
static struct bench *bench_create(struct config *config)
{
    struct bench *bench = memory_alloc_zeroed(1, sizeof *bench);
    bench->sink.completed = io_completed;
    bench->config = config;
    bench->sim = sim_create(1);
    bench->machine = machine_create(bench->sim, config);
    host_io_pool_init(&bench->ios, bench->machine, &bench->sink);
    return bench;
}

static void bench_destroy(struct bench *bench)
{
    host_io_pool_destroy(&bench->ios);
    machine_destroy(bench->machine);
    sim_destroy(bench->sim);
    small_config_destroy(bench->config);
    free(bench);
}

static struct rank *rank_of(struct bench *bench, int number)
{
    return &bench->machine->ranks[number];
}

static struct cluster *cluster_of(struct bench *bench)
{
    return rank_of(bench, 0)->cluster;
}

static void issue(struct bench *bench, enum io_op op, uint32_t volume, int64_t offset_bytes, int64_t bytes)
{
    struct io_record record = {.op = (uint8_t)op, .volume = volume, .offset_blocks = offset_bytes / BLOCK_BYTES,
                               .length_bytes = (int32_t)bytes};
    activity_start(&host_io_create(&bench->ios, &record, &bench->machine->ports[0])->activity);
}

/* Lets `ns` pass. */
static void run_for(struct bench *bench, sim_time ns)
{
    sim_run(bench->sim, sim_now(bench->sim) + ns);
}

/* Issues a write and lets it complete (unless it has to wait for room). */
static void write_now(struct bench *bench, uint32_t volume, int64_t offset_bytes, int64_t bytes)
{
    issue(bench, IO_WRITE, volume, offset_bytes, bytes);
    run_for(bench, 2 * SIM_MS);
}

static int64_t nvs_segments(struct bench *bench)
{
    return store_used(cluster_of(bench)->nvs) / 4096;
}

/* Commands that the rank's drive has done. */
static int64_t commands(struct bench *bench, int drive)
{
    struct station_stats stats;
    station_stats(drive_station(rank_of(bench, 0)->drives[drive]), &stats);
    return (int64_t)stats.completed;
}

static int64_t all_commands(struct bench *bench)
{
    int64_t sum = 0;
    for (int drive = 0; drive < 7; drive++)
        sum += commands(bench, drive);
    return sum;
}

/* ---- what a destage costs ---- */

enum { TRACK = 32768, SEGMENT = 4096 };

/* Writes the given segments (by track, bit masks), lets them drain, and checks the number of drive commands. */
static void check_commands(const uint32_t *masks, int tracks, int32_t strip_tracks, int64_t reads, int64_t writes)
{
    struct config *config = small_config_create(1, 1000);
    config->servers[0].model.strip_tracks = strip_tracks;
    small_config_lay_out(config);
    struct bench *bench = bench_create(config);
    for (int track = 0; track < tracks; track++)
        for (int segment = 0; segment < 8; segment++)
            if (masks[track] >> segment & 1)
                write_now(bench, 0, track * TRACK + segment * SEGMENT, SEGMENT);
    run_for(bench, 60 * SIM_S);
    CHECK_INT(all_commands(bench), reads + writes);
    CHECK_INT(nvs_segments(bench), 0);
    CHECK_INT(cluster_of(bench)->destages, 1);
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
static void expect_row(const struct bench *bench, int64_t first_track, const uint8_t *dirty, int64_t *expected)
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
    struct bench *bench = bench_create(config);
    uint8_t *dirty = memory_alloc_zeroed(MANY_TRACKS, 1);
    int64_t segments = 0, expected[7] = {0}, rows = 0;
    struct rng rng;
    rng_init(&rng, 1, "many");
    for (int i = 0; i < MANY_WRITES; i++) {
        int64_t track = (int64_t)rng_below(&rng, MANY_TRACKS / 2) * (1 + (int64_t)rng_below(&rng, 2));
        int64_t first = (int64_t)rng_below(&rng, 8), count = 1 + (int64_t)rng_below(&rng, 16);
        if (track * 8 + first + count > MANY_TRACKS * 8)
            continue;
        issue(bench, IO_WRITE, 0, (track * 8 + first) * SEGMENT, count * SEGMENT);
        run_for(bench, 2 * SIM_MS);
        for (int64_t segment = track * 8 + first; segment < track * 8 + first + count; segment++)
            dirty[segment / 8] |= (uint8_t)(1u << segment % 8);
    }
    run_for(bench, SIM_S);
    for (int64_t track = 0; track < MANY_TRACKS; track++) {
        segments += __builtin_popcount(dirty[track]);
        if (track % 6 == 0) {
            expect_row(bench, track, &dirty[track], expected);
            rows += memcmp(&dirty[track], "\0\0\0\0\0", 6) != 0;
        }
    }
    CHECK_INT(nvs_segments(bench), segments);
    CHECK_INT(all_commands(bench), 0);
    CHECK_INT(rank_of(bench, 0)->destaging, 0);

    run_for(bench, 20000 * SIM_S);
    CHECK_INT(nvs_segments(bench), 0);
    CHECK_INT(cluster_of(bench)->destages, rows);
    CHECK_INT(cache_oldest_dirty(cluster_of(bench)->cache, rank_of(bench, 0)), 0);
    CHECK_INT(sim_pending(bench->sim), 0);
    CHECK_INT(pool_in_use(bench->machine->destages), 0);
    CHECK_INT(pool_in_use(bench->machine->disk_ops), 0);
    for (int drive = 0; drive < 7; drive++)
        CHECK_INT(commands(bench, drive), expected[drive]);
    free(dirty);
    bench_destroy(bench);
}

/* Dirty segments of all tracks of a volume, by asking the cache. */
static int64_t dirty_segments(struct bench *bench, int rank, int64_t tracks)
{
    const struct cache *cache = cluster_of(bench)->cache;
    int64_t sum = 0;
    for (int64_t number = 0; number < tracks; number++) {
        cache_track track = cache_find(cache, rank, number);
        sum += track == 0 ? 0 : __builtin_popcount(cache_dirty(cache, track));
    }
    return sum;
}

static void check_pressure(int32_t strip_tracks, int32_t per_rank, int64_t nvs_bytes)
{
    enum { TRACKS = 3000 };
    struct config *config = small_config_create(2, TRACKS);
    config->servers[0].model.strip_tracks = strip_tracks;
    config->servers[0].model.destage_per_rank = per_rank;
    config->servers[0].model.nvs_bytes = nvs_bytes;
    small_config_lay_out(config);
    struct bench *bench = bench_create(config);
    int64_t too_many = 0;
    struct rng rng;
    rng_init(&rng, 1, "pressure");
    for (int i = 0; i < 4000; i++) {
        int64_t bytes = rng_below(&rng, 20) == 0 ? 1 << 20 : rng_below(&rng, 2) ? 512 : 5 * SEGMENT;
        int64_t offset = (int64_t)rng_below(&rng, (uint64_t)(TRACKS * TRACK - bytes) / 512) * 512;
        issue(bench, rng_below(&rng, 4) ? IO_WRITE : IO_READ, (uint32_t)rng_below(&rng, 2), offset, bytes);
        run_for(bench, (sim_time)rng_below(&rng, 10 * SIM_MS));
        if (i % 200 == 0)
            CHECK_INT(dirty_segments(bench, 0, TRACKS) + dirty_segments(bench, 1, TRACKS), nvs_segments(bench));
        for (int rank = 0; rank < 2; rank++)
            too_many += rank_of(bench, rank)->destaging > per_rank;
    }
    CHECK_INT(too_many, 0);
    run_for(bench, 1000 * SIM_S);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    CHECK_INT(nvs_segments(bench), 0);
    CHECK_INT(dirty_segments(bench, 0, TRACKS) + dirty_segments(bench, 1, TRACKS), 0);
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
    struct bench *bench = bench_create(small_config_create(1, 1000));
    write_now(bench, 0, 0, SEGMENT);
    run_for(bench, SIM_S - SIM_MS);
    CHECK_INT(rank_of(bench, 0)->destaging, 1);
    /* The second track of the stripe is written while the first is on its way. */
    write_now(bench, 0, TRACK, SEGMENT);
    CHECK_INT(rank_of(bench, 0)->destaging, 1);
    sim_time begun = sim_now(bench->sim);
    while (cluster_of(bench)->destages == 0 && sim_now(bench->sim) < begun + SIM_S)
        run_for(bench, SIM_US);
    CHECK_INT(nvs_segments(bench), 1);
    CHECK_INT(cluster_of(bench)->destages, 1);
    run_for(bench, 2 * SIM_S);
    CHECK_INT(nvs_segments(bench), 0);
    CHECK_INT(cluster_of(bench)->destages, 2);
    bench_destroy(bench);
}

static void test_rank_under_pressure_has_one_destage_a_stripe(void)
{
    struct config *config = small_config_create(1, 12);
    config->servers[0].model.destage_low = 0;
    config->servers[0].model.destage_high = 0.001;
    struct bench *bench = bench_create(config);
    int64_t too_many = 0;
    for (int i = 0; i < 200; i++) {
        write_now(bench, 0, i % 12 * TRACK, SEGMENT);
        too_many += rank_of(bench, 0)->destaging > 2;
    }
    CHECK_INT(too_many, 0);
    run_for(bench, 10 * SIM_S);
    CHECK_INT(nvs_segments(bench), 0);
    bench_destroy(bench);
}

/* ---- NVS ---- */

static void test_rewrites_take_no_room(void)
{
    struct bench *bench = bench_create(small_config_create(1, 1000));
    for (int i = 0; i < 10; i++)
        write_now(bench, 0, 5 * SEGMENT, 4 * SEGMENT);
    CHECK_INT(nvs_segments(bench), 4);
    write_now(bench, 0, 5 * SEGMENT + 512, 512);
    CHECK_INT(nvs_segments(bench), 4);
    write_now(bench, 0, 8 * SEGMENT, 2 * SEGMENT);
    CHECK_INT(nvs_segments(bench), 5);
    /* Two first writes of one segment at the same time: both ask for room, one keeps it. */
    issue(bench, IO_WRITE, 0, 900 * SEGMENT, SEGMENT);
    issue(bench, IO_WRITE, 0, 900 * SEGMENT, SEGMENT);
    run_for(bench, 5 * SIM_MS);
    CHECK_INT(nvs_segments(bench), 6);
    bench_destroy(bench);
}

static void test_thresholds(void)
{
    /* NVS of 2048 segments; destaging from 1024 on, one at a time, four from 1536 on. */
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.destage_age_ns = 1000 * SIM_S;
    struct bench *bench = bench_create(config);
    int64_t written = 0;
    for (; written < 1023; written++)
        write_now(bench, 0, written * 6 * TRACK, SEGMENT);
    CHECK_INT(nvs_segments(bench), 1023);
    CHECK_INT(rank_of(bench, 0)->destaging, 0);
    CHECK_INT(all_commands(bench), 0);
    /* Rewriting the oldest makes it the newest: the second goes first. */
    write_now(bench, 0, 0, SEGMENT);
    write_now(bench, 0, written++ * 6 * TRACK, SEGMENT);
    CHECK_INT(rank_of(bench, 0)->destaging, 1);
    const struct cache *cache = cluster_of(bench)->cache;
    CHECK(!cache_is_destaging(cache, cache_find(cache, 0, 0)));
    CHECK(cache_is_destaging(cache, cache_find(cache, 0, 6)));
    run_for(bench, 10 * SIM_S);
    CHECK_INT(nvs_segments(bench), 1023);
    CHECK_INT(cluster_of(bench)->destages, 1);
    /* 512 more in one go: 1535 are still below the high threshold, at 3 of 4 destages. */
    for (int i = 0; i < 512; i++)
        issue(bench, IO_WRITE, 0, written++ * 6 * TRACK, SEGMENT);
    int32_t most = 0;
    for (int i = 0; i < 100000; i++) {
        run_for(bench, 10 * SIM_US);
        most = rank_of(bench, 0)->destaging > most ? rank_of(bench, 0)->destaging : most;
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
    struct bench *bench = bench_create(config);
    for (int i = 0; i < 1800; i++)
        issue(bench, IO_WRITE, 0, i * 6 * TRACK, SEGMENT);
    run_for(bench, 1700 * 82 * SIM_US);
    CHECK(nvs_segments(bench) > 1536);
    CHECK_INT(rank_of(bench, 0)->destaging, 4);
    bench_destroy(bench);
}

static void test_full_nvs(void)
{
    /* 1 MiB a cluster: 256 segments. Writes come ten times faster than one rank can destage. */
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.nvs_bytes = 2 << 20;
    config->servers[0].model.destage_per_rank = 20;
    struct bench *bench = bench_create(config);
    enum { WRITES = 4000 };
    int64_t most = 0;
    for (int i = 0; i < WRITES; i++) {
        issue(bench, IO_WRITE, 0, ((int64_t)i * 7919 % 16000) * 6 * TRACK, SEGMENT);
        run_for(bench, SIM_MS);
        most = nvs_segments(bench) > most ? nvs_segments(bench) : most;
    }
    CHECK_INT(most, 256);
    struct store_stats nvs;
    store_stats(cluster_of(bench)->nvs, &nvs);
    CHECK(nvs.waited > 3000);
    CHECK(bench->last.part_ns[PART_NVS_WAIT] > SIM_S);
    CHECK_INT(bench->last.part_ns[PART_NVS_WAIT],
              bench->last.response_ns - bench->last.part_ns[PART_PORT] - bench->last.part_ns[PART_PROCESSOR] -
                  bench->last.part_ns[PART_BUS]);
    /* While all wait, as many complete as are destaged. */
    int64_t completed = bench->ios.completed, destaged = cluster_of(bench)->destages;
    run_for(bench, 5 * SIM_S);
    CHECK(bench->ios.completed - completed > 300);
    CHECK_INT(bench->ios.completed - completed, cluster_of(bench)->destages - destaged);
    CHECK_INT(bench->out_of_order, 0);
    run_for(bench, 200 * SIM_S);
    CHECK_INT(bench->ios.completed, WRITES);
    CHECK_INT(nvs_segments(bench), 0);
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
    struct bench *bench = bench_create(config);
    write_now(bench, 0, 0, 128 * SEGMENT);
    run_for(bench, 100 * SIM_MS);
    CHECK_INT(nvs_segments(bench), 128);
    issue(bench, IO_WRITE, 0, 10000 * TRACK, 144 * SEGMENT);
    run_for(bench, SIM_S);
    CHECK_INT(bench->ios.completed, 2);
    CHECK(bench->last.part_ns[PART_NVS_WAIT] > 0);
    bench_destroy(bench);
}

static void test_write_larger_than_nvs(void)
{
    struct config *config = small_config_create(1, 100000);
    config->servers[0].model.nvs_bytes = 2 << 20;
    struct bench *bench = bench_create(config);
    issue(bench, IO_WRITE, 0, 3 * SEGMENT, (int64_t)64 << 20);
    issue(bench, IO_WRITE, 0, (int64_t)2000 << 20, (int64_t)3 << 20);
    run_for(bench, 600 * SIM_S);
    CHECK_INT(bench->ios.completed, 2);
    CHECK_INT(nvs_segments(bench), 0);
    bench_destroy(bench);
}

/* ---- idle ranks ---- */

static void test_old_data_drains_from_idle_ranks(void)
{
    struct bench *bench = bench_create(small_config_create(1, 100000));
    for (int i = 0; i < 20; i++)
        write_now(bench, 0, i * 6 * TRACK, SEGMENT);
    run_for(bench, SIM_S - 45 * SIM_MS);
    CHECK_INT(all_commands(bench), 0);
    int32_t most = 0;
    for (int i = 0; i < 3000; i++) {
        run_for(bench, SIM_MS);
        most = rank_of(bench, 0)->destaging > most ? rank_of(bench, 0)->destaging : most;
    }
    CHECK_INT(most, 1);
    CHECK_INT(nvs_segments(bench), 0);
    CHECK_INT(cluster_of(bench)->destages, 20);
    bench_destroy(bench);
}

static void test_host_reads_go_before_old_data(void)
{
    struct bench *bench = bench_create(small_config_create(1, 100000));
    write_now(bench, 0, 0, SEGMENT);
    /* More reads than the rank can do keep it busy for three seconds. */
    int64_t idle = 0;
    for (int64_t i = 0; i < 300; i++) {
        issue(bench, IO_READ, 0, (1000 + i * 100) * TRACK, 8 * TRACK);
        run_for(bench, 10 * SIM_MS);
        idle += rank_of(bench, 0)->host_reads == 0;
    }
    CHECK_INT(idle, 0);
    CHECK_INT(nvs_segments(bench), 1);
    while (rank_of(bench, 0)->host_reads > 0)
        run_for(bench, SIM_MS);
    run_for(bench, SIM_S);
    CHECK_INT(nvs_segments(bench), 0);
    bench_destroy(bench);
}

UNIT_MAIN("destage",
          {"small, reconstruct and full-stripe writes take the drive commands that they must", test_commands},
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
          {"while host reads wait for the rank, old data stays", test_host_reads_go_before_old_data})
