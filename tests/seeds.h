// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * seeds: which seeds a property test draws its machines from, as the environment has it.
 *
 *     ESSIM_FUZZ_SEEDS   how many
 *     ESSIM_FUZZ_FIRST   the first one, 1 if nothing is said
 *     ESSIM_FUZZ_LOUD    name each as it is drawn
 */
#ifndef TESTS_SEEDS_H
#define TESTS_SEEDS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

struct seeds {
    uint64_t first, end; /* from the first one to before this */
    bool loud;
};

static inline uint64_t seeds_number(const char *name, uint64_t standard)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : standard;
}

/* The seeds that are asked for, `standard` of them if nothing is said. */
static inline struct seeds seeds_asked_for(uint64_t standard)
{
    uint64_t first = seeds_number("ESSIM_FUZZ_FIRST", 1);
    return (struct seeds){first, first + seeds_number("ESSIM_FUZZ_SEEDS", standard), getenv("ESSIM_FUZZ_LOUD") != NULL};
}

#endif
