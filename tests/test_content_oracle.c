// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The oracle itself: a sound mirror passes its checks, and each way of breaking it is noticed. What is broken is what
 * the oracle is told - a call left out, cut in half, late - as if the models had done so.
 */
#include "tests/content_oracle.h"

#include <stdlib.h>

#include "models/pprc_pair.h"
#include "tests/content_relay.h"
#include "tests/machine_bench.h"
#include "tests/mirror_config.h"
#include "tests/unit.h"

enum fault { SOUND, LEFT_OUT, CUT_IN_HALF, SWAPPED, WRONG_PLACE, STALE_COPY, FAULTS };

/* Stands between the machine and the oracle, and breaks one call. */
struct breaker {
    struct content_relay relay; /* first: the content's address is the breaker's */
    enum fault fault;
    int nth;                /* mirrored() to be broken, from 1 ... */
    int seen;               /* ... of so many */
    struct io_record late;  /* SWAPPED: the one that is told after the next */
    uint32_t late_target;
    bool is_late;
};

static void mirrored(struct content *content, const struct io_record *record, uint32_t target, int64_t first,
                     int64_t blocks)
{
    struct breaker *breaker = (struct breaker *)content;
    bool broken = ++breaker->seen == breaker->nth;
    if (broken && breaker->fault == LEFT_OUT)
        return;
    if (broken && breaker->fault == CUT_IN_HALF)
        blocks /= 2;
    if (broken && breaker->fault == WRONG_PLACE)
        first++;
    if (broken && breaker->fault == SWAPPED) {
        breaker->late = *record;
        breaker->late_target = target;
        breaker->is_late = true;
        return;
    }
    breaker->relay.next->mirrored(breaker->relay.next, record, target, first, blocks);
    if (breaker->is_late)
        breaker->relay.next->mirrored(breaker->relay.next, &breaker->late, breaker->late_target,
                                      breaker->late.offset_blocks, breaker->late.length_bytes / BLOCK_BYTES);
    breaker->is_late = false;
}

static void copied(struct content *content, uint32_t source, uint32_t target, int64_t track,
                   const struct content_places *from)
{
    struct breaker *breaker = (struct breaker *)content;
    if (breaker->fault != STALE_COPY || ++breaker->seen != breaker->nth)
        breaker->relay.next->copied(breaker->relay.next, source, target, track, from);
}

static struct machine_bench *new_bench(struct breaker *breaker, enum fault fault, int nth, enum pair_state state)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 2, 1, 40, state));
    bench_watch(bench);
    *breaker = (struct breaker){.fault = fault, .nth = nth};
    content_relay_init(&breaker->relay, &bench->oracle->content);
    breaker->relay.content.mirrored = mirrored;
    breaker->relay.content.copied = copied;
    bench->machine->content = &breaker->relay.content;
    return bench;
}

/* ---- duplex pairs ---- */

enum { WRITES = 12 };

/* Writes, one after another, to the same two places and to others, on both volumes in turn. */
static void write_all(struct machine_bench *bench)
{
    for (int i = 0; i < WRITES; i++) {
        bench_issue(bench, IO_WRITE, (uint32_t)(i % 2), (i % 3) * TRACK + 1024, 8192);
        bench_run_for(bench, 20 * SIM_MS);
    }
    CHECK_INT(bench->errors, 0);
}

/* What the checks of a duplex pair see of all that is wrong. */
static int64_t seen_wrong(const struct machine_bench *bench)
{
    const struct content_oracle *oracle = bench->oracle;
    int64_t wrong = 0;
    for (uint32_t source = 0; source < 2; source++)
        wrong += oracle_missing(oracle, source, 2 + source) + oracle_torn(oracle, source, 2 + source) +
                 oracle_unnamed(oracle, &bench->machine->pairs[source]);
    return wrong;
}

static void sound_mirror_passes(void)
{
    struct breaker breaker;
    struct machine_bench *bench = new_bench(&breaker, SOUND, 0, PPRC_DUPLEX);
    const uint32_t sources[] = {0, 1}, targets[] = {2, 3};
    write_all(bench);
    CHECK_INT(breaker.seen, WRITES);
    CHECK_INT(seen_wrong(bench), 0);
    CHECK_INT(oracle_breaches(bench->oracle, sources, targets, 2), 0);
    CHECK_INT(oracle_differences(bench->oracle, 0, 2) + oracle_differences(bench->oracle, 1, 3), 0);
    bench_destroy(bench);
}

/* Whichever of the last writes to their places it is: earlier ones are overwritten. */
static void broken_mirror_is_noticed(void)
{
    static const enum fault faults[] = {LEFT_OUT, CUT_IN_HALF, WRONG_PLACE};
    for (int i = 0; i < 3; i++) {
        for (int nth = WRITES - 5; nth <= WRITES; nth++) {
            struct breaker breaker;
            struct machine_bench *bench = new_bench(&breaker, faults[i], nth, PPRC_DUPLEX);
            write_all(bench);
            CHECK(seen_wrong(bench) > 0);
            bench_destroy(bench);
        }
    }
}

static void missing_and_torn_say_what_is_wrong(void)
{
    struct breaker breaker;
    struct machine_bench *bench = new_bench(&breaker, LEFT_OUT, WRITES, PPRC_DUPLEX);
    write_all(bench);
    CHECK_INT(oracle_missing(bench->oracle, 1, 3), 16);
    CHECK_INT(oracle_torn(bench->oracle, 1, 3), 0);
    CHECK_INT(oracle_missing(bench->oracle, 0, 2), 0);
    bench_destroy(bench);
    bench = new_bench(&breaker, CUT_IN_HALF, WRITES, PPRC_DUPLEX);
    write_all(bench);
    CHECK_INT(oracle_missing(bench->oracle, 1, 3), 8);
    CHECK_INT(oracle_torn(bench->oracle, 1, 3), 1);
    bench_destroy(bench);
}

/* Two writes to one place arrive in the wrong order: the older one stays. */
static void reordered_writes_are_noticed(void)
{
    struct breaker breaker;
    struct machine_bench *bench = new_bench(&breaker, SWAPPED, 1, PPRC_DUPLEX);
    bench_write(bench, 0, 0, 4096);
    bench_run_for(bench, SIM_MS);
    bench_write(bench, 0, 0, 4096);
    bench_run_for(bench, SIM_MS);
    CHECK_INT(breaker.seen, 2);
    CHECK_INT(oracle_missing(bench->oracle, 0, 2), 8);
    bench_destroy(bench);
}

/* ---- groups ---- */

/* The second write was issued after the first one, to the other volume, was acknowledged; only it is there. */
static void dependent_write_without_its_predecessor_is_a_breach(void)
{
    struct breaker breaker;
    struct machine_bench *bench = new_bench(&breaker, LEFT_OUT, 1, PPRC_DUPLEX);
    const uint32_t sources[] = {0, 1}, targets[] = {2, 3};
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, 5 * SIM_MS);
    CHECK_INT(oracle_breaches(bench->oracle, sources, targets, 2), 0); /* a group that lacks its last write */
    bench_issue(bench, IO_WRITE, 1, 0, 4096);
    bench_run_for(bench, 5 * SIM_MS);
    CHECK_INT(oracle_breaches(bench->oracle, sources, targets, 2), 8);
    CHECK_INT(oracle_breaches(bench->oracle, &sources[1], &targets[1], 1), 0);
    bench_destroy(bench);
}

/* Two writes in flight at a time depend on neither: either may be there alone. */
static void concurrent_writes_do_not_depend_on_each_other(void)
{
    for (int nth = 1; nth <= 2; nth++) {
        struct breaker breaker;
        struct machine_bench *bench = new_bench(&breaker, LEFT_OUT, nth, PPRC_DUPLEX);
        const uint32_t sources[] = {0, 1}, targets[] = {2, 3};
        bench_issue(bench, IO_WRITE, 0, 0, 4096);
        bench_issue(bench, IO_WRITE, 1, 0, 4096);
        bench_run_for(bench, 10 * SIM_MS);
        CHECK_INT(breaker.seen, 2);
        CHECK_INT(oracle_breaches(bench->oracle, sources, targets, 2), 0);
        bench_destroy(bench);
    }
}

static void change_of_a_frozen_volume_is_noticed(void)
{
    struct breaker breaker;
    struct machine_bench *bench = new_bench(&breaker, SOUND, 0, PPRC_DUPLEX);
    write_all(bench);
    int64_t *snapshot = oracle_snapshot(bench->oracle, 2);
    CHECK_INT(oracle_changes(bench->oracle, 2, snapshot), 0);
    bench_issue(bench, IO_WRITE, 0, 0, 512);
    bench_run_for(bench, 5 * SIM_MS);
    CHECK_INT(oracle_changes(bench->oracle, 2, snapshot), 1);
    free(snapshot);
    bench_destroy(bench);
}

/* ---- copies ---- */

static void track_left_out_of_a_copy_is_noticed(void)
{
    for (int nth = 0; nth <= 3; nth += 3) {
        struct breaker breaker;
        struct machine_bench *bench = new_bench(&breaker, STALE_COPY, nth, PPRC_SIMPLEX);
        char why[PPRC_WHY_BYTES] = "";
        for (int i = 0; i < 40; i++)
            bench_write(bench, 0, i * TRACK, 512);
        CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_ENTIRE, false, false, why));
        bench_run_for(bench, 10 * SIM_S);
        CHECK_INT(breaker.seen, 40);
        CHECK_INT(oracle_differences(bench->oracle, 0, 2), nth > 0);
        CHECK_INT(oracle_unnamed(bench->oracle, &bench->machine->pairs[0]), nth > 0);
        CHECK_INT(oracle_missing(bench->oracle, 0, 2), nth > 0);
        bench_destroy(bench);
    }
}

/* ---- maps ---- */

static void change_that_the_map_forgot_is_noticed(void)
{
    struct breaker breaker;
    struct machine_bench *bench = new_bench(&breaker, SOUND, 0, PPRC_SUSPENDED);
    struct pair *pair = &bench->machine->pairs[0];
    bench_issue(bench, IO_WRITE, 0, 20 * TRACK, 4096);
    bench_run_for(bench, SIM_MS / 10);
    CHECK_INT(oracle_unnamed(bench->oracle, pair), 0);
    bench_run_for(bench, 5 * SIM_MS);
    CHECK_INT(bench->ios.completed, 1);
    CHECK_INT(oracle_unnamed(bench->oracle, pair), 0);
    change_map_clear(&pair->map, 1);
    CHECK_INT(oracle_unnamed(bench->oracle, pair), 8);
    bench_destroy(bench);
}

UNIT_MAIN("content_oracle",
          {"a sound mirror passes", sound_mirror_passes},
          {"a call left out, cut in half or to the wrong place is noticed", broken_mirror_is_noticed},
          {"missing and torn writes are told apart", missing_and_torn_say_what_is_wrong},
          {"writes in the wrong order are noticed", reordered_writes_are_noticed},
          {"a dependent write without its predecessor is a breach",
           dependent_write_without_its_predecessor_is_a_breach},
          {"concurrent writes do not depend on each other", concurrent_writes_do_not_depend_on_each_other},
          {"a change of a frozen volume is noticed", change_of_a_frozen_volume_is_noticed},
          {"a track left out of a copy is noticed", track_left_out_of_a_copy_is_noticed},
          {"a change that the map forgot is noticed", change_that_the_map_forgot_is_noticed})
