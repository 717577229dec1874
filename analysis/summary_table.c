// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_table.h"

#include <string.h>

#include "analysis/display.h"
#include "analysis/summary_pairs.h"
#include "analysis/text_table.h"
#include "models/report.h"

enum {
    MEMBER_WIDTH = 22,   /* columns of a volume's or host's name */
    RESOURCE_WIDTH = 40, /* of a resource's */
    READS_WIDTH = 8,
};

/* Volumes or hosts: reads and writes together, with the share of reads. */
static void write_members(const struct display *display, const json_t *members, const char *what)
{
    int width = text_table_name_width(display, members, MEMBER_WIDTH);
    size_t idle = 0;
    display_left(display, what, width);
    display_right(display, "reads", READS_WIDTH);
    text_table_titles(display, text_response_columns, TEXT_RESPONSE_COLUMNS);
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)members, name, member) {
        const json_t *all = json_object_get(member, "all");
        double count = text_table_number_at(all, "count");
        if (count == 0 && !(text_table_number_at(all, "errors") > 0)) {
            idle++;
            continue;
        }
        double reads = text_table_number_at(json_object_get(member, "reads"), "count");
        display_left(display, name, width);
        text_table_number(display, reads / count, TEXT_SHARE, READS_WIDTH);
        text_table_row(display, text_response_columns, TEXT_RESPONSE_COLUMNS, all);
    }
    if (idle > 0)
        fprintf(display->out, "%zu without I/O\n", idle);
}

/* Resources of a kind, or of all kinds with NULL. Returns how many. */
static size_t write_resources(const struct display *display, const json_t *resources, const char *kind)
{
    int width = text_table_name_width(display, resources, RESOURCE_WIDTH);
    size_t written = 0;
    const char *name;
    json_t *resource;
    json_object_foreach((json_t *)resources, name, resource) {
        if (kind && strcmp(text_table_text_at(resource, "kind", ""), kind) != 0)
            continue;
        if (written++ == 0)
            text_table_resource_titles(display, width);
        text_table_resource(display, name, width, resource);
    }
    return written;
}

static size_t write_table(const struct display *display, const json_t *summary, enum summary_table table)
{
    const json_t *volumes = json_object_get(summary, "volumes"), *hosts = json_object_get(summary, "hosts");
    const json_t *resources = json_object_get(summary, "resources");
    switch (table) {
    case SUMMARY_BY_VOLUME:
        if (json_object_size(volumes) > 0)
            write_members(display, volumes, "volume");
        return json_object_size(volumes);
    case SUMMARY_BY_HOST:
        if (json_object_size(hosts) > 0)
            write_members(display, hosts, "host");
        return json_object_size(hosts);
    case SUMMARY_BY_RANK:
        return write_resources(display, resources, resource_kind_name(RESOURCE_RANK));
    case SUMMARY_BY_RESOURCE:
        return write_resources(display, resources, NULL);
    case SUMMARY_BY_LINK:
        return summary_links_table(display, summary);
    case SUMMARY_BY_PAIR:
        return summary_pairs_table(display, summary);
    }
    return 0;
}

void summary_table_write(const json_t *summary, enum summary_table table, FILE *out)
{
    static const char *const names[] = {
        [SUMMARY_BY_VOLUME] = "volumes",     [SUMMARY_BY_HOST] = "hosts", [SUMMARY_BY_RANK] = "ranks",
        [SUMMARY_BY_RESOURCE] = "resources", [SUMMARY_BY_LINK] = "links", [SUMMARY_BY_PAIR] = "pairs",
    };
    struct display display;
    display_begin(&display, out);
    if (write_table(&display, summary, table) == 0)
        fprintf(out, "This run has no %s.\n", names[table]);
    display_end(&display);
}

/* The resources of a kind. */
static json_t *pick_resources(const json_t *resources, enum resource_kind kind)
{
    json_t *picked = json_object(), *resource;
    const char *name;
    bool good = picked != NULL;
    json_object_foreach((json_t *)resources, name, resource)
        if (strcmp(text_table_text_at(resource, "kind", ""), resource_kind_name(kind)) == 0)
            good = good && json_object_set(picked, name, resource) == 0;
    return good ? picked : (json_decref(picked), NULL);
}

json_t *summary_table_json(const json_t *summary, enum summary_table table)
{
    static const char *const keys[] = {
        [SUMMARY_BY_VOLUME] = "volumes",     [SUMMARY_BY_HOST] = "hosts",     [SUMMARY_BY_RANK] = "resources",
        [SUMMARY_BY_RESOURCE] = "resources", [SUMMARY_BY_LINK] = "resources", [SUMMARY_BY_PAIR] = "pairs",
    };
    json_t *objects = json_object_get(summary, keys[table]);
    if (table == SUMMARY_BY_RANK || table == SUMMARY_BY_LINK)
        return pick_resources(objects, table == SUMMARY_BY_RANK ? RESOURCE_RANK : RESOURCE_LINK);
    return json_is_object(objects) ? json_incref(objects) : json_object();
}
