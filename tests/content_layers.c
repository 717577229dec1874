// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/content_layers.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

struct layers_volume {
    int64_t track_blocks, segment_blocks, tracks;
    int64_t *cache, *drives, *aside; /* by block */
    uint32_t *kept;                  /* by track: segments that stand aside */
};

struct content_layers {
    struct sim *sim;
    size_t count;
    struct layers_volume *volumes;
};

static void create_volume(struct layers_volume *it, const struct config *config, size_t index, int64_t initial)
{
    const struct volume_config *volume = &config->volumes[index];
    const struct server_model *model = &config->servers[volume->server].model;
    it->track_blocks = model->track_bytes / BLOCK_BYTES;
    it->segment_blocks = model->segment_bytes / BLOCK_BYTES;
    it->tracks = volume->tracks;
    size_t blocks = (size_t)(it->tracks * it->track_blocks);
    it->cache = memory_alloc(blocks * sizeof *it->cache);
    it->drives = memory_alloc(blocks * sizeof *it->drives);
    it->aside = memory_alloc(blocks * sizeof *it->aside);
    it->kept = memory_alloc_zeroed((size_t)it->tracks, sizeof *it->kept);
    for (size_t i = 0; i < blocks; i++) {
        it->cache[i] = it->drives[i] = initial;
        it->aside[i] = LAYERS_NOTHING;
    }
}

struct content_layers *layers_create(const struct machine *machine, const int64_t *initial)
{
    struct content_layers *layers = memory_alloc_zeroed(1, sizeof *layers);
    layers->sim = machine->sim;
    layers->count = machine->config->volume_count;
    layers->volumes = memory_alloc_zeroed(layers->count, sizeof *layers->volumes);
    for (size_t i = 0; i < layers->count; i++)
        create_volume(&layers->volumes[i], machine->config, i, initial[i]);
    return layers;
}

void layers_destroy(struct content_layers *layers)
{
    for (size_t i = 0; i < layers->count; i++) {
        free(layers->volumes[i].cache);
        free(layers->volumes[i].drives);
        free(layers->volumes[i].aside);
        free(layers->volumes[i].kept);
    }
    free(layers->volumes);
    free(layers);
}

int64_t layers_track_blocks(const struct content_layers *layers, uint32_t volume)
{
    return layers->volumes[volume].track_blocks;
}

int64_t layers_segment_blocks(const struct content_layers *layers, uint32_t volume)
{
    return layers->volumes[volume].segment_blocks;
}

/* ---- moves ---- */

static const struct layers_volume *volume_with(const struct content_layers *layers, uint32_t volume, int64_t track)
{
    SIM_MUST(layers->sim, volume < layers->count && track >= 0 && track < layers->volumes[volume].tracks);
    return &layers->volumes[volume];
}

/* Copies segments of the track of one layer to another one, or of a track's data. */
static void move(const struct layers_volume *it, int64_t *to, const int64_t *from, uint32_t segments)
{
    for (; segments != 0; segments &= segments - 1) {
        int64_t first = __builtin_ctz(segments) * it->segment_blocks;
        memcpy(&to[first], &from[first], (size_t)it->segment_blocks * sizeof *to);
    }
}

void layers_write(struct content_layers *layers, uint32_t volume, int64_t first, int64_t blocks, int64_t content)
{
    const struct layers_volume *it = &layers->volumes[volume];
    int64_t begin = first / it->segment_blocks * it->segment_blocks, end = first + blocks;
    SIM_MUST(layers->sim, first >= 0 && end <= it->tracks * it->track_blocks);
    for (int64_t i = begin; i < end || i % it->segment_blocks != 0; i++) {
        if (i >= first && i < end)
            it->cache[i] = content;
        else if (it->cache[i] == LAYERS_NOTHING)
            it->cache[i] = it->drives[i];
    }
}

void layers_take(const struct content_layers *layers, uint32_t volume, uint32_t source, int64_t track,
                 const struct content_places *from, int64_t *data)
{
    const struct layers_volume *it = volume_with(layers, volume, track);
    int64_t at = track * it->track_blocks;
    for (int64_t i = 0; i < it->track_blocks; i++)
        data[i] = LAYERS_NOTHING;
    move(it, data, &it->cache[at], from->cache);
    move(it, data, &it->drives[at], from->drives);
    if ((from->source_cache | from->source_drives | from->source_aside) == 0)
        return;
    const struct layers_volume *other = volume_with(layers, source, track);
    move(it, data, &other->cache[at], from->source_cache);
    move(it, data, &other->drives[at], from->source_drives);
    move(it, data, &other->aside[at], from->source_aside);
}

void layers_enter(struct content_layers *layers, uint32_t volume, int64_t track, uint32_t segments,
                  const int64_t *data)
{
    const struct layers_volume *it = volume_with(layers, volume, track);
    move(it, &it->cache[track * it->track_blocks], data, segments);
}

void layers_destage(struct content_layers *layers, uint32_t volume, int64_t track, uint32_t segments)
{
    const struct layers_volume *it = volume_with(layers, volume, track);
    int64_t at = track * it->track_blocks;
    move(it, &it->drives[at], &it->cache[at], segments);
}

void layers_keep(struct content_layers *layers, uint32_t volume, int64_t track, uint32_t segments)
{
    const struct layers_volume *it = volume_with(layers, volume, track);
    int64_t at = track * it->track_blocks;
    move(it, &it->aside[at], &it->cache[at], segments);
    it->kept[track] |= segments;
}

void layers_let_go(struct content_layers *layers, uint32_t volume, int64_t track)
{
    const struct layers_volume *it = volume_with(layers, volume, track);
    it->kept[track] = 0;
    for (int64_t i = track * it->track_blocks; i < (track + 1) * it->track_blocks; i++)
        it->aside[i] = LAYERS_NOTHING;
}

uint32_t layers_kept(const struct content_layers *layers, uint32_t volume, int64_t track)
{
    return volume_with(layers, volume, track)->kept[track];
}

int64_t layers_all_kept(const struct content_layers *layers, uint32_t volume)
{
    int64_t segments = 0;
    for (int64_t track = 0; track < layers->volumes[volume].tracks; track++)
        segments += __builtin_popcount(layers->volumes[volume].kept[track]);
    return segments;
}

void layers_drop(struct content_layers *layers, uint32_t volume, int64_t track)
{
    const struct layers_volume *it = volume_with(layers, volume, track);
    for (int64_t i = track * it->track_blocks; i < (track + 1) * it->track_blocks; i++)
        it->cache[i] = LAYERS_NOTHING;
}
