// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What fails and is repaired, by name: a link or a group of them, a server, a site, a port, a drive of a rank.
 *
 * A name without SERIAL/ is a link's first, then a server's, a site's, and only then a port's or a rank's drive; these
 * can always be told apart by the serial number before them.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/nearest.h"
#include "scenarios/resolve.h"
#include "scenarios/targets.h"
#include "sim/memory.h"

#define ALLOWED_TARGETS "allowed are a link (e or e.0), SERIAL/PORT, SERIAL, a site, or a drive: SERIAL/RANK.DRIVE"

enum { NOWHERE = SERVERS_MAX };

static void add_target(struct target_list *list, enum fault_kind kind, int32_t index, int32_t drive, char *name)
{
    list->targets = memory_grow(list->targets, list->count, sizeof list->targets[0]);
    list->targets[list->count++] = (struct fault_target){kind, index, drive, name};
}

static void add_server(const struct resolver *resolver, struct target_list *list, size_t server)
{
    add_target(list, FAULT_SERVER, (int32_t)server, 0, memory_text("%s", resolver->config->servers[server].serial));
}

/* ---- names that nothing has ---- */

static void offer_members(struct nearest *nearest, const struct node *map)
{
    for (const struct node *member = map != NULL ? map->first : NULL; member != NULL; member = member->next)
        nearest_offer(nearest, member->key);
}

static void refuse(const struct resolver *resolver, const struct member_name *name, const struct node *at)
{
    const struct node *root = tree_root(resolver->tree), *servers = resolve_section(resolver, root, "servers");
    struct nearest nearest = {.word = name->name}, rank = {.word = name->name};
    bool printed = diagnostics_errors(resolver->diagnostics) < DIAGNOSTICS_KEPT;
    if (printed && name->serial == NULL) {
        offer_members(&nearest, resolve_section(resolver, root, "links"));
        offer_members(&nearest, resolve_section(resolver, root, "sites"));
        offer_members(&nearest, servers);
    }
    for (const struct node *server = printed && servers != NULL ? servers->first : NULL; server != NULL;
         server = server->next) {
        if (name->serial != NULL && strcmp(server->key, name->serial) != 0)
            continue;
        offer_members(&nearest, resolve_section(resolver, server, "ports"));
        offer_members(&rank, resolve_section(resolver, server, "ranks"));
    }
    bool drive = rank.best != NULL && (nearest.best == NULL || rank.distance < nearest.distance);
    const char *best = drive ? rank.best : nearest.best;
    node_error(at, resolver->diagnostics, "\"%.60s\" is nothing that can fail%s%.60s%s; " ALLOWED_TARGETS, at->text,
               best != NULL ? " (did you mean " : "", best != NULL ? best : "",
               best == NULL ? "" : drive ? ".DRIVE?)" : "?)");
}

/* ---- parts of servers ---- */

static bool add_drive(const struct resolver *resolver, const struct member_name *name, size_t server,
                      const struct node *rank, const struct node *at, struct target_list *list)
{
    if (name->member == NULL || strlen(name->member) != 1 || strspn(name->member, "01234567") != 1) {
        node_error(at, resolver->diagnostics, "\"%.60s\" is no drive of an eight-pack, allowed are %.60s.0 to %.60s.7",
                   name->member != NULL ? name->member : at->text, name->name, name->name);
        return false;
    }
    int32_t drive = name->member[0] - '0';
    add_target(list, FAULT_DRIVE, (int32_t)(resolver->servers[server].first_rank + rank->index), drive,
               memory_text("%s/%s.%d", resolver->config->servers[server].serial, name->name, (int)drive));
    return true;
}

/* A rank's drive or a port of the server; ports that were added for links have their links' names. */
static bool add_part(const struct resolver *resolver, const struct member_name *name, size_t server,
                     const struct node *at, struct target_list *list)
{
    const struct node *ranks = resolve_section(resolver, resolver->servers[server].node, "ranks");
    const struct node *rank = ranks != NULL ? tree_find(resolver->tree, ranks, name->name) : NULL;
    const char *slash = strchr(at->text, '/');
    const char *whole = slash != NULL ? slash + 1 : at->text;
    int32_t port = resolve_port(resolver, server, whole);
    if (port >= 0 && (rank == NULL || name->member == NULL)) {
        add_target(list, FAULT_PORT, port, 0,
                   memory_text("%s/%s", resolver->config->servers[server].serial, whole));
        return true;
    }
    if (rank != NULL)
        return add_drive(resolver, name, server, rank, at, list);
    refuse(resolver, name, at);
    return false;
}

/* SERIAL/..., or the only server that has such a rank or port. */
static bool add_qualified(const struct resolver *resolver, const struct member_name *name, const struct node *at,
                          struct target_list *list)
{
    /* SERIAL/cluster.0 is a cluster, even where a rank has that name. */
    if (name->serial != NULL && strcmp(name->name, "cluster") == 0 && name->member != NULL) {
        node_error(at, resolver->diagnostics,
                   "failures of clusters are not modelled yet in this version; " ALLOWED_TARGETS);
        return false;
    }
    size_t server = resolve_owner(resolver, name, name->member != NULL ? "ranks" : "ports", NOWHERE, at);
    if (server == NOWHERE && name->member == NULL)
        server = resolve_owner(resolver, name, "ranks", NOWHERE, at);
    if (server == SIZE_MAX)
        return false;
    if (server < resolver->config->server_count)
        return add_part(resolver, name, server, at, list);
    refuse(resolver, name, at);
    return false;
}

/* ---- all names ---- */

static bool add_links(struct resolver *resolver, const struct node *at, struct target_list *list)
{
    size_t first = 0, count = 0;
    if (!resolve_link_name(resolver, at->text, at, &first, &count))
        return false;
    for (size_t i = first; i < first + count; i++)
        add_target(list, FAULT_LINK, (int32_t)i, 0, memory_text("%s", resolver->config->links[i].name));
    return true;
}

static bool is_member(const struct resolver *resolver, const char *section, const char *name)
{
    const struct node *map = resolve_section(resolver, tree_root(resolver->tree), section);
    return map != NULL && tree_find(resolver->tree, map, name) != NULL;
}

bool resolve_target(struct resolver *resolver, const struct node *at, struct target_list *list)
{
    struct member_name name = member_name_split(at->text);
    bool whole = name.serial == NULL && name.member == NULL, good = true;
    const struct site *site = whole ? resolve_site(resolver, name.name) : NULL;
    if (name.serial == NULL && is_member(resolver, "links", name.name)) {
        good = add_links(resolver, at, list);
    } else if (whole && is_member(resolver, "servers", name.name)) {
        const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
        size_t server = tree_find(resolver->tree, servers, name.name)->index;
        good = server < resolver->config->server_count;
        if (good)
            add_server(resolver, list, server);
    } else if (site != NULL) {
        for (size_t i = 0; i < site->count; i++)
            add_server(resolver, list, (size_t)site->servers[i]);
    } else {
        good = add_qualified(resolver, &name, at, list);
    }
    member_name_free(&name);
    return good;
}
