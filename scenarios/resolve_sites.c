// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Sites: the servers that stand at one place and fail together.
 */
#include <stdlib.h>

#include "scenarios/resolve.h"
#include "sim/memory.h"

static void add_server(struct resolver *resolver, struct site *site, const struct node *at)
{
    const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
    const struct node *server = at->valid ? resolve_name(resolver, servers, at->text, at, "server") : NULL;
    if (server == NULL || server->index >= resolver->config->server_count)
        return;
    for (size_t i = 0; i < site->count; i++) {
        if (site->servers[i] == (int32_t)server->index) {
            node_error(at, resolver->diagnostics, "names server %.40s a second time, allowed is once", server->key);
            return;
        }
    }
    site->servers = memory_grow(site->servers, site->count, sizeof site->servers[0]);
    site->servers[site->count++] = (int32_t)server->index;
}

void resolve_sites(struct resolver *resolver)
{
    const struct node *sites = resolve_section(resolver, tree_root(resolver->tree), "sites");
    for (const struct node *node = sites != NULL ? sites->first : NULL; node != NULL; node = node->next) {
        resolver->sites = memory_grow(resolver->sites, resolver->site_count, sizeof resolver->sites[0]);
        struct site *site = &resolver->sites[resolver->site_count++];
        site->node = node;
        if (node->kind == NODE_SCALAR)
            add_server(resolver, site, node);
        for (const struct node *item = node->first; item != NULL; item = item->next)
            if (node->kind == NODE_SEQUENCE)
                add_server(resolver, site, item);
    }
}

const struct site *resolve_site(const struct resolver *resolver, const char *name)
{
    const struct node *sites = resolve_section(resolver, tree_root(resolver->tree), "sites");
    const struct node *node = sites != NULL ? tree_find(resolver->tree, sites, name) : NULL;
    return node != NULL ? &resolver->sites[node->index] : NULL;
}
