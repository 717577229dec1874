// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pairs: the config's pairs of either kind, as tasks, series and reports see them.
 *
 * Each is known by its index in the config; what it does stands in pprc.h or in flashcopy.h.
 */
#ifndef MODELS_PAIRS_H
#define MODELS_PAIRS_H

#include "models/machine.h"
#include "models/report.h"

/* Room for the reason for which a verb is refused. */
enum { PAIRS_WHY_BYTES = 240 };

/* Who hears of pairs. Either function may be NULL. */
struct pair_listener {
    void (*entered)(struct pair_listener *listener, int32_t pair); /* its source or target is in another state */
    void (*advanced)(struct pair_listener *listener, int32_t pair); /* more of it is copied */
};

/* Tells the machine's listener. */
void pairs_tell_entered(const struct machine *machine, int32_t pair);
void pairs_tell_advanced(const struct machine *machine, int32_t pair);

/* The state of its source. */
enum pair_state pairs_state(const struct machine *machine, int32_t pair);

/* Whether a pair in this state is on its way to the one that a task waits for, and will come there by itself. */
bool pairs_is_under_way(enum pair_state state);

/* Whether a task that established the pair is complete with it: it is duplex, or its last track is on the target; a
 * FlashCopy without background copy, once it stands. */
bool pairs_is_established(enum pair_state state);

/* The share of what the last establish had to copy that is copied, 0 to 1; 1 for what is established completely. */
double pairs_progress(const struct machine *machine, int32_t pair);

/* Tracks out of sync, as the pair's map tells them; of a FlashCopy, tracks that only its source has. */
int64_t pairs_tracks_left(const struct machine *machine, int32_t pair);

/* All pairs over the measured interval, by pair of the config. */
void pairs_report(const struct machine *machine, struct pair_report *reports);

/* A time in s since the run's start; NaN for -1, never. */
double pairs_seconds(sim_time ns);

#endif
