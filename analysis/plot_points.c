// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/plot_points.h"

enum {
    IOS_A_POINT = 200, /* two I/Os are then above the 99th percentile */
    IOS_A_BIN = 20,    /* mean from which on an empty bin is no chance, but a stall */
};

/* A remainder too small for a point of its own joins the point before, if that is its neighbour. */
static size_t close_span(struct plot_span *spans, size_t count, struct plot_span span)
{
    if (span.ios >= IOS_A_POINT || (span.ios > 0 && (count == 0 || spans[count - 1].end != span.first)))
        spans[count++] = span;
    else if (span.ios > 0)
        spans[count - 1].end = span.end;
    return count;
}

/* Joins bins into points; those that are no neighbours have a stall in between. Returns how many. */
static size_t find_spans(const struct plot_data *data, const struct plot_series *series,
                         struct plot_span spans[PLOT_BINS])
{
    bool stalls = series->count / (int64_t)data->bin_count >= IOS_A_BIN;
    struct plot_span span = {0, 0, 0};
    size_t count = 0;
    for (size_t b = 0; b < data->bin_count; b++) {
        uint64_t ios = series->bins[b] != NULL ? histogram_count(series->bins[b]) : 0;
        bool is_stall = stalls && ios == 0;
        if (!is_stall) {
            span.end = b + 1;
            span.ios += ios;
        }
        if (is_stall || span.ios >= IOS_A_POINT) {
            count = close_span(spans, count, span);
            span = (struct plot_span){b + 1, b + 1, 0};
        }
    }
    return close_span(spans, count, span);
}

bool plot_points_walk(const struct plot_data *data, const struct plot_series *series, plot_visit_point *visit,
                      void *context, struct error *error)
{
    struct plot_span spans[PLOT_BINS];
    size_t count = find_spans(data, series, spans);
    struct histogram *joined = histogram_create(error);
    if (joined == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        histogram_clear(joined);
        for (size_t b = spans[i].first; b < spans[i].end; b++)
            if (series->bins[b] != NULL)
                histogram_merge(joined, series->bins[b]);
        visit(context, &spans[i], joined, i > 0 && spans[i - 1].end != spans[i].first);
    }
    bool ok = histogram_check(joined, error);
    histogram_destroy(joined);
    return ok;
}
