// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/resolve.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/hardware.h"
#include "sim/memory.h"
#include "scenarios/nearest.h"

const struct node *resolve_section(const struct resolver *resolver, const struct node *node, const char *key)
{
    const struct node *section = node != NULL ? tree_find(resolver->tree, node, key) : NULL;
    return section != NULL && section->kind == NODE_MAPPING ? section : NULL;
}

const struct node *resolve_name(const struct resolver *resolver, const struct node *map, const char *name,
                                const struct node *at, const char *what)
{
    const struct node *found = map != NULL ? tree_find(resolver->tree, map, name) : NULL;
    if (found != NULL)
        return found;
    struct nearest nearest = {.word = name};
    bool printed = diagnostics_errors(resolver->diagnostics) < DIAGNOSTICS_KEPT;
    for (const struct node *member = map != NULL && printed ? map->first : NULL; member != NULL; member = member->next)
        nearest_offer(&nearest, member->key);
    if (nearest.best != NULL)
        node_error(at, resolver->diagnostics, "\"%.60s\" is no %s, did you mean %s?", name, what, nearest.best);
    else if (map != NULL && map->first != NULL)
        node_error(at, resolver->diagnostics, "\"%.60s\" is no %s, allowed is one that is defined, such as %.60s", name,
                   what, map->first->key);
    else
        node_error(at, resolver->diagnostics, "\"%.60s\" is no %s, none is defined", name, what);
    return NULL;
}

/* The file's name without folder and .yaml. */
static char *default_title(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    size_t length = strlen(name);
    if (length > 5 && strcmp(name + length - 5, ".yaml") == 0)
        length -= 5;
    else if (length > 4 && strcmp(name + length - 4, ".yml") == 0)
        length -= 4;
    return memory_text("%.*s", (int)length, name);
}

static void resolve_run(struct resolver *resolver)
{
    const struct node *root = tree_root(resolver->tree);
    struct view scenario = {resolver->tree, root, SECTION_SCENARIO, true};
    const char *title = view_text(&scenario, "title");
    resolver->config->title = title[0] != '\0' ? memory_text("%s", title) : default_title(resolver->path);
    struct view run = {resolver->tree, resolve_section(resolver, root, "run"), SECTION_RUN, true};
    resolver->config->run = (struct run_config){
        .warmup_ns = view_integer(&run, "warmup"),
        .duration_ns = view_integer(&run, "duration"),
        .seed = (uint64_t)view_integer(&run, "seed"),
        .replications = (int32_t)view_integer(&run, "replications"),
        .warm = view_integer(&run, "start") == 1,
    };
}

/* A run without end is refused: some workload would have to stop by itself. */
static void check_end(struct resolver *resolver)
{
    const struct node *root = tree_root(resolver->tree);
    const struct node *run = resolve_section(resolver, root, "run");
    const struct node *duration = run != NULL ? tree_find(resolver->tree, run, "duration") : NULL;
    const struct config *config = resolver->config;
    if (config->run.duration_ns > 0 || (duration != NULL && !duration->valid))
        return;
    for (size_t i = 0; i < config->workload_count; i++) {
        if (config->workloads[i].kind == LOAD_TRACE)
            continue;
        struct place place = duration != NULL ? duration->place : run != NULL ? run->key_place : root->place;
        diagnostics_add(resolver->diagnostics, place, "run.duration",
                        "is missing or 0, but workload %.60s never ends by itself; allowed is more than 0 s",
                        config->workloads[i].name);
        return;
    }
}

static void resolve_advice(struct resolver *resolver)
{
    resolver->advice = catalog_find(resolver->catalog, CATALOG_ADVICE, "utilization");
    if (resolver->advice != NULL)
        hardware_thresholds(resolver->advice, resolver->config->thresholds);
    else if (diagnostics_errors(resolver->diagnostics) == 0)
        diagnostics_add(resolver->diagnostics, (struct place){"catalog", 0, 0}, "advice",
                        "has no entry named utilization, which is required");
}

void resolve_scenario(struct resolver *resolver)
{
    catalog_add_scenario(resolver->catalog, resolver->tree,
                         resolve_section(resolver, tree_root(resolver->tree), "catalog"), resolver->diagnostics);
    resolve_advice(resolver);
    resolve_run(resolver);
    resolve_servers(resolver);
    for (size_t server = 0; server < resolver->config->server_count; server++) {
        resolve_ranks(resolver, server);
        resolve_ports(resolver, server);
        resolve_volumes(resolver, server);
    }
    resolve_subsystems(resolver);
    resolve_link_groups(resolver);
    resolve_hosts(resolver);
    resolve_workloads(resolver);
    resolve_start_paths(resolver);
    resolve_start_pairs(resolver);
    resolve_sites(resolver);
    resolve_tasks(resolver);
    resolve_timeline(resolver);
    check_end(resolver);
}

void resolver_free(struct resolver *resolver)
{
    for (size_t i = 0; i < resolver->site_count; i++)
        free(resolver->sites[i].servers);
    free(resolver->sites);
    free(resolver->pair_table);
    free(resolver->pairs);
    free(resolver->paths);
    free(resolver->links_before);
    free(resolver->links);
    free(resolver->port_uses);
    free(resolver->servers);
    free(resolver->ranks);
    free(resolver->ports);
    free(resolver->hosts);
    free(resolver->groups);
    free(resolver->drive_entries);
    free(resolver->port_entries);
}
