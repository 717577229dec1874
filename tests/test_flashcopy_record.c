// SPDX-License-Identifier: GPL-3.0-or-later
/* From a model's FlashCopies to the run file and the summary: states and tracks over time, times, sums, rates. */
#include <math.h>

#include "analysis/record.h"
#include "analysis/run_reader.h"
#include "sim/memory.h"
#include "tests/run_fixture.h"
#include "tests/run_output.h"
#include "tests/small_config.h"

enum { TRACKS = 400, TRACK_BYTES = 32768, RUN_S = 4 };

/* `established` is so by a task, from 0.5 s on, with T0 0.3 s later; the others stand at the start, without background
 * copy: `withdrawn` until 1.5 s, `kept` to the end. */
enum { ESTABLISHED, WITHDRAWN, KEPT, PAIRS };

/* A run, ended. */
struct scene {
    struct fixture_folder folder;
    struct config *config;
    struct run_reader *reader;
    json_t *summary;
};

static void add_pair(struct config *config, const char *name, enum pair_state state)
{
    int32_t i = (int32_t)config->pair_count++;
    config->pairs[i] = (struct pair_config){.name = memory_copy_string(name), .kind = PAIR_FLASHCOPY, .source = 2 * i,
                                            .target = 2 * i + 1, .state = state};
}

/* A task of one verb for one pair, run at that time. */
static void add_task(struct config *config, sim_time at_ns, struct action_config action, int32_t pair)
{
    int32_t task = (int32_t)config->task_count++;
    action.pairs = memory_alloc(sizeof pair);
    action.pairs[0] = pair;
    action.pair_count = 1;
    config->tasks[task] = (struct task_config){memory_copy_string(task_verb_name(action.verb)),
                                               memory_alloc(sizeof action), 1};
    config->tasks[task].actions[0] = action;
    struct timeline_config *entry = small_config_add_entry(config, at_ns);
    entry->tasks = memory_alloc(sizeof task);
    entry->tasks[0] = task;
    entry->task_count = 1;
}

static struct config *make_config(void)
{
    struct config *config = small_config_create(2 * PAIRS, TRACKS);
    struct server_model *model = &config->servers[0].model;
    model->flashcopy_establish_ns = 400 * SIM_MS;
    model->flashcopy_hold_ns = 100 * SIM_MS;
    model->flashcopy_hold_track_ns = 0;
    model->flashcopy_step_tracks = 15;
    model->flashcopy_pair_steps = model->flashcopy_rank_steps = 4;
    model->flashcopy_nvs_bytes = 1 << 20;
    config->run.duration_ns = RUN_S * SIM_S;
    config->pairs = memory_alloc_zeroed(PAIRS, sizeof *config->pairs);
    config->tasks = memory_alloc_zeroed(2, sizeof *config->tasks);
    add_pair(config, "db>snap", FLASH_NONE);
    add_pair(config, "mail>copy", FLASH_NOCOPY);
    add_pair(config, "web>kept", FLASH_NOCOPY);
    add_task(config, 500 * SIM_MS, (struct action_config){.verb = TASK_ESTABLISH_FLASHCOPY, .background_copy = true},
             ESTABLISHED);
    add_task(config, 1500 * SIM_MS, (struct action_config){.verb = TASK_WITHDRAW_FLASHCOPY}, WITHDRAWN);
    struct workload_config *workload = small_config_add_open(config, 50);
    workload->read_share = 0.5;
    workload->volume_count = 1;
    return config;
}

static void open_scene(struct scene *scene)
{
    struct trace_source *sources[1] = {NULL};
    struct run_identity identity = fixture_identity();
    struct error error = {0};
    *scene = (struct scene){.folder = fixture_folder_create(), .config = make_config()};
    struct fixture_path path = fixture_in(&scene->folder, "a.h5");
    struct record_request request = {.path = path.text, .config = scene->config, .identity = &identity,
                                     .trace = RUN_TRACE_PARTS, .sources = sources};
    CHECK_INT(record_run(&request, &scene->summary, &error), RECORD_COMPLETE);
    CHECK_STRING(error.message, "");
    scene->reader = run_output_open(path.text);
}

static void close_scene(struct scene *scene)
{
    run_reader_close(scene->reader);
    json_decref(scene->summary);
    small_config_destroy(scene->config);
    fixture_folder_remove(&scene->folder);
}

/* The pairs' values at the last sampling step that ends by that time. */
static void read_step(struct run_reader *reader, sim_time at_ns, const char *series, int64_t values[PAIRS])
{
    int64_t last = -1, time_ns;
    struct error error = {0};
    for (int64_t s = 0; s < run_reader_step_count(reader); s++)
        if (run_reader_steps(reader, "time", s, 1, &time_ns, &error) && time_ns <= at_ns)
            last = s;
    CHECK(last >= 0 && run_reader_steps(reader, series, last, 1, values, &error));
    CHECK_STRING(error.message, "");
}

static void series_follow_the_states(void)
{
    static const struct {
        sim_time at_ms;
        int64_t established, withdrawn;
    } moments[] = {{450, FLASH_NONE, FLASH_NOCOPY}, {850, FLASH_ESTABLISHING, FLASH_NOCOPY},
                   {950, FLASH_COPYING, FLASH_NOCOPY}, {1600, 0, FLASH_WITHDRAWN}};
    struct scene scene;
    int64_t states[PAIRS], tracks[PAIRS];
    open_scene(&scene);
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        read_step(scene.reader, moments[i].at_ms * SIM_MS, "pair_state", states);
        CHECK(moments[i].established == 0 || states[ESTABLISHED] == moments[i].established);
        CHECK_INT(states[WITHDRAWN], moments[i].withdrawn);
        CHECK_INT(states[KEPT], FLASH_NOCOPY);
    }
    read_step(scene.reader, 450 * SIM_MS, "tracks_out_of_sync", tracks);
    CHECK_INT(tracks[ESTABLISHED], TRACKS);
    read_step(scene.reader, RUN_S * SIM_S, "tracks_out_of_sync", tracks);
    CHECK_INT(tracks[KEPT], TRACKS); /* nobody writes to it */
    CHECK_INT(run_reader_pair_kind(scene.reader, KEPT), PAIR_FLASHCOPY);
    close_scene(&scene);
}

static void summary_tells_what_the_model_did(void)
{
    static const char *const names[PAIRS] = {"db>snap", "mail>copy", "web>kept"};
    struct scene scene;
    open_scene(&scene);
    for (size_t i = 0; i < PAIRS; i++) {
        const json_t *pair = run_output_at(scene.summary, "pairs", names[i], NULL);
        double copied = RUN_OUTPUT_NUMBER(pair, "copied_tracks");
        CHECK_STRING(RUN_OUTPUT_TEXT(pair, "kind"), "flashcopy");
        CHECK_NEAR(RUN_OUTPUT_NUMBER(pair, "background_tracks") + RUN_OUTPUT_NUMBER(pair, "write_tracks") +
                       RUN_OUTPUT_NUMBER(pair, "completed_tracks"), copied, 0);
        CHECK_NEAR(copied + RUN_OUTPUT_NUMBER(pair, "replaced_tracks") + RUN_OUTPUT_NUMBER(pair, "tracks_left"), TRACKS,
                   0);
        double begun_s = i == ESTABLISHED ? 0.8 : 0, ended_s = i == WITHDRAWN ? 1.5 : RUN_S;
        if (json_is_number(run_output_at(pair, "complete_s", NULL)))
            ended_s = RUN_OUTPUT_NUMBER(pair, "complete_s");
        CHECK_NEAR(RUN_OUTPUT_NUMBER(pair, "established_s"), begun_s, 1e-9);
        CHECK_NEAR(RUN_OUTPUT_NUMBER(pair, "copied_mb_per_s"), copied * TRACK_BYTES / 1e6 / (ended_s - begun_s), 1e-6);
    }
    CHECK_NEAR(RUN_OUTPUT_NUMBER(scene.summary, "pairs", "mail>copy", "withdrawn_s"), 1.5, 1e-9);
    CHECK(json_is_true(run_output_at(scene.summary, "pairs", "mail>copy", "incomplete", NULL)));
    CHECK(json_is_true(run_output_at(scene.summary, "pairs", "db>snap", "background_copy", NULL)));
    CHECK_STRING(RUN_OUTPUT_TEXT(scene.summary, "pairs", "web>kept", "state"), "nocopy");
    CHECK(json_is_null(run_output_at(scene.summary, "pairs", "web>kept", "withdrawn_s", NULL)));
    close_scene(&scene);
}

UNIT_MAIN("flashcopy_record", {"states and tracks over time follow what the model does", series_follow_the_states},
          {"the summary tells when, how many and how fast", summary_tells_what_the_model_did})
