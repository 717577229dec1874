// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/plot_style.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { COLOURS = 7, DASHES = 5 };

static const char *const colours[COLOURS] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                             "#E69F00", "#56B4E9", "#000000"};
/* Lengths of dashes and gaps in gnuplot's units; the first is solid. */
static const char *const dashes[DASHES] = {"solid", "(9,4)", "(3,3)", "(12,4,3,4)", "(18,5)"};

void style_begin(struct gnuplot *script, int height, const char *title, const char *subject, ...)
{
    char shown[160];
    va_list arguments;
    va_start(arguments, subject);
    vsnprintf(shown, sizeof shown, subject, arguments);
    va_end(arguments);
    gnuplot_put(script, "set border 3 linewidth 1 linecolor '#555555'\n"
                        "set tics nomirror out scale 0.6 textcolor '#333333'\n"
                        "set grid linetype 1 linewidth 1 linecolor '#DDDDDD'\n"
                        "set grid back\n"
                        "unset key\n");
    gnuplot_put(script, "set label 1 ");
    gnuplot_text(script, title, STYLE_TITLE_LETTERS);
    gnuplot_put(script, " at screen %.6g, screen %.6g left font TITLE_FONT textcolor '#000000'\n", 16.0 / STYLE_WIDTH,
                1 - 24.0 / height);
    gnuplot_put(script, "set label 2 '%s' at screen %.6g, screen %.6g left textcolor '#555555'\n", shown,
                16.0 / STYLE_WIDTH, 1 - 48.0 / height);
}

void style_end_head(struct gnuplot *script)
{
    gnuplot_put(script, "unset label 1\nunset label 2\n");
}

void style_place(struct gnuplot *script, int height, const struct style_box *box)
{
    gnuplot_put(script, "set lmargin at screen %.6g\nset rmargin at screen %.6g\n", (double)box->left / STYLE_WIDTH,
                (double)box->right / STYLE_WIDTH);
    gnuplot_put(script, "set tmargin at screen %.6g\nset bmargin at screen %.6g\n", 1 - (double)box->top / height,
                1 - (double)box->bottom / height);
}

void style_panel_title(struct gnuplot *script, const char *name, const char *suffix, size_t limit)
{
    gnuplot_put(script, "set label 3 ");
    gnuplot_text(script, name, limit);
    gnuplot_put(script, ".'%s' at graph 0, graph 1 offset 0,0.8 left textcolor '#000000'\n", suffix);
}

void style_line(struct gnuplot *script, size_t index, double width)
{
    gnuplot_put(script, "linewidth %.6g linecolor '%s' dashtype %s", width, colours[index % COLOURS],
                dashes[index % DASHES]);
}

const char *style_colour(size_t index)
{
    return colours[index % COLOURS];
}

double style_round_down(double value)
{
    double power = pow(10, floor(log10(value)));
    double digit = value / power * (1 + 1e-9);
    return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
}

double style_round_up(double value)
{
    double down = style_round_down(value);
    if (value <= down * (1 + 1e-9))
        return down;
    double power = pow(10, floor(log10(down) + 1e-9));
    double digit = down / power;
    return power * (digit < 1.5 ? 2 : digit < 3 ? 5 : 10);
}

void style_log_axis(struct gnuplot *script, char axis, double low, double high, int labels)
{
    bool by_decades = 3 * log10(high / low) + 1 > labels;
    const char *separator = "";
    gnuplot_put(script, "set logscale %c\nset %crange [%.6g:%.6g]\nset %ctics (", axis, axis, low, high, axis);
    for (double tic = style_round_up(low); tic <= high * (1 + 1e-9); tic = style_round_up(tic * 1.01)) {
        bool is_power = fabs(log10(tic) - round(log10(tic))) < 1e-9;
        if (!by_decades || is_power) {
            gnuplot_put(script, "%s'%.10g' %.6g", separator, tic, tic);
            separator = ", ";
        } else {
            gnuplot_put(script, "%s'' %.6g 1", separator, tic);
            separator = ", ";
        }
    }
    gnuplot_put(script, ")\n");
}

const char *style_time_unit(sim_time end_ns, double *unit_ns)
{
    if (end_ns < 1200 * SIM_S)
        return *unit_ns = (double)SIM_S, "s";
    if (end_ns < 36000 * SIM_S)
        return *unit_ns = 60.0 * (double)SIM_S, "min";
    return *unit_ns = 3600.0 * (double)SIM_S, "h";
}

const char *style_op_name(enum io_op op)
{
    return op == IO_READ ? "reads" : "writes";
}
