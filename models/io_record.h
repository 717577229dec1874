// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * io_record: one finished host I/O, as the trace, the summary and the digest see it.
 *
 * A value. The parts say where the response time went; they add up to it exactly, in ns.
 */
#ifndef MODELS_IO_RECORD_H
#define MODELS_IO_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/time.h"

enum io_op { IO_READ = 0, IO_WRITE = 1 };

enum io_error {
    IO_OK = 0,
    IO_RANK_LOST = 1,       /* its rank had lost two drives */
    IO_SERVER_DOWN = 2,     /* its server had failed */
    IO_NO_PORT = 3,         /* none of the host's ports worked */
    IO_NOT_MIRRORED = 4,    /* a write that its pair's secondary did not acknowledge */
    IO_WRITE_INHIBITED = 5, /* a write to a critical volume that cannot be mirrored */
    IO_SECONDARY = 6,       /* its volume is a pair's target, which takes no host I/O */
    IO_ERROR_COUNT
};

/* How an I/O ended, in a word: "ok", "rank_lost" ... */
const char *io_error_name(enum io_error error);

/*
 * Where an I/O can spend its time: waiting for a component (…_QUEUE, …_WAIT) or served by it. Where
 * an I/O fans out (a read over two drives), the parts are those of the branch that ended last.
 */
enum io_part {
    PART_PORT_QUEUE,      /* waiting for the host port */
    PART_PORT,            /* port protocol and data transfer */
    PART_PROCESSOR_QUEUE, /* waiting for one of the cluster's processors */
    PART_PROCESSOR,       /* executed by a cluster processor */
    PART_BUS_QUEUE,       /* waiting for the cluster's internal bandwidth */
    PART_BUS,             /* moved inside the cluster */
    PART_CACHE_WAIT,      /* waiting for a staging of the track that was under way */
    PART_NVS_WAIT,        /* write waiting for room in NVS */
    PART_ADAPTER_QUEUE,   /* waiting for the device adapter */
    PART_ADAPTER,         /* device adapter command and XOR */
    PART_LOOP_QUEUE,      /* waiting for an SSA link */
    PART_LOOP,            /* transfer on the SSA loop */
    PART_DRIVE_QUEUE,     /* waiting for the drive */
    PART_DRIVE_OVERHEAD,  /* the drive's command overhead */
    PART_SEEK,            /* arm movement, head and cylinder switches */
    PART_ROTATION,        /* rotational latency */
    PART_TRANSFER,        /* media transfer */
    PART_TRACK_WAIT,      /* write waiting for an earlier one to its track to be acknowledged, or copied */
    PART_LINK_QUEUE,      /* waiting for a link to the secondary */
    PART_LINK,            /* on the link: exchanges, data and overhead */
    PART_SECONDARY_QUEUE, /* waiting for the secondary's processors and bandwidth */
    PART_SECONDARY,       /* executed and moved in the secondary */
    PART_SECONDARY_NVS_WAIT, /* waiting for room in the secondary's NVS */
    PART_CONSISTENCY_WAIT,   /* held by a consistency group */
    PART_ESTABLISH_WAIT,     /* held while a FlashCopy is established */
    PART_COPY_WAIT,          /* write waiting until the track it changes is copied for a FlashCopy */
    PART_COUNT
};

/* One part's column name (`part_NAME` in a run file) and what it means, in a phrase. */
struct io_part_info {
    const char *name;
    const char *description;
};
extern const struct io_part_info io_part_info[PART_COUNT];

struct io_record {
    int64_t id;              /* numbered from 0 in order of issue */
    sim_time issue_ns;       /* when the host issued it */
    sim_time response_ns;    /* completion - issue */
    int64_t offset_blocks;   /* on its volume, blocks of 512 B */
    int32_t length_bytes;    /* > 0, a multiple of 512 */
    uint16_t workload;       /* index in the config's list, as are volume and host */
    uint16_t host;
    uint32_t volume;
    uint16_t replication;    /* of the run, from 0 */
    uint8_t op;              /* enum io_op */
    uint8_t error;           /* enum io_error */
    bool measured;           /* completed in [warmup, warmup + duration) */
    sim_time part_ns[PART_COUNT];
};

#endif
