// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/metric.h"

#include <math.h>
#include <string.h>

/* The member whose name is the longest beginning of the path, up to a dot or the end; *rest becomes what follows. */
static const json_t *step(const json_t *object, const char *path, const char **rest)
{
    const json_t *found = NULL;
    const char *name;
    size_t longest = 0;
    json_t *value;
    json_object_foreach((json_t *)object, name, value) {
        size_t length = strlen(name);
        if (strncmp(path, name, length) != 0 || (path[length] != '.' && path[length] != '\0'))
            continue;
        if (found == NULL || length > longest) {
            found = value;
            longest = length;
        }
    }
    *rest = found == NULL ? path : path[longest] == '.' ? path + longest + 1 : path + longest;
    return found;
}

const json_t *metric_walk(const json_t *object, const char *path)
{
    while (object != NULL && *path != '\0')
        object = step(object, path, &path);
    return object;
}

/* The number, with the interval that stands beside a mean. */
static bool take(const json_t *parent, const char *leaf, struct metric_value *found)
{
    const json_t *value = json_object_get(parent, leaf), *ci95 = json_object_get(parent, "ci95_ms");
    if (!json_is_number(value) && !json_is_null(value))
        return false;
    found->value = json_is_number(value) ? json_number_value(value) : NAN;
    found->ci95 = strcmp(leaf, "mean_ms") == 0 && json_is_number(ci95) ? json_number_value(ci95) : NAN;
    return true;
}

static bool find(const json_t *object, const char *path, struct metric_value *found);

/* The greatest of all members' numbers; those that have none are passed over. */
static bool find_greatest(const json_t *object, const char *path, struct metric_value *found)
{
    const char *name;
    json_t *value;
    bool any = false;
    *found = (struct metric_value){NAN, NAN};
    json_object_foreach((json_t *)object, name, value) {
        struct metric_value one;
        if (!find(value, path, &one))
            continue;
        any = true;
        if (!isnan(one.value) && !(one.value <= found->value))
            *found = one;
    }
    return any;
}

/* Below `object`; each step goes one level down, so this ends. */
static bool find(const json_t *object, const char *path, struct metric_value *found)
{
    const char *rest;
    if (strncmp(path, "*.", 2) == 0)
        return find_greatest(object, path + 2, found);
    const json_t *value = step(object, path, &rest);
    if (value != NULL && *rest != '\0')
        return find(value, rest, found);
    return value != NULL && take(object, path, found);
}

bool metric_find(const json_t *summary, const char *path, struct metric_value *found)
{
    return find(summary, path, found);
}

/* Whether the text ends with `end`. */
static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

struct metric_scale metric_scale(const char *path)
{
    static const struct {
        const char *end;
        struct metric_scale scale;
    } known[] = {
        /* whole names, the longer before their ends */
        {".mean_ms", {"mean response time", "ms", 1}},
        {".p50_ms", {"median response time", "ms", 1}},
        {".p90_ms", {"90th percentile of the response time", "ms", 1}},
        {".p95_ms", {"95th percentile of the response time", "ms", 1}},
        {".p99_ms", {"99th percentile of the response time", "ms", 1}},
        {".p999_ms", {"99.9th percentile of the response time", "ms", 1}},
        {".max_ms", {"longest response time", "ms", 1}},
        {".mean_wait_ms", {"mean wait", "ms", 1}},
        {".mb_per_s", {"data rate", "MB/s", 1}},
        {".complete_s", {"time of completion", "s", 1}},
        {".copy_s", {"time of the copy", "s", 1}},
        {".copied_mb_per_s", {"rate of the copy", "MB/s", 1}},
        {".utilization", {"utilisation", "%", 100}},
        {".read_hit_ratio", {"read hits", "%", 100}},
        {".occupancy_mean", {"mean occupancy", "%", 100}},
        {".occupancy_max", {"highest occupancy", "%", 100}},
        {".mean_queue", {"mean number waiting", "", 1}},
        /* units */
        {"_mb_per_s", {NULL, "MB/s", 1}},
        {"per_s", {NULL, "/s", 1}},
        {"_ms", {NULL, "ms", 1}},
        {"_s", {NULL, "s", 1}},
        {"_bytes", {NULL, "B", 1}},
        {"utilization", {NULL, "%", 100}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (ends_with(path, known[i].end))
            return known[i].scale;
    return (struct metric_scale){NULL, "", 1};
}
