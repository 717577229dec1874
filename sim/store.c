// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/store.h"

#include <stdlib.h>

#include "sim/level.h"
#include "sim/line.h"
#include "sim/memory.h"

struct store {
    struct sim *sim;
    char *name;
    int64_t capacity;
    struct line line;
    struct level used;    /* amount taken */
    struct level queue;   /* activities in line */
    level_area wait_sum_ns; /* of requests granted; an overloaded store outgrows 64 bits */
    uint64_t taken, waited;
};

struct store *store_create(struct sim *sim, const char *name, int64_t capacity)
{
    SIM_MUST(sim, capacity >= 1);
    struct store *store = memory_alloc_zeroed(1, sizeof *store);
    store->sim = sim;
    store->name = memory_copy_string(name);
    store->capacity = capacity;
    level_init(&store->used, sim_now(sim), 0);
    level_init(&store->queue, sim_now(sim), 0);
    return store;
}

void store_destroy(struct store *store)
{
    if (store == NULL)
        return;
    free(store->name);
    free(store);
}

const char *store_name(const struct store *store)
{
    return store->name;
}

int64_t store_used(const struct store *store)
{
    return level_value(&store->used);
}

int64_t store_capacity(const struct store *store)
{
    return store->capacity;
}

int64_t store_queue(const struct store *store)
{
    return level_value(&store->queue);
}

bool store_take_now(struct store *store, int64_t amount)
{
    SIM_MUST(store->sim, amount >= 0 && amount <= store->capacity);
    if (level_value(&store->queue) > 0 || amount > store->capacity - level_value(&store->used))
        return false;
    level_add(&store->used, sim_now(store->sim), amount);
    store->taken++;
    return true;
}

bool store_take(struct store *store, struct activity *activity, int64_t amount)
{
    /* An urgent request goes before those in line, not past one of its own or a higher priority. */
    const struct activity *first = line_first(&store->line);
    bool my_turn = first == NULL || activity->priority < first->priority;
    if (my_turn && amount <= store->capacity - level_value(&store->used)) {
        SIM_MUST(store->sim, amount >= 0);
        level_add(&store->used, sim_now(store->sim), amount);
        store->taken++;
        activity->waited_ns = 0;
        return true;
    }
    SIM_MUST(store->sim, amount >= 0 && amount <= store->capacity);
    activity->demand = amount;
    activity->since_ns = sim_now(store->sim);
    line_join(&store->line, activity);
    level_add(&store->queue, activity->since_ns, +1);
    store->waited++;
    return false;
}

void store_give(struct store *store, int64_t amount)
{
    sim_time now = sim_now(store->sim);
    SIM_MUST(store->sim, amount >= 0 && amount <= level_value(&store->used));
    level_add(&store->used, now, -amount);
    for (struct activity *first = line_first(&store->line);
         first != NULL && first->demand <= store->capacity - level_value(&store->used);
         first = line_first(&store->line)) {
        line_leave(&store->line);
        level_add(&store->queue, now, -1);
        level_add(&store->used, now, first->demand);
        first->waited_ns = now - first->since_ns;
        store->wait_sum_ns += first->waited_ns;
        store->taken++;
        sim_ready(store->sim, first);
    }
}

void store_stats(const struct store *store, struct store_stats *stats)
{
    sim_time now = sim_now(store->sim);
    *stats = (struct store_stats){
        .mean_occupancy = level_mean(&store->used, now) / (double)store->capacity,
        .max_occupancy = (double)level_max(&store->used) / (double)store->capacity,
        .mean_queue = level_mean(&store->queue, now),
        .mean_wait_ns = store->taken ? (double)store->wait_sum_ns / (double)store->taken : 0,
        .taken = store->taken,
        .waited = store->waited,
    };
}

void store_restart(struct store *store)
{
    sim_time now = sim_now(store->sim);
    level_restart(&store->used, now);
    level_restart(&store->queue, now);
    store->wait_sum_ns = 0;
    store->taken = store->waited = 0;
}

void store_sums(const struct store *store, double *used_ns, double *queue_ns)
{
    sim_time now = sim_now(store->sim);
    *used_ns = (double)level_sum(&store->used, now);
    *queue_ns = (double)level_sum(&store->queue, now);
}
