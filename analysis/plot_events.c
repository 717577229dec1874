// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/plot_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/plot_style.h"

enum {
    LIST_ROW = 16, /* height of a line of the list, units */
    LIST_PAD = 12,
    LIST_COLUMNS = 2,
    TEXT_LETTERS = 60,  /* of an entry's text */
    NEAR = 60,          /* what is nearer than this part of the axis shares a line ... */
    CROWDED = 20,       /* ... and numbers nearer than this one stand at two heights */
    FIRST_LABEL = 100,  /* numbers of labels and arrows, out of the way of the pictures' own */
    FIRST_ENTRY = 150,
    FIRST_ARROW = 100,
};

/* How much an event matters: failures most, then tasks, then what follows from them. */
static int weigh(const char *detail)
{
    static const char *const failures[] = {"fail", "repair", "down", " up", "lost", "rebuild"};
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (strstr(detail, failures[i]) != NULL)
            return 3;
    return strncmp(detail, "task", 4) == 0 || strncmp(detail, "workload", 8) == 0 ? 2 : 1;
}

/* The line tells of the event that weighs most, of equals the first; what is behind a colon is left to the file. */
static void describe(struct plot_mark *mark, const struct run_event *event)
{
    int weight = weigh(event->detail);
    mark->events++;
    if (weight <= mark->weight)
        return;
    const char *colon = strstr(event->detail, ": ");
    int length = colon ? (int)(colon - event->detail) : (int)strlen(event->detail);
    mark->weight = weight;
    snprintf(mark->text, sizeof mark->text, "%.100s: %.*s", event->subject, length < 80 ? length : 80, event->detail);
}

/* Lines for all events, in order of time; the caller frees. */
static struct plot_mark *group(const struct run_event *events, size_t count, sim_time end_ns, size_t *groups)
{
    struct plot_mark *marks = calloc(count + 1, sizeof *marks);
    *groups = 0;
    for (size_t i = 0; marks != NULL && i < count; i++) {
        bool apart = *groups == 0 || events[i].time_ns - marks[*groups - 1].at_ns > end_ns / NEAR;
        if (events[i].time_ns < 0 || events[i].time_ns > end_ns)
            continue;
        if (apart)
            marks[(*groups)++].at_ns = events[i].time_ns;
        describe(&marks[*groups - 1], &events[i]);
    }
    return marks;
}

/* The least weight that lines may have for no more than PLOT_MARKS to be drawn. */
static int least_weight(const struct plot_mark *marks, size_t count)
{
    int least = 1;
    for (; least < 3; least++) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++)
            kept += marks[i].weight >= least;
        if (kept <= PLOT_MARKS)
            break;
    }
    return least;
}

bool plot_events_read(struct run_reader *reader, sim_time end_ns, struct plot_events *events, struct error *error)
{
    size_t count, groups;
    *events = (struct plot_events){.end_ns = end_ns};
    struct run_event *all = run_reader_events(reader, &count, error);
    if (all == NULL)
        return false;
    struct plot_mark *marks = group(all, count, end_ns, &groups);
    free(all);
    if (marks == NULL)
        return error_set(error, ERROR_RUN, NULL, "no memory for the pictures' events");
    int least = least_weight(marks, groups);
    for (size_t i = 0; i < groups; i++) {
        if (marks[i].weight >= least && events->count < PLOT_MARKS)
            events->marks[events->count++] = marks[i];
        else
            events->left_out += marks[i].events;
    }
    free(marks);
    return true;
}

static size_t list_rows(const struct plot_events *events)
{
    size_t entries = events->count + (events->left_out > 0);
    return entries > 0 ? (entries + LIST_COLUMNS - 1) / LIST_COLUMNS : 0;
}

int plot_events_height(const struct plot_events *events)
{
    return events->count > 0 ? (int)list_rows(events) * LIST_ROW + LIST_PAD : 0;
}

void plot_events_lines(struct gnuplot *script, const struct plot_events *events, double unit_ns, bool numbered,
                       bool in_front)
{
    bool lower = false;
    for (size_t i = 0; i < events->count; i++) {
        double at = (double)events->marks[i].at_ns / unit_ns;
        sim_time since_ns = i > 0 ? events->marks[i].at_ns - events->marks[i - 1].at_ns : events->end_ns;
        lower = !lower && since_ns < events->end_ns / CROWDED;
        gnuplot_put(script,
                    "set arrow %zu from first %.6g, graph 0 to first %.6g, graph 1 nohead linewidth 1 "
                    "linecolor '%s' dashtype (4,3) %s\n",
                    FIRST_ARROW + i, at, at, in_front ? "#222222" : "#777777", in_front ? "front" : "back");
        if (numbered)
            gnuplot_put(script,
                        "set label %zu '%zu' at first %.6g, graph 1 offset 0.3,%s left font SMALL_FONT "
                        "textcolor '#555555' front\n",
                        FIRST_LABEL + i, i + 1, at, lower ? "-1.4" : "-0.6");
        else
            gnuplot_put(script, "unset label %zu\n", FIRST_LABEL + i);
    }
}

/* Begins entry number `entry`, up to its text. */
static void put_entry(struct gnuplot *script, const struct plot_events *events, size_t entry, int height)
{
    size_t rows = list_rows(events);
    double left = 16 + (double)(entry / rows) * (STYLE_WIDTH - 16) / LIST_COLUMNS;
    double up = (double)(rows - entry % rows) * LIST_ROW - LIST_ROW / 2.0 + 4;
    gnuplot_put(script, "set label %zu at screen %.6g, screen %.6g left font SMALL_FONT textcolor '#333333' ",
                FIRST_ENTRY + entry, left / STYLE_WIDTH, up / height);
}

void plot_events_list(struct gnuplot *script, const struct plot_events *events, int height, double unit_ns,
                      const char *unit)
{
    for (size_t i = 0; i < events->count; i++) {
        const struct plot_mark *mark = &events->marks[i];
        put_entry(script, events, i, height);
        gnuplot_put(script, "'%zu   %.4g %s   '.", i + 1, (double)mark->at_ns / unit_ns, unit);
        gnuplot_text(script, mark->text, TEXT_LETTERS);
        if (mark->events > 1)
            gnuplot_put(script, ".', and %zu more'", mark->events - 1);
        gnuplot_put(script, "\n");
    }
    if (events->left_out > 0) {
        put_entry(script, events, events->count, height);
        gnuplot_put(script, "'%zu more event%s without a line (essim summary --json)'\n", events->left_out,
                    events->left_out == 1 ? "" : "s");
    }
}

void plot_events_end_list(struct gnuplot *script, const struct plot_events *events)
{
    for (size_t i = 0; i < events->count + (events->left_out > 0); i++)
        gnuplot_put(script, "unset label %zu\n", FIRST_ENTRY + i);
}
