// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * queues: the queue of the textbooks, M/G/c, built from the engine alone.
 *
 * One activity lets customers arrive, at exponential intervals; each customer is an activity from a pool,
 * is served at one station of c servers, and ends. Theory is checked with it, and its cost measured.
 */
#ifndef TESTS_QUEUES_H
#define TESTS_QUEUES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/activity.h"
#include "sim/interval.h"
#include "sim/pool.h"
#include "sim/rng.h"
#include "sim/sim.h"
#include "sim/station.h"

struct queue {
    struct sim *sim;
    struct station *station;
    struct pool *customers;
    struct activity arrivals;
    struct rng intervals, services;
    double interval_ns;         /* mean between arrivals */
    double service_ns;          /* mean service */
    bool constant;              /* every service takes the mean; else exponential */
    uint64_t to_come;           /* customers still to arrive */
    struct batch_means *waits;  /* takes every wait in ns, in order of departure; NULL for nobody */
};

struct queue_customer {
    struct activity activity;
    struct queue *queue;
};

static inline void queue_customer_story(struct activity *self)
{
    struct queue_customer *customer = STORY_OF(self, struct queue_customer, activity);
    struct queue *queue = customer->queue;
    STORY_BEGIN(self);
    STORY_USE(self, queue->station,
              (sim_time)(queue->constant ? queue->service_ns : rng_exponential(&queue->services) * queue->service_ns));
    if (queue->waits != NULL)
        batch_means_add(queue->waits, (double)self->waited_ns);
    STORY_END(self);
}

static inline void queue_customer_left(struct activity *activity)
{
    struct queue_customer *customer = STORY_OF(activity, struct queue_customer, activity);
    pool_give(customer->queue->customers, customer);
}

static inline void queue_arrivals_story(struct activity *self)
{
    struct queue *queue = STORY_OF(self, struct queue, arrivals);
    STORY_BEGIN(self);
    while (queue->to_come-- > 0) {
        STORY_WAIT(self, (sim_time)(rng_exponential(&queue->intervals) * queue->interval_ns));
        struct queue_customer *customer = pool_take(queue->customers);
        activity_init(&customer->activity, self->sim, queue_customer_story, queue_customer_left);
        customer->queue = queue;
        activity_start(&customer->activity);
    }
    STORY_END(self);
}

/* An empty queue of `servers`, whose arrivals keep each busy for `utilization` of the time. */
static inline void queue_open(struct queue *queue, uint64_t seed, int32_t servers, double utilization,
                              double service_ns, bool constant)
{
    *queue = (struct queue){.sim = sim_create(seed), .service_ns = service_ns, .constant = constant};
    queue->station = station_create(queue->sim, "queue", servers);
    queue->customers = pool_create(sizeof(struct queue_customer));
    queue->interval_ns = service_ns / utilization / servers;
    rng_init(&queue->intervals, seed, "queue/intervals");
    rng_init(&queue->services, seed, "queue/services");
    activity_init(&queue->arrivals, queue->sim, queue_arrivals_story, NULL);
}

/* Lets so many customers come, and returns when all have been served. */
static inline void queue_run(struct queue *queue, uint64_t customers)
{
    queue->to_come = customers;
    activity_start(&queue->arrivals);
    sim_run_all(queue->sim);
}

static inline void queue_close(struct queue *queue)
{
    station_destroy(queue->station);
    pool_destroy(queue->customers);
    sim_destroy(queue->sim);
}

#endif
