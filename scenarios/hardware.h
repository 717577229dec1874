// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * hardware: catalogue entries as the values that the models take.
 *
 * Each function checks what one value alone cannot tell (zones in order, thresholds the right way
 * round) and adds a mistake at the value's place. It returns false if the entry cannot be used.
 */
#ifndef SCENARIOS_HARDWARE_H
#define SCENARIOS_HARDWARE_H

#include "models/config.h"
#include "scenarios/catalog.h"

/* The results' strings and arrays are the caller's (config_free frees them). */
bool hardware_server_model(const struct catalog_entry *entry, struct server_model *model,
                           struct diagnostics *diagnostics);
bool hardware_drive_type(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics);
bool hardware_port_type(const struct catalog_entry *entry, struct port_type *type, struct diagnostics *diagnostics);
bool hardware_link_type(const struct catalog_entry *entry, struct link_type *type, struct diagnostics *diagnostics);

/* Advised utilisations by kind of resource. */
bool hardware_thresholds(const struct catalog_entry *entry, double thresholds[RESOURCE_KIND_COUNT]);

/* The whole-number value of a key, 0 if the entry lacks it. */
int64_t hardware_integer(const struct catalog_entry *entry, const char *key);

/* Mean seek time over random pairs of cylinders, every cylinder equally likely, in ns. */
double hardware_mean_seek_ns(const struct drive_type *type);

#endif
