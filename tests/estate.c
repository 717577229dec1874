// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/estate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "models/change_map.h"
#include "models/model.h"
#include "scenarios/scenario.h"
#include "sim/memory.h"
#include "tests/allocated.h"

enum { RANKS = 16, RANK_VOLUMES = 4, PAIRS = RANKS * RANK_VOLUMES, PRIMARIES_A_SECONDARY = 3, LINKS = 8, LSS = 8 };

/* Writes a second of a primary's host, less than its ranks destage, so that NVS holds 30 s of them; and its share of reads. */
enum { WRITES_PER_S = 800, READ_PERCENT = 30 };

/* ---- the scenario ---- */

static void write_server(FILE *out, const struct estate_plan *plan, const char *kind, int number, int first, int count)
{
    fprintf(out, "  %s%04d:\n    change_recording: %s\n    ranks:\n", kind, number, plan->by_track ? "track" : "cylinder");
    for (int i = 0; i < count * RANKS; i++)
        fprintf(out, "      r%d: {pair: %d, cluster: %d, loop: %s, format: 7+P}\n", i, i % RANKS / 4, i % 2,
                i / 2 % 2 ? "B" : "A");
    fprintf(out, "    volumes:\n");
    for (int i = 0; i < count * RANKS; i++)
        fprintf(out, "      %c%dx%d: {rank: r%d, size: %lld MB, count: %d}\n", kind[0] == 'P' ? 'a' : 'b',
                first + i / RANKS, i % RANKS, i, (long long)plan->volume_mb, RANK_VOLUMES);
    if (kind[0] == 'P')
        fprintf(out, "    ports: {f0: {bay: 0, slot: 3}, f1: {bay: 1, slot: 3}, f2: {bay: 2, slot: 3}, f3: {bay: 3, "
                     "slot: 3}}\n");
}

static void write_hardware(FILE *out, const struct estate_plan *plan)
{
    fprintf(out, "servers:\n");
    for (int i = 0; i < plan->primaries; i++)
        write_server(out, plan, "P", i, i, 1);
    for (int i = 0; i < plan->primaries; i += PRIMARIES_A_SECONDARY) {
        int left = plan->primaries - i;
        write_server(out, plan, "S", i / PRIMARIES_A_SECONDARY, i, left < PRIMARIES_A_SECONDARY ? left : PRIMARIES_A_SECONDARY);
    }
    fprintf(out, "links:\n");
    for (int i = 0; i < plan->primaries; i++)
        fprintf(out, "  l%d: {from: P%04d, to: S%04d, count: %d, distance: 10 km}\n", i, i, i / PRIMARIES_A_SECONDARY, LINKS);
    fprintf(out, "paths:\n");
    for (int i = 0; i < plan->primaries * LSS; i++)
        fprintf(out, "  - {from: P%04d:%d, to: S%04d:%d, links: l%d}\n", i / LSS, 16 + i % LSS,
                i / LSS / PRIMARIES_A_SECONDARY, 16 + i % LSS, i / LSS);
}

static void write_loads(FILE *out, const struct estate_plan *plan)
{
    fprintf(out, "hosts:\n");
    for (int i = 0; i < plan->primaries; i++)
        fprintf(out, "  h%d: {server: P%04d}\n", i, i);
    fprintf(out, "workloads:\n");
    for (int i = 0; i < plan->primaries; i++) {
        fprintf(out, "  w%d: {host: h%d, rw: randrw, rwmixread: %d, read_hit: 100 %%, rate_iops: %d, volumes: [", i, i,
                READ_PERCENT, WRITES_PER_S * 100 / (100 - READ_PERCENT));
        for (int rank = 0; rank < RANKS; rank++)
            fprintf(out, "%sa%dx%d", rank ? ", " : "", i, rank);
        fprintf(out, "]}\n");
    }
}

static void write_course(FILE *out, const struct estate_plan *plan, double changing_s)
{
    fprintf(out, "pairs:\n");
    for (int i = 0; i < plan->primaries * RANKS; i++)
        fprintf(out, "  - {pprc: [a%dx%d, b%dx%d]}\n", i / RANKS, i % RANKS, i / RANKS, i % RANKS);
    fprintf(out, "tasks:\n  split:\n");
    for (int i = 0; i < plan->primaries * RANKS; i++)
        fprintf(out, "    - {suspend_pprc: {from: a%dx%d, to: b%dx%d}}\n", i / RANKS, i % RANKS, i / RANKS, i % RANKS);
    fprintf(out, "  stop: [{quiesce: {workloads: [w0");
    for (int i = 1; i < plan->primaries; i++)
        fprintf(out, ", w%d", i);
    fprintf(out, "]}}]\n  resync:\n");
    for (int i = 0; i < plan->primaries * RANKS; i++)
        fprintf(out, "    - {establish_pprc: {from: a%dx%d, to: b%dx%d, copy: out_of_sync}}\n", i / RANKS, i % RANKS,
                i / RANKS, i % RANKS);
    fprintf(out, "timeline:\n  - {at: 0 s, run: split}\n  - {at: %.3f s, run: stop}\n  - {when: stop complete, run: resync}\n",
            changing_s);
}

static char *estate_text(const struct estate_plan *plan)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    double tracks = (double)plan->volume_mb * 1e6 / 32768 * PAIRS, changing_s = tracks * plan->changed_share / WRITES_PER_S;
    fprintf(out, "title: an estate\nrun: {duration: %.0f s, start: cold}\n", changing_s + 2000);
    write_hardware(out, plan);
    write_loads(out, plan);
    write_course(out, plan, changing_s);
    fclose(out);
    return text;
}

/* ---- the run ---- */

struct watcher {
    struct model_observer observer; /* first: the observer's address is this */
    struct estate_result *result;
    sim_time begun_ns;              /* the resynchronisation */
    bool over;
};

static void sampled(struct model_observer *observer, sim_time now_ns, const uint8_t *states, const int64_t *left)
{
    struct estate_result *result = ((struct watcher *)observer)->result;
    int64_t sum = 0;
    (void)now_ns;
    (void)states;
    for (int i = 0; i < result->pairs; i++)
        sum += left[i];
    result->changed = sum > result->changed ? sum : result->changed;
}

static void happened(struct model_observer *observer, sim_time now_ns, const char *subject, const char *event,
                     const char *detail)
{
    struct watcher *watcher = (struct watcher *)observer;
    (void)detail;
    if (strcmp(subject, "resync") == 0 && strcmp(event, "task started") == 0)
        watcher->begun_ns = now_ns;
    if (strcmp(subject, "resync") == 0 && strcmp(event, "task complete") == 0) {
        watcher->result->resynchronised_s = (double)(now_ns - watcher->begun_ns) * 1e-9;
        watcher->over = true;
    }
}

static bool progress(struct model_observer *observer, sim_time now_ns, int64_t completed)
{
    (void)now_ns;
    (void)completed;
    return !((struct watcher *)observer)->over;
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

static void collect(const struct model *model, const struct config *config, struct estate_result *result)
{
    struct pair_report *pairs = memory_alloc_zeroed(config->pair_count, sizeof *pairs);
    model_pairs(model, pairs);
    for (size_t i = 0; i < config->pair_count; i++) {
        result->tracks += pairs[i].tracks;
        result->copied += pairs[i].copied_tracks;
        result->left += pairs[i].tracks_left;
        result->duplex += pairs[i].state == PPRC_DUPLEX;
    }
    free(pairs);
    result->ios = model_completed(model);
    result->events = (int64_t)model_events(model);
    result->simulated_s = (double)model_now(model) * 1e-9;
}

static void run(const struct config *config, struct estate_result *result)
{
    struct watcher watcher = {
        .observer = {.pairs_sampled = sampled, .event = happened, .progress = progress}, .result = result};
    struct trace_source **none = memory_alloc_zeroed(config->workload_count, sizeof *none);
    result->pairs = (int)config->pair_count;
    result->servers = (int)config->server_count;
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

struct scenario *estate_load(const char *text)
{
    char path[] = "/tmp/essim-estate-XXXXXX";
    int file = mkstemp(path);
    bool written = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text);
    close(file);
    struct diagnostics *diagnostics = diagnostics_create();
    struct scenario *scenario = NULL;
    if (!written || !scenario_load(path, NULL, 0, &scenario, diagnostics)) {
        const char *line = diagnostics_line(diagnostics, 0);
        fprintf(stderr, "%s\n", line ? line : "the scenario cannot be written");
        exit(EXIT_FAILURE);
    }
    diagnostics_destroy(diagnostics);
    unlink(path);
    return scenario;
}

struct estate_result estate_run(const struct estate_plan *plan)
{
    struct estate_result result = {.resynchronised_s = NAN};
    char *text = estate_text(plan);
    double begin_s = wall_s();
    struct scenario *scenario = estate_load(text);
    free(text);
    result.load_s = wall_s() - begin_s;
    run(scenario_config(scenario), &result);
    scenario_destroy(scenario);
    return result;
}

void estate_print(const struct estate_plan *plan, const struct estate_result *result)
{
    printf("%d servers, %d pairs of %lld MB: %.3e tracks; changes recorded by %s\n", result->servers, result->pairs,
           (long long)plan->volume_mb, (double)result->tracks, plan->by_track ? "track" : "cylinder");
    printf("out of sync at most %lld tracks (%.4f %%), copied %lld; then %lld pairs are duplex, %lld tracks left\n",
           (long long)result->changed, 100 * (double)result->changed / (double)result->tracks, (long long)result->copied,
           (long long)result->duplex, (long long)result->left);
    printf("simulated %.1f s, %.1f s of them to resynchronise; %lld I/Os, %.3e events\n", result->simulated_s,
           result->resynchronised_s, (long long)result->ios, (double)result->events);
    printf("wall: scenario %.2f s, model %.2f s, run %.2f s, end %.2f s\n", result->load_s, result->build_s, result->run_s,
           result->free_s);
    printf("memory at most: %.1f MB once built, %.1f MB in all\n", (double)result->built_bytes * 1e-6,
           (double)result->peak_bytes * 1e-6);
}

int64_t estate_map_bytes(int64_t tracks)
{
    struct change_map map;
    change_map_init(&map, tracks, 1);
    size_t before = allocated_bytes();
    change_map_set_all(&map);
    size_t after = allocated_bytes();
    change_map_release(&map);
    return (int64_t)(after - before);
}
