// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/columns.h"
#include "analysis/import.h"
#include "models/config.h"

enum { SLICE_ROWS = COLUMNS_CHUNK_ROWS };

enum slice_column { ISSUE_TIME, OFFSET, LENGTH, DEVICE, OP, SLICE_COLUMNS };

static const char *const column_objects[SLICE_COLUMNS] = {
    "/io/issue_time", "/io/offset", "/io/length", "/io/device", "/io/op",
};

struct replay {
    struct trace_source source; /* first, so that a source is its replay */
    struct columns_reader *reader;
    char *path;
    char **devices;
    struct replay_info info;
    struct replay_info seen; /* of the rows delivered since the last rewind */
    int64_t next_row;
    int64_t slice_from; /* row of slice[..][0] */
    int64_t slice_rows;
    int64_t end_block; /* 0: not yet known */
    int64_t slice[SLICE_COLUMNS][SLICE_ROWS];
};

static bool damaged(const struct replay *replay, struct error *error, const char *what, int64_t row)
{
    return error_set(error, ERROR_INPUT, replay->path, "damaged trace: %s in row %" PRId64, what, row);
}

static bool load_slice(struct replay *replay, int64_t from, struct error *error)
{
    int64_t left = replay->info.requests - from;
    replay->slice_rows = 0;
    int64_t rows = left < SLICE_ROWS ? left : SLICE_ROWS;
    for (size_t c = 0; c < SLICE_COLUMNS; c++)
        if (!columns_read_int(replay->reader, column_objects[c], from, rows, replay->slice[c], error))
            return false;
    replay->slice_from = from;
    replay->slice_rows = rows;
    return true;
}

/* Takes one row out of the slice, checked. */
static bool take_row(const struct replay *replay, int64_t row, struct trace_entry *entry, struct error *error)
{
    size_t at = (size_t)(row - replay->slice_from);
    const int64_t issue_ns = replay->slice[ISSUE_TIME][at], offset = replay->slice[OFFSET][at],
                  length = replay->slice[LENGTH][at], device = replay->slice[DEVICE][at], op = replay->slice[OP][at];
    if (issue_ns < replay->seen.span_ns || issue_ns > replay->info.span_ns)
        return damaged(replay, error, "the issue time runs back, or past the span", row);
    if (length <= 0 || length > INT32_MAX || length % BLOCK_BYTES)
        return damaged(replay, error, "the length is no positive multiple of 512", row);
    if (offset < 0 || offset > INT64_MAX / BLOCK_BYTES - length / BLOCK_BYTES)
        return damaged(replay, error, "the offset is out of range", row);
    if (device < 0 || device >= (int64_t)replay->info.device_count)
        return damaged(replay, error, "the device is not in /names/devices", row);
    if (op != IO_READ && op != IO_WRITE)
        return damaged(replay, error, "the operation is neither read nor write", row);
    *entry = (struct trace_entry){issue_ns, offset, (int32_t)length, (uint16_t)device, (uint8_t)op};
    return true;
}

static void count_entry(struct replay_info *seen, const struct trace_entry *entry)
{
    bool is_read = entry->op == IO_READ;
    seen->requests++;
    seen->reads += is_read;
    seen->writes += !is_read;
    seen->read_bytes += is_read ? entry->length_bytes : 0;
    seen->write_bytes += is_read ? 0 : entry->length_bytes;
    seen->span_ns = entry->issue_ns;
}

/* At the end: what came is what the importer counted. */
static bool check_counts(const struct replay *replay, struct error *error)
{
    const struct replay_info *seen = &replay->seen, *info = &replay->info;
    if (seen->reads == info->reads && seen->writes == info->writes && seen->read_bytes == info->read_bytes &&
        seen->write_bytes == info->write_bytes && seen->span_ns == info->span_ns)
        return true;
    return error_set(error, ERROR_INPUT, replay->path,
                     "damaged trace: it holds %" PRId64 " reads and %" PRId64
                     " writes over %.3f s, its attributes say %" PRId64 ", %" PRId64 " and %.3f s, or the bytes differ",
                     seen->reads, seen->writes, (double)seen->span_ns / 1e9, info->reads, info->writes,
                     (double)info->span_ns / 1e9);
}

static bool replay_next(struct trace_source *source, struct trace_entry *entry, struct error *error)
{
    struct replay *replay = (struct replay *)source;
    int64_t row = replay->next_row;
    if (row >= replay->info.requests)
        return false;
    if ((row < replay->slice_from || row >= replay->slice_from + replay->slice_rows) && !load_slice(replay, row, error))
        return false;
    if (!take_row(replay, row, entry, error))
        return false;
    count_entry(&replay->seen, entry);
    replay->next_row++;
    return replay->next_row < replay->info.requests || check_counts(replay, error);
}

static bool replay_rewind(struct trace_source *source, struct error *error)
{
    (void)error;
    struct replay *replay = (struct replay *)source;
    replay->next_row = 0;
    replay->seen = (struct replay_info){0};
    return true;
}

static void replay_destroy(struct trace_source *source)
{
    struct replay *replay = (struct replay *)source;
    if (!replay)
        return;
    columns_texts_free(replay->devices, replay->info.device_count);
    columns_close(replay->reader);
    free(replay->path);
    free(replay);
}

/* A root attribute that must be a whole number >= 0. */
static bool read_count(struct replay *replay, const char *name, int64_t *value, struct error *error)
{
    char *text = columns_attribute(replay->reader, "/", name), *end = NULL;
    errno = 0;
    long long number = text ? strtoll(text, &end, 10) : 0;
    bool good = text && end != text && *end == '\0' && errno == 0 && number >= 0;
    free(text);
    *value = number;
    return good || error_set(error, ERROR_INPUT, replay->path, "damaged trace: no valid attribute '%s'", name);
}

static bool check_kind(struct replay *replay, struct error *error)
{
    char *content = columns_attribute(replay->reader, "/", "content");
    bool is_trace = content && strcmp(content, TRACE_CONTENT) == 0;
    free(content);
    if (!is_trace)
        return error_set(error, ERROR_INPUT, replay->path, "%s; a trace is what 'essim import' writes",
                         columns_has(replay->reader, "/io/response_time") ? "a run's results, no recorded trace"
                                                                          : "no recorded trace");
    int64_t version;
    if (!read_count(replay, "schema_version", &version, error))
        return false;
    return version == TRACE_SCHEMA_VERSION ||
           error_set(error, ERROR_INPUT, replay->path, "a trace of schema version %" PRId64 "; this essim reads %d",
                     version, TRACE_SCHEMA_VERSION);
}

static bool read_info(struct replay *replay, struct error *error)
{
    struct replay_info *info = &replay->info;
    if (!read_count(replay, "requests", &info->requests, error) || !read_count(replay, "reads", &info->reads, error) ||
        !read_count(replay, "writes", &info->writes, error) ||
        !read_count(replay, "read_bytes", &info->read_bytes, error) ||
        !read_count(replay, "write_bytes", &info->write_bytes, error) ||
        !read_count(replay, "span_ns", &info->span_ns, error))
        return false;
    int64_t rows = columns_rows(replay->reader, "/io", "io", error);
    if (rows < 0)
        return false;
    if (rows != info->requests || rows == 0)
        return error_set(error, ERROR_INPUT, replay->path,
                         "damaged trace: %" PRId64 " rows, the attribute 'requests' says %" PRId64, rows,
                         info->requests);
    replay->devices = columns_read_texts(replay->reader, "/names/devices", &info->device_count, error);
    if (replay->devices && (info->device_count == 0 || info->device_count > UINT16_MAX))
        return error_set(error, ERROR_INPUT, replay->path, "damaged trace: %zu devices", info->device_count);
    replay->source.device_count = (uint32_t)info->device_count;
    return replay->devices != NULL;
}

struct trace_source *replay_open(const char *path, struct error *error)
{
    struct replay *replay = calloc(1, sizeof *replay);
    if (replay)
        replay->path = strdup(path);
    if (!replay || !replay->path) {
        error_set(error, ERROR_RUN, path, "no memory to read the trace");
        free(replay);
        return NULL;
    }
    replay->source = (struct trace_source){.next = replay_next, .rewind = replay_rewind, .destroy = replay_destroy};
    replay->reader = columns_open(path, error);
    if (replay->reader && check_kind(replay, error) && read_info(replay, error))
        return &replay->source;
    replay_destroy(&replay->source);
    return NULL;
}

struct replay_info replay_info(const struct trace_source *source)
{
    return ((const struct replay *)source)->info;
}

const char *replay_device_name(const struct trace_source *source, size_t device)
{
    const struct replay *replay = (const struct replay *)source;
    return device < replay->info.device_count ? replay->devices[device] : NULL;
}

int64_t replay_end_block(struct trace_source *source, struct error *error)
{
    struct replay *replay = (struct replay *)source;
    if (replay->end_block > 0)
        return replay->end_block;
    int64_t position = replay->next_row, highest = 0;
    struct replay_info seen = replay->seen;
    struct trace_entry entry;
    struct error fault = {0};
    replay_rewind(source, &fault);
    while (replay_next(source, &entry, &fault)) {
        int64_t end = entry.offset_blocks + entry.length_bytes / BLOCK_BYTES;
        highest = end > highest ? end : highest;
    }
    replay->next_row = position;
    replay->seen = seen;
    if (fault.kind == ERROR_NONE)
        return replay->end_block = highest;
    if (error && error->kind == ERROR_NONE)
        *error = fault;
    return 0;
}
