// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_style: what all pictures have in common, so that they look like one family.
 *
 * A picture is laid out in units (SVG pixels): a head with the run's title and what is shown, panels
 * at places that the picture computes, legends. Colours are those of Okabe and Ito, which people who
 * confuse red and green tell apart; curves differ by dashes too.
 */
#ifndef ANALYSIS_PLOT_STYLE_H
#define ANALYSIS_PLOT_STYLE_H

#include <stddef.h>

#include "analysis/gnuplot.h"
#include "models/io_record.h"
#include "sim/time.h"

enum {
    STYLE_WIDTH = 960,       /* of every picture, units */
    STYLE_HEAD = 72,         /* height that the head takes, units */
    STYLE_TITLE_LETTERS = 84 /* of the run's title, in the head */
};

/* Font sizes besides the normal one are the script's variables TITLE_FONT and SMALL_FONT. */

/* Space within a picture, in units from its left and its top. */
struct style_box {
    int left, right, top, bottom;
};

/* Sets axes, grid, fonts, and writes the head over a picture `height` units high. `title` is user's text;
 * `subject`, printf-like and ours, says what is shown in at most 130 letters. */
void style_begin(struct gnuplot *script, int height, const char *title, const char *subject, ...)
    __attribute__((format(printf, 4, 5)));

/* Takes the head away, so that further panels do not write it again. */
void style_end_head(struct gnuplot *script);

/* Puts the next plot's axes around a box. */
void style_place(struct gnuplot *script, int height, const struct style_box *box);

/* Writes user's text followed by ours ("oltp" " reads") over the box, where the panel begins. */
void style_panel_title(struct gnuplot *script, const char *name, const char *suffix, size_t limit);

/* Commands for a line: the colour and dashes of curve `index`; both repeat, but never together within 35. */
void style_line(struct gnuplot *script, size_t index, double width);

/* Its colour alone, for what is drawn of the curve besides its line. */
const char *style_colour(size_t index);

/* A logarithmic axis ('x' or 'y') from `low` to `high` (> low > 0), labelled at 1, 2, 5, 10 ... or, where
 * that takes more than `labels`, at powers of ten, always with plain numbers. */
void style_log_axis(struct gnuplot *script, char axis, double low, double high, int labels);

/* The greatest of 1, 2, 5, 10 ... that is not above `value`, or the least that is not below. value > 0. */
double style_round_down(double value);
double style_round_up(double value);

/* The unit that suits a time axis up to `end_ns`: its name ("s", "min", "h") and its length in ns. */
const char *style_time_unit(sim_time end_ns, double *unit_ns);

/* "reads", "writes". */
const char *style_op_name(enum io_op op);

#endif
