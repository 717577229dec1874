// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tests that are worthless in one way each, and a sound one: CTest runs them by a part of their
 * rule and expects each but the sound one to fail, so a frame that overlooked one would show.
 */
#include "tests/unit.h"

static void check_truth(void)
{
    CHECK_INT(1 + 1, 2);
}

static void check_falsehood(void)
{
    CHECK_INT(1 + 1, 3);
}

static void check_nothing(void)
{
}

/* The sound test stands last, where it could hide what went wrong before it. */
UNIT_MAIN("failing", {"a failed check", check_falsehood}, {"a checkless test", check_nothing},
          {"a missing test", NULL}, {"a sound test", check_truth})
