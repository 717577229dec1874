// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * io_parts: how many of an I/O's parts (models/io_record.h) a run can fill.
 *
 * The parts of remote copy stand last. Where no volume is ever mirrored they are always zero, and are neither
 * summed nor written: an I/O then costs what it cost without them.
 */
#ifndef ANALYSIS_IO_PARTS_H
#define ANALYSIS_IO_PARTS_H

#include <stddef.h>

#include "models/config.h"
#include "models/io_record.h"

/* The first part that only a mirrored volume's I/Os have; all that follow are of the kind. */
enum { PART_FIRST_REMOTE = PART_TRACK_WAIT };

/* Parts from the first that I/Os of this config can have. */
static inline size_t io_parts_count(const struct config *config)
{
    return config->pair_count > 0 ? PART_COUNT : PART_FIRST_REMOTE;
}

#endif
