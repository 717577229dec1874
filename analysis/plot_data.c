// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/plot_data.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_ROWS = 16384 };

/* Columns of a slice. The parts follow, in the order of enum io_part. */
enum { ISSUE, RESPONSE, WORKLOAD, OP, FAILED, WARMUP, FIRST_PART, COLUMN_COUNT = FIRST_PART + PART_COUNT };

/* I/Os of one workload, as the first pass counts them. */
struct tally {
    int64_t count[PLOT_OPS];
    int32_t shown_as; /* number among the workloads shown; -1: left out */
};

/* State of both passes. */
struct reading {
    struct run_reader *reader;
    struct plot_data *data;
    struct tally *tallies; /* by workload number */
    size_t tally_count;
    bool has_column[COLUMN_COUNT];
    int64_t (*columns)[SLICE_ROWS]; /* the slice at hand, by column */
    int64_t first_measured_ns;      /* completion; -1: none so far */
    struct error *error;
};

typedef bool visit_row(struct reading *reading, size_t row);

static void column_name(int column, char *name, size_t size)
{
    static const char *const names[] = {"issue_time", "response_time", "workload", "op", "error", "warmup"};
    if (column < FIRST_PART)
        snprintf(name, size, "%s", names[column]);
    else
        snprintf(name, size, "part_%s", io_part_info[column - FIRST_PART].name);
}

/* Rows come from a file: a value out of its range would index out of an array or overflow a sum. */
static bool row_is_sound(const struct reading *reading, size_t row)
{
    int64_t(*columns)[SLICE_ROWS] = reading->columns;
    return columns[ISSUE][row] >= 0 && columns[ISSUE][row] <= SIM_TIME_MAX && columns[RESPONSE][row] >= 0 &&
           columns[RESPONSE][row] <= SIM_TIME_MAX && columns[WORKLOAD][row] >= 0 &&
           (uint64_t)columns[WORKLOAD][row] < reading->tally_count &&
           (columns[OP][row] == IO_READ || columns[OP][row] == IO_WRITE);
}

/* Visits every I/O that succeeded, with the first `columns` columns of the file in memory. */
static bool read_rows(struct reading *reading, int columns, visit_row *visit)
{
    int64_t rows = run_reader_io_count(reading->reader);
    for (int64_t first = 0; first < rows; first += SLICE_ROWS) {
        int64_t count = rows - first < SLICE_ROWS ? rows - first : SLICE_ROWS;
        for (int c = 0; c < columns; c++) {
            char name[64];
            column_name(c, name, sizeof name);
            if (reading->has_column[c] &&
                !run_reader_column(reading->reader, name, first, count, reading->columns[c], reading->error))
                return false;
        }
        for (size_t row = 0; row < (size_t)count; row++) {
            if (!row_is_sound(reading, row))
                return error_set(reading->error, ERROR_INPUT, NULL,
                                 "damaged run file: I/O in row %" PRId64 " has a time, workload or op out of range",
                                 first + (int64_t)row);
            if (reading->columns[FAILED][row] == IO_OK && !visit(reading, row))
                return false;
        }
    }
    return true;
}

static int64_t completion_ns(const struct reading *reading, size_t row)
{
    return reading->columns[ISSUE][row] + reading->columns[RESPONSE][row];
}

/* ---- the first pass: which workloads, how long ---- */

static bool count_row(struct reading *reading, size_t row)
{
    int64_t completion = completion_ns(reading, row);
    reading->tallies[reading->columns[WORKLOAD][row]].count[reading->columns[OP][row]]++;
    if (completion > reading->data->end_ns)
        reading->data->end_ns = completion;
    if (!reading->columns[WARMUP][row] && (reading->first_measured_ns < 0 || completion < reading->first_measured_ns))
        reading->first_measured_ns = completion;
    else if (reading->columns[WARMUP][row])
        reading->data->warmup_end_ns = 1; /* there is one; its end is known after the pass */
    return true;
}

static int64_t tally_total(const struct tally *tally)
{
    return tally->count[IO_READ] + tally->count[IO_WRITE];
}

/* Whether at most PLOT_WORKLOADS - 1 workloads have more I/Os (of equals, the earlier counts as more). */
static bool is_shown(const struct reading *reading, size_t workload)
{
    int64_t total = tally_total(&reading->tallies[workload]);
    size_t ahead = 0;
    for (size_t w = 0; w < reading->tally_count && ahead < PLOT_WORKLOADS; w++) {
        int64_t other = tally_total(&reading->tallies[w]);
        ahead += other > total || (other == total && w < workload);
    }
    return total > 0 && ahead < PLOT_WORKLOADS;
}

static void choose_workloads(struct reading *reading)
{
    struct plot_data *data = reading->data;
    for (size_t w = 0; w < reading->tally_count; w++) {
        struct tally *tally = &reading->tallies[w];
        tally->shown_as = -1;
        if (!is_shown(reading, w)) {
            data->workloads_left_out += tally_total(tally) > 0;
            continue;
        }
        for (int op = 0; op < PLOT_OPS; op++) {
            struct plot_series *series = &data->series[data->workload_count * PLOT_OPS + (size_t)op];
            const char *name = run_reader_name(reading->reader, "workloads", w);
            series->name = name != NULL ? name : "?";
            series->op = (enum io_op)op;
            series->count = tally->count[op];
        }
        tally->shown_as = (int32_t)data->workload_count++;
    }
}

/* The least width of 1, 2 or 5 times a power of ten ns that cuts the run into at most PLOT_BINS bins. */
static void choose_bins(struct plot_data *data)
{
    static const int64_t steps[] = {1, 2, 5};
    int64_t width = 1;
    for (int64_t power = 1; data->end_ns / width >= PLOT_BINS; power *= 10)
        for (size_t i = 0; i < 3 && data->end_ns / width >= PLOT_BINS; i++)
            width = steps[i] * power;
    data->bin_ns = width;
    data->bin_count = (size_t)(data->end_ns / width) + 1;
}

static void find_warmup(struct reading *reading)
{
    struct plot_data *data = reading->data;
    bool has_warmup = data->warmup_end_ns != 0;
    data->only_warmup = reading->first_measured_ns < 0;
    data->warmup_end_ns = has_warmup && !data->only_warmup ? reading->first_measured_ns : 0;
}

/* ---- the second pass: histograms and sums ---- */

static bool add_time(struct histogram **histogram, int64_t response_ns, struct error *error)
{
    if (*histogram == NULL && (*histogram = histogram_create(error)) == NULL)
        return false;
    histogram_add(*histogram, response_ns);
    return true;
}

static bool add_row(struct reading *reading, size_t row)
{
    struct plot_data *data = reading->data;
    int32_t shown_as = reading->tallies[reading->columns[WORKLOAD][row]].shown_as;
    if (shown_as < 0)
        return true;
    struct plot_series *series = &data->series[shown_as * PLOT_OPS + reading->columns[OP][row]];
    int64_t response_ns = reading->columns[RESPONSE][row];
    if (!add_time(&series->bins[completion_ns(reading, row) / data->bin_ns], response_ns, reading->error))
        return false;
    if (reading->columns[WARMUP][row] && !data->only_warmup)
        return true;
    series->measured++;
    for (int part = 0; part < PART_COUNT; part++)
        if (reading->has_column[FIRST_PART + part])
            series->part_mean_ns[part] += (double)reading->columns[FIRST_PART + part][row];
    return add_time(&series->response, response_ns, reading->error);
}

/* Sums become means, and a value that a histogram had no memory for becomes an error. */
static bool finish_series(struct plot_data *data, struct error *error)
{
    for (size_t s = 0; s < data->workload_count * PLOT_OPS; s++) {
        struct plot_series *series = &data->series[s];
        for (int part = 0; part < PART_COUNT && series->measured > 0; part++)
            series->part_mean_ns[part] /= (double)series->measured;
        if (series->response != NULL && !histogram_check(series->response, error))
            return false;
        for (size_t b = 0; b < data->bin_count; b++)
            if (series->bins[b] != NULL && !histogram_check(series->bins[b], error))
                return false;
    }
    return true;
}

/* ---- both ---- */

static void write_note(struct plot_data *data)
{
    if (data->only_warmup)
        snprintf(data->note, sizeof data->note, ", of the warm-up: nothing was measured");
    else if (data->workloads_left_out > 0)
        snprintf(data->note, sizeof data->note, ", the %d busiest of %zu workloads", PLOT_WORKLOADS,
                 PLOT_WORKLOADS + data->workloads_left_out);
}

/* Which columns there are. A file without the parts, or without a mark for the warm-up, is drawn all the same. */
static void find_columns(struct reading *reading)
{
    for (int c = 0; c < COLUMN_COUNT; c++) {
        char name[64];
        column_name(c, name, sizeof name);
        reading->has_column[c] = c < FAILED || run_reader_has_column(reading->reader, name);
        reading->data->has_parts |= c >= FIRST_PART && reading->has_column[c];
    }
    for (size_t row = 0; row < SLICE_ROWS; row++) {
        reading->columns[FAILED][row] = IO_OK;
        reading->columns[WARMUP][row] = 0;
    }
}

static bool read_both(struct reading *reading)
{
    struct plot_data *data = reading->data;
    const char *title = run_reader_attribute(reading->reader, "title");
    data->title = title != NULL && title[0] != '\0' ? title : "Run without a title";
    find_columns(reading);
    if (!read_rows(reading, FIRST_PART, count_row))
        return false;
    choose_workloads(reading);
    if (data->workload_count == 0)
        return error_set(reading->error, ERROR_INPUT, NULL, "holds no completed I/Os in its trace, so there is nothing to draw; was it recorded with --trace none?");
    find_warmup(reading);
    choose_bins(data);
    write_note(data);
    return read_rows(reading, COLUMN_COUNT, add_row) && finish_series(data, reading->error);
}

struct plot_data *plot_data_read(struct run_reader *reader, struct error *error)
{
    struct reading reading = {.reader = reader, .first_measured_ns = -1, .error = error};
    reading.tally_count = run_reader_name_count(reader, "workloads");
    reading.tallies = calloc(reading.tally_count + 1, sizeof *reading.tallies);
    reading.columns = malloc(COLUMN_COUNT * sizeof *reading.columns);
    reading.data = calloc(1, sizeof *reading.data);
    bool ok = reading.tallies != NULL && reading.columns != NULL && reading.data != NULL;
    if (!ok)
        error_set(error, ERROR_RUN, NULL, "no memory for the pictures' data");
    ok = ok && read_both(&reading);
    free(reading.columns);
    free(reading.tallies);
    if (!ok) {
        plot_data_destroy(reading.data);
        return NULL;
    }
    return reading.data;
}

void plot_data_destroy(struct plot_data *data)
{
    if (data == NULL)
        return;
    for (size_t s = 0; s < PLOT_WORKLOADS * PLOT_OPS; s++) {
        histogram_destroy(data->series[s].response);
        for (size_t b = 0; b < PLOT_BINS; b++)
            histogram_destroy(data->series[s].bins[b]);
    }
    free(data);
}

double plot_series_mean_ms(const struct plot_series *series)
{
    double sum_ns = 0;
    for (int part = 0; part < PART_COUNT; part++)
        sum_ns += series->part_mean_ns[part];
    return sum_ns / (double)SIM_MS;
}
