// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rebuild: fills the drive that takes over a rank's missing position, with what the others hold.
 *
 * From the first stripe to the last, as many at a time as one drive command may take tracks of: all other drives
 * are read, the adapter works out what was lost, and it is written. These are commands like any others and stand in
 * the same lines. A few such steps overlap, and they begin no faster than rebuild_bytes_per_s allows. While a step's
 * stripes are rebuilt they are not destaged. What is rebuilt is read and written like the rest at once.
 */
#ifndef MODELS_REBUILD_H
#define MODELS_REBUILD_H

#include "models/machine.h"

/* Starts to fill the drive that now stands in the rank's missing position, from the beginning. When it is done the
 * rank is working again. */
void rebuild_start(struct rank *rank);

/* Gives up: the drive has failed, or the rank is lost. Commands under way still end. */
void rebuild_abort(struct rank *rank);

/* A destage of the rank has ended, which the rebuild may have been waiting for. */
void rebuild_go_on(struct rank *rank);

/* Bytes of a struct rebuild, for the machine's pool. */
extern const size_t rebuild_bytes;

#endif
