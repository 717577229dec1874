// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/settings_json.h"

#include <stdlib.h>

static void add_section(json_t *settings, const struct node *mapping, enum section section);

static void add(json_t *settings, const struct node *node, json_t *value, const char *text, const char *unit)
{
    char *path = node_path(node);
    json_t *item = json_object();
    json_object_set_new(item, "value", value);
    json_object_set_new(item, "text", json_string(text));
    json_object_set_new(item, "unit", json_string(unit));
    json_object_set_new(settings, path, item);
    free(path);
}

static void add_quantity(json_t *settings, const struct node *node, enum unit_class class)
{
    char text[60];
    quantity_format(class, node->number, text, sizeof text);
    if (class == UNIT_COUNT) /* exactly, however large */
        snprintf(text, sizeof text, "%lld", (long long)node->integer);
    add(settings, node, unit_is_integral(class) ? json_integer(node->integer) : json_real(node->number), text,
        unit_base(class));
}

static void add_text(json_t *settings, const struct node *node)
{
    add(settings, node, json_string(node->text), node->text, "");
}

/* A name, or each of a list. */
static void add_names(json_t *settings, const struct node *node)
{
    if (node->kind == NODE_SCALAR)
        add_text(settings, node);
    for (const struct node *item = node->first; item != NULL; item = item->next)
        add_text(settings, item);
}

static void add_members(json_t *settings, const struct node *node, const struct key *key)
{
    for (const struct node *member = node->first; member != NULL; member = member->next) {
        if (key->type == VALUE_NAME_LISTS)
            add_names(settings, member);
        else if (key->type == VALUE_SECTION_LISTS && member->kind == NODE_SEQUENCE)
            add_members(settings, member, key);
        else
            add_section(settings, member, key->section);
    }
}

static void add_value(json_t *settings, const struct node *node, const struct key *key)
{
    switch (key->type) {
    case VALUE_TEXT:
    case VALUE_CHOICE:
        add_text(settings, node);
        return;
    case VALUE_BOOLEAN:
        add(settings, node, json_boolean(node->integer != 0), node->integer != 0 ? "yes" : "no", "");
        return;
    case VALUE_NAMES:
        add_names(settings, node);
        return;
    case VALUE_QUANTITY:
        if (node->kind == NODE_MAPPING)
            add_section(settings, node, key->section);
        else
            add_quantity(settings, node, key->unit);
        return;
    case VALUE_LIST:
        for (const struct node *item = node->first; item != NULL; item = item->next)
            add_quantity(settings, item, key->unit);
        return;
    case VALUE_SECTION:
        add_section(settings, node, key->section);
        return;
    case VALUE_MAP:
    case VALUE_SECTIONS:
    case VALUE_SECTION_LISTS:
    case VALUE_NAME_LISTS:
        add_members(settings, node, key);
        return;
    default:
        return;
    }
}

static void add_section(json_t *settings, const struct node *mapping, enum section section)
{
    for (const struct node *member = mapping->first; member != NULL; member = member->next) {
        const struct key *key = schema_find(section, member->key);
        if (key != NULL && member->valid && !node_is_empty(member))
            add_value(settings, member, key);
    }
}

json_t *settings_json(struct tree *tree)
{
    json_t *settings = json_object();
    add_section(settings, tree_root(tree), SECTION_SCENARIO);
    return settings;
}
