// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/server_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "scenarios/structure.h"

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* What each of the two clusters has. */
static json_t *cluster_json(const struct server_model *model)
{
    json_t *object = json_object();
    put(object, "processors", json_integer(model->processors_per_cluster));
    put(object, "cache_bytes", json_integer(model->cache_bytes / 2));
    put(object, "nvs_bytes", json_integer(model->nvs_bytes / 2));
    return object;
}

/* Loops that have ranks. */
static json_t *loops_json(const struct config *config, size_t server, const struct structure *structure)
{
    json_t *list = json_array();
    for (int pair = 0; pair < PAIR_COUNT; pair++) {
        for (int loop = 0; loop < PAIR_LOOPS; loop++) {
            const struct loop_use *use = &structure->loops[pair][loop];
            if (use->eight_packs == 0)
                continue;
            json_t *item = json_object();
            put(item, "pair", json_integer(pair));
            put(item, "loop", json_string(loop == 0 ? "A" : "B"));
            put(item, "eight_packs", json_integer(use->eight_packs));
            put(item, "drives", json_integer(use->eight_packs * RANK_DRIVES));
            put(item, "drives_max", json_integer(config->servers[server].loop_drives));
            put(item, "spares", json_integer(use->spares));
            json_array_append_new(list, item);
        }
    }
    return list;
}

static void put_properties(json_t *item, const struct config *config, size_t server, int32_t number)
{
    const struct subsystem_config *lss = &config->subsystems[config_subsystem(config, (int32_t)server, number)];
    put(item, "critical_heavy", json_boolean(lss->critical_heavy));
    put(item, "consistency_group", json_boolean(lss->consistency_group));
    put(item, "consistency_timeout_s", json_real((double)lss->consistency_timeout_ns / 1e9));
}

/* Logical subsystems that have ranks, by number. */
static json_t *subsystems_json(const struct config *config, size_t server, const struct structure *structure)
{
    json_t *object = json_object();
    for (int number = 0; number < LSS_COUNT; number++) {
        char name[LSS_NAME_BYTES], key[12];
        if (structure->lss[number].ranks == 0)
            continue;
        json_t *item = json_object(), *ranks = json_array();
        structure_lss_name(config, server, LSS_FIRST + number, name);
        for (size_t i = 0; i < config->rank_count; i++)
            if (config->ranks[i].server == (int32_t)server && config->ranks[i].lss == LSS_FIRST + number)
                json_array_append_new(ranks, json_string(config->ranks[i].name));
        put(item, "name", json_string(name));
        put(item, "volumes", json_integer(structure->lss[number].volumes));
        put(item, "volumes_max", json_integer(LSS_VOLUMES_MAX));
        put_properties(item, config, server, LSS_FIRST + number);
        put(item, "ranks", ranks);
        snprintf(key, sizeof key, "%d", LSS_FIRST + number);
        put(object, key, item);
    }
    return object;
}

static json_t *ranks_json(const struct config *config, size_t server)
{
    json_t *object = json_object();
    int64_t track_bytes = config->servers[server].model.track_bytes;
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *rank = &config->ranks[i];
        char name[LSS_NAME_BYTES];
        if (rank->server != (int32_t)server)
            continue;
        json_t *item = json_object();
        put(item, "pair", json_integer(rank->pair));
        put(item, "cluster", json_integer(rank->cluster));
        put(item, "loop", json_string(rank->loop == 0 ? "A" : "B"));
        structure_lss_name(config, server, rank->lss, name);
        put(item, "lss", json_integer(rank->lss));
        put(item, "lss_name", json_string(name));
        put(item, "format", json_string(rank->format == RANK_6PS ? "6+P+S" : "7+P"));
        put(item, "drive", json_string(config->drive_types[rank->drive_type].name));
        put(item, "capacity_bytes", json_integer(rank->capacity_tracks * track_bytes));
        put(item, "used_bytes", json_integer(rank->used_tracks * track_bytes));
        put(item, "left_bytes", json_integer((rank->capacity_tracks - rank->used_tracks) * track_bytes));
        put(item, "volumes", json_integer(rank->volumes));
        put(item, "has_spare", json_boolean(structure_has_spare(config, i)));
        put(object, rank->name, item);
    }
    return object;
}

static json_t *ports_json(const struct config *config, size_t server)
{
    json_t *object = json_object();
    for (size_t i = 0; i < config->port_count; i++) {
        const struct port_config *port = &config->ports[i];
        if (port->server != (int32_t)server)
            continue;
        json_t *item = json_object();
        put(item, "type", json_string(config->port_types[port->type].name));
        put(item, "bay", json_integer(port->bay));
        put(item, "slot", json_integer(port->slot));
        put(item, "port", json_integer(port->port));
        put(object, port->name, item);
    }
    return object;
}

static json_t *volumes_json(const struct config *config, size_t server)
{
    json_t *object = json_object();
    for (size_t i = 0; i < config->volume_count; i++) {
        const struct volume_config *volume = &config->volumes[i];
        if (volume->server != (int32_t)server)
            continue;
        json_t *item = json_object();
        put(item, "id", json_string(volume->id));
        put(item, "rank", json_string(config->ranks[volume->rank].name));
        put(item, "lss", json_integer(config->ranks[volume->rank].lss));
        put(item, "size_bytes", json_integer(volume->size_bytes));
        put(object, volume->name, item);
    }
    return object;
}

json_t *server_json(const struct config *config, size_t server, const struct catalog_entry *entry)
{
    const struct server_config *machine = &config->servers[server];
    struct structure structure = structure_count(config, server);
    json_t *object = json_object(), *values = json_object();
    for (size_t i = 0; i < entry->count; i++) {
        char *text = catalog_value_text(&entry->values[i]);
        put(values, entry->values[i].key->name, json_string(text));
        free(text);
    }
    put(object, "model", json_string(entry->name));
    put(object, "fb_lss", json_integer(machine->fb_lss));
    put(object, "drives", json_integer(structure.ranks * RANK_DRIVES));
    put(object, "drives_max", json_integer(machine->drives));
    put(object, "values", values);
    put(object, "cluster", cluster_json(&machine->model));
    put(object, "loops", loops_json(config, server, &structure));
    put(object, "ranks", ranks_json(config, server));
    put(object, "lss", subsystems_json(config, server, &structure));
    put(object, "ports", ports_json(config, server));
    put(object, "volumes", volumes_json(config, server));
    return object;
}
