// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * stage_ahead: brings the tracks that a sequential reader will ask for next into the cache, before it does.
 *
 * `stage_ahead_tracks` tracks are kept ahead of the reader. The one in the middle of them is the trigger: when the
 * reader comes to it, half of them are used up, and as many more are staged, together, over the stream's SSA link.
 */
#ifndef MODELS_STAGE_AHEAD_H
#define MODELS_STAGE_AHEAD_H

#include <stddef.h>

#include "models/span.h"
#include "models/stream.h"

/* For the machine's pool. */
extern const size_t stage_ahead_bytes;

/*
 * Begins to stage what is missing of the tracks behind the last one of the span, which a host I/O of the sequential
 * stream touches now, up to the end of the volume. They are entered in the cache at once, as being on their way; nobody waits for the rest.
 */
void stage_ahead_start(const struct span *span, const struct stream *stream);

#endif
