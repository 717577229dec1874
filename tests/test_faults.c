// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/faults.h"

#include <stdlib.h>
#include <string.h>

#include "models/cache.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/machine_bench.h"
#include "tests/small_config.h"
#include "tests/unit.h"
#include "tests/watched_run.h"

enum { TRACKS = 3000 };

/* Ranks of small drives (1,875 tracks each), so that a rebuild takes some seconds. */
static struct config *create_config(size_t ranks)
{
    struct config *config = small_config_create(ranks, 1);
    config->drive_types[0].cylinders = 200;
    config->drive_types[0].zones[1].first_cylinder = 100;
    config->drive_types[0].seek_points[1] = (struct seek_point){201, 3 * SIM_MS};
    for (size_t i = 0; i < ranks; i++)
        config->volumes[i].tracks = TRACKS;
    small_config_lay_out(config);
    return config;
}

static void set_format(struct config *config, int rank, enum rank_format format)
{
    config->ranks[rank].format = format;
    small_config_lay_out(config);
}

/* ---- spares ---- */

static void test_own_spare_first(void)
{
    struct machine_bench *bench = bench_create(create_config(2));
    struct rank *first = bench_rank(bench, 0), *second = bench_rank(bench, 1);
    faults_fail(&second->bays[4]);
    CHECK(second->drives[4] == second->bays[7].drive);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(second->state, RANK_WORKING);
    /* The next one takes the other rank's, and the one after that finds none. */
    faults_fail(&second->bays[0]);
    CHECK(second->drives[0] == first->bays[7].drive);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(second->state, RANK_WORKING);
    faults_fail(&second->bays[1]);
    CHECK_INT(second->state, RANK_DEGRADED);
    CHECK(bench_told_ns(bench, "TEST1/r1: no spare") > 0);
    CHECK_INT(first->state, RANK_WORKING);
    bench_destroy(bench);
}

static void check_no_sharing(int32_t pair, int32_t loop, int32_t drive_type)
{
    struct config *config = create_config(2);
    set_format(config, 0, RANK_7P);
    config->ranks[1].pair = pair;
    config->ranks[1].loop = loop;
    if (drive_type > 0) {
        config->drive_types = memory_resize(config->drive_types, 2 * sizeof *config->drive_types);
        struct drive_type *other = &config->drive_types[config->drive_type_count++];
        *other = config->drive_types[0];
        other->name = memory_copy_string("other");
        other->seek_points = memory_alloc_zeroed(2, sizeof *other->seek_points);
        memcpy(other->seek_points, config->drive_types[0].seek_points, 2 * sizeof *other->seek_points);
        other->zones = memory_alloc_zeroed(2, sizeof *other->zones);
        memcpy(other->zones, config->drive_types[0].zones, 2 * sizeof *other->zones);
        config->ranks[1].drive_type = drive_type;
    }
    struct machine_bench *bench = bench_create(config);
    faults_fail(&bench_rank(bench, 0)->bays[0]);
    CHECK_INT(bench_rank(bench, 0)->state, RANK_DEGRADED);
    bench_destroy(bench);
}

static void test_spares_serve_their_loop(void)
{
    check_no_sharing(1, 0, 0);
    check_no_sharing(0, 1, 0);
    check_no_sharing(0, 0, 1);
    /* The other cluster's ranks are on the loop as well. */
    struct config *config = create_config(2);
    set_format(config, 0, RANK_7P);
    config->ranks[1].cluster = 1;
    struct machine_bench *bench = bench_create(config);
    faults_fail(&bench_rank(bench, 0)->bays[0]);
    CHECK_INT(bench_rank(bench, 0)->state, RANK_REBUILDING);
    bench_destroy(bench);
}

static void test_repair(void)
{
    struct config *config = create_config(2);
    set_format(config, 0, RANK_7P);
    set_format(config, 1, RANK_7P);
    struct machine_bench *bench = bench_create(config);
    struct rank *first = bench_rank(bench, 0), *second = bench_rank(bench, 1);
    faults_fail(&first->bays[5]);
    faults_fail(&second->bays[2]);
    faults_fail(&second->bays[2]); /* has failed already: nothing */
    CHECK_INT(second->state, RANK_DEGRADED);
    bench_run_for(bench, SIM_S);
    /* Its own rank waits for it, although the other has waited longer. */
    faults_repair(&second->bays[2]);
    CHECK_INT(second->state, RANK_REBUILDING);
    CHECK_INT(first->state, RANK_DEGRADED);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(second->state, RANK_WORKING);
    CHECK(second->drives[2] == second->bays[2].drive);
    faults_repair(&first->bays[5]);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(first->state, RANK_WORKING);
    faults_repair(&first->bays[5]); /* works: nothing */
    CHECK_INT(first->bays[5].role, DRIVE_MEMBER);
    bench_destroy(bench);
}

static void test_repaired_drive_becomes_a_spare(void)
{
    struct machine_bench *bench = bench_create(create_config(1));
    struct rank *rank = bench_rank(bench, 0);
    faults_fail(&rank->bays[0]);
    bench_run_for(bench, 20 * SIM_S);
    faults_repair(&rank->bays[0]);
    CHECK_INT(rank->bays[0].role, DRIVE_SPARE);
    CHECK(rank->drives[0] == rank->bays[7].drive);
    faults_fail(&rank->bays[6]);
    CHECK(rank->drives[6] == rank->bays[0].drive);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(rank->state, RANK_WORKING);
    /* And the one that was a spare from the start may fail as a member. */
    faults_fail(&rank->bays[7]);
    CHECK_INT(rank->state, RANK_DEGRADED);
    CHECK_INT(rank->missing, 0);
    bench_destroy(bench);
}

static void test_spare_that_fails(void)
{
    struct machine_bench *bench = bench_create(create_config(2));
    struct rank *rank = bench_rank(bench, 0);
    faults_fail(&rank->bays[3]);
    bench_run_for(bench, 2 * SIM_S);
    CHECK(rank->rebuilt_rows > 0);
    /* While it is filled: the rank's data is still whole, and the next spare is filled from the beginning. */
    faults_fail(&rank->bays[7]);
    CHECK_INT(rank->state, RANK_REBUILDING);
    CHECK_INT(rank->rebuilt_rows, 0);
    CHECK(rank->drives[3] == bench_rank(bench, 1)->bays[7].drive);
    bench_run_for(bench, 2 * SIM_S);
    faults_fail(&bench_rank(bench, 1)->bays[7]);
    CHECK_INT(rank->state, RANK_DEGRADED);
    bench_run_for(bench, SIM_S);
    faults_repair(&rank->bays[7]);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(rank->state, RANK_WORKING);
    CHECK_INT(pool_in_use(bench->machine->rebuilds), 0);
    /* An idle spare's failure is nobody's loss. */
    faults_repair(&rank->bays[3]);
    faults_fail(&rank->bays[3]);
    CHECK_INT(rank->state, RANK_WORKING);
    bench_destroy(bench);
}

/* ---- a rank that is lost ---- */

static void test_lost_rank(void)
{
    struct machine_bench *bench = bench_create(create_config(2));
    struct rank *rank = bench_rank(bench, 0);
    for (int i = 0; i < 50; i++)
        bench_write(bench, (uint32_t)i % 2, (int64_t)i * 6 * TRACK, SEGMENT);
    CHECK_INT(bench_nvs_segments(bench), 50);
    faults_fail(&rank->bays[3]);
    faults_fail(&rank->bays[4]);
    CHECK_INT(rank->state, RANK_LOST);
    CHECK_INT(rank->lost_segments, 25);
    CHECK_INT(bench_nvs_segments(bench), 25);
    CHECK(bench_told_ns(bench, "TEST1/r0: rank lost") >= 0);
    CHECK_INT(bench->errors, 0);
    bench_issue(bench, IO_READ, 0, 0, SEGMENT);
    bench_issue(bench, IO_WRITE, 0, 0, SEGMENT);
    bench_run_for(bench, SIM_S / 10);
    CHECK_INT(bench->errors, 2);
    CHECK_INT(bench->last.error, IO_RANK_LOST);
    CHECK_INT(bench_nvs_segments(bench), 25);
    bench_issue(bench, IO_READ, 1, 100 * TRACK, SEGMENT);
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(bench->errors, 2);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    CHECK_INT(bench_nvs_segments(bench), 0);
    /* A repaired drive brings nothing back. */
    faults_repair(&rank->bays[3]);
    CHECK_INT(rank->state, RANK_LOST);
    CHECK_INT(rank->bays[3].role, DRIVE_SPARE);
    faults_fail(&rank->bays[5]);
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(rank->state, RANK_LOST);
    bench_destroy(bench);
}

static void test_writes_that_wait_when_their_rank_is_lost(void)
{
    struct config *config = create_config(2);
    config->servers[0].model.nvs_bytes = 1 << 20;
    struct machine_bench *bench = bench_create(config);
    for (int i = 0; i < 1000; i++)
        bench_issue(bench, IO_WRITE, (uint32_t)i % 2, (int64_t)(i * 7919 % 2900) * TRACK, SEGMENT);
    bench_run_for(bench, 2 * SIM_S);
    CHECK(store_queue(bench_cluster(bench)->nvs) > 0);
    faults_fail(&bench_rank(bench, 0)->bays[0]);
    faults_fail(&bench_rank(bench, 0)->bays[1]);
    bench_run_for(bench, 100 * SIM_S);
    CHECK_INT(bench->ios.completed, 1000);
    CHECK(bench->errors > 100 && bench->errors <= 500);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(bench_rank(bench, 0)->destaging, 0);
    bench_destroy(bench);
}

/* ---- writes while degraded ---- */

static void test_degraded_counts(void)
{
    /* Every drive in turn is missing: what is destaged is counted as the way of each row implies. */
    for (int missing = 0; missing < 8; missing++) {
        struct config *config = create_config(1);
        set_format(config, 0, RANK_7P);
        config->servers[0].model.drive_command_bytes = TRACK;
        struct machine_bench *bench = bench_create(config);
        struct rank *rank = bench_rank(bench, 0);
        const struct raid_counts *counts = &rank->raid;
        struct rng rng;
        int64_t segments = 0, commands = 0;
        rng_init(&rng, (uint64_t)missing, "degraded");
        faults_fail(&rank->bays[missing]);
        for (int i = 0; i < 300; i++) {
            int64_t bytes = (1 + (int64_t)rng_below(&rng, 8)) * SEGMENT, at = i * 10 * TRACK;
            segments += bytes / SEGMENT;
            bench_write(bench, 0, at + (int64_t)rng_below(&rng, 9) * SEGMENT, bytes);
        }
        bench_run_for(bench, 60 * SIM_S);
        CHECK_INT(bench_nvs_segments(bench), 0);
        CHECK_INT(counts->destaged_segments, segments);
        CHECK(counts->rows[RAID_SMALL_WRITE] > 0 && counts->rows[RAID_RECONSTRUCT_WRITE] > 0);
        CHECK(counts->rows[RAID_DATA_WRITE] > 0);
        CHECK_INT(counts->parity_writes, counts->rows[RAID_SMALL_WRITE] + counts->rows[RAID_RECONSTRUCT_WRITE]);
        CHECK(counts->parity_reads >= counts->rows[RAID_SMALL_WRITE]);
        for (int drive = 0; drive < 8; drive++)
            commands += bench_commands(bench, 0, drive);
        CHECK_INT(commands,
                  counts->data_reads + counts->data_writes + counts->parity_reads + counts->parity_writes);
        CHECK_INT(bench_commands(bench, 0, missing), 0);
        bench_destroy(bench);
    }
}

/* ---- by the clock, in a run ---- */

struct observed {
    struct watched watched; /* first */
    int64_t errors_before, errors_after, events;
    sim_time lost_ns;
};

static void event(struct model_observer *observer, sim_time now_ns, const char *subject, const char *what,
                  const char *detail)
{
    struct observed *observed = (struct observed *)observer;
    observed->events++;
    if (strcmp(what, "rank lost") == 0) {
        CHECK_STRING(subject, "TEST1/r0");
        CHECK_CONTAINS(detail, "dirty data discarded");
        observed->lost_ns = now_ns;
    }
}

static void test_faults_of_a_run(void)
{
    static const struct {
        sim_time at_ns;
        int32_t rank, drive;
        bool repair;
    } faults[] = {{SIM_S, 0, 2, false}, {2 * SIM_S, 0, 5, false}, {2 * SIM_S, 0, 2, true}, {100 * SIM_S, 1, 2, false}};
    struct config *config = create_config(2);
    config->run.duration_ns = 4 * SIM_S;
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        small_config_add_fault(config, faults[i].at_ns, FAULT_DRIVE, faults[i].rank, faults[i].repair)->targets->drive =
            faults[i].drive;
    small_config_add_open(config, 100)->read_share = 0.5;
    struct observed observed = {0};
    struct model *model = watch_begin(&observed.watched, config, NULL);
    observed.watched.observer.event = event;
    observed.watched.outcome = model_run(model, &observed.watched.observer, &observed.watched.error);
    watch_end(&observed.watched, model);
    CHECK_INT(observed.lost_ns, 2 * SIM_S);
    CHECK_INT(observed.events, 5); /* failed, rebuild started, failed, lost, repaired */
    for (size_t i = 0; i < observed.watched.count; i++) {
        const struct io_record *record = &observed.watched.records[i];
        bool after = record->issue_ns + record->response_ns >= 2 * SIM_S;
        observed.errors_before += record->error != IO_OK && (!after || record->volume != 0);
        observed.errors_after += record->error == IO_OK && after && record->volume == 0;
    }
    CHECK_INT(observed.errors_before, 0);
    CHECK_INT(observed.errors_after, 0);
    CHECK_INT(observed.watched.broken, 0);
    CHECK(observed.watched.server.lost_segments >= 0);
    CHECK(watched_resource(&observed.watched, "TEST1/r0.7")->utilization > 0);
    watched_free(&observed.watched);
    small_config_destroy(config);
}

/* ---- whatever happens ---- */

static int64_t all_dirty(struct machine_bench *bench)
{
    int64_t sum = 0;
    for (int rank = 0; rank < 3; rank++)
        sum += bench_dirty_segments(bench, rank);
    return sum;
}

static void random_fault(struct machine_bench *bench, struct rng *rng)
{
    struct bay *bay = &bench_rank(bench, (int)rng_below(rng, 3))->bays[rng_below(rng, 8)];
    if (rng_below(rng, 5) < 2)
        faults_fail(bay);
    else
        faults_repair(bay);
}

/* Each position of each rank has a drive, but for a degraded rank's missing one; no drive serves twice. */
static int64_t misplaced(struct machine_bench *bench)
{
    int64_t wrong = 0;
    for (int number = 0; number < 3; number++) {
        struct rank *rank = bench_rank(bench, number);
        int64_t members[8] = {0};
        for (int pack = 0; pack < 3; pack++) {
            for (int drive = 0; drive < 8; drive++) {
                const struct bay *bay = &bench_rank(bench, pack)->bays[drive];
                wrong += (bay->role == DRIVE_MEMBER) != (bay->serves != NULL);
                if (bay->serves != rank)
                    continue;
                members[bay->position]++;
                wrong += rank->drives[bay->position] != bay->drive;
            }
        }
        wrong += (rank->state == RANK_REBUILDING) != (rank->rebuild != NULL);
        wrong += rank->state == RANK_WORKING && rank->missing != POSITION_NONE;
        for (int position = 0; rank->state != RANK_LOST && position < rank->config->active_drives; position++)
            wrong += members[position] != !(rank->state == RANK_DEGRADED && position == rank->missing);
    }
    return wrong;
}

static void check_seed(uint64_t seed)
{
    struct config *config = create_config(3);
    struct rng rng;
    rng_init(&rng, seed, "whatever");
    if (rng_below(&rng, 2))
        set_format(config, (int)rng_below(&rng, 3), RANK_7P);
    config->servers[0].model.nvs_bytes = (int64_t)1 << (20 + rng_below(&rng, 4));
    config->servers[0].model.strip_tracks = 1 + (int32_t)rng_below(&rng, 3);
    config->servers[0].model.stage_ahead_tracks = (int32_t)rng_below(&rng, 40);
    small_config_lay_out(config);
    struct machine_bench *bench = bench_create(config);
    int64_t wrong = 0, position = 0;
    for (int i = 0; i < 1500; i++) {
        int64_t bytes = rng_below(&rng, 20) == 0 ? 1 << 20 : (1 + (int64_t)rng_below(&rng, 20)) * 2048;
        int64_t offset = (int64_t)rng_below(&rng, (uint64_t)(TRACKS * TRACK - bytes) / 512) * 512;
        if (rng_below(&rng, 3) == 0) {
            bytes = TRACK;
            offset = position = (position + TRACK) % (TRACKS * TRACK);
        }
        bench_issue(bench, rng_below(&rng, 2) ? IO_WRITE : IO_READ, (uint32_t)rng_below(&rng, 3), offset, bytes);
        bench_run_for(bench, (sim_time)rng_below(&rng, 20 * SIM_MS));
        if (rng_below(&rng, 100) == 0)
            random_fault(bench, &rng);
        if (i % 50 == 0) {
            wrong += all_dirty(bench) != bench_nvs_segments(bench);
            wrong += misplaced(bench);
        }
    }
    bench_run_for(bench, 1000 * SIM_S);
    CHECK_INT(wrong, 0);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(all_dirty(bench), 0);
    CHECK_INT(sim_pending(bench->sim), 0);
    CHECK_INT(pool_in_use(bench->machine->disk_ops) + pool_in_use(bench->machine->degraded_reads) +
                  pool_in_use(bench->machine->lost_pieces) + pool_in_use(bench->machine->rebuilds) +
                  pool_in_use(bench->machine->destages),
              0);
    for (int rank = 0; rank < 3; rank++)
        CHECK(bench_rank(bench, rank)->state != RANK_REBUILDING);
    bench_destroy(bench);
}

static void test_whatever_happens(void)
{
    for (uint64_t seed = 1; seed <= 30; seed++)
        check_seed(seed);
}

UNIT_MAIN("faults",
          {"a rank takes its own spare first, then another's on the loop, then none", test_own_spare_first},
          {"spares serve ranks of their drive type on their loop, of either cluster", test_spares_serve_their_loop},
          {"a repaired drive fills its own rank's gap before another's", test_repair},
          {"a repaired drive that nobody waits for becomes a spare", test_repaired_drive_becomes_a_spare},
          {"a spare that fails while it is filled costs no data", test_spare_that_fails},
          {"a second failure loses the rank: I/Os end with an error, dirty data is discarded", test_lost_rank},
          {"writes that wait for room when their rank is lost end, and others go on",
           test_writes_that_wait_when_their_rank_is_lost},
          {"without a drive, reads and writes are what each row's way implies, and none is the missing drive's",
           test_degraded_counts},
          {"the scenario's failures happen at their times, and are told", test_faults_of_a_run},
          {"whatever fails and is repaired, every I/O ends, and NVS holds what is dirty", test_whatever_happens})
