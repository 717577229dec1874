// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/raid.h"

#include <stdlib.h>

#include "models/drive.h"
#include "tests/small_config.h"
#include "sim/memory.h"
#include "tests/unit.h"

/* Walks all data tracks of a rank and marks where they lie: each place must be taken once, none by parity. */
static void check_mapping(enum rank_format format, int32_t strip_tracks)
{
    enum { STRIPES = 1000 };
    struct config *config = small_config_create(1, 1000);
    config->ranks[0].format = format;
    config->servers[0].model.strip_tracks = strip_tracks;
    small_config_lay_out(config);
    const struct rank_config *rank = &config->ranks[0];
    const struct server_model *model = &config->servers[0].model;
    int64_t tracks = (int64_t)STRIPES * rank->data_drives * strip_tracks, places = (int64_t)STRIPES * strip_tracks;
    char *taken = memory_alloc_zeroed((size_t)(places * rank->active_drives), 1);
    int64_t parity_strips[8] = {0}, wrong = 0;
    for (int64_t track = 0; track < tracks; track++) {
        struct raid_place place = raid_place(rank, model, track);
        int64_t at = place.block / 64;
        wrong += place.block % 64 != 0 || at < 0 || at >= places;
        wrong += place.drive < 0 || place.drive >= rank->active_drives;
        wrong += place.stripe != track / (rank->data_drives * strip_tracks) || at / strip_tracks != place.stripe;
        wrong += place.drive == place.parity_drive;
        wrong += taken[place.drive * places + at]++ != 0;
        taken[place.parity_drive * places + at] |= 64;
        parity_strips[place.parity_drive] += track % raid_stripe_tracks(rank, model) == 0;
    }
    for (int64_t i = 0; i < places * rank->active_drives; i++)
        wrong += taken[i] != 1 && taken[i] != 64;
    CHECK_INT(wrong, 0);
    for (int32_t drive = 0; drive < rank->active_drives; drive++)
        CHECK(labs(parity_strips[drive] - STRIPES / rank->active_drives) <= 1);
    CHECK_INT(raid_stripe_tracks(rank, model), rank->data_drives * strip_tracks);
    CHECK_INT(raid_place(rank, model, raid_stripe_first_track(rank, model, 77)).stripe, 77);
    CHECK_INT(raid_place(rank, model, raid_stripe_first_track(rank, model, 77) - 1).stripe, 76);
    free(taken);
    small_config_destroy(config);
}

static void test_mapping(void)
{
    check_mapping(RANK_6PS, 1);
    check_mapping(RANK_7P, 1);
    check_mapping(RANK_6PS, 2);
    check_mapping(RANK_7P, 3);
}

static void test_consecutive_strips_take_all_drives(void)
{
    struct config *config = small_config_create(1, 1000);
    const struct rank_config *rank = &config->ranks[0];
    for (int64_t track = 0; track < 7 * 6 - 6; track++) {
        unsigned drives = 0;
        for (int64_t i = 0; i < 7; i++)
            drives |= 1u << raid_place(rank, &config->servers[0].model, track + i).drive;
        /* Seven strips on after one another lie on at least six of the seven drives. */
        CHECK(__builtin_popcount(drives) >= 6);
    }
    small_config_destroy(config);
}

static void test_last_track_lies_on_the_drive(void)
{
    static const int32_t strips[] = {1, 2, 64};
    for (size_t i = 0; i < sizeof strips / sizeof strips[0]; i++) {
        struct config *config = small_config_create(1, 1000);
        config->servers[0].model.strip_tracks = strips[i];
        small_config_lay_out(config);
        int64_t last = config->ranks[0].capacity_tracks - 1, blocks = drive_type_blocks(&config->drive_types[0]);
        struct raid_place place = raid_place(&config->ranks[0], &config->servers[0].model, last);
        CHECK(place.block + 64 <= blocks);
        CHECK(place.block + 64 * (strips[i] + 1) > blocks);
        small_config_destroy(config);
    }
}

/* The cheapest way, by counting drive commands. */
static enum raid_write cheapest(int32_t data_drives, int32_t written, int32_t whole)
{
    int32_t writes = written + 1, small = written + 1 + writes, reconstruct = data_drives - whole + writes;
    if (whole == data_drives)
        return RAID_FULL_STRIPE_WRITE;
    return reconstruct < small ? RAID_RECONSTRUCT_WRITE : RAID_SMALL_WRITE;
}

static void test_cheapest_write(void)
{
    for (int32_t drives = 6; drives <= 7; drives++)
        for (int32_t written = 1; written <= drives; written++)
            for (int32_t whole = 0; whole <= written; whole++)
                CHECK_INT(raid_cheapest_write(drives, written, whole), cheapest(drives, written, whole));
    CHECK_INT(raid_cheapest_write(7, 3, 3), RAID_SMALL_WRITE);
    CHECK_INT(raid_cheapest_write(7, 4, 4), RAID_RECONSTRUCT_WRITE);
    CHECK_INT(raid_cheapest_write(7, 7, 6), RAID_RECONSTRUCT_WRITE);
}

UNIT_MAIN("raid",
          {"data tracks and parity map one to one onto the drives, parity evenly and never onto its data's drive",
           test_mapping},
          {"consecutive strips spread over the drives", test_consecutive_strips_take_all_drives},
          {"a rank's last track lies on its drive, and no strip more would fit", test_last_track_lies_on_the_drive},
          {"of small, reconstruct and full-stripe write the one with fewest drive commands is chosen",
           test_cheapest_write})
