// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * host: a server's user, and through which of its ports each I/O goes.
 */
#ifndef MODELS_HOST_H
#define MODELS_HOST_H

#include "models/machine.h"

struct host {
    const struct host_config *config;
    size_t next; /* round robin: position in its list of ports */
};

/* The port for the next I/O by the host's policy, of those that work: in turn, the one with the fewest I/Os waiting or
 * served (the first of equals), or the first. NULL when none works, or the server has failed. */
struct port *host_choose_port(struct host *host, struct machine *machine);

#endif
