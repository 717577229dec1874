// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_distribution: how many I/Os take longer than a given time.
 *
 * The vertical axis is the share of slower I/Os on a reversed logarithmic scale, so that the tail, which
 * users feel and service levels are about, gets as much room as the bulk. It is labelled with the
 * percentiles that people name.
 */
#include <math.h>
#include <stdio.h>

#include "analysis/plot_pictures.h"
#include "analysis/plot_style.h"

enum {
    STEPS_A_DECADE = 80, /* points of a curve */
    DECADES_MAX = 5,     /* to 99.999 % */
    LEFT = 112,          /* places of things, in units */
    RIGHT = 24,
    GAP = 36,
    PANEL_TITLE = 30,
    PANEL_HEIGHT = 380,
    LABEL = 36, /* width that a label on the time axis needs */
    FOOT = 58,
    LEGEND_ROW = 20,
    LEGEND_COLUMNS = 3,
    NAME_LIMIT = 28, /* of a workload in the legend, letters */
};

/* Decades of the share of slower I/Os for which a series has I/Os: 1000 I/Os reach to 1/1000. */
static double tail_decades(const struct plot_series *series)
{
    return fmin(log10((double)series->measured), DECADES_MAX);
}

static bool is_drawn(const struct plot_series *series)
{
    return series->measured > 0;
}

static void put_curve(struct gnuplot *script, const struct plot_series *series, size_t number)
{
    char name[32];
    snprintf(name, sizeof name, "curve_%zu", number);
    gnuplot_block_begin(script, name);
    int steps = (int)(tail_decades(series) * STEPS_A_DECADE);
    for (int i = 0; i <= steps; i++) {
        double slower = pow(10, -(double)i / STEPS_A_DECADE);
        double ms = (double)histogram_quantile(series->response, 1 - slower) / (double)SIM_MS;
        gnuplot_row(script, 2, (double[]){ms, slower});
    }
    gnuplot_block_end(script);
}

/* The first panel has the labels; others only have the tics at the same places. */
static void put_share_axis(struct gnuplot *script, double decades, bool has_labels)
{
    static const char *const names[DECADES_MAX] = {"90 %%", "99 %%", "99.9 %%", "99.99 %%", "99.999 %%"};
    int last = (int)fmax(1, ceil(decades - 1e-9));
    gnuplot_put(script, "set logscale y\nset yrange [1:1e-%d]\nset ytics ('%s' 1, '%s' 0.5", last,
                has_labels ? "fastest" : "", has_labels ? "median" : "");
    for (int d = 1; d <= last; d++)
        gnuplot_put(script, ", '%s' 1e-%d", has_labels ? names[d - 1] : "", d);
    gnuplot_put(script, ")\n");
}

static void put_time_axis(struct gnuplot *script, const struct plot_data *data, int labels)
{
    double low = INFINITY, high = 0;
    for (size_t s = 0; s < data->workload_count * PLOT_OPS; s++) {
        if (!is_drawn(&data->series[s]))
            continue;
        low = fmin(low, (double)histogram_min(data->series[s].response) / (double)SIM_MS);
        high = fmax(high, (double)histogram_max(data->series[s].response) / (double)SIM_MS);
    }
    /* A time of 0 has no logarithm; 1 us is less than any real device takes. */
    low = fmax(low, 0.001);
    high = fmax(high, 2 * low);
    style_log_axis(script, 'x', style_round_down(low), style_round_up(high), labels);
}

static void put_panel(struct gnuplot *script, const struct plot_data *data, enum io_op op)
{
    const char *separator = "plot ";
    for (size_t w = 0; w < data->workload_count; w++) {
        const struct plot_series *series = &data->series[w * PLOT_OPS + (size_t)op];
        if (!is_drawn(series))
            continue;
        gnuplot_put(script, "%s$curve_%zu using 1:2 with lines ", separator, w * PLOT_OPS + (size_t)op);
        style_line(script, w, 1.8);
        gnuplot_put(script, " notitle");
        separator = ", ";
    }
}

/* Every workload once, whichever panels it is in; belongs to the last panel's plot command. */
static void put_legend(struct gnuplot *script, const struct plot_data *data)
{
    for (size_t w = 0; w < data->workload_count; w++) {
        gnuplot_put(script, ", keyentry with lines ");
        style_line(script, w, 1.8);
        gnuplot_put(script, " title ");
        gnuplot_text(script, data->series[w * PLOT_OPS].name, NAME_LIMIT);
    }
}

static int legend_rows(const struct plot_data *data)
{
    return ((int)data->workload_count + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
}

static void put_panels(struct gnuplot *script, const struct plot_data *data, const bool has[PLOT_OPS], double decades,
                       int height)
{
    int panels = has[IO_READ] + has[IO_WRITE];
    int width = (STYLE_WIDTH - LEFT - RIGHT - (panels - 1) * GAP) / panels;
    int top = STYLE_HEAD + PANEL_TITLE, left = LEFT;
    gnuplot_put(
        script,
        "set multiplot\nset xlabel 'response time (ms)' offset 0,0.3\nset ylabel 'share of I/Os that are faster'\n");
    for (int op = 0; op < PLOT_OPS; op++) {
        if (!has[op])
            continue;
        style_place(script, height, &(struct style_box){left, left + width, top, top + PANEL_HEIGHT});
        style_panel_title(script, "", op == IO_READ ? "Reads" : "Writes", 1);
        bool is_last = op == IO_WRITE || !has[IO_WRITE];
        if (is_last)
            gnuplot_put(script,
                        "set key at screen 0.5, screen %.6g center bottom vertical maxrows %d Left reverse "
                        "samplen 3\n",
                        10.0 / height, legend_rows(data));
        put_panel(script, data, (enum io_op)op);
        if (is_last)
            put_legend(script, data);
        gnuplot_put(script, "\n");
        style_end_head(script);
        gnuplot_put(script, "set ylabel ''\n");
        put_share_axis(script, decades, false);
        left += width + GAP;
    }
    gnuplot_put(script, "unset multiplot\n");
}

struct gnuplot *plot_distribution(const struct plot_data *data, enum picture_format format, struct error *error)
{
    bool has[PLOT_OPS] = {false};
    double decades = 1;
    int height = STYLE_HEAD + PANEL_TITLE + PANEL_HEIGHT + FOOT + legend_rows(data) * LEGEND_ROW + 10;
    struct gnuplot *script = gnuplot_create("distribution", format, STYLE_WIDTH, height, error);
    if (script == NULL)
        return NULL;
    for (size_t s = 0; s < data->workload_count * PLOT_OPS; s++) {
        if (!is_drawn(&data->series[s]))
            continue;
        has[data->series[s].op] = true;
        decades = fmax(decades, tail_decades(&data->series[s]));
        put_curve(script, &data->series[s], s);
    }
    style_begin(script, height, data->title, "Distribution of the response time%s", data->note);
    put_time_axis(script, data, (STYLE_WIDTH - LEFT - RIGHT) / (has[IO_READ] + has[IO_WRITE]) / LABEL);
    put_share_axis(script, decades, true);
    put_panels(script, data, has, decades, height);
    return script;
}
