// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Consistency groups: whose writes are held, since when, until when; freeze and thaw.
 */
#include "models/consistency.h"

#include <stdlib.h>

#include "models/link.h"
#include "models/paths.h"
#include "models/pprc_pair.h"
#include "tests/content_oracle.h"
#include "tests/machine_bench.h"
#include "tests/mirror_config.h"
#include "tests/unit.h"

enum { TIMEOUT_S = 60, ON_LINK_US = 1500 };

/* Two pairs of one subsystem, each with a rank of its own. */
static struct machine_bench *new_bench(bool group, enum pair_state state)
{
    struct config *config = mirror_config_create(1, 2, 1, 100, state);
    config->subsystems[0].consistency_group = group;
    config->subsystems[0].consistency_timeout_ns = TIMEOUT_S * SIM_S;
    struct machine_bench *bench = bench_create(config);
    bench_watch(bench);
    return bench;
}

/* The first pair fails by a full NVS; the second one is of the same server, so its writes wait as well, but are left
 * to their own timers. */
static void fail_first_pair(struct machine_bench *bench)
{
    pprc_failed(&bench->machine->pairs[0], "for the test");
}

static bool is_held(const struct machine_bench *bench, int volume)
{
    return bench->machine->volumes[volume].hold != NULL;
}

static void failed_pair_of_a_group_has_its_writes_held(void)
{
    for (int group = 0; group < 2; group++) {
        struct machine_bench *bench = new_bench(group, PPRC_DUPLEX);
        fail_first_pair(bench);
        CHECK_INT(is_held(bench, 0), group);
        CHECK(!is_held(bench, 1));
        bench_issue(bench, IO_WRITE, 0, 0, 4096);
        bench_run_for(bench, SIM_S);
        CHECK_INT(bench->ios.completed, !group);
        bench_issue(bench, IO_WRITE, 1, 0, 4096); /* the others go on */
        bench_issue(bench, IO_READ, 0, 0, 4096);
        bench_run_for(bench, SIM_S);
        CHECK_INT(bench->ios.completed, 2 + !group);
        CHECK_INT(bench->machine->pairs[1].mirrored_writes, 1);
        bench_destroy(bench);
    }
}

static void held_writes_go_on_after_the_timeout(void)
{
    struct machine_bench *bench = new_bench(true, PPRC_DUPLEX);
    fail_first_pair(bench);
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_issue(bench, IO_WRITE, 0, TRACK, 4096);
    bench_run_for(bench, TIMEOUT_S * SIM_S - 1);
    CHECK_INT(bench->ios.completed, 0);
    bench_run_for(bench, 1);
    CHECK_INT(bench->ios.completed, 2);
    CHECK_INT(bench->errors + bench->out_of_order, 0);
    CHECK_INT(bench->last.part_ns[PART_CONSISTENCY_WAIT], bench->last.response_ns - bench->last.part_ns[PART_PORT] -
                  bench->last.part_ns[PART_PORT_QUEUE] - bench->last.part_ns[PART_PROCESSOR] -
                  bench->last.part_ns[PART_BUS] - bench->last.part_ns[PART_BUS_QUEUE]);
    CHECK_STRING(bench_told_detail(bench, "v0>v2: writes released"), "the consistency timeout has passed");
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 15);
    bench_destroy(bench);
}

/* Its failure would be an error; in a group it is held, and completes unmirrored afterwards. */
static void write_in_flight_is_held_instead_of_failing(void)
{
    struct machine_bench *bench = new_bench(true, PPRC_DUPLEX);
    char why[CONSISTENCY_WHY_BYTES] = "";
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, ON_LINK_US * SIM_US);
    fail_first_pair(bench);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->ios.completed, 0);
    CHECK_INT(bench_nvs_segments(bench), 0);
    CHECK(consistency_thaw(bench->machine, 0, 1, why));
    bench_run_for(bench, SIM_MS);
    CHECK_INT(bench->ios.completed, 1);
    CHECK_INT(bench->last.error, IO_OK);
    CHECK_INT(oracle_differences(bench->oracle, 0, 2), 8);
    CHECK_STRING(bench_told_detail(bench, "v0>v2: writes released"), "thawed");
    bench_run_for(bench, 2 * TIMEOUT_S * SIM_S); /* the timeout does nothing any more */
    bench_destroy(bench);
}

static void freeze_suspends_all_pairs_and_removes_their_paths(void)
{
    struct machine_bench *bench = new_bench(false, PPRC_DUPLEX);
    char why[CONSISTENCY_WHY_BYTES] = "";
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_issue(bench, IO_WRITE, 1, 0, 4096);
    bench_run_for(bench, ON_LINK_US * SIM_US);
    CHECK(consistency_freeze(bench->machine, 0, 1, why));
    for (int32_t pair = 0; pair < 2; pair++) {
        CHECK_INT(pprc_source_state(bench->machine, pair), PPRC_SUSPENDED);
        CHECK(is_held(bench, pair));
    }
    CHECK_INT(paths_over(bench->machine->paths, 0), 0);
    CHECK(bench->machine->links[0].up);
    int64_t *frozen = oracle_snapshot(bench->oracle, 2);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->ios.completed, 0);
    CHECK(consistency_thaw(bench->machine, 0, 1, why));
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->ios.completed, 2);
    CHECK_INT(bench->errors, 0);
    CHECK_INT(oracle_changes(bench->oracle, 2, frozen), 0);
    free(frozen);
    bench_destroy(bench);
}

/* Also once the group's own pair has failed and is held. */
static void freeze_after_a_failure_holds_the_rest(void)
{
    struct machine_bench *bench = new_bench(true, PPRC_DUPLEX);
    char why[CONSISTENCY_WHY_BYTES] = "";
    fail_first_pair(bench);
    bench_run_for(bench, SIM_S);
    CHECK(consistency_freeze(bench->machine, 0, 1, why));
    CHECK(is_held(bench, 0) && is_held(bench, 1));
    CHECK_INT(pprc_source_state(bench->machine, 1), PPRC_SUSPENDED);
    bench_run_for(bench, (TIMEOUT_S - 1) * SIM_S);
    CHECK(!is_held(bench, 0) && is_held(bench, 1)); /* each since its own hold began */
    bench_run_for(bench, SIM_S);
    CHECK(!is_held(bench, 1));
    bench_destroy(bench);
}

static void freeze_and_thaw_say_when_there_is_nothing_to_do(void)
{
    struct machine_bench *bench = new_bench(false, PPRC_SIMPLEX);
    char why[CONSISTENCY_WHY_BYTES] = "";
    CHECK(!consistency_freeze(bench->machine, 0, 1, why));
    CHECK_STRING(why, "there is no pair from TEST1:16 to TEST2:16 to be frozen");
    CHECK(!consistency_thaw(bench->machine, 0, 1, why));
    CHECK_STRING(why, "no write is held from TEST1:16 to TEST2:16");
    CHECK_INT(paths_over(bench->machine->paths, 0), 1);
    bench_destroy(bench);
}

/* A volume that mirrors again waits for the thaw all the same; then its writes are mirrored. */
static void hold_outlasts_its_pair(void)
{
    struct machine_bench *bench = new_bench(true, PPRC_DUPLEX);
    char why[PPRC_WHY_BYTES] = "";
    fail_first_pair(bench);
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, SIM_S);
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_OUT_OF_SYNC, false, false, why));
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->ios.completed, 0);
    CHECK(consistency_thaw(bench->machine, 0, 1, why));
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->ios.completed, 1);
    CHECK_INT(oracle_differences(bench->oracle, 0, 2), 0);
    bench_destroy(bench);
}

/* The volume failed as one pair's, was terminated there and is another one's now, whose task thaws it. */
static void thaw_releases_what_an_earlier_pair_held(void)
{
    struct config *config = mirror_config_create(2, 1, 1, 100, PPRC_DUPLEX);
    config->subsystems[0].consistency_group = true;
    int32_t other = (int32_t)mirror_config_add_pair(config, 0, 2, PPRC_SIMPLEX);
    struct machine_bench *bench = bench_create(config);
    char why[PPRC_WHY_BYTES] = "";
    fail_first_pair(bench);
    CHECK(pprc_terminate(bench->machine, 0, false, why));
    CHECK(pprc_establish(bench->machine, other, PPRC_COPY_NONE, false, false, why));
    CHECK(consistency_freeze(bench->machine, 0, 2, why));
    CHECK(is_held(bench, 0));
    CHECK(consistency_thaw(bench->machine, 0, 2, why));
    CHECK(!is_held(bench, 0));
    bench_destroy(bench);
}

UNIT_MAIN("consistency",
          {"a failed pair of a group has its source's writes held", failed_pair_of_a_group_has_its_writes_held},
          {"held writes go on after the timeout", held_writes_go_on_after_the_timeout},
          {"a write in flight is held instead of failing", write_in_flight_is_held_instead_of_failing},
          {"a freeze suspends all pairs and removes their paths", freeze_suspends_all_pairs_and_removes_their_paths},
          {"a freeze after a failure holds the rest", freeze_after_a_failure_holds_the_rest},
          {"freeze and thaw say when there is nothing to do", freeze_and_thaw_say_when_there_is_nothing_to_do},
          {"a hold outlasts its pair's failure, until a thaw", hold_outlasts_its_pair},
          {"a thaw releases what an earlier pair of the volume held", thaw_releases_what_an_earlier_pair_held})
