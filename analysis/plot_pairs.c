// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_pairs: what became of the pairs, and what production felt meanwhile.
 *
 * Panels over one time axis: the response time of the busiest workloads' reads and writes, tracks that targets lack,
 * and the states as bands. Few pairs have a curve and a band each; of many, the sum of each kind is drawn and how many
 * are in each state, of each kind in a panel of its own.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/plot_pictures.h"
#include "analysis/plot_points.h"
#include "analysis/plot_style.h"
#include "models/report.h"

enum {
    APART = 4,       /* pairs at most that have a curve each */
    CURVES = 4,      /* of response times */
    STEPS = 300,     /* sampling steps drawn at most */
    LOG_FROM = 20,   /* ratio of response times from which on their axis is logarithmic */
    LEFT = 90,       /* places of things, in units */
    RIGHT = 24,
    PANEL_TITLE = 34,
    KEY_LINE = 22,   /* height of a line of a key that does not fit beside a panel's title ... */
    KEY_ENTRIES = 2, /* ... because it has more entries of a user's names ... */
    KEY_STATES = 4,  /* ... or more states; ... */
    KEY_COLUMNS = 5, /* ... of which so many fit a line */
    RESPONSE = 210,  /* heights of the panels' axes */
    TRACKS = 190,
    BAND = 24,
    SHARES = 110,    /* of the states of many pairs */
    MANY_TRACKS = 20000, /* from here on the axis counts in thousands */
    FEW_TRACKS = 10,     /* the axis goes up to, at the least: there are no parts of a track */
    LABEL = 13,
    HEAD_GAP = 16,   /* the head needs less than in other pictures: panels have titles */
    FOOT = 54,
    NAME_LETTERS = 22,
    LABEL_LETTERS = 11, /* of a pair beside its band */
};

/* Of what is in the target and of what is on its way: blue is well, orange and pink are on the way, red is not; grey is
 * no relation. */
static const char *const state_colours[PAIR_STATE_COUNT] = {
    [PPRC_SIMPLEX] = "#BBBBBB",   [PPRC_DUPLEX_PENDING] = "#E69F00", [PPRC_DUPLEX] = "#56B4E9",
    [PPRC_SUSPENDED] = "#D55E00", [FLASH_NONE] = "#E8E8E8",          [FLASH_ESTABLISHING] = "#F0E442",
    [FLASH_COPYING] = "#CC79A7",  [FLASH_NOCOPY] = "#009E73",        [FLASH_COMPLETE] = "#0072B2",
    [FLASH_WITHDRAWN] = "#666666"};
static const char *const state_words[PAIR_STATE_COUNT] = {
    [PPRC_SIMPLEX] = "simplex",     [PPRC_DUPLEX_PENDING] = "duplex pending", [PPRC_DUPLEX] = "duplex",
    [PPRC_SUSPENDED] = "suspended", [FLASH_NONE] = "not established",         [FLASH_ESTABLISHING] = "establishing",
    [FLASH_COPYING] = "copying",    [FLASH_NOCOPY] = "nocopy",                [FLASH_COMPLETE] = "complete",
    [FLASH_WITHDRAWN] = "withdrawn"};

enum { KINDS = 2 };

/* What is drawn of one sampling step. */
struct step {
    double at_ns;
    double tracks[APART];             /* by curve: of a pair, or of all of a kind; NaN: there is no relation */
    int64_t states[APART];
    double shares[PAIR_STATE_COUNT];  /* of the pairs of a kind, 0 to 1 */
};

struct sheet {
    struct run_reader *reader;
    const struct plot_data *data;     /* NULL: no I/Os */
    const struct plot_events *events;
    struct gnuplot *script;
    struct step *steps;
    size_t step_count, pair_count;
    enum pair_kind *kinds;            /* by pair */
    size_t of_kind[KINDS];            /* pairs */
    size_t series[CURVES], series_count;
    bool apart;                       /* pair by pair */
    bool occurs[PAIR_STATE_COUNT];
    double end_ns, unit_ns, most_tracks, low_ms, high_ms;
    const char *unit;
    int height;
};

/* ---- reading ---- */

/* Whether a pair in that state has tracks that it lacks: else nothing is to be copied, and it has no curve. */
static bool has_tracks(int64_t state)
{
    return state <= PPRC_SUSPENDED || state == FLASH_COPYING || state == FLASH_NOCOPY || state == FLASH_COMPLETE;
}

/* Makes a step out of the pairs' values. False when they cannot be such. */
static bool fill_step(struct sheet *sheet, struct step *step, const int64_t *tracks, const int64_t *states)
{
    for (size_t p = 0; p < sheet->pair_count; p++) {
        enum pair_kind kind = sheet->kinds[p];
        if (states[p] < 0 || states[p] >= PAIR_STATE_COUNT || tracks[p] < 0)
            return false;
        double lacking = has_tracks(states[p]) ? (double)tracks[p] : NAN;
        step->shares[states[p]] += 1.0 / (double)sheet->of_kind[kind];
        sheet->occurs[states[p]] = true;
        if (sheet->apart) {
            step->tracks[p] = lacking;
            step->states[p] = states[p];
        } else if (!isnan(lacking)) {
            step->tracks[kind] += lacking;
        }
    }
    for (size_t c = 0; c < APART; c++)
        sheet->most_tracks = fmax(sheet->most_tracks, step->tracks[c]);
    return true;
}

static bool read_kinds(struct sheet *sheet, struct error *error)
{
    sheet->kinds = calloc(sheet->pair_count + 1, sizeof *sheet->kinds);
    if (sheet->kinds == NULL)
        return error_set(error, ERROR_RUN, NULL, "no memory for the picture of the pairs");
    for (size_t p = 0; p < sheet->pair_count; p++) {
        sheet->kinds[p] = run_reader_pair_kind(sheet->reader, p);
        sheet->of_kind[sheet->kinds[p]]++;
    }
    return true;
}

/* Reads every so many steps, and the last. */
static bool read_steps(struct sheet *sheet, struct error *error)
{
    int64_t count = run_reader_step_count(sheet->reader), every = (count + STEPS - 1) / STEPS;
    int64_t *tracks = calloc(2 * sheet->pair_count + 1, sizeof *tracks), *states = tracks + sheet->pair_count;
    sheet->steps = calloc(STEPS + 2, sizeof *sheet->steps);
    bool ok = tracks != NULL && sheet->steps != NULL;
    if (!ok)
        error_set(error, ERROR_RUN, NULL, "no memory for the picture of the pairs");
    for (int64_t s = every - 1; ok && s < count; s = s + every < count || s == count - 1 ? s + every : count - 1) {
        struct step *step = &sheet->steps[sheet->step_count++];
        int64_t at_ns;
        ok = run_reader_steps(sheet->reader, "time", s, 1, &at_ns, error) &&
             run_reader_steps(sheet->reader, "tracks_out_of_sync", s, 1, tracks, error) &&
             run_reader_steps(sheet->reader, "pair_state", s, 1, states, error) &&
             (fill_step(sheet, step, tracks, states) ||
              error_set(error, ERROR_INPUT, NULL, "damaged run file: a pair's state or tracks are out of range"));
        step->at_ns = (double)at_ns;
        sheet->end_ns = fmax(sheet->end_ns, step->at_ns);
    }
    free(tracks);
    return ok;
}

/* ---- response times ---- */

static void choose_series(struct sheet *sheet)
{
    const struct plot_data *data = sheet->data;
    while (data != NULL && sheet->series_count < CURVES) {
        size_t best = PLOT_WORKLOADS * PLOT_OPS;
        for (size_t s = 0; s < data->workload_count * PLOT_OPS; s++) {
            bool taken = data->series[s].count == 0;
            for (size_t i = 0; i < sheet->series_count; i++)
                taken |= sheet->series[i] == s;
            if (!taken && (best == PLOT_WORKLOADS * PLOT_OPS || data->series[s].count > data->series[best].count))
                best = s;
        }
        if (best == PLOT_WORKLOADS * PLOT_OPS)
            return;
        sheet->series[sheet->series_count++] = best;
    }
}

static void write_point(void *context, const struct plot_span *span, const struct histogram *joined, bool after_gap)
{
    struct sheet *sheet = context;
    double bin_ns = (double)sheet->data->bin_ns, mean_ms = 0;
    mean_ms = (double)histogram_quantile(joined, 0.95) / (double)SIM_MS;
    if (after_gap)
        gnuplot_row(sheet->script, 0, NULL);
    gnuplot_row(sheet->script, 2, (double[]){(double)span->first * bin_ns / sheet->unit_ns, mean_ms});
    double end_ns = fmin((double)span->end * bin_ns, (double)sheet->data->end_ns);
    gnuplot_row(sheet->script, 2, (double[]){end_ns / sheet->unit_ns, mean_ms});
    sheet->low_ms = fmin(sheet->low_ms, mean_ms);
    sheet->high_ms = fmax(sheet->high_ms, mean_ms);
}

static bool put_response_blocks(struct sheet *sheet, struct error *error)
{
    bool ok = true;
    for (size_t i = 0; ok && i < sheet->series_count; i++) {
        char name[32];
        snprintf(name, sizeof name, "response_%zu", i);
        gnuplot_block_begin(sheet->script, name);
        ok = plot_points_walk(sheet->data, &sheet->data->series[sheet->series[i]], write_point, sheet, error);
        gnuplot_block_end(sheet->script);
    }
    return ok;
}

/* ---- pairs ---- */

static bool has_both_kinds(const struct sheet *sheet)
{
    return sheet->of_kind[PAIR_PPRC] > 0 && sheet->of_kind[PAIR_FLASHCOPY] > 0;
}

/* Columns of tracks: of each pair, or of each kind. */
static size_t curve_count(const struct sheet *sheet)
{
    return sheet->apart ? sheet->pair_count : KINDS;
}

/* A row a step, and one at time 0: time, tracks, then the lower and upper border of each state's share in per cent, one
 * kind's states on each other. */
static void put_step_block(struct sheet *sheet)
{
    size_t curves = curve_count(sheet);
    gnuplot_block_begin(sheet->script, "steps");
    for (size_t s = 0; s <= sheet->step_count; s++) {
        const struct step *step = &sheet->steps[s > 0 ? s - 1 : 0];
        double row[1 + APART + 2 * PAIR_STATE_COUNT] = {s > 0 ? step->at_ns / sheet->unit_ns : 0}, border = 0;
        size_t columns = 1;
        for (size_t c = 0; c < curves; c++)
            row[columns++] = step->tracks[c];
        for (int state = 0; state < PAIR_STATE_COUNT; state++) {
            border = state == FLASH_NONE ? 0 : border;
            row[columns++] = border;
            row[columns++] = border += 100 * step->shares[state];
        }
        gnuplot_row(sheet->script, columns, row);
    }
    gnuplot_block_end(sheet->script);
}

/* Boxes of a state, for boxxyerror: a row for each time that a pair was in it. It changed between two steps; half
 * way is the best guess. */
static void put_band_block(struct sheet *sheet, int state)
{
    char name[32];
    snprintf(name, sizeof name, "state_%d", state);
    gnuplot_block_begin(sheet->script, name);
    for (size_t p = 0; p < sheet->pair_count; p++) {
        double begin = 0;
        for (size_t s = 0; s < sheet->step_count; s++) {
            bool ends = s + 1 == sheet->step_count;
            bool last = ends || sheet->steps[s + 1].states[p] != sheet->steps[s].states[p];
            double end =
                (ends ? sheet->end_ns : (sheet->steps[s].at_ns + sheet->steps[s + 1].at_ns) / 2) / sheet->unit_ns;
            if (last && sheet->steps[s].states[p] == state)
                gnuplot_row(sheet->script, 6,
                            (double[]){begin, (double)p, begin, end, (double)p - 0.4, (double)p + 0.4});
            begin = last ? end : begin;
        }
    }
    gnuplot_block_end(sheet->script);
}

/* ---- panels ---- */

/* Lines of a key that do not stand beside the panel's title: of so many of the user's names, of the states that occur,
 * from the first to the last. */
static int name_lines(size_t names)
{
    return names > KEY_ENTRIES;
}

static int state_lines(const struct sheet *sheet, int first, int last)
{
    int entries = 0;
    for (int state = first; state <= last; state++)
        entries += sheet->occurs[state];
    return entries > KEY_STATES ? (entries + KEY_COLUMNS - 1) / KEY_COLUMNS : 0;
}

/* Height over the axes of a panel whose key has so many lines of its own. */
static int panel_head(int key_lines)
{
    return PANEL_TITLE + key_lines * KEY_LINE;
}

/* Names of pairs in the key of the panel of tracks. */
static size_t track_names(const struct sheet *sheet)
{
    return sheet->apart ? sheet->pair_count : 1;
}

static void begin_panel(struct sheet *sheet, int *top, int height, const char *title, int key_lines, bool lowest)
{
    struct gnuplot *script = sheet->script;
    *top += panel_head(key_lines);
    style_place(script, sheet->height, &(struct style_box){LEFT, STYLE_WIDTH - RIGHT, *top, *top + height});
    gnuplot_put(script, "set label 3 '%s' at graph 0, graph 1 offset 0,%.1f left textcolor '#000000'\n", title,
                0.8 + 1.6 * key_lines);
    gnuplot_put(script, "set key at screen %.6g, screen %.6g right bottom vertical maxrows %d Left reverse samplen 3\n",
                1 - (double)RIGHT / STYLE_WIDTH, 1 - (*top - 12.0) / sheet->height, key_lines > 1 ? key_lines : 1);
    if (lowest)
        gnuplot_put(script, "set format x '%%g'\nset xlabel 'time since the start (%s)' offset 0,0.3\n", sheet->unit);
    else
        gnuplot_put(script, "set format x ''\nset xlabel ''\n");
    *top += height;
}

static void put_response_panel(struct sheet *sheet, int *top)
{
    struct gnuplot *script = sheet->script;
    begin_panel(sheet, top, RESPONSE, "Response time, 95th percentile", name_lines(sheet->series_count), false);
    gnuplot_put(script, "set ylabel 'ms'\n");
    if (sheet->high_ms > LOG_FROM * sheet->low_ms && sheet->low_ms > 0)
        style_log_axis(script, 'y', style_round_down(sheet->low_ms), style_round_up(sheet->high_ms), RESPONSE / LABEL);
    else
        gnuplot_put(script, "set yrange [0:%.6g]\n", fmax(sheet->high_ms * 1.15, 1e-6));
    for (size_t i = 0; i < sheet->series_count; i++) {
        const struct plot_series *series = &sheet->data->series[sheet->series[i]];
        gnuplot_put(script, "%s$response_%zu using 1:2 with lines ", i > 0 ? ", \\\n     " : "plot ", i);
        style_line(script, i, 1.6);
        gnuplot_put(script, " title ");
        gnuplot_text(script, series->name, NAME_LETTERS);
        gnuplot_put(script, ".' %s'", style_op_name(series->op));
    }
    gnuplot_put(script, "\nunset logscale y\nset ytics autofreq\n");
}

/* The curves of all pairs of a kind together. */
static void put_sums(struct sheet *sheet)
{
    static const char *const words[KINDS] = {[PAIR_PPRC] = "PPRC pairs", [PAIR_FLASHCOPY] = "FlashCopies"};
    static const char *const fills[KINDS] = {[PAIR_PPRC] = "#E69F00", [PAIR_FLASHCOPY] = "#CC79A7"};
    static const char *const lines[KINDS] = {[PAIR_PPRC] = "#B8860B", [PAIR_FLASHCOPY] = "#8F3F6B"};
    const char *separator = "plot ";
    for (int kind = 0; kind < KINDS; kind++) {
        if (sheet->of_kind[kind] == 0)
            continue;
        gnuplot_put(sheet->script, "%s", separator);
        if (!has_both_kinds(sheet))
            gnuplot_put(sheet->script, "$steps using 1:%d with filledcurves y1=0 fillcolor '%s' fillstyle solid 0.35 "
                                       "noborder notitle, ", 2 + kind, fills[kind]);
        gnuplot_put(sheet->script, "$steps using 1:%d with lines linewidth 2 linecolor '%s' dashtype %s "
                                   "title 'all %zu %s together'", 2 + kind, lines[kind],
                    kind == PAIR_PPRC ? "solid" : has_both_kinds(sheet) ? "(9,4)" : "solid", sheet->of_kind[kind],
                    kind == PAIR_PPRC && !has_both_kinds(sheet) ? "pairs" : words[kind]);
        separator = ", \\\n     ";
    }
    gnuplot_put(sheet->script, "\n");
}

static void put_tracks_panel(struct sheet *sheet, int *top)
{
    struct gnuplot *script = sheet->script;
    const char *title = has_both_kinds(sheet)             ? "Tracks out of sync, or not yet on the target"
                        : sheet->of_kind[PAIR_PPRC] > 0 ? "Tracks out of sync"
                                                          : "Tracks not yet on the target";
    begin_panel(sheet, top, TRACKS, title, name_lines(track_names(sheet)), false);
    gnuplot_put(script, "set ylabel 'tracks'\nset format y '%s'\nset yrange [0:%.6g]\n",
                sheet->most_tracks >= MANY_TRACKS ? "%.1s%c" : "%.0f",
                fmax(sheet->most_tracks * 1.08, FEW_TRACKS));
    for (size_t p = 0; sheet->apart && p < sheet->pair_count; p++) {
        const char *name = run_reader_name(sheet->reader, "pairs", p);
        gnuplot_put(script, "%s$steps using 1:%zu with lines ", p > 0 ? ", \\\n     " : "plot ", 2 + p);
        style_line(script, p, 2);
        gnuplot_put(script, " title ");
        gnuplot_text(script, name ? name : "?", NAME_LETTERS);
    }
    if (sheet->apart)
        gnuplot_put(script, "\n");
    else
        put_sums(sheet);
    gnuplot_put(script, "set format y '%%g'\n");
}

/* The bands of few pairs, a row each. */
static void put_bands(struct sheet *sheet)
{
    struct gnuplot *script = sheet->script;
    const char *separator = "plot ";
    gnuplot_put(script, "set ylabel ''\nset yrange [%zu.5:-0.5]\nset ytics scale 0 (", sheet->pair_count - 1);
    for (size_t p = 0; p < sheet->pair_count; p++) {
        const char *name = run_reader_name(sheet->reader, "pairs", p);
        gnuplot_put(script, p > 0 ? ", " : "");
        gnuplot_tic_text(script, name ? name : "?", LABEL_LETTERS);
        gnuplot_put(script, " %zu", p);
    }
    gnuplot_put(script, ")\n");
    for (int state = 0; state < PAIR_STATE_COUNT; state++)
        if (sheet->occurs[state]) {
            gnuplot_put(script, "%s$state_%d using 1:2:3:4:5:6 with boxxyerror fillstyle solid noborder fillcolor '%s' "
                                "title '%s'", separator, state, state_colours[state], state_words[state]);
            separator = ", \\\n     ";
        }
    gnuplot_put(script, "\n");
}

/* The states of a kind: from the first up to the last. */
static int first_state(int kind)
{
    return kind == PAIR_PPRC ? PPRC_SIMPLEX : FLASH_NONE;
}

static int last_state(int kind)
{
    return kind == PAIR_PPRC ? PPRC_SUSPENDED : FLASH_WITHDRAWN;
}

/* How many of many pairs of a kind are in each state, one above the other. */
static void put_shares(struct sheet *sheet, int kind)
{
    struct gnuplot *script = sheet->script;
    const char *separator = "plot ";
    size_t first = 2 + curve_count(sheet);
    gnuplot_put(script, "set ylabel '%% of %s'\nset yrange [0:100]\n", kind == PAIR_PPRC ? "pairs" : "copies");
    for (int state = first_state(kind); state <= last_state(kind); state++)
        if (sheet->occurs[state]) {
            gnuplot_put(script,
                        "%s$steps using 1:%zu:%zu with filledcurves fillstyle solid noborder fillcolor '%s' title '%s'",
                        separator, first + 2 * (size_t)state, first + 2 * (size_t)state + 1, state_colours[state],
                        state_words[state]);
            separator = ", \\\n     ";
        }
    gnuplot_put(script, "\n");
}

/* The lowest panels, that of the states: one, or one for each kind of many pairs. */
static void put_state_panels(struct sheet *sheet, int *top)
{
    if (sheet->apart) {
        begin_panel(sheet, top, (int)sheet->pair_count * BAND, "State",
                    state_lines(sheet, 0, PAIR_STATE_COUNT - 1), true);
        put_bands(sheet);
        return;
    }
    static const char *const titles[KINDS] = {[PAIR_PPRC] = "States of PPRC pairs",
                                              [PAIR_FLASHCOPY] = "States of FlashCopies"};
    for (int kind = 0; kind < KINDS; kind++) {
        if (sheet->of_kind[kind] == 0)
            continue;
        bool lowest = kind == PAIR_FLASHCOPY || sheet->of_kind[PAIR_FLASHCOPY] == 0;
        begin_panel(sheet, top, SHARES, has_both_kinds(sheet) ? titles[kind] : "States",
                    state_lines(sheet, first_state(kind), last_state(kind)), lowest);
        put_shares(sheet, kind);
    }
}

static int state_panels_height(const struct sheet *sheet)
{
    if (sheet->apart)
        return panel_head(state_lines(sheet, 0, PAIR_STATE_COUNT - 1)) + (int)sheet->pair_count * BAND;
    int height = 0;
    for (int kind = 0; kind < KINDS; kind++)
        if (sheet->of_kind[kind] > 0)
            height += panel_head(state_lines(sheet, first_state(kind), last_state(kind))) + SHARES;
    return height;
}

static void shade_warmup(const struct sheet *sheet)
{
    double end = sheet->data != NULL ? (double)sheet->data->warmup_end_ns / sheet->unit_ns : 0;
    if (end <= 0)
        return;
    gnuplot_put(sheet->script, "set object 1 rectangle from first 0, graph 0 to first %.6g, graph 1 "
                               "fillcolor '#EEEEEE' fillstyle solid noborder behind\n", end);
    gnuplot_put(sheet->script, "set label 4 'warm-up' at first 0, graph 1 offset 0.5,-0.6 left font SMALL_FONT "
                               "textcolor '#777777'\n");
}

/* What stands in the first panel or beside it is not written again. */
static void end_first_panel(struct sheet *sheet)
{
    style_end_head(sheet->script);
    plot_events_end_list(sheet->script, sheet->events);
    plot_events_lines(sheet->script, sheet->events, sheet->unit_ns, false, false);
    gnuplot_put(sheet->script, "unset label 4\n");
}

static bool put_picture(struct sheet *sheet, const char *title, enum picture_format format, struct error *error)
{
    int top = STYLE_HEAD - HEAD_GAP;
    sheet->height = top + (sheet->series_count > 0 ? panel_head(name_lines(sheet->series_count)) + RESPONSE : 0) +
                    panel_head(name_lines(track_names(sheet))) + TRACKS + state_panels_height(sheet) + FOOT +
                    plot_events_height(sheet->events);
    struct gnuplot *script = sheet->script = gnuplot_create("pairs", format, STYLE_WIDTH, sheet->height, error);
    if (script == NULL || !put_response_blocks(sheet, error))
        return false;
    put_step_block(sheet);
    for (int state = 0; sheet->apart && state < PAIR_STATE_COUNT; state++)
        if (sheet->occurs[state])
            put_band_block(sheet, state);
    style_begin(script, sheet->height, title, "Pairs over the run%s", sheet->data != NULL ? sheet->data->note : "");
    gnuplot_put(script, "set xrange [0:%.6g]\n", sheet->end_ns / sheet->unit_ns);
    shade_warmup(sheet);
    plot_events_lines(script, sheet->events, sheet->unit_ns, true, false);
    plot_events_list(script, sheet->events, sheet->height, sheet->unit_ns, sheet->unit);
    gnuplot_put(script, "set multiplot\n");
    if (sheet->series_count > 0) {
        put_response_panel(sheet, &top);
        end_first_panel(sheet);
    }
    put_tracks_panel(sheet, &top);
    end_first_panel(sheet);
    plot_events_lines(script, sheet->events, sheet->unit_ns, false, true);
    put_state_panels(sheet, &top);
    gnuplot_put(script, "unset multiplot\n");
    return true;
}

struct gnuplot *plot_pairs(struct run_reader *reader, const struct plot_data *data, const struct plot_events *events,
                           enum picture_format format, struct error *error)
{
    struct sheet sheet = {.reader = reader, .data = data, .events = events, .low_ms = INFINITY,
                          .pair_count = run_reader_name_count(reader, "pairs"),
                          .end_ns = data != NULL ? (double)data->end_ns : 1};
    const char *title = run_reader_attribute(reader, "title");
    if (sheet.pair_count == 0 || run_reader_step_count(reader) == 0)
        return NULL;
    sheet.apart = sheet.pair_count <= APART;
    bool ok = read_kinds(&sheet, error) && read_steps(&sheet, error);
    sheet.unit = style_time_unit((sim_time)sheet.end_ns, &sheet.unit_ns);
    choose_series(&sheet);
    ok = ok && put_picture(&sheet, title != NULL && title[0] != '\0' ? title : "Run without a title", format, error);
    free(sheet.steps);
    free(sheet.kinds);
    if (!ok) {
        gnuplot_destroy(sheet.script);
        return NULL;
    }
    return sheet.script;
}
