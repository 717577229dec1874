// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * gnuplot: the only place that talks to the program gnuplot.
 *
 * A picture is a script under construction: commands, user's text, blocks of numbers. The finished
 * script is kept beside the picture, so that anyone can change it and draw again. gnuplot runs
 * commands that it finds in many places (backticks, pipes in file names, a line equal to a block's
 * end mark, ~/.gnuplot); so user's text enters only through gnuplot_text() and its kin, numbers only
 * through gnuplot_row(), no shell is involved, and gnuplot never opens a file for writing: it prints
 * the picture, which is checked for completeness before it gets its name.
 */
#ifndef ANALYSIS_GNUPLOT_H
#define ANALYSIS_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

enum picture_format { PICTURE_SVG, PICTURE_PNG };

/* The format's name and the ending of its files: "svg", "png". */
const char *picture_format_name(enum picture_format format);

/* PNG pictures have this many pixels for each unit of width and height, to stay sharp in print. */
enum { PICTURE_PNG_SCALE = 2 };

struct gnuplot;

/*
 * Starts a script for a picture of width x height units (SVG pixels): sets the terminal, and the variables
 * TITLE_FONT and SMALL_FONT to fonts besides the normal one. `name` is the picture's file name without
 * ending, letters, digits and underscores only. NULL with an ERROR_RUN without memory. The caller
 * destroys it.
 */
struct gnuplot *gnuplot_create(const char *name, enum picture_format format, int width, int height,
                               struct error *error);
void gnuplot_destroy(struct gnuplot *script);

/* Appends commands, printf-like. Only for text of our own: never pass it a word of the user's. */
void gnuplot_put(struct gnuplot *script, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Appends user's text as a quoted string: control characters become spaces, invalid UTF-8 becomes
 * U+FFFD, and what is wider than `limit` (> 0) letters ends with an ellipsis.
 */
void gnuplot_text(struct gnuplot *script, const char *text, size_t limit);

/* As gnuplot_text(), for the label of a tic mark, where gnuplot takes per cent signs for formats. */
void gnuplot_tic_text(struct gnuplot *script, const char *text, size_t limit);

/* A block of numbers, to be plotted as $NAME. Rows hold `count` values (NaN: no value); a row without
 * values is an empty line, which interrupts a curve. */
void gnuplot_block_begin(struct gnuplot *script, const char *name);
void gnuplot_row(struct gnuplot *script, size_t count, const double *values);
void gnuplot_block_end(struct gnuplot *script);

/* How long gnuplot may take, in ms; 60,000 unless set. */
void gnuplot_limit_time(struct gnuplot *script, int milliseconds);

/* Writes the script as DIRECTORY/NAME.gp. False with an ERROR_RUN. */
bool gnuplot_save(struct gnuplot *script, const char *directory, struct error *error);

/*
 * Draws the saved script as DIRECTORY/NAME.svg or .png, whole or not at all, and returns that path, which
 * the caller frees. NULL with an ERROR_RUN: no gnuplot, it failed, took too long, or its picture is
 * incomplete, or could not be written.
 */
char *gnuplot_draw(struct gnuplot *script, const char *directory, struct error *error);

#endif
