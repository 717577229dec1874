// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_parts: what the mean response time consists of, a bar for each workload's reads and writes.
 *
 * Parts stand in the order in which an I/O passes the components, in the components' colours; time
 * spent waiting is hatched, time being served solid. Parts too small to be seen in any bar are drawn
 * together as one.
 */
#include <math.h>

#include "analysis/plot_pictures.h"
#include "analysis/plot_style.h"
#include "analysis/utf8.h"

enum {
    ROW = 34, /* places of things, in units */
    RIGHT = 84,
    FOOT = 56,
    LEGEND_ROW = 17,
    LEGEND_COLUMNS = 2,
    NAME_LIMIT = 28,    /* of a workload, letters */
    DESCRIPTION_LIMIT = 60, /* of a part */
    LETTER = 8,         /* width of a letter, generous */
    OTHER = PART_COUNT, /* the small parts together */
    SHARES = PART_COUNT + 1,
};

static const double BAR = 0.36;    /* half a bar's thickness, in rows */
static const double SMALL = 0.004; /* of the longest bar */

/* How a part is filled. Waiting is hatched. */
static const struct {
    const char *colour;
    bool is_wait;
} fills[SHARES] = {
    [PART_PORT_QUEUE] = {"#0072B2", true},      [PART_PORT] = {"#0072B2", false},
    [PART_PROCESSOR_QUEUE] = {"#009E73", true}, [PART_PROCESSOR] = {"#009E73", false},
    [PART_BUS_QUEUE] = {"#56B4E9", true},       [PART_BUS] = {"#56B4E9", false},
    [PART_CACHE_WAIT] = {"#555555", true},      [PART_NVS_WAIT] = {"#CC79A7", true},
    [PART_ADAPTER_QUEUE] = {"#B8860B", true},   [PART_ADAPTER] = {"#E69F00", false},
    [PART_LOOP_QUEUE] = {"#8A8200", true},      [PART_LOOP] = {"#F0E442", false},
    [PART_DRIVE_QUEUE] = {"#D55E00", true},     [PART_DRIVE_OVERHEAD] = {"#7A3300", false},
    [PART_SEEK] = {"#D55E00", false},           [PART_ROTATION] = {"#EE9B5F", false},
    [PART_TRANSFER] = {"#F8D3B4", false},       [PART_TRACK_WAIT] = {"#000000", true},
    [PART_LINK_QUEUE] = {"#6A3D9A", true},      [PART_LINK] = {"#6A3D9A", false},
    [PART_SECONDARY_QUEUE] = {"#117733", true}, [PART_SECONDARY] = {"#117733", false},
    [PART_SECONDARY_NVS_WAIT] = {"#882255", true}, [PART_CONSISTENCY_WAIT] = {"#AA4499", true},
    [PART_ESTABLISH_WAIT] = {"#44AA99", true}, [PART_COPY_WAIT] = {"#332288", true},
    [OTHER] = {"#BBBBBB", false},
};

/* The bars, top to bottom. */
struct bars {
    const struct plot_series *series[PLOT_WORKLOADS * PLOT_OPS];
    size_t count;
    bool is_shown[SHARES]; /* drawn by itself */
    double longest_ms;
};

static double part_ms(const struct plot_series *series, int part)
{
    return series->part_mean_ns[part] / (double)SIM_MS;
}

static void collect(struct bars *bars, const struct plot_data *data)
{
    for (size_t s = 0; s < data->workload_count * PLOT_OPS; s++) {
        if (data->series[s].measured == 0)
            continue;
        bars->series[bars->count++] = &data->series[s];
        bars->longest_ms = fmax(bars->longest_ms, plot_series_mean_ms(&data->series[s]));
    }
    for (size_t b = 0; b < bars->count; b++)
        for (int part = 0; part < PART_COUNT; part++) {
            double ms = part_ms(bars->series[b], part);
            bars->is_shown[part] |= ms > SMALL * bars->longest_ms;
        }
    for (size_t b = 0; b < bars->count; b++)
        for (int part = 0; part < PART_COUNT; part++)
            bars->is_shown[OTHER] |= !bars->is_shown[part] && part_ms(bars->series[b], part) > 0;
}

static const char *block_name(int part)
{
    return part == OTHER ? "other" : io_part_info[part].name;
}

/* Width of one part's segment in a bar; the small ones are in OTHER. */
static double segment_ms(const struct bars *bars, size_t bar, int part)
{
    double ms = 0;
    if (part != OTHER)
        return bars->is_shown[part] ? part_ms(bars->series[bar], part) : 0;
    for (int p = 0; p < PART_COUNT; p++)
        ms += bars->is_shown[p] ? 0 : part_ms(bars->series[bar], p);
    return ms;
}

/* A block a part, a row a bar: centre, and left, right, lower and upper edge of the segment. */
static void put_segments(struct gnuplot *script, const struct bars *bars)
{
    double left_ms[PLOT_WORKLOADS * PLOT_OPS] = {0};
    for (int part = 0; part < SHARES; part++) {
        if (!bars->is_shown[part])
            continue;
        gnuplot_block_begin(script, block_name(part));
        for (size_t b = 0; b < bars->count; b++) {
            double right_ms = left_ms[b] + segment_ms(bars, b, part);
            if (right_ms > left_ms[b])
                gnuplot_row(script, 6,
                            (double[]){left_ms[b], (double)b, left_ms[b], right_ms, (double)b - BAR, (double)b + BAR});
            left_ms[b] = right_ms;
        }
        gnuplot_block_end(script);
    }
}

/* The bars' names at the left, their lengths at the right. */
static void put_labels(struct gnuplot *script, const struct bars *bars)
{
    gnuplot_put(script, "set ytics scale 0 (");
    for (size_t b = 0; b < bars->count; b++) {
        gnuplot_put(script, b > 0 ? ", " : "");
        gnuplot_tic_text(script, bars->series[b]->name, NAME_LIMIT);
        gnuplot_put(script, ".' %s' %zu", style_op_name(bars->series[b]->op), b);
    }
    gnuplot_put(script, ")\n");
    for (size_t b = 0; b < bars->count; b++) {
        double mean_ms = plot_series_mean_ms(bars->series[b]);
        gnuplot_put(script, "set label %zu '%.*f ms' at first %.6g, first %zu left offset 0.8,0\n", 10 + b,
                    mean_ms < 1     ? 3
                    : mean_ms < 100 ? 2
                                    : 0,
                    mean_ms, mean_ms, b);
    }
}

/* Colour and pattern of a part, in the bars and in the legend alike. */
static void put_fill(struct gnuplot *script, int part)
{
    const char *colour = fills[part].colour;
    gnuplot_put(script, "with boxxyerror fillcolor '%s' fillstyle %s border linecolor '%s' linewidth 1", colour,
                fills[part].is_wait ? "pattern 4" : "solid", fills[part].is_wait ? colour : "#FFFFFF");
}

static void put_bars(struct gnuplot *script, const struct bars *bars)
{
    const char *separator = "plot ";
    for (int part = 0; part < SHARES; part++) {
        if (!bars->is_shown[part])
            continue;
        gnuplot_put(script, "%s$%s using 1:2:3:4:5:6 ", separator, block_name(part));
        put_fill(script, part);
        gnuplot_put(script, " notitle");
        separator = ", \\\n     ";
    }
    gnuplot_put(script, "\n");
}

/* The legend is a plot of its own, as large as the picture: gnuplot fits a legend to the height of its axes,
 * and those of a single bar are lower than the list of parts. */
static void put_legend(struct gnuplot *script, const struct bars *bars, int height, int rows)
{
    style_end_head(script);
    style_place(script, height, &(struct style_box){0, STYLE_WIDTH, 0, height});
    for (size_t b = 0; b < bars->count; b++)
        gnuplot_put(script, "unset label %zu\n", 10 + b);
    gnuplot_put(script,
                "unset border\nunset tics\nunset xlabel\n"
                "set key at screen 0.5, screen %.6g center bottom vertical maxrows %d Left reverse samplen 2\n",
                10.0 / height, rows);
    gnuplot_put(script, "plot NaN notitle");
    for (int part = 0; part < SHARES; part++) {
        if (!bars->is_shown[part])
            continue;
        gnuplot_put(script, ", \\\n     keyentry ");
        put_fill(script, part);
        gnuplot_put(script, " title ");
        gnuplot_text(script, part == OTHER ? "other, each too small to be seen" : io_part_info[part].description,
                     DESCRIPTION_LIMIT);
    }
    gnuplot_put(script, "\n");
}

static int shown_count(const struct bars *bars)
{
    int count = 0;
    for (int part = 0; part < SHARES; part++)
        count += bars->is_shown[part];
    return count;
}

struct gnuplot *plot_parts(const struct plot_data *data, enum picture_format format, struct error *error)
{
    struct bars bars = {0};
    collect(&bars, data);
    int legend_rows = (shown_count(&bars) + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
    int top = STYLE_HEAD, bottom = top + (int)bars.count * ROW + 10;
    int height = bottom + FOOT + legend_rows * LEGEND_ROW + 10;
    struct gnuplot *script = gnuplot_create("parts", format, STYLE_WIDTH, height, error);
    if (script == NULL)
        return NULL;
    put_segments(script, &bars);
    style_begin(script, height, data->title,
                "Parts of the mean response time (hatched: waiting; solid: being served)%s", data->note);
    size_t name_width = 0;
    for (size_t b = 0; b < bars.count; b++)
        name_width = utf8_width(bars.series[b]->name) > name_width ? utf8_width(bars.series[b]->name) : name_width;
    name_width = name_width < NAME_LIMIT ? name_width : NAME_LIMIT;
    int left = ((int)name_width + 8) * LETTER + 16;
    style_place(script, height, &(struct style_box){left, STYLE_WIDTH - RIGHT, top, bottom});
    put_labels(script, &bars);
    gnuplot_put(script, "set grid xtics noytics\nset xlabel 'mean response time (ms)' offset 0,0.3\n");
    gnuplot_put(script, "set xrange [0:%.6g]\nset yrange [%zu.5:-0.5]\n", fmax(bars.longest_ms, 1e-6), bars.count - 1);
    gnuplot_put(script, "set multiplot\n");
    put_bars(script, &bars);
    put_legend(script, &bars, height, legend_rows);
    gnuplot_put(script, "unset multiplot\n");
    return script;
}
