// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Memory follows the configuration and the I/Os in flight, not simulated time: ten minutes take as much of it
 * as one, within 5 %. The volumes are so small that the cache holds all of them early.
 */
#include "tests/run_fixture.h"
#include "tests/run_output.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifndef SANITIZED
static const char scenario[] =
    "run: {duration: 60 s, start: cold}\n"
    "servers:\n"
    "  FCA24:\n"
    "    model: F20\n"
    "    ranks: {r0: {pair: 0, cluster: 0, loop: A, drive: ultrastar-36lzx}}\n"
    "    ports: {f0: {bay: 0, slot: 0, type: fc}}\n"
    "    volumes: {a: {rank: r0, size: 64 MiB}}\n"
    "hosts: {h: {server: FCA24, ports: [f0]}}\n"
    "workloads:\n"
    "  load: {host: h, volumes: [a], rw: randrw, rwmixread: 90, bs: 4 KiB, rate_iops: 1000}\n";

static int64_t peak_bytes(const struct fixture_folder *folder, const char *trace, const char *duration, double ios)
{
    struct command_result result =
        ESSIM(folder->path, "run", "load.yaml", "-q", "--trace", trace, "--set", duration);
    CHECK_INT(result.status, 0);
    json_t *summary = run_output_summary(folder->path, "load.h5");
    CHECK_NEAR(RUN_OUTPUT_NUMBER(summary, "workloads", "load", "all", "count"), ios, ios / 50);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(summary, "engine", "peak_rss_bytes"), (double)result.peak_rss_bytes,
               0.1 * (double)result.peak_rss_bytes);
    json_decref(summary);
    int64_t peak = result.peak_rss_bytes;
    printf("    trace %s, %s: peak %.1f MB, %.1f s\n", trace, duration, (double)peak * 1e-6, result.wall_s);
    command_result_free(&result);
    return peak;
}

static void compare(const char *trace)
{
    struct fixture_folder folder = fixture_folder_create();
    fixture_write_file(fixture_in(&folder, "load.yaml").text, scenario);
    int64_t minute = peak_bytes(&folder, trace, "run.duration=1min", 60e3);
    int64_t minutes = peak_bytes(&folder, trace, "run.duration=10min", 600e3);
    CHECK_NEAR((double)minutes, (double)minute, 0.05 * (double)minute);
    fixture_folder_remove(&folder);
}
#else
static void compare(const char *trace)
{
    (void)trace;
    unit_skip("the address sanitizer keeps freed memory, so that peaks say nothing");
}
#endif

static void simulating_takes_no_more(void)
{
    compare("none");
}

static void recording_takes_no_more(void)
{
    compare("parts");
}

UNIT_MAIN("memory", {"ten simulated minutes take the memory of one", simulating_takes_no_more},
          {"and so they do when every I/O is recorded", recording_takes_no_more})
