// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * span: the segments of a rank's data tracks that an I/O to a volume touches.
 */
#ifndef MODELS_SPAN_H
#define MODELS_SPAN_H

#include <stdint.h>

#include "models/machine.h"

struct span {
    struct rank *rank;
    const struct volume_config *volume;
    struct volume *state;            /* what copies and hosts have to do with it */
    int64_t first_track, last_track; /* data tracks of the rank ... */
    int32_t first_segment;           /* ... the first one from here on ... */
    int32_t end_segment;             /* ... the last one up to before this */
};

/* The span of `bytes` (> 0) from `offset_bytes` on of volume `index` of the config. */
struct span span_of(const struct machine *machine, size_t index, int64_t offset_bytes, int64_t bytes);

/* The span of one whole track of the volume, numbered from its first one. */
struct span span_of_track(const struct machine *machine, size_t index, int64_t track);

/* The segment of one of its tracks before which it ends there. */
int32_t span_end_segment(const struct span *span, int64_t track);

/* The segments of one of its tracks that it touches, as a mask. */
uint32_t span_segments(const struct span *span, int64_t track);

#endif
