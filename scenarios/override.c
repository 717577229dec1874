// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/override.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/nearest.h"
#include "scenarios/schema.h"

/* What the parts of the path so far have led to. */
enum stand { IN_SECTION, IN_MAP, IN_LIST, IN_SECTIONS, IN_VALUE };

struct walk {
    struct tree *tree;
    struct diagnostics *diagnostics;
    const char *path; /* as written, for messages */
    const char *value;
    struct node *node; /* where the walk stands */
    enum stand stand;
    const struct key *key; /* the last key passed; NULL at the root */
    enum section section;  /* of IN_SECTION; of the members of IN_MAP and IN_SECTIONS */
};

__attribute__((format(printf, 2, 3))) static bool refuse(const struct walk *walk, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *message = memory_vtext(format, arguments);
    va_end(arguments);
    diagnostics_add(walk->diagnostics, (struct place){"--set", 0, 0}, walk->path, "%s", message);
    free(message);
    return false;
}

/* Where a key's value leads. */
static bool enter_key(struct walk *walk, const struct key *key)
{
    walk->key = key;
    walk->section = key->section;
    switch (key->type) {
    case VALUE_SECTION:
        walk->stand = IN_SECTION;
        return true;
    case VALUE_MAP:
    case VALUE_SECTION_LISTS:
    case VALUE_NAME_LISTS:
        walk->stand = IN_MAP;
        return true;
    case VALUE_NAMES:
    case VALUE_LIST:
    case VALUE_PAIRS:
        walk->stand = IN_LIST;
        return true;
    case VALUE_SECTIONS:
        walk->stand = IN_SECTIONS;
        return true;
    case VALUE_SWEEP:
        return refuse(walk, "sweep is used by `essim sweep` only, allowed is any other section");
    default:
        walk->stand = key->or_section ? IN_SECTION : IN_VALUE;
        return true;
    }
}

/* Puts the value at a member, or goes on into it; makes a mapping there if there is nothing. */
static bool pass_member(struct walk *walk, const char *part, bool last)
{
    struct node *member = tree_find(walk->tree, walk->node, part);
    if (last)
        member = tree_put(walk->tree, walk->node, part, 0, walk->value, walk->diagnostics);
    else if (member == NULL || (walk->stand == IN_SECTION && member->kind == NODE_SCALAR))
        member = tree_put(walk->tree, walk->node, part, 0, "{}", walk->diagnostics);
    walk->node = member;
    return member != NULL;
}

static bool step_in_section(struct walk *walk, const char *part, bool last)
{
    const struct key *key = schema_find(walk->section, part);
    if (key == NULL) {
        const struct key *near = schema_nearest(walk->section, part);
        return refuse(walk, "the key %.60s is not known%s%s%s", part, near != NULL ? ", did you mean " : "",
                      near != NULL ? near->name : "", near != NULL ? "?" : "");
    }
    return enter_key(walk, key) && (last || walk->stand != IN_VALUE || refuse(walk, "%s has no parts", part)) &&
           pass_member(walk, part, last);
}

static bool step_in_map(struct walk *walk, const char *part, bool last)
{
    const char *problem = schema_name_problem(part);
    bool sections = walk->key->type == VALUE_SECTION_LISTS, names = walk->key->type == VALUE_NAME_LISTS;
    char first = walk->value[0];
    bool whole = last && ((first == '[' && (sections || names)) || (first == '{' && !names));
    if (problem != NULL)
        return refuse(walk, "the name \"%.60s\" %s", part, problem);
    if (tree_find(walk->tree, walk->node, part) == NULL && !walk->key->open && !whole) {
        struct nearest nearest = {.word = part};
        for (const struct node *member = walk->node->first; member != NULL; member = member->next)
            nearest_offer(&nearest, member->key);
        return refuse(walk, "%s has no %.60s%s%s%s", walk->key->name, part,
                      nearest.best != NULL ? ", did you mean " : "", nearest.best != NULL ? nearest.best : "",
                      nearest.best != NULL ? "?" : "");
    }
    const struct node *member = tree_find(walk->tree, walk->node, part);
    bool listed = sections && member != NULL && member->kind == NODE_SEQUENCE;
    walk->stand = names ? IN_LIST : listed ? IN_SECTIONS : IN_SECTION;
    return pass_member(walk, part, last);
}

static bool step_in_list(struct walk *walk, const char *part, bool last)
{
    struct quantity number;
    char why[200];
    if (walk->node->kind != NODE_SEQUENCE || walk->node->count == 0)
        return refuse(walk, "there is no list with an item %.60s", part);
    if (!quantity_parse(part, UNIT_COUNT, false, 0, (double)walk->node->count - 1, &number, why, sizeof why))
        return refuse(walk, "no item of the list: %s", why);
    size_t index = (size_t)number.integer;
    if (last)
        return tree_put(walk->tree, walk->node, NULL, index, walk->value, walk->diagnostics) != NULL;
    walk->node = walk->node->first;
    while (index-- > 0)
        walk->node = walk->node->next;
    if (walk->stand == IN_SECTIONS)
        walk->stand = IN_SECTION;
    return true;
}

static bool step(struct walk *walk, const char *part, bool last)
{
    bool mapping = walk->node->kind == NODE_MAPPING || node_is_empty(walk->node);
    if (walk->stand != IN_LIST && walk->stand != IN_SECTIONS && !mapping)
        return refuse(walk, "there is no mapping with a key %.60s", part);
    switch (walk->stand) {
    case IN_SECTION:
        return step_in_section(walk, part, last);
    case IN_MAP:
        return step_in_map(walk, part, last);
    default:
        return step_in_list(walk, part, last);
    }
}

void override_apply(struct tree *tree, const char *text, struct diagnostics *diagnostics)
{
    char *path = memory_text("%s", text);
    char *equals = strchr(path, '=');
    struct walk walk = {
        .tree = tree, .diagnostics = diagnostics, .path = path, .node = tree_root(tree), .section = SECTION_SCENARIO};
    if (equals == NULL || equals == path) {
        refuse(&walk, "is no PATH=VALUE, allowed is for example run.seed=2");
        free(path);
        return;
    }
    /* A file's text was checked by the YAML reader; this text comes from a shell. */
    json_t *checked = json_string(text);
    if (checked == NULL) {
        refuse(&walk, "this is not UTF-8 text, which alone is allowed");
        free(path);
        return;
    }
    json_decref(checked);
    *equals = '\0';
    walk.value = equals + 1;
    char *parts = memory_text("%s", path), *rest = parts;
    for (const char *part; (part = strsep(&rest, ".")) != NULL;)
        if (!step(&walk, part, rest == NULL))
            break;
    free(parts);
    free(path);
}
