// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * tree: a YAML file as mappings, sequences and scalars, each with its place in the file.
 *
 * Scalars stay text: what `no` or `012` means is decided by whoever knows the type wanted. Only the
 * plain part of YAML is read: one document, no anchors and aliases, no tags, no key twice in one
 * mapping. At most 1 MiB, 32 levels and 200,000 nodes, so that time and memory are bounded whatever
 * the file holds. The children of a node are a list in the file's order; members of a mapping are
 * also found by key in constant time.
 */
#ifndef SCENARIOS_TREE_H
#define SCENARIOS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenarios/diagnostics.h"

enum { TREE_BYTES_MAX = 1 << 20, TREE_DEPTH_MAX = 32, TREE_NODES_MAX = 200000 };

enum node_kind { NODE_SCALAR, NODE_SEQUENCE, NODE_MAPPING };

struct node {
    enum node_kind kind;
    const char *text;                 /* a scalar's characters, UTF-8, without NUL; "" otherwise */
    bool plain;                       /* a scalar written without quotes */
    const char *key;                  /* in a mapping: its key; NULL elsewhere */
    size_t index;                     /* its number among its parent's children, from 0 */
    struct node *parent;              /* NULL at the root */
    struct node *first, *last, *next; /* children; next sibling */
    size_t count;                     /* of children */
    struct place place;               /* where the value begins */
    struct place key_place;           /* where its key begins; as `place` where there is no key */
    bool broken;                      /* stands for something that was refused already (an alias): no more messages */
    /* What the reader by schema (schema.h) made of it: */
    bool valid;             /* of the right type and in range, with all below it */
    int64_t integer;        /* its value in base units, or the number of a choice */
    double number;          /* the same for real-valued types */
    struct node *hash_next; /* the tree's own */
};

struct tree;

/*
 * Reads a regular file. Returns the tree, though mistakes may have been added (a key twice), so that
 * the rest can still be checked; or NULL after a mistake behind which nothing can be read.
 */
struct tree *tree_read_file(const char *path, struct diagnostics *diagnostics);

/* The same from `length` bytes in memory, which are copied; `name` is how places call the file. */
struct tree *tree_read_text(const char *name, const char *text, size_t length, struct diagnostics *diagnostics);

void tree_destroy(struct tree *tree);

/* The outermost node, a mapping (an empty file gives an empty one). */
struct node *tree_root(struct tree *tree);

/* The bytes that were read, followed by a NUL, and their number. */
const char *tree_text(const struct tree *tree);
size_t tree_length(const struct tree *tree);

/* A mapping's member, or NULL. */
struct node *tree_find(const struct tree *tree, const struct node *mapping, const char *key);

/* True if nothing is written there: an empty plain scalar, ~ or null, an empty mapping or sequence. */
bool node_is_empty(const struct node *node);

/* The path of a node from the root: names and numbers joined by dots. To be freed. */
char *node_path(const struct node *node);

/*
 * Puts VALUE (text, or YAML where it begins with [ or {) at member `key` of a mapping, or at item
 * `index` of a sequence (key NULL), in place of what was there. The new node, or NULL after adding
 * a mistake. `mapping` may also be an empty scalar; it becomes a mapping.
 */
struct node *tree_put(struct tree *tree, struct node *parent, const char *key, size_t index, const char *value,
                      struct diagnostics *diagnostics);

/* Adds a mistake or a warning at a node's place (its key's, where the node is no scalar). */
void node_error(const struct node *node, struct diagnostics *diagnostics, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Adds a mistake at the key's place. */
void node_key_error(const struct node *node, struct diagnostics *diagnostics, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void node_warn(const struct node *node, struct diagnostics *diagnostics, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
