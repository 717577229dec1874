// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is allowed as a key's value, in words for messages and the manual.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/schema.h"
#include "sim/memory.h"

static char *allowed_quantity(const struct key *key)
{
    static const char *const names[] = {"a whole number", "a number",          "a size", "a time", "a distance",
                                        "a rate",         "a rate per second", "a share"};
    char low[40], high[40];
    quantity_format(key->unit, key->minimum, low, sizeof low);
    quantity_format(key->unit, key->maximum, high, sizeof high);
    return memory_text("%s from %s to %s", names[key->unit], low, high);
}

static char *allowed_choices(const struct key *key)
{
    char *text = memory_text("%s", "");
    for (const char *word = key->choices; *word != '\0';) {
        size_t length = strcspn(word, "|");
        const char *rest = word + length + (word[length] == '|');
        const char *between = text[0] == '\0' ? "" : *rest == '\0' ? " or " : ", ";
        char *longer = memory_text("%s%s%.*s", text, between, (int)length, word);
        free(text);
        text = longer;
        word = rest;
    }
    return text;
}

char *schema_allowed_keys(enum section section, const char *what)
{
    size_t count;
    const struct key *keys = schema_keys(&count);
    char *text = memory_text("%s with the keys", what);
    const char *between = " ";
    for (size_t i = 0; i < count; i++) {
        if (keys[i].in != section)
            continue;
        char *longer = memory_text("%s%s%s", text, between, keys[i].name);
        free(text);
        text = longer;
        between = ", ";
    }
    return text;
}

char *schema_allowed(const struct key *key)
{
    switch (key->type) {
    case VALUE_BOOLEAN:
        return memory_text("yes, no, true, false, on or off");
    case VALUE_CHOICE:
        return allowed_choices(key);
    case VALUE_QUANTITY:
        return allowed_quantity(key);
    case VALUE_NAMES:
        return memory_text("a name or a list of names");
    case VALUE_LIST:
        return memory_text("a list of values such as [8 GiB, 16 GiB]");
    case VALUE_PAIRS:
        return memory_text("a list of pairs: %s", key->description);
    case VALUE_SECTION:
        return schema_allowed_keys(key->section, "a mapping");
    case VALUE_SECTIONS:
        return schema_allowed_keys(key->section, "a list of mappings");
    case VALUE_MAP:
        return memory_text("a mapping from names to values");
    case VALUE_SECTION_LISTS:
        return memory_text("a mapping from names to lists of mappings");
    case VALUE_NAME_LISTS:
        return memory_text("a mapping from names to lists of names");
    case VALUE_SWEEP:
        return memory_text("a mapping from paths to values");
    default:
        return memory_text("a text");
    }
}
