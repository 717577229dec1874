// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/link.h"

#include <stdlib.h>

#include "models/machine.h"
#include "models/paths.h"

/* ---- its protocol ---- */

static sim_time round_trip_ns(const struct link_type *type, int64_t distance_m)
{
    return 2 * type->propagation_ns * distance_m / 1000;
}

/* From a window's first byte to the next window's, where the sender waits for its acknowledgement. */
static sim_time window_ns(const struct link_type *type, int64_t distance_m)
{
    return round_trip_ns(type, distance_m) + type->turnaround_ns;
}

double link_rate(const struct link_type *type, int64_t distance_m)
{
    double rate = (double)type->bytes_per_s;
    if (type->window_bytes == 0)
        return rate;
    double windowed = (double)type->window_bytes * 1e9 / (double)window_ns(type, distance_m);
    return windowed < rate ? windowed : rate;
}

static sim_time data_ns(const struct link_type *type, int64_t distance_m, int64_t bytes)
{
    sim_time ns = sim_transfer_ns(bytes, type->bytes_per_s);
    if (type->window_bytes == 0)
        return ns;
    sim_time windowed = (bytes * window_ns(type, distance_m) + type->window_bytes - 1) / type->window_bytes;
    return windowed > ns ? windowed : ns;
}

sim_time link_hold_ns(const struct link_type *type, int64_t distance_m, int64_t bytes)
{
    int64_t frames = 1;
    if (type->frame_bytes > 0 && bytes > 0)
        frames = (bytes + type->frame_bytes - 1) / type->frame_bytes;
    return type->exchanges * round_trip_ns(type, distance_m) + type->overhead_ns + frames * type->frame_ns +
           data_ns(type, distance_m, bytes);
}

/* ---- its state ---- */

static bool works(const struct link *link)
{
    return !link->failed && !link->from->failed && !link->to->failed && !link->from->server->down &&
           !link->to->server->down;
}

/* Whether another link ends at the same port, or a host uses it too. */
static bool shares_port(const struct config *config, size_t index)
{
    int32_t port = config->links[index].to_port;
    for (size_t i = 0; i < config->link_count; i++)
        if (i != index && config->links[i].to_port == port)
            return true;
    for (size_t i = 0; i < config->host_count; i++)
        for (size_t j = 0; j < config->hosts[i].port_count; j++)
            if (config->hosts[i].ports[j] == port)
                return true;
    return false;
}

void link_init(struct link *link, struct machine *machine, size_t index)
{
    const struct link_config *config = &machine->config->links[index];
    *link = (struct link){
        .config = config,
        .station = station_create(machine->sim, config->name, 1),
        .from = &machine->ports[config->from_port],
        .to = &machine->ports[config->to_port],
        .shares_port = shares_port(machine->config, index),
        .up = true,
    };
}

void link_destroy(struct link *link)
{
    station_destroy(link->station);
}

void link_restart(struct link *link)
{
    station_restart(link->station);
    link->wait_ns = 0;
    link->writes = link->copies = link->bytes = 0;
}

static void look_again(struct machine *machine, struct link *link)
{
    bool up = works(link);
    if (up == link->up)
        return;
    link->up = up;
    link->cuts += !up;
    paths_link_changed(machine, link);
}

void link_look_again(struct machine *machine, struct link *link)
{
    const struct server_config *servers = machine->config->servers;
    bool up = works(link);
    if (up != link->up)
        machine_tell(machine, link->config->name, up ? "link up" : "link down", "%s to %s",
                     servers[link->config->from].serial, servers[link->config->to].serial);
    look_again(machine, link);
}

void link_set_failed(struct machine *machine, struct link *link, bool failed)
{
    link->failed = failed;
    look_again(machine, link);
}
