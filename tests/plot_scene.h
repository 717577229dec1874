// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_scene: run files with drawn I/Os and pairs, to be drawn, and what is asked of the pictures.
 */
#ifndef TESTS_PLOT_SCENE_H
#define TESTS_PLOT_SCENE_H

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "analysis/io_parts.h"
#include "analysis/plot.h"
#include "analysis/plot_data.h"
#include "tests/run_fixture.h"
#include "tests/text_file.h"

enum { WORKLOADS_MAX = 40 };

static const char hostile[] = "it's `touch canary` $(touch canary) <script> ]]> 100 % <2 \\";

static const char summary[] =
    "{\"resources\": {"
    "\"FCA24/prod.0\": {\"kind\": \"loop\", \"utilization\": 0.75, \"threshold\": 0.6},"
    "\"FCA24/prod.1\": {\"kind\": \"loop\", \"utilization\": 0.55, \"threshold\": 0.6},"
    "\"FCA24/prod.2\": {\"kind\": \"loop\", \"utilization\": 0.5, \"threshold\": 0.6},"
    "\"FCA24/f0 `touch canary` 50%\": {\"kind\": \"port\", \"utilization\": 0.2, \"threshold\": null},"
    "\"FCA24/idle\": {\"kind\": \"loop\", \"utilization\": null, \"threshold\": 0.5}}}";

/* ---- runs ---- */

struct plan {
    int32_t workloads;
    const char *name; /* of each workload, before its number */
    bool reads_only;
    int64_t ios;         /* of all workloads together */
    int64_t interval_ns; /* between issues */
    int64_t stall_after; /* the I/O that nothing follows for 10 s; 0: none */
    bool only_warmup;
    enum run_trace trace;
    const char *summary; /* NULL: the run was interrupted */
    bool all_parts;      /* a miss spends time in every part */
    int32_t pairs;       /* mirrored; each suspends and is copied again, one after the other */
    int32_t events;      /* besides these */
    int32_t flashcopies; /* behind the pairs: complete, withdrawn, and not ended in turn */
};

static inline uint32_t draw_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Hits of some 0.4 ms, misses of 8 to 20 ms, writes into NVS; the first tenth is warm-up. */
static inline struct io_record make_io(const struct plan *plan, int64_t i, uint64_t *state)
{
    struct io_record io = {.id = i, .length_bytes = 4096, .workload = (uint16_t)(i % plan->workloads)};
    io.op = !plan->reads_only && draw_number(state) % 10 < 3 ? IO_WRITE : IO_READ;
    io.issue_ns = i * plan->interval_ns + (plan->stall_after > 0 && i > plan->stall_after ? 10 * SIM_S : 0);
    io.measured = i >= plan->ios / 10 && !plan->only_warmup;
    io.part_ns[PART_PORT] = 100000 + draw_number(state) % 50000;
    io.part_ns[PART_PROCESSOR] = 250000;
    if (io.op == IO_READ && draw_number(state) % 10 < 4) {
        io.part_ns[PART_SEEK] = 6 * SIM_MS + draw_number(state) % (6 * SIM_MS);
        io.part_ns[PART_ROTATION] = 2 * SIM_MS + draw_number(state) % (6 * SIM_MS);
        int parts = plan->flashcopies ? PART_COUNT : plan->pairs ? PART_FIRST_FLASHCOPY : PART_FIRST_REMOTE;
        for (int part = 0; plan->all_parts && part < parts; part++)
            io.part_ns[part] += 300 * SIM_US;
    }
    for (int part = 0; part < PART_COUNT; part++)
        io.response_ns += io.part_ns[part];
    return io;
}

enum { FLASH_TRACKS = 1900 };

/* FlashCopy number `copy` at a step: its state and what it lacks. The first is complete 38 steps after its T0, the
 * second is without background copy and withdrawn, the third still copies at the end, and so on. */
static inline uint8_t flashcopy_at(int32_t copy, int64_t step, int64_t *left)
{
    int64_t since = step - 24 - copy % 20;
    *left = FLASH_TRACKS;
    if (since < -4)
        return FLASH_NONE;
    if (since < 0)
        return FLASH_ESTABLISHING;
    *left -= since * (copy % 3 == 0 ? 50 : copy % 3 == 1 ? 3 : 12);
    *left = *left > 0 ? *left : 0;
    if (copy % 3 == 1)
        return since < 60 ? FLASH_NOCOPY : FLASH_WITHDRAWN;
    return *left > 0 ? FLASH_COPYING : FLASH_COMPLETE;
}

/* The pairs' part of the run: a step each 500 ms, 60 s long; names are hostile too. */
static inline void write_pairs(struct run_writer *writer, const struct plan *plan)
{
    static const char *const resource[] = {"e.0"}, *const kind[] = {"link"};
    enum { SAMPLES = 120 };
    uint8_t *states = calloc((size_t)(plan->pairs + plan->flashcopies), 1);
    int64_t *tracks = calloc((size_t)(plan->pairs + plan->flashcopies), sizeof *tracks);
    CHECK(run_writer_resources(writer, resource, kind, 1, NULL));
    for (int64_t step = 1; step <= SAMPLES; step++) {
        for (int32_t p = 0; p < plan->pairs; p++) {
            int64_t since = step - 30 - p % 20, left = since < 0    ? 0
                                                       : since < 30 ? since * 60
                                                                    : 30 * 60 - (since - 30) * 90;
            tracks[p] = left > 0 ? left : 0;
            states[p] = since < 0    ? PPRC_DUPLEX
                        : since < 30 ? PPRC_SUSPENDED
                        : left > 0   ? PPRC_DUPLEX_PENDING
                                     : PPRC_DUPLEX;
        }
        for (int32_t f = 0; f < plan->flashcopies; f++)
            states[plan->pairs + f] = flashcopy_at(f, step, &tracks[plan->pairs + f]);
        run_writer_sample(writer, step * 500 * SIM_MS, (float[]){0.5f}, (float[]){1});
        run_writer_sample_pairs(writer, states, tracks);
    }
    run_writer_event(writer, 15 * SIM_S, "split", "task started");
    for (int32_t p = 0; p < plan->pairs; p++)
        run_writer_event(writer, 15 * SIM_S + p % 20 * 500 * SIM_MS, "db `touch canary` \"", "suspended: by a task");
    run_writer_event(writer, 30 * SIM_S, "resync", "task started");
    run_writer_event(writer, 52 * SIM_S, "resync", "task complete");
    free(states);
    free(tracks);
}

static inline void write_run(const char *path, const struct plan *plan)
{
    struct workload_config workloads[WORKLOADS_MAX] = {0};
    char names[WORKLOADS_MAX][128];
    struct config config = fixture_config();
    struct run_identity identity = fixture_identity();
    struct error error = {0};
    for (int32_t w = 0; w < plan->workloads; w++) {
        snprintf(names[w], sizeof names[w], "%s%d", plan->name, w);
        workloads[w].name = names[w];
    }
    char title[sizeof hostile];
    memcpy(title, hostile, sizeof hostile);
    config.title = title;
    config.workloads = workloads;
    config.workload_count = (size_t)plan->workloads;
    int32_t pair_count = plan->pairs + plan->flashcopies;
    struct pair_config *pairs = calloc((size_t)pair_count + 1, sizeof *pairs);
    for (int32_t p = 0; p < plan->pairs; p++) {
        char name[64];
        snprintf(name, sizeof name, "db.%d>dbr.%d%s", (int)p, (int)p, p == 1 ? "`touch canary`" : "");
        pairs[p].name = strdup(name);
    }
    for (int32_t f = 0; f < plan->flashcopies; f++) {
        char name[64];
        snprintf(name, sizeof name, "db.%d>snap.%d%s", (int)f, (int)f, f == 1 ? "`touch canary`" : "");
        pairs[plan->pairs + f] = (struct pair_config){.name = strdup(name), .kind = PAIR_FLASHCOPY};
    }
    config.pairs = pairs;
    config.pair_count = (size_t)pair_count;
    struct run_writer *writer = run_writer_create(path, &config, &identity, plan->trace, &error);
    if (writer != NULL && pair_count > 0)
        write_pairs(writer, plan);
    uint64_t state = 1;
    for (int64_t i = 0; writer != NULL && i < plan->ios; i++) {
        struct io_record io = make_io(plan, i, &state);
        run_writer_io(writer, &io);
    }
    for (int32_t e = 0; writer != NULL && e < plan->events; e++)
        run_writer_event(writer, (e + 1) * SIM_S, "e.0", e % 2 == 0 ? "link down" : "link up");
    struct run_ending ending = {.complete = plan->summary != NULL, .summary_json = plan->summary};
    CHECK(writer != NULL && run_writer_finish(writer, &ending, &error));
    CHECK_STRING(error.message, "");
    for (int32_t p = 0; p < pair_count; p++)
        free(pairs[p].name);
    free(pairs);
}

/* ---- drawing ---- */

/* A folder with a run and the pictures of it. Tests run inside, to find what is created by mistake. */
struct scene {
    struct fixture_folder folder;
    char start[512];
    struct plot_files files;
    struct error error;
    bool ok;
};

static inline void draw(struct scene *scene, const struct plan *plan, enum picture_format format)
{
    memset(scene, 0, sizeof *scene);
    scene->folder = fixture_folder_create();
    CHECK(getcwd(scene->start, sizeof scene->start) != NULL);
    CHECK_INT(chdir(scene->folder.path), 0);
    write_run("run.h5", plan);
    struct run_reader *reader = run_reader_open("run.h5", &scene->error);
    if (CHECK(reader != NULL))
        scene->ok = plot_run(reader, "a/b", format, &scene->files, &scene->error);
    run_reader_close(reader);
}

static inline void strike(struct scene *scene)
{
    CHECK(!fixture_exists("canary"));
    plot_files_free(&scene->files);
    CHECK_INT(chdir(scene->start), 0);
    fixture_folder_remove(&scene->folder);
}

/* The files drawn are exactly these, and where xmllint is installed, well-formed. */
static inline void check_files(const struct scene *scene, const char *const *names, size_t count)
{
    if (!CHECK(scene->ok))
        printf("    %s: %s\n", scene->error.place, scene->error.message);
    CHECK_INT(scene->files.count, count);
    for (size_t i = 0; i < scene->files.count && i < count; i++) {
        CHECK_STRING(scene->files.paths[i], names[i]);
        CHECK(fixture_exists(names[i]));
    }
    if (system("xmllint --version >/dev/null 2>&1") == 0)
        CHECK_INT(system("xmllint --noout a/b/*.svg 2>&1"), 0);
}

static const char *const all_five[] = {"a/b/response_time.svg", "a/b/distribution.svg", "a/b/parts.svg",
                                       "a/b/resources.svg", "a/b/pairs.svg"};
static const char *const all_four[] = {"a/b/response_time.svg", "a/b/distribution.svg", "a/b/parts.svg",
                                       "a/b/resources.svg"};

/* ---- tests ---- */

#endif
