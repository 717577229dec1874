// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/warm.h"

#include <math.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/destage.h"
#include "models/stream.h"
#include "sim/memory.h"

/*
 * After each round it is asked whether to go on: not when fewer than one look-up in twenty brought a segment that
 * was not held, and not beyond four look-ups for each segment that fits. A skewed load approaches its steady
 * state ever more slowly; what is missing then is rarely asked for, and the run's own warm-up brings some of it.
 * Work is counted in look-ups of tracks because a drawn I/O may touch one or thousands.
 */
enum { ROUND_LOOK_UPS = 1 << 16, LOOK_UPS_A_FRESH_SEGMENT = 20, LOOK_UPS_A_SEGMENT_MAX = 4, BATCH = 64 };

struct dirt;

struct filling {
    struct machine *machine;
    struct workload *workloads;
    size_t count;
    struct address_stream **streams; /* by workload, NULL where nothing is drawn */
    double *share;                   /* of the draws, adding up to 1 */
    double *credit;                  /* draws owed */
    struct dirt *dirt;               /* by rank */
};

/* What a closed loop's response time is taken for before anything is known of it. */
#define GUESSED_RESPONSE_NS (5 * SIM_MS)

/* How often a workload issues a second: its highest rate, or a guess for a closed loop. */
static double weight(const struct workload_config *config)
{
    double highest = 0;
    if (config->kind == LOAD_CLOSED)
        return config->iodepth / (double)(GUESSED_RESPONSE_NS + config->thinktime_ns) * 1e9;
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

/* Segments that fit in all caches. */
static int64_t room(const struct machine *machine)
{
    int64_t segments = 0;
    for (size_t i = 0; i < machine->config->server_count; i++)
        for (int number = 0; number < CLUSTERS; number++)
            segments += cache_capacity(machine->servers[i].clusters[number].cache);
    return segments;
}

/* A drawn I/O, as the cache sees it. */
struct drawn {
    const struct volume_config *volume;
    struct rank *rank;
    int64_t first_segment, last_segment; /* of the rank */
    bool write;
};

static void locate(struct machine *machine, const struct io_record *record, struct drawn *drawn)
{
    const struct volume_config *volume = &machine->config->volumes[record->volume];
    drawn->volume = volume;
    drawn->rank = &machine->ranks[volume->rank];
    const struct server_model *model = drawn->rank->model;
    int64_t first_byte = volume->first_track * model->track_bytes + record->offset_blocks * BLOCK_BYTES;
    drawn->first_segment = first_byte / model->segment_bytes;
    drawn->last_segment = (first_byte + record->length_bytes - 1) / model->segment_bytes;
    drawn->write = record->op == IO_WRITE;
}

static int64_t first_track(const struct drawn *drawn)
{
    return drawn->first_segment / drawn->rank->track_segments;
}

static int64_t last_track(const struct drawn *drawn)
{
    return drawn->last_segment / drawn->rank->track_segments;
}

/* What there is to know of a rank's dirty data. */
struct dirt {
    double writes_per_s, bytes_per_s; /* offered to the rank */
    double bytes;                     /* entered so far */
    double bytes_max;                 /* INFINITY where only NVS's low threshold bounds it */
};

/*
 * One more dirty segment, while NVS is below its low threshold and the rank has no more than it would keep. The
 * first data written is the oldest: ages are spread over the time after which it would drain.
 */
static void enter_dirty(struct rank *rank, struct dirt *dirt, cache_track track, uint32_t segment)
{
    struct cluster *cluster = rank->cluster;
    const struct server_model *model = rank->model;
    double low = model->destage_low * (double)store_capacity(cluster->nvs);
    double used = (double)store_used(cluster->nvs);
    if (cache_holds_dirty(cluster->cache, track, segment) != 0 || used + (double)model->segment_bytes > low ||
        dirt->bytes + (double)model->segment_bytes > dirt->bytes_max)
        return;
    double filled = isfinite(dirt->bytes_max) ? dirt->bytes / dirt->bytes_max : used / low;
    store_take_now(cluster->nvs, model->segment_bytes);
    dirt->bytes += (double)model->segment_bytes;
    cache_write(cluster->cache, rank, track, segment, -(sim_time)((1 - filled) * (double)model->destage_age_ns));
}

/* Enters the segments an I/O touches, written ones as dirty data as long as there is room for it. */
static void enter(struct dirt *dirt, const struct drawn *drawn)
{
    struct cache *cache = drawn->rank->cluster->cache;
    int64_t per_track = drawn->rank->track_segments, begin = first_track(drawn), end = last_track(drawn);
    struct stream stream;
    for (int64_t number = begin; number <= end; number++) {
        int32_t first = number == begin ? (int32_t)(drawn->first_segment % per_track) : 0;
        int32_t last = (int32_t)(number == end ? drawn->last_segment % per_track : per_track - 1);
        uint32_t segments = (2u << last) - (1u << first);
        cache_track track = cache_look_up(cache, drawn->rank->index, number);
        if (number == begin)
            stream = stream_begin(drawn->rank, drawn->volume, number, track, first, end + 1 - begin);
        stream_pass(&stream, track, last + 1);
        cache_enter(cache, track, segments, false);
        for (; drawn->write && segments != 0; segments &= segments - 1)
            enter_dirty(drawn->rank, &dirt[drawn->rank->index], track, segments & -segments);
    }
}

/* Enters a batch, its memory fetched ahead. */
static void enter_all(struct dirt *dirt, const struct drawn *drawn, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cache_prefetch_head(drawn[i].rank->cluster->cache, drawn[i].rank->index, first_track(&drawn[i]));
    for (size_t i = 0; i < count; i++)
        cache_prefetch_entry(drawn[i].rank->cluster->cache, drawn[i].rank->index, first_track(&drawn[i]));
    for (size_t i = 0; i < count; i++)
        enter(dirt, &drawn[i]);
}

/* Destages a second that an idle rank does one after another: a read and a write on each drive of a small write. */
static double drain_per_s(const struct machine *machine, const struct rank_config *rank)
{
    const struct drive_type *drive = &machine->config->drive_types[rank->drive_type];
    sim_time access_ns =
        drive->overhead_ns + drive_type_seek_ns(drive, drive->cylinders / 3) + drive->revolution_ns / 2;
    return 1e9 / (2 * (double)access_ns);
}

/*
 * A rank that is written to at less than half the rate at which it drains when idle keeps no data older than
 * destage_age: it begins with what is written in that time. Others live at NVS's low threshold.
 */
static void bound_dirt(struct filling *filling)
{
    const struct config *config = filling->machine->config;
    for (size_t i = 0; i < filling->count; i++) {
        const struct workload_config *workload = filling->workloads[i].config;
        double writes = weight(workload) * (1 - workload->read_share) / (double)workload->volume_count;
        for (size_t v = 0; v < workload->volume_count; v++) {
            struct dirt *dirt = &filling->dirt[config->volumes[workload->volumes[v]].rank];
            dirt->writes_per_s += writes;
            dirt->bytes_per_s += writes * workload->block_bytes;
        }
    }
    for (size_t i = 0; i < config->rank_count; i++) {
        struct dirt *dirt = &filling->dirt[i];
        bool drains = dirt->writes_per_s < drain_per_s(filling->machine, &config->ranks[i]) / 2;
        double age_s = (double)filling->machine->ranks[i].model->destage_age_ns * 1e-9;
        dirt->bytes_max = drains ? dirt->bytes_per_s * age_s : INFINITY;
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
    struct drawn drawn[BATCH];
    size_t count = 0;
    int64_t before = held(filling->machine);
    for (int64_t look_ups = 0; look_ups < ROUND_LOOK_UPS; look_ups++) {
        size_t i = next_workload(filling);
        struct io_record record = {0};
        address_next(filling->streams[i], &record);
        if (record.op == IO_READ && filling->workloads[i].config->read_hit >= 0)
            continue;
        locate(filling->machine, &record, &drawn[count]);
        look_ups += last_track(&drawn[count]) - first_track(&drawn[count]);
        count++;
        if (count == BATCH) {
            enter_all(filling->dirt, drawn, count);
            count = 0;
        }
    }
    enter_all(filling->dirt, drawn, count);
    return held(filling->machine) - before;
}

bool warm_start(struct machine *machine, struct workload *workloads, size_t count, uint64_t seed,
                bool (*go_on)(void *context), void *context)
{
    struct filling filling = {.machine = machine, .workloads = workloads, .count = count};
    filling.streams = memory_alloc_zeroed(count, sizeof *filling.streams);
    filling.share = memory_alloc_zeroed(count, sizeof *filling.share);
    filling.credit = memory_alloc_zeroed(count, sizeof *filling.credit);
    filling.dirt = memory_alloc_zeroed(machine->config->rank_count, sizeof *filling.dirt);
    bound_dirt(&filling);
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weight(workloads[i].config);
    for (size_t i = 0; i < count; i++) {
        if (workloads[i].addresses == NULL)
            continue;
        filling.streams[i] = address_create(machine->config, i, seed, "warm");
        filling.share[i] = sum > 0 ? weight(workloads[i].config) / sum : 0;
    }

    int64_t look_ups_left = LOOK_UPS_A_SEGMENT_MAX * room(machine);
    bool wanted = true;
    while (sum > 0 && look_ups_left > 0 && (wanted = go_on == NULL || go_on(context)) &&
           fill_round(&filling) >= ROUND_LOOK_UPS / LOOK_UPS_A_FRESH_SEGMENT)
        look_ups_left -= ROUND_LOOK_UPS;

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
    free(filling.dirt);
    return wanted;
}
