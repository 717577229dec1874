// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot: pictures of a run, to look at and to show to others.
 *
 *     response_time   percentiles of the response time over the run, by workload, reads and writes apart
 *     distribution    the share of I/Os that take longer than a given time
 *     parts           what the mean response time consists of
 *     resources       the busiest resources with their advised highest utilisation
 *     pairs           tracks out of sync and states of the pairs, with the response time
 *
 * Each is drawn by gnuplot from a script NAME.gp, kept beside the picture. A picture whose data the run
 * does not hold (a trace without parts, an interrupted run without summary) is left out.
 */
#ifndef ANALYSIS_PLOT_H
#define ANALYSIS_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/gnuplot.h"
#include "analysis/run_reader.h"
#include "sim/error.h"

enum { PLOT_PICTURES = 5 };

/* The pictures written, in the order above. */
struct plot_files {
    char *paths[PLOT_PICTURES]; /* DIRECTORY/NAME.svg or .png */
    size_t count;
};

/*
 * Draws all pictures of a run into a directory, made when it is not there. Memory does not follow the
 * run's size. False with an ERROR_INPUT (damaged run, or one without I/Os and pairs: nothing is written then) or
 * an ERROR_RUN (no gnuplot, full disk ...): then the scripts are written as far as that was possible,
 * and `files` lists what was drawn before. The caller frees the list in any case.
 */
bool plot_run(struct run_reader *reader, const char *directory, enum picture_format format, struct plot_files *files,
              struct error *error);

void plot_files_free(struct plot_files *files);

#endif
