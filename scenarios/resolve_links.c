// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Links between servers: their ends, their ports, how many there are and how far they reach; and what their names mean.
 *
 * A port that sends is that link's alone. One that receives may be several links', and a host's, behind a director.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/hardware.h"
#include "scenarios/resolve.h"
#include "scenarios/units.h"
#include "sim/memory.h"

#define ESCON "escon"

/* A mapping of `links` on the way to its links. */
struct making {
    struct resolver *resolver;
    struct link_group *group;
    struct view view;
    size_t from, to; /* servers */
    size_t count;    /* links asked for */
    int64_t distance_m;
    bool director;
};

/* The server that a key names; SIZE_MAX after a mistake. */
static size_t find_server(struct making *making, const char *key)
{
    struct resolver *resolver = making->resolver;
    const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
    const char *name = view_text(&making->view, key);
    const struct node *at = view_node(&making->view, key);
    if (at == NULL || !at->valid)
        return SIZE_MAX;
    const struct node *server = resolve_name(resolver, servers, name, at, "server");
    return server != NULL && server->index < resolver->config->server_count ? server->index : SIZE_MAX;
}

/* ---- how many ---- */

/* Links from a server to another so far. */
static size_t links_between(const struct resolver *resolver, size_t from, size_t to)
{
    size_t count = 0;
    for (int32_t i = resolver->servers[from].last_link; i >= 0; i = resolver->links_before[i])
        count += resolver->config->links[i].to == (int32_t)to;
    return count;
}

static bool check_count(const struct making *making)
{
    const struct resolver *resolver = making->resolver;
    size_t all = links_between(resolver, making->from, making->to) + making->count;
    const struct node *count = view_node(&making->view, "count");
    if (all <= SERVER_LINKS_MAX)
        return true;
    node_error(count != NULL ? count : making->group->node, resolver->diagnostics,
               "brings the links from %.40s to %.40s to %zu, allowed are %d from a server to another",
               resolver->config->servers[making->from].serial, resolver->config->servers[making->to].serial, all,
               SERVER_LINKS_MAX);
    return false;
}

/* ---- ports ---- */

/* Room for what is known of each port so far. */
static void grow_uses(struct resolver *resolver)
{
    resolver->written_ports = resolver->config->port_count;
    for (size_t i = 0; i < resolver->config->port_count; i++)
        resolver->port_uses = memory_grow(resolver->port_uses, i, sizeof resolver->port_uses[0]);
}

/* Whether a port that the scenario names may be a link's end; false after a mistake. */
static bool check_end(const struct making *making, int32_t port, bool sends, const struct node *at)
{
    struct resolver *resolver = making->resolver;
    const struct port_config *config = &resolver->config->ports[port];
    struct port_use *use = &resolver->port_uses[port];
    if (!resolver->ports[port].known)
        return false;
    if (strcmp(resolver->config->port_types[config->type].name, ESCON) != 0) {
        node_error(at, resolver->diagnostics, "%.60s is a port of type %.40s, allowed for links is escon", config->name,
                   resolver->config->port_types[config->type].name);
        return false;
    }
    const struct node *other = use->sender != NULL ? use->sender : sends ? use->receiver : NULL;
    if (other != NULL) {
        node_error(at, resolver->diagnostics,
                   "port %.60s of server %.40s is used by link %.60s; a port that sends is one link's alone",
                   config->name, resolver->config->servers[config->server].serial, other->key);
        return false;
    }
    if (!sends && use->receiver != NULL && !(use->behind_director && making->director)) {
        node_error(at, resolver->diagnostics,
                   "port %.60s of server %.40s receives from link %.60s already, allowed is to share it where all its "
                   "links go via a director",
                   config->name, resolver->config->servers[config->server].serial, use->receiver->key);
        return false;
    }
    use->behind_director = !sends && making->director;
    if (sends)
        use->sender = making->group->node;
    else if (use->receiver == NULL)
        use->receiver = making->group->node;
    return true;
}

static int32_t named_port(const struct making *making, size_t server, bool sends, const struct node *at)
{
    struct resolver *resolver = making->resolver;
    const struct server_note *note = &resolver->servers[server];
    char *what = memory_text("port of server %.40s", note->node->key);
    const struct node *node =
        resolve_name(resolver, resolve_section(resolver, note->node, "ports"), at->text, at, what);
    free(what);
    int32_t port = node != NULL ? (int32_t)(note->first_port + node->index) : -1;
    return port >= 0 && check_end(making, port, sends, at) ? port : -1;
}

/* The ports that `names` lists, one a link, into `ports`. One that receives may stand for all. */
static bool named_ports(const struct making *making, const struct node *names, size_t server, bool sends,
                        int32_t *ports)
{
    size_t given = names->kind == NODE_SCALAR ? 1 : names->count;
    bool one_for_all = !sends && given == 1 && making->director;
    bool good = true;
    if (given != making->count && !one_for_all) {
        node_key_error(names, making->resolver->diagnostics, "names %zu port%s for %zu link%s, needed is one for each%s",
                       given, given == 1 ? "" : "s", making->count, making->count == 1 ? "" : "s",
                       sends ? "" : ", or via a director one for all");
        return false;
    }
    const struct node *at = names->kind == NODE_SCALAR ? names : names->first;
    for (size_t i = 0; i < making->count; i++) {
        ports[i] = one_for_all && i > 0 ? ports[0] : named_port(making, server, sends, at);
        good = good && ports[i] >= 0;
        at = at->next != NULL ? at->next : at;
    }
    return good;
}

/* Adds a port for each link; the same server's two ends of a link must not have one name. */
static bool added_ports(const struct making *making, size_t server, bool sends, int32_t *ports)
{
    struct resolver *resolver = making->resolver;
    const struct node *node = making->group->node;
    const struct node *written = resolve_section(resolver, resolver->servers[server].node, "ports");
    int32_t type = resolve_port_type(resolver, ESCON, node);
    const char *end = !sends && making->from == making->to ? "-to" : "";
    if (type < 0)
        return false;
    if (!making->group->numbered && written != NULL && tree_find(resolver->tree, written, node->key) != NULL) {
        node_key_error(node, resolver->diagnostics,
                       "has the name of a port of server %.40s, where it needs one of its own; allowed is another name, "
                       "or %s_ports", resolver->servers[server].node->key, sends ? "from" : "to");
        return false;
    }
    for (size_t i = 0; i < making->count; i++) {
        char *name = making->group->numbered ? memory_text("%s.%zu%s", node->key, i, end)
                                             : memory_text("%s%s", node->key, end);
        ports[i] = resolve_link_port(resolver, server, type, name, node);
        if (ports[i] < 0) {
            node_key_error(node, resolver->diagnostics,
                           "needs another ESCON port on server %.40s, whose %d slots are full; allowed are fewer links "
                           "or host adapters", resolver->servers[server].node->key, BAY_COUNT * SLOT_COUNT);
            return false;
        }
        resolver->port_uses[ports[i]] =
            sends ? (struct port_use){.sender = node} : (struct port_use){.receiver = node};
    }
    return true;
}

static bool find_ports(const struct making *making, bool sends, int32_t *ports)
{
    const struct node *names = view_node(&making->view, sends ? "from_ports" : "to_ports");
    size_t server = sends ? making->from : making->to;
    if (names == NULL)
        return added_ports(making, server, sends, ports);
    return names->valid && named_ports(making, names, server, sends, ports);
}

/* ---- making them ---- */

static void add_link(const struct making *making, const struct link_type *type, int32_t from_port, int32_t to_port)
{
    struct resolver *resolver = making->resolver;
    struct config *config = resolver->config;
    struct link_group *group = making->group;
    size_t index = config->link_count++;
    config->links = memory_grow(config->links, index, sizeof config->links[0]);
    resolver->links_before = memory_grow(resolver->links_before, index, sizeof resolver->links_before[0]);
    struct link_config *link = &config->links[index];
    *link = (struct link_config){
        .name = group->numbered ? memory_text("%s.%zu", group->node->key, group->count)
                                : memory_text("%s", group->node->key),
        .from = (int32_t)making->from,
        .to = (int32_t)making->to,
        .from_port = from_port,
        .to_port = to_port,
        .distance_m = making->distance_m,
        .type = *type,
    };
    link->type.name = memory_text("%s", type->name);
    resolver->links_before[index] = resolver->servers[making->from].last_link;
    resolver->servers[making->from].last_link = (int32_t)index;
    group->count++;
}

/* Ports for all of the group's links, then the links. */
static void add_links(struct making *making, const struct link_type *type)
{
    int32_t from_ports[SERVER_LINKS_MAX], to_ports[SERVER_LINKS_MAX];
    bool from = find_ports(making, true, from_ports);
    bool to = find_ports(making, false, to_ports);
    making->group->known = from && to;
    for (size_t i = 0; making->group->known && i < making->count; i++)
        add_link(making, type, from_ports[i], to_ports[i]);
}

/* The group's kind of link; false after a mistake. */
static bool find_type(struct making *making, struct link_type *type)
{
    struct resolver *resolver = making->resolver;
    struct link_group *group = making->group;
    const char *name = view_text(&making->view, "type");
    const struct node *at = view_node(&making->view, "type");
    if (at != NULL && !at->valid)
        return false;
    const struct catalog_entry *entry = catalog_require(resolver->catalog, CATALOG_LINKS, name,
                                                        at != NULL ? at : group->node, resolver->diagnostics);
    if (entry == NULL)
        return false;
    group->entry = catalog_derive(resolver->catalog, entry, entry->name, group->node);
    return hardware_link_type(group->entry, type, resolver->diagnostics);
}

static void add_group(struct resolver *resolver, const struct node *node)
{
    resolver->links = memory_grow(resolver->links, resolver->link_group_count, sizeof resolver->links[0]);
    struct link_group *group = &resolver->links[resolver->link_group_count++];
    struct making making = {.resolver = resolver, .group = group, .view = {resolver->tree, node, SECTION_LINK, true}};
    struct link_type type = {0};
    group->node = node;
    group->first = resolver->config->link_count;
    group->numbered = view_node(&making.view, "count") != NULL;
    if (node->kind != NODE_MAPPING)
        return;
    making.from = find_server(&making, "from");
    making.to = find_server(&making, "to");
    making.count = group->numbered ? (size_t)view_integer(&making.view, "count") : 1;
    making.distance_m = view_integer(&making.view, "distance");
    making.director = resolve_has_director(&making.view);
    bool typed = find_type(&making, &type);
    bool reaches = typed && resolve_reach(resolver, &making.view, &type, making.distance_m);
    bool ends = making.from != SIZE_MAX && making.to != SIZE_MAX;
    if (ends && making.view.known && check_count(&making) && reaches && node->valid)
        add_links(&making, &type);
    free(type.name);
}

void resolve_link_groups(struct resolver *resolver)
{
    const struct node *links = resolve_section(resolver, tree_root(resolver->tree), "links");
    grow_uses(resolver);
    for (const struct node *node = links != NULL ? links->first : NULL; node != NULL; node = node->next)
        add_group(resolver, node);
}

/* ---- names ---- */

bool resolve_link_name(struct resolver *resolver, const char *text, const struct node *at, size_t *first,
                       size_t *count)
{
    struct member_name name = member_name_split(text);
    const struct node *links = resolve_section(resolver, tree_root(resolver->tree), "links");
    struct quantity number = {0};
    char why[200];
    const struct node *node =
        resolve_name(resolver, links, name.serial == NULL ? name.name : text, at, "link");
    const struct link_group *group = node != NULL ? &resolver->links[node->index] : NULL;
    bool good = group != NULL && group->known;
    if (good && name.member != NULL &&
        (!group->numbered || strspn(name.member, "0123456789") != strlen(name.member) ||
         !quantity_parse(name.member, UNIT_COUNT, false, 0, (double)group->count - 1, &number, why, sizeof why))) {
        if (group->numbered)
            node_error(at, resolver->diagnostics, "\"%.60s\" is no member of %.60s, allowed are %.60s.0 to %.60s.%zu",
                       text, name.name, name.name, name.name, group->count - 1);
        else
            node_error(at, resolver->diagnostics, "%.60s is one link without members, allowed is %.60s", name.name,
                       name.name);
        good = false;
    }
    if (good) {
        *first = group->first + (size_t)number.integer;
        *count = name.member != NULL ? 1 : group->count;
    }
    member_name_free(&name);
    return good;
}

/* Whether a link leads from one subsystem's server to the other's; false after a mistake. */
static bool check_direction(const struct resolver *resolver, const struct link_config *link, int32_t from, int32_t to,
                            const struct node *at)
{
    const struct config *config = resolver->config;
    if ((from < 0 || config->subsystems[from].server == link->from) &&
        (to < 0 || config->subsystems[to].server == link->to))
        return true;
    node_error(at, resolver->diagnostics, "link %.60s leads from %.40s to %.40s, allowed are links from %.40s to %.40s",
               link->name, config->servers[link->from].serial, config->servers[link->to].serial,
               config->servers[from >= 0 ? config->subsystems[from].server : link->from].serial,
               config->servers[to >= 0 ? config->subsystems[to].server : link->to].serial);
    return false;
}

static bool add_name(struct resolver *resolver, const struct node *at, int32_t from, int32_t to, int32_t **links,
                     size_t *count)
{
    size_t first = 0, members = 0;
    if (!at->valid || !resolve_link_name(resolver, at->text, at, &first, &members))
        return false;
    for (size_t link = first; link < first + members; link++) {
        if (!check_direction(resolver, &resolver->config->links[link], from, to, at))
            return false;
        for (size_t i = 0; i < *count; i++) {
            if ((*links)[i] != (int32_t)link)
                continue;
            node_error(at, resolver->diagnostics, "names link %.60s a second time, allowed is once",
                       resolver->config->links[link].name);
            return false;
        }
        *links = memory_grow(*links, *count, sizeof(*links)[0]);
        (*links)[(*count)++] = (int32_t)link;
    }
    return true;
}

bool resolve_links(struct resolver *resolver, const struct node *names, int32_t from, int32_t to, int32_t **links,
                   size_t *count)
{
    bool good = true;
    if (names->kind == NODE_SCALAR)
        return add_name(resolver, names, from, to, links, count);
    for (const struct node *item = names->first; item != NULL; item = item->next)
        good = add_name(resolver, item, from, to, links, count) && good;
    return good;
}
