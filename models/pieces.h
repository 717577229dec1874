// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pieces: a list of pieces of tracks that are to be read from a rank, in order.
 *
 * An I/O gathers them at its look-up and reads them once a processor has had its time. Memory comes from a pool of
 * the machine, in chunks, so that a list that is never read goes with the machine.
 */
#ifndef MODELS_PIECES_H
#define MODELS_PIECES_H

#include <stdint.h>

#include "models/rank_read.h"

struct pieces_chunk;

/* A zeroed list is empty. */
struct pieces {
    struct pieces_chunk *first, *last;
};

/* For the machine's pool. */
extern const size_t pieces_chunk_bytes;

/* Puts a piece at the end: call it in ascending order of track. */
void pieces_add(struct pieces *pieces, struct rank *rank, struct track_piece piece);

/* Reads them all (rank_read.h). The list is empty after. */
void pieces_read(struct pieces *pieces, struct rank *rank, struct activity *parent, int32_t link,
                 struct io_times *report);

#endif
