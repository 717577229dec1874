// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * timeline: what a scenario lets happen, and when - at a set time, when a task has come so far, when a pair enters a
 * state.
 *
 * What is due at one instant is done in rounds: all entries that are due, in the order of the file, each of them once
 * however often it came due; then those that came due by that, at the same instant, and so on. Rounds come before
 * anything else of their instant. An entry for a task fires at each of its completions; one for a share of a task's
 * tracks once in each of its runs, at completion at the latest; one for a pair's state whenever one of its pairs enters
 * it, once for all that do in one instant.
 *
 * Entries that call for each other without time passing would go on for ever: after 1,000 rounds in one instant the
 * run fails.
 */
#ifndef MODELS_TIMELINE_H
#define MODELS_TIMELINE_H

#include "models/tasks.h"
#include "sim/error.h"

enum { TIMELINE_ROUNDS_MAX = 1000 };

/* Who wants to know when nothing more is due for now: the run may be over. */
struct timeline_watcher {
    void (*settled)(struct timeline_watcher *watcher);
};

struct timeline;

/* The timeline of the machine's config, and its tasks (tasks.h). `error` is set, and the simulation stopped, when
 * entries go round in a circle. The watcher may be NULL. All that is given must outlive the timeline. */
struct timeline *timeline_create(struct machine *machine, struct workload *workloads, struct timeline_watcher *watcher,
                                 struct error *error);
void timeline_destroy(struct timeline *timeline);

/* Does what is due at time 0, and lets the rest come. Call it before workloads start. */
void timeline_start(struct timeline *timeline);

/* Whether nothing of it is still to come by itself: no entry at a set time, and no pair being copied. A timeline that
 * runs no task never keeps a run from ending. */
bool timeline_is_over(const struct timeline *timeline);

/* Tells the machine's event sink which tasks are under way now that the run ends. */
void timeline_tell_incomplete(const struct timeline *timeline);

#endif
