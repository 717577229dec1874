// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <string.h>

#include "analysis/bottleneck.h"
#include "tests/unit.h"

static struct resource_report report(const char *name, enum resource_kind kind, double utilization, double threshold)
{
    return (struct resource_report){.name = name, .kind = kind, .utilization = utilization, .threshold = threshold};
}

static void limit_is_relative_to_thresholds(void)
{
    struct resource_report resources[] = {
        report("FCA24/port.f0", RESOURCE_PORT, 0.60, 0.80),
        report("FCA24/prod", RESOURCE_RANK, 0.40, 0.50),
        report("FCA24/cluster.0", RESOURCE_PROCESSOR, 0.30, 0.70),
    };
    struct bottleneck found;
    bottleneck_find(resources, 3, &found);
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
    bottleneck_find(&rank, 1, &found);
    CHECK(found.limits);
    CHECK_NEAR(found.factor, 1, 1e-12);
    CHECK_CONTAINS(found.advice, "spread the volumes over more ranks");
    rank.utilization = 1;
    bottleneck_find(&rank, 1, &found);
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
        bottleneck_find(&busy, 1, &found);
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
    bottleneck_find(resources, 4, &found);
    CHECK_STRING(found.resource->name, "FCA24/prod.1");
    resources[1].utilization = 0.3;
    bottleneck_find(resources, 4, &found);
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
    bottleneck_find(resources, 4, &found);
    CHECK(found.resource == NULL);
    CHECK(isnan(found.factor));
    bottleneck_find(NULL, 0, &found);
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
    bottleneck_find(resources, 5, &found);
    CHECK_CONTAINS(found.advice, "Room is on FCA24/c, at 4 %.");
    resources[1].utilization = 0.69;
    resources[2].utilization = 0.68;
    bottleneck_find(resources, 5, &found);
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
    bottleneck_find(resources, 3, &found);
    CHECK_CONTAINS(found.advice, "Room is on FCA24/loop.1B/read, at 5 %.");
}

static void first_of_equals_is_named(void)
{
    struct resource_report resources[] = {
        report("A/x", RESOURCE_PORT, 0.4, 0.5),
        report("A/y", RESOURCE_PORT, 0.4, 0.5),
    };
    struct bottleneck found;
    bottleneck_find(resources, 2, &found);
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
    bottleneck_find(resources, 3, &found);
    CHECK_STRING(found.resource->name, "A/prod");
    CHECK_NEAR(found.factor, 2, 1e-12);
    resources[1].utilization = 0.8;
    bottleneck_find(resources, 3, &found);
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

UNIT_MAIN("bottleneck", {"the resource nearest to its own threshold is the bottleneck", limit_is_relative_to_thresholds},
          {"a resource at its threshold limits", reached_threshold_limits},
          {"a full cache and NVS below its threshold do not limit", memory_is_no_load},
          {"every kind of resource that can limit has advice in the field's words", every_kind_has_advice},
          {"a rank stands for drives as busy as itself, not for a hot one", rank_is_named_for_its_drives},
          {"without anything in use there is no bottleneck", nothing_used_names_nothing},
          {"among equals the first is named", first_of_equals_is_named},
          {"the advice names which part of the same kind has room, or that none has", room_is_named_where_there_is_some},
          {"a loop that is full with reads is not helped by one that could write", loops_have_room_in_their_own_direction},
          {"an open load is unstable when its queue grows more than chance explains", growing_queue_is_unstable})
