// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import: `essim import FORMAT FILE -o TRACE.h5`, and the summary of what was imported.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/import.h"
#include "cli/command.h"
#include "cli/history.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/status.h"
#include "models/config.h"

enum { DEVICES_SHOWN = 20 }; /* in the text; JSON lists all */

static double share_percent(int64_t part, int64_t whole)
{
    return whole > 0 ? 100.0 * (double)part / (double)whole : 0.0;
}

/* Requests a second; 0 when all came at one instant. */
static double mean_rate(const struct import_summary *summary)
{
    return summary->span_ns > 0 ? (double)(summary->requests - 1) / ((double)summary->span_ns / 1e9) : 0.0;
}

/* "2007-02-22T17:00:03Z"; false when the format does not tell. */
static bool format_start(const struct import_summary *summary, char text[32])
{
    time_t seconds = (time_t)(summary->start_unix_ns / SIM_S);
    struct tm utc;
    return summary->start_unix_ns != INT64_MIN && gmtime_r(&seconds, &utc) &&
           strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", &utc) > 0;
}

static void print_devices(const struct import_summary *summary)
{
    printf("Devices:\n");
    for (size_t i = 0; i < summary->device_count && i < DEVICES_SHOWN; i++) {
        const struct import_device *device = &summary->devices[i];
        printf("  %-14s %" PRId64 " requests, %.1f %% reads, bytes %" PRId64 " to %" PRId64 " (%.3f GB)\n",
               device->name, device->requests, share_percent(device->reads, device->requests),
               device->first_block * BLOCK_BYTES, device->end_block * BLOCK_BYTES,
               (double)(device->end_block * BLOCK_BYTES) / 1e9);
    }
    if (summary->device_count > DEVICES_SHOWN)
        printf("  ... and %zu more\n", summary->device_count - DEVICES_SHOWN);
}

static void print_warnings(const struct import_summary *summary)
{
    bool any = false;
    for (int i = 0; i < IMPORT_WARNING_COUNT; i++) {
        const struct import_warned *warned = &summary->warned[i];
        if (warned->count == 0)
            continue;
        if (!any)
            printf("Warnings:\n");
        any = true;
        printf("  %" PRId64 " %s (first: line %" PRId64 ")\n", warned->count,
               import_warning_text((enum import_warning)i), warned->first_line);
        if (i == IMPORT_REORDERED)
            printf("      at most %.6f s back\n", (double)summary->furthest_back_ns / 1e9);
    }
}

static void print_text(const struct import_request *request, const struct import_summary *summary)
{
    char start[32];
    status_print_text(stdout, request->input);
    printf(": %s trace, written to ", request->format);
    status_print_text(stdout, request->output);
    putchar('\n');
    printf("  requests       %" PRId64 "\n", summary->requests);
    printf("  reads          %" PRId64 " (%.1f %%), %" PRId64 " bytes\n", summary->reads,
           share_percent(summary->reads, summary->requests), summary->read_bytes);
    printf("  writes         %" PRId64 " (%.1f %%), %" PRId64 " bytes\n", summary->writes,
           share_percent(summary->writes, summary->requests), summary->write_bytes);
    printf("  mean size      %.1f KiB\n",
           (double)(summary->read_bytes + summary->write_bytes) / (double)summary->requests / 1024);
    printf("  span           %.6f s\n", (double)summary->span_ns / 1e9);
    printf("  mean rate      %.3f requests/s\n", mean_rate(summary));
    if (format_start(summary, start))
        printf("  recorded from  %s\n", start);
    printf("  sha256         %s\n", summary->sha256);
    print_devices(summary);
    print_warnings(summary);
}

/* A file's name need not be UTF-8, JSON text must. */
static json_t *json_name(const char *text)
{
    json_t *name = json_string(text);
    char *ascii = name ? NULL : strdup(text);
    if (!ascii)
        return name;
    for (char *c = ascii; *c; c++)
        if ((unsigned char)*c >= 128)
            *c = '?';
    name = json_string(ascii);
    free(ascii);
    return name;
}

static json_t *json_devices(const struct import_summary *summary)
{
    json_t *devices = json_object();
    for (size_t i = 0; i < summary->device_count; i++) {
        const struct import_device *device = &summary->devices[i];
        json_object_set_new(devices, device->name,
                            json_pack("{s:I, s:I, s:I, s:I}", "requests", (json_int_t)device->requests, "reads",
                                      (json_int_t)device->reads, "first_byte",
                                      (json_int_t)(device->first_block * BLOCK_BYTES), "end_byte",
                                      (json_int_t)(device->end_block * BLOCK_BYTES)));
    }
    return devices;
}

static json_t *json_warnings(const struct import_summary *summary)
{
    json_t *warnings = json_object();
    for (int i = 0; i < IMPORT_WARNING_COUNT; i++) {
        const struct import_warned *warned = &summary->warned[i];
        if (warned->count > 0)
            json_object_set_new(warnings, import_warning_name((enum import_warning)i),
                                json_pack("{s:I, s:I, s:s}", "count", (json_int_t)warned->count, "first_line",
                                          (json_int_t)warned->first_line, "text",
                                          import_warning_text((enum import_warning)i)));
    }
    return warnings;
}

static int print_json(const struct import_request *request, const struct import_summary *summary)
{
    char start[32];
    bool has_start = format_start(summary, start);
    json_t *root = json_pack("{s:o, s:s, s:o, s:s, s:s?, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:o, s:o}", "file",
                             json_name(request->input), "format", request->format, "output", json_name(request->output),
                             "sha256", summary->sha256, "recorded_from", has_start ? start : NULL, "requests",
                             (json_int_t)summary->requests, "reads", (json_int_t)summary->reads, "writes",
                             (json_int_t)summary->writes, "read_bytes", (json_int_t)summary->read_bytes, "write_bytes",
                             (json_int_t)summary->write_bytes, "span_s", (double)summary->span_ns / 1e9, "per_s",
                             mean_rate(summary), "furthest_back_s", (double)summary->furthest_back_ns / 1e9, "devices",
                             json_devices(summary), "warnings", json_warnings(summary));
    struct error error = {0};
    if (!root) {
        error_set(&error, ERROR_RUN, NULL, "no memory for the summary");
        return status_report(&error);
    }
    json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12)); /* main() notices a lost output */
    putchar('\n');
    json_decref(root);
    return STATUS_DONE;
}

static void tell_mistake(const struct error *mistake, void *context)
{
    (void)context;
    status_report(mistake);
}

static int import_and_print(const struct import_request *request, bool json)
{
    struct error error = {0};
    struct import_summary summary;
    int status = STATUS_DONE;
    if (!import_trace(request, &summary, &error)) {
        status = status_report(&error);
        if (status == STATUS_FAILED && *request->stop)
            status = STATUS_INTERRUPTED;
    } else if (json) {
        status = print_json(request, &summary);
    } else {
        print_text(request, &summary);
    }
    import_summary_free(&summary);
    return status;
}

static int run_import(struct import_request *request, int argc, char **argv, bool json)
{
    struct error error = {0};
    if (!request->output) {
        error_set(&error, ERROR_INPUT, "import", "which file to write? give -o TRACE.h5");
        return status_report(&error);
    }
    char *history = history_line(argc, argv);
    if (!history) {
        error_set(&error, ERROR_RUN, NULL, "no memory for the command line");
        return status_report(&error);
    }
    request->command_line = history;
    request->essim_version = ESSIM_VERSION;
    request->mistake = tell_mistake;
    request->stop = interrupt_watch();
    int status = import_and_print(request, json);
    free(history);
    return status;
}

static int import_run(int argc, char **argv)
{
    struct import_request request = {0};
    bool json = false;
    const struct option_spec table[] = {
        {.name = "output",
         .letter = 'o',
         .value_name = "TRACE.h5",
         .help = "trace file to write (needed)",
         .text = &request.output},
        {.name = "json", .help = "print the summary as JSON", .flag = &json},
    };
    char description[600];
    snprintf(description, sizeof description,
             "Makes a recorded block trace a trace file that a scenario can replay, and prints what is in it.\n"
             "FILE is text, plain or gzip, or - for standard input. A file that is wrong is refused with\n"
             "FILE:LINE:COLUMN; what had to be changed is counted in the summary.\n\n"
             "Formats:\n  %-10s %s\n  %-10s %s",
             import_format_name(0), import_format_description(0), import_format_name(1), import_format_description(1));
    const struct option_usage usage = {
        .command = "import",
        .arguments = "FORMAT FILE -o TRACE.h5",
        .minimum = 2,
        .maximum = 2,
        .description = description,
        .options = table,
        .count = sizeof table / sizeof table[0],
    };
    struct option_list arguments;
    int status;
    if (options_parse(&usage, argc, argv, &arguments, &status)) {
        request.format = arguments.values[0];
        request.input = arguments.values[1];
        status = run_import(&request, argc, argv, json);
    }
    option_list_free(&arguments);
    return status;
}

const struct command command_import = {
    .name = "import",
    .summary = "make a recorded block trace replayable",
    .run = import_run,
};
