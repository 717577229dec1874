// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/small_config.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/drive_geometry.h"
#include "sim/memory.h"

static char *numbered(const char *text, size_t number)
{
    char name[64];
    snprintf(name, sizeof name, "%s%zu", text, number);
    return memory_copy_string(name);
}

static struct drive_type *create_drive_type(void)
{
    struct drive_type *type = memory_alloc_zeroed(1, sizeof *type);
    *type = (struct drive_type){
        .name = memory_copy_string("round"),
        .revolution_ns = 10 * SIM_MS,
        .overhead_ns = SIM_MS,
        .head_switch_ns = SIM_MS / 2,
        .write_settle_ns = SIM_MS / 4,
        .cylinders = 20000,
        .heads = 4,
        .seek_points = memory_alloc_zeroed(2, sizeof *type->seek_points),
        .seek_point_count = 2,
        .zones = memory_alloc_zeroed(2, sizeof *type->zones),
        .zone_count = 2,
    };
    type->seek_points[0] = (struct seek_point){1, SIM_MS};
    type->seek_points[1] = (struct seek_point){10001, 11 * SIM_MS};
    type->zones[0] = (struct drive_zone){.first_cylinder = 0, .sectors_per_track = 200, .track_skew = 10, .cylinder_skew = 20};
    type->zones[1] = (struct drive_zone){
        .first_cylinder = 10000, .sectors_per_track = 100, .track_skew = 5, .cylinder_skew = 10};
    return type;
}

static struct server_config *create_server(void)
{
    struct server_config *server = memory_alloc_zeroed(1, sizeof *server);
    server->serial = memory_copy_string("TEST1");
    server->model = (struct server_model){
        .name = memory_copy_string("round"),
        .processors_per_cluster = 4,
        .cache_bytes = 256 << 20,
        .cache_data_share = 1,
        .nvs_bytes = 16 << 20,
        .segment_bytes = 4096,
        .track_bytes = 32768,
        .strip_tracks = 1,
        .internal_bytes_per_s = 100000000,
        .adapter_command_ns = 50 * SIM_US,
        .adapter_xor_bytes_per_s = 100000000,
        .loop_link_bytes_per_s = 40000000,
        .loop_read_links = 2,
        .loop_write_links = 2,
        .destage_low = 0.5,
        .destage_high = 0.75,
        .destage_per_rank = 4,
        .destage_age_ns = SIM_S,
        .stage = STAGE_RECORD,
        .sequential_tracks = 6,
        .stage_ahead_tracks = 0,
        .drive_command_bytes = 256 << 10,
        .rebuild_bytes_per_s = 10000000,
    };
    for (int step = 0; step < STEP_COUNT; step++)
        server->model.processor_ns[step] = (step + 1) * 100 * SIM_US;
    return server;
}

static void create_port(struct config *config)
{
    config->port_types = memory_alloc_zeroed(1, sizeof *config->port_types);
    config->port_types[config->port_type_count++] = (struct port_type){
        .name = memory_copy_string("round"), .protocol_ns = 100 * SIM_US, .bytes_per_s = 50000000,
        .ports_per_adapter = 2};
    config->ports = memory_alloc_zeroed(1, sizeof *config->ports);
    config->ports[config->port_count++] = (struct port_config){.name = memory_copy_string("p0")};
}

static void create_host(struct config *config)
{
    config->hosts = memory_alloc_zeroed(1, sizeof *config->hosts);
    config->hosts[config->host_count++] = (struct host_config){
        .name = memory_copy_string("host"), .ports = memory_alloc_zeroed(1, sizeof(int32_t)), .port_count = 1,
        .io_timeout_ns = SIM_S};
}

struct config *small_config_create(size_t ranks, int64_t tracks)
{
    struct config *config = memory_alloc_zeroed(1, sizeof *config);
    config->title = memory_copy_string("small");
    config->run = (struct run_config){.duration_ns = SIM_S, .seed = 1, .replications = 1};
    config->drive_types = create_drive_type();
    config->drive_type_count = 1;
    config->servers = create_server();
    config->server_count = 1;
    config->ranks = memory_alloc_zeroed(ranks, sizeof *config->ranks);
    config->rank_count = ranks;
    config->volumes = memory_alloc_zeroed(ranks, sizeof *config->volumes);
    config->volume_count = ranks;
    for (size_t i = 0; i < ranks; i++) {
        config->ranks[i] = (struct rank_config){.name = numbered("r", i), .lss = 16, .format = RANK_6PS};
        config->volumes[i] = (struct volume_config){
            .name = numbered("v", i), .label = numbered("v", i), .rank = (int32_t)i, .tracks = tracks};
    }
    create_port(config);
    create_host(config);
    for (int kind = 0; kind < RESOURCE_KIND_COUNT; kind++)
        config->thresholds[kind] = 0.5;
    small_config_lay_out(config);
    return config;
}

void small_config_destroy(struct config *config)
{
    config_free(config);
    free(config);
}

void small_config_lay_out(struct config *config)
{
    const struct server_model *model = &config->servers[0].model;
    int64_t strip_blocks = model->strip_tracks * (model->track_bytes / BLOCK_BYTES);
    for (size_t i = 0; i < config->rank_count; i++) {
        struct rank_config *rank = &config->ranks[i];
        struct volume_config *volume = &config->volumes[i];
        rank->data_drives = rank->format == RANK_6PS ? 6 : 7;
        rank->active_drives = rank->data_drives + 1;
        rank->capacity_tracks = drive_type_blocks(&config->drive_types[rank->drive_type]) / strip_blocks *
                                model->strip_tracks * rank->data_drives;
        volume->size_bytes = volume->tracks * model->track_bytes;
        rank->used_tracks = volume->first_track + volume->tracks;
        if (rank->used_tracks > rank->capacity_tracks)
            abort();
    }
}

static struct workload_config *add_workload(struct config *config, enum load_kind kind)
{
    config->workloads = memory_resize(config->workloads, (config->workload_count + 1) * sizeof *config->workloads);
    struct workload_config *workload = &config->workloads[config->workload_count];
    *workload = (struct workload_config){
        .name = numbered("w", config->workload_count++),
        .volumes = memory_alloc_zeroed(config->volume_count, sizeof *workload->volumes),
        .volume_count = config->volume_count,
        .kind = kind,
        .read_share = 1,
        .block_bytes = 4096,
        .read_hit = -1,
        .trace_speed = 1,
    };
    for (size_t i = 0; i < config->volume_count; i++)
        workload->volumes[i] = (int32_t)i;
    return workload;
}

struct workload_config *small_config_add_open(struct config *config, double per_s)
{
    struct workload_config *workload = add_workload(config, LOAD_OPEN);
    workload->rate = memory_alloc_zeroed(1, sizeof *workload->rate);
    workload->rate[workload->rate_count++] = (struct rate_point){0, per_s};
    return workload;
}

struct workload_config *small_config_add_closed(struct config *config, int32_t iodepth)
{
    struct workload_config *workload = add_workload(config, LOAD_CLOSED);
    workload->iodepth = iodepth;
    return workload;
}

struct workload_config *small_config_add_trace(struct config *config)
{
    struct workload_config *workload = add_workload(config, LOAD_TRACE);
    workload->trace_file = memory_copy_string("trace.h5");
    workload->trace_place = memory_copy_string("test.yaml:1:1: trace");
    return workload;
}

struct timeline_config *small_config_add_entry(struct config *config, sim_time at_ns)
{
    config->timeline = memory_grow(config->timeline, config->timeline_count, sizeof *config->timeline);
    struct timeline_config *entry = &config->timeline[config->timeline_count++];
    *entry = (struct timeline_config){.trigger = TRIGGER_AT, .at_ns = at_ns};
    return entry;
}

struct timeline_config *small_config_add_fault(struct config *config, sim_time at_ns, enum fault_kind kind,
                                               int32_t index, bool repair)
{
    struct timeline_config *entry = small_config_add_entry(config, at_ns);
    entry->targets = memory_alloc_zeroed(1, sizeof *entry->targets);
    entry->targets[entry->target_count++] = (struct fault_target){.kind = kind, .index = index,
                                                                  .name = memory_copy_string("target")};
    entry->repair = repair;
    return entry;
}
