// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rank_read.h"

#include "models/disk_batch.h"
#include "models/raid.h"

/* A piece that a missing drive held, to be told when it is there again. */
struct lost_piece {
    struct lost_piece *next;
    struct staged_track staged;
};

/* A read some of which a missing drive held: what the others hold of the same rows is read, and the rest worked out. */
struct degraded_read {
    struct activity activity;
    struct rank *rank;
    struct disk_batch batch;
    struct io_times times, branch;
    struct io_times *report;
    struct lost_piece *lost;
    int64_t xor_bytes;      /* that go into what is worked out */
};

const size_t degraded_read_bytes = sizeof(struct degraded_read), lost_piece_bytes = sizeof(struct lost_piece);

static int32_t row_blocks(const struct rank *rank)
{
    return (int32_t)(rank->model->track_bytes / BLOCK_BYTES);
}

static struct disk_op *add_access(struct disk_batch *batch, int32_t position, int64_t row_block, uint32_t segments)
{
    int32_t segment_blocks = (int32_t)(batch->rank->model->segment_bytes / BLOCK_BYTES);
    int32_t first = __builtin_ctz(segments), end = 32 - __builtin_clz(segments);
    return disk_batch_add(batch, position, row_block + (int64_t)first * segment_blocks,
                          (end - first) * segment_blocks);
}

static void add_staged(struct disk_op *op, const struct track_piece *piece)
{
    if (piece->entry != 0)
        op->staged[op->staged_count++] = (struct staged_track){piece->entry, piece->segments};
}

/* ---- with a missing drive ---- */

static void add_lost(struct degraded_read *read, const struct track_piece *piece)
{
    struct rank *rank = read->rank;
    read->xor_bytes +=
        __builtin_popcount(raid_stretch(piece->segments)) * rank->model->segment_bytes * rank->config->data_drives;
    rank->raid.reconstructed++;
    if (piece->entry == 0)
        return;
    struct lost_piece *lost = pool_take(rank->machine->lost_pieces);
    *lost = (struct lost_piece){read->lost, {piece->entry, piece->segments}};
    read->lost = lost;
}

/* Plans one row of a stripe, for those of the stripe's pieces that stand in it. */
static void plan_row(struct degraded_read *read, const struct track_piece *pieces, size_t count, int64_t stripe,
                     int32_t row)
{
    const struct rank *rank = read->rank;
    int32_t strips = rank->config->data_drives, strip_tracks = rank->model->strip_tracks;
    const struct track_piece *own[RAID_STRIPS_MAX + 1] = {NULL};
    uint32_t wanted[RAID_STRIPS_MAX] = {0}, access[RAID_STRIPS_MAX + 1];
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].track % strip_tracks != row)
            continue;
        int32_t strip = (int32_t)(pieces[i].track / strip_tracks % strips);
        own[strip] = &pieces[i];
        wanted[strip] = pieces[i].segments;
    }
    int64_t row_on_drive = stripe * strip_tracks + row;
    int32_t position = rank_missing_at(rank, row_on_drive);
    int32_t missing = position == POSITION_NONE ? RAID_STRIP_NONE : raid_strip_at(rank->config, stripe, position);
    raid_plan_read(strips, missing, wanted, access);
    for (int32_t strip = 0; strip <= strips; strip++) {
        if (strip == missing && own[strip] != NULL)
            add_lost(read, own[strip]);
        if (access[strip] == 0)
            continue;
        struct disk_op *op = add_access(&read->batch, raid_position(rank->config, stripe, strip),
                                        row_on_drive * row_blocks(rank), access[strip]);
        if (own[strip] != NULL)
            add_staged(op, own[strip]);
    }
}

static void degraded_read_story(struct activity *self)
{
    struct degraded_read *read = STORY_OF(self, struct degraded_read, activity);
    struct rank *rank = read->rank;

    STORY_BEGIN(self);
    times_begin(&read->times, sim_now(self->sim));
    disk_batch_fork(&read->batch, self, &read->branch);
    STORY_JOIN(self);
    times_adopt(&read->times, &read->branch);

    STORY_USE(self, rank->adapter->station, sim_transfer_ns(read->xor_bytes, rank->model->adapter_xor_bytes_per_s));
    times_charge_use(&read->times, self, PART_ADAPTER_QUEUE, PART_ADAPTER);

    if (read->report != NULL)
        *read->report = read->times;
    for (struct lost_piece *lost = read->lost, *next; lost != NULL; lost = next) {
        next = lost->next;
        cache_staged(rank->cluster->cache, lost->staged.track, lost->staged.segments);
        pool_give(rank->machine->lost_pieces, lost);
    }
    STORY_END(self);
}

static void degraded_read_ends(struct activity *self)
{
    struct degraded_read *read = STORY_OF(self, struct degraded_read, activity);
    pool_give(read->rank->machine->degraded_reads, read);
}

static void start_degraded(struct rank *rank, struct activity *parent, const struct track_piece *pieces,
                           size_t count, int32_t link, struct io_times *report)
{
    struct degraded_read *read = pool_take(rank->machine->degraded_reads);
    *read = (struct degraded_read){.rank = rank, .report = report};
    disk_batch_begin(&read->batch, rank, false, link);
    for (size_t i = 0, end; i < count; i = end) {
        int64_t stripe = raid_place(rank->config, rank->model, pieces[i].track).stripe;
        for (end = i + 1; end < count; end++)
            if (raid_place(rank->config, rank->model, pieces[end].track).stripe != stripe)
                break;
        for (int32_t row = 0; row < rank->model->strip_tracks; row++)
            plan_row(read, &pieces[i], end - i, stripe, row);
    }
    activity_init(&read->activity, rank->machine->sim, degraded_read_story, degraded_read_ends);
    read->activity.priority = parent->priority;
    activity_fork(parent, &read->activity);
}

/* ---- with all drives ---- */

static bool some_is_missing(const struct rank *rank, const struct track_piece *pieces, size_t count)
{
    for (size_t i = 0; rank->missing != POSITION_NONE && i < count; i++) {
        struct raid_place place = raid_place(rank->config, rank->model, pieces[i].track);
        if (place.drive == rank_missing_at(rank, place.block / row_blocks(rank)))
            return true;
    }
    return false;
}

void rank_read(struct rank *rank, struct activity *parent, const struct track_piece *pieces, size_t count,
               int32_t link, struct io_times *report)
{
    if (some_is_missing(rank, pieces, count)) {
        start_degraded(rank, parent, pieces, count, link, report);
        return;
    }
    struct disk_batch batch;
    disk_batch_begin(&batch, rank, false, link);
    for (size_t i = 0; i < count; i++) {
        struct raid_place place = raid_place(rank->config, rank->model, pieces[i].track);
        add_staged(add_access(&batch, place.drive, place.block, pieces[i].segments), &pieces[i]);
    }
    disk_batch_fork(&batch, parent, report);
}

int32_t rank_stream_link(struct rank *rank)
{
    struct loop *loop = rank->loop;
    int32_t link = loop->next_link;
    loop->next_link = (link + 1) % rank->model->loop_read_links;
    return link;
}
