// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * drive_bench: one drive of the small config's type on a clock of its own, and what is done to it in tests.
 */
#ifndef TESTS_DRIVE_BENCH_H
#define TESTS_DRIVE_BENCH_H

#include "models/drive.h"
#include "sim/sim.h"
#include "tests/small_config.h"

/* The drive, at a phase of 0.3. */
struct bench {
    struct config *config;
    struct drive_type *type;
    struct sim *sim;
    struct drive_geometry *geometry;
    struct drive *drive;
};

static inline struct bench bench_create(void)
{
    struct bench bench = {.config = small_config_create(1, 1000)};
    bench.type = &bench.config->drive_types[0];
    bench.sim = sim_create(1);
    bench.geometry = drive_geometry_create(bench.type);
    bench.drive = drive_create(bench.sim, "d", bench.geometry, 0.3);
    return bench;
}

/* Makes the drive anew after its type was changed. */
static inline void bench_renew(struct bench *bench, double phase)
{
    drive_destroy(bench->drive);
    drive_geometry_destroy(bench->geometry);
    bench->geometry = drive_geometry_create(bench->type);
    bench->drive = drive_create(bench->sim, "d", bench->geometry, phase);
}

static inline void bench_destroy(struct bench *bench)
{
    drive_destroy(bench->drive);
    drive_geometry_destroy(bench->geometry);
    sim_destroy(bench->sim);
    small_config_destroy(bench->config);
}

/* Does one access from now on and lets its time pass. */
static inline struct drive_plan do_access(struct sim *sim, struct drive *drive, int64_t block, int32_t blocks, bool write)
{
    struct drive_plan plan;
    drive_begin(drive, &(struct drive_access){block, blocks, write}, &plan);
    sim_run(sim, sim_now(sim) + drive_plan_ns(&plan));
    return plan;
}
/* Lets time pass up to `instant`. */
static inline void wait_until(struct bench *bench, sim_time instant)
{
    sim_run(bench->sim, instant);
}

/* One access after another, each begun when the one before is over. */
static inline struct drive_plan read_blocks(struct bench *bench, int64_t block, int32_t blocks)
{
    return do_access(bench->sim, bench->drive, block, blocks, false);
}

static inline struct drive_plan write_blocks(struct bench *bench, int64_t block, int32_t blocks)
{
    return do_access(bench->sim, bench->drive, block, blocks, true);
}
/* The small config's drive with a buffer of two segments of 100 blocks, reading 60 blocks ahead. Phase 0: block 0
 * passes at every turn's begin. */
static inline struct bench buffered_create(void)
{
    struct bench bench = bench_create();
    bench.type->buffer = (struct drive_buffer_type){
        .segments = 2, .segment_blocks = 100, .ahead = AHEAD_AMOUNT, .read_ahead_blocks = 60, .write_segments = 1};
    bench_renew(&bench, 0);
    return bench;
}

/* ... that also reports writes early, with so many segments for them, over an interface of 100 us a block. */
static inline struct bench reporting_create(int32_t write_segments)
{
    struct bench bench = buffered_create();
    bench.type->interface_bytes_per_s = 5120000; /* 100 us a block */
    bench.type->buffer.report_early = true;
    bench.type->buffer.write_segments = write_segments;
    bench_renew(&bench, 0);
    return bench;
}

#endif
