// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * change_map: which tracks of a volume differ from their copy, a bit for each cylinder or for each track.
 *
 * Memory is a bit a unit, and is taken when the first one is set.
 */
#ifndef MODELS_CHANGE_MAP_H
#define MODELS_CHANGE_MAP_H

#include <stdbool.h>
#include <stdint.h>

struct change_map {
    int64_t tracks;       /* of the volume */
    int32_t unit_tracks;  /* that a bit stands for */
    int64_t units;        /* bits */
    int64_t set;          /* of them set */
    uint64_t *words;      /* NULL while none ever was */
};

/* Nothing changed on a volume of `tracks`, a bit for `unit_tracks` of them each. */
void change_map_init(struct change_map *map, int64_t tracks, int32_t unit_tracks);
void change_map_release(struct change_map *map);

/* The unit that a track (from 0) stands in; its first track, and the one behind its last. */
int64_t change_map_unit(const struct change_map *map, int64_t track);
int64_t change_map_first_track(const struct change_map *map, int64_t unit);
int64_t change_map_end_track(const struct change_map *map, int64_t unit);

/* Whether the unit is set; sets those of the tracks first to last; sets all; clears one; clears all. */
bool change_map_is_set(const struct change_map *map, int64_t unit);
void change_map_set(struct change_map *map, int64_t first_track, int64_t last_track);
void change_map_set_all(struct change_map *map);
void change_map_clear(struct change_map *map, int64_t unit);
void change_map_clear_all(struct change_map *map);

/* The first unit set from `unit` on, or -1. */
int64_t change_map_next(const struct change_map *map, int64_t unit);

/* The first unit not set from `unit` on, or -1. */
int64_t change_map_next_clear(const struct change_map *map, int64_t unit);

/* Tracks in units that are set. */
int64_t change_map_tracks(const struct change_map *map);

#endif
