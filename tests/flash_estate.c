// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/flash_estate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "models/model.h"
#include "scenarios/scenario.h"
#include "sim/memory.h"
#include "tests/estate.h"

enum { SOURCE_RANKS = 16, RANK_VOLUMES = 4, RANKS = 2 * SOURCE_RANKS };

/* A server's I/Os a second: about what its ranks destage, copies included, at half of their time. */
enum { SOURCE_WRITES_PER_S = 300, TARGET_WRITES_PER_S = 100, READS_PER_S = 600 };

/* ---- the scenario ---- */

/* Ranks 0 to 15 have the sources, rank i + 16 the targets of rank i. */
static void write_server(FILE *out, const struct flash_estate_plan *plan, int number)
{
    fprintf(out, "  F%04d:\n    ranks:\n", number);
    for (int i = 0; i < RANKS; i++)
        fprintf(out, "      r%d: {pair: %d, cluster: %d, loop: %s, format: 7+P}\n", i, i % SOURCE_RANKS / 4, i % 2,
                i < SOURCE_RANKS ? "A" : "B");
    fprintf(out, "    volumes:\n");
    for (int i = 0; i < RANKS; i++)
        fprintf(out, "      %c%dx%d: {rank: r%d, size: %lld MB, count: %d}\n", i < SOURCE_RANKS ? 'a' : 'b', number,
                i % SOURCE_RANKS, i, (long long)plan->volume_mb, RANK_VOLUMES);
    fprintf(out, "    ports: {f0: {bay: 0}, f1: {bay: 1}, f2: {bay: 2}, f3: {bay: 3}}\n");
}

static void write_load(FILE *out, int number, const char *name, char side, const char *keys)
{
    fprintf(out, "  %s%d: {host: h%d, %s, volumes: [", name, number, number, keys);
    for (int rank = 0; rank < SOURCE_RANKS; rank++)
        fprintf(out, "%s%c%dx%d", rank ? ", " : "", side, number, rank);
    fprintf(out, "]}\n");
}

static void write_loads(FILE *out, int number)
{
    char keys[3][100];
    snprintf(keys[0], sizeof keys[0], "rw: randwrite, rate_iops: %d", SOURCE_WRITES_PER_S);
    snprintf(keys[1], sizeof keys[1], "rw: randwrite, bs: 32 KiB, rate_iops: %d", TARGET_WRITES_PER_S / 2);
    snprintf(keys[2], sizeof keys[2], "rw: randread, read_hit: 80 %%, rate_iops: %d", READS_PER_S / 2);
    write_load(out, number, "writes", 'a', keys[0]);
    write_load(out, number, "replaces", 'b', keys[1]); /* whole tracks; the next one's are parts */
    snprintf(keys[1], sizeof keys[1], "rw: randwrite, rate_iops: %d", TARGET_WRITES_PER_S / 2);
    write_load(out, number, "changes", 'b', keys[1]);
    write_load(out, number, "reads", 'a', keys[2]);
    write_load(out, number, "looks", 'b', keys[2]);
}

static char *estate_text(const struct flash_estate_plan *plan)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "title: an estate\nrun: {duration: %.0f s, start: cold}\nservers:\n", plan->seconds);
    for (int i = 0; i < plan->servers; i++)
        write_server(out, plan, i);
    fprintf(out, "hosts:\n");
    for (int i = 0; i < plan->servers; i++)
        fprintf(out, "  h%d: {server: F%04d}\n", i, i);
    fprintf(out, "workloads:\n");
    for (int i = 0; i < plan->servers; i++)
        write_loads(out, i);
    fprintf(out, "pairs:\n");
    for (int i = 0; i < plan->servers * SOURCE_RANKS; i++)
        fprintf(out, "  - {flashcopy: [a%dx%d, b%dx%d], background_copy: no}\n", i / SOURCE_RANKS, i % SOURCE_RANKS,
                i / SOURCE_RANKS, i % SOURCE_RANKS);
    fclose(out);
    return text;
}

/* ---- the run ---- */

struct watcher {
    struct model_observer observer; /* first: the observer's address is this */
    const struct config *config;
    struct flash_estate_result *result;
};

/* Of a server's workloads the first writes to sources, two more write to targets. */
static void completed(struct model_observer *observer, const struct io_record *record)
{
    struct watcher *watcher = (struct watcher *)observer;
    struct flash_estate_result *result = watcher->result;
    result->errors += record->error != IO_OK;
    if (record->op == IO_READ)
        result->reads++;
    else if (watcher->config->workloads[record->workload].name[0] == 'w')
        result->source_writes++;
    else
        result->target_writes++;
}

static double wall_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int64_t peak_bytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)usage.ru_maxrss * 1024;
}

static void add_relation(const struct pair_report *report, struct flash_estate_result *result)
{
    const struct flashcopy_report *flash = &report->flashcopy;
    int64_t copied = flash->write_tracks + flash->completed_tracks;
    result->tracks += report->tracks;
    result->copied_for_source += flash->write_tracks;
    result->copied_for_target += flash->completed_tracks;
    result->replaced += flash->replaced_tracks;
    result->left += report->tracks_left;
    result->staged += flash->staged_tracks;
    result->redirected += flash->redirected_reads;
    result->unaccounted += copied + flash->replaced_tracks + report->tracks_left != report->tracks ||
                           copied != report->copied_tracks || flash->background_tracks != 0 ||
                           report->state != FLASH_NOCOPY;
}

static void collect(const struct model *model, const struct config *config, struct flash_estate_result *result)
{
    struct pair_report *pairs = memory_alloc_zeroed(config->pair_count, sizeof *pairs);
    model_pairs(model, pairs);
    for (size_t i = 0; i < config->pair_count; i++)
        add_relation(&pairs[i], result);
    free(pairs);
    result->relations = (int)config->pair_count;
    result->servers = (int)config->server_count;
    result->events = (int64_t)model_events(model);
}

static void run(const struct config *config, struct flash_estate_result *result)
{
    struct watcher watcher = {.observer = {.completed = completed}, .config = config, .result = result};
    struct trace_source **none = memory_alloc_zeroed(config->workload_count, sizeof *none);
    double begin_s = wall_s();
    struct model *model = model_create(config, 0, none);
    double built_s = wall_s();
    result->built_bytes = peak_bytes();
    struct error error = {0};
    model_run(model, &watcher.observer, &error);
    double ran_s = wall_s();
    collect(model, config, result);
    model_destroy(model);
    result->build_s = built_s - begin_s;
    result->run_s = ran_s - built_s;
    result->free_s = wall_s() - ran_s;
    result->peak_bytes = peak_bytes();
    free(none);
}

struct flash_estate_result flash_estate_run(const struct flash_estate_plan *plan)
{
    struct flash_estate_result result = {0};
    char *text = estate_text(plan);
    double begin_s = wall_s();
    struct scenario *scenario = estate_load(text);
    free(text);
    result.load_s = wall_s() - begin_s;
    result.loaded_bytes = peak_bytes();
    run(scenario_config(scenario), &result);
    scenario_destroy(scenario);
    return result;
}

void flash_estate_print(const struct flash_estate_plan *plan, const struct flash_estate_result *result)
{
    printf("%d servers, %d NOCOPY relations of %lld MB: %.3e tracks\n", result->servers, result->relations,
           (long long)plan->volume_mb, (double)result->tracks);
    printf("simulated %.0f s: %lld writes to sources, %lld to targets, %lld reads, %lld errors; %.3e events\n",
           plan->seconds, (long long)result->source_writes, (long long)result->target_writes, (long long)result->reads,
           (long long)result->errors, (double)result->events);
    printf("tracks copied: %lld for sources' writes, %lld for targets', %lld of them read from drives; %lld replaced; "
           "%lld reads redirected\n",
           (long long)result->copied_for_source, (long long)result->copied_for_target, (long long)result->staged,
           (long long)result->replaced, (long long)result->redirected);
    printf("wall: scenario %.2f s, model %.2f s, run %.2f s, end %.2f s\n", result->load_s, result->build_s,
           result->run_s, result->free_s);
    printf("memory at most: %.1f MB with the scenario, %.1f MB once built, %.1f MB in all\n",
           (double)result->loaded_bytes * 1e-6, (double)result->built_bytes * 1e-6, (double)result->peak_bytes * 1e-6);
}
