// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * nearest: the word that was probably meant, for messages about words that are not known.
 */
#ifndef SCENARIOS_NEAREST_H
#define SCENARIOS_NEAREST_H

#include <stddef.h>

/* Candidates are offered one by one; zero the struct and set `word` first. */
struct nearest {
    const char *word; /* as written */
    const char *best; /* the nearest candidate so far that is near enough to propose, or NULL */
    size_t distance;  /* its distance */
};

/*
 * Considers a candidate. Distance counts characters to insert, delete, replace or swap; near enough
 * is a third of the longer word, but at least 1. Words of more than 64 bytes are near to nothing.
 */
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
