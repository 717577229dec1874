// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * drive: a disk drive - its arm, platters and buffer, and how long an access takes.
 *
 * Who wants to use the drive seizes its station, asks drive_begin() what the access costs from this instant
 * on, lets that time pass and calls drive_end(), which frees the station:
 *
 *     STORY_SEIZE(self, drive_station(drive));
 *     drive_begin(drive, &access, &plan);
 *     STORY_WAIT(self, drive_plan_ns(&plan));
 *     drive_end(drive, &plan);
 *
 * The rotational position follows from the clock; nothing is drawn. Reading ahead takes no events: what has
 * been read is worked out when the next command comes, which stops it. A write that is reported early is
 * over for the initiator when its data is in the buffer; the drive counts as busy until it is on the medium,
 * and commands that need the arm wait for that.
 */
#ifndef MODELS_DRIVE_H
#define MODELS_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/config.h"
#include "models/drive_geometry.h"
#include "sim/station.h"
#include "sim/time.h"

struct drive;

/* One access: where, how much, which way. */
struct drive_access {
    int64_t block;  /* first block of 512 B on the drive */
    int32_t blocks; /* > 0 */
    bool write;
};

/* What an access costs until the initiator hears of its end, in the order in which the times pass. */
struct drive_plan {
    sim_time overhead_ns; /* command processing */
    sim_time wait_ns;     /* for room in the buffer, or until the arm has done earlier reported writes */
    sim_time seek_ns;     /* arm movement or head switch, and settling before a write */
    sim_time rotation_ns; /* until the first block is under the head */
    sim_time transfer_ns; /* medium and interface, with head and cylinder switches */
    sim_time busy_until;  /* instant until which the drive is occupied by itself */
    enum drive_command command;
};

/* A drive at rest over cylinder 0. `phase` (0 to 1) is where its platters stand at time 0. The geometry must
 * outlive the drive. */
struct drive *drive_create(struct sim *sim, const char *name, const struct drive_geometry *geometry, double phase);
void drive_destroy(struct drive *drive);

/* The line for the drive. */
struct station *drive_station(struct drive *drive);

/* Where the arm stands when everything planned so far is done, as far as is known. */
struct drive_place drive_arm(const struct drive *drive);

/* Begins the access now, and says what it costs. The access must lie on the drive, whose station the caller
 * holds. */
void drive_begin(struct drive *drive, const struct drive_access *access, struct drive_plan *plan);

/* The sum of the times. */
static inline sim_time drive_plan_ns(const struct drive_plan *plan)
{
    return plan->overhead_ns + plan->wait_ns + plan->seek_ns + plan->rotation_ns + plan->transfer_ns;
}

/* The access that was begun is over for its initiator: frees the station. */
void drive_end(struct drive *drive, const struct drive_plan *plan);

/* How long the arm and the platters would take to get to the access if it began now; 0 when the buffer has it. */
sim_time drive_positioning_ns(const struct drive *drive, const struct drive_access *access);

/*
 * Applies the type's queue discipline to the drive's line. `access_of` tells what an activity in that line will
 * ask for; it must know every activity that seizes the station. Shortest positioning time first picks among
 * those of the most urgent priority the one that is reached soonest, the first of equals, but one that has
 * waited longer than queue_age_ns before any other.
 */
void drive_set_queue(struct drive *drive, const struct drive_access *(*access_of)(const struct activity *));

#endif
