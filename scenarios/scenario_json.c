// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names end in their unit (_s, _ms, _bytes, _per_s); shares are 0 to 1 and have none.
 */
#include "scenarios/scenario_json.h"

#include <jansson.h>
#include <stdlib.h>

#include "scenarios/copy_json.h"
#include "scenarios/server_json.h"
#include "scenarios/settings_json.h"
#include "scenarios/task_json.h"
#include "sim/memory.h"

enum { JSON_STYLE = JSON_COMPACT | JSON_REAL_PRECISION(15) };

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static char *dump(json_t *object)
{
    char *text = json_dumps(object, JSON_STYLE);
    json_decref(object);
    return text != NULL ? text : memory_text("{}");
}

/* ---- catalogue values ---- */

/* A scalar in base units: whole numbers stay whole. */
static json_t *scalar(const struct node *node, enum unit_class class)
{
    return unit_is_integral(class) ? json_integer(node->integer) : json_real(node->number);
}

static json_t *catalog_number(const struct catalog_value *value)
{
    const struct key *key = value->key;
    if (key->type == VALUE_QUANTITY)
        return scalar(value->node, key->unit);
    if (value->node->kind == NODE_SCALAR) /* a word */
        return json_string(value->node->text);
    json_t *list = json_array();
    for (const struct node *item = value->node->first; item != NULL; item = item->next) {
        if (key->type == VALUE_PAIRS)
            json_array_append_new(list,
                                  json_pack("[o, o]", scalar(item->first, key->first), scalar(item->last, key->unit)));
        else
            json_array_append_new(list, scalar(item, key->unit));
    }
    return list;
}

static json_t *catalog_entry_json(const struct catalog_entry *entry)
{
    json_t *object = json_object();
    put(object, "entry", json_string(entry->name));
    for (size_t i = 0; i < entry->count; i++) {
        const struct catalog_value *value = &entry->values[i];
        char *text = catalog_value_text(value);
        json_t *item = json_object();
        put(item, "value", catalog_number(value));
        put(item, "unit", json_string(unit_base(value->key->unit)));
        put(item, "text", json_string(text));
        put(item, "source", json_string(value->source));
        put(item, "tag", json_string(value->tag));
        put(item, "uncertainty", value->uncertainty[0] != '\0' ? json_string(value->uncertainty) : json_null());
        put(object, value->key->name, item);
        free(text);
    }
    return object;
}

char *scenario_json_catalog(const struct resolver *resolver)
{
    const struct config *config = resolver->config;
    json_t *servers = json_object(), *drives = json_object(), *ports = json_object(), *advice = json_object();
    json_t *links = json_object();
    for (size_t i = 0; i < config->server_count; i++)
        put(servers, config->servers[i].serial, catalog_entry_json(resolver->servers[i].entry));
    for (size_t i = 0; i < config->drive_type_count; i++)
        put(drives, config->drive_types[i].name, catalog_entry_json(resolver->drive_entries[i]));
    for (size_t i = 0; i < config->port_type_count; i++)
        put(ports, config->port_types[i].name, catalog_entry_json(resolver->port_entries[i]));
    for (size_t i = 0; i < resolver->link_group_count; i++)
        put(links, resolver->links[i].node->key, catalog_entry_json(resolver->links[i].entry));
    put(advice, resolver->advice->name, catalog_entry_json(resolver->advice));
    json_t *object = json_object();
    put(object, "servers", servers);
    put(object, "drives", drives);
    put(object, "ports", ports);
    put(object, "links", links);
    put(object, "advice", advice);
    return dump(object);
}

/* ---- the scenario ---- */

static json_t *seconds(sim_time time_ns)
{
    return json_real((double)time_ns / 1e9);
}

static json_t *run_json(const struct run_config *run)
{
    json_t *object = json_object();
    put(object, "warmup_s", seconds(run->warmup_ns));
    put(object, "duration_s", seconds(run->duration_ns));
    put(object, "seed", json_integer((json_int_t)run->seed));
    put(object, "replications", json_integer(run->replications));
    put(object, "start", json_string(run->warm ? "warm" : "cold"));
    return object;
}

static json_t *servers_json(const struct resolver *resolver)
{
    const struct config *config = resolver->config;
    json_t *object = json_object();
    for (size_t i = 0; i < config->server_count; i++)
        put(object, config->servers[i].serial, server_json(config, i, resolver->servers[i].entry));
    return object;
}

static json_t *hosts_json(const struct config *config)
{
    static const char *const policies[] = {"round_robin", "least_busy", "failover"};
    json_t *object = json_object();
    for (size_t i = 0; i < config->host_count; i++) {
        const struct host_config *host = &config->hosts[i];
        json_t *item = json_object(), *ports = json_array();
        for (size_t j = 0; j < host->port_count; j++)
            json_array_append_new(ports, json_string(config->ports[host->ports[j]].name));
        put(item, "server", json_string(config->servers[host->server].serial));
        put(item, "ports", ports);
        put(item, "path_policy", json_string(policies[host->policy]));
        put(item, "io_timeout_s", seconds(host->io_timeout_ns));
        put(object, host->name, item);
    }
    return object;
}

/* What sets a workload's pace. */
static void put_pace(json_t *item, const struct workload_config *workload)
{
    if (workload->kind == LOAD_OPEN) {
        json_t *profile = json_array();
        for (size_t i = 0; i < workload->rate_count; i++)
            json_array_append_new(profile,
                                  json_pack("[f, f]", (double)workload->rate[i].at_ns / 1e9, workload->rate[i].per_s));
        put(item, "arrival", json_string(workload->arrival == ARRIVAL_POISSON ? "poisson" : "constant"));
        put(item, "rate_iops", workload->rate_count == 1 ? json_real(workload->rate[0].per_s) : json_incref(profile));
        json_decref(profile);
    } else if (workload->kind == LOAD_CLOSED) {
        put(item, "iodepth", json_integer(workload->iodepth));
        put(item, "thinktime_ms", json_real((double)workload->thinktime_ns / 1e6));
    } else {
        put(item, "trace", json_pack("{s:s, s:f}", "file", workload->trace_file, "speed", workload->trace_speed));
    }
}

static json_t *workload_json(const struct config *config, const struct workload_config *workload)
{
    json_t *item = json_object(), *volumes = json_array();
    for (size_t i = 0; i < workload->volume_count; i++)
        json_array_append_new(volumes, json_string(config->volumes[workload->volumes[i]].label));
    put(item, "host", json_string(config->hosts[workload->host].name));
    put(item, "volumes", volumes);
    put_pace(item, workload);
    put(item, "read_hit", workload->read_hit >= 0 ? json_real(workload->read_hit) : json_null());
    if (workload->kind == LOAD_TRACE)
        return item;
    put(item, "access", json_string(workload->sequential ? "sequential" : "random"));
    put(item, "read_share", json_real(workload->read_share));
    put(item, "bs_bytes", json_integer(workload->block_bytes));
    put(item, "random_distribution", json_string(workload->distribution == ADDRESS_ZIPF ? "zipf" : "random"));
    put(item, "zipf_theta", workload->distribution == ADDRESS_ZIPF ? json_real(workload->zipf_theta) : json_null());
    return item;
}

static json_t *sites_json(const struct resolver *resolver)
{
    json_t *object = json_object();
    for (size_t i = 0; i < resolver->site_count; i++) {
        const struct site *site = &resolver->sites[i];
        json_t *servers = json_array();
        for (size_t j = 0; j < site->count; j++)
            json_array_append_new(servers, json_string(resolver->config->servers[site->servers[j]].serial));
        put(object, site->node->key, servers);
    }
    return object;
}

char *scenario_json_resolved(const struct resolver *resolver)
{
    const struct config *config = resolver->config;
    json_t *object = json_object(), *workloads = json_object();
    for (size_t i = 0; i < config->workload_count; i++)
        put(workloads, config->workloads[i].name, workload_json(config, &config->workloads[i]));
    put(object, "title", json_string(config->title));
    put(object, "run", run_json(&config->run));
    put(object, "servers", servers_json(resolver));
    put(object, "hosts", hosts_json(config));
    put(object, "workloads", workloads);
    put(object, "links", copy_links_json(config));
    put(object, "paths", copy_paths_json(config));
    put(object, "pairs", copy_pairs_json(config));
    put(object, "sites", sites_json(resolver));
    put(object, "tasks", tasks_json(config));
    put(object, "timeline", timeline_json(config));
    put(object, "settings", settings_json(resolver->tree));
    return dump(object);
}
