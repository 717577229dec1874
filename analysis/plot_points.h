// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_points: the points of a curve over time, from a series' time bins.
 *
 * A point is a time bin; neighbouring bins are joined until they hold enough I/Os for a percentile to mean
 * something, so points of a slow workload lie wider. Where nothing completes for longer than chance explains, the
 * curve is interrupted.
 */
#ifndef ANALYSIS_PLOT_POINTS_H
#define ANALYSIS_PLOT_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/plot_data.h"
#include "sim/error.h"
#include "sim/histogram.h"

/* Neighbouring bins [first, end) that make a point, with so many I/Os. */
struct plot_span {
    size_t first, end;
    uint64_t ios;
};

/* Called for each point with its response times; `after_gap` when a stall lies before it. */
typedef void plot_visit_point(void *context, const struct plot_span *span, const struct histogram *joined,
                              bool after_gap);

/* Visits the points of a series in order of time. False with an ERROR_RUN without memory. */
bool plot_points_walk(const struct plot_data *data, const struct plot_series *series, plot_visit_point *visit,
                      void *context, struct error *error);

#endif
