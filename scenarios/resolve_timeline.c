// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The timeline: which drives fail and are repaired, in order of time.
 *
 * Entries may stand in any order; they are sorted by time, equal times as in the file. A drive can
 * fail once until it is repaired, and be repaired only after it has failed.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/nearest.h"
#include "scenarios/resolve.h"
#include "scenarios/units.h"

/* An entry that was understood, with the place to complain at. */
struct entry {
    struct fault_config fault;
    size_t number;           /* in the file, for a stable order */
    const struct node *node; /* of `fail` or `repair` */
};

struct timeline {
    struct entry *entries;
    size_t count;
};

#define ALLOWED_TARGETS                                                                                          \
    "failures of links, ports, clusters, servers and sites are not modelled yet in this version, allowed are " \
    "drives: SERIAL/RANK.DRIVE"

/* A name that no server has a rank of: what fails in a later version, or a slip of the pen. */
static void refuse_target(const struct resolver *resolver, const struct member_name *name, const struct node *at)
{
    struct nearest nearest = {.word = name->name};
    const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
    bool printed = diagnostics_errors(resolver->diagnostics) < DIAGNOSTICS_KEPT && name->serial == NULL;
    for (const struct node *server = printed && servers != NULL ? servers->first : NULL; server != NULL;
         server = server->next) {
        const struct node *ranks = resolve_section(resolver, server, "ranks");
        for (const struct node *rank = ranks != NULL ? ranks->first : NULL; rank != NULL; rank = rank->next)
            nearest_offer(&nearest, rank->key);
    }
    node_error(at, resolver->diagnostics, "\"%.60s\" is no drive of a rank%s%.60s%s; " ALLOWED_TARGETS, at->text,
               nearest.best != NULL ? " (did you mean " : "", nearest.best != NULL ? nearest.best : "",
               nearest.best != NULL ? ".DRIVE?)" : "");
}

/* The rank's index in the config, or -1 after a mistake. */
static int64_t find_rank(const struct resolver *resolver, const struct member_name *name, const struct node *at)
{
    enum { NOWHERE = SERVERS_MAX };
    size_t server = resolve_owner(resolver, name, "ranks", NOWHERE, at);
    if (server == SIZE_MAX)
        return -1;
    if (server >= resolver->config->server_count) {
        refuse_target(resolver, name, at);
        return -1;
    }
    const struct server_note *owner = &resolver->servers[server];
    char *what = memory_text("rank of server %.40s", owner->node->key);
    const struct node *rank =
        resolve_name(resolver, resolve_section(resolver, owner->node, "ranks"), name->name, at, what);
    free(what);
    return rank != NULL ? (int64_t)(owner->first_rank + rank->index) : -1;
}

/* Fills in rank, drive and target; false after a mistake. */
static bool read_target(const struct resolver *resolver, const struct node *at, struct fault_config *fault)
{
    struct member_name name = member_name_split(at->text);
    /* SERIAL/cluster.0 is a cluster, even where a rank has that name. */
    bool cluster = name.serial != NULL && strcmp(name.name, "cluster") == 0;
    int64_t rank = -1;
    if (name.member == NULL || cluster)
        refuse_target(resolver, &name, at);
    else
        rank = find_rank(resolver, &name, at);
    bool good = rank >= 0;
    if (good && (strlen(name.member) != 1 || strspn(name.member, "01234567") != 1)) {
        node_error(at, resolver->diagnostics, "\"%.60s\" is no drive of an eight-pack, allowed are %.60s.0 to %.60s.7",
                   name.member, name.name, name.name);
        good = false;
    }
    if (good) {
        const struct rank_config *config = &resolver->config->ranks[rank];
        fault->rank = (int32_t)rank;
        fault->drive = name.member[0] - '0';
        fault->target = memory_text("%s/%s.%d", resolver->config->servers[config->server].serial, config->name,
                                    (int)fault->drive);
    }
    member_name_free(&name);
    return good;
}

static void warn_late(const struct resolver *resolver, const struct view *view, sim_time at_ns)
{
    const struct run_config *run = &resolver->config->run;
    char end[40];
    if (run->duration_ns == 0 || at_ns < run->warmup_ns + run->duration_ns)
        return;
    quantity_format(UNIT_TIME, (double)(run->warmup_ns + run->duration_ns), end, sizeof end);
    node_warn(view_node(view, "at"), resolver->diagnostics, "has no effect, the run ends at %s", end);
}

static void add_entry(const struct resolver *resolver, struct timeline *timeline, const struct node *node)
{
    struct view view = {resolver->tree, node, SECTION_EVENT, node->valid};
    const struct node *fail = view_node(&view, "fail"), *repair = view_node(&view, "repair");
    if (!node->valid)
        return;
    if ((fail == NULL) == (repair == NULL)) {
        node_error(node, resolver->diagnostics, "%s of fail and repair is given, needed is exactly one",
                   fail == NULL ? "none" : "more than one");
        return;
    }
    struct entry entry = {
        .fault = {.at_ns = view_integer(&view, "at"), .repair = repair != NULL},
        .number = timeline->count,
        .node = repair != NULL ? repair : fail,
    };
    if (!view.known || !read_target(resolver, entry.node, &entry.fault))
        return;
    warn_late(resolver, &view, entry.fault.at_ns);
    timeline->entries = memory_grow(timeline->entries, timeline->count, sizeof timeline->entries[0]);
    timeline->entries[timeline->count++] = entry;
}

static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    if (a->fault.at_ns != b->fault.at_ns)
        return a->fault.at_ns < b->fault.at_ns ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* What happens to each drive makes sense in order of time. */
static void check_course(const struct resolver *resolver, const struct timeline *timeline)
{
    uint8_t *failed = memory_alloc_zeroed(resolver->config->rank_count, sizeof failed[0]); /* a bit a drive */
    for (size_t i = 0; i < timeline->count; i++) {
        const struct entry *entry = &timeline->entries[i];
        const struct fault_config *fault = &entry->fault;
        uint8_t bit = (uint8_t)(1u << fault->drive), others = failed[fault->rank] & (uint8_t)~bit;
        /* A 6+P+S rank's own spare holds no data before another drive has failed. */
        uint8_t with_data = resolver->config->ranks[fault->rank].format == RANK_6PS ? 0x7f : 0xff;
        bool down = (failed[fault->rank] & bit) != 0;
        if (fault->repair && !down)
            node_error(entry->node, resolver->diagnostics,
                       "%.80s has not failed before, allowed is the repair of a failed drive", fault->target);
        else if (!fault->repair && down)
            node_error(entry->node, resolver->diagnostics,
                       "%.80s has failed before, allowed is one failure until it is repaired", fault->target);
        else if (!fault->repair && (bit & with_data) != 0 && (others & with_data) != 0)
            node_warn(entry->node, resolver->diagnostics,
                      "is the rank's second failed drive: RAID-5 has lost data unless the spare is filled by then");
        failed[fault->rank] = fault->repair ? others : (uint8_t)(others | bit);
    }
    free(failed);
}

void resolve_timeline(struct resolver *resolver)
{
    const struct node *node = tree_find(resolver->tree, tree_root(resolver->tree), "timeline");
    struct timeline timeline = {0};
    struct config *config = resolver->config;
    if (node == NULL || node->kind != NODE_SEQUENCE)
        return;
    for (const struct node *item = node->first; item != NULL; item = item->next)
        add_entry(resolver, &timeline, item);
    if (timeline.count > 0)
        qsort(timeline.entries, timeline.count, sizeof timeline.entries[0], compare_entries);
    check_course(resolver, &timeline);
    config->faults = memory_alloc_zeroed(timeline.count, sizeof config->faults[0]);
    config->fault_count = timeline.count;
    for (size_t i = 0; i < timeline.count; i++)
        config->faults[i] = timeline.entries[i].fault;
    free(timeline.entries);
}
