// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pprc_copy: what a duplex pending pair copies - the units of its change map, in order, so many at once.
 *
 * A copy reads from the source's rank what the cache does not hold of a unit (a cylinder, or one track), then sends it
 * track by track, each as it is when it leaves. While it sends a track no write to it begins. The targets' NVS and
 * ranks take the tracks as they take writes.
 */
#ifndef MODELS_PPRC_COPY_H
#define MODELS_PPRC_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pair;

/* Starts as many copies as the pair may have; complete, once there is nothing left to copy. */
void pprc_copy_begin(struct pair *pair);

/* The pair is pending no longer: copies in progress come to nothing. */
void pprc_copy_stop(struct pair *pair);

/* Whether a track of the source, of a unit still in the map, has been copied by a copy in progress. */
bool pprc_copy_has_brought(const struct pair *pair, int64_t track);

extern const size_t pprc_copy_bytes; /* for their pool */

#endif
