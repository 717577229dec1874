// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * Counting: what goes into NVS comes out of it once, and parity costs what the ways of writing imply.
 */
#include <stdlib.h>

#include "models/raid_write.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/machine_bench.h"
#include "tests/small_config.h"
#include "tests/unit.h"

enum { RANKS = 8, RANK_TRACKS = 750000, WRITES = 2000000, AHEAD = 64 };

/* The sums of all ranks' counts. */
static struct raid_counts all_counts(struct machine_bench *bench)
{
    struct raid_counts sum = {0};
    for (int i = 0; i < RANKS; i++) {
        const struct raid_counts *counts = &bench_rank(bench, i)->raid;
        for (int way = 0; way < RAID_WRITE_KINDS; way++)
            sum.rows[way] += counts->rows[way];
        sum.destaged_segments += counts->destaged_segments;
        sum.data_reads += counts->data_reads;
        sum.data_writes += counts->data_writes;
        sum.parity_reads += counts->parity_reads;
        sum.parity_writes += counts->parity_writes;
    }
    return sum;
}

static int64_t all_commands(struct machine_bench *bench)
{
    int64_t sum = 0;
    for (int rank = 0; rank < RANKS; rank++)
        for (int drive = 0; drive < 8; drive++)
            sum += bench_commands(bench, rank, drive);
    return sum;
}

/* Tracks of each rank in random order, no track twice. */
static uint32_t *shuffled_tracks(void)
{
    uint32_t *tracks = memory_alloc(RANKS * RANK_TRACKS * sizeof *tracks);
    struct rng rng;
    rng_init(&rng, 1, "tracks");
    for (uint32_t i = 0; i < RANKS * RANK_TRACKS; i++) {
        uint32_t other = (uint32_t)rng_below(&rng, i + 1);
        tracks[i] = tracks[other];
        tracks[other] = i;
    }
    return tracks;
}

static void test_two_million_tracks(void)
{
    struct config *config = small_config_create(RANKS, RANK_TRACKS);
    config->servers[0].model.nvs_bytes = (int64_t)384 << 20;
    config->servers[0].model.cache_bytes = (int64_t)1 << 30;
    config->servers[0].model.destage_low = 0.8;
    config->servers[0].model.destage_high = 0.9;
    config->servers[0].model.destage_per_rank = 20;
    config->servers[0].model.destage_age_ns = 30 * SIM_S;
    config->ranks[1].format = RANK_7P;
    small_config_lay_out(config);
    struct machine_bench *bench = bench_create(config);
    uint32_t *tracks = shuffled_tracks();
    int64_t segment = 0;
    for (int64_t i = 0; i < WRITES; i++) {
        segment = (segment + 5) % 8;
        bench_issue(bench, IO_WRITE, tracks[i] / RANK_TRACKS,
                    (int64_t)(tracks[i] % RANK_TRACKS) * TRACK + segment * SEGMENT, SEGMENT);
        while (bench->ios.issued - bench->ios.completed >= AHEAD)
            bench_run_for(bench, SIM_MS);
    }
    bench_run_for(bench, 10000 * SIM_S);
    free(tracks);
    CHECK_INT(bench->ios.completed, WRITES);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(sim_pending(bench->sim), 0);

    struct raid_counts counts = all_counts(bench);
    int64_t rows = counts.rows[RAID_SMALL_WRITE] + counts.rows[RAID_RECONSTRUCT_WRITE];
    /* Each segment once: none lost, none twice. */
    CHECK_INT(counts.destaged_segments, WRITES);
    CHECK_INT(counts.data_writes, WRITES);
    CHECK_INT(counts.rows[RAID_FULL_STRIPE_WRITE] + counts.rows[RAID_DATA_WRITE], 0);
    CHECK(counts.rows[RAID_SMALL_WRITE] > rows * 9 / 10);
    CHECK_INT(counts.parity_writes, rows);
    CHECK_INT(counts.parity_reads, counts.rows[RAID_SMALL_WRITE]);
    CHECK_INT(all_commands(bench),
              counts.data_reads + counts.data_writes + counts.parity_reads + counts.parity_writes);
    /* With small writes alone, each segment's old content would be read once. */
    if (counts.rows[RAID_RECONSTRUCT_WRITE] == 0)
        CHECK_INT(counts.data_reads, WRITES);
    bench_destroy(bench);
}

UNIT_MAIN("two_million_tracks",
          {"two million tracks written at random are destaged once each, as their rows' ways imply",
           test_two_million_tracks})
