// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/warm.h"

#include <math.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/destage.h"
#include "models/dirt.h"
#include "models/pprc.h"
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

/* Whether drawn I/Os come to the server. A secondary fills with what is mirrored, however little that is. */
static bool is_drawn_to(const struct machine *machine, size_t server)
{
    const struct config *config = machine->config;
    for (size_t i = 0; i < config->workload_count; i++)
        if (config->workloads[i].kind != LOAD_TRACE && (size_t)config->hosts[config->workloads[i].host].server == server)
            return true;
    return false;
}

/* Segments held in their caches and NVS. */
static int64_t held(const struct machine *machine)
{
    int64_t segments = 0;
    for (size_t i = 0; i < machine->config->server_count; i++) {
        for (int number = 0; number < CLUSTERS && is_drawn_to(machine, i); number++) {
            const struct cluster *cluster = &machine->servers[i].clusters[number];
            segments += cache_segments(cluster->cache) + store_used(cluster->nvs) / cluster->model->segment_bytes;
        }
    }
    return segments;
}

/* Segments that fit in their caches. */
static int64_t room(const struct machine *machine)
{
    int64_t segments = 0;
    for (size_t i = 0; i < machine->config->server_count; i++)
        for (int number = 0; number < CLUSTERS && is_drawn_to(machine, i); number++)
            segments += cache_capacity(machine->servers[i].clusters[number].cache);
    return segments;
}

/* What there is to know of a rank's dirty data. */
struct dirt {
    double bytes;     /* entered so far */
    double bytes_max; /* INFINITY where only NVS's low threshold bounds it */
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

/* What a FlashCopy that stands at the start holds on its target is T0: nothing was written there since. */
static bool is_copied_to(const struct drawn *drawn)
{
    const struct machine *machine = drawn->rank->machine;
    return machine->volumes[drawn->volume - machine->config->volumes].target_of != NULL;
}

/* Enters the segments an I/O touches, written ones as dirty data as long as there is room for it. */
static void enter(struct dirt *dirt, const struct drawn *drawn)
{
    struct cache *cache = drawn->rank->cluster->cache;
    int64_t per_track = drawn->rank->track_segments, begin = drawn_first_track(drawn), end = drawn_last_track(drawn);
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
        for (; drawn->write && !is_copied_to(drawn) && segments != 0; segments &= segments - 1)
            enter_dirty(drawn->rank, &dirt[drawn->rank->index], track, segments & -segments);
    }
}

/* Enters a batch, its memory fetched ahead. */
static void enter_all(struct dirt *dirt, const struct drawn *drawn, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cache_prefetch_head(drawn[i].rank->cluster->cache, drawn[i].rank->index, drawn_first_track(&drawn[i]));
    for (size_t i = 0; i < count; i++)
        cache_prefetch_entry(drawn[i].rank->cluster->cache, drawn[i].rank->index, drawn_first_track(&drawn[i]));
    for (size_t i = 0; i < count; i++)
        enter(dirt, &drawn[i]);
}

static void bound_dirt(struct filling *filling, uint64_t seed)
{
    size_t ranks = filling->machine->config->rank_count;
    double *bytes = memory_alloc_zeroed(ranks, sizeof *bytes);
    dirt_forecast(filling->machine, filling->workloads, filling->count, room(filling->machine), seed, bytes);
    for (size_t i = 0; i < ranks; i++)
        filling->dirt[i].bytes_max = bytes[i];
    free(bytes);
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
    struct drawn drawn[BATCH + 1]; /* a mirrored write is two */
    size_t count = 0;
    int64_t before = held(filling->machine);
    for (int64_t look_ups = 0; look_ups < ROUND_LOOK_UPS; look_ups++) {
        size_t i = next_workload(filling);
        struct io_record record = {0};
        address_next(filling->streams[i], &record);
        if (record.op == IO_READ && filling->workloads[i].config->read_hit >= 0)
            continue;
        drawn[count] = drawn_io(filling->machine, &record);
        look_ups += drawn_last_track(&drawn[count]) - drawn_first_track(&drawn[count]);
        count++;
        if (record.op == IO_WRITE && pprc_mirror(filling->machine, record.volume) >= 0) {
            record.volume = (uint32_t)pprc_mirror(filling->machine, record.volume);
            drawn[count++] = drawn_io(filling->machine, &record);
        }
        if (count >= BATCH) {
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
    bound_dirt(&filling, seed);
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += workload_peak_per_s(workloads[i].config);
    for (size_t i = 0; i < count; i++) {
        if (workloads[i].addresses == NULL)
            continue;
        filling.streams[i] = address_create(machine->config, i, seed, "warm");
        filling.share[i] = sum > 0 ? workload_peak_per_s(workloads[i].config) / sum : 0;
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
