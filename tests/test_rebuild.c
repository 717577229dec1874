// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rebuild.h"

#include <stdlib.h>

#include "models/destage_op.h"
#include "models/faults.h"
#include "models/raid.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/machine_bench.h"
#include "tests/small_config.h"
#include "tests/unit.h"

enum { ROWS = 1875 }; /* 61.44 MB a drive, read at 41 and 20 MB/s */

/* Ranks of small, fast drives, of 6+P and a spare each. */
static struct config *create_config(size_t ranks, int64_t tracks)
{
    struct config *config = small_config_create(ranks, 1);
    config->drive_types[0].cylinders = 50;
    /* Skewed so that writes, too, find the next track just arriving. */
    config->drive_types[0].zones[0] = (struct drive_zone){
        .first_cylinder = 0, .sectors_per_track = 800, .track_skew = 64, .cylinder_skew = 104};
    config->drive_types[0].zones[1] = (struct drive_zone){
        .first_cylinder = 25, .sectors_per_track = 400, .track_skew = 32, .cylinder_skew = 52};
    config->drive_types[0].seek_points[1] = (struct seek_point){201, 3 * SIM_MS};
    for (size_t i = 0; i < ranks; i++)
        config->volumes[i].tracks = tracks;
    small_config_lay_out(config);
    return config;
}

static void test_rebuild_of_an_idle_rank(void)
{
    struct machine_bench *bench = bench_create(create_config(1, 6 * ROWS));
    struct rank *rank = bench_rank(bench, 0);
    CHECK_INT(rank->config->capacity_tracks, 6 * ROWS);
    bench_run_for(bench, SIM_S);
    faults_fail(&rank->bays[3]);
    CHECK_INT(rank->state, RANK_REBUILDING);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(rank->state, RANK_WORKING);
    CHECK_INT(rank->missing, POSITION_NONE);
    CHECK_INT(rank->raid.rebuilt, ROWS);
    /* Eight rows a step: 235 commands on each; the failed drive does none. */
    for (int drive = 0; drive < 8; drive++)
        CHECK_INT(bench_commands(bench, 0, drive), drive == 3 ? 0 : 235);
    /* At 10 MB/s: 234 steps of 256 KiB in 6.134 s, then the last; XOR takes 15.7 ms of a step and bounds nothing. */
    sim_time took = bench_told_ns(bench, "TEST1/r0: rebuild complete") - SIM_S;
    CHECK(took >= 6134 * SIM_MS && took < 6250 * SIM_MS);
    CHECK_INT(bench_told_ns(bench, "TEST1/r0.3: drive failed"), SIM_S);
    CHECK_INT(bench_told_ns(bench, "TEST1/r0: rebuild started"), SIM_S);
    CHECK(rank->drives[3] == rank->bays[7].drive);
    CHECK_INT(sim_pending(bench->sim), 0);
    CHECK_INT(pool_in_use(bench->machine->rebuilds), 0);
    CHECK_INT(pool_in_use(bench->machine->disk_ops), 0);
    bench_destroy(bench);
}

static void test_every_stripe_is_the_spares(void)
{
    struct machine_bench *bench = bench_create(create_config(1, 6 * ROWS));
    struct rank *rank = bench_rank(bench, 0);
    faults_fail(&rank->bays[0]);
    bench_run_for(bench, 20 * SIM_S);
    int64_t before = bench_commands(bench, 0, 7), expected = 0;
    /* One track in 37 of the whole rank. */
    for (int64_t track = 0; track < rank->config->capacity_tracks; track += 37) {
        expected += raid_place(rank->config, rank->model, track).drive == 0;
        bench_issue(bench, IO_READ, 0, track * TRACK, SEGMENT);
        bench_run_for(bench, 200 * SIM_MS);
    }
    CHECK_INT(bench_commands(bench, 0, 0), 0);
    CHECK_INT(bench_commands(bench, 0, 7) - before, expected);
    CHECK_INT(rank->raid.reconstructed, 0);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    bench_destroy(bench);
}

static void test_what_is_rebuilt_is_used_at_once(void)
{
    struct machine_bench *bench = bench_create(create_config(1, 6 * ROWS));
    struct rank *rank = bench_rank(bench, 0);
    faults_fail(&rank->bays[0]);
    bench_run_for(bench, 3 * SIM_S);
    int64_t rows = rank->rebuilt_rows, before = 0, behind = 0;
    CHECK(rows > ROWS / 4 && rows < ROWS * 3 / 4);
    for (int64_t track = 0; track < 6 * ROWS; track++) {
        struct raid_place place = raid_place(rank->config, rank->model, track);
        if (place.drive == 0 && place.stripe < rows)
            before = track;
        if (place.drive == 0 && place.stripe < rows + 500)
            behind = track;
    }
    bench_issue(bench, IO_READ, 0, before * TRACK, SEGMENT);
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(rank->raid.reconstructed, 0);
    bench_issue(bench, IO_READ, 0, behind * TRACK, SEGMENT);
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(rank->raid.reconstructed, 1);
    CHECK_INT(bench->ios.completed, 2);
    /* Writes likewise: parity and data in front, parity alone behind. */
    int64_t writes = rank->raid.data_writes;
    bench_write(bench, 0, before * TRACK, SEGMENT);
    bench_run_for(bench, 1500 * SIM_MS);
    CHECK_INT(rank->raid.data_writes - writes, 1);
    bench_write(bench, 0, (behind + 42 * 3) * TRACK, SEGMENT);
    CHECK_INT(raid_place(rank->config, rank->model, behind + 42 * 3).drive, 0);
    CHECK(rank->state == RANK_REBUILDING);
    bench_destroy(bench);
}

static void test_as_fast_as_the_drives(void)
{
    struct config *config = create_config(1, 6 * ROWS);
    config->servers[0].model.rebuild_bytes_per_s = (int64_t)1000000000000;
    config->servers[0].model.adapter_xor_bytes_per_s = (int64_t)1000000000000;
    struct machine_bench *bench = bench_create(config);
    struct rank *rank = bench_rank(bench, 0);
    faults_fail(&rank->bays[6]);
    bench_run_for(bench, 100 * SIM_S);
    sim_time took = bench_told_ns(bench, "TEST1/r0: rebuild complete");
    /* The spare's media rate is 41 MB/s on one half and 20 on the other, and each step waits for the platter. */
    CHECK(took > 2250 * SIM_MS && took < 7 * SIM_S);
    bench_destroy(bench);
}

/* While stripes are locked for a step no destage of them begins; those that were there may end. */
static void test_destages_keep_out(void)
{
    struct config *config = create_config(1, 300);
    config->servers[0].model.destage_low = 0;
    config->servers[0].model.destage_high = 0.001;
    struct machine_bench *bench = bench_create(config);
    struct rank *rank = bench_rank(bench, 0);
    struct rng rng;
    int64_t begun = 0, at_work = 0, overlaps_before = 0, locked_before = -1;
    rng_init(&rng, 1, "keep out");
    faults_fail(&rank->bays[2]);
    for (int i = 0; i < 20000; i++) {
        if (i % 20 == 0 && bench->ios.issued - bench->ios.completed < 50)
            bench_issue(bench, IO_WRITE, 0, (int64_t)rng_below(&rng, 299 * 8) * SEGMENT, SEGMENT);
        bench_run_for(bench, 100 * SIM_US);
        int64_t overlaps = 0;
        for (const struct destage *destage = rank->destages; destage != NULL; destage = destage->next)
            overlaps += destage->stripe < rank->locked_end && destage->stripe + destage->stripes > rank->locked_from;
        begun += rank->locked_end == locked_before && overlaps > overlaps_before;
        at_work += overlaps;
        overlaps_before = overlaps;
        locked_before = rank->locked_end > 0 ? rank->locked_end : -1;
    }
    CHECK_INT(begun, 0);
    CHECK(at_work > 0); /* it was tried */
    bench_run_for(bench, 100 * SIM_S);
    CHECK_INT(rank->state, RANK_WORKING);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

static void test_strips_of_several_tracks(void)
{
    static const int32_t strips[] = {3, 8, 20};
    for (int i = 0; i < 3; i++) {
        struct config *config = create_config(1, 1);
        config->servers[0].model.strip_tracks = strips[i];
        config->volumes[0].tracks = 100;
        small_config_lay_out(config);
        struct machine_bench *bench = bench_create(config);
        struct rank *rank = bench_rank(bench, 0);
        faults_fail(&rank->bays[1]);
        bench_run_for(bench, 60 * SIM_S);
        CHECK_INT(rank->state, RANK_WORKING);
        CHECK_INT(rank->raid.rebuilt, rank->config->capacity_tracks / 6);
        bench_destroy(bench);
    }
}

static void test_rebuild_is_load(void)
{
    /* Random reads on a rank that is rebuilt take longer than on one that is not. */
    sim_time response[2] = {0};
    for (int failing = 0; failing < 2; failing++) {
        struct machine_bench *bench = bench_create(create_config(1, 6 * ROWS));
        struct rng rng;
        rng_init(&rng, 1, "load");
        if (failing)
            faults_fail(&bench_rank(bench, 0)->bays[0]);
        for (int i = 0; i < 100; i++) {
            bench_issue(bench, IO_READ, 0, (int64_t)rng_below(&rng, 6 * ROWS) * TRACK, SEGMENT);
            bench_run_for(bench, 50 * SIM_MS);
            response[failing] += bench->last.response_ns;
        }
        CHECK_INT(bench->ios.completed, 100);
        bench_destroy(bench);
    }
    CHECK(response[1] > response[0] * 5 / 4);
}

/* What a rebuild had kept back leaves when the spare fails and there is no other. */
static void test_abort_lets_destages_go_on(void)
{
    struct config *config = create_config(1, 6 * ROWS);
    config->servers[0].model.adapter_xor_bytes_per_s = 100000; /* a step takes 15 s */
    struct machine_bench *bench = bench_create(config);
    struct rank *rank = bench_rank(bench, 0);
    faults_fail(&rank->bays[0]);
    bench_write(bench, 0, 0, SEGMENT);
    bench_run_for(bench, 5 * SIM_S);
    CHECK(rank->locked_end > 0);
    CHECK_INT(bench_nvs_segments(bench), 1);
    faults_fail(&rank->bays[7]);
    CHECK_INT(rank->state, RANK_DEGRADED);
    bench_run_for(bench, 100 * SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

UNIT_MAIN("rebuild",
          {"an idle rank's spare is filled at the rate that was set, in commands of many tracks",
           test_rebuild_of_an_idle_rank},
          {"after the rebuild every stripe is served by the spare", test_every_stripe_is_the_spares},
          {"what is rebuilt is read and written like the rest while the rebuild goes on",
           test_what_is_rebuilt_is_used_at_once},
          {"without a limit the drives bound the rebuild", test_as_fast_as_the_drives},
          {"no destage of a stripe begins while the stripe is rebuilt", test_destages_keep_out},
          {"dirty data that a rebuild kept back leaves when the spare fails", test_abort_lets_destages_go_on},
          {"strips of several tracks are rebuilt whole", test_strips_of_several_tracks},
          {"a rebuild is load that host reads feel", test_rebuild_is_load})
