// SPDX-License-Identifier: GPL-3.0-or-later
/* `essim summary` on run files, and what is counted again from their traces. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/run_reader.h"
#include "analysis/run_writer.h"
#include "analysis/summary.h"
#include "analysis/trace_summary.h"
#include "analysis/trace_time.h"
#include "tests/command.h"
#include "tests/unit.h"

#define RUN BUILD_DIR "/tests/summary_command.h5"

/* The config's texts are not const. */
#define TEXT(text) ((char[]){text})

static struct server_config servers[] = {{.serial = TEXT("FCA24"), .model = {.name = TEXT("F20")}}};
static struct rank_config ranks[] = {{.name = TEXT("prod")}};
static struct volume_config volumes[] = {{.name = TEXT("db.0"), .label = TEXT("db.0"), .id = "108FCA24"},
                                         {.name = TEXT("db.1"), .label = TEXT("db.1"), .id = "109FCA24"}};
static struct host_config hosts[] = {{.name = TEXT("sap")}};
static struct workload_config workloads[] = {{.name = TEXT("oltp")}, {.name = TEXT("batch")}};
static const struct config config = {
    .title = TEXT("A run"),
    .servers = servers, .server_count = 1, .ranks = ranks, .rank_count = 1, .volumes = volumes, .volume_count = 2,
    .hosts = hosts, .host_count = 1, .workloads = workloads, .workload_count = 2,
};

/* The i-th I/O of a run that completes one every ms, its first second unmeasured. */
static struct io_record io(int64_t i)
{
    sim_time response_ns = SIM_MS / 2 + i * 7919 % SIM_MS;
    return (struct io_record){
        .id = i,
        .issue_ns = 2 * SIM_MS + i * SIM_MS - response_ns,
        .response_ns = response_ns,
        .length_bytes = 4096,
        .workload = (uint16_t)(i % 3 == 0),
        .volume = (uint32_t)(i % 2),
        .op = i % 5 == 0,
        .error = i % 1000 == 7,
        .measured = i >= 1000,
        .part_ns = {[PART_PORT] = SIM_MS / 4, [PART_SEEK] = response_ns - SIM_MS / 4},
    };
}

static struct run_writer *start(enum run_trace trace)
{
    struct error error = {0};
    struct run_identity identity = {.essim_version = "0.1.0", .scenario_file = "a.yaml", .seed = 7};
    unlink(RUN);
    struct run_writer *writer = run_writer_create(RUN, &config, &identity, trace, &error);
    CHECK_STRING(error.message, "");
    return writer;
}

/* Writes a run of `count` I/Os; with a summary when asked. Returns what the summary said; the caller releases. */
static json_t *write_run(int64_t count, enum run_trace trace, bool with_summary)
{
    struct error error = {0};
    struct run_writer *writer = start(trace);
    struct summary *summary = summary_create(&config, &error);
    bool written = true;
    for (int64_t i = 0; i < count; i++) {
        struct io_record record = io(i);
        summary_io(summary, &record);
        written &= run_writer_io(writer, &record);
    }
    CHECK(written);
    struct summary_run run = {.version = "0.1.0", .seed = 7, .replications = 1, .complete = true,
                              .measured_s = (double)(count - 1001) / 1000, .wall_s = 1, .trace_digest = "d1"};
    json_t *json = summary_json(summary, &run, &error);
    char *text = with_summary ? summary_json_text(json) : NULL;
    struct run_ending ending = {.complete = with_summary, .trace_digest = "d1", .summary_json = text};
    CHECK(run_writer_finish(writer, &ending, &error));
    free(text);
    summary_destroy(summary);
    return json;
}

/* What the last `essim` said; freed when the next one runs. */
static struct command_result said;

/* Runs `essim summary RUN ...`; returns its exit status. */
static int essim(const char *path, const char *option, const char *value)
{
    command_result_free(&said);
    said = ESSIM(NULL, "summary", path, option, value);
    return said.status;
}

static void kept_summary_is_printed(void)
{
    json_t *json = write_run(3000, RUN_TRACE_PARTS, true);
    CHECK_INT(essim(RUN, NULL, NULL), 0);
    CHECK_CONTAINS(said.output, "A run\n");
    CHECK_CONTAINS(said.output, "trace digest d1");
    CHECK_INT(essim(RUN, "--json", NULL), 0);
    char *expected = summary_json_text(json);
    CHECK_STRING(said.output, expected);
    free(expected);
    CHECK_INT(essim(RUN, "--by", "volume"), 0);
    CHECK_CONTAINS(said.output, "db.1 ");
    CHECK_INT(essim(RUN, "--json", "--by=volume"), 0);
    json_t *printed = json_loads(said.output, 0, NULL);
    CHECK_INT(json_object_size(printed), json_object_size(json_object_get(json, "volumes")));
    CHECK(json_object_get(json_object_get(printed, "db.1"), "writes") != NULL);
    json_decref(printed);
    CHECK_INT(essim(RUN, "--json", "--by=link"), 0);
    CHECK_STRING(said.output, "{}\n");
    CHECK_INT(essim(RUN, "--by", "link"), 0);
    CHECK_CONTAINS(said.output, "This run has no links.");
    json_decref(json);
}

static void mistakes_are_bad_input(void)
{
    json_decref(write_run(2000, RUN_TRACE_TIMES, true));
    CHECK_INT(essim(RUN, "--by", "volumes"), 2);
    CHECK_CONTAINS(said.errors, "did you mean 'volume'?");
    CHECK_STRING(said.output, "");
    CHECK_INT(essim(RUN, "--json", "--by=time"), 2);
    CHECK_INT(essim(BUILD_DIR "/tests/none.h5", NULL, NULL), 2);
    CHECK_CONTAINS(said.errors, "none.h5");
    CHECK_INT(essim(SOURCE_DIR "/tests/data/summary.json", NULL, NULL), 2);
    struct error error = {0};
    struct run_writer *writer = start(RUN_TRACE_TIMES);
    struct run_ending ending = {.complete = true, .summary_json = "{\"scenario\": "};
    CHECK(run_writer_finish(writer, &ending, &error));
    CHECK_INT(essim(RUN, NULL, NULL), 2);
    CHECK_CONTAINS(said.errors, "the summary in it is damaged");
}

static void trace_gives_the_same_statistics(void)
{
    static const char *const members[] = {"workloads", "volumes", "hosts"};
    json_t *expected = write_run(100000, RUN_TRACE_PARTS, false);
    struct error error = {0};
    struct run_reader *reader = run_reader_open(RUN, &error);
    json_t *json = trace_summary(reader, &error);
    CHECK_STRING(error.message, "");
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        unit_check(json_equal(json_object_get(json, members[i]), json_object_get(expected, members[i])), __FILE__,
                   __LINE__, "%s are equal", members[i]);
    CHECK(json_is_false(json_object_get(json, "complete")));
    CHECK_INT(json_integer_value(json_object_get(json, "seed")), 7);
    CHECK(json_object_size(json) == json_object_size(expected));
    json_decref(json);
    json_decref(expected);
    run_reader_close(reader);
}

static void time_is_cut_into_round_steps(void)
{
    json_decref(write_run(29999, RUN_TRACE_TIMES, true));
    CHECK_INT(essim(RUN, "--by", "time"), 0);
    int lines = 0;
    for (const char *c = said.output; *c; c++)
        lines += *c == '\n';
    CHECK_INT(lines, 1 + 30); /* a title; the last I/O completes at 30 s and begins no further step of 1 s */
    CHECK_CONTAINS(said.output, "           0  warm-up");
    CHECK_CONTAINS(said.output, "          29              1000   4.096");
}

static void empty_trace_is_told(void)
{
    json_decref(write_run(2000, RUN_TRACE_NONE, true));
    CHECK_INT(essim(RUN, "--by", "time"), 0);
    CHECK_CONTAINS(said.output, "This file holds no trace");
}

static void killed_run_is_summarised(void)
{
    pid_t child = fork();
    if (child == 0) {
        struct run_writer *writer = start(RUN_TRACE_TIMES);
        for (int64_t i = 0; i < 1000000; i++) {
            struct io_record record = io(i);
            run_writer_io(writer, &record);
        }
        sleep(1);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    CHECK_INT(essim(RUN ".part", NULL, NULL), 0);
    CHECK_CONTAINS(said.output, "WARNING: the run was interrupted");
    CHECK_CONTAINS(said.output, "no summary was written");
    CHECK_CONTAINS(said.output, "oltp  ");
    unlink(RUN ".part");
}

UNIT_MAIN("summary_command", {"the summary kept in the file is printed", kept_summary_is_printed},
          {"mistakes and files that are no run exit with 2", mistakes_are_bad_input},
          {"a trace gives the same statistics as counting while it ran", trace_gives_the_same_statistics},
          {"a table over time has round steps", time_is_cut_into_round_steps},
          {"a file without trace says so", empty_trace_is_told},
          {"the file of a killed run is summarised from its trace", killed_run_is_summarised})
