// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_writer.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/columns.h"

static const struct column_info trace_columns[] = {
    {.name = "issue_time", .type = COLUMN_I64, .units = "ns", .long_name = "time of issue, since the first request"},
    {.name = "offset",
     .type = COLUMN_I64,
     .units = "blocks",
     .long_name = "first block of 512 B on the recorded device"},
    {.name = "length", .type = COLUMN_I32, .units = "bytes", .long_name = "bytes transferred"},
    {.name = "device", .type = COLUMN_U16, .long_name = "number of the recorded device in /names/devices"},
    {.name = "op", .type = COLUMN_U8, .long_name = "operation", .flag_meanings = "read write"},
    {.name = "recorded_response_time",
     .type = COLUMN_I64,
     .units = "ns",
     .long_name = "response time of the recorded system, -1 where unknown"},
};

enum { TRACE_COLUMNS = sizeof trace_columns / sizeof trace_columns[0] };

struct trace_writer {
    struct columns_file *file;
    struct columns_table *table;
    size_t rows; /* in the batch */
    int64_t issue_ns[COLUMNS_CHUNK_ROWS];
    int64_t offset_blocks[COLUMNS_CHUNK_ROWS];
    int32_t length_bytes[COLUMNS_CHUNK_ROWS];
    uint16_t device[COLUMNS_CHUNK_ROWS];
    uint8_t op[COLUMNS_CHUNK_ROWS];
    int64_t response_ns[COLUMNS_CHUNK_ROWS];
};

struct trace_writer *trace_writer_create(const char *output, bool has_response, struct error *error)
{
    struct trace_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        error_set(error, ERROR_RUN, output, "no memory to write the trace");
        return NULL;
    }
    writer->file = columns_create(output, error);
    if (writer->file)
        writer->table = columns_table_create(writer->file, "/io", "io", COLUMNS_CHUNK_ROWS, trace_columns,
                                             has_response ? TRACE_COLUMNS : TRACE_COLUMNS - 1, error);
    if (writer->table)
        return writer;
    trace_writer_abandon(writer);
    return NULL;
}

static bool write_batch(struct trace_writer *writer, struct error *error)
{
    const void *values[TRACE_COLUMNS] = {writer->issue_ns, writer->offset_blocks, writer->length_bytes, writer->device,
                                         writer->op,       writer->response_ns};
    size_t rows = writer->rows;
    writer->rows = 0;
    return rows == 0 || columns_append(writer->table, values, rows, error);
}

bool trace_writer_add(struct trace_writer *writer, const struct import_row *row, struct error *error)
{
    size_t at = writer->rows++;
    writer->issue_ns[at] = row->entry.issue_ns;
    writer->offset_blocks[at] = row->entry.offset_blocks;
    writer->length_bytes[at] = row->entry.length_bytes;
    writer->device[at] = row->entry.device;
    writer->op[at] = row->entry.op;
    writer->response_ns[at] = row->response_ns;
    return writer->rows < COLUMNS_CHUNK_ROWS || write_batch(writer, error);
}

/* Names of all devices, in a table of pointers. */
static bool write_devices(struct trace_writer *writer, const struct import_summary *summary, struct error *error)
{
    const char *names[IMPORT_DEVICES];
    for (size_t i = 0; i < summary->device_count; i++)
        names[i] = summary->devices[i].name;
    return columns_names(writer->file, "/names", "devices", "recorded devices", names, summary->device_count, error);
}

static bool write_counts(struct trace_writer *writer, const struct import_summary *summary, struct error *error)
{
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        {"requests", summary->requests},       {"reads", summary->reads},
        {"writes", summary->writes},           {"read_bytes", summary->read_bytes},
        {"write_bytes", summary->write_bytes}, {"span_ns", summary->span_ns},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (!columns_set_int(writer->file, "/", counts[i].name, counts[i].value, error))
            return false;
    if (summary->start_unix_ns == INT64_MIN)
        return true;
    return columns_set_int(writer->file, "/", "start_unix_ns", summary->start_unix_ns, error);
}

static bool write_identity(struct trace_writer *writer, const struct import_request *request, const char *source,
                           const struct import_summary *summary, struct error *error)
{
    char title[400], source_text[400];
    snprintf(title, sizeof title, "Recorded block trace %.300s", source);
    snprintf(source_text, sizeof source_text, "%.300s, format %s", source, request->format);
    const struct {
        const char *name, *text;
    } texts[] = {
        {"Conventions", "CF-1.10"},
        {"content", TRACE_CONTENT},
        {"title", title},
        {"source", source_text},
        {"source_format", request->format},
        {"source_sha256", summary->sha256},
        {"history", request->command_line},
        {"essim_version", request->essim_version},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!columns_set_text(writer->file, "/", texts[i].name, texts[i].text, error))
            return false;
    return columns_set_int(writer->file, "/", "schema_version", TRACE_SCHEMA_VERSION, error);
}

bool trace_writer_finish(struct trace_writer *writer, const struct import_request *request, const char *source,
                         const struct import_summary *summary, struct error *error)
{
    bool good = write_batch(writer, error) && write_devices(writer, summary, error) &&
                write_counts(writer, summary, error) && write_identity(writer, request, source, summary, error);
    if (!good) {
        trace_writer_abandon(writer);
        return false;
    }
    good = columns_finish(writer->file, error);
    free(writer);
    return good;
}

void trace_writer_abandon(struct trace_writer *writer)
{
    if (!writer)
        return;
    columns_abandon(writer->file);
    free(writer);
}
