// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * describe: what `essim check` prints about a scenario that is valid.
 */
#ifndef SCENARIOS_DESCRIBE_H
#define SCENARIOS_DESCRIBE_H

#include <stdio.h>

#include "scenarios/scenario.h"

/*
 * Prints what was resolved: servers, ranks with LSS, format and space, ports, volumes with their
 * ids, hosts, workloads; and notes on what a planner would not expect (everything on one rank, a
 * cluster left idle, ports that the offered load alone takes past their advised utilisation).
 */
void describe_text(const struct scenario *scenario, FILE *stream);

/* The same as one JSON object: scenario_resolved_json() with `notes`, a list of texts. */
void describe_json(const struct scenario *scenario, FILE *stream);

#endif
