// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_time: percentiles of the response time over the run.
 *
 * Small panels with the same axes rather than many curves in one: what stands out in one workload, or
 * at one moment, is found by comparing panels. What happened meanwhile stands as thin lines in all of them.
 */
#include <math.h>
#include <stdio.h>

#include "analysis/plot_pictures.h"
#include "analysis/plot_points.h"
#include "analysis/plot_style.h"

enum {
    LEVELS = 3,
    LOG_FROM = 20,     /* ratio of values from which on the axis is logarithmic */
    LEFT = 90,         /* places of things, in units */
    RIGHT = 24,
    GAP = 64, /* between panels side by side */
    PANEL_TITLE = 30,
    LABEL = 13, /* height that a label on the axis needs */
    FOOT = 58,
};

static const struct {
    double q;
    const char *name, *line;
} levels[LEVELS] = {
    {0.99, "99th percentile", "linewidth 1.6 linecolor '#D55E00' dashtype solid"},
    {0.95, "95th percentile", "linewidth 1.6 linecolor '#E69F00' dashtype (8,3)"},
    {0.50, "median", "linewidth 2.2 linecolor '#0072B2' dashtype solid"},
};

/* The panels of a picture and the axes that they share. */
struct sheet {
    const struct plot_data *data;
    const struct plot_events *events;
    struct gnuplot *script;
    size_t panels[PLOT_WORKLOADS * PLOT_OPS]; /* numbers of the series shown */
    size_t panel_count, columns, rows;
    bool is_paired;           /* reads stand at the left, writes at the right */
    int panel_height, height; /* of a panel's axes, of the picture; units */
    double unit_ns;           /* of the time axis */
    const char *unit;
    double low_ms, high_ms; /* least and greatest value drawn */
};

static double quantile_ms(const struct histogram *histogram, double q)
{
    return (double)histogram_quantile(histogram, q) / (double)SIM_MS;
}

static void widen_range(void *context, const struct plot_span *span, const struct histogram *joined, bool after_gap)
{
    struct sheet *sheet = context;
    (void)span, (void)after_gap;
    sheet->low_ms = fmin(sheet->low_ms, quantile_ms(joined, levels[LEVELS - 1].q));
    sheet->high_ms = fmax(sheet->high_ms, quantile_ms(joined, levels[0].q));
}

static void write_point(void *context, const struct plot_span *span, const struct histogram *joined, bool after_gap)
{
    struct sheet *sheet = context;
    double bin_ns = (double)sheet->data->bin_ns;
    double end_ns = fmin((double)span->end * bin_ns, (double)sheet->data->end_ns);
    double row[1 + LEVELS] = {(double)span->first * bin_ns / sheet->unit_ns};
    for (size_t l = 0; l < LEVELS; l++)
        row[1 + l] = quantile_ms(joined, levels[l].q);
    if (after_gap)
        gnuplot_row(sheet->script, 0, NULL);
    gnuplot_row(sheet->script, 1 + LEVELS, row);
    row[0] = end_ns / sheet->unit_ns;
    gnuplot_row(sheet->script, 1 + LEVELS, row);
}

static void choose_panels(struct sheet *sheet)
{
    const struct plot_data *data = sheet->data;
    bool has[PLOT_OPS] = {false};
    for (size_t s = 0; s < data->workload_count * PLOT_OPS; s++) {
        if (data->series[s].count == 0)
            continue;
        sheet->panels[sheet->panel_count++] = s;
        has[data->series[s].op] = true;
    }
    sheet->columns = sheet->panel_count <= 3 && data->workload_count <= 2 ? 1 : 2;
    sheet->is_paired = sheet->columns == 2 && has[IO_READ] && has[IO_WRITE];
    sheet->rows = sheet->is_paired ? data->workload_count : (sheet->panel_count + sheet->columns - 1) / sheet->columns;
    sheet->panel_height = sheet->rows == 1 ? 360 : sheet->rows <= 3 ? 190 : 120;
    sheet->height = STYLE_HEAD + (int)sheet->rows * (PANEL_TITLE + sheet->panel_height) + FOOT +
                    plot_events_height(sheet->events);
}

/* The row and column of a panel: reads at the left, writes at the right, or one after the other. */
static void find_cell(const struct sheet *sheet, size_t panel, size_t *row, size_t *column)
{
    size_t place = sheet->is_paired ? sheet->panels[panel] : panel;
    *row = place / sheet->columns;
    *column = place % sheet->columns;
}

/* Whether no panel stands below in the same column, so that this one names the time axis. */
static bool is_lowest(const struct sheet *sheet, size_t panel)
{
    size_t row, column, other_row, other_column;
    find_cell(sheet, panel, &row, &column);
    for (size_t p = panel + 1; p < sheet->panel_count; p++) {
        find_cell(sheet, p, &other_row, &other_column);
        if (other_column == column)
            return false;
    }
    return true;
}

static void set_axes(struct sheet *sheet)
{
    struct gnuplot *script = sheet->script;
    gnuplot_put(script, "set xrange [0:%.6g]\n",
                (double)sheet->data->bin_count * (double)sheet->data->bin_ns / sheet->unit_ns);
    if (sheet->high_ms > LOG_FROM * sheet->low_ms && sheet->low_ms > 0)
        style_log_axis(script, 'y', style_round_down(sheet->low_ms), style_round_up(sheet->high_ms),
                       sheet->panel_height / LABEL);
    else
        gnuplot_put(script, "set yrange [0:%.6g]\n", fmax(sheet->high_ms * 1.08, 1e-6));
}

/* A panel's width that the word takes at most, with several panels beside each other. */
static const double WARMUP_WORD_SHARE = 0.15;

static void shade_warmup(struct sheet *sheet)
{
    double end = (double)sheet->data->warmup_end_ns / sheet->unit_ns;
    if (end <= 0)
        return;
    gnuplot_put(sheet->script,
                "set object 1 rectangle from first 0, graph 0 to first %.6g, graph 1 "
                "fillcolor '#EEEEEE' fillstyle solid noborder behind\n",
                end);
    /* At the end of the shaded part; one that is narrower than the word has it at its beginning instead. */
    double all = (double)sheet->data->bin_count * (double)sheet->data->bin_ns / sheet->unit_ns;
    bool fits = end > WARMUP_WORD_SHARE * all;
    gnuplot_put(sheet->script,
                "set label 4 'warm-up' at first %.6g, graph 0 offset %s,0.6 %s "
                "font SMALL_FONT textcolor '#777777'\n",
                fits ? end : 0, fits ? "-0.5" : "0.5", fits ? "right" : "left");
}

static void put_panel(struct sheet *sheet, size_t panel)
{
    struct gnuplot *script = sheet->script;
    const struct plot_series *series = &sheet->data->series[sheet->panels[panel]];
    size_t row, column;
    find_cell(sheet, panel, &row, &column);
    int width = (STYLE_WIDTH - LEFT - RIGHT - ((int)sheet->columns - 1) * GAP) / (int)sheet->columns;
    int left = LEFT + (int)column * (width + GAP);
    int bottom = STYLE_HEAD + ((int)row + 1) * (PANEL_TITLE + sheet->panel_height);
    style_place(script, sheet->height, &(struct style_box){left, left + width, bottom - sheet->panel_height, bottom});
    style_panel_title(script, series->name, series->op == IO_READ ? " reads" : " writes",
                      sheet->columns == 1 ? 80 : 36);
    gnuplot_put(script, "set ylabel '%s'\n", column == 0 ? "response time (ms)" : "");
    if (is_lowest(sheet, panel))
        gnuplot_put(script, "set format x '%%g'\nset xlabel 'time since the start (%s)' offset 0,0.3\n", sheet->unit);
    else
        gnuplot_put(script, "set format x ''\nset xlabel ''\n");
    for (size_t l = 0; l < LEVELS; l++)
        gnuplot_put(script, "%s$panel_%zu using 1:%zu with lines %s title '%s'", l > 0 ? ", " : "plot ", panel, l + 2,
                    levels[l].line, levels[l].name);
    gnuplot_put(script, "\n");
}

/* The points of every panel, and on the way the range of values that the axes must cover. */
static bool put_points(struct sheet *sheet, struct error *error)
{
    bool ok = true;
    for (size_t p = 0; ok && p < sheet->panel_count; p++) {
        const struct plot_series *series = &sheet->data->series[sheet->panels[p]];
        char name[32];
        snprintf(name, sizeof name, "panel_%zu", p);
        gnuplot_block_begin(sheet->script, name);
        ok = plot_points_walk(sheet->data, series, widen_range, sheet, error) &&
             plot_points_walk(sheet->data, series, write_point, sheet, error);
        gnuplot_block_end(sheet->script);
    }
    return ok;
}

struct gnuplot *plot_time(const struct plot_data *data, const struct plot_events *events, enum picture_format format,
                          struct error *error)
{
    struct sheet sheet = {.data = data, .events = events, .low_ms = INFINITY, .high_ms = 0};
    sheet.unit = style_time_unit(data->end_ns, &sheet.unit_ns);
    choose_panels(&sheet);
    sheet.script = gnuplot_create("response_time", format, STYLE_WIDTH, sheet.height, error);
    if (sheet.script == NULL)
        return NULL;
    if (!put_points(&sheet, error)) {
        gnuplot_destroy(sheet.script);
        return NULL;
    }
    style_begin(sheet.script, sheet.height, data->title, "Response time over the run%s", data->note);
    set_axes(&sheet);
    shade_warmup(&sheet);
    gnuplot_put(sheet.script,
                "set key at screen %.6g, screen %.6g right top vertical maxrows 1 Left reverse samplen 3\n",
                1 - (double)RIGHT / STYLE_WIDTH, 1 - 40.0 / sheet.height);
    plot_events_lines(sheet.script, events, sheet.unit_ns, true, false);
    plot_events_list(sheet.script, events, sheet.height, sheet.unit_ns, sheet.unit);
    gnuplot_put(sheet.script, "set multiplot\n");
    for (size_t p = 0; p < sheet.panel_count; p++) {
        put_panel(&sheet, p);
        if (p == 0) {
            style_end_head(sheet.script);
            plot_events_end_list(sheet.script, events);
            gnuplot_put(sheet.script, "unset key\nunset label 4\n");
        }
    }
    gnuplot_put(sheet.script, "unset multiplot\n");
    return sheet.script;
}
