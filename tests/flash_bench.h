// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flash_bench: the machine of a plan (flash_run.h) without its workloads: a test issues the I/Os, and counts what
 * drives do.
 */
#ifndef TESTS_FLASH_BENCH_H
#define TESTS_FLASH_BENCH_H

#include <stdio.h>
#include <stdlib.h>

#include "models/flashcopy.h"
#include "sim/memory.h"
#include "tests/flash_run.h"
#include "tests/machine_bench.h"
#include "tests/scenario_fixture.h"

struct flash_bench {
    struct machine_bench *bench;
    struct scenario *scenario;
    uint32_t source, target; /* volumes of the first FlashCopy */
    int source_rank, target_rank;
};

static inline struct flash_bench flash_bench_create(const struct flash_plan *plan)
{
    char *text = flash_text(plan);
    struct flash_bench it = {.scenario = load(text, NULL)};
    free(text);
    if (it.scenario == NULL) {
        printf("%s", found);
        exit(EXIT_FAILURE);
    }
    const struct config *config = scenario_config(it.scenario);
    it.source = (uint32_t)config->pairs[0].source;
    it.target = (uint32_t)config->pairs[0].target;
    it.source_rank = config->volumes[it.source].rank;
    it.target_rank = config->volumes[it.target].rank;
    it.bench = bench_create((struct config *)config);
    return it;
}

/* The bench would take the config with it, which is the scenario's. */
static inline void flash_bench_destroy(struct flash_bench *it)
{
    it->bench->config = memory_alloc_zeroed(1, sizeof *it->bench->config);
    bench_destroy(it->bench);
    scenario_destroy(it->scenario);
}

static inline struct pair_report flash_bench_report(const struct flash_bench *it)
{
    struct pair_report report;
    flashcopy_report(it->bench->machine, 0, &report);
    return report;
}

/* Commands that the drives of a rank have done. */
static inline int64_t flash_bench_commands(const struct flash_bench *it, int rank)
{
    int64_t sum = 0;
    for (int drive = 0; drive < RANK_DRIVES_MAX; drive++)
        sum += bench_commands(it->bench, rank, drive);
    return sum;
}

/* Accesses to drives of a rank by destages begun. */
static inline int64_t flash_bench_destaged(const struct flash_bench *it, int rank)
{
    const struct raid_counts *raid = &bench_rank(it->bench, rank)->raid;
    return raid->data_reads + raid->data_writes + raid->parity_reads + raid->parity_writes;
}

#endif
