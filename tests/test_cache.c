// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/cache.h"

#include <stdlib.h>
#include <string.h>

#include "models/machine.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/allocated.h"
#include "tests/unit.h"

/* ---- a plain LRU of tracks in segments: an array, newest first ---- */

struct plain {
    struct plain_track {
        int32_t rank;
        int64_t track;
        uint32_t valid;
    } tracks[4096];
    size_t count;
    int64_t segments, capacity;
};

/* Looks the segments up and enters those that are missing, which are returned. */
static uint32_t plain_read(struct plain *plain, int32_t rank, int64_t track, uint32_t segments)
{
    struct plain_track found = {rank, track, 0};
    size_t at = 0;
    while (at < plain->count && (plain->tracks[at].rank != rank || plain->tracks[at].track != track))
        at++;
    if (at < plain->count)
        found = plain->tracks[at];
    else
        plain->count++;
    memmove(&plain->tracks[1], &plain->tracks[0], at * sizeof plain->tracks[0]);
    uint32_t missing = segments & ~found.valid;
    while (plain->segments + __builtin_popcount(missing) > plain->capacity && plain->count > 1)
        plain->segments -= __builtin_popcount(plain->tracks[--plain->count].valid);
    found.valid |= missing;
    plain->segments += __builtin_popcount(missing);
    plain->tracks[0] = found;
    return missing;
}

/* Some neighbouring segments of a track of 8. */
static uint32_t draw_segments(struct rng *rng)
{
    uint32_t first = (uint32_t)rng_below(rng, 8), count = 1 + (uint32_t)rng_below(rng, 8 - first);
    return ((1u << count) - 1) << first;
}

static void check_against_plain(int64_t capacity, uint64_t tracks)
{
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, capacity);
    struct plain *plain = memory_alloc_zeroed(1, sizeof *plain);
    struct rng rng;
    int64_t wrong = 0, hits = 0;
    plain->capacity = capacity;
    rng_init(&rng, (uint64_t)capacity, "plain");
    for (int i = 0; i < 100000; i++) {
        /* Half of the accesses go to a tenth of the tracks. */
        uint64_t draw = rng_below(&rng, 2) ? rng_below(&rng, tracks) : rng_below(&rng, tracks / 10);
        int32_t rank = (int32_t)(draw % 3);
        int64_t number = (int64_t)(draw / 3);
        uint32_t segments = draw_segments(&rng);
        cache_track track = cache_look_up(cache, rank, number);
        uint32_t missing = cache_missing(cache, track, segments);
        if (missing != 0)
            cache_enter(cache, track, missing, false);
        wrong += missing != plain_read(plain, rank, number, segments);
        wrong += cache_segments(cache) != plain->segments || cache_tracks(cache) != (int64_t)plain->count;
        wrong += cache_segments(cache) > capacity;
        hits += missing == 0;
    }
    CHECK_INT(wrong, 0);
    CHECK(hits > 1000 && hits < 99000);
    free(plain);
    cache_destroy(cache);
    sim_destroy(sim);
}

static void test_reads_follow_lru(void)
{
    check_against_plain(8, 30);
    check_against_plain(100, 100);
    check_against_plain(5000, 3000);
}

/* ---- what must stay ---- */

enum { BUSY_TRACKS = 60, BUSY_RANKS = 2 };

/* What the test knows of each track of each rank. */
struct shadow {
    uint32_t inflight, dirty, destaging, again;
    int64_t written; /* number of its last write, in the line of dirty tracks */
};

struct busy_bench {
    struct sim *sim;
    struct cache *cache;
    struct rank ranks[BUSY_RANKS];
    struct shadow shadow[BUSY_RANKS][BUSY_TRACKS];
    struct rng rng;
    int64_t writes, wrong;
};

static void read_some(struct busy_bench *bench, int rank, int number)
{
    uint32_t segments = draw_segments(&bench->rng);
    cache_track track = cache_look_up(bench->cache, rank, number);
    uint32_t missing = cache_missing(bench->cache, track, segments);
    if (missing == 0)
        return;
    cache_enter(bench->cache, track, missing, true);
    bench->shadow[rank][number].inflight |= missing;
}

static void stage_some(struct busy_bench *bench, int rank, int number)
{
    struct shadow *shadow = &bench->shadow[rank][number];
    if (shadow->inflight == 0)
        return;
    uint32_t arriving = shadow->inflight & draw_segments(&bench->rng);
    cache_staged(bench->cache, cache_find(bench->cache, rank, number), arriving);
    shadow->inflight &= ~arriving;
}

static void write_some(struct busy_bench *bench, int rank, int number)
{
    struct shadow *shadow = &bench->shadow[rank][number];
    uint32_t segments = draw_segments(&bench->rng);
    cache_track track = cache_look_up(bench->cache, rank, number);
    cache_write(bench->cache, &bench->ranks[rank], track, segments, sim_now(bench->sim));
    shadow->dirty |= segments;
    if (shadow->destaging != 0)
        shadow->again |= segments;
    else
        shadow->written = ++bench->writes;
}

static void destage_some(struct busy_bench *bench, int rank, int number)
{
    struct shadow *shadow = &bench->shadow[rank][number];
    cache_track track = cache_find(bench->cache, rank, number);
    if (shadow->dirty == 0)
        return;
    if (shadow->destaging == 0) {
        bench->wrong += cache_destage_begin(bench->cache, &bench->ranks[rank], track) != shadow->dirty;
        shadow->destaging = shadow->dirty;
        shadow->again = 0;
        return;
    }
    uint32_t clean = shadow->destaging & ~shadow->again;
    bench->wrong += cache_destage_end(bench->cache, &bench->ranks[rank], track) != clean;
    shadow->dirty &= ~clean;
    shadow->destaging = 0;
    shadow->written = ++bench->writes;
}

static void check_busy(struct busy_bench *bench)
{
    int64_t held = 0;
    for (int rank = 0; rank < BUSY_RANKS; rank++) {
        int oldest = -1;
        for (int number = 0; number < BUSY_TRACKS; number++) {
            const struct shadow *shadow = &bench->shadow[rank][number];
            cache_track track = cache_find(bench->cache, rank, number);
            if (track == 0) {
                bench->wrong += (shadow->inflight | shadow->dirty) != 0;
                continue;
            }
            held += 8 - __builtin_popcount(cache_missing(bench->cache, track, 0xFF));
            bench->wrong += cache_missing(bench->cache, track, shadow->inflight | shadow->dirty) != 0;
            bench->wrong += cache_dirty(bench->cache, track) != shadow->dirty;
            bench->wrong += cache_is_destaging(bench->cache, track) != (shadow->destaging != 0);
            bench->wrong += cache_holds_dirty(bench->cache, track, 0x3C) != (shadow->dirty & 0x3C);
            bench->wrong += cache_track_number(bench->cache, track) != number;
            for (uint32_t bit = 1; bit < 0x100; bit *= 2)
                bench->wrong += cache_is_inflight(bench->cache, track, bit) !=
                                ((shadow->inflight & ~shadow->dirty & bit) != 0);
            if (shadow->dirty != 0 && shadow->destaging == 0 &&
                (oldest < 0 || shadow->written < bench->shadow[rank][oldest].written))
                oldest = number;
        }
        cache_track expected = oldest < 0 ? 0 : cache_find(bench->cache, rank, oldest);
        bench->wrong += cache_oldest_dirty(bench->cache, &bench->ranks[rank]) != expected;
    }
    bench->wrong += cache_segments(bench->cache) != held;
}

static void test_busy_tracks_stay(void)
{
    struct busy_bench bench = {.sim = sim_create(1)};
    bench.cache = cache_create(bench.sim, 200);
    rng_init(&bench.rng, 1, "busy");
    for (int i = 0; i < 30000; i++) {
        static void (*const acts[])(struct busy_bench *, int, int) = {read_some, stage_some, write_some, destage_some,
                                                                      stage_some, destage_some};
        int rank = (int)rng_below(&bench.rng, BUSY_RANKS), number = (int)rng_below(&bench.rng, BUSY_TRACKS);
        acts[rng_below(&bench.rng, 6)](&bench, rank, number);
        check_busy(&bench);
    }
    CHECK_INT(bench.wrong, 0);
    CHECK(bench.writes > 5000);
    cache_destroy(bench.cache);
    sim_destroy(bench.sim);
}

static void test_runs_over_while_all_must_stay(void)
{
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, 16);
    struct rank rank = {0};
    for (int64_t number = 0; number < 5; number++)
        cache_write(cache, &rank, cache_look_up(cache, 0, number), 0xFF, 0);
    CHECK_INT(cache_segments(cache), 40);
    for (int64_t number = 0; number < 5; number++) {
        cache_track oldest = cache_oldest_dirty(cache, &rank);
        CHECK_INT(cache_track_number(cache, oldest), number);
        cache_destage_begin(cache, &rank, oldest);
        cache_destage_end(cache, &rank, oldest);
    }
    CHECK_INT(cache_oldest_dirty(cache, &rank), 0);
    cache_enter(cache, cache_look_up(cache, 0, 9), 0x01, false);
    CHECK(cache_segments(cache) <= 16);
    cache_destroy(cache);
    sim_destroy(sim);
}

static void test_busy_oldest_is_met_once(void)
{
    /* More dirty tracks than fit, then many reads: if each read passed over all of them this would take minutes. */
    enum { DIRTY = 50000, READS = 200000 };
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, DIRTY / 2);
    struct rank rank = {0};
    for (int64_t number = 0; number < DIRTY; number++)
        cache_write(cache, &rank, cache_look_up(cache, 0, number), 0x01, 0);
    for (int64_t number = 0; number < READS; number++)
        cache_enter(cache, cache_look_up(cache, 0, DIRTY + number), 0x01, false);
    CHECK_INT(cache_segments(cache), DIRTY + 1);
    for (cache_track track; (track = cache_oldest_dirty(cache, &rank)) != 0;) {
        cache_destage_begin(cache, &rank, track);
        cache_destage_end(cache, &rank, track);
    }
    /* Tracks that may go again are the newest: the last ones destaged stay. */
    cache_enter(cache, cache_look_up(cache, 0, DIRTY + READS), 0x01, false);
    CHECK_INT(cache_segments(cache), DIRTY / 2);
    CHECK(cache_find(cache, 0, DIRTY - 1) != 0 && cache_find(cache, 0, DIRTY / 2 + 1) != 0);
    CHECK(cache_find(cache, 0, DIRTY / 2) == 0);
    cache_destroy(cache);
    sim_destroy(sim);
}

static void test_dirty_age(void)
{
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, 1000);
    struct rank rank = {0};
    cache_track track = cache_look_up(cache, 0, 7);
    sim_run(sim, 10);
    cache_write(cache, &rank, track, 0x01, 10);
    sim_run(sim, 20);
    cache_write(cache, &rank, track, 0x03, 20);
    CHECK_INT(cache_dirty_since(cache, track), 10);
    CHECK_INT(cache_destage_begin(cache, &rank, track), 0x03);
    CHECK_INT(cache_oldest_dirty(cache, &rank), 0);
    sim_run(sim, 30);
    cache_write(cache, &rank, track, 0x06, 30);
    CHECK_INT(cache_dirty(cache, track), 0x07);
    CHECK_INT(cache_destage_end(cache, &rank, track), 0x01);
    CHECK_INT(cache_dirty(cache, track), 0x06);
    CHECK_INT(cache_oldest_dirty(cache, &rank), track);
    cache_destroy(cache);
    sim_destroy(sim);
}

/* ---- waiting ---- */

struct waiter {
    struct activity activity;
    struct cache *cache;
    cache_track track;
    uint32_t segments;
    int looks;
    int64_t done; /* its place among those done, from 1 */
    int64_t *order;
};

static void wait_story(struct activity *self)
{
    struct waiter *waiter = STORY_OF(self, struct waiter, activity);

    STORY_BEGIN(self);
    while (waiter->looks++, cache_is_inflight(waiter->cache, waiter->track, waiter->segments)) {
        cache_wait(waiter->cache, waiter->track, self);
        STORY_PAUSE(self);
    }
    waiter->done = ++*waiter->order;
    STORY_END(self);
}

static void test_waiters(void)
{
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, 1000);
    cache_track track = cache_look_up(cache, 0, 7);
    int64_t order = 0;
    struct waiter waiters[3];
    cache_enter(cache, track, 0x0F, true);
    for (int i = 0; i < 3; i++) {
        waiters[i] = (struct waiter){.cache = cache, .track = track, .segments = i == 0 ? 0x08 : 0x01, .order = &order};
        activity_init(&waiters[i].activity, sim, wait_story, NULL);
        activity_start(&waiters[i].activity);
    }
    cache_staged(cache, track, 0x03);
    sim_run(sim, 1);
    CHECK_INT(waiters[0].done, 0);
    CHECK_INT(waiters[1].done, 1);
    CHECK_INT(waiters[2].done, 2);
    CHECK_INT(waiters[0].looks, 2);
    cache_staged(cache, track, 0x0C);
    sim_run(sim, 2);
    CHECK_INT(waiters[0].done, 3);
    cache_destroy(cache);
    sim_destroy(sim);
}

static void test_dirty_data_is_there(void)
{
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, 1000);
    struct rank rank = {0};
    cache_track track = cache_look_up(cache, 0, 7);
    cache_enter(cache, track, 0x0F, true);
    cache_write(cache, &rank, track, 0x03, 0);
    CHECK(!cache_is_inflight(cache, track, 0x03));
    CHECK(cache_is_inflight(cache, track, 0x07));
    cache_destroy(cache);
    sim_destroy(sim);
}

/* ---- marks ---- */

static void test_marks(void)
{
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, 8);
    cache_track track = cache_look_up(cache, 1, 7);
    cache_enter(cache, track, 0xFF, false);
    CHECK_INT(cache_mark(cache, track)->run, 0);
    CHECK_INT(cache_mark(cache, track)->seen, 0);
    CHECK_INT(cache_stream_link(cache, track), -1);
    *cache_mark(cache, track) = (struct cache_mark){.run = 9, .link = 1, .reached = 8, .ahead = true};
    CHECK_INT(cache_look_up(cache, 1, 7), track);
    CHECK_INT(cache_mark(cache, track)->run, 9);
    CHECK_INT(cache_stream_link(cache, track), 1);
    /* Another track takes its room, and its place. */
    cache_track other = cache_look_up(cache, 1, 8);
    cache_enter(cache, other, 0xFF, false);
    CHECK_INT(cache_find(cache, 1, 7), 0);
    track = cache_look_up(cache, 1, 7);
    CHECK(cache_mark(cache, track)->run == 0 && !cache_mark(cache, track)->ahead);
    CHECK_INT(cache_stream_link(cache, track), -1);
    cache_destroy(cache);
    sim_destroy(sim);
}

static void test_clock(void)
{
    struct sim *sim = sim_create(1);
    /* A reading lasts for the 2,048th part of the segments, in tracks passed. */
    struct cache *cache = cache_create(sim, 2048 * 80);
    uint16_t before = cache_clock(cache);
    int64_t zeros = 0;
    for (int i = 0; i < 80 * 10; i++)
        cache_tick(cache);
    CHECK_INT(cache_clock(cache), before + 10);
    for (int i = 0; i < 80 * 65535; i++) {
        cache_tick(cache);
        zeros += cache_clock(cache) == 0;
    }
    CHECK_INT(zeros, 0);
    CHECK_INT(cache_clock(cache), before + 10);
    cache_destroy(cache);
    sim_destroy(sim);
}

/* ---- limits ---- */

static void test_names_are_apart(void)
{
    struct sim *sim = sim_create(1);
    struct cache *cache = cache_create(sim, 1000);
    int64_t last = ((int64_t)1 << 40) - 1;
    cache_track a = cache_look_up(cache, 3, last), b = cache_look_up(cache, 4, last), c = cache_look_up(cache, 4, 0);
    CHECK(a != b && b != c && a != c);
    CHECK_INT(cache_find(cache, 3, last), a);
    CHECK_INT(cache_track_number(cache, b), last);
    CHECK_INT(cache_find(cache, 3, 0), 0);
    cache_enter(cache, a, 0xFFFF, false);
    CHECK_INT(cache_segments(cache), 16);
    CHECK_INT(cache_missing(cache, a, 0xFFFF), 0);
    cache_destroy(cache);
    sim_destroy(sim);
}

static void test_memory(void)
{
    struct sim *sim = sim_create(1);
    size_t others = allocated_bytes(), before = 0;
    struct cache *cache = cache_create(sim, 20000);
    for (int64_t number = 0; number < 1000000; number++) {
        cache_enter(cache, cache_look_up(cache, 0, number), 0x01, false);
        if (number == 50000)
            before = allocated_bytes();
    }
    CHECK_INT(allocated_bytes(), before);
    /* 32 bytes an entry in an array that grows by half, and two to four heads of 4 bytes. */
    CHECK(before - others < (32 * 3 / 2 + 16) * 20000);
    CHECK_INT(cache_tracks(cache), 20000);
    cache_destroy(cache);
    sim_destroy(sim);
}

UNIT_MAIN("cache",
          {"reads hit exactly what a plain LRU of tracks holds", test_reads_follow_lru},
          {"dirty and staged tracks stay, their segments are accounted for, and the oldest written is known",
           test_busy_tracks_stay},
          {"while all it holds must stay the cache runs over, and shrinks back after",
           test_runs_over_while_all_must_stay},
          {"tracks that must stay are met once, and are new when they may go", test_busy_oldest_is_met_once},
          {"data written while it is destaged stays dirty; a rewrite keeps the age of the first write", test_dirty_age},
          {"whoever waits for segments goes on, in order, once they have all arrived", test_waiters},
          {"data that was written need not wait for its staging", test_dirty_data_is_there},
          {"a mark stays with its track and goes with it", test_marks},
          {"marks grow old by the tracks that host I/Os pass, and no clock's reading is 0", test_clock},
          {"tracks of different ranks and the largest numbers are told apart; a track has up to 16 segments",
           test_names_are_apart},
          {"memory follows the tracks held, not those seen", test_memory})
