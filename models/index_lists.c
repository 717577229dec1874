// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/index_lists.h"

#include <stdlib.h>

#include "sim/memory.h"

struct index_lists {
    size_t *first;  /* by key: where its list begins in items; the next one's beginning is its end */
    int32_t *items;
};

struct index_lists *index_lists_create(size_t keys, const struct index_entry *entries, size_t count)
{
    struct index_lists *lists = memory_alloc_zeroed(1, sizeof *lists);
    lists->first = memory_alloc_zeroed(keys + 2, sizeof *lists->first);
    lists->items = memory_alloc_zeroed(count, sizeof *lists->items);
    /* Two places further on until all items are in: then each list's beginning has moved to its end. */
    for (size_t i = 0; i < count; i++)
        lists->first[entries[i].key + 2]++;
    for (size_t key = 2; key < keys + 2; key++)
        lists->first[key] += lists->first[key - 1];
    for (size_t i = 0; i < count; i++)
        lists->items[lists->first[entries[i].key + 1]++] = entries[i].item;
    return lists;
}

void index_lists_destroy(struct index_lists *lists)
{
    if (lists == NULL)
        return;
    free(lists->first);
    free(lists->items);
    free(lists);
}

struct index_list index_lists_get(const struct index_lists *lists, int32_t key)
{
    return (struct index_list){lists->items + lists->first[key], lists->first[key + 1] - lists->first[key]};
}
