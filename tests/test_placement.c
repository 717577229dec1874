// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The placement study, shortened: the same load with half of its volumes on one rank, on two ranks of a loop, on two
 * loops, and on two adapters and clusters. Does each move buy what it should, and is the right part named?
 */
#include <stdlib.h>
#include <string.h>

#include "tests/run_fixture.h"
#include "tests/run_output.h"

enum place { HOME, BESIDE, ACROSS, APART, PLACES };

/* The four runs' summaries, made by the first test that asks. */
static json_t *summaries[PLACES];

static void summaries_free(void)
{
    for (int place = 0; place < PLACES; place++)
        json_decref(summaries[place]);
}

static void run_all(void)
{
    static const char *const settings[PLACES] = {
        "servers.FCA24.volumes.ledger.rank=home",
        "servers.FCA24.volumes.ledger.rank=beside",
        "servers.FCA24.volumes.ledger.rank=across",
        "servers.FCA24.volumes.ledger.rank=apart",
    };
    if (summaries[0] != NULL)
        return;
    struct fixture_folder folder = fixture_folder_create();
    for (int place = 0; place < PLACES; place++) {
        struct command_result result =
            ESSIM(folder.path, "run", SOURCE_DIR "/scenarios/placement.yaml", "--trace", "none", "-o", "run.h5", "--set",
                  settings[place], "--set", "run.duration=20s");
        CHECK_INT(result.status, 0);
        command_result_free(&result);
        summaries[place] = run_output_summary(folder.path, "run.h5");
        if (summaries[place] == NULL)
            exit(EXIT_FAILURE);
    }
    fixture_folder_remove(&folder);
    atexit(summaries_free);
}

static double utilization(enum place place, const char *resource)
{
    return RUN_OUTPUT_NUMBER(summaries[place], "resources", resource, "utilization");
}

static double mean_read_ms(enum place place, const char *workload)
{
    return RUN_OUTPUT_NUMBER(summaries[place], "workloads", workload, "reads", "mean_ms");
}

static void check_bottleneck(enum place place, const char *resource, const char *advice)
{
    CHECK_STRING(RUN_OUTPUT_TEXT(summaries[place], "bottleneck", "resource"), resource);
    CHECK_CONTAINS(RUN_OUTPUT_TEXT(summaries[place], "bottleneck", "advice"), advice);
}

static void one_rank_limits_and_the_advice_is_more_ranks(void)
{
    run_all();
    check_bottleneck(HOME, "FCA24/home", "spread the volumes over more ranks");
    CHECK(utilization(HOME, "FCA24/home") > 0.9);
}

static void on_two_ranks_the_loop_limits_and_the_advice_is_more_loops(void)
{
    run_all();
    check_bottleneck(BESIDE, "FCA24/loop.0A/read", "Room is on FCA24/loop.0B/read, at 0 %.");
    CHECK(utilization(BESIDE, "FCA24/home") < 0.6 * utilization(HOME, "FCA24/home"));
    CHECK(mean_read_ms(BESIDE, "oltp") < 0.5 * mean_read_ms(HOME, "oltp"));
}

static void two_loops_share_the_transfers(void)
{
    run_all();
    double one = utilization(BESIDE, "FCA24/loop.0A/read");
    CHECK_NEAR(utilization(ACROSS, "FCA24/loop.0A/read"), one / 2, 0.05 * one);
    CHECK_NEAR(utilization(ACROSS, "FCA24/loop.0B/read"), one / 2, 0.05 * one);
    CHECK(mean_read_ms(ACROSS, "oltp") < mean_read_ms(BESIDE, "oltp"));
    CHECK_CONTAINS(RUN_OUTPUT_TEXT(summaries[ACROSS], "bottleneck", "advice"), "Nothing is near its limit");
}

static void the_other_cluster_shares_processors_and_adds_its_cache(void)
{
    run_all();
    double one = utilization(ACROSS, "FCA24/cluster.0/processors");
    CHECK_NEAR(utilization(APART, "FCA24/cluster.0/processors"), one / 2, 0.05 * one);
    CHECK_NEAR(utilization(APART, "FCA24/cluster.1/processors"), one / 2, 0.05 * one);
    CHECK(utilization(APART, "FCA24/adapter.1.1") > 0);
    CHECK(RUN_OUTPUT_NUMBER(summaries[APART], "servers", "FCA24", "cache", "read_hit_ratio") >
          RUN_OUTPUT_NUMBER(summaries[ACROSS], "servers", "FCA24", "cache", "read_hit_ratio"));
    CHECK(mean_read_ms(APART, "oltp") < mean_read_ms(ACROSS, "oltp"));
}

UNIT_MAIN("placement",
          {"all volumes on one rank: the rank limits, and the advice is more ranks",
           one_rank_limits_and_the_advice_is_more_ranks},
          {"two ranks of one loop: the loop limits, and the advice names the loop with room",
           on_two_ranks_the_loop_limits_and_the_advice_is_more_loops},
          {"two loops: each carries half, and nothing limits", two_loops_share_the_transfers},
          {"two clusters and adapters: processors share the work, and there is twice the cache",
           the_other_cluster_shares_processors_and_adds_its_cache})
