// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * store: a counted capacity that activities take from and give back to, such as bytes of memory.
 *
 * Whoever finds too little left stands in line, first come, first served within each priority; nobody
 * overtakes a larger request of his own or a more urgent priority. What was taken is given back by
 * anyone, in any pieces. Keeps account of the occupancy over time and of the waits.
 */
#ifndef SIM_STORE_H
#define SIM_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/activity.h"
#include "sim/sim.h"

struct store;

/* What a store did since the last store_restart() (or its creation). */
struct store_stats {
    double mean_occupancy; /* mean share in use, 0 to 1 */
    double max_occupancy;
    double mean_queue;     /* mean number standing in line */
    double mean_wait_ns;   /* of all that took, zero waits included; 0 when there were none */
    uint64_t taken;        /* requests granted */
    uint64_t waited;       /* requests that had to stand in line */
};

/* A store of `capacity` (>= 1), all of it left. The name is copied. Freed with store_destroy(). */
struct store *store_create(struct sim *sim, const char *name, int64_t capacity);
void store_destroy(struct store *store);
const char *store_name(const struct store *store);

/* Behind STORY_TAKE: true when `amount` (0 to capacity) was taken at once; else the story goes on once
 * it is. activity.waited_ns then says how long that took. */
bool store_take(struct store *store, struct activity *activity, int64_t amount);

/* Takes without standing in line, for filling a store before a run. false when too little is left. */
bool store_take_now(struct store *store, int64_t amount);

/* Gives back; those whose turn it is and who now find enough go on, in order. */
void store_give(struct store *store, int64_t amount);

int64_t store_used(const struct store *store);
int64_t store_capacity(const struct store *store);
int64_t store_queue(const struct store *store);

void store_stats(const struct store *store, struct store_stats *stats);
void store_restart(struct store *store);

/* Amount taken times ns, and time in line summed over all, since the last restart. */
void store_sums(const struct store *store, double *used_ns, double *queue_ns);

#endif
