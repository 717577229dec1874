// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Geometry: blocks fill a track, then the next head of the same cylinder, then the next cylinder, from
 * the outer zone inwards. Tracks are skewed so that a sequential transfer that switches head or cylinder
 * finds its next block just arriving when the switch is over.
 */
#include "models/drive.h"

#include <stdlib.h>

#include "sim/memory.h"

/* A zone with what a look-up needs. */
struct zone {
    int64_t first_block, end_block;
    int32_t first_cylinder;
    int32_t sectors; /* per track */
};

struct drive {
    struct sim *sim;
    const struct drive_type *type;
    struct station *station;
    struct zone *zones;
    sim_time phase_ns;
    sim_time cylinder_switch_ns; /* a seek over one cylinder */
    sim_time cylinder_skew_ns;   /* by which the next cylinder's first track stands back, within a turn */
    int32_t cylinder, head;      /* where the arm stands */
};

/* A block's place. */
struct place {
    int32_t cylinder, head, sector;
    int32_t sectors; /* of its track */
};

static int32_t zone_cylinders(const struct drive_type *type, size_t zone)
{
    int32_t end = zone + 1 < type->zone_count ? type->zones[zone + 1].first_cylinder : type->cylinders;
    return end - type->zones[zone].first_cylinder;
}

static int64_t zone_blocks(const struct drive_type *type, size_t zone)
{
    return (int64_t)zone_cylinders(type, zone) * type->heads * type->zones[zone].sectors_per_track;
}

int64_t drive_type_blocks(const struct drive_type *type)
{
    int64_t blocks = 0;
    for (size_t zone = 0; zone < type->zone_count; zone++)
        blocks += zone_blocks(type, zone);
    return blocks;
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

struct drive *drive_create(struct sim *sim, const char *name, const struct drive_type *type, double phase)
{
    struct drive *drive = memory_alloc_zeroed(1, sizeof *drive);
    drive->sim = sim;
    drive->type = type;
    drive->station = station_create(sim, name, 1);
    drive->phase_ns = (sim_time)(phase * (double)type->revolution_ns) % type->revolution_ns;
    drive->cylinder_switch_ns = drive_type_seek_ns(type, 1);
    drive->cylinder_skew_ns =
        ((type->heads - 1) * type->head_switch_ns + drive->cylinder_switch_ns) % type->revolution_ns;
    drive->zones = memory_alloc_zeroed(type->zone_count, sizeof *drive->zones);
    int64_t block = 0;
    for (size_t i = 0; i < type->zone_count; i++) {
        struct zone *zone = &drive->zones[i];
        zone->first_block = block;
        zone->end_block = block += zone_blocks(type, i);
        zone->first_cylinder = type->zones[i].first_cylinder;
        zone->sectors = type->zones[i].sectors_per_track;
    }
    return drive;
}

void drive_destroy(struct drive *drive)
{
    if (drive == NULL)
        return;
    station_destroy(drive->station);
    free(drive->zones);
    free(drive);
}

struct station *drive_station(struct drive *drive)
{
    return drive->station;
}

static struct place find_place(const struct drive *drive, int64_t block)
{
    const struct zone *zone = drive->zones;
    const struct zone *last = zone + drive->type->zone_count - 1;
    while (zone < last && block >= zone->end_block)
        zone++;
    SIM_MUST(drive->sim, block >= 0 && block < zone->end_block);
    int64_t in_zone = block - zone->first_block;
    int64_t track = in_zone / zone->sectors;
    return (struct place){
        .cylinder = zone->first_cylinder + (int32_t)(track / drive->type->heads),
        .head = (int32_t)(track % drive->type->heads),
        .sector = (int32_t)(in_zone % zone->sectors),
        .sectors = zone->sectors,
    };
}

/* When in a revolution (0 to revolution_ns) the place's sector begins to pass the head, phase aside. */
static sim_time passes_at(const struct drive *drive, const struct place *place)
{
    const struct drive_type *type = drive->type;
    sim_time skew = place->cylinder * drive->cylinder_skew_ns + place->head * type->head_switch_ns;
    return (place->sector * type->revolution_ns / place->sectors + skew) % type->revolution_ns;
}

/* From `instant` until the place's sector begins to pass the head. */
static sim_time rotation_wait(const struct drive *drive, const struct place *place, sim_time instant)
{
    sim_time revolution = drive->type->revolution_ns;
    sim_time wait = (passes_at(drive, place) - (instant + drive->phase_ns)) % revolution;
    return wait < 0 ? wait + revolution : wait;
}

static sim_time positioning_ns(const struct drive *drive, const struct place *place, bool write)
{
    const struct drive_type *type = drive->type;
    sim_time move = 0;
    if (place->cylinder != drive->cylinder)
        move = drive_type_seek_ns(type, abs(place->cylinder - drive->cylinder));
    else if (place->head != drive->head)
        move = type->head_switch_ns;
    return move > 0 && write ? move + type->write_settle_ns : move;
}

void drive_plan(const struct drive *drive, const struct drive_access *access, struct drive_plan *plan)
{
    const struct drive_type *type = drive->type;
    struct place place = find_place(drive, access->block);
    plan->overhead_ns = type->overhead_ns;
    plan->seek_ns = positioning_ns(drive, &place, access->write);
    sim_time instant = sim_now(drive->sim) + plan->overhead_ns + plan->seek_ns;
    plan->rotation_ns = rotation_wait(drive, &place, instant);
    sim_time begin = instant += plan->rotation_ns;

    int64_t block = access->block;
    for (int32_t left = access->blocks;;) {
        int32_t here = place.sectors - place.sector < left ? place.sectors - place.sector : left;
        instant += here * type->revolution_ns / place.sectors;
        plan->end_cylinder = place.cylinder;
        plan->end_head = place.head;
        left -= here;
        block += here;
        if (left == 0)
            break;
        int32_t cylinder = place.cylinder;
        place = find_place(drive, block);
        instant += place.cylinder != cylinder ? drive->cylinder_switch_ns : type->head_switch_ns;
        instant += rotation_wait(drive, &place, instant);
    }
    plan->transfer_ns = instant - begin;
}

void drive_done(struct drive *drive, const struct drive_plan *plan)
{
    drive->cylinder = plan->end_cylinder;
    drive->head = plan->end_head;
}
