// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mirrored machines drawn at random under load, tasks and failures (mirror_storm.h). Whatever was drawn: a duplex
 * secondary holds every acknowledged write, what a change map does not name is equal, a frozen group is dependent-write
 * consistent, and in the end every I/O is complete, every pair can be made equal, and nothing is left.
 *
 * ESSIM_FUZZ_SEEDS=N runs N machines, ESSIM_FUZZ_FIRST=S begins with number S.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/pprc_pair.h"
#include "tests/mirror_checks.h"
#include "tests/seeds.h"
#include "tests/unit.h"

#ifdef NDEBUG
enum { SEEDS = 1000 };
#else
enum { SEEDS = 100 }; /* assertions, perhaps sanitizers */
#endif

/* What the runs met, to see that they meet it at all. */
struct met {
    int64_t ios, frozen_groups, frozen_later, checked_duplex, copied, mirrored, failed, recorded;
    int64_t errors[IO_ERROR_COUNT];
};

static void note(const struct mirror_storm *storm, struct met *met)
{
    met->ios += storm->ios.completed;
    met->frozen_groups += storm->frozen_groups;
    met->frozen_later += storm->frozen_later;
    met->checked_duplex += storm->checked_duplex;
    for (int error = 0; error < IO_ERROR_COUNT; error++)
        met->errors[error] += storm->errors[error];
    for (size_t i = 0; i < storm->config->pair_count; i++) {
        met->copied += mirror_storm_pair(storm, i)->copied_tracks;
        met->mirrored += mirror_storm_pair(storm, i)->mirrored_writes;
        met->failed += mirror_storm_pair(storm, i)->failed_writes;
        met->recorded += mirror_storm_pair(storm, i)->recorded_writes;
    }
}

static void run_seed(uint64_t seed, struct met *met, char digest[DIGEST_TEXT_BYTES])
{
    struct mirror_storm *storm = mirror_storm_begin(seed);
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
    printf("    %lld I/Os, writes mirrored %lld, failed %lld, recorded %lld; tracks copied %lld; "
           "groups frozen %lld, after a while %lld; looks at duplex pairs %lld\n    errors:",
           (long long)met.ios, (long long)met.mirrored, (long long)met.failed, (long long)met.recorded,
           (long long)met.copied, (long long)met.frozen_groups, (long long)met.frozen_later,
           (long long)met.checked_duplex);
    for (int error = 1; error < IO_ERROR_COUNT; error++)
        printf(" %s %lld", io_error_name((enum io_error)error), (long long)met.errors[error]);
    printf("\n");
    if (seeds.end - seeds.first < SEEDS)
        return;
    CHECK(met.mirrored > 0 && met.failed > 0 && met.recorded > 0 && met.copied > 0 && met.frozen_later > 0);
    CHECK(met.errors[IO_NOT_MIRRORED] > 0 && met.errors[IO_WRITE_INHIBITED] > 0 && met.errors[IO_SECONDARY] > 0);
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

UNIT_MAIN("pprc oracle",
          {"whatever fails, a duplex secondary holds all that was acknowledged and a frozen group is consistent",
           test_machines},
          {"a drawn machine does the same twice", test_again})
