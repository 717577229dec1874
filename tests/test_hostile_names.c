// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names and titles are the user's own: whatever they hold runs through `essim run` and `essim summary` as text.
 * Nothing in them is executed, moves a terminal's cursor, or comes back changed.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/run_fixture.h"
#include "tests/run_output.h"

#define COMBINING "e\xcc\x81"            /* e and an acute accent of its own */
#define ARABIC "\xd9\x85\xd8\xb1\xd8\xad\xd8\xa8\xd8\xa7"
#define JAPANESE "\xe6\x97\xa5\xe6\x9c\xac"
#define EMOJI "\xf0\x9f\x94\xa5"
#define TURN "\xe2\x80\xae"              /* turns the writing direction */

static const char *const names[] = {
    "$(touch canary)", "`touch canary`", "';touch canary;'", "\"; touch canary; \"", "| touch canary", "%n%s%x",
    "<b onload", "&lt;img&amp;", "\\\\0", "-rf *", JAPANESE EMOJI, COMBINING ARABIC, "a" TURN "b", "{x: [1, 2]}", "#1",
};
enum { NAMES = sizeof names / sizeof names[0] };

/* What stands in the scenario between double quotes, and the text that this means. */
#define TITLE_YAML                                                                                                     \
    "First line\\nsecond `touch canary` $(touch canary) '\\\"\\\\ <script>alert(1)</script> %n " JAPANESE EMOJI ARABIC \
    "\\e[31m\\a\\t\\r" TURN
static const char title[] = "First line\nsecond `touch canary` $(touch canary) '\"\\ <script>alert(1)</script> %n "
    JAPANESE EMOJI ARABIC "\x1b[31m\a\t\r" TURN;

/* A name between YAML's double quotes. */
static void put_name(FILE *file, const char *name)
{
    fputc('"', file);
    for (const char *c = name; *c; c++)
        fprintf(file, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    fputc('"', file);
}

/* Rank, port, volume, host and workload each have every name. */
static void put_section(FILE *file, const char *section, const char *indent, void (*put)(FILE *, const char *))
{
    fprintf(file, "%s%s:\n", indent, section);
    for (int i = 0; i < NAMES; i++) {
        fprintf(file, "%s  ", indent);
        put_name(file, names[i]);
        fputs(": {", file);
        put(file, names[i]);
        fputs("}\n", file);
    }
}

static void put_volume(FILE *file, const char *name)
{
    fputs("size: 100 MiB, rank: ", file);
    put_name(file, name);
}

static void put_host(FILE *file, const char *name)
{
    fputs("server: FCA24, ports: [", file);
    put_name(file, name);
    fputc(']', file);
}

static void put_workload(FILE *file, const char *name)
{
    fputs("rw: randrw, rwmixread: 50, bs: 4 KiB, rate_iops: 40, host: ", file);
    put_name(file, name);
    fputs(", volumes: [", file);
    put_name(file, name);
    fputc(']', file);
}

static void put_rank(FILE *file, const char *name)
{
    int i = 0;
    while (strcmp(names[i], name) != 0)
        i++;
    fprintf(file, "pair: %d, cluster: %d, loop: %c, drive: ultrastar-36lzx", i / 4, i / 2 % 2, "AB"[i % 2]);
}

static void put_port(FILE *file, const char *name)
{
    int i = 0;
    while (strcmp(names[i], name) != 0)
        i++;
    fprintf(file, "bay: %d, slot: %d, type: fc", i / 4, i % 4);
}

static void write_scenario(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        abort();
    fputs("title: \"" TITLE_YAML "\"\nrun: {duration: 3 s, start: cold}\nservers:\n  FCA24:\n    model: F20\n", file);
    put_section(file, "ranks", "    ", put_rank);
    put_section(file, "ports", "    ", put_port);
    put_section(file, "volumes", "    ", put_volume);
    put_section(file, "hosts", "", put_host);
    put_section(file, "workloads", "", put_workload);
    fclose(file);
}

/* A terminal takes no byte of the text for a command, and no mark turns its direction. */
static void check_harmless(const char *text)
{
    int controls = 0;
    for (const char *c = text; *c; c++)
        controls += ((unsigned char)*c < ' ' && *c != '\n') || *c == 0x7f;
    CHECK_INT(controls, 0);
    CHECK(strstr(text, TURN) == NULL);
}

static void check_names(struct run_reader *reader, const json_t *summary)
{
    static const char *const sections[] = {"workloads", "hosts", "volumes"};
    for (int s = 0; s < 3; s++) {
        CHECK_INT(run_reader_name_count(reader, sections[s]), NAMES);
        for (int i = 0; i < NAMES; i++) {
            CHECK_STRING(run_reader_name(reader, sections[s], (size_t)i), names[i]);
            CHECK(RUN_OUTPUT_NUMBER(summary, sections[s], names[i], "all", "count") > 50);
        }
    }
    for (int i = 0; i < NAMES; i++) {
        char rank[200];
        snprintf(rank, sizeof rank, "FCA24/%s", names[i]);
        CHECK(run_output_at(summary, "resources", rank, NULL) != NULL);
    }
}

static const char file_name[] = "$(touch canary)`touch canary`'\" " JAPANESE "\x1b[31m\n<b>.yaml";
static const char run_name[] = "$(touch canary)`touch canary`'\" " JAPANESE "\x1b[31m\n<b>.h5";

static void names_come_through_as_text(void)
{
    struct fixture_folder folder = fixture_folder_create();
    write_scenario(fixture_in(&folder, file_name).text);
    struct command_result result = ESSIM(folder.path, "run", file_name);
    CHECK_INT(result.status, 0);
    check_harmless(result.errors);
    check_harmless(result.output);
    CHECK_CONTAINS(result.output, "<script>alert(1)</script> %n " JAPANESE EMOJI ARABIC);
    CHECK_CONTAINS(result.output, "`touch canary`");
    command_result_free(&result);

    struct run_reader *reader = run_output_open(fixture_in(&folder, run_name).text);
    json_t *summary = run_output_summary(folder.path, run_name);
    if (reader && summary) {
        CHECK_STRING(RUN_OUTPUT_TEXT(summary, "scenario", "title"), title);
        CHECK_STRING(run_reader_attribute(reader, "title"), title);
        CHECK_STRING(run_reader_attribute(reader, "scenario_file"), file_name);
        check_names(reader, summary);
    }
    CHECK(!fixture_exists(fixture_in(&folder, "canary").text));
    json_decref(summary);
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void tables_show_names_harmlessly(void)
{
    static const char *const tables[] = {"volume", "host", "rank", "resource", "time"};
    struct fixture_folder folder = fixture_folder_create();
    write_scenario(fixture_in(&folder, file_name).text);
    struct command_result result = ESSIM(folder.path, "run", file_name, "-q", "-o", "a.h5");
    CHECK_INT(result.status, 0);
    command_result_free(&result);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        result = ESSIM(folder.path, "summary", "a.h5", "--by", tables[i]);
        CHECK_INT(result.status, 0);
        CHECK_STRING(result.errors, "");
        check_harmless(result.output);
        if (strcmp(tables[i], "time") != 0) {
            CHECK_CONTAINS(result.output, JAPANESE EMOJI);
            CHECK_CONTAINS(result.output, "$(touch canary)");
        }
        command_result_free(&result);
    }
    CHECK(!fixture_exists(fixture_in(&folder, "canary").text));
    fixture_folder_remove(&folder);
}

static void mistakes_show_names_harmlessly(void)
{
    struct fixture_folder folder = fixture_folder_create();
    write_scenario(fixture_in(&folder, file_name).text);
    struct command_result result =
        ESSIM(folder.path, "run", file_name, "--set", "workloads.`touch canary`.bs=\x1b[31m$(touch canary)");
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "workloads.`touch canary`.bs: ");
    check_harmless(result.errors);
    command_result_free(&result);
    result = ESSIM(folder.path, "summary", file_name);
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "$(touch canary)");
    check_harmless(result.errors);
    command_result_free(&result);
    CHECK(!fixture_exists(fixture_in(&folder, "canary").text));
    fixture_folder_remove(&folder);
}

static void files_to_import_are_named_harmlessly(void)
{
    static const char input[] = "$(touch canary)\x1b[31m`touch canary`.csv", output[] = "\a" TURN "\n.h5";
    struct fixture_folder folder = fixture_folder_create();
    fixture_write_file(fixture_in(&folder, input).text,
                       "128166372000000000,web,0,Read,0,4096,0\n128166372000000010,web,0,Write,4096,4096,0\n");
    struct command_result result = ESSIM(folder.path, "import", "msr", input, "-o", output);
    CHECK_INT(result.status, 0);
    CHECK_CONTAINS(result.output, "$(touch canary)?[31m`touch canary`.csv: msr trace, written to ??");
    check_harmless(result.output);
    command_result_free(&result);
    result = ESSIM(folder.path, "import", "blkreplay", input, "-o", output);
    CHECK_INT(result.status, 2);
    check_harmless(result.errors);
    command_result_free(&result);
    CHECK(!fixture_exists(fixture_in(&folder, "canary").text));
    fixture_folder_remove(&folder);
}

UNIT_MAIN("hostile_names", {"names and title come through a run as text, unchanged", names_come_through_as_text},
          {"tables show names, and no control character of theirs", tables_show_names_harmlessly},
          {"files to import are named, and no control character of theirs shown", files_to_import_are_named_harmlessly},
          {"mistakes show names, and no control character of theirs", mistakes_show_names_harmlessly})
