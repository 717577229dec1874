// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tasks as scenarios write them: what each verb takes, and what is refused before a run.
 */
#include "tests/scenario_fixture.h"

#define GROUND                                                                                              \
    "run: {duration: 9 s}\n"                                                                                \
    "servers:\n"                                                                                            \
    "  AAAAA: {ranks: {a: }, ports: {f0: }, volumes: {v: {size: 1 GiB, count: 4}, one: {size: 1 GiB}}}\n"   \
    "  BBBBB: {ranks: {b: }, volumes: {w: {size: 1 GiB, count: 4}, tiny: {size: 1 MiB}, two: {size: 2 GiB}}}\n" \
    "hosts: {h: {server: AAAAA}}\n"                                                                         \
    "workloads: {load: {volumes: v, iodepth: 1}, other: {volumes: one, iodepth: 1}}\n"                      \
    "links: {e: {from: AAAAA, to: BBBBB, count: 2}, back: {from: BBBBB, to: AAAAA}}\n"                      \
    "pairs: [{pprc: [v, w], state: simplex}]\n"                                                             \
    "timeline: [{at: 1 s, run: it}]\n"                                                                      \
    "tasks:\n  it: "

/* The scenario whose task `it` is this; its mistakes are in `found`. */
static struct scenario *load_task(const char *task)
{
    char *text = memory_text("%s%s\n", GROUND, task);
    struct scenario *scenario = load(text, NULL);
    free(text);
    return scenario;
}

static void check_task(const char *task, const char *expected)
{
    scenario_destroy(load_task(task));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
}

/* The task is good and says this in the resolved JSON. */
static void check_json(const char *task, const char *expected)
{
    struct scenario *scenario = load_task(task);
    CHECK_STRING(found, "");
    if (CHECK(scenario != NULL))
        CHECK_CONTAINS(scenario_resolved_json(scenario), expected);
    scenario_destroy(scenario);
}

static void each_verb_takes_its_arguments(void)
{
    check_json("{establish_paths: {from: AAAAA:16, to: 2105:BBBBB:16, links: [e.1, e.0], if_exists: replace}}",
               "\"it\":[{\"establish_paths\":{\"from\":\"AAAAA:16\",\"to\":\"BBBBB:16\",\"links\":[\"e.1\",\"e.0\"],"
               "\"if_exists\":\"replace\"}}]");
    check_json("[{remove_paths: {from: AAAAA:16, to: BBBBB:16}}]",
               "{\"remove_paths\":{\"from\":\"AAAAA:16\",\"to\":\"BBBBB:16\"}}");
    check_json("[{establish_pprc: {from: v.1, to: w.1, copy: none, critical: yes, permit_online: on}}]",
               "{\"establish_pprc\":{\"pairs\":[\"v.1>w.1\"],\"copy\":\"none\",\"critical\":true,\"permit_online\":true}}");
    check_json("[{establish_pprc: {pair: [one, two]}}]",
               "{\"establish_pprc\":{\"pairs\":[\"one>two\"],\"copy\":\"entire\",\"critical\":false,\"permit_online\":false}}");
    check_json("[{suspend_pprc: {pair: [v, w]}}]", "\"pairs\":[\"v.0>w.0\",\"v.1>w.1\",\"v.2>w.2\",\"v.3>w.3\"]");
    check_json("[{terminate_pprc: {pair: [v.3, w.3], at: target}}]", "\"pairs\":[\"v.3>w.3\"],\"at\":\"target\"");
    check_json("[{freeze: {from: AAAAA:16, to: BBBBB:16}}, {thaw: {from: AAAAA:16, to: BBBBB:16}}]",
               "[{\"freeze\":{\"from\":\"AAAAA:16\",\"to\":\"BBBBB:16\"}},{\"thaw\":");
    check_json("[{quiesce: {workloads: [other, load]}}, {resume: {workloads: load}}]",
               "[{\"quiesce\":{\"workloads\":[\"other\",\"load\"]}},{\"resume\":{\"workloads\":[\"load\"]}}]");
    check_json("", "\"tasks\":{\"it\":[]}");
    check_json("[]", "\"tasks\":{\"it\":[]}");
}

static void pairs_that_only_tasks_name_begin_simplex(void)
{
    struct scenario *scenario = load_task("[{establish_pprc: {pair: [one, two]}}, {suspend_pprc: {from: one, to: two}}]");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->pair_count, 5);
    CHECK_STRING(config->pairs[4].name, "one>two");
    CHECK_INT(config->pairs[4].state, PPRC_SIMPLEX);
    CHECK_INT(config->tasks[0].actions[1].pairs[0], 4);
    scenario_destroy(scenario);
}

static void an_action_is_one_verb(void)
{
    check_task("[{suspend_pprc: {pair: [v, w]}, freeze: {from: AAAAA:16, to: BBBBB:16}}]",
               "tasks.it.0: more than one verb is given, needed is exactly one for each action");
    check_task("[{}]", "tasks.it.0: no verb is given");
    check_task("[suspend_pprc]", "tasks.it.0: is no mapping");
    check_task("suspend_pprc", "tasks.it: is no mapping");
    check_task("[{supend_pprc: {pair: [v, w]}}]", "tasks.it.0.supend_pprc: the key is not known here, did you mean suspend_pprc?");
    check_task("[{establish_flashcpy: {from: v, to: one}}]", "did you mean establish_flashcopy?");
    check_task("[{suspend_pprc: [v, w]}]", "tasks.it.0.suspend_pprc: is no mapping");
}

static void pairs_are_named_in_one_of_two_ways(void)
{
    check_task("[{suspend_pprc: {}}]", "none of pair and from/to is given, needed is pair: [SOURCE, TARGET], or from");
    check_task("[{suspend_pprc: }]", "tasks.it.0.suspend_pprc: none of pair and from/to is given");
    check_task("[{suspend_pprc: {pair: [v, w], from: v}}]", "more than one of pair and from/to is given");
    check_task("[{suspend_pprc: {from: v}}]", "to is missing, needed are both from and to");
    check_task("[{suspend_pprc: {to: v}}]", "from is missing, needed are both from and to");
    check_task("[{suspend_pprc: {pair: v}}]", "tasks.it.0.suspend_pprc.pair: is no list of two, allowed is [SOURCE, TARGET]");
    check_task("[{suspend_pprc: {pair: [v, w, w]}}]", "is no list of two");
    check_task("[{suspend_pprc: {pair: [v, x]}}]", "\"x\" is no volume");
    check_task("[{suspend_pprc: {pair: [v, two]}}]", "v has 4 volumes and two 1");
    check_task("[{establish_pprc: {pair: [one, one]}}]", "one is its own target");
    check_task("[{establish_pprc: {pair: [one, tiny]}}]", "target tiny is smaller than its source one");
    check_task("[{establish_pprc: {pair: [v, w], copy: all}}]", "\"all\" is not known, allowed is entire, out_of_sync or none");
}

static void subsystems_links_and_workloads_must_be_there(void)
{
    check_task("[{freeze: {from: AAAAA:16, to: BBBBB:17}}]", "tasks.it.0.freeze.to: ");
    check_task("[{freeze: {from: AAAAA:16}}]", "tasks.it.0.freeze: to is missing");
    check_task("[{thaw: }]", "tasks.it.0.thaw: from is missing");
    check_task("[{establish_paths: {from: AAAAA:16, to: BBBBB:16}}]", "links is missing");
    check_task("[{establish_paths: {from: AAAAA:16, to: BBBBB:16, links: f}}]", "\"f\" is no link");
    check_task("[{establish_paths: {from: AAAAA:16, to: BBBBB:16, links: back}}]",
               "link back leads from BBBBB to AAAAA, allowed are links from AAAAA to BBBBB");
    check_task("[{establish_paths: {from: AAAAA:16, to: BBBBB:16, links: [e, e.0]}}]", "names link e.0 a second time");
    check_task("[{quiesce: {workloads: laod}}]", "\"laod\" is no workload, did you mean load?");
    check_task("[{resume: {workloads: [load, load]}}]", "names workload load a second time");
    check_task("[{quiesce: {}}]", "workloads is missing");
}

static void all_mistakes_come_in_one_go(void)
{
    check_task("[{suspend_pprc: {pair: [v, x]}}, {thaw: }, {quiesce: {workloads: [laod]}}]", "\"x\" is no volume");
    CHECK_CONTAINS(found, "tasks.it.1.thaw: from is missing");
    CHECK_CONTAINS(found, "tasks.it.1.thaw: to is missing");
    CHECK_CONTAINS(found, "tasks.it.2.quiesce.workloads.0: \"laod\" is no workload");
}

/* Without workloads a scenario of tasks needs no duration; with a load that never ends it does. */
static void a_duration_is_needed_for_what_never_ends_alone(void)
{
    char *text = memory_text("%s{suspend_pprc: {pair: [v, w]}}\n", GROUND);
    scenario_destroy(load(text, (const char *const[]){"run.duration=0 s", NULL}));
    CHECK_CONTAINS(found, "run.duration: is missing or 0, but workload load never ends by itself");
    scenario_destroy(load(text, (const char *const[]){"run.duration=0 s", "workloads={}", NULL}));
    CHECK_STRING(found, "");
    free(text);
}

static void hosts_have_a_timeout(void)
{
    struct scenario *scenario = load_task("");
    if (CHECK(scenario != NULL))
        CHECK_INT(scenario_config(scenario)->hosts[0].io_timeout_ns, SIM_S);
    scenario_destroy(scenario);
    char *text = memory_text("%s\n", GROUND);
    scenario = load(text, (const char *const[]){"hosts.h.io_timeout=20 ms", NULL});
    if (CHECK(scenario != NULL))
        CHECK_INT(scenario_config(scenario)->hosts[0].io_timeout_ns, 20 * SIM_MS);
    scenario_destroy(scenario);
    scenario_destroy(load(text, (const char *const[]){"hosts.h.io_timeout=0 s", NULL}));
    CHECK_CONTAINS(found, "out of range");
    free(text);
}

UNIT_MAIN("task_rules",
          {"each verb takes its arguments", each_verb_takes_its_arguments},
          {"pairs that only tasks name begin simplex", pairs_that_only_tasks_name_begin_simplex},
          {"an action is one verb", an_action_is_one_verb},
          {"pairs are named by `pair`, or by `from` and `to`", pairs_are_named_in_one_of_two_ways},
          {"subsystems, links and workloads must be there", subsystems_links_and_workloads_must_be_there},
          {"all mistakes come in one go", all_mistakes_come_in_one_go},
          {"a duration is needed for loads that never end, not for tasks", a_duration_is_needed_for_what_never_ends_alone},
          {"hosts have a timeout for I/Os", hosts_have_a_timeout})
