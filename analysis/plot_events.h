// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_events: what happened during a run, as thin numbered lines in its pictures over time, and a list below them.
 *
 * Pictures stay readable whatever happened: what happens at about one time shares a line, and only the weightiest
 * lines are drawn - failures and repairs before tasks, tasks before the states that follow from them.
 */
#ifndef ANALYSIS_PLOT_EVENTS_H
#define ANALYSIS_PLOT_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/gnuplot.h"
#include "analysis/run_reader.h"
#include "sim/error.h"
#include "sim/time.h"

enum { PLOT_MARKS = 10, PLOT_MARK_BYTES = 200 };

/* A line: when, and what, in words of the user's. */
struct plot_mark {
    sim_time at_ns;
    int weight;
    size_t events;              /* that share it */
    char text[PLOT_MARK_BYTES]; /* "split: task started" */
};

struct plot_events {
    struct plot_mark marks[PLOT_MARKS]; /* in order of time */
    size_t count;
    size_t left_out; /* events that are in no line */
    sim_time end_ns; /* of the pictures' time axis */
};

/* Chooses the lines of a picture that ends at `end_ns` (> 0). False with an error: damaged file, no memory. */
bool plot_events_read(struct run_reader *reader, sim_time end_ns, struct plot_events *events, struct error *error);

/* Height that the list takes at a picture's foot, units; 0 without events. */
int plot_events_height(const struct plot_events *events);

/* Puts the lines into the plots that follow, whose x axis counts `unit_ns`: with their numbers or without, behind what
 * is drawn or in front of it. */
void plot_events_lines(struct gnuplot *script, const struct plot_events *events, double unit_ns, bool numbered,
                       bool in_front);

/* Puts the list at the foot of a picture `height` high into the next plot; and takes it away, so that further panels
 * do not write it again. */
void plot_events_list(struct gnuplot *script, const struct plot_events *events, int height, double unit_ns,
                      const char *unit);
void plot_events_end_list(struct gnuplot *script, const struct plot_events *events);

#endif
