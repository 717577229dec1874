// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * machine: the hardware of a resolved scenario, built once and used by every flow.
 *
 * Two clusters a server; each owns ranks, has processors, internal bandwidth and a cache, and keeps
 * the other cluster's dirty data in its NVS. A device adapter pair has one adapter in each cluster and
 * two SSA loops that both adapters reach.
 *
 *     host port (bay) -> cluster (processors, bus, cache | the other's NVS) -> adapter -> loop -> rank's drives
 *
 * The structs are open to the models, which are their users; nobody outside models/ includes this.
 */
#ifndef MODELS_MACHINE_H
#define MODELS_MACHINE_H

#include "models/config.h"
#include "models/host_bay.h"
#include "models/loop.h"
#include "models/rank.h"
#include "sim/pool.h"
#include "sim/sim.h"
#include "sim/station.h"
#include "sim/store.h"

struct cache;
struct content;
struct hold;
struct link;
struct pair;
struct paths;
struct pair_listener;
struct relation;
struct track_locks;
struct track_table;

enum { CLUSTERS = 2, ADAPTER_PAIRS = 4, LOOPS = 2, HOST_BAYS = 4 };

struct port {
    struct station *station; /* one transfer at a time */
    const struct port_type *type;
    struct server *server;
    struct host_bay *bay;
    bool failed;
    sim_time wait_ns;        /* by which its bay made transfers longer, since the last restart */
};

struct cluster {
    const struct server_model *model;
    struct station *processors;
    struct station *bus;        /* internal bandwidth, as one server */
    struct cache *cache;        /* directory of the tracks it holds */
    struct store *nvs;          /* room for this cluster's writes, in the other cluster, in bytes */
    struct store *nvs_apart;    /* a part of it for copies before destages (nvs.h); NULL where there are no FlashCopies */
    struct store *mirroring;    /* at most half of the common part: room of writes that may be on their way to a secondary */
    struct rank **ranks;        /* that it owns */
    size_t rank_count;
    int32_t destages_allowed;   /* per rank, by NVS occupancy (destage.c) */
    bool copy_room_wanted;      /* a destage found no room for what has to be copied before it */
    struct relation *copying;   /* a ring of FlashCopy relations that copy in the background (background_copy.c) ... */
    bool copying_waits;         /* ... some for room in NVS ... */
    struct sim_call copying_begins; /* ... and the event with which they begin or go on, scheduled while it has a function */
    int64_t reads, read_hits;   /* host reads looked up, since the last restart */
    int64_t destages;           /* destage operations completed, since the last restart */
};

struct adapter {
    struct station *station;
};

struct server {
    const struct server_config *config;
    bool down;                                        /* has failed: serves no host and no link */
    struct host_bay bays[HOST_BAYS];
    struct cluster clusters[CLUSTERS];
    struct adapter adapters[ADAPTER_PAIRS][CLUSTERS]; /* station NULL where no rank needs it */
    struct loop loops[ADAPTER_PAIRS][LOOPS]; /* without links where no rank needs it */
};

/* A volume, as far as copies and hosts see it. */
struct volume {
    struct pair *pair;          /* that is not simplex on this side; NULL for none */
    bool mirrorable;            /* some pair of the config has it as source ... */
    int64_t portion_tracks;     /* ... so many tracks at once fit half of NVS, here and at each such target; else 0 */
    struct pair *copy_of;       /* that had it as target last, if no host wrote to it since; NULL for none */
    int32_t hosts;              /* workloads that use it now */
    struct hold *hold;          /* of a consistency group; NULL while its writes are not held */
    struct relation *source_of, *target_of; /* the FlashCopy that it is in, since T0; NULL for none */
    struct relation *held_for;  /* the FlashCopy whose establishing holds its I/Os; NULL while none does */
    bool copied_from;           /* some FlashCopy of the config has it as source */
};

/* Who hears what happens to the hardware, to tasks, pairs and workloads. */
struct event_sink {
    void (*happened)(struct event_sink *sink, const char *subject, const char *event, const char *detail);
};

struct machine {
    struct sim *sim;
    const struct config *config;
    struct server *servers;
    struct port *ports;
    struct rank *ranks;
    struct drive_geometry **geometries; /* one a drive type of the config */
    struct pool *disk_ops;      /* struct disk_op */
    struct pool *destages;      /* struct destage */
    struct pool *piece_chunks;  /* struct pieces_chunk */
    struct pool *stage_aheads;  /* struct stage_ahead */
    struct pool *degraded_reads, *lost_pieces; /* rank_read.c */
    struct pool *rebuilds;      /* struct rebuild */
    struct volume *volumes;
    struct link *links;
    struct paths *paths;        /* between logical subsystems */
    struct pair *pairs;         /* by pair of the config, unused where it is a FlashCopy ... */
    struct relation *relations; /* ... and the other way round */
    struct relation *standing;  /* FlashCopies that stand from this instant on ... */
    struct sim_call standing_begins; /* ... and the event that tells of them */
    struct track_locks *locks;  /* tracks being mirrored or copied */
    struct track_locks *copy_locks; /* tracks of FlashCopy targets, being copied to */
    struct track_table *old_tracks; /* tracks of FlashCopy sources, changed and not copied yet: t0.c */
    struct pool *old_track_pool, *t0_copies;
    struct pool *remote_writes, *copies;
    struct pair_listener *pair_listener; /* hears of pairs; NULL for nobody */
    struct content *content;    /* hears where data goes; NULL for nobody */
    struct event_sink *events;  /* hears what happens to the hardware; NULL for nobody */
};

/* Builds the hardware that the config describes. The config must outlive it. */
struct machine *machine_create(struct sim *sim, const struct config *config);
void machine_destroy(struct machine *machine);

/* Begins every account anew (end of warm-up). */
void machine_restart(struct machine *machine);

/* Tells the machine's event sink what happened to whom; the detail is as printf would print it. */
void machine_tell(struct machine *machine, const char *subject, const char *event, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
