// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bottleneck_advice: what a planner can do about the resource that limits. Part of bottleneck.c, apart for its length.
 */
#ifndef ANALYSIS_BOTTLENECK_ADVICE_H
#define ANALYSIS_BOTTLENECK_ADVICE_H

#include "analysis/bottleneck.h"

/* Writes into `advice` that `found`, one of the facts' resources, limits, and what to change. */
void bottleneck_advise(const struct bottleneck_facts *facts, const struct resource_report *found,
                       char advice[BOTTLENECK_ADVICE_BYTES]);

/* The config's port that a resource SERIAL/PORT is, -1 for none. */
int32_t bottleneck_port(const struct config *config, const char *resource);

/* Links that begin or end at a port; and whether a host uses it. */
size_t bottleneck_port_links(const struct config *config, int32_t port);
bool bottleneck_port_has_host(const struct config *config, int32_t port);

#endif
