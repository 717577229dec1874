// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/span.h"

static struct span at_volume(const struct machine *machine, size_t index)
{
    const struct volume_config *volume = &machine->config->volumes[index];
    return (struct span){.rank = &machine->ranks[volume->rank], .volume = volume, .state = &machine->volumes[index]};
}

struct span span_of(const struct machine *machine, size_t index, int64_t offset_bytes, int64_t bytes)
{
    struct span span = at_volume(machine, index);
    const struct server_model *model = span.rank->model;
    int64_t last_byte = offset_bytes + bytes - 1;
    int64_t first = offset_bytes / model->track_bytes, last = last_byte / model->track_bytes;
    span.first_segment = (int32_t)((offset_bytes - first * model->track_bytes) / model->segment_bytes);
    span.end_segment = (int32_t)((last_byte - last * model->track_bytes) / model->segment_bytes) + 1;
    span.first_track = span.volume->first_track + first;
    span.last_track = span.volume->first_track + last;
    return span;
}

struct span span_of_track(const struct machine *machine, size_t index, int64_t track)
{
    struct span span = at_volume(machine, index);
    span.first_track = span.last_track = span.volume->first_track + track;
    span.end_segment = span.rank->track_segments;
    return span;
}

int32_t span_end_segment(const struct span *span, int64_t track)
{
    return track == span->last_track ? span->end_segment : span->rank->track_segments;
}

uint32_t span_segments(const struct span *span, int64_t track)
{
    int32_t first = track == span->first_track ? span->first_segment : 0;
    return (1u << span_end_segment(span, track)) - (1u << first);
}
