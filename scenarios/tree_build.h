// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * tree_build: fills a tree from YAML text, event by event (the inside of tree.h).
 */
#ifndef SCENARIOS_TREE_BUILD_H
#define SCENARIOS_TREE_BUILD_H

#include "scenarios/tree.h"

/* Zeroed memory that lives as long as the tree; a copied string there. */
void *tree_memory(struct tree *tree, size_t size);
const char *tree_string(struct tree *tree, const char *text, size_t length);

/* A new node outside the tree, or NULL when there are TREE_NODES_MAX already. */
struct node *tree_node(struct tree *tree, enum node_kind kind, struct place place);

/* Makes `node` the last child of `parent`; its key must be set if `parent` is a mapping. */
void tree_attach(struct tree *tree, struct node *parent, struct node *node);

/* Puts `node` in the place of `old`, under the same key. */
void tree_replace(struct tree *tree, struct node *old, struct node *node);

void tree_set_root(struct tree *tree, struct node *root);

/* Reads the one document in `text` as the tree's content. False after a mistake that ends reading. */
bool tree_build(struct tree *tree, const char *name, const char *text, size_t length, struct diagnostics *diagnostics);

#endif
