// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_family: the picture of a family of runs (family.h): a curve for each value of a setting over another one.
 *
 * Made for hockey sticks, response times that rise steeply where something saturates. The axis shows what is stable,
 * so that the knee can be seen; what lies far above is drawn at its upper end, as hollow points are drawn whose runs
 * say nothing of the configuration. The legend says so, and the numbers stand in the table beside the picture.
 */
#ifndef ANALYSIS_PLOT_FAMILY_H
#define ANALYSIS_PLOT_FAMILY_H

#include <stdbool.h>

#include "analysis/family.h"
#include "analysis/gnuplot.h"
#include "sim/error.h"

/* Files drawn, both freed by the caller; NULL where something failed before. */
struct plot_family_files {
    char *picture; /* DIRECTORY/family.svg or .png; its script family.gp stands beside it */
    char *table;   /* DIRECTORY/family.csv */
};

/* Draws a finished family into a directory, made when it is not there; with `log` the y axis is logarithmic. False
 * with an error; files written before stay. */
bool plot_family(const struct family *family, const char *directory, enum picture_format format, bool log,
                 struct plot_family_files *files, struct error *error);

#endif
