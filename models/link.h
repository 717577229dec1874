// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * link: an ESCON link between two servers, in one direction.
 *
 * One remote write at a time holds it, for the exchanges of the protocol over its distance, the data and the
 * overhead; the others stand in its line. Its data passes the host adapter bays of the ports at both its ends
 * meanwhile. Where the secondary's port is shared with other links, a write holds that too. A link works while
 * neither it nor a port or server at its ends has failed.
 *
 * Sources: SG24-5757 4.4.1, 4.10.1; the droop of the rate is that of host ESCON (docs/models.md).
 */
#ifndef MODELS_LINK_H
#define MODELS_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "models/config.h"
#include "sim/station.h"

struct machine;
struct port;

struct link {
    const struct link_config *config;
    struct station *station;    /* one write at a time */
    struct port *from, *to;
    bool shares_port;           /* `to` serves other links or a host too: each write holds its station */
    bool failed;                /* the link itself */
    bool up;                    /* works: nor has anything at its ends failed */
    uint32_t cuts;              /* times that it went down: a write that spans one is lost */
    sim_time wait_ns;           /* of the time it was held: waiting for the shared port, made longer by a bay; since the
                                   last restart */
    int64_t writes, copies;     /* carried since the last restart: remote writes, copied tracks ... */
    int64_t bytes;              /* ... and their data */
};

/* The rate at which a link of this type carries data over a distance, in bytes a second. */
double link_rate(const struct link_type *type, int64_t distance_m);

/* How long a write of `bytes` (>= 0) holds an idle link. */
sim_time link_hold_ns(const struct link_type *type, int64_t distance_m, int64_t bytes);

/* Builds link `index` of the machine's config; its ports are built already. */
void link_init(struct link *link, struct machine *machine, size_t index);
void link_destroy(struct link *link);
void link_restart(struct link *link);

/* Fails or repairs the link itself; or looks again whether it is up once something at its ends has changed, and tells
 * what came of it. Logical paths and pairs hear of either. */
void link_set_failed(struct machine *machine, struct link *link, bool failed);
void link_look_again(struct machine *machine, struct link *link);

#endif
