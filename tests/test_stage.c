// SPDX-License-Identifier: GPL-3.0-or-later
/* What reads bring into the cache: records, tracks, and what a sequential reader will ask for next. */
#include "models/stage_ahead.h"

#include <stdlib.h>

#include "models/cache.h"
#include "models/host_io.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/small_config.h"
#include "tests/unit.h"

enum { TRACK = 32768, SEGMENT = 4096, AHEAD = 10, SEQUENTIAL = 6 };

/* A machine without workloads: the test issues its I/Os. */
struct bench {
    struct io_sink sink; /* first: the sink's address is the bench's */
    struct config *config;
    struct sim *sim;
    struct machine *machine;
    struct host_io_pool ios;
    struct cache *cache;
    struct io_record last; /* completed last */
};

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    ((struct bench *)sink)->last = *record;
}

/* Takes the config over. */
static struct bench *bench_create(struct config *config)
{
    struct bench *bench = memory_alloc_zeroed(1, sizeof *bench);
    bench->sink.completed = io_completed;
    bench->config = config;
    bench->sim = sim_create(1);
    bench->machine = machine_create(bench->sim, config);
    bench->cache = bench->machine->ranks[0].cluster->cache;
    host_io_pool_init(&bench->ios, bench->machine, &bench->sink);
    return bench;
}

/* One with ranks that stage AHEAD tracks ahead. */
static struct bench *bench_ahead(size_t ranks, int64_t tracks)
{
    struct config *config = small_config_create(ranks, tracks);
    config->servers[0].model.stage_ahead_tracks = AHEAD;
    return bench_create(config);
}

static void bench_destroy(struct bench *bench)
{
    CHECK_INT(bench->ios.issued, bench->ios.completed);
    CHECK_INT(pool_in_use(bench->machine->stage_aheads), 0);
    CHECK_INT(pool_in_use(bench->machine->piece_chunks), 0);
    host_io_pool_destroy(&bench->ios);
    machine_destroy(bench->machine);
    sim_destroy(bench->sim);
    small_config_destroy(bench->config);
    free(bench);
}

static void issue(struct bench *bench, enum io_op op, uint32_t volume, int64_t offset_bytes, int64_t bytes)
{
    struct io_record record = {.op = (uint8_t)op, .volume = volume, .offset_blocks = offset_bytes / BLOCK_BYTES,
                               .length_bytes = (int32_t)bytes};
    activity_start(&host_io_create(&bench->ios, &record, &bench->machine->ports[0])->activity);
}

/* Issues an I/O and lets half a second pass, in which all is done that it gives rise to. */
static void do_now(struct bench *bench, enum io_op op, uint32_t volume, int64_t offset_bytes, int64_t bytes)
{
    issue(bench, op, volume, offset_bytes, bytes);
    sim_run(bench->sim, sim_now(bench->sim) + SIM_S / 2);
}

static void read_now(struct bench *bench, uint32_t volume, int64_t offset_bytes, int64_t bytes)
{
    do_now(bench, IO_READ, volume, offset_bytes, bytes);
}

/* Segments of the volume's track that are held. */
static uint32_t held(const struct bench *bench, int32_t volume, int64_t number)
{
    cache_track track = cache_find(bench->cache, volume, number);
    return track != 0 ? 0xFF & ~cache_missing(bench->cache, track, 0xFF) : 0;
}

/* Whole tracks of the volume that are held from `number` on, without a gap. */
static int64_t held_from(const struct bench *bench, int32_t volume, int64_t number)
{
    int64_t tracks = 0;
    while (held(bench, volume, number + tracks) == 0xFF)
        tracks++;
    return tracks;
}

/* Drive commands on all ranks. */
static int64_t commands(const struct bench *bench)
{
    int64_t sum = 0;
    for (size_t rank = 0; rank < bench->config->rank_count; rank++)
        for (int drive = 0; drive < 7; drive++) {
            struct station_stats stats;
            station_stats(drive_station(bench->machine->ranks[rank].drives[drive]), &stats);
            sum += (int64_t)stats.completed;
        }
    return sum;
}

/* ---- random reads ---- */

static void check_mode(enum stage_mode mode, uint32_t first, uint32_t second)
{
    struct config *config = small_config_create(1, 1000);
    config->servers[0].model.stage = mode;
    struct bench *bench = bench_create(config);
    read_now(bench, 0, 100 * TRACK + 2 * SEGMENT, 2 * SEGMENT);
    CHECK_INT(held(bench, 0, 100), first);
    CHECK_INT(commands(bench), 1);
    CHECK_INT(bench->last.part_ns[PART_CACHE_WAIT], 0);
    /* One that goes over into the next track. */
    read_now(bench, 0, 300 * TRACK + 7 * SEGMENT, 3 * SEGMENT);
    CHECK_INT(held(bench, 0, 300), mode == STAGE_FULL_TRACK ? 0xFF : 0x80);
    CHECK_INT(held(bench, 0, 301), mode == STAGE_RECORD ? 0x03 : 0xFF);
    CHECK_INT(commands(bench), 3);
    /* The first one's track again: what is missing is brought by one command. */
    read_now(bench, 0, 100 * TRACK + SEGMENT, 4 * SEGMENT);
    CHECK_INT(held(bench, 0, 100), second);
    CHECK_INT(commands(bench), mode == STAGE_FULL_TRACK ? 3 : 4);
    bench_destroy(bench);
}

static void test_modes(void)
{
    check_mode(STAGE_RECORD, 0x0C, 0x1E);
    check_mode(STAGE_REST_OF_TRACK, 0xFC, 0xFE);
    check_mode(STAGE_FULL_TRACK, 0xFF, 0xFF);
}

static void test_large_random_reads(void)
{
    enum { TRACKS = 50000, BLOCK_TRACKS = 8, READS = 400 };
    struct bench *bench = bench_ahead(1, TRACKS);
    struct rng rng;
    bool read[TRACKS / BLOCK_TRACKS] = {false};
    int64_t blocks = 0;
    rng_init(&rng, 1, "large");
    for (int i = 0; i < READS; i++) {
        size_t block = rng_below(&rng, TRACKS / BLOCK_TRACKS);
        read_now(bench, 0, (int64_t)block * BLOCK_TRACKS * TRACK, BLOCK_TRACKS * TRACK);
        blocks += !read[block];
        read[block] = true;
    }
    /* Where by chance one lies behind another, the second is taken for a continuation: rare enough. All fit. */
    CHECK(cache_tracks(bench->cache) >= blocks * BLOCK_TRACKS);
    CHECK(cache_tracks(bench->cache) < blocks * BLOCK_TRACKS * 102 / 100);
    bench_destroy(bench);
}

static void test_one_large_read(void)
{
    struct bench *bench = bench_ahead(1, 1000);
    read_now(bench, 0, 40 * TRACK, 20 * TRACK);
    CHECK_INT(cache_tracks(bench->cache), 20);
    CHECK_INT(held_from(bench, 0, 40), 20);
    bench_destroy(bench);
}

/* ---- detection ---- */

/* Reads in order by blocks until more than the blocks are held; returns the number of the track then read. */
static int64_t detected_at(int64_t first_byte, int64_t block_bytes)
{
    struct bench *bench = bench_ahead(1, 1000);
    int64_t at = first_byte;
    do {
        read_now(bench, 0, at, block_bytes);
        at += block_bytes;
    } while (held_from(bench, 0, (at - 1) / TRACK + 1) == 0 && at < 500 * TRACK);
    CHECK_INT(held_from(bench, 0, (at - 1) / TRACK + 1), AHEAD);
    bench_destroy(bench);
    return (at - 1) / TRACK;
}

static void test_detection(void)
{
    /* The sixth track that is read brings it about, by whichever blocks it is reached. */
    CHECK_INT(detected_at(0, TRACK), 5);
    CHECK_INT(detected_at(100 * TRACK, SEGMENT), 105);
    CHECK_INT(detected_at(100 * TRACK, SEGMENT / 8), 105);
    CHECK_INT(detected_at(100 * TRACK, 2 * TRACK), 105);
    CHECK_INT(detected_at(100 * TRACK, 4 * TRACK), 107);
    /* Not by one I/O alone. */
    CHECK_INT(detected_at(100 * TRACK, 16 * TRACK), 131);
    /* A first track that was entered in its middle does not count. */
    CHECK_INT(detected_at(100 * TRACK + SEGMENT, SEGMENT), 106);
    CHECK_INT(detected_at(100 * TRACK + 2 * SEGMENT, 3 * SEGMENT), 106);
}

static void test_no_order_no_stream(void)
{
    struct bench *bench = bench_ahead(1, 1000);
    for (int64_t track = 100; track > 50; track--)
        read_now(bench, 0, track * TRACK, TRACK);
    for (int64_t track = 200; track < 300; track += 2)
        read_now(bench, 0, track * TRACK, TRACK);
    CHECK_INT(cache_tracks(bench->cache), 100);
    bench_destroy(bench);
}

static void test_interleaved_streams(void)
{
    enum { STREAMS = 5 };
    struct bench *bench = bench_ahead(1, 50000);
    struct rng rng;
    rng_init(&rng, 1, "between");
    for (int64_t i = 0; i < SEQUENTIAL; i++)
        for (int64_t stream = 0; stream < STREAMS; stream++) {
            CHECK_INT(held_from(bench, 0, stream * 1000 + i), 0);
            read_now(bench, 0, (stream * 1000 + i) * TRACK, TRACK);
            for (int other = 0; other < 5; other++)
                read_now(bench, 0, (int64_t)(10000 + rng_below(&rng, 40000)) * TRACK, SEGMENT);
        }
    for (int64_t stream = 0; stream < STREAMS; stream++)
        CHECK_INT(held_from(bench, 0, stream * 1000 + SEQUENTIAL), AHEAD);
    bench_destroy(bench);
}

static void test_overtaking(void)
{
    /* Every two neighbours have changed places, as on two paths. */
    struct bench *bench = bench_ahead(1, 1000);
    int64_t at = 0;
    for (; held(bench, 0, at) == 0 && at < 500; at += 2) {
        read_now(bench, 0, (at + 1) * TRACK, TRACK);
        read_now(bench, 0, at * TRACK, TRACK);
    }
    CHECK(at <= 2 * SEQUENTIAL);
    int64_t reads = bench->machine->ranks[0].cluster->reads, hits = bench->machine->ranks[0].cluster->read_hits;
    for (; at < 500; at += 2) {
        read_now(bench, 0, (at + 1) * TRACK, TRACK);
        read_now(bench, 0, at * TRACK, TRACK);
    }
    CHECK_INT(bench->machine->ranks[0].cluster->read_hits - hits, bench->machine->ranks[0].cluster->reads - reads);
    bench_destroy(bench);
}

/* ---- staging ahead ---- */

static void check_keeps_ahead(int64_t block_bytes)
{
    struct bench *bench = bench_ahead(1, 1000);
    const struct cluster *cluster = bench->machine->ranks[0].cluster;
    int64_t misses = 0, behind = 0, read_bytes = 0;
    for (; read_bytes < 400 * TRACK; read_bytes += block_bytes) {
        misses = cluster->reads - cluster->read_hits;
        read_now(bench, 0, read_bytes, block_bytes);
        int64_t next = (read_bytes + block_bytes - 1) / TRACK + 1;
        if (next > 2 * SEQUENTIAL)
            behind += held_from(bench, 0, next) < AHEAD / 2 - 1 || held_from(bench, 0, next) > AHEAD;
    }
    CHECK_INT(behind, 0);
    /* No read has missed but those before the run was known. */
    CHECK_INT(cluster->reads - cluster->read_hits, misses);
    CHECK(misses <= SEQUENTIAL * TRACK / block_bytes + 1);
    CHECK_INT(cache_tracks(bench->cache), read_bytes / TRACK + held_from(bench, 0, read_bytes / TRACK));
    bench_destroy(bench);
}

static void test_keeps_ahead(void)
{
    check_keeps_ahead(SEGMENT);
    check_keeps_ahead(TRACK);
    check_keeps_ahead(2 * TRACK);
    check_keeps_ahead(4 * TRACK);
}

static void test_end_of_volume(void)
{
    struct bench *bench = bench_ahead(1, 40);
    for (int64_t track = 0; track < 40; track++) {
        read_now(bench, 0, track * TRACK, TRACK);
        CHECK_INT(held(bench, 0, 40), 0);
    }
    CHECK_INT(cache_tracks(bench->cache), 40);
    bench_destroy(bench);
}

static void test_run_ends_with_the_volume(void)
{
    /* Another volume lies right behind the one that is read to its end. */
    struct config *config = small_config_create(1, 20);
    config->servers[0].model.stage_ahead_tracks = AHEAD;
    config->volumes = memory_resize(config->volumes, 2 * sizeof *config->volumes);
    config->volumes[1] = (struct volume_config){.name = memory_text("next"), .label = memory_text("next"),
                                                .tracks = 100, .size_bytes = 100 * TRACK, .first_track = 20};
    config->volume_count = 2;
    config->ranks[0].used_tracks = 120;
    struct bench *bench = bench_create(config);
    read_now(bench, 1, 0, TRACK);
    for (int64_t track = 0; track < 20; track++)
        read_now(bench, 0, track * TRACK, TRACK);
    read_now(bench, 1, TRACK, TRACK);
    CHECK_INT(held_from(bench, 0, 20), 2);
    CHECK_INT(held(bench, 0, 22), 0);
    bench_destroy(bench);
}

static void test_what_is_there_is_not_staged(void)
{
    struct bench *bench = bench_ahead(1, 1000);
    for (int64_t track = SEQUENTIAL + AHEAD - 1; track >= SEQUENTIAL; track--)
        read_now(bench, 0, track * TRACK, TRACK);
    int64_t before = commands(bench);
    for (int64_t track = 0; track < SEQUENTIAL; track++)
        read_now(bench, 0, track * TRACK, TRACK);
    CHECK_INT(held_from(bench, 0, 0), SEQUENTIAL + AHEAD);
    CHECK_INT(commands(bench) - before, SEQUENTIAL);
    /* The middle of it is a trigger all the same. */
    for (int64_t track = SEQUENTIAL; track < SEQUENTIAL + AHEAD; track++)
        read_now(bench, 0, track * TRACK, TRACK);
    CHECK(commands(bench) > before + SEQUENTIAL);
    CHECK(held_from(bench, 0, SEQUENTIAL + AHEAD) >= AHEAD / 2);
    CHECK_INT(bench->machine->ranks[0].cluster->reads - bench->machine->ranks[0].cluster->read_hits,
              AHEAD + SEQUENTIAL);
    bench_destroy(bench);
}

static void test_none_ahead(void)
{
    /* Nothing is staged ahead, but tracks are staged whole. */
    struct bench *bench = bench_create(small_config_create(1, 1000));
    for (int64_t block = 0; block < SEQUENTIAL * 8 + 1; block++)
        read_now(bench, 0, block * SEGMENT, SEGMENT);
    CHECK_INT(held(bench, 0, SEQUENTIAL), 0xFF);
    CHECK_INT(held(bench, 0, SEQUENTIAL + 1), 0);
    bench_destroy(bench);
}

static void test_small_cache(void)
{
    /* 32 tracks fit. Streams and random reads press upon each other; all the same all I/Os end, and the cache runs over
     * by no more than what is on its way. */
    struct config *config = small_config_create(1, 50000);
    config->servers[0].model.stage_ahead_tracks = 30;
    config->servers[0].model.cache_bytes = 2 * 32 * TRACK;
    struct bench *bench = bench_create(config);
    struct rng rng;
    rng_init(&rng, 1, "press");
    for (int64_t i = 0; i < 300; i++) {
        for (int64_t stream = 0; stream < 6; stream++)
            issue(bench, IO_READ, 0, (stream * 1000 + i) * TRACK, TRACK);
        issue(bench, IO_READ, 0, (int64_t)rng_below(&rng, 50000) * TRACK, SEGMENT);
        sim_run(bench->sim, sim_now(bench->sim) + 50 * SIM_MS);
    }
    sim_run(bench->sim, sim_now(bench->sim) + 20 * SIM_S);
    read_now(bench, 0, 49000 * TRACK, TRACK);
    CHECK(cache_segments(bench->cache) <= 32 * 8);
    CHECK_INT(bench->ios.completed, 300 * 7 + 1);
    bench_destroy(bench);
}

/* ---- links ---- */

static void test_streams_have_links(void)
{
    struct bench *bench = bench_ahead(2, 1000);
    for (int64_t track = 0; track < 100; track++) {
        do_now(bench, IO_READ, 0, track * TRACK, TRACK);
        do_now(bench, IO_WRITE, 1, track * TRACK, TRACK);
    }
    int32_t links[2];
    for (int32_t volume = 0; volume < 2; volume++) {
        links[volume] = cache_stream_link(bench->cache, cache_find(bench->cache, volume, 50));
        int64_t same = 0;
        for (int64_t track = SEQUENTIAL; track < 100; track++)
            same += cache_stream_link(bench->cache, cache_find(bench->cache, volume, track)) == links[volume];
        CHECK_INT(same, 100 - SEQUENTIAL);
        CHECK_INT(cache_stream_link(bench->cache, cache_find(bench->cache, volume, 1)), -1);
    }
    /* Both ranks are on one loop. */
    CHECK(links[0] >= 0 && links[1] >= 0 && links[0] != links[1]);
    do_now(bench, IO_WRITE, 1, 500 * TRACK, TRACK);
    CHECK_INT(cache_stream_link(bench->cache, cache_find(bench->cache, 1, 500)), -1);
    bench_destroy(bench);
}

UNIT_MAIN("stage",
          {"a random miss brings the record, the rest of its track, or the whole track, by one command", test_modes},
          {"a large read alone brings nothing but what it asked for", test_one_large_read},
          {"large random reads bring hardly anything else", test_large_random_reads},
          {"the track that makes a run long enough brings what follows it", test_detection},
          {"tracks read backwards or with gaps are no run", test_no_order_no_stream},
          {"streams that alternate are all known", test_interleaved_streams},
          {"I/Os of a stream that overtake each other do not hide it", test_overtaking},
          {"staging keeps ahead of a reader and brings each track once", test_keeps_ahead},
          {"staging ahead ends with the volume", test_end_of_volume},
          {"a run ends with the volume, whatever was read behind it", test_run_ends_with_the_volume},
          {"what the cache holds is not staged again", test_what_is_there_is_not_staged},
          {"without staging ahead, a stream's tracks are staged whole", test_none_ahead},
          {"streams in a cache that is too small for them get their data", test_small_cache},
          {"a stream keeps its SSA link, and two streams of a loop have two", test_streams_have_links})
