// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * nearest: the known name that a mistyped one probably meant.
 */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* Number of letters inserted, left out, replaced or swapped with their neighbour to get from `a` to `b`,
 * counting letters up to the 31st. */
size_t nearest_distance(const char *a, const char *b);

/* The one of `names` closest to `name`, the first where several are; NULL when none is close: at most
 * two letters off, and fewer than half of them. A name that begins with `name` counts as close. */
const char *nearest_name(const char *name, const char *const *names, size_t count);

#endif
