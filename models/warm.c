// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/warm.h"

#include <stdlib.h>

#include "models/cache.h"
#include "models/destage.h"
#include "sim/memory.h"

/* Draws between two looks at whether they still bring something. */
enum { ROUND_DRAWS = 1 << 16 };

struct filling {
    struct machine *machine;
    struct workload *workloads;
    size_t count;
    struct address_stream **streams; /* by workload, NULL where nothing is drawn */
    double *share;                   /* of the draws, adding up to 1 */
    double *credit;                  /* draws owed */
};

/* How often a workload issues, relative to the others: its highest rate, or a guess for a closed loop from a
 * typical response time of 5 ms. */
static double weight(const struct workload_config *config)
{
    double highest = 0;
    if (config->kind == LOAD_CLOSED)
        return config->iodepth / (5e6 + (double)config->thinktime_ns) * 1e9;
    for (size_t i = 0; config->kind == LOAD_OPEN && i < config->rate_count; i++)
        highest = config->rate[i].per_s > highest ? config->rate[i].per_s : highest;
    return highest;
}

/* Segments held in all caches and all NVS. */
static int64_t held(const struct machine *machine)
{
    int64_t segments = 0;
    for (size_t i = 0; i < machine->config->server_count; i++) {
        for (int number = 0; number < CLUSTERS; number++) {
            const struct cluster *cluster = &machine->servers[i].clusters[number];
            segments += cache_segments(cluster->cache) + store_used(cluster->nvs) / cluster->model->segment_bytes;
        }
    }
    return segments;
}

/* Enters the segments an I/O touches: written ones as dirty data while NVS is below its low threshold. */
static void enter(struct machine *machine, const struct io_record *record)
{
    const struct volume_config *volume = &machine->config->volumes[record->volume];
    struct rank *rank = &machine->ranks[volume->rank];
    struct cluster *cluster = rank->cluster;
    const struct server_model *model = rank->model;
    int64_t first = (volume->first_track * model->track_bytes + record->offset_blocks * BLOCK_BYTES) /
                    model->segment_bytes;
    int64_t last = (volume->first_track * model->track_bytes + record->offset_blocks * BLOCK_BYTES +
                    record->length_bytes - 1) / model->segment_bytes;
    int64_t per_track = model->track_bytes / model->segment_bytes;
    int64_t low = (int64_t)(model->destage_low * (double)store_capacity(cluster->nvs));
    for (int64_t segment = first; segment <= last; segment++) {
        uint32_t bit = 1u << (segment % per_track);
        cache_track track = cache_look_up(cluster->cache, rank->index, segment / per_track);
        bool room = store_used(cluster->nvs) + model->segment_bytes <= low;
        if (record->op == IO_READ || cache_holds_dirty(cluster->cache, track, bit) != 0 || !room) {
            cache_enter(cluster->cache, track, bit, false);
            continue;
        }
        /* The first data written is the oldest: ages are spread over the time after which it would drain. */
        double filled = (double)store_used(cluster->nvs) / (double)(low > 0 ? low : 1);
        sim_time since = -(sim_time)((1 - filled) * (double)model->destage_age_ns);
        store_take_now(cluster->nvs, model->segment_bytes);
        cache_write(cluster->cache, rank, track, bit, since);
    }
}

/* The workload that is owed the most draws. */
static size_t next_workload(struct filling *filling)
{
    size_t best = 0;
    for (size_t i = 0; i < filling->count; i++) {
        filling->credit[i] += filling->share[i];
        if (filling->credit[i] > filling->credit[best])
            best = i;
    }
    filling->credit[best] -= 1;
    return best;
}

/* Draws a round. Returns by how many segments more is held. */
static int64_t fill_round(struct filling *filling)
{
    int64_t before = held(filling->machine);
    for (int draw = 0; draw < ROUND_DRAWS; draw++) {
        size_t i = next_workload(filling);
        struct io_record record = {0};
        address_next(filling->streams[i], &record);
        if (record.op == IO_WRITE || filling->workloads[i].config->read_hit < 0)
            enter(filling->machine, &record);
    }
    return held(filling->machine) - before;
}

void warm_start(struct machine *machine, struct workload *workloads, size_t count, uint64_t seed)
{
    struct filling filling = {.machine = machine, .workloads = workloads, .count = count};
    filling.streams = memory_alloc_zeroed(count, sizeof *filling.streams);
    filling.share = memory_alloc_zeroed(count, sizeof *filling.share);
    filling.credit = memory_alloc_zeroed(count, sizeof *filling.credit);
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weight(workloads[i].config);
    for (size_t i = 0; i < count; i++) {
        if (workloads[i].addresses == NULL)
            continue;
        filling.streams[i] = address_create(machine->config, i, seed, "warm");
        filling.share[i] = sum > 0 ? weight(workloads[i].config) / sum : 0;
    }

    /* A round that brings less than one new segment in a hundred draws will be followed by worse ones. */
    while (sum > 0 && fill_round(&filling) > ROUND_DRAWS / 100)
        ;

    for (size_t i = 0; i < count; i++) {
        if (filling.streams[i] == NULL)
            continue;
        if (workloads[i].config->sequential)
            address_go_on(workloads[i].addresses, filling.streams[i]);
        address_destroy(filling.streams[i]);
    }
    for (size_t i = 0; i < machine->config->rank_count; i++)
        destage_rank_idle(&machine->ranks[i]);
    free(filling.streams);
    free(filling.share);
    free(filling.credit);
}
