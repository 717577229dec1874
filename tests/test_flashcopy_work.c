// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The work of FlashCopies is conserved: every track of a source is accounted for once, none is copied twice, and its
 * rank is read for as many tracks as the caches did not have. On small machines drawn at random, under I/Os to both
 * sides drawn at random, while relations are established and withdrawn; and counted out on an F20.
 *
 * ESSIM_FUZZ_SEEDS=N runs N machines, ESSIM_FUZZ_FIRST=S begins with number S.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/content.h"
#include "models/relation.h"
#include "models/track_locks.h"
#include "models/track_table.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/flash_bench.h"
#include "tests/flash_config.h"
#include "tests/flash_run.h"
#include "tests/seeds.h"
#include "tests/unit.h"

#ifdef NDEBUG
enum { SEEDS = 1500 };
#else
enum { SEEDS = 40 }; /* assertions, perhaps sanitizers */
#endif
enum { ROUNDS = 120 };

/* ---- drawing ---- */

static int64_t between(struct rng *rng, int64_t least, int64_t most)
{
    return least + (int64_t)rng_below(rng, (uint64_t)(most - least + 1));
}

static bool one_in(struct rng *rng, int64_t n)
{
    return between(rng, 1, n) == 1;
}

static void draw_model(struct rng *rng, struct server_model *model)
{
    model->strip_tracks = (int32_t)between(rng, 1, 2);
    model->nvs_bytes = between(rng, 2, 16) << 20;
    model->cache_bytes = between(rng, 4, 64) << 20;
    model->stage = (enum stage_mode)between(rng, STAGE_RECORD, STAGE_FULL_TRACK);
    model->stage_ahead_tracks = (int32_t)between(rng, 0, 10);
    model->drive_command_bytes = TRACK << between(rng, 1, 3);
    model->destage_low = 0.1 * (double)between(rng, 1, 8);
    model->destage_high = model->destage_low + 0.1;
    model->destage_per_rank = (int32_t)between(rng, 1, 20);
    model->destage_age_ns = between(rng, 1, 3000) * SIM_MS;
    model->copy_on_write = one_in(rng, 2) ? COPY_BEFORE_WRITE : COPY_BEFORE_DESTAGE;
    model->flashcopy_establish_ns = between(rng, 100, 500) * SIM_MS;
    model->flashcopy_step_tracks = (int32_t)between(rng, 1, one_in(rng, 4) ? 200 : 20);
    model->flashcopy_pair_steps = (int32_t)between(rng, 1, 6);
    model->flashcopy_rank_steps = (int32_t)between(rng, 1, 6);
    model->flashcopy_nvs_bytes = between(rng, 1, model->nvs_bytes / 4 / TRACK - 1) * TRACK;
}

static struct config *draw_config(struct rng *rng, enum pair_state state)
{
    size_t ranks = (size_t)between(rng, 1, 2), pairs = (size_t)between(rng, 1, 4);
    struct config *config = flash_config_create(ranks, pairs, between(rng, 1, 400), state);
    draw_model(rng, &config->servers[0].model);
    for (size_t i = 0; i < ranks && one_in(rng, 2); i++) {
        config->ranks[i].format = RANK_7P;
        config->ranks[i].data_drives = 7;
        config->ranks[i].active_drives = 8;
    }
    for (size_t i = 0; i < pairs; i++)
        config->pairs[i].accelerate_destage = one_in(rng, 3);
    return config;
}

/* ---- watching every copy ---- */

struct watch {
    struct content content; /* first: the content's address is this */
    struct machine_bench *bench;
    int64_t tracks;         /* of each volume */
    bool *written;          /* by volume, by track: an I/O to write to it was issued since T0, or before */
    bool *entered;          /* by volume, by track: a copy brought it since T0 */
    int64_t copies, again;  /* all; of tracks that had been copied since T0 */
    int64_t unasked;        /* of NOCOPY relations, of tracks that nobody wrote to on either side */
};

static size_t place(const struct watch *watch, uint32_t volume, int64_t track)
{
    return (size_t)(volume * watch->tracks + track);
}

static void entered(struct content *content, uint32_t target, int64_t track)
{
    struct watch *watch = (struct watch *)content;
    const struct relation *relation = watch->bench->machine->volumes[target].target_of;
    size_t here = place(watch, target, track);
    size_t there = place(watch, (uint32_t)relation->config->source, track);
    watch->copies++;
    watch->again += watch->entered[here];
    watch->unasked += !relation->background && !watch->written[here] && !watch->written[there];
    watch->entered[here] = true;
}

/* What was written before is of no account now, unless it may still be on its way. */
static void established(struct content *content, uint32_t source, uint32_t target)
{
    struct watch *watch = (struct watch *)content;
    const struct host_io_pool *ios = &watch->bench->ios;
    memset(&watch->entered[place(watch, target, 0)], 0, (size_t)watch->tracks);
    if (ios->issued != ios->completed)
        return;
    memset(&watch->written[place(watch, source, 0)], 0, (size_t)watch->tracks);
    memset(&watch->written[place(watch, target, 0)], 0, (size_t)watch->tracks);
}

static void ignore_record(struct content *content, const struct io_record *record, int64_t track,
                          const struct content_places *from)
{
    (void)content, (void)record, (void)track, (void)from;
}

static void ignore_written(struct content *content, const struct io_record *record, int64_t first, int64_t blocks)
{
    (void)content, (void)record, (void)first, (void)blocks;
}

static void ignore_places(struct content *content, uint32_t volume, int64_t track, const struct content_places *from)
{
    (void)content, (void)volume, (void)track, (void)from;
}

static void ignore_segments(struct content *content, uint32_t volume, int64_t track, uint32_t segments)
{
    (void)content, (void)volume, (void)track, (void)segments;
}

static void ignore_end(struct content *content, uint32_t source, uint32_t target)
{
    (void)content, (void)source, (void)target;
}

static void watch_bench(struct watch *watch, struct machine_bench *bench)
{
    size_t places = bench->config->volume_count * (size_t)bench->config->volumes[0].tracks;
    *watch = (struct watch){.content = {.written = ignore_written, .read = ignore_record, .staged = ignore_places,
                                        .destaged = ignore_segments, .established = established, .ended = ignore_end,
                                        .kept = ignore_segments, .gathered = ignore_places, .entered = entered},
                            .bench = bench, .tracks = bench->config->volumes[0].tracks,
                            .written = memory_alloc_zeroed(places, sizeof(bool)),
                            .entered = memory_alloc_zeroed(places, sizeof(bool))};
    bench->machine->content = &watch->content;
}

static void unwatch(struct watch *watch)
{
    free(watch->written);
    free(watch->entered);
}

/* ---- drawn machines ---- */

/* A read or write anywhere, of up to five tracks, or of whole tracks. */
static void draw_io(struct rng *rng, struct watch *watch, int64_t reads_of_ten)
{
    struct machine_bench *bench = watch->bench;
    uint32_t volume = (uint32_t)rng_below(rng, bench->config->volume_count);
    int64_t blocks = watch->tracks * (TRACK / BLOCK_BYTES), length = between(rng, 1, 5 * TRACK / BLOCK_BYTES);
    length = length < blocks ? length : blocks;
    int64_t first = between(rng, 0, blocks - length);
    if (one_in(rng, 4)) {
        first = between(rng, 0, watch->tracks - 1) * (TRACK / BLOCK_BYTES);
        length = TRACK / BLOCK_BYTES;
    }
    enum io_op op = between(rng, 1, 10) <= reads_of_ten ? IO_READ : IO_WRITE;
    int64_t last = (first + length - 1) / (TRACK / BLOCK_BYTES);
    for (int64_t track = first / (TRACK / BLOCK_BYTES); op == IO_WRITE && track <= last; track++)
        watch->written[place(watch, volume, track)] = true;
    bench_issue(bench, op, volume, first * BLOCK_BYTES, length * BLOCK_BYTES);
}

/* What is not allowed now is refused. */
static void draw_task(struct rng *rng, struct machine_bench *bench)
{
    char why[PAIRS_WHY_BYTES];
    int32_t pair = (int32_t)rng_below(rng, bench->config->pair_count);
    bool withdraw = one_in(rng, 2), background = one_in(rng, 2), accelerated = one_in(rng, 3);
    if (withdraw)
        flashcopy_withdraw(bench->machine, pair, why);
    else
        flashcopy_establish(bench->machine, pair, background, accelerated, true, why);
}

/* Not while it is established: until T0 a relation's counts are of its life before, and it lacks all already. */
static void check_relations(struct machine_bench *bench)
{
    for (int32_t pair = 0; pair < (int32_t)bench->config->pair_count; pair++) {
        struct pair_report report;
        flashcopy_report(bench->machine, pair, &report);
        if (report.state == FLASH_ESTABLISHING)
            continue;
        flash_check_conserved(&report);
        CHECK(report.flashcopy.background_tracks == 0 || report.flashcopy.background_copy);
        CHECK(report.tracks_left > 0 || report.state != FLASH_COPYING);
    }
}

/* Nothing is on its way, kept, locked or in NVS any more. */
static void check_at_rest(struct machine_bench *bench)
{
    bench_run_for(bench, 3000 * SIM_S);
    check_relations(bench);
    for (int32_t pair = 0; pair < (int32_t)bench->config->pair_count; pair++) {
        enum pair_state state = flashcopy_state(bench->machine, pair);
        CHECK(state != FLASH_COPYING && state != FLASH_ESTABLISHING);
    }
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    CHECK_INT(bench->errors, 0);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(track_locks_held(bench->machine->copy_locks), 0);
    CHECK_INT(track_table_count(bench->machine->old_tracks), 0);
}

struct sums {
    int64_t copies, staged, replaced, complete, machines;
};

static void add(struct sums *sums, const struct watch *watch)
{
    struct pair_report report;
    sums->machines++;
    sums->copies += watch->copies;
    for (int32_t pair = 0; pair < (int32_t)watch->bench->config->pair_count; pair++) {
        flashcopy_report(watch->bench->machine, pair, &report);
        sums->staged += report.flashcopy.staged_tracks;
        sums->replaced += report.flashcopy.replaced_tracks;
        sums->complete += report.state == FLASH_COMPLETE;
    }
}

static void run_drawn(uint64_t seed, struct sums *sums)
{
    static const enum pair_state states[] = {FLASH_NONE, FLASH_NOCOPY, FLASH_COPYING};
    struct rng rng;
    struct watch watch;
    rng_init(&rng, seed, "machine");
    struct machine_bench *bench = bench_create(draw_config(&rng, states[between(&rng, 0, 2)]));
    watch_bench(&watch, bench);
    flashcopy_start(bench->machine);
    int64_t reads_of_ten = between(&rng, 0, 8), pause_ms = between(&rng, 1, 100), tasks = between(&rng, 4, 60);
    for (int round = 0; round < ROUNDS; round++) {
        for (int64_t i = between(&rng, 0, 4); i > 0; i--)
            draw_io(&rng, &watch, reads_of_ten);
        if (one_in(&rng, tasks))
            draw_task(&rng, bench);
        bench_run_for(bench, between(&rng, 0, pause_ms) * SIM_MS);
        check_relations(bench);
    }
    check_at_rest(bench);
    CHECK_INT(watch.again, 0);
    CHECK_INT(watch.unasked, 0);
    add(sums, &watch);
    unwatch(&watch);
    bench_destroy(bench);
}

static void test_drawn(void)
{
    struct seeds seeds = seeds_asked_for(SEEDS);
    struct sums sums = {0};
    for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
        if (seeds.loud)
            printf("    seed %" PRIu64 "\n", seed);
        run_drawn(seed, &sums);
    }
    printf("    %" PRId64 " machines: %" PRId64 " tracks copied; of the last lives %" PRId64 " staged, %" PRId64
           " replaced, %" PRId64 " complete\n",
           sums.machines, sums.copies, sums.staged, sums.replaced, sums.complete);
    CHECK(sums.copies > 0 && sums.staged > 0 && sums.replaced > 0 && sums.complete > 0);
}

/* With reads alone nothing is copied, and no drive of the target's own rank has anything to do. */
static void run_reads(uint64_t seed)
{
    struct rng rng;
    struct watch watch;
    rng_init(&rng, seed, "machine");
    struct machine_bench *bench = bench_create(draw_config(&rng, FLASH_NOCOPY));
    watch_bench(&watch, bench);
    for (int round = 0; round < ROUNDS; round++) {
        draw_io(&rng, &watch, 10);
        bench_run_for(bench, between(&rng, 0, 50) * SIM_MS);
    }
    check_at_rest(bench);
    int64_t commands = 0, redirected = 0;
    for (int drive = 0; drive < RANK_DRIVES_MAX && bench->config->rank_count == 2; drive++)
        commands += bench_commands(bench, 1, drive);
    for (size_t pair = 0; pair < bench->config->pair_count; pair++) {
        struct pair_report report;
        flashcopy_report(bench->machine, (int32_t)pair, &report);
        CHECK_INT(report.tracks_left, report.tracks);
        redirected += report.flashcopy.redirected_reads;
    }
    CHECK_INT(watch.copies, 0);
    CHECK_INT(commands, 0);
    CHECK(redirected > 0);
    unwatch(&watch);
    bench_destroy(bench);
}

static void test_reads(void)
{
    struct seeds seeds = seeds_asked_for(SEEDS / 2);
    for (uint64_t seed = seeds.first; seed < seeds.end; seed++)
        run_reads(seed);
}

/* ---- counted out on an F20 ---- */

/* Before T0 every fourth track of the source is read whole, and of the next one the first half: an eighth by tracks is
 * not asked of the drives by copies, which read the other half of as many. */
static void warm_cache(struct flash_bench *it, int64_t tracks)
{
    for (int64_t track = 0; track < tracks; track += 4) {
        bench_issue(it->bench, IO_READ, it->source, track * TRACK, TRACK);
        bench_issue(it->bench, IO_READ, it->source, (track + 1) * TRACK, TRACK / 2);
        bench_run_for(it->bench, 10 * SIM_MS);
    }
    bench_run_for(it->bench, SIM_S);
}

enum writes { NO_WRITES, PARTS, PARTS_AND_WHOLE };

/* Writes to both sides: parts of tracks of which the cache has nothing or a half; to the target, if asked for, whole
 * ones of which it has nothing. */
static void write_both_sides(struct flash_bench *it, int64_t tracks, enum writes writes)
{
    struct rng rng;
    rng_init(&rng, 1, "writes");
    for (int i = 0; i < 1500; i++) {
        int64_t four = between(&rng, 0, tracks / 4 - 1) * 4, segment = between(&rng, 0, TRACK / SEGMENT - 1);
        bench_issue(it->bench, IO_WRITE, it->source, (four + 2) * TRACK + segment * SEGMENT, SEGMENT);
        four = between(&rng, 0, tracks / 4 - 1) * 4;
        bench_issue(it->bench, IO_WRITE, it->target, (four + 1) * TRACK + segment * SEGMENT, SEGMENT);
        if (writes == PARTS_AND_WHOLE)
            bench_issue(it->bench, IO_WRITE, it->target, (four + 3) * TRACK, TRACK);
        bench_run_for(it->bench, 5 * SIM_MS);
    }
}

/* A whole-track write may replace a track that is being read for its copy: that one read is in vain. */
static void check_reads(const struct pair_report *report, int64_t read, enum writes writes)
{
    const struct flashcopy_report *flash = &report->flashcopy;
    int64_t in_vain = read - flash->staged_tracks;
    CHECK(writes == PARTS_AND_WHOLE ? in_vain >= 0 && in_vain < flash->replaced_tracks / 50 : in_vain == 0);
    CHECK((flash->write_tracks > 0) == (writes != NO_WRITES));
    CHECK((flash->completed_tracks > 0) == (writes != NO_WRITES));
    CHECK((flash->replaced_tracks > 0) == (writes == PARTS_AND_WHOLE));
}

static void count_out(const char *what, const char *server, enum writes writes)
{
    enum { TRACKS = 32768 };
    char *more = flash_establish(1, "snap", "");
    struct flash_bench it =
        flash_bench_create(&(struct flash_plan){.run = "duration: 1 s", .server = server, .more = more});
    char why[PAIRS_WHY_BYTES] = "";
    warm_cache(&it, TRACKS);
    int64_t before = flash_bench_commands(&it, it.source_rank), idle = flash_bench_commands(&it, it.target_rank);
    CHECK_INT(before, TRACKS / 2);
    CHECK(flashcopy_establish(it.bench->machine, 0, true, false, false, why));
    bench_run_for(it.bench, 2200 * SIM_MS);
    if (writes != NO_WRITES)
        write_both_sides(&it, TRACKS, writes);
    bench_run_for(it.bench, 600 * SIM_S);
    struct pair_report report = flash_bench_report(&it);
    const struct flashcopy_report *flash = &report.flashcopy;
    int64_t read = flash_bench_commands(&it, it.source_rank) - before - flash_bench_destaged(&it, it.source_rank);
    printf("    %s: background %lld + source writes %lld + target writes %lld + replaced %lld = %lld tracks; "
           "%lld read from drives in %lld commands, %lld hits\n",
           what, (long long)flash->background_tracks, (long long)flash->write_tracks,
           (long long)flash->completed_tracks, (long long)flash->replaced_tracks, (long long)report.tracks,
           (long long)flash->staged_tracks, (long long)read, (long long)(report.copied_tracks - flash->staged_tracks));
    CHECK_INT(report.state, FLASH_COMPLETE);
    CHECK_INT(report.tracks_left, 0);
    flash_check_conserved(&report);
    CHECK_INT(report.copied_tracks - flash->staged_tracks, TRACKS / 4);
    check_reads(&report, read, writes);
    CHECK_INT(flash_bench_commands(&it, it.target_rank) - idle, flash_bench_destaged(&it, it.target_rank));
    flash_bench_destroy(&it);
    free(more);
}

/* Commands of one track each, so that they can be counted: copies' reads are all that destages leave over. */
#define TRACK_COMMANDS "    drive_command: 32 KiB\n"

static void test_counted(void)
{
    static const struct {
        const char *reading, *server;
    } readings[] = {{"before_destage", TRACK_COMMANDS},
                    {"before_write", TRACK_COMMANDS "    copy_on_write: before_write\n"}};
    count_out("nothing written", TRACK_COMMANDS, NO_WRITES);
    for (size_t i = 0; i < 2; i++) {
        printf("    %s\n", readings[i].reading);
        count_out("parts written on both sides", readings[i].server, PARTS);
        count_out("whole tracks of the target too", readings[i].server, PARTS_AND_WHOLE);
    }
}

/* As any scenario: production reads and writes both volumes from before T0 until long after the last track. */
static void test_production(void)
{
    static const char *const keys[] = {"permit_online: yes", "permit_online: yes, accelerate_destage: yes"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char *more = flash_establish(1, "snap", keys[i]);
        struct mirror_run *run = flash_run(&(struct flash_plan){
            .run = "warmup: 10 s, duration: 110 s", .more = more,
            .workloads = "  oltp: {volumes: db, rw: randrw, rwmixread: 70, rate_iops: 200}\n"
                         "  report: {volumes: snap.0, rw: randrw, rwmixread: 70, rate_iops: 60}\n"
                         "  load: {volumes: snap.0, rw: randrw, rwmixread: 50, bs: 32 KiB, rate_iops: 20}\n"});
        const struct flashcopy_report *flash = &run->pairs[0].flashcopy;
        printf("    %s: background %lld + source writes %lld + target writes %lld + replaced %lld = %lld tracks in "
               "%.1f s; %lld read from drives, %lld reads redirected\n",
               keys[i], (long long)flash->background_tracks, (long long)flash->write_tracks,
               (long long)flash->completed_tracks, (long long)flash->replaced_tracks, (long long)run->pairs[0].tracks,
               flash_copy_s(run), (long long)flash->staged_tracks, (long long)flash->redirected_reads);
        flash_check_conserved(&run->pairs[0]);
        CHECK_INT(run->pairs[0].state, FLASH_COMPLETE);
        CHECK_INT(run->pairs[0].tracks_left, 0);
        CHECK(flash->completed_tracks > 0 && flash->replaced_tracks > 0 && flash->redirected_reads > 0);
        CHECK(flash->staged_tracks > 0);
        CHECK_INT(run->errors, 0);
        mirror_run_free(run);
        free(more);
    }
}

UNIT_MAIN("flashcopy_work",
          {"on drawn machines every track counts once, none is copied twice, and NOCOPY copies only what is written",
           test_drawn},
          {"a NOCOPY relation that is only read copies nothing, and leaves the target's drives alone", test_reads},
          {"copies read from the source's rank the tracks that the cache does not have whole, and drives do no more",
           test_counted},
          {"beside production on both sides, a copy's tracks add up to its volume's", test_production})
