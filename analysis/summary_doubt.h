// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_doubt: what a summary warns of because of pairs. Part of summary.c.
 */
#ifndef ANALYSIS_SUMMARY_DOUBT_H
#define ANALYSIS_SUMMARY_DOUBT_H

#include <jansson.h>
#include <stdbool.h>

#include "analysis/summary.h"
#include "models/config.h"

/* Appends a sentence or two for each kind of trouble, however many pairs have it: PPRC pairs that failed, FlashCopies
 * whose target is no copy, background copies that the run did not see the end of. False without memory. */
bool summary_doubt_pairs(const struct config *config, const struct summary_run *run, json_t *warnings);

#endif
