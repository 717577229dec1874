// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * warm: fills caches and NVS before a run, as the workloads would have left them.
 *
 * The workloads' own address streams are drawn from, each in proportion to its rate, until the caches are
 * full and NVS stands at its low threshold (or, where ranks have time to drain, holds what is written within
 * destage_age), or until more draws bring little that is new. A replayed trace is not
 * drawn from: it must not hit what it brings itself.
 */
#ifndef MODELS_WARM_H
#define MODELS_WARM_H

#include "models/machine.h"
#include "models/workload.h"

/*
 * Fills the machine at time 0. Sequential workloads go on where the filling ended, and are known for what they are.
 * `go_on`, unless it is NULL, is asked every few ms of the user's time; once it says no the filling ends, and
 * warm_start() returns false.
 */
bool warm_start(struct machine *machine, struct workload *workloads, size_t count, uint64_t seed,
                bool (*go_on)(void *context), void *context);

#endif
