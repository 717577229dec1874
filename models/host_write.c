// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A host write: the fast write of a simplex volume, and the PPRC write cycle of a mirrored one.
 *
 * The write cycle (SG24-5757 figure 11), numbered as below:
 *     1  the data comes into the primary's cache and NVS;
 *     2  it goes over a path to the secondary;
 *     3  it is in the secondary's NVS, and the primary is told so;
 *     4  the host's write is complete, and both sides may destage the data.
 * Until 4 the data stands aside in NVS: what it overwrites stays valid, so that a write that fails has changed nothing
 * on the primary. A second write to a track waits until the first has come to 4.
 *
 * Writes that may be mirrored take at most half of NVS, so that there is always room for what comes from other
 * servers: two that mirror to each other would else, full of their own writes, wait for each other for ever.
 */
#include "models/cache.h"
#include "models/consistency.h"
#include "models/content.h"
#include "models/copy_first.h"
#include "models/destage.h"
#include "models/fast_write.h"
#include "models/flashcopy.h"
#include "models/host_io.h"
#include "models/nvs.h"
#include "models/pprc.h"
#include "models/t0.h"
#include "models/track_locks.h"

static bool is_held(const struct host_io *io)
{
    return io->volume->hold != NULL;
}

/* Whether the portion may not be entered before tracks are copied for a FlashCopy. */
static bool copies_first(const struct host_io *io)
{
    return copy_first_needed(&io->span, &io->record, io->track, io->portion_end);
}

/* The tracks from the story's place on that are written together: they fit NVS here, and half of a secondary's. */
static void begin_portion(struct host_io *io)
{
    int64_t fitting = fast_write_fitting(&io->span, io->track), most = io->volume->portion_tracks;
    io->portion_end = io->track + (most > 0 && most < fitting ? most : fitting);
    io->locked_end = io->track;
    io->room_bytes = 0;
    io->mirrored = false;
}

/* Locks the portion's next track, where the volume may be mirrored; true when the story has to wait for it. */
static bool waits_for_lock(struct host_io *io)
{
    struct rank *rank = io->span.rank;
    return !track_lock(rank->machine->locks, rank->index, io->locked_end, &io->activity);
}

/* Tracks of the portion, from the volume's first. */
static int64_t first_track(const struct host_io *io)
{
    return io->track - io->span.volume->first_track;
}

static int64_t end_track(const struct host_io *io)
{
    return io->portion_end - io->span.volume->first_track;
}

static enum io_error refusal(const struct host_io *io)
{
    enum io_error error = host_io_refusal(io);
    if (error == IO_OK && io->volume->pair != NULL && pprc_is_inhibited(io->volume->pair))
        error = IO_WRITE_INHIBITED;
    return error;
}

/* Room in NVS that the portion needs as things are now; a mirrored one for all it writes, beside what is there. */
static int64_t room_wanted(struct host_io *io)
{
    io->mirrored = io->volume->pair != NULL && pprc_mirrors(io->volume->pair, first_track(io), end_track(io));
    return io->mirrored ? fast_write_room(&io->span, io->track, io->portion_end) +
                              t0_keeping_bytes(&io->span, io->track, io->portion_end)
                        : fast_write_new_room(&io->span, io->track, io->portion_end);
}

/* Asks for the room that is still wanted; true when the story has to wait for it. While it waits, segments it counted on
 * as dirty may be destaged: then it asks anew, for more. */
static bool waits_for_room(struct host_io *io)
{
    int64_t wanted = room_wanted(io);
    return refusal(io) == IO_OK &&
           fast_write_waits_for(io->span.rank->cluster, wanted, &io->room_bytes, &io->activity);
}

/* Takes the portion's share of what mirrored writes may have of NVS, whether it will be mirrored or not; true when the
 * story has to wait for it. */
static bool waits_for_share(struct host_io *io)
{
    io->share_bytes = fast_write_room(&io->span, io->track, io->portion_end);
    return !store_take(io->span.rank->cluster->mirroring, &io->activity, io->share_bytes);
}

/* Nobody need wait for the portion any longer. */
static void let_go(struct host_io *io)
{
    struct rank *rank = io->span.rank;
    if (io->share_bytes > 0)
        store_give(rank->cluster->mirroring, io->share_bytes);
    io->share_bytes = 0;
    for (int64_t track = io->track; track < io->locked_end; track++)
        track_unlock(rank->machine->locks, rank->index, track);
}

/* The portion is given up, wherever it is: it ages out of NVS, and nothing has changed. */
static void discard_portion(struct host_io *io)
{
    nvs_give(io->span.rank->cluster, io->room_bytes, false);
    io->room_bytes = 0;
    let_go(io);
}

static void tell_content(const struct host_io *io)
{
    struct content *content = io->span.rank->machine->content;
    int64_t track_blocks = io->span.rank->model->track_bytes / BLOCK_BYTES;
    if (content == NULL)
        return;
    int64_t first = io->record.offset_blocks, end = first + io->record.length_bytes / BLOCK_BYTES;
    first = first > first_track(io) * track_blocks ? first : first_track(io) * track_blocks;
    end = end < end_track(io) * track_blocks ? end : end_track(io) * track_blocks;
    content->written(content, &io->record, first, end - first);
}

/* The portion stands in cache and NVS, dirty. What a suspended pair's secondary lacks of it is recorded. */
static void enter_portion(struct host_io *io)
{
    fast_write_enter(&io->span, io->track, io->portion_end, io->room_bytes);
    io->room_bytes = 0;
    io->volume->copy_of = NULL;
    if (io->volume->pair != NULL && !io->mirrored)
        pprc_record(io->volume->pair, first_track(io), end_track(io));
    tell_content(io);
    destage_written(io->span.rank);
    copy_first_replaced(&io->span, io->track, io->portion_end);
    let_go(io);
    io->track = io->portion_end;
}

/* The secondary has not acknowledged the portion. True when that is an error for the host; else the write is done again,
 * as the pair is now: unmirrored, or held. */
static bool failure_is_error(const struct host_io *io)
{
    if (io->remote.outcome != REMOTE_FAILED || is_held(io))
        return false;
    return io->span.rank->model->failed_write == FAILED_WRITE_ERROR ||
           (io->volume->pair != NULL && pprc_is_critical(io->volume->pair));
}

void host_write_story(struct activity *self)
{
    struct host_io *io = STORY_OF(self, struct host_io, activity);
    struct cluster *cluster = io->span.rank->cluster;

    STORY_BEGIN(self);
    /* 1: through the port, to the cluster ... */
    STORY_SEIZE(self, io->port->station);
    times_charge(&io->times, sim_now(self->sim), PART_PORT_QUEUE);
    STORY_WAIT(self, host_io_transfer_ns(io, io->port->type->protocol_ns));
    station_release(io->port->station);
    times_charge(&io->times, sim_now(self->sim), PART_PORT);

    STORY_USE(self, cluster->processors, cluster->model->processor_ns[STEP_WRITE]);
    times_charge_use(&io->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);

    STORY_USE(self, cluster->bus, host_io_bus_ns(io));
    times_charge_use(&io->times, self, PART_BUS_QUEUE, PART_BUS);

    for (io->track = io->span.first_track; io->track <= io->span.last_track;) {
        /* ... into cache and NVS. */
        while (is_held(io)) {
            consistency_wait(io->volume, self);
            STORY_PAUSE(self);
        }
        times_charge(&io->times, sim_now(self->sim), PART_CONSISTENCY_WAIT);
        while (io->volume->held_for != NULL) {
            flashcopy_wait(io->volume->held_for, self);
            STORY_PAUSE(self);
        }
        times_charge(&io->times, sim_now(self->sim), PART_ESTABLISH_WAIT);
        begin_portion(io);
        for (; io->volume->mirrorable && io->locked_end < io->portion_end; io->locked_end++)
            if (waits_for_lock(io))
                STORY_PAUSE(self);
        times_charge(&io->times, sim_now(self->sim), PART_TRACK_WAIT);
        if (io->volume->mirrorable && waits_for_share(io))
            STORY_PAUSE(self);
        while (copies_first(io) && refusal(io) == IO_OK) {
            copy_first_fork(&io->span, &io->record, io->track, io->portion_end, self);
            STORY_JOIN(self);
        }
        times_charge(&io->times, sim_now(self->sim), PART_COPY_WAIT);
        while (waits_for_room(io))
            STORY_PAUSE(self);
        times_charge(&io->times, sim_now(self->sim), PART_NVS_WAIT);
        io->record.error = (uint8_t)refusal(io);
        if (io->record.error != IO_OK || is_held(io) || copies_first(io)) {
            discard_portion(io);
            if (io->record.error != IO_OK)
                break;
            continue;
        }

        if (io->mirrored) {
            /* 2 and 3: to the secondary, and its acknowledgement (remote_write.c). */
            io->pair = io->volume->pair;
            remote_write_start(io->pair, &io->record, first_track(io), end_track(io), self, &io->remote);
            if (io->remote.outcome == REMOTE_PENDING)
                STORY_PARK(self);
            times_adopt(&io->times, &io->remote.times);
            times_charge(&io->times, sim_now(self->sim), PART_LINK_QUEUE);
            /* At this very instant the volume may have become another pair's. */
            if (io->remote.outcome != REMOTE_ACKNOWLEDGED || io->volume->pair != io->pair) {
                discard_portion(io);
                if (failure_is_error(io)) {
                    io->record.error = IO_NOT_MIRRORED;
                    break;
                }
                continue;
            }
        }
        /* 4: both sides may destage it. */
        enter_portion(io);
    }
    host_io_complete(io);
    STORY_END(self);
}
