// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bottleneck.h"
#include "analysis/display.h"
#include "analysis/summary_pairs.h"
#include "analysis/text_table.h"
#include "models/io_record.h"
#include "models/report.h"

enum {
    LINE_WIDTH = 110,
    WORKLOAD_WIDTH = 22, /* columns of a workload's name */
    SERVER_WIDTH = 22,   /* of a server's */
    RESOURCE_WIDTH = 40, /* of a resource's */
    PART_WIDTH = 16,     /* of a part's */
    OP_WIDTH = 7,
    BUSIEST = 12,        /* resources listed without being asked for ... */
    OF_A_KIND = 4,       /* ... at most so many of a kind, the nearest to their limit first */
    TIMELINE_LINES = 20, /* events listed */
    EVENTS_ALIKE = 3,    /* at one time are listed one by one; of more, the first */
};

/* Parts below this share of the mean would show as 0.0 %; they are left out. */
#define LEAST_SHARE 0.0005

/* ---- members of an object, sorted ---- */

struct member {
    const char *name;
    const json_t *value;
    double weight; /* the greatest come first */
    size_t index;  /* among equals: their order in the object */
};

static int compare_members(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight < b->weight ? 1 : -1;
    return a->index < b->index ? -1 : 1;
}

/* How near to its limit a resource is. */
static double resource_weight(const json_t *resource)
{
    return bottleneck_pressure(text_table_text_at(resource, "kind", ""), text_table_number_at(resource, "utilization"),
                               text_table_number_at(resource, "threshold"));
}

/* All members by descending weight; what has none comes last. NULL without memory. The caller frees. */
static struct member *members_sorted(const json_t *object, double (*weight_of)(const json_t *), size_t *count)
{
    struct member *members = calloc(json_object_size(object) + 1, sizeof *members);
    *count = 0;
    if (members == NULL)
        return NULL;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value) {
        double weight = weight_of(value);
        members[*count] = (struct member){name, value, isnan(weight) ? -1 : weight, *count};
        (*count)++;
    }
    qsort(members, *count, sizeof *members, compare_members);
    return members;
}

/* ---- the sections of the summary ---- */

static void put_heading(const struct display *display, const json_t *summary)
{
    const json_t *scenario = json_object_get(summary, "scenario");
    const char *file = text_table_text_at(scenario, "file", "-");
    display_wrapped(display, text_table_text_at(scenario, "title", file), 0, 0, LINE_WIDTH);
    double measured_s = text_table_number_at(summary, "measured_s");
    double replications = text_table_number_at(summary, "replications");
    fprintf(display->out, isnan(measured_s) ? "measured time unknown" : "%g s measured", measured_s);
    if (replications > 1)
        fprintf(display->out, " in %.0f replications", replications);
    const json_t *seed = json_object_get(summary, "seed");
    if (json_is_integer(seed))
        fprintf(display->out, ", seed %" JSON_INTEGER_FORMAT, json_integer_value(seed));
    fputs(", scenario ", display->out);
    display_wrapped(display, file, LINE_WIDTH / 2, 4, LINE_WIDTH);
}

static void put_warnings(const struct display *display, const json_t *summary)
{
    const json_t *warnings = json_object_get(summary, "warnings");
    bool interrupted = json_is_false(json_object_get(summary, "complete"));
    if (interrupted || json_array_size(warnings) > 0)
        fputc('\n', display->out);
    if (interrupted)
        fputs("WARNING: the run was interrupted; this is what was simulated until then.\n", display->out);
    for (size_t i = 0; i < json_array_size(warnings); i++) {
        const char *text = json_string_value(json_array_get(warnings, i));
        fputs("WARNING: ", display->out);
        display_wrapped(display, text ? text : "-", 9, 4, LINE_WIDTH);
    }
}

/* One line of a workload: the label only on its first. */
static void put_workload_line(const struct display *display, const char *label, int width, const char *op,
                              const json_t *workload)
{
    display_left(display, label, width);
    fputc(' ', display->out);
    display_left(display, op, OP_WIDTH);
    text_table_row(display, text_response_columns, TEXT_RESPONSE_COLUMNS, json_object_get(workload, op));
}

static const char *error_phrase(const char *kind)
{
    static const char *const phrases[IO_ERROR_COUNT] = {
        [IO_OK] = "",
        [IO_RANK_LOST] = "rank lost",
        [IO_SERVER_DOWN] = "server down",
        [IO_NO_PORT] = "no port works",
        [IO_NOT_MIRRORED] = "not mirrored: the secondary did not acknowledge the write",
        [IO_WRITE_INHIBITED] = "write-inhibited: a critical volume that cannot be mirrored",
        [IO_SECONDARY] = "the volume is a pair's secondary, which takes no host I/O",
    };
    for (int error = 1; error < IO_ERROR_COUNT; error++)
        if (strcmp(kind, io_error_name((enum io_error)error)) == 0)
            return phrases[error];
    return kind;
}

/* Why I/Os failed, a line a workload and kind. */
static void put_errors(const struct display *display, const json_t *summary)
{
    const char *name, *kind;
    json_t *workload, *count;
    json_object_foreach(json_object_get(summary, "workloads"), name, workload) {
        json_object_foreach(json_object_get(json_object_get(workload, "all"), "errors_by"), kind, count) {
            char text[200];
            if (!(json_number_value(count) > 0))
                continue;
            snprintf(text, sizeof text, "%.0f I/O%s failed, %.120s", json_number_value(count),
                     json_number_value(count) > 1 ? "s" : "", error_phrase(kind));
            display_left(display, name, WORKLOAD_WIDTH);
            fputc(' ', display->out);
            display_wrapped(display, text, WORKLOAD_WIDTH + 1, WORKLOAD_WIDTH + 1, LINE_WIDTH);
        }
    }
}

static void put_workloads(const struct display *display, const json_t *summary)
{
    static const char *const ops[] = {"reads", "writes"};
    const json_t *workloads = json_object_get(summary, "workloads");
    int width = text_table_name_width(display, workloads, WORKLOAD_WIDTH);
    if (json_object_size(workloads) == 0)
        return;
    fputc('\n', display->out);
    display_left(display, "times in ms", width + 1 + OP_WIDTH);
    text_table_titles(display, text_response_columns, TEXT_RESPONSE_COLUMNS);
    const char *name;
    json_t *workload;
    json_object_foreach((json_t *)workloads, name, workload) {
        const char *label = name;
        int active = 0;
        for (size_t i = 0; i < 2; i++) {
            const json_t *op = json_object_get(workload, ops[i]);
            if (text_table_number_at(op, "count") > 0 || text_table_number_at(op, "errors") > 0) {
                put_workload_line(display, label, width, ops[i], workload);
                label = "";
                active++;
            }
        }
        if (active != 1)
            put_workload_line(display, label, width, "all", workload);
    }
}

static const char *part_description(const char *name)
{
    for (int part = 0; part < PART_COUNT; part++)
        if (strcmp(io_part_info[part].name, name) == 0)
            return io_part_info[part].description;
    return "";
}

static void put_parts(const struct display *display, const char *name, const json_t *workload)
{
    size_t count;
    struct member *parts = members_sorted(json_object_get(workload, "parts_ms"), json_number_value, &count);
    double mean = text_table_number_at(json_object_get(workload, "all"), "mean_ms");
    if (parts && count > 0) {
        fputs("\nWhere the time goes, ms of the mean I/O of ", display->out);
        display_wrapped(display, name, 42, 4, LINE_WIDTH);
    }
    for (size_t i = 0; parts && i < count; i++) {
        double ms = json_is_number(parts[i].value) ? parts[i].weight : NAN;
        if (ms / mean < LEAST_SHARE)
            break;
        fputs("  ", display->out);
        display_left(display, parts[i].name, PART_WIDTH);
        text_table_number(display, ms, TEXT_MEASURE, 10);
        text_table_number(display, ms / mean, TEXT_SHARE, 9);
        fprintf(display->out, "  %s\n", part_description(parts[i].name));
    }
    free(parts);
}

/* How many before member `end` are of the kind. */
static size_t alike(const struct member *members, size_t end, const char *kind)
{
    size_t count = 0;
    for (size_t i = 0; i < end; i++)
        count += strcmp(text_table_text_at(members[i].value, "kind", ""), kind) == 0;
    return count;
}

static void put_busiest(const struct display *display, const json_t *summary)
{
    const json_t *resources = json_object_get(summary, "resources");
    int width = text_table_name_width(display, resources, RESOURCE_WIDTH);
    size_t count, listed = 0;
    struct member *members = members_sorted(resources, resource_weight, &count);
    for (size_t i = 0; members && i < count && listed < BUSIEST && members[i].weight > 0; i++) {
        const char *kind = text_table_text_at(members[i].value, "kind", "");
        if (!bottleneck_in_overview(kind) || alike(members, i, kind) >= OF_A_KIND)
            continue;
        if (listed++ == 0) {
            fputs("\nBusiest resources (all: --by resource)\n", display->out);
            text_table_resource_titles(display, width);
        }
        text_table_resource(display, members[i].name, width, members[i].value);
    }
    free(members);
}

static void put_servers(const struct display *display, const json_t *summary)
{
    const json_t *servers = json_object_get(summary, "servers");
    int width = text_table_name_width(display, servers, SERVER_WIDTH);
    if (json_object_size(servers) == 0)
        return;
    fputc('\n', display->out);
    display_left(display, "server", width);
    fputs("  read hits   NVS mean    NVS max  waits for NVS\n", display->out);
    const char *name;
    json_t *server;
    json_object_foreach((json_t *)servers, name, server) {
        const json_t *nvs = json_object_get(server, "nvs");
        display_left(display, name, width);
        text_table_number(display, text_table_number_at(json_object_get(server, "cache"), "read_hit_ratio"), TEXT_SHARE, 11);
        text_table_number(display, text_table_number_at(nvs, "occupancy_mean"), TEXT_SHARE, 11);
        text_table_number(display, text_table_number_at(nvs, "occupancy_max"), TEXT_SHARE, 11);
        text_table_number(display, text_table_number_at(nvs, "full_waits"), TEXT_COUNT, 15);
        fputc('\n', display->out);
    }
}

/* What is meant by the resource that headroom is counted against: of links that share their load, all of them. */
static const char *headroom_of(const json_t *summary, const char *resource)
{
    const json_t *object = json_object_get(json_object_get(summary, "resources"), resource);
    double own = text_table_number_at(object, "utilization");
    double counted = text_table_number_at(json_object_get(summary, "bottleneck"), "utilization");
    return !isnan(own) && own != counted ? " with those that share its load" : "";
}

/* Whether hosts completed any I/O. */
static bool has_ios(const json_t *summary)
{
    const char *name;
    json_t *workload;
    json_object_foreach(json_object_get(summary, "workloads"), name, workload) {
        if (text_table_number_at(json_object_get(workload, "all"), "count") > 0)
            return true;
    }
    return false;
}

static void put_bottleneck(const struct display *display, const json_t *summary)
{
    const json_t *headroom = json_object_get(summary, "headroom");
    const char *advice = text_table_text_at(json_object_get(summary, "bottleneck"), "advice", NULL);
    if (advice == NULL)
        return;
    fputs("\nBottleneck: ", display->out);
    display_wrapped(display, advice, 12, 4, LINE_WIDTH);
    double factor = text_table_number_at(headroom, "factor");
    double threshold = text_table_number_at(headroom, "threshold");
    /* What copies alone keep busy is as busy with any load: there is no I/O rate to multiply. */
    if (isnan(factor) || isnan(threshold) || !has_ios(summary))
        return;
    const char *resource = text_table_text_at(headroom, "resource", "it");
    const char *with = headroom_of(summary, resource);
    char text[500];
    if (factor >= 1)
        snprintf(text, sizeof text, "the load may grow to %.2f times this until %s%s is at %.0f %%.", factor, resource,
                 with, 100 * threshold);
    else
        snprintf(text, sizeof text, "none; %s%s would be at %.0f %% with %.2f times the I/O rate reached here.",
                 resource, with, 100 * threshold, factor);
    fputs("Headroom: ", display->out);
    display_wrapped(display, text, 10, 4, LINE_WIDTH);
}

/* How many events from number `first` on are the same, at the same time: a thousand pairs suspend at once. */
static size_t events_alike(const json_t *timeline, size_t first)
{
    const json_t *event = json_array_get(timeline, first);
    double at_s = text_table_number_at(event, "at_s");
    size_t count = 1;
    for (; first + count < json_array_size(timeline); count++) {
        const json_t *other = json_array_get(timeline, first + count);
        if (text_table_number_at(other, "at_s") != at_s ||
            strcmp(text_table_text_at(other, "event", "-"), text_table_text_at(event, "event", "-")) != 0)
            break;
    }
    return count;
}

static void put_timeline(const struct display *display, const json_t *summary)
{
    const json_t *timeline = json_object_get(summary, "timeline");
    size_t count = json_array_size(timeline), lines = 0, i = 0;
    if (count > 0)
        fputs("\nTimeline\n", display->out);
    for (; i < count && lines < TIMELINE_LINES; lines++) {
        const json_t *event = json_array_get(timeline, i);
        size_t alike = events_alike(timeline, i);
        text_table_number(display, text_table_number_at(event, "at_s"), TEXT_MEASURE, 11);
        fputs(" s  ", display->out);
        display_left(display, text_table_text_at(event, "event", "-"), 24);
        fputc(' ', display->out);
        display_wrapped(display, text_table_text_at(event, "detail", ""), 39, 39, LINE_WIDTH);
        if (alike > EVENTS_ALIKE) {
            fprintf(display->out, "%39sand %zu more of the kind at that time\n", "", alike - 1);
            lines++;
        }
        i += alike > EVENTS_ALIKE ? alike : 1;
    }
    if (i < count)
        fprintf(display->out, "  and %zu more (--json)\n", count - i);
}

static void put_engine(const struct display *display, const json_t *summary)
{
    const json_t *engine = json_object_get(summary, "engine");
    double events = text_table_number_at(engine, "events"), wall_s = text_table_number_at(engine, "wall_s");
    double ios_per_s = text_table_number_at(engine, "ios_per_wall_s");
    fputs("\ntrace digest ", display->out);
    display_wrapped(display, text_table_text_at(summary, "trace_digest", "-"), 13, 4, LINE_WIDTH);
    fputs("essim ", display->out);
    display_wrapped(display, text_table_text_at(summary, "essim_version", "-"), 6, 4, LINE_WIDTH);
    if (isnan(events) || isnan(wall_s) || isnan(ios_per_s))
        return;
    fprintf(display->out, "%.0f events in %.3g s, %.0f I/Os a second", events, wall_s, ios_per_s);
    double memory_bytes = text_table_number_at(engine, "peak_rss_bytes");
    if (!isnan(memory_bytes))
        fprintf(display->out, ", %.0f MB of memory", memory_bytes / 1e6);
    fputc('\n', display->out);
}

void summary_text_write(const json_t *summary, FILE *out)
{
    struct display display;
    display_begin(&display, out);
    put_heading(&display, summary);
    put_warnings(&display, summary);
    put_workloads(&display, summary);
    put_errors(&display, summary);
    const char *name;
    json_t *workload;
    json_object_foreach(json_object_get(summary, "workloads"), name, workload)
        put_parts(&display, name, workload);
    put_busiest(&display, summary);
    put_servers(&display, summary);
    summary_pairs_section(&display, summary);
    put_bottleneck(&display, summary);
    put_timeline(&display, summary);
    put_engine(&display, summary);
    display_end(&display);
}
