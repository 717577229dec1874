// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * settings_json: every single value that a scenario sets, by its dotted path.
 */
#ifndef SCENARIOS_SETTINGS_JSON_H
#define SCENARIOS_SETTINGS_JSON_H

#include <jansson.h>

#include "scenarios/schema.h"

/*
 * One object: for each value written in the checked tree or put there by --set, under the path that --set would take
 * (items of lists by number): {value, text, unit}. Quantities are numbers in base units (links.e.distance: 43000, "43
 * km", "m"), truth values true or false, all others text with an empty unit. Lists of pairs and `sweep` are left out.
 * A new reference.
 */
json_t *settings_json(struct tree *tree);

#endif
