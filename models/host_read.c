// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A host read: what of it the cache holds, and the staging of the rest.
 */
#include "models/cache.h"
#include "models/content.h"
#include "models/flashcopy.h"
#include "models/host_io.h"
#include "models/relation.h"
#include "models/stage_ahead.h"
#include "models/stream.h"
#include "models/t0.h"

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

/* Enters what neither the entry nor T0's places hold of the segments, and more as the way of staging has it, to be
 * staged. */
static void stage_missing(struct host_io *io, int64_t number, cache_track track, uint32_t segments, bool sequential)
{
    if (staging_missing(&io->span, number, track, segments) == 0)
        return;
    uint32_t missing = cache_missing(io->span.rank->cluster->cache, track, segments);
    uint32_t worth = worth_staging(io->span.rank, missing, sequential);
    staging_add(&io->staging, &io->span, number, track, staging_missing(&io->span, number, track, worth));
}

static void tell_content(const struct host_io *io, int64_t number, uint32_t segments)
{
    struct machine *machine = io->span.rank->machine;
    int64_t track = number - io->span.volume->first_track;
    if (machine->content == NULL)
        return;
    struct content_places from = t0_places(machine, io->record.volume, track, segments);
    machine->content->read(machine->content, &io->record, track, &from);
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
    bool redirected = false;
    for (int64_t number = span->first_track; number <= span->last_track; number++) {
        cache_track track = look_up_in_stream(io, number, &stream);
        uint32_t segments = span_segments(span, number);
        io->waits |= cache_is_inflight(cluster->cache, track, segments);
        redirected |= staging_redirects(span, number, track, segments);
        tell_content(io, number, segments);
        stage_missing(io, number, track, segments, stream.sequential);
    }
    bool hit = staging_is_empty(&io->staging);
    if (redirected)
        io->volume->target_of->redirected++;
    io->link = stream.link;
    if (stream.sequential && (!hit || stream.trigger))
        stage_ahead_start(span, &stream);
    cluster->reads++;
    cluster->read_hits += hit;
    return hit;
}

/* Does as was drawn: a miss reads all its segments from the drives. */
static bool follow_draw(struct host_io *io)
{
    const struct span *span = &io->span;
    for (int64_t number = span->first_track; !io->drawn_hit && number <= span->last_track; number++)
        staging_add_bypassing(&io->staging, span, number, span_segments(span, number));
    if (io->staging.source.first != NULL)
        io->volume->target_of->redirected++;
    io->link = ANY_LINK;
    span->rank->cluster->reads++;
    span->rank->cluster->read_hits += io->drawn_hit;
    return io->drawn_hit;
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
    struct cluster *cluster = io->span.rank->cluster;
    const struct server_model *model = cluster->model;

    STORY_BEGIN(self);
    STORY_USE(self, io->port->station, io->port->type->protocol_ns);
    times_charge_use(&io->times, self, PART_PORT_QUEUE, PART_PORT);
    while (io->volume->held_for != NULL) {
        flashcopy_wait(io->volume->held_for, self);
        STORY_PAUSE(self);
    }
    times_charge(&io->times, sim_now(self->sim), PART_ESTABLISH_WAIT);
    if (host_io_refusal(io) != IO_OK)
        goto ended;

    if (io->drawn ? follow_draw(io) : look_up(io)) {
        STORY_USE(self, cluster->processors, model->processor_ns[STEP_READ_HIT]);
        times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);
    } else {
        STORY_USE(self, cluster->processors, model->processor_ns[STEP_READ_MISS]);
        times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);
        staging_read_for_host(&io->staging, &io->span, self, io->link, &io->branch);
        STORY_JOIN(self);
        times_adopt(&io->times, &io->branch);
        staging_ended(&io->staging);
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
