// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * address: which volume and which blocks a workload's next I/O goes to, and whether it reads or writes.
 *
 * Each choice has a random stream of its own, named after the workload, so that a change elsewhere in
 * the scenario, or in how a workload arrives, leaves it alone. The words are fio's: random I/O picks a
 * volume and an aligned block, by zipf's law if asked (over the blocks of each volume, scrambled);
 * sequential I/O goes round the volumes, each with its own position, which wraps at the end.
 */
#ifndef MODELS_ADDRESS_H
#define MODELS_ADDRESS_H

#include "models/config.h"
#include "models/io_record.h"
#include "sim/rng.h"

struct address_stream;

/* The stream of workload `index`; `purpose` tells streams of one workload apart ("run", "warm"). The config
 * must outlive it. */
struct address_stream *address_create(const struct config *config, size_t index, uint64_t seed,
                                      const char *purpose);
void address_destroy(struct address_stream *stream);

/* Fills in the record's volume, offset, length and op. */
void address_next(struct address_stream *stream, struct io_record *record);

/* Lets a sequential workload go on where another stream of the same workload stands. */
void address_go_on(struct address_stream *stream, const struct address_stream *from);

#endif
