// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Workloads: what they do, to which volumes, and what sets their pace.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/memory.h"
#include "scenarios/resolve.h"
#include "scenarios/units.h"

enum rw { RW_READ, RW_WRITE, RW_RW, RW_RANDREAD, RW_RANDWRITE, RW_RANDRW };

/* Keys that only mean something together with another one. */
static const struct dependence {
    const char *key, *needs;
    bool fatal; /* a mistake, not just without effect */
} dependences[] = {
    {"arrival", "rate_iops", true},
    {"thinktime", "iodepth", true},
};

/* Exactly one of rate_iops, iodepth and trace sets the pace. */
static bool check_pace(struct resolver *resolver, const struct view *view)
{
    static const char *const paces[] = {"rate_iops", "iodepth", "trace"};
    size_t given = 0;
    for (size_t i = 0; i < 3; i++)
        given += tree_find(view->tree, view->node, paces[i]) != NULL;
    if (given != 1)
        node_key_error(view->node, resolver->diagnostics,
                       "%s of rate_iops (open arrivals), iodepth (closed loop) and trace (replay) is given, needed is "
                       "exactly one",
                       given == 0 ? "none" : "more than one");
    for (size_t i = 0; i < sizeof dependences / sizeof dependences[0]; i++) {
        const struct node *key = tree_find(view->tree, view->node, dependences[i].key);
        if (given > 0 && key != NULL && tree_find(view->tree, view->node, dependences[i].needs) == NULL)
            node_key_error(key, resolver->diagnostics, "is given without %s, allowed is only both together",
                           dependences[i].needs);
    }
    return given == 1;
}

/* Keys that are known but do nothing here: the user may have meant something else. */
static void warn_idle_keys(struct resolver *resolver, const struct view *view, enum rw rw)
{
    static const char *const replaced[] = {"rw", "rwmixread", "bs", "random_distribution"};
    bool trace = view_node(view, "trace") != NULL;
    for (size_t i = 0; trace && i < sizeof replaced / sizeof replaced[0]; i++)
        if (view_node(view, replaced[i]) != NULL)
            node_warn(view_node(view, replaced[i]), resolver->diagnostics, "has no effect, the trace says it");
    if (!trace && rw != RW_RW && rw != RW_RANDRW && view_node(view, "rwmixread") != NULL)
        node_warn(view_node(view, "rwmixread"), resolver->diagnostics, "has no effect, it belongs to rw and randrw");
    if (!trace && rw <= RW_RW && view_node(view, "random_distribution") != NULL)
        node_warn(view_node(view, "random_distribution"), resolver->diagnostics, "has no effect on sequential I/O");
}

static void read_direction(struct view *view, struct workload_config *workload, enum rw rw)
{
    workload->sequential = rw <= RW_RW;
    double mixed = view_number(view, "rwmixread");
    workload->read_share = rw == RW_READ || rw == RW_RANDREAD ? 1 : rw == RW_WRITE || rw == RW_RANDWRITE ? 0 : mixed;
    workload->read_hit = view_node(view, "read_hit") != NULL ? view_number(view, "read_hit") : -1;
}

static void read_block_size(struct resolver *resolver, struct view *view, struct workload_config *workload)
{
    int64_t bs = view_integer(view, "bs");
    workload->block_bytes = (int32_t)bs;
    const struct node *node = view_node(view, "bs");
    if (node != NULL && node->valid && bs % BLOCK_BYTES != 0)
        node_error(node, resolver->diagnostics, "is no multiple of 512 B, which is required");
    for (size_t i = 0; view_node(view, "trace") == NULL && i < workload->volume_count; i++) {
        const struct volume_config *volume = &resolver->config->volumes[workload->volumes[i]];
        if (volume->size_bytes >= bs)
            continue;
        char text[40];
        quantity_format(UNIT_SIZE, (double)volume->size_bytes, text, sizeof text);
        node_error(node != NULL ? node : view->node, resolver->diagnostics,
                   "a block of %lld B is larger than volume %.60s, allowed are up to %s", (long long)bs, volume->name,
                   text);
        return;
    }
}

/* random, zipf or zipf:THETA. */
static void read_distribution(struct resolver *resolver, struct view *view, struct workload_config *workload)
{
    enum { PREFIX = 5 }; /* "zipf:" */
    const char *text = view_text(view, "random_distribution");
    const struct node *node = view_node(view, "random_distribution");
    struct quantity theta = {.number = 1.1}; /* fio's default */
    char why[200];
    if (strcmp(text, "random") == 0 || node == NULL)
        return;
    workload->distribution = ADDRESS_ZIPF;
    if (strncmp(text, "zipf:", PREFIX) == 0) {
        if (!quantity_parse(text + PREFIX, UNIT_NUMBER, false, 0.01, 10, &theta, why, sizeof why))
            node_error(node, resolver->diagnostics, "%s", why);
    } else if (strcmp(text, "zipf") != 0) {
        node_error(node, resolver->diagnostics,
                   "\"%.60s\" is not known, allowed is random or zipf:THETA, such as zipf:1.1", text);
    }
    workload->zipf_theta = theta.number;
}

static void add_rate(struct workload_config *workload, sim_time at_ns, double per_s)
{
    workload->rate = memory_grow(workload->rate, workload->rate_count, sizeof workload->rate[0]);
    workload->rate[workload->rate_count++] = (struct rate_point){at_ns, per_s};
}

static void read_profile(struct resolver *resolver, const struct node *profile, struct workload_config *workload)
{
    double most = 0;
    int64_t before = 0;
    for (const struct node *pair = profile->first; pair != NULL; pair = pair->next) {
        int64_t at = pair->first->integer;
        if (at < before) {
            node_error(pair->first, resolver->diagnostics, "is before the corner above it, allowed are rising times");
            return;
        }
        /* What the first corner says also holds before it. */
        if (pair == profile->first && at > 0)
            add_rate(workload, 0, pair->last->number);
        add_rate(workload, at, pair->last->number);
        most = pair->last->number > most ? pair->last->number : most;
        before = at;
    }
    if (most == 0)
        node_error(profile, resolver->diagnostics, "is 0 everywhere, allowed is a rate above 0 somewhere");
}

static void read_open(struct resolver *resolver, struct view *view, struct workload_config *workload)
{
    const struct node *rate = view_node(view, "rate_iops");
    workload->kind = LOAD_OPEN;
    workload->arrival = (enum arrival_kind)view_integer(view, "arrival");
    if (rate == NULL || !rate->valid)
        return;
    if (rate->kind == NODE_SCALAR)
        add_rate(workload, 0, rate->number);
    else
        read_profile(resolver, tree_find(view->tree, rate, "profile"), workload);
}

/* `file` as seen from the scenario's folder. */
static char *beside_scenario(const struct resolver *resolver, const char *file)
{
    const char *slash = strrchr(resolver->path, '/');
    if (file[0] == '/' || slash == NULL)
        return memory_text("%s", file);
    return memory_text("%.*s/%s", (int)(slash - resolver->path), resolver->path, file);
}

static void read_trace(struct resolver *resolver, const struct view *view, struct workload_config *workload)
{
    struct view trace = {view->tree, view_node(view, "trace"), SECTION_TRACE, true};
    const struct node *file = trace.node != NULL ? view_node(&trace, "file") : NULL;
    workload->kind = LOAD_TRACE;
    workload->trace_speed = view_number(&trace, "speed");
    if (trace.node == NULL && view_node(view, "trace") == NULL)
        node_key_error(tree_find(view->tree, view->node, "trace"), resolver->diagnostics, "file is missing");
    if (file == NULL || !file->valid)
        return;
    workload->trace_file = beside_scenario(resolver, file->text);
    char *path = node_path(file);
    workload->trace_place =
        file->place.line > 0 ? memory_text("%s:%d:%d: %s", file->place.file, file->place.line, file->place.column, path)
                             : memory_text("%s %s", file->place.file, path);
    free(path);
    struct stat status;
    if (stat(workload->trace_file, &status) != 0)
        node_error(file, resolver->diagnostics, "%.200s cannot be read: %s", workload->trace_file, strerror(errno));
}

/* The workload's host, as an index; -1 after a mistake. */
static int64_t find_host(struct resolver *resolver, struct view *view)
{
    const struct node *hosts = resolve_section(resolver, tree_root(resolver->tree), "hosts");
    const char *name = view_text(view, "host");
    if (!view->known || (hosts != NULL && hosts->count != resolver->config->host_count))
        return -1;
    if (name[0] == '\0' && resolver->config->host_count == 1)
        return 0;
    if (name[0] == '\0') {
        node_key_error(view->node, resolver->diagnostics, "host is missing, and there are %zu hosts to choose from",
                       resolver->config->host_count);
        return -1;
    }
    const struct node *host = resolve_name(resolver, hosts, name, view_node(view, "host"), "host");
    return host != NULL ? (int64_t)host->index : -1;
}

static void find_volumes(struct resolver *resolver, const struct view *view, struct workload_config *workload)
{
    const struct node *volumes = view_node(view, "volumes");
    if (workload->host < 0 || !resolver->hosts[workload->host].known || volumes == NULL || volumes->broken)
        return;
    size_t server = (size_t)resolver->config->hosts[workload->host].server;
    resolve_volume_names(resolver, volumes, server, workload);
}

static void check_volumes_given(struct resolver *resolver, const struct view *view)
{
    const struct node *volumes = tree_find(view->tree, view->node, "volumes");
    if (volumes != NULL && volumes->kind == NODE_SEQUENCE && volumes->count == 0)
        node_key_error(volumes, resolver->diagnostics, "is empty, needed is at least one volume");
}

static void add_workload(struct resolver *resolver, const struct node *node)
{
    struct config *config = resolver->config;
    config->workloads = memory_grow(config->workloads, config->workload_count, sizeof config->workloads[0]);
    struct workload_config *workload = &config->workloads[config->workload_count++];
    struct view view = {resolver->tree, node, SECTION_WORKLOAD, true};
    workload->name = memory_text("%s", node->key);
    workload->host = (int32_t)find_host(resolver, &view);
    if (node->kind != NODE_MAPPING)
        return;
    enum rw rw = (enum rw)view_integer(&view, "rw");
    check_volumes_given(resolver, &view);
    find_volumes(resolver, &view, workload);
    read_direction(&view, workload, rw);
    if (view_node(&view, "rw") == NULL || view_node(&view, "rw")->valid) {
        warn_idle_keys(resolver, &view, rw);
    }
    read_block_size(resolver, &view, workload);
    read_distribution(resolver, &view, workload);
    if (!check_pace(resolver, &view))
        return;
    if (tree_find(resolver->tree, node, "rate_iops") != NULL) {
        read_open(resolver, &view, workload);
    } else if (tree_find(resolver->tree, node, "trace") != NULL) {
        read_trace(resolver, &view, workload);
    } else {
        workload->kind = LOAD_CLOSED;
        workload->iodepth = (int32_t)view_integer(&view, "iodepth");
        workload->thinktime_ns = view_integer(&view, "thinktime");
    }
}

void resolve_workloads(struct resolver *resolver)
{
    const struct node *workloads = resolve_section(resolver, tree_root(resolver->tree), "workloads");
    if (workloads == NULL)
        return;
    if (workloads->count > WORKLOADS_MAX) {
        node_error(workloads, resolver->diagnostics, "are %zu, allowed are at most %d", workloads->count,
                   WORKLOADS_MAX);
        return;
    }
    for (const struct node *node = workloads->first; node != NULL; node = node->next)
        add_workload(resolver, node);
}
