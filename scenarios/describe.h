// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * describe: what `essim check --json` prints about a scenario that is valid.
 */
#ifndef SCENARIOS_DESCRIBE_H
#define SCENARIOS_DESCRIBE_H

#include <stdio.h>

#include "scenarios/scenario.h"

/*
 * Prints one JSON object: scenario_resolved_json() with `warnings` (the texts given) and `notes` (notes.h), lists
 * of texts.
 */
void describe_json(const struct scenario *scenario, char *const *warnings, size_t warning_count, FILE *stream);

#endif
