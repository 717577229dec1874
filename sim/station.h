// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * station: one or more equal servers behind one line.
 *
 * First come, first served within each priority (activity.priority), unless station_set_choice() says who is
 * next; a service that has begun is not interrupted. Keeps account of its use: busy time, queue length over
 * time, waits.
 *
 * Activities use it through STORY_USE (the service time is known beforehand) or STORY_SEIZE and
 * station_release() (it is known only when the service begins). Afterwards activity.waited_ns says how
 * long the activity stood in line.
 */
#ifndef SIM_STATION_H
#define SIM_STATION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/activity.h"
#include "sim/sim.h"

struct station;

/* What a station did since the last station_restart() (or its creation). */
struct station_stats {
    double utilization;  /* mean share of the servers that were busy, 0 to 1 */
    double mean_queue;   /* mean number standing in line */
    double mean_wait_ns; /* mean time in line of those whose service began; 0 when there were none */
    uint64_t started;    /* services begun */
    uint64_t completed;  /* services ended */
    int64_t max_queue;   /* longest line */
    sim_time busy_ns;    /* server time spent in service, summed over the servers */
};

/* A station of `servers` (>= 1) servers. The name is copied. Freed with station_destroy(). */
struct station *station_create(struct sim *sim, const char *name, int32_t servers);
void station_destroy(struct station *station);
const char *station_name(const struct station *station);

/* Behind STORY_USE: joins the line; the story goes on when service_ns (>= 0) of service are over. */
void station_use(struct station *station, struct activity *activity, sim_time service_ns);

/* Behind STORY_SEIZE: true when a server was free and is taken; else the story goes on once it is. */
bool station_seize(struct station *station, struct activity *activity);

/* Frees the server that was seized; the next in line begins service at this instant. */
void station_release(struct station *station);

/*
 * As station_release(), but the server counts as busy until `until_ns`, also while it serves nobody: its work goes
 * on by itself, as that of a drive that writes what it has reported as written. It can be taken meanwhile. Only of
 * a station of one server.
 */
void station_release_until(struct station *station, sim_time until_ns);

/*
 * Lets `choose` say who is served next when a server falls free: it gets the first of those in line with the most
 * urgent priority (the others follow by activity.next, in the order in which they came) and returns one of them.
 * NULL: first come, first served.
 */
typedef struct activity *station_choice(void *context, struct activity *first);
void station_set_choice(struct station *station, station_choice *choose, void *context);

/* Activities standing in line, and servers busy, now. */
int64_t station_queue(const struct station *station);
int64_t station_busy(const struct station *station);

/* The account so far; and begin it anew (end of warm-up): present line and services stay. */
void station_stats(const struct station *station, struct station_stats *stats);
void station_restart(struct station *station);

/* Server time in service, and time in line summed over all, since the last restart, in ns. Differences of two
 * calls give means over an interval. */
void station_sums(const struct station *station, double *busy_ns, double *queue_ns);
int32_t station_servers(const struct station *station);

#endif
