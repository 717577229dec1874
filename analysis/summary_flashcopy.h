// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_flashcopy: FlashCopies as people read them. Part of summary_pairs.c, which tells them from other pairs.
 *
 *     FlashCopy               state           T0 s  copy s     left background source wr target wr replaced    MB/s
 *     db.0>snap.0             withdrawn      20.00       -      950          0        49         0        1   0.161
 *       withdrawn at 30 s; is no copy: lacks 950 of 1000 tracks
 *
 * Tracks are counted by why they were copied: in the background, because the source was written to, because a part of
 * the track was written on the target; replaced are those that were written on the target as a whole.
 */
#ifndef ANALYSIS_SUMMARY_FLASHCOPY_H
#define ANALYSIS_SUMMARY_FLASHCOPY_H

#include <jansson.h>

#include "analysis/display.h"

/* The section of the summary: a line with the states, and few FlashCopies, or the few of many that need a look most.
 * `pairs` is an object by name; nothing where it is empty or NULL. */
void summary_flashcopy_section(const struct display *display, const json_t *pairs);

/* The table of all FlashCopies; those never established are counted. Nothing where there are none. */
void summary_flashcopy_table(const struct display *display, const json_t *pairs);

#endif
