// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/mirror_config.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/memory.h"
#include "tests/small_config.h"

static char *numbered(const char *text, size_t number)
{
    return memory_text("%s%zu", text, number);
}

static size_t add_port(struct config *config, size_t server, char *name)
{
    int32_t bay = (int32_t)(config->port_count % 4);
    config->ports = memory_resize(config->ports, (config->port_count + 1) * sizeof *config->ports);
    config->ports[config->port_count] = (struct port_config){.name = name, .server = (int32_t)server, .bay = bay};
    return config->port_count++;
}

static void add_server(struct config *config)
{
    size_t index = config->server_count++;
    config->servers = memory_resize(config->servers, config->server_count * sizeof *config->servers);
    config->servers[index] = config->servers[0];
    config->servers[index].serial = numbered("TEST", index + 1);
    config->servers[index].model.name = memory_copy_string("round");
}

static void add_rank(struct config *config, size_t server, int64_t tracks)
{
    size_t index = config->rank_count++;
    config->ranks = memory_resize(config->ranks, config->rank_count * sizeof *config->ranks);
    config->volumes = memory_resize(config->volumes, config->rank_count * sizeof *config->volumes);
    config->volume_count = config->rank_count;
    config->ranks[index] = (struct rank_config){
        .name = numbered("r", index), .server = (int32_t)server, .lss = 16, .format = RANK_6PS};
    config->volumes[index] = (struct volume_config){.name = numbered("v", index), .label = numbered("v", index),
                                                    .server = (int32_t)server, .rank = (int32_t)index,
                                                    .tracks = tracks};
}

size_t mirror_config_add_link(struct config *config, size_t from, size_t to)
{
    size_t index = config->link_count++;
    config->links = memory_resize(config->links, config->link_count * sizeof *config->links);
    config->links[index] = (struct link_config){
        .name = numbered("e", index),
        .from = (int32_t)from,
        .to = (int32_t)to,
        .from_port = (int32_t)add_port(config, from, numbered("from.e", index)),
        .to_port = (int32_t)add_port(config, to, numbered("to.e", index)),
        .distance_m = 10000,
        .type = {.name = memory_copy_string("round"), .bytes_per_s = 20000000, .exchanges = 3,
                 .overhead_ns = 200 * SIM_US, .propagation_ns = 5 * SIM_US, .distance_max_m = 103000},
    };
    return index;
}

size_t mirror_config_add_port(struct config *config, size_t server)
{
    return add_port(config, server, numbered("p", config->port_count));
}

void mirror_config_add_path(struct config *config, size_t link)
{
    const struct link_config *it = &config->links[link];
    config->paths = memory_resize(config->paths, (config->path_count + 1) * sizeof *config->paths);
    config->paths[config->path_count++] = (struct path_config){
        config_subsystem(config, it->from, 16), config_subsystem(config, it->to, 16), (int32_t)link};
}

size_t mirror_config_add_pair(struct config *config, size_t source, size_t target, enum pair_state state)
{
    size_t index = config->pair_count++;
    config->pairs = memory_resize(config->pairs, config->pair_count * sizeof *config->pairs);
    config->pairs[index] = (struct pair_config){
        .name = memory_text("%s>%s", config->volumes[source].label, config->volumes[target].label),
        .source = (int32_t)source,
        .target = (int32_t)target,
        .state = state,
    };
    return index;
}

struct config *mirror_config_create(size_t secondaries, size_t pairs, size_t links, int64_t tracks,
                                    enum pair_state state)
{
    struct config *config = small_config_create(pairs, tracks);
    struct server_model *model = &config->servers[0].model;
    model->bay_bytes_per_s = 200000000;
    model->pprc_timeout_ns = 5 * SIM_S;
    model->cylinder_tracks = 15;
    model->pprc_copies = 2;
    for (size_t server = 1; server <= secondaries; server++) {
        add_server(config);
        for (size_t i = 0; i < pairs; i++)
            add_rank(config, server, tracks);
    }
    small_config_lay_out(config);
    config_list_subsystems(config);
    for (size_t server = 1; server <= secondaries; server++)
        for (size_t i = 0; i < links; i++)
            mirror_config_add_path(config, mirror_config_add_link(config, 0, server));
    for (size_t i = 0; i < pairs; i++)
        mirror_config_add_pair(config, i, pairs + i, state);
    return config;
}
