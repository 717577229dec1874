// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * machine_bench: a machine without workloads, to which a test issues its I/Os; and what the test then asks of it.
 */
#ifndef TESTS_MACHINE_BENCH_H
#define TESTS_MACHINE_BENCH_H

#include "models/host_io.h"
#include "models/machine.h"

struct content_oracle;

enum { TRACK = 32768, SEGMENT = 4096, BENCH_EVENTS_MAX = 64 };

struct machine_bench {
    struct io_sink sink;      /* first: the sink's address is the bench's */
    struct event_sink events;
    struct config *config;
    struct sim *sim;
    struct machine *machine;
    struct host_io_pool ios;
    struct io_record last;    /* completed last */
    int64_t out_of_order;     /* completions with a number below an earlier one's */
    int64_t errors;           /* completions with an error */
    struct content_oracle *oracle; /* hears of all I/Os and content; NULL where none was asked for */
    char *told[BENCH_EVENTS_MAX]; /* events: "SUBJECT: EVENT" ... */
    char *details[BENCH_EVENTS_MAX]; /* ... and their details */
    sim_time told_ns[BENCH_EVENTS_MAX];
    int told_count;
};

/* Builds the machine of a small config, which it takes over. */
struct machine_bench *bench_create(struct config *config);
void bench_destroy(struct machine_bench *bench);

/* Has an oracle watch what stands on the volumes from now on; it goes with the bench. */
struct content_oracle *bench_watch(struct machine_bench *bench);

/* Lets `ns` pass. */
void bench_run_for(struct machine_bench *bench, sim_time ns);

/* Issues an I/O through the first port; a write that has 2 ms to complete. */
void bench_issue(struct machine_bench *bench, enum io_op op, uint32_t volume, int64_t offset_bytes, int64_t bytes);
void bench_write(struct machine_bench *bench, uint32_t volume, int64_t offset_bytes, int64_t bytes);

/* A rank; the first one's cluster; segments in that cluster's NVS; a rank's dirty segments by asking the cache. */
struct rank *bench_rank(struct machine_bench *bench, int number);
struct cluster *bench_cluster(struct machine_bench *bench);
int64_t bench_nvs_segments(struct machine_bench *bench);
int64_t bench_dirty_segments(struct machine_bench *bench, int rank);

/* Commands that a drive of the rank's eight-pack has done. */
int64_t bench_commands(struct machine_bench *bench, int rank, int drive);

/* When the event ("TEST1/r0: rank lost") was told for the first time; -1 for never. */
sim_time bench_told_ns(const struct machine_bench *bench, const char *event);

/* What was told with the event the last time; "" for never. */
const char *bench_told_detail(const struct machine_bench *bench, const char *event);

#endif
