// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tasks at run time: what they start, how far they are, when they are complete, refused, or wait for ever; and the
 * entries of the timeline that they bring about.
 */
#include "models/index_lists.h"
#include "models/timeline.h"
#include "tests/task_run.h"

enum { TRACKS = 300 };

/* `pairs` pairs over two links, and a task `copy` that establishes them all. Ends when all is done. */
static struct config *create_config(size_t pairs, enum pair_state state)
{
    struct config *config = mirror_config_create(1, pairs, 2, TRACKS, state);
    config->run.duration_ns = 0;
    add_pairs_task(config, "copy", TASK_ESTABLISH_PPRC, 0, (int32_t)pairs);
    return config;
}

/* ---- completion ---- */

static void a_run_of_tasks_alone_ends_with_them(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_SIMPLEX);
    run_at(config, SIM_S, "copy");
    task_run(&run, config);
    CHECK_INT(run.watched.outcome, MODEL_DONE);
    CHECK_STRING(told_text(&run, "copy: task started"), "copy: task started: establish_pprc (2 pairs)");
    CHECK_INT(told_ns(&run, "copy: task started", 0), SIM_S);
    CHECK(told_ns(&run, "copy: task complete", 0) > SIM_S);
    CHECK_INT(told_ns(&run, "copy: task complete", 0), run.end_ns);
    /* That is when the last pair is duplex. */
    CHECK_INT(told_ns(&run, "v0>v2: duplex", 1) > told_ns(&run, "v1>v3: duplex", 1)
                  ? told_ns(&run, "v0>v2: duplex", 1) : told_ns(&run, "v1>v3: duplex", 1), run.end_ns);
    CHECK_INT(run.pairs[0].state, PPRC_DUPLEX);
    CHECK_INT(run.pairs[0].copied_tracks + run.pairs[1].copied_tracks, 2 * TRACKS);
    task_run_free(&run);
}

static void a_group_of_tasks_starts_together(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_SIMPLEX);
    add_pairs_task(config, "first", TASK_ESTABLISH_PPRC, 0, 1);
    add_pairs_task(config, "second", TASK_ESTABLISH_PPRC, 1, 1);
    struct timeline_config *entry = run_at(config, SIM_S, "second");
    entry_runs(config, entry, "first");
    task_run(&run, config);
    CHECK_INT(told_ns(&run, "first: task started", 0), SIM_S);
    CHECK_INT(told_ns(&run, "second: task started", 0), SIM_S);
    CHECK(told(&run, "second: task started", 0) < told(&run, "first: task started", 0)); /* as listed */
    CHECK_INT(told_ns(&run, "v0>v2: duplex_pending", 0), told_ns(&run, "v1>v3: duplex_pending", 0));
    CHECK(told_ns(&run, "first: task complete", 0) > SIM_S && told_ns(&run, "second: task complete", 0) > SIM_S);
    task_run_free(&run);
}

static void actions_other_than_copies_are_complete_at_once(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_DUPLEX);
    struct task_config *task = add_task(config, "many");
    add_pairs_action(task, TASK_SUSPEND_PPRC, 0, 1);
    add_pairs_action(task, TASK_TERMINATE_PPRC, 1, 1)->at_target = true;
    add_action(task, TASK_REMOVE_PATHS)->to = 1;
    struct action_config *paths = add_action(task, TASK_ESTABLISH_PATHS);
    paths->to = 1;
    paths->links = memory_alloc_zeroed(1, sizeof *paths->links);
    paths->link_count = 1;
    run_at(config, SIM_S, "many");
    task_run(&run, config);
    CHECK_STRING(told_text(&run, "many: task started"),
                 "many: task started: suspend_pprc (1 pair), terminate_pprc (1 pair), remove_paths, establish_paths");
    CHECK_INT(told_ns(&run, "many: task complete", 0), SIM_S);
    CHECK_INT(run.end_ns, SIM_S);
    CHECK_INT(run.pairs[0].state, PPRC_SUSPENDED);
    CHECK_INT(run.pairs[1].target_state, PPRC_SIMPLEX);
    task_run_free(&run);
}

/* Establishing without a copy is complete at once, too. */
static void what_copies_nothing_is_complete_at_once(void)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_SIMPLEX);
    config->tasks[0].actions[0].copy = PPRC_COPY_NONE;
    add_task(config, "nothing");
    run_at(config, SIM_S, "copy");
    run_when(config, "copy", 0.5, "nothing");
    task_run(&run, config);
    CHECK_INT(told_ns(&run, "copy: task complete", 0), SIM_S);
    CHECK_INT(told_ns(&run, "copy: 50 % copied", 0), SIM_S); /* at completion at the latest */
    CHECK_INT(told_ns(&run, "nothing: task complete", 0), SIM_S);
    CHECK_INT(run.pairs[0].copied_tracks, 0);
    task_run_free(&run);
}

/* ---- what tasks bring about ---- */

static void each_completion_brings_the_next_task_about(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_DUPLEX);
    add_pairs_task(config, "split", TASK_SUSPEND_PPRC, 0, 2);
    config->tasks[0].actions[0].copy = PPRC_COPY_OUT_OF_SYNC;
    run_at(config, SIM_S, "split");
    run_at(config, 2 * SIM_S, "copy");
    run_at(config, 5 * SIM_S, "copy");
    run_when(config, "copy", 1, "split");
    task_run(&run, config);
    CHECK_INT(told_count(&run, "copy: task complete"), 2);
    CHECK_INT(told_count(&run, "split: task complete"), 3);
    for (int i = 0; i < 2; i++)
        CHECK_INT(told_ns(&run, "split: task started", i + 1), told_ns(&run, "copy: task complete", i));
    CHECK_INT(run.end_ns, 5 * SIM_S); /* nothing had changed */
    task_run_free(&run);
}

static void a_share_of_the_tracks_brings_tasks_about(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_SIMPLEX);
    add_task(config, "half");
    add_task(config, "most");
    run_at(config, SIM_S, "copy");
    run_when(config, "copy", 0.9, "most");
    run_when(config, "copy", 0.5, "half");
    task_run(&run, config);
    sim_time half = told_ns(&run, "half: task started", 0) - SIM_S, most = told_ns(&run, "most: task started", 0) - SIM_S;
    sim_time all = run.end_ns - SIM_S;
    CHECK_INT(told_count(&run, "half: task started"), 1);
    CHECK_INT(told_count(&run, "most: task started"), 1);
    CHECK_STRING(told_text(&run, "copy: 50 %"), "copy: 50 % copied: brings about timeline.2");
    /* Both pairs copy at one pace, which the links keep even. */
    CHECK_NEAR((double)half / (double)all, 0.5, 0.03);
    CHECK_NEAR((double)most / (double)all, 0.9, 0.03);
    task_run_free(&run);
}

/* One pair of two is duplex when the other has not begun: half of the tracks. */
static void shares_count_the_tracks_of_all_pairs(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_SIMPLEX);
    add_pairs_task(config, "one", TASK_ESTABLISH_PPRC, 0, 1);
    add_pairs_task(config, "stop", TASK_SUSPEND_PPRC, 1, 1);
    run_at(config, 0, "copy");
    run_at(config, 0, "stop");
    run_when(config, "copy", 0.5, "one"); /* refused; its time counts */
    run_when(config, "copy", 0.51, "one");
    task_run(&run, config);
    CHECK_INT(told_ns(&run, "copy: 50 % copied", 0), told_ns(&run, "v0>v2: duplex", 1));
    CHECK_INT(told_count(&run, "copy: 51 % copied"), 0);
    CHECK_STRING(told_text(&run, "copy: task incomplete at the end"),
                 "copy: task incomplete at the end: started at 0.000 s, waits for 1 of 2: v1>v3 is suspended; 50.0 % copied");
    task_run_free(&run);
}

static void a_pairs_state_brings_a_task_about_once_an_instant(void)
{
    struct task_run run;
    struct config *config = create_config(3, PPRC_DUPLEX);
    config->tasks[0].actions[0].copy = PPRC_COPY_OUT_OF_SYNC;
    small_config_add_fault(config, SIM_S, FAULT_LINK, 0, false);
    small_config_add_fault(config, 2 * SIM_S, FAULT_LINK, 1, false);
    small_config_add_fault(config, 3 * SIM_S, FAULT_LINK, 1, true);
    run_at(config, 4 * SIM_S, "copy");
    small_config_add_fault(config, 5 * SIM_S, FAULT_LINK, 1, false);
    add_task(config, "heard");
    add_task(config, "equal");
    run_when_pair(config, 3, PPRC_SUSPENDED, "heard");
    run_when_pair(config, 3, PPRC_DUPLEX, "equal");
    task_run(&run, config);
    /* With the last path all pairs are suspended, twice. */
    CHECK_INT(told_count(&run, "v1>v4: suspended"), 2);
    CHECK_INT(told_count(&run, "heard: task started"), 2);
    CHECK_INT(told_ns(&run, "heard: task started", 0), 2 * SIM_S);
    CHECK_INT(told_ns(&run, "heard: task started", 1), 5 * SIM_S);
    CHECK_INT(told_count(&run, "equal: task started"), 1);
    CHECK_INT(told_ns(&run, "equal: task started", 0), 4 * SIM_S);
    task_run_free(&run);
}

/* At one instant what is due goes in the order of the file, then what came due by that. */
static void one_instant_follows_the_file(void)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_SIMPLEX);
    add_task(config, "a");
    add_task(config, "b");
    add_task(config, "c");
    add_task(config, "d");
    run_when(config, "d", 1, "a"); /* due after c, done before it */
    run_at(config, SIM_S, "b");
    run_when(config, "b", 1, "c");
    run_at(config, SIM_S, "d");
    task_run(&run, config);
    static const char *const order[] = {"b: task started", "d: task started", "a: task started", "c: task started"};
    for (int i = 0; i < 4; i++) {
        CHECK_INT(told_ns(&run, order[i], 0), SIM_S);
        CHECK(i == 0 || told(&run, order[i - 1], 0) < told(&run, order[i], 0));
    }
    task_run_free(&run);
}

/* ---- refusals ---- */

/* Runs one task of one action at 1 s, and a second one when it is complete. */
static void check_refused(struct config *config, const char *expected)
{
    struct task_run run;
    add_task(config, "next");
    run_at(config, SIM_S, "it");
    run_when(config, "it", 1, "next");
    run_when(config, "it", 0.5, "next");
    task_run(&run, config);
    CHECK_INT(run.watched.outcome, MODEL_DONE);
    CHECK_CONTAINS(told_text(&run, "it: task refused"), expected);
    CHECK_INT(told_count(&run, "it: task refused"), 1);
    CHECK_INT(told_count(&run, "it: task complete"), 0);
    CHECK_INT(told_count(&run, "it: task incomplete"), 0);
    CHECK_INT(told_count(&run, "next"), 0);
    task_run_free(&run);
}

static struct config *one_action(size_t pairs, enum pair_state state, enum task_verb verb)
{
    struct config *config = create_config(pairs, state);
    if (verb == TASK_ESTABLISH_PPRC || verb == TASK_SUSPEND_PPRC || verb == TASK_TERMINATE_PPRC)
        add_pairs_task(config, "it", verb, 0, (int32_t)pairs);
    else
        add_action(add_task(config, "it"), verb)->to = 1;
    return config;
}

static struct action_config *action_of(struct config *config)
{
    return &config->tasks[task_number(config, "it")].actions[0];
}

static void what_the_state_does_not_allow_is_refused(void)
{
    check_refused(one_action(1, PPRC_SIMPLEX, TASK_SUSPEND_PPRC), "suspend_pprc v0>v1: the pair is simplex, needed is");
    check_refused(one_action(3, PPRC_SIMPLEX, TASK_SUSPEND_PPRC), "; 2 more pairs were refused too");
    check_refused(one_action(2, PPRC_SIMPLEX, TASK_TERMINATE_PPRC), "; 1 more pair was refused too");
    check_refused(one_action(1, PPRC_DUPLEX, TASK_ESTABLISH_PPRC), "establish_pprc v0>v1: the pair is duplex already");
    check_refused(one_action(1, PPRC_DUPLEX, TASK_THAW), "thaw TEST1:16 to TEST2:16: no write is held");
    check_refused(one_action(1, PPRC_SIMPLEX, TASK_FREEZE), "freeze TEST1:16 to TEST2:16: there is no pair");
    struct config *config = one_action(1, PPRC_SIMPLEX, TASK_ESTABLISH_PPRC);
    action_of(config)->copy = PPRC_COPY_OUT_OF_SYNC;
    check_refused(config, "out_of_sync needs a suspended source");
    config = one_action(1, PPRC_SIMPLEX, TASK_ESTABLISH_PPRC);
    small_config_add_fault(config, 0, FAULT_SERVER, 1, false);
    check_refused(config, "there is no path that works from TEST1:16 to TEST2:16");
    config = one_action(1, PPRC_SIMPLEX, TASK_REMOVE_PATHS);
    config->path_count = 0;
    check_refused(config, "remove_paths TEST1:16 to TEST2:16: ");
}

static void the_other_actions_of_a_refused_task_run(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_SIMPLEX);
    struct task_config *task = add_task(config, "mixed");
    add_pairs_action(task, TASK_ESTABLISH_PPRC, 0, 1);
    add_pairs_action(task, TASK_SUSPEND_PPRC, 1, 1);
    add_pairs_action(task, TASK_ESTABLISH_PPRC, 1, 1);
    run_at(config, SIM_S, "mixed");
    task_run(&run, config);
    CHECK_INT(told_count(&run, "mixed: task refused"), 1);
    CHECK_INT(told_count(&run, "mixed: task complete"), 0);
    CHECK_INT(run.pairs[0].state, PPRC_DUPLEX); /* the run waited for that */
    CHECK_INT(run.pairs[1].state, PPRC_DUPLEX);
    task_run_free(&run);
}

static void a_task_under_way_is_not_started_again(void)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_SIMPLEX);
    run_at(config, SIM_S, "copy");
    run_at(config, SIM_S + 10 * SIM_MS, "copy");
    task_run(&run, config);
    CHECK_INT(told_count(&run, "copy: task started"), 1);
    CHECK_STRING(told_text(&run, "copy: task refused"), "copy: task refused: it has been under way since 1.000 s");
    CHECK_INT(told_count(&run, "copy: task complete"), 1);
    task_run_free(&run);
}

/* One that waits for a pair that fell back can, and so can one that was refused. */
static void a_task_that_cannot_complete_starts_anew(void)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_SIMPLEX);
    add_pairs_task(config, "stop", TASK_SUSPEND_PPRC, 0, 1);
    run_at(config, SIM_S, "stop"); /* refused */
    run_at(config, 2 * SIM_S, "copy");
    run_at(config, 2 * SIM_S + 10 * SIM_MS, "stop");
    run_at(config, 3 * SIM_S, "copy");
    task_run(&run, config);
    CHECK_INT(told_count(&run, "stop: task complete"), 1);
    CHECK_INT(told_count(&run, "copy: task started"), 2);
    CHECK_INT(told_count(&run, "copy: task complete"), 1);
    CHECK_INT(told_ns(&run, "copy: task complete", 0), run.end_ns);
    CHECK_INT(run.pairs[0].state, PPRC_DUPLEX);
    task_run_free(&run);
}

/* ---- the end of a run ---- */

static void a_task_that_waits_for_ever_does_not_keep_the_run(void)
{
    struct task_run run;
    struct config *config = create_config(2, PPRC_SIMPLEX);
    add_task(config, "never");
    run_at(config, SIM_S, "copy");
    run_when(config, "copy", 1, "never");
    small_config_add_fault(config, SIM_S + 50 * SIM_MS, FAULT_SERVER, 1, false);
    task_run(&run, config);
    CHECK_INT(run.watched.outcome, MODEL_DONE);
    CHECK_INT(run.end_ns, SIM_S + 50 * SIM_MS);
    CHECK_INT(told_ns(&run, "copy: task incomplete at the end", 0), run.end_ns);
    CHECK_CONTAINS(told_text(&run, "copy: task incomplete at the end"), "waits for 2 of 2: v0>v2 is suspended");
    CHECK_INT(told_count(&run, "never"), 0);
    task_run_free(&run);
}

static void with_a_duration_the_run_ends_then(void)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_SIMPLEX);
    config->run.duration_ns = SIM_S + 50 * SIM_MS;
    run_at(config, SIM_S, "copy");
    task_run(&run, config);
    CHECK_CONTAINS(told_text(&run, "copy: task incomplete at the end"), "v0>v1 is duplex_pending");
    CHECK_INT(run.end_ns, SIM_S + 50 * SIM_MS - 1);
    task_run_free(&run);
}

static void entries_still_to_come_are_awaited(void)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_SIMPLEX);
    run_at(config, SIM_S, "copy");
    small_config_add_fault(config, 900 * SIM_S, FAULT_LINK, 0, false);
    task_run(&run, config);
    CHECK_INT(run.end_ns, 900 * SIM_S);
    CHECK_INT(told_ns(&run, "e0: link failed", 0), 900 * SIM_S);
    task_run_free(&run);
}

static void nothing_to_do_takes_no_time(void)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_SIMPLEX);
    add_task(config, "nothing");
    run_at(config, 0, "nothing");
    task_run(&run, config);
    CHECK_INT(run.watched.outcome, MODEL_DONE);
    CHECK_INT(run.end_ns, 0);
    CHECK_INT(told_count(&run, "nothing: task complete"), 1);
    task_run_free(&run);
}

static void check_circle(sim_time at_ns)
{
    struct task_run run;
    struct config *config = create_config(1, PPRC_DUPLEX);
    config->run.duration_ns = 10 * SIM_S;
    config->tasks[0].actions[0].copy = PPRC_COPY_OUT_OF_SYNC;
    add_pairs_task(config, "split", TASK_SUSPEND_PPRC, 0, 1);
    run_at(config, at_ns, "split");
    run_when(config, "split", 1, "copy"); /* nothing is out of sync: that takes no time */
    run_when(config, "copy", 1, "split");
    task_run(&run, config);
    CHECK_INT(run.watched.outcome, MODEL_FAILED);
    CHECK_INT(run.watched.error.kind, ERROR_INPUT);
    CHECK_CONTAINS(run.watched.error.message, "comes due for ever");
    CHECK(strcmp(run.watched.error.place, "timeline.1") == 0 || strcmp(run.watched.error.place, "timeline.2") == 0);
    CHECK_INT(run.end_ns, at_ns);
    task_run_free(&run);
}

static void a_circle_without_time_fails_the_run(void)
{
    check_circle(SIM_S);
    check_circle(0);
}

/* ---- lists ---- */

static void lists_keep_the_order_of_their_entries(void)
{
    static const struct index_entry entries[] = {{2, 7}, {0, 1}, {2, 5}, {3, 9}, {0, 1}, {2, 6}};
    struct index_lists *lists = index_lists_create(5, entries, 6);
    static const size_t counts[] = {2, 0, 3, 1, 0};
    for (int32_t key = 0; key < 5; key++)
        CHECK_INT(index_lists_get(lists, key).count, counts[key]);
    struct index_list list = index_lists_get(lists, 2);
    CHECK(list.items[0] == 7 && list.items[1] == 5 && list.items[2] == 6);
    index_lists_destroy(lists);
    lists = index_lists_create(1, NULL, 0);
    CHECK_INT(index_lists_get(lists, 0).count, 0);
    index_lists_destroy(lists);
}

UNIT_MAIN("tasks",
          {"a run of tasks alone ends with them", a_run_of_tasks_alone_ends_with_them},
          {"a group of tasks starts together, in the order listed", a_group_of_tasks_starts_together},
          {"actions other than copies are complete at once", actions_other_than_copies_are_complete_at_once},
          {"what copies nothing is complete at once", what_copies_nothing_is_complete_at_once},
          {"each completion brings the next task about", each_completion_brings_the_next_task_about},
          {"a share of the tracks brings tasks about, once a run", a_share_of_the_tracks_brings_tasks_about},
          {"shares count the tracks of all the task's pairs", shares_count_the_tracks_of_all_pairs},
          {"a pair's state brings a task about, once for all that enter it at one instant",
           a_pairs_state_brings_a_task_about_once_an_instant},
          {"at one instant entries go in the order of the file", one_instant_follows_the_file},
          {"what the state does not allow is refused, with the reason", what_the_state_does_not_allow_is_refused},
          {"the other actions of a refused task run", the_other_actions_of_a_refused_task_run},
          {"a task under way is not started again", a_task_under_way_is_not_started_again},
          {"a task that cannot complete starts anew", a_task_that_cannot_complete_starts_anew},
          {"a task that waits for ever does not keep the run from ending, and is told",
           a_task_that_waits_for_ever_does_not_keep_the_run},
          {"with a duration the run ends then", with_a_duration_the_run_ends_then},
          {"entries still to come at a set time are awaited", entries_still_to_come_are_awaited},
          {"a task that does nothing takes no time", nothing_to_do_takes_no_time},
          {"entries that go round in a circle without time passing fail the run", a_circle_without_time_fails_the_run},
          {"index lists keep the order of their entries", lists_keep_the_order_of_their_entries})
