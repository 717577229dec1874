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

static struct server_config servers[] = {{.serial = TEXT("FCA24")}, {.serial = TEXT("12019")}};
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
        .tracks = 1000, .tracks_left = 30, .established_s = 1.5, .complete_s = 2.5, .suspended_s = 4.5, .unprotected_s = 6.5,
        .copied_tracks = 970, .failures = 2, .failed_s = 3.5, .mirrored_writes = 50, .failed_writes = 3,
        .recorded_writes = 77};
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

static void unknown_pair_has_nulls(void)
{
    struct scene scene;
    open_scene(&scene, 1);
    scene.run.pairs = NULL;
    json_t *json = close_scene(&scene), *pair = json_object_get(json_object_get(json, "pairs"), "db.0>dbr.0");
    CHECK_INT(json_object_size(pair), 16);
    CHECK(json_is_null(json_object_get(pair, "state")) && json_is_null(json_object_get(pair, "tracks")));
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
          {"a pair that nobody reported of has nulls", unknown_pair_has_nulls},
          {"links tell what they carried, beside their utilisation", links_tell_what_they_carried},
          {"errors are counted by kind, and told in words", errors_are_told_by_kind},
          {"pairs are counted by state, and the worst listed first", states_are_counted_and_the_worst_listed},
          {"thousands of pairs and their events stay short", thousands_of_pairs_stay_short},
          {"a run that only copies has a bottleneck and no table of workloads", copying_alone_has_a_bottleneck})
