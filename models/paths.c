// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/machine.h"
#include "models/pprc.h"
#include "sim/memory.h"

struct paths {
    const struct config *config;
    struct path_group **from; /* by subsystem: a list of those that lead from it, in the order in which they were made */
    int32_t *over;            /* by link: paths that lead over it */
};

static struct paths *create_empty(const struct config *config)
{
    struct paths *paths = memory_alloc_zeroed(1, sizeof *paths);
    paths->config = config;
    paths->from = memory_alloc_zeroed(config->subsystem_count, sizeof(struct path_group *));
    paths->over = memory_alloc_zeroed(config->link_count, sizeof *paths->over);
    return paths;
}

void paths_destroy(struct paths *paths)
{
    if (paths == NULL)
        return;
    for (size_t i = 0; i < paths->config->subsystem_count; i++) {
        for (struct path_group *group = paths->from[i], *next; group != NULL; group = next) {
            next = group->next;
            free(group);
        }
    }
    free(paths->from);
    free(paths->over);
    free(paths);
}

struct path_group *paths_group(struct paths *paths, int32_t from, int32_t to)
{
    struct path_group **link = &paths->from[from];
    while (*link != NULL && (*link)->to != to)
        link = &(*link)->next;
    if (*link == NULL) {
        *link = memory_alloc_zeroed(1, sizeof **link);
        (*link)->from = from;
        (*link)->to = to;
    }
    return *link;
}

int32_t paths_over(const struct paths *paths, int32_t link)
{
    return paths->over[link];
}

/* ---- rules ---- */

static const char *server_of(const struct config *config, int32_t subsystem)
{
    return config->servers[config->subsystems[subsystem].server].serial;
}

/* The other servers that paths lead to from this one, `also` counted whether they do or not. */
static int32_t secondary_servers(const struct paths *paths, int32_t server, int32_t also)
{
    const struct config *config = paths->config;
    int32_t seen[SECONDARY_SERVERS_MAX + 1] = {also};
    int32_t count = also != server;
    for (size_t i = 0; i < config->subsystem_count; i++) {
        if (config->subsystems[i].server != server)
            continue;
        for (const struct path_group *group = paths->from[i]; group != NULL; group = group->next) {
            int32_t to = config->subsystems[group->to].server, at = 0;
            while (at < count && seen[at] != to)
                at++;
            if (group->count > 0 && to != server && at == count && count <= SECONDARY_SERVERS_MAX)
                seen[count++] = to;
        }
    }
    return count;
}

static bool contains(const struct path_group *group, int32_t link)
{
    for (int32_t i = 0; i < group->count; i++)
        if (group->links[i] == link)
            return true;
    return false;
}

/* Whether a path over the link may be added; `freed`: paths of the group over it that go first. */
static bool may_add(const struct paths *paths, const struct path_group *group, int32_t link, int32_t freed,
                    char why[PATHS_WHY_BYTES])
{
    const struct config *config = paths->config;
    const struct link_config *it = &config->links[link];
    const struct subsystem_config *from = &config->subsystems[group->from], *to = &config->subsystems[group->to];
    if (it->from != from->server || it->to != to->server) {
        snprintf(why, PATHS_WHY_BYTES, "link %.60s leads from %s to %s, needed is one from %s to %s", it->name,
                 config->servers[it->from].serial, config->servers[it->to].serial, server_of(config, group->from),
                 server_of(config, group->to));
        return false;
    }
    if (paths->over[link] - freed >= LINK_PATHS_MAX) {
        snprintf(why, PATHS_WHY_BYTES, "link %.60s has %d logical paths, allowed are at most %d on a link", it->name,
                 (int)paths->over[link], LINK_PATHS_MAX);
        return false;
    }
    if (secondary_servers(paths, from->server, to->server) > SECONDARY_SERVERS_MAX) {
        snprintf(why, PATHS_WHY_BYTES, "%s has %d secondary servers, allowed are at most %d of a primary",
                 server_of(config, group->from), SECONDARY_SERVERS_MAX, SECONDARY_SERVERS_MAX);
        return false;
    }
    return true;
}

/* Whether two links from one server carry paths between the same subsystems. */
static bool share_paths(const struct paths *paths, int32_t a, int32_t b)
{
    const struct config *config = paths->config;
    for (size_t i = 0; i < config->subsystem_count; i++) {
        if (config->subsystems[i].server != config->links[a].from)
            continue;
        for (const struct path_group *group = paths->from[i]; group != NULL; group = group->next)
            if (contains(group, a) != contains(group, b))
                return false;
    }
    return true;
}

int32_t paths_first_sharing(const struct paths *paths, int32_t link)
{
    const struct link_config *links = paths->config->links;
    for (int32_t i = 0; i < link; i++)
        if (links[i].from == links[link].from && links[i].to == links[link].to && share_paths(paths, i, link))
            return i;
    return link;
}

/* One group's links connect two servers. */
static bool refuse_ninth(const struct config *config, const struct path_group *group, char why[PATHS_WHY_BYTES])
{
    snprintf(why, PATHS_WHY_BYTES, "%s and %s have more than %d links, allowed are at most %d between two servers",
             server_of(config, group->from), server_of(config, group->to), SERVER_LINKS_MAX, SERVER_LINKS_MAX);
    return false;
}

/* ---- adding and removing ---- */

static void add(struct paths *paths, struct path_group *group, int32_t link)
{
    int32_t at = group->count;
    for (; at > 0 && group->links[at - 1] > link; at--)
        group->links[at] = group->links[at - 1];
    group->links[at] = link;
    group->count++;
    paths->over[link]++;
}

static void remove_all(struct paths *paths, struct path_group *group)
{
    for (int32_t i = 0; i < group->count; i++)
        paths->over[group->links[i]]--;
    group->count = 0;
}

/* Enters the config's paths, up to the first that breaks a rule, whose index it returns. */
static size_t enter_config(struct paths *paths, char why[PATHS_WHY_BYTES])
{
    const struct config *config = paths->config;
    for (size_t i = 0; i < config->path_count; i++) {
        const struct path_config *path = &config->paths[i];
        struct path_group *group = paths_group(paths, path->from, path->to);
        if (contains(group, path->link))
            continue;
        if (!may_add(paths, group, path->link, 0, why))
            return i;
        if (group->count == SERVER_LINKS_MAX && !refuse_ninth(config, group, why))
            return i;
        add(paths, group, path->link);
    }
    return config->path_count;
}

bool paths_check_config(const struct config *config, size_t *at, char why[PATHS_WHY_BYTES])
{
    struct paths *paths = create_empty(config);
    *at = enter_config(paths, why);
    paths_destroy(paths);
    return *at == config->path_count;
}

struct paths *paths_create(const struct config *config)
{
    char why[PATHS_WHY_BYTES];
    struct paths *paths = create_empty(config);
    if (enter_config(paths, why) < config->path_count)
        sim_check_failed(NULL, why, __FILE__, __LINE__);
    return paths;
}

static size_t distinct(const int32_t *links, size_t count)
{
    size_t repeated = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (links[at] != links[i])
            at++;
        repeated += at < i;
    }
    return count - repeated;
}

bool paths_establish(struct machine *machine, int32_t from, int32_t to, const int32_t *links, size_t count,
                     bool replace, char why[PATHS_WHY_BYTES])
{
    struct paths *paths = machine->paths;
    struct path_group *group = paths_group(paths, from, to);
    if (group->count > 0 && !replace)
        return true;
    for (size_t i = 0; i < count; i++)
        if (!may_add(paths, group, links[i], contains(group, links[i]), why))
            return false;
    if (distinct(links, count) > SERVER_LINKS_MAX)
        return refuse_ninth(machine->config, group, why);
    remove_all(paths, group);
    for (size_t i = 0; i < count; i++)
        if (!contains(group, links[i]))
            add(paths, group, links[i]);
    pprc_paths_changed(machine, from, to);
    return true;
}

bool paths_remove(struct machine *machine, int32_t from, int32_t to, char why[PATHS_WHY_BYTES])
{
    const struct config *config = machine->config;
    struct path_group *group = paths_group(machine->paths, from, to);
    if (group->count == 0) {
        snprintf(why, PATHS_WHY_BYTES, "there is no path from %s to %s", config->subsystems[from].name,
                 config->subsystems[to].name);
        return false;
    }
    remove_all(machine->paths, group);
    pprc_paths_changed(machine, from, to);
    return true;
}

/* ---- using ---- */

struct link *paths_least_busy(const struct machine *machine, const struct path_group *group)
{
    struct link *best = NULL;
    int64_t least = 0;
    for (int32_t i = 0; i < group->count; i++) {
        struct link *link = &machine->links[group->links[i]];
        int64_t load = station_queue(link->station) + station_busy(link->station);
        if (link->up && (best == NULL || load < least)) {
            best = link;
            least = load;
        }
    }
    return best;
}

bool paths_lead_over(const struct machine *machine, const struct path_group *group, const struct link *link)
{
    return link->up && contains(group, (int32_t)(link - machine->links));
}

bool paths_work(const struct machine *machine, const struct path_group *group)
{
    return paths_least_busy(machine, group) != NULL;
}

void paths_link_changed(struct machine *machine, const struct link *link)
{
    int32_t number = (int32_t)(link - machine->links);
    for (size_t i = 0; i < machine->config->subsystem_count; i++)
        for (const struct path_group *group = machine->paths->from[i]; group != NULL; group = group->next)
            if (contains(group, number))
                pprc_paths_changed(machine, group->from, group->to);
}
