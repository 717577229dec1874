// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What counting one I/O in the summary costs, in ns and in histogram_add()s; what 4,096 volumes cost in
 * memory, and the JSON of them in time. Times are the best of several rounds.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "analysis/summary.h"
#include "sim/rng.h"

enum { ROUNDS = 5, RECORDS = 4096, PASSES = 250, VOLUMES = 4096 };

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void fill(struct io_record *records)
{
    struct rng rng;
    rng_init(&rng, 1, "bench");
    for (int i = 0; i < RECORDS; i++) {
        records[i] = (struct io_record){.length_bytes = 4096, .op = i % 3 == 0, .measured = true};
        for (int part = 0; part < PART_COUNT; part += 2) {
            records[i].part_ns[part] = (sim_time)(rng_exponential(&rng) * 500000);
            records[i].response_ns += records[i].part_ns[part];
        }
    }
}

static double time_histogram(const struct io_record *records)
{
    struct histogram *histogram = histogram_create(NULL);
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int pass = 0; pass < PASSES; pass++)
            for (int i = 0; i < RECORDS; i++)
                histogram_add(histogram, records[i].response_ns);
        double spent = (now_ns() - start) / PASSES / RECORDS;
        best = spent < best ? spent : best;
    }
    histogram_destroy(histogram);
    return best;
}

/* Each pass hands every record to another of the volumes in use, so that each sees many times. */
static double time_summary(struct summary *summary, struct io_record *records, uint32_t used)
{
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int pass = 0; pass < PASSES; pass++)
            for (uint32_t i = 0; i < RECORDS; i++) {
                records[i].volume = (i * 2654435761u + (uint32_t)pass * 97u) % used;
                summary_io(summary, &records[i]);
            }
        double spent = (now_ns() - start) / PASSES / RECORDS;
        best = spent < best ? spent : best;
    }
    return best;
}

static void measure(uint32_t used, const struct config *config, struct io_record *records, double histogram_ns)
{
    size_t before = mallinfo2().uordblks;
    struct summary *summary = summary_create(config, NULL);
    double io_ns = time_summary(summary, records, used);
    double memory_mb = (double)(mallinfo2().uordblks - before) / 1e6;
    struct summary_run run = {.replications = 1, .measured_s = 60, .complete = true};
    double start = now_ns();
    json_t *json = summary_json(summary, &run, NULL);
    double json_ms = (now_ns() - start) / 1e6;
    printf("%u of %d volumes in use: %.0f ns an I/O (%.1f histogram_add), %.1f MB, JSON in %.0f ms\n", used, VOLUMES, io_ns, io_ns / histogram_ns,
           memory_mb, json_ms);
    json_decref(json);
    summary_destroy(summary);
}

int main(void)
{
    static char labels[VOLUMES][16];
    static struct volume_config volumes[VOLUMES];
    static struct io_record records[RECORDS];
    struct workload_config workload = {.name = labels[0]};
    struct host_config host = {.name = labels[0]};
    struct config config = {.workloads = &workload, .workload_count = 1, .hosts = &host, .host_count = 1,
                            .volumes = volumes, .volume_count = VOLUMES};
    for (int i = 0; i < VOLUMES; i++) {
        snprintf(labels[i], sizeof labels[i], "db.%d", i);
        volumes[i].label = labels[i];
    }
    fill(records);
    double histogram_ns = time_histogram(records);
    measure(4, &config, records, histogram_ns);
    measure(VOLUMES, &config, records, histogram_ns);
    return 0;
}
