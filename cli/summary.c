// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary: `essim summary RUN.h5 [--json] [--by WHAT]`.
 *
 * Prints the summary that the run left in its file, or one table of it, as text or as JSON. A file without one, because
 * the run was killed, is summarised from the trace in it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/run_reader.h"
#include "analysis/summary.h"
#include "analysis/summary_table.h"
#include "analysis/summary_text.h"
#include "analysis/trace_summary.h"
#include "analysis/trace_time.h"
#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/options.h"
#include "cli/status.h"

/* Words for --by; `time` is no enum summary_table, because it comes from the trace. */
static const char *const table_names[] = {
    [SUMMARY_BY_VOLUME] = "volume", [SUMMARY_BY_HOST] = "host", [SUMMARY_BY_RANK] = "rank",
    [SUMMARY_BY_RESOURCE] = "resource", [SUMMARY_BY_LINK] = "link", [SUMMARY_BY_PAIR] = "pair", "time",
};
enum { TABLE_COUNT = sizeof table_names / sizeof table_names[0], BY_TIME = TABLE_COUNT - 1, NO_TABLE = -1 };

struct request {
    const char *path;
    bool json;
    int table; /* index in table_names, or NO_TABLE */
};

static bool find_table(const char *by, int *table, struct error *error)
{
    *table = NO_TABLE;
    if (by == NULL)
        return true;
    for (int i = 0; i < TABLE_COUNT; i++)
        if (strcmp(by, table_names[i]) == 0)
            *table = i;
    if (*table != NO_TABLE)
        return true;
    const char *nearest = nearest_name(by, table_names, TABLE_COUNT);
    return error_set(error, ERROR_INPUT, "--by", "'%s' is none of volume, host, rank, resource, link, pair, time%s%s%s",
                     by, nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* The summary that the file keeps, or else one of its trace. */
static json_t *load_summary(struct run_reader *reader, const char *path, struct error *error)
{
    const char *text = run_reader_summary(reader);
    if (text == NULL)
        return trace_summary(reader, error);
    json_error_t damage;
    json_t *summary = json_loads(text, 0, &damage);
    if (summary == NULL)
        error_set(error, ERROR_INPUT, path, "the summary in it is damaged: %s", damage.text);
    return summary;
}

static bool print_json(const json_t *summary, int table, struct error *error)
{
    json_t *part = table == NO_TABLE ? json_incref((json_t *)summary)
                                     : summary_table_json(summary, (enum summary_table)table);
    char *text = part != NULL ? summary_json_text(part) : NULL;
    json_decref(part);
    if (text == NULL)
        return error_set(error, ERROR_RUN, NULL, "no memory for the summary");
    fputs(text, stdout);
    free(text);
    return true;
}

static bool print(struct run_reader *reader, const struct request *request, struct error *error)
{
    if (request->table == BY_TIME)
        return trace_time_write(reader, stdout, error);
    json_t *summary = load_summary(reader, request->path, error);
    if (summary == NULL)
        return false;
    bool good = true;
    if (request->json)
        good = print_json(summary, request->table, error);
    else if (request->table == NO_TABLE)
        summary_text_write(summary, stdout);
    else
        summary_table_write(summary, (enum summary_table)request->table, stdout);
    json_decref(summary);
    return good;
}

static int summarise(const struct request *request)
{
    struct error error = {0};
    struct run_reader *reader = run_reader_open(request->path, &error);
    bool good = reader && print(reader, request, &error);
    run_reader_close(reader);
    if (!good && error.place[0] == '\0')
        snprintf(error.place, sizeof error.place, "%s", request->path);
    return good ? STATUS_DONE : status_report(&error);
}

static int summary_run(int argc, char **argv)
{
    const char *by = NULL;
    struct request request = {0};
    const struct option_spec table[] = {
        {.name = "json", .help = "print one JSON object: everything, or with --by that table", .flag = &request.json},
        {.name = "by",
         .value_name = "WHAT",
         .help = "print one full table: volume, host, rank, resource, link, pair or time",
         .text = &by},
    };
    const struct option_usage usage = {
        .command = "summary",
        .arguments = "RUN.h5",
        .minimum = 1,
        .maximum = 1,
        .description = "Prints what a run measured: rates and response times, where the time goes, what limits.",
        .options = table,
        .count = sizeof table / sizeof table[0],
    };
    struct option_list arguments = {0};
    struct error error = {0};
    int status;
    if (options_parse(&usage, argc, argv, &arguments, &status)) {
        request.path = arguments.values[0];
        bool good = find_table(by, &request.table, &error);
        if (good && request.json && request.table == BY_TIME)
            good = error_set(&error, ERROR_INPUT, "--by", "the table over time is no JSON; leave --json out");
        status = good ? summarise(&request) : status_report(&error);
    }
    option_list_free(&arguments);
    return status;
}

const struct command command_summary = {
    .name = "summary",
    .summary = "print what a run measured",
    .run = summary_run,
};
