// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/host_io.h"

#include "models/cache.h"
#include "models/destage.h"
#include "models/disk_op.h"
#include "models/raid.h"

/* ---- which segments of which tracks an I/O touches ---- */

/* The I/O's first and one-past-last byte on the rank's data tracks. */
static int64_t first_byte(const struct host_io *io)
{
    const struct volume_config *volume = &io->home->machine->config->volumes[io->record.volume];
    return volume->first_track * io->rank->model->track_bytes + io->record.offset_blocks * BLOCK_BYTES;
}

static int64_t end_byte(const struct host_io *io)
{
    return first_byte(io) + io->record.length_bytes;
}

/* The segments of one of its tracks that the I/O touches. */
static uint32_t touched_segments(const struct host_io *io, int64_t track)
{
    const struct server_model *model = io->rank->model;
    int64_t base = track * model->track_bytes;
    int64_t from = first_byte(io) > base ? first_byte(io) - base : 0;
    int64_t to = end_byte(io) - base < model->track_bytes ? end_byte(io) - base : model->track_bytes;
    int64_t first = from / model->segment_bytes, end = (to + model->segment_bytes - 1) / model->segment_bytes;
    return (1u << end) - (1u << first);
}

/* ---- reading ---- */

/* The drive command that stages segments of a track. */
static struct disk_op *stage_command(struct host_io *io, int64_t track, uint32_t segments)
{
    const struct server_model *model = io->rank->model;
    struct raid_place place = raid_place(io->rank->config, model, track);
    int32_t segment_blocks = (int32_t)(model->segment_bytes / BLOCK_BYTES);
    int32_t first = __builtin_ctz(segments), end = 32 - __builtin_clz(segments);
    struct disk_op *op = disk_op_create(io->rank, place.drive, place.block + (int64_t)first * segment_blocks,
                                        (end - first) * segment_blocks, false);
    op->report = &io->branch;
    *io->last_stage = op;
    io->last_stage = &op->next;
    return op;
}

/*
 * Looks all tracks up, enters what is missing and prepares the commands that will bring it. True when
 * nothing was missing. Segments that another I/O is bringing count as a hit; the story waits for them.
 */
static bool look_up(struct host_io *io)
{
    struct cluster *cluster = io->rank->cluster;
    struct cache *cache = cluster->cache;
    for (int64_t number = io->first_track; number <= io->last_track; number++) {
        uint32_t segments = touched_segments(io, number);
        cache_track track = cache_look_up(cache, io->rank->index, number);
        uint32_t missing = cache_missing(cache, track, segments);
        if (missing == 0)
            continue;
        cache_enter(cache, track, missing, true);
        struct disk_op *op = stage_command(io, number, missing);
        op->track = track;
        op->segments = missing;
    }
    bool hit = io->stages == NULL;
    cluster->reads++;
    cluster->read_hits += hit;
    return hit;
}

/* Does as was drawn: a miss reads all its segments from the drives. */
static bool follow_draw(struct host_io *io)
{
    for (int64_t number = io->first_track; !io->drawn_hit && number <= io->last_track; number++)
        stage_command(io, number, touched_segments(io, number));
    io->rank->cluster->reads++;
    io->rank->cluster->read_hits += io->drawn_hit;
    return io->drawn_hit;
}

/* The rank now has a host read waiting for it, which keeps old dirty data where it is. */
static void fork_stages(struct host_io *io)
{
    io->rank->host_reads++;
    while (io->stages != NULL) {
        struct disk_op *op = io->stages;
        io->stages = op->next;
        activity_fork(&io->activity, &op->activity);
    }
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

static void complete(struct host_io *io)
{
    struct io_record *record = &io->record;
    record->response_ns = sim_now(io->activity.sim) - record->issue_ns;
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

    for (io->track = io->first_track; !io->drawn && io->track <= io->last_track; io->track++) {
        while (waits_for_track(io))
            STORY_PAUSE(self);
        times_charge(&io->times, sim_now(self->sim), PART_CACHE_WAIT);
    }

    STORY_USE(self, cluster->bus, bus_ns(io));
    times_charge_use(&io->times, self, PART_BUS_QUEUE, PART_BUS);
    STORY_USE(self, io->port->station, port_data_ns(io));
    times_charge_use(&io->times, self, PART_PORT_QUEUE, PART_PORT);
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
    store_give(rank->cluster->nvs, io->room_bytes - new_room_bytes(io));
    for (; io->track < io->portion_end; io->track++) {
        cache_track track = cache_look_up(cache, rank->index, io->track);
        cache_write(cache, rank, track, touched_segments(io, io->track), sim_now(io->activity.sim));
    }
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

    for (io->track = io->first_track; io->track <= io->last_track;) {
        begin_portion(io);
        /* While it waits, segments it counted on as dirty may be destaged: then it asks anew, for more. It
         * gives back first what it has, so that no two writes ever hold room and wait for each other. */
        while (io->room_bytes < new_room_bytes(io)) {
            store_give(cluster->nvs, io->room_bytes);
            io->room_bytes = new_room_bytes(io);
            if (!store_take(cluster->nvs, self, io->room_bytes)) {
                destage_room_wanted(cluster);
                STORY_PAUSE(self);
            }
        }
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
    io->last_stage = &io->stages;
    io->rank = &machine->ranks[machine->config->volumes[record->volume].rank];
    io->record.id = pool->issued++;
    io->record.issue_ns = sim_now(sim);
    io->first_track = first_byte(io) / io->rank->model->track_bytes;
    io->last_track = (end_byte(io) - 1) / io->rank->model->track_bytes;
    times_begin(&io->times, sim_now(sim));
    activity_init(&io->activity, sim, record->op == IO_READ ? read_story : write_story, host_io_ends);
    return io;
}
