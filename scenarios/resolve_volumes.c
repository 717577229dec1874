// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Volumes: laid out one after another on their rank, numbered from 0 in each LSS.
 */
#include <stdlib.h>

#include "sim/memory.h"
#include "scenarios/resolve.h"

/* The rank that a group lies on: its index in the config, or -1 after a mistake. */
static int64_t find_rank(struct resolver *resolver, size_t server, const struct node *group)
{
    struct view view = {resolver->tree, group, SECTION_VOLUME, true};
    const struct server_note *owner = &resolver->servers[server];
    const struct node *ranks = resolve_section(resolver, owner->node, "ranks");
    const char *name = view_text(&view, "rank");
    if (!view.known)
        return -1;
    if (name[0] == '\0' && ranks != NULL && ranks->count == 1)
        return (int64_t)owner->first_rank;
    if (name[0] == '\0') {
        node_key_error(group, resolver->diagnostics, "rank is missing, and server %.40s has %zu ranks to choose from",
                       owner->node->key, ranks != NULL ? ranks->count : 0);
        return -1;
    }
    char *what = memory_text("rank of server %.40s", owner->node->key);
    const struct node *rank = resolve_name(resolver, ranks, name, view_node(&view, "rank"), what);
    free(what);
    return rank != NULL ? (int64_t)(owner->first_rank + rank->index) : -1;
}

/* Whether `count` volumes of `tracks` fit what is left of the rank. */
static bool check_capacity(struct resolver *resolver, const struct rank_config *rank, int64_t tracks, int64_t count,
                           const struct node *node)
{
    int64_t track_bytes = resolver->config->servers[rank->server].model.track_bytes;
    int64_t left = rank->capacity_tracks - rank->used_tracks;
    if (tracks <= left / count)
        return true;
    node_key_error(
        node, resolver->diagnostics,
        "needs %lld x %lld tracks of %lld KiB on rank %.60s, which has %lld of its %lld left (%.1f of %.1f GB)",
        (long long)count, (long long)tracks, (long long)track_bytes / 1024, rank->name, (long long)left,
        (long long)rank->capacity_tracks, (double)(left * track_bytes) / 1e9,
        (double)(rank->capacity_tracks * track_bytes) / 1e9);
    return false;
}

/* Whether the LSS can number `count` more volumes. */
static bool check_lss(struct resolver *resolver, const struct rank_config *rank, int64_t count, const struct node *node)
{
    int32_t here = resolver->servers[rank->server].lss_volumes[rank->lss - LSS_FIRST];
    if (here + count <= LSS_VOLUMES_MAX)
        return true;
    node_key_error(node, resolver->diagnostics,
                   "brings LSS %d to %lld volumes (rank %.60s: pair %d, cluster %d), allowed are %d in an LSS",
                   (int)rank->lss, (long long)here + (long long)count, rank->name, (int)rank->pair, (int)rank->cluster,
                   LSS_VOLUMES_MAX);
    return false;
}

/* True if another server also has volumes of that name. */
static bool is_shared_name(const struct resolver *resolver, size_t server, const char *name)
{
    const struct node *servers = resolver->servers[server].node->parent;
    for (const struct node *other = servers->first; other != NULL; other = other->next) {
        const struct node *volumes = resolve_section(resolver, other, "volumes");
        if (other->index != server && volumes != NULL && tree_find(resolver->tree, volumes, name) != NULL)
            return true;
    }
    return false;
}

static void add_volume(struct resolver *resolver, const struct volume_group *group, size_t rank_index, int64_t size,
                       bool shared)
{
    struct config *config = resolver->config;
    struct rank_config *rank = &config->ranks[rank_index];
    struct server_note *owner = &resolver->servers[group->server];
    const char *serial = config->servers[group->server].serial;
    int64_t track_bytes = config->servers[group->server].model.track_bytes;
    config->volumes = memory_grow(config->volumes, config->volume_count, sizeof config->volumes[0]);
    struct volume_config *volume = &config->volumes[config->volume_count++];
    int32_t number = owner->lss_volumes[rank->lss - LSS_FIRST]++;
    *volume = (struct volume_config){
        .name = group->numbered ? memory_text("%s.%zu", group->node->key, group->count)
                                : memory_text("%s", group->node->key),
        .server = (int32_t)group->server,
        .rank = (int32_t)rank_index,
        .size_bytes = size,
        .tracks = (size + track_bytes - 1) / track_bytes,
        .first_track = rank->used_tracks,
    };
    volume->label = memory_text("%s%s%s", shared ? serial : "", shared ? "/" : "", volume->name);
    snprintf(volume->id, sizeof volume->id, "%X%02X%.5s", (unsigned)rank->lss & 15, (unsigned)number & 255, serial);
    rank->used_tracks += volume->tracks;
    rank->volumes++;
}

static void add_group(struct resolver *resolver, size_t server, const struct node *node)
{
    resolver->groups = memory_grow(resolver->groups, resolver->group_count, sizeof resolver->groups[0]);
    struct volume_group *group = &resolver->groups[resolver->group_count++];
    struct view view = {resolver->tree, node, SECTION_VOLUME, node->valid};
    *group = (struct volume_group){
        .node = node,
        .server = server,
        .first = resolver->config->volume_count,
        .numbered = view_node(&view, "count") != NULL,
    };
    int64_t count = group->numbered ? view_integer(&view, "count") : 1;
    int64_t size = view_integer(&view, "size");
    int64_t rank_index = find_rank(resolver, server, node);
    if (view.known && size % BLOCK_BYTES != 0) {
        node_error(view_node(&view, "size"), resolver->diagnostics, "is no multiple of 512 B, which is required");
        return;
    }
    if (!view.known || rank_index < 0 || !resolver->ranks[rank_index].known)
        return;
    const struct rank_config *rank = &resolver->config->ranks[rank_index];
    int64_t track_bytes = resolver->config->servers[server].model.track_bytes;
    bool fits = check_capacity(resolver, rank, (size + track_bytes - 1) / track_bytes, count, node);
    group->known = check_lss(resolver, rank, count, node) && fits;
    bool shared = group->known && is_shared_name(resolver, server, node->key);
    for (; group->known && group->count < (size_t)count; group->count++)
        add_volume(resolver, group, (size_t)rank_index, size, shared);
}

void resolve_volumes(struct resolver *resolver, size_t server)
{
    resolver->servers[server].first_group = resolver->group_count;
    const struct node *volumes = resolve_section(resolver, resolver->servers[server].node, "volumes");
    for (const struct node *node = volumes != NULL ? volumes->first : NULL; node != NULL; node = node->next)
        add_group(resolver, server, node);
}
