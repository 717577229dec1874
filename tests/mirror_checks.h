// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * mirror_checks: what must hold in a storm (mirror_storm.h) at any time, and what when it is over.
 *
 * A duplex secondary holds every acknowledged write, what a change map does not name is equal, NVS holds what is dirty
 * and the room of what is under way; in the end every I/O is complete, every pair can be made equal, and nothing is
 * left.
 */
#ifndef TESTS_MIRROR_CHECKS_H
#define TESTS_MIRROR_CHECKS_H

#include "tests/mirror_storm.h"

/* Looks whether it holds now: between two calls of sim_run(). */
void mirror_checks_look(struct mirror_storm *storm);

/* Runs the storm to its end, and looks all the time; stops where something does not hold. */
void mirror_checks_run(struct mirror_storm *storm);

#endif
