// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/fast_write.h"

#include "models/cache.h"
#include "models/destage.h"
#include "models/nvs.h"
#include "models/stream.h"
#include "models/t0.h"

int64_t fast_write_fitting(const struct span *span, int64_t track)
{
    int64_t fitting = store_capacity(span->rank->cluster->nvs) / span->rank->model->track_bytes;
    if (span->state->copied_from)
        fitting /= 2; /* what it overwrites may have to be kept */
    int64_t left = span->last_track + 1 - track;
    return left < fitting ? left : fitting;
}

int64_t fast_write_room(const struct span *span, int64_t track, int64_t end)
{
    int64_t segments = 0;
    for (; track < end; track++)
        segments += __builtin_popcount(span_segments(span, track));
    return segments * span->rank->model->segment_bytes;
}

int64_t fast_write_new_room(const struct span *span, int64_t track, int64_t end)
{
    const struct cache *cache = span->rank->cluster->cache;
    int64_t segments = 0, keeping_bytes = t0_keeping_bytes(span, track, end);
    for (; track < end; track++) {
        uint32_t touched = span_segments(span, track);
        cache_track entry = cache_find(cache, span->rank->index, track);
        if (entry != 0)
            touched &= ~cache_holds_dirty(cache, entry, touched);
        segments += __builtin_popcount(touched);
    }
    return segments * span->rank->model->segment_bytes + keeping_bytes;
}

bool fast_write_waits_for(struct cluster *cluster, int64_t wanted, int64_t *room_bytes, struct activity *activity)
{
    if (*room_bytes >= wanted)
        return false;
    nvs_give(cluster, *room_bytes, false);
    *room_bytes = wanted;
    if (store_take(cluster->nvs, activity, wanted))
        return false;
    destage_room_wanted(cluster);
    return true;
}

void fast_write_enter(const struct span *span, int64_t track, int64_t end, int64_t room_bytes)
{
    struct rank *rank = span->rank;
    struct cache *cache = rank->cluster->cache;
    nvs_give(rank->cluster, room_bytes - fast_write_new_room(span, track, end), false);
    struct stream stream;
    for (int64_t number = track; number < end; number++) {
        cache_track entry = cache_look_up(cache, rank->index, number);
        if (number == track)
            stream = stream_begin(rank, span->volume, number, entry,
                                  number == span->first_track ? span->first_segment : 0, span->last_track + 1 - number);
        stream_pass(&stream, entry, span_end_segment(span, number));
        if (span->state->source_of != NULL)
            t0_changes(span, number, entry, span_segments(span, number));
        cache_write(cache, rank, entry, span_segments(span, number), sim_now(rank->machine->sim));
    }
}
