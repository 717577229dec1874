// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/host.h"

static struct port *port_at(const struct host *host, struct machine *machine, size_t position)
{
    return &machine->ports[host->config->ports[position]];
}

static struct port *least_busy(const struct host *host, struct machine *machine)
{
    struct port *best = port_at(host, machine, 0);
    for (size_t i = 1; i < host->config->port_count; i++) {
        struct port *port = port_at(host, machine, i);
        if (station_queue(port->station) + station_busy(port->station) <
            station_queue(best->station) + station_busy(best->station))
            best = port;
    }
    return best;
}

struct port *host_choose_port(struct host *host, struct machine *machine)
{
    switch (host->config->policy) {
    case PATH_LEAST_BUSY:
        return least_busy(host, machine);
    case PATH_FAILOVER:
        return port_at(host, machine, 0);
    case PATH_ROUND_ROBIN:
        break;
    }
    size_t position = host->next;
    host->next = (position + 1) % host->config->port_count;
    return port_at(host, machine, position);
}
