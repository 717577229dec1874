// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/plot.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/output_file.h"
#include "analysis/plot_data.h"
#include "analysis/plot_pictures.h"

/* The pictures drawn from I/Os. */
static bool build_io_scripts(const struct plot_data *data, const struct plot_events *events, enum picture_format format,
                             struct gnuplot *scripts[PLOT_PICTURES], struct error *error)
{
    return (scripts[0] = plot_time(data, events, format, error)) != NULL &&
           (scripts[1] = plot_distribution(data, format, error)) != NULL &&
           (!data->has_parts || (scripts[2] = plot_parts(data, format, error)) != NULL);
}

/* The last moment that the run's file tells of, in ns; > 0. */
static sim_time end_of(struct run_reader *reader, const struct plot_data *data, struct error *error)
{
    int64_t steps = run_reader_step_count(reader), last_ns = 0;
    if (steps > 0 && !run_reader_steps(reader, "time", steps - 1, 1, &last_ns, error))
        return 0;
    if (data != NULL && data->end_ns > last_ns)
        last_ns = data->end_ns;
    return last_ns > 0 ? last_ns : 1;
}

/* The scripts of all pictures that the run has data for; `data` is NULL where it has no I/Os. */
static bool build_scripts(struct run_reader *reader, const struct plot_data *data, enum picture_format format,
                          struct gnuplot *scripts[PLOT_PICTURES], struct error *error)
{
    struct plot_events events;
    sim_time end_ns = end_of(reader, data, error);
    if (end_ns == 0 || !plot_events_read(reader, end_ns, &events, error) ||
        (data != NULL && !build_io_scripts(data, &events, format, scripts, error)))
        return false;
    const char *text = run_reader_summary(reader), *title = run_reader_attribute(reader, "title");
    json_t *summary = text != NULL ? json_loads(text, 0, NULL) : NULL;
    title = data != NULL ? data->title : title != NULL ? title : "";
    scripts[3] = summary != NULL ? plot_resources(summary, title, format, error) : NULL;
    json_decref(summary);
    scripts[4] = plot_pairs(reader, data, &events, format, error);
    return error->kind == ERROR_NONE;
}

/* Whether there is something to draw even without I/Os: pairs that were copied. */
static bool has_only_pairs(struct run_reader *reader)
{
    return run_reader_io_count(reader) == 0 && run_reader_name_count(reader, "pairs") > 0 &&
           run_reader_step_count(reader) > 0;
}

/* All scripts first: they are of use even where no picture can be drawn. */
static bool draw_scripts(struct gnuplot *scripts[PLOT_PICTURES], const char *directory, struct plot_files *files,
                         struct error *error)
{
    bool ok = output_directory_make(directory, error);
    for (size_t i = 0; ok && i < PLOT_PICTURES; i++)
        ok = scripts[i] == NULL || gnuplot_save(scripts[i], directory, error);
    for (size_t i = 0; ok && i < PLOT_PICTURES; i++) {
        if (scripts[i] == NULL)
            continue;
        char *path = gnuplot_draw(scripts[i], directory, error);
        ok = path != NULL;
        if (ok)
            files->paths[files->count++] = path;
    }
    return ok;
}

bool plot_run(struct run_reader *reader, const char *directory, enum picture_format format, struct plot_files *files,
              struct error *error)
{
    struct error own = {0}; /* the caller's may be NULL, or set before */
    struct gnuplot *scripts[PLOT_PICTURES] = {NULL};
    memset(files, 0, sizeof *files);
    bool only_pairs = has_only_pairs(reader);
    struct plot_data *data = only_pairs ? NULL : plot_data_read(reader, &own);
    bool ok = (data != NULL || only_pairs) && build_scripts(reader, data, format, scripts, &own) &&
              draw_scripts(scripts, directory, files, &own);
    for (size_t i = 0; i < PLOT_PICTURES; i++)
        gnuplot_destroy(scripts[i]);
    plot_data_destroy(data);
    if (!ok)
        error_set(error, own.kind, own.place, "%s", own.message);
    return ok;
}

void plot_files_free(struct plot_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->paths[i]);
    files->count = 0;
}
