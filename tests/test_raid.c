// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/raid.h"

#include <stdlib.h>

#include "models/drive.h"
#include "models/raid_write.h"
#include "sim/rng.h"
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

/* ---- writing a row ---- */

enum { SEGMENTS = 8, STRIPS_MAX = RAID_STRIPS_MAX + 1 };

/* The accesses with which a row is read in the cheapest way, counted independently; all its drives work. */
static int32_t fewest_reads(const struct raid_row *row, enum raid_write *way)
{
    uint32_t all = 0;
    int32_t written = 0, whole = 0;
    for (int32_t strip = 0; strip < row->strips; strip++)
        all |= row->dirty[strip];
    while (all & (all + (all & -all)))
        all |= (all + (all & -all)) >> 1; /* closes the holes, the lowest first */
    for (int32_t strip = 0; strip < row->strips; strip++) {
        written += row->dirty[strip] != 0;
        whole += row->dirty[strip] == all;
    }
    *way = whole == row->strips              ? RAID_FULL_STRIPE_WRITE
           : row->strips - whole < written + 1 ? RAID_RECONSTRUCT_WRITE
                                               : RAID_SMALL_WRITE;
    return *way == RAID_SMALL_WRITE ? written + 1 : row->strips - whole;
}

static int32_t accesses(const uint32_t *segments, int32_t count)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < count; i++)
        sum += segments[i] != 0;
    return sum;
}

static void test_cheapest_write(void)
{
    int64_t wrong = 0;
    for (int32_t strips = 6; strips <= 7; strips++) {
        for (int32_t sample = 0; sample < 4 * 4 * 4 * 4 * 4 * 4 * 4; sample++) {
            static const uint32_t sets[] = {0, 0xFF, 0x0F, 0x81};
            struct raid_row row = {.strips = strips, .missing = RAID_STRIP_NONE};
            struct raid_row_plan plan;
            enum raid_write way;
            for (int32_t strip = 0; strip < strips; strip++)
                row.dirty[strip] = sets[sample >> 2 * strip & 3];
            if (accesses(row.dirty, strips) == 0)
                continue;
            raid_plan_write(&row, &plan);
            wrong += accesses(plan.read, strips + 1) != fewest_reads(&row, &way);
            wrong += accesses(plan.write, strips + 1) != accesses(row.dirty, strips) + 1;
            wrong += plan.way != way;
        }
    }
    CHECK_INT(wrong, 0);
}

/* A row's content, by strip and segment, the parity's last. */
struct row_content {
    uint32_t before[STRIPS_MAX][SEGMENTS], after[STRIPS_MAX][SEGMENTS];
};

static void draw_row(struct rng *rng, struct raid_row *row, struct row_content *content)
{
    *row = (struct raid_row){.strips = 6 + (int32_t)rng_below(rng, 2)};
    row->missing = (int32_t)rng_below(rng, (uint64_t)row->strips + 2) - 1;
    *content = (struct row_content){0};
    bool full = rng_below(rng, 8) == 0;
    while (accesses(row->dirty, row->strips) == 0)
        for (int32_t strip = 0; strip < row->strips; strip++)
            row->dirty[strip] = full                ? 0x3E
                                : rng_below(rng, 2) ? 0
                                : rng_below(rng, 3) ? (uint32_t)rng_below(rng, 256)
                                                    : 0xFF;
    for (int32_t strip = 0; strip < row->strips; strip++) {
        for (int segment = 0; segment < SEGMENTS; segment++) {
            uint32_t old = (uint32_t)rng_below(rng, 1 << 30), new = (uint32_t)rng_below(rng, 1 << 30);
            content->before[strip][segment] = old;
            content->after[strip][segment] = row->dirty[strip] >> segment & 1 ? new : old;
            content->before[row->strips][segment] ^= old;
        }
    }
}

/*
 * Works the segment's new parity out from what was read and what is new: either the new content of all data strips is
 * known, or the old parity and the old content of what is new. false when neither is.
 */
static bool new_parity(const struct raid_row *row, const struct raid_row_plan *plan,
                       const struct row_content *content, int segment, uint32_t *parity)
{
    uint32_t all = 0, changed = content->before[row->strips][segment];
    bool all_known = true, change_known = plan->read[row->strips] >> segment & 1;
    for (int32_t strip = 0; strip < row->strips; strip++) {
        bool dirty = row->dirty[strip] >> segment & 1, read = plan->read[strip] >> segment & 1;
        all_known &= dirty || read;
        change_known &= !dirty || read;
        all ^= content->after[strip][segment];
        changed ^= dirty ? content->before[strip][segment] ^ content->after[strip][segment] : 0;
    }
    *parity = all_known ? all : changed;
    return all_known || change_known;
}

/* Carries the plan out and counts what is wrong with the row after. */
static int32_t faults_after_write(const struct raid_row *row, const struct raid_row_plan *plan,
                                  const struct row_content *content)
{
    int32_t wrong = 0;
    for (int segment = 0; segment < SEGMENTS; segment++) {
        uint32_t parity = content->before[row->strips][segment], others = 0;
        if (plan->write[row->strips] >> segment & 1)
            wrong += !new_parity(row, plan, content, segment, &parity);
        for (int32_t strip = 0; strip < row->strips; strip++) {
            bool dirty = row->dirty[strip] >> segment & 1, written = plan->write[strip] >> segment & 1;
            bool gone = strip == row->missing;
            /* A hole must be filled with something. */
            wrong += written && !dirty && !(plan->read[strip] >> segment & 1);
            wrong += dirty && !written && !gone;
            wrong += gone && (written || (plan->read[strip] >> segment & 1));
            others ^= content->after[strip][segment];
        }
        /* The missing strip's new content is what parity and the others give. */
        wrong += row->missing != row->strips && parity != others;
    }
    return wrong;
}

static void test_writes_keep_parity(void)
{
    struct rng rng;
    int64_t wrong = 0, ways[RAID_WRITE_KINDS] = {0}, needless = 0;
    rng_init(&rng, 1, "rows");
    for (int i = 0; i < 200000; i++) {
        struct raid_row row;
        struct raid_row_plan plan;
        struct row_content content;
        draw_row(&rng, &row, &content);
        raid_plan_write(&row, &plan);
        wrong += faults_after_write(&row, &plan, &content);
        ways[plan.way]++;
        for (int32_t strip = 0; strip <= row.strips; strip++) {
            wrong += plan.read[strip] != raid_stretch(plan.read[strip]);
            wrong += plan.write[strip] != raid_stretch(plan.write[strip]);
        }
        needless += row.missing == row.strips && (plan.read[row.strips] | plan.write[row.strips]) != 0;
        needless += plan.way == RAID_FULL_STRIPE_WRITE && accesses(plan.read, row.strips + 1) != 0;
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(needless, 0);
    for (int way = 0; way < RAID_WRITE_KINDS; way++)
        CHECK(ways[way] > 100);
}

static void check_plan(struct raid_row row, enum raid_write way, int32_t reads, int32_t writes)
{
    struct raid_row_plan plan;
    raid_plan_write(&row, &plan);
    CHECK_INT(plan.way, way);
    CHECK_INT(accesses(plan.read, row.strips + 1), reads);
    CHECK_INT(accesses(plan.write, row.strips + 1), writes);
}

static void test_writes_without_a_drive(void)
{
    /* Data missing that is not written: a small write, whatever else it would have been. */
    check_plan((struct raid_row){6, 5, {1}}, RAID_SMALL_WRITE, 2, 2);
    check_plan((struct raid_row){6, 5, {255, 255, 255, 255, 255}}, RAID_SMALL_WRITE, 6, 6);
    /* Data missing that is written: the five others are read, parity alone is written. */
    check_plan((struct raid_row){6, 0, {1}}, RAID_RECONSTRUCT_WRITE, 5, 1);
    check_plan((struct raid_row){6, 0, {255, 255}}, RAID_RECONSTRUCT_WRITE, 4, 2);
    check_plan((struct raid_row){6, 0, {255, 255, 255, 255, 255, 255}}, RAID_FULL_STRIPE_WRITE, 0, 6);
    /* ... and in part only, beside others: old data and old parity as well. */
    check_plan((struct raid_row){6, 0, {1, 255}}, RAID_RECONSTRUCT_WRITE, 6, 2);
    /* Parity missing: data is written, and read only to fill a hole. */
    check_plan((struct raid_row){6, 6, {1, 255}}, RAID_DATA_WRITE, 0, 2);
    check_plan((struct raid_row){6, 6, {0x81, 255}}, RAID_DATA_WRITE, 1, 2);
}

static void test_reads_without_a_drive(void)
{
    static const uint32_t wanted[RAID_STRIPS_MAX] = {0, 0x0F, 0xF0, 0, 0, 0x01, 0};
    uint32_t read[RAID_STRIPS_MAX + 1];
    raid_plan_read(7, RAID_STRIP_NONE, wanted, read);
    CHECK_INT(accesses(read, 8), 3);
    CHECK_INT(read[1], 0x0F);
    /* A missing strip that nobody wants changes nothing, nor does missing parity. */
    raid_plan_read(7, 3, wanted, read);
    CHECK_INT(accesses(read, 8), 3);
    raid_plan_read(7, 7, wanted, read);
    CHECK_INT(accesses(read, 8), 3);
    /* Of a missing one that somebody wants the same segments of all others are read, in one access with their own. */
    raid_plan_read(7, 2, wanted, read);
    CHECK_INT(read[0], 0xF0);
    CHECK_INT(read[1], 0xFF);
    CHECK_INT(read[2], 0);
    CHECK_INT(read[5], 0xFF);
    CHECK_INT(read[7], 0xF0);
    CHECK_INT(accesses(read, 8), 7);
}

static void test_positions(void)
{
    struct config *config = small_config_create(1, 1000);
    const struct rank_config *rank = &config->ranks[0];
    const struct server_model *model = &config->servers[0].model;
    for (int64_t track = 0; track < 600; track++) {
        struct raid_place place = raid_place(rank, model, track);
        int32_t strip = raid_strip_at(rank, place.stripe, place.drive);
        CHECK_INT(raid_row_track(rank, model, place.stripe, strip, 0), track);
        CHECK_INT(raid_position(rank, place.stripe, strip), place.drive);
        CHECK_INT(raid_position(rank, place.stripe, rank->data_drives), place.parity_drive);
        CHECK_INT(raid_strip_at(rank, place.stripe, place.parity_drive), rank->data_drives);
    }
    small_config_destroy(config);
}

UNIT_MAIN("raid",
          {"data tracks and parity map one to one onto the drives, parity evenly and never onto its data's drive",
           test_mapping},
          {"consecutive strips spread over the drives", test_consecutive_strips_take_all_drives},
          {"a rank's last track lies on its drive, and no strip more would fit", test_last_track_lies_on_the_drive},
          {"a strip's position and the strip in a position belong together", test_positions},
          {"of small, reconstruct and full-stripe write the one with fewest accesses is chosen", test_cheapest_write},
          {"what is read suffices to write data and parity right, with all drives and with any one missing",
           test_writes_keep_parity},
          {"a row that misses a drive is written as its data and parity allow", test_writes_without_a_drive},
          {"what a missing drive held is read from all others", test_reads_without_a_drive})
