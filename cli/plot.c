// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot: `essim plot RUN.h5 -o DIR`, pictures of a run, and `essim plot RUN.h5... -o DIR --x PATH`, the picture of a
 * family of runs. Prints the names of the files drawn.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/family.h"
#include "analysis/plot.h"
#include "analysis/plot_family.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/status.h"

struct request {
    struct option_list runs;
    const char *directory, *format;
    const char *x, *by, *y; /* of a family; NULL: not given */
    bool log;
};

static bool find_format(const char *name, enum picture_format *format, struct error *error)
{
    for (*format = PICTURE_SVG; *format <= PICTURE_PNG; ++*format)
        if (strcmp(name, picture_format_name(*format)) == 0)
            return true;
    return error_set(error, ERROR_INPUT, "plot", "no picture format '%s': allowed are svg and png", name);
}

static bool draw_run(const struct request *request, enum picture_format format, struct error *error)
{
    struct plot_files files = {0};
    struct run_reader *reader = run_reader_open(request->runs.values[0], error);
    if (reader == NULL)
        return false;
    bool ok = plot_run(reader, request->directory, format, &files, error);
    run_reader_close(reader);
    if (!ok && error->place[0] == '\0')
        snprintf(error->place, sizeof error->place, "%s", request->runs.values[0]);
    for (size_t i = 0; i < files.count; i++)
        puts(files.paths[i]);
    plot_files_free(&files);
    return ok;
}

/* Reads what the runs have to say, one file after the other. */
static bool gather(const struct request *request, struct family *family, struct error *error)
{
    for (size_t i = 0; i < request->runs.count; i++) {
        struct run_reader *reader = run_reader_open(request->runs.values[i], error);
        bool ok = reader != NULL && family_add(family, reader, request->runs.values[i], error);
        run_reader_close(reader);
        if (!ok)
            return false;
    }
    if (request->x == NULL)
        return error_set(error, ERROR_INPUT, "plot",
                         "several runs make one picture: over which setting? give --x PATH%s%s",
                         *family_differing(family) ? "; they differ in " : "", family_differing(family));
    return family_finish(family, error);
}

static bool draw_family(const struct request *request, enum picture_format format, struct error *error)
{
    struct plot_family_files files = {.picture = NULL};
    struct family *family = family_create(request->x ? request->x : "", request->by, request->y);
    bool ok = gather(request, family, error) &&
              plot_family(family, request->directory, format, request->log, &files, error);
    if (files.picture != NULL)
        puts(files.picture);
    if (files.table != NULL)
        puts(files.table);
    free(files.picture);
    free(files.table);
    family_destroy(family);
    return ok;
}

static int draw(const struct request *request)
{
    struct error error = {0};
    enum picture_format format;
    bool is_family = request->runs.count > 1 || request->x != NULL;
    if (request->directory == NULL)
        error_set(&error, ERROR_INPUT, "plot", "where to put the pictures? give -o DIR");
    else if (!is_family && (request->by != NULL || request->y != NULL || request->log))
        error_set(&error, ERROR_INPUT, "plot", "--by, --y and --log draw a family of runs: give --x PATH too");
    bool ok = error.kind == ERROR_NONE && find_format(request->format, &format, &error) &&
              (is_family ? draw_family(request, format, &error) : draw_run(request, format, &error));
    return ok ? STATUS_DONE : status_report(&error);
}

static int plot_command(int argc, char **argv)
{
    struct request request = {.format = "svg"};
    const struct option_spec table[] = {
        {.name = "output",
         .letter = 'o',
         .value_name = "DIR",
         .help = "directory for the pictures, made when it is not there (needed)",
         .text = &request.directory},
        {.name = "format",
         .value_name = "svg|png",
         .help = "kind of picture, svg unless given",
         .text = &request.format},
        {.name = "x",
         .value_name = "PATH",
         .text = &request.x,
         .help = "draw a family of runs over this setting, e.g. workloads.oltp.rate_iops"},
        {.name = "by",
         .value_name = "PATH",
         .text = &request.by,
         .help = "with --x: a curve for each value of this setting, e.g. links.e.count"},
        {.name = "y",
         .value_name = "METRIC",
         .text = &request.y,
         .help = "with --x: a number of the summary; default: mean_ms of the first workload's writes"},
        {.name = "log", .flag = &request.log, .help = "with --x: a logarithmic y axis"},
    };
    const struct option_usage usage = {
        .command = "plot",
        .arguments = "RUN.h5... -o DIR",
        .minimum = 1,
        .maximum = SIZE_MAX,
        .description =
            "Draws a run: response_time (percentiles over the run), distribution, parts (where the time\n"
            "goes), resources (the busiest ones) and pairs (where there are any), and prints the names of\n"
            "the pictures. Each is drawn by gnuplot from a script NAME.gp that stays beside it, to be\n"
            "changed and drawn again.\n\n"
            "With --x it draws several runs as one family: a number of their summaries over a setting in\n"
            "which they differ, with confidence intervals, and writes the numbers to family.csv. Settings\n"
            "have their paths as in the scenario, results theirs as in 'essim summary --json', with '*' for\n"
            "the greatest of all: --y workloads.oltp.reads.p95_ms, --y 'pairs.*.complete_s'.",
        .options = table,
        .count = sizeof table / sizeof table[0],
    };
    int status;
    if (options_parse(&usage, argc, argv, &request.runs, &status))
        status = draw(&request);
    option_list_free(&request.runs);
    return status;
}

const struct command command_plot = {
    .name = "plot",
    .summary = "draw pictures of a run, or of a family of runs",
    .run = plot_command,
};
