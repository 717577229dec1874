// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rank: a rank of the machine - its drives, what they hold at present, and the account of their work.
 *
 * A rank has six or seven data drives and one more for parity, each in its position. A drive that fails leaves its
 * position without data; a spare that takes it over gets the data back row by row (rebuild.h). A row is a track
 * on each of the drives, at the same place; rows number from the drives' first track.
 */
#ifndef MODELS_RANK_H
#define MODELS_RANK_H

#include <stdbool.h>
#include <stdint.h>

#include "models/config.h"
#include "models/drive.h"
#include "models/raid_write.h"
#include "sim/level.h"
#include "sim/sim.h"

struct adapter;
struct cluster;
struct destage;
struct loop;
struct machine;
struct rebuild;

enum { RANK_DRIVES_MAX = 8, POSITION_NONE = -1 };

enum rank_state {
    RANK_WORKING,    /* every position has its data */
    RANK_DEGRADED,   /* one has none, and no drive takes it over */
    RANK_REBUILDING, /* one is being filled */
    RANK_LOST,       /* two had none: all data is gone, for good */
};

/* What a drive of an eight-pack is there for. */
enum drive_role { DRIVE_MEMBER, DRIVE_SPARE, DRIVE_FAILED };

/* A place in an eight-pack, with the drive that stands in it. */
struct bay {
    struct drive *drive;
    struct rank *home;        /* whose eight-pack it is */
    char *name;               /* SERIAL/RANK.NUMBER */
    enum drive_role role;
    struct rank *serves;      /* member: of this rank ... */
    int32_t position;         /* ... in this position */
};

/* The work of the drives in a rank's positions, whichever they were, since the last restart. */
struct rank_account {
    struct level waiting, working; /* commands in the drives' lines, and being done */
    level_area wait_sum_ns;        /* of commands begun */
    uint64_t started, completed;
};

/* What was done to keep parity right, since the last restart. Accesses are to one track of one drive each; several
 * that lie one behind the other make one drive command. */
struct raid_counts {
    int64_t rows[RAID_WRITE_KINDS];   /* rows of a stripe destaged, by the way it was done */
    int64_t destaged_segments;        /* dirty data, destages begun */
    int64_t data_reads, data_writes;  /* accesses by destages */
    int64_t parity_reads, parity_writes;
    int64_t reconstructed;            /* pieces of tracks read that a missing drive held */
    int64_t rebuilt;                  /* tracks written to a spare */
};

struct rank {
    struct machine *machine;
    const struct rank_config *config;
    const struct server_model *model;
    int32_t index;              /* in the config's list */
    int32_t track_segments;     /* segments a track */
    char *name;                 /* SERIAL/NAME */
    struct cluster *cluster;    /* that owns it */
    struct adapter *adapter;
    struct loop *loop;
    struct bay bays[RANK_DRIVES_MAX];      /* of its eight-pack */
    struct drive *drives[RANK_DRIVES_MAX]; /* by position, 0 to active_drives - 1 */

    enum rank_state state;
    int32_t missing;            /* the position without data, or being filled; POSITION_NONE */
    int64_t rebuilt_rows;       /* of it, that are there again */
    int64_t locked_from, locked_end; /* stripes being rebuilt, not to be destaged meanwhile */
    struct rebuild *rebuild;    /* in progress; NULL for none */

    int32_t host_reads;         /* host reads waiting for its drives */
    int32_t copy_steps;         /* of background copies from it or to it, in progress */
    int32_t destaging;          /* destages in progress ... */
    struct destage *destages;   /* ... and a list of them */
    uint32_t dirty_oldest, dirty_newest; /* its dirty tracks in order of last write (cache.h) ... */
    uint32_t bound_oldest, bound_newest; /* ... those that are bound apart ... */
    uint32_t dirty_first, dirty_last;    /* ... and in order of when they became dirty */
    bool drain_scheduled;       /* a look at old dirty data is pending */
    struct sim_call drain;

    struct rank_account account;
    struct raid_counts raid;
    int64_t lost_segments;      /* dirty data discarded because the rank was lost, in all */
};

/* The position whose data at this row is gone, POSITION_NONE for none. On a lost rank nothing is read or written any
 * more but what was under way, as if all were there. */
int32_t rank_missing_at(const struct rank *rank, int64_t row);

/* A command joins the line of one of the drives; its service begins after `waited_ns`; it is over. */
void rank_command_joins(struct rank *rank, sim_time now);
void rank_command_begins(struct rank *rank, sim_time now, sim_time waited_ns);
void rank_command_ends(struct rank *rank, sim_time now);

/* Begins account and counts anew. */
void rank_restart(struct rank *rank, sim_time now);

#endif
