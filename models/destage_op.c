// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/destage_op.h"

#include "models/cache.h"
#include "models/content.h"
#include "models/destage.h"
#include "models/nvs.h"
#include "models/raid.h"
#include "models/t0.h"
#include "models/t0_copy.h"

/* ---- planning ---- */

static void add_access(struct disk_batch *batch, const struct destage *destage, int64_t stripe, int32_t row,
                       int32_t strip, uint32_t segments)
{
    const struct rank *rank = destage->rank;
    int32_t segment_blocks = (int32_t)(rank->model->segment_bytes / BLOCK_BYTES);
    int64_t row_block = (stripe * rank->model->strip_tracks + row) * (rank->model->track_bytes / BLOCK_BYTES);
    int32_t first = __builtin_ctz(segments), end = 32 - __builtin_clz(segments);
    disk_batch_add(batch, raid_position(rank->config, stripe, strip), row_block + (int64_t)first * segment_blocks,
                   (end - first) * segment_blocks);
}

/* Only whoever checks contents wants to know which volume it is. */
static void tell_content(const struct rank *rank, int64_t number, uint32_t segments)
{
    const struct machine *machine = rank->machine;
    for (size_t i = 0; machine->content != NULL && i < machine->config->volume_count; i++) {
        const struct volume_config *volume = &machine->config->volumes[i];
        if (volume->rank == rank->index && number >= volume->first_track && number < volume->first_track + volume->tracks)
            machine->content->destaged(machine->content, (uint32_t)i, number - volume->first_track, segments);
    }
}

/* Takes the row's dirty segments for destaging. */
static void take_dirty(struct destage *destage, int64_t stripe, int32_t row, struct raid_row *taken)
{
    struct rank *rank = destage->rank;
    struct cache *cache = rank->cluster->cache;
    for (int32_t strip = 0; strip < taken->strips; strip++) {
        int64_t number = raid_row_track(rank->config, rank->model, stripe, strip, row);
        cache_track track = cache_find(cache, rank->index, number);
        if (track == 0 || cache_dirty(cache, track) == 0 || cache_is_bound(cache, track))
            continue;
        taken->dirty[strip] = cache_destage_begin(cache, rank, track);
        tell_content(rank, number, taken->dirty[strip]);
        destage->tracks++;
        rank->raid.destaged_segments += __builtin_popcount(taken->dirty[strip]);
        destage->bytes += __builtin_popcount(taken->dirty[strip]) * rank->model->segment_bytes;
    }
}

static void count_row(struct raid_counts *counts, const struct raid_row *row, const struct raid_row_plan *plan)
{
    counts->rows[plan->way]++;
    for (int32_t strip = 0; strip < row->strips; strip++) {
        counts->data_reads += plan->read[strip] != 0;
        counts->data_writes += plan->write[strip] != 0;
    }
    counts->parity_reads += plan->read[row->strips] != 0;
    counts->parity_writes += plan->write[row->strips] != 0;
}

/* Prepares the commands of one row of a stripe. */
static void plan_row(struct destage *destage, int64_t stripe, int32_t number)
{
    struct rank *rank = destage->rank;
    int32_t tracks_before = destage->tracks;
    int64_t bytes_before = destage->bytes;
    struct raid_row row = {.strips = rank->config->data_drives, .missing = RAID_STRIP_NONE};
    struct raid_row_plan plan;
    take_dirty(destage, stripe, number, &row);
    if (destage->tracks == tracks_before)
        return;
    int32_t position = rank_missing_at(rank, stripe * rank->model->strip_tracks + number);
    if (position != POSITION_NONE)
        row.missing = raid_strip_at(rank->config, stripe, position);
    raid_plan_write(&row, &plan);
    count_row(&rank->raid, &row, &plan);
    destage->xor_bytes += plan.way == RAID_DATA_WRITE ? 0 : destage->bytes - bytes_before;
    for (int32_t strip = 0; strip <= row.strips; strip++) {
        if (plan.read[strip] != 0) {
            add_access(&destage->reads, destage, stripe, number, strip, plan.read[strip]);
            if (plan.way != RAID_DATA_WRITE)
                destage->xor_bytes += __builtin_popcount(plan.read[strip]) * rank->model->segment_bytes;
        }
        if (plan.write[strip] != 0)
            add_access(&destage->writes, destage, stripe, number, strip, plan.write[strip]);
    }
}

/* The stripe's tracks stand anywhere in the cache's memory: fetches them together, rather than one after another. */
static void prefetch_stripe(const struct rank *rank, int64_t stripe)
{
    int64_t first = raid_stripe_first_track(rank->config, rank->model, stripe);
    for (int32_t i = 0; i < raid_stripe_tracks(rank->config, rank->model); i++)
        cache_prefetch_entry(rank->cluster->cache, rank->index, first + i);
}

static void plan(struct destage *destage)
{
    const struct rank *rank = destage->rank;
    for (int32_t i = 0; i < destage->stripes; i++) {
        prefetch_stripe(rank, destage->stripe + i);
        for (int32_t row = 0; row < rank->model->strip_tracks; row++)
            plan_row(destage, destage->stripe + i, row);
    }
}

/* ---- copies before it ---- */

static int64_t end_track(const struct destage *destage)
{
    return raid_stripe_first_track(destage->rank->config, destage->rank->model, destage->stripe + destage->stripes);
}

/* The next bound track of the destage's stripes from its rank's track `from` on, -1 for none. */
static int64_t next_bound(const struct destage *destage, int64_t from)
{
    const struct rank *rank = destage->rank;
    for (; from < end_track(destage); from++) {
        cache_track track = cache_find(rank->cluster->cache, rank->index, from);
        if (track != 0 && cache_is_bound(rank->cluster->cache, track))
            return from;
    }
    return -1;
}

/* Takes room to copy its bound tracks, or those of them that there is room for. */
static void take_room_for_copies(struct destage *destage)
{
    struct rank *rank = destage->rank;
    int64_t track = raid_stripe_first_track(rank->config, rank->model, destage->stripe);
    if (rank->bound_oldest == 0)
        return;
    for (; (track = next_bound(destage, track)) >= 0; track++)
        destage->copies++;
    while (destage->copies > 0 &&
           !nvs_take_for_copies(rank->cluster, destage->copies * rank->model->track_bytes, &destage->apart))
        destage->copies--;
}

bool destage_op_may_copy(const struct rank *rank)
{
    return nvs_has_for_copies(rank->cluster, rank->model->track_bytes);
}

/* Starts to copy its first bound tracks to their targets, those of one relation together. None became free since the
 * room was taken. */
static void fork_copies(struct destage *destage)
{
    enum copy_room room = destage->apart ? ROOM_APART : ROOM_COMMON;
    int64_t at = raid_stripe_first_track(destage->rank->config, destage->rank->model, destage->stripe);
    int64_t tracks[T0_COPY_TRACKS_MAX], track;
    struct relation *relation = NULL;
    size_t count = 0;
    for (int32_t i = 0; i < destage->copies; i++, at++) {
        at = next_bound(destage, at);
        struct relation *next = t0_bound(destage->rank, at, &track);
        if (count > 0 && (next != relation || count == T0_COPY_TRACKS_MAX)) {
            t0_copy_fork(relation, COPY_FOR_SOURCE_WRITE, tracks, count, room, &destage->activity);
            count = 0;
        }
        relation = next;
        tracks[count++] = track;
    }
    t0_copy_fork(relation, COPY_FOR_SOURCE_WRITE, tracks, count, room, &destage->activity);
}

/* ---- its course ---- */

/* The destaged segments, all of the stripes' that are being destaged, are clean; their room in NVS is free. */
static void release_room(const struct destage *destage)
{
    struct rank *rank = destage->rank;
    struct cache *cache = rank->cluster->cache;
    for (int32_t i = 0; i < destage->stripes; i++)
        prefetch_stripe(rank, destage->stripe + i);
    int64_t common = 0, of_apart = 0, first = raid_stripe_first_track(rank->config, rank->model, destage->stripe);
    for (int32_t i = 0; i < destage->stripes * raid_stripe_tracks(rank->config, rank->model); i++) {
        cache_track track = cache_find(cache, rank->index, first + i);
        if (track == 0 || !cache_is_destaging(cache, track))
            continue;
        uint32_t apart = cache_apart(cache, track), clean = cache_destage_end(cache, rank, track);
        common += __builtin_popcount(clean & ~apart);
        of_apart += __builtin_popcount(clean & apart);
    }
    if (rank->state == RANK_LOST)
        rank->lost_segments += common + of_apart;
    nvs_give(rank->cluster, common * rank->model->segment_bytes, false);
    nvs_give(rank->cluster, of_apart * rank->model->segment_bytes, true);
}

static void join(struct destage *destage)
{
    destage->next = destage->rank->destages;
    destage->rank->destages = destage;
    destage->rank->destaging++;
}

static void leave(struct destage *destage)
{
    struct destage **link = &destage->rank->destages;
    while (*link != destage)
        link = &(*link)->next;
    *link = destage->next;
    destage->rank->destaging--;
}

bool destage_op_in_progress(const struct rank *rank, int64_t from, int64_t end)
{
    for (const struct destage *destage = rank->destages; destage != NULL; destage = destage->next)
        if (destage->stripe < end && destage->stripe + destage->stripes > from)
            return true;
    return false;
}

/* Bus and adapter are used for a track's worth at a time, so that I/Os need not wait for all of a long destage: the
 * next one's bytes, 0 when all are done. */
static int64_t next_part(struct destage *destage, int64_t bytes)
{
    int64_t left = bytes - destage->done_bytes, track_bytes = destage->rank->model->track_bytes;
    int64_t part = left < track_bytes ? left : track_bytes;
    destage->done_bytes = part > 0 ? destage->done_bytes + part : 0;
    return part;
}

/* A destage from beginning to end. */
static void destage_story(struct activity *self)
{
    struct destage *destage = STORY_OF(self, struct destage, activity);
    struct rank *rank = destage->rank;
    struct cluster *cluster = rank->cluster;
    const struct server_model *model = rank->model;

    STORY_BEGIN(self);
    if (destage->copies > 0) {
        fork_copies(destage);
        STORY_JOIN(self);
        plan(destage);
    }
    STORY_USE(self, cluster->processors, destage->tracks * model->processor_ns[STEP_DESTAGE]);
    while ((destage->part_bytes = next_part(destage, destage->bytes)) > 0)
        STORY_USE(self, cluster->bus, sim_transfer_ns(destage->part_bytes, model->internal_bytes_per_s));

    disk_batch_fork(&destage->reads, self, NULL);
    STORY_JOIN(self);

    while ((destage->part_bytes = next_part(destage, destage->xor_bytes)) > 0)
        STORY_USE(self, rank->adapter->station,
                  sim_transfer_ns(destage->part_bytes, model->adapter_xor_bytes_per_s));

    disk_batch_fork(&destage->writes, self, NULL);
    STORY_JOIN(self);

    release_room(destage);
    cluster->destages++;
    leave(destage);
    destage_ended(rank);
    STORY_END(self);
}

static void destage_ends(struct activity *self)
{
    struct destage *destage = STORY_OF(self, struct destage, activity);
    pool_give(destage->rank->machine->destages, destage);
}

void destage_op_start(struct rank *rank, int64_t stripe, int32_t stripes, int32_t link)
{
    struct destage *destage = pool_take(rank->machine->destages);
    *destage = (struct destage){.rank = rank, .stripe = stripe, .stripes = stripes};
    disk_batch_begin(&destage->reads, rank, false, link);
    disk_batch_begin(&destage->writes, rank, true, link);
    activity_init(&destage->activity, rank->machine->sim, destage_story, destage_ends);
    take_room_for_copies(destage);
    if (destage->copies == 0)
        plan(destage);
    join(destage);
    activity_start(&destage->activity);
}
