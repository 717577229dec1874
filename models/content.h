// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * content: who wants to hear where data goes, while models only keep the time.
 *
 * Models hold no data. A test that does (tests/content_oracle.h) implements these calls, mirrors every one of them on
 * arrays of its own, and compares volumes. All of an instant's data arrives at the call: a host write's blocks
 * are on the volume when data_written() is called, never part of them.
 */
#ifndef MODELS_CONTENT_H
#define MODELS_CONTENT_H

#include <stdint.h>

#include "models/io_record.h"

struct content {
    /* The host write's blocks [first, first + count) entered its volume's cache and NVS. */
    void (*written)(struct content *content, const struct io_record *record, int64_t first_block, int64_t blocks);
    /* The same blocks entered the target volume's. */
    void (*mirrored)(struct content *content, const struct io_record *record, uint32_t target, int64_t first_block,
                     int64_t blocks);
    /* The track, as it is on the source now, is on the target. */
    void (*copied)(struct content *content, uint32_t source, uint32_t target, int64_t track);
};

#endif
