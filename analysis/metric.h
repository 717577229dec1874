// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * metric: a number of a summary by its dotted path, and how to write it on an axis.
 *
 *     workloads.oltp.writes.mean_ms     resources.FCA24/r0.3.utilization     pairs.db.0>dbr.0.complete_s
 *
 * Names may hold dots themselves: at each step the longest name that fits is taken. A step `*` stands for every
 * member, and the greatest of their numbers counts: pairs.*.complete_s is when the last pair was complete.
 */
#ifndef ANALYSIS_METRIC_H
#define ANALYSIS_METRIC_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* What was found. */
struct metric_value {
    double value;    /* NaN where the summary has null: not measured */
    double ci95;     /* half the width of the value's confidence interval, in its unit; NaN: unknown */
};

/* How a metric's numbers are written. */
struct metric_scale {
    const char *quantity; /* "mean response time", NULL: the path says it */
    const char *unit;     /* "ms", "/s", "MB/s", "%", "" */
    double factor;        /* by which a value is multiplied, 100 for shares */
};

/* Finds the number; false when there is none of that path, or something else. */
bool metric_find(const json_t *summary, const char *path, struct metric_value *found);

/* From the last step of a path: its unit is the end of the name. */
struct metric_scale metric_scale(const char *path);

/* As metric_find(), any value below `object`, without `*`; NULL when there is none. Belongs to the object. */
const json_t *metric_walk(const json_t *object, const char *path);

#endif
