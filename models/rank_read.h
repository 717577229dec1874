// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rank_read: brings pieces of data tracks from a rank's drives, into the cache or for a host alone.
 */
#ifndef MODELS_RANK_READ_H
#define MODELS_RANK_READ_H

#include <stddef.h>
#include <stdint.h>

#include "models/cache.h"
#include "models/machine.h"
#include "models/times.h"
#include "sim/activity.h"

/* A piece of a data track. */
struct track_piece {
    int64_t track;     /* data track of the rank */
    uint32_t segments; /* > 0; what lies between the first and the last is read along */
    cache_track entry; /* told with cache_staged() when they are there; 0 for none */
};

/*
 * Forks from `parent`, with its priority, the drive commands that read `count` pieces, in ascending order of track, no track twice.
 * Pieces that lie one behind the other on a drive are one command; each piece's entry is told when its command is
 * done. A piece that a missing drive held is worked out from the same segments of all others, which takes XOR time
 * at the adapter. `link` is the loop's read link that they go over, ANY_LINK for the least busy: one sequential
 * stream gets one link. The parent joins; `report`, unless it is NULL, then holds the times of the branch that ended
 * last, from now on.
 */
void rank_read(struct rank *rank, struct activity *parent, const struct track_piece *pieces, size_t count,
               int32_t link, struct io_times *report);

/* Bytes of what a read with a missing drive needs, for the machine's pools. */
extern const size_t degraded_read_bytes, lost_piece_bytes;

/* A link for a new sequential stream of the rank: its loop's links in turn. */
int32_t rank_stream_link(struct rank *rank);

#endif
