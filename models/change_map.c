// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/change_map.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

enum { WORD_BITS = 64 };

static int64_t word_count(const struct change_map *map)
{
    return (map->units + WORD_BITS - 1) / WORD_BITS;
}

static uint64_t bit(int64_t unit)
{
    return (uint64_t)1 << (unit % WORD_BITS);
}

void change_map_init(struct change_map *map, int64_t tracks, int32_t unit_tracks)
{
    *map = (struct change_map){.tracks = tracks, .unit_tracks = unit_tracks};
    map->units = (tracks + unit_tracks - 1) / unit_tracks;
}

void change_map_release(struct change_map *map)
{
    free(map->words);
    map->words = NULL;
}

int64_t change_map_unit(const struct change_map *map, int64_t track)
{
    return track / map->unit_tracks;
}

int64_t change_map_first_track(const struct change_map *map, int64_t unit)
{
    return unit * map->unit_tracks;
}

int64_t change_map_end_track(const struct change_map *map, int64_t unit)
{
    int64_t end = (unit + 1) * map->unit_tracks;
    return end < map->tracks ? end : map->tracks;
}

bool change_map_is_set(const struct change_map *map, int64_t unit)
{
    return map->words != NULL && (map->words[unit / WORD_BITS] & bit(unit)) != 0;
}

/* Zeroed memory of this size comes untouched from the system: it becomes real page by page. */
static void need_words(struct change_map *map)
{
    if (map->words == NULL)
        map->words = memory_alloc_zeroed((size_t)word_count(map), sizeof *map->words);
}

void change_map_set(struct change_map *map, int64_t first_track, int64_t last_track)
{
    need_words(map);
    for (int64_t unit = first_track / map->unit_tracks; unit <= last_track / map->unit_tracks; unit++) {
        uint64_t *word = &map->words[unit / WORD_BITS];
        map->set += (*word & bit(unit)) == 0;
        *word |= bit(unit);
    }
}

void change_map_set_all(struct change_map *map)
{
    need_words(map);
    memset(map->words, 0xff, (size_t)word_count(map) * sizeof *map->words);
    if (map->units % WORD_BITS != 0)
        map->words[word_count(map) - 1] = bit(map->units) - 1;
    map->set = map->units;
}

void change_map_clear(struct change_map *map, int64_t unit)
{
    if (!change_map_is_set(map, unit))
        return;
    map->words[unit / WORD_BITS] &= ~bit(unit);
    map->set--;
}

void change_map_clear_all(struct change_map *map)
{
    change_map_release(map);
    map->set = 0;
}

int64_t change_map_next(const struct change_map *map, int64_t unit)
{
    if (map->set == 0 || unit >= map->units)
        return -1;
    int64_t at = unit / WORD_BITS;
    uint64_t word = map->words[at] & ~(bit(unit) - 1);
    while (word == 0) {
        if (++at == word_count(map))
            return -1;
        word = map->words[at];
    }
    return at * WORD_BITS + __builtin_ctzll(word);
}

int64_t change_map_next_clear(const struct change_map *map, int64_t unit)
{
    if (map->words == NULL)
        return unit < map->units ? unit : -1;
    while (unit < map->units) {
        uint64_t clear = ~map->words[unit / WORD_BITS] & ~(bit(unit) - 1);
        if (clear != 0) {
            int64_t found = unit / WORD_BITS * WORD_BITS + __builtin_ctzll(clear);
            return found < map->units ? found : -1;
        }
        unit = (unit / WORD_BITS + 1) * WORD_BITS;
    }
    return -1;
}

int64_t change_map_tracks(const struct change_map *map)
{
    int64_t tracks = map->set * map->unit_tracks;
    if (map->units > 0 && change_map_is_set(map, map->units - 1))
        tracks -= map->units * map->unit_tracks - map->tracks;
    return tracks;
}
