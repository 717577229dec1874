// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * shuffle: see shuffle.h. The n-th bytes of all values are put side by side, for n = 0, 1 ...
 *
 * Chunks of zeros are common (a part of the response time that no I/O had) and no faster to compress
 * than others, 0.4 ms for 128 KiB; so the last one's outcome is kept.
 */
#include "analysis/shuffle.h"

#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

enum { DEFLATE_LEVEL = 1 };

struct shuffle {
    struct libdeflate_compressor *compressor;
    size_t chunk_bytes;
    size_t packed_bytes; /* room in `packed` */
    uint8_t *planes;     /* the shuffled chunk */
    uint8_t *packed;     /* the compressed one */
    uint8_t *zeros;      /* a chunk of zeros, compressed */
    size_t zeros_bytes;  /* length of that */
    size_t zeros_chunk;  /* length of the chunk it stands for; 0: none yet */
};

struct shuffle *shuffle_create(size_t chunk_bytes, struct error *error)
{
    struct shuffle *shuffle = calloc(1, sizeof *shuffle);
    if (!shuffle) {
        goto fail;
    }
    shuffle->compressor = libdeflate_alloc_compressor(DEFLATE_LEVEL);
    if (!shuffle->compressor) {
        goto fail;
    }
    shuffle->chunk_bytes = chunk_bytes;
    shuffle->packed_bytes = libdeflate_zlib_compress_bound(shuffle->compressor, chunk_bytes);
    shuffle->planes = malloc(chunk_bytes);
    shuffle->packed = malloc(shuffle->packed_bytes);
    shuffle->zeros = malloc(shuffle->packed_bytes);
    if (!shuffle->planes || !shuffle->packed || !shuffle->zeros) {
        goto fail;
    }
    return shuffle;

fail:
    shuffle_destroy(shuffle);
    error_set(error, ERROR_RUN, NULL, "no memory");
    return NULL;
}

void shuffle_destroy(struct shuffle *shuffle)
{
    if (shuffle) {
        if (shuffle->compressor) {
            libdeflate_free_compressor(shuffle->compressor);
        }
        free(shuffle->planes);
        free(shuffle->packed);
        free(shuffle->zeros);
        free(shuffle);
    }
}

/* Inlined with a constant `size`, so that the compiler can unroll and vectorise. */
static inline void split(uint8_t *planes, const uint8_t *values, size_t count, size_t plane, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t b = 0; b < size; b++) {
            planes[b * plane + i] = values[i * size + b];
        }
    }
}

/* Compresses the planes; cannot fail, as `to` has room for the worst case. */
static size_t compress(struct shuffle *shuffle, size_t length, uint8_t *to)
{
    size_t bytes = libdeflate_zlib_compress(shuffle->compressor, shuffle->planes, length, to, shuffle->packed_bytes);
    assert(bytes > 0);
    return bytes;
}

const void *shuffle_chunk(struct shuffle *shuffle, const void *values, size_t count, size_t chunk_count,
                          size_t value_bytes, size_t *bytes)
{
    assert(count <= chunk_count && chunk_count * value_bytes <= shuffle->chunk_bytes);
    uint8_t *planes = shuffle->planes;
    if (count < chunk_count) {
        memset(planes, 0, chunk_count * value_bytes);
    }
    switch (value_bytes) {
    case 8:
        split(planes, values, count, chunk_count, 8);
        break;
    case 4:
        split(planes, values, count, chunk_count, 4);
        break;
    case 2:
        split(planes, values, count, chunk_count, 2);
        break;
    default:
        memcpy(planes, values, count);
    }
    size_t length = chunk_count * value_bytes;
    if (planes[0] != 0 || memcmp(planes, planes + 1, length - 1) != 0) {
        *bytes = compress(shuffle, length, shuffle->packed);
        return shuffle->packed;
    }
    if (shuffle->zeros_chunk != length) {
        shuffle->zeros_bytes = compress(shuffle, length, shuffle->zeros);
        shuffle->zeros_chunk = length;
    }
    *bytes = shuffle->zeros_bytes;
    return shuffle->zeros;
}
