// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The format of the MSR Cambridge traces (published at SNIA IOTTA; others follow its form): CSV with
 *     Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime
 * Timestamp and ResponseTime in ticks of 100 ns, the former a Windows FILETIME (since 1601-01-01 UTC);
 * Type Read or Write; Offset and Size in bytes. The published files have no header line; one with
 * exactly these names is accepted.
 *
 * Units are checked, since a trace in others would replay without complaint as another load: a
 * Timestamp must lie in the years 1990 to 2099, and sizes that are mostly no multiples of 512 are
 * taken for sectors and refused.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "analysis/import_parser.h"
#include "models/config.h"

enum field { TIMESTAMP, HOSTNAME, DISK_NUMBER, TYPE, OFFSET, SIZE, RESPONSE_TIME, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {
    "Timestamp", "Hostname", "DiskNumber", "Type", "Offset", "Size", "ResponseTime",
};

/* Ticks of 100 ns since 1601. */
static const uint64_t filetime_1970 = 116444736000000000;
static const uint64_t filetime_1990 = 122756256000000000;
static const uint64_t filetime_2100 = 157469184000000000;

enum {
    TICK_NS = 100,
    LARGE_BYTES = 32 << 20, /* beyond what hosts send in one command */
    ROWS_TO_JUDGE_MIN = 8,  /* a file with fewer requests is not judged by its sizes */
    ROWS_TO_JUDGE = 1000,
    TICKS_PER_S = 10000000,
};

static const char *what_it_looks_like(uint64_t time)
{
    static const struct {
        uint64_t per_s; /* ticks a second, counted from 1970 */
        const char *kind;
    } kinds[] = {
        {1, "; it looks like Unix seconds"},
        {1000, "; it looks like Unix milliseconds"},
        {1000000, "; it looks like Unix microseconds"},
        {1000000000, "; it looks like Unix nanoseconds"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        uint64_t seconds = time / kinds[i].per_s;
        if (seconds >= (filetime_1990 - filetime_1970) / TICKS_PER_S &&
            seconds < (filetime_2100 - filetime_1970) / TICKS_PER_S)
            return kinds[i].kind;
    }
    return time < filetime_1970 / 10 ? "; it looks like a time since the trace's start" : "";
}

static bool parse_time(const struct import_context *context, const struct text_line *line,
                       const struct import_field *field, struct import_row *row, struct error *error)
{
    uint64_t ticks;
    if (!import_number(context, line, field, "Timestamp", " of 100 ns ticks", UINT64_MAX / 2, &ticks, error))
        return false;
    if (ticks < filetime_1990 || ticks >= filetime_2100)
        return import_mistake(context, line, field->column, error,
                              "Timestamp %" PRIu64 " is no FILETIME (100 ns ticks since 1601) of the years 1990 to "
                              "2099, that is %" PRIu64 " to %" PRIu64 "%s",
                              ticks, filetime_1990, filetime_2100 - 1, what_it_looks_like(ticks));
    row->entry.issue_ns = (int64_t)(ticks - filetime_1990) * TICK_NS;
    return true;
}

/* Names the device HOST_DISK, as the published files are named. */
static bool parse_device(struct import_context *context, const struct text_line *line,
                         const struct import_field *fields, struct import_row *row, struct error *error)
{
    const struct import_field *host = &fields[HOSTNAME];
    char name[TEXT_LINE_BYTES + 32];
    uint64_t disk;
    bool valid = host->length >= 1 && host->length <= 255;
    for (size_t i = 0; i < host->length && valid; i++) {
        char c = host->text[i];
        valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._", c);
    }
    if (!valid)
        return import_mistake(context, line, host->column, error,
                              "Hostname is '%.*s'; it must be 1 to 255 letters, digits, '-', '.' or '_'",
                              host->length > 40 ? 40 : (int)host->length, host->text);
    if (!import_number(context, line, &fields[DISK_NUMBER], "DiskNumber", "", 65535, &disk, error))
        return false;
    snprintf(name, sizeof name, "%.*s_%" PRIu64, (int)host->length, host->text, disk);
    return import_device(context, line, name, &row->entry.device, error);
}

static bool parse_type(const struct import_context *context, const struct text_line *line,
                       const struct import_field *field, struct import_row *row, struct error *error)
{
    bool is_read = import_field_is(field, "Read");
    row->entry.op = is_read ? IO_READ : IO_WRITE;
    return is_read || import_field_is(field, "Write") ||
           import_mistake(context, line, field->column, error, "Type is '%.*s'; it must be Read or Write",
                          field->length > 40 ? 40 : (int)field->length, field->text);
}

/* Offset and size, rounded out to whole blocks. Sets *empty for a request of no bytes. */
static bool parse_extent(struct import_context *context, const struct text_line *line,
                         const struct import_field *fields, struct import_row *row, bool *empty, struct error *error)
{
    uint64_t offset, size;
    if (!import_number(context, line, &fields[OFFSET], "Offset", " of bytes", IMPORT_ADDRESS_MAX, &offset, error) ||
        !import_number(context, line, &fields[SIZE], "Size", " of bytes", IMPORT_LENGTH_MAX, &size, error))
        return false;
    *empty = size == 0;
    uint64_t first = offset / BLOCK_BYTES, end = (offset + size + BLOCK_BYTES - 1) / BLOCK_BYTES;
    row->entry.offset_blocks = (int64_t)first;
    row->entry.length_bytes = (int32_t)((end - first) * BLOCK_BYTES);
    if (!*empty && (offset % BLOCK_BYTES || size % BLOCK_BYTES))
        import_warn(context, IMPORT_UNALIGNED, line->number);
    if (size > LARGE_BYTES)
        import_warn(context, IMPORT_LARGE, line->number);
    context->plausible_sizes += size > 0 && size % BLOCK_BYTES == 0;
    return true;
}

static bool parse_response(struct import_context *context, const struct text_line *line,
                           const struct import_field *field, struct import_row *row, struct error *error)
{
    const uint64_t hour = (uint64_t)3600 * TICKS_PER_S;
    uint64_t ticks;
    if (!import_number(context, line, field, "ResponseTime", " of 100 ns ticks", UINT64_MAX, &ticks, error))
        return false;
    row->response_ns = ticks <= hour ? (int64_t)ticks * TICK_NS : -1;
    if (ticks > hour)
        import_warn(context, IMPORT_RESPONSE, line->number);
    return true;
}

/* Whether the line is the header; a header with other columns is refused. */
static enum import_verdict parse_header(struct import_context *context, const struct text_line *line,
                                        const struct import_field *fields, size_t count, struct error *error)
{
    context->header_seen = true;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (i >= count || !import_field_is(&fields[i], field_names[i])) {
            import_mistake(context, line, i < count ? fields[i].column : 0, error,
                           "column %zu of the header must be %s; the columns are "
                           "Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime",
                           i + 1, field_names[i]);
            return IMPORT_REFUSED;
        }
    return IMPORT_NOTHING;
}

static bool check_count(const struct import_context *context, const struct text_line *line, size_t count,
                        struct error *error)
{
    const char *hint = "";
    if (count == 1 && memchr(line->text, ';', line->length))
        hint = " separated by ',' (the line has ';')";
    else if (count == 1 && memchr(line->text, '\t', line->length))
        hint = " separated by ',' (the line has tabs)";
    return count == FIELD_COUNT ||
           import_mistake(context, line, 0, error,
                          "%zu column%s instead of 7%s: Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime",
                          count, count == 1 ? "" : "s", hint);
}

static bool judge_sizes(const struct import_context *context, struct error *error)
{
    if (context->rows < ROWS_TO_JUDGE_MIN || 2 * context->plausible_sizes >= context->rows)
        return true;
    return error_set(error, ERROR_INPUT, context->file,
                     "of the first %" PRId64 " sizes only %" PRId64 " are multiples of 512: Offset and Size must be in "
                     "bytes, these look like sectors",
                     context->rows, context->plausible_sizes);
}

static enum import_verdict parse_msr(struct import_context *context, const struct text_line *line,
                                     struct import_row *row, struct error *error)
{
    struct import_field fields[IMPORT_FIELDS];
    size_t count = import_split(line, ',', fields);
    bool has_letters = fields[0].length > 0 && (fields[0].text[0] | 32) >= 'a' && (fields[0].text[0] | 32) <= 'z';
    if (context->rows == 0 && !context->header_seen && has_letters && count > 1)
        return parse_header(context, line, fields, count, error);
    bool empty;
    if (!check_count(context, line, count, error) || !parse_time(context, line, &fields[TIMESTAMP], row, error) ||
        !parse_device(context, line, fields, row, error) || !parse_type(context, line, &fields[TYPE], row, error) ||
        !parse_extent(context, line, fields, row, &empty, error) ||
        !parse_response(context, line, &fields[RESPONSE_TIME], row, error))
        return IMPORT_MISTAKE;
    if (empty) {
        import_warn(context, IMPORT_EMPTY_REQUEST, line->number);
        return IMPORT_NOTHING;
    }
    context->rows++;
    return context->rows == ROWS_TO_JUDGE && !judge_sizes(context, error) ? IMPORT_REFUSED : IMPORT_ROW;
}

static bool finish_msr(struct import_context *context, struct error *error)
{
    return context->rows >= ROWS_TO_JUDGE || judge_sizes(context, error);
}

const struct import_parser import_parser_msr = {
    .name = "msr",
    .description = "CSV of the MSR Cambridge traces: Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime",
    .has_response = true,
    .epoch_unix_ns = (int64_t)631152000 * 1000000000,
    .parse = parse_msr,
    .finish = finish_msr,
};
