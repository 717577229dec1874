// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/t0_copy.h"

#include <string.h>

#include "models/background_copy.h"
#include "models/cache.h"
#include "models/destage.h"
#include "models/nvs.h"
#include "models/pieces.h"
#include "models/t0.h"
#include "models/track_locks.h"

struct t0_copy {
    struct activity activity;
    struct relation *relation;
    uint32_t generation;           /* the relation's when it began */
    enum copy_reason reason;
    bool is_step;                  /* of the background copy */
    int64_t room_bytes;            /* taken in NVS, and not used yet ... */
    bool apart;                    /* ... of the part for copies before a destage */
    uint64_t staged;               /* by place in `tracks`: some of it is read from the source's rank */
    struct pieces pieces;          /* that are read */
    size_t count, at;              /* tracks, and the story's place among them */
    int64_t tracks[T0_COPY_TRACKS_MAX];
};
_Static_assert(T0_COPY_TRACKS_MAX <= 64, "a bit for each");

const size_t t0_copy_bytes = sizeof(struct t0_copy);

static int64_t track_bytes(const struct t0_copy *copy)
{
    return copy->relation->source_rank->model->track_bytes;
}

/* Whether the track is still to be brought. */
static bool is_wanted(const struct t0_copy *copy, int64_t track)
{
    return copy->generation == copy->relation->generation && relation_lacks(copy->relation, track);
}

/* Takes room for all tracks, unless that was taken before; true when the story has to wait for it. */
static bool waits_for_room(struct t0_copy *copy)
{
    struct cluster *cluster = copy->relation->target_rank->cluster;
    if (copy->room_bytes > 0)
        return false;
    copy->room_bytes = (int64_t)copy->count * track_bytes(copy);
    if (store_take(cluster->nvs, &copy->activity, copy->room_bytes))
        return false;
    destage_room_wanted(cluster);
    return true;
}

static struct track_locks *locks_of(const struct t0_copy *copy)
{
    return copy->relation->machine->copy_locks;
}

static int64_t target_number(const struct t0_copy *copy, int64_t track)
{
    return copy->relation->target_config->first_track + track;
}

static bool waits_for_lock(struct t0_copy *copy)
{
    return !track_lock(locks_of(copy), copy->relation->target_rank->index, target_number(copy, copy->tracks[copy->at]),
                       &copy->activity);
}

static void unlock(const struct t0_copy *copy, int64_t track)
{
    track_unlock(locks_of(copy), copy->relation->target_rank->index, target_number(copy, track));
}

/* Leaves out what is on the target by now. */
static void drop_unwanted(struct t0_copy *copy)
{
    size_t kept = 0;
    for (size_t i = 0; i < copy->count; i++) {
        if (is_wanted(copy, copy->tracks[i]))
            copy->tracks[kept++] = copy->tracks[i];
        else
            unlock(copy, copy->tracks[i]);
    }
    copy->count = kept;
}

/* Takes what the cache and NVS hold of T0, and lists the rest, which stays out of the cache: it is not asked for again. */
static void gather(struct t0_copy *copy)
{
    struct relation *relation = copy->relation;
    struct content *content = relation->machine->content;
    struct rank *rank = relation->source_rank;
    uint32_t whole = (1u << rank->track_segments) - 1;
    for (size_t i = 0; i < copy->count; i++) {
        int64_t track = copy->tracks[i];
        if (!is_wanted(copy, track))
            continue;
        struct content_places places =
            t0_places(relation->machine, (size_t)relation->config->target, track, whole);
        if (content != NULL)
            content->gathered(content, (uint32_t)relation->config->target, track, &places);
        if (places.source_drives == 0)
            continue;
        /* Of several tracks all is read, for what the cache holds of one would cut a command in two. */
        copy->staged |= (uint64_t)1 << i;
        pieces_add(&copy->pieces, rank,
                   (struct track_piece){relation->source_config->first_track + track,
                                        copy->count > 1 ? whole : places.source_drives, 0});
    }
}

/* The track, dirty, comes into the target's cache. It leaves the cache when it is destaged, unless a host asks for it. */
static void enter_in_cache(struct t0_copy *copy, int64_t track)
{
    struct rank *rank = copy->relation->target_rank;
    struct cache *cache = rank->cluster->cache;
    uint32_t whole = (1u << rank->track_segments) - 1;
    cache_track entry = cache_look_up(cache, rank->index, target_number(copy, track));
    uint32_t dirty = cache_holds_dirty(cache, entry, whole);
    if (cache_missing(cache, entry, whole) == whole)
        cache_mark(cache, entry)->copied = true;
    cache_write(cache, rank, entry, whole, sim_now(copy->activity.sim));
    if (copy->apart)
        cache_set_apart(cache, entry, whole & ~dirty);
    copy->room_bytes -= track_bytes(copy);
    nvs_give(rank->cluster, __builtin_popcount(dirty) * rank->model->segment_bytes, copy->apart);
}

static void enter(struct t0_copy *copy, size_t i)
{
    struct relation *relation = copy->relation;
    struct content *content = relation->machine->content;
    if (!is_wanted(copy, copy->tracks[i]))
        return;
    if (content != NULL)
        content->entered(content, (uint32_t)relation->config->target, copy->tracks[i]);
    enter_in_cache(copy, copy->tracks[i]);
    relation->copied[copy->reason]++;
    relation->staged += (copy->staged >> i & 1) != 0;
    relation_track_is_done(relation, copy->tracks[i]);
}

/* All tracks come onto the target, and may be destaged; at once, where that is to be accelerated. */
static void enter_all(struct t0_copy *copy)
{
    struct relation *relation = copy->relation;
    bool accelerated = relation->accelerated;
    for (size_t i = 0; i < copy->count; i++)
        enter(copy, i);
    for (size_t i = 0; i < copy->count; i++)
        unlock(copy, copy->tracks[i]);
    for (size_t i = 0; accelerated && i < copy->count; i++)
        destage_whole_stripe(relation->target_rank, target_number(copy, copy->tracks[i]));
    destage_written(relation->target_rank);
}

static void t0_copy_story(struct activity *self)
{
    struct t0_copy *copy = STORY_OF(self, struct t0_copy, activity);
    struct rank *source = copy->relation->source_rank;
    struct cluster *cluster = source->cluster;

    STORY_BEGIN(self);
    if (waits_for_room(copy))
        STORY_PAUSE(self);
    for (copy->at = 0; copy->at < copy->count; copy->at++)
        if (waits_for_lock(copy))
            STORY_PAUSE(self);
    drop_unwanted(copy);

    if (copy->count > 0) {
        STORY_USE(self, cluster->processors, (sim_time)copy->count * source->model->processor_ns[STEP_COPY_TRACK]);
        gather(copy);
        pieces_read(&copy->pieces, source, self, ANY_LINK, NULL);
        STORY_JOIN(self);
        for (copy->at = 0; copy->at < copy->count; copy->at++)
            STORY_USE(self, cluster->bus, sim_transfer_ns(track_bytes(copy), source->model->internal_bytes_per_s));
        enter_all(copy);
    }
    nvs_give(cluster, copy->room_bytes, copy->apart);
    STORY_END(self);
}

static void t0_copy_ends(struct activity *self)
{
    struct t0_copy *copy = STORY_OF(self, struct t0_copy, activity);
    struct relation *relation = copy->relation;
    bool is_step = copy->is_step;
    pool_give(relation->machine->t0_copies, copy);
    if (is_step)
        background_copy_step_ended(relation);
}

size_t t0_copy_most(const struct rank *rank)
{
    int64_t fitting = store_capacity(rank->cluster->nvs) / 2 / rank->model->track_bytes;
    int64_t most = rank->model->flashcopy_step_tracks < fitting ? rank->model->flashcopy_step_tracks : fitting;
    return most < 1 ? 1 : most > T0_COPY_TRACKS_MAX ? T0_COPY_TRACKS_MAX : (size_t)most;
}

static struct t0_copy *create(struct relation *relation, enum copy_reason reason, const int64_t *tracks, size_t count)
{
    struct t0_copy *copy = pool_take(relation->machine->t0_copies);
    *copy = (struct t0_copy){.relation = relation, .generation = relation->generation, .reason = reason,
                             .count = count};
    memcpy(copy->tracks, tracks, count * sizeof *tracks);
    activity_init(&copy->activity, relation->machine->sim, t0_copy_story, t0_copy_ends);
    return copy;
}

void t0_copy_fork(struct relation *relation, enum copy_reason reason, const int64_t *tracks, size_t count,
                  enum copy_room room, struct activity *parent)
{
    struct t0_copy *copy = create(relation, reason, tracks, count);
    copy->room_bytes = room != ROOM_NONE ? (int64_t)count * track_bytes(copy) : 0;
    copy->apart = room == ROOM_APART;
    copy->activity.priority = parent->priority;
    activity_fork(parent, &copy->activity);
}

void t0_copy_start_step(struct relation *relation, const int64_t *tracks, size_t count)
{
    struct t0_copy *copy = create(relation, COPY_BACKGROUND, tracks, count);
    copy->is_step = true;
    copy->room_bytes = (int64_t)count * track_bytes(copy);
    copy->activity.priority = relation->accelerated ? PRIORITY_FIRST : PRIORITY_BEHIND;
    activity_start(&copy->activity);
}
