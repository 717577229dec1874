// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/destage.h"

#include "models/cache.h"
#include "models/destage_op.h"
#include "models/nvs.h"
#include "models/raid.h"
#include "models/rebuild.h"

/* ---- which ---- */

static int64_t stripe_of(const struct rank *rank, cache_track track)
{
    return raid_place(rank->config, rank->model, cache_track_number(rank->cluster->cache, track)).stripe;
}

/* Whether the stripe may be destaged now: it is neither being destaged nor rebuilt. */
static bool is_free(const struct rank *rank, int64_t stripe)
{
    bool locked = stripe >= rank->locked_from && stripe < rank->locked_end;
    return !locked && !destage_op_in_progress(rank, stripe, stripe + 1);
}

/* The first track whose stripe is free, from `track` on in the order of `next`; 0 if there is none. */
static cache_track first_free(const struct rank *rank, cache_track track,
                              cache_track (*next)(const struct cache *cache, cache_track track))
{
    while (track != 0 && !is_free(rank, stripe_of(rank, track)))
        track = next(rank->cluster->cache, track);
    return track;
}

/* Of those whose stripe is free, and of the bound ones if they count too, the track written longest ago; 0 if there is
 * none. */
static cache_track next_to_destage(const struct rank *rank, bool bound_too)
{
    const struct cache *cache = rank->cluster->cache;
    cache_track track = first_free(rank, cache_oldest_dirty(cache, rank), cache_next_dirty);
    cache_track bound = bound_too ? first_free(rank, cache_oldest_bound(cache, rank), cache_next_dirty) : 0;
    if (track == 0 || bound == 0)
        return track == 0 ? bound : track;
    return cache_dirty_since(cache, bound) < cache_dirty_since(cache, track) ? bound : track;
}

/* Of those whose stripe is free, the track that has been dirty longest; 0 if there is none. */
static cache_track next_to_drain(const struct rank *rank)
{
    return first_free(rank, cache_first_dirty(rank->cluster->cache, rank), cache_next_since);
}

/* Whether all of the stripe is dirty; bound tracks, which are copied first, count as such. */
static bool is_whole(const struct rank *rank, int64_t stripe)
{
    const struct cache *cache = rank->cluster->cache;
    uint32_t whole = (1u << (rank->model->track_bytes / rank->model->segment_bytes)) - 1;
    int64_t first = raid_stripe_first_track(rank->config, rank->model, stripe);
    for (int32_t i = 0; i < raid_stripe_tracks(rank->config, rank->model); i++) {
        cache_track track = cache_find(cache, rank->index, first + i);
        if (track == 0 || cache_dirty(cache, track) != whole)
            return false;
    }
    return true;
}

/* How many stripes from this one on leave together: as many whole ones as a drive command may take tracks of. */
static int32_t stripes_together(const struct rank *rank, int64_t stripe)
{
    int64_t strip_bytes = rank->model->strip_tracks * rank->model->track_bytes;
    int64_t most = rank->model->drive_command_bytes / strip_bytes;
    int32_t count = 1;
    if (most < 2 || !is_whole(rank, stripe))
        return 1;
    while (count < most && is_free(rank, stripe + count) && is_whole(rank, stripe + count))
        count++;
    return count;
}

/* The link of the stream that wrote the stripes. A stream's first tracks were written before it was known as one, so
 * it is the last track of several stripes that counts. */
static int32_t link_of(const struct rank *rank, cache_track track, int64_t stripe, int32_t stripes)
{
    const struct cache *cache = rank->cluster->cache;
    if (stripes > 1)
        track = cache_find(cache, rank->index,
                           raid_stripe_first_track(rank->config, rank->model, stripe + stripes) - 1);
    int32_t link = cache_stream_link(cache, track);
    return link >= 0 ? link : ANY_LINK;
}

/* False when what has to be copied before finds no room. */
static bool start_one(struct rank *rank, cache_track track)
{
    int64_t stripe = stripe_of(rank, track);
    int32_t stripes = stripes_together(rank, stripe);
    if (cache_is_bound(rank->cluster->cache, track) && !destage_op_may_copy(rank)) {
        rank->cluster->copy_room_wanted = true;
        return false;
    }
    destage_op_start(rank, stripe, stripes, link_of(rank, track, stripe, stripes));
    return true;
}

/* ---- when ---- */

/* Destages in progress that a rank of the cluster may have, by NVS occupancy. */
static int32_t allowed_by_occupancy(const struct cluster *cluster)
{
    const struct server_model *model = cluster->model;
    double occupancy = nvs_occupancy(cluster);
    if (store_queue(cluster->nvs) > 0 || occupancy >= model->destage_high)
        return model->destage_per_rank;
    if (occupancy < model->destage_low)
        return 0;
    double share = (occupancy - model->destage_low) / (model->destage_high - model->destage_low);
    return 1 + (int32_t)(share * (double)(model->destage_per_rank - 1));
}

static void schedule_drain(struct rank *rank);

/* Starts as many destages of the rank as are allowed and there is data for. */
static void start_allowed(struct rank *rank, int32_t allowed)
{
    if (rank->state == RANK_LOST) {
        destage_discard(rank);
        return;
    }
    bool bound_too = true;
    for (cache_track track; rank->destaging < allowed && (track = next_to_destage(rank, bound_too)) != 0;)
        bound_too = start_one(rank, track) && bound_too;
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

/* When the track is old enough to drain. */
static sim_time drains_at(const struct rank *rank, cache_track track)
{
    return cache_dirty_since(rank->cluster->cache, track) + rank->model->destage_age_ns;
}

/* Old data of an idle rank leaves although nobody needs the room. */
static void drain_if_old(struct rank *rank)
{
    if (rank->host_reads > 0 || rank->destaging > 0)
        return;
    cache_track first = next_to_drain(rank);
    if (first == 0 || drains_at(rank, first) > sim_now(rank->machine->sim))
        schedule_drain(rank);
    else
        start_one(rank, first);
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
    if (rank->drain_scheduled || rank->host_reads > 0 || rank->destaging > 0)
        return;
    cache_track first = next_to_drain(rank);
    if (first == 0)
        return;
    struct sim *sim = rank->machine->sim;
    sim_time due = drains_at(rank, first);
    rank->drain_scheduled = true;
    sim_at(sim, due > sim_now(sim) ? due : sim_now(sim), &rank->drain);
}

void destage_rank_idle(struct rank *rank)
{
    drain_if_old(rank);
}

/* Room in NVS is free again: destages that found none for their copies are tried anew. */
static void try_copies(struct cluster *cluster)
{
    bool wanted = cluster->copy_room_wanted;
    cluster->copy_room_wanted = false;
    for (size_t i = 0; wanted && i < cluster->rank_count; i++)
        start_allowed(cluster->ranks[i], cluster->destages_allowed);
}

void destage_whole_stripe(struct rank *rank, int64_t track)
{
    int64_t stripe = raid_place(rank->config, rank->model, track).stripe;
    if (rank->state != RANK_LOST && rank->destaging < rank->model->destage_per_rank && is_free(rank, stripe) &&
        is_whole(rank, stripe))
        destage_op_start(rank, stripe, stripes_together(rank, stripe), ANY_LINK);
}

void destage_ended(struct rank *rank)
{
    rebuild_go_on(rank);
    try_copies(rank->cluster);
    look_again(rank);
    drain_if_old(rank);
}

void destage_unlocked(struct rank *rank)
{
    start_allowed(rank, rank->cluster->destages_allowed);
    drain_if_old(rank);
}

void destage_discard(struct rank *rank)
{
    struct cache *cache = rank->cluster->cache;
    for (cache_track track; (track = cache_oldest_dirty(cache, rank)) != 0 ||
                            (track = cache_oldest_bound(cache, rank)) != 0;) {
        uint32_t apart = cache_apart(cache, track);
        cache_destage_begin(cache, rank, track);
        uint32_t clean = cache_destage_end(cache, rank, track);
        rank->lost_segments += __builtin_popcount(clean);
        nvs_give(rank->cluster, __builtin_popcount(clean & ~apart) * rank->model->segment_bytes, false);
        nvs_give(rank->cluster, __builtin_popcount(clean & apart) * rank->model->segment_bytes, true);
    }
}

void destage_init_rank(struct rank *rank)
{
    rank->drain.run = drain_is_due;
}
