// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { LENGTH_MAX = 64 };

static size_t minimum(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Edit distance with swaps of neighbours, upper and lower case taken as equal. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LENGTH_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = before[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            row[j] = minimum(minimum(above[j], row[j - 1]) + 1, above[j - 1] + !same(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
                row[j] = minimum(row[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = above;
        above = row;
        row = oldest;
    }
    return above[b_length];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t word_length = strlen(nearest->word), length = strlen(candidate);
    if (word_length > LENGTH_MAX || length > LENGTH_MAX || word_length == 0)
        return;
    size_t longer = word_length > length ? word_length : length;
    size_t found = distance(nearest->word, word_length, candidate, length);
    /* A single letter is one step from any other: where nothing agrees, nothing was meant. */
    if (found == longer || found > (longer < 3 ? 1 : longer / 3))
        return;
    if (nearest->best != NULL && found >= nearest->distance)
        return;
    nearest->best = candidate;
    nearest->distance = found;
}
