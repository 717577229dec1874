// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A drive's line: shortest positioning first, and how long the drive counts as busy.
 */
#include <stdlib.h>

#include "sim/rng.h"
#include "tests/drive_bench.h"
#include "tests/unit.h"

/* A command that is told as a story and notes when it was served. */
struct command {
    struct activity activity;
    struct drive *drive;
    struct drive_access access;
    struct drive_plan plan;
    int *served, order;
    sim_time ended;
};

static void command_story(struct activity *self)
{
    struct command *command = STORY_OF(self, struct command, activity);
    STORY_BEGIN(self);
    STORY_SEIZE(self, drive_station(command->drive));
    command->order = (*command->served)++;
    drive_begin(command->drive, &command->access, &command->plan);
    STORY_WAIT(self, drive_plan_ns(&command->plan));
    drive_end(command->drive, &command->plan);
    command->ended = sim_now(self->sim);
    STORY_END(self);
}

static const struct drive_access *command_access(const struct activity *activity)
{
    return &((const struct command *)(const void *)activity)->access;
}

static void command_issue(struct bench *bench, struct command *command, int64_t block, int *served)
{
    *command = (struct command){.drive = bench->drive, .access = {block, 1, false}, .served = served};
    activity_init(&command->activity, bench->sim, command_story, NULL);
    activity_start(&command->activity);
}

static struct bench sorting_create(sim_time age_ns)
{
    struct bench bench = bench_create();
    bench.type->queue = QUEUE_SPTF;
    bench.type->queue_age_ns = age_ns;
    bench_renew(&bench, 0);
    drive_set_queue(bench.drive, command_access);
    return bench;
}

/* Behind block 0, which ends at 10.05 ms, the head is ready at 11.05: block 30 (passing at 11.5) comes before 100
 * (15), and both before block 10 (20.5), though that came first. */
static void test_shortest_positioning_first(void)
{
    static const int64_t blocks[] = {0, 10, 100, 30};
    static const int expected[][4] = {{0, 1, 2, 3}, {0, 3, 2, 1}};
    struct command commands[4];
    for (int sorts = 0; sorts < 2; sorts++) {
        struct bench bench = sorting_create(SIM_S);
        int served = 0;
        bench.type->queue = sorts ? QUEUE_SPTF : QUEUE_FCFS;
        bench_renew(&bench, 0);
        drive_set_queue(bench.drive, command_access);
        for (int i = 0; i < 4; i++)
            command_issue(&bench, &commands[i], blocks[i], &served);
        sim_run_all(bench.sim);
        for (int i = 0; i < 4; i++)
            CHECK_INT(commands[i].order, expected[sorts][i]);
        bench_destroy(&bench);
    }
}

/* One command at the far end, and always a nearer one beside it: it is served once it has waited longer than the
 * bound, not later than one command after that. */
static void test_nobody_starves(void)
{
    enum { NEAR = 200 };
    static struct command far, near[NEAR];
    for (int bounded = 0; bounded < 2; bounded++) {
        struct bench bench = sorting_create(bounded ? 200 * SIM_MS : 1000 * SIM_S);
        int served = 0;
        command_issue(&bench, &near[0], 0, &served);
        command_issue(&bench, &far, 11999999, &served);
        for (int i = 1; i < NEAR; i++) {
            command_issue(&bench, &near[i], i % 2 * 400, &served);
            sim_run(bench.sim, sim_now(bench.sim) + 10 * SIM_MS);
        }
        sim_run_all(bench.sim);
        CHECK_INT(served, NEAR + 1);
        if (bounded)
            CHECK(far.activity.waited_ns > 200 * SIM_MS && far.activity.waited_ns <= 200 * SIM_MS + 22 * SIM_MS);
        else
            CHECK_INT(far.order, NEAR);
        bench_destroy(&bench);
    }
}

/* Random commands, always eight in line: sorting them serves more a second, and the station's account adds up. */
static void test_sorting_pays_and_adds_up(void)
{
    enum { COMMANDS = 2000, DEPTH = 8 };
    static struct command commands[COMMANDS];
    sim_time ended[2];
    for (int sorts = 0; sorts < 2; sorts++) {
        struct bench bench = sorting_create(SIM_S);
        struct station_stats stats;
        struct rng rng;
        int served = 0, issued = 0;
        sim_time waits = 0;
        rng_init(&rng, 1, "sorting");
        bench.type->queue = sorts ? QUEUE_SPTF : QUEUE_FCFS;
        bench_renew(&bench, 0);
        drive_set_queue(bench.drive, command_access);
        while (issued < COMMANDS) {
            while (issued < COMMANDS && issued - served < DEPTH)
                command_issue(&bench, &commands[issued++], (int64_t)rng_below(&rng, 12000000), &served);
            sim_run(bench.sim, sim_now(bench.sim) + SIM_MS);
        }
        sim_run_all(bench.sim);
        ended[sorts] = sim_now(bench.sim);
        for (int i = 0; i < COMMANDS; i++)
            waits += commands[i].activity.waited_ns;
        station_stats(drive_station(bench.drive), &stats);
        CHECK_INT(stats.started, COMMANDS);
        CHECK_INT(stats.completed, COMMANDS);
        CHECK_NEAR(stats.mean_wait_ns, (double)waits / COMMANDS, 1);
        CHECK_NEAR(stats.mean_queue, (double)waits / (double)ended[sorts], 1e-6);
        bench_destroy(&bench);
    }
    CHECK((double)ended[1] < 0.8 * (double)ended[0]);
}

/* Reported at 1.1 ms, on the medium at 10.05: busy until then, though the next command could begin before. */
static void test_busy_until_on_the_medium(void)
{
    struct bench bench = reporting_create(2);
    struct command commands[2];
    struct station_stats stats;
    int served = 0;
    commands[0] = (struct command){.drive = bench.drive, .access = {0, 1, true}, .served = &served};
    activity_init(&commands[0].activity, bench.sim, command_story, NULL);
    activity_start(&commands[0].activity);
    sim_run(bench.sim, 5 * SIM_MS);
    CHECK_INT(commands[0].ended, 1100 * SIM_US);
    CHECK_INT(station_busy(drive_station(bench.drive)), 1);
    sim_run(bench.sim, 40 * SIM_MS);
    station_stats(drive_station(bench.drive), &stats);
    CHECK_INT(stats.busy_ns, 10050 * SIM_US);
    CHECK_INT(stats.completed, 1);
    bench_destroy(&bench);
}

UNIT_MAIN("drive_queue",
          {"of those in line the one that is reached soonest is served next", test_shortest_positioning_first},
          {"a command that waited longer than the bound goes first", test_nobody_starves},
          {"sorting serves more a second, and waits and counts stay right", test_sorting_pays_and_adds_up},
          {"a drive is busy until what it reported is on the medium", test_busy_until_on_the_medium})
