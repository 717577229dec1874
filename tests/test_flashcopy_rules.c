// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * FlashCopy as scenarios write it: what stands at the start, what tasks take, what `when` waits for, what servers may
 * say; and each refusal by its name.
 */
#include "tests/scenario_fixture.h"

/* One logical subsystem of two ranks on two loops, one of the other cluster, and a server far away. */
#define GROUND                                                                                                         \
    "run: {duration: 9 s}\n"                                                                                           \
    "servers:\n"                                                                                                       \
    "  FCA24: {ranks: {a: , b: {loop: B}, c: {cluster: 1}}, ports: {f0: }, volumes: {\n"                               \
    "    db: {rank: a, size: 1 GiB, count: 4}, snap: {rank: b, size: 1 GiB, count: 4}, one: {rank: a, size: "          \
    "1 GiB},\n"                                                                                                        \
    "    two: {rank: a, size: 1 GiB}, big: {rank: b, size: 2 GiB}, three: {rank: b, size: 1 GiB, count: 3},\n"         \
    "    other: {rank: c, size: 1 GiB}}}\n"                                                                            \
    "  12019: {ranks: {a: }, volumes: {far: {size: 1 GiB, count: 4}, back: {size: 1 GiB, count: 4}}}\n"                \
    "hosts: {h: {server: FCA24}}\n"                                                                                    \
    "links: {e: {from: FCA24, to: 12019}, r: {from: 12019, to: FCA24}}\n"                                              \
    "paths: [{from: FCA24:16, to: 12019:16, links: e}, {from: 12019:16, to: FCA24:16, links: r}]\n"

static struct scenario *load_more(const char *more)
{
    char *text = memory_text("%s%s", GROUND, more);
    struct scenario *scenario = load(text, NULL);
    free(text);
    return scenario;
}

/* The ground with more text gives this mistake; "" for none at all. */
static void check_more(const char *more, const char *expected)
{
    scenario_destroy(load_more(more));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
}

static void check_pairs(const char *items, const char *expected)
{
    char *text = memory_text("pairs: [%s]\n", items);
    check_more(text, expected);
    free(text);
}

static void check_task(const char *action, const char *expected)
{
    char *text = memory_text("timeline: [{at: 1 s, run: it}]\ntasks: {it: [%s]}\n", action);
    check_more(text, expected);
    free(text);
}

static size_t mistakes(void)
{
    size_t lines = 0;
    for (const char *at = found; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    return lines;
}

/* ---- at the start ---- */

static void a_flashcopy_in_pairs_stands_at_the_start(void)
{
    struct scenario *scenario =
        load_more("pairs:\n  - {flashcopy: [db, snap]}\n  - {flashcopy: [one, big], background_copy: no}\n"
                  "  - {flashcopy: [two, three.1], background_copy: yes, accelerate_destage: yes}\n");
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->pair_count, 6);
    for (size_t i = 0; i < 4; i++) {
        const struct pair_config *pair = &config->pairs[i];
        char name[40];
        snprintf(name, sizeof name, "db.%zu>snap.%zu", i, i);
        CHECK_STRING(pair->name, name);
        CHECK(pair->kind == PAIR_FLASHCOPY && pair->state == FLASH_COPYING && !pair->accelerate_destage);
        CHECK_STRING(config->volumes[pair->target].label, strchr(name, '>') + 1);
    }
    CHECK_STRING(config->pairs[4].name, "one>big");
    CHECK(config->pairs[4].state == FLASH_NOCOPY && !config->pairs[4].accelerate_destage);
    CHECK_STRING(config->pairs[5].name, "two>three.1");
    CHECK(config->pairs[5].state == FLASH_COPYING && config->pairs[5].accelerate_destage);
    scenario_destroy(scenario);
}

static void json_tells_kind_and_options(void)
{
    struct scenario *scenario =
        load_more("pairs: [{flashcopy: [one, big], background_copy: no, accelerate_destage: yes}]\n"
                  "tasks: {it: {establish_flashcopy: {pair: [two, three.0]}}}\n");
    if (!CHECK(scenario != NULL))
        return;
    const char *json = scenario_resolved_json(scenario);
    CHECK_CONTAINS(json,
                   "\"one>big\":{\"kind\":\"flashcopy\",\"source\":\"one\",\"target\":\"big\",\"state\":\"nocopy\","
                   "\"background_copy\":false,\"accelerate_destage\":true}");
    CHECK_CONTAINS(json, "\"two>three.0\":{\"kind\":\"flashcopy\",\"source\":\"two\",\"target\":\"three.0\",\"state\":"
                         "\"none\",\"background_copy\":null,\"accelerate_destage\":null}");
    scenario_destroy(scenario);
}

static void no_path_is_needed(void)
{
    check_mistake("servers: {FCA24: {ranks: {a: }, volumes: {v: {size: 1 GiB}, w: {size: 1 GiB}}}}\n"
                  "pairs: [{flashcopy: [v, w]}]\n",
                  "");
}

static void source_and_target_are_in_one_logical_subsystem(void)
{
    check_pairs(
        "{flashcopy: [one, other]}",
        "pairs.0.flashcopy.1: source one is in FCA24:16 and target other in FCA24:17, allowed are volumes of one "
        "logical subsystem\n");
    check_pairs("{flashcopy: [db, far]}",
                "source db.0 is in FCA24:16 and target far.0 in 12019:16, allowed are volumes");
    check_pairs("{flashcopy: [one, two]}", "");  /* of one rank */
    check_pairs("{flashcopy: [one, big]}", "");  /* larger */
    check_pairs("{flashcopy: [far, back]}", ""); /* elsewhere */
    check_pairs("{flashcopy: [big, one]}",
                "target one is smaller than its source big: 1073741824 B, allowed are 2147483648 B or more");
    check_pairs("{flashcopy: [db, three]}", "db has 4 volumes and three 3, allowed are equal numbers");
    check_pairs("{flashcopy: [db.2, db.2]}", "db.2 is its own target, allowed is another volume");
    check_pairs("{flashcopy: [db, snpa]}",
                "pairs.0.flashcopy.1: \"snpa\" is no volume of any server, did you mean snap?");
}

static void with_16_subsystems_a_server_has_two_for_a_place(void)
{
    static const char form[] = "servers: {FCA24: {fb_lss: 16, ranks: {a: , b: }, volumes: {v: {rank: a, size: 1 MiB, "
                               "count: %d}, w: {rank: b, size: 1 MiB}}}}\npairs: [{flashcopy: [v.0, w]}]\n";
    char *few = memory_text(form, 192), *many = memory_text(form, 193);
    check_mistake(few, "");
    check_mistake(many, "source v.0 is in FCA24:16 and target w in FCA24:24");
    free(few);
    free(many);
}

static void a_volume_is_in_one_flashcopy_at_the_start(void)
{
    check_pairs(
        "{flashcopy: [db, snap]}, {flashcopy: [db.1, three.0]}",
        "pairs.1.flashcopy: db.1 is in FlashCopy db.1>snap.1 already, allowed is one FlashCopy of a volume at the "
        "start\n");
    check_pairs("{flashcopy: [db.0, one]}, {flashcopy: [db.1, one], background_copy: no}",
                "one is in FlashCopy db.0>one already");
    check_pairs("{flashcopy: [db.0, one]}, {flashcopy: [one, two]}", "one is in FlashCopy db.0>one already");
    check_pairs("{flashcopy: [one, two]}, {flashcopy: [db.0, one]}", "one is in FlashCopy one>two already");
    check_pairs("{flashcopy: [db, snap]}, {flashcopy: [db.3, snap.3]}",
                "pairs.1.flashcopy: names pair db.3>snap.3 a second time, allowed is once");
    check_more("pairs: [{flashcopy: [one, two]}]\ntimeline: [{at: 1 s, run: it}]\n"
               "tasks: {it: [{establish_flashcopy: {from: two, to: db.0}}]}\n",
               ""); /* the first may have ended by then */
}

static void a_target_is_written_by_one_kind_of_pair(void)
{
    static const char both[] =
        "back.0 is the target of %s too, allowed is a target of PPRC or of FlashCopy at the start\n";
    char *by_pprc = memory_text(both, "PPRC pair db.0>back.0"), *by_copy = memory_text(both, "FlashCopy far.0>back.0");
    check_pairs("{pprc: [db.0, back.0]}, {flashcopy: [far.0, back.0]}", by_pprc);
    check_pairs("{flashcopy: [far.0, back.0], background_copy: no}, {pprc: [db.0, back.0], state: suspended}", by_copy);
    check_pairs("{flashcopy: [far.0, back.0]}, {pprc: [db.0, back.0], state: simplex}", "");
    free(by_pprc);
    free(by_copy);
}

static void flashcopy_and_pprc_combine(void)
{
    check_pairs("{flashcopy: [db, snap]}, {pprc: [snap, far]}", ""); /* a cascade */
    check_pairs("{pprc: [snap, far]}, {flashcopy: [db, snap]}", "");
    check_pairs("{flashcopy: [db, snap]}, {pprc: [db, far]}", "");  /* of the primary */
    check_pairs("{pprc: [db, far]}, {flashcopy: [far, back]}", ""); /* of the secondary */
    check_pairs("{pprc: [db, far], state: suspended}, {flashcopy: [far, back]}, {flashcopy: [snap, three.0]}",
                "snap has 4 volumes and three.0 1");
    check_pairs("{pprc: [db, far]}, {pprc: [db, back]}", "db.0 is in PPRC pair db.0>far.0 already");
}

/* Of a FlashCopy both volumes are open; the target of a PPRC pair is not. */
static void workloads_use_source_and_target(void)
{
    check_more("workloads: {w: {volumes: [db, snap], iodepth: 1}}\n"
               "pairs: [{flashcopy: [db, snap]}, {pprc: [far, db], state: simplex}]\n",
               "");
    check_more("workloads: {w: {volumes: [db, snap], iodepth: 1}}\n"
               "pairs: [{flashcopy: [db, snap]}, {pprc: [far, db]}]\n",
               "workloads.w.volumes: db.0 is the target of pair far.0>db.0 at the start");
    CHECK_INT(mistakes(), 1);
}

static void each_kind_has_its_keys(void)
{
    check_pairs("{flashcopy: [one, two], state: duplex}",
                "pairs.0.state: is given with flashcopy, allowed is only together with pprc\n");
    check_pairs("{flashcopy: [one, two], critical: no}",
                "pairs.0.critical: is given with flashcopy, allowed is only together with pprc\n");
    check_pairs("{pprc: [db, far], background_copy: yes}",
                "pairs.0.background_copy: is given with pprc, allowed is only together with flashcopy\n");
    check_pairs("{pprc: [db, far], accelerate_destage: no}",
                "pairs.0.accelerate_destage: is given with pprc, allowed is only together with flashcopy\n");
    check_pairs("{pprc: [db, far], flashcopy: [db, snap]}",
                "pairs.0: more than one of pprc and flashcopy is given, needed is exactly one: [SOURCE, TARGET]\n");
    check_pairs("{background_copy: no}", "pairs.0: none of pprc and flashcopy is given");
    check_pairs("{flashcopy: [one]}", "pairs.0.flashcopy: are not two names, needed is [SOURCE, TARGET]\n");
    check_pairs("{flashcopy: one}", "pairs.0.flashcopy: are not two names");
    check_pairs("{flashcopy: {one: two}}", "pairs.0.flashcopy: is a mapping, allowed is a name or a list of names\n");
    check_pairs("{flashcopy: }", "pairs.0.flashcopy: has no value, allowed is a name or a list of names\n");
    check_pairs("{flashcopy: [one, two], background_copy: nocopy}",
                "pairs.0.background_copy: is no truth value, allowed is yes, no, true, false, on or off\n");
    CHECK_INT(mistakes(), 1);
}

/* ---- tasks ---- */

/* The task is good and says this in the resolved JSON. */
static void check_json(const char *action, const char *expected)
{
    char *text = memory_text("timeline: [{at: 1 s, run: it}]\ntasks: {it: [%s]}\n", action);
    struct scenario *scenario = load_more(text);
    CHECK_STRING(found, "");
    if (CHECK(scenario != NULL))
        CHECK_CONTAINS(scenario_resolved_json(scenario), expected);
    scenario_destroy(scenario);
    free(text);
}

static void tasks_establish_and_withdraw(void)
{
    check_json(
        "{establish_flashcopy: {from: one, to: two}}",
        "{\"establish_flashcopy\":{\"pairs\":[\"one>two\"],\"background_copy\":true,\"accelerate_destage\":false,"
        "\"permit_online\":false}}");
    check_json(
        "{establish_flashcopy: {pair: [db, snap], background_copy: no, accelerate_destage: yes, permit_online: on}}",
        "{\"establish_flashcopy\":{\"pairs\":[\"db.0>snap.0\",\"db.1>snap.1\",\"db.2>snap.2\",\"db.3>snap.3\"],"
        "\"background_copy\":false,\"accelerate_destage\":true,\"permit_online\":true}}");
    check_json("{withdraw_flashcopy: {pair: [db.1, snap.0]}}",
               "{\"withdraw_flashcopy\":{\"pairs\":[\"db.1>snap.0\"]}}");
    check_json("{withdraw_flashcopy: {from: one, to: big}}", "{\"withdraw_flashcopy\":{\"pairs\":[\"one>big\"]}}");
}

static void pairs_that_only_tasks_name_have_no_relation(void)
{
    struct scenario *scenario = load_more(
        "timeline: [{at: 1 s, run: it}]\n"
        "tasks: {it: [{establish_flashcopy: {pair: [one, two]}}, {withdraw_flashcopy: {from: one, to: two}}]}\n");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->pair_count, 1);
    CHECK(config->pairs[0].kind == PAIR_FLASHCOPY && config->pairs[0].state == FLASH_NONE);
    const struct action_config *establish = &config->tasks[0].actions[0];
    CHECK(establish->background_copy && !establish->accelerate_destage && !establish->permit_online);
    CHECK_INT(config->tasks[0].actions[1].pairs[0], 0);
    scenario_destroy(scenario);
}

/* What no state of things could allow is refused before the run, wherever it is written. */
static void tasks_are_held_to_the_same_rules(void)
{
    check_task("{establish_flashcopy: {from: one, to: other}}",
               "tasks.it.0.establish_flashcopy.to: source one is in FCA24:16 and target other in FCA24:17");
    check_task("{withdraw_flashcopy: {pair: [one, other]}}",
               "tasks.it.0.withdraw_flashcopy.pair.1: source one is in FCA24:16");
    check_task("{establish_flashcopy: {pair: [big, one]}}", "target one is smaller than its source big");
    check_task("{establish_flashcopy: {pair: [one, one]}}", "one is its own target");
    check_task("{establish_flashcopy: {pair: [db, three]}}", "db has 4 volumes and three 3");
    check_task("{establish_flashcopy: {pair: [one, too]}}", "\"too\" is no volume of any server, did you mean two?");
    check_task("{establish_flashcopy: {}}", "tasks.it.0.establish_flashcopy: none of pair and from/to is given");
    check_task("{establish_flashcopy: }", "tasks.it.0.establish_flashcopy: none of pair and from/to is given");
    check_task("{withdraw_flashcopy: {from: one}}", "to is missing, needed are both from and to");
    check_task("{withdraw_flashcopy: {pair: [one, two], to: two}}", "more than one of pair and from/to is given");
    check_task("{withdraw_flashcopy: {pair: [one, two], background_copy: no}}",
               "tasks.it.0.withdraw_flashcopy.background_copy: the key is not known here");
    check_task("{establish_flashcopy: {pair: [one, two], copy: none}}",
               "tasks.it.0.establish_flashcopy.copy: the key is not known here");
    check_task("{establish_flashcopy: {pair: [one, two], accelerate_destage: maybe}}",
               "establish_flashcopy.accelerate_destage: is no truth value");
    check_task("{establish_pprc: {pair: [one, two]}}, {establish_flashcopy: {pair: [two, three.0]}}", "");
}

static void set_reaches_the_options(void)
{
    static const char text[] = GROUND "pairs: [{flashcopy: [one, two]}]\ntimeline: [{at: 1 s, run: it}]\n"
                                      "tasks: {it: {establish_flashcopy: {from: db, to: snap}}}\n";
    struct scenario *scenario = load(
        text, (const char *const[]){"tasks.it.establish_flashcopy.background_copy=no", "pairs.0.background_copy=no",
                                    "pairs.0.flashcopy.1=big", "servers.FCA24.copy_on_write=before_write",
                                    "servers.FCA24.flashcopy_step=30", NULL});
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_STRING(config->pairs[0].name, "one>big");
    CHECK_INT(config->pairs[0].state, FLASH_NOCOPY);
    CHECK(!config->tasks[0].actions[0].background_copy);
    CHECK_INT(config->servers[0].model.copy_on_write, COPY_BEFORE_WRITE);
    CHECK_INT(config->servers[0].model.flashcopy_step_tracks, 30);
    scenario_destroy(scenario);
}

/* ---- pairs of both kinds ---- */

static void check_twins(const char *more, size_t pprc)
{
    struct scenario *scenario = load_more(more);
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    if (CHECK_INT(config->pair_count, 2)) {
        const struct pair_config *mirror = &config->pairs[pprc], *copy = &config->pairs[1 - pprc];
        CHECK(mirror->kind == PAIR_PPRC && copy->kind == PAIR_FLASHCOPY);
        CHECK(mirror->source == copy->source && mirror->target == copy->target);
        CHECK_STRING(mirror->name, "one>two");
        CHECK_STRING(copy->name, "one>two (flashcopy)");
        CHECK(mirror->state == PPRC_SIMPLEX && copy->state == FLASH_NOCOPY);
    }
    scenario_destroy(scenario);
}

static void two_volumes_may_be_pairs_of_both_kinds(void)
{
    check_twins("pairs: [{pprc: [one, two], state: simplex}, {flashcopy: [one, two], background_copy: no}]\n", 0);
    check_twins("pairs: [{flashcopy: [one, two], background_copy: no}, {pprc: [one, two], state: simplex}]\n", 1);
    check_twins("pairs: [{flashcopy: [one, two], background_copy: no}]\ntimeline: [{at: 1 s, run: it}]\n"
                "tasks: {it: [{establish_pprc: {pair: [one, two]}}]}\n",
                1);
}

/* A task that establishes all pairs from each of six groups to each other, of both kinds, and ends them again. To be
 * freed. */
static char *all_pairs_text(void)
{
    static const char *const verbs[] = {"establish_pprc", "establish_flashcopy", "terminate_pprc",
                                        "withdraw_flashcopy"};
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    fputs("servers: {FCA24: {ranks: {r: }, volumes: {", file);
    for (int group = 0; group < 6; group++)
        fprintf(file, "%c: {size: 1 MiB, count: 40}, ", 'a' + group);
    fputs("}}}\ntimeline: [{at: 1 s, run: it}]\ntasks:\n  it:\n", file);
    for (int verb = 0; verb < 4; verb++)
        for (int from = 0; from < 6; from++)
            for (int to = 0; to < 6; to++)
                if (from != to)
                    fprintf(file, "    - %s: {pair: [%c, %c]}\n", verbs[verb], 'a' + from, 'a' + to);
    fclose(file);
    return text;
}

/* So many that the table grows and places collide. */
static void many_pairs_are_each_found_again(void)
{
    enum { COMBINATIONS = 30, MEMBERS = 40 };
    char *text = all_pairs_text();
    struct scenario *scenario = load(text, NULL);
    CHECK_STRING(found, "");
    free(text);
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    const struct action_config *actions = config->tasks[0].actions;
    size_t good = 0;
    CHECK_INT(config->pair_count, 2 * COMBINATIONS * MEMBERS);
    for (size_t i = 0; i < 4 * (size_t)COMBINATIONS * MEMBERS; i++) {
        const struct action_config *action = &actions[i / MEMBERS];
        const struct action_config *before = &actions[i / MEMBERS % (2 * COMBINATIONS)];
        const struct pair_config *pair = &config->pairs[action->pairs[i % MEMBERS]];
        bool of_pprc = action->verb == TASK_ESTABLISH_PPRC || action->verb == TASK_TERMINATE_PPRC;
        good += pair->kind == (of_pprc ? PAIR_PPRC : PAIR_FLASHCOPY) &&
                pair->source % MEMBERS == (int32_t)(i % MEMBERS) && pair->target % MEMBERS == (int32_t)(i % MEMBERS) &&
                action->pairs[i % MEMBERS] == before->pairs[i % MEMBERS];
    }
    CHECK_INT(good, 4 * COMBINATIONS * MEMBERS);
    scenario_destroy(scenario);
}

/* ---- when ---- */

#define TASKS                                                                                                          \
    "tasks: {copy: [{establish_flashcopy: {from: db, to: snap}}], both: [{establish_flashcopy: {from: one, to: "       \
    "two}}, {establish_pprc: {pair: [one, two]}}], mirror: [{establish_pprc: {pair: [db, far]}}]}\n"                   \
    "timeline:\n  - {at: 1 s, run: [copy, both, mirror]}\n"

/* The condition means this state of these pairs. */
static void check_when(const char *when, enum pair_state state, const char *first, size_t pairs)
{
    char *text = memory_text(TASKS "  - {when: '%s', run: copy}\n", when);
    struct scenario *scenario = load_more(text);
    CHECK_STRING(found, "");
    if (CHECK(scenario != NULL)) {
        const struct config *config = scenario_config(scenario);
        const struct timeline_config *entry = &config->timeline[1];
        CHECK_INT(entry->trigger, TRIGGER_PAIR);
        CHECK_INT(entry->state, state);
        if (CHECK_INT(entry->pair_count, pairs))
            CHECK_STRING(config->pairs[entry->pairs[0]].name, first);
    }
    scenario_destroy(scenario);
    free(text);
}

static void when_waits_for_the_states_of_a_flashcopy(void)
{
    check_when("db>snap establishing", FLASH_ESTABLISHING, "db.0>snap.0", 4);
    check_when("db>snap copying", FLASH_COPYING, "db.0>snap.0", 4);
    check_when("db.2 > snap.2 nocopy", FLASH_NOCOPY, "db.2>snap.2", 1);
    check_when("db>snap complete", FLASH_COMPLETE, "db.0>snap.0", 4);
    check_when("FCA24/db.1>snap.1 withdrawn", FLASH_WITHDRAWN, "db.1>snap.1", 1);
    check_when("db>far suspended", PPRC_SUSPENDED, "db.0>far.0", 4);
}

static void of_pairs_of_both_kinds_the_state_tells_which(void)
{
    check_when("one>two complete", FLASH_COMPLETE, "one>two (flashcopy)", 1);
    check_when("one>two duplex", PPRC_DUPLEX, "one>two", 1);
}

static void when_waits_for_a_share_of_a_copy(void)
{
    struct scenario *scenario = load_more(TASKS "  - {when: copy >= 80 %, run: mirror}\n");
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct timeline_config *entry = &scenario_config(scenario)->timeline[1];
    CHECK_INT(entry->trigger, TRIGGER_TASK);
    CHECK_INT(entry->task, 0);
    CHECK_NEAR(entry->share, 0.8, 1e-12);
    scenario_destroy(scenario);
}

static void a_when_that_never_comes_is_refused(void)
{
    static const struct {
        const char *when, *expected;
    } cases[] = {
        {"db>snap duplex",
         "db>snap is a FlashCopy and no PPRC pair, allowed are its states: establishing, copying, nocopy, "
         "complete and withdrawn\n"},
        {"db>far complete", "db>far is a PPRC pair and no FlashCopy, allowed are its states: simplex, duplex_pending, "
                            "duplex and suspended\n"},
        {"db>snap none", "\"none\" is no state of a pair"},
        {"db>snap completed",
         "\"completed\" is no state of a pair (did you mean complete?), allowed are simplex, duplex_pending, duplex "
         "and "
         "suspended of PPRC, establishing, copying, nocopy, complete and withdrawn of FlashCopy\n"},
        {"db>three complete", "db has 4 volumes and three 3"},
        {"db.0>snap.1 complete", "db.0>snap.1 is no pair, allowed is one that stands in `pairs` or in a task\n"},
        {"snap>db complete", "snap>db is no pair"},
        {"other>one complete", "other>one is no pair"},
        {"db>snpa copying", "\"snpa\" is no volume of any server, did you mean snap?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = memory_text(TASKS "  - {when: '%s', run: copy}\n", cases[i].when);
        check_more(text, "timeline.1.when: ");
        CHECK_CONTAINS(found, cases[i].expected);
        CHECK_INT(mistakes(), 1);
        free(text);
    }
}

/* Whether a pair stands somewhere is not known where one has a mistake. */
static void a_broken_pair_is_told_once(void)
{
    static const char *const cases[][2] = {
        {"{flashcopy: [one, other]}", "pairs.0.flashcopy.1: source one is in FCA24:16"},
        {"{flashcopy: [one, other, two]}", "pairs.0.flashcopy: are not two names"},
        {"{flashcpy: [one, other]}, {pprc: }", "pairs.0.flashcpy: the key is not known here, did you mean flashcopy?"},
        {"{state: duplex}", "pairs.0: none of pprc and flashcopy is given"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = memory_text("pairs: [%s]\ntasks: {it: {withdraw_flashcopy: {pair: [two, big]}}}\n"
                                 "timeline: [{at: 1 s, run: it}, {when: one>other complete, run: it}]\n",
                                 cases[i][0]);
        check_more(text, cases[i][1]);
        CHECK(strstr(found, "timeline") == NULL);
        free(text);
    }
    check_more("tasks: {it: [{establish_flashcopy: {pair: [one, two], from: one}}]}\n"
               "timeline: [{at: 1 s, run: it}, {when: one>two complete, run: it}]\n",
               "tasks.it.0.establish_flashcopy: more than one of pair and from/to is given");
    CHECK_INT(mistakes(), 1);
}

/* ---- servers ---- */

static void check_values(const char *values, const char *expected)
{
    char *text = memory_text("ranks: {a: }, %s", values);
    check_server(text, expected);
    free(text);
}

static void holding_is_a_part_of_establishing(void)
{
    check_values("flashcopy_hold: 2 s", "");
    check_values("flashcopy_hold: 2001 ms",
                 "servers.AAAAA.flashcopy_hold: is longer than flashcopy_establish, allowed is at most its 2 s\n");
    check_values("flashcopy_establish: 50 ms, flashcopy_hold: 50 ms", "");
    check_values("flashcopy_establish: 0 s, flashcopy_hold: 0 s, flashcopy_hold_track: 0 s", "");
    check_values("flashcopy_establish: 50 ms, flashcopy_hold: 0.1 s",
                 "flashcopy_hold: is longer than flashcopy_establish, "
                 "allowed is at most its 0.05 s\n");
    check_values("flashcopy_hold_track: 2 ms", "flashcopy_hold_track: 2 ms is out of range");
    check_values("copy_on_write: before",
                 "copy_on_write: \"before\" is not known, allowed is before_destage or before_write");
    check_values("flashcopy_step: 0", "flashcopy_step: 0 is out of range, allowed is 1 to 64");
    check_values("flashcopy_step: 65", "flashcopy_step: 65 is out of range, allowed is 1 to 64");
    check_values("flashcopy_pair_steps: 0", "flashcopy_pair_steps: 0 is out of range, allowed is 1 to 1000");
    check_values("flashcopy_rank_steps: 1001", "flashcopy_rank_steps: 1001 is out of range, allowed is 1 to 1000");
}

/* An F20 has 192 MiB in each cluster. */
static void flashcopys_part_of_nvs_is_less_than_half(void)
{
    check_values("flashcopy_nvs: 95 MiB", "");
    check_values("flashcopy_nvs: 96 MiB",
                 "servers.AAAAA.flashcopy_nvs: is 96 MiB, allowed is less than half of a cluster's NVS of 192 MiB\n");
    check_values("flashcopy_nvs: 32 KiB", "");
    check_values("flashcopy_nvs: 16 KiB",
                 "servers.AAAAA.flashcopy_nvs: is 16 KiB, allowed is at least a track, 32 KiB\n");
    check_values("nvs: 48 MiB, flashcopy_nvs: 12 MiB",
                 "flashcopy_nvs: is 12 MiB, allowed is less than half of a cluster's "
                 "NVS of 24 MiB\n");
}

static int64_t flashcopy_nvs_of(const char *values)
{
    char text[200];
    snprintf(text, sizeof text, "servers: {AAAAA: {ranks: {a: }, cache: 1 GiB, %s}}\n", values);
    struct scenario *scenario = load(text, NULL);
    int64_t bytes = scenario != NULL ? scenario_config(scenario)->servers[0].model.flashcopy_nvs_bytes : -1;
    scenario_destroy(scenario);
    return bytes;
}

static void without_a_word_it_is_a_quarter_at_most(void)
{
    CHECK_INT(flashcopy_nvs_of("nvs: 96 MiB"), 12 << 20);
    CHECK_INT(flashcopy_nvs_of("nvs: 48 MiB"), 6 << 20);
    CHECK_INT(flashcopy_nvs_of("nvs: 1 MiB"), 128 << 10);
    CHECK_INT(flashcopy_nvs_of("nvs: 48 MiB, flashcopy_nvs: 8 MiB"), 8 << 20);
}

static void a_small_server_takes_a_small_part_of_nvs(void)
{
    struct scenario *scenario =
        load("servers: {AAAAA: {ranks: {a: }, cache: 16 MiB, nvs: 1 MiB, flashcopy_nvs: 64 KiB}}\n", NULL);
    CHECK(strstr(found, "flashcopy_nvs") == NULL);
    if (CHECK(scenario != NULL))
        CHECK_INT(scenario_config(scenario)->servers[0].model.flashcopy_nvs_bytes, 65536);
    scenario_destroy(scenario);
}

UNIT_MAIN("flashcopy_rules", {"a FlashCopy in `pairs` stands at the start", a_flashcopy_in_pairs_stands_at_the_start},
          {"the resolved JSON tells kind and options", json_tells_kind_and_options},
          {"a FlashCopy needs no path", no_path_is_needed},
          {"source and target are in one logical subsystem, and fit", source_and_target_are_in_one_logical_subsystem},
          {"with 16 subsystems two ranks of one place may be apart", with_16_subsystems_a_server_has_two_for_a_place},
          {"a volume is in one FlashCopy at the start", a_volume_is_in_one_flashcopy_at_the_start},
          {"a target is written by pairs of one kind", a_target_is_written_by_one_kind_of_pair},
          {"FlashCopy and PPRC combine otherwise", flashcopy_and_pprc_combine},
          {"workloads use source and target", workloads_use_source_and_target},
          {"each kind of pair has its keys", each_kind_has_its_keys},
          {"tasks establish and withdraw", tasks_establish_and_withdraw},
          {"pairs that only tasks name have no relation", pairs_that_only_tasks_name_have_no_relation},
          {"tasks are held to the same rules", tasks_are_held_to_the_same_rules},
          {"--set reaches the options", set_reaches_the_options},
          {"two volumes may be pairs of both kinds", two_volumes_may_be_pairs_of_both_kinds},
          {"many pairs are each found again", many_pairs_are_each_found_again},
          {"`when` waits for the states of a FlashCopy", when_waits_for_the_states_of_a_flashcopy},
          {"of pairs of both kinds the state tells which is meant", of_pairs_of_both_kinds_the_state_tells_which},
          {"`when` waits for a share of a copy", when_waits_for_a_share_of_a_copy},
          {"a `when` that never comes is refused", a_when_that_never_comes_is_refused},
          {"a broken pair is told once", a_broken_pair_is_told_once},
          {"I/Os are held for a part of establishing", holding_is_a_part_of_establishing},
          {"FlashCopy's part of NVS is less than half of it", flashcopys_part_of_nvs_is_less_than_half},
          {"where the scenario does not say, it is a quarter at most", without_a_word_it_is_a_quarter_at_most},
          {"a small server takes a small part of NVS", a_small_server_takes_a_small_part_of_nvs})
