// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * report: what a model tells of its components after (or during) a run.
 *
 * Values only, so that whoever summarises results need not know how a component works.
 */
#ifndef MODELS_REPORT_H
#define MODELS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/raid_write.h"

enum resource_kind {
    RESOURCE_PORT,
    RESOURCE_PROCESSOR,
    RESOURCE_CACHE,
    RESOURCE_NVS,
    RESOURCE_DEVICE_ADAPTER,
    RESOURCE_LOOP,
    RESOURCE_RANK,
    RESOURCE_DRIVE,
    RESOURCE_LINK,
    RESOURCE_BUS,
    RESOURCE_BAY,
    RESOURCE_KIND_COUNT
};

/* The kind's name as it stands in summaries: "port", "processor" ... "bay". */
const char *resource_kind_name(enum resource_kind kind);

enum pair_kind { PAIR_PPRC, PAIR_FLASHCOPY };

/* Its word, as in scenarios and summaries: "flashcopy". */
const char *pair_kind_name(enum pair_kind kind);

/* The state of one side of a PPRC pair (pprc.h), or of a FlashCopy relation (flashcopy.h). Run files hold the numbers. */
enum pair_state {
    PPRC_SIMPLEX,
    PPRC_DUPLEX_PENDING,
    PPRC_DUPLEX,
    PPRC_SUSPENDED,
    FLASH_NONE,         /* not established yet */
    FLASH_ESTABLISHING,
    FLASH_COPYING,      /* in the background */
    FLASH_NOCOPY,       /* without background copy, until it is withdrawn */
    FLASH_COMPLETE,     /* every track is on the target: the relation has ended */
    FLASH_WITHDRAWN,    /* ended before that, or without background copy */
    PAIR_STATE_COUNT
};

/* Its word, as in scenarios and summaries: "duplex_pending". */
const char *pair_state_name(enum pair_state state);

/* One component over the measured interval. */
struct resource_report {
    const char *name;        /* SERIAL/..., unique, owned by the model */
    enum resource_kind kind;
    double utilization;      /* 0 to 1, mean share of its capacity in use */
    double mean_queue;       /* mean number waiting */
    double mean_wait_ms;     /* mean wait of those that were served, zero waits included */
    double per_s;            /* services completed a second */
    double threshold;        /* advised highest utilisation, 0 to 1 */
};

/* A server's cache and NVS over the measured interval. */
struct server_report {
    const char *serial;
    double read_hit_ratio;      /* 0 to 1; NaN without reads */
    int64_t cache_tracks;       /* tracks held at the end */
    double nvs_occupancy_mean;  /* 0 to 1 */
    double nvs_occupancy_max;
    int64_t nvs_full_waits;     /* writes that had to wait for room */
    int64_t destages;           /* destage operations completed */
    int64_t rows[RAID_WRITE_KINDS]; /* of stripes, that they wrote, by the way it was done (raid_write.h) */
    int64_t reconstructed_reads; /* pieces of tracks worked out from the other drives */
    int64_t lost_segments;      /* dirty data discarded with a lost rank */
};

/* What a FlashCopy relation did since it was last established. The first four counts and the tracks left add up to its
 * tracks; the tracks copied are the first three, of which `staged_tracks` had to be read from the source's rank. */
struct flashcopy_report {
    bool background_copy, accelerate_destage; /* as last established */
    bool incomplete;            /* withdrawn while tracks were left: the target is no copy */
    int64_t background_tracks;  /* copied in the background */
    int64_t write_tracks;       /* copied because the source was written to */
    int64_t completed_tracks;   /* copied because a part of them was written on the target */
    int64_t replaced_tracks;    /* taken out of the copy because the target was written to, the whole track */
    int64_t staged_tracks;      /* of those copied: not all of it was in the cache */
    int64_t redirected_reads;   /* host reads of the target that touched what only the source had */
    double withdrawn_s;         /* last withdrawn */
};

/* What a pair did, and how it stands at the end. Times are simulated seconds since the run's start, NaN where
 * it never was so. What only the other kind has is zero, or NaN. */
struct pair_report {
    const char *name;           /* SOURCE>TARGET, owned by the config */
    enum pair_kind kind;
    enum pair_state state;      /* of the source */
    enum pair_state target_state;
    bool inhibited;             /* its source takes no writes */
    int64_t tracks;             /* of the source */
    int64_t tracks_left;        /* out of sync; of a FlashCopy: not on the target, nor written there */
    double established_s;       /* last established by a task; 0 where it stood at the start. Of a FlashCopy: its T0 */
    double complete_s;          /* last duplex since; of a FlashCopy: last track on the target */
    double suspended_s;         /* last suspended */
    double unprotected_s;       /* suspended or duplex pending, in all: its target lacked something */
    int64_t copied_tracks;      /* in all */
    int64_t failures;           /* times that a failure suspended it, in all ... */
    double failed_s;            /* ... the last of them */
    int64_t mirrored_writes;    /* acknowledged, over the measured interval, as are the following */
    int64_t failed_writes;      /* not acknowledged */
    int64_t recorded_writes;    /* while suspended or not yet copied there */
    struct flashcopy_report flashcopy;
};

/* One link over the measured interval, beside its resource_report. */
struct link_report {
    int64_t writes, copies;     /* carried: remote writes, copied tracks */
    double mb_per_s;            /* of their data, 10^6 */
    int32_t paths;              /* logical paths over it at the end */
    int32_t shares_with;        /* the first of the links that carry paths between the same subsystems: itself where none
                                   stands before it. The least busy of them is taken first, so that their load is one. */
    bool up;                    /* at the end */
};

#endif
