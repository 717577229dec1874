// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The oracle's eye for FlashCopies: what is sound passes, and what is not is noticed. First it is told of data by hand,
 * without a machine that does anything; then machines run, and what they tell, or what they do, is broken.
 */
#include <inttypes.h>

#include "models/cache.h"
#include "models/flashcopy.h"
#include "models/relation.h"
#include "tests/content_oracle.h"
#include "tests/content_relay.h"
#include "tests/flash_config.h"
#include "tests/machine_bench.h"
#include "tests/unit.h"

enum { BLOCKS = TRACK / BLOCK_BYTES, SEGMENT_BLOCKS = SEGMENT / BLOCK_BYTES, WHOLE = 0xff };

/* Two pairs: volume 0 may be copied to 2, and 1 to 3. */
static struct machine_bench *new_bench(enum pair_state state)
{
    struct config *config = flash_config_create(2, 2, 20, state);
    config->servers[0].model.destage_age_ns = 10 * SIM_S;
    struct machine_bench *bench = bench_create(config);
    bench_watch(bench);
    return bench;
}

/* ---- told by hand ---- */

static void issue(struct machine_bench *bench, struct io_record *record)
{
    record->id = bench->ios.issued++;
    oracle_issued(bench->oracle, record);
}

static void tell_written(struct machine_bench *bench, uint32_t volume, int64_t first, int64_t blocks)
{
    struct io_record record = {.op = IO_WRITE, .volume = volume, .offset_blocks = first,
                               .length_bytes = (int32_t)(blocks * BLOCK_BYTES)};
    struct content *content = bench->machine->content;
    issue(bench, &record);
    content->written(content, &record, first, blocks);
}

static void tell_read(struct machine_bench *bench, uint32_t volume, int64_t track, struct content_places from)
{
    struct io_record record = {.op = IO_READ, .volume = volume, .offset_blocks = track * BLOCKS, .length_bytes = TRACK};
    struct content *content = bench->machine->content;
    issue(bench, &record);
    content->read(content, &record, track, &from);
}

static void tell_staged(struct machine_bench *bench, uint32_t volume, int64_t track, struct content_places from)
{
    bench->machine->content->staged(bench->machine->content, volume, track, &from);
}

static void tell_gathered(struct machine_bench *bench, uint32_t target, int64_t track, struct content_places from)
{
    bench->machine->content->gathered(bench->machine->content, target, track, &from);
}

static void tell_entered(struct machine_bench *bench, uint32_t target, int64_t track)
{
    bench->machine->content->entered(bench->machine->content, target, track);
}

static void tell_destaged(struct machine_bench *bench, uint32_t volume, int64_t track, uint32_t segments)
{
    bench->machine->content->destaged(bench->machine->content, volume, track, segments);
}

static void tell_kept(struct machine_bench *bench, uint32_t source, int64_t track, uint32_t segments)
{
    bench->machine->content->kept(bench->machine->content, source, track, segments);
}

/* Nothing was wrong so far. */
static void check_sound(const struct machine_bench *bench)
{
    CHECK_STRING(bench->oracle->first_wrong, "");
    CHECK_INT(bench->oracle->wrong, 0);
}

/* Something was, and said so in these words; begins anew. */
static void check_wrong(struct machine_bench *bench, const char *words)
{
    CHECK(bench->oracle->wrong > 0);
    CHECK_CONTAINS(bench->oracle->first_wrong, words);
    bench->oracle->wrong = 0;
    bench->oracle->first_wrong[0] = '\0';
}

/* T0 of 0 > 2 is now: tracks 0 and 1 of the source were written, segment 0 of track 0 is dirty still. */
static struct machine_bench *after_t0(void)
{
    struct machine_bench *bench = new_bench(FLASH_NONE);
    tell_written(bench, 0, 0, 2 * BLOCKS);
    tell_destaged(bench, 0, 0, WHOLE);
    tell_destaged(bench, 0, 1, WHOLE);
    tell_written(bench, 0, 0, SEGMENT_BLOCKS);
    tell_written(bench, 2, 0, 2 * BLOCKS);
    bench->machine->content->established(bench->machine->content, 0, 2);
    check_sound(bench);
    return bench;
}

static void t0_is_read_from_where_it_is_alone(void)
{
    struct machine_bench *bench = after_t0();
    tell_read(bench, 2, 1, (struct content_places){.source_drives = WHOLE});
    tell_read(bench, 2, 1, (struct content_places){.source_cache = WHOLE});
    tell_read(bench, 2, 0, (struct content_places){.source_cache = 1, .source_drives = WHOLE & ~1u});
    check_sound(bench);
    tell_read(bench, 2, 0, (struct content_places){.source_drives = WHOLE});
    check_wrong(bench, "from its source's drives: block 0 holds write 0 instead of write 1");
    tell_read(bench, 2, 1, (struct content_places){.drives = WHOLE});
    check_wrong(bench, "from its drives: block 0 holds what volume 2 began with instead of write 0");
    tell_read(bench, 2, 1, (struct content_places){.cache = WHOLE}); /* was dropped at T0 */
    check_wrong(bench, "from its cache: block 0 holds nothing");
    tell_read(bench, 2, 1, (struct content_places){.source_aside = WHOLE});
    check_wrong(bench, "from what was kept aside: block 0 holds nothing");
    tell_read(bench, 2, 1, (struct content_places){.source_drives = 0x7f});
    check_wrong(bench, "segments 80 are taken from nowhere");
    tell_read(bench, 2, 1, (struct content_places){.source_cache = 1, .source_drives = WHOLE});
    check_wrong(bench, "segments 1 lie in two places");
    tell_read(bench, 3, 1, (struct content_places){.source_drives = WHOLE});
    check_wrong(bench, "though the volume is no target");
    bench_destroy(bench);
}

static void what_is_overwritten_is_kept(void)
{
    struct machine_bench *bench = after_t0();
    tell_kept(bench, 0, 0, 1);
    tell_written(bench, 0, 0, 2); /* the first blocks of segment 0 */
    tell_written(bench, 0, BLOCKS, BLOCKS);
    tell_read(bench, 2, 0, (struct content_places){.source_aside = 1, .source_drives = WHOLE & ~1u});
    tell_read(bench, 2, 1, (struct content_places){.source_drives = WHOLE});
    check_sound(bench);
    tell_read(bench, 2, 0, (struct content_places){.source_cache = WHOLE});
    check_wrong(bench, "block 0 holds write");
    tell_read(bench, 2, 1, (struct content_places){.source_cache = WHOLE});
    check_wrong(bench, "block 0 holds write");
    tell_kept(bench, 0, 1, 1);
    check_wrong(bench, "kept aside, from its source's cache");
    tell_kept(bench, 0, 0, 1);
    check_wrong(bench, "kept aside twice");
    tell_kept(bench, 1, 0, 1);
    check_wrong(bench, "kept aside for nobody");
    bench_destroy(bench);
}

static void a_copied_track_is_the_targets_own(void)
{
    struct machine_bench *bench = after_t0();
    tell_kept(bench, 0, 0, 1);
    tell_written(bench, 0, 0, BLOCKS);
    tell_gathered(bench, 2, 0, (struct content_places){.source_aside = 1, .source_drives = WHOLE & ~1u});
    tell_entered(bench, 2, 0);
    tell_destaged(bench, 0, 0, WHOLE);
    tell_destaged(bench, 2, 0, WHOLE);
    tell_read(bench, 2, 0, (struct content_places){.drives = WHOLE});
    tell_written(bench, 2, 3, 1); /* a part */
    tell_read(bench, 2, 0, (struct content_places){.cache = 1, .drives = WHOLE & ~1u});
    check_sound(bench);
    CHECK_INT(oracle_kept(bench->oracle, 0), 0);
    tell_entered(bench, 2, 0);
    check_wrong(bench, "entered, though it is there");
    tell_entered(bench, 2, 1);
    check_wrong(bench, "was not gathered since T0");
    tell_gathered(bench, 2, 0, (struct content_places){.source_drives = WHOLE});
    check_wrong(bench, "gathered, though it is there");
    tell_staged(bench, 2, 0, (struct content_places){.drives = WHOLE});
    check_wrong(bench, "staged, from its drives: block 3");
    bench_destroy(bench);
}

static void a_source_destaged_too_early_is_noticed_at_once(void)
{
    struct machine_bench *bench = after_t0();
    tell_destaged(bench, 0, 0, 1); /* T0's own */
    check_sound(bench);
    tell_written(bench, 0, BLOCKS, 1);
    tell_gathered(bench, 2, 1, (struct content_places){.source_drives = WHOLE});
    check_sound(bench);
    tell_destaged(bench, 0, 1, 1);
    check_wrong(bench, "its source's track is destaged before it is copied");
    tell_entered(bench, 2, 1); /* was being read meanwhile */
    check_wrong(bench, "entered, and read meanwhile, from its source's drives: block 0");
    bench_destroy(bench);
}

static void a_target_is_written_whole_or_after_its_copy(void)
{
    struct machine_bench *bench = after_t0();
    tell_written(bench, 2, 0, BLOCKS);
    tell_read(bench, 2, 0, (struct content_places){.cache = WHOLE});
    check_sound(bench);
    tell_read(bench, 2, 0, (struct content_places){.source_drives = WHOLE});
    check_wrong(bench, "block 0 holds write");
    tell_staged(bench, 2, 0, (struct content_places){.source_drives = WHOLE}); /* was on its way */
    check_wrong(bench, "staged");
    tell_written(bench, 2, BLOCKS, BLOCKS - 1);
    check_wrong(bench, "a part of it was written, and the rest of T0 has not come");
    bench_destroy(bench);
}

static void stale_dirty_data_of_the_target_is_noticed(void)
{
    struct machine_bench *bench = after_t0();
    tell_destaged(bench, 2, 0, WHOLE); /* was dropped at T0 */
    check_wrong(bench, "destaged, from its cache: block 0 holds nothing");
    bench_destroy(bench);
}

static void a_mirror_of_a_target_gets_t0(void)
{
    struct machine_bench *bench = after_t0();
    struct content *content = bench->machine->content;
    content->copied(content, 2, 1, 1, &(struct content_places){.source_drives = WHOLE});
    tell_read(bench, 1, 1, (struct content_places){.cache = WHOLE});
    check_sound(bench);
    CHECK_INT(bench->oracle->blocks[1][BLOCKS], bench->oracle->blocks[0][BLOCKS]);
    content->copied(content, 2, 1, 1, &(struct content_places){.drives = WHOLE});
    check_wrong(bench, "copy to the secondary, from its drives: block 0");
    bench_destroy(bench);
}

/* What the target lacks at the end may be anything, until it is written. */
static void after_a_withdrawal_what_lacked_is_unknown(void)
{
    struct machine_bench *bench = new_bench(FLASH_NOCOPY);
    char why[PAIRS_WHY_BYTES];
    tell_written(bench, 0, 0, BLOCKS);
    CHECK(flashcopy_withdraw(bench->machine, 0, why));
    tell_read(bench, 2, 0, (struct content_places){.drives = WHOLE});
    tell_written(bench, 2, 0, 4);
    tell_read(bench, 2, 0, (struct content_places){.cache = 1, .drives = WHOLE & ~1u});
    check_sound(bench);
    tell_read(bench, 2, 0, (struct content_places){.drives = WHOLE});
    check_wrong(bench, "from its drives: block 0 holds what volume 2 began with instead of write");
    tell_entered(bench, 2, 1);
    check_wrong(bench, "entered, though it is there, or no FlashCopy stands");
    bench->machine->content->ended(bench->machine->content, 0, 2);
    check_wrong(bench, "a FlashCopy ended that did not stand");
    bench_destroy(bench);
}

/* ---- machines whose words are broken ---- */

enum fault {
    SOUND,
    NOT_KEPT,
    NOT_ENTERED,
    NOT_GATHERED,
    GATHERED_FROM_DRIVES,
    READ_FROM_ITSELF,
    NOT_ESTABLISHED,
    NOT_DESTAGED,
    FAULTS
};

struct breaker {
    struct content_relay relay; /* first: the content's address is the breaker's */
    enum fault fault;
    int64_t broken;             /* times */
};

static bool breaks(struct content *content, enum fault fault)
{
    struct breaker *breaker = (struct breaker *)content;
    breaker->broken += breaker->fault == fault;
    return breaker->fault == fault;
}

static struct content *oracle_behind(struct content *content)
{
    return ((struct breaker *)content)->relay.next;
}

static void kept(struct content *content, uint32_t source, int64_t track, uint32_t segments)
{
    if (!breaks(content, NOT_KEPT))
        oracle_behind(content)->kept(oracle_behind(content), source, track, segments);
}

static void entered(struct content *content, uint32_t target, int64_t track)
{
    if (!breaks(content, NOT_ENTERED))
        oracle_behind(content)->entered(oracle_behind(content), target, track);
}

static void established(struct content *content, uint32_t source, uint32_t target)
{
    if (!breaks(content, NOT_ESTABLISHED))
        oracle_behind(content)->established(oracle_behind(content), source, target);
}

static void destaged(struct content *content, uint32_t volume, int64_t track, uint32_t segments)
{
    if (!breaks(content, NOT_DESTAGED))
        oracle_behind(content)->destaged(oracle_behind(content), volume, track, segments);
}

static void gathered(struct content *content, uint32_t target, int64_t track, const struct content_places *from)
{
    struct content_places places = *from;
    if (breaks(content, NOT_GATHERED))
        return;
    if ((places.source_aside | places.source_cache) != 0 && breaks(content, GATHERED_FROM_DRIVES))
        places = (struct content_places){.source_drives = WHOLE};
    oracle_behind(content)->gathered(oracle_behind(content), target, track, &places);
}

static void read(struct content *content, const struct io_record *record, int64_t track,
                 const struct content_places *from)
{
    struct content_places places = *from;
    uint32_t source = places.source_cache | places.source_drives | places.source_aside;
    if (source != 0 && breaks(content, READ_FROM_ITSELF))
        places = (struct content_places){.cache = places.cache, .drives = places.drives | source};
    oracle_behind(content)->read(oracle_behind(content), record, track, &places);
}

static void break_it(struct machine_bench *bench, struct breaker *breaker, enum fault fault)
{
    *breaker = (struct breaker){.fault = fault};
    content_relay_init(&breaker->relay, &bench->oracle->content);
    breaker->relay.content.kept = kept;
    breaker->relay.content.entered = entered;
    breaker->relay.content.gathered = gathered;
    breaker->relay.content.read = read;
    breaker->relay.content.established = established;
    breaker->relay.content.destaged = destaged;
    bench->machine->content = &breaker->relay.content;
}

static void establish(struct machine_bench *bench, bool background)
{
    char why[PAIRS_WHY_BYTES];
    CHECK(flashcopy_establish(bench->machine, 0, background, false, false, why));
    bench_run_for(bench, SIM_S + SIM_MS);
}

/* Writes before T0, and after it to either side, reads of the target; then all is destaged and looked at. */
static void live(struct machine_bench *bench, bool background)
{
    for (int64_t track = 0; track < 6; track++)
        bench_write(bench, 0, track * TRACK, SEGMENT);
    establish(bench, background);
    for (int64_t track = 0; track < 4; track++) {
        bench_write(bench, 0, track * TRACK + 512, 2 * SEGMENT);
        bench_issue(bench, IO_READ, 2, track * TRACK, TRACK);
    }
    bench_write(bench, 2, 2 * TRACK, TRACK);
    bench_write(bench, 2, 3 * TRACK + 1024, 512);
    bench_run_for(bench, 30 * SIM_S);
    for (int64_t track = 0; track < 20; track++)
        bench_issue(bench, IO_READ, 2, track * TRACK, TRACK);
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    for (uint32_t volume = 0; volume < 4; volume++) {
        oracle_check_volume(bench->oracle, volume);
        oracle_check_drives(bench->oracle, volume);
    }
}

static void a_sound_machine_passes(void)
{
    for (int background = 0; background < 2; background++) {
        struct breaker breaker;
        struct machine_bench *bench = new_bench(FLASH_NONE);
        break_it(bench, &breaker, SOUND);
        live(bench, background);
        check_sound(bench);
        bench_destroy(bench);
    }
}

static void a_machine_that_does_not_say_so_is_noticed(void)
{
    for (enum fault fault = SOUND + 1; fault < FAULTS; fault++) {
        for (int background = 0; background < 2; background++) {
            struct breaker breaker;
            struct machine_bench *bench = new_bench(FLASH_NONE);
            break_it(bench, &breaker, fault);
            live(bench, background);
            unit_check(breaker.broken > 0 && bench->oracle->wrong > 0, __FILE__, __LINE__,
                       "fault %d: broke %" PRId64 " words, %" PRId64 " wrong", (int)fault, breaker.broken,
                       bench->oracle->wrong);
            bench_destroy(bench);
        }
    }
}

/* ---- machines that are broken ---- */

/* The write of a track was complete at once, because it may not be destaged before the old one is copied. Now it
 * may. */
static void unbind(struct machine_bench *bench, int64_t track)
{
    struct rank *rank = bench_rank(bench, 0);
    cache_track entry = cache_find(rank->cluster->cache, rank->index, track);
    CHECK(entry != 0 && cache_is_bound(rank->cluster->cache, entry));
    cache_unbind(rank->cluster->cache, rank, entry);
}

static void a_destage_before_the_copy_makes_t0_wrong(void)
{
    for (int broken = 0; broken < 2; broken++) {
        struct machine_bench *bench = new_bench(FLASH_NONE);
        bench_write(bench, 0, 3 * TRACK, TRACK);
        bench_run_for(bench, 30 * SIM_S);
        establish(bench, false);
        bench_write(bench, 0, 3 * TRACK, TRACK);
        if (broken)
            unbind(bench, 3);
        bench_run_for(bench, 30 * SIM_S);
        CHECK_INT(bench_dirty_segments(bench, 0), 0);
        if (broken)
            check_wrong(bench, "t0 track 3: its source's track is destaged before it is copied");
        bench_issue(bench, IO_READ, 2, 3 * TRACK, 512);
        bench_run_for(bench, SIM_S);
        if (broken)
            check_wrong(bench, "from its source's drives: block 0 holds write 1 instead of write 0");
        CHECK((oracle_check_volume(bench->oracle, 2) > 0) == broken);
        if (!broken)
            check_sound(bench);
        bench_destroy(bench);
    }
}

/* What was dirty at T0 was kept in NVS, and is T0 still: only what was on the drives alone is lost. */
static void what_was_kept_outlives_a_wrong_destage(void)
{
    struct machine_bench *bench = new_bench(FLASH_NONE);
    bench_write(bench, 0, 3 * TRACK, SEGMENT);
    establish(bench, false);
    bench_write(bench, 0, 3 * TRACK, 2 * SEGMENT);
    unbind(bench, 3);
    bench_run_for(bench, 30 * SIM_S);
    check_wrong(bench, "destaged before it is copied");
    bench_issue(bench, IO_READ, 2, 3 * TRACK, SEGMENT);
    bench_run_for(bench, SIM_S);
    check_sound(bench);
    bench_issue(bench, IO_READ, 2, 3 * TRACK, 2 * SEGMENT);
    bench_run_for(bench, SIM_S);
    check_wrong(bench, "block 8 holds write 1 instead of what volume 0 began with");
    bench_destroy(bench);
}

/* A track said to be on the target that is not. */
static void a_track_done_too_early_is_noticed(void)
{
    struct machine_bench *bench = new_bench(FLASH_NONE);
    bench_write(bench, 0, 5 * TRACK, SEGMENT);
    establish(bench, false);
    change_map_set(&bench->machine->relations[0].done, 5, 5);
    oracle_check_volume(bench->oracle, 2);
    check_wrong(bench, "looked at, from its drives: block 0 holds what volume 2 began with");
    change_map_set(&bench->machine->relations[0].done, 6, 6);
    bench_issue(bench, IO_READ, 2, 6 * TRACK, TRACK);
    bench_run_for(bench, SIM_S);
    check_wrong(bench, "from its drives: block 0 holds what volume 2 began with instead of what volume 0 began with");
    bench_destroy(bench);
}

UNIT_MAIN("flashcopy content",
          {"T0 is read from where it is, and from nowhere else", t0_is_read_from_where_it_is_alone},
          {"what is overwritten of T0 is kept before", what_is_overwritten_is_kept},
          {"a copied track is the target's own", a_copied_track_is_the_targets_own},
          {"a source's track that is destaged before it is copied is noticed at once",
           a_source_destaged_too_early_is_noticed_at_once},
          {"a target's track is written whole, or after its copy", a_target_is_written_whole_or_after_its_copy},
          {"dirty data that the target had before T0 is noticed", stale_dirty_data_of_the_target_is_noticed},
          {"a mirror of a target gets T0", a_mirror_of_a_target_gets_t0},
          {"after a withdrawal, what the target lacked is unknown", after_a_withdrawal_what_lacked_is_unknown},
          {"a sound machine passes", a_sound_machine_passes},
          {"a machine that leaves something out is noticed", a_machine_that_does_not_say_so_is_noticed},
          {"a destage before the copy makes T0 wrong, for readers too", a_destage_before_the_copy_makes_t0_wrong},
          {"what was kept aside outlives a wrong destage", what_was_kept_outlives_a_wrong_destage},
          {"a track that is said to be there too early is noticed", a_track_done_too_early_is_noticed})
