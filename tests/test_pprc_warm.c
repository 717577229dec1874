// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * Mirrored runs that begin warm are where a cold one comes to in time, on the secondary too; and runs with copies and
 * failures repeat themselves.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "tests/mirror_run.h"
#include "tests/text_file.h"
#include "tests/unit.h"

#define ALL "[a0, a1, a2, a3, a4, a5, a6, a7]"

/* ---- warm start ---- */

struct load {
    const char *what;
    const char *size;
    const char *workload;
};
static const struct load loads[] = {
    {"200 writes a second, drained after 30 s", "8 GiB", "rw: randwrite, rate_iops: 200"},
    {"the same with 70 % reads", "8 GiB", "rw: randrw, rwmixread: 70, rate_iops: 600"},
    {"hot writes", "8 GiB", "rw: randwrite, rate_iops: 800, random_distribution: zipf:1.1"},
    {"all of a small footprint", "16 MiB", "rw: randwrite, rate_iops: 800"},
    {"more than drains by itself", "8 GiB", "rw: randwrite, rate_iops: 1600"},
};

static struct mirror_run *load_run(const struct load *load, const char *times)
{
    char *workload = memory_text("  w: {volumes: " ALL ", %s}\n", load->workload);
    struct mirror_run *run = mirror_run(&(struct mirror_plan){
        .run = times, .size = load->size, .links = 8, .link = "distance: 0 km", .pairs = "duplex", .workloads = workload});
    free(workload);
    return run;
}

/* NVS of both servers, in the first 20 s of a warm run, is as full as in a cold one after ten minutes. */
static void test_warm_start(void)
{
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        struct mirror_run *warm = load_run(&loads[i], "duration: 20 s, start: warm");
        struct mirror_run *cold = load_run(&loads[i], "warmup: 600 s, duration: 60 s, start: cold");
        printf("    %s: NVS of primary and secondary %.1f and %.1f %% full from a warm start, %.1f and %.1f %% in time; a "
               "write %.3f and %.3f ms\n", loads[i].what, 100 * warm->servers[0].nvs_occupancy_mean,
               100 * warm->servers[1].nvs_occupancy_mean, 100 * cold->servers[0].nvs_occupancy_mean,
               100 * cold->servers[1].nvs_occupancy_mean, mirror_response_ms(warm, IO_WRITE),
               mirror_response_ms(cold, IO_WRITE));
        for (int server = 0; server < 2; server++)
            CHECK_NEAR(warm->servers[server].nvs_occupancy_mean, cold->servers[server].nvs_occupancy_mean,
                       0.02 + 0.1 * cold->servers[server].nvs_occupancy_mean);
        CHECK_NEAR(mirror_response_ms(warm, IO_WRITE), mirror_response_ms(cold, IO_WRITE),
                   0.03 * mirror_response_ms(cold, IO_WRITE));
        mirror_run_free(warm);
        mirror_run_free(cold);
    }
}

/* Six ranks, each of them lightly loaded, mirrored to two: those of the secondary alone cannot drain. */
static struct mirror_run *crowded_run(const char *times)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "run: {%s}\nservers:\n  FCA24:\n    ports: {p0: {slot: 3}, p1: {bay: 1, slot: 3}}\n    ranks:\n", times);
    for (int i = 0; i < 6; i++)
        fprintf(out, "      r%d: {pair: %d, loop: %s}\n", i, i / 2, i % 2 ? "B" : "A");
    fprintf(out, "    volumes:\n");
    for (int i = 0; i < 6; i++)
        fprintf(out, "      a%d: {rank: r%d, size: 16 GiB}\n", i, i);
    fprintf(out, "  12019:\n    ranks: {r0: , r1: {loop: B}}\n    volumes:\n");
    for (int i = 0; i < 6; i++)
        fprintf(out, "      b%d: {rank: r%d, size: 16 GiB}\n", i, i % 2);
    fprintf(out, "hosts: {h: {server: FCA24}}\nlinks: {e: {from: FCA24, to: 12019, count: 4}}\npaths:\n");
    for (int i = 0; i < 3; i++)
        fprintf(out, "  - {from: FCA24:%d, to: 12019:16, links: e}\n", 16 + 2 * i);
    fprintf(out, "pairs:\n");
    for (int i = 0; i < 6; i++)
        fprintf(out, "  - {pprc: [a%d, b%d]}\n", i, i);
    fprintf(out, "workloads: {w: {volumes: [a0, a1, a2, a3, a4, a5], rw: randwrite, rate_iops: 300}}\n");
    fclose(out);
    struct mirror_run *run = mirror_run_text(text);
    free(text);
    return run;
}

static void test_warm_secondary(void)
{
    struct mirror_run *warm = crowded_run("duration: 20 s, start: warm");
    struct mirror_run *cold = crowded_run("warmup: 900 s, duration: 60 s, start: cold");
    for (int server = 0; server < 2; server++) {
        double begins = warm->servers[server].nvs_occupancy_mean, comes_to = cold->servers[server].nvs_occupancy_mean;
        printf("    %s: NVS %.1f %% full from a warm start, %.1f %% in time\n", warm->servers[server].serial, 100 * begins,
               100 * comes_to);
        CHECK_NEAR(begins, comes_to, 0.02 + 0.1 * comes_to);
    }
    CHECK(cold->servers[1].nvs_occupancy_mean > 2 * cold->servers[0].nvs_occupancy_mean);
    mirror_run_free(warm);
    mirror_run_free(cold);
}

/* ---- the same again ---- */

static struct mirror_run *eventful_run(const char *text, int seed)
{
    char *seeded = memory_text("run: {warmup: 2 s, duration: 28 s, seed: %d}\n%s", seed,
                               strstr(text, "servers:\n"));
    struct mirror_run *run = mirror_run_text(seeded);
    free(seeded);
    return run;
}

/* A scenario with mirrored writes, copies and failures of all kinds: the same I/Os, events and pairs. */
static void test_same_seed(void)
{
    char *text = text_file_read(SOURCE_DIR "/tests/data/mirror.yaml");
    struct mirror_run *runs[3];
    for (int i = 0; i < 3; i++)
        runs[i] = eventful_run(text, i < 2 ? 7 : 8);
    printf("    %s, %s, another seed: %s; %zu events\n", runs[0]->digest, runs[1]->digest, runs[2]->digest,
           runs[0]->event_count);
    CHECK_STRING(runs[0]->digest, runs[1]->digest);
    CHECK(strcmp(runs[0]->digest, runs[2]->digest) != 0);
    CHECK(runs[0]->event_count > 30);
    CHECK_INT(runs[0]->event_count, runs[1]->event_count);
    for (size_t i = 0; i < runs[0]->event_count && i < runs[1]->event_count; i++) {
        CHECK_STRING(runs[0]->events[i], runs[1]->events[i]);
        CHECK_INT(runs[0]->event_ns[i], runs[1]->event_ns[i]);
    }
    for (size_t i = 0; i < runs[0]->config->pair_count; i++) {
        CHECK_INT(runs[0]->pairs[i].state, PPRC_DUPLEX);
        CHECK_INT(runs[0]->pairs[i].copied_tracks, runs[1]->pairs[i].copied_tracks);
        CHECK_INT(runs[0]->pairs[i].mirrored_writes, runs[1]->pairs[i].mirrored_writes);
        CHECK(runs[0]->pairs[i].copied_tracks > 0 && runs[0]->pairs[i].recorded_writes > 0);
    }
    for (int i = 0; i < 3; i++)
        mirror_run_free(runs[i]);
    free(text);
}

UNIT_MAIN("pprc_warm",
          {"a warm start fills the secondary's NVS as time would", test_warm_start},
          {"so it does where the secondary has fewer ranks than the primary", test_warm_secondary},
          {"one seed gives one run, copies and failures included", test_same_seed})
