// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An eighth of bench_flash_estate's servers: memory follows the relations' tracks, a bit for each.
 */
#include <stdio.h>

#include "models/machine.h"
#include "models/relation.h"
#include "tests/allocated.h"
#include "tests/flash_config.h"
#include "tests/flash_estate.h"
#include "tests/machine_bench.h"
#include "tests/unit.h"

/* A relation's own struct, and what its map's words are rounded up to. */
enum { FIXED_BYTES = 512, PAGE_BYTES = 4096 };

/* What it takes to have every track of a NOCOPY relation on its target. */
static int64_t written_bytes(int64_t tracks)
{
    struct machine_bench *bench = bench_create(flash_config_create(2, 1, tracks, FLASH_NOCOPY));
    struct relation *relation = &bench->machine->relations[0];
    size_t before = allocated_bytes();
    for (int64_t track = 0; track < tracks; track++)
        relation_track_is_done(relation, track);
    size_t after = allocated_bytes();
    CHECK_INT(flashcopy_tracks_left(bench->machine, 0), 0);
    bench_destroy(bench);
    return (int64_t)(after - before);
}

static void test_relation(void)
{
    static const int64_t tracks[] = {60, 1000, 32768, 500000};
    CHECK(sizeof(struct relation) <= FIXED_BYTES);
    for (size_t i = 0; i < sizeof tracks / sizeof tracks[0]; i++) {
        int64_t bytes = written_bytes(tracks[i]);
        printf("    %lld tracks: %lld bytes, %.4f bits a track, beside a struct of %zu\n", (long long)tracks[i],
               (long long)bytes, 8.0 * (double)bytes / (double)tracks[i], sizeof(struct relation));
        CHECK(bytes > 0 && 8 * (bytes - PAGE_BYTES) <= tracks[i] * 11 / 10);
    }
}

static void test_untouched(void)
{
    struct machine_bench *small = bench_create(flash_config_create(2, 1, 1000, FLASH_NOCOPY));
    size_t before = allocated_bytes();
    struct machine_bench *large = bench_create(flash_config_create(2, 1, 500000, FLASH_NOCOPY));
    size_t large_bytes = allocated_bytes() - before;
    bench_destroy(large);
    before = allocated_bytes();
    struct machine_bench *other = bench_create(flash_config_create(2, 1, 1000, FLASH_NOCOPY));
    size_t small_bytes = allocated_bytes() - before;
    bench_destroy(other);
    bench_destroy(small);
    CHECK(large_bytes < small_bytes + 1000);
}

/* 500,000,000 tracks are 62.5 MB of bits, all pages of which are written to; the servers take the rest. */
static void test_estate(void)
{
    struct flash_estate_plan plan = {.servers = 4, .volume_mb = 64000, .seconds = 60};
    struct flash_estate_result result = flash_estate_run(&plan);
    flash_estate_print(&plan, &result);
    CHECK_INT(result.relations, 256);
    CHECK_INT(result.tracks, 500000000);
    CHECK_INT(result.errors, 0);
    CHECK_INT(result.unaccounted, 0);
    CHECK(result.copied_for_source > 10000 && result.copied_for_source <= result.source_writes);
    CHECK(result.copied_for_target > 10000);
    CHECK(result.replaced > 10000 && result.copied_for_target + result.replaced <= result.target_writes);
    CHECK(result.staged <= result.copied_for_source + result.copied_for_target);
    if (!WITH_ADDRESS_SANITIZER)
        CHECK(result.peak_bytes < 110000000);
}

UNIT_MAIN("flash_estate",
          {"a relation takes at most 1.1 bits a track, a page and a fixed part", test_relation},
          {"one of which nothing was written takes as much, however large it is", test_untouched},
          {"256 NOCOPY relations of 64 GB are simulated in as much memory as their bits and their servers take",
           test_estate})
