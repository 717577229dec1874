// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/display.h"
#include "analysis/summary_table.h"
#include "analysis/summary_text.h"
#include "tests/unit.h"

#define FIXTURE SOURCE_DIR "/tests/data/summary.json"

enum { MOST_COLUMNS = 110 };

static json_t *load(const char *path)
{
    json_t *json = json_load_file(path, 0, NULL);
    CHECK(json != NULL);
    return json;
}

/* Everything that can be printed of a summary; the caller frees. */
static char *render(const json_t *summary, bool tables)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!tables)
        summary_text_write(summary, out);
    for (int table = SUMMARY_BY_VOLUME; tables && table <= SUMMARY_BY_PAIR; table++)
        summary_table_write(summary, (enum summary_table)table, out);
    fclose(out);
    return text;
}

static char *read_file(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "r");
    if (file && getdelim(&text, &size, '\0', file) < 0)
        text[0] = '\0';
    if (file)
        fclose(file);
    return text;
}

static void check_golden(bool tables, const char *path)
{
    json_t *json = load(FIXTURE);
    char *text = render(json, tables), *golden = read_file(path);
    CHECK_STRING(text, golden ? golden : "");
    free(golden);
    free(text);
    json_decref(json);
}

static void summary_reads_as_shown(void)
{
    check_golden(false, SOURCE_DIR "/tests/data/summary.txt");
}

static void tables_read_as_shown(void)
{
    check_golden(true, SOURCE_DIR "/tests/data/summary_tables.txt");
}

/* Checks that no line is too wide and nothing but printing characters and newlines is there. */
static void check_clean(char *text)
{
    struct display display;
    display_begin(&display, stdout);
    bool clean = true;
    int widest = 0;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n"));) {
        int width = display_width(&display, line);
        widest = width > widest ? width : widest;
        for (const char *c = line; *c; c++)
            clean &= (unsigned char)*c >= ' ' && *c != 0x7F;
        clean &= strstr(line, "\xC2\x9B") == NULL && strstr(line, "\xE2\x80\xAE") == NULL;
    }
    display_end(&display);
    CHECK(clean);
    unit_check(widest <= MOST_COLUMNS, __FILE__, __LINE__, "the widest line has %d columns", widest);
}

/* Escape, bell, newline, carriage return, C1 CSI, right-to-left override, wide and combining characters. */
#define HOSTILE "\x1B[2J\x07\n\r\xC2\x9B" "31m\xE2\x80\xAE" "moc 數據庫 e\xCC\x81"

/* Replaces every name and text in the object by one with the hostile text in it. */
static json_t *make_hostile(const json_t *json, const char *addition)
{
    char text[2000];
    if (json_is_object(json)) {
        json_t *object = json_object();
        const char *key;
        json_t *value;
        json_object_foreach((json_t *)json, key, value) {
            bool named = strchr(key, '/') || strchr(key, '.') || strcmp(key, "oltp") == 0 || strcmp(key, "FCA24") == 0 ||
                         strcmp(key, "seek") == 0;
            snprintf(text, sizeof text, "%s%s", key, named ? addition : "");
            json_object_set_new(object, text, make_hostile(value, addition));
        }
        return object;
    }
    if (json_is_array(json)) {
        json_t *array = json_array();
        size_t index;
        json_t *value;
        json_array_foreach((json_t *)json, index, value)
            json_array_append_new(array, make_hostile(value, addition));
        return array;
    }
    if (!json_is_string(json))
        return json_deep_copy(json);
    snprintf(text, sizeof text, "%s%s", json_string_value(json), addition);
    return json_string(text);
}

static void hostile_names_stay_harmless(void)
{
    char addition[1200];
    strcpy(addition, HOSTILE);
    for (int longer = 0; longer < 2; longer++) {
        json_t *fixture = load(FIXTURE), *json = make_hostile(fixture, addition);
        char *text = render(json, false), *tables = render(json, true);
        CHECK_CONTAINS(text, "[2J");
        check_clean(text);
        check_clean(tables);
        free(text);
        free(tables);
        json_decref(json);
        json_decref(fixture);
        while (strlen(addition) < 1000)
            strcat(addition, HOSTILE "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    }
}

static int render_with(const json_t *root, json_t *container, const char *key, json_t *replacement)
{
    json_t *original = json_incref(json_object_get(container, key));
    json_object_set_new(container, key, replacement);
    char *text = render(root, false), *tables = render(root, true);
    int good = text && tables && strlen(text) > 0 && strlen(tables) > 0;
    free(text);
    free(tables);
    json_object_set_new(container, key, original);
    return good;
}

/* Renders the root with each member below replaced by values of every other kind; returns how many failed. */
static int break_members(const json_t *root, json_t *container)
{
    int failed = 0;
    void *position = json_object_iter(container);
    while (position) {
        char key[200];
        snprintf(key, sizeof key, "%s", json_object_iter_key(position));
        failed += !render_with(root, container, key, json_null());
        failed += !render_with(root, container, key, json_string("wrong"));
        failed += !render_with(root, container, key, json_real(-1e300));
        failed += !render_with(root, container, key, json_pack("[n]"));
        failed += !render_with(root, container, key, json_pack("{s:n}", "wrong"));
        json_t *value = json_object_get(container, key);
        if (json_is_object(value))
            failed += break_members(root, value);
        position = json_object_iter_next(container, json_object_iter_at(container, key));
    }
    return failed;
}

static void change(json_t *json, const char *object, const char *key, json_t *value)
{
    json_object_set_new(object ? json_object_get(json, object) : json, key, value);
}

/* A FlashCopy that was withdrawn before all of it was copied. */
static json_t *flashcopy(void)
{
    return json_pack("{s:s, s:s, s:n, s:b, s:i, s:i, s:f, s:f, s:i, s:f}", "kind", "flashcopy", "state", "withdrawn",
                     "secondary_state", "incomplete", 1, "tracks", 262144, "tracks_left", 262000, "established_s", 20.0,
                     "withdrawn_s", 3600.25, "write_tracks", 144, "copied_mb_per_s", 0.0013);
}

static void wrong_objects_are_rendered(void)
{
    json_t *json = load(FIXTURE), *list = json_array();
    change(json, "pairs", "db.0>dbr.0",
           json_pack("{s:s, s:s, s:i}", "kind", "pprc", "state", "suspended", "tracks_left", 15));
    change(json, "pairs", "db.0>snap.0", flashcopy());
    CHECK_INT(break_members(json, json), 0);
    char *text = render(list, false);
    CHECK_CONTAINS(text, "measured time unknown");
    free(text);
    text = render(NULL, true);
    CHECK_CONTAINS(text, "This run has no volumes.");
    free(text);
    json_decref(list);
    json_decref(json);
}

static void interruption_and_headroom_are_told(void)
{
    json_t *json = load(FIXTURE);
    change(json, NULL, "complete", json_false());
    change(json, NULL, "replications", json_integer(5));
    change(json, "headroom", "factor", json_real(1.634));
    char *text = render(json, false);
    CHECK_CONTAINS(text, "WARNING: the run was interrupted");
    CHECK_CONTAINS(text, "60 s measured in 5 replications");
    CHECK_CONTAINS(text, "the load may grow to 1.63 times this until FCA24/prod is at 50 %");
    free(text);
    json_decref(json);
}

static void links_and_pairs_are_tables(void)
{
    json_t *json = load(FIXTURE);
    change(json, "resources", "e.0", json_pack("{s:s, s:f}", "kind", "link", "utilization", 0.25));
    change(json, "pairs", "db.0>dbr.0", json_pack("{s:s, s:s, s:s, s:i, s:i, s:i}", "kind", "pprc", "state",
           "suspended", "secondary_state", "simplex", "tracks", 262144, "tracks_left", 15, "mirrored_writes", 77));
    change(json, "pairs", "db.0>snap.0", flashcopy());
    char *text = render(json, true);
    CHECK_CONTAINS(text, "link               25.0 %");
    CHECK_CONTAINS(text, "e.0              - > -           25.0 %");
    CHECK_CONTAINS(text, "db.0>dbr.0 suspended > simplex           262144       15       -        -       77       -\n");
    CHECK_CONTAINS(text, "db.0>snap.0 withdrawn      20.00       -   262000          -       144         -        -"
                         "   0.001\n"
                         "  withdrawn at 3600.25 s; without background copy, 262000 of 262144 tracks never came to the "
                         "target\n");
    free(text);
    json_decref(json);
}

UNIT_MAIN("summary_text", {"a summary reads as tests/data/summary.txt shows", summary_reads_as_shown},
          {"tables read as tests/data/summary_tables.txt shows", tables_read_as_shown},
          {"no name reaches the terminal raw or breaks the lines", hostile_names_stay_harmless},
          {"any object is rendered, whatever is wrong or missing in it", wrong_objects_are_rendered},
          {"interruption, replications and headroom are told", interruption_and_headroom_are_told},
          {"links and pairs have tables", links_and_pairs_are_tables})
