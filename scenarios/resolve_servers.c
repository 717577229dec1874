// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Storage servers and their host adapter ports.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/hardware.h"
#include "sim/memory.h"
#include "scenarios/resolve.h"

static bool serial_is_good(const char *serial)
{
    return strlen(serial) == 5 && strspn(serial, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == 5;
}

/* A size that was never sold is simulated all the same, but the user should know. */
static void check_cache(const struct resolver *resolver, const struct catalog_entry *entry)
{
    const struct catalog_value *cache = catalog_value(entry, "cache");
    const struct catalog_value *options = catalog_value(entry, "cache_options");
    for (const struct node *option = options->node->first; option != NULL; option = option->next)
        if (option->integer == cache->node->integer)
            return;
    char *sold = catalog_value_text(options);
    node_warn(cache->node, resolver->diagnostics, "is not a size that the %s was sold with: %s", entry->name, sold);
    free(sold);
}

/* The same for an NVS that is not the model's own. */
static void check_nvs(const struct resolver *resolver, const struct catalog_entry *entry,
                      const struct catalog_entry *model)
{
    const struct catalog_value *nvs = catalog_value(entry, "nvs"), *sold = catalog_value(model, "nvs");
    if (sold == NULL || nvs->node->integer == sold->node->integer)
        return;
    char *text = catalog_value_text(sold);
    node_warn(nvs->node, resolver->diagnostics, "is not the NVS that the %s was sold with: %s", entry->name, text);
    free(text);
}

/* What the server's structure is checked against. */
static void read_structure(struct server_note *note, struct view *view, struct server_config *server)
{
    static const int32_t defined[] = {0, 8, 16}; /* by number of the choice */
    server->fb_lss = defined[view_integer(view, "fb_lss")];
    server->loop_drives = (int32_t)hardware_integer(note->entry, "drives_per_loop");
    server->drives = (int32_t)hardware_integer(note->entry, "drives");
}

static void add_server(struct resolver *resolver, const struct node *node)
{
    struct config *config = resolver->config;
    size_t index = config->server_count;
    config->servers = memory_grow(config->servers, index, sizeof config->servers[0]);
    resolver->servers = memory_grow(resolver->servers, index, sizeof resolver->servers[0]);
    config->server_count++;
    struct server_config *server = &config->servers[index];
    struct server_note *note = &resolver->servers[index];
    server->serial = memory_text("%s", node->key);
    note->node = node;
    note->last_link = -1;
    if (!serial_is_good(node->key))
        node_key_error(node, resolver->diagnostics,
                       "\"%.40s\" is no serial number, allowed are exactly 5 characters A-Z and 0-9", node->key);
    struct view view = {resolver->tree, node, SECTION_SERVER, true};
    const char *model = view_text(&view, "model");
    if (!view.known)
        return;
    const struct node *at = view_node(&view, "model");
    const struct catalog_entry *entry =
        catalog_require(resolver->catalog, CATALOG_SERVERS, model, at != NULL ? at : node, resolver->diagnostics);
    if (entry == NULL)
        return;
    note->entry = catalog_derive(resolver->catalog, entry, entry->name, node);
    note->known = hardware_server_model(note->entry, &server->model, resolver->diagnostics);
    read_structure(note, &view, server);
    if (!note->known)
        return;
    check_cache(resolver, note->entry);
    check_nvs(resolver, note->entry, entry);
}

void resolve_servers(struct resolver *resolver)
{
    const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
    if (servers == NULL)
        return;
    if (servers->count > SERVERS_MAX) {
        node_error(servers, resolver->diagnostics, "are %zu, allowed are at most %d", servers->count, SERVERS_MAX);
        return;
    }
    for (const struct node *node = servers->first; node != NULL; node = node->next)
        add_server(resolver, node);
}

/* ---- ports ---- */

/* What stands in a server's bays so far. */
struct bays {
    const struct node *ports[BAY_COUNT][SLOT_COUNT][2]; /* by bay, slot, port */
    const struct node *adapter[BAY_COUNT][SLOT_COUNT];  /* the first port named on the adapter ... */
    int32_t type[BAY_COUNT][SLOT_COUNT];                /* ... and its type */
};

int32_t resolve_port_type(struct resolver *resolver, const char *name, const struct node *at)
{
    struct config *config = resolver->config;
    const struct catalog_entry *entry =
        catalog_require(resolver->catalog, CATALOG_PORTS, name, at, resolver->diagnostics);
    if (entry == NULL)
        return -1;
    for (size_t i = 0; i < config->port_type_count; i++)
        if (resolver->port_entries[i] == entry)
            return (int32_t)i;
    struct port_type type = {0};
    if (!hardware_port_type(entry, &type, resolver->diagnostics))
        return -1;
    config->port_types = memory_grow(config->port_types, config->port_type_count, sizeof config->port_types[0]);
    resolver->port_entries =
        memory_grow(resolver->port_entries, config->port_type_count, sizeof resolver->port_entries[0]);
    config->port_types[config->port_type_count] = type;
    resolver->port_entries[config->port_type_count] = entry;
    return (int32_t)config->port_type_count++;
}

/* Checks a port against the adapter it is on and the ports before it. */
static bool check_port(const struct resolver *resolver, struct bays *bays, const struct port_config *port,
                       const struct node *node)
{
    const struct port_type *type = &resolver->config->port_types[port->type];
    if (port->port >= type->ports_per_adapter) {
        node_key_error(node, resolver->diagnostics, "port %d is not on %s adapters, which have %d port%s, from 0",
                       (int)port->port, type->name, (int)type->ports_per_adapter,
                       type->ports_per_adapter > 1 ? "s" : "");
        return false;
    }
    const struct node *other = bays->adapter[port->bay][port->slot];
    if (other != NULL && bays->type[port->bay][port->slot] != port->type) {
        node_key_error(node, resolver->diagnostics,
                       "bay %d slot %d holds a %s adapter (%.60s), allowed is one adapter in a slot", (int)port->bay,
                       (int)port->slot, resolver->config->port_types[bays->type[port->bay][port->slot]].name,
                       other->key);
        return false;
    }
    const struct node **here = &bays->ports[port->bay][port->slot][port->port];
    if (*here != NULL) {
        node_key_error(node, resolver->diagnostics,
                       "is in the place of %.60s: bay %d slot %d port %d; allowed is one name for a port", (*here)->key,
                       (int)port->bay, (int)port->slot, (int)port->port);
        return false;
    }
    *here = bays->adapter[port->bay][port->slot] = node;
    bays->type[port->bay][port->slot] = port->type;
    return true;
}

static void take_slot(struct server_note *server, const struct port_config *port)
{
    struct slot *slot = &server->slots[port->bay][port->slot];
    slot->taken = true;
    slot->type = port->type;
    slot->ports |= (uint8_t)(1u << port->port);
}

void resolve_ports(struct resolver *resolver, size_t server)
{
    struct config *config = resolver->config;
    struct bays bays = {0};
    resolver->servers[server].first_port = config->port_count;
    const struct node *ports = resolve_section(resolver, resolver->servers[server].node, "ports");
    for (const struct node *node = ports != NULL ? ports->first : NULL; node != NULL; node = node->next) {
        size_t index = config->port_count++;
        config->ports = memory_grow(config->ports, index, sizeof config->ports[0]);
        resolver->ports = memory_grow(resolver->ports, index, sizeof resolver->ports[0]);
        struct view view = {resolver->tree, node, SECTION_PORT, node->valid};
        struct port_config *port = &config->ports[index];
        *port = (struct port_config){
            .name = memory_text("%s", node->key),
            .server = (int32_t)server,
            .bay = (int32_t)view_integer(&view, "bay"),
            .slot = (int32_t)view_integer(&view, "slot"),
            .port = (int32_t)view_integer(&view, "port"),
        };
        const struct node *at = view_node(&view, "type");
        port->type = resolve_port_type(resolver, view_text(&view, "type"), at != NULL ? at : node);
        bool known = view.known && port->type >= 0 && check_port(resolver, &bays, port, node);
        resolver->ports[index] = (struct note){node, known};
        if (known)
            take_slot(&resolver->servers[server], port);
    }
}
