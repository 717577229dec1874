// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A host read: what of it the cache holds, and the staging of the rest.
 */
#include "models/cache.h"
#include "models/destage.h"
#include "models/host_io.h"
#include "models/stage_ahead.h"
#include "models/stream.h"

/* Looks its track `number` up, which `stream` passes; the stream begins with the first one. */
static cache_track look_up_in_stream(const struct host_io *io, int64_t number, struct stream *stream)
{
    const struct span *span = &io->span;
    cache_track track = cache_look_up(span->rank->cluster->cache, span->rank->index, number);
    if (number == span->first_track)
        *stream = stream_begin(span->rank, span->volume, number, track, span->first_segment,
                               span->last_track + 1 - number);
    stream_pass(stream, track, span_end_segment(span, number));
    return track;
}

/* What is staged with missing segments of a track, they included, as far as it is missing too. */
static uint32_t worth_staging(const struct rank *rank, uint32_t missing, bool sequential)
{
    uint32_t track = (1u << rank->track_segments) - 1;
    if (sequential || rank->model->stage == STAGE_FULL_TRACK)
        return track;
    return rank->model->stage == STAGE_REST_OF_TRACK ? track & -(missing & -missing) : missing;
}

/* Enters what the entry lacks of the segments, and more as the way of staging has it, to be staged. */
static void stage_missing(struct host_io *io, int64_t number, cache_track track, uint32_t segments, bool sequential)
{
    struct rank *rank = io->span.rank;
    struct cache *cache = rank->cluster->cache;
    uint32_t missing = cache_missing(cache, track, segments);
    if (missing == 0)
        return;
    missing = cache_missing(cache, track, worth_staging(rank, missing, sequential));
    cache_enter(cache, track, missing, true);
    pieces_add(&io->pieces, rank, (struct track_piece){number, missing, track});
}

/*
 * Looks all tracks up, and enters what is missing as being on its way. True when nothing was missing. Segments that
 * another I/O is bringing count as a hit; the story waits for them.
 */
static bool look_up(struct host_io *io)
{
    const struct span *span = &io->span;
    struct cluster *cluster = span->rank->cluster;
    struct stream stream;
    for (int64_t number = span->first_track; number <= span->last_track; number++) {
        cache_track track = look_up_in_stream(io, number, &stream);
        uint32_t segments = span_segments(span, number);
        io->waits |= cache_is_inflight(cluster->cache, track, segments);
        stage_missing(io, number, track, segments, stream.sequential);
    }
    bool hit = io->pieces.first == NULL;
    io->link = stream.link;
    if (stream.sequential && (!hit || stream.trigger))
        stage_ahead_start(span->rank, span->volume, span->last_track, &stream);
    cluster->reads++;
    cluster->read_hits += hit;
    return hit;
}

/* Does as was drawn: a miss reads all its segments from the drives. */
static bool follow_draw(struct host_io *io)
{
    const struct span *span = &io->span;
    for (int64_t number = span->first_track; !io->drawn_hit && number <= span->last_track; number++)
        pieces_add(&io->pieces, span->rank, (struct track_piece){number, span_segments(span, number), 0});
    io->link = ANY_LINK;
    span->rank->cluster->reads++;
    span->rank->cluster->read_hits += io->drawn_hit;
    return io->drawn_hit;
}

/* The rank now has a host read waiting for it, which keeps old dirty data where it is. */
static void fork_stages(struct host_io *io)
{
    io->span.rank->host_reads++;
    pieces_read(&io->pieces, io->span.rank, &io->activity, io->link, &io->branch);
}

/* Whether segments that the I/O wants are still on their way: then it stands in line for them. */
static bool waits_for_track(struct host_io *io)
{
    struct cache *cache = io->span.rank->cluster->cache;
    cache_track track = cache_find(cache, io->span.rank->index, io->track);
    if (track == 0 || !cache_is_inflight(cache, track, span_segments(&io->span, io->track)))
        return false;
    cache_wait(cache, track, &io->activity);
    return true;
}

/* A read: command in, look-up, staging of what is missing, data out. */
void host_read_story(struct activity *self)
{
    struct host_io *io = STORY_OF(self, struct host_io, activity);
    struct rank *rank = io->span.rank;
    struct cluster *cluster = rank->cluster;
    const struct server_model *model = cluster->model;

    STORY_BEGIN(self);
    STORY_USE(self, io->port->station, io->port->type->protocol_ns);
    times_charge_use(&io->times, self, PART_PORT_QUEUE, PART_PORT);
    if (host_io_refusal(io) != IO_OK)
        goto ended;

    if (io->drawn ? follow_draw(io) : look_up(io)) {
        STORY_USE(self, cluster->processors, model->processor_ns[STEP_READ_HIT]);
        times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);
    } else {
        STORY_USE(self, cluster->processors, model->processor_ns[STEP_READ_MISS]);
        times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);
        fork_stages(io);
        STORY_JOIN(self);
        times_adopt(&io->times, &io->branch);
        if (--rank->host_reads == 0)
            destage_rank_idle(rank);
        STORY_USE(self, cluster->processors, model->processor_ns[STEP_STAGE]);
        times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);
    }

    for (io->track = io->span.first_track; io->waits && io->track <= io->span.last_track; io->track++) {
        while (waits_for_track(io))
            STORY_PAUSE(self);
        times_charge(&io->times, sim_now(self->sim), PART_CACHE_WAIT);
    }

    STORY_USE(self, cluster->bus, host_io_bus_ns(io));
    times_charge_use(&io->times, self, PART_BUS_QUEUE, PART_BUS);
    STORY_SEIZE(self, io->port->station);
    times_charge(&io->times, sim_now(self->sim), PART_PORT_QUEUE);
    STORY_WAIT(self, host_io_transfer_ns(io, 0));
    station_release(io->port->station);
    times_charge(&io->times, sim_now(self->sim), PART_PORT);
ended:
    host_io_complete(io);
    STORY_END(self);
}
