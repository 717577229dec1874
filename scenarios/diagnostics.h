// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * diagnostics: every mistake in a scenario and its catalogue, collected first and printed at once.
 *
 * A reader that stops at the first mistake costs its user one run a mistake. Whoever finds one adds
 * it here and goes on; at the end they are sorted by place and printed as
 *     FILE:LINE:COLUMN: PATH: what is wrong, what is allowed
 * Warnings go the same way, marked "warning:", and do not make a scenario bad. Texts are made safe
 * for a terminal: control characters in them are printed as `?`.
 */
#ifndef SCENARIOS_DIAGNOSTICS_H
#define SCENARIOS_DIAGNOSTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* As many mistakes (and as many warnings) are kept and printed; the rest are only counted. */
enum { DIAGNOSTICS_KEPT = 100 };

/* Where something was written. A value; the strings belong to whoever made it. */
struct place {
    const char *file; /* the file's name, or "--set" */
    int line;         /* from 1; 0 where there is none (--set, or the file as a whole) */
    int column;       /* from 1, in characters */
};

struct diagnostics;

/* An empty list; diagnostics_destroy() frees it. */
struct diagnostics *diagnostics_create(void);
void diagnostics_destroy(struct diagnostics *diagnostics);

/* Adds a mistake. `path` names the value (servers.FCA24.cache) and may be NULL or empty; both are copied. */
void diagnostics_add(struct diagnostics *diagnostics, struct place place, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Adds a warning. */
void diagnostics_warn(struct diagnostics *diagnostics, struct place place, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* How many mistakes and warnings were added, kept or not. */
size_t diagnostics_errors(const struct diagnostics *diagnostics);
size_t diagnostics_warnings(const struct diagnostics *diagnostics);

/*
 * Mistakes first, then warnings, each sorted by place (equal places in order of adding), one a line
 * without a newline: the text of number `index`, owned by the list, or NULL after the last. The
 * lines "... and N more" are counted in.
 */
const char *diagnostics_line(struct diagnostics *diagnostics, size_t index);

/* Warning number `index` in the same order, as its line but without the mark; otherwise like diagnostics_line(). */
const char *diagnostics_warning(struct diagnostics *diagnostics, size_t index);

/* Prints all lines to `stream`. */
void diagnostics_print(struct diagnostics *diagnostics, FILE *stream);

#endif
