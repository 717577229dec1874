// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/dirt.h"

#include <math.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/drive_geometry.h"
#include "models/pprc.h"
#include "sim/detmath.h"
#include "sim/memory.h"

/* Tracks of drawn I/Os, shared evenly by the workloads. Where destage_age brings fewer of one, its others go before and tell
 * which reads hit; where it brings more, only a part of that time is looked at. */
enum { TRACKS_DRAWN = 1 << 19 };

/* What the drawn I/Os do to a rank, per second. */
struct demand {
    double stripes, bytes; /* first written to in the time that was drawn */
    double misses;         /* reads of what the caches may not hold */
};

/* What was met so far: stripes and segments written, in caches without bounds, and what all caches may hold of it. */
struct forecast {
    struct machine *machine;
    struct cache *stripes, *written, *seen;
    struct demand *demands; /* by rank */
};

struct drawn drawn_io(struct machine *machine, const struct io_record *record)
{
    const struct volume_config *volume = &machine->config->volumes[record->volume];
    struct drawn drawn = {.volume = volume, .rank = &machine->ranks[volume->rank], .write = record->op == IO_WRITE};
    const struct server_model *model = drawn.rank->model;
    int64_t first_byte = volume->first_track * model->track_bytes + record->offset_blocks * BLOCK_BYTES;
    drawn.first_segment = first_byte / model->segment_bytes;
    drawn.last_segment = (first_byte + record->length_bytes - 1) / model->segment_bytes;
    return drawn;
}

int64_t drawn_first_track(const struct drawn *drawn)
{
    return drawn->first_segment / drawn->rank->track_segments;
}

int64_t drawn_last_track(const struct drawn *drawn)
{
    return drawn->last_segment / drawn->rank->track_segments;
}

/* Enters the segments of a track; returns how many are new. */
static int32_t meet(struct cache *set, const struct rank *rank, int64_t number, uint32_t segments)
{
    cache_track track = cache_look_up(set, rank->index, number);
    uint32_t fresh = cache_missing(set, track, segments);
    cache_enter(set, track, fresh, false);
    return __builtin_popcount(fresh);
}

/* Counts a drawn I/O that stands for `per_s` I/Os a second; for none if it goes before the time that is looked at. */
static void count_io(struct forecast *forecast, const struct drawn *drawn, double per_s)
{
    const struct rank *rank = drawn->rank;
    struct demand *demand = &forecast->demands[rank->index];
    int64_t per_track = rank->track_segments, begin = drawn_first_track(drawn), end = drawn_last_track(drawn);
    int64_t stripe_tracks = (int64_t)rank->config->data_drives * rank->model->strip_tracks;
    int32_t unseen = 0;
    for (int64_t number = begin; number <= end; number++) {
        int64_t first = number == begin ? drawn->first_segment % per_track : 0;
        int64_t last = number == end ? drawn->last_segment % per_track : per_track - 1;
        uint32_t segments = (2u << last) - (1u << first);
        unseen += meet(forecast->seen, rank, number, segments);
        if (!drawn->write || per_s == 0)
            continue;
        demand->stripes += per_s * meet(forecast->stripes, rank, number / stripe_tracks, 1);
        demand->bytes += per_s * (double)(meet(forecast->written, rank, number, segments) * rank->model->segment_bytes);
    }
    demand->misses += !drawn->write && unseen > 0 ? per_s : 0;
}

/* Traces are not drawn from, nor are workloads that never issue anything. */
static bool is_drawn(const struct workload *workload)
{
    return workload->addresses != NULL && workload_peak_per_s(workload->config) > 0;
}

/* Draws what the workload does in, and before, the destage_age of the server that its volumes are on. */
static void draw_workload(struct forecast *forecast, const struct workload *workload, int64_t tracks, uint64_t seed)
{
    const struct config *config = forecast->machine->config;
    const struct rank *rank = &forecast->machine->ranks[config->volumes[workload->config->volumes[0]].rank];
    double age_s = (double)rank->model->destage_age_ns * 1e-9, rate = workload_peak_per_s(workload->config);
    int64_t draws = tracks / (workload->config->block_bytes / rank->model->track_bytes + 1);
    draws = draws > 0 ? draws : 1;
    int64_t counted = rate * age_s < (double)draws ? (int64_t)ceil(rate * age_s) : draws;
    struct address_stream *stream = address_create(config, (size_t)workload->index, seed, "dirt");
    for (int64_t left = draws; left > 0; left--) {
        struct io_record record = {0};
        address_next(stream, &record);
        struct drawn drawn = drawn_io(forecast->machine, &record);
        double per_s = left <= counted ? rate / (double)counted : 0;
        if (record.op == IO_READ && workload->config->read_hit >= 0)
            forecast->demands[drawn.rank->index].misses += per_s * (1 - workload->config->read_hit);
        else
            count_io(forecast, &drawn, per_s);
        if (drawn.write && pprc_mirror(forecast->machine, record.volume) >= 0) {
            record.volume = (uint32_t)pprc_mirror(forecast->machine, record.volume);
            drawn = drawn_io(forecast->machine, &record);
            count_io(forecast, &drawn, per_s);
        }
    }
    address_destroy(stream);
}

/* A random access to one of the rank's drives, about. */
static double access_s(const struct machine *machine, const struct rank *rank)
{
    const struct drive_type *drive = &machine->config->drive_types[rank->config->drive_type];
    return (double)(drive->overhead_ns + drive_type_seek_ns(drive, drive->cylinders / 3) + drive->revolution_ns / 2) *
           1e-9;
}

/*
 * Whether the rank drains as much as is written to it. It does so one destage at a time, a read and a write on each
 * drive of a small write, and begins one only while no host read is at its drives: of a Poisson stream that is the
 * case with probability exp(-reads at the drives in the mean).
 */
static bool drains(const struct machine *machine, const struct rank *rank, const struct demand *demand)
{
    double access = access_s(machine, rank);
    return demand->stripes < det_exp(-demand->misses * access) / (2 * access);
}

void dirt_forecast(struct machine *machine, const struct workload *workloads, size_t count, int64_t cache_room,
                   uint64_t seed, double *bytes)
{
    struct forecast forecast = {
        .machine = machine,
        .stripes = cache_create(machine->sim, INT64_MAX / 2),
        .written = cache_create(machine->sim, INT64_MAX / 2),
        .seen = cache_create(machine->sim, cache_room),
        .demands = memory_alloc_zeroed(machine->config->rank_count, sizeof *forecast.demands),
    };
    int64_t drawn = 0;
    for (size_t i = 0; i < count; i++)
        drawn += is_drawn(&workloads[i]);
    for (size_t i = 0; i < count; i++)
        if (is_drawn(&workloads[i]))
            draw_workload(&forecast, &workloads[i], TRACKS_DRAWN / drawn, seed);
    for (size_t i = 0; i < machine->config->rank_count; i++) {
        const struct rank *rank = &machine->ranks[i];
        double age_s = (double)rank->model->destage_age_ns * 1e-9;
        bytes[i] = drains(machine, rank, &forecast.demands[i]) ? forecast.demands[i].bytes * age_s : INFINITY;
    }
    cache_destroy(forecast.stripes);
    cache_destroy(forecast.written);
    cache_destroy(forecast.seen);
    free(forecast.demands);
}
