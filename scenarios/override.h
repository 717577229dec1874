// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * override: `--set PATH=VALUE` on a scenario's tree, before it is checked.
 */
#ifndef SCENARIOS_OVERRIDE_H
#define SCENARIOS_OVERRIDE_H

#include "scenarios/tree.h"

/*
 * Puts VALUE at PATH: keys and names joined by dots, items of a list by number. Keys that the schema
 * knows are made where they are missing; a name that is not in the file is a mistake, unless VALUE is a
 * whole mapping. Adds a mistake if `text` is no such path; whether VALUE is good, the check tells later.
 */
void override_apply(struct tree *tree, const char *text, struct diagnostics *diagnostics);

#endif
