// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flash_run: an F20 of the catalogue with FlashCopies, run as any scenario (mirror_run.h has what comes out).
 *
 * The common ground is FCA24 with two ranks of logical subsystem 16, `prod` on loop A and `copy` on loop B. On `prod`
 * lie the sources db.0 to db.7 and behind them same.0 to same.7, on `copy` snap.0 to snap.7: targets on another rank,
 * and on the source's own. A host h has two ports. What a test needs changed stands in its plan.
 */
#ifndef TESTS_FLASH_RUN_H
#define TESTS_FLASH_RUN_H

#include "tests/mirror_run.h"

enum { FLASH_VOLUMES = 8 };

struct flash_plan {
    const char *run;        /* keys of `run`: "duration: 5 s, start: cold" */
    const char *catalog;    /* its sections, in braces; NULL: none */
    const char *server;     /* lines of the server, of four blanks each; NULL: none */
    const char *prod;       /* further keys of the ranks: "drive: slow"; NULL: none */
    const char *copy;
    const char *size;       /* of each volume; NULL: 1 GiB */
    const char *workloads;  /* lines under `workloads:`, of two blanks each; NULL: none */
    const char *more;       /* further sections; NULL: none */
};

/* The plan's scenario, to be freed. */
char *flash_text(const struct flash_plan *plan);

/* Runs it. Ends the program where it has mistakes. Freed with mirror_run_free(). */
struct mirror_run *flash_run(const struct flash_plan *plan);

/* Sections `tasks` and `timeline`, to be freed: at 0 s task `go` establishes the first `pairs` (1 to 8) volumes of
 * db as sources of those of `target` ("snap", "same"), with further keys ("background_copy: no"; "": none). */
char *flash_establish(int pairs, const char *target, const char *keys);

/* The same as the section `pairs`: they stand at the start. */
char *flash_pairs(int pairs, const char *target, const char *keys);

/* Drive commands of the rank ("prod"), over the measured interval. */
int64_t flash_commands(const struct mirror_run *run, const char *rank);

/* Seconds from T0 until the last FlashCopy is complete; NaN where one is not. */
double flash_copy_s(const struct mirror_run *run);

/* Whether its tracks are all accounted for, each once. Takes a FlashCopy's report. */
void flash_check_conserved(const struct pair_report *report);

#endif
