// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * nearest: the known name of a command, option or key that a mistyped one probably meant.
 */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include <stddef.h>

/* The first of `names` that begins with `name` (of two letters or more), else the one closest to it in the sense of
 * scenarios/nearest.h; NULL when none is near enough to propose. */
const char *nearest_name(const char *name, const char *const *names, size_t count);

#endif
