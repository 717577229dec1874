// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * io_parts: how many of an I/O's parts (models/io_record.h) a run can fill.
 *
 * The parts of PPRC stand behind the others, those of FlashCopy last. Where no volume is ever mirrored, or none is
 * ever FlashCopied, they are always zero, and are neither summed nor written: an I/O then costs what it cost
 * without them.
 */
#ifndef ANALYSIS_IO_PARTS_H
#define ANALYSIS_IO_PARTS_H

#include <stddef.h>

#include "models/config.h"
#include "models/io_record.h"

enum {
    PART_FIRST_REMOTE = PART_TRACK_WAIT,       /* only a pair's I/Os have it, and those that follow */
    PART_FIRST_FLASHCOPY = PART_ESTABLISH_WAIT /* only a FlashCopy's */
};

/* Parts from the first that I/Os of this config can have. */
static inline size_t io_parts_count(const struct config *config)
{
    for (size_t i = 0; i < config->pair_count; i++)
        if (config->pairs[i].kind == PAIR_FLASHCOPY)
            return PART_COUNT;
    return config->pair_count > 0 ? (size_t)PART_FIRST_FLASHCOPY : (size_t)PART_FIRST_REMOTE;
}

#endif
