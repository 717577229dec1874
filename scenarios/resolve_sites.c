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

/* An entry of the timeline says `fail: NAME` of all three, so that each needs a name of its own. */
static void check_name(const struct resolver *resolver, const struct node *site)
{
    static const char *const others[][2] = {{"servers", "server"}, {"links", "link"}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct node *map = resolve_section(resolver, tree_root(resolver->tree), others[i][0]);
        if (map != NULL && tree_find(resolver->tree, map, site->key) != NULL)
            node_error(site, resolver->diagnostics, "has the name of a %s, allowed is one that no server or link has",
                       others[i][1]);
    }
}

void resolve_sites(struct resolver *resolver)
{
    const struct node *sites = resolve_section(resolver, tree_root(resolver->tree), "sites");
    for (const struct node *node = sites != NULL ? sites->first : NULL; node != NULL; node = node->next) {
        resolver->sites = memory_grow(resolver->sites, resolver->site_count, sizeof resolver->sites[0]);
        struct site *site = &resolver->sites[resolver->site_count++];
        site->node = node;
        check_name(resolver, node);
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
