// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What `essim check` prints: the machine as a planner reads it, in 100 columns, and as JSON.
 */
#include <jansson.h>

#include "analysis/display.h"
#include "sim/memory.h"
#include "tests/command.h"
#include "tests/run_fixture.h"
#include "tests/text_file.h"

/* Runs `essim check` on a text as a.yaml, with one more argument. */
static struct command_result check(const char *text, const char *argument)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.yaml");
    FILE *file = fopen(path.text, "w");
    CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    struct command_result result =
        argument != NULL ? ESSIM(folder.path, "check", "a.yaml", argument) : ESSIM(folder.path, "check", "a.yaml");
    fixture_folder_remove(&folder);
    return result;
}

/* The page holds these lines, one behind the other. */
static void check_page(const char *text, const char *expected)
{
    struct command_result result = check(text, NULL);
    CHECK_INT(result.status, 0);
    CHECK_STRING(result.errors, "");
    CHECK_CONTAINS(result.output, expected);
    command_result_free(&result);
}

static const char machine[] =
    "title: Two adapters\n"
    "run: {warmup: 1 s, duration: 10 s}\n"
    "servers:\n"
    "  FCA24:\n"
    "    fb_lss: 16\n"
    "    ranks: {a: , b: {cluster: 1}, c: , d: {pair: 3, cluster: 1, loop: B, drive: ultrastar-18es}}\n"
    "    ports: {e1: {type: escon, bay: 2, port: 1}, f0: {bay: 3, slot: 1}, e0: {type: escon, bay: 2}}\n"
    "    volumes:\n"
    "      v: {rank: a, size: 1 GiB, count: 193}\n"
    "      w: {rank: c, size: 512 MiB, count: 2}\n"
    "      one: {rank: d, size: 2 GB}\n"
    "      x: {rank: b, size: 1 GiB, count: 1}\n"
    "hosts: {sap: {ports: [e0, f0]}}\n"
    "workloads:\n"
    "  w: {volumes: [v, w.1, one, x], rw: randread, iodepth: 4}\n"
    "timeline: [{at: 8 s, repair: a.3}, {at: 1500 ms, fail: a.3}]\n";

static void the_page_shows_the_machine(void)
{
    check_page(machine, "Two adapters\n"
                        "run: warm-up 1 s, 10 s measured, seed 1, 1 replication, warm start\n"
                        "\n"
                        "server FCA24: F20, cache 8 GiB, NVS 384 MiB, 32 of 384 drives, 4 of 16 fixed-block LSSs\n"
                        "each cluster: 4 processors, cache 4 GiB, NVS 192 MiB\n"
                        "\n"
                        "  loop  eight-packs  drives    of  spares\n"
                        "  0 A             3      24    48       2\n"
                        "  3 B             1       8    48       1\n"
                        "\n"
                        "  rank  loop  cluster  format  drive                GB    used    left  volumes  LSS\n"
                        "  a     0 A         0  6+P+S   ultrastar-36lzx   220.6   207.2    13.3      193   16\n"
                        "  b     0 A         1  6+P+S   ultrastar-36lzx   220.6     1.1   219.5        1   17\n"
                        "  c     0 A         0  7+P     ultrastar-36lzx   257.3     1.1   256.3        2   24\n");
    check_page(machine, "\n"
                        "  LSS            volumes   of  ranks\n"
                        "  2105:FCA24:16      193  256  a\n"
                        "  2105:FCA24:17        1  256  b\n"
                        "  2105:FCA24:23        1  256  d\n"
                        "  2105:FCA24:24        2  256  c\n"
                        "\n"
                        "  volumes            size  ids                  rank\n"
                        "  v.0 … v.192       1 GiB  000FCA24 … 0C0FCA24  a\n"
                        "  w.0 … w.1       512 MiB  800FCA24 … 801FCA24  c\n"
                        "  one                2 GB  700FCA24             d\n"
                        "  x.0               1 GiB  100FCA24             b\n"
                        "\n"
                        "  bay  slot  adapter   ports\n"
                        "    2     0  escon     e0 (0), e1 (1)\n"
                        "    3     1  fc        f0 (0)\n"
                        "\n"
                        "host sap: server FCA24, ports e0 f0, round robin\n"
                        "workload w: host sap, random, 100 % reads, blocks of 4 KiB, 4 in flight, think time 0 s; on v.0 …\n"
                        "    v.192, w.1, one, x.0\n"
                        "\n"
                        "timeline\n"
                        "  1.5 s: drive FCA24/a.3 fails\n"
                        "  8 s: drive FCA24/a.3 is repaired\n");
}

static void json_shows_the_machine(void)
{
    struct command_result result = check(machine, "--json");
    json_t *root = json_loads(result.output, 0, NULL);
    json_t *server = json_object_get(json_object_get(root, "servers"), "FCA24");
    if (!CHECK(server != NULL))
        return;
    long long spares = 0, left = 0, volumes = 0, second = 0, cache = 0, drives = 0;
    const char *name = "", *loop = "", *stage = "";
    CHECK(json_unpack(server, "{s:{s:{s:I, s:I}}, s:[{s:I, s:s}, {}], s:{s:{s:s, s:I}, s:{s:I}}, s:I, s:{s:I}, s:{s:s}}",
                      "ranks", "a", "left_bytes", &left, "volumes", &volumes, "loops", "spares", &spares, "loop", &loop,
                      "lss", "16", "name", &name, "volumes", &volumes, "24", "volumes", &second, "drives", &drives,
                      "cluster", "cache_bytes", &cache, "values", "stage", &stage) == 0);
    CHECK_INT(spares, 2);
    CHECK_STRING(loop, "A");
    CHECK_INT(left, 220577857536 - 193 * (1LL << 30));
    CHECK_INT(volumes, 193);
    CHECK_INT(second, 2);
    CHECK_STRING(name, "2105:FCA24:16");
    CHECK_INT(cache, 4LL << 30);
    CHECK_INT(drives, 32);
    CHECK_STRING(stage, "record");
    json_t *timeline = json_object_get(root, "timeline");
    CHECK_INT(json_array_size(timeline), 2);
    CHECK_STRING(json_string_value(json_object_get(json_array_get(timeline, 1), "fail")), "FCA24/a.3");
    json_decref(root);
    command_result_free(&result);
}

static const char mirror[] =
    "servers:\n"
    "  FCA24: {ranks: {a: , b: {cluster: 1}}, volumes: {db: {rank: a, size: 1 GiB, count: 4}, log: {rank: b, size: 1 GiB}},\n"
    "    lss: {17: {critical_heavy: yes, consistency_group: yes}}}\n"
    "  12019: {ranks: {a: }, volumes: {dbr: {size: 1 GiB, count: 4}, logr: {size: 1 GiB}}}\n"
    "links:\n  e: {from: FCA24, to: 12019, count: 4, distance: 43 km}\n  back: {from: 12019, to: FCA24, type: escon-6}\n"
    "paths:\n  - {from: FCA24:16, to: 12019:16, links: [e.0, e.1, e.3]}\n  - {from: FCA24:17, to: 12019:16, links: e.2}\n"
    "pairs:\n  - {pprc: [db, dbr]}\n  - {pprc: [log, logr], state: suspended, critical: yes}\n";

static void the_page_shows_links_paths_and_pairs(void)
{
    check_page(mirror, "\n"
                       "  LSS            volumes   of  ranks\n"
                       "  2105:FCA24:16        4  256  a\n"
                       "  2105:FCA24:17        1  256  b; critical heavy; consistency group, writes held for 60 s at most\n");
    check_page(mirror, "\n"
                       "  link       from   to      distance  type     4 KiB write  writes/s       track   MB/s\n"
                       "  e.0 … e.3  FCA24  12019      43 km  escon       1.731 ms       578    3.418 ms    9.6\n"
                       "  back       12019  FCA24        0 m  escon-6     0.481 ms      2079    2.448 ms   13.4\n"
                       "\n"
                       "paths\n"
                       "  FCA24:16 > 12019:16: e.0 … e.1, e.3\n"
                       "  FCA24:17 > 12019:16: e.2\n"
                       "\n"
                       "pairs\n"
                       "  db.0 … db.3 > dbr.0 … dbr.3: PPRC, duplex\n"
                       "  log > logr: PPRC, suspended, critical\n");
}

static void json_shows_links_paths_and_pairs(void)
{
    struct command_result result = check(mirror, "--json");
    json_t *root = json_loads(result.output, 0, NULL);
    double write_ms = 0, per_s = 0, mb_per_s = 0;
    long long distance = 0, bay = 0;
    int critical = 0, heavy = 0;
    const char *from = "", *second = "", *state = "", *source = "";
    CHECK(json_unpack(root, "{s:{s:{s:s, s:F, s:F, s:F, s:I, s:{s:I}}}}", "links", "e.2", "from", &from, "write_4kib_ms",
                      &write_ms, "writes_4kib_per_s", &per_s, "tracks_mb_per_s", &mb_per_s, "distance_m", &distance,
                      "from_port", "bay", &bay) == 0);
    CHECK(json_unpack(root, "{s:[{s:[s, s]}, {}], s:{s:{s:s, s:s, s:b}}, s:{s:{s:{s:{s:b}}}}}", "paths", "links", &from,
                      &second, "pairs", "log>logr", "state", &state, "source", &source, "critical", &critical, "servers",
                      "FCA24", "lss", "17", "critical_heavy", &heavy) == 0);
    CHECK_NEAR(write_ms, 1.730942, 1e-6);
    CHECK_NEAR(per_s, 577.72, 0.01);
    CHECK_NEAR(mb_per_s, 9.588, 0.001);
    CHECK_INT(distance, 43000);
    CHECK_INT(bay, 2);
    CHECK_STRING(second, "e.1");
    CHECK_STRING(state, "suspended");
    CHECK_STRING(source, "log");
    CHECK(critical && heavy);
    json_decref(root);
    command_result_free(&result);
}

static const char copies[] =
    "servers:\n"
    "  FCA24: {ranks: {a: , b: {loop: B}}, volumes: {db: {rank: a, size: 1 GiB, count: 4}, snap: {rank: b, size: 1 GiB, "
    "count: 4}, log: {rank: a, size: 1 GiB}, logc: {rank: b, size: 2 GiB}, x: {rank: b, size: 1 GiB, count: 4}}}\n"
    "pairs:\n  - {flashcopy: [db, snap]}\n  - {flashcopy: [log, logc], background_copy: no, accelerate_destage: yes}\n"
    "tasks:\n"
    "  leave: {withdraw_flashcopy: {pair: [db.1, snap.1]}}\n"
    "  take: [{establish_flashcopy: {from: db, to: x}}, {establish_flashcopy: {from: log, to: logc, background_copy: no, "
    "accelerate_destage: yes, permit_online: yes}}]\n"
    "timeline: [{at: 1 s, run: leave}, {when: db>snap withdrawn, run: take}, {when: take >= 80 %, run: leave}]\n";

static void the_page_shows_flashcopies_and_their_tasks(void)
{
    check_page(copies, "\n"
                       "pairs\n"
                       "  db.0 … db.3 > snap.0 … snap.3: FlashCopy, copied in the background\n"
                       "  log > logc: FlashCopy, without background copy, accelerated destage\n"
                       "  db.0 … db.3 > x.0 … x.3: FlashCopy, not established yet\n"
                       "\n"
                       "tasks\n"
                       "  leave: withdraw_flashcopy db.1>snap.1\n"
                       "  take: establish_flashcopy db.0>x.0 … db.3>x.3 (4 pairs), with background copy; establish_flashcopy\n"
                       "    log>logc, without background copy, accelerated destage, permit online\n"
                       "\n"
                       "timeline\n"
                       "  1 s: run leave\n"
                       "  when db.0>snap.0 … db.3>snap.3 (4 pairs) withdrawn: run take\n"
                       "  when take >= 80 %: run leave\n");
}

static void json_shows_flashcopies(void)
{
    struct command_result result = check(copies, "--json");
    json_t *root = json_loads(result.output, 0, NULL);
    const char *kind = "", *state = "", *awaited = "";
    int background = 1, accelerated = 0;
    CHECK(json_unpack(root, "{s:{s:{s:s, s:s, s:b, s:b}}, s:[{}, {s:{s:s}}, {}]}", "pairs", "log>logc", "kind", &kind,
                      "state", &state, "background_copy", &background, "accelerate_destage", &accelerated, "timeline",
                      "when", "state", &awaited) == 0);
    CHECK_STRING(kind, "flashcopy");
    CHECK_STRING(state, "nocopy");
    CHECK(!background && accelerated);
    CHECK_STRING(awaited, "withdrawn");
    CHECK(json_object_get(json_object_get(json_object_get(root, "pairs"), "log>logc"), "critical") == NULL);
    json_decref(root);
    command_result_free(&result);
}

static void warnings_stand_in_the_json_too(void)
{
    struct command_result result =
        check("servers: {AAAAA: {ranks: {a: {format: 7+P}}, ports: , volumes: }}\n", "--json");
    json_t *root = json_loads(result.output, 0, NULL);
    const char *warning = json_string_value(json_array_get(json_object_get(root, "warnings"), 0));
    CHECK_CONTAINS(result.errors, "warning: servers.AAAAA.ranks.a.format: the ESS would make this rank 6+P+S");
    CHECK_CONTAINS(warning != NULL ? warning : "", "servers.AAAAA.ranks.a.format: the ESS would make this rank 6+P+S");
    json_decref(root);
    command_result_free(&result);
}

static void volumes_of_one_name_on_two_servers_carry_the_serial(void)
{
    check_page("servers:\n"
               "  AAAAA: {ranks: {a: , b: }, volumes: {v: {rank: a, size: 1 GiB, count: 2}, v2: {rank: b, size: 1 GiB}}}\n"
               "  BBBBB: {ranks: {a: }, volumes: {v: {size: 1 GiB}}}\n",
               "  AAAAA/v.0 … AAAAA/v.1       1 GiB  000AAAAA … 001AAAAA  a\n"
               "  v2                          1 GiB  002AAAAA             b\n");
}

static void an_empty_server_is_shown(void)
{
    check_page("servers: {AAAAA: {model: E10, fb_lss: 0}}\n",
               "server AAAAA: E10, cache 6 GiB, NVS 384 MiB, 0 of 128 drives, 0 of 0 fixed-block LSSs\n"
               "each cluster: 4 processors, cache 3 GiB, NVS 192 MiB\n\nnote: there is no workload");
}

/* A server of 48 ranks and 16 ESCON adapters, whose names are long, wide, and turn the direction of writing. */
static char *large_text(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    fputs("title: \"\\e[2J \\u202e title\"\nservers:\n  FCA24:\n    fb_lss: 16\n    ranks:\n", file);
    for (int i = 0; i < 48; i++)
        fprintf(file, "      \"rank \\u202e 列 %040d\": {pair: %d, loop: %c, cluster: %d}\n", i, i / 12, "AB"[i / 6 % 2], i % 2);
    fputs("    ports:\n", file);
    for (int i = 0; i < 32; i++)
        fprintf(file, "      \"port 口 %060d\": {type: escon, bay: %d, slot: %d, port: %d}\n", i, i / 8, i / 2 % 4, i % 2);
    fputs("    volumes:\n", file);
    for (int i = 0; i < 48; i++)
        fprintf(file, "      \"volume \\u2066 %050d\": {rank: \"rank \\u202e 列 %040d\", size: 1 GiB, count: 40}\n", i, i);
    fputs("    lss: {16: {consistency_group: yes, critical_heavy: yes, consistency_timeout: 3601 s}}\n"
          "  12019:\n    ranks: {a: }\n    volumes:\n", file);
    for (int i = 0; i < 5; i++)
        fprintf(file, "      \"target \\u2066 %060d\": {size: 1 GiB, count: 40}\n", i);
    fputs("links:\n  \"link \\u202e 列 000000000000000000000000000000000000000\": {from: 12019, to: 12019, count: 8, "
          "distance: 9345678 m, max_distance: 1e7 m, overhead: 0.9 s}\n", file);
    fputs("paths: [{from: 12019:16, to: 12019:16, links: \"link \\u202e 列 000000000000000000000000000000000000000\"}]\n"
          "pairs:\n", file);
    for (int i = 0; i < 5; i++)
        fprintf(file, "  - {pprc: [\"volume \\u2066 %050d\", \"target \\u2066 %060d\"], state: simplex}\n", i, i);
    fputs("hosts: {h: {server: FCA24}}\nworkloads: {w: {volumes: [", file);
    for (int i = 0; i < 48; i++)
        fprintf(file, "\"volume \\u2066 %050d\", ", i);
    fputs("], iodepth: 1}}\nrun: {duration: 1 s}\n", file);
    fclose(file);
    return text;
}

static void lines_keep_to_100_columns_whatever_the_names(void)
{
    char *text = large_text();
    struct command_result result = check(text, NULL);
    struct display display;
    CHECK_INT(result.status, 0);
    CHECK_CONTAINS(result.output, "\nserver FCA24: F20, cache 8 GiB, NVS 384 MiB, 384 of 384 drives, 16 of 16 fixed-block LSSs\n");
    CHECK(strstr(result.output, "\xe2\x80\xae") == NULL && strstr(result.output, "\xe2\x81\xa6") == NULL);
    CHECK(strchr(result.output, '\x1b') == NULL);
    display_begin(&display, stdout);
    char *rest = result.output;
    for (const char *line; (line = strsep(&rest, "\n")) != NULL;)
        unit_check(display_width(&display, line) <= 100, __FILE__, __LINE__, "\"%s\" has at most 100 columns", line);
    display_end(&display);
    command_result_free(&result);
    free(text);
}

static void a_bad_scenario_shows_no_page(void)
{
    struct command_result result = check("servers: {AAAAA: {ranks: {a: {pair: 4}}}}\n", NULL);
    CHECK_INT(result.status, 2);
    CHECK_STRING(result.output, "");
    CHECK_STRING(result.errors, "a.yaml:1:37: servers.AAAAA.ranks.a.pair: 4 is out of range, allowed is 0 to 3\n");
    command_result_free(&result);
}

UNIT_MAIN("check", {"the page shows the machine", the_page_shows_the_machine},
          {"JSON shows the machine", json_shows_the_machine},
          {"the page shows links, paths and pairs", the_page_shows_links_paths_and_pairs},
          {"JSON shows links, paths and pairs", json_shows_links_paths_and_pairs},
          {"the page shows FlashCopies and their tasks", the_page_shows_flashcopies_and_their_tasks},
          {"JSON shows FlashCopies", json_shows_flashcopies},
          {"warnings stand in the JSON too", warnings_stand_in_the_json_too},
          {"volumes of one name on two servers carry the serial", volumes_of_one_name_on_two_servers_carry_the_serial},
          {"an empty server is shown", an_empty_server_is_shown},
          {"lines keep to 100 columns, whatever the names", lines_keep_to_100_columns_whatever_the_names},
          {"a bad scenario shows no page", a_bad_scenario_shows_no_page})
