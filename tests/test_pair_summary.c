// SPDX-License-Identifier: GPL-3.0-or-later
/* What a summary tells of pairs and links: as JSON, in words, as tables; thousands of pairs stay short. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/summary.h"
#include "analysis/summary_table.h"
#include "analysis/summary_text.h"
#include "tests/unit.h"

enum { PAIRS_MAX = 4096, LINKS = 2 };

#define TEXT(text) ((char[]){text})

static struct server_config servers[] = {{.serial = TEXT("FCA24"), .model = {.track_bytes = 32768}},
                                         {.serial = TEXT("12019"), .model = {.track_bytes = 1}}};
static struct link_config links[] = {{.name = TEXT("e.0"), .from = 0, .to = 1},
                                     {.name = TEXT("e.1"), .from = 0, .to = 1}};
static struct volume_config volumes[] = {{.label = TEXT("db.0"), .server = 0}, {.label = TEXT("dbr.0"), .server = 1}};
static struct host_config hosts[] = {{.name = TEXT("sap")}};
static struct workload_config workloads[] = {{.name = TEXT("oltp"), .kind = LOAD_OPEN}};
static struct port_config ports[] = {{.name = TEXT("e.0"), .server = 0}, {.name = TEXT("e.0"), .server = 1}};

/* A summary in the making. */
struct scene {
    struct config config;
    struct pair_config *pairs;
    struct pair_report *reports;
    struct summary_run run;
    struct summary *summary;
};

/* `count` pairs in duplex that nobody has touched. */
static void open_scene(struct scene *scene, size_t count)
{
    *scene = (struct scene){.pairs = calloc(count + 1, sizeof *scene->pairs),
                            .reports = calloc(count + 1, sizeof *scene->reports)};
    for (size_t i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "db.%zu>dbr.%zu", i, i);
        scene->pairs[i] = (struct pair_config){.name = strdup(name), .source = 0, .target = 1};
        scene->reports[i] = (struct pair_report){.name = scene->pairs[i].name, .state = PPRC_DUPLEX,
                                                 .target_state = PPRC_DUPLEX, .tracks = 1000, .established_s = 0,
                                                 .complete_s = 0, .suspended_s = NAN};
    }
    scene->config = (struct config){.title = TEXT("A mirror"), .servers = servers, .server_count = 2, .links = links,
                                    .link_count = LINKS, .volumes = volumes, .volume_count = 2, .hosts = hosts,
                                    .host_count = 1, .workloads = workloads, .workload_count = 1, .ports = ports,
                                    .port_count = 2, .pairs = scene->pairs, .pair_count = count};
    scene->run = (struct summary_run){.replications = 1, .measured_s = 10, .complete = true, .pairs = scene->reports};
    struct error error = {0};
    scene->summary = summary_create(&scene->config, &error);
    CHECK_STRING(error.message, "");
}

/* Makes pair number `index` a FlashCopy of 1000 tracks with T0 at 2 s, of which `left` are left. */
static struct pair_report *flash(struct scene *scene, size_t index, enum pair_state state, int64_t left)
{
    char name[64];
    snprintf(name, sizeof name, "db.%zu>snap.%zu", index, index);
    free(scene->pairs[index].name);
    scene->pairs[index] =
        (struct pair_config){.name = strdup(name), .kind = PAIR_FLASHCOPY, .source = 0, .target = 1};
    scene->reports[index] = (struct pair_report){
        .name = scene->pairs[index].name, .kind = PAIR_FLASHCOPY, .state = state, .target_state = state,
        .tracks = 1000, .tracks_left = left, .established_s = state == FLASH_NONE ? NAN : 2, .complete_s = NAN,
        .suspended_s = NAN, .unprotected_s = NAN, .failed_s = NAN, .copied_tracks = 1000 - left,
        .flashcopy = {.background_copy = state != FLASH_NOCOPY, .background_tracks = 1000 - left, .withdrawn_s = NAN}};
    scene->run.ended_s = 42;
    return &scene->reports[index];
}

static void withdraw(struct pair_report *report, double at_s)
{
    report->flashcopy.withdrawn_s = at_s;
    report->flashcopy.incomplete = report->tracks_left > 0;
}

static void complete(struct pair_report *report, double at_s)
{
    report->complete_s = at_s;
}

/* The summary as JSON; the scene is gone. */
static json_t *close_scene(struct scene *scene)
{
    struct error error = {0};
    json_t *json = summary_json(scene->summary, &scene->run, &error);
    CHECK_STRING(error.message, "");
    summary_destroy(scene->summary);
    for (size_t i = 0; i < scene->config.pair_count; i++)
        free(scene->pairs[i].name);
    free(scene->pairs);
    free(scene->reports);
    return json;
}

/* A table of the summary, or with a negative number its text. The caller frees. */
static char *render(const json_t *json, int table)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (table < 0)
        summary_text_write(json, out);
    else
        summary_table_write(json, (enum summary_table)table, out);
    fclose(out);
    return text;
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "(none)";
}

static void pair_has_every_key(void)
{
    struct scene scene;
    open_scene(&scene, 2);
    scene.reports[1] = (struct pair_report){
        .name = scene.pairs[1].name, .state = PPRC_SUSPENDED, .target_state = PPRC_SIMPLEX, .inhibited = true,
        .tracks = 1000, .tracks_left = 30, .established_s = 1.5, .complete_s = 2.5, .suspended_s = 4.5,
        .unprotected_s = 6.5, .copied_tracks = 970, .failures = 2, .failed_s = 3.5, .mirrored_writes = 50,
        .failed_writes = 3, .recorded_writes = 77};
    json_t *json = close_scene(&scene), *pair = json_object_get(json_object_get(json, "pairs"), "db.1>dbr.1");
    CHECK_STRING(text_at(pair, "kind"), "pprc");
    CHECK_STRING(text_at(pair, "state"), "suspended");
    CHECK_STRING(text_at(pair, "secondary_state"), "simplex");
    CHECK(json_is_true(json_object_get(pair, "inhibited")));
    static const struct {
        const char *key;
        double value;
    } values[] = {{"tracks", 1000}, {"tracks_left", 30}, {"established_s", 1.5}, {"complete_s", 2.5},
                  {"suspended_s", 4.5}, {"copied_tracks", 970}, {"mirrored_writes", 50}, {"failed_writes", 3},
                  {"recorded_writes", 77}, {"copy_s", 1}, {"failures", 2}, {"unprotected_s", 6.5}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        CHECK_NEAR(number(pair, values[i].key), values[i].value, 0);
    pair = json_object_get(json_object_get(json, "pairs"), "db.0>dbr.0");
    CHECK(json_is_null(json_object_get(pair, "suspended_s")));
    CHECK_INT(json_object_size(pair), 16);
    json_decref(json);
}

static void flashcopy_has_every_key(void)
{
    struct scene scene;
    open_scene(&scene, 5);
    flash(&scene, 4, FLASH_COPYING, 500)->flashcopy.withdrawn_s = 1; /* and established again since */
    struct pair_report *report = flash(&scene, 1, FLASH_COMPLETE, 0);
    complete(report, 18);
    report->copied_tracks = 990;
    report->flashcopy = (struct flashcopy_report){
        .background_copy = true, .background_tracks = 900, .write_tracks = 70, .completed_tracks = 20,
        .replaced_tracks = 10, .staged_tracks = 950, .redirected_reads = 33, .withdrawn_s = 1};
    withdraw(flash(&scene, 2, FLASH_WITHDRAWN, 300), 12);
    flash(&scene, 3, FLASH_NONE, 1000);
    json_t *json = close_scene(&scene), *pairs = json_object_get(json, "pairs");
    json_t *pair = json_object_get(pairs, "db.1>snap.1");
    CHECK_STRING(text_at(pair, "kind"), "flashcopy");
    CHECK_STRING(text_at(pair, "state"), "complete");
    CHECK(json_is_true(json_object_get(pair, "background_copy")));
    CHECK(json_is_false(json_object_get(pair, "accelerate_destage")));
    CHECK(json_is_false(json_object_get(pair, "incomplete")));
    static const struct {
        const char *key;
        double value;
    } values[] = {{"tracks", 1000}, {"tracks_left", 0}, {"established_s", 2}, {"complete_s", 18}, {"copy_s", 16},
                  {"copied_tracks", 990}, {"background_tracks", 900}, {"write_tracks", 70}, {"completed_tracks", 20},
                  {"replaced_tracks", 10}, {"staged_tracks", 950}, {"cache_hit_tracks", 40}, {"redirected_reads", 33},
                  {"withdrawn_s", 1}, {"failures", 0}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        CHECK_NEAR(number(pair, values[i].key), values[i].value, 0);
    CHECK_NEAR(number(pair, "copied_mb_per_s"), 990 * 32768 / 16e6, 1e-12); /* not over the time before, or until 1 s */
    static const char *const pprc[] = {"secondary_state", "inhibited", "mirrored_writes", "failed_writes",
                                       "recorded_writes", "unprotected_s", "suspended_s"};
    for (size_t i = 0; i < sizeof pprc / sizeof pprc[0]; i++)
        CHECK(json_is_null(json_object_get(pair, pprc[i])));
    CHECK_INT(json_object_size(pair), 28);
    pair = json_object_get(pairs, "db.2>snap.2");
    CHECK_STRING(text_at(pair, "state"), "withdrawn");
    CHECK(json_is_true(json_object_get(pair, "incomplete")) && json_is_null(json_object_get(pair, "copy_s")));
    CHECK_NEAR(number(pair, "copied_mb_per_s"), 700 * 32768 / 10e6, 1e-12); /* until it was withdrawn */
    pair = json_object_get(pairs, "db.4>snap.4");
    CHECK_NEAR(number(pair, "copied_mb_per_s"), 500 * 32768 / 40e6, 1e-12); /* until the run ended */
    pair = json_object_get(pairs, "db.3>snap.3");
    CHECK_STRING(text_at(pair, "state"), "none");
    static const char *const nulls[] = {"background_copy", "accelerate_destage", "established_s", "withdrawn_s",
                                        "copied_mb_per_s"};
    for (size_t i = 0; i < sizeof nulls / sizeof nulls[0]; i++)
        CHECK(json_is_null(json_object_get(pair, nulls[i])));
    CHECK_INT(json_object_size(json_object_get(pairs, "db.0>dbr.0")), 16); /* PPRC's keys are what they were */
    json_decref(json);
}

static void two_pairs_of_a_name_stay_apart(void)
{
    struct scene scene;
    open_scene(&scene, 2);
    flash(&scene, 0, FLASH_COPYING, 500);
    strcpy(scene.pairs[0].name, "db.1>dbr.1");
    json_t *json = close_scene(&scene), *pairs = json_object_get(json, "pairs");
    CHECK_INT(json_object_size(pairs), 2);
    CHECK_STRING(text_at(json_object_get(pairs, "db.1>dbr.1"), "kind"), "pprc");
    CHECK_STRING(text_at(json_object_get(pairs, "db.1>dbr.1 (flashcopy)"), "kind"), "flashcopy");
    json_decref(json);
}

static void unknown_pair_has_nulls(void)
{
    struct scene scene;
    open_scene(&scene, 2);
    flash(&scene, 1, FLASH_COPYING, 500);
    scene.run.pairs = NULL;
    json_t *json = close_scene(&scene), *pair = json_object_get(json_object_get(json, "pairs"), "db.0>dbr.0"), *value;
    CHECK_INT(json_object_size(pair), 16);
    CHECK(json_is_null(json_object_get(pair, "state")) && json_is_null(json_object_get(pair, "tracks")));
    const char *key;
    pair = json_object_get(json_object_get(json, "pairs"), "db.1>snap.1");
    CHECK_INT(json_object_size(pair), 28);
    json_object_foreach(pair, key, value)
        CHECK(json_is_null(value) == (strcmp(key, "kind") != 0));
    CHECK_INT(json_array_size(json_object_get(json, "warnings")), 1); /* of the workload without I/Os */
    json_decref(json);
}

static void links_tell_what_they_carried(void)
{
    struct resource_report resources[] = {
        {"FCA24/e.0", RESOURCE_PORT, 0.1, 0, 0, 10, 0.5},
        {"e.0", RESOURCE_LINK, 0.4, 0.5, 0.25, 800, 0.5},
        {"e.1", RESOURCE_LINK, 0.1, 0, 0, 100, 0.5},
    };
    struct link_report reports[] = {{7000, 1000, 5.5, 2, 0, true}, {1000, 0, 0.5, 0, 0, false}};
    struct scene scene;
    open_scene(&scene, 1);
    scene.run.resources = resources;
    scene.run.resource_count = 3;
    scene.run.links = reports;
    json_t *json = close_scene(&scene), *all = json_object_get(json, "resources");
    json_t *link = json_object_get(all, "e.0");
    CHECK_NEAR(number(link, "writes_per_s"), 700, 0);
    CHECK_NEAR(number(link, "copies_per_s"), 100, 0);
    CHECK_NEAR(number(link, "mb_per_s"), 5.5, 0);
    CHECK_NEAR(number(link, "paths"), 2, 0);
    CHECK(json_is_true(json_object_get(link, "up")) &&
          json_is_false(json_object_get(json_object_get(all, "e.1"), "up")));
    CHECK_STRING(text_at(link, "from"), "FCA24");
    CHECK_STRING(text_at(link, "to"), "12019");
    CHECK_STRING(text_at(json_object_get(all, "e.1"), "shares_with"), "e.0");
    CHECK(json_object_get(json_object_get(all, "FCA24/e.0"), "paths") == NULL);
    char *text = render(json, SUMMARY_BY_LINK);
    CHECK_CONTAINS(
        text, "e.0              FCA24 > 12019   40.0 %  50.0 %   0.500    0.250    700.0    100.0   5.500     2\n");
    CHECK_CONTAINS(text, "down\n");
    CHECK_INT(lines_of(text), 3);
    free(text);
    text = render(json, -1);
    CHECK_CONTAINS(text, "e.0 "); /* among the busiest resources */
    free(text);
    json_decref(json);
}

static void errors_are_told_by_kind(void)
{
    struct scene scene;
    open_scene(&scene, 1);
    struct io_record record = {.op = IO_WRITE, .measured = true, .response_ns = SIM_MS, .length_bytes = 4096};
    record.part_ns[PART_LINK] = SIM_MS;
    summary_io(scene.summary, &record);
    for (int i = 0; i < 5; i++) {
        record.error = i < 3 ? IO_NOT_MIRRORED : IO_RANK_LOST;
        summary_io(scene.summary, &record);
    }
    json_t *json = close_scene(&scene);
    json_t *all = json_object_get(json_object_get(json_object_get(json, "workloads"), "oltp"), "all");
    json_t *by = json_object_get(all, "errors_by");
    CHECK_NEAR(number(all, "errors"), 5, 0);
    CHECK_NEAR(number(by, "not_mirrored"), 3, 0);
    CHECK_NEAR(number(by, "rank_lost"), 2, 0);
    CHECK_INT(json_object_size(by), 2);
    CHECK_NEAR(number(json_object_get(all, "parts_ms"), "link"), 1, 1e-12);
    char *text = render(json, -1);
    CHECK_CONTAINS(text, "3 I/Os failed, not mirrored");
    CHECK_CONTAINS(text, "2 I/Os failed, rank lost");
    free(text);
    json_decref(json);
}

static void states_are_counted_and_the_worst_listed(void)
{
    struct scene scene;
    open_scene(&scene, 10);
    scene.reports[2].state = scene.reports[2].target_state = PPRC_DUPLEX_PENDING;
    scene.reports[2].tracks_left = 500;
    scene.reports[2].established_s = 3;
    scene.reports[3].state = scene.reports[3].target_state = PPRC_SUSPENDED;
    scene.reports[3].tracks_left = 1;
    scene.reports[3].suspended_s = 20.5;
    scene.reports[4] = scene.reports[3];
    scene.reports[4].failed_writes = 12;
    scene.reports[4].target_state = PPRC_SIMPLEX;
    scene.reports[5].established_s = 4;
    scene.reports[5].complete_s = 8.25;
    json_t *json = close_scene(&scene);
    char *text = render(json, -1);
    CHECK_CONTAINS(text,
                   "Pairs: 1 duplex_pending, 7 duplex, 2 suspended; the last to become duplex, at 8.25 s: db.5>dbr.5\n"
                   "  db.4>dbr.4                     suspended at 20.5 s (target simplex), 1 of 1000 tracks out of "
                   "sync, 12 writes\n                                 not acknowledged\n"
                   "  db.3>dbr.3                     suspended at 20.5 s, 1 of 1000 tracks out of sync\n"
                   "  db.2>dbr.2                     duplex_pending, 500 of 1000 tracks out of sync\n");
    free(text);
    json_decref(json);
}

static void flashcopies_have_a_table(void)
{
    struct scene scene;
    open_scene(&scene, 6);
    struct pair_report *report = flash(&scene, 0, FLASH_COMPLETE, 0);
    complete(report, 18);
    report->copied_tracks = 990;
    report->flashcopy.background_tracks = 900;
    report->flashcopy.write_tracks = 70;
    report->flashcopy.completed_tracks = 20;
    report->flashcopy.replaced_tracks = 10;
    withdraw(flash(&scene, 1, FLASH_WITHDRAWN, 950), 30.5);
    flash(&scene, 2, FLASH_COPYING, 400);
    withdraw(flash(&scene, 3, FLASH_WITHDRAWN, 0), 40);
    report = flash(&scene, 4, FLASH_WITHDRAWN, 1);
    withdraw(report, 41);
    report->failures = 1;
    flash(&scene, 5, FLASH_NONE, 1000);
    json_t *json = close_scene(&scene);
    char *text = render(json, -1), *table = render(json, SUMMARY_BY_PAIR);
    static const char rows[] =
        "FlashCopy   state           T0 s  copy s     left background source wr target wr replaced    MB/s\n"
        "db.0>snap.0 complete       2.000   16.00        0        900        70        20       10   2.028\n"
        "db.1>snap.1 withdrawn      2.000       -      950         50         0         0        0   0.057\n"
        "  withdrawn at 30.5 s; is no copy: lacks 950 of 1000 tracks\n"
        "db.2>snap.2 copying        2.000       -      400        600         0         0        0   0.492\n"
        "db.3>snap.3 withdrawn      2.000       -        0       1000         0         0        0   0.862\n"
        "  withdrawn at 40 s; no track was left\n"
        "db.4>snap.4 withdrawn      2.000       -        1        999         0         0        0   0.839\n"
        "  withdrawn at 41 s by a failure; is no copy: lacks 1 of 1000 tracks\n";
    CHECK_CONTAINS(text, "\nFlashCopies: 1 none, 1 copying, 1 complete, 3 withdrawn; the longest copy took 16 s: "
                         "db.0>snap.0\n");
    CHECK_CONTAINS(text, rows);
    CHECK(strstr(text, "Pairs:") == NULL);
    CHECK(strncmp(table, rows, strlen(rows)) == 0);
    CHECK_STRING(table + strlen(rows), "1 never established\n");
    free(text);
    free(table);
    json_decref(json);
}

static void both_kinds_have_their_tables(void)
{
    struct scene scene;
    open_scene(&scene, 3);
    complete(flash(&scene, 1, FLASH_COMPLETE, 0), 18);
    scene.reports[2].mirrored_writes = 5;
    json_t *json = close_scene(&scene);
    char *text = render(json, -1), *table = render(json, SUMMARY_BY_PAIR);
    CHECK_CONTAINS(text, "\nPPRC pairs: 2 duplex\n\nFlashCopies: 1 complete;");
    CHECK_CONTAINS(table, "\ndb.2>dbr.2 duplex ");
    CHECK_CONTAINS(table, "1 in duplex without a write\n\nFlashCopy ");
    CHECK_CONTAINS(table, "db.1>snap.1 complete ");
    CHECK_INT(lines_of(table), 6);
    free(text);
    free(table);
    json_decref(json);
}

/* Of many, the broken come first, then what is in progress, then the slowest. */
static void thousands_of_flashcopies_stay_short(void)
{
    struct scene scene;
    open_scene(&scene, PAIRS_MAX);
    for (size_t i = 0; i < PAIRS_MAX; i++)
        complete(flash(&scene, i, FLASH_COMPLETE, 0), i == 77 ? 30 : 10);
    flash(&scene, 5, FLASH_NOCOPY, 999);
    flash(&scene, 6, FLASH_COPYING, 10);
    flash(&scene, 3000, FLASH_COPYING, 20);
    withdraw(flash(&scene, 4000, FLASH_WITHDRAWN, 1), 20);
    json_t *json = close_scene(&scene);
    char *text = render(json, -1), *table = render(json, SUMMARY_BY_PAIR);
    CHECK_CONTAINS(text, "FlashCopies: 2 copying, 1 nocopy, 4092 complete, 1 withdrawn; the longest copy took 28 s: "
                         "db.77>snap.77\n");
    CHECK_CONTAINS(text, "  and 4091 more (--by pair)\n");
    static const char *const order[] = {"\ndb.4000>snap.4000", "\ndb.3000>snap.3000", "\ndb.6>snap.6",
                                        "\ndb.5>snap.5", "\ndb.77>snap.77"};
    for (size_t i = 0; i + 1 < sizeof order / sizeof order[0]; i++) {
        const char *one = strstr(text, order[i]), *next = strstr(text, order[i + 1]);
        CHECK(one != NULL && next != NULL && one < next);
    }
    CHECK(lines_of(text) < 40);
    CHECK_INT(lines_of(table), PAIRS_MAX + 2);
    free(text);
    free(table);
    json_decref(json);
}

/* The warnings, with a line break after each. */
static char *warnings_of(const json_t *json)
{
    char *text = NULL;
    size_t size, index;
    json_t *warning;
    FILE *out = open_memstream(&text, &size);
    json_array_foreach(json_object_get(json, "warnings"), index, warning)
        fprintf(out, "%s\n", json_string_value(warning));
    fclose(out);
    return text;
}

static void incomplete_flashcopies_are_warned_of(void)
{
    struct scene scene;
    open_scene(&scene, 6);
    for (size_t i = 0; i < 6; i++)
        withdraw(flash(&scene, i, FLASH_WITHDRAWN, i < 2 ? 0 : (int64_t)i * 100), 10 + (double)i);
    scene.reports[1].failures = scene.reports[4].failures = 1;
    scene.reports[5].state = FLASH_ESTABLISHING; /* once more: what was lacking is no matter any more */
    json_t *json = close_scene(&scene);
    char *text = warnings_of(json);
    CHECK_CONTAINS(text, "FlashCopy db.4>snap.4 was withdrawn at 14 s by a failure: its target is no copy, it lacks "
                         "400 of 1000 tracks.\n");
    CHECK_CONTAINS(text, "2 FlashCopies were withdrawn before every track was copied: their targets are no copies. "
                         "db.3>snap.3, withdrawn at 13 s, lacks most, 300 of 1000 tracks.\n");
    CHECK_INT(lines_of(text), 3); /* with the workload's */
    free(text);
    json_decref(json);
}

static void unfinished_copies_are_warned_of(void)
{
    struct scene scene;
    open_scene(&scene, 5);
    flash(&scene, 0, FLASH_COPYING, 200);
    json_t *json = close_scene(&scene);
    char *text = warnings_of(json);
    /* 800 tracks in 40 s, 200 to go */
    CHECK_CONTAINS(text, "the background copy of db.0>snap.0 had not ended when the run did: 200 of 1000 tracks are "
                         "left, another 10 s at the 0.655 MB/s since its T0.\n");
    free(text);
    json_decref(json);
    open_scene(&scene, 5);
    flash(&scene, 0, FLASH_COPYING, 200);
    flash(&scene, 1, FLASH_COPYING, 999);
    flash(&scene, 2, FLASH_NOCOPY, 1000);
    complete(flash(&scene, 3, FLASH_COMPLETE, 0), 9);
    json = close_scene(&scene);
    text = warnings_of(json);
    CHECK_CONTAINS(text, "the background copies of 2 FlashCopies had not ended when the run did; db.1>snap.1 needs "
                         "longest: 999 of 1000 tracks are left, another 11 h at the 0.000819 MB/s since its T0.\n");
    free(text);
    json_decref(json);
    open_scene(&scene, 1);
    flash(&scene, 0, FLASH_COPYING, 1000);
    json = close_scene(&scene);
    text = warnings_of(json);
    CHECK_CONTAINS(text, "1000 of 1000 tracks are left, and none was copied yet.\n");
    free(text);
    json_decref(json);
}

/* A run that copies within a server has neither I/Os nor links, and yet something to be limited by. */
static void flashcopy_alone_has_a_bottleneck(void)
{
    struct resource_report resources[] = {{"FCA24/prod", RESOURCE_RANK, 0.9, 3, 5, 300, 0.5}};
    struct summary_load loads[1] = {{0, 0, 0}};
    struct scene scene;
    open_scene(&scene, 1);
    flash(&scene, 0, FLASH_COPYING, 1000);
    scene.run.resources = resources;
    scene.run.resource_count = 1;
    scene.run.loads = loads;
    struct error error = {0};
    json_t *json = summary_json(scene.summary, &scene.run, &error);
    CHECK(json_is_null(json_object_get(json_object_get(json, "bottleneck"), "resource")));
    json_decref(json);
    scene.reports[0].copied_tracks = scene.reports[0].flashcopy.background_tracks = 1;
    json = summary_json(scene.summary, &scene.run, &error);
    CHECK_STRING(text_at(json_object_get(json, "bottleneck"), "resource"), "FCA24/prod");
    CHECK_CONTAINS(text_at(json_object_get(json, "bottleneck"), "advice"), "Background copies of FlashCopies are");
    json_decref(json);
    resources[0].name = "FCA2/prod"; /* another server's */
    json = close_scene(&scene);
    CHECK(strstr(text_at(json_object_get(json, "bottleneck"), "advice"), "FlashCopies") == NULL);
    json_decref(json);
}

static void thousands_of_pairs_stay_short(void)
{
    struct scene scene;
    struct summary_event *events = calloc(PAIRS_MAX, sizeof *events);
    open_scene(&scene, PAIRS_MAX);
    for (size_t i = 0; i < PAIRS_MAX; i++) {
        if (i % 2 == 0) {
            scene.reports[i].state = PPRC_SUSPENDED;
            scene.reports[i].tracks_left = (int64_t)i % 1000;
        }
        events[i] = (struct summary_event){20, "suspended", "a pair"};
    }
    scene.run.events = events;
    scene.run.event_count = PAIRS_MAX;
    json_t *json = close_scene(&scene);
    char *text = render(json, -1), *table = render(json, SUMMARY_BY_PAIR);
    CHECK_CONTAINS(text, "Pairs: 2048 duplex, 2048 suspended\n");
    CHECK_CONTAINS(text, "  and 2043 more (--by pair)\n");
    CHECK_CONTAINS(text, "and 4095 more of the kind at that time\n");
    CHECK(lines_of(text) < 40);
    CHECK_CONTAINS(table, "2048 in duplex without a write\n");
    CHECK_INT(lines_of(table), 2048 + 2);
    free(text);
    free(table);
    free(events);
    json_decref(json);
}

static void copying_alone_has_a_bottleneck(void)
{
    struct resource_report resources[] = {{"e.0", RESOURCE_LINK, 0.99, 3, 0.25, 300, 0.5},
                                          {"e.1", RESOURCE_LINK, 0.99, 3, 0.25, 300, 0.5}};
    struct link_report reports[] = {{0, 3000, 9.5, 1, 0, true}, {0, 3000, 9.5, 1, 0, true}};
    struct summary_load loads[1] = {{0, 0, 0}};
    struct scene scene;
    open_scene(&scene, 1);
    summary_destroy(scene.summary);
    scene.config.workload_count = 0;
    scene.summary = summary_create(&scene.config, NULL);
    scene.run.resources = resources;
    scene.run.resource_count = 2;
    scene.run.links = reports;
    scene.run.loads = loads;
    json_t *json = close_scene(&scene);
    CHECK_STRING(text_at(json_object_get(json, "bottleneck"), "resource"), "e.0");
    const char *advice = text_at(json_object_get(json, "bottleneck"), "advice");
    CHECK_CONTAINS(advice, "add links between FCA24 and 12019, where 2 stand");
    CHECK_CONTAINS(advice, "It carried copied tracks only");
    char *text = render(json, -1);
    CHECK(strstr(text, "times in ms") == NULL);
    CHECK_CONTAINS(text, "\nBottleneck: e.0 (link)");
    free(text);
    json_decref(json);
}

UNIT_MAIN("pair_summary", {"a pair has every key, null where it never was so", pair_has_every_key},
          {"a FlashCopy has every key, PPRC's as nulls", flashcopy_has_every_key},
          {"a PPRC pair and a FlashCopy of the same volumes have a key each", two_pairs_of_a_name_stay_apart},
          {"a pair that nobody reported of has nulls", unknown_pair_has_nulls},
          {"links tell what they carried, beside their utilisation", links_tell_what_they_carried},
          {"errors are counted by kind, and told in words", errors_are_told_by_kind},
          {"pairs are counted by state, and the worst listed first", states_are_counted_and_the_worst_listed},
          {"thousands of pairs and their events stay short", thousands_of_pairs_stay_short},
          {"FlashCopies have a table by why tracks were copied; no copies are called so", flashcopies_have_a_table},
          {"PPRC pairs and FlashCopies have a table each", both_kinds_have_their_tables},
          {"of thousands of FlashCopies those that need a look are listed", thousands_of_flashcopies_stay_short},
          {"targets that are no copies are warned of", incomplete_flashcopies_are_warned_of},
          {"copies that outlast the run are warned of, with the time they need", unfinished_copies_are_warned_of},
          {"a run that only copies within a server has a bottleneck", flashcopy_alone_has_a_bottleneck},
          {"a run that only copies has a bottleneck and no table of workloads", copying_alone_has_a_bottleneck})
