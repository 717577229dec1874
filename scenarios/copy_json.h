// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * copy_json: resolved links, paths and pairs as JSON.
 */
#ifndef SCENARIOS_COPY_JSON_H
#define SCENARIOS_COPY_JSON_H

#include <jansson.h>

#include "models/config.h"

/* By link: its ends and ports, its distance, and what it carries when nothing else is in its way. A new reference, as
 * of the following. */
json_t *copy_links_json(const struct config *config);

/* A list of {from, to, links}: a subsystem, another, and the links that paths lead over. */
json_t *copy_paths_json(const struct config *config);

/* By pair: kind, source, target, state and critical mode. */
json_t *copy_pairs_json(const struct config *config);

#endif
