// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/copy_json.h"

#include "models/link.h"

enum { WRITE_BYTES = 4096 };

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *end_json(const struct config *config, int32_t index)
{
    const struct port_config *port = &config->ports[index];
    return json_pack("{s:s, s:i, s:i, s:i}", "name", port->name, "bay", (int)port->bay, "slot", (int)port->slot, "port",
                     (int)port->port);
}

static json_t *link_json(const struct config *config, const struct link_config *link)
{
    json_t *item = json_object();
    int64_t track_bytes = config->servers[link->from].model.track_bytes;
    double write_ns = (double)link_hold_ns(&link->type, link->distance_m, WRITE_BYTES);
    double track_ns = (double)link_hold_ns(&link->type, link->distance_m, track_bytes);
    put(item, "from", json_string(config->servers[link->from].serial));
    put(item, "to", json_string(config->servers[link->to].serial));
    put(item, "from_port", end_json(config, link->from_port));
    put(item, "to_port", end_json(config, link->to_port));
    put(item, "type", json_string(link->type.name));
    put(item, "distance_m", json_integer(link->distance_m));
    put(item, "exchanges", json_integer(link->type.exchanges));
    put(item, "rate_mb_per_s", json_real(link_rate(&link->type, link->distance_m) / 1e6));
    put(item, "write_4kib_ms", json_real(write_ns / 1e6));
    put(item, "writes_4kib_per_s", write_ns > 0 ? json_real(1e9 / write_ns) : json_null());
    put(item, "track_ms", json_real(track_ns / 1e6));
    put(item, "tracks_mb_per_s", track_ns > 0 ? json_real((double)track_bytes * 1e3 / track_ns) : json_null());
    return item;
}

json_t *copy_links_json(const struct config *config)
{
    json_t *object = json_object();
    for (size_t i = 0; i < config->link_count; i++)
        put(object, config->links[i].name, link_json(config, &config->links[i]));
    return object;
}

json_t *copy_paths_json(const struct config *config)
{
    json_t *list = json_array();
    for (size_t i = 0; i < config->path_count;) {
        const struct path_config *first = &config->paths[i];
        json_t *item = json_object(), *links = json_array();
        for (; i < config->path_count && config->paths[i].from == first->from && config->paths[i].to == first->to; i++)
            json_array_append_new(links, json_string(config->links[config->paths[i].link].name));
        put(item, "from", json_string(config->subsystems[first->from].name));
        put(item, "to", json_string(config->subsystems[first->to].name));
        put(item, "links", links);
        json_array_append_new(list, item);
    }
    return list;
}

/* How a FlashCopy stands at the start; null where only tasks name it. */
static void put_flashcopy(json_t *item, const struct pair_config *pair)
{
    bool stands = pair->state != FLASH_NONE;
    put(item, "background_copy", stands ? json_boolean(pair->state == FLASH_COPYING) : json_null());
    put(item, "accelerate_destage", stands ? json_boolean(pair->accelerate_destage) : json_null());
}

json_t *copy_pairs_json(const struct config *config)
{
    json_t *object = json_object();
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct pair_config *pair = &config->pairs[i];
        json_t *item = json_object();
        put(item, "kind", json_string(pair_kind_name(pair->kind)));
        put(item, "source", json_string(config->volumes[pair->source].label));
        put(item, "target", json_string(config->volumes[pair->target].label));
        put(item, "state", json_string(pair_state_name(pair->state)));
        if (pair->kind == PAIR_PPRC)
            put(item, "critical", json_boolean(pair->critical));
        else
            put_flashcopy(item, pair);
        put(object, pair->name, item);
    }
    return object;
}
