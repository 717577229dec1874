// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * dirt: how much dirty data the ranks live with, as far as it can be told before a run.
 *
 * A rank that can drain what is written to it keeps what was written within destage_age: rewritten segments once.
 * Others live with what NVS holds at its low threshold. Which they are is found out by drawing what the workloads do
 * in that time, from address streams of its own.
 */
#ifndef MODELS_DIRT_H
#define MODELS_DIRT_H

#include "models/machine.h"
#include "models/workload.h"

/* A drawn I/O, as the cache sees it. */
struct drawn {
    const struct volume_config *volume;
    struct rank *rank;
    int64_t first_segment, last_segment; /* of the rank */
    bool write;
};

/* What the record, of which volume, op, offset and length are set, touches. */
struct drawn drawn_io(struct machine *machine, const struct io_record *record);

/* The first and the last track of its rank that it touches. */
int64_t drawn_first_track(const struct drawn *drawn);
int64_t drawn_last_track(const struct drawn *drawn);

/* Fills in, by rank, the bytes of dirty data that it keeps; INFINITY where only NVS's low threshold bounds them.
 * `cache_room` is how many segments all caches hold together. */
void dirt_forecast(struct machine *machine, const struct workload *workloads, size_t count, int64_t cache_room,
                   uint64_t seed, double *bytes);

#endif
