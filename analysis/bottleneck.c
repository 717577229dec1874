// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/bottleneck.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bottleneck_advice.h"
#include "sim/memory.h"

/* A rank stands for its busiest drive, and a shared port for its links, when it is at least this share as near to its
 * threshold. */
#define STAND_SHARE 0.9

double bottleneck_pressure(const char *kind, double utilization, double threshold)
{
    if (!(utilization > 0) || !(threshold > 0) || !isfinite(utilization))
        return 0;
    bool idle_mark = strcmp(kind, resource_kind_name(RESOURCE_NVS)) == 0 && utilization < threshold;
    return strcmp(kind, resource_kind_name(RESOURCE_CACHE)) == 0 || idle_mark ? 0 : utilization / threshold;
}

/* How busy it is: a link together with those that share its paths. */
static double utilization_of(const struct bottleneck_search *facts, const struct resource_report *report)
{
    struct bottleneck_pool pool;
    if (report->kind != RESOURCE_LINK)
        return report->utilization;
    bottleneck_pool_find(facts, report, &pool);
    return pool.link != NULL ? pool.mean : report->utilization;
}

static double pressure(const struct bottleneck_search *facts, const struct resource_report *report)
{
    return bottleneck_pressure(resource_kind_name(report->kind), utilization_of(facts, report), report->threshold);
}

/* The rank that the drive SERIAL/RANK.DRIVE belongs to, NULL when there is no such report. */
static const struct resource_report *rank_of(const struct bottleneck_search *facts, const struct resource_report *drive)
{
    const char *dot = strrchr(drive->name, '.');
    if (dot == NULL)
        return NULL;
    size_t length = (size_t)(dot - drive->name);
    for (size_t i = 0; i < facts->count; i++) {
        const struct resource_report *rank = &facts->resources[i];
        if (rank->kind == RESOURCE_RANK && strncmp(rank->name, drive->name, length) == 0 && rank->name[length] == '\0')
            return rank;
    }
    return NULL;
}

/* The port at the link's far end, where other links end too; NULL when the link has it to itself. */
static const struct resource_report *shared_port_of(const struct bottleneck_search *facts,
                                                    const struct resource_report *link)
{
    const struct config *config = facts->config;
    size_t own = bottleneck_link(facts, link);
    if (config == NULL || own == config->link_count)
        return NULL;
    int32_t port = config->links[own].to_port;
    for (size_t j = 0; bottleneck_port_links(config, port) > 1 && j < facts->count; j++)
        if (facts->resources[j].kind == RESOURCE_PORT && bottleneck_port(config, facts->resources[j].name) == port)
            return &facts->resources[j];
    return NULL;
}

/* Whether another resource is to be named in its place. */
static bool stands_back(const struct bottleneck_search *facts, const struct resource_report *report)
{
    const struct resource_report *other = report->kind == RESOURCE_DRIVE  ? rank_of(facts, report)
                                          : report->kind == RESOURCE_LINK ? shared_port_of(facts, report)
                                                                          : NULL;
    if (other != NULL)
        return pressure(facts, other) >= STAND_SHARE * pressure(facts, report);
    if (report->kind != RESOURCE_PORT || facts->config == NULL || facts->config->link_count == 0)
        return false;
    int32_t port = bottleneck_port(facts->config, report->name);
    return bottleneck_port_links(facts->config, port) == 1 && !bottleneck_port_has_host(facts->config, port);
}

static const struct resource_report *nearest(const struct bottleneck_search *facts)
{
    const struct resource_report *best = NULL;
    double most = 0;
    for (size_t i = 0; i < facts->count; i++) {
        const struct resource_report *report = &facts->resources[i];
        double own = pressure(facts, report);
        if (own <= most || stands_back(facts, report))
            continue;
        best = report;
        most = own;
    }
    return best;
}

/* Which resource each link is. Links mostly come in the config's order, so the one behind the last is tried first. */
static size_t *map_links(const struct bottleneck_facts *facts)
{
    size_t count = facts->config != NULL ? facts->config->link_count : 0, next = 0;
    size_t *map = memory_alloc_zeroed(count, sizeof *map);
    for (size_t i = 0; i < count; i++)
        map[i] = facts->count;
    for (size_t r = 0; count > 0 && r < facts->count; r++) {
        size_t tried = facts->resources[r].kind == RESOURCE_LINK ? 0 : count;
        for (; tried < count; tried++)
            if (bottleneck_is_link(facts->resources[r].name, facts->config->links[(next + tried) % count].name))
                break;
        if (tried == count)
            continue;
        next = (next + tried) % count;
        map[next] = r;
        next++;
    }
    return map;
}

static void find(const struct bottleneck_search *facts, struct bottleneck *bottleneck);

void bottleneck_find(const struct bottleneck_facts *facts, struct bottleneck *bottleneck)
{
    size_t *map = map_links(facts);
    struct bottleneck_search search = {.resources = facts->resources, .count = facts->count, .config = facts->config,
                                       .links = facts->links, .link_resources = map};
    find(&search, bottleneck);
    free(map);
}

static void find(const struct bottleneck_search *facts, struct bottleneck *bottleneck)
{
    const struct resource_report *found = nearest(facts);
    *bottleneck = (struct bottleneck){.resource = found, .utilization = NAN, .factor = NAN};
    if (found == NULL) {
        snprintf(bottleneck->advice, sizeof bottleneck->advice, "Nothing was in use.");
        return;
    }
    bottleneck->utilization = utilization_of(facts, found);
    bottleneck->factor = 1 / pressure(facts, found);
    bottleneck->limits = pressure(facts, found) >= 1;
    if (bottleneck->limits)
        bottleneck_advise(facts, found, bottleneck->advice);
    else
        bottleneck_reassure(facts, found, bottleneck->utilization, bottleneck->advice);
}

bool bottleneck_in_overview(const char *kind)
{
    return strcmp(kind, resource_kind_name(RESOURCE_DRIVE)) != 0 &&
           strcmp(kind, resource_kind_name(RESOURCE_CACHE)) != 0;
}

bool bottleneck_is_link(const char *resource, const char *link)
{
    const char *slash = strrchr(resource, '/');
    return strcmp(slash ? slash + 1 : resource, link) == 0;
}

bool bottleneck_unstable(int64_t issued, int64_t completed)
{
    return issued > completed && (double)issued - (double)completed > 4 * sqrt((double)issued);
}
