// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/reorder.h"

#include <stdlib.h>

/* A binary heap, the earliest on top. Rows that come in order stay where they are put. */
struct reorder {
    size_t count;
    int64_t latest_ns; /* of all rows put in */
    int64_t taken_ns;  /* of the last row taken out */
    struct import_row heap[REORDER_ROWS];
};

struct reorder *reorder_create(void)
{
    struct reorder *reorder = calloc(1, sizeof *reorder);
    if (reorder)
        reorder->latest_ns = reorder->taken_ns = INT64_MIN;
    return reorder;
}

void reorder_destroy(struct reorder *reorder)
{
    free(reorder);
}

int64_t reorder_lag_ns(const struct reorder *reorder, const struct import_row *row)
{
    return reorder->latest_ns == INT64_MIN ? 0 : reorder->latest_ns - row->entry.issue_ns;
}

bool reorder_is_late(const struct reorder *reorder, const struct import_row *row)
{
    return row->entry.issue_ns < reorder->taken_ns;
}

static bool is_before(const struct import_row *a, const struct import_row *b)
{
    return a->entry.issue_ns != b->entry.issue_ns ? a->entry.issue_ns < b->entry.issue_ns : a->line < b->line;
}

void reorder_put(struct reorder *reorder, const struct import_row *row)
{
    struct import_row *heap = reorder->heap;
    size_t at = reorder->count++;
    for (; at > 0 && is_before(row, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = *row;
    if (row->entry.issue_ns > reorder->latest_ns)
        reorder->latest_ns = row->entry.issue_ns;
}

bool reorder_is_full(const struct reorder *reorder)
{
    return reorder->count == REORDER_ROWS;
}

bool reorder_take(struct reorder *reorder, struct import_row *row)
{
    struct import_row *heap = reorder->heap;
    if (reorder->count == 0)
        return false;
    *row = heap[0];
    reorder->taken_ns = row->entry.issue_ns;
    size_t count = --reorder->count, at = 0;
    const struct import_row *last = &heap[count];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], last))
            break;
        heap[at] = heap[child];
    }
    heap[at] = *last;
    return true;
}
