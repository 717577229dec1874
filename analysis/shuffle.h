// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * shuffle: HDF5's byte shuffle and deflate, done outside of HDF5.
 *
 * libdeflate compresses twice as fast as the zlib that HDF5's own pipeline calls, and its streams are
 * zlib's. What comes out is what a chunk with filters shuffle and deflate holds on disk.
 */
#ifndef ANALYSIS_SHUFFLE_H
#define ANALYSIS_SHUFFLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

struct shuffle;

/* For chunks of at most `chunk_bytes`. NULL with an ERROR_RUN when there is no memory. */
struct shuffle *shuffle_create(size_t chunk_bytes, struct error *error);
void shuffle_destroy(struct shuffle *shuffle);

/* Filters a chunk: `count` values of `value_bytes` (1, 2, 4 or 8), padded with zeros to `chunk_count`. Returns the
 * filtered chunk, valid until the next call, and its length in `*bytes`. */
const void *shuffle_chunk(struct shuffle *shuffle, const void *values, size_t count, size_t chunk_count,
                          size_t value_bytes, size_t *bytes);

#endif
