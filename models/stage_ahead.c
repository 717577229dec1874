// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/stage_ahead.h"

#include "models/cache.h"
#include "models/staging.h"

struct stage_ahead {
    struct activity activity;
    struct span span;  /* of the I/O that it goes ahead of */
    struct staging staging;
    int32_t tracks; /* that are read */
    int32_t link;
};

const size_t stage_ahead_bytes = sizeof(struct stage_ahead);

/* No stream takes more than so large a part of the cache for what nobody has asked for yet. */
enum { CACHE_PARTS = 8 };

static int64_t group_tracks(const struct rank *rank)
{
    int64_t most = cache_capacity(rank->cluster->cache) / rank->track_segments / CACHE_PARTS;
    return rank->model->stage_ahead_tracks < most ? rank->model->stage_ahead_tracks : most;
}

/* Takes the track into the group: looked up, marked as the stream's `run`-th, and staged as far as it is missing. */
static void add_track(struct stage_ahead *group, int64_t number, int32_t run)
{
    struct rank *rank = group->span.rank;
    struct cache *cache = rank->cluster->cache;
    cache_track entry = cache_look_up(cache, rank->index, number);
    uint32_t missing = staging_missing(&group->span, number, entry, (1u << rank->track_segments) - 1);
    if (missing != 0) {
        staging_add(&group->staging, &group->span, number, entry, missing);
        group->tracks++;
    }
    *cache_mark(cache, entry) = (struct cache_mark){
        .seen = cache_clock(cache),
        .run = (uint8_t)(run < UINT8_MAX ? run : UINT8_MAX),
        .link = (int8_t)group->link,
        .ahead = true,
    };
}

static void set_trigger(struct rank *rank, int64_t number)
{
    struct cache *cache = rank->cluster->cache;
    cache_track entry = cache_find(cache, rank->index, number);
    /* Where nearly all that is held must stay, it may be gone already. */
    if (entry != 0)
        cache_mark(cache, entry)->trigger = true;
}

/* While it reads, the rank counts as busy for hosts: old dirty data stays where it is. */
static void stage_ahead_story(struct activity *self)
{
    struct stage_ahead *group = STORY_OF(self, struct stage_ahead, activity);
    struct cluster *cluster = group->span.rank->cluster;

    STORY_BEGIN(self);
    STORY_USE(self, cluster->processors, group->tracks * cluster->model->processor_ns[STEP_STAGE]);

    staging_read_for_host(&group->staging, &group->span, self, group->link, NULL);
    STORY_JOIN(self);
    staging_ended(&group->staging);
    STORY_END(self);
}

static void stage_ahead_ends(struct activity *self)
{
    struct stage_ahead *group = STORY_OF(self, struct stage_ahead, activity);
    pool_give(group->span.rank->machine->stage_aheads, group);
}

void stage_ahead_start(const struct span *span, const struct stream *stream)
{
    struct rank *rank = span->rank;
    const struct volume_config *volume = span->volume;
    int64_t last_track = span->last_track;
    int64_t first = last_track + 1, tracks = group_tracks(rank), volume_end = volume->first_track + volume->tracks;
    int64_t end = first + tracks < volume_end ? first + tracks : volume_end;
    if (first >= end)
        return;
    struct stage_ahead *group = pool_take(rank->machine->stage_aheads);
    *group = (struct stage_ahead){.span = *span, .link = stream->link};
    for (int64_t number = first; number < end; number++)
        add_track(group, number, stream->run + (int32_t)(number - last_track));
    if (end < volume_end)
        set_trigger(rank, first + tracks / 2);
    if (group->tracks == 0) {
        pool_give(rank->machine->stage_aheads, group);
        return;
    }
    activity_init(&group->activity, rank->machine->sim, stage_ahead_story, stage_ahead_ends);
    /* Not before the I/O that called has gone to a processor itself. */
    sim_ready(rank->machine->sim, &group->activity);
}
