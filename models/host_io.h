// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * host_io: the life of one host read or write in the storage server, from issue to completion.
 */
#ifndef MODELS_HOST_IO_H
#define MODELS_HOST_IO_H

#include "models/io_record.h"
#include "models/machine.h"
#include "models/pieces.h"
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
    struct io_times branch;     /* of the drive command that ended last */
    struct rank *rank;          /* that holds the volume */
    struct port *port;
    bool waits;                 /* others are bringing segments that it wants */
    bool drawn;                 /* whether a read hits was drawn ... */
    bool drawn_hit;             /* ... and this is the outcome; else cache content is simulated */
    int64_t first_track, last_track; /* data tracks of the rank that it touches ... */
    int32_t first_segment;      /* ... the first one from here on ... */
    int32_t end_segment;        /* ... the last one up to before this */
    int64_t track;              /* the story's place among them */
    int64_t portion_end;        /* a write's portion: from `track` to before this one */
    struct pieces pieces;       /* that it stages */
    int32_t link;               /* SSA link for them, ANY_LINK but for a sequential stream */
    int64_t room_bytes;         /* taken in NVS */
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

#endif
