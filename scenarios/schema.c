// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/nearest.h"

/* What the reader of one file hands down. */
struct reading {
    const struct tree *tree;
    struct diagnostics *diagnostics;
};

static void check_section(const struct reading *reading, struct node *node, enum section section);

/* ---- the table ---- */

/* A server takes its model's values, and a link its type's, but says `model` or `type` where an entry says `like`. */
static bool stands_in(const struct key *key, enum section section)
{
    bool taken = (section == SECTION_SERVER && key->in == SECTION_MODEL) ||
                 (section == SECTION_LINK && key->in == SECTION_LINK_TYPE);
    return key->in == section || (taken && strcmp(key->name, "like") != 0);
}

const struct key *schema_find(enum section section, const char *name)
{
    size_t count;
    const struct key *keys = schema_keys(&count);
    for (size_t i = 0; i < count; i++)
        if (stands_in(&keys[i], section) && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

const struct key *schema_nearest(enum section section, const char *name)
{
    size_t count;
    const struct key *keys = schema_keys(&count);
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < count; i++)
        if (stands_in(&keys[i], section))
            nearest_offer(&nearest, keys[i].name);
    return nearest.best != NULL ? schema_find(section, nearest.best) : NULL;
}

/* Catalogue entries may take their values from others; whoever resolves them asks for what is missing. */
static bool is_entry(enum section section)
{
    return section >= SECTION_MODEL;
}

/* ---- messages ---- */

static void refuse(const struct reading *reading, const struct key *key, struct node *node, const char *what)
{
    char *allowed = schema_allowed(key);
    node_error(node, reading->diagnostics, "%s, allowed is %s", what, allowed);
    free(allowed);
}

/* ---- names ---- */

const char *schema_name_problem(const char *name)
{
    if (name[0] == '\0')
        return "is empty, allowed are names of 1 to 200 bytes";
    if (strlen(name) > 200)
        return "is longer than the 200 bytes that are allowed";
    for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; c++) {
        if (*c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0))
            return "holds a control character, allowed is any other text without . / = >";
        if (strchr("./=>", *c) != NULL)
            return "holds one of . / = >, allowed is any other text";
    }
    return NULL;
}

/* ---- values ---- */

static bool check_quantity(const struct reading *reading, struct node *node, enum unit_class class, bool bare,
                           double minimum, double maximum)
{
    struct quantity quantity;
    char why[300];
    if (node->broken)
        return false;
    if (node->kind != NODE_SCALAR) {
        node_error(node, reading->diagnostics, "is a %s, allowed is one value",
                   node->kind == NODE_MAPPING ? "mapping" : "list");
        return false;
    }
    if (!quantity_parse(node->text, class, bare, minimum, maximum, &quantity, why, sizeof why)) {
        node_error(node, reading->diagnostics, "%s", why);
        return false;
    }
    node->integer = quantity.integer;
    node->number = quantity.number;
    return node->valid = true;
}

/* Whether `word` is one of `words`, which are separated by |. */
static bool is_among(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; at != NULL && *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
        if (strcspn(at, "|") == length && strncmp(at, word, length) == 0)
            return true;
    return false;
}

static void refuse_choice(const struct reading *reading, const struct key *key, const struct node *node,
                          const char *near)
{
    char *allowed = schema_allowed(key);
    if (is_among(key->later, node->text))
        node_error(node, reading->diagnostics, "%s is not modelled yet in this version, allowed is %s", node->text,
                   allowed);
    else
        node_error(node, reading->diagnostics, "\"%.60s\" is not known%s%s%s, allowed is %s", node->text,
                   near != NULL ? " (did you mean " : "", near != NULL ? near : "", near != NULL ? "?)" : "", allowed);
    free(allowed);
}

static bool check_choice(const struct reading *reading, const struct key *key, struct node *node)
{
    struct nearest nearest = {.word = node->text};
    char *words = memory_text("%s", key->choices), *rest = words;
    for (const char *word; (word = strsep(&rest, "|")) != NULL; node->integer++) {
        if (strcmp(word, node->text) == 0) {
            node->valid = true;
            break;
        }
        nearest_offer(&nearest, word);
    }
    if (!node->valid)
        refuse_choice(reading, key, node, nearest.best);
    free(words);
    return node->valid;
}

static bool check_boolean(const struct reading *reading, const struct key *key, struct node *node)
{
    bool value = false;
    node->valid = boolean_parse(node->text, &value);
    node->integer = value;
    if (!node->valid)
        refuse(reading, key, node, "is no truth value");
    return node->valid;
}

static bool check_names(const struct reading *reading, const struct key *key, struct node *node)
{
    if (node->kind == NODE_SCALAR)
        return node->valid = true;
    node->valid = node->kind == NODE_SEQUENCE;
    if (!node->valid)
        refuse(reading, key, node, "is a mapping");
    for (struct node *item = node->first; node->kind == NODE_SEQUENCE && item != NULL; item = item->next) {
        item->valid = item->kind == NODE_SCALAR && !node_is_empty(item) && !item->broken;
        if (!item->valid && !item->broken)
            node_error(item, reading->diagnostics, "is no name, which alone is allowed");
        node->valid = node->valid && item->valid;
    }
    return node->valid;
}

static bool check_pair(const struct reading *reading, const struct key *key, struct node *node)
{
    if (node->broken)
        return false;
    if (node->kind != NODE_SEQUENCE || node->count != 2) {
        node_error(node, reading->diagnostics, "is no pair, allowed are %s", key->description);
        return false;
    }
    bool first = check_quantity(reading, node->first, key->first, false, 0, 1e17);
    bool second = check_quantity(reading, node->last, key->unit, false, key->minimum, key->maximum);
    return node->valid = first && second;
}

static bool check_list(const struct reading *reading, const struct key *key, struct node *node)
{
    if (node->kind != NODE_SEQUENCE) {
        refuse(reading, key, node, "is no list");
        return false;
    }
    node->valid = node->count > 0;
    if (!node->valid)
        refuse(reading, key, node, "is empty");
    for (struct node *item = node->first; item != NULL; item = item->next) {
        bool valid = key->type == VALUE_PAIRS
                         ? check_pair(reading, key, item)
                         : check_quantity(reading, item, key->unit, false, key->minimum, key->maximum);
        node->valid = node->valid && valid;
    }
    return node->valid;
}

static bool check_sections(const struct reading *reading, const struct key *key, struct node *node);

/* What stands under a user's name: a section, where they may stand a list of sections, or names. */
static void check_member(const struct reading *reading, const struct key *key, struct node *member)
{
    if (key->type == VALUE_SECTION_LISTS && member->kind == NODE_SEQUENCE && !member->broken) {
        check_sections(reading, key, member);
    } else if (key->type != VALUE_NAME_LISTS) {
        check_section(reading, member, key->section);
    } else if (node_is_empty(member) || member->kind == NODE_MAPPING) {
        node_error(member, reading->diagnostics, "is %s, allowed is a name or a list of names",
                   node_is_empty(member) ? "empty" : "a mapping");
        member->valid = false;
    } else if (!member->broken) {
        check_names(reading, key, member);
    }
}

static bool check_map(const struct reading *reading, const struct key *key, struct node *node)
{
    if (node->kind != NODE_MAPPING && !node_is_empty(node)) {
        refuse(reading, key, node, "is no mapping");
        return false;
    }
    node->valid = true;
    for (struct node *member = node->first; member != NULL; member = member->next) {
        const char *problem = schema_name_problem(member->key);
        if (problem != NULL)
            node_key_error(member, reading->diagnostics, "the name %s", problem);
        check_member(reading, key, member);
        node->valid = node->valid && problem == NULL && member->valid;
    }
    return node->valid;
}

static bool check_sections(const struct reading *reading, const struct key *key, struct node *node)
{
    node->valid = node->kind == NODE_SEQUENCE || node_is_empty(node);
    if (!node->valid)
        refuse(reading, key, node, "is no list");
    for (struct node *item = node->valid ? node->first : NULL; item != NULL; item = item->next) {
        check_section(reading, item, key->section);
        node->valid = node->valid && item->valid;
    }
    return node->valid;
}

static bool takes_empty(enum value_type type)
{
    return type == VALUE_SECTION || type == VALUE_MAP || type == VALUE_SECTIONS ||
           type == VALUE_SECTION_LISTS || type == VALUE_NAME_LISTS || type == VALUE_SWEEP;
}

static bool check_value(const struct reading *reading, const struct key *key, struct node *node)
{
    if (node->broken)
        return false;
    bool empty = node->kind == NODE_SCALAR && node_is_empty(node);
    if (empty && takes_empty(key->type))
        return node->valid = true;
    if (empty) {
        refuse(reading, key, node, "has no value");
        return false;
    }
    if (node->kind != NODE_SCALAR &&
        (key->type == VALUE_TEXT || key->type == VALUE_BOOLEAN || key->type == VALUE_CHOICE)) {
        refuse(reading, key, node, node->kind == NODE_MAPPING ? "is a mapping" : "is a list");
        return false;
    }
    switch (key->type) {
    case VALUE_BOOLEAN:
        return check_boolean(reading, key, node);
    case VALUE_CHOICE:
        return check_choice(reading, key, node);
    case VALUE_QUANTITY:
        if (key->or_section && node->kind == NODE_MAPPING)
            break;
        return check_quantity(reading, node, key->unit, key->bare, key->minimum, key->maximum);
    case VALUE_NAMES:
        return check_names(reading, key, node);
    case VALUE_LIST:
    case VALUE_PAIRS:
        return check_list(reading, key, node);
    case VALUE_SECTION:
        break;
    case VALUE_MAP:
    case VALUE_SECTION_LISTS:
    case VALUE_NAME_LISTS:
        return check_map(reading, key, node);
    case VALUE_SECTIONS:
        return check_sections(reading, key, node);
    case VALUE_SWEEP:
        node->valid = node->kind == NODE_MAPPING;
        if (!node->valid)
            refuse(reading, key, node, "is no mapping");
        return node->valid;
    default:
        return node->valid = true;
    }
    check_section(reading, node, key->section);
    return node->valid;
}

/* ---- mappings ---- */

static void refuse_key(const struct reading *reading, const struct node *member, enum section section)
{
    /* The nearest key is looked for only while its message will still be printed. */
    bool printed = diagnostics_errors(reading->diagnostics) < DIAGNOSTICS_KEPT;
    const struct key *near = printed ? schema_nearest(section, member->key) : NULL;
    if (near != NULL) {
        node_key_error(member, reading->diagnostics, "the key is not known here, did you mean %s?", near->name);
        return;
    }
    char *allowed = printed ? schema_allowed_keys(section, "a mapping") : NULL;
    node_key_error(member, reading->diagnostics, "the key is not known here, allowed is %s", printed ? allowed : "");
    free(allowed);
}

static void check_required(const struct reading *reading, struct node *node, enum section section)
{
    size_t count;
    const struct key *keys = schema_keys(&count);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].in != section || !keys[i].required || tree_find(reading->tree, node, keys[i].name) != NULL)
            continue;
        char *allowed = schema_allowed(&keys[i]);
        node_key_error(node, reading->diagnostics, "%s is missing, allowed is %s", keys[i].name, allowed);
        free(allowed);
        node->valid = false;
    }
}

static void check_section(const struct reading *reading, struct node *node, enum section section)
{
    if (node->broken)
        return;
    node->valid = true;
    if (node->kind != NODE_MAPPING && !node_is_empty(node)) {
        char *allowed = schema_allowed_keys(section, "a mapping");
        node_error(node, reading->diagnostics, "is no mapping, allowed is %s", allowed);
        free(allowed);
        node->valid = false;
        return;
    }
    for (struct node *member = node->first; member != NULL; member = member->next) {
        const struct key *key = schema_find(section, member->key);
        if (key == NULL)
            refuse_key(reading, member, section);
        bool valid = key != NULL && check_value(reading, key, member);
        node->valid = node->valid && valid;
    }
    if (!is_entry(section))
        check_required(reading, node, section);
}

void schema_check(const struct tree *tree, struct node *mapping, enum section section, struct diagnostics *diagnostics)
{
    check_section(&(struct reading){tree, diagnostics}, mapping, section);
}

bool schema_check_value(const struct key *key, const struct tree *tree, struct node *node,
                        struct diagnostics *diagnostics)
{
    return check_value(&(struct reading){tree, diagnostics}, key, node);
}
