// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * libyaml tells events (scalar, mapping start ...) and never recurses or expands aliases, so the
 * depth and the size of what is built here bound everything. A refused part (an anchor, a key that
 * stands twice) is a mistake but reading goes on behind it; a syntax error or a broken limit ends it.
 */
#include "scenarios/tree_build.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "sim/memory.h"

struct builder {
    struct tree *tree;
    const char *name; /* of the file, or "--set" */
    const char *text; /* what is read */
    size_t length;
    struct diagnostics *diagnostics;
    struct node *open[TREE_DEPTH_MAX]; /* collections being read, outermost first */
    size_t depth;                      /* how many are open */
    struct node *parent;               /* --set: what the value goes under, as member or item ... */
    const char *parent_key;            /* ... of this key, NULL for an item ... */
    size_t parent_index;               /* ... of this number */
    size_t outside;                    /* levels above the text's own (--set) */
    const char *key[TREE_DEPTH_MAX];   /* an open mapping's key that waits for its value */
    struct place key_place[TREE_DEPTH_MAX];
    struct node *result; /* the outermost node */
    size_t documents;
};

static struct place place_at(const struct builder *builder, yaml_mark_t mark)
{
    if (strcmp(builder->name, "--set") == 0)
        return (struct place){builder->name, 0, 0};
    return (struct place){builder->name, (int)mark.line + 1, (int)mark.column + 1};
}

/* Reports a mistake at a mark, named by the path of the collection that is being read. */
static void complain(struct builder *builder, yaml_mark_t mark, const char *message)
{
    struct node outermost = {.parent = builder->parent, .key = builder->parent_key, .index = builder->parent_index};
    char *path = node_path(builder->depth > 0 ? builder->open[builder->depth - 1] : &outermost);
    diagnostics_add(builder->diagnostics, place_at(builder, mark), path, "%s", message);
    free(path);
}

/* libyaml gives no mark for unreadable characters, only their offset. */
static yaml_mark_t mark_of_offset(const struct builder *builder, size_t offset)
{
    yaml_mark_t mark = {.index = offset};
    for (size_t i = 0; i < offset && i < builder->length; i++) {
        unsigned char c = (unsigned char)builder->text[i];
        if (c == '\n') {
            mark.line++;
            mark.column = 0;
        } else if ((c & 0xc0) != 0x80) {
            mark.column++;
        }
    }
    return mark;
}

static void complain_syntax(struct builder *builder, const yaml_parser_t *parser)
{
    if (parser->error == YAML_READER_ERROR) {
        size_t offset = parser->problem_offset;
        bool nul = offset < builder->length && builder->text[offset] == '\0';
        bool control = offset < builder->length && (unsigned char)builder->text[offset] < 0x80;
        complain(builder, mark_of_offset(builder, offset),
                 nul       ? "there is a NUL character, allowed is text in UTF-8"
                 : control ? "there is a control character, allowed are printable characters, tabs and line ends"
                           : "this is not UTF-8 text, which alone is allowed");
        return;
    }
    const char *problem = parser->problem != NULL ? parser->problem : "no memory left";
    size_t at = parser->problem_mark.index;
    if (parser->error == YAML_SCANNER_ERROR && at < builder->length && builder->text[at] == '\t') {
        complain(builder, parser->problem_mark, "a tab begins the value or line here, allowed are spaces");
        return;
    }
    char *message = parser->context != NULL ? memory_text("not YAML: %s %s (begun in line %zu)", problem,
                                                          parser->context, (size_t)parser->context_mark.line + 1)
                                            : memory_text("not YAML: %s", problem);
    complain(builder, parser->problem_mark, message);
    free(message);
}

/* Hangs a finished scalar or a begun collection into what is open. False: a limit is broken. */
static bool add_node(struct builder *builder, struct node *node, yaml_mark_t mark)
{
    if (node == NULL) {
        complain(builder, mark, "there are more than the 200,000 values that are allowed");
        return false;
    }
    if (builder->depth == 0) {
        node->parent = builder->parent;
        node->key = builder->parent_key;
        node->index = builder->parent_index;
        builder->result = node;
        return true;
    }
    size_t top = builder->depth - 1;
    struct node *parent = builder->open[top];
    if (parent->kind == NODE_MAPPING) {
        node->key = builder->key[top];
        node->key_place = builder->key_place[top];
        builder->key[top] = NULL;
        struct node *other = tree_find(builder->tree, parent, node->key);
        if (other != NULL) {
            node->parent = parent;
            node_key_error(node, builder->diagnostics,
                           "the key stands here a second time, first in line %d; allowed is once",
                           other->key_place.line);
            return true;
        }
    }
    tree_attach(builder->tree, parent, node);
    return true;
}

static bool open_collection(struct builder *builder, enum node_kind kind, yaml_mark_t mark)
{
    if (builder->depth > 0 && builder->open[builder->depth - 1]->kind == NODE_MAPPING &&
        builder->key[builder->depth - 1] == NULL) {
        complain(builder, mark, "a mapping or list stands as a key, allowed is a name");
        return false;
    }
    if (builder->outside + builder->depth == TREE_DEPTH_MAX) {
        complain(builder, mark, "is nested deeper than the 32 levels that are allowed");
        return false;
    }
    struct node *node = tree_node(builder->tree, kind, place_at(builder, mark));
    if (!add_node(builder, node, mark))
        return false;
    builder->key[builder->depth] = NULL;
    builder->open[builder->depth++] = node;
    return true;
}

static bool add_scalar(struct builder *builder, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    yaml_mark_t mark = event->start_mark;
    if (memchr(text, '\0', length) != NULL) {
        complain(builder, mark, "the text holds a NUL character, which is not allowed");
        length = strlen(text);
    }
    text = tree_string(builder->tree, text, length);
    size_t top = builder->depth - 1;
    if (builder->depth > 0 && builder->open[top]->kind == NODE_MAPPING && builder->key[top] == NULL) {
        builder->key[top] = text;
        builder->key_place[top] = place_at(builder, mark);
        return true;
    }
    struct node *node = tree_node(builder->tree, NODE_SCALAR, place_at(builder, mark));
    if (node != NULL) {
        node->text = text;
        node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    }
    return add_node(builder, node, mark);
}

/* An alias stands for something refused: a scalar about which nothing more is said. */
static bool add_alias(struct builder *builder, yaml_mark_t mark)
{
    complain(builder, mark, "aliases (*name) are not allowed, write the value itself");
    size_t top = builder->depth - 1;
    if (builder->depth > 0 && builder->open[top]->kind == NODE_MAPPING && builder->key[top] == NULL)
        return false;
    struct node *node = tree_node(builder->tree, NODE_SCALAR, place_at(builder, mark));
    if (node != NULL)
        node->broken = true;
    return add_node(builder, node, mark);
}

static void refuse_properties(struct builder *builder, const yaml_event_t *event, const void *anchor, const void *tag)
{
    if (anchor != NULL)
        complain(builder, event->start_mark, "anchors (&name) are not allowed, write the value where it is wanted");
    if (tag != NULL)
        complain(builder, event->start_mark, "tags (!name) are not allowed, the key decides the type");
}

/* Takes one event. False: stop reading, either at the end or after a mistake. */
static bool take_event(struct builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (builder->documents++ == 0)
            return true;
        complain(builder, event->start_mark, "a second document begins here, allowed is one");
        return false;
    case YAML_ALIAS_EVENT:
        return add_alias(builder, event->start_mark);
    case YAML_SCALAR_EVENT:
        refuse_properties(builder, event, event->data.scalar.anchor, event->data.scalar.tag);
        return add_scalar(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        refuse_properties(builder, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
        return open_collection(builder, NODE_SEQUENCE, event->start_mark);
    case YAML_MAPPING_START_EVENT:
        refuse_properties(builder, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
        return open_collection(builder, NODE_MAPPING, event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        builder->depth--;
        return true;
    default:
        return event->type != YAML_STREAM_END_EVENT;
    }
}

/* Runs the parser to the stream's end. False after a mistake that ends reading. */
static bool build(struct builder *builder)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        complain(builder, (yaml_mark_t){0}, "no memory left");
        return false;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)builder->text, builder->length);
    bool more = true, ended = false;
    while (more) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            complain_syntax(builder, &parser);
            break;
        }
        more = take_event(builder, &event);
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return ended;
}

bool tree_build(struct tree *tree, const char *name, const char *text, size_t length, struct diagnostics *diagnostics)
{
    struct builder builder = {.tree = tree, .name = name, .text = text, .length = length, .diagnostics = diagnostics};
    if (!build(&builder))
        return false;
    struct node *root = builder.result;
    if (root == NULL || (root->kind == NODE_SCALAR && node_is_empty(root)))
        root = tree_node(tree, NODE_MAPPING, (struct place){name, 1, 1});
    if (root == NULL || root->kind != NODE_MAPPING) {
        diagnostics_add(diagnostics, (struct place){name, 1, 1}, NULL,
                        "the file is no mapping, allowed are sections, each a key with its values");
        return false;
    }
    tree_set_root(tree, root);
    return true;
}

static size_t depth_of(const struct node *node)
{
    size_t depth = 0;
    for (; node != NULL; node = node->parent)
        depth++;
    return depth;
}

/* What VALUE says, outside the tree yet. NULL after a mistake. */
static struct node *read_value(struct builder *builder)
{
    if (builder->text[0] == '[' || builder->text[0] == '{')
        return build(builder) ? builder->result : NULL;
    struct node *node = tree_node(builder->tree, NODE_SCALAR, place_at(builder, (yaml_mark_t){0}));
    if (!add_node(builder, node, (yaml_mark_t){0}))
        return NULL;
    node->text = tree_string(builder->tree, builder->text, builder->length);
    node->plain = builder->length > 0; /* an empty text is meant, as in quotes */
    return node;
}

struct node *tree_put(struct tree *tree, struct node *parent, const char *key, size_t index, const char *value,
                      struct diagnostics *diagnostics)
{
    if (parent->kind == NODE_SCALAR) {
        parent->kind = NODE_MAPPING;
        parent->text = "";
    }
    struct node *old = key != NULL ? tree_find(tree, parent, key) : parent->first;
    for (size_t i = 0; key == NULL && i < index && old != NULL; i++)
        old = old->next;
    struct builder builder = {
        .tree = tree,
        .name = "--set",
        .text = value,
        .length = strlen(value),
        .diagnostics = diagnostics,
        .parent = parent,
        .parent_key = key != NULL ? tree_string(tree, key, strlen(key)) : NULL,
        .parent_index = index,
        .outside = depth_of(parent),
    };
    struct node *node = read_value(&builder);
    if (node != NULL && old != NULL)
        tree_replace(tree, old, node);
    else if (node != NULL)
        tree_attach(tree, parent, node);
    return node;
}
