// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_resources: the busiest resources, each with its advised highest utilisation.
 *
 * Drawn from the summary in the run file. The one nearest to its limit comes first, for that is the one
 * that stops the load from growing. Drives by the dozen are about equally busy, so of each kind only the
 * first few are shown.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bottleneck.h"
#include "analysis/plot_pictures.h"
#include "analysis/plot_style.h"
#include "analysis/utf8.h"

enum {
    SHOWN = 10,
    OF_A_KIND = 2,
    ROW = 34, /* places of things, in units */
    RIGHT = 64,
    FOOT = 86,
    NAME_LIMIT = 32, /* of a resource, letters */
    LETTER = 8,      /* width of a letter, generous */
};

static const double BAR = 0.32; /* half a bar's thickness, in rows */

struct resource {
    const char *name;   /* these two belong to the summary */
    const char *kind;   /* "drive", never NULL */
    double utilization; /* 0 to 1 */
    double threshold;   /* 0 to 1 */
};

static double number_at(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

/* Its utilisation; of a link the mean of those that share its writes, which is what its limit is for. */
static double load_of(json_t *objects, const json_t *object)
{
    const char *set = json_string_value(json_object_get(object, "shares_with"));
    double sum = 0, count = 0;
    const char *name;
    json_t *other;
    if (set == NULL)
        return number_at(object, "utilization");
    json_object_foreach(objects, name, other) {
        const char *others = json_string_value(json_object_get(other, "shares_with"));
        double utilization = number_at(other, "utilization");
        if (others == NULL || strcmp(others, set) != 0 || !isfinite(utilization))
            continue;
        sum += utilization;
        count++;
    }
    return sum / count;
}

/* Nearest to its limit first; of equals, by name. */
static int compare(const void *a, const void *b)
{
    const struct resource *x = a, *y = b;
    double x_load = bottleneck_pressure(x->kind, x->utilization, x->threshold);
    double y_load = bottleneck_pressure(y->kind, y->utilization, y->threshold);
    if (x_load != y_load)
        return x_load < y_load ? 1 : -1;
    return strcmp(x->name, y->name);
}

/* Keeps the first of each kind; returns how many. */
static size_t thin(struct resource *resources, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count && kept < SHOWN; i++) {
        size_t alike = 0;
        for (size_t k = 0; k < kept; k++)
            alike += strcmp(resources[k].kind, resources[i].kind) == 0;
        if (alike < OF_A_KIND)
            resources[kept++] = resources[i];
    }
    return kept;
}

/* The resources to be shown, in order; the caller frees them. NULL without memory. */
static struct resource *collect(const json_t *summary, size_t *count)
{
    json_t *objects = json_object_get(summary, "resources");
    struct resource *resources = calloc(json_object_size(objects) + 1, sizeof *resources);
    if (resources == NULL)
        return NULL;
    const char *name;
    json_t *object;
    *count = 0;
    json_object_foreach(objects, name, object)
    {
        const char *kind = json_string_value(json_object_get(object, "kind"));
        struct resource resource = {name, kind != NULL ? kind : "", load_of(objects, object),
                                    number_at(object, "threshold")};
        if (!(resource.utilization > 0) || !bottleneck_in_overview(resource.kind))
            continue;
        if (!(resource.threshold > 0))
            resource.threshold = 1;
        resources[(*count)++] = resource;
    }
    qsort(resources, *count, sizeof *resources, compare);
    *count = thin(resources, *count);
    return resources;
}

/* Bars below and above their limit, and the limits' marks. */
static void put_bars(struct gnuplot *script, const struct resource *resources, size_t count)
{
    static const char *const blocks[] = {"below", "above"};
    for (int above = 0; above < 2; above++) {
        gnuplot_block_begin(script, blocks[above]);
        for (size_t i = 0; i < count; i++)
            if ((resources[i].utilization >= resources[i].threshold) == above)
                gnuplot_row(
                    script, 6,
                    (double[]){0, (double)i, 0, 100 * resources[i].utilization, (double)i - BAR, (double)i + BAR});
        gnuplot_block_end(script);
    }
    gnuplot_block_begin(script, "limits");
    for (size_t i = 0; i < count; i++)
        gnuplot_row(script, 4, (double[]){100 * resources[i].threshold, (double)i - BAR - 0.1, 0, 2 * BAR + 0.2});
    gnuplot_block_end(script);
}

static void put_labels(struct gnuplot *script, const struct resource *resources, size_t count)
{
    gnuplot_put(script, "set ytics scale 0 (");
    for (size_t i = 0; i < count; i++) {
        gnuplot_put(script, i > 0 ? ", " : "");
        gnuplot_tic_text(script, resources[i].name, NAME_LIMIT);
        gnuplot_put(script, " %zu", i);
    }
    gnuplot_put(script, ")\n");
    for (size_t i = 0; i < count; i++)
        gnuplot_put(script, "set label %zu '%.0f %%' at graph 1, first %zu left offset 1,0\n", 10 + i,
                    100 * resources[i].utilization, i);
}

static struct gnuplot *put_picture(const struct resource *resources, size_t count, const char *title,
                                   enum picture_format format, struct error *error)
{
    int bottom = STYLE_HEAD + (int)count * ROW + 10, height = bottom + FOOT;
    struct gnuplot *script = gnuplot_create("resources", format, STYLE_WIDTH, height, error);
    if (script == NULL)
        return NULL;
    size_t widest = 0;
    for (size_t i = 0; i < count; i++)
        widest = utf8_width(resources[i].name) > widest ? utf8_width(resources[i].name) : widest;
    int left = (int)(widest < NAME_LIMIT ? widest : NAME_LIMIT) * LETTER + 24;
    put_bars(script, resources, count);
    bool links = false;
    for (size_t i = 0; i < count; i++)
        links |= strcmp(resources[i].kind, "link") == 0;
    style_begin(script, height, title, "Busiest resources, at most %d of a kind, the nearest to its limit first%s",
                OF_A_KIND, links ? "; a link: the mean of those that share its paths" : "");
    style_place(script, height, &(struct style_box){left, STYLE_WIDTH - RIGHT, STYLE_HEAD, bottom});
    put_labels(script, resources, count);
    gnuplot_put(script, "set grid xtics noytics\nset xlabel 'utilisation (%%)' offset 0,0.3\n");
    gnuplot_put(script, "set xrange [0:100]\nset yrange [%zu.5:-0.5]\n", count - 1);
    gnuplot_put(script, "set key at screen 0.5, screen %.6g center bottom vertical maxrows 1 Left reverse samplen 2\n",
                10.0 / height);
    gnuplot_put(script, "plot $below using 1:2:3:4:5:6 with boxxyerror fillstyle solid noborder "
                        "fillcolor '#56B4E9' title 'below the advised limit', \\\n"
                        "     $above using 1:2:3:4:5:6 with boxxyerror fillstyle solid noborder "
                        "fillcolor '#D55E00' title 'at or above it', \\\n"
                        "     $limits using 1:2:3:4 with vectors nohead linewidth 2 linecolor '#000000' "
                        "title 'advised highest utilisation'\n");
    return script;
}

struct gnuplot *plot_resources(const json_t *summary, const char *title, enum picture_format format,
                               struct error *error)
{
    size_t count;
    struct resource *resources = collect(summary, &count);
    struct gnuplot *script = NULL;
    if (resources == NULL)
        error_set(error, ERROR_RUN, NULL, "no memory for the picture of the resources");
    else if (count > 0)
        script = put_picture(resources, count, title, format, error);
    free(resources);
    return script;
}
