// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/stream.h"

#include "models/rank_read.h"

static bool is_recent(const struct cache *cache, const struct cache_mark *mark)
{
    return mark->seen != 0 && (uint16_t)(cache_clock(cache) - mark->seen) <= CACHE_RECENT_TICKS;
}

/* Whether the last I/O that was there ended where this one begins; I/Os need not end where segments do. */
static bool ends_at(const struct cache_mark *mark, int32_t segment)
{
    return mark->reached == segment || mark->reached == segment + 1;
}

/* The mark of the track before, when the last I/O there was a while ago at most and went up to its end. */
static const struct cache_mark *mark_before(struct rank *rank, const struct volume_config *volume, int64_t number)
{
    struct cache *cache = rank->cluster->cache;
    cache_track before = number > volume->first_track ? cache_find(cache, rank->index, number - 1) : 0;
    if (before == 0)
        return NULL;
    const struct cache_mark *mark = cache_mark(cache, before);
    return mark->reached == rank->track_segments && is_recent(cache, mark) ? mark : NULL;
}

struct stream stream_begin(struct rank *rank, const struct volume_config *volume, int64_t number, cache_track entry,
                           int32_t first_segment, int64_t tracks)
{
    struct cache *cache = rank->cluster->cache;
    const struct cache_mark *own = cache_mark(cache, entry), *before = NULL;
    /* A track entered in its middle does not count. */
    struct stream stream = {.rank = rank, .track = number, .end = number + tracks,
                            .volume_end = volume->first_track + volume->tracks,
                            .run = first_segment == 0 ? 0 : -1, .link = -1};
    if ((own->ahead || (first_segment > 0 && ends_at(own, first_segment))) && is_recent(cache, own)) {
        stream.continues = true;
        stream.run = own->run - 1;
        stream.link = own->link;
    } else if (first_segment == 0 && (before = mark_before(rank, volume, number)) != NULL) {
        stream.continues = true;
        stream.run = before->run;
        stream.link = before->link;
    }
    stream.sequential = stream.continues && stream.run + tracks >= rank->model->sequential_tracks;
    if (stream.sequential && stream.link < 0)
        stream.link = rank_stream_link(rank);
    return stream;
}

static void lengthen(struct stream *stream)
{
    if (stream->run < UINT8_MAX)
        stream->run++;
}

/* I/Os that came through the volume's tracks behind before this one are its run's too. */
static void join_overtakers(struct stream *stream)
{
    struct cache *cache = stream->rank->cluster->cache;
    for (int32_t i = 0; i < stream->rank->model->sequential_tracks && stream->end + i < stream->volume_end; i++) {
        cache_track entry = cache_find(cache, stream->rank->index, stream->end + i);
        struct cache_mark *mark = entry != 0 ? cache_mark(cache, entry) : NULL;
        if (mark == NULL || mark->ahead || mark->run == 0 || mark->run > stream->run || !is_recent(cache, mark))
            return;
        lengthen(stream);
        mark->run = (uint8_t)stream->run;
        mark->link = (int8_t)stream->link;
        if (mark->reached < stream->rank->track_segments)
            return;
    }
}

void stream_pass(struct stream *stream, cache_track entry, int32_t end_segment)
{
    struct cache *cache = stream->rank->cluster->cache;
    struct cache_mark *mark = cache_mark(cache, entry);
    stream->track++;
    lengthen(stream);
    mark->copied = false;
    cache_tick(cache);
    if (stream->sequential) {
        stream->trigger |= mark->trigger;
        mark->trigger = false;
    }
    /* A random I/O that crosses a stream's way must not break it. */
    if (!stream->continues && mark->run > stream->run && is_recent(cache, mark))
        return;
    mark->ahead = false;
    mark->run = (uint8_t)stream->run;
    mark->link = (int8_t)stream->link;
    mark->reached = (uint8_t)end_segment;
    mark->seen = cache_clock(cache);
    if (stream->continues && stream->track == stream->end && end_segment == stream->rank->track_segments)
        join_overtakers(stream);
}
