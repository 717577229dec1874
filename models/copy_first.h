// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * copy_first: what of a FlashCopy has to be copied before a write may be entered.
 *
 * A write to a part of a target's track that its relation lacks needs the rest of the track there first; one to the
 * whole track needs nothing, and takes the track out of the copy. A write to a source's track that its relation lacks
 * waits for the copy of the old track where copy_on_write is before_write.
 */
#ifndef MODELS_COPY_FIRST_H
#define MODELS_COPY_FIRST_H

#include "models/io_record.h"
#include "models/span.h"

/* Whether the tracks [track, end) of the rank, of the span, may not be entered yet. The record is the host write's; NULL
 * for whole tracks, as PPRC copies them. */
bool copy_first_needed(const struct span *span, const struct io_record *record, int64_t track, int64_t end);

/* Starts to copy what has to be, or some of it: the parent joins, and asks again. */
void copy_first_fork(const struct span *span, const struct io_record *record, int64_t track, int64_t end,
                     struct activity *parent);

/* The tracks were entered: those that their target's relation lacks were whole ones, and are out of the copy now. */
void copy_first_replaced(const struct span *span, int64_t track, int64_t end);

#endif
