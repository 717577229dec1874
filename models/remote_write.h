// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * remote_write: data on its way to a PPRC pair's secondary, from the primary's processors to the secondary's NVS.
 *
 * Steps 2 and 3 of the write cycle (SG24-5757 figure 11; the whole of it is told in host_write.c), which host
 * writes and copies of tracks share. Its times go to the parts of the write that waits for it. When the pair
 * fails or is suspended, all writes on their way are given up at once (remote_write_give_up()): from then on
 * none of them changes anything on the secondary, wherever it stands.
 */
#ifndef MODELS_REMOTE_WRITE_H
#define MODELS_REMOTE_WRITE_H

#include "models/span.h"
#include "models/times.h"

struct pair;
struct remote_write;

enum remote_outcome {
    REMOTE_PENDING,
    REMOTE_ACKNOWLEDGED, /* the secondary has it in NVS, and the primary knows */
    REMOTE_CUT,          /* the pair was suspended or terminated by a task */
    REMOTE_FAILED,       /* the pair failed: no path left, timeout, or a secondary volume that cannot be written */
};

/* For whoever waits. */
struct remote_report {
    enum remote_outcome outcome;
    struct io_times times; /* from its start to its end; begun by the caller, as its own are */
};

/*
 * Sends the tracks [track, end) of the source volume, numbered from its first one, to the pair's target: what the host
 * write of the record has of them, or where that is NULL, the whole tracks as they are. The record must live until
 * `parent` is woken: once report->outcome is no longer pending, which may be so at the return already.
 */
void remote_write_start(struct pair *pair, const struct io_record *record, int64_t track, int64_t end,
                        struct activity *parent, struct remote_report *report);

/* Gives up all the pair's writes on their way, with this outcome. */
void remote_write_give_up(struct pair *pair, enum remote_outcome outcome);

extern const size_t remote_write_bytes; /* for their pool */

#endif
