// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * display: text that users named, set in columns on a terminal.
 *
 * Widths are columns on the screen (a Chinese character takes two, a combining accent none), whatever
 * the process's locale is. Control characters, marks that turn the writing direction, and bytes that
 * are not UTF-8 are shown as `?`, so no name can move the cursor or reorder a line.
 *
 *     struct display display;
 *     display_begin(&display, stdout);
 *     display_left(&display, name, 20);
 *     display_end(&display);
 */
#ifndef ANALYSIS_DISPLAY_H
#define ANALYSIS_DISPLAY_H

#include <locale.h>
#include <stdio.h>

/* Between begin and end the calling thread classifies characters as UTF-8. The caller checks ferror(). */
struct display {
    FILE *out;
    locale_t utf8;     /* 0 when the system has no such locale: then every character counts one column */
    locale_t previous; /* the thread's, put back at the end */
};

void display_begin(struct display *display, FILE *out);
void display_end(struct display *display);

/* Columns that the text takes, as shown. */
int display_width(const struct display *display, const char *text);

/* Writes the text in exactly `width` (> 0) columns, padded at its right or left; cut with "…" when longer. */
void display_left(const struct display *display, const char *text, int width);
void display_right(const struct display *display, const char *text, int width);

/* Writes the text in lines of at most `width` columns, broken at blanks, but not before a per cent sign (inside a
 * word only when that is longer than a line). `column` is where the first line stands already; later lines are
 * indented; ends with a newline. */
void display_wrapped(const struct display *display, const char *text, int column, int indent, int width);

#endif
