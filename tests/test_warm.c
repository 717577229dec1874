// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/warm.h"

#include <math.h>
#include <stdlib.h>

#include "models/cache.h"
#include "models/dirt.h"
#include "sim/memory.h"
#include "tests/small_config.h"
#include "tests/unit.h"

/* A machine and its workloads, warmed; nothing runs. */
struct bench {
    struct config *config;
    struct sim *sim;
    struct machine *machine;
    struct host_io_pool ios;
    struct host host;
    struct workload workloads[4];
    struct error error;
    struct cluster *cluster;
};

static struct bench *bench_create(struct config *config)
{
    struct bench *bench = memory_alloc_zeroed(1, sizeof *bench);
    bench->config = config;
    bench->sim = sim_create(1);
    bench->machine = machine_create(bench->sim, config);
    bench->host.config = &config->hosts[0];
    host_io_pool_init(&bench->ios, bench->machine, NULL);
    for (size_t i = 0; i < config->workload_count; i++)
        workload_init(&bench->workloads[i], &bench->ios, i, &bench->host, NULL, 1, &bench->error);
    warm_start(bench->machine, bench->workloads, config->workload_count, 1, NULL, NULL);
    bench->cluster = bench->machine->ranks[0].cluster;
    return bench;
}

static void bench_destroy(struct bench *bench)
{
    for (size_t i = 0; i < bench->config->workload_count; i++)
        workload_destroy(&bench->workloads[i]);
    host_io_pool_destroy(&bench->ios);
    machine_destroy(bench->machine);
    sim_destroy(bench->sim);
    small_config_destroy(bench->config);
    free(bench);
}

/* Segments of a volume's tracks that are held, and that are dirty. */
static void count_segments(const struct bench *bench, int64_t *held, int64_t *dirty)
{
    const struct cache *cache = bench->cluster->cache;
    *held = *dirty = 0;
    for (size_t rank = 0; rank < bench->config->rank_count; rank++)
        for (int64_t number = 0; number < bench->config->volumes[rank].tracks; number++) {
            cache_track track = cache_find(cache, (int32_t)rank, number);
            if (track == 0)
                continue;
            *held += 8 - __builtin_popcount(cache_missing(cache, track, 0xFF));
            *dirty += __builtin_popcount(cache_dirty(cache, track));
        }
}

/* Checks what the accounts must say after any warm start. */
static void check_accounts(const struct bench *bench)
{
    int64_t held, dirty;
    count_segments(bench, &held, &dirty);
    CHECK_INT(cache_segments(bench->cluster->cache), held);
    CHECK_INT(store_used(bench->cluster->nvs), dirty * 4096);
    CHECK(held <= cache_capacity(bench->cluster->cache));
    CHECK(2 * dirty <= store_capacity(bench->cluster->nvs) / 4096);
}

static void test_full(void)
{
    /* 32,768 segments of cache and 2,048 of NVS, half of them below the low threshold. */
    struct config *config = small_config_create(2, 50000);
    small_config_add_open(config, 200)->read_share = 0.5;
    struct bench *bench = bench_create(config);
    CHECK(cache_segments(bench->cluster->cache) > 32768 - 8);
    CHECK_INT(store_used(bench->cluster->nvs), 1024 * 4096);
    check_accounts(bench);
    bench_destroy(bench);
}

static void test_small_footprint(void)
{
    /* So often written that all of it is within destage_age. */
    struct config *config = small_config_create(2, 40);
    small_config_add_open(config, 20000)->read_share = 0.5;
    struct bench *bench = bench_create(config);
    CHECK_INT(cache_segments(bench->cluster->cache), 2 * 40 * 8);
    CHECK_INT(store_used(bench->cluster->nvs), 2 * 40 * 8 * 4096);
    check_accounts(bench);
    bench_destroy(bench);
}

static void test_sizes(void)
{
    static const int32_t sizes[] = {512, 3 * 512, 36864, 1 << 20, 64 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct config *config = small_config_create(2, 50000);
        struct workload_config *workload = small_config_add_open(config, 100);
        workload->read_share = 0.5;
        workload->block_bytes = sizes[i];
        struct bench *bench = bench_create(config);
        CHECK(cache_segments(bench->cluster->cache) > 32768 / 2);
        check_accounts(bench);
        bench_destroy(bench);
    }
}

static void test_drawn_hits(void)
{
    struct config *config = small_config_create(1, 50000);
    small_config_add_open(config, 100)->read_hit = 0.5;
    struct bench *bench = bench_create(config);
    CHECK_INT(cache_segments(bench->cluster->cache), 0);
    bench_destroy(bench);
}

static void test_trace_is_not_drawn(void)
{
    struct config *config = small_config_create(1, 50000);
    small_config_add_trace(config);
    struct bench *bench = bench_create(config);
    CHECK_INT(cache_segments(bench->cluster->cache), 0);
    bench_destroy(bench);
}

static void test_sequential_goes_on(void)
{
    struct config *config = small_config_create(1, 50000);
    small_config_add_closed(config, 1)->sequential = true;
    struct bench *bench = bench_create(config);
    const struct cache *cache = bench->cluster->cache;
    struct io_record record = {0};
    address_next(bench->workloads[0].addresses, &record);
    /* The segment before the first one read is held, the one to read (unless filling went round) is not. */
    int64_t segment = record.offset_blocks / 8, before = segment - 1;
    cache_track track = cache_find(cache, 0, before / 8);
    CHECK(track != 0 && cache_missing(cache, track, 1u << before % 8) == 0);
    track = cache_find(cache, 0, segment / 8);
    CHECK(track == 0 || cache_missing(cache, track, 1u << segment % 8) != 0);
    /* It is known for what it is. */
    CHECK(cache_mark(bench->cluster->cache, cache_find(cache, 0, before / 8))->run >= 6);
    CHECK(cache_stream_link(cache, cache_find(cache, 0, before / 8)) >= 0);
    bench_destroy(bench);
}

static void test_old_data_drains(void)
{
    struct config *config = small_config_create(2, 50000);
    small_config_add_open(config, 100)->read_share = 0;
    struct bench *bench = bench_create(config);
    /* Ages are spread over the second after which data drains. */
    sim_run(bench->sim, SIM_S / 2);
    int64_t used = store_used(bench->cluster->nvs);
    CHECK(used > 0 && used < 1024 * 4096);
    sim_run(bench->sim, 100 * SIM_S);
    CHECK_INT(store_used(bench->cluster->nvs), 0);
    CHECK_INT(sim_pending(bench->sim), 0);
    bench_destroy(bench);
}

/* What one rank of `tracks` is expected to keep dirty at so many writes a second, in segments. */
static double forecast_segments(int64_t tracks, double per_s)
{
    struct config *config = small_config_create(1, tracks);
    small_config_add_open(config, per_s)->read_share = 0;
    struct bench *bench = bench_create(config);
    double bytes;
    dirt_forecast(bench->machine, bench->workloads, 1, 32768, 1, &bytes);
    bench_destroy(bench);
    return bytes / 4096;
}

/* A destage of this drive takes 27 ms: it reads and writes, 13.6 ms each. */
static void test_forecast(void)
{
    CHECK_NEAR(forecast_segments(50000, 20), 20, 1);
    CHECK(isinf(forecast_segments(50000, 60)));
    CHECK_NEAR(forecast_segments(6, 1000), 48, 1e-9);   /* one stripe, again and again */
    CHECK_NEAR(forecast_segments(60, 1000), 420, 20);   /* ten of them: 480 segments, 1 - exp(-1000 / 480) of them */
    CHECK(isinf(forecast_segments(600, 1000)));
}

UNIT_MAIN("warm",
          {"a rank that drains what is written keeps a destage_age's worth, rewrites once", test_forecast},
          {"a large load fills the cache, and NVS to its low threshold", test_full},
          {"a small load is held whole", test_small_footprint},
          {"blocks of any size fill the cache and keep its accounts", test_sizes},
          {"reads whose hits are drawn fill nothing", test_drawn_hits},
          {"a replayed trace fills nothing", test_trace_is_not_drawn},
          {"a sequential load goes on where filling ended", test_sequential_goes_on},
          {"what filling left dirty drains by its age", test_old_data_drains})
