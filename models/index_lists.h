// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * index_lists: for each of some keys, which are numbers from 0, a list of numbers; made once, read often.
 */
#ifndef MODELS_INDEX_LISTS_H
#define MODELS_INDEX_LISTS_H

#include <stddef.h>
#include <stdint.h>

/* That `item` stands in the list of `key`. */
struct index_entry {
    int32_t key, item;
};

struct index_list {
    const int32_t *items;
    size_t count;
};

struct index_lists;

/* The lists of keys 0 to keys - 1. A list has its items in the order of the entries. */
struct index_lists *index_lists_create(size_t keys, const struct index_entry *entries, size_t count);
void index_lists_destroy(struct index_lists *lists);

struct index_list index_lists_get(const struct index_lists *lists, int32_t key);

#endif
