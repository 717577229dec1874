// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names of things inside servers, [SERIAL/]NAME[.MEMBER]: whose they are, and the volumes that
 * workloads and pairs call by them.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/nearest.h"
#include "scenarios/resolve.h"
#include "scenarios/units.h"

struct member_name member_name_split(const char *text)
{
    struct member_name name = {.text = memory_text("%s", text)};
    char *slash = strchr(name.text, '/');
    char *rest = name.text;
    if (slash != NULL) {
        *slash = '\0';
        name.serial = name.text;
        rest = slash + 1;
    }
    name.name = rest;
    char *dot = strchr(rest, '.');
    if (dot != NULL) {
        *dot = '\0';
        name.member = dot + 1;
    }
    return name;
}

void member_name_free(struct member_name *name)
{
    free(name->text);
    *name = (struct member_name){0};
}

size_t resolve_owner(const struct resolver *resolver, const struct member_name *name, const char *section,
                     size_t standard, const struct node *at)
{
    const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
    if (name->serial != NULL) {
        const struct node *server = resolve_name(resolver, servers, name->serial, at, "server");
        return server != NULL ? server->index : SIZE_MAX;
    }
    const struct node *found[2] = {NULL, NULL};
    for (const struct node *server = servers != NULL ? servers->first : NULL; server != NULL && found[1] == NULL;
         server = server->next) {
        const struct node *things = resolve_section(resolver, server, section);
        if (things != NULL && tree_find(resolver->tree, things, name->name) != NULL)
            found[found[0] != NULL] = server;
    }
    if (found[1] != NULL) {
        const char *example = standard < resolver->config->server_count ? resolver->servers[standard].node->key
                                                                        : found[0]->key;
        const char *dot = name->member != NULL ? "." : "", *member = name->member != NULL ? name->member : "";
        node_error(at, resolver->diagnostics,
                   "%.60s%s%.20s is on servers %.40s and %.40s, allowed is SERIAL/NAME: %.40s/%.60s%s%.20s", name->name,
                   dot, member, found[0]->key, found[1]->key, example, name->name, dot, member);
        return SIZE_MAX;
    }
    return found[0] != NULL ? found[0]->index : standard;
}

/* A name that no server has volumes of. */
static void refuse_volume(const struct resolver *resolver, const char *text, const char *name, const struct node *at)
{
    struct nearest nearest = {.word = name};
    const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
    bool printed = diagnostics_errors(resolver->diagnostics) < DIAGNOSTICS_KEPT;
    for (const struct node *server = printed && servers != NULL ? servers->first : NULL; server != NULL;
         server = server->next) {
        const struct node *volumes = resolve_section(resolver, server, "volumes");
        for (const struct node *volume = volumes != NULL ? volumes->first : NULL; volume != NULL; volume = volume->next)
            nearest_offer(&nearest, volume->key);
    }
    node_error(at, resolver->diagnostics, "\"%.60s\" is no volume of any server%s%.60s%s", text,
               nearest.best != NULL ? ", did you mean " : "", nearest.best != NULL ? nearest.best : "",
               nearest.best != NULL ? "?" : "");
}

/*
 * The group that a name means, NULL after a mistake (or if the group itself is wrong). Where no server has it, it is
 * looked for on server `standard`; one that is no server means none.
 */
static const struct volume_group *find_group(const struct resolver *resolver, const char *text,
                                             const struct member_name *name, size_t standard, const struct node *at)
{
    size_t server = resolve_owner(resolver, name, "volumes", standard, at);
    if (server == SIZE_MAX)
        return NULL;
    if (server >= resolver->config->server_count) {
        refuse_volume(resolver, text, name->name, at);
        return NULL;
    }
    const struct server_note *owner = &resolver->servers[server];
    char *what = memory_text("volume of server %.40s", owner->node->key);
    const struct node *node =
        resolve_name(resolver, resolve_section(resolver, owner->node, "volumes"), name->name, at, what);
    free(what);
    const struct volume_group *group = node != NULL ? &resolver->groups[owner->first_group + node->index] : NULL;
    return group != NULL && group->known ? group : NULL;
}

/* The members that a name means: from *first, *count of them. */
static bool find_members(const struct resolver *resolver, const char *text, const struct member_name *name,
                         const struct volume_group *group, const struct node *at, size_t *first, size_t *count)
{
    struct quantity number;
    char why[200];
    *first = group->first;
    *count = group->count;
    if (name->member == NULL)
        return true;
    if (!group->numbered) {
        node_error(at, resolver->diagnostics, "%.60s is one volume without members, allowed is %.60s", name->name,
                   name->name);
        return false;
    }
    bool digits = name->member[0] != '\0' && strspn(name->member, "0123456789") == strlen(name->member);
    if (!digits ||
        !quantity_parse(name->member, UNIT_COUNT, false, 0, (double)group->count - 1, &number, why, sizeof why)) {
        node_error(at, resolver->diagnostics, "\"%.60s\" is no member of %.60s, allowed are %.60s.0 to %.60s.%zu", text,
                   name->name, name->name, name->name, group->count - 1);
        return false;
    }
    *first += (size_t)number.integer;
    *count = 1;
    return true;
}

bool resolve_volumes_named(struct resolver *resolver, const char *text, const struct node *at, size_t *first,
                           size_t *count)
{
    enum { NOWHERE = SERVERS_MAX };
    struct member_name name = member_name_split(text);
    const struct volume_group *group = find_group(resolver, text, &name, NOWHERE, at);
    bool good = group != NULL && find_members(resolver, text, &name, group, at, first, count);
    member_name_free(&name);
    return good;
}

/* Whether a workload's volumes are on its host's server. */
static bool check_server(const struct resolver *resolver, const struct volume_group *group, size_t host_server,
                         const struct node *at)
{
    if (group->server == host_server)
        return true;
    node_error(at, resolver->diagnostics, "%.60s is on server %.40s, allowed are volumes of %.40s, the host's server",
               at->text, resolver->servers[group->server].node->key, resolver->servers[host_server].node->key);
    return false;
}

/* Adds what one name means. `taken` marks the server's volumes that the workload has already. */
static bool add_name(struct resolver *resolver, const struct node *at, size_t server, bool *taken,
                     struct workload_config *workload)
{
    struct member_name name = member_name_split(at->text);
    size_t first = 0, count = 0;
    const struct volume_group *group = find_group(resolver, at->text, &name, server, at);
    bool good = group != NULL && check_server(resolver, group, server, at) &&
                find_members(resolver, at->text, &name, group, at, &first, &count);
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
    member_name_free(&name);
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
