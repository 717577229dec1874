// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/workload.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/refused_io.h"
#include "sim/memory.h"

/* What a closed loop's response time is taken for before anything is known of it. */
#define GUESSED_RESPONSE_NS (5 * SIM_MS)

/* The last instant at which a recorded I/O is issued: some months before the clock's end. */
#define LAST_ISSUE_NS (SIM_TIME_MAX - 200 * 86400 * SIM_S)

/* One of a closed loop's clients: issues, waits, thinks. */
struct workload_client {
    struct activity activity;
    struct workload *workload;
    sim_time issue_ns; /* of its last I/O */
};

/*
 * What an I/O touches first stands anywhere in large memory, which takes longer to come than much of the I/O's story
 * to be told: it is fetched step by step while the I/Os before are issued.
 */
static void prefetch(struct workload *workload, const struct host_io *io)
{
    const struct located_track *before = workload->issued_before;
    if (before[1].rank != NULL)
        cache_prefetch_neighbours(before[1].rank->cluster->cache, before[1].rank->index, before[1].track);
    if (before[0].rank != NULL)
        cache_prefetch_entry(before[0].rank->cluster->cache, before[0].rank->index, before[0].track);
    workload->issued_before[1] = before[0];
    workload->issued_before[0] = (struct located_track){io->span.rank, io->span.first_track};
    __builtin_prefetch(&workload->ios->machine->config->volumes[workload->next_io.volume]);
}

/* An I/O that no port takes. */
static struct host_io *refuse(struct workload *workload, const struct io_record *record)
{
    const struct machine *machine = workload->ios->machine;
    bool down = machine->servers[workload->host->config->server].down;
    return refused_io_create(workload->ios, record, down ? IO_SERVER_DOWN : IO_NO_PORT);
}

static struct host_io *issue(struct workload *workload, struct io_record *record)
{
    struct machine *machine = workload->ios->machine;
    record->workload = (uint16_t)workload->index;
    record->host = (uint16_t)workload->config->host;
    workload->issued++;
    workload->in_flight++;
    workload->issued_measured += sim_now(machine->sim) >= machine->config->run.warmup_ns;
    struct port *port = host_choose_port(workload->host, machine);
    if (port == NULL)
        return refuse(workload, record);
    struct host_io *io = host_io_create(workload->ios, record, port);
    if (workload->config->read_hit >= 0) {
        io->drawn = true;
        io->drawn_hit = rng_uniform(&workload->hit_draws) < workload->config->read_hit;
    }
    return io;
}

static struct host_io *issue_next(struct workload *workload)
{
    if (!workload->next_drawn)
        address_next(workload->addresses, &workload->next_io);
    workload->next_drawn = true;
    struct host_io *io = issue(workload, &workload->next_io);
    address_next(workload->addresses, &workload->next_io);
    prefetch(workload, io);
    return io;
}

/* Counts it as a user of its volumes as long as it issues, or has I/Os in flight. */
static void look_at_use(struct workload *workload)
{
    bool uses = !(workload->quiescing || workload->ended) || workload->in_flight > 0;
    struct volume *volumes = workload->ios->machine->volumes;
    if (uses == workload->uses_volumes)
        return;
    workload->uses_volumes = uses;
    for (size_t i = 0; i < workload->config->volume_count; i++)
        volumes[workload->config->volumes[i]].hosts += uses ? 1 : -1;
}

static void end(struct workload *workload)
{
    workload->ended = true;
    look_at_use(workload);
}

static void open_story(struct activity *self)
{
    struct workload *workload = STORY_OF(self, struct workload, activity);

    STORY_BEGIN(self);
    while (arrivals_next(&workload->arrivals, &workload->next_ns)) {
        STORY_WAIT(self, workload->next_ns - sim_now(self->sim));
        if (!workload->quiescing)
            activity_start(&issue_next(workload)->activity);
    }
    end(workload);
    STORY_END(self);
}

/*
 * From the completion of a client's I/O to its next one. An I/O that took no time at all (an error, where the port's
 * protocol takes none) would be repeated for ever in one instant; it takes the host's timeout.
 */
static sim_time pause_ns(const struct workload_client *client)
{
    const struct workload *workload = client->workload;
    sim_time think_ns = workload->config->thinktime_ns;
    bool took_time = sim_now(client->activity.sim) > client->issue_ns;
    return think_ns > 0 || took_time ? think_ns : workload->host->config->io_timeout_ns;
}

static void client_story(struct activity *self)
{
    struct workload_client *client = STORY_OF(self, struct workload_client, activity);
    struct workload *workload = client->workload;

    STORY_BEGIN(self);
    for (;;) {
        while (workload->quiescing)
            STORY_PARK(self);
        client->issue_ns = sim_now(self->sim);
        STORY_CALL(self, &issue_next(workload)->activity);
        STORY_WAIT(self, pause_ns(client));
    }
    STORY_END(self);
}

/* ---- replay ---- */

/*
 * Lays a recorded I/O onto the workload's volumes. Recorded devices take the volumes in turn; a single
 * device's addresses run on through all of them, one after another. Addresses wrap where the volumes end,
 * and an I/O that would reach beyond its volume's end is moved back to end there. false, with the trace's
 * error, when the I/O is longer than the volume.
 */
static bool place_entry(const struct workload *workload, const struct trace_entry *entry, struct io_record *record)
{
    const struct config *config = workload->ios->machine->config;
    const struct workload_config *own = workload->config;
    int64_t offset = entry->offset_blocks;
    size_t at = entry->device % own->volume_count;
    if (workload->source->device_count == 1) {
        int64_t all = 0;
        for (size_t i = 0; i < own->volume_count; i++)
            all += config->volumes[own->volumes[i]].size_bytes / BLOCK_BYTES;
        offset %= all;
        for (at = 0; offset >= config->volumes[own->volumes[at]].size_bytes / BLOCK_BYTES; at++)
            offset -= config->volumes[own->volumes[at]].size_bytes / BLOCK_BYTES;
    }
    int64_t blocks = config->volumes[own->volumes[at]].size_bytes / BLOCK_BYTES;
    int64_t last = blocks - entry->length_bytes / BLOCK_BYTES;
    if (last < 0)
        return error_set(workload->trace_error, ERROR_INPUT, own->trace_place,
                         "an I/O of %d bytes in '%s' does not fit volume '%s' of %lld bytes; give the workload larger "
                         "volumes",
                         entry->length_bytes, own->trace_file, config->volumes[own->volumes[at]].label,
                         (long long)config->volumes[own->volumes[at]].size_bytes);
    offset %= blocks;
    record->volume = (uint32_t)own->volumes[at];
    record->offset_blocks = offset < last ? offset : last;
    record->length_bytes = entry->length_bytes;
    record->op = entry->op;
    return true;
}

/*
 * When the entry is issued. false when that lies so late that the clock might end before the I/O: a run with a
 * set end has ended long before; without one that is the trace's error.
 */
static bool time_entry(struct workload *workload)
{
    const struct config *config = workload->ios->machine->config;
    double at_ns = (double)workload->entry.issue_ns / workload->config->trace_speed;
    if (at_ns < (double)LAST_ISSUE_NS) {
        workload->next_ns = (sim_time)at_ns;
        return true;
    }
    if (config->run.duration_ns == 0)
        error_set(workload->trace_error, ERROR_INPUT, workload->config->trace_place,
                  "at speed %g '%s' reaches beyond %lld days of simulated time, which is more than a run can take",
                  workload->config->trace_speed, workload->config->trace_file,
                  (long long)(LAST_ISSUE_NS / (86400 * SIM_S)));
    return false;
}

/* When the entry is issued, with what was lost while the workload was quiesced. */
static sim_time shifted_ns(const struct workload *workload)
{
    sim_time last_shift = LAST_ISSUE_NS - workload->next_ns;
    return workload->next_ns + (workload->shift_ns < last_shift ? workload->shift_ns : last_shift);
}

static void trace_story(struct activity *self)
{
    struct workload *workload = STORY_OF(self, struct workload, activity);
    struct io_record record = {0};

    STORY_BEGIN(self);
    while (workload->source->next(workload->source, &workload->entry, workload->trace_error)) {
        if (!time_entry(workload))
            break;
        STORY_WAIT(self, shifted_ns(workload) - sim_now(self->sim));
        while (workload->quiescing || sim_now(self->sim) < shifted_ns(workload)) {
            if (workload->quiescing)
                STORY_PARK(self);
            else
                STORY_WAIT(self, shifted_ns(workload) - sim_now(self->sim));
        }
        if (!place_entry(workload, &workload->entry, &record))
            break;
        activity_start(&issue(workload, &record)->activity);
    }
    end(workload);
    if (workload->trace_error->kind != ERROR_NONE)
        sim_stop(self->sim);
    STORY_END(self);
}

/* ---- quiescing ---- */

bool workload_is_quiet(const struct workload *workload)
{
    return workload->quiescing && workload->in_flight == 0;
}

/* It has issued its last I/O for now, or one of them is complete. */
static void look_whether_quiet(struct workload *workload)
{
    if (workload->in_flight > 0 || !(workload->quiescing || workload->ended))
        return;
    look_at_use(workload);
    if (!workload->quiescing)
        return;
    machine_tell(workload->ios->machine, workload->config->name, "workload quiesced", "none of its I/Os is in flight");
    if (workload->listener != NULL)
        workload->listener->quiesced(workload->listener, workload->index);
}

void workload_completed(struct workload *workload)
{
    workload->in_flight--;
    look_whether_quiet(workload);
}

void workload_quiesce(struct workload *workload)
{
    if (workload->quiescing)
        return;
    workload->quiescing = true;
    workload->quiesced_at_ns = sim_now(workload->ios->machine->sim);
    look_whether_quiet(workload);
}

void workload_resume(struct workload *workload)
{
    struct machine *machine = workload->ios->machine;
    if (!workload->quiescing)
        return;
    workload->quiescing = false;
    workload->shift_ns += sim_now(machine->sim) - workload->quiesced_at_ns;
    look_at_use(workload);
    machine_tell(machine, workload->config->name, "workload resumed", "after %.3f s",
                 (double)(sim_now(machine->sim) - workload->quiesced_at_ns) * 1e-9);
    activity_wake(&workload->activity);
    for (int32_t i = 0; workload->clients != NULL && i < workload->config->iodepth; i++)
        activity_wake(&workload->clients[i].activity);
}

/* ---- beginning and end ---- */

static void init_clients(struct workload *workload)
{
    size_t count = (size_t)workload->config->iodepth;
    workload->clients = memory_alloc_zeroed(count, sizeof *workload->clients);
    for (size_t i = 0; i < count; i++) {
        workload->clients[i].workload = workload;
        activity_init(&workload->clients[i].activity, workload->ios->machine->sim, client_story, NULL);
    }
}

void workload_init(struct workload *workload, struct host_io_pool *ios, size_t index, struct host *host,
                   struct trace_source *source, uint64_t seed, struct error *trace_error)
{
    const struct config *config = ios->machine->config;
    struct sim *sim = ios->machine->sim;
    char name[512];
    *workload = (struct workload){.config = &config->workloads[index], .index = (int32_t)index, .ios = ios,
                                  .host = host, .source = source, .trace_error = trace_error};
    snprintf(name, sizeof name, "workload/%s/hit", workload->config->name);
    rng_init(&workload->hit_draws, seed, name);
    if (workload->config->kind != LOAD_TRACE)
        workload->addresses = address_create(config, index, seed, "run");
    switch (workload->config->kind) {
    case LOAD_OPEN:
        arrivals_init(&workload->arrivals, workload->config, seed);
        activity_init(&workload->activity, sim, open_story, NULL);
        break;
    case LOAD_TRACE:
        activity_init(&workload->activity, sim, trace_story, NULL);
        break;
    case LOAD_CLOSED:
        init_clients(workload);
        break;
    }
    look_at_use(workload);
}

void workload_start(struct workload *workload)
{
    if (workload->config->kind != LOAD_CLOSED) {
        activity_start(&workload->activity);
        return;
    }
    for (int32_t i = 0; i < workload->config->iodepth; i++)
        activity_start(&workload->clients[i].activity);
}

void workload_destroy(struct workload *workload)
{
    address_destroy(workload->addresses);
    free(workload->clients);
}

double workload_peak_per_s(const struct workload_config *config)
{
    double highest = 0;
    if (config->kind == LOAD_CLOSED)
        return config->iodepth / (double)(GUESSED_RESPONSE_NS + config->thinktime_ns) * 1e9;
    for (size_t i = 0; config->kind == LOAD_OPEN && i < config->rate_count; i++)
        highest = config->rate[i].per_s > highest ? config->rate[i].per_s : highest;
    return highest;
}
