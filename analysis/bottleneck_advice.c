// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/bottleneck_advice.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A part has room for some of a busier one's load when it is at most this share as busy. */
#define ROOM_SHARE 0.7

/* From here on a link's utilisation no longer tells how much more was wanted. */
#define SATURATED 0.95

/* Copied tracks are worth a word from this share of a link's transfers on. */
#define COPIES_SHARE 0.5

/* What a planner does about a busy component; a cache is none, and links have a function of their own. */
static const char *kind_advice(enum resource_kind kind)
{
    static const char *const advice[RESOURCE_KIND_COUNT] = {
        [RESOURCE_PORT] = "add host ports, spread the hosts over more of them, or use a faster type",
        [RESOURCE_PROCESSOR] = "move volumes to ranks of the other cluster or another server, or take a faster model",
        [RESOURCE_NVS] = "spread the writes over more ranks, so that they are destaged faster, or over both clusters",
        [RESOURCE_DEVICE_ADAPTER] = "spread the volumes over ranks of more device adapter pairs",
        [RESOURCE_LOOP] = "spread the volumes over ranks of more loops and device adapter pairs",
        [RESOURCE_RANK] = "spread the volumes over more ranks, use faster drives, or raise the cache hit ratio",
        [RESOURCE_DRIVE] = "its data is hotter than the rest of its rank: spread the hot volumes over more ranks",
        [RESOURCE_LINK] = "add links between the servers",
        [RESOURCE_BUS] = "move volumes to ranks of the other cluster or another server",
        [RESOURCE_BAY] = "spread the host adapters, of hosts and of links, over the bays",
    };
    return advice[kind];
}

/* Appends, as far as there is room. */
static void add(char advice[BOTTLENECK_ADVICE_BYTES], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(char advice[BOTTLENECK_ADVICE_BYTES], const char *format, ...)
{
    size_t length = strlen(advice);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(advice + length, BOTTLENECK_ADVICE_BYTES - length, format, arguments);
    va_end(arguments);
}

int32_t bottleneck_port(const struct config *config, const char *resource)
{
    size_t length = strcspn(resource, "/");
    for (size_t i = 0; resource[length] == '/' && i < config->port_count; i++) {
        const char *serial = config->servers[config->ports[i].server].serial;
        if (strcmp(config->ports[i].name, resource + length + 1) == 0 && strlen(serial) == length &&
            memcmp(serial, resource, length) == 0)
            return (int32_t)i;
    }
    return -1;
}

size_t bottleneck_port_links(const struct config *config, int32_t port)
{
    size_t count = 0;
    for (size_t i = 0; port >= 0 && i < config->link_count; i++)
        count += config->links[i].from_port == port || config->links[i].to_port == port;
    return count;
}

bool bottleneck_port_has_host(const struct config *config, int32_t port)
{
    for (size_t i = 0; i < config->host_count; i++)
        for (size_t j = 0; j < config->hosts[i].port_count; j++)
            if (config->hosts[i].ports[j] == port)
                return true;
    return false;
}

/* ---- which part like it has room ---- */

/* Whether the two stand in one server: names begin with its serial number. */
static bool share_server(const struct resource_report *a, const struct resource_report *b)
{
    size_t length = strcspn(a->name, "/");
    return a->name[length] == '/' && strncmp(a->name, b->name, length + 1) == 0;
}

/* Whether the two do the same work: of a kind, and of loops in the same direction (SERIAL/loop.0A/read). */
static bool is_alike(const struct resource_report *a, const struct resource_report *b)
{
    if (a->kind != b->kind)
        return false;
    const char *a_end = strrchr(a->name, '/'), *b_end = strrchr(b->name, '/');
    return a->kind != RESOURCE_LOOP || a_end == NULL || b_end == NULL || strcmp(a_end, b_end) == 0;
}

/* Adds which part like the limiting one has room, or that none has: whether moving helps, or only adding. */
static void add_room(const struct bottleneck_search *facts, const struct resource_report *found,
                     char advice[BOTTLENECK_ADVICE_BYTES])
{
    const struct resource_report *least = NULL;
    size_t alike = 0;
    for (size_t i = 0; i < facts->count; i++) {
        const struct resource_report *report = &facts->resources[i];
        bool is_links = report->kind == RESOURCE_PORT && facts->config != NULL && facts->config->link_count > 0 &&
                        bottleneck_port_links(facts->config, bottleneck_port(facts->config, report->name)) > 0;
        if (report == found || is_links || !is_alike(found, report) || !share_server(found, report) ||
            !isfinite(report->utilization))
            continue;
        alike++;
        if (least == NULL || report->utilization < least->utilization)
            least = report;
    }
    if (least == NULL || found->kind == RESOURCE_DRIVE)
        return;
    if (least->utilization <= ROOM_SHARE * found->utilization)
        add(advice, " Room is on %s, at %.0f %%.", least->name, 100 * least->utilization);
    else
        add(advice, " The %zu like it on this server are about as busy.", alike);
}

/* ---- servers and their roles ---- */

/* Adds, where the resource stands in a server to which PPRC pairs lead, whose secondary that is. */
static void add_role(const struct bottleneck_search *facts, const struct resource_report *found,
                     char advice[BOTTLENECK_ADVICE_BYTES])
{
    const struct config *config = facts->config;
    const char *first = NULL, *server = NULL;
    size_t length = strcspn(found->name, "/"), others = 0, targets = 0;
    int32_t last = -1;
    for (size_t i = 0; config != NULL && found->name[length] == '/' && i < config->pair_count; i++) {
        int32_t from = config->volumes[config->pairs[i].source].server;
        const char *serial = config->servers[config->volumes[config->pairs[i].target].server].serial;
        if (config->pairs[i].kind != PAIR_PPRC || strlen(serial) != length || memcmp(serial, found->name, length) != 0)
            continue;
        targets++;
        server = serial;
        if (first == NULL)
            first = config->servers[from].serial;
        else if (from != last && strcmp(config->servers[from].serial, first) != 0)
            others = 1;
        last = from;
    }
    if (server == NULL)
        return;
    add(advice, " %s is the secondary of %s%s, with %zu target volume%s: their writes are part of this load, and where "
        "they wait, %s's writes wait. Spread the targets, or move pairs to another secondary.", server, first,
        others ? " and of others" : "", targets, targets == 1 ? "" : "s", first);
}

/* ---- links ---- */

/* Whether the two links of the config lead the same way; and whether they share their load, as far as is known. */
static bool leads_alike(const struct config *config, size_t a, size_t b)
{
    return config->links[a].from == config->links[b].from && config->links[a].to == config->links[b].to;
}

static bool is_pooled(const struct bottleneck_search *facts, size_t a, size_t b)
{
    return a == b || (leads_alike(facts->config, a, b) &&
                      (facts->links == NULL ||
                       (facts->links[a].shares_with == facts->links[b].shares_with && facts->links[b].up)));
}

size_t bottleneck_link(const struct bottleneck_search *facts, const struct resource_report *resource)
{
    size_t own = (size_t)(resource - facts->resources), i = 0, count = facts->config ? facts->config->link_count : 0;
    while (i < count && facts->link_resources[i] != own)
        i++;
    return i;
}

void bottleneck_pool_find(const struct bottleneck_search *facts, const struct resource_report *found,
                          struct bottleneck_pool *pool)
{
    const struct config *config = facts->config;
    size_t own = bottleneck_link(facts, found);
    double sum = 0;
    *pool = (struct bottleneck_pool){.mean = found->utilization};
    if (config == NULL || own == config->link_count)
        return;
    pool->link = &config->links[own];
    pool->report = facts->links != NULL ? &facts->links[own] : NULL;
    for (size_t link = 0; link < config->link_count; link++) {
        if (!leads_alike(config, own, link))
            continue;
        pool->standing++;
        size_t number = facts->link_resources[link];
        const struct resource_report *report = number < facts->count ? &facts->resources[number] : NULL;
        if (report == NULL || !isfinite(report->utilization))
            continue;
        if (is_pooled(facts, own, link)) {
            sum += report->utilization;
            pool->count++;
        } else if ((facts->links == NULL || facts->links[link].up) &&
                   (pool->least == NULL || report->utilization < pool->least->utilization)) {
            pool->least = report;
        }
    }
    pool->mean = pool->count > 0 ? sum / (double)pool->count : found->utilization;
}

/* Links enough to bring the pool to the threshold, where that many may stand; 0 where nobody can tell. */
static size_t links_needed(const struct bottleneck_pool *pool, const struct resource_report *found)
{
    double outside = (double)(pool->standing - pool->count);
    double needed = ceil(pool->mean * (double)pool->count / found->threshold - 1e-9) + outside;
    bool known = pool->mean < SATURATED && needed > (double)pool->standing && needed <= SERVER_LINKS_MAX;
    return known ? (size_t)needed : 0;
}

static void add_pool(const struct bottleneck_pool *pool, char advice[BOTTLENECK_ADVICE_BYTES])
{
    if (pool->count == 2)
        add(advice, ", with the one that shares its paths,");
    else if (pool->count > 2)
        add(advice, ", with the %zu that share its paths,", pool->count - 1);
}

static void advise_link(const struct bottleneck_search *facts, const struct resource_report *found,
                        char advice[BOTTLENECK_ADVICE_BYTES])
{
    struct bottleneck_pool pool;
    bottleneck_pool_find(facts, found, &pool);
    add(advice, "%s (link)", found->name);
    add_pool(&pool, advice);
    add(advice, " limits, at %.0f %% where at most %.0f %% is advised: ", 100 * pool.mean, 100 * found->threshold);
    if (pool.link == NULL) {
        add(advice, "%s.", kind_advice(RESOURCE_LINK));
        return;
    }
    const char *from = facts->config->servers[pool.link->from].serial;
    const char *to = facts->config->servers[pool.link->to].serial;
    size_t needed = links_needed(&pool, found);
    if (pool.least != NULL && pool.least->utilization <= ROOM_SHARE * pool.mean) {
        add(advice, "lead its subsystems' paths from %s to %s over more links. Room is on %s, at %.0f %%, unless that is kept for "
            "other pairs.",
            from, to, pool.least->name, 100 * pool.least->utilization);
    } else if (pool.standing < SERVER_LINKS_MAX) {
        add(advice, "add links between %s and %s, where %zu %s, of at most %d.", from, to, pool.standing,
            pool.standing == 1 ? "stands" : "stand", SERVER_LINKS_MAX);
        if (needed > 0)
            add(advice, " %zu would be at most %.0f %% busy with this load.", needed, 100 * found->threshold);
    } else {
        add(advice, "all %d links that may stand between %s and %s do. What helps instead:", SERVER_LINKS_MAX, from,
            to);
        if (pool.link->distance_m > 0)
            add(advice, " a shorter distance than %g km, each of which a write pays %d times there and back;",
                (double)pool.link->distance_m / 1000, pool.link->type.exchanges);
        add(advice, " to mirror less of what is written, or to move pairs to another secondary.");
    }
    double carried = pool.report ? (double)(pool.report->writes + pool.report->copies) : 0;
    if (carried > 0 && pool.report->writes == 0)
        add(advice, " It carried copied tracks only: this is how fast they go.");
    else if (carried > 0 && (double)pool.report->copies >= COPIES_SHARE * carried)
        add(advice,
            " Copied tracks are %.0f %% of what it carries: copy when little is written, or fewer pairs at once.",
            100 * (double)pool.report->copies / carried);
}

/* ---- */

void bottleneck_reassure(const struct bottleneck_search *facts, const struct resource_report *found, double utilization,
                         char advice[BOTTLENECK_ADVICE_BYTES])
{
    struct bottleneck_pool pool = {.link = NULL};
    advice[0] = '\0';
    if (found->kind == RESOURCE_LINK)
        bottleneck_pool_find(facts, found, &pool);
    add(advice, "Nothing is near its limit. Nearest is %s (%s)", found->name, resource_kind_name(found->kind));
    add_pool(&pool, advice);
    add(advice, "%s at %.0f %% where at most %.0f %% is advised.", pool.count > 1 ? "" : ",", 100 * utilization,
        100 * found->threshold);
}

void bottleneck_advise(const struct bottleneck_search *facts, const struct resource_report *found,
                       char advice[BOTTLENECK_ADVICE_BYTES])
{
    advice[0] = '\0';
    if (found->kind == RESOURCE_LINK) {
        advise_link(facts, found, advice);
        return;
    }
    add(advice, "%s (%s) limits, at %.0f %% where at most %.0f %% is advised", found->name,
        resource_kind_name(found->kind), 100 * found->utilization, 100 * found->threshold);
    int32_t port = found->kind == RESOURCE_PORT && facts->config ? bottleneck_port(facts->config, found->name) : -1;
    size_t links = facts->config ? bottleneck_port_links(facts->config, port) : 0;
    if (links > 1) {
        add(advice, ": %zu links end there, behind a director. Give them ports of their own.", links);
        return;
    }
    add(advice, ": %s.", kind_advice(found->kind));
    add_room(facts, found, advice);
    if (found->kind != RESOURCE_PORT)
        add_role(facts, found, advice);
}
