// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_copy: what a summary tells of copies - pairs of either kind, and what links carried. Part of summary.c.
 */
#ifndef ANALYSIS_SUMMARY_COPY_H
#define ANALYSIS_SUMMARY_COPY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "analysis/summary.h"
#include "models/config.h"

/* The pairs as a new JSON object, by label (pair_label.h); of a pair that nothing was reported of all but its kind is
 * null. A FlashCopy has all keys of a PPRC pair, null where they do not concern it, and some of its own. NULL without
 * memory. */
json_t *summary_copy_pairs(const struct config *config, const struct summary_run *run);

/* The rate at which a FlashCopy's tracks were copied from its T0 to its end, or to the run's, in 10^6 B/s; NaN where it
 * was never established. `pair` is an index in the config. */
double summary_copy_mb_per_s(const struct config *config, const struct summary_run *run, size_t pair);

/* What of a resource's load a planner may have to think away: that FlashCopies of its server were copied in the
 * background, as a sentence; "" where none was, or where it does not pass through such a resource. */
const char *summary_copy_share(const struct config *config, const struct summary_run *run,
                               const struct resource_report *resource);

/* Adds to the object of resource number `index` what the link that it is carried; does nothing where it is none.
 * Resources are to be passed in their order, with a `next` that begins at 0. False without memory. */
bool summary_copy_link(const struct config *config, const struct summary_run *run, size_t index, size_t *next,
                       json_t *resource);

#endif
