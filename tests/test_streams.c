// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What sequential streams reach where drives, ports, processors and the bus are fast enough for anything: the SSA
 * loops of 2 read links of 40 MB/s remain.
 */
#include <stdio.h>

#include "sim/memory.h"
#include "tests/small_config.h"
#include "tests/unit.h"
#include "tests/watched_run.h"

enum { TRACKS = 40000, BLOCK = 65536, STREAMS_MAX = 4 };

/* Two ranks on `loops` loops (1 or 2), with two volumes each. */
static struct config *create_config(int loops)
{
    struct config *config = small_config_create(2, TRACKS);
    struct server_model *model = &config->servers[0].model;
    model->stage_ahead_tracks = 30;
    model->internal_bytes_per_s = 1000000000;
    model->adapter_command_ns = SIM_US;
    for (int step = 0; step < STEP_COUNT; step++)
        model->processor_ns[step] = SIM_US;
    config->port_types[0].bytes_per_s = 1000000000;
    config->port_types[0].protocol_ns = SIM_US;
    struct drive_type *drive = &config->drive_types[0];
    drive->revolution_ns = SIM_MS;
    drive->overhead_ns = drive->head_switch_ns = 10 * SIM_US;
    drive->seek_points[0].seek_ns = drive->seek_points[1].seek_ns = 100 * SIM_US;
    config->ranks[1].loop = loops - 1;
    small_config_lay_out(config);
    config->volumes = memory_resize(config->volumes, 4 * sizeof *config->volumes);
    config->volume_count = 4;
    for (int i = 2; i < 4; i++) {
        config->volumes[i] = config->volumes[i - 2];
        config->volumes[i].name = memory_text("u%d", i);
        config->volumes[i].label = memory_text("u%d", i);
        config->volumes[i].first_track = TRACKS;
    }
    return config;
}

/* What each of some streams, the first ones over all ranks and then two a rank, reads in a second; returns their sum. */
static double rate(int loops, int streams, double bytes_per_s[STREAMS_MAX])
{
    struct config *config = create_config(loops);
    struct watched watched = {0};
    double sum = 0;
    for (int32_t i = 0; i < streams; i++) {
        struct workload_config *workload = small_config_add_closed(config, 4);
        workload->sequential = true;
        workload->block_bytes = BLOCK;
        workload->volume_count = 1;
        workload->volumes[0] = i;
        bytes_per_s[i] = 0;
    }
    config->run.warmup_ns = SIM_S;
    config->run.duration_ns = 4 * SIM_S;
    watch_run(&watched, config);
    for (size_t i = 0; i < watched.count; i++)
        if (watched.records[i].measured)
            bytes_per_s[watched.records[i].workload] += BLOCK / 4.0;
    for (int i = 0; i < streams; i++)
        sum += bytes_per_s[i];
    watched_free(&watched);
    return sum;
}

static void test_one_stream(void)
{
    double each[STREAMS_MAX];
    printf("  one stream %.2f MB/s\n", rate(1, 1, each) / 1e6);
    CHECK(each[0] > 38e6);
}

static void test_four_streams(void)
{
    double each[STREAMS_MAX];
    double one_loop = rate(1, 4, each), two_loops = rate(2, 4, each);
    printf("  four streams: one loop %.2f MB/s, two loops %.2f MB/s\n", one_loop / 1e6, two_loops / 1e6);
    CHECK(one_loop > 76e6 && one_loop < 81e6);
    CHECK(two_loops > 1.9 * one_loop && two_loops <= 2.02 * one_loop);
    for (int i = 0; i < STREAMS_MAX; i++)
        CHECK_NEAR(each[i], two_loops / STREAMS_MAX, 0.05 * two_loops / STREAMS_MAX);
}

UNIT_MAIN("streams",
          {"one stream of 64 KiB reads comes near the 40 MB/s of its link", test_one_stream},
          {"four streams over two ranks read twice as much over two loops as over one", test_four_streams})
