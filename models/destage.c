// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/destage.h"

#include "models/cache.h"
#include "models/disk_op.h"
#include "models/raid.h"
#include "sim/activity.h"

/* One stripe's dirty segments on their way to the drives. */
struct destage {
    struct activity activity;
    struct rank *rank;
    int64_t stripe;
    int32_t tracks;               /* destaged */
    int64_t bytes;                /* destaged */
    struct disk_op *reads, *writes; /* prepared commands, in order */
    struct disk_op **last_read, **last_write;
    struct destage *next;         /* of the rank's */
};

const size_t destage_bytes = sizeof(struct destage);

static void start_one(struct rank *rank, cache_track track);

/* ---- when ---- */

/* Destages in progress that a rank of the cluster may have, by NVS occupancy. */
static int32_t allowed_by_occupancy(const struct cluster *cluster)
{
    const struct server_model *model = cluster->model;
    double occupancy = (double)store_used(cluster->nvs) / (double)store_capacity(cluster->nvs);
    if (store_queue(cluster->nvs) > 0 || occupancy >= model->destage_high)
        return model->destage_per_rank;
    if (occupancy < model->destage_low)
        return 0;
    double share = (occupancy - model->destage_low) / (model->destage_high - model->destage_low);
    return 1 + (int32_t)(share * (double)(model->destage_per_rank - 1));
}

static void schedule_drain(struct rank *rank);

static int64_t stripe_of(const struct rank *rank, cache_track track)
{
    return raid_place(rank->config, rank->model, cache_track_number(rank->cluster->cache, track)).stripe;
}

static bool is_in_progress(const struct rank *rank, int64_t stripe)
{
    for (const struct destage *destage = rank->destages; destage != NULL; destage = destage->next)
        if (destage->stripe == stripe)
            return true;
    return false;
}

/* The track written longest ago whose stripe is not being destaged; 0 if there is none. */
static cache_track next_to_destage(const struct rank *rank)
{
    const struct cache *cache = rank->cluster->cache;
    cache_track track = cache_oldest_dirty(cache, rank);
    while (track != 0 && is_in_progress(rank, stripe_of(rank, track)))
        track = cache_next_dirty(cache, track);
    return track;
}

/* Starts as many destages of the rank as are allowed and there is data for. */
static void start_allowed(struct rank *rank, int32_t allowed)
{
    for (cache_track track; rank->destaging < allowed && (track = next_to_destage(rank)) != 0;)
        start_one(rank, track);
    schedule_drain(rank);
}

/* Looks at all of the cluster's ranks if more destages are allowed than before. */
static void look_at_all(struct cluster *cluster)
{
    int32_t before = cluster->destages_allowed;
    cluster->destages_allowed = allowed_by_occupancy(cluster);
    for (size_t i = 0; cluster->destages_allowed > before && i < cluster->rank_count; i++)
        start_allowed(cluster->ranks[i], cluster->destages_allowed);
}

/* Looks at a rank that has new dirty data, or a destage less; and at the others if more is allowed. */
static void look_again(struct rank *rank)
{
    look_at_all(rank->cluster);
    start_allowed(rank, rank->cluster->destages_allowed);
}

void destage_room_wanted(struct cluster *cluster)
{
    look_at_all(cluster);
}

void destage_written(struct rank *rank)
{
    look_again(rank);
}

/* Old data of an idle rank leaves although nobody needs the room. */
static void drain_if_old(struct rank *rank)
{
    const struct cache *cache = rank->cluster->cache;
    cache_track oldest = cache_oldest_dirty(cache, rank);
    if (oldest == 0 || rank->host_reads > 0 || rank->destaging > 0)
        return;
    if (cache_dirty_since(cache, oldest) + rank->model->destage_age_ns <= sim_now(rank->machine->sim))
        start_one(rank, oldest);
    else
        schedule_drain(rank);
}

static void drain_is_due(struct sim_call *call)
{
    struct rank *rank = STORY_OF(call, struct rank, drain);
    rank->drain_scheduled = false;
    drain_if_old(rank);
}

/* Has the rank looked at when its oldest dirty data comes of age, unless something else will look. */
static void schedule_drain(struct rank *rank)
{
    const struct cache *cache = rank->cluster->cache;
    cache_track oldest = cache_oldest_dirty(cache, rank);
    if (rank->drain_scheduled || oldest == 0 || rank->host_reads > 0 || rank->destaging > 0)
        return;
    struct sim *sim = rank->machine->sim;
    sim_time due = cache_dirty_since(cache, oldest) + rank->model->destage_age_ns;
    rank->drain_scheduled = true;
    sim_at(sim, due > sim_now(sim) ? due : sim_now(sim), &rank->drain);
}

void destage_rank_idle(struct rank *rank)
{
    drain_if_old(rank);
}

void destage_init_rank(struct rank *rank)
{
    rank->drain.run = drain_is_due;
}

/* ---- what and how ---- */

static void prepare(struct disk_op ***last, struct destage *destage, const struct raid_place *place, int32_t drive,
                    uint32_t segments, bool write)
{
    const struct rank *rank = destage->rank;
    int32_t segment_blocks = (int32_t)(rank->model->segment_bytes / BLOCK_BYTES);
    int32_t first = __builtin_ctz(segments), end = 32 - __builtin_clz(segments);
    struct disk_op *op = disk_op_create(destage->rank, drive, place->block + (int64_t)first * segment_blocks,
                                        (end - first) * segment_blocks, write);
    **last = op;
    *last = &op->next;
}

static void prepare_read(struct destage *destage, const struct raid_place *place, int32_t drive, uint32_t segments)
{
    prepare(&destage->last_read, destage, place, drive, segments, false);
}

static void prepare_write(struct destage *destage, const struct raid_place *place, int32_t drive, uint32_t segments)
{
    prepare(&destage->last_write, destage, place, drive, segments, true);
}

/* All segments from the first to the last of the set. */
static uint32_t stretch(uint32_t segments)
{
    return segments == 0 ? 0 : (2u << (31 - __builtin_clz(segments))) - (1u << __builtin_ctz(segments));
}

static int64_t row_track(const struct destage *destage, int32_t row, int32_t strip)
{
    const struct rank *rank = destage->rank;
    return raid_stripe_first_track(rank->config, rank->model, destage->stripe) +
           (int64_t)strip * rank->model->strip_tracks + row;
}

/*
 * Plans one row of the stripe: the tracks, one of each strip, that share a parity track. Their dirty
 * segments are taken for destaging, and the commands prepared.
 */
static void plan_row(struct destage *destage, int32_t row)
{
    const struct rank *rank = destage->rank;
    struct cache *cache = rank->cluster->cache;
    int32_t strips = rank->config->data_drives;
    uint32_t dirty[RANK_DRIVES_MAX] = {0}, parity = 0;
    int32_t written = 0, whole = 0;
    for (int32_t strip = 0; strip < strips; strip++) {
        cache_track track = cache_find(cache, rank->index, row_track(destage, row, strip));
        if (track == 0 || cache_dirty(cache, track) == 0 || cache_is_destaging(cache, track))
            continue;
        dirty[strip] = cache_destage_begin(cache, destage->rank, track);
        parity |= dirty[strip];
        written++;
        destage->tracks++;
        destage->bytes += __builtin_popcount(dirty[strip]) * rank->model->segment_bytes;
    }
    if (written == 0)
        return;
    parity = stretch(parity);
    for (int32_t strip = 0; strip < strips; strip++)
        whole += dirty[strip] == parity;
    enum raid_write way = raid_cheapest_write(strips, written, whole);

    struct raid_place place = {0};
    for (int32_t strip = 0; strip < strips; strip++) {
        place = raid_place(rank->config, rank->model, row_track(destage, row, strip));
        if (way == RAID_SMALL_WRITE && dirty[strip] != 0)
            prepare_read(destage, &place, place.drive, stretch(dirty[strip]));
        if (way == RAID_RECONSTRUCT_WRITE && dirty[strip] != parity)
            prepare_read(destage, &place, place.drive, parity);
        if (dirty[strip] != 0)
            prepare_write(destage, &place, place.drive, stretch(dirty[strip]));
    }
    if (way == RAID_SMALL_WRITE)
        prepare_read(destage, &place, place.parity_drive, parity);
    prepare_write(destage, &place, place.parity_drive, parity);
}

/* The stripe's tracks stand anywhere in the cache's memory: fetches them together, rather than one after another. */
static void prefetch_stripe(const struct destage *destage)
{
    const struct rank *rank = destage->rank;
    int64_t first = row_track(destage, 0, 0);
    for (int32_t i = 0; i < raid_stripe_tracks(rank->config, rank->model); i++)
        cache_prefetch_entry(rank->cluster->cache, rank->index, first + i);
}

/* The destaged segments, all of the stripe's that are being destaged, are clean; their room in NVS is free. */
static void release_room(struct destage *destage)
{
    const struct rank *rank = destage->rank;
    struct cache *cache = rank->cluster->cache;
    int64_t clean = 0;
    prefetch_stripe(destage);
    for (int32_t i = 0; i < raid_stripe_tracks(rank->config, rank->model); i++) {
        cache_track track = cache_find(cache, rank->index, row_track(destage, 0, 0) + i);
        if (track != 0 && cache_is_destaging(cache, track))
            clean += __builtin_popcount(cache_destage_end(cache, destage->rank, track));
    }
    store_give(rank->cluster->nvs, clean * rank->model->segment_bytes);
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

static void fork_all(struct activity *parent, struct disk_op *ops)
{
    for (struct disk_op *next; ops != NULL; ops = next) {
        next = ops->next;
        activity_fork(parent, &ops->activity);
    }
}

/* A destage from beginning to end. */
static void destage_story(struct activity *self)
{
    struct destage *destage = STORY_OF(self, struct destage, activity);
    struct rank *rank = destage->rank;
    struct cluster *cluster = rank->cluster;
    const struct server_model *model = rank->model;

    STORY_BEGIN(self);
    STORY_USE(self, cluster->processors, destage->tracks * model->processor_ns[STEP_DESTAGE]);
    STORY_USE(self, cluster->bus, sim_transfer_ns(destage->bytes, model->internal_bytes_per_s));

    fork_all(self, destage->reads);
    STORY_JOIN(self);

    STORY_USE(self, rank->adapter->station, sim_transfer_ns(destage->bytes, model->adapter_xor_bytes_per_s));

    fork_all(self, destage->writes);
    STORY_JOIN(self);

    release_room(destage);
    cluster->destages++;
    leave(destage);
    look_again(rank);
    drain_if_old(rank);
    STORY_END(self);
}

static void destage_ends(struct activity *self)
{
    struct destage *destage = STORY_OF(self, struct destage, activity);
    pool_give(destage->rank->machine->destages, destage);
}

static void start_one(struct rank *rank, cache_track track)
{
    struct destage *destage = pool_take(rank->machine->destages);
    *destage = (struct destage){.rank = rank};
    destage->last_read = &destage->reads;
    destage->last_write = &destage->writes;
    destage->stripe = stripe_of(rank, track);
    prefetch_stripe(destage);
    for (int32_t row = 0; row < rank->model->strip_tracks; row++)
        plan_row(destage, row);
    join(destage);
    activity_init(&destage->activity, rank->machine->sim, destage_story, destage_ends);
    activity_start(&destage->activity);
}
