// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/track_table.h"

#include <stdlib.h>

#include "sim/memory.h"

struct track_table {
    struct track_node **heads;
    uint64_t head_mask;
    size_t count;
};

enum { KEY_TRACK_BITS = 40, HEADS_MIN = 256 };

struct track_table *track_table_create(void)
{
    struct track_table *table = memory_alloc_zeroed(1, sizeof *table);
    table->head_mask = HEADS_MIN - 1;
    table->heads = memory_alloc_zeroed(HEADS_MIN, sizeof(struct track_node *));
    return table;
}

void track_table_destroy(struct track_table *table)
{
    if (table == NULL)
        return;
    free(table->heads);
    free(table);
}

size_t track_table_count(const struct track_table *table)
{
    return table->count;
}

static uint64_t make_key(int32_t rank, int64_t track)
{
    return (uint64_t)rank << KEY_TRACK_BITS | (uint64_t)track;
}

static struct track_node **head_of(const struct track_table *table, uint64_t key)
{
    return &table->heads[(key * 0x9E3779B97F4A7C15u >> 32) & table->head_mask];
}

static void double_heads(struct track_table *table)
{
    uint64_t before = table->head_mask + 1;
    struct track_node **heads = table->heads;
    table->heads = memory_alloc_zeroed(2 * before, sizeof(struct track_node *));
    table->head_mask = 2 * before - 1;
    for (uint64_t i = 0; i < before; i++) {
        for (struct track_node *node = heads[i], *next; node != NULL; node = next) {
            struct track_node **head = head_of(table, node->key);
            next = node->chain;
            node->chain = *head;
            *head = node;
        }
    }
    free(heads);
}

struct track_node *track_table_find(const struct track_table *table, int32_t rank, int64_t track)
{
    uint64_t key = make_key(rank, track);
    struct track_node *node = *head_of(table, key);
    while (node != NULL && node->key != key)
        node = node->chain;
    return node;
}

void track_table_add(struct track_table *table, int32_t rank, int64_t track, struct track_node *node)
{
    if (table->count > table->head_mask / 2)
        double_heads(table);
    uint64_t key = make_key(rank, track);
    struct track_node **head = head_of(table, key);
    *node = (struct track_node){key, *head};
    *head = node;
    table->count++;
}

void track_table_remove(struct track_table *table, struct track_node *node)
{
    struct track_node **link = head_of(table, node->key);
    while (*link != node)
        link = &(*link)->chain;
    *link = node->chain;
    table->count--;
}
