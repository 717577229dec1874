// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * stream: recognises host I/Os that follow one another through a rank's tracks.
 *
 * What it goes by stands in the tracks' cache entries (struct cache_mark), after the sequential detection of SARC
 * (Gill and Modha, USENIX 2005): a track that is entered from its first segment, when the track before it was lately
 * read or written up to its end, has a run one longer than that one's. An I/O that goes on with a run which an
 * earlier I/O began, and brings it to `sequential_tracks`, is sequential; a large I/O alone never is. The run's SSA
 * link is chosen then, and handed on from track to track. I/Os that overtake each other, as they do on several paths,
 * begin runs of their own, which become one when the gap between them is closed.
 *
 * Begin with the I/O's first track, then pass every track, each directly after its look-up.
 */
#ifndef MODELS_STREAM_H
#define MODELS_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "models/cache.h"
#include "models/machine.h"

struct stream {
    struct rank *rank;
    int64_t track, end; /* data tracks of the rank: the one to pass next, the one behind the I/O's last ... */
    int64_t volume_end; /* ... and the one behind the volume's */
    int32_t run;        /* tracks in order, up to the one passed last */
    int32_t link;       /* SSA link of a sequential stream, -1 for none */
    bool continues;     /* an earlier I/O began the run */
    bool sequential;    /* ... and it is long enough */
    bool trigger;       /* of a sequential stream: met a track that asks for more to be staged ahead */
};

/*
 * The I/O touches `tracks` data tracks of the volume on the rank, the first one from `first_segment` on. That is track
 * `number` of the rank, and `entry` in the cache.
 */
struct stream stream_begin(struct rank *rank, const struct volume_config *volume, int64_t number, cache_track entry,
                           int32_t first_segment, int64_t tracks);

/* Passes the next track: in it the I/O ends before `end_segment`, or goes on after the last one. */
void stream_pass(struct stream *stream, cache_track entry, int32_t end_segment);

#endif
