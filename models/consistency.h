// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * consistency: writes held so that the secondaries of a group stay dependent-write consistent.
 *
 * In a subsystem with the consistency group property a pair that fails has its source's writes held, until a thaw or
 * the subsystem's timeout. A freeze, usually a task that the failure triggers, does the same to all pairs between
 * two subsystems at once: suspends them, removes their paths and holds their sources' writes.
 */
#ifndef MODELS_CONSISTENCY_H
#define MODELS_CONSISTENCY_H

#include "models/machine.h"

enum { CONSISTENCY_WHY_BYTES = 240 };

/* Suspends the pairs between the subsystems, removes their paths, and holds writes to their sources for at most the
 * timeout. false, and why, where no pair is. */
bool consistency_freeze(struct machine *machine, int32_t from, int32_t to, char why[CONSISTENCY_WHY_BYTES]);

/* Lets the held writes go on. false, and why, where none is held. */
bool consistency_thaw(struct machine *machine, int32_t from, int32_t to, char why[CONSISTENCY_WHY_BYTES]);

/* Holds writes to the pair's source from now on, for at most its subsystem's timeout; as they are, if held already. */
void consistency_hold(struct pair *pair);

/* Puts a write in line until its held volume's writes may go on. The caller pauses. */
void consistency_wait(struct volume *volume, struct activity *activity);

/* Frees what is held when the machine goes. */
void consistency_destroy(struct machine *machine);

#endif
