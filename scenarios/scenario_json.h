// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * scenario_json: what was resolved, as JSON (the inside of scenario.h).
 */
#ifndef SCENARIOS_SCENARIO_JSON_H
#define SCENARIOS_SCENARIO_JSON_H

#include "scenarios/resolve.h"

/* The texts of scenario_resolved_json() and scenario_catalog_json(); to be freed. */
char *scenario_json_resolved(const struct resolver *resolver);
char *scenario_json_catalog(const struct resolver *resolver);

#endif
