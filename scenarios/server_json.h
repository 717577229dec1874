// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * server_json: a resolved server as JSON: its values, loops, ranks, logical subsystems, ports and volumes.
 */
#ifndef SCENARIOS_SERVER_JSON_H
#define SCENARIOS_SERVER_JSON_H

#include <jansson.h>

#include "models/config.h"
#include "scenarios/catalog.h"

/* Server number `server`, whose catalogue entry (overrides included) is `entry`. A new reference. */
json_t *server_json(const struct config *config, size_t server, const struct catalog_entry *entry);

#endif
