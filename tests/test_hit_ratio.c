// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Hit ratios against a plain LRU that shares no code with the simulator: it is fed the I/Os that a run issued, in
 * order of issue, and says of each read whether it hits. Tracks are held in segments, a look-up makes its track the
 * newest, and what is missing enters at once, after the oldest tracks have left as a whole until it fits.
 */
#include <stdlib.h>

#include "sim/memory.h"
#include "tests/small_config.h"
#include "tests/unit.h"
#include "tests/watched_run.h"

enum { RANKS = 2, TRACKS = 20000, TRACK = 32768, SEGMENT = 4096, SEGMENTS = 8 };
/* Of one cluster, which owns both ranks: a tenth of the volumes. */
enum { CAPACITY = 32768 };

/* ---- the plain LRU: a ring of all tracks there are, the newest behind the first node ---- */

struct plain {
    uint32_t newer[RANKS * TRACKS + 1], older[RANKS * TRACKS + 1]; /* node 0 stands between oldest and newest */
    uint8_t held[RANKS * TRACKS + 1];
    int64_t segments, capacity;
    enum stage_mode stage;
};

static struct plain *plain_create(enum stage_mode stage)
{
    struct plain *plain = memory_alloc_zeroed(1, sizeof *plain);
    plain->capacity = CAPACITY;
    plain->stage = stage;
    return plain;
}

static void plain_remove(struct plain *plain, uint32_t track)
{
    plain->newer[plain->older[track]] = plain->newer[track];
    plain->older[plain->newer[track]] = plain->older[track];
}

/* The track is looked up: the newest from now on. It is in the ring while it holds anything. */
static void plain_touch(struct plain *plain, uint32_t track)
{
    if (plain->held[track] != 0)
        plain_remove(plain, track);
    plain->newer[track] = 0;
    plain->older[track] = plain->older[0];
    plain->newer[plain->older[0]] = track;
    plain->older[0] = track;
}

/* Segments `first` to `last` of a track: whether all were held. They are afterwards. */
static bool plain_access(struct plain *plain, uint32_t track, int first, int last, bool read)
{
    uint32_t wanted = 0;
    for (int segment = first; segment <= last; segment++)
        wanted |= 1u << segment;
    bool hit = (wanted & ~plain->held[track]) == 0;
    if (!hit && read && plain->stage == STAGE_FULL_TRACK)
        wanted = 0xFF;
    for (int segment = first; !hit && read && plain->stage == STAGE_REST_OF_TRACK && segment < SEGMENTS; segment++)
        wanted |= 1u << segment;
    plain_touch(plain, track);
    int64_t more = __builtin_popcount(wanted & ~plain->held[track]);
    while (plain->segments + more > plain->capacity) {
        uint32_t oldest = plain->newer[0];
        plain->segments -= __builtin_popcount(plain->held[oldest]);
        plain->held[oldest] = 0;
        plain_remove(plain, oldest);
    }
    plain->held[track] |= (uint8_t)wanted;
    plain->segments += more;
    return hit;
}

/* Whether the I/O hits on all its tracks. */
static bool plain_io(struct plain *plain, const struct io_record *io)
{
    int64_t first = io->offset_blocks * BLOCK_BYTES, last = first + io->length_bytes - 1;
    bool hit = true;
    for (int64_t track = first / TRACK; track <= last / TRACK; track++) {
        int64_t from = first > track * TRACK ? first - track * TRACK : 0;
        int64_t to = last < (track + 1) * TRACK ? last - track * TRACK : TRACK - 1;
        uint32_t number = 1 + io->volume * TRACKS + (uint32_t)track;
        hit &= plain_access(plain, number, (int)(from / SEGMENT), (int)(to / SEGMENT), io->op == IO_READ);
    }
    return hit;
}

/* ---- the simulator beside it ---- */

struct hits {
    int64_t reads, simulated, plain;
    int64_t different; /* reads that hit in one of them only */
};

static int by_issue(const void *a, const void *b)
{
    int64_t first = ((const struct io_record *)a)->id, second = ((const struct io_record *)b)->id;
    return first < second ? -1 : first > second;
}

/* Runs the config from a cold start and counts the reads that it completed. One that hit used no device adapter. */
static struct hits count_hits(struct config *config)
{
    struct watched watched = {0};
    struct hits hits = {0};
    enum stage_mode stage = config->servers[0].model.stage;
    watch_run(&watched, config);
    qsort(watched.records, watched.count, sizeof *watched.records, by_issue);
    struct plain *plain = plain_create(stage);
    for (size_t i = 0; i < watched.count; i++) {
        const struct io_record *io = &watched.records[i];
        bool hit = plain_io(plain, io), simulated = io->part_ns[PART_ADAPTER] == 0;
        if (io->op == IO_WRITE)
            continue;
        hits.reads++;
        hits.plain += hit;
        hits.simulated += simulated;
        hits.different += hit != simulated;
    }
    free(plain);
    watched_free(&watched);
    return hits;
}

static struct config *create_config(enum stage_mode stage, sim_time duration_ns)
{
    struct config *config = small_config_create(RANKS, TRACKS);
    config->run.duration_ns = duration_ns;
    config->servers[0].model.stage = stage;
    return config;
}

static void shape(struct workload_config *workload, enum address_distribution distribution, int32_t block_bytes)
{
    workload->distribution = distribution;
    workload->zipf_theta = 0.95;
    workload->block_bytes = block_bytes;
}

/* One client: an I/O is looked up when all before it are complete. */
static struct hits closed(enum stage_mode stage, enum address_distribution distribution, int32_t block_bytes)
{
    struct config *config = create_config(stage, 600 * SIM_S);
    shape(small_config_add_closed(config, 1), distribution, block_bytes);
    return count_hits(config);
}

static void check_exact(struct hits hits, double least, double most)
{
    double ratio = (double)hits.plain / (double)hits.reads;
    CHECK_INT(hits.different, 0);
    CHECK_INT(hits.simulated, hits.plain);
    CHECK(hits.reads > 40000);
    CHECK(ratio > least && ratio < most);
}

static void test_uniform(void)
{
    check_exact(closed(STAGE_RECORD, ADDRESS_UNIFORM, 4096), 0.05, 0.2);
    check_exact(closed(STAGE_RECORD, ADDRESS_UNIFORM, 3 * 4096), 0.05, 0.2);
}

static void test_hot_spot(void)
{
    check_exact(closed(STAGE_RECORD, ADDRESS_ZIPF, 4096), 0.5, 0.8);
    check_exact(closed(STAGE_RECORD, ADDRESS_ZIPF, 3 * 4096), 0.5, 0.8);
}

static void test_staging_modes(void)
{
    check_exact(closed(STAGE_REST_OF_TRACK, ADDRESS_ZIPF, 4096), 0.3, 0.8);
    check_exact(closed(STAGE_FULL_TRACK, ADDRESS_ZIPF, 4096), 0.3, 0.8);
    check_exact(closed(STAGE_REST_OF_TRACK, ADDRESS_UNIFORM, 3 * 4096), 0.05, 0.2);
    check_exact(closed(STAGE_FULL_TRACK, ADDRESS_UNIFORM, 3 * 4096), 0.05, 0.2);
}

/* Through one port, I/Os are looked up in order of issue, however many are in flight. */
static void test_open(void)
{
    static const enum address_distribution distributions[] = {ADDRESS_UNIFORM, ADDRESS_ZIPF};
    for (int i = 0; i < 2; i++) {
        struct config *config = create_config(STAGE_RECORD, 400 * SIM_S);
        shape(small_config_add_open(config, 300), distributions[i], 4096);
        check_exact(count_hits(config), 0, 0.8);
    }
}

/* A write enters the cache when its room in NVS is there, and while it is dirty it cannot leave. */
static void test_with_writes(void)
{
    static const enum address_distribution distributions[] = {ADDRESS_UNIFORM, ADDRESS_ZIPF};
    for (int i = 0; i < 2; i++) {
        struct config *config = create_config(STAGE_RECORD, 400 * SIM_S);
        struct workload_config *workload = small_config_add_open(config, 200);
        shape(workload, distributions[i], 4096);
        workload->read_share = 0.7;
        struct hits hits = count_hits(config);
        CHECK(hits.reads > 40000 && hits.plain > 4000);
        CHECK_NEAR((double)hits.simulated / (double)hits.plain, 1, 0.01);
    }
}

UNIT_MAIN("hit_ratio",
          {"uniform reads hit exactly where a plain LRU hits", test_uniform},
          {"reads of a hot spot hit exactly where a plain LRU hits", test_hot_spot},
          {"so they do whichever part of a track is staged", test_staging_modes},
          {"and with many reads in flight, looked up in order of issue", test_open},
          {"with writes, hits are within 1 % of a plain LRU's", test_with_writes})
