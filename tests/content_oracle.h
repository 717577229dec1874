// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * content_oracle: what stands on every volume, block by block, kept beside a model that only keeps the time.
 *
 * A block holds the number of the host write that wrote it, a number of its volume's own below 0 at the start (volumes
 * that pairs of the config connect begin equal), or ORACLE_UNKNOWN: what a FlashCopy that was withdrawn had not
 * brought. The oracle hears of every arrival of data (models/content.h), and of every completed I/O through
 * oracle_completed().
 *
 * It keeps two accounts. One is what hosts must read: a write's data from when it enters, a FlashCopy's T0 on its
 * target from its instant on. The other one is where data stands (content_layers.h), as models move it. Whenever models
 * take data from somewhere - for a host, into a cache, for a copy, or to keep it - the second must agree with the
 * first. What does not is counted, and the first of it told.
 *
 * So it says whether a FlashCopy is T0; and, asked, whether a secondary is a copy, and whether a set of secondaries is
 * dependent-write consistent.
 */
#ifndef TESTS_CONTENT_ORACLE_H
#define TESTS_CONTENT_ORACLE_H

#include "models/content.h"
#include "models/machine.h"

#define ORACLE_UNKNOWN (INT64_MIN + 1)

struct content_layers;
struct oracle_copy;
struct pair;

struct oracle_write {
    int64_t id;              /* of its record, plus 1: what its blocks hold; 0 for a read */
    int64_t tracks_read;     /* of a read: that were compared */
    uint32_t volume;
    int64_t first, blocks;
    sim_time issued_ns, completed_ns; /* -1 while in flight */
    bool acknowledged;       /* completed without an error */
    int64_t acknowledged_before; /* writes that had been acknowledged when it was issued */
    int64_t turn;            /* its place among the acknowledged ones, from 0; -1 for none */
    bool parted;             /* larger than NVS: it enters in portions */
    bool replaced;           /* issued before a T0 of which its volume is the target: it need not be anywhere */
};

struct content_oracle {
    struct content content;  /* first: the content's address is the oracle's */
    struct machine *machine;
    int64_t **blocks;        /* by volume, by block: what hosts must read */
    struct content_layers *layers; /* where data stands */
    struct oracle_copy *copies; /* by volume: the FlashCopy that it is in */
    bool *was_target;        /* by volume: data came from another one, so that its own writes may be gone */
    struct oracle_write *writes; /* by record id */
    size_t write_room;
    int64_t acknowledged;
    int64_t tracks_read;     /* by hosts, and compared */
    int64_t tracks_kept;     /* times that something of one was kept aside */
    int64_t tracks_relayed;  /* copied to a secondary from a FlashCopy's source, for its target */
    int64_t *taken;          /* a track's data */
    int64_t wrong;           /* times that something was not as it must be ... */
    char first_wrong[240];   /* ... the first one; "" for never */
};

/* All volumes of the machine, as they are before the first I/O. Becomes the machine's content. Small volumes only: 32
 * bytes a block. */
struct content_oracle *oracle_create(struct machine *machine);
void oracle_destroy(struct content_oracle *oracle);

/* A host write was issued, or an I/O has completed; with its record as it is then. */
void oracle_issued(struct content_oracle *oracle, const struct io_record *record);
void oracle_completed(struct content_oracle *oracle, const struct io_record *record);

/* The volume's size in blocks. */
int64_t oracle_blocks(const struct content_oracle *oracle, uint32_t volume);

/* ---- one volume (content_oracle.c) ---- */

/*
 * Has every track of the volume read from where models say that it is (t0_places()). Returns how much of it is wrong:
 * where tracks do not hold what hosts must read, or relations do not know whether they lack them; all that is counted.
 * At any instant at which all events have run. The volumes of a lost rank have no content.
 */
int64_t oracle_check_volume(struct content_oracle *oracle, uint32_t volume);

/* Once nothing is dirty: tracks that no FlashCopy lacks, but that are not on the drives as hosts must read them. */
int64_t oracle_check_drives(struct content_oracle *oracle, uint32_t volume);

/* Segments that are kept aside for the volume's FlashCopy. */
int64_t oracle_kept(const struct content_oracle *oracle, uint32_t volume);

/* ---- mirrors (content_mirrors.c) ---- */

/* Blocks in which the target differs from the source, of the source's size. */
int64_t oracle_differences(const struct content_oracle *oracle, uint32_t source, uint32_t target);

/*
 * Blocks of the target that hold something else than an acknowledged write of the source's last, where no write to
 * them is in flight or has failed since: what a duplex secondary must not have. On a source that was a target itself,
 * and may have lost writes so, only blocks that differ count; the same goes for torn writes and breaches.
 */
int64_t oracle_missing(const struct content_oracle *oracle, uint32_t source, uint32_t target);

/* Writes of which some blocks, but not all that were not overwritten by other writes, stand on the target. Those that
 * are larger than NVS enter in portions, and are not asked about. Means something on a target that was duplex last:
 * copies bring track after track. */
int64_t oracle_torn(const struct content_oracle *oracle, uint32_t source, uint32_t target);

/*
 * Blocks in which the pair's target differs from its source although its change map does not name them and no write to
 * them is in flight: what none of its resynchronisations would put right. Holds at any
 * instant at which all events have run, as long as no host has written to a target that was terminated.
 */
int64_t oracle_unnamed(const struct content_oracle *oracle, const struct pair *pair);

/* What stands on a volume, a number a block; to be freed. */
int64_t *oracle_snapshot(const struct content_oracle *oracle, uint32_t volume);

/* Blocks in which the volume differs from a snapshot of it. */
int64_t oracle_changes(const struct content_oracle *oracle, uint32_t volume, const int64_t *snapshot);

/*
 * Breaches of dependent-write consistency among the targets of the pairs [sources[i], targets[i]): a write that is
 * there although one that had been acknowledged before it was issued is not.
 */
int64_t oracle_breaches(const struct content_oracle *oracle, const uint32_t *sources, const uint32_t *targets,
                        size_t count);

#endif
