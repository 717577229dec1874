// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * task_json: resolved tasks and the timeline, as JSON (the inside of scenario_json.h).
 */
#ifndef SCENARIOS_TASK_JSON_H
#define SCENARIOS_TASK_JSON_H

#include <jansson.h>

#include "models/config.h"

/* Tasks by name, each a list of actions by verb; the timeline, a list in the order of the file. */
json_t *tasks_json(const struct config *config);
json_t *timeline_json(const struct config *config);

#endif
