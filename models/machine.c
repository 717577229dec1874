// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/machine.h"

#include <stdarg.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/consistency.h"
#include "models/destage.h"
#include "models/destage_op.h"
#include "models/disk_op.h"
#include "models/flashcopy.h"
#include "models/link.h"
#include "models/paths.h"
#include "models/pieces.h"
#include "models/pprc.h"
#include "models/pprc_copy.h"
#include "models/rank_read.h"
#include "models/rebuild.h"
#include "models/remote_write.h"
#include "models/stage_ahead.h"
#include "models/t0.h"
#include "models/t0_copy.h"
#include "models/track_locks.h"
#include "models/track_table.h"
#include "sim/memory.h"

static struct station *named_station(struct sim *sim, int32_t servers, char *name)
{
    struct station *station = station_create(sim, name, servers);
    free(name);
    return station;
}

static int64_t cluster_cache_segments(const struct server_model *model)
{
    return (int64_t)((double)(model->cache_bytes / CLUSTERS) * model->cache_data_share) / model->segment_bytes;
}

/* Whether some FlashCopy of the config lies on ranks of the server's cluster. */
static bool holds_flashcopies(const struct config *config, const struct server *server, int number)
{
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct rank_config *rank = &config->ranks[config->volumes[config->pairs[i].source].rank];
        if (config->pairs[i].kind == PAIR_FLASHCOPY && &config->servers[rank->server] == server->config &&
            rank->cluster == number)
            return true;
    }
    return false;
}

static void build_cluster(struct machine *machine, struct server *server, int number)
{
    struct sim *sim = machine->sim;
    struct cluster *cluster = &server->clusters[number];
    const struct server_model *model = &server->config->model;
    const char *serial = server->config->serial;
    cluster->model = model;
    cluster->processors =
        named_station(sim, model->processors_per_cluster, memory_text("%s/cluster.%d/processors", serial, number));
    cluster->bus = named_station(sim, 1, memory_text("%s/cluster.%d/bus", serial, number));
    cluster->cache = cache_create(sim, cluster_cache_segments(model));
    char *nvs_name = memory_text("%s/cluster.%d/nvs", serial, number);
    int64_t nvs_bytes = model->nvs_bytes / CLUSTERS;
    if (holds_flashcopies(machine->config, server, number)) {
        cluster->nvs_apart = store_create(sim, nvs_name, model->flashcopy_nvs_bytes);
        nvs_bytes -= model->flashcopy_nvs_bytes;
    }
    cluster->nvs = store_create(sim, nvs_name, nvs_bytes);
    cluster->mirroring = store_create(sim, nvs_name, nvs_bytes / 2);
    free(nvs_name);
}

/* The adapter and the loop of a rank, built when the first rank needs them. */
static void build_path_to_rank(struct machine *machine, struct rank *rank)
{
    const struct rank_config *config = rank->config;
    struct server *server = &machine->servers[config->server];
    const char *serial = server->config->serial;
    rank->adapter = &server->adapters[config->pair][config->cluster];
    if (rank->adapter->station == NULL)
        rank->adapter->station = named_station(
            machine->sim, 1, memory_text("%s/adapter.%d.%d", serial, config->pair, config->cluster));
    rank->loop = &server->loops[config->pair][config->loop];
    if (rank->loop->read.count == 0) {
        char *name = memory_text("%s/loop.%d%c", serial, config->pair, 'A' + config->loop);
        loop_init(rank->loop, machine->sim, name, rank->model->loop_read_links, rank->model->loop_write_links);
        free(name);
    }
}

/* A drive of the eight-pack: one of the rank's own, or its spare. */
static void build_bay(struct rank *rank, int32_t number)
{
    struct machine *machine = rank->machine;
    struct bay *bay = &rank->bays[number];
    /* Platters of different drives are not in step: golden-ratio steps spread them over the turn. */
    double phase = 0.6180339887498949 * (double)(rank->index * RANK_DRIVES_MAX + number);
    bay->home = rank;
    bay->name = memory_text("%s.%d", rank->name, number);
    bay->drive = drive_create(machine->sim, bay->name, machine->geometries[rank->config->drive_type],
                              phase - (double)(int64_t)phase);
    drive_set_queue(bay->drive, disk_op_access);
    bay->role = DRIVE_SPARE;
    if (number < rank->config->active_drives) {
        bay->role = DRIVE_MEMBER;
        bay->serves = rank;
        bay->position = number;
        rank->drives[number] = bay->drive;
    }
}

static void build_rank(struct machine *machine, size_t index)
{
    struct rank *rank = &machine->ranks[index];
    const struct rank_config *config = &machine->config->ranks[index];
    struct server *server = &machine->servers[config->server];
    rank->machine = machine;
    rank->config = config;
    rank->model = &server->config->model;
    rank->index = (int32_t)index;
    rank->track_segments = (int32_t)(rank->model->track_bytes / rank->model->segment_bytes);
    rank->name = memory_text("%s/%s", server->config->serial, config->name);
    rank->cluster = &server->clusters[config->cluster];
    build_path_to_rank(machine, rank);
    rank->missing = POSITION_NONE;
    for (int32_t i = 0; i < RANK_DRIVES_MAX; i++)
        build_bay(rank, i);
    destage_init_rank(rank);
    struct cluster *cluster = rank->cluster;
    cluster->ranks = memory_resize(cluster->ranks, (cluster->rank_count + 1) * sizeof *cluster->ranks);
    cluster->ranks[cluster->rank_count++] = rank;
}

static void build_port(struct machine *machine, size_t index)
{
    const struct port_config *config = &machine->config->ports[index];
    const char *serial = machine->config->servers[config->server].serial;
    struct port *port = &machine->ports[index];
    port->type = &machine->config->port_types[config->type];
    port->station = named_station(machine->sim, 1, memory_text("%s/%s", serial, config->name));
    port->server = &machine->servers[config->server];
    port->bay = &port->server->bays[config->bay];
    port->bay->ports++;
}

static void build_bays(struct server *server)
{
    for (int number = 0; number < HOST_BAYS; number++) {
        server->bays[number].name = memory_text("%s/bay.%d", server->config->serial, number);
        server->bays[number].bytes_per_s = server->config->model.bay_bytes_per_s;
    }
}

/* What remote copy needs, once ports and ranks are there. */
static void build_remote_copy(struct machine *machine)
{
    const struct config *config = machine->config;
    machine->remote_writes = pool_create(remote_write_bytes);
    machine->copies = pool_create(pprc_copy_bytes);
    machine->locks = track_locks_create(machine->sim);
    machine->copy_locks = track_locks_create(machine->sim);
    machine->old_tracks = track_table_create();
    machine->old_track_pool = pool_create(old_track_bytes);
    machine->t0_copies = pool_create(t0_copy_bytes);
    machine->volumes = memory_alloc_zeroed(config->volume_count, sizeof *machine->volumes);
    machine->links = memory_alloc_zeroed(config->link_count, sizeof *machine->links);
    for (size_t i = 0; i < config->link_count; i++)
        link_init(&machine->links[i], machine, i);
    machine->paths = paths_create(config);
    pprc_build(machine);
    flashcopy_build(machine);
}

static void destroy_remote_copy(struct machine *machine)
{
    consistency_destroy(machine);
    flashcopy_destroy(machine);
    pprc_destroy(machine);
    paths_destroy(machine->paths);
    for (size_t i = 0; i < machine->config->link_count; i++)
        link_destroy(&machine->links[i]);
    track_locks_destroy(machine->locks);
    track_locks_destroy(machine->copy_locks);
    track_table_destroy(machine->old_tracks);
    pool_destroy(machine->old_track_pool);
    pool_destroy(machine->t0_copies);
    pool_destroy(machine->remote_writes);
    pool_destroy(machine->copies);
    free(machine->links);
    free(machine->volumes);
}

struct machine *machine_create(struct sim *sim, const struct config *config)
{
    struct machine *machine = memory_alloc_zeroed(1, sizeof *machine);
    machine->sim = sim;
    machine->config = config;
    machine->disk_ops = pool_create(sizeof(struct disk_op));
    machine->piece_chunks = pool_create(pieces_chunk_bytes);
    machine->stage_aheads = pool_create(stage_ahead_bytes);
    machine->destages = pool_create(sizeof(struct destage));
    machine->degraded_reads = pool_create(degraded_read_bytes);
    machine->lost_pieces = pool_create(lost_piece_bytes);
    machine->rebuilds = pool_create(rebuild_bytes);
    machine->servers = memory_alloc_zeroed(config->server_count, sizeof *machine->servers);
    machine->ports = memory_alloc_zeroed(config->port_count, sizeof *machine->ports);
    machine->ranks = memory_alloc_zeroed(config->rank_count, sizeof *machine->ranks);
    machine->geometries = memory_alloc_zeroed(config->drive_type_count, sizeof machine->geometries[0]);
    for (size_t i = 0; i < config->drive_type_count; i++)
        machine->geometries[i] = drive_geometry_create(&config->drive_types[i]);
    for (size_t i = 0; i < config->server_count; i++) {
        machine->servers[i].config = &config->servers[i];
        for (int cluster = 0; cluster < CLUSTERS; cluster++)
            build_cluster(machine, &machine->servers[i], cluster);
        build_bays(&machine->servers[i]);
    }
    for (size_t i = 0; i < config->port_count; i++)
        build_port(machine, i);
    for (size_t i = 0; i < config->rank_count; i++)
        build_rank(machine, i);
    build_remote_copy(machine);
    return machine;
}

static void destroy_server(struct server *server)
{
    for (int i = 0; i < CLUSTERS; i++) {
        struct cluster *cluster = &server->clusters[i];
        station_destroy(cluster->processors);
        station_destroy(cluster->bus);
        cache_destroy(cluster->cache);
        store_destroy(cluster->nvs);
        store_destroy(cluster->nvs_apart);
        store_destroy(cluster->mirroring);
        free(cluster->ranks);
    }
    for (int number = 0; number < HOST_BAYS; number++)
        free(server->bays[number].name);
    for (int pair = 0; pair < ADAPTER_PAIRS; pair++) {
        for (int cluster = 0; cluster < CLUSTERS; cluster++)
            station_destroy(server->adapters[pair][cluster].station);
        for (int loop = 0; loop < LOOPS; loop++)
            loop_destroy(&server->loops[pair][loop]);
    }
}

void machine_destroy(struct machine *machine)
{
    if (machine == NULL)
        return;
    destroy_remote_copy(machine);
    for (size_t i = 0; i < machine->config->rank_count; i++) {
        for (int number = 0; number < RANK_DRIVES_MAX; number++) {
            drive_destroy(machine->ranks[i].bays[number].drive);
            free(machine->ranks[i].bays[number].name);
        }
        free(machine->ranks[i].name);
    }
    for (size_t i = 0; i < machine->config->port_count; i++)
        station_destroy(machine->ports[i].station);
    for (size_t i = 0; i < machine->config->server_count; i++)
        destroy_server(&machine->servers[i]);
    for (size_t i = 0; i < machine->config->drive_type_count; i++)
        drive_geometry_destroy(machine->geometries[i]);
    free(machine->geometries);
    pool_destroy(machine->disk_ops);
    pool_destroy(machine->destages);
    pool_destroy(machine->piece_chunks);
    pool_destroy(machine->stage_aheads);
    pool_destroy(machine->degraded_reads);
    pool_destroy(machine->lost_pieces);
    pool_destroy(machine->rebuilds);
    free(machine->servers);
    free(machine->ports);
    free(machine->ranks);
    free(machine);
}

static void restart_server(struct server *server, sim_time now)
{
    for (int number = 0; number < HOST_BAYS; number++)
        host_bay_restart(&server->bays[number], now);
    for (int i = 0; i < CLUSTERS; i++) {
        struct cluster *cluster = &server->clusters[i];
        station_restart(cluster->processors);
        station_restart(cluster->bus);
        store_restart(cluster->nvs);
        cluster->reads = cluster->read_hits = cluster->destages = 0;
    }
    for (int pair = 0; pair < ADAPTER_PAIRS; pair++) {
        for (int cluster = 0; cluster < CLUSTERS; cluster++)
            if (server->adapters[pair][cluster].station != NULL)
                station_restart(server->adapters[pair][cluster].station);
        for (int loop = 0; loop < LOOPS; loop++)
            loop_restart(&server->loops[pair][loop]);
    }
}

void machine_restart(struct machine *machine)
{
    for (size_t i = 0; i < machine->config->server_count; i++)
        restart_server(&machine->servers[i], sim_now(machine->sim));
    for (size_t i = 0; i < machine->config->port_count; i++) {
        station_restart(machine->ports[i].station);
        machine->ports[i].wait_ns = 0;
    }
    for (size_t i = 0; i < machine->config->rank_count; i++) {
        for (int32_t number = 0; number < RANK_DRIVES_MAX; number++)
            station_restart(drive_station(machine->ranks[i].bays[number].drive));
        rank_restart(&machine->ranks[i], sim_now(machine->sim));
    }
    for (size_t i = 0; i < machine->config->link_count; i++)
        link_restart(&machine->links[i]);
    pprc_restart(machine);
}

void machine_tell(struct machine *machine, const char *subject, const char *event, const char *format, ...)
{
    va_list arguments;
    if (machine->events == NULL)
        return;
    va_start(arguments, format);
    char *detail = memory_vtext(format, arguments);
    va_end(arguments);
    machine->events->happened(machine->events, subject, event, detail);
    free(detail);
}
