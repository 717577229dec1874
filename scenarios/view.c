// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reading a checked mapping, defaults included (the second half of schema.h).
 */
#include <assert.h>
#include <string.h>

#include "scenarios/schema.h"

const struct node *view_node(const struct view *view, const char *key)
{
    const struct node *node = view->node != NULL ? tree_find(view->tree, view->node, key) : NULL;
    return node != NULL && !node_is_empty(node) ? node : NULL;
}

static int64_t choice_number(const char *choices, const char *word)
{
    int64_t number = 0;
    for (const char *c = choices; *c != '\0'; number++) {
        size_t length = strcspn(c, "|");
        if (strlen(word) == length && strncmp(c, word, length) == 0)
            return number;
        c += length + (c[length] == '|');
    }
    return 0;
}

/* The value written, or the table's default; clears `known` where there is neither. */
static struct quantity value_of(struct view *view, const char *name)
{
    const struct key *key = schema_find(view->section, name);
    assert(key != NULL);
    const struct node *node = view->node != NULL ? tree_find(view->tree, view->node, name) : NULL;
    if (node != NULL && node->valid)
        return (struct quantity){node->integer, node->number};
    struct quantity quantity = {0};
    if (node != NULL || key->standard == NULL)
        view->known = false;
    if (key->standard == NULL)
        return quantity;
    bool truth = false;
    char why[80];
    if (key->type == VALUE_CHOICE)
        quantity.integer = choice_number(key->choices, key->standard);
    else if (key->type == VALUE_BOOLEAN && boolean_parse(key->standard, &truth))
        quantity.integer = truth;
    else
        quantity_parse(key->standard, key->unit, key->bare, key->minimum, key->maximum, &quantity, why, sizeof why);
    return quantity;
}

int64_t view_integer(struct view *view, const char *key)
{
    return value_of(view, key).integer;
}

double view_number(struct view *view, const char *key)
{
    return value_of(view, key).number;
}

const char *view_text(struct view *view, const char *name)
{
    const struct key *key = schema_find(view->section, name);
    assert(key != NULL);
    const struct node *node = view->node != NULL ? tree_find(view->tree, view->node, name) : NULL;
    if (node != NULL && node->valid)
        return node->text;
    if (node != NULL || (key->standard == NULL && key->required))
        view->known = false;
    return key->standard != NULL ? key->standard : "";
}
