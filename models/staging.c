// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/staging.h"

#include "models/destage.h"
#include "models/t0.h"

static int64_t volume_track(const struct span *span, int64_t number)
{
    return number - span->volume->first_track;
}

static bool is_at_source(const struct span *span, int64_t number)
{
    return span->state->target_of != NULL && t0_lacks(span->state, volume_track(span, number));
}

uint32_t staging_missing(const struct span *span, int64_t number, cache_track entry, uint32_t segments)
{
    uint32_t missing = cache_missing(span->rank->cluster->cache, entry, segments);
    if (missing == 0 || !is_at_source(span, number))
        return missing;
    return t0_on_drives(span->state, volume_track(span, number), missing);
}

bool staging_redirects(const struct span *span, int64_t number, cache_track entry, uint32_t segments)
{
    return is_at_source(span, number) && cache_missing(span->rank->cluster->cache, entry, segments) != 0;
}

static void tell_content(const struct span *span, int64_t number, uint32_t segments)
{
    struct machine *machine = span->rank->machine;
    struct content_places from = {0};
    if (machine->content == NULL)
        return;
    *(is_at_source(span, number) ? &from.source_drives : &from.drives) = segments;
    machine->content->staged(machine->content, (uint32_t)(span->state - machine->volumes), volume_track(span, number),
                             &from);
}

static void add(struct staging *staging, const struct span *span, int64_t number, struct track_piece piece)
{
    if (is_at_source(span, number)) {
        piece.track = t0_track(span->state, volume_track(span, number));
        staging->source_rank = t0_rank(span->state);
        pieces_add(&staging->source, staging->source_rank, piece);
    } else {
        pieces_add(&staging->own, span->rank, piece);
    }
}

void staging_add(struct staging *staging, const struct span *span, int64_t number, cache_track entry,
                 uint32_t segments)
{
    tell_content(span, number, segments);
    cache_enter(span->rank->cluster->cache, entry, segments, true);
    add(staging, span, number, (struct track_piece){number, segments, entry});
}

void staging_add_bypassing(struct staging *staging, const struct span *span, int64_t number, uint32_t segments)
{
    add(staging, span, number, (struct track_piece){number, segments, 0});
}

bool staging_is_empty(const struct staging *staging)
{
    return staging->own.first == NULL && staging->source.first == NULL;
}

void staging_read(struct staging *staging, const struct span *span, struct activity *parent, int32_t link,
                  struct io_times *report)
{
    pieces_read(&staging->own, span->rank, parent, link, report);
    if (staging->source.first != NULL)
        pieces_read(&staging->source, staging->source_rank, parent, link, report);
}

void staging_read_for_host(struct staging *staging, const struct span *span, struct activity *parent, int32_t link,
                           struct io_times *report)
{
    staging->waiting[0] = staging->own.first != NULL ? span->rank : NULL;
    staging->waiting[1] = staging->source.first != NULL ? staging->source_rank : NULL;
    for (int i = 0; i < 2; i++)
        if (staging->waiting[i] != NULL)
            staging->waiting[i]->host_reads++;
    staging_read(staging, span, parent, link, report);
}

void staging_ended(struct staging *staging)
{
    for (int i = 0; i < 2; i++)
        if (staging->waiting[i] != NULL && --staging->waiting[i]->host_reads == 0)
            destage_rank_idle(staging->waiting[i]);
}
