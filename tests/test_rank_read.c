// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rank_read.h"

#include <stdlib.h>

#include "models/faults.h"
#include "models/raid.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/machine_bench.h"
#include "tests/small_config.h"
#include "tests/unit.h"

/* Somebody who reads pieces, again and again. */
struct reader {
    struct activity activity;
    struct rank *rank;
    struct track_piece pieces[64];
    size_t count;
    int32_t link, times_left;
    int64_t step;          /* tracks from one time to the next */
    struct io_times branch;
    sim_time begun_ns, ended_ns;
    int64_t unbalanced;    /* times that the parts did not add up */
};

static sim_time parts_sum(const struct io_times *times)
{
    sim_time sum = 0;
    for (int part = 0; part < PART_COUNT; part++)
        sum += times->part_ns[part];
    return sum;
}

static void reader_story(struct activity *self)
{
    struct reader *reader = STORY_OF(self, struct reader, activity);

    STORY_BEGIN(self);
    while (reader->times_left-- > 0) {
        reader->begun_ns = sim_now(self->sim);
        rank_read(reader->rank, self, reader->pieces, reader->count, reader->link, &reader->branch);
        STORY_JOIN(self);
        reader->ended_ns = sim_now(self->sim);
        reader->unbalanced += parts_sum(&reader->branch) != reader->ended_ns - reader->begun_ns;
        reader->unbalanced += reader->branch.mark_ns != reader->ended_ns;
        for (size_t i = 0; i < reader->count; i++)
            reader->pieces[i].track += reader->step;
    }
    STORY_END(self);
}

static struct reader *reader_create(struct machine_bench *bench, int rank, int64_t first, size_t count)
{
    struct reader *reader = memory_alloc_zeroed(1, sizeof *reader);
    reader->rank = bench_rank(bench, rank);
    reader->link = ANY_LINK;
    reader->times_left = 1;
    for (reader->count = 0; reader->count < count; reader->count++)
        reader->pieces[reader->count] = (struct track_piece){first + (int64_t)reader->count, 0xFF, 0};
    activity_init(&reader->activity, bench->sim, reader_story, NULL);
    return reader;
}

/* Reads once and lets it end. */
static void read_once(struct machine_bench *bench, struct reader *reader)
{
    activity_start(&reader->activity);
    bench_run_for(bench, SIM_S);
    CHECK_INT(reader->times_left, -1);
    CHECK_INT(reader->unbalanced, 0);
}

static int64_t all_commands(struct machine_bench *bench)
{
    int64_t sum = 0;
    for (int drive = 0; drive < 8; drive++)
        sum += bench_commands(bench, 0, drive);
    return sum;
}

/* ---- one command for what lies together ---- */

static void check_commands(int64_t first, size_t tracks, int64_t command_bytes, int64_t expected)
{
    struct config *config = small_config_create(1, 1000);
    config->servers[0].model.drive_command_bytes = command_bytes;
    struct machine_bench *bench = bench_create(config);
    struct reader *reader = reader_create(bench, 0, first, tracks);
    read_once(bench, reader);
    CHECK_INT(all_commands(bench), expected);
    free(reader);
    bench_destroy(bench);
}

static void test_adjacent_pieces(void)
{
    check_commands(0, 1, 256 << 10, 1);
    check_commands(0, 6, 256 << 10, 6);
    /* Two stripes: the drives of the first parity and of the second have one track, the others two. */
    check_commands(0, 12, 256 << 10, 7);
    /* Five stripes and their parity on drives 6, 5, 4, 3, 2: between two tracks on 5, 4 and 3. */
    check_commands(0, 30, 256 << 10, 7 + 3);
    /* Two tracks a command: drives 0 and 1 have five in a row, 6 and 2 four; 5 one and three, 3 three and one, 4 two
     * and two. */
    check_commands(0, 30, 2 * TRACK, 3 + 3 + 2 + 2 + 3 + 3 + 2);
    check_commands(0, 30, SEGMENT, 30);
}

static void test_parts_of_tracks(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 1000));
    struct reader *reader = reader_create(bench, 0, 0, 2);
    /* The end of a track and the beginning of the one below it on drive 0 are one command; with a hole, two. */
    reader->pieces[0] = (struct track_piece){0, 0xC0, 0};
    reader->pieces[1] = (struct track_piece){7, 0x03, 0};
    CHECK_INT(raid_place(reader->rank->config, reader->rank->model, 7).drive, 0);
    read_once(bench, reader);
    CHECK_INT(all_commands(bench), 1);
    free(reader);
    reader = reader_create(bench, 0, 0, 2);
    reader->pieces[0] = (struct track_piece){0, 0x40, 0};
    reader->pieces[1] = (struct track_piece){7, 0x03, 0};
    read_once(bench, reader);
    CHECK_INT(all_commands(bench), 3);
    free(reader);
    bench_destroy(bench);
}

static void test_entries_are_told(void)
{
    struct machine_bench *bench = bench_create(small_config_create(1, 1000));
    struct cache *cache = bench_cluster(bench)->cache;
    struct reader *reader = reader_create(bench, 0, 0, 30);
    for (size_t i = 0; i < 30; i++) {
        cache_track entry = cache_look_up(cache, 0, (int64_t)i);
        cache_enter(cache, entry, 0xFF, true);
        reader->pieces[i].entry = entry;
    }
    activity_start(&reader->activity);
    int64_t changes = 0, inflight_before = 30;
    while (reader->ended_ns == 0) {
        int64_t inflight = 0;
        bench_run_for(bench, 10 * SIM_US);
        for (size_t i = 0; i < 30; i++)
            inflight += cache_is_inflight(cache, reader->pieces[i].entry, 0xFF);
        changes += inflight != inflight_before;
        inflight_before = inflight;
    }
    CHECK_INT(inflight_before, 0);
    /* Each of ten commands brings its own. */
    CHECK(changes >= 8 && changes <= 10);
    free(reader);
    bench_destroy(bench);
}

/* ---- links ---- */

enum { READERS = 12, READS = 20, READ_TRACKS = 30 };

/* Megabytes a second that twelve readers of two ranks get together over one loop, on drives of 40 MB/s each. */
static double rate(int32_t even_link, int32_t odd_link, double *first_share)
{
    struct config *config = small_config_create(2, 60000);
    config->drive_types[0].zones[0].sectors_per_track = 800;
    small_config_lay_out(config);
    struct machine_bench *bench = bench_create(config);
    struct reader *readers[READERS];
    sim_time ended = 0;
    for (int i = 0; i < READERS; i++) {
        readers[i] = reader_create(bench, i / 2 % 2, i * 4000, READ_TRACKS);
        readers[i]->times_left = READS;
        readers[i]->step = READ_TRACKS;
        readers[i]->link = i % 2 ? odd_link : even_link;
        activity_start(&readers[i]->activity);
    }
    bench_run_for(bench, 100 * SIM_S);
    for (int i = 0; i < READERS; i++) {
        CHECK_INT(readers[i]->times_left, -1);
        ended = readers[i]->ended_ns > ended ? readers[i]->ended_ns : ended;
        free(readers[i]);
    }
    struct station_stats stats[2];
    for (int i = 0; i < 2; i++)
        station_stats(bench_rank(bench, 0)->loop->read.link[i], &stats[i]);
    *first_share = (double)stats[0].busy_ns / (double)(stats[0].busy_ns + stats[1].busy_ns);
    bench_destroy(bench);
    return (double)READERS * READS * READ_TRACKS * TRACK / (double)ended * 1e3;
}

static void test_links(void)
{
    double share, one = rate(0, 0, &share);
    CHECK(one <= 40 && one > 38);
    CHECK_NEAR(share, 1, 1e-9);
    double two = rate(0, 1, &share);
    CHECK(two <= 80 && two > 1.9 * one);
    CHECK_NEAR(share, 0.5, 1e-9);
    /* Whoever does not care takes the least busy one. */
    double any = rate(ANY_LINK, ANY_LINK, &share);
    CHECK(any <= 80 && any > 1.9 * one);
    CHECK_NEAR(share, 0.5, 0.05);
}

static void test_streams_take_links_in_turn(void)
{
    struct machine_bench *bench = bench_create(small_config_create(2, 1000));
    for (int i = 0; i < 6; i++)
        CHECK_INT(rank_stream_link(bench_rank(bench, i / 3)), i % 2);
    bench_destroy(bench);
}

/* ---- without a drive ---- */

static void test_reconstruction(void)
{
    struct config *config = small_config_create(1, 1000);
    config->ranks[0].format = RANK_7P;
    small_config_lay_out(config);
    struct machine_bench *bench = bench_create(config);
    struct rank *rank = bench_rank(bench, 0);
    faults_fail(&rank->bays[0]);
    CHECK_INT(rank->state, RANK_DEGRADED);
    /* Track 0 is drive 0's: the seven others read the same segments, and XOR takes 7 x 4096 B / 100 MB/s. */
    CHECK_INT(raid_place(rank->config, rank->model, 0).drive, 0);
    struct reader *reader = reader_create(bench, 0, 0, 1);
    reader->pieces[0].segments = 0x10;
    read_once(bench, reader);
    CHECK_INT(bench_commands(bench, 0, 0), 0);
    for (int drive = 1; drive < 8; drive++)
        CHECK_INT(bench_commands(bench, 0, drive), 1);
    struct station_stats stats;
    station_stats(rank->adapter->station, &stats);
    CHECK_INT(stats.busy_ns, 7 * 50 * SIM_US + 7 * 4096 * 10);
    CHECK(reader->branch.part_ns[PART_ADAPTER] == 50 * SIM_US + 7 * 4096 * 10);
    CHECK_INT(rank->raid.reconstructed, 1);
    free(reader);
    /* Whole stripes: the missing strip is worked out from what is read anyway, and parity; one access a drive. */
    reader = reader_create(bench, 0, 70, 7);
    read_once(bench, reader);
    CHECK_INT(bench_commands(bench, 0, 0), 0);
    for (int drive = 1; drive < 8; drive++)
        CHECK_INT(bench_commands(bench, 0, drive), 2);
    free(reader);
    CHECK_INT(pool_in_use(bench->machine->degraded_reads), 0);
    CHECK_INT(pool_in_use(bench->machine->disk_ops), 0);
    bench_destroy(bench);
}

/* Random sets of pieces, with any drive missing: every entry is told, all parts add up, the failed drive rests. */
static void check_random_reads(int32_t strip_tracks, int missing)
{
    struct config *config = small_config_create(1, 3000);
    config->ranks[0].format = RANK_7P;
    config->servers[0].model.strip_tracks = strip_tracks;
    small_config_lay_out(config);
    struct machine_bench *bench = bench_create(config);
    struct cache *cache = bench_cluster(bench)->cache;
    struct rng rng;
    int64_t unbalanced = 0, untold = 0;
    rng_init(&rng, (uint64_t)missing, "reads");
    faults_fail(&bench_rank(bench, 0)->bays[missing]);
    for (int i = 0; i < 60; i++) {
        struct reader *reader = reader_create(bench, 0, 0, 0);
        int64_t track = i * 50;
        for (; reader->count < 20; reader->count++) {
            uint32_t segments = rng_below(&rng, 3) ? 0xFF : 1 + (uint32_t)rng_below(&rng, 255);
            cache_track entry = rng_below(&rng, 2) ? cache_look_up(cache, 0, track) : 0;
            if (entry != 0)
                cache_enter(cache, entry, segments, true);
            reader->pieces[reader->count] = (struct track_piece){track, segments, entry};
            track += rng_below(&rng, 2) ? 1 : 1 + (int64_t)rng_below(&rng, 3);
        }
        activity_start(&reader->activity);
        bench_run_for(bench, SIM_S);
        unbalanced += reader->unbalanced + (reader->times_left != -1);
        for (size_t piece = 0; piece < reader->count; piece++)
            untold += reader->pieces[piece].entry != 0 && cache_is_inflight(cache, reader->pieces[piece].entry, 0xFF);
        free(reader);
    }
    CHECK_INT(unbalanced, 0);
    CHECK_INT(untold, 0);
    CHECK_INT(bench_commands(bench, 0, missing), 0);
    CHECK_INT(pool_in_use(bench->machine->lost_pieces), 0);
    bench_destroy(bench);
}

static void test_random_reads(void)
{
    for (int missing = 0; missing < 8; missing++)
        check_random_reads(1 + missing % 3, missing);
}

UNIT_MAIN("rank_read",
          {"pieces that lie one behind the other on a drive are one command of bounded length", test_adjacent_pieces},
          {"parts of tracks join only where nothing lies between", test_parts_of_tracks},
          {"every piece's entry is told when its own command is done", test_entries_are_told},
          {"reads over one link never pass its 40 MB/s, over two links they get twice as much", test_links},
          {"sequential streams take a loop's links in turn", test_streams_take_links_in_turn},
          {"what a missing drive held is worked out from all others, in one access to each", test_reconstruction},
          {"with any drive missing every read ends, its parts add up, and the missing drive is left alone",
           test_random_reads})
