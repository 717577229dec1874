// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What may be done in the very instant in which FlashCopies established together begin to stand: whoever hears of the
 * first of them finds that the others are in progress too.
 */
#include "models/relation.h"
#include "tests/flash_config.h"
#include "tests/machine_bench.h"
#include "tests/unit.h"

/* Tries to establish the last pair when the first one stands. */
struct meddler {
    struct pair_listener listener; /* first: the listener's address is the meddler's */
    struct machine *machine;
    int tries;
    bool allowed;
    char why[PAIRS_WHY_BYTES];
};

static void entered(struct pair_listener *listener, int32_t pair)
{
    struct meddler *meddler = (struct meddler *)listener;
    if (pair != 0 || flashcopy_state(meddler->machine, 0) != FLASH_NOCOPY)
        return;
    meddler->tries++;
    meddler->allowed = flashcopy_establish(meddler->machine, 2, false, false, false, meddler->why);
}

static void a_volume_about_to_stand_in_one_is_refused_to_another(void)
{
    struct config *config = flash_config_create(2, 3, 60, FLASH_NONE);
    config->pairs[2].source = 1; /* s1 > t2, while s1 > t1 is about to stand */
    struct machine_bench *bench = bench_create(config);
    struct meddler meddler = {.listener.entered = entered, .machine = bench->machine};
    char why[PAIRS_WHY_BYTES];
    bench->machine->pair_listener = &meddler.listener;
    CHECK(flashcopy_establish(bench->machine, 0, false, false, false, why));
    CHECK(flashcopy_establish(bench->machine, 1, false, false, false, why));
    bench_run_for(bench, 3 * SIM_S);
    CHECK_INT(meddler.tries, 1);
    CHECK(!meddler.allowed);
    CHECK_CONTAINS(meddler.why, "source s1 is in use by FlashCopy s1>t1");
    CHECK_INT(flashcopy_state(bench->machine, 1), FLASH_NOCOPY);
    CHECK(bench->machine->volumes[1].source_of == &bench->machine->relations[1]);
    bench_destroy(bench);
}

UNIT_MAIN("flashcopy_standing", {"a volume about to stand in one relation is refused to another",
                                 a_volume_about_to_stand_in_one_is_refused_to_another})
