// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flashcopy: relations of a source and a target volume, their states, and what tasks do to them.
 *
 *              establish                T0, after the hold             last track
 *     none ---------------> establishing ----------------> copying ----------------> complete
 *                                            |                | withdraw
 *                                            |                v
 *                                            +--> nocopy --> withdrawn
 *
 * Establishing takes flashcopy_establish_ns; in its last part, flashcopy_hold_ns and a part for each track, I/Os to
 * both volumes are held. T0 is the instant at which the hold begins: what has entered the source's cache by then
 * belongs to the copy. All relations that a task establishes have the same T0.
 *
 * A bit for each track says whether the track is on the target, or was replaced there; until then the target's track
 * is the source's of T0 (t0.h). It is copied in the background (background_copy.h), because the source's track
 * changes, or because a part of the target's does (t0_copy.h); never twice.
 *
 * A complete or withdrawn relation is none: both volumes are free. One that could not read its source, or not write
 * its target, because a rank was lost is withdrawn by itself.
 *
 * Verbs return false, with the reason, where the present state does not allow them; nothing has changed then.
 */
#ifndef MODELS_FLASHCOPY_H
#define MODELS_FLASHCOPY_H

#include "models/pairs.h"

/* Builds the config's FlashCopy pairs, in their states at the start. */
void flashcopy_build(struct machine *machine);
void flashcopy_destroy(struct machine *machine);

/* The run begins: relations that stand with background copy begin to copy. */
void flashcopy_start(struct machine *machine);

/* ---- tasks ---- */

/* Needs two volumes of one logical subsystem, the target at least as large and neither in another relation; the
 * target in no PPRC pair, and in use by no host unless that is permitted. */
bool flashcopy_establish(struct machine *machine, int32_t pair, bool background_copy, bool accelerate_destage,
                         bool permit_online, char why[PAIRS_WHY_BYTES]);

/* Needs a relation that is established. What the target lacks then it will never get. */
bool flashcopy_withdraw(struct machine *machine, int32_t pair, char why[PAIRS_WHY_BYTES]);

/* ---- asked by tasks and reports ---- */

enum pair_state flashcopy_state(const struct machine *machine, int32_t pair);
double flashcopy_progress(const struct machine *machine, int32_t pair);
int64_t flashcopy_tracks_left(const struct machine *machine, int32_t pair);
void flashcopy_report(const struct machine *machine, int32_t pair, struct pair_report *report);

/* ---- told ---- */

/* Puts the activity in line until the hold is over that the relation's establishing has put on the volume (held_for).
 * The caller pauses, and looks again. */
void flashcopy_wait(struct relation *relation, struct activity *activity);

/* A rank is lost: relations that need it are withdrawn. */
void flashcopy_rank_lost(struct rank *rank);

#endif
