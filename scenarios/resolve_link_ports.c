// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Host adapter ports that are added for links: spread over the bays, since all in a bay share its bus.
 *
 * The first goes to bay 0, the next to bay 1 and so on round the four; where that bay is full, to the next that is not.
 * In a bay it takes the free port of an adapter that was added for links, else an empty slot, else the free port of
 * any other adapter of its type. Ports that the scenario places stand there before.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/resolve.h"
#include "sim/memory.h"

/* A port's place. */
struct port_place {
    int bay, slot, port; /* port -1: there is none */
};

/* The first free port of an adapter, -1: none. */
static int free_port(const struct slot *slot, int32_t ports)
{
    for (int port = 0; port < ports; port++)
        if ((slot->ports & 1u << port) == 0)
            return port;
    return -1;
}

enum choice { ADAPTER_OF_LINKS, EMPTY_SLOT, OTHER_ADAPTER, CHOICE_COUNT };

static bool suits(const struct slot *slot, enum choice choice, int32_t type)
{
    if (choice == EMPTY_SLOT)
        return !slot->taken;
    return slot->taken && slot->type == type && slot->of_links == (choice == ADAPTER_OF_LINKS);
}

static struct port_place place_in_bay(const struct server_note *server, int bay, int32_t type, int32_t ports)
{
    for (int choice = 0; choice < CHOICE_COUNT; choice++) {
        for (int slot = 0; slot < SLOT_COUNT; slot++) {
            const struct slot *here = &server->slots[bay][slot];
            int port = suits(here, (enum choice)choice, type) ? free_port(here, ports) : -1;
            if (port >= 0)
                return (struct port_place){bay, slot, port};
        }
    }
    return (struct port_place){.port = -1};
}

static struct port_place find_place(const struct server_note *server, int32_t type, int32_t ports)
{
    struct port_place place = {.port = -1};
    for (int i = 0; i < BAY_COUNT && place.port < 0; i++)
        place = place_in_bay(server, (server->link_ports + i) % BAY_COUNT, type, ports);
    return place;
}

int32_t resolve_link_port(struct resolver *resolver, size_t server, int32_t type, char *name, const struct node *link)
{
    struct config *config = resolver->config;
    struct server_note *note = &resolver->servers[server];
    struct port_place place = find_place(note, type, config->port_types[type].ports_per_adapter);
    if (place.port < 0) {
        free(name);
        return -1;
    }
    struct slot *slot = &note->slots[place.bay][place.slot];
    slot->of_links = !slot->taken || slot->of_links;
    slot->taken = true;
    slot->type = type;
    slot->ports |= (uint8_t)(1u << place.port);
    note->link_ports++;
    size_t index = config->port_count++;
    config->ports = memory_grow(config->ports, index, sizeof config->ports[0]);
    resolver->ports = memory_grow(resolver->ports, index, sizeof resolver->ports[0]);
    resolver->port_uses = memory_grow(resolver->port_uses, index, sizeof resolver->port_uses[0]);
    config->ports[index] = (struct port_config){.name = name,
                                                .server = (int32_t)server,
                                                .bay = place.bay,
                                                .slot = place.slot,
                                                .port = place.port,
                                                .type = type};
    resolver->ports[index] = (struct note){link, true};
    return (int32_t)index;
}

int32_t resolve_port(const struct resolver *resolver, size_t server, const char *name)
{
    const struct config *config = resolver->config;
    const struct node *ports = resolve_section(resolver, resolver->servers[server].node, "ports");
    const struct node *port = ports != NULL ? tree_find(resolver->tree, ports, name) : NULL;
    if (port != NULL)
        return (int32_t)(resolver->servers[server].first_port + port->index);
    for (size_t i = resolver->written_ports; i < config->port_count; i++)
        if (config->ports[i].server == (int32_t)server && strcmp(config->ports[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}
