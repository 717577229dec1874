// SPDX-License-Identifier: GPL-3.0-or-later
/* Trace files read back: slices, rewinding, and files that are no trace or not whole. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/columns.h"
#include "analysis/replay.h"
#include "analysis/trace_writer.h"
#include "tests/unit.h"

static const char path[] = BUILD_DIR "/test_replay.h5";

/* HDF5 1.10.8 loses memory of its own where it finds a file's inner structure damaged; that nothing of ours stays
 * open is checked below. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libhdf5";
}

enum { ROWS = 40000 }; /* over two slices and a part of one */

static struct import_row make_row(int i)
{
    return (struct import_row){.entry = {.issue_ns = (sim_time)i * 1000,
                                         .offset_blocks = (int64_t)i * 7919 % 100000,
                                         .length_bytes = 512 * (1 + i % 64),
                                         .device = (uint16_t)(i % 2),
                                         .op = i % 3 ? IO_READ : IO_WRITE}};
}

/* What would be wrong with the trace: a row's change, or a change of the counts. */
typedef void (*change_row)(int i, struct trace_entry *entry);
typedef void (*change_summary)(struct import_summary *summary);

static void write_trace(change_row change, change_summary change_counts)
{
    struct error error = {0};
    char names[2][8] = {"usr_0", "web_1"};
    struct import_device devices[2] = {{.name = names[0]}, {.name = names[1]}};
    struct import_summary summary = {.devices = devices, .device_count = 2, .start_unix_ns = INT64_MIN};
    struct import_request request = {.format = "msr", .command_line = "", .essim_version = ""};
    struct trace_writer *writer = trace_writer_create(path, true, &error);
    for (int i = 0; writer && i < ROWS; i++) {
        struct import_row row = make_row(i);
        if (change)
            change(i, &row.entry);
        summary.requests++;
        *(row.entry.op == IO_READ ? &summary.reads : &summary.writes) += 1;
        *(row.entry.op == IO_READ ? &summary.read_bytes : &summary.write_bytes) += row.entry.length_bytes;
        summary.span_ns = row.entry.issue_ns;
        trace_writer_add(writer, &row, &error);
    }
    if (change_counts)
        change_counts(&summary);
    CHECK(writer && trace_writer_finish(writer, &request, "made up", &summary, &error));
    CHECK_STRING(error.message, "");
}

/* Opens and reads all; returns the number of rows delivered. */
static int64_t read_all(struct error *error)
{
    struct trace_entry entry;
    struct trace_source *source = replay_open(path, error);
    int64_t count = 0;
    while (source && source->next(source, &entry, error))
        count++;
    if (source)
        source->destroy(source);
    return count;
}

static void check_bad(int64_t rows, const char *message)
{
    struct error error = {0};
    CHECK_INT(read_all(&error), rows);
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_STRING(error.place, path);
    CHECK_CONTAINS(error.message, message);
    unlink(path);
}

static bool is_row(const struct trace_entry *entry, int i)
{
    struct trace_entry expected = make_row(i).entry;
    return entry->issue_ns == expected.issue_ns && entry->offset_blocks == expected.offset_blocks &&
           entry->length_bytes == expected.length_bytes && entry->device == expected.device && entry->op == expected.op;
}

static void test_round_trip(void)
{
    struct error error = {0};
    struct trace_entry entry;
    write_trace(NULL, NULL);
    struct trace_source *source = replay_open(path, &error);
    if (!CHECK(source != NULL))
        return;
    for (int pass = 0; pass < 2; pass++) {
        int equal = 0, count = pass ? ROWS : 20000;
        for (int i = 0; i < count; i++)
            equal += source->next(source, &entry, &error) && is_row(&entry, i);
        CHECK_INT(equal, count);
        CHECK(pass == 0 || !source->next(source, &entry, &error));
        CHECK_INT(error.kind, ERROR_NONE);
        CHECK(source->rewind(source, &error));
    }
    source->destroy(source);
    unlink(path);
}

static void test_info(void)
{
    struct error error = {0};
    struct trace_entry entry;
    int64_t end = 0;
    for (int i = 0; i < ROWS; i++) {
        struct trace_entry made = make_row(i).entry;
        int64_t made_end = made.offset_blocks + made.length_bytes / 512;
        end = made_end > end ? made_end : end;
    }
    write_trace(NULL, NULL);
    struct trace_source *source = replay_open(path, &error);
    if (!CHECK(source != NULL))
        return;
    struct replay_info info = replay_info(source);
    CHECK_INT(info.requests, ROWS);
    CHECK_INT(info.reads + info.writes, ROWS);
    CHECK_INT(info.span_ns, (ROWS - 1) * 1000);
    CHECK_INT(info.device_count, 2);
    CHECK_INT(source->device_count, 2);
    CHECK_STRING(replay_device_name(source, 1), "web_1");
    CHECK(replay_device_name(source, 2) == NULL);
    for (int i = 0; i < 5; i++)
        CHECK(source->next(source, &entry, &error));
    CHECK_INT(replay_end_block(source, &error), end);
    CHECK(source->next(source, &entry, &error) && is_row(&entry, 5));
    source->destroy(source);
    unlink(path);
}

static void time_runs_back(int i, struct trace_entry *entry)
{
    entry->issue_ns -= i == 20000 ? 1001 : 0;
}

static void bad_op(int i, struct trace_entry *entry)
{
    entry->op = i == 20000 ? 7 : entry->op;
}

static void bad_device(int i, struct trace_entry *entry)
{
    entry->device = i == 20000 ? 2 : entry->device;
}

static void bad_length(int i, struct trace_entry *entry)
{
    entry->length_bytes = i == 20000 ? 1000 : entry->length_bytes;
}

static void no_length(int i, struct trace_entry *entry)
{
    entry->length_bytes = i == 20000 ? 0 : entry->length_bytes;
}

static void bad_offset(int i, struct trace_entry *entry)
{
    entry->offset_blocks = i == 20000 ? -1 : i == 30000 ? INT64_MAX : entry->offset_blocks;
}

static void test_bad_rows(void)
{
    write_trace(time_runs_back, NULL);
    check_bad(20000, "the issue time runs back, or past the span in row 20000");
    write_trace(bad_op, NULL);
    check_bad(20000, "neither read nor write in row 20000");
    write_trace(bad_device, NULL);
    check_bad(20000, "not in /names/devices in row 20000");
    write_trace(bad_length, NULL);
    check_bad(20000, "no positive multiple of 512 in row 20000");
    write_trace(no_length, NULL);
    check_bad(20000, "no positive multiple of 512 in row 20000");
    write_trace(bad_offset, NULL);
    check_bad(20000, "out of range in row 20000");
}

static void one_more_row(struct import_summary *summary)
{
    summary->requests++;
}

static void one_more_write(struct import_summary *summary)
{
    summary->reads--;
    summary->writes++;
}

static void other_bytes(struct import_summary *summary)
{
    summary->read_bytes++;
}

static void longer_span(struct import_summary *summary)
{
    summary->span_ns++;
}

static void negative_count(struct import_summary *summary)
{
    summary->writes = -1;
}

static void test_counts(void)
{
    write_trace(NULL, one_more_row);
    check_bad(0, "40000 rows, the attribute 'requests' says 40001");
    write_trace(NULL, one_more_write);
    check_bad(ROWS - 1, "its attributes say");
    write_trace(NULL, other_bytes);
    check_bad(ROWS - 1, "or the bytes differ");
    write_trace(NULL, longer_span);
    check_bad(ROWS - 1, "its attributes say");
    write_trace(NULL, negative_count);
    check_bad(0, "no valid attribute 'writes'");
}

/* A file with one column /io/COLUMN, and perhaps the mark of a trace. */
static void write_other(const char *column, const char *content, int64_t version)
{
    struct error error = {0};
    struct column_info info = {.name = column, .type = COLUMN_I64, .units = "ns", .long_name = "x"};
    struct columns_file *file = columns_create(path, &error);
    CHECK(columns_table_create(file, "/io", "io", 100, &info, 1, &error) != NULL);
    if (content)
        CHECK(columns_set_text(file, "/", "content", content, &error));
    CHECK(columns_set_int(file, "/", "schema_version", version, &error));
    CHECK(columns_finish(file, &error));
}

static void write_bytes(const char *bytes)
{
    FILE *file = fopen(path, "wb");
    fputs(bytes, file);
    fclose(file);
}

static void test_other_files(void)
{
    write_other("response_time", NULL, 1);
    check_bad(0, "a run's results, no recorded trace; a trace is what 'essim import' writes");
    write_other("other", NULL, 1);
    check_bad(0, "no recorded trace; a trace is");
    write_other("issue_time", TRACE_CONTENT, 2);
    check_bad(0, "schema version 2; this essim reads 1");
    write_other("issue_time", TRACE_CONTENT, 1);
    check_bad(0, "no valid attribute 'requests'");
    write_bytes("");
    check_bad(0, "");
    write_bytes("128166372003061629,usr,0,Read,512,512,4\n");
    check_bad(0, "");
    check_bad(0, ""); /* missing */
}

static void test_cut_file(void)
{
    for (int cut = 1; cut < 10; cut++) {
        write_trace(NULL, NULL);
        FILE *file = fopen(path, "rb");
        fseek(file, 0, SEEK_END);
        long size = ftell(file);
        fclose(file);
        CHECK_INT(truncate(path, size * cut / 10), 0);
        check_bad(0, "");
    }
}

/* One byte of the file changed: it is read as a whole trace, or it ends with an error. */
static void test_changed_bytes(void)
{
    write_trace(NULL, NULL);
    FILE *file = fopen(path, "r+b");
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    uint64_t state = 7;
    for (int round = 0; round < 200; round++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        /* every other one at the start or the end, where HDF5 keeps its own data */
        long at = (long)((state >> 33) % (uint64_t)(round % 2 ? 4000 : size));
        fseek(file, at, SEEK_SET);
        int before = fgetc(file);
        fseek(file, at, SEEK_SET);
        fputc(before ^ (1 << (state >> 61)), file);
        fflush(file);
        struct error error = {0};
        int64_t rows = read_all(&error);
        if (rows != ROWS || error.kind != ERROR_NONE)
            CHECK(rows < ROWS && error.kind == ERROR_INPUT);
        CHECK_INT(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
        fseek(file, at, SEEK_SET);
        fputc(before, file);
        fflush(file);
    }
    fclose(file);
    struct error error = {0};
    CHECK_INT(read_all(&error), ROWS);
    unlink(path);
}

UNIT_MAIN("replay", {"what was written comes back, again after a rewind", test_round_trip},
          {"a trace tells its counts, devices and highest block, and stays where it was", test_info},
          {"a row that no importer writes is an error", test_bad_rows},
          {"rows that do not add up to the counts are an error", test_counts},
          {"a file that is no trace is refused", test_other_files}, {"a cut file is refused", test_cut_file},
          {"a changed byte is noticed or harmless", test_changed_bytes})
