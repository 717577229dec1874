// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * mirror_storm: a drawn machine (mirror_draw.h) under closed loads, watched by an oracle, while an operator suspends,
 * establishes and terminates pairs, lets links, ports, servers and drives fail, removes paths, freezes and thaws.
 *
 * Where some of its pairs are FlashCopies, its user says what the operator does with them, and what is to be asked of
 * them (struct storm_more).
 *
 * What it does follows from its seed alone. Frozen groups are checked as they freeze; what else has to hold is for its
 * user to ask, at any time between two calls of sim_run().
 */
#ifndef TESTS_MIRROR_STORM_H
#define TESTS_MIRROR_STORM_H

#include "models/digest.h"
#include "models/host_io.h"
#include "models/pprc.h"
#include "sim/rng.h"
#include "tests/content_oracle.h"

enum { STORM_CLIENTS_MAX = 12, STORM_PAIRS_MAX = 32, STORM_LIMIT_S = 3600 };

/* When a pair has failed: at once, as the next event of the instant, or while its group holds its writes. */
enum freezing { FREEZE_NEVER, FREEZE_AT_ONCE, FREEZE_NEXT, FREEZE_LATER, FREEZE_WAYS };

/* A host's process: its next I/O comes after the one before is complete. */
struct client {
    struct activity activity;
    struct mirror_storm *storm;
    struct host_io *io; /* in flight; NULL for none */
};

/* A secondary that was frozen. */
struct frozen {
    bool is; /* and nothing may have changed it since */
    int64_t *snapshot;
};

struct mirror_storm;

/* What a storm is beside mirrors. */
struct storm_more {
    void (*operate)(struct mirror_storm *storm); /* the operator does one thing more */
    void (*look)(struct mirror_storm *storm);    /* what must hold at any time (mirror_checks.h) ... */
    void (*rest)(struct mirror_storm *storm);    /* ... and when all is over */
};

struct mirror_storm {
    struct io_sink sink; /* first: the sink's address is this */
    struct pair_listener listener;
    struct activity operator; /* acts at random times */
    struct sim_call freeze;  /* is due */
    uint64_t seed;
    const struct storm_more *more; /* NULL where no pair is a FlashCopy */
    struct config *config;
    struct sim *sim;
    struct machine *machine;
    struct content_oracle *oracle;
    struct host_io_pool ios;
    struct rng rng;
    struct digest *digest;
    struct client clients[STORM_CLIENTS_MAX];
    int client_count;
    int64_t left;          /* I/Os to be issued */
    int64_t block_share;   /* of the volumes, that most I/Os go to: 1 / this */
    sim_time calm_ns;      /* the operator waits up to so long */
    bool drill;            /* all pairs are duplex until the first ones fail */
    bool over;             /* the operator stops */
    enum freezing freezing;
    bool freezes;          /* a freeze is under way, or scheduled */
    bool half_frozen;      /* its second part is scheduled, for ... */
    sim_time held_until_ns; /* ... no later than this */
    bool meddles;          /* verbs are called when a pair's state changes */
    int depth;             /* of verbs within verbs */
    enum pair_state heard[STORM_PAIRS_MAX]; /* of each pair's source, last */
    bool in_group[STORM_PAIRS_MAX]; /* duplex when the freeze was brought about */
    struct frozen frozen[STORM_PAIRS_MAX];
    int64_t failures;      /* of checks */
    int64_t broken;        /* I/Os whose parts do not add up */
    int64_t frozen_groups, frozen_later, checked_duplex, errors[IO_ERROR_COUNT];
    int64_t looks, flashcopies, withdrawals; /* of struct storm_more */
};

/* Builds and starts the storm of that seed, or one of its own machine, which it takes over; ends it, wherever it
 * stands, with the digest of its I/Os so far. */
struct mirror_storm *mirror_storm_begin(uint64_t seed);
struct mirror_storm *mirror_storm_begin_on(struct config *config, uint64_t seed, const struct storm_more *more);
void mirror_storm_end(struct mirror_storm *storm, char digest[DIGEST_TEXT_BYTES]);

/* Repairs all links, ports and servers; establishes paths over all links everywhere; releases all held writes. */
void mirror_storm_repair_all(struct mirror_storm *storm);
void mirror_storm_pave(struct mirror_storm *storm);
void mirror_storm_thaw_all(struct mirror_storm *storm);

/* The pair of that index, which has to be one of PPRC's; whether it is. */
struct pair *mirror_storm_pair(const struct mirror_storm *storm, size_t index);
bool mirror_storm_is_pprc(const struct mirror_storm *storm, size_t index);

/* Fails a drive of a rank, or repairs it. */
void mirror_storm_set_drive(struct mirror_storm *storm, size_t rank, int32_t drive, bool failed);

/* Whether a pair's sides may be in these states. */
bool mirror_storm_is_legal(enum pair_state source, enum pair_state target);

/* A storm's first failure is told; it may go on failing at every look. */
void mirror_storm_check(bool ok, struct mirror_storm *storm, const char *file, int line, const char *what,
                        int64_t value);

/* The condition has to hold; the value has to be 0, where the index says of what. */
#define STORM_CHECK(storm, condition) mirror_storm_check((condition), (storm), __FILE__, __LINE__, #condition, 0)
#define STORM_ZERO(storm, value, index)                                                    \
    do {                                                                                   \
        int64_t value_ = (value);                                                          \
        mirror_storm_check(value_ == 0, (storm), __FILE__, __LINE__, #value, (index));     \
    } while (0)

#endif
