// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The timeline of a scenario: drives that fail and are repaired.
 */
#include "tests/scenario_fixture.h"

#define SERVERS                                                                                        \
    "run: {warmup: 1 s, duration: 9 s}\n"                                                              \
    "servers:\n"                                                                                       \
    "  AAAAA: {ranks: {a: , b: {loop: B}, c: , d: {format: 7+P}, cluster: {loop: B}}, ports: {f0: }}\n" \
    "  BBBBB: {ranks: {b: , x: }}\n"                                                                    \
    "timeline:\n"

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

static void check_fault(const struct fault_config *fault, double at_s, bool repair, int32_t rank, const char *target)
{
    CHECK(fault->at_ns == (sim_time)(at_s * 1e9) && fault->repair == repair);
    CHECK_INT(fault->rank, rank);
    CHECK_INT(fault->drive, target[strlen(target) - 1] - '0');
    CHECK_STRING(fault->target, target);
}

static void entries_are_sorted_by_time_and_equal_times_keep_their_order(void)
{
    struct scenario *scenario = load_timeline("  - {at: 3 s, repair: a.1}\n"
                                              "  - {at: 2 s, fail: BBBBB/b.7}\n"
                                              "  - {at: 2 s, fail: x.0}\n"
                                              "  - {at: 2 s, fail: AAAAA/b.4}\n"
                                              "  - {at: 500 ms, fail: AAAAA/a.1}\n");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    if (CHECK(config->fault_count == 5)) {
        check_fault(&config->faults[0], 0.5, false, 0, "AAAAA/a.1");
        check_fault(&config->faults[1], 2, false, 5, "BBBBB/b.7");
        check_fault(&config->faults[2], 2, false, 6, "BBBBB/x.0");
        check_fault(&config->faults[3], 2, false, 1, "AAAAA/b.4");
        check_fault(&config->faults[4], 3, true, 0, "AAAAA/a.1");
    }
    CHECK_CONTAINS(scenario_resolved_json(scenario), "\"timeline\":[{\"at_s\":0.5,\"fail\":\"AAAAA/a.1\"},");
    CHECK_CONTAINS(scenario_resolved_json(scenario), "{\"at_s\":3.0,\"repair\":\"AAAAA/a.1\"}]");
    scenario_destroy(scenario);
}

static void an_empty_timeline_is_valid(void)
{
    static const char *const forms[] = {"", "  []\n", "  ~\n", "  {}\n"};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct scenario *scenario = load_timeline(forms[i]);
        CHECK(scenario != NULL && scenario_config(scenario)->fault_count == 0);
        scenario_destroy(scenario);
    }
}

static void only_drives_of_ranks_fail_in_this_version(void)
{
    static const char *const others[] = {"f0", "AAAAA", "AAAAA/cluster.0", "e.0", "north", "AAAAA/f0", "a"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        char *text = memory_text("  - {at: 1 s, fail: %s}\n", others[i]);
        check_timeline(text, "timeline.0.fail: ");
        CHECK_CONTAINS(found, "not modelled yet in this version, allowed are drives: SERIAL/RANK.DRIVE");
        free(text);
    }
    check_timeline("  - {at: 1 s, fail: ax.0}\n", "(did you mean a.DRIVE?)");
    check_timeline("  - {at: 1 s, fail: CCCCC/a.0}\n", "\"CCCCC\" is no server");
    check_timeline("  - {at: 1 s, fail: BBBBB/a.0}\n", "is no rank of server BBBBB");
    check_timeline("  - {at: 1 s, fail: b.0}\n", "b.0 is on servers AAAAA and BBBBB, allowed is SERIAL/NAME: AAAAA/b.0");
    check_timeline("  - {at: 1 s, fail: cluster.0}\n", ""); /* a rank of that name */
    static const char *const drives[] = {"8", "-1", "00", "", "a", "0.1"};
    for (size_t i = 0; i < sizeof drives / sizeof drives[0]; i++) {
        char *text = memory_text("  - {at: 1 s, fail: a.%s}\n", drives[i]);
        check_timeline(text, "is no drive of an eight-pack, allowed are a.0 to a.7");
        free(text);
    }
}

static void an_entry_is_a_time_and_one_event(void)
{
    check_timeline("  - {at: 1 s}\n", "timeline.0: none of fail and repair is given");
    check_timeline("  - {at: 1 s, fail: a.0, repair: a.0}\n", "timeline.0: more than one of fail and repair is given");
    check_timeline("  - {fail: a.0}\n", "timeline.0: at is missing, allowed is a time");
    check_timeline("  - {at: 1, fail: a.0}\n", "timeline.0.at: ");
    check_timeline("  - {at: 1 s, run: split}\n", "timeline.0.run: run is not modelled yet in this version, allowed is fail");
    check_timeline("  - {when: x complete, fail: a.0}\n", "timeline.0.when: when is not modelled yet in this version");
    check_timeline("  - x\n", "timeline.0: is no mapping, allowed is a mapping with the keys at, fail, repair\n");
    check_timeline("  a: 1\n", "timeline: is no list, allowed is a list of mappings with the keys at, fail, repair\n");
    check_timeline("  - {at: 1 s, fial: a.0}\n", "timeline.0.fial: the key is not known here, did you mean fail?");
}

static void a_drive_fails_once_until_it_is_repaired(void)
{
    check_timeline("  - {at: 1 s, repair: a.0}\n", "timeline.0.repair: AAAAA/a.0 has not failed before");
    check_timeline("  - {at: 2 s, repair: a.0}\n  - {at: 3 s, fail: a.0}\n", "AAAAA/a.0 has not failed before");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: a.0}\n", "timeline.1.fail: AAAAA/a.0 has failed before");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 2 s, repair: a.0}\n  - {at: 2 s, fail: a.0}\n", "");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: c.0}\n", ""); /* of two ranks */
}

static void a_second_failed_drive_of_a_rank_is_warned_about(void)
{
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: a.1}\n", "warning: timeline.1.fail: is the rank's second");
    check_timeline("  - {at: 2 s, fail: d.0}\n  - {at: 3 s, fail: d.7}\n", "warning: timeline.1.fail: is the rank's second");
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, fail: a.7}\n", ""); /* the spare of 6+P+S */
    check_timeline("  - {at: 2 s, fail: a.0}\n  - {at: 3 s, repair: a.0}\n  - {at: 3 s, fail: a.1}\n", "");
}

static void what_comes_after_the_run_is_warned_about(void)
{
    check_timeline("  - {at: 9999 ms, fail: a.0}\n", "");
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
        {"timeline.0.when=x", "--set timeline.0.when: when is not modelled yet in this version, allowed is at"},
        {"timeline.0.att=1 s", "--set timeline.0.att: the key att is not known, did you mean at?"},
        {"timeline.0.at.x=1 s", "at has no parts"},
        {"timeline.at=1 s", "--set timeline.at: no item of the list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct scenario *scenario = load(text, (const char *const[]){cases[i].set, NULL});
        CHECK((scenario != NULL) == (cases[i].expected[0] == '\0'));
        CHECK_CONTAINS(found, cases[i].expected);
        if (i == 0 && scenario != NULL)
            CHECK(scenario_config(scenario)->faults[0].at_ns == 2500000000);
        scenario_destroy(scenario);
    }
}

UNIT_MAIN("timeline",
          {"entries are sorted by time, and equal times keep their order",
           entries_are_sorted_by_time_and_equal_times_keep_their_order},
          {"an empty timeline is valid", an_empty_timeline_is_valid},
          {"only drives of ranks fail in this version", only_drives_of_ranks_fail_in_this_version},
          {"an entry is a time and one event", an_entry_is_a_time_and_one_event},
          {"a drive fails once until it is repaired", a_drive_fails_once_until_it_is_repaired},
          {"a second failed drive of a rank is warned about", a_second_failed_drive_of_a_rank_is_warned_about},
          {"what comes after the run is warned about", what_comes_after_the_run_is_warned_about},
          {"--set reaches the entries", set_reaches_the_entries})
