// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The change map against a plain array of flags, and at its edges.
 */
#include <string.h>

#include "models/change_map.h"
#include "sim/rng.h"
#include "tests/unit.h"

static void fresh_map_is_clear(void)
{
    struct change_map map;
    change_map_init(&map, 1000, 15);
    CHECK_INT(map.units, 67);
    CHECK_INT(change_map_tracks(&map), 0);
    CHECK_INT(change_map_next(&map, 0), -1);
    CHECK(!change_map_is_set(&map, 66));
    CHECK(map.words == NULL);
    change_map_clear(&map, 3);
    CHECK(map.words == NULL);
    change_map_release(&map);
}

static void last_unit_may_be_short(void)
{
    struct change_map map;
    change_map_init(&map, 32, 15);
    CHECK_INT(map.units, 3);
    CHECK_INT(change_map_unit(&map, 14), 0);
    CHECK_INT(change_map_unit(&map, 15), 1);
    CHECK_INT(change_map_first_track(&map, 2), 30);
    CHECK_INT(change_map_end_track(&map, 1), 30);
    CHECK_INT(change_map_end_track(&map, 2), 32);
    change_map_set(&map, 31, 31);
    CHECK_INT(change_map_tracks(&map), 2);
    change_map_set(&map, 0, 0);
    CHECK_INT(change_map_tracks(&map), 17);
    change_map_set_all(&map);
    CHECK_INT(change_map_tracks(&map), 32);
    change_map_clear(&map, 2);
    CHECK_INT(change_map_tracks(&map), 30);
    change_map_clear_all(&map);
    CHECK_INT(change_map_tracks(&map), 0);
    CHECK_INT(change_map_next(&map, 0), -1);
    change_map_release(&map);
}

/* Words end at 64 units. */
static void whole_maps_of_any_size_are_set_exactly(void)
{
    static const int64_t sizes[] = {1, 63, 64, 65, 127, 128, 129, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct change_map map;
        int64_t count = 0;
        change_map_init(&map, sizes[i], 1);
        change_map_set_all(&map);
        for (int64_t unit = change_map_next(&map, 0); unit >= 0; unit = change_map_next(&map, unit + 1))
            CHECK_INT(unit, count++);
        CHECK_INT(count, sizes[i]);
        CHECK_INT(map.set, sizes[i]);
        CHECK_INT(change_map_next(&map, sizes[i]), -1);
        change_map_release(&map);
    }
}

enum { TRACKS_MAX = 300, STEPS = 3000 };

static void check_equal(const struct change_map *map, const bool *flags)
{
    int64_t tracks = 0, next = -1, set = 0;
    for (int64_t unit = map->units - 1; unit >= 0; unit--) {
        if (flags[unit]) {
            tracks += change_map_end_track(map, unit) - change_map_first_track(map, unit);
            next = unit;
            set++;
        }
        if (change_map_is_set(map, unit) != flags[unit] || change_map_next(map, unit) != next)
            CHECK_INT(change_map_next(map, unit), next);
    }
    CHECK_INT(change_map_tracks(map), tracks);
    CHECK_INT(map->set, set);
}

static void map_does_what_an_array_of_flags_does(void)
{
    struct rng rng;
    rng_init(&rng, 1, "change map");
    for (int round = 0; round < 20; round++) {
        struct change_map map;
        bool flags[TRACKS_MAX] = {false};
        int64_t tracks = 1 + (int64_t)rng_below(&rng, TRACKS_MAX);
        change_map_init(&map, tracks, 1 + (int32_t)rng_below(&rng, 20));
        for (int step = 0; step < STEPS / 20; step++) {
            int64_t first = (int64_t)rng_below(&rng, (uint64_t)tracks);
            int64_t last = first + (int64_t)rng_below(&rng, (uint64_t)(tracks - first));
            uint64_t choice = rng_below(&rng, 100);
            if (choice < 40) {
                change_map_set(&map, first, last);
                for (int64_t track = first; track <= last; track++)
                    flags[change_map_unit(&map, track)] = true;
            } else if (choice < 95) {
                change_map_clear(&map, change_map_unit(&map, first));
                flags[change_map_unit(&map, first)] = false;
            } else if (choice < 98) {
                change_map_clear_all(&map);
                memset(flags, false, sizeof flags);
            } else {
                change_map_set_all(&map);
                memset(flags, true, (size_t)map.units);
            }
            check_equal(&map, flags);
        }
        change_map_release(&map);
    }
}

UNIT_MAIN("change_map",
          {"a fresh map is clear and takes no memory", fresh_map_is_clear},
          {"a volume's last cylinder may be short, and counts as short", last_unit_may_be_short},
          {"all of a map is set, whatever its size, and nothing behind it", whole_maps_of_any_size_are_set_exactly},
          {"a map does what an array of flags does", map_does_what_an_array_of_flags_does})
