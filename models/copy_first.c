// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/copy_first.h"

#include "models/t0.h"
#include "models/t0_copy.h"

/* Whether the write covers all of the volume's track; the volume's last one may be shorter. */
static bool covers(const struct span *span, const struct io_record *record, int64_t track)
{
    int64_t track_bytes = span->rank->model->track_bytes;
    int64_t begin = track * track_bytes, end = begin + track_bytes;
    if (record == NULL)
        return true;
    if (end > span->volume->size_bytes)
        end = span->volume->size_bytes;
    int64_t offset = record->offset_blocks * BLOCK_BYTES;
    return offset <= begin && offset + record->length_bytes >= end;
}

/* The relation for which the rank's track has to be copied before it is written, and why; NULL for none. */
static struct relation *wants(const struct span *span, const struct io_record *record, int64_t number,
                              enum copy_reason *reason)
{
    struct relation *source_of = span->state->source_of, *target_of = span->state->target_of;
    int64_t track = number - span->volume->first_track;
    if (target_of != NULL && relation_lacks(target_of, track) && !covers(span, record, track)) {
        *reason = COPY_FOR_TARGET_WRITE;
        return target_of;
    }
    if (source_of != NULL && span->rank->model->copy_on_write == COPY_BEFORE_WRITE && relation_lacks(source_of, track)) {
        *reason = COPY_FOR_SOURCE_WRITE;
        return source_of;
    }
    return NULL;
}

static bool is_in_relation(const struct span *span)
{
    return span->state->source_of != NULL || span->state->target_of != NULL;
}

bool copy_first_needed(const struct span *span, const struct io_record *record, int64_t track, int64_t end)
{
    enum copy_reason reason;
    for (; is_in_relation(span) && track < end; track++)
        if (wants(span, record, track, &reason) != NULL)
            return true;
    return false;
}

void copy_first_fork(const struct span *span, const struct io_record *record, int64_t track, int64_t end,
                     struct activity *parent)
{
    struct relation *relation = NULL;
    enum copy_reason why = COPY_FOR_SOURCE_WRITE, reason;
    int64_t tracks[T0_COPY_TRACKS_MAX];
    size_t count = 0, most = t0_copy_most(span->rank);
    for (; count < most && track < end; track++) {
        struct relation *wanting = wants(span, record, track, &reason);
        if (wanting == NULL)
            continue;
        relation = wanting;
        why = reason;
        tracks[count++] = track - span->volume->first_track;
    }
    if (count > 0)
        t0_copy_fork(relation, why, tracks, count, ROOM_NONE, parent);
}

void copy_first_replaced(const struct span *span, int64_t track, int64_t end)
{
    struct relation *relation = span->state->target_of;
    int64_t first = span->volume->first_track;
    for (; relation != NULL && track < end && relation_stands(relation); track++) {
        if (!relation_lacks(relation, track - first))
            continue;
        relation->replaced++;
        relation_track_is_done(relation, track - first);
    }
}
