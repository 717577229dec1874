// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * relation: a FlashCopy relation, as flashcopy.c, t0.c, t0_copy.c and background_copy.c share it.
 */
#ifndef MODELS_RELATION_H
#define MODELS_RELATION_H

#include "models/change_map.h"
#include "models/flashcopy.h"
#include "sim/activity.h"

struct old_track;

/* Why a track is copied, or is no longer to be. */
enum copy_reason { COPY_BACKGROUND, COPY_FOR_SOURCE_WRITE, COPY_FOR_TARGET_WRITE, COPY_REASONS };

struct relation {
    struct machine *machine;
    const struct pair_config *config;
    int32_t index;                          /* in the config's list */
    struct volume *source, *target;
    const struct volume_config *source_config, *target_config;
    struct rank *source_rank, *target_rank; /* of one logical subsystem, and so of one cluster */

    enum pair_state state;
    bool background, accelerated;           /* as last established */
    uint32_t generation;                    /* counts T0s and ends: what was begun before one comes to nothing */
    struct activity establishing;           /* in progress while its story is */
    bool is_establishing;
    struct activity *held_first, *held_last; /* I/Os held meanwhile */

    struct change_map done;                 /* tracks of the source that are on the target, or replaced there */
    struct old_track *old_tracks;           /* of the others, those whose source was written to since T0 (t0.h) */

    int64_t next_track;                     /* of the source, where the background copy goes on */
    int32_t steps;                          /* of it, in progress */
    struct relation *next_copying;          /* in the cluster's ring of background copies (background_copy.h) */

    sim_time established_ns, complete_ns, withdrawn_ns; /* last; -1 for never */
    bool incomplete;                        /* withdrawn with tracks left */
    int64_t failures;                       /* times that a failure ended it, in all ... */
    sim_time failed_ns;                     /* ... the last of them; -1 for none */
    struct relation *next_standing;         /* of those that stand from this instant on (flashcopy.c) */
    int64_t copied[COPY_REASONS];           /* tracks, since T0, as are the following */
    int64_t replaced, staged, redirected;   /* as flashcopy_report has them */
};

/* From T0 on until its end. */
static inline bool relation_stands(const struct relation *relation)
{
    return relation->target->target_of == relation;
}

/* Whether the target's track, numbered from the volume's first one, is still the source's of T0. */
static inline bool relation_lacks(const struct relation *relation, int64_t track)
{
    return track < relation->done.tracks && !change_map_is_set(&relation->done, track);
}

/* The track is on the target, or was replaced there: the relation ends with the last one. */
void relation_track_is_done(struct relation *relation, int64_t track);

#endif
