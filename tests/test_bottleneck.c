// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/bottleneck.h"
#include "tests/unit.h"

static struct resource_report report(const char *name, enum resource_kind kind, double utilization, double threshold)
{
    return (struct resource_report){.name = name, .kind = kind, .utilization = utilization, .threshold = threshold};
}

static void find(const struct resource_report *resources, size_t count, struct bottleneck *found)
{
    bottleneck_find(&(struct bottleneck_facts){.resources = resources, .count = count}, found);
}

static void limit_is_relative_to_thresholds(void)
{
    struct resource_report resources[] = {
        report("FCA24/port.f0", RESOURCE_PORT, 0.60, 0.80),
        report("FCA24/prod", RESOURCE_RANK, 0.40, 0.50),
        report("FCA24/cluster.0", RESOURCE_PROCESSOR, 0.30, 0.70),
    };
    struct bottleneck found;
    find(resources, 3, &found);
    CHECK(found.resource == &resources[1]);
    CHECK(!found.limits);
    CHECK_NEAR(found.factor, 1.25, 1e-12);
    CHECK_CONTAINS(found.advice, "Nothing is near its limit");
    CHECK_CONTAINS(found.advice, "FCA24/prod (rank), at 40 % where at most 50 %");
}

static void reached_threshold_limits(void)
{
    struct resource_report rank = report("FCA24/prod", RESOURCE_RANK, 0.5, 0.5);
    struct bottleneck found;
    find(&rank, 1, &found);
    CHECK(found.limits);
    CHECK_NEAR(found.factor, 1, 1e-12);
    CHECK_CONTAINS(found.advice, "spread the volumes over more ranks");
    rank.utilization = 1;
    find(&rank, 1, &found);
    CHECK_NEAR(found.factor, 0.5, 1e-12);
}

static void every_kind_has_advice(void)
{
    static const char *const words[RESOURCE_KIND_COUNT] = {
        [RESOURCE_PORT] = "add host ports", [RESOURCE_PROCESSOR] = "other cluster",
        [RESOURCE_NVS] = "destaged", [RESOURCE_DEVICE_ADAPTER] = "device adapter pairs", [RESOURCE_LOOP] = "loops",
        [RESOURCE_RANK] = "more ranks", [RESOURCE_DRIVE] = "hot volumes", [RESOURCE_LINK] = "add links",
        [RESOURCE_BUS] = "another server", [RESOURCE_BAY] = "over the bays",
    };
    for (int kind = 0; kind < RESOURCE_KIND_COUNT; kind++) {
        if (kind == RESOURCE_CACHE)
            continue;
        struct resource_report busy = report("A/x", (enum resource_kind)kind, 0.9, 0.5);
        struct bottleneck found;
        find(&busy, 1, &found);
        CHECK_CONTAINS(found.advice, words[kind]);
        CHECK(strlen(found.advice) < sizeof found.advice - 1);
    }
}

static void rank_is_named_for_its_drives(void)
{
    struct resource_report resources[] = {
        report("FCA24/prod.10", RESOURCE_DRIVE, 0.585, 0.6),
        report("FCA24/prod.1", RESOURCE_RANK, 0.59, 0.6),
        report("FCA24/prod.1.3", RESOURCE_DRIVE, 0.64, 0.6),
        report("FCA24/prod", RESOURCE_RANK, 0.2, 0.6),
    };
    struct bottleneck found;
    find(resources, 4, &found);
    CHECK_STRING(found.resource->name, "FCA24/prod.1");
    resources[1].utilization = 0.3;
    find(resources, 4, &found);
    CHECK_STRING(found.resource->name, "FCA24/prod.1.3");
    CHECK_CONTAINS(found.advice, "hotter than the rest of its rank");
}

static void nothing_used_names_nothing(void)
{
    struct resource_report resources[] = {
        report("A/x", RESOURCE_PORT, 0, 0.5),
        report("A/y", RESOURCE_PORT, NAN, 0.5),
        report("A/z", RESOURCE_PORT, 0.5, 0),
        report("A/w", RESOURCE_PORT, 0.5, NAN),
    };
    struct bottleneck found;
    find(resources, 4, &found);
    CHECK(found.resource == NULL);
    CHECK(isnan(found.factor));
    find(NULL, 0, &found);
    CHECK(found.resource == NULL);
}

static void room_is_named_where_there_is_some(void)
{
    struct resource_report resources[] = {
        report("FCA24/a", RESOURCE_RANK, 0.7, 0.6),
        report("FCA24/b", RESOURCE_RANK, 0.3, 0.6),
        report("FCA24/c", RESOURCE_RANK, 0.04, 0.6),
        report("12019/d", RESOURCE_RANK, 0, 0.6),
        report("FCA24/cluster.0/processors", RESOURCE_PROCESSOR, 0.01, 0.8),
    };
    struct bottleneck found;
    find(resources, 5, &found);
    CHECK_CONTAINS(found.advice, "Room is on FCA24/c, at 4 %.");
    resources[1].utilization = 0.69;
    resources[2].utilization = 0.68;
    find(resources, 5, &found);
    CHECK_CONTAINS(found.advice, "The 2 like it on this server are about as busy.");
}

static void loops_have_room_in_their_own_direction(void)
{
    struct resource_report resources[] = {
        report("FCA24/loop.0A/read", RESOURCE_LOOP, 0.7, 0.6),
        report("FCA24/loop.0A/write", RESOURCE_LOOP, 0, 0.6),
        report("FCA24/loop.1B/read", RESOURCE_LOOP, 0.05, 0.6),
    };
    struct bottleneck found;
    find(resources, 3, &found);
    CHECK_CONTAINS(found.advice, "Room is on FCA24/loop.1B/read, at 5 %.");
}

static void first_of_equals_is_named(void)
{
    struct resource_report resources[] = {
        report("A/x", RESOURCE_PORT, 0.4, 0.5),
        report("A/y", RESOURCE_PORT, 0.4, 0.5),
    };
    struct bottleneck found;
    find(resources, 2, &found);
    CHECK_STRING(found.resource->name, "A/x");
}

static void memory_is_no_load(void)
{
    struct resource_report resources[] = {
        report("A/cluster.0/cache", RESOURCE_CACHE, 1, 1),
        report("A/cluster.0/nvs", RESOURCE_NVS, 0.79, 0.8),
        report("A/prod", RESOURCE_RANK, 0.3, 0.6),
    };
    struct bottleneck found;
    find(resources, 3, &found);
    CHECK_STRING(found.resource->name, "A/prod");
    CHECK_NEAR(found.factor, 2, 1e-12);
    resources[1].utilization = 0.8;
    find(resources, 3, &found);
    CHECK_STRING(found.resource->name, "A/cluster.0/nvs");
}

static void growing_queue_is_unstable(void)
{
    CHECK(bottleneck_unstable(120000, 114000));
    CHECK(!bottleneck_unstable(120000, 119900));
    CHECK(!bottleneck_unstable(119900, 120000));
    CHECK(!bottleneck_unstable(0, 0));
    CHECK(!bottleneck_unstable(10, 0));
    CHECK(!bottleneck_unstable(10000, 9600));
    CHECK(bottleneck_unstable(10000, 9599));
}

/* ---- remote copy: FCA24 mirrors to 12019 over `count` links e.0 ..., 43 km long ---- */

enum { LINKS_MAX = 8 };

/* A config and what it owns; names are the link's on both sides. */
struct mirror {
    struct config config;
    struct server_config servers[2];
    struct port_config ports[2 * LINKS_MAX];
    struct link_config links[LINKS_MAX];
    struct volume_config volumes[2];
    struct pair_config pair;
    char names[LINKS_MAX][24], serials[2][8];
    struct resource_report resources[3 * LINKS_MAX];
    char resource_names[3 * LINKS_MAX][48];
    size_t count;
};

static void mirror_add(struct mirror *mirror, enum resource_kind kind, double utilization, const char *serial,
                       const char *part)
{
    char *name = mirror->resource_names[mirror->count];
    snprintf(name, sizeof mirror->resource_names[0], "%s%s%s", serial, *serial ? "/" : "", part);
    mirror->resources[mirror->count++] = report(name, kind, utilization, 0.5);
}

/* The links are as busy as told; so is a port at their ends, which may be one for all of them. */
static void mirror_build(struct mirror *mirror, const double *busy, size_t count, bool shared)
{
    *mirror = (struct mirror){.serials = {"FCA24", "12019"}, .volumes = {{.server = 0}, {.server = 1}},
                              .pair = {.source = 0, .target = 1}};
    for (int i = 0; i < 2; i++)
        mirror->servers[i].serial = mirror->serials[i];
    for (size_t i = 0; i < count; i++) {
        snprintf(mirror->names[i], sizeof mirror->names[i], "e.%zu", i);
        mirror->ports[2 * i] = (struct port_config){.name = mirror->names[i], .server = 0};
        mirror->ports[2 * i + 1] = (struct port_config){.name = mirror->names[i], .server = 1};
        mirror->links[i] = (struct link_config){.name = mirror->names[i],
                                                .from = 0,
                                                .to = 1,
                                                .from_port = (int32_t)(2 * i),
                                                .to_port = shared ? 1 : (int32_t)(2 * i + 1),
                                                .distance_m = 43000,
                                                .type = {.exchanges = 3}};
        mirror_add(mirror, RESOURCE_PORT, busy[i] + 0.02, "FCA24", mirror->names[i]);
        mirror_add(mirror, RESOURCE_LINK, busy[i], "", mirror->names[i]);
    }
    mirror->config = (struct config){.servers = mirror->servers, .server_count = 2, .ports = mirror->ports,
                                     .port_count = 2 * count, .links = mirror->links, .link_count = count,
                                     .volumes = mirror->volumes, .volume_count = 2, .pairs = &mirror->pair,
                                     .pair_count = 1};
}

static void mirror_find(const struct mirror *mirror, const struct link_report *links, struct bottleneck *found)
{
    bottleneck_find(&(struct bottleneck_facts){.resources = mirror->resources, .count = mirror->count,
                                               .config = &mirror->config, .links = links}, found);
}

static void links_are_named_not_their_ports(void)
{
    struct mirror mirror;
    struct bottleneck found;
    mirror_build(&mirror, (double[]){0.7, 0.72}, 2, false);
    mirror_find(&mirror, NULL, &found);
    CHECK_STRING(found.resource->name, "e.0");
    CHECK_NEAR(found.utilization, 0.71, 1e-12);
    CHECK_NEAR(found.factor, 0.5 / 0.71, 1e-12);
    CHECK_CONTAINS(found.advice,
                   "e.0 (link), with the one that shares its paths, limits, at 71 % where at most 50 % is "
                   "advised: add links between FCA24 and 12019, where 2 stand, of at most 8.");
    CHECK_CONTAINS(found.advice, "3 would be at most 50 % busy with this load.");
}

/* Writes take the first link that is free, so the first is busy long before all are. */
static void links_that_share_paths_share_their_load(void)
{
    struct mirror mirror;
    struct bottleneck found;
    mirror_build(&mirror, (double[]){0.8, 0.5, 0.2, 0.1}, 4, false);
    mirror_find(&mirror, NULL, &found);
    CHECK_STRING(found.resource->name, "e.0");
    CHECK(!found.limits);
    CHECK_NEAR(found.factor, 0.5 / 0.4, 1e-12);
    CHECK_CONTAINS(found.advice, "Nearest is e.0 (link), with the 3 that share its paths, at 40 % where at most 50 %");
}

static void saturated_links_promise_no_number(void)
{
    struct mirror mirror;
    struct bottleneck found;
    mirror_build(&mirror, (double[]){0.999}, 1, false);
    mirror_find(&mirror, NULL, &found);
    CHECK_CONTAINS(found.advice, "add links between FCA24 and 12019, where 1 stands");
    CHECK(strstr(found.advice, "would be") == NULL);
}

static void links_with_room_are_named(void)
{
    struct mirror mirror;
    struct bottleneck found;
    struct link_report links[3] = {{.up = true, .shares_with = 0}, {.up = true, .shares_with = 1},
                                  {.up = true, .shares_with = 2}};
    mirror_build(&mirror, (double[]){0.8, 0.1, 0.3}, 3, false);
    mirror_find(&mirror, links, &found);
    CHECK_CONTAINS(found.advice, "paths from FCA24 to 12019 over more links. Room is on e.1, at 10 %, unless");
    links[1].up = false;
    mirror_find(&mirror, links, &found);
    CHECK_CONTAINS(found.advice, "Room is on e.2, at 30 %, unless");
    mirror.links[1].from = mirror.links[2].from = 1;
    mirror.links[1].to = mirror.links[2].to = 0;
    mirror_find(&mirror, links, &found);
    CHECK_CONTAINS(found.advice, "add links between FCA24 and 12019, where 1 stands");
}

static void eight_links_are_all_there_are(void)
{
    struct mirror mirror;
    struct bottleneck found;
    mirror_build(&mirror, (double[]){0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.75}, 8, false);
    mirror_find(&mirror, NULL, &found);
    CHECK_CONTAINS(found.advice, "all 8 links that may stand between FCA24 and 12019 do");
    CHECK_CONTAINS(found.advice, "a shorter distance than 43 km");
    CHECK_CONTAINS(found.advice, "move pairs to another secondary");
    CHECK(strstr(found.advice, "add links") == NULL);
}

static void copies_are_told_from_writes(void)
{
    struct mirror mirror;
    struct bottleneck found;
    struct link_report link = {.up = true, .writes = 100, .copies = 300};
    mirror_build(&mirror, (double[]){0.9}, 1, false);
    mirror_find(&mirror, &link, &found);
    CHECK_CONTAINS(found.advice, "Copied tracks are 75 % of what it carries");
    link.copies = 0;
    mirror_find(&mirror, &link, &found);
    CHECK(strstr(found.advice, "Copied tracks") == NULL);
}

static void shared_port_stands_for_its_links(void)
{
    struct mirror mirror;
    struct bottleneck found;
    mirror_build(&mirror, (double[]){0.8, 0.8}, 2, true);
    mirror_add(&mirror, RESOURCE_PORT, 0.79, "12019", "e.0");
    mirror_find(&mirror, NULL, &found);
    CHECK_STRING(found.resource->name, "12019/e.0");
    CHECK_CONTAINS(found.advice, "2 links end there, behind a director. Give them ports of their own.");
    mirror.resources[mirror.count - 1].utilization = 0.4;
    mirror_find(&mirror, NULL, &found);
    CHECK_STRING(found.resource->name, "e.0");
}

static void secondary_is_called_so(void)
{
    struct mirror mirror;
    struct bottleneck found;
    mirror_build(&mirror, (double[]){0.2}, 1, false);
    mirror_add(&mirror, RESOURCE_NVS, 0.95, "12019", "cluster.0/nvs");
    mirror_find(&mirror, NULL, &found);
    CHECK_STRING(found.resource->name, "12019/cluster.0/nvs");
    CHECK_CONTAINS(found.advice, "12019 is the secondary of FCA24, with 1 target volume:");
    mirror_build(&mirror, (double[]){0.2}, 1, false);
    mirror_add(&mirror, RESOURCE_NVS, 0.95, "FCA24", "cluster.0/nvs");
    mirror_find(&mirror, NULL, &found);
    CHECK(strstr(found.advice, "secondary") == NULL);
}

UNIT_MAIN(
    "bottleneck", {"the resource nearest to its own threshold is the bottleneck", limit_is_relative_to_thresholds},
    {"a resource at its threshold limits", reached_threshold_limits},
    {"a full cache and NVS below its threshold do not limit", memory_is_no_load},
    {"every kind of resource that can limit has advice in the field's words", every_kind_has_advice},
    {"a rank stands for drives as busy as itself, not for a hot one", rank_is_named_for_its_drives},
    {"without anything in use there is no bottleneck", nothing_used_names_nothing},
    {"among equals the first is named", first_of_equals_is_named},
    {"the advice names which part of the same kind has room, or that none has", room_is_named_where_there_is_some},
    {"a loop that is full with reads is not helped by one that could write", loops_have_room_in_their_own_direction},
    {"links are named, not the ports that are theirs alone, and how many links would do",
     links_are_named_not_their_ports},
    {"links that share their paths count together", links_that_share_paths_share_their_load},
    {"a saturated link does not tell how many would do", saturated_links_promise_no_number},
    {"a link of the same direction that works and has room is named", links_with_room_are_named},
    {"where eight links stand, the advice says so and what helps instead", eight_links_are_all_there_are},
    {"a link busy with copied tracks is told from one busy with writes", copies_are_told_from_writes},
    {"a port shared by links is named when it is as busy as they are", shared_port_stands_for_its_links},
    {"a secondary's component is called so, a primary's is not", secondary_is_called_so},
    {"an open load is unstable when its queue grows more than chance explains", growing_queue_is_unstable})
