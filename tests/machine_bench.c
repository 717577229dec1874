// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/machine_bench.h"

#include <stdlib.h>
#include <string.h>

#include "models/cache.h"
#include "sim/memory.h"
#include "tests/content_oracle.h"
#include "tests/small_config.h"

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct machine_bench *bench = (struct machine_bench *)sink;
    bench->out_of_order += record->id < bench->last.id;
    bench->errors += record->error != IO_OK;
    bench->last = *record;
    if (bench->oracle != NULL)
        oracle_completed(bench->oracle, record);
}

static void happened(struct event_sink *sink, const char *subject, const char *event, const char *detail)
{
    struct machine_bench *bench = STORY_OF(sink, struct machine_bench, events);
    if (bench->told_count == BENCH_EVENTS_MAX)
        return;
    bench->told_ns[bench->told_count] = sim_now(bench->sim);
    bench->details[bench->told_count] = memory_copy_string(detail);
    bench->told[bench->told_count++] = memory_text("%s: %s", subject, event);
}

struct machine_bench *bench_create(struct config *config)
{
    struct machine_bench *bench = memory_alloc_zeroed(1, sizeof *bench);
    bench->sink.completed = io_completed;
    bench->events.happened = happened;
    bench->config = config;
    bench->sim = sim_create(1);
    bench->machine = machine_create(bench->sim, config);
    bench->machine->events = &bench->events;
    host_io_pool_init(&bench->ios, bench->machine, &bench->sink);
    return bench;
}

void bench_destroy(struct machine_bench *bench)
{
    host_io_pool_destroy(&bench->ios);
    if (bench->oracle != NULL)
        oracle_destroy(bench->oracle);
    machine_destroy(bench->machine);
    sim_destroy(bench->sim);
    small_config_destroy(bench->config);
    for (int i = 0; i < bench->told_count; i++)
        free(bench->told[i]);
    for (int i = 0; i < bench->told_count; i++)
        free(bench->details[i]);
    free(bench);
}

struct content_oracle *bench_watch(struct machine_bench *bench)
{
    return bench->oracle = oracle_create(bench->machine);
}

void bench_run_for(struct machine_bench *bench, sim_time ns)
{
    sim_run(bench->sim, sim_now(bench->sim) + ns);
}

void bench_issue(struct machine_bench *bench, enum io_op op, uint32_t volume, int64_t offset_bytes, int64_t bytes)
{
    struct io_record record = {.op = (uint8_t)op, .volume = volume, .offset_blocks = offset_bytes / BLOCK_BYTES,
                               .length_bytes = (int32_t)bytes};
    struct host_io *io = host_io_create(&bench->ios, &record, &bench->machine->ports[0]);
    if (bench->oracle != NULL)
        oracle_issued(bench->oracle, &io->record);
    activity_start(&io->activity);
}

void bench_write(struct machine_bench *bench, uint32_t volume, int64_t offset_bytes, int64_t bytes)
{
    bench_issue(bench, IO_WRITE, volume, offset_bytes, bytes);
    bench_run_for(bench, 2 * SIM_MS);
}

struct rank *bench_rank(struct machine_bench *bench, int number)
{
    return &bench->machine->ranks[number];
}

struct cluster *bench_cluster(struct machine_bench *bench)
{
    return bench_rank(bench, 0)->cluster;
}

int64_t bench_nvs_segments(struct machine_bench *bench)
{
    return store_used(bench_cluster(bench)->nvs) / SEGMENT;
}

int64_t bench_dirty_segments(struct machine_bench *bench, int rank)
{
    const struct cache *cache = bench_rank(bench, rank)->cluster->cache;
    int64_t sum = 0;
    for (int64_t number = 0; number < bench->config->ranks[rank].used_tracks; number++) {
        cache_track track = cache_find(cache, rank, number);
        sum += track == 0 ? 0 : __builtin_popcount(cache_dirty(cache, track));
    }
    return sum;
}

int64_t bench_commands(struct machine_bench *bench, int rank, int drive)
{
    struct station_stats stats;
    station_stats(drive_station(bench_rank(bench, rank)->bays[drive].drive), &stats);
    return (int64_t)stats.completed;
}

sim_time bench_told_ns(const struct machine_bench *bench, const char *event)
{
    for (int i = 0; i < bench->told_count; i++)
        if (strcmp(bench->told[i], event) == 0)
            return bench->told_ns[i];
    return -1;
}

const char *bench_told_detail(const struct machine_bench *bench, const char *event)
{
    for (int i = bench->told_count - 1; i >= 0; i--)
        if (strcmp(bench->told[i], event) == 0)
            return bench->details[i];
    return "";
}
