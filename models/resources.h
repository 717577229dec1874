// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * resources: a machine's components as one list, with their accounts.
 *
 * The order follows the config: by server its ports, clusters (processors, bus, cache, nvs), adapters,
 * loops, ranks, each rank followed by its drives.
 */
#ifndef MODELS_RESOURCES_H
#define MODELS_RESOURCES_H

#include "models/machine.h"
#include "models/report.h"

struct resources;

/* Lists the machine's components; the machine must outlive the list. */
struct resources *resources_create(struct machine *machine);
void resources_destroy(struct resources *resources);
size_t resources_count(const struct resources *resources);

/* Accounts since the last machine_restart(), `over_ns` long; of 0 ns all figures are 0. */
void resources_report(const struct resources *resources, sim_time over_ns, struct resource_report *reports);

/* Mean utilisation and queue of each since the last call (or restart). The arrays belong to the list. */
void resources_sample(struct resources *resources, const float **utilization, const float **queue);

/* To be called with machine_restart(): sampling steps begin anew. */
void resources_restart(struct resources *resources);

#endif
