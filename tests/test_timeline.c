// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The timeline of a scenario: when what runs, fails and is repaired.
 */
#include "tests/scenario_fixture.h"

#define SERVERS                                                                                        \
    "run: {warmup: 1 s, duration: 9 s}\n"                                                              \
    "servers:\n"                                                                                       \
    "  AAAAA: {ranks: {a: , b: {loop: B}, c: , d: {format: 7+P}, cluster: {loop: B}}, ports: {f0: }}\n" \
    "  BBBBB: {ranks: {b: , x: }, ports: {f0: , g0: {slot: 1}}, volumes: {v: {rank: x, size: 1 GiB, count: 2}}}\n" \
    "  CCCCC: {ranks: {y: }, volumes: {w: {size: 1 GiB, count: 2}, z: {size: 1 GiB}}}\n"                \
    "links: {e: {from: BBBBB, to: CCCCC, count: 2}, single: {from: BBBBB, to: CCCCC}}\n"                  \
    "paths: [{from: BBBBB:16, to: CCCCC:16, links: e}]\n"                                                 \
    "pairs: [{pprc: [v, w]}]\n"                                                                           \
    "sites: {north: [AAAAA, BBBBB]}\n"                                                                    \
    "tasks: {split: {suspend_pprc: {pair: [v, w]}}, join: {establish_pprc: {pair: [v, w]}}}\n"            \
    "timeline:\n"
#define USE_TASKS "  - {at: 1 s, run: [split, join]}\n"

/* The scenario with these entries; its mistakes are in `found`. */
static struct scenario *load_timeline(const char *entries)
{
    char *text = memory_text("%s%s", SERVERS, entries);
    struct scenario *scenario = load(text, NULL);
    free(text);
    return scenario;
}

static void check_timeline(const char *entries, const char *expected)
{
    scenario_destroy(load_timeline(entries));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
}

/* The entry is of one drive. */
static void check_drive(const struct timeline_config *entry, double at_s, bool repair, int32_t rank, const char *name)
{
    CHECK_INT(entry->trigger, TRIGGER_AT);
    CHECK(entry->at_ns == (sim_time)(at_s * 1e9) && entry->repair == repair);
    if (!CHECK_INT(entry->target_count, 1))
        return;
    CHECK_INT(entry->targets[0].kind, FAULT_DRIVE);
    CHECK_INT(entry->targets[0].index, rank);
    CHECK_INT(entry->targets[0].drive, name[strlen(name) - 1] - '0');
    CHECK_STRING(entry->targets[0].name, name);
}

static void entries_keep_the_order_of_the_file(void)
{
    struct scenario *scenario = load_timeline("  - {at: 3 s, repair: a.1}\n"
                                              "  - {at: 2 s, fail: BBBBB/b.7}\n"
                                              "  - {at: 2 s, fail: x.0}\n"
                                              "  - {at: 2 s, fail: AAAAA/b.4}\n"
                                              "  - {at: 500 ms, fail: AAAAA/a.1}\n" USE_TASKS);
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_STRING(found, "");
    if (CHECK(config->timeline_count == 6)) {
        check_drive(&config->timeline[0], 3, true, 0, "AAAAA/a.1");
        check_drive(&config->timeline[1], 2, false, 5, "BBBBB/b.7");
        check_drive(&config->timeline[2], 2, false, 6, "BBBBB/x.0");
        check_drive(&config->timeline[3], 2, false, 1, "AAAAA/b.4");
        check_drive(&config->timeline[4], 0.5, false, 0, "AAAAA/a.1");
    }
    CHECK_CONTAINS(scenario_resolved_json(scenario), "\"timeline\":[{\"at_s\":3.0,\"repair\":\"AAAAA/a.1\"},");
    CHECK_CONTAINS(scenario_resolved_json(scenario), "{\"at_s\":1.0,\"run\":[\"split\",\"join\"]}]");
    scenario_destroy(scenario);
}

/* The only entry's targets, by kind and name. */
static void check_targets(const char *names, const char *expected)
{
    static const char *const kinds[] = {
        [FAULT_DRIVE] = "drive", [FAULT_LINK] = "link", [FAULT_PORT] = "port", [FAULT_SERVER] = "server"};
    char *text = memory_text("  - {at: 2 s, fail: %s}\n", names), *targets = memory_text("%s", "");
    struct scenario *scenario = load_timeline(text);
    if (CHECK(scenario != NULL)) {
        const struct timeline_config *entry = &scenario_config(scenario)->timeline[0];
        for (size_t i = 0; i < entry->target_count; i++) {
            char *longer = memory_text("%s%s %s;", targets, kinds[entry->targets[i].kind], entry->targets[i].name);
            free(targets);
            targets = longer;
        }
    } else {
        printf("%s", found);
    }
    CHECK_STRING(targets, expected);
    scenario_destroy(scenario);
    free(targets);
    free(text);
}

static void links_ports_servers_sites_and_drives_fail(void)
{
    check_targets("e", "link e.0;link e.1;");
    check_targets("e.1", "link e.1;");
    check_targets("single", "link single;");
    check_targets("AAAAA/f0", "port AAAAA/f0;");
    check_targets("g0", "port BBBBB/g0;");
    check_targets("CCCCC/e.0", "port CCCCC/e.0;"); /* added for the link */
    check_targets("AAAAA", "server AAAAA;");
    check_targets("north", "server AAAAA;server BBBBB;");
    check_targets("y.7", "drive CCCCC/y.7;");
    check_targets("[e.0, AAAAA/f0, BBBBB/b.2]", "link e.0;port AAAAA/f0;drive BBBBB/b.2;");
}

static void an_empty_timeline_is_valid(void)
{
    static const char *const forms[] = {"", "  []\n", "  ~\n", "  {}\n"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct scenario *scenario = load_timeline(forms[i]);
        CHECK(scenario != NULL && scenario_config(scenario)->timeline_count == 0);
        scenario_destroy(scenario);
    }
}

static void what_is_nothing_cannot_fail(void)
{
    check_timeline("  - {at: 1 s, fail: nothing}\n", "timeline.0.fail: \"nothing\" is nothing that can fail");
    CHECK_CONTAINS(found, "allowed are a link (e or e.0), SERIAL/PORT, SERIAL, a site, or a drive: SERIAL/RANK.DRIVE");
    check_timeline("  - {at: 1 s, fail: [e.0, sinlge]}\n", "timeline.0.fail.1: \"sinlge\" is nothing that can fail (did you mean single?)");
    check_timeline("  - {at: 1 s, fail: notrh}\n", "(did you mean north?)");
    check_timeline("  - {at: 1 s, fail: AAABA}\n", "(did you mean AAAAA?)");
    check_timeline("  - {at: 1 s, fail: AAAAA/f1}\n", "(did you mean f0?)");
    check_timeline("  - {at: 1 s, fail: AAAAA/d2.0}\n", "(did you mean d.DRIVE?)");
    check_timeline("  - {at: 1 s, fail: e.2}\n", "\"e.2\" is no member of e, allowed are e.0 to e.1");
    check_timeline("  - {at: 1 s, fail: single.0}\n", "single is one link without members");
    check_timeline("  - {at: 1 s, fail: AAAAA/cluster.0}\n", "failures of clusters are not modelled yet in this version");
    check_timeline("  - {at: 1 s, fail: f0}\n", "f0 is on servers AAAAA and BBBBB, allowed is SERIAL/NAME: AAAAA/f0");
    check_timeline("  - {at: 1 s, fail: DDDDD/a.0}\n", "\"DDDDD\" is no server");
    check_timeline("  - {at: 1 s, fail: BBBBB/a.0}\n", "\"BBBBB/a.0\" is nothing that can fail");
    check_timeline("  - {at: 1 s, fail: a}\n", "\"a\" is no drive of an eight-pack, allowed are a.0 to a.7");
    check_timeline("  - {at: 1 s, fail: AAAAA/a}\n", "is no drive of an eight-pack, allowed are a.0 to a.7");
    check_timeline("  - {at: 1 s, fail: b.0}\n", "b.0 is on servers AAAAA and BBBBB, allowed is SERIAL/NAME: AAAAA/b.0");
    check_targets("cluster.0", "drive AAAAA/cluster.0;"); /* a rank of that name */
    static const char *const drives[] = {"8", "-1", "00", "", "a", "0.1"};
    for (size_t i = 0; i < sizeof drives / sizeof drives[0]; i++) {
        char *text = memory_text("  - {at: 1 s, fail: a.%s}\n", drives[i]);
        check_timeline(text, "is no drive of an eight-pack, allowed are a.0 to a.7");
        free(text);
    }
}

static void an_entry_is_one_trigger_and_one_doing(void)
{
    check_timeline("  - {at: 1 s}\n", "timeline.0: none of run, fail and repair is given, needed is exactly one");
    check_timeline("  - {at: 1 s, fail: a.0, repair: a.0}\n", "timeline.0: more than one of run, fail and repair is given");
    check_timeline("  - {at: 1 s, run: split, repair: a.0}\n", "timeline.0: more than one of run, fail and repair is given");
    check_timeline("  - {at: 1 s, run: []}\n", "timeline.0: none of run, fail and repair is given");
    check_timeline("  - {fail: a.0}\n", "timeline.0: none of at and when is given, needed is exactly one");
    check_timeline("  - {at: 1 s, when: split complete, fail: a.0}\n", "timeline.0: more than one of at and when is given");
    check_timeline("  - ~\n", "timeline.0: none of at and when is given");
    check_timeline("  - {at: 1, fail: a.0}\n", "timeline.0.at: ");
    check_timeline("  - x\n", "timeline.0: is no mapping, allowed is a mapping with the keys at, when, run, fail, repair\n");
    check_timeline("  a: 1\n", "timeline: is no list, allowed is a list of mappings with the keys at, when, run, fail, repair\n");
    check_timeline("  - {at: 1 s, fial: a.0}\n", "timeline.0.fial: the key is not known here, did you mean fail?");
    check_timeline("  - {at: 1 s, run: splti}\n", "timeline.0.run: \"splti\" is no task, did you mean split?");
    check_timeline("  - {at: 1 s, run: [split, split]}\n", "timeline.0.run.1: names task split a second time");
}

/* The last entry of those. */
static const struct timeline_config *last_entry(const struct scenario *scenario)
{
    const struct config *config = scenario_config(scenario);
    return &config->timeline[config->timeline_count - 1];
}

static void check_when(const char *when, enum trigger trigger, const char *name, double share)
{
    char *text = memory_text(USE_TASKS "  - {when: '%s', run: split}\n", when);
    struct scenario *scenario = load_timeline(text);
    CHECK_STRING(found, "");
    if (CHECK(scenario != NULL)) {
        const struct config *config = scenario_config(scenario);
        const struct timeline_config *entry = last_entry(scenario);
        CHECK_INT(entry->trigger, trigger);
        CHECK_STRING(trigger == TRIGGER_TASK ? config->tasks[entry->task].name : config->pairs[entry->pairs[0]].name, name);
        if (trigger == TRIGGER_TASK)
            CHECK_NEAR(entry->share, share, 1e-12);
        else
            CHECK_INT(entry->pair_count, share);
    }
    scenario_destroy(scenario);
    free(text);
}

static void when_names_a_task_or_a_pair(void)
{
    check_when("join complete", TRIGGER_TASK, "join", 1);
    check_when("  join   complete ", TRIGGER_TASK, "join", 1);
    check_when("join >= 80 %", TRIGGER_TASK, "join", 0.8);
    check_when("join>=12.5%", TRIGGER_TASK, "join", 0.125);
    check_when("v>w suspended", TRIGGER_PAIR, "v.0>w.0", 2);
    check_when("v.1 > w.1 duplex", TRIGGER_PAIR, "v.1>w.1", 1);
    check_when("BBBBB/v.1>CCCCC/w.1 simplex", TRIGGER_PAIR, "v.1>w.1", 1);
    check_when("v>w duplex_pending", TRIGGER_PAIR, "v.0>w.0", 2);
}

static void a_when_that_says_nothing_is_refused(void)
{
    static const struct {
        const char *when, *expected;
    } cases[] = {
        {"join", "\"join\" is no condition, allowed are TASK complete, TASK >= 80 % and SOURCE>TARGET STATE"},
        {"complete", "is no condition"},
        {"join done", "is no condition"},
        {"v>w", "is no condition"},
        {"join > 80 %", "\"join > 80 %\" is no condition"},
        {"jion complete", "\"jion\" is no task, did you mean join?"},
        {"jion >= 10 %", "\"jion\" is no task, did you mean join?"},
        {"join >= 80", "has no unit"},
        {"join >= 0 %", "out of range"},
        {"join >= 101 %", "out of range"},
        {"v>w suspendet", "\"suspendet\" is no state of a pair (did you mean suspended?)"},
        {"v>u suspended", "\"u\" is no volume"},
        {"v>z suspended", "v has 2 volumes and z 1"},
        {"v.0>z suspended", "v.0>z is no pair, allowed is one that stands in `pairs` or in a task"},
        {"v.0>w.1 suspended", "v.0>w.1 is no pair"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = memory_text(USE_TASKS "  - {when: '%s', run: split}\n", cases[i].when);
        check_timeline(text, "timeline.1.when: ");
        CHECK_CONTAINS(found, cases[i].expected);
        free(text);
    }
}

static void what_never_happens_is_warned_about(void)
{
    check_timeline("  - {at: 1 s, run: split}\n", "warning: tasks.join: has no effect, no entry of the timeline runs it");
    check_timeline("  - {at: 1 s, run: split}\n  - {when: join complete, run: split}\n",
                   "warning: timeline.1: has no effect, no entry runs task join");
}

static void a_drive_fails_once_until_it_is_repaired(void)
{
    check_timeline("  - {at: 1 s, repair: a.0}\n", "timeline.0.repair: AAAAA/a.0 has not failed before");
    check_timeline("  - {at: 2 s, repair: a.0}\n  - {at: 3 s, fail: a.0}\n", "AAAAA/a.0 has not failed before");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: a.0}\n", "timeline.1.fail: AAAAA/a.0 has failed before");
    check_timeline("  - {at: 3 s, repair: a.0}\n  - {at: 2 s, fail: a.0}\n" USE_TASKS, "");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 2 s, repair: a.0}\n  - {at: 2 s, fail: a.0}\n" USE_TASKS, "");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: c.0}\n" USE_TASKS, ""); /* of two ranks */
    check_timeline("  - {at: 2 s, fail: e}\n  - {at: 3 s, fail: e.1}\n", "timeline.1.fail: e.1 has failed before");
    check_timeline("  - {at: 2 s, repair: e}\n", "timeline.0.repair: e.0 has not failed before");
    check_timeline("  - {at: 2 s, fail: north}\n  - {at: 3 s, fail: [CCCCC, BBBBB]}\n",
                   "timeline.1.fail.1: BBBBB has failed before");
    check_timeline("  - {at: 2 s, repair: BBBBB/g0}\n", "BBBBB/g0 has not failed before");
    check_timeline("  - {at: 2 s, fail: BBBBB}\n  - {at: 3 s, fail: BBBBB/g0}\n" USE_TASKS, ""); /* two things */
}

/* When such an entry comes, nobody knows before. */
static void what_is_triggered_is_not_checked(void)
{
    check_timeline("  - {when: join complete, fail: e.0}\n  - {at: 3 s, repair: e.0}\n" USE_TASKS, "");
    check_timeline("  - {at: 3 s, fail: e.0}\n  - {when: v>w suspended, repair: e}\n  - {at: 4 s, fail: e.0}\n" USE_TASKS, "");
    check_timeline("  - {when: join complete, fail: e.0}\n  - {at: 3 s, repair: e.1}\n", "e.1 has not failed before");
}

static void a_second_failed_drive_of_a_rank_is_warned_about(void)
{
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: a.1}\n", "warning: timeline.1.fail: is the rank's second");
    check_timeline("  - {at: 2 s, fail: d.0}\n  - {at: 3 s, fail: d.7}\n", "warning: timeline.1.fail: is the rank's second");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: a.7}\n" USE_TASKS, ""); /* the spare of 6+P+S */
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, repair: a.0}\n  - {at: 3 s, fail: a.1}\n" USE_TASKS, "");
}

static void what_comes_after_the_run_is_warned_about(void)
{
    check_timeline("  - {at: 9999 ms, fail: a.0}\n" USE_TASKS, "");
    check_timeline("  - {at: 10 s, fail: a.0}\n", "warning: timeline.0.at: has no effect, the run ends at 10 s");
}

static void set_reaches_the_entries(void)
{
    static const char text[] = SERVERS "  - {at: 2 s, fail: a.0}\n  - {at: 3 s, repair: a.0}\n";
    static const struct {
        const char *set, *expected;
    } cases[] = {
        {"timeline.0.at=2500 ms", ""},
        {"timeline.0.fail=AAAAA/a.1", "AAAAA/a.0 has not failed before"},
        {"timeline.1={at: 5 s, repair: a.0}", ""},
        {"timeline=[{at: 4 s, fail: c.3}]", ""},
        {"timeline.2.at=1 s", "--set timeline.2.at: no item of the list: 2 is out of range, allowed is 0 to 1"},
        {"timeline.0.when=x", "more than one of at and when is given"},
        {"timeline.1={when: join >= 5 %, run: split}", "warning: has no effect, no entry runs task join"},
        {"timeline.0.fail=[e, a.0]", ""},
        {"tasks.split.suspend_pprc.pair.1=z", "v has 2 volumes and z 1"},
        {"tasks.more=[{thaw: {from: BBBBB:16, to: CCCCC:16}}]", "--set tasks.more: warning: has no effect"},
        {"timeline.0.att=1 s", "--set timeline.0.att: the key att is not known, did you mean at?"},
        {"timeline.0.at.x=1 s", "at has no parts"},
        {"timeline.at=1 s", "--set timeline.at: no item of the list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scenario *scenario = load(text, (const char *const[]){cases[i].set, NULL});
        CHECK((scenario != NULL) == (cases[i].expected[0] == '\0' || strstr(cases[i].expected, "warning") != NULL));
        CHECK_CONTAINS(found, cases[i].expected);
        if (i == 0 && scenario != NULL)
            CHECK(scenario_config(scenario)->timeline[0].at_ns == 2500000000);
        scenario_destroy(scenario);
    }
}

UNIT_MAIN("timeline",
          {"entries keep the order of the file", entries_keep_the_order_of_the_file},
          {"an empty timeline is valid", an_empty_timeline_is_valid},
          {"links, ports, servers, sites and drives fail, also several at once", links_ports_servers_sites_and_drives_fail},
          {"what is nothing cannot fail", what_is_nothing_cannot_fail},
          {"an entry is one trigger and one thing to do", an_entry_is_one_trigger_and_one_doing},
          {"`when` names how far a task has come, or a pair's state", when_names_a_task_or_a_pair},
          {"a `when` that says nothing is refused", a_when_that_says_nothing_is_refused},
          {"what never happens is warned about", what_never_happens_is_warned_about},
          {"what fails does so once until it is repaired", a_drive_fails_once_until_it_is_repaired},
          {"what entries without a set time have a hand in is not checked", what_is_triggered_is_not_checked},
          {"a second failed drive of a rank is warned about", a_second_failed_drive_of_a_rank_is_warned_about},
          {"what comes after the run is warned about", what_comes_after_the_run_is_warned_about},
          {"--set reaches the entries", set_reaches_the_entries})
