// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/bottleneck.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A rank stands for its busiest drive when it is at least this share as near to its threshold. */
#define RANK_SHARE 0.9

/* A part has room for some of a busier one's load when it is at most this share as busy. */
#define ROOM_SHARE 0.7

/* What a planner does about a busy component; a cache is none. */
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

double bottleneck_pressure(const char *kind, double utilization, double threshold)
{
    if (!(utilization > 0) || !(threshold > 0) || !isfinite(utilization))
        return 0;
    bool idle_mark = strcmp(kind, resource_kind_name(RESOURCE_NVS)) == 0 && utilization < threshold;
    return strcmp(kind, resource_kind_name(RESOURCE_CACHE)) == 0 || idle_mark ? 0 : utilization / threshold;
}

static double pressure(const struct resource_report *report)
{
    return bottleneck_pressure(resource_kind_name(report->kind), report->utilization, report->threshold);
}

/* The rank that the drive SERIAL/RANK.DRIVE belongs to, NULL when there is no such report. */
static const struct resource_report *rank_of(const struct resource_report *drive,
                                             const struct resource_report *resources, size_t count)
{
    const char *dot = strrchr(drive->name, '.');
    if (dot == NULL)
        return NULL;
    size_t length = (size_t)(dot - drive->name);
    for (size_t i = 0; i < count; i++)
        if (resources[i].kind == RESOURCE_RANK && strncmp(resources[i].name, drive->name, length) == 0 &&
            resources[i].name[length] == '\0')
            return &resources[i];
    return NULL;
}

/* Whether the drive is about as busy as its rank, which then stands for it. */
static bool rank_stands_for(const struct resource_report *drive, const struct resource_report *resources, size_t count)
{
    const struct resource_report *rank = rank_of(drive, resources, count);
    return rank != NULL && pressure(rank) >= RANK_SHARE * pressure(drive);
}

static const struct resource_report *nearest(const struct resource_report *resources, size_t count)
{
    const struct resource_report *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct resource_report *report = &resources[i];
        if (pressure(report) <= (best ? pressure(best) : 0))
            continue;
        if (report->kind != RESOURCE_DRIVE || !rank_stands_for(report, resources, count))
            best = report;
    }
    return best;
}

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
static void add_room(char *advice, size_t bytes, const struct resource_report *found,
                     const struct resource_report *resources, size_t count)
{
    const struct resource_report *least = NULL;
    size_t alike = 0, length = strlen(advice);
    for (size_t i = 0; i < count; i++) {
        const struct resource_report *report = &resources[i];
        if (report == found || !is_alike(found, report) || !share_server(found, report) ||
            !isfinite(report->utilization))
            continue;
        alike++;
        if (least == NULL || report->utilization < least->utilization)
            least = report;
    }
    if (least == NULL || found->kind == RESOURCE_DRIVE)
        return;
    if (least->utilization <= ROOM_SHARE * found->utilization)
        snprintf(advice + length, bytes - length, " Room is on %s, at %.0f %%.", least->name,
                 100 * least->utilization);
    else
        snprintf(advice + length, bytes - length, " The %zu like it on this server are about as busy.", alike);
}

void bottleneck_find(const struct resource_report *resources, size_t count, struct bottleneck *bottleneck)
{
    const struct resource_report *found = nearest(resources, count);
    *bottleneck = (struct bottleneck){.resource = found, .factor = NAN};
    if (found == NULL) {
        snprintf(bottleneck->advice, sizeof bottleneck->advice, "Nothing was in use.");
        return;
    }
    const char *kind = resource_kind_name(found->kind);
    bottleneck->factor = 1 / pressure(found);
    bottleneck->limits = pressure(found) >= 1;
    if (bottleneck->limits) {
        snprintf(bottleneck->advice, sizeof bottleneck->advice,
                 "%s (%s) limits, at %.0f %% where at most %.0f %% is advised: %s.", found->name, kind,
                 100 * found->utilization, 100 * found->threshold, kind_advice(found->kind));
        add_room(bottleneck->advice, sizeof bottleneck->advice, found, resources, count);
    } else {
        snprintf(bottleneck->advice, sizeof bottleneck->advice,
                 "Nothing is near its limit. Nearest is %s (%s), at %.0f %% where at most %.0f %% is advised.",
                 found->name, kind, 100 * found->utilization, 100 * found->threshold);
    }
}

bool bottleneck_in_overview(const char *kind)
{
    return strcmp(kind, resource_kind_name(RESOURCE_DRIVE)) != 0 &&
           strcmp(kind, resource_kind_name(RESOURCE_CACHE)) != 0;
}

bool bottleneck_unstable(int64_t issued, int64_t completed)
{
    return issued > completed && (double)issued - (double)completed > 4 * sqrt((double)issued);
}
