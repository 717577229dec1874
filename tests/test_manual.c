// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The reference of the scenario language, docs/scenario.md, against the table of keys that the program reads
 * scenarios with: a key, its values, its default and its meaning stand there as the table has them, each
 * section under a heading of its own, and nothing else does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/schema.h"
#include "tests/text_file.h"
#include "tests/unit.h"

/* What a key takes, short enough for a table. The caller frees. */
static char *value_words(const struct key *key)
{
    char *words = NULL;
    switch (key->type) {
    case VALUE_SECTION:
        return strdup("a section, below");
    case VALUE_MAP:
        return strdup("sections by name, below");
    case VALUE_SECTIONS:
        return strdup("a list of sections, below");
    case VALUE_SECTION_LISTS:
        return strdup("lists of sections by name, below");
    case VALUE_LIST:
        return strdup(key->unit == UNIT_SIZE   ? "a list of sizes"
                      : key->unit == UNIT_TIME ? "a list of times"
                                               : "a list of whole numbers");
    case VALUE_PAIRS:
        return strdup("a list of pairs");
    default:
        words = schema_allowed(key);
    }
    if (key->or_section) {
        char *longer = NULL;
        int length = asprintf(&longer, "%s, or a section, below", words);
        free(words);
        words = length >= 0 ? longer : NULL;
    }
    return words;
}

/* The key's row as docs/scenario.md must have it. The caller frees. */
static char *expected_row(const struct key *key)
{
    char *words = value_words(key), *row = NULL;
    bool given = key->standard != NULL;
    if (asprintf(&row, "| `%s` | %s | %s%s%s | %s |\n", key->name, words, given ? "`" : "",
                 given           ? key->standard
                 : key->required ? "required"
                                 : "–",
                 given ? "`" : "", key->description) < 0)
        row = NULL;
    free(words);
    return row;
}

/* The manual's text about a section: from behind its heading to the next one. The caller frees. */
static char *section_text(const char *manual, enum section section)
{
    const char *name = schema_section_name(section);
    char *heading = NULL, *text = NULL;
    if (asprintf(&heading, "\n### %s%s%s\n", name[0] ? "`" : "", name[0] ? name : "The file", name[0] ? "`" : "") < 0)
        return NULL;
    const char *from = strstr(manual, heading);
    if (unit_check(from != NULL, __FILE__, __LINE__, "docs/scenario.md has the heading '%s'", heading + 1)) {
        from += strlen(heading);
        const char *to = strstr(from, "\n#");
        text = strndup(from, to != NULL ? (size_t)(to - from) + 1 : strlen(from));
    }
    free(heading);
    return text;
}

static size_t count_rows(const char *text)
{
    size_t rows = 0;
    for (const char *at = strstr(text, "\n| `"); at != NULL; at = strstr(at + 1, "\n| `"))
        rows++;
    return rows;
}

static void check_section(const char *manual, enum section section)
{
    char *text = section_text(manual, section);
    size_t count, here = 0;
    const struct key *keys = schema_keys(&count);
    for (size_t i = 0; text != NULL && i < count; i++) {
        if (keys[i].in != section)
            continue;
        char *row = expected_row(&keys[i]);
        unit_check(row != NULL && strstr(text, row) != NULL, __FILE__, __LINE__, "under %s stands the row\n%s",
                   schema_section_name(section), row);
        free(row);
        here++;
    }
    if (text != NULL)
        CHECK_INT(count_rows(text), here);
    free(text);
}

static void every_key_stands_in_the_manual(void)
{
    char *manual = text_file_read(SOURCE_DIR "/docs/scenario.md");
    if (!CHECK(manual != NULL))
        return;
    for (int section = 0; section < SECTION_COUNT; section++)
        check_section(manual, (enum section)section);
    free(manual);
}

UNIT_MAIN("manual", {"the manual has every key as the program knows it, and no other", every_key_stands_in_the_manual})
