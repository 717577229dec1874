// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/refused_io.h"

static void refused_story(struct activity *self)
{
    struct host_io *io = STORY_OF(self, struct host_io, activity);
    struct io_record *record = &io->record;

    STORY_BEGIN(self);
    STORY_WAIT(self, io->home->machine->config->hosts[record->host].io_timeout_ns);
    record->response_ns = sim_now(self->sim) - record->issue_ns;
    record->part_ns[PART_PORT_QUEUE] = record->response_ns;
    io->home->completed++;
    io->home->sink->completed(io->home->sink, record);
    STORY_END(self);
}

static void refused_io_ends(struct activity *self)
{
    struct host_io *io = STORY_OF(self, struct host_io, activity);
    pool_give(io->home->ios, io);
}

struct host_io *refused_io_create(struct host_io_pool *pool, const struct io_record *record, enum io_error error)
{
    struct sim *sim = pool->machine->sim;
    struct host_io *io = pool_take(pool->ios);
    *io = (struct host_io){.home = pool, .record = *record};
    io->record.id = pool->issued++;
    io->record.issue_ns = sim_now(sim);
    io->record.error = (uint8_t)error;
    activity_init(&io->activity, sim, refused_story, refused_io_ends);
    return io;
}
