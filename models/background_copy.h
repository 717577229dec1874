// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * background_copy: walks the tracks that relations with background copy lack, in order, step by step.
 *
 * A step brings flashcopy_step_tracks tracks at once (t0_copy.h). A pair may have flashcopy_pair_steps of them in
 * progress, a rank flashcopy_rank_steps, of which it is the source or the target. The cluster's relations take turns:
 * one alone may use all that its ranks allow, several share it evenly. Steps stand behind host I/Os in every line, or,
 * where destaging is accelerated, before them. None begins while it would fill NVS beyond its high mark, above which
 * writes may soon have to wait for room.
 */
#ifndef MODELS_BACKGROUND_COPY_H
#define MODELS_BACKGROUND_COPY_H

struct cluster;
struct relation;

/* The relation stands and copies in the background from now on; it does so no longer. */
void background_copy_begin(struct relation *relation);
void background_copy_end(struct relation *relation);

/* There is more room in the cluster's NVS: steps that had to wait for it go on at the end of this instant. */
void background_copy_go_on(struct cluster *cluster);

/* One of its steps is over. */
void background_copy_step_ended(struct relation *relation);

#endif
