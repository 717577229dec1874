// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Small machines drawn at random - sizes of segment, track and strip, staging, destaging, drives and their buffers -
 * under workloads drawn at random, while drives fail and are repaired at random. Whatever was drawn, every I/O
 * completes, its parts add up, NVS holds the dirty data and nothing else, and in the end nothing is left over.
 *
 * ESSIM_FUZZ_SEEDS=N runs N machines, ESSIM_FUZZ_FIRST=S begins with number S.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/address.h"
#include "models/cache.h"
#include "models/destage_op.h"
#include "models/digest.h"
#include "models/drive_geometry.h"
#include "models/timeline.h"
#include "models/host.h"
#include "models/host_io.h"
#include "models/warm.h"
#include "models/workload.h"
#include "sim/memory.h"
#include "sim/pool.h"
#include "sim/rng.h"
#include "tests/small_config.h"
#include "tests/seeds.h"
#include "tests/unit.h"

#ifdef NDEBUG
enum { SEEDS = 1500 };
#else
enum { SEEDS = 150 }; /* assertions, perhaps sanitizers */
#endif
enum { LOADS_MAX = 4, CLIENTS_MAX = 40, FAULTS_MAX = 10, LOOKS = 20, EVENTS_MAX = 20000000 };

/* ---- drawing ---- */

static int64_t between(struct rng *rng, int64_t least, int64_t most)
{
    return least + (int64_t)rng_below(rng, (uint64_t)(most - least + 1));
}

static bool one_in(struct rng *rng, int64_t n)
{
    return between(rng, 1, n) == 1;
}

/* Any order of magnitude is as likely as any other. */
static int64_t of_any_size(struct rng *rng, int64_t least, int64_t most)
{
    int64_t limit = least;
    while (limit < most && !one_in(rng, 6))
        limit *= 2;
    return between(rng, least, limit < most ? limit : most);
}

static int64_t pick(struct rng *rng, const int64_t *choices, size_t count)
{
    return choices[rng_below(rng, count)];
}
#define PICK(rng, ...) \
    pick((rng), (const int64_t[]){__VA_ARGS__}, sizeof(const int64_t[]){__VA_ARGS__} / sizeof(int64_t))

static void draw_buffer(struct rng *rng, struct drive_buffer_type *buffer)
{
    *buffer = (struct drive_buffer_type){
        .segments = (int32_t)between(rng, 1, 8),
        .segment_blocks = (int32_t)of_any_size(rng, 1, 1024),
        .ahead = (enum read_ahead)between(rng, AHEAD_NONE, AHEAD_STREAM),
        .read_ahead_blocks = (int32_t)of_any_size(rng, 1, 1024),
        .read_on_arrival = one_in(rng, 2),
        .read_written = one_in(rng, 2),
        .report_early = one_in(rng, 2),
        .write_segments = (int32_t)between(rng, 1, 8),
        .combine_writes = one_in(rng, 2),
    };
}

/* A small drive, so that volumes reach its end and rebuilds do too. */
static void draw_drive(struct rng *rng, struct drive_type *drive)
{
    int32_t outer = (int32_t)between(rng, 1, 10), sectors = (int32_t)between(rng, 60, 400);
    drive->cylinders = outer + (int32_t)between(rng, 1, 10);
    drive->heads = (int32_t)between(rng, 1, 5);
    drive->zones[0] = (struct drive_zone){.sectors_per_track = 2 * sectors};
    drive->zones[1] = (struct drive_zone){
        .first_cylinder = outer, .sectors_per_track = sectors, .spare_blocks = between(rng, 0, 30)};
    drive->revolution_ns = between(rng, 1, 10) * SIM_MS + between(rng, 0, 999);
    drive->seek_points[1] = (struct seek_point){(int32_t)between(rng, 2, 30), 2 * SIM_MS};
    drive->overhead_ns = one_in(rng, 4) ? 0 : between(rng, 0, SIM_MS);
    drive->interface_bytes_per_s = one_in(rng, 2) ? 0 : between(rng, 5000000, 80000000);
    drive->queue = one_in(rng, 2) ? QUEUE_SPTF : QUEUE_FCFS;
    drive->queue_age_ns = of_any_size(rng, SIM_US, SIM_S);
    if (!one_in(rng, 3))
        draw_buffer(rng, &drive->buffer);
}

/* What the catalogue and a scenario may say, but smaller. */
static void draw_server(struct rng *rng, struct server_model *model)
{
    model->segment_bytes = PICK(rng, 512, 1024, 1536, 4096, 8192);
    model->track_bytes = model->segment_bytes * between(rng, 1, TRACK_SEGMENTS_MAX);
    model->strip_tracks = (int32_t)PICK(rng, 1, 1, 1, 2, 3, 8);
    model->nvs_bytes = 2 * of_any_size(rng, 16, 256) * model->track_bytes + between(rng, 0, 2000);
    model->cache_data_share = one_in(rng, 2) ? 1 : 0.5;
    model->cache_bytes = (int64_t)((double)model->nvs_bytes / model->cache_data_share) * of_any_size(rng, 2, 20);
    model->destage_low = one_in(rng, 4) ? 0 : 0.7 * rng_uniform(rng);
    model->destage_high = model->destage_low + 0.001 + (0.999 - model->destage_low) * rng_uniform(rng);
    model->destage_per_rank = (int32_t)of_any_size(rng, 1, 1000);
    model->destage_age_ns = one_in(rng, 4) ? 0 : of_any_size(rng, SIM_MS, 20 * SIM_S);
    model->stage = (enum stage_mode)between(rng, STAGE_RECORD, STAGE_FULL_TRACK);
    model->sequential_tracks = (int32_t)of_any_size(rng, 1, 250);
    model->stage_ahead_tracks = (int32_t)PICK(rng, 0, 1, 2, 5, 30, 1000);
    model->drive_command_bytes = BLOCK_BYTES * of_any_size(rng, 1, 4096);
    model->rebuild_bytes_per_s = of_any_size(rng, 200000, 1000000000);
    model->adapter_xor_bytes_per_s = of_any_size(rng, 100000, 1000000000);
    model->loop_read_links = (int32_t)between(rng, 1, 4);
    model->loop_write_links = (int32_t)between(rng, 1, 4);
    for (int step = 0; step < STEP_COUNT; step++)
        model->processor_ns[step] = one_in(rng, 4) ? 0 : between(rng, 0, 200) * SIM_US;
    model->adapter_command_ns = one_in(rng, 4) ? 0 : 20 * SIM_US;
}

/* Two volumes on each rank, the second right behind the first and often up to the rank's end; their last tracks are
 * seldom whole. */
static void draw_volumes(struct rng *rng, struct config *config)
{
    const struct server_model *model = &config->servers[0].model;
    size_t ranks = config->rank_count;
    config->volumes = memory_resize(config->volumes, 2 * ranks * sizeof *config->volumes);
    config->volume_count = 2 * ranks;
    for (size_t i = 0; i < ranks; i++) {
        struct volume_config *first = &config->volumes[i], *second = &config->volumes[ranks + i];
        int64_t capacity = config->ranks[i].capacity_tracks;
        first->tracks = of_any_size(rng, 1, capacity - 1);
        *second = (struct volume_config){.rank = (int32_t)i, .first_track = first->tracks};
        second->name = memory_text("u%zu", i);
        second->label = memory_text("u%zu", i);
        second->tracks = capacity - first->tracks;
        if (one_in(rng, 2))
            second->tracks = of_any_size(rng, 1, second->tracks);
        config->ranks[i].used_tracks = first->tracks + second->tracks;
        for (int v = 0; v < 2; v++) {
            struct volume_config *volume = v == 0 ? first : second;
            volume->size_bytes = volume->tracks * model->track_bytes;
            if (!one_in(rng, 3))
                volume->size_bytes -= between(rng, 0, model->track_bytes / BLOCK_BYTES - 1) * BLOCK_BYTES;
        }
    }
}

/* Ranks share loops and spares, or do not; they hold two stripes at least. */
static void draw_ranks(struct rng *rng, struct config *config)
{
    const struct server_model *model = &config->servers[0].model;
    while (drive_type_blocks(&config->drive_types[0]) * BLOCK_BYTES < 2 * model->strip_tracks * model->track_bytes)
        config->drive_types[0].cylinders++;
    for (size_t i = 0; i < config->rank_count; i++) {
        struct rank_config *rank = &config->ranks[i];
        rank->format = one_in(rng, 3) ? RANK_7P : RANK_6PS;
        rank->cluster = one_in(rng, 3);
        rank->loop = one_in(rng, 4);
    }
    small_config_lay_out(config);
    draw_volumes(rng, config);
}

static int64_t smallest_volume(const struct config *config, const struct workload_config *workload)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < workload->volume_count; i++)
        if (config->volumes[workload->volumes[i]].size_bytes < least)
            least = config->volumes[workload->volumes[i]].size_bytes;
    return least;
}

static void draw_load(struct rng *rng, struct config *config)
{
    struct workload_config *workload = small_config_add_closed(config, (int32_t)of_any_size(rng, 1, CLIENTS_MAX));
    if (one_in(rng, 2)) {
        workload->volumes[0] = (int32_t)rng_below(rng, config->volume_count);
        workload->volume_count = 1;
    }
    int64_t track = config->servers[0].model.track_bytes, smallest = smallest_volume(config, workload);
    int64_t most = one_in(rng, 8) ? 600 * track : 8 * track;
    workload->block_bytes = (int32_t)(BLOCK_BYTES * of_any_size(rng, 1, most / BLOCK_BYTES));
    if (workload->block_bytes > smallest)
        workload->block_bytes = (int32_t)smallest;
    workload->sequential = one_in(rng, 2);
    workload->read_share = (double)PICK(rng, 0, 50, 50, 80, 100) / 100;
    if (one_in(rng, 2))
        workload->thinktime_ns = one_in(rng, 8) ? between(rng, SIM_S, 36000 * SIM_S) : of_any_size(rng, SIM_US, SIM_S);
    if (one_in(rng, 6))
        workload->read_hit = rng_uniform(rng);
}

static void draw_faults(struct rng *rng, struct config *config, sim_time span_ns)
{
    int64_t count = one_in(rng, 4) ? 0 : between(rng, 1, FAULTS_MAX);
    sim_time at_ns = 0;
    for (int64_t i = 0; i < count; i++) {
        at_ns += one_in(rng, 4) ? 0 : between(rng, 0, span_ns / count);
        bool repair = one_in(rng, 2);
        int32_t rank = (int32_t)rng_below(rng, config->rank_count);
        struct timeline_config *entry = small_config_add_fault(config, at_ns, FAULT_DRIVE, rank, repair);
        entry->targets->drive = one_in(rng, 3) ? 7 : (int32_t)between(rng, 0, 7);
    }
}

static struct config *draw_config(uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, "machine fuzz");
    struct config *config = small_config_create((size_t)between(&rng, 1, 3), 1);
    config->run.seed = seed;
    config->run.warm = one_in(&rng, 3);
    draw_server(&rng, &config->servers[0].model);
    draw_drive(&rng, &config->drive_types[0]);
    draw_ranks(&rng, config);
    for (int64_t loads = between(&rng, 1, LOADS_MAX); loads > 0; loads--)
        draw_load(&rng, config);
    draw_faults(&rng, config, of_any_size(&rng, 100 * SIM_MS, 20 * SIM_S));
    return config;
}

/* ---- a run ---- */

/* Issues until the load's share of I/Os is used up: one after another, or at drawn times whatever has become of those
 * before. */
struct client {
    struct activity activity;
    struct fuzz *fuzz;
    size_t load;
    bool open;
};

struct fuzz {
    struct io_sink sink; /* first: the sink's address is this */
    uint64_t seed;
    struct config *config;
    struct sim *sim;
    struct machine *machine;
    struct timeline *timeline;
    struct host_io_pool ios;
    struct host host;
    struct workload loads[LOADS_MAX];
    int64_t left[LOADS_MAX];
    struct client clients[LOADS_MAX][CLIENTS_MAX];
    struct rng rng;
    struct digest *digest;
    int64_t broken, errors;
};

static void fuzz_check(bool ok, const struct fuzz *fuzz, int line, const char *what)
{
    if (!ok)
        unit_check(false, __FILE__, line, "machine %" PRIu64 " at %lld ns: %s", fuzz->seed,
                   (long long)sim_now(fuzz->sim), what);
}
#define FUZZ_CHECK(fuzz, condition) fuzz_check((condition), (fuzz), __LINE__, #condition)

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct fuzz *fuzz = (struct fuzz *)sink;
    sim_time sum = 0;
    bool right = record->issue_ns + record->response_ns == sim_now(fuzz->sim);
    for (int part = 0; part < PART_COUNT; part++) {
        sum += record->part_ns[part];
        right = right && record->part_ns[part] >= 0;
    }
    const struct rank *rank = &fuzz->machine->ranks[fuzz->config->volumes[record->volume].rank];
    right = right && record->error == (rank->state == RANK_LOST ? IO_RANK_LOST : IO_OK);
    fuzz->broken += !right || sum != record->response_ns;
    digest_add(fuzz->digest, record);
}

static struct host_io *next_io(struct client *client)
{
    struct fuzz *fuzz = client->fuzz;
    struct workload *load = &fuzz->loads[client->load];
    struct io_record record = {.workload = (uint16_t)client->load};
    address_next(load->addresses, &record);
    struct host_io *io = host_io_create(&fuzz->ios, &record, &fuzz->machine->ports[0]);
    io->drawn = load->config->read_hit >= 0;
    io->drawn_hit = rng_uniform(&fuzz->rng) < load->config->read_hit;
    fuzz->left[client->load]--;
    return io;
}

static void client_story(struct activity *self)
{
    struct client *client = STORY_OF(self, struct client, activity);
    struct fuzz *fuzz = client->fuzz;
    const struct workload_config *config = fuzz->loads[client->load].config;

    STORY_BEGIN(self);
    while (fuzz->left[client->load] > 0) {
        if (client->open)
            activity_start(&next_io(client)->activity);
        else
            STORY_CALL(self, &next_io(client)->activity);
        STORY_WAIT(self, config->thinktime_ns > 0 ? between(&fuzz->rng, 0, config->thinktime_ns) : 0);
    }
    STORY_END(self);
}

static void start_load(struct fuzz *fuzz, size_t load)
{
    const struct workload_config *config = &fuzz->config->workloads[load];
    int64_t tracks = config->block_bytes / fuzz->config->servers[0].model.track_bytes + 1;
    fuzz->left[load] = between(&fuzz->rng, 1, 600) / (1 + tracks / 8) + 1;
    bool open = config->thinktime_ns > 0 && one_in(&fuzz->rng, 2);
    for (int32_t i = 0; i < config->iodepth; i++) {
        struct client *client = &fuzz->clients[load][i];
        *client = (struct client){.fuzz = fuzz, .load = load, .open = open};
        activity_init(&client->activity, fuzz->sim, client_story, NULL);
        activity_start(&client->activity);
    }
}

static struct fuzz *fuzz_begin(uint64_t seed)
{
    struct fuzz *fuzz = memory_alloc_zeroed(1, sizeof *fuzz);
    fuzz->sink.completed = io_completed;
    fuzz->seed = seed;
    fuzz->config = draw_config(seed);
    fuzz->sim = sim_create(seed);
    fuzz->machine = machine_create(fuzz->sim, fuzz->config);
    fuzz->host.config = &fuzz->config->hosts[0];
    fuzz->digest = digest_create(PART_COUNT);
    rng_init(&fuzz->rng, seed, "machine fuzz run");
    host_io_pool_init(&fuzz->ios, fuzz->machine, &fuzz->sink);
    size_t count = fuzz->config->workload_count;
    for (size_t i = 0; i < count; i++)
        workload_init(&fuzz->loads[i], &fuzz->ios, i, &fuzz->host, NULL, seed, NULL);
    fuzz->timeline = timeline_create(fuzz->machine, fuzz->loads, NULL, NULL);
    if (fuzz->config->run.warm)
        warm_start(fuzz->machine, fuzz->loads, count, seed, NULL, NULL);
    timeline_start(fuzz->timeline);
    for (size_t i = 0; i < count; i++)
        start_load(fuzz, i);
    return fuzz;
}

static void fuzz_end(struct fuzz *fuzz, char digest[DIGEST_TEXT_BYTES])
{
    digest_text(fuzz->digest, digest);
    digest_destroy(fuzz->digest);
    for (size_t i = 0; i < fuzz->config->workload_count; i++)
        workload_destroy(&fuzz->loads[i]);
    host_io_pool_destroy(&fuzz->ios);
    timeline_destroy(fuzz->timeline);
    machine_destroy(fuzz->machine);
    sim_destroy(fuzz->sim);
    small_config_destroy(fuzz->config);
    free(fuzz);
}

/* ---- what holds at any time ---- */

/* Both lines of a rank's dirty tracks hold the same tracks, none of which is being destaged; that of when they became
 * dirty is in order. Returns the dirty segments in them. */
static int64_t check_lines(const struct fuzz *fuzz, const struct rank *rank)
{
    const struct cache *cache = rank->cluster->cache;
    int64_t segments = 0, tracks = 0;
    sim_time since = INT64_MIN;
    for (cache_track track = cache_oldest_dirty(cache, rank); track != 0; track = cache_next_dirty(cache, track)) {
        FUZZ_CHECK(fuzz, cache_dirty(cache, track) != 0 && !cache_is_destaging(cache, track));
        FUZZ_CHECK(fuzz, cache_find(cache, rank->index, cache_track_number(cache, track)) == track);
        FUZZ_CHECK(fuzz, cache_track_number(cache, track) < rank->config->used_tracks);
        segments += __builtin_popcount(cache_dirty(cache, track));
        tracks++;
    }
    for (cache_track track = cache_first_dirty(cache, rank); track != 0; track = cache_next_since(cache, track)) {
        FUZZ_CHECK(fuzz, cache_dirty_since(cache, track) >= since);
        since = cache_dirty_since(cache, track);
        tracks--;
    }
    FUZZ_CHECK(fuzz, tracks == 0 && since <= sim_now(fuzz->sim));
    return segments;
}

/* No stripe is destaged twice at a time, and none that a step of the rebuild has begun with. Returns the dirty segments
 * of tracks that are being destaged. */
static int64_t check_destages(const struct fuzz *fuzz, const struct rank *rank)
{
    const struct cache *cache = rank->cluster->cache;
    int64_t segments = 0, stripe_tracks = rank->config->data_drives * rank->model->strip_tracks;
    int32_t count = 0;
    for (const struct destage *destage = rank->destages; destage != NULL; destage = destage->next, count++) {
        for (const struct destage *other = destage->next; other != NULL; other = other->next)
            FUZZ_CHECK(fuzz, other->stripe >= destage->stripe + destage->stripes ||
                                 destage->stripe >= other->stripe + other->stripes);
        for (int64_t i = 0; i < destage->stripes * stripe_tracks; i++) {
            cache_track track = cache_find(cache, rank->index, destage->stripe * stripe_tracks + i);
            if (track != 0 && cache_is_destaging(cache, track))
                segments += __builtin_popcount(cache_dirty(cache, track));
        }
    }
    FUZZ_CHECK(fuzz, count == rank->destaging);
    FUZZ_CHECK(fuzz, rank->state != RANK_LOST || rank->dirty_oldest == 0);
    return segments;
}

/* A rank's positions are filled by drives of its own, each of which serves no other. */
static void check_positions(const struct fuzz *fuzz, const struct rank *rank)
{
    int32_t serving = 0;
    for (size_t i = 0; i < fuzz->config->rank_count; i++) {
        for (int number = 0; number < RANK_DRIVES_MAX; number++) {
            const struct bay *bay = &fuzz->machine->ranks[i].bays[number];
            if (bay->serves != rank)
                continue;
            serving++;
            FUZZ_CHECK(fuzz, bay->role == DRIVE_MEMBER && rank->drives[bay->position] == bay->drive);
        }
    }
    int32_t active = rank->config->active_drives;
    FUZZ_CHECK(fuzz, rank->state == RANK_LOST || serving == active - (rank->state == RANK_DEGRADED));
    FUZZ_CHECK(fuzz, (rank->state == RANK_WORKING) == (rank->missing == POSITION_NONE));
    FUZZ_CHECK(fuzz, (rank->state == RANK_REBUILDING) == (rank->rebuild != NULL));
    FUZZ_CHECK(fuzz, rank->rebuild != NULL || rank->locked_end == 0);
    FUZZ_CHECK(fuzz, rank->missing == POSITION_NONE ||
                         rank->rebuilt_rows < rank->config->capacity_tracks / rank->config->data_drives);
    FUZZ_CHECK(fuzz, rank->host_reads >= 0);
}

static void check_machine(const struct fuzz *fuzz)
{
    for (int number = 0; number < CLUSTERS; number++) {
        const struct cluster *cluster = &fuzz->machine->servers[0].clusters[number];
        int64_t dirty = 0;
        for (size_t i = 0; i < cluster->rank_count; i++) {
            dirty += check_lines(fuzz, cluster->ranks[i]) + check_destages(fuzz, cluster->ranks[i]);
            check_positions(fuzz, cluster->ranks[i]);
        }
        FUZZ_CHECK(fuzz, store_used(cluster->nvs) == dirty * cluster->model->segment_bytes);
    }
    FUZZ_CHECK(fuzz, fuzz->ios.completed <= fuzz->ios.issued);
    FUZZ_CHECK(fuzz, fuzz->broken == 0);
}

/* ---- what holds when all is done ---- */

static void check_stations_are_idle(const struct fuzz *fuzz)
{
    const struct machine *machine = fuzz->machine;
    for (size_t i = 0; i < fuzz->config->rank_count; i++) {
        const struct rank *rank = &machine->ranks[i];
        FUZZ_CHECK(fuzz, rank->host_reads == 0 && rank->destaging == 0 && rank->rebuild == NULL);
        FUZZ_CHECK(fuzz, level_value(&rank->account.waiting) == 0 && level_value(&rank->account.working) == 0);
        FUZZ_CHECK(fuzz, station_busy(rank->adapter->station) == 0 && station_queue(rank->adapter->station) == 0);
        for (int number = 0; number < RANK_DRIVES_MAX; number++) {
            const struct station *station = drive_station(rank->bays[number].drive);
            FUZZ_CHECK(fuzz, station_busy(station) == 0 && station_queue(station) == 0);
        }
    }
    for (int number = 0; number < CLUSTERS; number++) {
        const struct cluster *cluster = &machine->servers[0].clusters[number];
        FUZZ_CHECK(fuzz, station_busy(cluster->processors) == 0 && station_busy(cluster->bus) == 0);
        FUZZ_CHECK(fuzz, store_queue(cluster->nvs) == 0 && store_used(cluster->nvs) == 0);
    }
}

static void check_rest(const struct fuzz *fuzz)
{
    const struct machine *machine = fuzz->machine;
    for (size_t i = 0; i < fuzz->config->workload_count; i++)
        FUZZ_CHECK(fuzz, fuzz->left[i] <= 0);
    FUZZ_CHECK(fuzz, fuzz->ios.completed == fuzz->ios.issued);
    FUZZ_CHECK(fuzz, pool_in_use(fuzz->ios.ios) == 0);
    FUZZ_CHECK(fuzz, pool_in_use(machine->disk_ops) == 0 && pool_in_use(machine->destages) == 0);
    FUZZ_CHECK(fuzz, pool_in_use(machine->piece_chunks) == 0 && pool_in_use(machine->stage_aheads) == 0);
    FUZZ_CHECK(fuzz, pool_in_use(machine->degraded_reads) == 0 && pool_in_use(machine->lost_pieces) == 0);
    FUZZ_CHECK(fuzz, pool_in_use(machine->rebuilds) == 0);
    for (size_t i = 0; i < fuzz->config->rank_count; i++) {
        const struct cache *cache = machine->ranks[i].cluster->cache;
        for (int64_t number = 0; number < fuzz->config->ranks[i].used_tracks; number++) {
            cache_track track = cache_find(cache, (int32_t)i, number);
            FUZZ_CHECK(fuzz, track == 0 || !cache_is_inflight(cache, track, UINT16_MAX));
        }
    }
    check_stations_are_idle(fuzz);
}

/* What the runs met, to see that they meet it at all. */
struct met {
    int64_t ios, rebuilds, lost, reconstructed, sequential;
};

static void note(const struct fuzz *fuzz, struct met *met)
{
    met->ios += fuzz->ios.completed;
    for (size_t i = 0; i < fuzz->config->rank_count; i++) {
        const struct rank *rank = &fuzz->machine->ranks[i];
        met->rebuilds += rank->raid.rebuilt > 0;
        met->lost += rank->state == RANK_LOST;
        met->reconstructed += rank->raid.reconstructed > 0;
        met->sequential += rank->loop->next_link > 0;
    }
}

/* Looks often while I/Os are in flight, then seldom until nothing is left to be done. */
static void fuzz_run(uint64_t seed, struct met *met, char digest[DIGEST_TEXT_BYTES])
{
    struct fuzz *fuzz = fuzz_begin(seed);
    sim_time step_ns = SIM_MS;
    check_machine(fuzz);
    for (int looks = 1; sim_pending(fuzz->sim) > 0 && sim_dispatched(fuzz->sim) < EVENTS_MAX; looks++) {
        sim_run(fuzz->sim, sim_now(fuzz->sim) + step_ns);
        check_machine(fuzz);
        if (looks % LOOKS == 0)
            step_ns += step_ns / 2;
    }
    FUZZ_CHECK(fuzz, sim_pending(fuzz->sim) == 0);
    check_rest(fuzz);
    note(fuzz, met);
    fuzz_end(fuzz, digest);
}

static void test_machines(void)
{
    struct seeds seeds = seeds_asked_for(SEEDS);
    struct met met = {0};
    for (uint64_t seed = seeds.first; seed < seeds.end; seed++) {
        char digest[DIGEST_TEXT_BYTES];
        fuzz_run(seed, &met, digest);
        if (seeds.loud)
            fprintf(stderr, "%" PRIu64 " %s\n", seed, digest);
    }
    printf("    %lld I/Os; ranks that rebuilt %lld, were lost %lld, read without a drive %lld, saw streams %lld\n",
           (long long)met.ios, (long long)met.rebuilds, (long long)met.lost, (long long)met.reconstructed,
           (long long)met.sequential);
    if (seeds.end - seeds.first >= SEEDS)
        CHECK(met.rebuilds > 0 && met.lost > 0 && met.reconstructed > 0 && met.sequential > 0);
}

static void test_again(void)
{
    struct met met = {0};
    for (uint64_t seed = 1; seed <= 10; seed++) {
        char once[DIGEST_TEXT_BYTES], again[DIGEST_TEXT_BYTES];
        fuzz_run(seed, &met, once);
        fuzz_run(seed, &met, again);
        CHECK_STRING(again, once);
    }
}

UNIT_MAIN("machine fuzz",
          {"whatever machine and load, every I/O completes and nothing is left over", test_machines},
          {"a drawn machine does the same twice", test_again})
