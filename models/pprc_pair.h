// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pprc_pair: a PPRC pair, as pprc.c, pprc_copy.c, remote_write.c and consistency.c share it.
 */
#ifndef MODELS_PPRC_PAIR_H
#define MODELS_PPRC_PAIR_H

#include "models/change_map.h"
#include "models/pprc.h"
#include "models/remote_write.h"

struct copy;

struct pair {
    struct machine *machine;
    const struct pair_config *config;
    int32_t index;                         /* in the config's list */
    struct volume *source_volume, *target_volume;
    const struct server_model *model;      /* of the source's server */
    struct cluster *cluster;               /* that owns the source */
    const struct subsystem_config *subsystem; /* that the source stands in */
    struct path_group *group;              /* paths from there to the target's */

    enum pair_state source, target;        /* states of the two sides */
    bool critical;
    bool inhibited;                        /* the source takes no writes */
    bool by_failure;                       /* suspended not by a task */
    bool taken_equal;                      /* established without copying */

    struct change_map map;                 /* of tracks of the source that the target lacks */
    struct remote_write *writes;           /* on their way to the secondary */
    struct copy *copies;                   /* of units of the map, in progress ... */
    int32_t copying;                       /* ... and their number */
    int64_t next_unit;                     /* of the map, to be looked at for the next copy */

    sim_time established_ns, complete_ns, suspended_ns; /* last; -1 for never */
    sim_time entered_ns, unprotected_ns;   /* the present state; spent suspended or pending before it */
    int64_t to_copy, copied_since;         /* tracks, by the last establish */
    int64_t copied_tracks;                 /* in all */
    int64_t failures;                      /* times that a failure suspended it, in all ... */
    sim_time failed_ns;                    /* ... the last of them; -1 for none */
    int64_t mirrored_writes, failed_writes, recorded_writes; /* since the last restart */
};

/* The last track of the pending pair is on its target. */
void pprc_is_complete(struct pair *pair);

#endif
