// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * content: who wants to hear where data goes, while models only keep the time.
 *
 * Models hold no data. A test that does (tests/content_oracle.h) implements these calls, mirrors every one of them on
 * arrays of its own, and compares volumes. All of an instant's data arrives at the call: a host write's blocks
 * are on the volume when written() is called, never part of them.
 *
 * A volume's data is in two places: in the cache, where it is newest, and on the drives, where it comes when it is
 * destaged. A FlashCopy (t0.h) takes T0's data from either, or from where it was kept aside in NVS. Tracks number from
 * their volume's first one; segment sets are masks, bit 0 the track's first segment.
 */
#ifndef MODELS_CONTENT_H
#define MODELS_CONTENT_H

#include <stdint.h>

#include "models/io_record.h"

/* Where segments of a volume's track are taken from. No segment is in two places. */
struct content_places {
    uint32_t cache;         /* the volume's own, in the cache ... */
    uint32_t drives;        /* ... and on its drives */
    uint32_t source_cache;  /* the same track of the source of its FlashCopy, in the cache ... */
    uint32_t source_drives; /* ... on its drives ... */
    uint32_t source_aside;  /* ... and kept aside in NVS */
};

struct content {
    /* The host write's blocks [first, first + count) entered its volume's cache and NVS. */
    void (*written)(struct content *content, const struct io_record *record, int64_t first_block, int64_t blocks);
    /* The same blocks entered the target volume's. */
    void (*mirrored)(struct content *content, const struct io_record *record, uint32_t target, int64_t first_block,
                     int64_t blocks);
    /* PPRC: the track, as it is on the source now, is on the target; taken from these places of the source. */
    void (*copied)(struct content *content, uint32_t source, uint32_t target, int64_t track,
                   const struct content_places *from);
    /* A host read takes segments of its volume's track from these places now. */
    void (*read)(struct content *content, const struct io_record *record, int64_t track,
                 const struct content_places *from);
    /* Segments come into the volume's track in the cache, from these places now. */
    void (*staged)(struct content *content, uint32_t volume, int64_t track, const struct content_places *from);
    /* Dirty segments of the volume's track leave the cache for its drives; it keeps them. */
    void (*destaged)(struct content *content, uint32_t volume, int64_t track, uint32_t segments);
    /* FlashCopy: T0 of the relation is now. */
    void (*established)(struct content *content, uint32_t source, uint32_t target);
    /* It ends: the tracks that it lacks now are anything on the target from now on. */
    void (*ended)(struct content *content, uint32_t source, uint32_t target);
    /* Segments of the source's track, which a write is about to change, are kept aside. */
    void (*kept)(struct content *content, uint32_t source, int64_t track, uint32_t segments);
    /* The whole track of T0 is taken from these places of the target and its source now ... */
    void (*gathered)(struct content *content, uint32_t target, int64_t track, const struct content_places *from);
    /* ... and what was gathered last of it enters the target's cache and NVS. */
    void (*entered)(struct content *content, uint32_t target, int64_t track);
};

#endif
