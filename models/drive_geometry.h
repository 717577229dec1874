// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * drive_geometry: where a drive's blocks lie, and when they pass its heads.
 *
 * Blocks fill a track, then the next head of the same cylinder, then the next cylinder, from the outermost
 * zone inwards; a zone's spare blocks stand at its end and hold nothing. Tracks are skewed: each begins so
 * much later in the turn than the one before it that a sequential transfer finds its next block just arriving
 * when the switch is over. Where a drive's own skews are not known, they are what the switch needs before a write.
 *
 * A geometry is worked out once for a type of drive and shared by all drives of it.
 */
#ifndef MODELS_DRIVE_GEOMETRY_H
#define MODELS_DRIVE_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "models/config.h"
#include "sim/time.h"

struct drive_geometry;

/* A block's place, or the arm's. */
struct drive_place {
    int32_t zone, cylinder, head;
    int32_t sector; /* of the track; equal to its sectors just behind the last */
};

/* Blocks passing the heads one after another: `block` begins to pass at `at_ns`. */
struct drive_stream {
    int64_t block;
    struct drive_place place;
    sim_time at_ns;
};

/* Blocks of 512 B that can be addressed on a drive of this type. */
int64_t drive_type_blocks(const struct drive_type *type);

/* Seek time over `distance` cylinders (>= 0; 0 takes no time): linear between the published points. */
sim_time drive_type_seek_ns(const struct drive_type *type, int32_t distance);

/* The type must outlive the geometry. */
struct drive_geometry *drive_geometry_create(const struct drive_type *type);
void drive_geometry_destroy(struct drive_geometry *geometry);

const struct drive_type *drive_geometry_type(const struct drive_geometry *geometry);

/* As drive_type_blocks(). */
int64_t drive_geometry_blocks(const struct drive_geometry *geometry);

/* The place of a block from 0 to drive_geometry_blocks() - 1. */
struct drive_place drive_geometry_place(const struct drive_geometry *geometry, int64_t block);

/* The block behind the last one of the track that holds `block`. */
int64_t drive_geometry_track_end(const struct drive_geometry *geometry, int64_t block);

/* Blocks of a track at this place. */
int32_t drive_geometry_sectors(const struct drive_geometry *geometry, const struct drive_place *place);

/* Moving the arm between two places: a seek, or a head switch on the same cylinder, and settling before a write. */
sim_time drive_geometry_move_ns(const struct drive_geometry *geometry, const struct drive_place *from,
                                const struct drive_place *to, bool write);

/* From `instant` until the place's sector begins to pass its head; `phase_ns` is where the platters stood at
 * time 0. Less than a turn. */
sim_time drive_geometry_wait_ns(const struct drive_geometry *geometry, const struct drive_place *place,
                                sim_time instant, sim_time phase_ns);

/*
 * Lets the stream pass until `end` is the next block (which may be the drive's end) or until `instant`,
 * whichever is first, with the switches that lie between. A stream stopped at `end` stays on the track of the
 * block before; one stopped by the clock stands at the block that is passing then.
 */
void drive_stream_pass(const struct drive_geometry *geometry, struct drive_stream *stream, int64_t end,
                       sim_time instant, sim_time phase_ns, bool write);

#endif
