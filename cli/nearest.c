// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/nearest.h"

#include <string.h>

enum { LETTERS = 31 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment, row by row: row[i % 3][j] is the distance of a's first i to b's first j letters. */
size_t nearest_distance(const char *a, const char *b)
{
    size_t a_length = strnlen(a, LETTERS), b_length = strnlen(b, LETTERS);
    size_t row[3][LETTERS + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *now = row[i % 3], *before = row[(i + 2) % 3], *two_before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            now[j] = least(before[j - 1] + (a[i - 1] != b[j - 1]), least(before[j], now[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = least(now[j], two_before[j - 2] + 1);
        }
    }
    return row[a_length % 3][b_length];
}

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    size_t length = strlen(name);
    const char *best = NULL;
    size_t best_distance = 3;
    for (size_t i = 0; i < count; i++) {
        size_t distance = nearest_distance(name, names[i]);
        if (length > 1 && strncmp(name, names[i], length) == 0)
            distance = 1;
        if (distance < best_distance && 2 * distance < strlen(names[i])) {
            best = names[i];
            best_distance = distance;
        }
    }
    return best;
}
