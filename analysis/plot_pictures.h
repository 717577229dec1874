// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_pictures: the pictures of a run, one file each. Part of plot.c.
 *
 * Each function builds the script of one picture, to be saved, drawn and destroyed by the caller. NULL
 * with an ERROR_RUN without memory.
 */
#ifndef ANALYSIS_PLOT_PICTURES_H
#define ANALYSIS_PLOT_PICTURES_H

#include <jansson.h>

#include "analysis/gnuplot.h"
#include "analysis/plot_data.h"
#include "analysis/plot_events.h"
#include "analysis/run_reader.h"
#include "sim/error.h"

/* Percentiles of the response time over the run, a panel for each workload's reads and writes. */
struct gnuplot *plot_time(const struct plot_data *data, const struct plot_events *events, enum picture_format format,
                          struct error *error);

/* The share of I/Os that take longer than a given time. */
struct gnuplot *plot_distribution(const struct plot_data *data, enum picture_format format, struct error *error);

/* What the mean response time consists of. */
struct gnuplot *plot_parts(const struct plot_data *data, enum picture_format format, struct error *error);

/*
 * The pairs: tracks out of sync and states over the run, with the response time above them unless `data` is NULL. NULL
 * without an error when the run has no samples of pairs, with an ERROR_INPUT when they are damaged.
 */
struct gnuplot *plot_pairs(struct run_reader *reader, const struct plot_data *data, const struct plot_events *events,
                           enum picture_format format, struct error *error);

/*
 * The busiest resources of every kind with their advised highest utilisation, from a summary's JSON. NULL without an
 * error when the summary tells of no resource that was used.
 */
struct gnuplot *plot_resources(const json_t *summary, const char *title, enum picture_format format,
                               struct error *error);

#endif
