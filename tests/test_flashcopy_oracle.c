// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Machines with FlashCopies drawn at random under load, tasks and failures (flash_storm.h). Whatever was drawn: a read
 * of a target returns T0 or what was written to it since, mirrored or not; the tracks of a relation add up; and in the
 * end every I/O is complete, all is destaged, and nothing is kept or locked.
 *
 * ESSIM_FUZZ_SEEDS=N runs N machines, ESSIM_FUZZ_FIRST=S begins with number S.
 */
#include <inttypes.h>
#include <stdio.h>

#include "models/flashcopy.h"
#include "models/pprc_pair.h"
#include "tests/flash_storm.h"
#include "tests/mirror_checks.h"
#include "tests/seeds.h"
#include "tests/unit.h"

#ifdef NDEBUG
enum { SEEDS = 8000 };
#else
enum { SEEDS = 500 }; /* assertions, perhaps sanitizers */
#endif

/* What the runs met, to see that they meet it at all. */
struct met {
    int64_t ios, tracks_read, tracks_kept, tracks_relayed, established, withdrawn, mirrored, copied;
    int64_t background, for_source, for_target, replaced, staged, redirected; /* of each relation's last time */
    int64_t errors[IO_ERROR_COUNT];
};

static void note_flashcopy(const struct mirror_storm *storm, size_t index, struct met *met)
{
    struct pair_report report;
    flashcopy_report(storm->machine, (int32_t)index, &report);
    met->background += report.flashcopy.background_tracks;
    met->for_source += report.flashcopy.write_tracks;
    met->for_target += report.flashcopy.completed_tracks;
    met->replaced += report.flashcopy.replaced_tracks;
    met->staged += report.flashcopy.staged_tracks;
    met->redirected += report.flashcopy.redirected_reads;
}

static void note(const struct mirror_storm *storm, struct met *met)
{
    met->ios += storm->ios.completed;
    met->tracks_read += storm->oracle->tracks_read;
    met->tracks_kept += storm->oracle->tracks_kept;
    met->tracks_relayed += storm->oracle->tracks_relayed;
    met->established += storm->flashcopies;
    met->withdrawn += storm->withdrawals;
    for (int error = 0; error < IO_ERROR_COUNT; error++)
        met->errors[error] += storm->errors[error];
    for (size_t i = 0; i < storm->config->pair_count; i++) {
        if (!mirror_storm_is_pprc(storm, i)) {
            note_flashcopy(storm, i, met);
            continue;
        }
        met->mirrored += mirror_storm_pair(storm, i)->mirrored_writes;
        met->copied += mirror_storm_pair(storm, i)->copied_tracks;
    }
}

static void run_seed(uint64_t seed, struct met *met, char digest[DIGEST_TEXT_BYTES])
{
    struct mirror_storm *storm = flash_storm_begin(seed);
    mirror_checks_run(storm);
    note(storm, met);
    mirror_storm_end(storm, digest);
}

static void test_machines(void)
{
    struct seeds seeds = seeds_asked_for(SEEDS);
    struct met met = {0};
    for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
        char digest[DIGEST_TEXT_BYTES];
        if (seeds.loud)
            fprintf(stderr, "%" PRIu64 "\n", seed);
        run_seed(seed, &met, digest);
    }
    printf("    %lld I/Os, tracks read and compared %lld; FlashCopies established %lld, withdrawn %lld\n"
           "    tracks copied in the background %lld, for source writes %lld, for target writes %lld, replaced %lld;\n"
           "    staged %lld, kept aside %lld, reads redirected %lld;\n"
           "    mirrored: writes %lld, tracks %lld, of T0 from the source %lld\n    errors:",
           (long long)met.ios, (long long)met.tracks_read, (long long)met.established, (long long)met.withdrawn,
           (long long)met.background, (long long)met.for_source, (long long)met.for_target, (long long)met.replaced,
           (long long)met.staged, (long long)met.tracks_kept, (long long)met.redirected, (long long)met.mirrored,
           (long long)met.copied, (long long)met.tracks_relayed);
    for (int error = 1; error < IO_ERROR_COUNT; error++)
        printf(" %s %lld", io_error_name((enum io_error)error), (long long)met.errors[error]);
    printf("\n");
    if (seeds.end - seeds.first < SEEDS)
        return;
    CHECK(met.background > 0 && met.for_source > 0 && met.for_target > 0 && met.replaced > 0 && met.redirected > 0);
    CHECK(met.tracks_read > 0 && met.tracks_kept > 0 && met.tracks_relayed > 0 && met.withdrawn > 0);
    CHECK(met.mirrored > 0 && met.copied > 0);
}

static void test_again(void)
{
    struct met met = {0};
    for (uint64_t seed = 1; seed <= 10; seed++) {
        char once[DIGEST_TEXT_BYTES], again[DIGEST_TEXT_BYTES];
        run_seed(seed, &met, once);
        run_seed(seed, &met, again);
        CHECK_STRING(again, once);
    }
}

UNIT_MAIN("flashcopy oracle",
          {"whatever is written, withdrawn or fails, a target reads as its source at T0, and as it was written since",
           test_machines},
          {"a drawn machine does the same twice", test_again})
