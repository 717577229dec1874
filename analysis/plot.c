// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/plot.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/output_file.h"
#include "analysis/plot_data.h"
#include "analysis/plot_pictures.h"

/* The scripts of all pictures that the run has data for. */
static bool build_scripts(struct run_reader *reader, const struct plot_data *data, enum picture_format format,
                          struct gnuplot *scripts[PLOT_PICTURES], struct error *error)
{
    if ((scripts[0] = plot_time(data, format, error)) == NULL ||
        (scripts[1] = plot_distribution(data, format, error)) == NULL ||
        (data->has_parts && (scripts[2] = plot_parts(data, format, error)) == NULL))
        return false;
    const char *text = run_reader_summary(reader);
    json_t *summary = text != NULL ? json_loads(text, 0, NULL) : NULL;
    scripts[3] = summary != NULL ? plot_resources(summary, data->title, format, error) : NULL;
    json_decref(summary);
    return error->kind == ERROR_NONE;
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
    struct plot_data *data = plot_data_read(reader, &own);
    bool ok = data != NULL && build_scripts(reader, data, format, scripts, &own) &&
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
