// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Hosts: which server they are attached to, and through which of its ports.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/resolve.h"

/* The host's server, as an index; -1 after a mistake. */
static int64_t find_server(struct resolver *resolver, struct view *view)
{
    const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
    const char *name = view_text(view, "server");
    if (!view->known || (servers != NULL && servers->count != resolver->config->server_count))
        return -1;
    if (name[0] == '\0' && resolver->config->server_count == 1)
        return 0;
    if (name[0] == '\0') {
        node_key_error(view->node, resolver->diagnostics, "server is missing, and there are %zu servers to choose from",
                       resolver->config->server_count);
        return -1;
    }
    const struct node *server = resolve_name(resolver, servers, name, view_node(view, "server"), "server");
    return server != NULL ? (int64_t)server->index : -1;
}

static bool add_port(struct resolver *resolver, struct host_config *host, size_t port, const struct node *at)
{
    for (size_t i = 0; i < host->port_count; i++) {
        if (host->ports[i] == (int32_t)port) {
            node_error(at, resolver->diagnostics, "names port %.60s a second time, allowed is once",
                       resolver->config->ports[port].name);
            return false;
        }
    }
    host->ports = memory_grow(host->ports, host->port_count, sizeof host->ports[0]);
    host->ports[host->port_count++] = (int32_t)port;
    return true;
}

/* A port that sends over a link is that link's alone; one that receives is shared through a director only. */
static bool check_use(const struct resolver *resolver, size_t port, const struct node *at)
{
    const struct port_use *use = &resolver->port_uses[port];
    if (use->sender != NULL)
        node_error(at, resolver->diagnostics, "port %.60s sends over link %.60s, which needs it alone",
                   resolver->config->ports[port].name, use->sender->key);
    else if (use->receiver != NULL && !use->behind_director)
        node_error(at, resolver->diagnostics,
                   "port %.60s receives from link %.60s, allowed is to share it where all its links go via a director",
                   resolver->config->ports[port].name, use->receiver->key);
    else
        return true;
    return false;
}

static bool add_named_port(struct resolver *resolver, struct host_config *host, const struct node *ports,
                           const struct node *at)
{
    const struct server_note *server = &resolver->servers[host->server];
    char *what = memory_text("port of server %.40s", server->node->key);
    const struct node *port = resolve_name(resolver, ports, at->text, at, what);
    free(what);
    size_t index = port != NULL ? server->first_port + port->index : 0;
    return port != NULL && check_use(resolver, index, at) && add_port(resolver, host, index, at);
}

/* All ports of the server that the scenario has and no link uses. */
static bool add_free_ports(struct resolver *resolver, struct host_config *host, const struct node *node)
{
    const struct server_note *server = &resolver->servers[host->server];
    const struct node *ports = resolve_section(resolver, server->node, "ports");
    size_t count = ports != NULL ? ports->count : 0;
    for (size_t port = server->first_port; port < server->first_port + count; port++)
        if (resolver->port_uses[port].sender == NULL && resolver->port_uses[port].receiver == NULL)
            add_port(resolver, host, port, node);
    if (host->port_count == 0)
        node_key_error(node, resolver->diagnostics, "is attached to server %.40s, which has no ports%s; needed is one",
                       server->node->key, count > 0 ? " but those of links" : "");
    return host->port_count > 0;
}

/* The named ports, or all that are free. */
static bool find_ports(struct resolver *resolver, struct host_config *host, const struct view *view)
{
    const struct server_note *server = &resolver->servers[host->server];
    const struct node *ports = resolve_section(resolver, server->node, "ports");
    const struct node *names = view_node(view, "ports");
    bool good = true;
    if (names != NULL && names->kind == NODE_SCALAR)
        return add_named_port(resolver, host, ports, names);
    for (const struct node *name = names != NULL ? names->first : NULL; name != NULL; name = name->next)
        good = name->valid && add_named_port(resolver, host, ports, name) && good;
    return names != NULL ? good : add_free_ports(resolver, host, view->node);
}

static void add_host(struct resolver *resolver, const struct node *node)
{
    struct config *config = resolver->config;
    size_t index = config->host_count++;
    config->hosts = memory_grow(config->hosts, index, sizeof config->hosts[0]);
    resolver->hosts = memory_grow(resolver->hosts, index, sizeof resolver->hosts[0]);
    struct view view = {resolver->tree, node, SECTION_HOST, true};
    int64_t server = find_server(resolver, &view);
    struct host_config *host = &config->hosts[index];
    *host = (struct host_config){
        .name = memory_text("%s", node->key),
        .server = (int32_t)server,
        .policy = (enum path_policy)view_integer(&view, "path_policy"),
        .io_timeout_ns = view_integer(&view, "io_timeout"),
    };
    /* A host whose ports are wrong still says which server's volumes its workloads may use. */
    resolver->hosts[index] = (struct note){node, server >= 0};
    if (server >= 0 && resolver->servers[server].node->valid)
        find_ports(resolver, host, &view);
}

void resolve_hosts(struct resolver *resolver)
{
    const struct node *hosts = resolve_section(resolver, tree_root(resolver->tree), "hosts");
    if (hosts == NULL)
        return;
    if (hosts->count > HOSTS_MAX) {
        node_error(hosts, resolver->diagnostics, "are %zu, allowed are at most %d", hosts->count, HOSTS_MAX);
        return;
    }
    for (const struct node *node = hosts->first; node != NULL; node = node->next)
        add_host(resolver, node);
}
