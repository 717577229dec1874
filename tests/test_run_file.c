// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/wait.h>

#include "analysis/columns.h"
#include "analysis/run_reader.h"
#include "tests/run_fixture.h"

enum { ROWS = 2 * COLUMNS_CHUNK_ROWS + 4321, SKIPPED_STATUS = 77 };

/* Counts rows of the column that differ from the formula's, read in uneven slices. */
static int64_t count_wrong(struct run_reader *reader, const char *name, int64_t rows,
                           int64_t (*value)(const struct io_record *))
{
    static int64_t slice[7000];
    int64_t wrong = 0;
    for (int64_t first = 0; first < rows; first += 7000) {
        int64_t count = rows - first < 7000 ? rows - first : 7000;
        if (!run_reader_column(reader, name, first, count, slice, NULL)) {
            return rows;
        }
        for (int64_t i = 0; i < count; i++) {
            struct io_record record = fixture_record(first + i);
            wrong += slice[i] != value(&record);
        }
    }
    return wrong;
}

static int64_t id_of(const struct io_record *record)
{
    return record->id;
}
static int64_t issue_of(const struct io_record *record)
{
    return record->issue_ns;
}
static int64_t response_of(const struct io_record *record)
{
    return record->response_ns;
}
static int64_t offset_of(const struct io_record *record)
{
    return record->offset_blocks;
}
static int64_t length_of(const struct io_record *record)
{
    return record->length_bytes;
}
static int64_t workload_of(const struct io_record *record)
{
    return record->workload;
}
static int64_t volume_of(const struct io_record *record)
{
    return record->volume;
}
static int64_t host_of(const struct io_record *record)
{
    return record->host;
}
static int64_t op_of(const struct io_record *record)
{
    return record->op;
}
static int64_t error_of(const struct io_record *record)
{
    return record->error;
}
static int64_t warmup_of(const struct io_record *record)
{
    return !record->measured;
}

static void check_columns(struct run_reader *reader, int64_t rows)
{
    static const struct {
        const char *name;
        int64_t (*value)(const struct io_record *);
    } columns[] = {{"id", id_of},         {"issue_time", issue_of}, {"response_time", response_of},
                   {"offset", offset_of}, {"length", length_of},    {"workload", workload_of},
                   {"volume", volume_of}, {"host", host_of},        {"op", op_of},
                   {"error", error_of},   {"warmup", warmup_of}};
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        CHECK_INT(count_wrong(reader, columns[c].name, rows, columns[c].value), 0);
    }
}

static void check_parts(struct run_reader *reader, int64_t rows)
{
    int64_t *sum = calloc((size_t)rows, sizeof *sum), *part = calloc((size_t)rows, sizeof *part);
    int64_t wrong = 0;
    for (int p = 0; p < PART_FIRST_REMOTE; p++) {
        char name[64];
        snprintf(name, sizeof name, "part_%s", io_part_info[p].name);
        CHECK(run_reader_column(reader, name, 0, rows, part, NULL));
        for (int64_t i = 0; i < rows; i++) {
            wrong += part[i] != fixture_record(i).part_ns[p];
            sum[i] += part[i];
        }
    }
    CHECK(run_reader_column(reader, "response_time", 0, rows, part, NULL));
    CHECK(memcmp(sum, part, (size_t)rows * sizeof *sum) == 0);
    CHECK_INT(wrong, 0);
    free(sum);
    free(part);
}

static void records_read_back(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct error error = {.kind = ERROR_NONE};
    static const int64_t counts[] = {0, 1, COLUMNS_CHUNK_ROWS - 1, COLUMNS_CHUNK_ROWS, ROWS};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        CHECK(fixture_write_run(path.text, counts[i], RUN_TRACE_PARTS, &error));
        struct run_reader *reader = run_reader_open(path.text, &error);
        if (CHECK(reader != NULL)) {
            CHECK_INT(run_reader_io_count(reader), counts[i]);
            check_columns(reader, counts[i]);
        }
        if (reader && counts[i] == ROWS) {
            check_parts(reader, ROWS);
        }
        run_reader_close(reader);
    }
    CHECK_STRING(error.message, "");
    fixture_folder_remove(&folder);
}

static void trace_can_be_left_out(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path none = fixture_in(&folder, "none.h5"), times = fixture_in(&folder, "times.h5");
    CHECK(fixture_write_run(none.text, 100, RUN_TRACE_NONE, NULL));
    CHECK(fixture_write_run(times.text, ROWS, RUN_TRACE_TIMES, NULL));
    struct run_reader *reader = run_reader_open(none.text, NULL);
    CHECK(reader && run_reader_io_count(reader) == 0 && run_reader_has_column(reader, "response_time"));
    run_reader_close(reader);
    reader = run_reader_open(times.text, NULL);
    if (CHECK(reader && run_reader_io_count(reader) == ROWS)) {
        check_columns(reader, ROWS);
        CHECK(!run_reader_has_column(reader, "part_seek"));
    }
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void identity_reads_back(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    CHECK(fixture_write_run(path.text, 10, RUN_TRACE_PARTS, NULL));
    struct run_reader *reader = run_reader_open(path.text, NULL);
    static const char *const expected[][2] = {{"title", "A title with \xc3\xa4, \"quotes\" and\ntwo lines"},
                                              {"history", "essim run a.yaml -o a.h5"},
                                              {"essim_version", "0.1.0"},
                                              {"schema_version", "1"},
                                              {"seed", "18446744073709551615"},
                                              {"status", "complete"},
                                              {"trace_digest", "d1"},
                                              {"scenario", "title: x\n"},
                                              {"scenario_file", "a.yaml"},
                                              {"scenario_sha256", "00ff"},
                                              {"resolved", "{\"a\":1}"},
                                              {"catalog", "{}"}};
    for (size_t i = 0; reader && i < sizeof expected / sizeof expected[0]; i++) {
        CHECK_STRING(run_reader_attribute(reader, expected[i][0]), expected[i][1]);
    }
    static const char *const names[][3] = {{"workloads", "oltp", "batch"},
                                           {"ranks", "FCA24/prod", "FCA24/copy"},
                                           {"volume_id", "100FCA24", "101FCA24"},
                                           {"hosts", "sap", NULL},
                                           {"servers", "FCA24", NULL},
                                           {"ports", "FCA24/f0", NULL},
                                           {"nothing", NULL, NULL}};
    for (size_t i = 0; reader && i < sizeof names / sizeof names[0]; i++) {
        const char *first = run_reader_name(reader, names[i][0], 0), *second = run_reader_name(reader, names[i][0], 1);
        CHECK(!first == !names[i][1] && (!first || strcmp(first, names[i][1]) == 0));
        CHECK(!second == !names[i][2] && (!second || strcmp(second, names[i][2]) == 0));
    }
    CHECK(reader && run_reader_name_count(reader, "volumes") == 3 && !run_reader_attribute(reader, "nothing"));
    CHECK_STRING(run_reader_name(reader, "volumes", 2), "K\xc3\xb6ln");
    CHECK_STRING(run_reader_summary(reader), "{}");
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

/* A run with everything in it, as check_run_file.py expects it. */
static bool write_full_run(const char *path, bool complete, struct error *error)
{
    static const char *const names[] = {"FCA24/f0", "FCA24/prod"}, *const kinds[] = {"port", "rank"};
    struct run_writer *writer = fixture_start(path, RUN_TRACE_PARTS, error);
    if (!writer || !run_writer_resources(writer, names, kinds, 2, error)) {
        run_writer_abandon(writer);
        return false;
    }
    bool ok = run_writer_event(writer, SIM_S, "split", "started") &&
              run_writer_event(writer, 2 * SIM_S, "K\xc3\xb6ln", "suspended") &&
              run_writer_sample(writer, SIM_S, (float[]){0.25f, 1}, (float[]){0, 3}) &&
              run_writer_sample(writer, 2 * SIM_S, (float[]){0.5f, 0}, (float[]){1, 2});
    for (int64_t i = 0; ok && i < ROWS; i++) {
        struct io_record record = fixture_record(i);
        ok = run_writer_io(writer, &record);
    }
    struct run_histogram histograms[] = {{0, IO_READ, 2, (int64_t[]){1000, 2000}, (int64_t[]){3, 4}},
                                         {1, IO_WRITE, 1, (int64_t[]){1500}, (int64_t[]){5}},
                                         {1, IO_READ, 0, NULL, NULL}};
    struct run_ending ending = {complete, "d1", complete ? "{\"x\": \"\xc3\xbc\"}" : NULL, histograms, 3};
    CHECK(ok);
    return run_writer_finish(writer, &ending, error);
}

static void other_groups_read_back(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct error error = {.kind = ERROR_NONE};
    CHECK(write_full_run(path.text, true, &error));
    struct columns_reader *reader = columns_open(path.text, &error);
    int64_t values[3] = {0};
    size_t count = 0;
    CHECK(reader && columns_rows(reader, "/events", "event", &error) == 2);
    CHECK(reader && columns_rows(reader, "/series", "time", &error) == 2);
    CHECK(reader && columns_rows(reader, "/summary", "bin", &error) == 3);
    CHECK(reader && columns_read_int(reader, "/summary/bin_count", 0, 3, values, &error));
    CHECK(values[0] == 3 && values[1] == 4 && values[2] == 5);
    CHECK(reader && columns_read_int(reader, "/summary/bin_workload", 0, 3, values, &error));
    CHECK(values[0] == 0 && values[1] == 0 && values[2] == 1);
    char **texts = columns_read_texts(reader, "/events/detail", &count, &error);
    CHECK(count == 2 && strcmp(texts[0], "started") == 0 && strcmp(texts[1], "suspended") == 0);
    columns_texts_free(texts, count);
    columns_close(reader);
    CHECK_STRING(error.message, "");
    fixture_folder_remove(&folder);
}

static void many_samples_and_events_read_back(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct error error = {.kind = ERROR_NONE};
    static const char *const name[] = {"r"}, *const kind[] = {"rank"};
    struct run_writer *writer = fixture_start(path.text, RUN_TRACE_NONE, &error);
    CHECK(writer && run_writer_resources(writer, name, kind, 1, &error));
    enum { STEPS = 1000 };
    for (int i = 0; writer && i < STEPS; i++) {
        char detail[16];
        snprintf(detail, sizeof detail, "%d", i);
        float load = (float)i;
        run_writer_sample(writer, i, &load, &load);
        run_writer_event(writer, i, "r", detail);
    }
    CHECK(writer && !run_writer_resources(writer, name, kind, 1, NULL));
    CHECK(writer && run_writer_finish(writer, &(struct run_ending){.complete = true}, &error));
    struct columns_reader *reader = columns_open(path.text, &error);
    int64_t times[STEPS] = {0}, wrong = 0;
    size_t count = 0;
    CHECK(reader && columns_read_int(reader, "/series/time", 0, STEPS, times, &error));
    char **texts = reader ? columns_read_texts(reader, "/events/detail", &count, &error) : NULL;
    CHECK_INT(count, STEPS);
    for (size_t i = 0; i < count; i++) {
        wrong += times[i] != (int64_t)i || atoi(texts[i]) != (int)i;
    }
    CHECK_INT(wrong, 0);
    columns_texts_free(texts, count);
    columns_close(reader);
    fixture_folder_remove(&folder);
}

static void events_read_back_in_order(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct error error = {.kind = ERROR_NONE};
    size_t count = 1;
    CHECK(write_full_run(path.text, true, &error));
    struct run_reader *reader = run_reader_open(path.text, &error);
    struct run_event *events = run_reader_events(reader, &count, &error);
    if (CHECK(events && count == 2)) {
        CHECK_INT(events[1].time_ns, 2 * SIM_S);
        CHECK_STRING(events[1].subject, "K\xc3\xb6ln");
        CHECK_STRING(events[1].detail, "suspended");
    }
    free(events);
    run_reader_close(reader);
    CHECK(fixture_write_run(path.text, 1, RUN_TRACE_NONE, NULL));
    reader = run_reader_open(path.text, &error);
    events = run_reader_events(reader, &count, &error);
    CHECK(events != NULL);
    CHECK_INT(count, 0);
    CHECK_INT(run_reader_step_count(reader), 0);
    free(events);
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void interrupted_run_is_marked(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    CHECK(write_full_run(path.text, false, NULL));
    struct run_reader *reader = run_reader_open(path.text, NULL);
    CHECK_STRING(reader ? run_reader_attribute(reader, "status") : NULL, "interrupted");
    CHECK(reader && run_reader_io_count(reader) == ROWS && !run_reader_summary(reader));
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void equal_runs_make_equal_files(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path a = fixture_in(&folder, "a.h5"), b = fixture_in(&folder, "b.h5");
    CHECK(write_full_run(a.text, true, NULL) && write_full_run(b.text, true, NULL));
    char command[1200];
    snprintf(command, sizeof command, "cmp '%s' '%s'", a.text, b.text);
    CHECK_INT(system(command), 0);
    fixture_folder_remove(&folder);
}

static void two_writers_live_at_once(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path a = fixture_in(&folder, "a.h5"), b = fixture_in(&folder, "b.h5");
    struct error error = {.kind = ERROR_NONE};
    struct run_writer *first = fixture_start(a.text, RUN_TRACE_TIMES, &error);
    struct run_writer *second = fixture_start(b.text, RUN_TRACE_PARTS, &error);
    for (int64_t i = 0; first && second && i < ROWS; i++) {
        struct io_record record = fixture_record(i);
        run_writer_io(first, &record);
        run_writer_io(second, &record);
    }
    struct run_ending ending = {.complete = true};
    CHECK(first && run_writer_finish(first, &ending, &error));
    CHECK(second && run_writer_finish(second, &ending, &error));
    const char *paths[] = {a.text, b.text};
    for (int i = 0; i < 2; i++) {
        struct run_reader *reader = run_reader_open(paths[i], &error);
        if (CHECK(reader && run_reader_io_count(reader) == ROWS)) {
            check_columns(reader, ROWS);
        }
        run_reader_close(reader);
    }
    fixture_folder_remove(&folder);
}

static void empty_config_is_fine(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct config config = {.title = NULL};
    struct run_identity identity = {.seed = 1};
    struct run_writer *writer = run_writer_create(path.text, &config, &identity, RUN_TRACE_PARTS, NULL);
    CHECK(writer && run_writer_finish(writer, &(struct run_ending){.complete = true}, NULL));
    struct run_reader *reader = run_reader_open(path.text, NULL);
    CHECK(reader && run_reader_name_count(reader, "workloads") == 0);
    CHECK_STRING(reader ? run_reader_attribute(reader, "title") : NULL, "");
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void other_files_are_no_runs(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    for (int version = 0; version <= RUN_SCHEMA_VERSION + 1; version++) {
        struct error error = {.kind = ERROR_NONE};
        struct columns_file *file = columns_create(path.text, &error);
        CHECK(file && (version == 0 || columns_set_int(file, "/", "schema_version", version, &error)) &&
              columns_finish(file, &error));
        CHECK(!run_reader_open(path.text, &error));
        CHECK_INT(error.kind, ERROR_INPUT);
        CHECK_CONTAINS(error.message, version == 0 ? "schema_version" : "/io group");
    }
    static const struct column_info column = {"id", COLUMN_I64, "1", "id", NULL, NULL};
    struct error error = {.kind = ERROR_NONE};
    struct columns_file *file = columns_create(path.text, &error);
    CHECK(file && columns_set_int(file, "/", "schema_version", RUN_SCHEMA_VERSION + 1, &error) &&
          columns_table_create(file, "io", "io", 10, &column, 1, &error) && columns_finish(file, &error));
    CHECK(!run_reader_open(path.text, &error));
    CHECK_CONTAINS(error.message, "newer essim");
    fixture_folder_remove(&folder);
}

static void wrong_requests_are_errors(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct error error = {.kind = ERROR_NONE};
    int64_t value;
    CHECK(fixture_write_run(path.text, 1, RUN_TRACE_TIMES, NULL));
    struct run_reader *reader = run_reader_open(path.text, NULL);
    char long_name[1000];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = 0;
    static const char *const names[] = {"respons_time", "io", "", "part_seek", "../names/workloads", "."};
    for (size_t i = 0; reader && i < sizeof names / sizeof names[0]; i++) {
        CHECK(!run_reader_has_column(reader, names[i]));
        CHECK(!run_reader_column(reader, names[i], 0, 1, &value, NULL));
    }
    CHECK(reader && !run_reader_has_column(reader, long_name) && !run_reader_attribute(reader, long_name));
    CHECK(reader && !run_reader_column(reader, long_name, 0, 1, &value, NULL));
    CHECK(reader && !run_reader_column(reader, "id", 1, 1, &value, &error));
    CHECK_CONTAINS(error.message, "has 1 I/Os");
    CHECK(reader && run_reader_column(reader, "id", 1, 0, &value, NULL));
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void python_reads_runs(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    char command[1200];
    if (access("/usr/bin/python3", X_OK) != 0) {
        unit_skip("no /usr/bin/python3");
        return;
    }
    CHECK(write_full_run(path.text, true, NULL));
    snprintf(command, sizeof command, "/usr/bin/python3 -B '%s/tests/check_run_file.py' '%s' %d", SOURCE_DIR, path.text,
             ROWS);
    int status = system(command);
    if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED_STATUS) {
        unit_skip("h5py, netCDF4, xarray or pandas is not installed");
    } else {
        CHECK_INT(status, 0);
    }
    fixture_folder_remove(&folder);
}

UNIT_MAIN("run_file", {"records read back equal in every column, whatever their number", records_read_back},
          {"the trace can be left out, or its parts", trace_can_be_left_out},
          {"what ran, and all names, read back", identity_reads_back},
          {"events, series and histograms read back", other_groups_read_back},
          {"any number of samples and events reads back", many_samples_and_events_read_back},
          {"events read back in order", events_read_back_in_order},
          {"an interrupted run is marked and readable", interrupted_run_is_marked},
          {"equal runs make equal files, byte by byte", equal_runs_make_equal_files},
          {"two writers live in one process", two_writers_live_at_once},
          {"a config without members and texts is written", empty_config_is_fine},
          {"an HDF5 file that is no run, or a newer one, is an error", other_files_are_no_runs},
          {"asking for what is not there is an error", wrong_requests_are_errors},
          {"h5py, xarray, pandas and ncdump read the same values", python_reads_runs})
