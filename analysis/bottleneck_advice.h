// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bottleneck_advice: what a planner can do about the resource that limits. Part of bottleneck.c, apart for its length.
 */
#ifndef ANALYSIS_BOTTLENECK_ADVICE_H
#define ANALYSIS_BOTTLENECK_ADVICE_H

#include "analysis/bottleneck.h"

/* The facts, with a map. */
struct bottleneck_search {
    const struct resource_report *resources; /* these four as in struct bottleneck_facts */
    size_t count;
    const struct config *config;
    const struct link_report *links;
    const size_t *link_resources; /* by link of the config its resource's number, `count` for none */
};

/* Links that carry paths between the same subsystems: writes take any of them, the least busy first. */
struct bottleneck_pool {
    const struct link_config *link;      /* the one asked for; NULL: the config does not know it */
    const struct link_report *report;    /* what it carried; NULL: unknown */
    size_t count;                        /* links in the pool, that one included */
    double mean;                         /* of their utilisations */
    size_t standing;                     /* links that lead the same way, those outside the pool too */
    const struct resource_report *least; /* the least busy of these outside that works; NULL: there is none */
};

/* The config's link that a resource of kind link is, the number of links for none. */
size_t bottleneck_link(const struct bottleneck_search *facts, const struct resource_report *resource);

/* The pool of a resource that is a link. */
void bottleneck_pool_find(const struct bottleneck_search *facts, const struct resource_report *found,
                          struct bottleneck_pool *pool);

/* Writes into `advice` that `found`, one of the facts' resources, limits, and what to change. */
void bottleneck_advise(const struct bottleneck_search *facts, const struct resource_report *found,
                       char advice[BOTTLENECK_ADVICE_BYTES]);

/* Writes that nothing limits, and that `found`, so busy, is nearest to its threshold. */
void bottleneck_reassure(const struct bottleneck_search *facts, const struct resource_report *found, double utilization,
                         char advice[BOTTLENECK_ADVICE_BYTES]);

/* The config's port that a resource SERIAL/PORT is, -1 for none. */
int32_t bottleneck_port(const struct config *config, const char *resource);

/* Links that begin or end at a port; and whether a host uses it. */
size_t bottleneck_port_links(const struct config *config, int32_t port);
bool bottleneck_port_has_host(const struct config *config, int32_t port);

#endif
