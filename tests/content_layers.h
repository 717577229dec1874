// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * content_layers: in which places a machine's data stands, block by block - a volume's cache, its drives, and what of
 * it is kept aside for a FlashCopy (models/content.h).
 *
 * Nothing is judged here: data is moved as models tell it, right or wrong. A block is a number; LAYERS_NOTHING stands
 * where there is nothing. The cache's layer outlives evictions: what is not in the cache any more is on the drives, so
 * that nobody asks for it there, and a part of a segment is written over the rest of it, wherever that is.
 *
 * Tracks number from their volume's first one. All of a volume's tracks are whole here, even if its size is not.
 */
#ifndef TESTS_CONTENT_LAYERS_H
#define TESTS_CONTENT_LAYERS_H

#include "models/content.h"
#include "models/machine.h"

#define LAYERS_NOTHING INT64_MIN

struct content_layers;

/* All volumes of the machine; every block of volume i holds initial[i], on the drives and, if it is there, in cache. */
struct content_layers *layers_create(const struct machine *machine, const int64_t *initial);
void layers_destroy(struct content_layers *layers);

/* Blocks of a track and of a segment of the volume. */
int64_t layers_track_blocks(const struct content_layers *layers, uint32_t volume);
int64_t layers_segment_blocks(const struct content_layers *layers, uint32_t volume);

/* Blocks [first, first + blocks) come into the cache, each as `content`; of segments that they touch, all does. */
void layers_write(struct content_layers *layers, uint32_t volume, int64_t first, int64_t blocks, int64_t content);

/* The track's data, from these places, its FlashCopy's source being `source`; LAYERS_NOTHING for segments that are
 * taken from nowhere, or from a place where they are not. */
void layers_take(const struct content_layers *layers, uint32_t volume, uint32_t source, int64_t track,
                 const struct content_places *from, int64_t *data);

/* Segments of a track's data come into the cache. */
void layers_enter(struct content_layers *layers, uint32_t volume, int64_t track, uint32_t segments,
                  const int64_t *data);

/* Segments go from the cache to the drives. */
void layers_destage(struct content_layers *layers, uint32_t volume, int64_t track, uint32_t segments);

/* Segments are kept aside as they are in the cache; nothing of the track is kept any longer; what is kept of it, and
 * of all of the volume's tracks, in segments. */
void layers_keep(struct content_layers *layers, uint32_t volume, int64_t track, uint32_t segments);
void layers_let_go(struct content_layers *layers, uint32_t volume, int64_t track);
uint32_t layers_kept(const struct content_layers *layers, uint32_t volume, int64_t track);
int64_t layers_all_kept(const struct content_layers *layers, uint32_t volume);

/* The cache holds nothing of the track. */
void layers_drop(struct content_layers *layers, uint32_t volume, int64_t track);

#endif
