// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * FlashCopy relations, worked out by hand on a small machine: establishing, what is copied for whom and how often,
 * background copies, ends. That the data is right is the oracle's business (test_flashcopy_oracle.c).
 */
#include "models/background_copy.h"
#include "models/cache.h"
#include "models/nvs.h"
#include "models/relation.h"
#include "models/t0.h"
#include "models/track_locks.h"
#include "models/track_table.h"
#include "tests/flash_config.h"
#include "tests/machine_bench.h"
#include "tests/unit.h"

static struct machine_bench *new_bench(size_t ranks, size_t pairs, int64_t tracks, enum pair_state state)
{
    return bench_create(flash_config_create(ranks, pairs, tracks, state));
}

static struct relation *relation_of(struct machine_bench *bench, int pair)
{
    return &bench->machine->relations[pair];
}

static void establish(struct machine_bench *bench, int32_t pair, bool background_copy)
{
    char why[PAIRS_WHY_BYTES] = "";
    if (!flashcopy_establish(bench->machine, pair, background_copy, false, false, why))
        CHECK_STRING(why, "");
}

static void withdraw(struct machine_bench *bench, int32_t pair)
{
    char why[PAIRS_WHY_BYTES] = "";
    if (!flashcopy_withdraw(bench->machine, pair, why))
        CHECK_STRING(why, "");
}

static void refused(struct machine_bench *bench, int32_t pair, const char *reason)
{
    char why[PAIRS_WHY_BYTES] = "";
    enum pair_state state = flashcopy_state(bench->machine, pair);
    CHECK(!flashcopy_establish(bench->machine, pair, true, false, false, why));
    CHECK_CONTAINS(why, reason);
    CHECK_INT(flashcopy_state(bench->machine, pair), state);
}

static void check_state(struct machine_bench *bench, int32_t pair, enum pair_state state)
{
    CHECK_STRING(pair_state_name(flashcopy_state(bench->machine, pair)), pair_state_name(state));
}

/* Every track is accounted for once. */
static void check_conserved(struct machine_bench *bench, int32_t pair)
{
    struct pair_report report;
    flashcopy_report(bench->machine, pair, &report);
    const struct flashcopy_report *flash = &report.flashcopy;
    CHECK_INT(flash->background_tracks + flash->write_tracks + flash->completed_tracks + flash->replaced_tracks +
                  report.tracks_left,
              report.tracks);
    CHECK_INT(flash->background_tracks + flash->write_tracks + flash->completed_tracks, report.copied_tracks);
}

/* Nothing is left in NVS, locked or kept once all is destaged. */
static void check_clean(struct machine_bench *bench)
{
    bench_run_for(bench, 60 * SIM_S);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK_INT(store_used(bench_cluster(bench)->nvs_apart), 0);
    CHECK_INT(track_locks_held(bench->machine->copy_locks), 0);
    CHECK_INT(track_table_count(bench->machine->old_tracks), 0);
}

/* Accesses to drives of a rank so far. */
static int64_t commands(struct machine_bench *bench, int rank)
{
    int64_t sum = 0;
    for (int drive = 0; drive < RANK_DRIVES_MAX; drive++)
        sum += bench_commands(bench, rank, drive);
    return sum;
}

/* ---- establishing ---- */

static void establishing_takes_its_time_and_holds_ios_at_its_end(void)
{
    struct machine_bench *bench = new_bench(2, 1, 60, FLASH_NONE);
    establish(bench, 0, false);
    check_state(bench, 0, FLASH_ESTABLISHING);
    bench_run_for(bench, 899 * SIM_MS);
    bench_write(bench, 0, 0, SEGMENT);
    CHECK_INT(bench->ios.completed, 1); /* issued before the hold, complete 1.3 ms later */
    CHECK(!relation_of(bench, 0)->established_ns || relation_stands(relation_of(bench, 0)));
    for (uint32_t volume = 0; volume < 2; volume++) {
        bench_issue(bench, IO_WRITE, volume, TRACK, SEGMENT);
        bench_issue(bench, IO_READ, volume, 2 * TRACK, SEGMENT);
    }
    bench_run_for(bench, 98 * SIM_MS);
    CHECK_INT(bench->ios.completed, 1);
    check_state(bench, 0, FLASH_ESTABLISHING);
    bench_run_for(bench, 101 * SIM_MS);
    check_state(bench, 0, FLASH_NOCOPY);
    CHECK_INT(bench->ios.completed, 5);
    CHECK(bench->last.part_ns[PART_ESTABLISH_WAIT] > 90 * SIM_MS);
    CHECK_INT(relation_of(bench, 0)->established_ns, 900 * SIM_MS);
    CHECK_INT(bench_told_ns(bench, "s0>t0: nocopy"), SIM_S);
    bench_destroy(bench);
}

static void the_hold_grows_with_the_tracks(void)
{
    struct config *config = flash_config_create(2, 1, 1000, FLASH_NONE);
    config->servers[0].model.flashcopy_hold_track_ns = 10 * SIM_US;
    struct machine_bench *bench = bench_create(config);
    establish(bench, 0, false);
    bench_run_for(bench, 2 * SIM_S);
    CHECK_INT(bench_told_ns(bench, "s0>t0: nocopy"), SIM_S + 10 * SIM_MS);
    bench_destroy(bench);
}

static void all_relations_of_a_task_have_one_t0(void)
{
    struct machine_bench *bench = new_bench(2, 4, 60, FLASH_NONE);
    for (int32_t pair = 0; pair < 4; pair++)
        establish(bench, pair, true);
    bench_run_for(bench, 2 * SIM_S);
    for (int32_t pair = 0; pair < 4; pair++)
        CHECK_INT(relation_of(bench, pair)->established_ns, 900 * SIM_MS);
    bench_destroy(bench);
}

static void what_does_not_fit_is_refused(void)
{
    struct config *config = flash_config_create(2, 2, 60, FLASH_NONE);
    config->pairs[1].source = 0; /* s0 > t1 */
    struct machine_bench *bench = bench_create(config);
    establish(bench, 0, false);
    refused(bench, 0, "the relation is establishing already, needed is a complete or withdrawn one, or none");
    refused(bench, 1, "source s0 is in use by FlashCopy s0>t0, allowed is one relation for a volume");
    bench_run_for(bench, 2 * SIM_S);
    refused(bench, 0, "the relation is nocopy already");
    refused(bench, 1, "source s0 is in use by FlashCopy s0>t0");
    withdraw(bench, 0);
    char why[PAIRS_WHY_BYTES];
    CHECK(!flashcopy_withdraw(bench->machine, 0, why));
    CHECK_STRING(why, "the relation is withdrawn, needed is copying or nocopy");
    bench->machine->volumes[3].hosts = 1;
    refused(bench, 1, "target t1 is in use by a host, needed is permit_online or a quiesced workload");
    CHECK(flashcopy_establish(bench->machine, 1, true, false, true, why));
    refused(bench, 0, "source s0 is in use by FlashCopy s1>t1");
    bench_destroy(bench);

    config = flash_config_create(2, 2, 60, FLASH_NONE);
    config->pairs[1].source = 2; /* t0 > t1 */
    bench = bench_create(config);
    establish(bench, 0, false);
    refused(bench, 1, "source t0 is in use by FlashCopy s0>t0, allowed is one relation for a volume");
    bench_destroy(bench);

    config = flash_config_create(2, 1, 60, FLASH_NONE);
    config->volumes[1].tracks = 59;
    config->ranks[1].lss = 17;
    config->subsystem_count = 0;
    config_list_subsystems(config);
    bench = bench_create(config);
    refused(bench, 0, "s0 and t0 are in different logical subsystems, needed is one");
    bench->config->ranks[1].lss = 16;
    config_list_subsystems(bench->config);
    refused(bench, 0, "target t0 is smaller than source s0, needed is at least its size");
    bench_destroy(bench);
}

/* ---- copies for writes ---- */

/* The whole of one track of the target is dirty in NVS, besides `more` segments. */
static void nocopy_copies_a_track_before_its_first_destage_and_never_again(void)
{
    struct machine_bench *bench = new_bench(2, 1, 600, FLASH_NOCOPY);
    struct relation *relation = relation_of(bench, 0);
    bench_write(bench, 0, 0, SEGMENT);
    CHECK_NEAR((double)bench->last.response_ns, 1.3e6, 1e6); /* a fast write */
    CHECK_INT(relation->copied[COPY_FOR_SOURCE_WRITE], 0);
    CHECK_INT(bench_nvs_segments(bench), 1);
    CHECK(cache_is_bound(bench_cluster(bench)->cache, cache_find(bench_cluster(bench)->cache, 0, 0)));
    bench_run_for(bench, 3 * SIM_S); /* its age brings the destage, and that the copy */
    CHECK_INT(relation->copied[COPY_FOR_SOURCE_WRITE], 1);
    CHECK_INT(commands(bench, 0), 5); /* the old track, old data and parity, new data and parity */
    bench_run_for(bench, 3 * SIM_S);
    CHECK_INT(commands(bench, 1), 4); /* the target's, a small write */
    CHECK_INT(bench_nvs_segments(bench), 0);
    for (int i = 0; i < 3; i++) {
        bench_write(bench, 0, i * SEGMENT, SEGMENT);
        bench_run_for(bench, 6 * SIM_S);
    }
    CHECK_INT(relation->copied[COPY_FOR_SOURCE_WRITE], 1);
    CHECK_INT(commands(bench, 0), 5 + 3 * 4);
    CHECK_INT(commands(bench, 1), 4);
    check_conserved(bench, 0);
    check_state(bench, 0, FLASH_NOCOPY);
    check_clean(bench);
    bench_destroy(bench);
}

static void many_writes_to_a_track_before_its_destage_cost_one_copy(void)
{
    struct machine_bench *bench = new_bench(2, 1, 600, FLASH_NOCOPY);
    for (int i = 0; i < 40; i++)
        bench_write(bench, 0, i % 8 * SEGMENT, SEGMENT);
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_FOR_SOURCE_WRITE], 1);
    check_clean(bench);
    bench_destroy(bench);
}

static void before_write_copies_before_the_write_completes(void)
{
    struct config *config = flash_config_create(2, 1, 600, FLASH_NOCOPY);
    config->servers[0].model.copy_on_write = COPY_BEFORE_WRITE;
    struct machine_bench *bench = bench_create(config);
    bench_issue(bench, IO_WRITE, 0, 0, SEGMENT);
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_FOR_SOURCE_WRITE], 1);
    CHECK_INT(commands(bench, 0), 1);
    CHECK(bench->last.part_ns[PART_COPY_WAIT] > 5 * SIM_MS);
    CHECK_INT(bench_nvs_segments(bench), 9);
    bench_write(bench, 0, SEGMENT, SEGMENT);
    CHECK_INT(bench->last.part_ns[PART_COPY_WAIT], 0);
    check_conserved(bench, 0);
    check_clean(bench);
    bench_destroy(bench);
}

/* What was dirty at T0 and is overwritten is kept beside the new data, in room of its own, until the track is copied. */
static void dirty_data_of_t0_is_kept_aside(void)
{
    struct machine_bench *bench = new_bench(2, 1, 600, FLASH_NONE);
    establish(bench, 0, false);
    bench_run_for(bench, 890 * SIM_MS);
    bench_write(bench, 0, 0, 2 * SEGMENT);
    bench_run_for(bench, 150 * SIM_MS);
    CHECK_INT(bench_nvs_segments(bench), 2);
    bench_write(bench, 0, SEGMENT, 2 * SEGMENT);
    CHECK_INT(bench_nvs_segments(bench), 4); /* one rewritten and kept, one new */
    struct content_places places = t0_places(bench->machine, 1, 0, 0xff);
    CHECK_INT(places.source_cache, 0x01);
    CHECK_INT(places.source_aside, 0x02);
    CHECK_INT(places.source_drives, 0xfc);
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_FOR_SOURCE_WRITE], 1);
    check_clean(bench);
    bench_destroy(bench);
}

static void sequential_writes_copy_each_track_once_and_leave_as_whole_stripes(void)
{
    struct machine_bench *bench = new_bench(2, 1, 600, FLASH_NOCOPY);
    for (int i = 0; i < 60; i++) {
        bench_issue(bench, IO_WRITE, 0, i * TRACK, TRACK);
        bench_run_for(bench, 5 * SIM_MS);
    }
    bench_run_for(bench, 30 * SIM_S);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_FOR_SOURCE_WRITE], 60);
    CHECK_INT(relation_of(bench, 0)->staged, 60);
    CHECK(bench_rank(bench, 0)->raid.rows[RAID_FULL_STRIPE_WRITE] == 10);
    CHECK(bench_rank(bench, 1)->raid.rows[RAID_FULL_STRIPE_WRITE] >= 9);
    check_conserved(bench, 0);
    check_clean(bench);
    bench_destroy(bench);
}

/* ---- the target ---- */

static void the_target_is_read_from_the_source_until_it_has_the_track(void)
{
    struct machine_bench *bench = new_bench(2, 1, 600, FLASH_NOCOPY);
    bench_issue(bench, IO_READ, 1, 0, SEGMENT);
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(commands(bench, 0), 1);
    CHECK_INT(commands(bench, 1), 0);
    CHECK_INT(relation_of(bench, 0)->redirected, 1);
    bench_issue(bench, IO_READ, 0, TRACK, SEGMENT); /* staged for the source ... */
    bench_run_for(bench, 100 * SIM_MS);
    bench_issue(bench, IO_READ, 1, TRACK, SEGMENT); /* ... and a hit for the target */
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(commands(bench, 0), 2);
    bench_issue(bench, IO_WRITE, 0, 5 * TRACK, SEGMENT);
    bench_run_for(bench, 40 * SIM_S); /* copied, destaged, and no longer in the cache */
    int64_t before = commands(bench, 1);
    bench_issue(bench, IO_READ, 1, 5 * TRACK, SEGMENT);
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(commands(bench, 1), before + 1);
    CHECK_INT(relation_of(bench, 0)->redirected, 2);
    bench_destroy(bench);
}

static void a_partial_target_write_fetches_the_rest_and_a_whole_one_nothing(void)
{
    struct machine_bench *bench = new_bench(2, 1, 600, FLASH_NOCOPY);
    bench_issue(bench, IO_WRITE, 1, 0, TRACK);
    bench_run_for(bench, 20 * SIM_MS);
    CHECK_INT(relation_of(bench, 0)->replaced, 1);
    CHECK_INT(commands(bench, 0), 0);
    bench_issue(bench, IO_WRITE, 1, TRACK + SEGMENT, SEGMENT);
    bench_run_for(bench, 50 * SIM_MS);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_FOR_TARGET_WRITE], 1);
    CHECK_INT(commands(bench, 0), 1);
    CHECK(bench->last.part_ns[PART_COPY_WAIT] > 5 * SIM_MS);
    bench_issue(bench, IO_WRITE, 1, 2 * TRACK + SEGMENT, 3 * TRACK); /* parts of the first and last of four */
    bench_run_for(bench, 50 * SIM_MS);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_FOR_TARGET_WRITE], 3);
    CHECK_INT(relation_of(bench, 0)->replaced, 3);
    check_conserved(bench, 0);
    check_clean(bench);
    bench_destroy(bench);
}

static void a_replaced_track_frees_what_its_source_kept(void)
{
    struct machine_bench *bench = new_bench(2, 1, 600, FLASH_NOCOPY);
    bench_write(bench, 0, 0, SEGMENT);
    CHECK_INT(track_table_count(bench->machine->old_tracks), 1);
    bench_issue(bench, IO_WRITE, 1, 0, TRACK);
    bench_run_for(bench, 20 * SIM_MS);
    CHECK_INT(track_table_count(bench->machine->old_tracks), 0);
    bench_run_for(bench, 20 * SIM_S);
    CHECK_INT(commands(bench, 0), 4); /* a small write, and no copy */
    check_conserved(bench, 0);
    check_clean(bench);
    bench_destroy(bench);
}

static void a_target_may_be_larger_than_its_source(void)
{
    struct config *config = flash_config_create(2, 1, 60, FLASH_NONE);
    config->volumes[1].tracks = 100;
    config->volumes[1].size_bytes = 100 * TRACK;
    struct machine_bench *bench = bench_create(config);
    establish(bench, 0, true);
    bench_run_for(bench, 2 * SIM_S);
    bench_write(bench, 1, 80 * TRACK, SEGMENT);
    CHECK_INT(bench->last.part_ns[PART_COPY_WAIT], 0);
    bench_run_for(bench, 10 * SIM_S);
    check_state(bench, 0, FLASH_COMPLETE);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_BACKGROUND], 60);
    check_clean(bench);
    bench_destroy(bench);
}

/* ---- the background copy ---- */

static void a_background_copy_brings_every_track_and_ends(void)
{
    for (size_t ranks = 1; ranks <= 2; ranks++) {
        struct machine_bench *bench = new_bench(ranks, 1, 6000, FLASH_NONE);
        establish(bench, 0, true);
        bench_run_for(bench, 100 * SIM_S);
        check_state(bench, 0, FLASH_COMPLETE);
        CHECK_INT(relation_of(bench, 0)->copied[COPY_BACKGROUND], 6000);
        CHECK_INT(relation_of(bench, 0)->staged, 6000);
        CHECK(bench->machine->volumes[0].source_of == NULL && bench->machine->volumes[1].target_of == NULL);
        CHECK_INT(bench_rank(bench, 0)->copy_steps, 0);
        CHECK(bench_cluster(bench)->copying == NULL);
        check_conserved(bench, 0);
        check_clean(bench);
        bench_destroy(bench);
    }
}

static void a_relation_copying_at_the_start_begins_with_the_run(void)
{
    struct machine_bench *bench = new_bench(2, 2, 60, FLASH_COPYING);
    flashcopy_start(bench->machine);
    bench_run_for(bench, 10 * SIM_S);
    check_state(bench, 0, FLASH_COMPLETE);
    check_state(bench, 1, FLASH_COMPLETE);
    bench_destroy(bench);
}

static void pairs_share_a_ranks_steps_evenly(void)
{
    struct machine_bench *bench = new_bench(2, 4, 3000, FLASH_NONE);
    for (int32_t pair = 0; pair < 4; pair++)
        establish(bench, pair, true);
    int64_t least = 0, most = 0;
    for (int i = 0; i < 40; i++) {
        bench_run_for(bench, 100 * SIM_MS);
        least = most = relation_of(bench, 0)->copied[COPY_BACKGROUND];
        for (int pair = 1; pair < 4; pair++) {
            int64_t copied = relation_of(bench, pair)->copied[COPY_BACKGROUND];
            least = copied < least ? copied : least;
            most = copied > most ? copied : most;
        }
        CHECK(bench_rank(bench, 0)->copy_steps <= 4);
        CHECK(most - least <= 15 * 4);
    }
    CHECK(least > 300);
    bench_run_for(bench, 200 * SIM_S);
    for (int32_t pair = 0; pair < 4; pair++)
        check_state(bench, pair, FLASH_COMPLETE);
    bench_destroy(bench);
}

static void a_pair_has_no_more_steps_than_it_may(void)
{
    struct config *config = flash_config_create(2, 1, 3000, FLASH_NONE);
    config->servers[0].model.flashcopy_pair_steps = 2;
    struct machine_bench *bench = bench_create(config);
    establish(bench, 0, true);
    bench_run_for(bench, 1100 * SIM_MS);
    int with_two = 0; /* looks; while NVS is at its high mark there may be fewer */
    for (int i = 0; i < 100; i++) {
        bench_run_for(bench, 7 * SIM_MS);
        CHECK(relation_of(bench, 0)->steps <= 2);
        with_two += relation_of(bench, 0)->steps == 2;
    }
    CHECK(with_two > 50);
    bench_destroy(bench);
}

static void writes_while_it_is_copied_in_the_background_are_counted_once(void)
{
    struct machine_bench *bench = new_bench(2, 1, 6000, FLASH_NONE);
    establish(bench, 0, true);
    bench_run_for(bench, SIM_S);
    for (int i = 0; i < 300; i++) {
        bench_write(bench, 0, (5999 - 7 * i) * TRACK, SEGMENT);
        bench_write(bench, 1, (5998 - 7 * i) * TRACK, SEGMENT);
        bench_write(bench, 1, (5997 - 7 * i) * TRACK, TRACK);
        check_conserved(bench, 0);
    }
    bench_run_for(bench, 100 * SIM_S);
    check_state(bench, 0, FLASH_COMPLETE);
    struct pair_report report;
    flashcopy_report(bench->machine, 0, &report);
    CHECK(report.flashcopy.write_tracks > 0);
    CHECK(report.flashcopy.completed_tracks > 0);
    CHECK(report.flashcopy.replaced_tracks > 0);
    check_conserved(bench, 0);
    check_clean(bench);
    bench_destroy(bench);
}

/* ---- ends ---- */

static void withdrawing_leaves_an_incomplete_target_and_says_so(void)
{
    struct machine_bench *bench = new_bench(2, 1, 6000, FLASH_NONE);
    establish(bench, 0, true);
    bench_run_for(bench, 1500 * SIM_MS);
    bench_write(bench, 0, 5000 * TRACK, SEGMENT);
    withdraw(bench, 0);
    check_state(bench, 0, FLASH_WITHDRAWN);
    CHECK_CONTAINS(bench_told_detail(bench, "s0>t0: withdrawn"), "the target is no copy, it lacks ");
    CHECK(relation_of(bench, 0)->incomplete);
    int64_t copied = relation_of(bench, 0)->copied[COPY_BACKGROUND];
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(relation_of(bench, 0)->copied[COPY_BACKGROUND], copied);
    CHECK_INT(relation_of(bench, 0)->steps, 0);
    check_conserved(bench, 0);
    establish(bench, 0, true);
    bench_run_for(bench, 100 * SIM_S);
    check_state(bench, 0, FLASH_COMPLETE);
    check_conserved(bench, 0);
    check_clean(bench);
    bench_destroy(bench);
}

static void a_lost_rank_ends_its_relations(void)
{
    for (int rank = 0; rank < 2; rank++) {
        struct machine_bench *bench = new_bench(2, 2, 600, FLASH_NOCOPY);
        for (int i = 0; i < 20; i++)
            bench_write(bench, 0, i * TRACK, SEGMENT);
        bench_rank(bench, rank)->state = RANK_LOST;
        flashcopy_rank_lost(bench_rank(bench, rank));
        check_state(bench, 0, FLASH_WITHDRAWN);
        check_state(bench, 1, FLASH_WITHDRAWN);
        CHECK_CONTAINS(bench_told_detail(bench, "s0>t0: withdrawn"),
                       rank == 0 ? "its source's rank is lost" : "its target's rank is lost");
        refused(bench, 0, rank == 0 ? "rank TEST1/r0 is lost" : "rank TEST1/r1 is lost");
        CHECK_INT(track_table_count(bench->machine->old_tracks), 0);
        bench_destroy(bench);
    }
}

/* ---- room ---- */

/* All of NVS full of source data whose old tracks have to be copied first: the room apart lets it drain. */
static void a_full_nvs_drains_although_everything_has_to_be_copied_first(void)
{
    for (size_t ranks = 1; ranks <= 2; ranks++) {
        struct config *config = flash_config_create(ranks, 1, 20000, FLASH_NOCOPY);
        config->servers[0].model.flashcopy_nvs_bytes = TRACK;
        struct machine_bench *bench = bench_create(config);
        for (int i = 0; i < 6000; i++)
            bench_issue(bench, IO_WRITE, 0, i * 3 * TRACK, SEGMENT);
        bench_run_for(bench, 3000 * SIM_S);
        CHECK_INT(bench->ios.completed, 6000);
        CHECK_INT(relation_of(bench, 0)->copied[COPY_FOR_SOURCE_WRITE], 6000);
        check_clean(bench);
        bench_destroy(bench);
    }
}

/* Writes that stand in line for NVS go on as fast as data leaves it: copies before destages, each of which brings eight
 * times what is destaged then, do not take the room that falls free until all are made. */
static void writes_go_on_while_nvs_is_full_of_what_has_to_be_copied(void)
{
    struct machine_bench *bench = new_bench(2, 1, 20000, FLASH_NOCOPY);
    for (int i = 0; i < 6000; i++)
        bench_issue(bench, IO_WRITE, 0, i * 3 * TRACK, SEGMENT);
    int64_t before = 0;
    int still = 0, longest = 0; /* tenths of a second without a completion */
    for (int i = 0; i < 30000 && bench->ios.completed < 6000; i++) {
        bench_run_for(bench, 100 * SIM_MS);
        still = bench->ios.completed == before ? still + 1 : 0;
        longest = still > longest ? still : longest;
        before = bench->ios.completed;
    }
    CHECK_INT(bench->ios.completed, 6000);
    CHECK(longest <= 10);
    bench_destroy(bench);
}

static void a_background_copy_keeps_nvs_below_its_high_mark(void)
{
    struct machine_bench *bench = new_bench(2, 1, 6000, FLASH_COPYING);
    double most = 0;
    flashcopy_start(bench->machine);
    while (flashcopy_state(bench->machine, 0) == FLASH_COPYING) {
        bench_run_for(bench, 10 * SIM_MS);
        double occupancy = nvs_occupancy(bench_cluster(bench));
        most = occupancy > most ? occupancy : most;
    }
    CHECK(most <= 0.75);
    CHECK(most > 0.6);
    bench_destroy(bench);
}

UNIT_MAIN("flashcopy",
          {"establishing takes its time, and holds I/Os to both volumes at its end",
           establishing_takes_its_time_and_holds_ios_at_its_end},
          {"the hold grows with the source's tracks", the_hold_grows_with_the_tracks},
          {"all relations that a task establishes have one T0", all_relations_of_a_task_have_one_t0},
          {"what does not fit is refused with the reason", what_does_not_fit_is_refused},
          {"with NOCOPY a track is copied before its first destage, and never again",
           nocopy_copies_a_track_before_its_first_destage_and_never_again},
          {"many writes to a track before its destage cost one copy",
           many_writes_to_a_track_before_its_destage_cost_one_copy},
          {"before_write: the write waits for the copy, the next one does not",
           before_write_copies_before_the_write_completes},
          {"dirty data of T0 that is overwritten is kept aside in NVS", dirty_data_of_t0_is_kept_aside},
          {"sequential source writes copy each track once and leave as whole stripes",
           sequential_writes_copy_each_track_once_and_leave_as_whole_stripes},
          {"a target's track is read from the source until the target has it",
           the_target_is_read_from_the_source_until_it_has_the_track},
          {"a partial target write fetches the rest of the track, a whole one nothing",
           a_partial_target_write_fetches_the_rest_and_a_whole_one_nothing},
          {"a track replaced on the target frees what its source kept", a_replaced_track_frees_what_its_source_kept},
          {"a target may be larger than its source", a_target_may_be_larger_than_its_source},
          {"a background copy brings every track and ends", a_background_copy_brings_every_track_and_ends},
          {"a relation that copies at the start begins with the run",
           a_relation_copying_at_the_start_begins_with_the_run},
          {"pairs share a rank's steps evenly", pairs_share_a_ranks_steps_evenly},
          {"a pair has no more steps than it may", a_pair_has_no_more_steps_than_it_may},
          {"writes to both sides during a background copy are counted once",
           writes_while_it_is_copied_in_the_background_are_counted_once},
          {"withdrawing early leaves an incomplete target, and says so",
           withdrawing_leaves_an_incomplete_target_and_says_so},
          {"a lost rank ends its relations", a_lost_rank_ends_its_relations},
          {"a full NVS drains although everything in it has to be copied first",
           a_full_nvs_drains_although_everything_has_to_be_copied_first},
          {"writes go on while NVS is full of what has to be copied first",
           writes_go_on_while_nvs_is_full_of_what_has_to_be_copied},
          {"a background copy keeps NVS below its high mark", a_background_copy_keeps_nvs_below_its_high_mark})
