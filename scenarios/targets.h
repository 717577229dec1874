// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * targets: what a scenario's timeline lets fail and repairs (the inside of resolve.h).
 */
#ifndef SCENARIOS_TARGETS_H
#define SCENARIOS_TARGETS_H

#include "scenarios/resolve.h"

/* Targets, with their names, that belong to whoever asks. */
struct target_list {
    struct fault_target *targets;
    size_t count;
};

/* Adds what the name in `at` means; false after a mistake. */
bool resolve_target(struct resolver *resolver, const struct node *at, struct target_list *list);

/* A failure or repair of one target, as an entry of config.timeline has it, and where it is written. */
struct happening {
    size_t entry;  /* in config.timeline */
    size_t target; /* of that */
    const struct node *node;
};

/*
 * Checks that what happens to each target makes sense in order of time: it fails once until it is repaired, and is
 * repaired only after it has failed. What entries without a set time have a hand in is left out. Adds mistakes and
 * warnings.
 */
void resolve_course(const struct resolver *resolver, const struct happening *happenings, size_t count);

#endif
