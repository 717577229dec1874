// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * workload: what hosts ask of the server - open arrivals, closed loops, replayed traces.
 */
#ifndef MODELS_WORKLOAD_H
#define MODELS_WORKLOAD_H

#include "models/address.h"
#include "models/arrival.h"
#include "models/host.h"
#include "models/host_io.h"
#include "models/trace_source.h"

struct workload_client;

/* Who hears that a workload has become quiet. */
struct workload_listener {
    void (*quiesced)(struct workload_listener *listener, int32_t workload);
};

struct workload {
    const struct workload_config *config;
    int32_t index;
    struct host_io_pool *ios;
    struct host *host;
    struct address_stream *addresses; /* NULL when a trace is replayed */
    struct io_record next_io;         /* drawn from there one I/O ahead ... */
    bool next_drawn;                  /* ... unless the first has yet to be */
    struct located_track {
        struct rank *rank;
        int64_t track;
    } issued_before[2];               /* first tracks of the last two I/Os; rank NULL before they were */
    struct rng hit_draws;
    struct activity activity;         /* issues an open workload's or a trace's I/Os */
    struct arrivals arrivals;
    sim_time next_ns;                 /* when the next one is issued */
    struct trace_source *source;
    struct trace_entry entry;         /* the next one of the trace */
    struct error *trace_error;        /* set when the trace cannot be read on */
    struct workload_client *clients;  /* a closed loop's */
    bool ended;                       /* will issue nothing more */
    bool quiescing;                   /* issues nothing until it is resumed */
    bool uses_volumes;                /* is counted as a user of its volumes (machine.h) */
    sim_time quiesced_at_ns;          /* when that began */
    sim_time shift_ns;                /* by which a trace lags behind, having been quiesced */
    int64_t in_flight;
    struct workload_listener *listener; /* NULL for nobody */
    int64_t issued, issued_measured;  /* in all, and from the end of the warm-up on */
};

/* Prepares workload `index` of the pool's config. `source` is the trace that it replays, or NULL; it stays the
 * caller's, as do host and error. */
void workload_init(struct workload *workload, struct host_io_pool *ios, size_t index, struct host *host,
                   struct trace_source *source, uint64_t seed, struct error *trace_error);

/* Starts issuing at the current time. */
void workload_start(struct workload *workload);

/* One of its I/Os is complete. Whoever is the sink of its I/Os tells. */
void workload_completed(struct workload *workload);

/*
 * Lets it issue nothing more until it is resumed; the listener hears once none of its I/Os is in flight, which may be
 * at once. What it would have issued meanwhile: an open workload's arrivals do not happen, those behind come when they
 * would have come anyway; a closed loop's clients wait with their next I/O; a trace goes on where it was, later by as
 * long as it was quiesced.
 */
void workload_quiesce(struct workload *workload);
void workload_resume(struct workload *workload);

/* Quiesced, and none of its I/Os is in flight. */
bool workload_is_quiet(const struct workload *workload);

void workload_destroy(struct workload *workload);

/* How often a workload issues a second: its highest rate, or a guess for a closed loop; 0 for a trace. */
double workload_peak_per_s(const struct workload_config *config);

#endif
