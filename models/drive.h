// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * drive: a disk drive's mechanics - where its arm and platters are, and how long an access takes.
 *
 * One command at a time, first come first served: whoever wants to use the drive seizes its station,
 * asks drive_plan() what the access costs from this instant on, lets that time pass and calls
 * drive_done(). The rotational position follows from the clock; nothing is drawn.
 */
#ifndef MODELS_DRIVE_H
#define MODELS_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/config.h"
#include "sim/station.h"
#include "sim/time.h"

struct drive;

/* One access: where, how much, which way. */
struct drive_access {
    int64_t block;  /* first block of 512 B on the drive */
    int32_t blocks; /* > 0 */
    bool write;
};

/* What an access costs, in the order in which the times pass. */
struct drive_plan {
    sim_time overhead_ns; /* command processing */
    sim_time seek_ns;     /* arm movement or head switch, and settling before a write */
    sim_time rotation_ns; /* until the first block is under the head */
    sim_time transfer_ns; /* media transfer with its head and cylinder switches */
    int32_t end_cylinder, end_head;
};

/* Blocks of 512 B that a drive of this type holds. */
int64_t drive_type_blocks(const struct drive_type *type);

/* Seek time over `distance` cylinders (>= 0; 0 takes no time): linear between the published points. */
sim_time drive_type_seek_ns(const struct drive_type *type, int32_t distance);

/* A drive at rest over cylinder 0. `phase` (0 to 1) is where its platters stand at time 0. The type must
 * outlive the drive. */
struct drive *drive_create(struct sim *sim, const char *name, const struct drive_type *type, double phase);
void drive_destroy(struct drive *drive);

/* The line for the drive. */
struct station *drive_station(struct drive *drive);

/* What the access costs when it begins now. The access must lie on the drive. */
void drive_plan(const struct drive *drive, const struct drive_access *access, struct drive_plan *plan);

/* The planned access has just ended: the arm now stands where it ended. */
void drive_done(struct drive *drive, const struct drive_plan *plan);

#endif
