// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the drive is doing is one stream of blocks under its heads (drive_geometry.h): the last command's, which
 * goes on as read-ahead up to `ahead_end`. Where it stands is worked out when a command begins.
 */
#include "models/drive.h"

#include <stdlib.h>

#include "models/drive_buffer.h"
#include "sim/memory.h"

static const sim_time never = INT64_MAX;

struct drive {
    struct sim *sim;
    const struct drive_geometry *geometry;
    const struct drive_type *type;
    struct station *station;
    struct drive_buffer buffer;
    struct drive_stream stream; /* the arm stands at its place */
    int64_t ahead_end;          /* where reading ahead stops; not beyond stream.block: it has */
    int32_t ahead_segment;      /* which it fills, SEGMENT_NONE when nothing is read ahead */
    sim_time writing_until;     /* when the last reported write is on the medium */
    sim_time phase_ns;
    sim_time block_ns;          /* one block over the interface */
    bool last_write;            /* the last command was one */
    const struct drive_access *(*access_of)(const struct activity *);
};

struct drive *drive_create(struct sim *sim, const char *name, const struct drive_geometry *geometry, double phase)
{
    struct drive *drive = memory_alloc_zeroed(1, sizeof *drive);
    drive->sim = sim;
    drive->geometry = geometry;
    drive->type = drive_geometry_type(geometry);
    drive->station = station_create(sim, name, 1);
    drive->phase_ns = (sim_time)(phase * (double)drive->type->revolution_ns) % drive->type->revolution_ns;
    drive->ahead_segment = SEGMENT_NONE;
    if (drive->type->interface_bytes_per_s > 0)
        drive->block_ns = sim_transfer_ns(BLOCK_BYTES, drive->type->interface_bytes_per_s);
    drive_buffer_init(&drive->buffer, &drive->type->buffer);
    return drive;
}

void drive_destroy(struct drive *drive)
{
    if (drive == NULL)
        return;
    station_destroy(drive->station);
    drive_buffer_clear(&drive->buffer);
    free(drive);
}

struct station *drive_station(struct drive *drive)
{
    return drive->station;
}

struct drive_place drive_arm(const struct drive *drive)
{
    return drive->stream.place;
}

static sim_time overhead_ns(const struct drive *drive, enum drive_command command)
{
    sim_time overhead = drive->type->overheads_ns[command][drive->last_write];
    return overhead > 0 ? overhead : drive->type->overhead_ns;
}

static sim_time later(sim_time a, sim_time b)
{
    return a > b ? a : b;
}

/* ---- the arm ---- */

/* Until now the head has gone on reading; what it has read is in the buffer. */
static void catch_up(struct drive *drive, sim_time now)
{
    if (drive->ahead_segment == SEGMENT_NONE)
        return;
    drive_stream_pass(drive->geometry, &drive->stream, drive->ahead_end, now, drive->phase_ns, false);
    drive_buffer_extend(&drive->buffer, drive->ahead_segment, drive->stream.block);
}

static bool reads_ahead(const struct drive *drive, int32_t segment)
{
    return segment != SEGMENT_NONE && segment == drive->ahead_segment && drive->stream.block < drive->ahead_end;
}

/*
 * The arm goes to the access at `start`, and its blocks pass from when they are under the head, not before `ready`
 * (when a write's data is there). Fills in seek and rotation; the stream then stands behind the access. Returns
 * the instant at which the first block begins to pass.
 */
static sim_time move_and_pass(struct drive *drive, const struct drive_access *access, sim_time start, sim_time ready,
                              struct drive_plan *plan)
{
    const struct drive_geometry *geometry = drive->geometry;
    struct drive_place place = drive_geometry_place(geometry, access->block);
    plan->seek_ns = drive_geometry_move_ns(geometry, &drive->stream.place, &place, access->write);
    sim_time there = later(start + plan->seek_ns, ready);
    sim_time begin = there + drive_geometry_wait_ns(geometry, &place, there, drive->phase_ns);
    plan->rotation_ns = begin - start - plan->seek_ns;
    drive->stream = (struct drive_stream){access->block, place, begin};
    drive_stream_pass(geometry, &drive->stream, access->block + access->blocks, never, drive->phase_ns, access->write);
    return begin;
}

/* ---- reads ---- */

/* Where reading ahead stops after a request that ended before `end`, into a segment that begins at `first`. */
static int64_t ahead_end(const struct drive *drive, int64_t first, int64_t end)
{
    int64_t stop = end, blocks = drive_geometry_blocks(drive->geometry);
    if (end >= blocks)
        return blocks;
    switch (drive->type->buffer.ahead) {
    case AHEAD_AMOUNT:
        stop = end + drive->type->buffer.read_ahead_blocks;
        break;
    case AHEAD_TRACK:
        stop = drive_geometry_track_end(drive->geometry, end);
        break;
    case AHEAD_STREAM: {
        struct drive_place place = drive_geometry_place(drive->geometry, end);
        stop = drive_geometry_track_end(drive->geometry, end);
        if (first < end - place.sector && stop < blocks)
            stop = drive_geometry_track_end(drive->geometry, stop);
        break;
    }
    default:
        break;
    }
    return stop < blocks ? stop : blocks;
}

/* Goes on reading behind a request that ends before `end`, into the segment. */
static void read_on(struct drive *drive, int32_t segment, int64_t end)
{
    int64_t stop = ahead_end(drive, drive->buffer.segments[segment].first, end);
    drive->ahead_segment = segment;
    if (stop > drive->ahead_end)
        drive->ahead_end = stop;
}

/*
 * All of it is in the segment already, or passes under the head anyway as the drive reads ahead. The data leaves
 * over the interface as it comes in.
 */
static void read_from_segment(struct drive *drive, const struct drive_access *access, int32_t segment, sim_time now,
                              struct drive_plan *plan)
{
    int64_t end = access->block + access->blocks;
    plan->command = READ_HIT;
    plan->overhead_ns = overhead_ns(drive, READ_HIT);
    plan->transfer_ns = access->blocks * drive->block_ns;
    if (reads_ahead(drive, segment)) {
        if (end > drive->stream.block) {
            drive_stream_pass(drive->geometry, &drive->stream, end, never, drive->phase_ns, false);
            drive_buffer_extend(&drive->buffer, segment, end);
            plan->transfer_ns =
                later(plan->transfer_ns, drive->stream.at_ns + drive->block_ns - now - plan->overhead_ns);
        }
        read_on(drive, segment, end);
    }
    drive_buffer_touch(&drive->buffer, segment);
}

/* Blocks of the access's track that passed while the head waited for its first one. */
static int64_t passed_before(const struct drive *drive, const struct drive_access *access, sim_time rotation_ns)
{
    struct drive_place place = drive_geometry_place(drive->geometry, access->block);
    int64_t passed = rotation_ns * drive_geometry_sectors(drive->geometry, &place) / drive->type->revolution_ns;
    return passed < place.sector ? passed : place.sector;
}

static void read_from_medium(struct drive *drive, const struct drive_access *access, int32_t segment, sim_time now,
                             struct drive_plan *plan)
{
    struct drive_access rest = *access;
    int64_t end = access->block + access->blocks;
    if (segment != SEGMENT_NONE) {
        rest.block = drive->buffer.segments[segment].end;
        rest.blocks = (int32_t)(end - rest.block);
    }
    plan->command = READ_MISS;
    plan->overhead_ns = overhead_ns(drive, READ_MISS);
    sim_time ready = now + plan->overhead_ns;
    plan->wait_ns = later(drive->writing_until - ready, 0);
    ready += plan->wait_ns;
    sim_time begin = move_and_pass(drive, &rest, ready, ready, plan);
    /* The interface carries a block while the next one passes; whichever is slower sets the pace. */
    sim_time first_ns = drive->type->revolution_ns / drive_geometry_sectors(drive->geometry, &drive->stream.place);
    plan->transfer_ns = later(drive->stream.at_ns + drive->block_ns - begin, 0);
    if (drive->block_ns > 0)
        plan->transfer_ns = later(plan->transfer_ns, first_ns + rest.blocks * drive->block_ns);
    drive->ahead_segment = SEGMENT_NONE;
    if (drive->type->buffer.segments == 0)
        return;
    if (segment == SEGMENT_NONE) {
        int64_t before = drive->type->buffer.read_on_arrival ? passed_before(drive, access, plan->rotation_ns) : 0;
        segment = drive_buffer_fill(&drive->buffer, access->block - before, end);
    } else {
        drive_buffer_extend(&drive->buffer, segment, end);
        drive_buffer_touch(&drive->buffer, segment);
    }
    drive->ahead_end = end;
    read_on(drive, segment, end);
}

static void begin_read(struct drive *drive, const struct drive_access *access, sim_time now, struct drive_plan *plan)
{
    int32_t segment = drive_buffer_find(&drive->buffer, access->block);
    if (segment == SEGMENT_NONE && access->block == drive->stream.block && reads_ahead(drive, drive->ahead_segment))
        segment = drive->ahead_segment; /* its first block is under the head */
    if (segment != SEGMENT_NONE && (access->block + access->blocks <= drive->buffer.segments[segment].end ||
                                    reads_ahead(drive, segment)))
        read_from_segment(drive, access, segment, now, plan);
    else
        read_from_medium(drive, access, segment, now, plan);
}

/* ---- writes ---- */

/* The written blocks stay in the buffer where reads may find them there. */
static void keep_written(struct drive *drive, const struct drive_access *access, bool shares)
{
    int64_t end = access->block + access->blocks;
    int32_t segment = shares ? drive_buffer_find(&drive->buffer, access->block - 1) : SEGMENT_NONE;
    if (!drive->type->buffer.read_written || drive->type->buffer.segments == 0)
        return;
    if (segment != SEGMENT_NONE && drive->buffer.segments[segment].end == access->block)
        drive_buffer_extend(&drive->buffer, segment, end);
    else
        drive_buffer_fill(&drive->buffer, access->block, end);
}

/* Over when the data is in the buffer; the arm follows. */
static void write_to_buffer(struct drive *drive, const struct drive_access *access, sim_time now,
                            struct drive_plan *plan)
{
    struct drive_pending write = {.first = access->block, .end = access->block + access->blocks};
    struct drive_plan unseen;
    plan->command = WRITE_HIT;
    plan->overhead_ns = overhead_ns(drive, WRITE_HIT);
    sim_time accepted = now + plan->overhead_ns;
    bool shares = drive_buffer_continues(&drive->buffer, write.first, write.end, accepted);
    if (!shares)
        plan->wait_ns = drive_buffer_room_ns(&drive->buffer, accepted) - accepted;
    accepted += plan->wait_ns;
    plan->transfer_ns = access->blocks * drive->block_ns;
    move_and_pass(drive, access, later(accepted, drive->writing_until), accepted + plan->transfer_ns, &unseen);
    write.done_ns = drive->writing_until = drive->stream.at_ns;
    drive_buffer_write(&drive->buffer, &write, accepted, shares);
    keep_written(drive, access, shares);
}

/* Over when the data is on the medium. */
static void write_to_medium(struct drive *drive, const struct drive_access *access, sim_time now,
                            struct drive_plan *plan)
{
    plan->command = WRITE_MISS;
    plan->overhead_ns = overhead_ns(drive, WRITE_MISS);
    sim_time accepted = now + plan->overhead_ns;
    plan->wait_ns = later(drive->writing_until - accepted, 0);
    sim_time begin = move_and_pass(drive, access, accepted + plan->wait_ns,
                                   accepted + access->blocks * drive->block_ns, plan);
    plan->transfer_ns = drive->stream.at_ns - begin;
    keep_written(drive, access, false);
}

static void begin_write(struct drive *drive, const struct drive_access *access, sim_time now, struct drive_plan *plan)
{
    const struct drive_buffer_type *type = &drive->type->buffer;
    drive->ahead_segment = SEGMENT_NONE;
    drive_buffer_forget(&drive->buffer, access->block, access->block + access->blocks);
    if (type->report_early && access->blocks <= type->segment_blocks)
        write_to_buffer(drive, access, now, plan);
    else
        write_to_medium(drive, access, now, plan);
}

/* ---- commands ---- */

void drive_begin(struct drive *drive, const struct drive_access *access, struct drive_plan *plan)
{
    sim_time now = sim_now(drive->sim);
    SIM_MUST(drive->sim, access->block >= 0 && access->blocks > 0 &&
                             access->block + access->blocks <= drive_geometry_blocks(drive->geometry));
    *plan = (struct drive_plan){0};
    catch_up(drive, now);
    if (access->write)
        begin_write(drive, access, now, plan);
    else
        begin_read(drive, access, now, plan);
    drive->last_write = access->write;
    plan->busy_until = drive->writing_until;
}

void drive_end(struct drive *drive, const struct drive_plan *plan)
{
    station_release_until(drive->station, plan->busy_until);
}

/* ---- the line ---- */

sim_time drive_positioning_ns(const struct drive *drive, const struct drive_access *access)
{
    if (!access->write) {
        int32_t segment = drive_buffer_find(&drive->buffer, access->block);
        if (segment != SEGMENT_NONE && access->block + access->blocks <= drive->buffer.segments[segment].end)
            return 0;
    }
    struct drive_place place = drive_geometry_place(drive->geometry, access->block);
    sim_time move = drive_geometry_move_ns(drive->geometry, &drive->stream.place, &place, access->write);
    sim_time start = sim_now(drive->sim) + overhead_ns(drive, access->write ? WRITE_MISS : READ_MISS);
    sim_time there = later(start, drive->writing_until) + move;
    return there + drive_geometry_wait_ns(drive->geometry, &place, there, drive->phase_ns) - start;
}

static struct activity *soonest(void *context, struct activity *first)
{
    struct drive *drive = context;
    if (sim_now(drive->sim) - first->since_ns > drive->type->queue_age_ns)
        return first;
    struct activity *best = first;
    sim_time best_ns = drive_positioning_ns(drive, drive->access_of(first));
    for (struct activity *next = first->next; next != NULL; next = next->next) {
        sim_time next_ns = drive_positioning_ns(drive, drive->access_of(next));
        if (next_ns < best_ns) {
            best = next;
            best_ns = next_ns;
        }
    }
    return best;
}

void drive_set_queue(struct drive *drive, const struct drive_access *(*access_of)(const struct activity *))
{
    drive->access_of = access_of;
    if (drive->type->queue == QUEUE_SPTF)
        station_set_choice(drive->station, soonest, drive);
}
