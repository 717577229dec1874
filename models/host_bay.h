// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * host_bay: the bus of a host adapter bay, which all transfers of its ports share.
 *
 * A transfer passes the bus while its port or link carries it, so that an idle bay takes no time of its own; once
 * more comes than the bus can pass, transfers end when their last byte is through. It passes bytes in the order in
 * which transfers begin. (SG24-5757 4.10.3: spread the adapters over the bays, so that the load does over their
 * busses.)
 */
#ifndef MODELS_HOST_BAY_H
#define MODELS_HOST_BAY_H

#include <stdint.h>

#include "sim/time.h"

struct host_bay {
    char *name;             /* SERIAL/bay.2 */
    int64_t bytes_per_s;    /* 0: takes no time */
    int32_t ports;          /* of the config, in it */
    sim_time free_ns;       /* when all that has begun is through */
    sim_time busy_ns;       /* passing bytes, since the last restart ... */
    sim_time wait_ns;       /* ... time by which it made transfers longer ... */
    int64_t transfers;      /* ... and their number */
};

/* The time that a transfer beginning at `now` takes, `own_ns` of it anyway. */
sim_time host_bay_pass(struct host_bay *bay, sim_time now, int64_t bytes, sim_time own_ns);

/* Passing time since the last restart that lies before `now`. */
sim_time host_bay_busy_ns(const struct host_bay *bay, sim_time now);

/* Begins its account anew. */
void host_bay_restart(struct host_bay *bay, sim_time now);

#endif
