// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/plot_family.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/metric.h"
#include "analysis/output_file.h"
#include "analysis/plot_style.h"
#include "analysis/utf8.h"
#include "sim/memory.h"

enum {
    CURVES = 24,        /* drawn at most: more cannot be told apart */
    LEFT = 90,          /* places of things, in units */
    RIGHT = 24,
    KEY_WIDTH = 210,    /* of the names of the curves */
    BOTTOM = 480,       /* of the axes */
    HEIGHT = 572,
    LETTER = 8,
    NAME_LETTERS = 22,  /* of a curve's name */
    AXIS_LETTERS = 90,  /* of an axis' title */
    OWN_TICS = 12,      /* values of x at most that are tics themselves */
    Y_LABELS = 28,
};

static const double ROOM = 1.12;         /* of the axis, to its greatest value */
static const double STEEP = 10; /* what lies so many times above the median of stable times is beyond the axis */
static const double DOUBTFUL_ROOM = 2;   /* doubtful points up to so many times the greatest stable one are on it */
static const double TIC_SHARE = 0.045;   /* of the axis, between tics of our own */

/* A point: runs with equal settings together. */
struct point {
    size_t curve;
    double x, y, low, high; /* as drawn, with the interval; low and high are NaN without one */
    bool stable, beyond;
};

struct sheet {
    const struct family *family;
    struct gnuplot *script;
    struct point *points;
    size_t count;
    const char **names;    /* by curve, of all that there are */
    size_t curves;         /* that there are; CURVES of them are drawn at most */
    struct metric_scale y;
    const char *x_unit;
    double x_factor;
    double low, high;      /* of the y axis */
    bool log, any_doubtful, any_beyond;
};

/* ---- points ---- */

/* The unit that suits an axis up to `most` of a base unit, and its factor. */
static const char *axis_unit(const char *base, double most, double *factor)
{
    static const struct {
        const char *base, *unit;
        double from, one;
    } units[] = {{"m", "km", 1000, 1000},
                 {"B", "GiB", 1 << 30, 1 << 30}, {"B", "MiB", 1 << 20, 1 << 20}, {"B", "KiB", 1 << 10, 1 << 10},
                 {"B/s", "MB/s", 1e5, 1e6},
                 {"ns", "min", 1200e9, 60e9}, {"ns", "s", 1e9, 1e9}, {"ns", "ms", 1e6, 1e6}, {"ns", "us", 1e3, 1e3},
                 {"1", "%", 0, 0.01}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(base, units[i].base) == 0 && most >= units[i].from) {
            *factor = units[i].one;
            return units[i].unit;
        }
    *factor = 1;
    return base;
}

/* One point of runs [first, end), which have equal settings; false when none measured anything. */
static bool make_point(const struct sheet *sheet, const struct family_run *runs, size_t first, size_t end,
                       struct point *point)
{
    double sum = 0, squares = 0;
    size_t measured = 0;
    *point = (struct point){.x = runs[first].x / sheet->x_factor, .stable = true};
    for (size_t i = first; i < end; i++) {
        point->stable &= runs[i].stable;
        if (isnan(runs[i].y))
            continue;
        sum += runs[i].y;
        squares += runs[i].ci95 * runs[i].ci95;
        measured++;
    }
    if (measured == 0)
        return false;
    double half = sqrt(squares) / (double)measured * sheet->y.factor;
    point->y = sum / (double)measured * sheet->y.factor;
    point->low = point->y - half;
    point->high = point->y + half;
    return true;
}

static void collect(struct sheet *sheet)
{
    size_t count, end;
    const struct family_run *runs = family_runs(sheet->family, &count);
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(runs[i].x));
    sheet->x_unit = axis_unit(family_x_unit(sheet->family), most, &sheet->x_factor);
    sheet->points = memory_alloc_zeroed(count, sizeof *sheet->points);
    sheet->names = memory_alloc_zeroed(count, sizeof *sheet->names);
    for (size_t i = 0; i < count; i = end) {
        struct point point;
        if (i == 0 || strcmp(runs[i].by, sheet->names[sheet->curves - 1]) != 0)
            sheet->names[sheet->curves++] = runs[i].by;
        for (end = i + 1; end < count && runs[end].x == runs[i].x && strcmp(runs[end].by, runs[i].by) == 0;)
            end++;
        if (sheet->curves > CURVES || !make_point(sheet, runs, i, end, &point))
            continue;
        point.curve = sheet->curves - 1;
        sheet->points[sheet->count++] = point;
    }
}

/* ---- the y axis ---- */

static int compare_doubles(const void *left, const void *right)
{
    const double *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The median of what is stable, NaN when nothing is. */
static double stable_median(const struct sheet *sheet)
{
    double *values = memory_alloc_zeroed(sheet->count, sizeof *values), median = NAN;
    size_t count = 0;
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet->points[i].stable)
            values[count++] = sheet->points[i].y;
    qsort(values, count, sizeof *values, compare_doubles);
    if (count > 0)
        median = values[(count - 1) / 2];
    free(values);
    return median;
}

/* The greatest value that the axis must show: of stable points, but for those that make a hockey stick's end. */
static double stable_top(const struct sheet *sheet)
{
    bool steep = !sheet->log && strcmp(sheet->y.unit, "ms") == 0;
    double limit = steep ? STEEP * stable_median(sheet) : INFINITY, top = 0;
    for (size_t i = 0; i < sheet->count; i++) {
        const struct point *point = &sheet->points[i];
        bool shown = point->stable && point->y <= limit;
        top = shown ? fmax(top, point->y) : top;
        top = shown && point->high < 2 * point->y ? fmax(top, point->high) : top;
    }
    return top;
}

static void choose_range(struct sheet *sheet)
{
    double top = stable_top(sheet), least = INFINITY;
    double room = top > 0 ? DOUBTFUL_ROOM * top * (sheet->log ? 5 : 1) : INFINITY, most = top;
    for (size_t i = 0; i < sheet->count; i++) {
        const struct point *point = &sheet->points[i];
        if (!point->stable && point->y <= room)
            most = fmax(most, point->y);
        if (point->y > 0)
            least = fmin(least, point->y);
    }
    sheet->log = sheet->log && most > 0 && isfinite(least);
    sheet->low = sheet->log ? style_round_down(least) : 0;
    sheet->high = most > 0 ? (sheet->log ? style_round_up(most * 1.05) : most * ROOM) : 1;
    if (!sheet->log && strcmp(sheet->y.unit, "%") == 0 && most <= 100)
        sheet->high = fmin(sheet->high, 102);
    if (sheet->log && sheet->high <= sheet->low)
        sheet->high = 10 * sheet->low;
    for (size_t i = 0; i < sheet->count; i++) {
        struct point *point = &sheet->points[i];
        point->beyond = point->y > sheet->high;
        sheet->any_beyond |= point->beyond;
        sheet->any_doubtful |= !point->stable && !point->beyond;
    }
}

/* ---- the script ---- */

/* What a block of a curve holds. */
enum content { ALL, STABLE, DOUBTFUL, BEYOND, CONTENTS };
static const char *const content_names[CONTENTS] = {"line", "stable", "doubtful", "beyond"};

static bool holds(const struct sheet *sheet, enum content content, const struct point *point)
{
    if (sheet->log && !(point->y > 0))
        return false;
    return content == ALL || (content == BEYOND && point->beyond) ||
           (!point->beyond && content == (point->stable ? STABLE : DOUBTFUL));
}

/* Whether the curve has anything of the kind: gnuplot warns of an empty block. */
static bool has_any(const struct sheet *sheet, size_t curve, enum content content)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet->points[i].curve == curve && holds(sheet, content, &sheet->points[i]))
            return true;
    return false;
}

static void put_blocks(struct sheet *sheet)
{
    for (size_t curve = 0; curve < sheet->curves && curve < CURVES; curve++)
        for (int content = ALL; content < CONTENTS; content++) {
            char name[32];
            if (!has_any(sheet, curve, (enum content)content))
                continue;
            snprintf(name, sizeof name, "%s_%zu", content_names[content], curve);
            gnuplot_block_begin(sheet->script, name);
            for (size_t i = 0; i < sheet->count; i++) {
                const struct point *point = &sheet->points[i];
                double y = content == BEYOND ? sheet->high : point->y;
                bool bars = isfinite(point->low) && !(sheet->log && point->low <= 0);
                if (point->curve == curve && holds(sheet, (enum content)content, point))
                    gnuplot_row(sheet->script, 4, (double[]){point->x, y, bars ? point->low : y,
                                                             bars ? fmin(point->high, sheet->high) : y});
            }
            gnuplot_block_end(sheet->script);
        }
}

/* Tics at the values themselves, where these are few and stand apart; else gnuplot's. */
static void put_x_axis(struct sheet *sheet)
{
    double values[OWN_TICS], low = INFINITY, high = -INFINITY;
    size_t count = 0;
    bool own = true;
    for (size_t i = 0; i < sheet->count; i++) {
        double x = sheet->points[i].x;
        bool known = false;
        low = fmin(low, x);
        high = fmax(high, x);
        for (size_t v = 0; v < count; v++)
            known |= values[v] == x;
        if (!known && count == OWN_TICS)
            own = false;
        else if (!known)
            values[count++] = x;
    }
    if (low >= 0 && low < 0.35 * high)
        low = 0;
    double pad = high > low ? 0.03 * (high - low) : fmax(1, 0.1 * fabs(high));
    gnuplot_put(sheet->script, "set xrange [%.6g:%.6g]\n", low == 0 ? 0 : low - pad, high + pad);
    qsort(values, count, sizeof *values, compare_doubles);
    for (size_t v = 1; own && v < count; v++)
        own = values[v] - values[v - 1] >= TIC_SHARE * (high + pad - low);
    for (size_t v = 0; own && v < count; v++)
        gnuplot_put(sheet->script, "%s'%.6g' %.10g%s", v > 0 ? ", " : "set xtics (", values[v], values[v],
                    v + 1 == count ? ")\n" : "");
}

/* "oltp writes": the path without its first step, which says what kind of thing it is, and its last. */
static char *subject_of(const char *path)
{
    const char *first = strchr(path, '.'), *last = strrchr(path, '.');
    if (first == NULL || first == last)
        return memory_copy_string("");
    char *subject = memory_text("%.*s", (int)(last - first - 1), first + 1);
    size_t length = strlen(subject);
    static const char *const ends[] = {".reads", ".writes", ".all", ".cache", ".nvs"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t tail = strlen(ends[i]);
        if (length > tail && strcmp(subject + length - tail, ends[i]) == 0)
            subject[length - tail] = ' ';
    }
    return subject;
}

static void put_axis_title(struct sheet *sheet, const char *axis, const char *text, const char *unit, const char *where)
{
    char *title = memory_text("%s%s%s%s", text, *unit ? " (" : "", unit, *unit ? ")" : "");
    gnuplot_put(sheet->script, "set %slabel ", axis);
    gnuplot_text(sheet->script, title, AXIS_LETTERS);
    gnuplot_put(sheet->script, " %s\n", where);
    free(title);
}

static void put_axes(struct sheet *sheet)
{
    const char *path = family_y(sheet->family), *leaf = strrchr(path, '.');
    char *subject = subject_of(path);
    char *y_title = sheet->y.quantity != NULL
                        ? memory_text("%s%s%s", sheet->y.quantity, *subject ? ", " : "", subject)
                        : memory_text("%s%s%s", leaf ? leaf + 1 : path, *subject ? ", " : "", subject);
    put_axis_title(sheet, "x", family_x(sheet->family), sheet->x_unit, "offset 0,0.2");
    put_axis_title(sheet, "y", y_title, sheet->y.unit, "");
    free(subject);
    free(y_title);
    put_x_axis(sheet);
    if (sheet->log)
        style_log_axis(sheet->script, 'y', sheet->low, sheet->high, Y_LABELS);
    else
        gnuplot_put(sheet->script, "set yrange [%.6g:%.6g]\n", sheet->low, sheet->high);
    gnuplot_put(sheet->script, "set clip one\nset clip two\n");
}

/* Begins one more plot of the picture's only plot command. */
static void begin_plot(struct sheet *sheet, bool *any, const char *block, size_t curve)
{
    gnuplot_put(sheet->script, "%s$%s_%zu ", *any ? ", \\\n     " : "plot ", block, curve);
    *any = true;
}

static void put_curve(struct sheet *sheet, size_t curve, bool *any)
{
    static const char *const points[CONTENTS] = {"", "7 pointsize 0.8", "6 pointsize 0.9", "8 pointsize 1"};
    begin_plot(sheet, any, content_names[ALL], curve);
    gnuplot_put(sheet->script, "using 1:2 with lines ");
    style_line(sheet->script, curve, 2);
    gnuplot_put(sheet->script, " notitle");
    for (int content = STABLE; content < CONTENTS; content++) {
        if (!has_any(sheet, curve, (enum content)content))
            continue;
        begin_plot(sheet, any, content_names[content], curve);
        gnuplot_put(sheet->script, content == BEYOND ? "using 1:2 with points " : "using 1:2:3:4 with yerrorbars ");
        gnuplot_put(sheet->script, "pointtype %s linewidth 1.4 linecolor '%s' notitle", points[content],
                    style_colour(curve));
    }
}

/* The legend's entries; the dashes of a curve show in its line. */
static void put_names(struct sheet *sheet)
{
    for (size_t curve = 0; family_by(sheet->family) != NULL && curve < sheet->curves && curve < CURVES; curve++) {
        gnuplot_put(sheet->script, ", \\\n     keyentry with linespoints pointtype 7 pointsize 0.8 ");
        style_line(sheet->script, curve, 2);
        gnuplot_put(sheet->script, " title ");
        gnuplot_text(sheet->script, *sheet->names[curve] ? sheet->names[curve] : "-", NAME_LETTERS);
    }
}

/* What hollow points and triangles mean, at the picture's foot. */
static void put_explanation(struct sheet *sheet)
{
    const char *doubtful = "hollow: not stable - I/Os queued up as long as the run lasted, or a link was saturated";
    const char *beyond = "triangle at the top: beyond the axis, see family.csv";
    if (sheet->any_doubtful)
        gnuplot_put(sheet->script,
                    "set label 20 '%s' at screen %.6g, screen %.6g left font SMALL_FONT textcolor '#333333'\n",
                    doubtful, (double)LEFT / STYLE_WIDTH, 30.0 / HEIGHT);
    if (sheet->any_beyond)
        gnuplot_put(sheet->script,
                    "set label 21 '%s%s' at screen %.6g, screen %.6g left font SMALL_FONT textcolor '#333333'\n",
                    beyond, sheet->any_doubtful ? "" : " (where I/Os queued up, or a link was saturated)",
                    (double)LEFT / STYLE_WIDTH, 14.0 / HEIGHT);
}

/* A path of the scenario in so many letters: of a long one its last parts, which tell what it is. To be freed. */
static char *path_end(const char *path, size_t letters)
{
    const char *end = path, *dot;
    while (strlen(end) > letters - 4 && (dot = strchr(end, '.')) != NULL)
        end = dot + 1;
    bool fits = strlen(path) <= letters;
    return memory_text("%s%s", fits || end == path ? "" : "... ", fits ? path : end);
}

static void put_script(struct sheet *sheet)
{
    struct gnuplot *script = sheet->script;
    bool by = family_by(sheet->family) != NULL, any = false;
    const char *title = family_title(sheet->family);
    size_t count;
    family_runs(sheet->family, &count);
    put_blocks(sheet);
    char left_out[60] = "";
    if (sheet->curves > CURVES)
        snprintf(left_out, sizeof left_out, "; the first %d of %zu curves", CURVES, sheet->curves);
    style_begin(script, HEIGHT, *title ? title : "Runs without a title", "A family of %zu runs%s%s", count,
                strcmp(sheet->y.unit, "ms") == 0 ? "; bars: 95 % confidence of the mean" : "", left_out);
    style_place(script, HEIGHT, &(struct style_box){LEFT, STYLE_WIDTH - (by ? KEY_WIDTH : RIGHT), STYLE_HEAD, BOTTOM});
    put_axes(sheet);
    put_explanation(sheet);
    if (by) {
        gnuplot_put(script, "set key at screen %.6g, screen %.6g left top vertical Left reverse samplen 3 title ",
                    (STYLE_WIDTH - KEY_WIDTH + 12.0) / STYLE_WIDTH, 1 - (STYLE_HEAD - 4.0) / HEIGHT);
        char *title_by = path_end(family_by(sheet->family), NAME_LETTERS + 4);
        gnuplot_text(script, title_by, NAME_LETTERS + 4);
        gnuplot_put(script, " left\n");
        free(title_by);
    }
    for (size_t curve = 0; curve < sheet->curves && curve < CURVES; curve++)
        if (has_any(sheet, curve, ALL))
            put_curve(sheet, curve, &any);
    put_names(sheet);
    gnuplot_put(script, "\n");
}

bool plot_family(const struct family *family, const char *directory, enum picture_format format, bool log,
                 struct plot_family_files *files, struct error *error)
{
    struct sheet sheet = {.family = family, .y = metric_scale(family_y(family)), .log = log};
    *files = (struct plot_family_files){.table = memory_text("%s/family.csv", directory)};
    collect(&sheet);
    choose_range(&sheet);
    sheet.script = gnuplot_create("family", format, STYLE_WIDTH, HEIGHT, error);
    bool ok = sheet.script != NULL;
    if (ok)
        put_script(&sheet);
    ok = ok && output_directory_make(directory, error) && family_write_csv(family, files->table, error);
    if (!ok) {
        free(files->table);
        files->table = NULL;
    }
    ok = ok && gnuplot_save(sheet.script, directory, error) &&
         (files->picture = gnuplot_draw(sheet.script, directory, error)) != NULL;
    gnuplot_destroy(sheet.script);
    free(sheet.points);
    free(sheet.names);
    return ok;
}
