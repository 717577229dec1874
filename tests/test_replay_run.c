// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From a recording to a replayed run, through the command: `essim import`, `essim run`, `essim summary`. Every
 * request of the recording must come back, at its time, with its operation and length, at its address.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/replay.h"
#include "models/config.h"
#include "tests/run_fixture.h"
#include "tests/run_output.h"

#define RECORDING SOURCE_DIR "/../shared/traces/linux-webserver-2.load.gz"

static void expect_done(struct command_result result)
{
    unit_check(result.status == 0 && !result.late, __FILE__, __LINE__, "exit status is %d: %s", result.status,
               result.errors);
    command_result_free(&result);
}

static int64_t integer_at(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    return json_is_integer(value) ? json_integer_value(value) : -1;
}

/* ---- rows against the recording ---- */

enum { ISSUE, RESPONSE, VOLUME, OFFSET, LENGTH, OP, ID, COLUMNS };

static const char *const column_names[COLUMNS] = {"issue_time", "response_time", "volume", "offset",
                                                  "length",     "op",            "id"};

struct rows {
    int64_t count;
    int64_t *columns[COLUMNS];
    int64_t *by_id; /* the row of each I/O, in order of issue */
};

static struct rows rows_read(const char *path)
{
    struct run_reader *reader = run_output_open(path);
    struct rows rows = {.count = reader ? run_reader_io_count(reader) : 0};
    for (int c = 0; c < COLUMNS; c++)
        rows.columns[c] = run_output_column(reader, column_names[c]);
    rows.by_id = calloc((size_t)rows.count + 1, sizeof *rows.by_id);
    int64_t strays = 0;
    for (int64_t i = 0; i < rows.count; i++) {
        int64_t id = rows.columns[ID][i];
        if (id >= 0 && id < rows.count)
            rows.by_id[id] = i;
        else
            strays++;
    }
    CHECK_INT(strays, 0);
    run_reader_close(reader);
    return rows;
}

static void rows_free(struct rows *rows)
{
    for (int c = 0; c < COLUMNS; c++)
        free(rows->columns[c]);
    free(rows->by_id);
}

/* The volumes that one recorded device is laid over, one after another. */
struct layout {
    int64_t volume_blocks, volumes;
};

/* Where a recorded request goes, in blocks over all volumes: wrapped behind the last one, and before the end of
 * the volume in which it begins. */
static int64_t place(const struct layout *layout, const struct trace_entry *entry, int64_t *moved)
{
    int64_t at = entry->offset_blocks % (layout->volume_blocks * layout->volumes);
    int64_t last = (at / layout->volume_blocks + 1) * layout->volume_blocks - entry->length_bytes / BLOCK_BYTES;
    *moved += at > last || at != entry->offset_blocks;
    return at > last ? last : at;
}

/* Compares a run with the trace it replayed; returns how many requests could not stay where they were recorded. */
static int64_t check_rows(const struct rows *rows, const char *trace, struct layout layout)
{
    struct error error = {0};
    struct trace_entry entry;
    struct trace_source *source = replay_open(trace, &error);
    int64_t entries = 0, wrong = 0, moved = 0;
    for (; source && source->next(source, &entry, &error) && entries < rows->count; entries++) {
        int64_t row = rows->by_id[entries];
        int64_t at = rows->columns[VOLUME][row] * layout.volume_blocks + rows->columns[OFFSET][row];
        wrong += rows->columns[ISSUE][row] != entry.issue_ns || rows->columns[LENGTH][row] != entry.length_bytes ||
                 rows->columns[OP][row] != entry.op || at != place(&layout, &entry, &moved) ||
                 rows->columns[RESPONSE][row] <= 0;
    }
    CHECK_STRING(error.message, "");
    CHECK_INT(entries, rows->count);
    CHECK_INT(wrong, 0);
    if (source)
        source->destroy(source);
    return moved;
}

/* The summary's counts, bytes and share of reads are the import's. */
static void check_sums(const struct fixture_folder *folder, const char *run, const json_t *imported,
                       const struct rows *rows, const char *workload)
{
    json_t *summary = run_output_summary(folder->path, run);
    const json_t *all = run_output_at(summary, "workloads", workload, NULL);
    int64_t reads = integer_at(json_object_get(all, "reads"), "count");
    int64_t writes = integer_at(json_object_get(all, "writes"), "count");
    double measured_s = RUN_OUTPUT_NUMBER(summary, "measured_s");
    int64_t bytes[2] = {0, 0};
    for (int64_t i = 0; i < rows->count; i++)
        bytes[rows->columns[OP][i]] += rows->columns[LENGTH][i];
    CHECK_INT(rows->count, integer_at(imported, "requests"));
    CHECK_INT(reads, integer_at(imported, "reads"));
    CHECK_INT(writes, integer_at(imported, "writes"));
    CHECK_INT(integer_at(json_object_get(all, "all"), "count"), reads + writes);
    CHECK_INT(bytes[0], integer_at(imported, "read_bytes"));
    CHECK_INT(bytes[1], integer_at(imported, "write_bytes"));
    CHECK_NEAR(RUN_OUTPUT_NUMBER(all, "reads", "mb_per_s") * measured_s * 1e6, (double)bytes[0],
               1e-9 * (double)bytes[0]);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(all, "writes", "mb_per_s") * measured_s * 1e6, (double)bytes[1],
               1e-9 * (double)bytes[1]);
    CHECK_INT(integer_at(all, "unfinished"), 0);
    CHECK(json_is_true(json_object_get(summary, "complete")));
    CHECK(measured_s >= json_number_value(json_object_get(imported, "span_s")));
    json_decref(summary);
}

static json_t *import(const struct fixture_folder *folder, const char *format, const char *input, const char *output)
{
    struct command_result result = ESSIM(folder->path, "import", format, input, "-o", output, "--json");
    json_t *imported = json_loads(result.output, 0, NULL);
    printf("    %s imported in %.1f s\n", output, result.wall_s);
    CHECK(imported != NULL);
    expect_done(result);
    return imported;
}

/* ---- the project's own example ---- */

/* A folder with the scenario and its recording in it. */
static struct fixture_folder example_folder_create(void)
{
    struct fixture_folder folder = fixture_folder_create();
    expect_done(command_run(&(struct command_request){
        .arguments = (const char *const[]){"/bin/cp", SOURCE_DIR "/scenarios/replay.yaml",
                                           SOURCE_DIR "/scenarios/small-trace.csv", folder.path, NULL}}));
    return folder;
}

static void example_is_replayed(void)
{
    struct fixture_folder folder = example_folder_create();
    json_t *imported = import(&folder, "msr", "small-trace.csv", "small-trace.h5");
    expect_done(ESSIM("/", "run", fixture_in(&folder, "replay.yaml").text, "-o",
                      fixture_in(&folder, "replay.h5").text)); /* the trace is found beside the scenario */
    struct rows rows = rows_read(fixture_in(&folder, "replay.h5").text);
    CHECK(rows.count > 2900);
    CHECK_INT(check_rows(&rows, fixture_in(&folder, "small-trace.h5").text, (struct layout){(int64_t)8 << 21, 1}), 0);
    check_sums(&folder, "replay.h5", imported, &rows, "recorded");
    rows_free(&rows);
    json_decref(imported);
    fixture_folder_remove(&folder);
}

static void a_replay_that_falls_behind_is_unstable(void)
{
    struct fixture_folder folder = example_folder_create();
    json_decref(import(&folder, "msr", "small-trace.csv", "small-trace.h5"));
    expect_done(ESSIM(folder.path, "run", "replay.yaml", "-q", "-o", "run.h5", "--set",
                      "workloads.recorded.trace.speed=1000"));
    json_t *summary = run_output_summary(folder.path, "run.h5");
    const json_t *recorded = json_object_get(json_object_get(summary, "workloads"), "recorded");
    CHECK(json_is_false(json_object_get(recorded, "stable")));
    json_decref(summary);
    fixture_folder_remove(&folder);
}

static void speed_and_replications_keep_every_request(void)
{
    struct fixture_folder folder = example_folder_create();
    json_t *imported = import(&folder, "msr", "small-trace.csv", "small-trace.h5");
    expect_done(ESSIM(folder.path, "run", "replay.yaml", "-q"));
    expect_done(ESSIM(folder.path, "run", "replay.yaml", "-q", "-o", "fast.h5", "--set",
                      "workloads.recorded.trace.speed=4", "--set", "run.replications=2"));
    struct rows once = rows_read(fixture_in(&folder, "replay.h5").text);
    struct run_reader *fast = run_output_open(fixture_in(&folder, "fast.h5").text);
    int64_t rows = fast ? run_reader_io_count(fast) : 0, wrong = 0;
    int64_t *id = run_output_column(fast, "id"), *issue = run_output_column(fast, "issue_time");
    CHECK_INT(rows, 2 * once.count);
    for (int64_t i = 0; i < rows && rows == 2 * once.count; i++)
        wrong += issue[i] != once.columns[ISSUE][once.by_id[id[i] % once.count]] / 4;
    CHECK_INT(wrong, 0);
    free(id);
    free(issue);
    run_reader_close(fast);
    rows_free(&once);
    json_decref(imported);
    fixture_folder_remove(&folder);
}

static void small_volumes_take_every_request(void)
{
    struct fixture_folder folder = example_folder_create();
    json_t *imported = import(&folder, "msr", "small-trace.csv", "small-trace.h5");
    expect_done(ESSIM(folder.path, "run", "replay.yaml", "-q", "--set", "servers.FCA24.volumes.data.size=1MiB", "--set",
                      "servers.FCA24.volumes.data.count=3"));
    struct rows rows = rows_read(fixture_in(&folder, "replay.h5").text);
    int64_t moved = check_rows(&rows, fixture_in(&folder, "small-trace.h5").text, (struct layout){1 << 11, 3});
    CHECK(moved > 2900);
    check_sums(&folder, "replay.h5", imported, &rows, "recorded");
    rows_free(&rows);
    json_decref(imported);
    fixture_folder_remove(&folder);
}

/* ---- an hour of a web server ---- */

/* Eight ranks with four volumes each of 24 GiB: 824 GB, more than the 774 GB that the recording touches. */
static void write_hour_scenario(const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        abort();
    fputs("title: An hour of a web server\nrun: {seed: 1, start: cold}\nservers:\n  FCA24:\n    model: F20\n", file);
    fputs("    ports: {f0: {bay: 0, slot: 0, type: fc}, f1: {bay: 1, slot: 0, type: fc}}\n    ranks:\n", file);
    for (int i = 0; i < 8; i++)
        fprintf(file, "      r%d: {pair: %d, cluster: %d, loop: %c, drive: ultrastar-36lzx}\n", i, i / 2, i % 2,
                i % 2 ? 'B' : 'A');
    fputs("    volumes:\n", file);
    for (int i = 0; i < 8; i++)
        fprintf(file, "      v%d: {rank: r%d, size: 24 GiB, count: 4}\n", i, i);
    fputs("hosts: {web: {server: FCA24, ports: [f0, f1]}}\nworkloads:\n  hour:\n    host: web\n"
          "    volumes: [v0, v1, v2, v3, v4, v5, v6, v7]\n    trace: {file: hour.h5}\n", file);
    fclose(file);
}

static void recorded_hour_is_replayed(void)
{
    if (access(RECORDING, R_OK) != 0) {
        unit_skip(RECORDING " is absent");
        return;
    }
    struct fixture_folder folder = fixture_folder_create();
    write_hour_scenario(fixture_in(&folder, "hour.yaml").text);
    json_t *imported = import(&folder, "blkreplay", RECORDING, "hour.h5");
    CHECK_INT(integer_at(imported, "requests"), 269007);
    struct command_result result = ESSIM(folder.path, "run", "hour.yaml", "-o", "run.h5");
    printf("    replayed in %.1f s\n", result.wall_s);
    expect_done(result);
    struct rows rows = rows_read(fixture_in(&folder, "run.h5").text);
    CHECK_INT(rows.count, 269007);
    CHECK(check_rows(&rows, fixture_in(&folder, "hour.h5").text, (struct layout){(int64_t)24 << 21, 32}) < 10);
    check_sums(&folder, "run.h5", imported, &rows, "hour");
    rows_free(&rows);
    json_decref(imported);
    fixture_folder_remove(&folder);
}

UNIT_MAIN("replay_run", {"the example's recording is replayed, request by request", example_is_replayed},
          {"volumes too small for the recording take every request, wrapped", small_volumes_take_every_request},
          {"a replay that falls behind its recording is called unstable", a_replay_that_falls_behind_is_unstable},
          {"a faster replay and a second replication issue every request", speed_and_replications_keep_every_request},
          {"a recorded hour is replayed, request by request", recorded_hour_is_replayed})
