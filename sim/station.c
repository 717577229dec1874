// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/station.h"

#include <stdlib.h>

#include "sim/level.h"
#include "sim/line.h"
#include "sim/memory.h"

/* Demand of an activity that keeps its server until it releases it. */
enum { UNTIL_RELEASED = -1 };

struct station {
    struct sim *sim;
    char *name;
    int64_t servers;
    struct line line;
    struct level busy;     /* servers in service */
    struct level queue;    /* activities in line */
    level_area wait_sum_ns; /* of services begun; an overloaded station outgrows 64 bits */
    uint64_t started, completed;
    station_choice *choose; /* NULL: first come, first served */
    void *choice_context;
    bool lingers;             /* the server serves nobody and yet counts as busy ... */
    sim_time lingers_until;   /* ... until then */
    struct sim_call linger_ends;
};

/* The server's own work is over, unless it was taken or prolonged meanwhile. */
static void linger_ends(struct sim_call *call)
{
    struct station *station = STORY_OF(call, struct station, linger_ends);
    sim_time now = sim_now(station->sim);
    if (!station->lingers || now < station->lingers_until)
        return;
    station->lingers = false;
    level_add(&station->busy, now, -1);
}

struct station *station_create(struct sim *sim, const char *name, int32_t servers)
{
    SIM_MUST(sim, servers >= 1);
    struct station *station = memory_alloc_zeroed(1, sizeof *station);
    station->sim = sim;
    station->name = memory_copy_string(name);
    station->servers = servers;
    station->linger_ends.run = linger_ends;
    level_init(&station->busy, sim_now(sim), 0);
    level_init(&station->queue, sim_now(sim), 0);
    return station;
}

void station_destroy(struct station *station)
{
    if (station == NULL)
        return;
    free(station->name);
    free(station);
}

const char *station_name(const struct station *station)
{
    return station->name;
}

int64_t station_queue(const struct station *station)
{
    return level_value(&station->queue);
}

int64_t station_busy(const struct station *station)
{
    return level_value(&station->busy);
}

static void service_ends(struct sim_call *call);

/* A server, counted busy already, begins to serve the activity. */
static void begin_service(struct station *station, struct activity *activity)
{
    station->started++;
    if (activity->demand == UNTIL_RELEASED) {
        sim_ready(station->sim, activity);
        return;
    }
    activity->station = station;
    activity->served.run = service_ends;
    sim_after(station->sim, activity->demand, &activity->served);
}

/* The activity that is served next leaves the line. */
static inline struct activity *leave_line(struct station *station)
{
    if (station->choose == NULL)
        return line_leave(&station->line);
    struct activity *next = station->choose(station->choice_context, line_first(&station->line));
    line_remove(&station->line, next);
    return next;
}

/* A service is over: its server turns to the next in line or falls idle. */
static void free_server(struct station *station)
{
    sim_time now = sim_now(station->sim);
    station->completed++;
    if (level_value(&station->queue) == 0) {
        if (station->lingers_until > now)
            station->lingers = true;
        else
            level_add(&station->busy, now, -1);
        return;
    }
    struct activity *next = leave_line(station);
    level_add(&station->queue, now, -1);
    next->waited_ns = now - next->since_ns;
    station->wait_sum_ns += next->waited_ns;
    begin_service(station, next);
}

static void service_ends(struct sim_call *call)
{
    struct activity *activity = STORY_OF(call, struct activity, served);
    free_server(activity->station);
    activity->story(activity);
}

/* Takes a free server for the activity, or puts it in line. */
static bool enter(struct station *station, struct activity *activity)
{
    sim_time now = sim_now(station->sim);
    if (level_value(&station->busy) < station->servers) {
        level_add(&station->busy, now, +1);
        activity->waited_ns = 0;
        return true;
    }
    if (station->lingers) {
        station->lingers = false;
        activity->waited_ns = 0;
        return true;
    }
    activity->since_ns = now;
    line_join(&station->line, activity);
    level_add(&station->queue, now, +1);
    return false;
}

void station_use(struct station *station, struct activity *activity, sim_time service_ns)
{
    SIM_MUST(station->sim, service_ns >= 0);
    activity->demand = service_ns;
    if (enter(station, activity))
        begin_service(station, activity);
}

bool station_seize(struct station *station, struct activity *activity)
{
    activity->demand = UNTIL_RELEASED;
    if (!enter(station, activity))
        return false;
    station->started++;
    return true;
}

void station_release(struct station *station)
{
    SIM_MUST(station->sim, level_value(&station->busy) > 0);
    free_server(station);
}

void station_release_until(struct station *station, sim_time until_ns)
{
    SIM_MUST(station->sim, station->servers == 1);
    if (until_ns > sim_now(station->sim) && until_ns > station->lingers_until) {
        station->lingers_until = until_ns;
        sim_at(station->sim, until_ns, &station->linger_ends);
    }
    station_release(station);
}

void station_set_choice(struct station *station, station_choice *choose, void *context)
{
    station->choose = choose;
    station->choice_context = context;
}

void station_stats(const struct station *station, struct station_stats *stats)
{
    sim_time now = sim_now(station->sim);
    *stats = (struct station_stats){
        .utilization = level_mean(&station->busy, now) / (double)station->servers,
        .mean_queue = level_mean(&station->queue, now),
        .mean_wait_ns = station->started ? (double)station->wait_sum_ns / (double)station->started : 0,
        .started = station->started,
        .completed = station->completed,
        .max_queue = level_max(&station->queue),
        .busy_ns = (sim_time)level_sum(&station->busy, now),
    };
}

void station_restart(struct station *station)
{
    sim_time now = sim_now(station->sim);
    level_restart(&station->busy, now);
    level_restart(&station->queue, now);
    station->wait_sum_ns = 0;
    station->started = station->completed = 0;
}

void station_sums(const struct station *station, double *busy_ns, double *queue_ns)
{
    sim_time now = sim_now(station->sim);
    *busy_ns = (double)level_sum(&station->busy, now);
    *queue_ns = (double)level_sum(&station->queue, now);
}

int32_t station_servers(const struct station *station)
{
    return (int32_t)station->servers;
}
