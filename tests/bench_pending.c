// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Nanoseconds per scheduled-and-dispatched event: the public interface (sim_after, dispatch and
 * call), the bare pending set in a tight loop, a plain binary heap of 32-byte entries and a
 * 4-ary heap of 16-byte keys, side by side in one run.
 *
 * The hold model: n events are pending; each that comes schedules one more after a random increment.
 * One in eight is cancelled and scheduled anew, and increments are rounded so that ties occur.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/memory.h"
#include "sim/pending.h"
#include "sim/rng.h"
#include "sim/sim.h"

enum { INCREMENTS = 1 << 16, CANCEL_EVERY = 8 };

/* Processor time: what other programs use of the machine does not count. */
static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Drawn beforehand, so that the generator is not what is measured. Mean about 1 ms. */
static void draw_increments(int64_t *increments, bool bimodal)
{
    struct rng rng;
    rng_init(&rng, 1, "bench/increments");
    for (int i = 0; i < INCREMENTS; i++) {
        double mean = bimodal ? (rng_below(&rng, 10) == 0 ? 9.5e6 : 5e4) : 1e6;
        increments[i] = (int64_t)(rng_exponential(&rng) * mean) / 16 * 16;
    }
}

/* ---- the public interface ---- */

struct hold {
    struct sim_call call;
    struct sim *sim;
    const int64_t *increments;
    uint64_t dispatched, limit;
    bool cancels;
    struct sim_timer *tickets; /* of some pending events, to cancel */
    size_t pending;
};

static void hold_event(struct sim_call *call)
{
    struct hold *hold = (struct hold *)call;
    uint64_t i = hold->dispatched++;
    if (hold->dispatched >= hold->limit)
        sim_stop(hold->sim);
    int64_t increment = hold->increments[i % INCREMENTS];
    if (hold->cancels && i % CANCEL_EVERY == 0) {
        size_t victim = i / CANCEL_EVERY % hold->pending;
        if (sim_timer_cancel(hold->sim, hold->tickets[victim]))
            sim_after(hold->sim, hold->increments[(i + 77) % INCREMENTS], &hold->call);
        hold->tickets[victim] = sim_timer_at(hold->sim, sim_now(hold->sim) + increment, &hold->call);
    } else {
        sim_after(hold->sim, increment, &hold->call);
    }
}

static double time_sim(const int64_t *increments, size_t pending, uint64_t events, bool cancels)
{
    struct hold hold = {.call.run = hold_event, .sim = sim_create(1), .increments = increments, .cancels = cancels, .pending = pending};
    hold.tickets = memory_alloc_zeroed(pending, sizeof *hold.tickets);
    for (size_t i = 0; i < pending; i++)
        hold.tickets[i] = sim_timer_at(hold.sim, increments[i * 31 % INCREMENTS], &hold.call);
    hold.limit = 2 * pending;
    sim_run_all(hold.sim);
    hold.limit = hold.dispatched + events;
    double begun = cpu_ns();
    sim_run_all(hold.sim);
    double spent = cpu_ns() - begun;
    sim_destroy(hold.sim);
    free(hold.tickets);
    return spent / (double)events;
}

/* ---- the bare set ---- */

static double time_bare(const int64_t *increments, size_t pending, uint64_t events)
{
    struct pending *set = pending_create();
    uint64_t key = 0;
    for (size_t i = 0; i < pending; i++)
        pending_push(set, (uint64_t)increments[i * 31 % INCREMENTS] << PENDING_TIE_BITS, set);
    double begun = 0;
    for (uint64_t i = 0; i < events + 2 * pending; i++) {
        if (i == 2 * pending)
            begun = cpu_ns();
        void *item = pending_pop(set, UINT64_MAX >> 1, &key);
        pending_push(set, key + ((uint64_t)increments[i % INCREMENTS] << PENDING_TIE_BITS), item);
    }
    double spent = cpu_ns() - begun;
    pending_destroy(set);
    return spent / (double)events;
}

/* ---- heaps to compare with: `ways` children a node, entries of 32 or 16 bytes ---- */

struct wide_entry {
    int64_t time;
    uint64_t sequence;
    void *handler, *argument;
};

static bool wide_before(const struct wide_entry *a, const struct wide_entry *b)
{
    return a->time < b->time || (a->time == b->time && a->sequence < b->sequence);
}

static void wide_up(struct wide_entry *heap, size_t at, struct wide_entry entry)
{
    for (; at > 0 && wide_before(&entry, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = entry;
}

static struct wide_entry wide_pop(struct wide_entry *heap, size_t count)
{
    struct wide_entry first = heap[0], moved = heap[count - 1];
    size_t at = 0;
    for (size_t child = 1; child < count - 1; child = 2 * at + 1) {
        if (child + 1 < count - 1 && wide_before(&heap[child + 1], &heap[child]))
            child++;
        if (!wide_before(&heap[child], &moved))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
    return first;
}

static double time_binary(const int64_t *increments, size_t pending, uint64_t events)
{
    struct wide_entry *heap = memory_alloc_zeroed(pending + 1, sizeof *heap);
    uint64_t sequence = 0;
    for (size_t i = 0; i < pending; i++)
        wide_up(heap, i, (struct wide_entry){.time = increments[i * 31 % INCREMENTS], .sequence = sequence++});
    double begun = 0;
    for (uint64_t i = 0; i < events + 2 * pending; i++) {
        if (i == 2 * pending)
            begun = cpu_ns();
        struct wide_entry entry = wide_pop(heap, pending);
        entry.time += increments[i % INCREMENTS];
        entry.sequence = sequence++;
        wide_up(heap, pending - 1, entry);
    }
    double spent = cpu_ns() - begun;
    free(heap);
    return spent / (double)events;
}

struct slim_entry {
    uint64_t time;
    uint32_t sequence, slot;
};

static bool slim_before(const struct slim_entry *a, const struct slim_entry *b)
{
    return a->time < b->time || (a->time == b->time && a->sequence < b->sequence);
}

static double time_quaternary(const int64_t *increments, size_t pending, uint64_t events)
{
    struct slim_entry *heap = memory_alloc_zeroed(pending + 1, sizeof *heap);
    uint32_t sequence = 0;
    for (size_t i = 0; i < pending; i++) {
        struct slim_entry entry = {(uint64_t)increments[i * 31 % INCREMENTS], sequence++, 0};
        size_t at = i;
        for (; at > 0 && slim_before(&entry, &heap[(at - 1) / 4]); at = (at - 1) / 4)
            heap[at] = heap[(at - 1) / 4];
        heap[at] = entry;
    }
    double begun = 0;
    for (uint64_t i = 0; i < events + 2 * pending; i++) {
        if (i == 2 * pending)
            begun = cpu_ns();
        struct slim_entry entry = heap[0];
        entry.time += (uint64_t)increments[i % INCREMENTS];
        entry.sequence = sequence++;
        size_t at = 0;
        for (size_t child = 1; child < pending; child = 4 * at + 1) {
            size_t least = child;
            for (size_t other = child + 1; other < child + 4 && other < pending; other++)
                if (slim_before(&heap[other], &heap[least]))
                    least = other;
            if (!slim_before(&heap[least], &entry))
                break;
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = entry;
    }
    double spent = cpu_ns() - begun;
    free(heap);
    return spent / (double)events;
}

/* ---- the table ---- */

enum { SIM, SIM_CANCELLING, BARE, BINARY, QUATERNARY, VARIANTS };

static double time_variant(int variant, const int64_t *increments, size_t pending, uint64_t events)
{
    switch (variant) {
    case SIM:
        return time_sim(increments, pending, events, false);
    case SIM_CANCELLING:
        return time_sim(increments, pending, events, true);
    case BARE:
        return time_bare(increments, pending, events);
    case BINARY:
        return time_binary(increments, pending, events);
    default:
        return time_quaternary(increments, pending, events);
    }
}

int main(void)
{
    static int64_t increments[INCREMENTS];
    const uint64_t events = 1000000;
    const int rounds = 5;
    printf("ns of processor time per event scheduled and dispatched: hold model, best of %d rounds in turn\n", rounds);
    printf("%-12s %9s | %8s %8s %8s | %8s %8s | %s\n", "increments", "pending", "sim", "sim+canc", "bare set",
           "binary32", "4-ary16", "sim/bare  sim/binary");
    for (int bimodal = 0; bimodal <= 1; bimodal++) {
        draw_increments(increments, bimodal);
        for (size_t pending = 100; pending <= 1000000; pending *= 10) {
            double best[VARIANTS];
            for (int round = 0; round < rounds; round++) {
                for (int variant = 0; variant < VARIANTS; variant++) {
                    double spent = time_variant(variant, increments, pending, events);
                    best[variant] = round == 0 || spent < best[variant] ? spent : best[variant];
                }
            }
            printf("%-12s %9zu | %8.1f %8.1f %8.1f | %8.1f %8.1f | %8.2f  %8.2f\n",
                   bimodal ? "bimodal" : "exponential", pending, best[SIM], best[SIM_CANCELLING], best[BARE],
                   best[BINARY], best[QUATERNARY], best[SIM] / best[BARE], best[SIM] / best[BINARY]);
        }
    }
    return 0;
}
