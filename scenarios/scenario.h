// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * scenario: a scenario file, read, checked and resolved to what the models simulate.
 *
 * scenario_load() reads the YAML file, applies the command line's `--set PATH=VALUE` in order, takes
 * the hardware catalogue's values, checks everything and reports all mistakes together. What it
 * hands out has every default filled in, every name looked up and every limit checked.
 */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "models/config.h"
#include "scenarios/diagnostics.h"

struct scenario;

/*
 * Loads the scenario in file `path`. `sets` are `count` texts PATH=VALUE, later ones win; VALUE is
 * taken literally, or as YAML where it begins with [ or {. `essim run --seed N` is "run.seed=N".
 * True: *out is the scenario, to be freed with scenario_destroy(); `diagnostics` may have gained
 * warnings. False: `diagnostics` has gained at least one mistake and *out is NULL.
 */
bool scenario_load(const char *path, const char *const *sets, size_t count, struct scenario **out,
                   struct diagnostics *diagnostics);

/* Frees a scenario and everything that its accessors handed out. NULL is fine. */
void scenario_destroy(struct scenario *scenario);

/* What to simulate. All results of these accessors belong to the scenario. */
const struct config *scenario_config(const struct scenario *scenario);

/* The file's name as given, and its bytes (without what --set changed), ending in a NUL. */
const char *scenario_path(const struct scenario *scenario);
const char *scenario_text(const struct scenario *scenario);

/* SHA-256 of the file's bytes, 64 lower-case hexadecimal digits. */
const char *scenario_sha256(const struct scenario *scenario);

/*
 * Everything that was resolved, defaults and --set included, as one JSON object. Its member `settings` has each value
 * that the scenario sets under its dotted path (settings_json.h).
 */
const char *scenario_resolved_json(const struct scenario *scenario);

/*
 * The catalogue values used, overrides included, as one JSON object: servers (by serial number),
 * drives, ports, links (by name) and advice; each value with unit, source, tag and uncertainty.
 */
const char *scenario_catalog_json(const struct scenario *scenario);

#endif
