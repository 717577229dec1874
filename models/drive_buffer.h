// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * drive_buffer: what a drive's own buffer holds - stretches of blocks, one a segment, the one used longest ago
 * giving way - and which reported writes are still on their way to the medium.
 *
 * It knows no mechanics: the drive tells it what was read and when written blocks will be on the medium.
 */
#ifndef MODELS_DRIVE_BUFFER_H
#define MODELS_DRIVE_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

#include "models/config.h"
#include "sim/time.h"

enum { SEGMENT_NONE = -1 };

struct drive_segment {
    int64_t first, end;    /* blocks held: first to end - 1; equal: none */
    int32_t newer, older;  /* used just after and just before it, SEGMENT_NONE at the ends */
};

/* A reported write. */
struct drive_pending {
    int64_t first, end;
    sim_time done_ns; /* when it is on the medium */
};

struct drive_buffer {
    const struct drive_buffer_type *type;
    struct drive_segment *segments; /* type->segments of them; those that hold nothing are the oldest */
    struct drive_pending *pending;  /* ring of type->write_segments, in the order in which they end */
    int32_t pending_first, pending_count;
    int32_t newest, oldest;         /* segments by use */
};

/* The type must outlive the buffer. */
void drive_buffer_init(struct drive_buffer *buffer, const struct drive_buffer_type *type);
void drive_buffer_clear(struct drive_buffer *buffer); /* frees what it owns */

/* The segment that holds `block` and most of what follows it, or SEGMENT_NONE. */
int32_t drive_buffer_find(const struct drive_buffer *buffer, int64_t block);

/* The segment was used: it gives way last. */
void drive_buffer_touch(struct drive_buffer *buffer, int32_t segment);

/* Takes the segment used longest ago for the blocks from `first` to `end` - 1, or as many of the last of them
 * as fit. The buffer must have segments. */
int32_t drive_buffer_fill(struct drive_buffer *buffer, int64_t first, int64_t end);

/* The segment's blocks now go on to `end`; those that no longer fit leave at its front. */
void drive_buffer_extend(struct drive_buffer *buffer, int32_t segment, int64_t end);

/* Empties the segments that hold any of these blocks. */
void drive_buffer_forget(struct drive_buffer *buffer, int64_t first, int64_t end);

/* Whether a write of these blocks, accepted at `now`, may share the room of the last one that is pending. */
bool drive_buffer_continues(const struct drive_buffer *buffer, int64_t first, int64_t end, sim_time now);

/* When there is room for another reported write: `now`, or the instant at which the first of as many as may be
 * pending is on the medium. */
sim_time drive_buffer_room_ns(const struct drive_buffer *buffer, sim_time now);

/* Enters a reported write, accepted at `now` (when there is room) and on the medium at `done_ns`. With `shares`
 * it takes no room of its own (drive_buffer_continues()). */
void drive_buffer_write(struct drive_buffer *buffer, const struct drive_pending *write, sim_time now, bool shares);

#endif
