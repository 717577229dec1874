// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * faults: drives, links, ports and servers that fail and are repaired, and the spares that take over.
 *
 * A rank that loses a drive reads and writes on without it (rank_read.h, raid_write.h), and a spare of the same
 * type on its loop takes the drive's place, its own eight-pack's first, else the first in the order of the ranks;
 * then it is rebuilt (rebuild.h). A rank that loses a second drive before that is done is lost: I/Os to it end with
 * an error, and its dirty data is discarded. A repaired drive is empty: it takes over where a rank waits for a spare,
 * its own first, or becomes one. Commands that a drive had been given when it failed still end as if it had not.
 *
 * Hosts leave a failed port out (host.h), and links that end there are down (link.h); what the port had begun it ends.
 * A failed server is not reached by hosts nor links. What it holds it keeps, and goes on to destage. Repaired, it is
 * reached again; pairs that were suspended meanwhile wait for a task.
 */
#ifndef MODELS_FAULTS_H
#define MODELS_FAULTS_H

#include "models/machine.h"

/* The target fails, or is repaired, now. Nothing happens to what has failed, or works, already. */
void faults_set(struct machine *machine, const struct fault_target *target, bool failed);

/* The same of a drive. Nothing happens to one that has failed, or works, already. */
void faults_fail(struct bay *bay);
void faults_repair(struct bay *bay);

#endif
