// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/host.h"

static struct port *port_at(const struct host *host, struct machine *machine, size_t position)
{
    return &machine->ports[host->config->ports[position]];
}

/* The position of the first that works, from one on and then from the first; the ports' number for none. */
static size_t first_working(const struct host *host, struct machine *machine, size_t from)
{
    size_t count = host->config->port_count;
    for (size_t i = 0, position = from; i < count; i++) {
        if (!port_at(host, machine, position)->failed)
            return position;
        position = position + 1 < count ? position + 1 : 0;
    }
    return count;
}

static int64_t load_of(const struct port *port)
{
    return station_queue(port->station) + station_busy(port->station);
}

static struct port *least_busy(const struct host *host, struct machine *machine)
{
    struct port *best = NULL;
    for (size_t i = 0; i < host->config->port_count; i++) {
        struct port *port = port_at(host, machine, i);
        if (!port->failed && (best == NULL || load_of(port) < load_of(best)))
            best = port;
    }
    return best;
}

struct port *host_choose_port(struct host *host, struct machine *machine)
{
    size_t count = host->config->port_count;
    if (machine->servers[host->config->server].down)
        return NULL;
    if (host->config->policy == PATH_LEAST_BUSY)
        return least_busy(host, machine);
    bool in_turn = host->config->policy == PATH_ROUND_ROBIN;
    size_t position = first_working(host, machine, in_turn ? host->next : 0);
    if (position == count)
        return NULL;
    host->next = position + 1 < count ? position + 1 : 0;
    return port_at(host, machine, position);
}
