// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a FlashCopy costs production on an F20 of the catalogue, and production the FlashCopy: full copies to another
 * rank and to the source's own, with and without accelerated destage; and both readings of copy_on_write.
 *
 * Runs that are compared have the same seeds, and so the same I/Os; the differences' 95 % intervals are Student's over
 * the seeds.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/interval.h"
#include "sim/memory.h"
#include "tests/flash_run.h"
#include "tests/unit.h"

enum { SEEDS = 5 };

/* Busies the rank of db to a half. */
#define PRODUCTION "  oltp: {volumes: db, rw: randrw, rwmixread: 70, rate_iops: 350}\n"

/* By seed. */
struct figures {
    double read_ms[SEEDS];      /* production's mean response times */
    double write_ms[SEEDS];
    double copy_mb_per_s[SEEDS]; /* copied since T0 */
    double busy;                /* the production's rank, mean over the seeds */
};

static void note(struct figures *figures, int i, const struct mirror_run *run)
{
    bool loaded = run->config->workload_count > 0;
    figures->read_ms[i] = loaded ? run->loads[0][IO_READ].response_ms : 0;
    figures->write_ms[i] = loaded ? run->loads[0][IO_WRITE].response_ms : 0;
    figures->busy += mirror_resource(run, "FCA24/prod")->utilization / SEEDS;
    if (run->config->pair_count == 0)
        return;
    const struct pair_report *pair = &run->pairs[0];
    flash_check_conserved(pair);
    CHECK_INT(pair->state, FLASH_COPYING);
    figures->copy_mb_per_s[i] = (double)pair->copied_tracks * 32768e-6 / (70 - pair->established_s);
}

/* A minute beside a copy of 8 GiB, or of one of both alone; `target` NULL: no copy. */
static struct figures measure(const char *production, const char *target, const char *keys)
{
    struct figures figures = {.busy = 0};
    char *more = target != NULL ? flash_establish(1, target, keys) : NULL;
    for (int i = 0; i < SEEDS; i++) {
        char *times = memory_text("warmup: 10 s, duration: 60 s, seed: %d", i + 1);
        struct mirror_run *run = flash_run(
            &(struct flash_plan){.run = times, .size = "8 GiB", .workloads = production, .more = more});
        note(&figures, i, run);
        mirror_run_free(run);
        free(times);
    }
    free(more);
    return figures;
}

static double mean(const double *values)
{
    double sum = 0;
    for (int i = 0; i < SEEDS; i++)
        sum += values[i];
    return sum / SEEDS;
}

/* That `more` is the larger one: the interval of the differences excludes zero. */
static void check_larger(const char *what, const double *more, const double *less)
{
    double differences[SEEDS], middle = NAN, half = NAN;
    for (int i = 0; i < SEEDS; i++)
        differences[i] = more[i] - less[i];
    CHECK(replication_interval(differences, SEEDS, 0.95, &middle, &half));
    printf("    %s: %.3f against %.3f, by %.3f +- %.3f\n", what, mean(more), mean(less), middle, half);
    CHECK(middle - half > 0);
}

/* Production beside the usual copy to another rank. */
static const struct figures *beside_snap(void)
{
    static struct figures figures;
    static bool measured;
    if (!measured)
        figures = measure(PRODUCTION, "snap", "");
    measured = true;
    return &figures;
}

static void check_each_other(const char *target, const struct figures *alone, const struct figures *both)
{
    struct figures idle = measure(NULL, target, "");
    printf("    to %s: production's rank %.1f %% busy beside the copy\n", target, 100 * both->busy);
    check_larger("MB/s of an idle copy, and beside production", idle.copy_mb_per_s, both->copy_mb_per_s);
    check_larger("ms of a read beside the copy, and without", both->read_ms, alone->read_ms);
    CHECK(mean(idle.copy_mb_per_s) > 1.5 * mean(both->copy_mb_per_s));
    CHECK(mean(both->read_ms) > 1.1 * mean(alone->read_ms));
}

/*
 * On the source's own rank the copy's first minutes are its worst: NVS holds what production wrote to that rank, up to
 * its low mark, and the rank destages it first, as the oldest. So room for a track of 32 KiB takes eight destages of
 * 4 KiB, each four accesses to drives; NVS stays above its high mark, and production meets destages at full speed.
 */
static void test_each_other(void)
{
    struct figures alone = measure(PRODUCTION, NULL, ""), same = measure(PRODUCTION, "same", "");
    printf("    production alone: its rank %.1f %% busy, reads %.3f ms, writes %.3f ms\n", 100 * alone.busy,
           mean(alone.read_ms), mean(alone.write_ms));
    CHECK_NEAR(alone.busy, 0.5, 0.02);
    check_each_other("snap", &alone, beside_snap());
    check_each_other("same", &alone, &same);
}

static void test_accelerated(void)
{
    const struct figures *usual = beside_snap();
    struct figures accelerated = measure(PRODUCTION, "snap", "accelerate_destage: yes");
    check_larger("MB/s of the copy, accelerated and not", accelerated.copy_mb_per_s, usual->copy_mb_per_s);
    check_larger("ms of a read beside it, accelerated and not", accelerated.read_ms, usual->read_ms);
    check_larger("ms of a write beside it, accelerated and not", accelerated.write_ms, usual->write_ms);
    CHECK(mean(accelerated.copy_mb_per_s) > 1.3 * mean(usual->copy_mb_per_s));
    CHECK(mean(accelerated.read_ms) > 2 * mean(usual->read_ms));
}

/* Commands to the target's drives in the seconds behind a copy of 64 MiB, which NVS would hold until it is old. */
static int64_t target_commands(const char *keys)
{
    char *more = flash_establish(1, "snap", keys);
    struct mirror_run *run =
        flash_run(&(struct flash_plan){.run = "start: cold, duration: 8 s", .size = "64 MiB", .more = more});
    int64_t commands = flash_commands(run, "copy");
    CHECK_INT(run->pairs[0].state, FLASH_COMPLETE);
    mirror_run_free(run);
    free(more);
    return commands;
}

static void test_at_once(void)
{
    int64_t usual = target_commands(""), accelerated = target_commands("accelerate_destage: yes");
    printf("    commands to the target's drives: %lld, accelerated %lld\n", (long long)usual, (long long)accelerated);
    CHECK_INT(usual, 0);
    CHECK(accelerated >= 64 * 32 / 48 * 7);
}

/* ---- copy_on_write ---- */

#define BEFORE_WRITE "    copy_on_write: before_write\n"
#define BEFORE_DESTAGE "    copy_on_write: before_destage\n"

/* Writes, one at a time, to a NOCOPY source, or reads of whole tracks of it. */
static struct mirror_run *one_at_a_time(const char *times, const char *server, const char *keys, bool relation)
{
    char *load = memory_text("  w: {volumes: db.0, rate_iops: 40, arrival: constant, %s}\n", keys);
    char *more = relation ? flash_pairs(1, "snap", "background_copy: no") : NULL;
    struct mirror_run *run = flash_run(
        &(struct flash_plan){.run = times, .server = server, .size = "8 GiB", .workloads = load, .more = more});
    free(load);
    free(more);
    return run;
}

/* What of an I/O a drive, its adapter and loop take. */
static double rank_ms(const struct mirror_ios *ios)
{
    double ms = 0;
    for (enum io_part part = 0; part < PART_COUNT; part++)
        if (part == PART_ADAPTER || part == PART_LOOP || (part >= PART_DRIVE_OVERHEAD && part <= PART_TRANSFER))
            ms += ios->part_ms[part];
    return ms;
}

/* Up to the time when destages begin, so that drives do copies alone. */
static void test_before_write(void)
{
    const char *times = "start: cold, duration: 29 s";
    struct mirror_run *write = one_at_a_time(times, BEFORE_WRITE, "rw: randwrite", true);
    struct mirror_run *read = one_at_a_time(times, BEFORE_WRITE, "rw: randread, bs: 32 KiB", false);
    const struct server_model *model = &write->config->servers[0].model;
    double copy_ms = rank_ms(&read->loads[0][IO_READ]) + (double)model->processor_ns[STEP_COPY_TRACK] * 1e-6 +
                     (double)model->track_bytes / (double)model->internal_bytes_per_s * 1e3;
    const struct mirror_ios *writes = &write->loads[0][IO_WRITE];
    printf("    before_write: %.3f ms, of which %.3f wait for a copy; a copy takes %.3f; %lld writes, %lld copies\n",
           writes->response_ms, writes->part_ms[PART_COPY_WAIT], copy_ms, (long long)writes->count,
           (long long)write->pairs[0].copied_tracks);
    flash_check_conserved(&write->pairs[0]);
    CHECK(100 * write->pairs[0].copied_tracks > 99 * writes->count);
    CHECK_NEAR(writes->part_ms[PART_COPY_WAIT], copy_ms, 0.05 * copy_ms);
    CHECK(writes->response_ms > writes->part_ms[PART_COPY_WAIT]);
    mirror_run_free(write);
    mirror_run_free(read);
}

static void test_before_destage(void)
{
    const char *times = "start: cold, warmup: 40 s, duration: 60 s";
    struct mirror_run *with = one_at_a_time(times, BEFORE_DESTAGE, "rw: randwrite", true);
    struct mirror_run *without = one_at_a_time(times, BEFORE_DESTAGE, "rw: randwrite", false);
    const struct mirror_ios *writes = &with->loads[0][IO_WRITE];
    double plain_ms = without->loads[0][IO_WRITE].response_ms;
    printf("    before_destage: %.4f ms, %.4f without a FlashCopy; %lld copies\n", writes->response_ms, plain_ms,
           (long long)with->pairs[0].copied_tracks);
    flash_check_conserved(&with->pairs[0]);
    CHECK(with->pairs[0].copied_tracks > 1000);
    CHECK(writes->part_ms[PART_COPY_WAIT] == 0);
    CHECK_NEAR(writes->response_ms, plain_ms, 0.01 * plain_ms);
    mirror_run_free(with);
    mirror_run_free(without);
}

/* Tracks copied in a minute of writes, some tracks often, and `more_s` that follow. */
static int64_t copies(const char *server, int more_s)
{
    char *times = memory_text("start: cold, duration: %d s", 60 + more_s);
    char *more = flash_pairs(1, "snap", "background_copy: no");
    struct mirror_run *run = flash_run(&(struct flash_plan){
        .run = times, .server = server, .size = "8 GiB", .more = more,
        .workloads = "  w: {volumes: db.0, rw: randwrite, random_distribution: zipf:1.1, "
                     "rate_iops: {profile: [[0 s, 100], [60 s, 100], [60 s, 0]]}}\n"});
    int64_t copied = run->pairs[0].copied_tracks;
    flash_check_conserved(&run->pairs[0]);
    mirror_run_free(run);
    free(times);
    free(more);
    return copied;
}

static void test_number_of_copies(void)
{
    int64_t at_write = copies(BEFORE_WRITE, 0), at_destage = copies(BEFORE_DESTAGE, 0);
    int64_t at_write_later = copies(BEFORE_WRITE, 600), at_destage_later = copies(BEFORE_DESTAGE, 600);
    printf("    copies after a minute: %lld before writes, %lld before destages; once all is destaged: %lld, %lld\n",
           (long long)at_write, (long long)at_destage, (long long)at_write_later, (long long)at_destage_later);
    CHECK(at_destage < at_write);
    CHECK_INT(at_write_later, at_write);
    CHECK_INT(at_destage_later, at_write);
    CHECK(at_write > 500 && at_write < 5500);
}

UNIT_MAIN("flashcopy_load",
          {"production at 50 % of its rank slows a full copy, and the copy slows it, on another rank and on its own",
           test_each_other},
          {"accelerated destage makes the copy faster beside production, and production slower", test_accelerated},
          {"accelerated, tracks are destaged as soon as they are copied, else when their age or NVS has it",
           test_at_once},
          {"before_write: a write to an uncopied track waits about a track's read", test_before_write},
          {"before_destage: it takes as long as without a FlashCopy", test_before_destage},
          {"before_destage copies no more tracks than before_write, and fewer as long as data waits in NVS",
           test_number_of_copies})
