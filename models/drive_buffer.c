// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/drive_buffer.h"

#include <stdlib.h>

#include "sim/memory.h"

void drive_buffer_init(struct drive_buffer *buffer, const struct drive_buffer_type *type)
{
    *buffer = (struct drive_buffer){.type = type, .newest = 0, .oldest = type->segments - 1};
    if (type->segments > 0)
        buffer->segments = memory_alloc_zeroed((size_t)type->segments, sizeof *buffer->segments);
    for (int32_t i = 0; i < type->segments; i++) {
        buffer->segments[i].newer = i - 1; /* SEGMENT_NONE for the first */
        buffer->segments[i].older = i + 1 < type->segments ? i + 1 : SEGMENT_NONE;
    }
    if (type->report_early)
        buffer->pending = memory_alloc_zeroed((size_t)type->write_segments, sizeof *buffer->pending);
}

void drive_buffer_clear(struct drive_buffer *buffer)
{
    free(buffer->segments);
    free(buffer->pending);
    *buffer = (struct drive_buffer){.type = buffer->type};
}

/* ---- what is held ---- */

int32_t drive_buffer_find(const struct drive_buffer *buffer, int64_t block)
{
    int32_t best = SEGMENT_NONE;
    for (int32_t i = 0; i < buffer->type->segments; i++) {
        const struct drive_segment *segment = &buffer->segments[i];
        if (block >= segment->first && block < segment->end &&
            (best == SEGMENT_NONE || segment->end > buffer->segments[best].end))
            best = i;
    }
    return best;
}

/* Takes a segment out of the order of use. */
static void take_out(struct drive_buffer *buffer, int32_t segment)
{
    int32_t newer = buffer->segments[segment].newer, older = buffer->segments[segment].older;
    *(newer == SEGMENT_NONE ? &buffer->newest : &buffer->segments[newer].older) = older;
    *(older == SEGMENT_NONE ? &buffer->oldest : &buffer->segments[older].newer) = newer;
}

void drive_buffer_touch(struct drive_buffer *buffer, int32_t segment)
{
    if (segment == buffer->newest)
        return;
    take_out(buffer, segment);
    buffer->segments[segment].newer = SEGMENT_NONE;
    buffer->segments[segment].older = buffer->newest;
    buffer->segments[buffer->newest].newer = segment;
    buffer->newest = segment;
}

static void empty(struct drive_buffer *buffer, int32_t segment)
{
    buffer->segments[segment].first = buffer->segments[segment].end = 0;
    if (segment == buffer->oldest)
        return;
    take_out(buffer, segment);
    buffer->segments[segment].newer = buffer->oldest;
    buffer->segments[segment].older = SEGMENT_NONE;
    buffer->segments[buffer->oldest].older = segment;
    buffer->oldest = segment;
}

int32_t drive_buffer_fill(struct drive_buffer *buffer, int64_t first, int64_t end)
{
    int32_t segment = buffer->oldest;
    buffer->segments[segment].first = first;
    drive_buffer_extend(buffer, segment, end);
    drive_buffer_touch(buffer, segment);
    return segment;
}

void drive_buffer_extend(struct drive_buffer *buffer, int32_t segment, int64_t end)
{
    struct drive_segment *held = &buffer->segments[segment];
    held->end = end;
    if (held->first < end - buffer->type->segment_blocks)
        held->first = end - buffer->type->segment_blocks;
}

void drive_buffer_forget(struct drive_buffer *buffer, int64_t first, int64_t end)
{
    for (int32_t i = 0; i < buffer->type->segments; i++) {
        const struct drive_segment *segment = &buffer->segments[i];
        if (segment->first < end && first < segment->end)
            empty(buffer, i);
    }
}

/* ---- what is on its way to the medium ---- */

static struct drive_pending *pending_at(const struct drive_buffer *buffer, int32_t index)
{
    return &buffer->pending[(buffer->pending_first + index) % buffer->type->write_segments];
}

bool drive_buffer_continues(const struct drive_buffer *buffer, int64_t first, int64_t end, sim_time now)
{
    if (!buffer->type->combine_writes || buffer->pending_count == 0)
        return false;
    const struct drive_pending *last = pending_at(buffer, buffer->pending_count - 1);
    return last->done_ns > now && last->end == first && end - last->first <= buffer->type->segment_blocks;
}

sim_time drive_buffer_room_ns(const struct drive_buffer *buffer, sim_time now)
{
    if (buffer->pending_count < buffer->type->write_segments)
        return now;
    sim_time first_done_ns = pending_at(buffer, 0)->done_ns;
    return first_done_ns > now ? first_done_ns : now;
}

void drive_buffer_write(struct drive_buffer *buffer, const struct drive_pending *write, sim_time now, bool shares)
{
    while (buffer->pending_count > 0 && pending_at(buffer, 0)->done_ns <= now) {
        buffer->pending_first = (buffer->pending_first + 1) % buffer->type->write_segments;
        buffer->pending_count--;
    }
    if (!shares) {
        *pending_at(buffer, buffer->pending_count++) = *write;
        return;
    }
    struct drive_pending *last = pending_at(buffer, buffer->pending_count - 1);
    last->end = write->end;
    last->done_ns = write->done_ns;
}
