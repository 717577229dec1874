// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What FlashCopy has to show on an F20 of the catalogue: how long several pairs take, what one stream may get, and that
 * drives do what the copies imply. Each check prints what is allowed and what came out.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/flash_bench.h"
#include "tests/flash_run.h"
#include "tests/unit.h"

/* ---- target 10: several pairs on one rank pair ---- */

/* How long `pairs` copies of 1 GiB take that start together. */
static double copies_s(int pairs, const char *target)
{
    char *more = flash_establish(pairs, target, "");
    struct mirror_run *run = flash_run(&(struct flash_plan){.run = "start: cold", .more = more});
    double s = flash_copy_s(run);
    for (int i = 0; i < pairs; i++) {
        flash_check_conserved(&run->pairs[i]);
        CHECK_INT(run->pairs[i].flashcopy.background_tracks, 32768);
        CHECK_INT(run->pairs[i].flashcopy.staged_tracks, 32768);
    }
    mirror_run_free(run);
    free(more);
    return s;
}

static void test_equal_pairs(void)
{
    double one_s[2];
    for (int pairs = 1; pairs <= 8; pairs *= 2) {
        double s[2] = {copies_s(pairs, "snap"), copies_s(pairs, "same")};
        for (int i = 0; i < 2; i++) {
            if (pairs == 1)
                one_s[i] = s[i];
            printf("    %d of 1 GiB to %s rank: %.2f s, %.2f times one (%.1f to %.1f)\n", pairs,
                   i == 0 ? "another" : "the same", s[i], s[i] / one_s[i], pairs == 1 ? 1.0 : 0.6 * pairs,
                   pairs == 1 ? 1.0 : 1.5 * pairs);
            CHECK(s[i] >= 0.6 * pairs * one_s[i] && s[i] <= 1.5 * pairs * one_s[i]);
        }
        CHECK(s[1] >= s[0]);
    }
}

/* ---- target 10: one sequential stream ---- */

/* What a stream may have in the cache when measuring begins: what was staged ahead, 30 tracks in 20 s. */
#define AHEAD_MB_PER_S (30 * 32768 * 1e-6 / 20)

/* One stream's MB/s, `rw` on the volume; db.0 and snap.0 are a NOCOPY relation of which nothing is copied yet. */
static double stream_mb_per_s(const char *volume, const char *rw, const char *server)
{
    char *load = memory_text("  s: {volumes: %s, rw: %s, bs: 64 KiB, iodepth: 8}\n", volume, rw);
    char *more = flash_pairs(1, "snap", "background_copy: no");
    struct mirror_run *run = flash_run(&(struct flash_plan){.run = "warmup: 20 s, duration: 20 s, start: cold",
                                                            .server = server, .size = "8 GiB", .workloads = load,
                                                            .more = more});
    double rate = run->loads[0][rw[0] == 'r' ? IO_READ : IO_WRITE].mb_per_s;
    flash_check_conserved(&run->pairs[0]);
    mirror_run_free(run);
    free(load);
    free(more);
    return rate;
}

static void test_one_stream(void)
{
    static const struct {
        const char *what, *volume, *rw;
    } streams[] = {{"reads of a volume in no relation", "db.1", "read"},
                   {"reads of a source", "db.0", "read"},
                   {"reads of a target that lacks all", "snap.0", "read"},
                   {"writes to a volume in no relation", "db.1", "write"},
                   {"writes to a source", "db.0", "write"},
                   {"writes to a target, of whole tracks", "snap.0", "write"}};
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        double rate = stream_mb_per_s(streams[i].volume, streams[i].rw, NULL);
        double wide = stream_mb_per_s(streams[i].volume, streams[i].rw, "    loop_link_rate: 80 MB/s\n");
        printf("    %s: %.2f MB/s (at most 40), %.2f over links of 80 MB/s\n", streams[i].what, rate, wide);
        CHECK(rate <= 40 + AHEAD_MB_PER_S && rate > 15);
        CHECK(wide > 40 || i >= 3);
    }
}

/* ---- target 10: NOCOPY copies a track once, and drives do what that implies ---- */

enum { WRITES = 8000, WRITE_SEGMENTS_MAX = 12 };

struct written {
    struct rng addresses;
    uint8_t *tracks;  /* of the source, 1: written */
    int64_t distinct; /* such tracks */
};

static void note_tracks(struct written *written, int64_t first, int64_t last)
{
    for (int64_t track = first; track <= last; track++) {
        written->distinct += written->tracks[track] == 0;
        written->tracks[track] = 1;
    }
}

/* Writes of 1 to 12 segments anywhere on the source, 200 a second; then all of it has time to be destaged. */
static void write_at_random(struct flash_bench *it, struct written *written)
{
    int64_t segments = scenario_config(it->scenario)->volumes[it->source].size_bytes / SEGMENT;
    for (int i = 0; i < WRITES; i++) {
        int64_t count = 1 + (int64_t)rng_below(&written->addresses, WRITE_SEGMENTS_MAX);
        int64_t first = (int64_t)rng_below(&written->addresses, (uint64_t)(segments - count));
        note_tracks(written, first * SEGMENT / TRACK, (first + count - 1) * SEGMENT / TRACK);
        bench_issue(it->bench, IO_WRITE, it->source, first * SEGMENT, count * SEGMENT);
        bench_run_for(it->bench, 5 * SIM_MS);
    }
    bench_run_for(it->bench, 1500 * SIM_S);
    CHECK_INT(bench_nvs_segments(it->bench), 0);
}

/* Every copy is one read of its source's rank; all else there, and all on the target's, is what destages do. */
static void check_drives(struct flash_bench *it, int64_t copies, const char *what)
{
    struct pair_report report = flash_bench_report(it);
    const struct raid_counts *source = &bench_rank(it->bench, it->source_rank)->raid;
    const struct raid_counts *target = &bench_rank(it->bench, it->target_rank)->raid;
    int64_t at_source = flash_bench_commands(it, it->source_rank);
    int64_t at_target = flash_bench_commands(it, it->target_rank);
    printf("    %s: %lld tracks copied; source's rank %lld commands = %lld copies + %lld of destages (%lld tracks); "
           "target's %lld = %lld of destages (%lld tracks)\n",
           what, (long long)report.copied_tracks, (long long)at_source, (long long)copies,
           (long long)flash_bench_destaged(it, it->source_rank), (long long)source->data_writes, (long long)at_target,
           (long long)flash_bench_destaged(it, it->target_rank), (long long)target->data_writes);
    flash_check_conserved(&report);
    CHECK_INT(report.flashcopy.write_tracks, copies);
    CHECK_INT(report.copied_tracks, copies);
    CHECK_INT(report.flashcopy.staged_tracks, copies);
    CHECK_INT(at_source, copies + flash_bench_destaged(it, it->source_rank));
    CHECK_INT(at_target, flash_bench_destaged(it, it->target_rank));
    CHECK_INT(target->data_writes, copies);
    CHECK_INT(target->destaged_segments, copies * TRACK / SEGMENT);
}

/* Each row writes its tracks and parity, and reads as many before, or fewer where a reconstruct write is cheaper. */
static void check_rows(struct flash_bench *it, int rank)
{
    const struct raid_counts *raid = &bench_rank(it->bench, rank)->raid;
    int64_t rows = 0, small = raid->rows[RAID_SMALL_WRITE], most = 2 * (raid->data_writes + raid->parity_writes);
    for (int way = 0; way < RAID_WRITE_KINDS; way++)
        rows += raid->rows[way];
    CHECK_INT(raid->parity_writes, rows);
    CHECK(flash_bench_destaged(it, rank) <= most && flash_bench_destaged(it, rank) > most * 9 / 10);
    CHECK(small > rows * 9 / 10);
}

static void test_nocopy_drives(void)
{
    char *more = flash_pairs(1, "snap", "background_copy: no");
    struct flash_bench it = flash_bench_create(
        &(struct flash_plan){.run = "duration: 1 s", .size = "8 GiB", .more = more});
    struct written written = {.tracks = memory_alloc_zeroed(262144, 1)};
    rng_init(&written.addresses, 1, "addresses");
    write_at_random(&it, &written);
    check_drives(&it, written.distinct, "written at random");
    check_rows(&it, it.source_rank);
    check_rows(&it, it.target_rank);
    int64_t at_target = flash_bench_commands(&it, it.target_rank), distinct = written.distinct;
    rng_init(&written.addresses, 1, "addresses");
    write_at_random(&it, &written);
    check_drives(&it, distinct, "written again");
    CHECK_INT(flash_bench_commands(&it, it.target_rank), at_target);
    CHECK(distinct > WRITES);
    flash_bench_destroy(&it);
    free(written.tracks);
    free(more);
}

UNIT_MAIN("flashcopy_targets",
          {"target 10: N equal pairs on one rank pair take 0.6 N to 1.5 N times as long as one", test_equal_pairs},
          {"target 10: a sequential stream gets at most 40 MB/s", test_one_stream},
          {"target 10: with NOCOPY a source track is copied once, and drives do what copies and destages imply",
           test_nocopy_drives})
