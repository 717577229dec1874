// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Angles are times: how long after the turn's begin a sector passes. A zone keeps the angle of its first
 * track and what each cylinder and head adds to it, so that any sector's angle is a sum and one remainder.
 */
#include "models/drive_geometry.h"

#include <stdlib.h>

#include "sim/memory.h"

/* A zone with what a look-up needs. */
struct zone {
    int64_t first_block, end_block; /* that hold data */
    int32_t first_cylinder;
    int32_t sectors;            /* per track */
    sim_time angle_ns;          /* of its first track, within a turn */
    sim_time track_skew_ns;     /* what each head adds */
    sim_time cylinder_angle_ns; /* what each cylinder adds, within a turn */
    sim_time track_ns[2];       /* from a track's begin to that of the next head's, reading and writing */
};

struct drive_geometry {
    const struct drive_type *type;
    sim_time revolution_ns;
    int64_t blocks;
    uint32_t *seek_ns;           /* by distance */
    int32_t last_distance;       /* from it on the time stays the same */
    int32_t heads;
    int32_t zone_count;
    struct zone zones[];
};

/* ---- of a type alone ---- */

static int64_t zone_blocks(const struct drive_type *type, size_t zone)
{
    const struct drive_zone *zones = type->zones;
    int32_t end = zone + 1 < type->zone_count ? zones[zone + 1].first_cylinder : type->cylinders;
    int64_t all = (int64_t)(end - zones[zone].first_cylinder) * type->heads * zones[zone].sectors_per_track;
    return all > zones[zone].spare_blocks ? all - zones[zone].spare_blocks : 0;
}

int64_t drive_type_blocks(const struct drive_type *type)
{
    int64_t blocks = 0;
    for (size_t zone = 0; zone < type->zone_count; zone++)
        blocks += zone_blocks(type, zone);
    return type->blocks > 0 && type->blocks < blocks ? type->blocks : blocks;
}

sim_time drive_type_seek_ns(const struct drive_type *type, int32_t distance)
{
    const struct seek_point *points = type->seek_points;
    size_t last = type->seek_point_count - 1;
    if (distance <= 0)
        return 0;
    if (distance <= points[0].cylinders)
        return points[0].seek_ns;
    if (distance >= points[last].cylinders)
        return points[last].seek_ns;
    size_t low = 0, high = last;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (points[middle].cylinders <= distance)
            low = middle;
        else
            high = middle;
    }
    return points[low].seek_ns + (points[high].seek_ns - points[low].seek_ns) * (distance - points[low].cylinders) /
                                     (points[high].cylinders - points[low].cylinders);
}

/* ---- construction ---- */

static void build_seeks(struct drive_geometry *geometry)
{
    const struct drive_type *type = geometry->type;
    int32_t last = type->seek_points[type->seek_point_count - 1].cylinders;
    geometry->last_distance = last;
    geometry->seek_ns = memory_alloc_zeroed((size_t)last + 1, sizeof *geometry->seek_ns);
    for (int32_t distance = 1; distance <= last; distance++)
        geometry->seek_ns[distance] = (uint32_t)drive_type_seek_ns(type, distance);
}

static sim_time skew_ns(const struct drive_geometry *geometry, int32_t skew, int32_t sectors, sim_time needed)
{
    return skew > 0 ? skew * geometry->revolution_ns / sectors : needed;
}

static void build_zones(struct drive_geometry *geometry)
{
    const struct drive_type *type = geometry->type;
    sim_time turn = geometry->revolution_ns, angle = 0;
    int64_t block = 0;
    for (size_t i = 0; i < type->zone_count; i++) {
        const struct drive_zone *from = &type->zones[i];
        struct zone *zone = &geometry->zones[i];
        int32_t end = i + 1 < type->zone_count ? type->zones[i + 1].first_cylinder : type->cylinders;
        zone->first_block = block;
        zone->end_block = block += zone_blocks(type, i);
        zone->first_cylinder = from->first_cylinder;
        zone->sectors = from->sectors_per_track;
        zone->track_skew_ns = skew_ns(geometry, from->track_skew, zone->sectors,
                                      type->head_switch_ns + type->write_settle_ns);
        zone->cylinder_angle_ns =
            ((type->heads - 1) * zone->track_skew_ns +
             skew_ns(geometry, from->cylinder_skew, zone->sectors, geometry->seek_ns[1] + type->write_settle_ns)) % turn;
        for (int write = 0; write < 2; write++) {
            sim_time late = type->head_switch_ns + (type->head_switch_ns > 0 ? write * type->write_settle_ns : 0) -
                            zone->track_skew_ns;
            zone->track_ns[write] = turn + zone->track_skew_ns + (late > 0 ? (late + turn - 1) / turn * turn : 0);
        }
        zone->angle_ns = angle;
        angle = (angle + (end - from->first_cylinder) * zone->cylinder_angle_ns) % turn;
    }
}

struct drive_geometry *drive_geometry_create(const struct drive_type *type)
{
    struct drive_geometry *geometry =
        memory_alloc_zeroed(1, sizeof *geometry + type->zone_count * sizeof geometry->zones[0]);
    geometry->type = type;
    geometry->revolution_ns = type->revolution_ns;
    geometry->heads = type->heads;
    geometry->blocks = drive_type_blocks(type);
    geometry->zone_count = (int32_t)type->zone_count;
    build_seeks(geometry);
    build_zones(geometry);
    return geometry;
}

void drive_geometry_destroy(struct drive_geometry *geometry)
{
    if (geometry == NULL)
        return;
    free(geometry->seek_ns);
    free(geometry);
}

const struct drive_type *drive_geometry_type(const struct drive_geometry *geometry)
{
    return geometry->type;
}

int64_t drive_geometry_blocks(const struct drive_geometry *geometry)
{
    return geometry->blocks;
}

/* ---- places and angles ---- */

struct drive_place drive_geometry_place(const struct drive_geometry *geometry, int64_t block)
{
    int32_t number = 0;
    while (number < geometry->zone_count - 1 && block >= geometry->zones[number].end_block)
        number++;
    const struct zone *zone = &geometry->zones[number];
    int64_t in_zone = block - zone->first_block;
    int64_t track = in_zone / zone->sectors;
    int64_t cylinder = track / geometry->heads;
    return (struct drive_place){
        .zone = number,
        .cylinder = zone->first_cylinder + (int32_t)cylinder,
        .head = (int32_t)(track - cylinder * geometry->heads),
        .sector = (int32_t)(in_zone - track * zone->sectors),
    };
}

int64_t drive_geometry_track_end(const struct drive_geometry *geometry, int64_t block)
{
    struct drive_place place = drive_geometry_place(geometry, block);
    const struct zone *zone = &geometry->zones[place.zone];
    int64_t end = block + zone->sectors - place.sector;
    return end < zone->end_block ? end : zone->end_block;
}

int32_t drive_geometry_sectors(const struct drive_geometry *geometry, const struct drive_place *place)
{
    return geometry->zones[place->zone].sectors;
}

sim_time drive_geometry_move_ns(const struct drive_geometry *geometry, const struct drive_place *from,
                                const struct drive_place *to, bool write)
{
    int32_t distance = abs(to->cylinder - from->cylinder);
    sim_time move = geometry->seek_ns[distance < geometry->last_distance ? distance : geometry->last_distance];
    if (distance == 0 && to->head != from->head)
        move = geometry->type->head_switch_ns;
    return move > 0 && write ? move + geometry->type->write_settle_ns : move;
}

sim_time drive_geometry_wait_ns(const struct drive_geometry *geometry, const struct drive_place *place,
                                sim_time instant, sim_time phase_ns)
{
    const struct zone *zone = &geometry->zones[place->zone];
    sim_time angle = zone->angle_ns + (place->cylinder - zone->first_cylinder) * zone->cylinder_angle_ns +
                     place->head * zone->track_skew_ns + place->sector * geometry->revolution_ns / zone->sectors;
    sim_time wait = (angle - instant - phase_ns) % geometry->revolution_ns;
    return wait < 0 ? wait + geometry->revolution_ns : wait;
}

/* ---- streams ---- */

/* Passes whole tracks of one cylinder, from a track's begin and to one. */
static inline void pass_tracks(const struct drive_geometry *geometry, struct drive_stream *stream, int64_t end,
                               sim_time instant, bool write)
{
    const struct zone *zone = &geometry->zones[stream->place.zone];
    sim_time track_ns = zone->track_ns[write];
    int64_t last = (end < zone->end_block ? end : zone->end_block) - zone->sectors;
    while (stream->block < last && stream->place.head + 1 < geometry->heads && instant - stream->at_ns > track_ns) {
        stream->block += zone->sectors;
        stream->place.head++;
        stream->at_ns += track_ns;
    }
}

/* Moves the stream from the end of its track to the begin of the next one that holds data. */
static void change_track(const struct drive_geometry *geometry, struct drive_stream *stream, sim_time phase_ns,
                         bool write)
{
    struct drive_place from = stream->place, *to = &stream->place;
    if (stream->block >= geometry->zones[from.zone].end_block) {
        *to = drive_geometry_place(geometry, stream->block);
    } else {
        bool last_head = from.head + 1 == geometry->heads;
        to->sector = 0;
        to->head = last_head ? 0 : from.head + 1;
        to->cylinder += last_head;
    }
    stream->at_ns += drive_geometry_move_ns(geometry, &from, to, write);
    stream->at_ns += drive_geometry_wait_ns(geometry, to, stream->at_ns, phase_ns);
}

void drive_stream_pass(const struct drive_geometry *geometry, struct drive_stream *stream, int64_t end,
                       sim_time instant, sim_time phase_ns, bool write)
{
    sim_time turn = geometry->revolution_ns;
    while (stream->block < end && stream->at_ns < instant) {
        const struct zone *zone = &geometry->zones[stream->place.zone];
        int64_t here = zone->sectors - stream->place.sector;
        here = end - stream->block < here ? end - stream->block : here;
        here = zone->end_block - stream->block < here ? zone->end_block - stream->block : here;
        if (here <= 0) {
            change_track(geometry, stream, phase_ns, write);
            pass_tracks(geometry, stream, end, instant, write);
            continue;
        }
        sim_time passed_ns = here * turn / zone->sectors;
        if (passed_ns > instant - stream->at_ns) {
            here = (instant - stream->at_ns) * zone->sectors / turn;
            passed_ns = here * turn / zone->sectors;
            instant = 0; /* the block that is passing stays the stream's next */
        }
        stream->block += here;
        stream->place.sector += (int32_t)here;
        stream->at_ns += passed_ns;
    }
}
