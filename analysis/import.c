// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/import.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/import_parser.h"
#include "analysis/reorder.h"
#include "analysis/trace_writer.h"
#include "models/config.h"

static const struct import_parser *const parsers[] = {&import_parser_msr, &import_parser_blkreplay};

enum {
    PARSER_COUNT = sizeof parsers / sizeof parsers[0],
    MISTAKES_TOLD = 20,
    REPEAT_SLOTS = 1024,     /* of recent requests, found by address; a power of two */
    REPEAT_NS = 10 * SIM_MS, /* a second layer's record of a request comes within this */
    REPEATS_TO_WARN_MIN = 100,
    REPEATS_TO_WARN_SHARE = 5,  /* one in five */
    LINES_BETWEEN_LOOKS = 4096, /* at `stop` */
};

static const sim_time gap_ns = 24 * 3600 * SIM_S;

/* A recent request, to notice a recording that holds everything twice. */
struct recent {
    sim_time issue_ns;
    int64_t offset_blocks;
    int32_t length_bytes; /* 0: none */
    uint16_t device;
    uint8_t op;
};

/* One import under way. */
struct importer {
    const struct import_request *request;
    const struct import_parser *parser;
    struct import_context context;
    struct import_summary *summary;
    struct text_input *input;
    struct reorder *reorder;
    struct trace_writer *writer;
    int64_t first_ns; /* time of the earliest request, as the format counts */
    int64_t mistakes;
    struct import_warned repeated;
    struct recent recent[REPEAT_SLOTS];
};

const char *import_format_name(size_t index)
{
    return index < PARSER_COUNT ? parsers[index]->name : NULL;
}

const char *import_format_description(size_t index)
{
    return index < PARSER_COUNT ? parsers[index]->description : NULL;
}

static const struct import_parser *find_parser(const char *name, struct error *error)
{
    for (size_t i = 0; i < PARSER_COUNT; i++)
        if (strcmp(parsers[i]->name, name) == 0)
            return parsers[i];
    error_set(error, ERROR_INPUT, NULL, "unknown trace format '%.40s'; it must be msr or blkreplay", name);
    return NULL;
}

/* A row that equals one of the last 10 ms; each record is the repetition of one other at most. */
static void notice_repeat(struct importer *importer, const struct import_row *row)
{
    const struct trace_entry *entry = &row->entry;
    uint64_t hash = (uint64_t)entry->offset_blocks * 0x9e3779b97f4a7c15u;
    struct recent *recent = &importer->recent[(hash >> 32) % REPEAT_SLOTS];
    if (recent->length_bytes == entry->length_bytes && recent->offset_blocks == entry->offset_blocks &&
        recent->device == entry->device && recent->op == entry->op && entry->issue_ns - recent->issue_ns <= REPEAT_NS) {
        recent->length_bytes = 0;
        if (importer->repeated.count++ == 0)
            importer->repeated.first_line = row->line;
        return;
    }
    *recent = (struct recent){entry->issue_ns, entry->offset_blocks, entry->length_bytes, entry->device, entry->op};
}

static void count_row(struct import_summary *summary, const struct trace_entry *entry)
{
    int64_t is_read = entry->op == IO_READ;
    summary->requests++;
    summary->reads += is_read;
    summary->writes += !is_read;
    summary->read_bytes += is_read ? entry->length_bytes : 0;
    summary->write_bytes += is_read ? 0 : entry->length_bytes;
    summary->span_ns = entry->issue_ns;
    struct import_device *device = &summary->devices[entry->device];
    int64_t end = entry->offset_blocks + entry->length_bytes / BLOCK_BYTES;
    if (device->requests == 0 || entry->offset_blocks < device->first_block)
        device->first_block = entry->offset_blocks;
    if (end > device->end_block)
        device->end_block = end;
    device->requests++;
    device->reads += is_read;
}

/* Takes the earliest row out of the window and writes it. */
static bool pass_on(struct importer *importer, struct error *error)
{
    struct import_row row;
    if (!reorder_take(importer->reorder, &row))
        return true;
    struct import_summary *summary = importer->summary;
    if (summary->requests == 0) {
        importer->first_ns = row.entry.issue_ns;
        if (importer->parser->epoch_unix_ns != INT64_MIN)
            summary->start_unix_ns = importer->parser->epoch_unix_ns + row.entry.issue_ns;
    }
    row.entry.issue_ns -= importer->first_ns;
    if (row.entry.issue_ns > SIM_TIME_MAX) {
        struct text_line line = {.number = row.line};
        return import_mistake(&importer->context, &line, 0, error,
                              "the request is more than 36 years after the trace's first");
    }
    if (row.entry.issue_ns - summary->span_ns > gap_ns)
        import_warn(&importer->context, IMPORT_GAP, row.line);
    count_row(summary, &row.entry);
    notice_repeat(importer, &row);
    return importer->mistakes > 0 || trace_writer_add(importer->writer, &row, error);
}

static bool accept_row(struct importer *importer, const struct text_line *line, const struct import_row *row,
                       struct error *error)
{
    int64_t lag_ns = reorder_lag_ns(importer->reorder, row);
    if (reorder_is_full(importer->reorder) && !pass_on(importer, error))
        return false;
    if (reorder_is_late(importer->reorder, row))
        return import_mistake(&importer->context, line, 0, error,
                              "time runs back by %.6f s, past more than %d requests; sort the file by time first",
                              (double)lag_ns / 1e9, REORDER_ROWS);
    if (lag_ns > 0)
        import_warn(&importer->context, IMPORT_REORDERED, line->number);
    if (lag_ns > importer->summary->furthest_back_ns)
        importer->summary->furthest_back_ns = lag_ns;
    reorder_put(importer->reorder, row);
    return true;
}

/* A wrong line is told and the next one tried, so that a user sees all at once; but where the first line is
 * wrong it is the format that is, and the rest need not be told. */
static bool take_mistake(struct importer *importer, const struct error *mistake, struct error *error)
{
    if (importer->context.rows == 0 || mistake->kind != ERROR_INPUT) {
        *error = *mistake;
        return false;
    }
    importer->mistakes++;
    if (importer->request->mistake)
        importer->request->mistake(mistake, importer->request->context);
    return importer->mistakes < MISTAKES_TOLD ||
           error_set(error, ERROR_INPUT, importer->context.file,
                     "%d wrong lines, the rest was not read; nothing was imported", MISTAKES_TOLD);
}

static bool take_line(struct importer *importer, const struct text_line *line, struct error *error)
{
    if (!line->ended)
        import_warn(&importer->context, IMPORT_UNENDED, line->number);
    if (line->text[strspn(line->text, " \t")] == '\0') {
        if (importer->context.rows > 0)
            import_warn(&importer->context, IMPORT_BLANK_LINE, line->number);
        return true;
    }
    struct error mistake = {0};
    struct import_row row = {.line = line->number};
    switch (importer->parser->parse(&importer->context, line, &row, &mistake)) {
    case IMPORT_ROW:
        return accept_row(importer, line, &row, error);
    case IMPORT_NOTHING:
        return true;
    case IMPORT_MISTAKE:
        return take_mistake(importer, &mistake, error);
    default:
        *error = mistake;
        return false;
    }
}

static bool read_all(struct importer *importer, struct error *error)
{
    struct text_line line;
    struct error fault = {0};
    while (text_input_line(importer->input, &line, &fault)) {
        if (!take_line(importer, &line, error))
            return false;
        if (line.number % LINES_BETWEEN_LOOKS == 0 && importer->request->stop && *importer->request->stop)
            return error_set(error, ERROR_RUN, importer->context.file, "interrupted; nothing was imported");
    }
    if (fault.kind != ERROR_NONE) {
        *error = fault;
        return false;
    }
    if (importer->parser->finish && !importer->parser->finish(&importer->context, error))
        return false;
    if (importer->mistakes > 0)
        return error_set(error, ERROR_INPUT, importer->context.file, "%" PRId64 " wrong line%s; nothing was imported",
                         importer->mistakes, importer->mistakes == 1 ? "" : "s");
    return importer->context.rows > 0 || error_set(error, ERROR_INPUT, importer->context.file, "no requests in it");
}

static bool drain(struct importer *importer, struct error *error)
{
    for (int64_t left = importer->context.rows - importer->summary->requests; left > 0; left--)
        if (!pass_on(importer, error))
            return false;
    struct import_summary *summary = importer->summary;
    if (importer->repeated.count >= REPEATS_TO_WARN_MIN &&
        importer->repeated.count * REPEATS_TO_WARN_SHARE > summary->requests)
        summary->warned[IMPORT_REPEATED] = importer->repeated;
    text_input_sha256(importer->input, summary->sha256);
    return true;
}

static bool open_all(struct importer *importer, struct error *error)
{
    const struct import_request *request = importer->request;
    importer->parser = find_parser(request->format, error);
    importer->input = importer->parser ? text_input_open(request->input, error) : NULL;
    if (!importer->input)
        return false;
    if (text_input_is(importer->input, request->output))
        return error_set(error, ERROR_INPUT, request->output, "the output is the input file; name another");
    importer->context = (struct import_context){
        .file = text_input_name(importer->input),
        .summary = importer->summary,
    };
    importer->reorder = reorder_create();
    if (!importer->reorder)
        return error_set(error, ERROR_RUN, NULL, "no memory for the import");
    importer->writer = trace_writer_create(request->output, importer->parser->has_response, error);
    return importer->writer != NULL;
}

bool import_trace(const struct import_request *request, struct import_summary *summary, struct error *error)
{
    *summary = (struct import_summary){.start_unix_ns = INT64_MIN};
    struct importer *importer = calloc(1, sizeof *importer);
    if (!importer)
        return error_set(error, ERROR_RUN, NULL, "no memory for the import");
    importer->request = request;
    importer->summary = summary;
    bool good = open_all(importer, error) && read_all(importer, error) && drain(importer, error);
    if (good)
        good = trace_writer_finish(importer->writer, request, importer->context.file, summary, error);
    else
        trace_writer_abandon(importer->writer);
    reorder_destroy(importer->reorder);
    text_input_close(importer->input);
    free(importer);
    return good;
}

void import_summary_free(struct import_summary *summary)
{
    for (size_t i = 0; i < summary->device_count; i++)
        free(summary->devices[i].name);
    free(summary->devices);
    *summary = (struct import_summary){0};
}

static const struct {
    const char *name, *text;
} warnings[IMPORT_WARNING_COUNT] = {
    [IMPORT_UNALIGNED] = {"unaligned", "not on multiples of 512 bytes; rounded out to whole blocks"},
    [IMPORT_EMPTY_REQUEST] = {"empty_request", "of length 0; left out"},
    [IMPORT_REORDERED] = {"reordered", "recorded after later ones; put back in order of time"},
    [IMPORT_READ_AHEAD] = {"read_ahead", "read-ahead (RA); taken as reads"},
    [IMPORT_FLAGGED] = {"flagged", "with flags (synchronous, metadata, flush ...); taken as plain reads and writes"},
    [IMPORT_LARGE] = {"large", "above 32 MiB; is the unit of length right?"},
    [IMPORT_RESPONSE] = {"response_time", "with a response time above an hour; it is taken as unknown"},
    [IMPORT_GAP] = {"gap", "more than a day after the one before; are these two recordings?"},
    [IMPORT_REPEATED] = {"repeated", "repeat one of the 10 ms before, same place, length and operation; if the "
                                     "recording holds two layers, the load is counted double"},
    [IMPORT_WHOLE_SECONDS] = {"whole_seconds", "all at whole seconds; is the unit of time right?"},
    [IMPORT_BYTES] = {"multiples_of_512", "all on multiples of 512 sectors; are these bytes?"},
    [IMPORT_BLANK_LINE] = {"blank_line", "a blank line; skipped"},
    [IMPORT_UNENDED] = {"unended", "the last line, without a newline; was the file cut?"},
};

const char *import_warning_text(enum import_warning warning)
{
    return warnings[warning].text;
}

const char *import_warning_name(enum import_warning warning)
{
    return warnings[warning].name;
}
