// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What one customer of an M/M/1 queue costs through the public interface: arrival, line, service, departure,
 * account. Beside it the same queue as a bare loop in C, which knows that there are two kinds of event and
 * one server. Each figure is the best of several rounds, since the machine may be busy with other things.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/line.h"
#include "sim/memory.h"
#include "sim/rng.h"
#include "tests/queues.h"

enum { ROUNDS = 9, CUSTOMERS = 2000000, RING = 1 << 16 };

static const double service_ns = 1e6;

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* ns a customer; the mean wait and the number of events come back through pointers. */
static double time_engine(double utilization, double *mean_wait_ns, uint64_t *events)
{
    struct queue queue;
    queue_open(&queue, 1, 1, utilization, service_ns, false);
    double begun = cpu_ns();
    queue_run(&queue, CUSTOMERS);
    double spent = cpu_ns() - begun;
    struct station_stats stats;
    station_stats(queue.station, &stats);
    *mean_wait_ns = stats.mean_wait_ns;
    *events = sim_dispatched(queue.sim);
    queue_close(&queue);
    return spent / CUSTOMERS;
}

/* The same random numbers, so the same waits. Customers in the system stand in a ring, by arrival. */
static double time_bare(double utilization, double *mean_wait_ns)
{
    const double interval_ns = service_ns / utilization;
    struct rng intervals, services;
    rng_init(&intervals, 1, "queue/intervals");
    rng_init(&services, 1, "queue/services");
    struct waiting {
        sim_time arrived_ns, service_ns;
    } *ring = memory_alloc(RING * sizeof *ring);
    double begun = cpu_ns();
    uint64_t come = 0, served = 0;
    sim_time waits_ns = 0, arrival_ns = (sim_time)(rng_exponential(&intervals) * interval_ns);
    sim_time departure_ns = INT64_MAX;
    while (served < CUSTOMERS) {
        if (come < CUSTOMERS && arrival_ns <= departure_ns) {
            struct waiting *customer = &ring[come % RING];
            *customer = (struct waiting){arrival_ns, (sim_time)(rng_exponential(&services) * service_ns)};
            if (come++ == served)
                departure_ns = arrival_ns + customer->service_ns;
            if (come - served > RING)
                abort();
            arrival_ns += (sim_time)(rng_exponential(&intervals) * interval_ns);
        } else {
            const struct waiting *next = &ring[++served % RING];
            if (served == come) {
                departure_ns = INT64_MAX;
                continue;
            }
            waits_ns += departure_ns - next->arrived_ns;
            departure_ns += next->service_ns;
        }
    }
    double spent = cpu_ns() - begun;
    *mean_wait_ns = (double)waits_ns / CUSTOMERS;
    free(ring);
    return spent / CUSTOMERS;
}

int main(void)
{
    printf("bytes: activity %zu, customer %zu, line %zu, sim_timer %zu, sim_call %zu\n", sizeof(struct activity),
           sizeof(struct queue_customer), sizeof(struct line), sizeof(struct sim_timer), sizeof(struct sim_call));
    printf("M/M/1, best of %d rounds of %d customers, ns per customer\n", ROUNDS, CUSTOMERS);
    printf("%11s %8s %8s %14s %12s %16s\n", "utilization", "engine", "bare C", "engine/bare C", "M events/s",
           "M customers/s");
    for (int tenth = 3; tenth <= 9; tenth += 3) {
        double engine = 0, bare = 0, engine_wait_ns, bare_wait_ns;
        uint64_t events = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double ns = time_engine(tenth / 10.0, &engine_wait_ns, &events);
            engine = round == 0 || ns < engine ? ns : engine;
            ns = time_bare(tenth / 10.0, &bare_wait_ns);
            bare = round == 0 || ns < bare ? ns : bare;
        }
        if (engine_wait_ns != bare_wait_ns) {
            fprintf(stderr, "bench_queue: mean waits differ: %.17g and %.17g ns\n", engine_wait_ns, bare_wait_ns);
            return EXIT_FAILURE;
        }
        printf("%11.1f %8.1f %8.1f %14.2f %12.1f %16.1f\n", tenth / 10.0, engine, bare, engine / bare,
               (double)events / CUSTOMERS / engine * 1e3, 1e3 / engine);
    }
    return EXIT_SUCCESS;
}
