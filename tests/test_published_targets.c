// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * What is published of ranks and drives, and of the server under them, against the catalogue's F20 with
 * ultrastar-36lzx drives as any scenario gets them. Each check prints what was published, what is allowed and what
 * came out; docs/validation.md explains them and shows the same figures.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/drive.h"
#include "tests/drive_theory.h"
#include "tests/rank_run.h"
#include "tests/unit.h"

/* Published -20 % to +10 %: the figures are of drives some years younger than the ESS's. */
static void check_published(const char *what, double seen, double published)
{
    printf("    %-50s published %7.1f, seen %7.1f: %+.1f %%\n", what, published, seen, 100 * (seen / published - 1));
    CHECK(seen >= 0.8 * published && seen <= 1.1 * published);
}

/* ---- target 1: what a rank can do ---- */

static void test_rank_maximum(void)
{
    static const double published[] = {1100, 943};
    double drawn[2], simulated[2];
    for (int i = 0; i < 2; i++) {
        drawn[i] = rank_run(&rank_subjects[i], "warmup: 5 s, duration: 300 s",
                            "  w: {volumes: v, rw: randread, iodepth: 64, read_hit: 0 %}\n").ios[IO_READ].per_s;
        char *what = memory_text("%s, 64 random reads of 4 KiB at once, per s", rank_subjects[i].format);
        check_published(what, drawn[i], published[i]);
        free(what);
        /* By footprint: the cache holds a seventieth of the rank, and every read is looked up. */
        struct rank_outcome outcome = rank_run(&rank_subjects[i], "warmup: 5 s, duration: 300 s, start: cold",
                                          "  w: {volumes: v, rw: randread, iodepth: 64}\n");
        simulated[i] = outcome.ios[IO_READ].per_s;
        CHECK(outcome.server.read_hit_ratio < 0.02);
        CHECK_NEAR(simulated[i] * (1 - outcome.server.read_hit_ratio), drawn[i], 0.01 * drawn[i]);
    }
    printf("    the ratio is %.3f; 8/7 is %.3f, and the table's 7/6 %.3f\n", drawn[0] / drawn[1], 8 / 7.0, 7 / 6.0);
    CHECK_NEAR(drawn[0] / drawn[1], 1.13, 0.02);
    CHECK_NEAR(simulated[0] / simulated[1], 1.13, 0.02);
}

/* ---- target 2: what a rank should be asked for ---- */

/* Every write is destaged: as a stripe's dirty tracks leave together, a destage takes one and those that chance has put
 * beside it, the dirty segments of NVS over the stripes of the rank (one for each track of a drive). */
static void check_steady_destaging(const struct rank_outcome *outcome, double writes_per_s)
{
    double nvs_segments = 384.0 * 1024 / 2 / 4, stripes = 36.7e9 / 32768;
    double dirty = nvs_segments * 2 * outcome->server.nvs_occupancy_mean; /* one cluster's: the other has no writes */
    double writes_a_destage = 1 + dirty / stripes;
    CHECK_NEAR(outcome->destages_per_s * writes_a_destage, writes_per_s, 0.01 * writes_per_s);
}

static struct rank_outcome run_mix(const struct rank_subject *rank, int reads_percent, double per_s)
{
    char *mix = memory_text("  w: {volumes: v, rw: randrw, rwmixread: %d, rate_iops: %.17g, read_hit: 0 %%}\n",
                            reads_percent, per_s);
    struct rank_outcome outcome = rank_run(rank, "warmup: 100 s, duration: 400 s", mix);
    free(mix);
    return outcome;
}

/* The rate at which the rank is busy for 40 % of the time. Utilisation is nearly proportional to the rate. */
static double rate_at_forty_percent(const struct rank_subject *rank, int reads_percent, double guess_per_s)
{
    double per_s = guess_per_s;
    for (int step = 0; step < 2; step++)
        per_s *= 0.4 / run_mix(rank, reads_percent, per_s).rank_utilization;
    struct rank_outcome outcome = run_mix(rank, reads_percent, per_s);
    CHECK_NEAR(outcome.rank_utilization, 0.4, 0.004);
    CHECK_NEAR(outcome.ios[IO_READ].per_s + outcome.ios[IO_WRITE].per_s, per_s, 0.01 * per_s);
    check_steady_destaging(&outcome, outcome.ios[IO_WRITE].per_s);
    CHECK_INT(outcome.server.nvs_full_waits, 0);
    printf("    %s, %d %% reads: a read takes %.1f ms, %.1f destages per s\n", rank->format, reads_percent,
           outcome.ios[IO_READ].response_ms, outcome.destages_per_s);
    return per_s;
}

/* The table's maximum of disk operations, 40 % of it, over reads + 4 x writes gives its host rates. */
static void test_rank_at_forty_percent(void)
{
    static const double maximum[] = {1100, 943}, published[2][2] = {{232, 176}, {199, 151}};
    for (int i = 0; i < 2; i++)
        for (int mix = 0; mix < 2; mix++) {
            int reads_percent = mix == 0 ? 70 : 50;
            double derived = 0.4 * maximum[i] / (0.01 * reads_percent + 4 * (1 - 0.01 * reads_percent));
            CHECK_NEAR(derived, published[i][mix], 1);
            const struct rank_subject *rank = &rank_subjects[i];
            char *what = memory_text("%s, %d %% reads, 40 %% busy, host I/O per s", rank->format, reads_percent);
            check_published(what, rate_at_forty_percent(rank, reads_percent, published[i][mix]), published[i][mix]);
            free(what);
        }
}

/* ---- target 3: one drive ---- */

static void test_drive_random_read(void)
{
    struct rank_outcome outcome = rank_run(&rank_subjects[0], "warmup: 1 s, duration: 1000 s",
                                      "  w: {volumes: v, rw: randread, iodepth: 1, read_hit: 0 %}\n");
    printf("    4 KiB at random: published 8.3 ms, seen %.2f ms\n", outcome.ios[IO_READ].drive_ms);
    CHECK_NEAR(outcome.ios[IO_READ].drive_ms, 8.3, 0.83);
}

/*
 * The drive alone: the scenario's rank is laid out with strips as long as a drive, so that its first volume lies on
 * one drive from `first_track` on, and with tracks of 16 MiB, which a drive command reads whole.
 */
static double sequential_mb_per_s(const struct config *scenario, bool innermost)
{
    struct config config = *scenario;
    struct server_config server = scenario->servers[0];
    struct rank_config rank = scenario->ranks[0];
    struct volume_config volume = scenario->volumes[0];
    struct workload_config workload = scenario->workloads[0];
    config.servers = &server, config.ranks = &rank, config.volumes = &volume, config.workloads = &workload;
    server.model.segment_bytes = 1 << 20;
    server.model.track_bytes = 16 << 20;
    int64_t tracks = drive_type_blocks(scenario->drive_types) / (server.model.track_bytes / BLOCK_BYTES);
    server.model.strip_tracks = (int32_t)tracks;
    rank.capacity_tracks = rank.used_tracks = tracks;
    volume.tracks = 20;
    volume.size_bytes = volume.tracks * server.model.track_bytes;
    volume.first_track = innermost ? tracks - volume.tracks : 0;
    workload.block_bytes = (int32_t)server.model.track_bytes;
    return (double)server.model.track_bytes * 1e-3 / rank_run_config(&config).ios[IO_READ].drive_ms;
}

static void test_drive_sequential_read(void)
{
    struct scenario *scenario = rank_load(&rank_subjects[0], "warmup: 0 s, duration: 200 s, start: cold",
                                          "  w: {volumes: v, rw: randread, iodepth: 1, read_hit: 0 %}\n");
    const struct config *config = scenario_config(scenario);
    const struct drive_type *type = &config->drive_types[0];
    double outer = sequential_mb_per_s(config, false), inner = sequential_mb_per_s(config, true);
    printf("    commands of 16 MiB: published 36 to 21 MB/s, seen %.1f and %.1f MB/s\n", outer, inner);
    CHECK_NEAR(outer, 36, 0.05 * 36);
    CHECK_NEAR(inner, 21, 0.05 * 21);
    /* A command's overhead, seek and half a turn take 1 to 2 % of the half second that 16 MiB take; a buffer that
     * reads on, or begins in the midst of a track, saves as much. */
    CHECK_NEAR(outer / (drive_theory_sequential(type, 0) * 1e-6), 0.99, 0.02);
    CHECK_NEAR(inner / (drive_theory_sequential(type, type->zone_count - 1) * 1e-6), 0.99, 0.02);
    scenario_destroy(scenario);
}

/* ---- target 9: more writes than the drives can take ---- */

static void check_flood(const struct rank_subject *rank)
{
    static const char reads[] = "  r: {volumes: v, rw: randread, rate_iops: 20, read_hit: 0 %}\n";
    static const char both[] = "  r: {volumes: v, rw: randread, rate_iops: 20, read_hit: 0 %}\n"
                               "  w: {volumes: v, rw: randwrite, rate_iops: 500}\n";
    struct rank_outcome calm = rank_run(rank, "warmup: 5 s, duration: 600 s, start: cold", reads);
    struct rank_outcome filling = rank_run(rank, "warmup: 1 s, duration: 25 s, start: cold", both);
    struct rank_outcome full = rank_run(rank, "warmup: 200 s, duration: 300 s, start: cold", both);
    const struct rank_ios *quick = &filling.ios[IO_WRITE], *slow = &full.ios[IO_WRITE];
    double calm_ms = calm.ios[IO_READ].response_ms, flooded_ms = full.ios[IO_READ].response_ms;
    double slower = flooded_ms / calm_ms;
    printf("    %s: 500 writes per s are offered; %.1f take %.2f ms while NVS fills, %.1f (%.1f destages) %.0f ms\n"
           "           when it is full; reads take %.1f ms without writes, %.1f ms then: %.1f times\n",
           rank->format, quick->per_s, quick->response_ms, slow->per_s, full.destages_per_s, slow->response_ms,
           calm_ms, flooded_ms, slower);
    CHECK_INT(filling.server.nvs_full_waits, 0);
    CHECK_NEAR(quick->per_s, 500, 25);
    CHECK(quick->response_ms < 1);
    CHECK(full.server.nvs_full_waits > 0 && full.server.nvs_occupancy_max > 0.999);
    check_steady_destaging(&full, slow->per_s);
    CHECK(slow->per_s < 400);
    CHECK(slow->response_ms > 1000 * quick->response_ms);
    CHECK(slower >= 2 && slower <= 6);
}

static void test_flood(void)
{
    check_flood(&rank_subjects[0]);
    check_flood(&rank_subjects[1]);
}

/* ---- target 10, first sentence: one stream, one link; staged ahead, it comes near that ---- */

static void test_one_stream(void)
{
    static const int depths[] = {1, 4, 16};
    for (size_t i = 0; i < sizeof depths / sizeof depths[0]; i++) {
        char *stream = memory_text("  w: {volumes: v, rw: read, bs: 64 KiB, iodepth: %d}\n", depths[i]);
        struct rank_outcome outcome = rank_run(&rank_subjects[0], "warmup: 5 s, duration: 30 s, start: cold", stream);
        printf("    a sequential stream, %2d reads of 64 KiB at once: at most 40 MB/s, seen %.1f MB/s\n", depths[i],
               outcome.mb_per_s);
        /* 3 MB that were staged or in flight when the interval began may be counted in it: 0.1 MB/s of 30 s. */
        CHECK(outcome.mb_per_s >= 35 && outcome.mb_per_s <= 40.1);
        free(stream);
    }
}

UNIT_MAIN("published_targets",
          {"target 1: a rank does 1100 (7+P) or 943 (6+P+S) random reads a second, -20/+10 %", test_rank_maximum},
          {"target 2: at 40 % utilisation a rank serves 232, 176, 199, 151 host I/Os a second, -20/+10 %",
           test_rank_at_forty_percent},
          {"target 3: a 36LZX reads 4 KiB at random in 8.3 ms, +-10 %", test_drive_random_read},
          {"target 3: a 36LZX reads 36 MB/s outside and 21 MB/s inside, +-5 %", test_drive_sequential_read},
          {"target 9: writes beyond the destage rate fill NVS, slow to that rate, and reads slow to 2 to 6 times",
           test_flood},
          {"target 10: one sequential stream gets nearly 40 MB/s and no more", test_one_stream})
