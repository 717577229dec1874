// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Notes on what the offered load asks of ports and drives: a calculation by hand, of open random workloads at their
 * highest rate. Closed loops and traces ask for what they get.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "scenarios/hardware.h"
#include "scenarios/notes.h"
#include "scenarios/structure.h"
#include "sim/memory.h"

enum { WRITE_OPERATIONS = 4 }; /* of a small RAID-5 write: read old data and parity, write both */

/* The time that a workload's I/Os ask of one port, per second of offered load at its peak. */
static double port_demand(const struct workload_config *workload, const struct port_type *type)
{
    return notes_peak_per_s(workload) *
           ((double)type->protocol_ns / 1e9 + (double)workload->block_bytes / (double)type->bytes_per_s);
}

/* Ports that the offered load alone loads past the advised utilisation. */
static void note_ports(struct notes *notes, const struct config *config, size_t host_index)
{
    const struct host_config *host = &config->hosts[host_index];
    double busiest = 0, used = host->policy == PATH_FAILOVER ? 1 : (double)host->port_count;
    for (size_t i = 0; i < host->port_count; i++) {
        const struct port_type *type = &config->port_types[config->ports[host->ports[i]].type];
        double demand = 0;
        for (size_t j = 0; j < config->workload_count; j++)
            if (config->workloads[j].host == (int32_t)host_index)
                demand += port_demand(&config->workloads[j], type) / used;
        busiest = demand > busiest ? demand : busiest;
    }
    if (busiest > config->thresholds[RESOURCE_PORT])
        notes_add(notes, memory_text("host %s: its offered load alone takes its ports to %.0f %%, advised are at most "
                                     "%.0f %%",
                                     host->name, busiest * 100, config->thresholds[RESOURCE_PORT] * 100));
}

/* ---- drives ---- */

/* Bytes of volumes that any workload uses, by server and cluster. To be freed. */
static double *footprints(const struct config *config)
{
    double *bytes = memory_alloc_zeroed(config->server_count * 2, sizeof bytes[0]);
    bool *seen = memory_alloc_zeroed(config->volume_count, sizeof seen[0]);
    for (size_t i = 0; i < config->workload_count; i++) {
        const struct workload_config *workload = &config->workloads[i];
        for (size_t j = 0; j < workload->volume_count; j++) {
            const struct volume_config *volume = &config->volumes[workload->volumes[j]];
            if (!seen[workload->volumes[j]])
                bytes[2 * volume->server + config->ranks[volume->rank].cluster] += (double)volume->size_bytes;
            seen[workload->volumes[j]] = true;
        }
    }
    free(seen);
    return bytes;
}

/* The sum of n^-theta over 1 to `count`, by Euler and Maclaurin's first terms. */
static double zipf_sum(double count, double theta)
{
    double integral = fabs(theta - 1) < 1e-9 ? log(count) : (pow(count, 1 - theta) - 1) / (1 - theta);
    return integral + (1 + pow(count, -theta)) / 2;
}

/* The share of a workload's accesses to a volume that the hottest `share` of its blocks take. */
static double hot_share(const struct workload_config *workload, const struct volume_config *volume, double share)
{
    if (share >= 1)
        return 1;
    if (workload->distribution == ADDRESS_UNIFORM)
        return share;
    double blocks = (double)(volume->size_bytes / workload->block_bytes);
    if (blocks * share < 1)
        return blocks * share / zipf_sum(blocks, workload->zipf_theta);
    return zipf_sum(blocks * share, workload->zipf_theta) / zipf_sum(blocks, workload->zipf_theta);
}

/* Drive operations a second that a workload asks of a rank for one of its volumes there. */
static double volume_operations(const struct config *config, const struct workload_config *workload,
                                const struct volume_config *volume, double footprint)
{
    const struct server_model *model = &config->servers[volume->server].model;
    const struct rank_config *rank = &config->ranks[volume->rank];
    double cached = (double)model->cache_bytes / 2 * model->cache_data_share / footprint;
    double dirty = (double)model->nvs_bytes / 2 * model->destage_low / footprint;
    double hits = workload->read_hit >= 0 ? workload->read_hit : hot_share(workload, volume, cached);
    double rewrites = hot_share(workload, volume, dirty);
    double strips = ceil((double)workload->block_bytes / (double)(model->track_bytes * model->strip_tracks));
    double stripes = strips / rank->data_drives; /* a whole stripe is written without reading */
    double writes = stripes >= 1 ? strips + stripes : WRITE_OPERATIONS * strips;
    return notes_peak_per_s(workload) / (double)workload->volume_count *
           (workload->read_share * (1 - hits) * strips + (1 - workload->read_share) * (1 - rewrites) * writes);
}

/* The time of a random drive operation of a workload on the part of a rank that volumes lie on, in ns. */
static double operation_ns(const struct config *config, const struct rank_config *rank,
                           const struct workload_config *workload)
{
    const struct server_model *model = &config->servers[rank->server].model;
    double strip = (double)(model->track_bytes * model->strip_tracks);
    double bytes = workload->block_bytes < strip ? workload->block_bytes : strip;
    struct drive_type part = config->drive_types[rank->drive_type];
    double used = (double)rank->used_tracks / (double)rank->capacity_tracks;
    double track_bytes = (double)structure_drive_bytes(&part) / part.cylinders / part.heads;
    part.cylinders = (int32_t)ceil(part.cylinders * used);
    return (double)part.overhead_ns + hardware_mean_seek_ns(&part) +
           (double)part.revolution_ns * (0.5 + bytes / track_bytes);
}

/* Drives that the offered load alone loads past the advised utilisation. */
static void note_drives(struct notes *notes, const struct config *config)
{
    double *bytes = footprints(config);
    double *operations = memory_alloc_zeroed(config->rank_count, sizeof operations[0]);
    double *busy = memory_alloc_zeroed(config->rank_count, sizeof busy[0]);
    for (size_t i = 0; i < config->workload_count; i++) {
        const struct workload_config *workload = &config->workloads[i];
        for (size_t j = 0; !workload->sequential && j < workload->volume_count; j++) {
            const struct volume_config *volume = &config->volumes[workload->volumes[j]];
            double footprint = bytes[2 * volume->server + config->ranks[volume->rank].cluster];
            double more = volume_operations(config, workload, volume, footprint);
            const struct rank_config *rank = &config->ranks[volume->rank];
            operations[volume->rank] += more;
            busy[volume->rank] +=
                more > 0 ? more * operation_ns(config, rank, workload) / 1e9 / rank->active_drives : 0;
        }
    }
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *rank = &config->ranks[i];
        if (busy[i] > config->thresholds[RESOURCE_DRIVE])
            notes_add(notes, memory_text("server %s: rank %s is asked for about %.0f drive operations a second, %.0f %% of "
                                         "what its drives can do, advised are at most %.0f %%",
                                         config->servers[rank->server].serial, rank->name, operations[i], busy[i] * 100,
                                         config->thresholds[RESOURCE_DRIVE] * 100));
    }
    free(operations);
    free(busy);
    free(bytes);
}

void notes_of_load(struct notes *notes, const struct config *config)
{
    for (size_t i = 0; i < config->host_count; i++)
        note_ports(notes, config, i);
    note_drives(notes, config);
}
