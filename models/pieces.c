// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/pieces.h"

#include "sim/pool.h"

/* A group that is staged ahead, or an I/O of 1 MiB, is one chunk. */
enum { CHUNK_PIECES = 32 };

struct pieces_chunk {
    struct pieces_chunk *next;
    size_t count;
    struct track_piece pieces[CHUNK_PIECES];
};

const size_t pieces_chunk_bytes = sizeof(struct pieces_chunk);

static struct pieces_chunk *add_chunk(struct pieces *pieces, struct rank *rank)
{
    struct pieces_chunk *chunk = pool_take(rank->machine->piece_chunks);
    chunk->next = NULL;
    chunk->count = 0;
    if (pieces->last != NULL)
        pieces->last->next = chunk;
    else
        pieces->first = chunk;
    pieces->last = chunk;
    return chunk;
}

void pieces_add(struct pieces *pieces, struct rank *rank, struct track_piece piece)
{
    struct pieces_chunk *chunk = pieces->last;
    if (chunk == NULL || chunk->count == CHUNK_PIECES)
        chunk = add_chunk(pieces, rank);
    chunk->pieces[chunk->count++] = piece;
}

void pieces_read(struct pieces *pieces, struct rank *rank, struct activity *parent, int32_t link,
                 struct io_times *report)
{
    for (struct pieces_chunk *chunk = pieces->first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        rank_read(rank, parent, chunk->pieces, chunk->count, link, report);
        pool_give(rank->machine->piece_chunks, chunk);
    }
    *pieces = (struct pieces){0};
}
