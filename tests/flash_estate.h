// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flash_estate: servers full of NOCOPY FlashCopies, all in one run - hosts write to sources and targets, and read with
 * drawn hits.
 *
 * Every server is an F20 with 32 ranks of 7+P, four on each loop. Those on loops A have four sources each, those on
 * loops B the targets: 64 relations, which stand at the start. The start is cold.
 */
#ifndef TESTS_FLASH_ESTATE_H
#define TESTS_FLASH_ESTATE_H

#include <stdint.h>

struct flash_estate_plan {
    int servers;              /* 1 to 999 */
    int64_t volume_mb;        /* size of each volume, 10^6 bytes; 64,000 at most */
    double seconds;           /* simulated */
};

struct flash_estate_result {
    int relations, servers;
    int64_t tracks;           /* of all sources */
    int64_t copied_for_source, copied_for_target; /* tracks, because they were written to */
    int64_t replaced, left;   /* written on the target, the whole track; not on the target yet */
    int64_t staged, redirected; /* copied tracks, and reads of targets, that asked the source's rank */
    int64_t unaccounted;      /* relations whose tracks do not add up, or that are not nocopy any more */
    int64_t source_writes, target_writes, reads;
    int64_t errors;           /* I/Os with one */
    int64_t events;
    double load_s, build_s, run_s, free_s; /* wall */
    int64_t loaded_bytes;     /* the process's memory at most, with the scenario, once the model was built ... */
    int64_t built_bytes;
    int64_t peak_bytes;       /* ... and in all */
};

/* Runs it; ends the program where its scenario is refused. */
struct flash_estate_result flash_estate_run(const struct flash_estate_plan *plan);

/* Prints all of it. */
void flash_estate_print(const struct flash_estate_plan *plan, const struct flash_estate_result *result);

#endif
