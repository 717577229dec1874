// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot: `essim plot RUN.h5 -o DIR`, pictures of a run. Prints the names of the files drawn.
 */
#include <stdio.h>
#include <string.h>

#include "analysis/plot.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/status.h"

static bool find_format(const char *name, enum picture_format *format, struct error *error)
{
    for (*format = PICTURE_SVG; *format <= PICTURE_PNG; ++*format)
        if (strcmp(name, picture_format_name(*format)) == 0)
            return true;
    return error_set(error, ERROR_INPUT, "plot", "no picture format '%s': allowed are svg and png", name);
}

static bool draw(const char *run, const char *directory, enum picture_format format, struct plot_files *files,
                 struct error *error)
{
    struct run_reader *reader = run_reader_open(run, error);
    if (reader == NULL)
        return false;
    bool ok = plot_run(reader, directory, format, files, error);
    run_reader_close(reader);
    if (!ok && error->place[0] == '\0')
        snprintf(error->place, sizeof error->place, "%s", run);
    return ok;
}

static int draw_and_print(const char *run, const char *directory, const char *format_name)
{
    struct error error = {0};
    struct plot_files files = {0};
    enum picture_format format;
    if (directory == NULL)
        error_set(&error, ERROR_INPUT, "plot", "where to put the pictures? give -o DIR");
    bool ok = error.kind == ERROR_NONE && find_format(format_name, &format, &error) &&
              draw(run, directory, format, &files, &error);
    for (size_t i = 0; i < files.count; i++)
        puts(files.paths[i]);
    plot_files_free(&files);
    return ok ? STATUS_DONE : status_report(&error);
}

static int plot_command(int argc, char **argv)
{
    const char *directory = NULL, *format = "svg";
    const struct option_spec table[] = {
        {.name = "output",
         .letter = 'o',
         .value_name = "DIR",
         .help = "directory for the pictures, made when it is not there (needed)",
         .text = &directory},
        {.name = "format", .value_name = "svg|png", .help = "kind of picture, svg unless given", .text = &format},
    };
    const struct option_usage usage = {
        .command = "plot",
        .arguments = "RUN.h5 -o DIR",
        .minimum = 1,
        .maximum = 1,
        .description = "Draws a run: response_time (percentiles over the run), distribution, parts (where the time\n"
                       "goes), resources (the busiest ones) and pairs (where there are any), and prints the names of the pictures. Each is drawn\n"
                       "by gnuplot from a script NAME.gp that stays beside it, to be changed and drawn again.",
        .options = table,
        .count = sizeof table / sizeof table[0],
    };
    struct option_list arguments;
    int status;
    if (options_parse(&usage, argc, argv, &arguments, &status))
        status = draw_and_print(arguments.values[0], directory, format);
    option_list_free(&arguments);
    return status;
}

const struct command command_plot = {
    .name = "plot",
    .summary = "draw pictures of a run",
    .run = plot_command,
};
