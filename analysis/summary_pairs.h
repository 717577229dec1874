// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_pairs: pairs and links as people read them. Part of summary_text.c and summary_table.c.
 *
 * Thousands of pairs are counted by state, and only those that need a look are listed.
 */
#ifndef ANALYSIS_SUMMARY_PAIRS_H
#define ANALYSIS_SUMMARY_PAIRS_H

#include <jansson.h>
#include <stddef.h>

#include "analysis/display.h"

/* The section of the summary: a line with the states, and the pairs that are worst off, of each kind of pairs. Nothing
 * without pairs. */
void summary_pairs_section(const struct display *display, const json_t *summary);

/* "1022 duplex, 2 suspended": how many of the pairs, an object by name, are in which state. */
void summary_pairs_put_states(const struct display *display, const json_t *pairs);

/* The tables of all pairs but those at rest, which are counted, one for each kind; returns how many pairs there are. */
size_t summary_pairs_table(const struct display *display, const json_t *summary);

/* The table of all links; returns how many there are. */
size_t summary_links_table(const struct display *display, const json_t *summary);

#endif
