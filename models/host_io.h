// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * host_io: the life of one host read or write in the storage server, from issue to completion.
 *
 * What happens in between stands in host_read.c and host_write.c.
 */
#ifndef MODELS_HOST_IO_H
#define MODELS_HOST_IO_H

#include "models/io_record.h"
#include "models/machine.h"
#include "models/remote_write.h"
#include "models/span.h"
#include "models/staging.h"
#include "models/times.h"
#include "sim/activity.h"

/* Where finished I/Os go. */
struct io_sink {
    void (*completed)(struct io_sink *sink, struct io_record *record);
};

struct host_io {
    struct activity activity;
    struct host_io_pool *home;
    struct io_record record;
    struct io_times times;
    struct span span;           /* that it touches */
    struct volume *volume;
    struct port *port;
    int64_t track;              /* the story's place in the span */
    /* of a read */
    bool waits;                 /* others are bringing segments that it wants */
    bool drawn;                 /* whether a read hits was drawn ... */
    bool drawn_hit;             /* ... and this is the outcome; else cache content is simulated */
    int32_t link;               /* SSA link for what it stages, ANY_LINK but for a sequential stream */
    struct staging staging;     /* what it stages */
    /* of a write */
    int64_t portion_end;        /* its portion: from `track` to before this one ... */
    int64_t locked_end;         /* ... and up to before this one locked */
    int64_t room_bytes;         /* taken in NVS */
    int64_t share_bytes;        /* taken of what writes to secondaries may have of it */
    struct pair *pair;          /* that mirrors the portion */
    bool mirrored;              /* the portion goes to the secondary too */
    /* From here on nothing is set before it is used: clearing it would cost each I/O. */
    struct io_times branch;     /* of a read: of the drive command that ended last */
    struct remote_report remote; /* of a write: what became of it there */
};

/* What all I/Os of a run share. */
struct host_io_pool {
    struct machine *machine;
    struct io_sink *sink;
    struct pool *ios;
    int64_t issued, completed;
};

void host_io_pool_init(struct host_io_pool *pool, struct machine *machine, struct io_sink *sink);
void host_io_pool_destroy(struct host_io_pool *pool);

/*
 * An I/O issued now, ready to be started or forked. The record's workload, host, volume, op, offset and
 * length are the caller's, and must lie on the volume; the rest is filled in. It ends by telling the
 * sink and going back to the pool.
 */
struct host_io *host_io_create(struct host_io_pool *pool, const struct io_record *record, struct port *port);

/* ---- for the two stories ---- */

void host_read_story(struct activity *self);
void host_write_story(struct activity *self);

/* Why the I/O cannot be done now: its rank is lost, its server down, its volume a pair's target; IO_OK for nothing. */
enum io_error host_io_refusal(const struct host_io *io);

/* What its bytes take on the cluster's bus. */
sim_time host_io_bus_ns(const struct host_io *io);

/* How long the port, seized now, is held for `protocol_ns` and the I/O's bytes, which pass the bay meanwhile. */
sim_time host_io_transfer_ns(struct host_io *io, sim_time protocol_ns);

/* It ends now: checks that its parts add up, and tells the sink. */
void host_io_complete(struct host_io *io);

#endif
