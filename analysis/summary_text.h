// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_text: a summary as a person reads it in a terminal.
 *
 * Renders the JSON object (analysis/summary.h), so that a summary kept in a run file prints the same as
 * at the run's end. Plain text without colours, at most 110 columns wide, names aligned by their
 * width on the screen. Names come from users: control characters are replaced, long names cut.
 * Whatever the object lacks prints as "-"; no object, however wrong, is an error.
 */
#ifndef ANALYSIS_SUMMARY_TEXT_H
#define ANALYSIS_SUMMARY_TEXT_H

#include <jansson.h>
#include <stdio.h>

/* Writes the summary: warnings, the workloads' response times, where the time goes, what limits. Tables by
 * volume, host, resource ... are summary_table.h's. The caller checks ferror(). */
void summary_text_write(const json_t *summary, FILE *out);

#endif
