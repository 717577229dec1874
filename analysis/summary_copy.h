// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_copy: what a summary tells of remote copy - pairs, and what links carried. Part of summary.c.
 */
#ifndef ANALYSIS_SUMMARY_COPY_H
#define ANALYSIS_SUMMARY_COPY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "analysis/summary.h"
#include "models/config.h"

/* The pairs as a new JSON object, by name; of a pair that nothing was reported of all but its kind is null. NULL
 * without memory. */
json_t *summary_copy_pairs(const struct config *config, const struct summary_run *run);

/* Adds to the object of resource number `index` what the link that it is carried; does nothing where it is none.
 * Resources are to be passed in their order, with a `next` that begins at 0. False without memory. */
bool summary_copy_link(const struct config *config, const struct summary_run *run, size_t index, size_t *next,
                       json_t *resource);

#endif
