// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * track_table: finds what somebody keeps for some tracks of the machine, by hashing.
 *
 * A track is named by its rank and its number there. What is kept embeds a node; memory is its owner's.
 */
#ifndef MODELS_TRACK_TABLE_H
#define MODELS_TRACK_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct track_node {
    uint64_t key;             /* rank << 40 | track */
    struct track_node *chain; /* next of the same hash */
};

struct track_table;

struct track_table *track_table_create(void);
void track_table_destroy(struct track_table *table);

/* The track's node, NULL for none. */
struct track_node *track_table_find(const struct track_table *table, int32_t rank, int64_t track);

/* Adds a node for a track that has none; takes one out. */
void track_table_add(struct track_table *table, int32_t rank, int64_t track, struct track_node *node);
void track_table_remove(struct track_table *table, struct track_node *node);

/* Nodes in it. */
size_t track_table_count(const struct track_table *table);

#endif
