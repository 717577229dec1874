// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Volumes: laid out one after another on their rank, numbered from 0 in each LSS; and the names by
 * which workloads call them.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/resolve.h"
#include "scenarios/units.h"

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

static void add_volume(struct resolver *resolver, const struct volume_group *group, size_t rank_index, int64_t size)
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
    bool shared = is_shared_name(resolver, group->server, group->node->key);
    volume->label = memory_text("%s%s%s", shared ? serial : "", shared ? "/" : "", volume->name);
    snprintf(volume->id, sizeof volume->id, "%X%02X%.5s", (unsigned)rank->lss & 15, (unsigned)number & 255, serial);
    rank->used_tracks += volume->tracks;
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
    for (; group->known && group->count < (size_t)count; group->count++)
        add_volume(resolver, group, (size_t)rank_index, size);
}

void resolve_volumes(struct resolver *resolver, size_t server)
{
    resolver->servers[server].first_group = resolver->group_count;
    const struct node *volumes = resolve_section(resolver, resolver->servers[server].node, "volumes");
    for (const struct node *node = volumes != NULL ? volumes->first : NULL; node != NULL; node = node->next)
        add_group(resolver, server, node);
}

/* ---- names of volumes ---- */

/* A name taken apart: [SERIAL/]NAME[.MEMBER]. */
struct volume_name {
    char *text;         /* cut into the parts below; to be freed */
    const char *serial; /* NULL: not given */
    const char *group;
    const char *member; /* NULL: all */
};

static struct volume_name name_split(const char *text)
{
    struct volume_name name = {.text = memory_text("%s", text)};
    char *slash = strchr(name.text, '/');
    name.group = name.text;
    if (slash != NULL) {
        *slash = '\0';
        name.serial = name.text;
        name.group = slash + 1;
    }
    char *dot = strchr((char *)name.group, '.');
    if (dot != NULL) {
        *dot = '\0';
        name.member = dot + 1;
    }
    return name;
}

/* The server on which the name is to be looked for, SIZE_MAX after a mistake. */
static size_t name_server(struct resolver *resolver, const struct volume_name *name, size_t host_server,
                          const struct node *at)
{
    const struct node *servers = resolver->servers[host_server].node->parent;
    if (name->serial != NULL) {
        const struct node *server = resolve_name(resolver, servers, name->serial, at, "server");
        return server != NULL ? server->index : SIZE_MAX;
    }
    const struct node *found[2] = {NULL, NULL};
    for (const struct node *server = servers->first; server != NULL && found[1] == NULL; server = server->next) {
        const struct node *volumes = resolve_section(resolver, server, "volumes");
        if (volumes != NULL && tree_find(resolver->tree, volumes, name->group) != NULL)
            found[found[0] != NULL] = server;
    }
    if (found[1] != NULL) {
        node_error(at, resolver->diagnostics,
                   "%.60s is on servers %.40s and %.40s, allowed is SERIAL/NAME: %.40s/%.60s", at->text, found[0]->key,
                   found[1]->key, servers->first != NULL ? resolver->servers[host_server].node->key : "", at->text);
        return SIZE_MAX;
    }
    return found[0] != NULL ? found[0]->index : host_server;
}

/* The group that a name means, NULL after a mistake (or if the group itself is wrong). */
static const struct volume_group *find_group(struct resolver *resolver, const struct volume_name *name,
                                             size_t host_server, const struct node *at)
{
    size_t server = name_server(resolver, name, host_server, at);
    if (server == SIZE_MAX)
        return NULL;
    const struct server_note *owner = &resolver->servers[server];
    char *what = memory_text("volume of server %.40s", owner->node->key);
    const struct node *node =
        resolve_name(resolver, resolve_section(resolver, owner->node, "volumes"), name->group, at, what);
    free(what);
    if (node == NULL)
        return NULL;
    if (server != host_server) {
        node_error(at, resolver->diagnostics,
                   "%.60s is on server %.40s, allowed are volumes of %.40s, the host's server", at->text,
                   owner->node->key, resolver->servers[host_server].node->key);
        return NULL;
    }
    const struct volume_group *group = &resolver->groups[owner->first_group + node->index];
    return group->known ? group : NULL;
}

/* The members that a name means: from *first, *count of them. */
static bool find_members(struct resolver *resolver, const struct volume_name *name, const struct volume_group *group,
                         const struct node *at, size_t *first, size_t *count)
{
    struct quantity number;
    char why[200];
    *first = group->first;
    *count = group->count;
    if (name->member == NULL)
        return true;
    if (!group->numbered) {
        node_error(at, resolver->diagnostics, "%.60s is one volume without members, allowed is %.60s", name->group,
                   name->group);
        return false;
    }
    bool digits = name->member[0] != '\0' && strspn(name->member, "0123456789") == strlen(name->member);
    if (!digits ||
        !quantity_parse(name->member, UNIT_COUNT, false, 0, (double)group->count - 1, &number, why, sizeof why)) {
        node_error(at, resolver->diagnostics, "\"%.60s\" is no member of %.60s, allowed are %.60s.0 to %.60s.%zu",
                   at->text, name->group, name->group, name->group, group->count - 1);
        return false;
    }
    *first += (size_t)number.integer;
    *count = 1;
    return true;
}

/* Adds what one name means. `taken` marks the server's volumes that the workload has already. */
static bool add_name(struct resolver *resolver, const struct node *at, size_t server, bool *taken,
                     struct workload_config *workload)
{
    struct volume_name name = name_split(at->text);
    size_t first = 0, count = 0;
    const struct volume_group *group = find_group(resolver, &name, server, at);
    bool good = group != NULL && find_members(resolver, &name, group, at, &first, &count);
    for (size_t i = first; good && i < first + count; i++) {
        if (taken[i]) {
            node_error(at, resolver->diagnostics, "names %.60s a second time, allowed is once",
                       resolver->config->volumes[i].name);
            good = false;
            break;
        }
        taken[i] = true;
        workload->volumes = memory_grow(workload->volumes, workload->volume_count, sizeof workload->volumes[0]);
        workload->volumes[workload->volume_count++] = (int32_t)i;
    }
    free(name.text);
    return good;
}

bool resolve_volume_names(struct resolver *resolver, const struct node *names, size_t server,
                          struct workload_config *workload)
{
    bool *taken = memory_alloc_zeroed(resolver->config->volume_count, sizeof taken[0]);
    bool good = true;
    if (names->kind == NODE_SCALAR)
        good = add_name(resolver, names, server, taken, workload);
    for (const struct node *item = names->first; item != NULL; item = item->next)
        if (item->valid)
            good = add_name(resolver, item, server, taken, workload) && good;
    free(taken);
    return good;
}
