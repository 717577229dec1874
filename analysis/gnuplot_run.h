// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * gnuplot_run: runs the program gnuplot over a script file and collects the picture that it prints.
 *
 * gnuplot's exit status alone proves nothing (on a full disk it is 0 with half an SVG), so the
 * picture must also have its beginning and its end. Part of gnuplot.c, apart for its length.
 */
#ifndef ANALYSIS_GNUPLOT_RUN_H
#define ANALYSIS_GNUPLOT_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/gnuplot.h"
#include "sim/error.h"

/*
 * Draws the script at `script_path`, whatever that name looks like, in at most `limit_ms`. The picture is allocated
 * for the caller. False with an ERROR_RUN, which quotes what gnuplot complained of; nothing of gnuplot
 * is left running.
 */
bool gnuplot_run(const char *script_path, enum picture_format format, int limit_ms, char **picture, size_t *size,
                 struct error *error);

#endif
