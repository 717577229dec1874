// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bottleneck: which resource limits a run, how far the load may grow, and what to do about it.
 *
 * Every resource has an advised highest utilisation (its threshold). The resource with the highest
 * utilisation relative to that threshold limits; the load may grow by the factor threshold /
 * utilisation before it gets there, because utilisation grows in proportion to the load while nothing
 * is saturated. Also: whether an open load outran the system, so that its means say nothing.
 */
#ifndef ANALYSIS_BOTTLENECK_H
#define ANALYSIS_BOTTLENECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/config.h"
#include "models/report.h"

enum { BOTTLENECK_ADVICE_BYTES = 900 };

struct bottleneck {
    const struct resource_report *resource; /* nearest to its threshold; NULL when nothing was in use */
    double utilization;                     /* its own; of a link the mean of those that share its paths; NaN without */
    bool limits;                            /* its utilisation has reached its threshold */
    double factor;                          /* threshold / utilisation, > 0; NaN without a resource */
    char advice[BOTTLENECK_ADVICE_BYTES];   /* a few sentences, in the field's words: what limits, what to change,
                                               and which part like it has room */
};

/* What is known of a run. Nothing is kept. */
struct bottleneck_facts {
    const struct resource_report *resources;
    size_t count;
    const struct config *config;     /* how they hang together: links, their ports and servers, pairs; NULL: unknown */
    const struct link_report *links; /* by link of the config; NULL: unknown */
};

/*
 * Finds the resource that limits, the first of equals. Where the nearest is a drive (SERIAL/RANK.DRIVE) and its rank
 * is as busy within a tenth, the rank is named, because ranks are what a planner can add. So is a port at which
 * several links end, behind a director, for these links; but a port that is one link's alone never is: the link is
 * what limits. Links that share their paths share their load, the first of them taking most of it; so their mean
 * counts, and the first is named. Passed over are caches, which are full under any load; NVS below its threshold,
 * because destaging keeps it at a mark whatever the load; and reports without a utilisation or threshold above 0.
 */
void bottleneck_find(const struct bottleneck_facts *facts, struct bottleneck *bottleneck);

/*
 * How near a resource is to its threshold: utilisation / threshold; 0 for what bottleneck_find() passes over. The
 * kind is the name of one (resource_kind_name()).
 */
double bottleneck_pressure(const char *kind, double utilization, double threshold);

/*
 * Whether a resource of that kind (resource_kind_name()) belongs among the busiest: ranks stand for their
 * drives, else the drives of one busy rank would be all there is to see, and a cache is full under any load.
 */
bool bottleneck_in_overview(const char *kind);

/* Whether the resource of that name is the link: NAME, or that behind the last "/". */
bool bottleneck_is_link(const char *resource, const char *link);

/*
 * Whether the I/Os in flight grew over the measured interval by more than chance explains: issued
 * exceeds completed by more than four standard deviations of a Poisson count. For open loads and
 * replays; a closed loop cannot outrun the system. Counts >= 0.
 */
bool bottleneck_unstable(int64_t issued, int64_t completed);

#endif
