// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Logical paths that stand at the start: from a subsystem to another, one over each link named.
 */
#include <stdlib.h>

#include "models/paths.h"
#include "scenarios/resolve.h"
#include "sim/memory.h"

/* Whether an earlier entry has a path over the same link between the same subsystems; `same` are those of the link. */
static bool is_there(const struct config *config, const int32_t *before, int32_t newest, int32_t from, int32_t to)
{
    int known = 0; /* more than a link may carry are refused anyway */
    for (int32_t i = newest; i >= 0 && known <= LINK_PATHS_MAX; i = before[i], known++)
        if (config->paths[i].from == from && config->paths[i].to == to)
            return true;
    return false;
}

/* The paths over each link so far. */
struct path_lists {
    int32_t *newest; /* by link; -1: none */
    int32_t *before; /* by path: the one before it over its link */
};

static void add_path(struct resolver *resolver, struct path_lists *lists, const struct path_config *path,
                     const struct node *item)
{
    struct config *config = resolver->config;
    size_t index = config->path_count;
    if (is_there(config, lists->before, lists->newest[path->link], path->from, path->to)) {
        node_error(item, resolver->diagnostics, "has a path over link %.60s that stands above already",
                   config->links[path->link].name);
        return;
    }
    config->paths = memory_grow(config->paths, index, sizeof config->paths[0]);
    resolver->paths = memory_grow(resolver->paths, index, sizeof resolver->paths[0]);
    lists->before = memory_grow(lists->before, index, sizeof lists->before[0]);
    config->paths[index] = *path;
    resolver->paths[index] = item;
    lists->before[index] = lists->newest[path->link];
    lists->newest[path->link] = (int32_t)index;
    config->path_count++;
}

static void add_item(struct resolver *resolver, struct path_lists *lists, const struct node *item)
{
    struct view view = {resolver->tree, item, SECTION_PATH, true};
    const struct node *from = view_node(&view, "from"), *to = view_node(&view, "to");
    const struct node *names = view_node(&view, "links");
    struct path_config path = {.from = -1, .to = -1};
    int32_t *links = NULL;
    size_t count = 0;
    if (from != NULL && from->valid)
        path.from = resolve_lss(resolver, from);
    if (to != NULL && to->valid)
        path.to = resolve_lss(resolver, to);
    if (names == NULL && tree_find(resolver->tree, item, "links") != NULL)
        node_key_error(tree_find(resolver->tree, item, "links"), resolver->diagnostics,
                       "is empty, needed is at least one link");
    bool good = names != NULL && names->valid && resolve_links(resolver, names, path.from, path.to, &links, &count);
    if (!good || path.from < 0 || path.to < 0)
        resolver->paths_broken = true;
    for (size_t i = 0; good && path.from >= 0 && path.to >= 0 && i < count; i++) {
        path.link = links[i];
        add_path(resolver, lists, &path, item);
    }
    free(links);
}

/* Leaves out all paths of an item. */
static void remove_item(struct resolver *resolver, const struct node *item)
{
    struct config *config = resolver->config;
    size_t kept = 0;
    for (size_t i = 0; i < config->path_count; i++) {
        if (resolver->paths[i] == item)
            continue;
        config->paths[kept] = config->paths[i];
        resolver->paths[kept++] = resolver->paths[i];
    }
    config->path_count = kept;
}

/* The rules that paths obey together (models/paths.h): each item that breaks one is told, as long as that is printed. */
static void check_rules(struct resolver *resolver)
{
    char why[PATHS_WHY_BYTES];
    size_t at;
    while (diagnostics_errors(resolver->diagnostics) < DIAGNOSTICS_KEPT &&
           !paths_check_config(resolver->config, &at, why)) {
        node_error(resolver->paths[at], resolver->diagnostics, "%s", why);
        resolver->paths_broken = true;
        remove_item(resolver, resolver->paths[at]);
    }
}

void resolve_start_paths(struct resolver *resolver)
{
    const struct node *paths = tree_find(resolver->tree, tree_root(resolver->tree), "paths");
    struct path_lists lists = {.newest = memory_alloc_zeroed(resolver->config->link_count, sizeof lists.newest[0])};
    for (size_t i = 0; i < resolver->config->link_count; i++)
        lists.newest[i] = -1;
    if (paths != NULL && paths->kind == NODE_SEQUENCE)
        for (const struct node *item = paths->first; item != NULL; item = item->next)
            add_item(resolver, &lists, item);
    check_rules(resolver);
    free(lists.newest);
    free(lists.before);
}
