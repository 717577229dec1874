// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/host_io.h"

#include <stddef.h>
#include <string.h>

#include "models/cache.h"
#include "models/pprc.h"

enum io_error host_io_refusal(const struct host_io *io)
{
    if (io->port->server->down)
        return IO_SERVER_DOWN;
    if (io->span.rank->state == RANK_LOST)
        return IO_RANK_LOST;
    return io->volume->pair != NULL && pprc_is_target(io->volume->pair, io->record.volume) ? IO_SECONDARY : IO_OK;
}

sim_time host_io_bus_ns(const struct host_io *io)
{
    return sim_transfer_ns(io->record.length_bytes, io->span.rank->model->internal_bytes_per_s);
}

sim_time host_io_transfer_ns(struct host_io *io, sim_time protocol_ns)
{
    sim_time own_ns = protocol_ns + sim_transfer_ns(io->record.length_bytes, io->port->type->bytes_per_s);
    sim_time ns = host_bay_pass(io->port->bay, sim_now(io->activity.sim), io->record.length_bytes, own_ns);
    io->port->wait_ns += ns - own_ns;
    return ns;
}

void host_io_complete(struct host_io *io)
{
    struct io_record *record = &io->record;
    record->response_ns = sim_now(io->activity.sim) - record->issue_ns;
    if (record->error == IO_OK)
        record->error = (uint8_t)host_io_refusal(io);
    sim_time sum = 0;
    for (int part = 0; part < PART_COUNT; part++)
        sum += record->part_ns[part] = io->times.part_ns[part];
    SIM_MUST(io->activity.sim, sum == record->response_ns);
    io->home->completed++;
    io->home->sink->completed(io->home->sink, record);
}

static void host_io_ends(struct activity *self)
{
    struct host_io *io = STORY_OF(self, struct host_io, activity);
    pool_give(io->home->ios, io);
}

void host_io_pool_init(struct host_io_pool *pool, struct machine *machine, struct io_sink *sink)
{
    *pool = (struct host_io_pool){.machine = machine, .sink = sink, .ios = pool_create(sizeof(struct host_io))};
}

void host_io_pool_destroy(struct host_io_pool *pool)
{
    pool_destroy(pool->ios);
}

struct host_io *host_io_create(struct host_io_pool *pool, const struct io_record *record, struct port *port)
{
    struct machine *machine = pool->machine;
    struct sim *sim = machine->sim;
    struct host_io *io = pool_take(pool->ios);
    memset(io, 0, offsetof(struct host_io, branch));
    io->home = pool;
    io->record = *record;
    io->port = port;
    io->span = span_of(machine, record->volume, record->offset_blocks * BLOCK_BYTES, record->length_bytes);
    io->volume = &machine->volumes[record->volume];
    io->record.id = pool->issued++;
    io->record.issue_ns = sim_now(sim);
    cache_prefetch_head(io->span.rank->cluster->cache, io->span.rank->index, io->span.first_track);
    __builtin_prefetch(io->volume);
    times_begin(&io->times, sim_now(sim));
    activity_init(&io->activity, sim, record->op == IO_READ ? host_read_story : host_write_story, host_io_ends);
    return io;
}
