// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * loop: an SSA loop, a few read links and a few write links, each with a line of its own.
 *
 * A transfer takes one link. Ordinary commands take the least busy one; those of a sequential stream all take
 * the stream's, so that one stream never gets more than one link's rate.
 */
#ifndef MODELS_LOOP_H
#define MODELS_LOOP_H

#include <stdint.h>

#include "sim/sim.h"
#include "sim/station.h"

/* For commands that may take any link. */
enum { ANY_LINK = -1 };

/* The links of one direction. */
struct links {
    char *name;              /* SERIAL/loop.0A/read */
    struct station **link;   /* each serves one transfer at a time */
    int32_t count;
};

struct loop {
    struct links read, write; /* no links where no rank needs the loop */
    int32_t next_link;        /* for the next sequential stream */
};

/* Builds the loop's links; `name` (SERIAL/loop.0A) is copied. */
void loop_init(struct loop *loop, struct sim *sim, const char *name, int32_t read_links, int32_t write_links);
void loop_destroy(struct loop *loop);

/* The link number `link` (>= 0; beyond the last they are counted anew from the first). With ANY_LINK the one with
 * the fewest transfers waiting and under way; of equals the first. */
struct station *links_choose(const struct links *links, int32_t link);

/* Begins the links' accounts anew. */
void loop_restart(struct loop *loop);

#endif
