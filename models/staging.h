// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * staging: what of a volume's tracks has to come from drives into the cache, and from whose.
 *
 * A track comes from the volume's own rank, or, where a FlashCopy's target lacks it, from the source's (t0.h); either
 * way it comes into the volume's own entry in the cache, which both ranks' cluster has.
 */
#ifndef MODELS_STAGING_H
#define MODELS_STAGING_H

#include "models/pieces.h"
#include "models/span.h"

/* Gathered, and read together. A zeroed one is empty. */
struct staging {
    struct pieces own, source; /* from the volume's rank, and from its FlashCopy's source's ... */
    struct rank *source_rank;  /* ... which is this one, also when the relation has ended meanwhile */
    struct rank *waiting[2];   /* ranks that a host waits for; NULL for none */
};

/* Of the segments of the span's volume's track, by its number on the rank, those that have to come from drives: neither
 * the entry nor T0's places in the cache and NVS hold them. */
uint32_t staging_missing(const struct span *span, int64_t number, cache_track entry, uint32_t segments);

/* Whether a reader of the segments takes some of them from the source of the volume's FlashCopy. */
bool staging_redirects(const struct span *span, int64_t number, cache_track entry, uint32_t segments);

/* Adds segments, all missing, in ascending order of track; they are on their way into the entry from now on. */
void staging_add(struct staging *staging, const struct span *span, int64_t number, cache_track entry,
                 uint32_t segments);

/* Adds segments that bypass the cache: they are read again although the cache may hold them. */
void staging_add_bypassing(struct staging *staging, const struct span *span, int64_t number, uint32_t segments);

bool staging_is_empty(const struct staging *staging);

/* Forks the drive commands from `parent`, as pieces_read() does. Empty after. */
void staging_read(struct staging *staging, const struct span *span, struct activity *parent, int32_t link,
                  struct io_times *report);

/* The same for a host: until staging_ended(), once the parent has joined, the ranks keep old dirty data where it is. */
void staging_read_for_host(struct staging *staging, const struct span *span, struct activity *parent, int32_t link,
                           struct io_times *report);
void staging_ended(struct staging *staging);

#endif
