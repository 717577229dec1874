// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/host_io.h"

#include "models/cache.h"
#include "models/destage.h"
#include "models/stage_ahead.h"
#include "models/stream.h"

/* ---- which segments of which tracks an I/O touches ---- */

static const struct volume_config *volume_of(const struct host_io *io)
{
    return &io->home->machine->config->volumes[io->record.volume];
}

/* Finds the segments of the rank's data tracks that the I/O touches. */
static void locate(struct host_io *io)
{
    const struct server_model *model = io->rank->model;
    int64_t first_byte = io->record.offset_blocks * BLOCK_BYTES;
    int64_t last_byte = first_byte + io->record.length_bytes - 1;
    int64_t first = first_byte / model->track_bytes, last = last_byte / model->track_bytes;
    io->first_segment = (int32_t)((first_byte - first * model->track_bytes) / model->segment_bytes);
    io->end_segment = (int32_t)((last_byte - last * model->track_bytes) / model->segment_bytes) + 1;
    io->first_track = volume_of(io)->first_track + first;
    io->last_track = volume_of(io)->first_track + last;
}

/* The segment of one of its tracks before which the I/O ends there. */
static int32_t end_segment(const struct host_io *io, int64_t track)
{
    return track == io->last_track ? io->end_segment : io->rank->track_segments;
}

/* The segments of one of its tracks that the I/O touches. */
static uint32_t touched_segments(const struct host_io *io, int64_t track)
{
    int32_t first = track == io->first_track ? io->first_segment : 0;
    return (1u << end_segment(io, track)) - (1u << first);
}

/* Looks its track `number` up, which `stream` passes; the stream begins with the one where the story is. */
static cache_track look_up_in_stream(const struct host_io *io, int64_t number, struct stream *stream)
{
    struct rank *rank = io->rank;
    cache_track track = cache_look_up(rank->cluster->cache, rank->index, number);
    if (number == io->track)
        *stream = stream_begin(rank, volume_of(io), number, track, number == io->first_track ? io->first_segment : 0,
                               io->last_track + 1 - number);
    stream_pass(stream, track, end_segment(io, number));
    return track;
}

/* ---- reading ---- */

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
    struct cache *cache = io->rank->cluster->cache;
    uint32_t missing = cache_missing(cache, track, segments);
    if (missing == 0)
        return;
    missing = cache_missing(cache, track, worth_staging(io->rank, missing, sequential));
    cache_enter(cache, track, missing, true);
    pieces_add(&io->pieces, io->rank, (struct track_piece){number, missing, track});
}

/*
 * Looks all tracks up, and enters what is missing as being on its way. True when nothing was missing. Segments that
 * another I/O is bringing count as a hit; the story waits for them.
 */
static bool look_up(struct host_io *io)
{
    struct cluster *cluster = io->rank->cluster;
    struct stream stream;
    io->track = io->first_track;
    for (int64_t number = io->first_track; number <= io->last_track; number++) {
        cache_track track = look_up_in_stream(io, number, &stream);
        uint32_t segments = touched_segments(io, number);
        io->waits |= cache_is_inflight(cluster->cache, track, segments);
        stage_missing(io, number, track, segments, stream.sequential);
    }
    bool hit = io->pieces.first == NULL;
    io->link = stream.link;
    if (stream.sequential && (!hit || stream.trigger))
        stage_ahead_start(io->rank, volume_of(io), io->last_track, &stream);
    cluster->reads++;
    cluster->read_hits += hit;
    return hit;
}

/* Does as was drawn: a miss reads all its segments from the drives. */
static bool follow_draw(struct host_io *io)
{
    for (int64_t number = io->first_track; !io->drawn_hit && number <= io->last_track; number++)
        pieces_add(&io->pieces, io->rank, (struct track_piece){number, touched_segments(io, number), 0});
    io->link = ANY_LINK;
    io->rank->cluster->reads++;
    io->rank->cluster->read_hits += io->drawn_hit;
    return io->drawn_hit;
}

/* The rank now has a host read waiting for it, which keeps old dirty data where it is. */
static void fork_stages(struct host_io *io)
{
    io->rank->host_reads++;
    pieces_read(&io->pieces, io->rank, &io->activity, io->link, &io->branch);
}

/* Whether segments that the I/O wants are still on their way: then it stands in line for them. */
static bool waits_for_track(struct host_io *io)
{
    struct cache *cache = io->rank->cluster->cache;
    cache_track track = cache_find(cache, io->rank->index, io->track);
    if (track == 0 || !cache_is_inflight(cache, track, touched_segments(io, io->track)))
        return false;
    cache_wait(cache, track, &io->activity);
    return true;
}

static sim_time bus_ns(const struct host_io *io)
{
    return sim_transfer_ns(io->record.length_bytes, io->rank->model->internal_bytes_per_s);
}

static sim_time port_data_ns(const struct host_io *io)
{
    return sim_transfer_ns(io->record.length_bytes, io->port->type->bytes_per_s);
}

/* The rank's data is gone: I/Os to it end where they are next asked, and all of them with an error. */
static bool is_lost(const struct host_io *io)
{
    return io->rank->state == RANK_LOST;
}

static void complete(struct host_io *io)
{
    struct io_record *record = &io->record;
    record->response_ns = sim_now(io->activity.sim) - record->issue_ns;
    record->error = is_lost(io) ? IO_RANK_LOST : IO_OK;
    sim_time sum = 0;
    for (int part = 0; part < PART_COUNT; part++)
        sum += record->part_ns[part] = io->times.part_ns[part];
    SIM_MUST(io->activity.sim, sum == record->response_ns);
    io->home->completed++;
    io->home->sink->completed(io->home->sink, record);
}

/* A read: command in, look-up, staging of what is missing, data out. */
static void read_story(struct activity *self)
{
    struct host_io *io = STORY_OF(self, struct host_io, activity);
    struct cluster *cluster = io->rank->cluster;
    const struct server_model *model = cluster->model;

    STORY_BEGIN(self);
    STORY_USE(self, io->port->station, io->port->type->protocol_ns);
    times_charge_use(&io->times, self, PART_PORT_QUEUE, PART_PORT);
    if (is_lost(io))
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
        if (--io->rank->host_reads == 0)
            destage_rank_idle(io->rank);
        STORY_USE(self, cluster->processors, model->processor_ns[STEP_STAGE]);
        times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);
    }

    for (io->track = io->first_track; io->waits && io->track <= io->last_track; io->track++) {
        while (waits_for_track(io))
            STORY_PAUSE(self);
        times_charge(&io->times, sim_now(self->sim), PART_CACHE_WAIT);
    }

    STORY_USE(self, cluster->bus, bus_ns(io));
    times_charge_use(&io->times, self, PART_BUS_QUEUE, PART_BUS);
    STORY_USE(self, io->port->station, port_data_ns(io));
    times_charge_use(&io->times, self, PART_PORT_QUEUE, PART_PORT);
ended:
    complete(io);
    STORY_END(self);
}

/* ---- writing ---- */

/* The tracks from the story's place on that certainly fit NVS together: all, but for a write larger than NVS. */
static void begin_portion(struct host_io *io)
{
    int64_t fitting = store_capacity(io->rank->cluster->nvs) / io->rank->model->track_bytes;
    int64_t left = io->last_track + 1 - io->track;
    io->portion_end = io->track + (left < fitting ? left : fitting);
    io->room_bytes = 0;
}

/* Room in NVS that the portion's segments need beyond what is dirty already, in bytes. */
static int64_t new_room_bytes(const struct host_io *io)
{
    const struct cache *cache = io->rank->cluster->cache;
    int64_t segments = 0;
    for (int64_t number = io->track; number < io->portion_end; number++) {
        uint32_t touched = touched_segments(io, number);
        cache_track track = cache_find(cache, io->rank->index, number);
        if (track != 0)
            touched &= ~cache_holds_dirty(cache, track, touched);
        segments += __builtin_popcount(touched);
    }
    return segments * io->rank->model->segment_bytes;
}

/* The portion stands in cache and NVS: its segments are dirty. Room taken but no longer needed goes back. */
static void enter_dirty(struct host_io *io)
{
    struct rank *rank = io->rank;
    struct cache *cache = rank->cluster->cache;
    struct stream stream;
    store_give(rank->cluster->nvs, io->room_bytes - new_room_bytes(io));
    for (int64_t number = io->track; number < io->portion_end; number++) {
        cache_track track = look_up_in_stream(io, number, &stream);
        cache_write(cache, rank, track, touched_segments(io, number), sim_now(io->activity.sim));
    }
    io->track = io->portion_end;
    destage_written(rank);
}

/*
 * A fast write: command and data in, room in the other cluster's NVS, a copy there and in the cache. It
 * is complete before anything reaches a drive (destage.c).
 */
static void write_story(struct activity *self)
{
    struct host_io *io = STORY_OF(self, struct host_io, activity);
    struct cluster *cluster = io->rank->cluster;

    STORY_BEGIN(self);
    STORY_USE(self, io->port->station, io->port->type->protocol_ns + port_data_ns(io));
    times_charge_use(&io->times, self, PART_PORT_QUEUE, PART_PORT);

    STORY_USE(self, cluster->processors, cluster->model->processor_ns[STEP_WRITE]);
    times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);

    STORY_USE(self, cluster->bus, bus_ns(io));
    times_charge_use(&io->times, self, PART_BUS_QUEUE, PART_BUS);

    for (io->track = io->first_track; io->track <= io->last_track && !is_lost(io);) {
        begin_portion(io);
        /* While it waits, segments it counted on as dirty may be destaged: then it asks anew, for more. It
         * gives back first what it has, so that no two writes ever hold room and wait for each other. */
        while (io->room_bytes < new_room_bytes(io) && !is_lost(io)) {
            store_give(cluster->nvs, io->room_bytes);
            io->room_bytes = new_room_bytes(io);
            if (!store_take(cluster->nvs, self, io->room_bytes)) {
                destage_room_wanted(cluster);
                STORY_PAUSE(self);
            }
        }
        if (is_lost(io))
            store_give(cluster->nvs, io->room_bytes);
        else
            enter_dirty(io);
    }
    times_charge(&io->times, sim_now(self->sim), PART_NVS_WAIT);

    complete(io);
    STORY_END(self);
}

/* ---- beginning and end ---- */

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
    *io = (struct host_io){.home = pool, .record = *record, .port = port};
    io->rank = &machine->ranks[machine->config->volumes[record->volume].rank];
    io->record.id = pool->issued++;
    io->record.issue_ns = sim_now(sim);
    locate(io);
    cache_prefetch_head(io->rank->cluster->cache, io->rank->index, io->first_track);
    times_begin(&io->times, sim_now(sim));
    activity_init(&io->activity, sim, record->op == IO_READ ? read_story : write_story, host_io_ends);
    return io;
}
