// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_slices.h"

#include <stdio.h>
#include <stdlib.h>

/* Rows read at once: a few chunks of the file, about 14 MB with all columns. */
enum { SLICE_ROWS = 65536 };

enum base_column { ISSUE, RESPONSE, WORKLOAD, VOLUME, HOST, OP, ERRORS, LENGTH, WARMUP, BASE_COLUMNS };
enum { ALL_COLUMNS = BASE_COLUMNS + PART_COUNT };

struct trace_slices {
    struct run_reader *reader;
    int64_t total;                     /* rows in the file */
    int64_t first;                     /* row of the slice's first value */
    int64_t rows;                      /* in the slice */
    int64_t next;                      /* row to deliver next, in the slice */
    int64_t least[BASE_COLUMNS];       /* allowed values */
    int64_t most[BASE_COLUMNS];
    int64_t *columns[ALL_COLUMNS];     /* SLICE_ROWS values each; NULL: not read, all 0 */
    char names[ALL_COLUMNS][40];       /* in the file */
};

/* The names and ranges of what makes up a record. */
static void describe_columns(struct trace_slices *slices)
{
    struct run_reader *reader = slices->reader;
    const struct {
        const char *name;
        int64_t least, most;
    } base[BASE_COLUMNS] = {
        [ISSUE] = {"issue_time", 0, SIM_TIME_MAX},
        [RESPONSE] = {"response_time", 0, SIM_TIME_MAX},
        [WORKLOAD] = {"workload", 0, (int64_t)run_reader_name_count(reader, "workloads") - 1},
        [VOLUME] = {"volume", 0, (int64_t)run_reader_name_count(reader, "volumes") - 1},
        [HOST] = {"host", 0, (int64_t)run_reader_name_count(reader, "hosts") - 1},
        [OP] = {"op", IO_READ, IO_WRITE},
        [ERRORS] = {"error", 0, UINT8_MAX},
        [LENGTH] = {"length", 0, INT32_MAX},
        [WARMUP] = {"warmup", 0, 1},
    };
    for (int c = 0; c < BASE_COLUMNS; c++) {
        snprintf(slices->names[c], sizeof slices->names[c], "%s", base[c].name);
        slices->least[c] = base[c].least;
        slices->most[c] = base[c].most;
    }
    for (int part = 0; part < PART_COUNT; part++)
        snprintf(slices->names[BASE_COLUMNS + part], sizeof slices->names[0], "part_%s", io_part_info[part].name);
}

struct trace_slices *trace_slices_open(struct run_reader *reader, bool parts, struct error *error)
{
    struct trace_slices *slices = calloc(1, sizeof *slices);
    bool good = slices != NULL;
    if (good) {
        slices->reader = reader;
        slices->total = run_reader_io_count(reader);
        describe_columns(slices);
    }
    for (int c = 0; good && c < ALL_COLUMNS; c++)
        if (c < BASE_COLUMNS || (parts && run_reader_has_column(reader, slices->names[c]))) {
            slices->columns[c] = malloc(SLICE_ROWS * sizeof *slices->columns[c]);
            good = slices->columns[c] != NULL;
        }
    if (good)
        return slices;
    error_set(error, ERROR_RUN, NULL, "no memory to read the trace");
    trace_slices_close(slices);
    return NULL;
}

void trace_slices_close(struct trace_slices *slices)
{
    if (slices == NULL)
        return;
    for (int c = 0; c < ALL_COLUMNS; c++)
        free(slices->columns[c]);
    free(slices);
}

static bool read_slice(struct trace_slices *slices, struct error *error)
{
    slices->first += slices->rows;
    slices->next = 0;
    slices->rows = slices->total - slices->first < SLICE_ROWS ? slices->total - slices->first : SLICE_ROWS;
    for (int c = 0; slices->rows > 0 && c < ALL_COLUMNS; c++)
        if (slices->columns[c] && !run_reader_column(slices->reader, slices->names[c], slices->first, slices->rows,
                                                     slices->columns[c], error)) {
            slices->rows = 0;
            return false;
        }
    return slices->rows > 0;
}

/* Whether row `row` of the slice can be a record. */
static bool check_row(const struct trace_slices *slices, int64_t row, struct error *error)
{
    for (int c = 0; c < BASE_COLUMNS; c++) {
        int64_t value = slices->columns[c][row];
        if (value < slices->least[c] || value > slices->most[c])
            return error_set(error, ERROR_INPUT, NULL, "the trace is damaged: %s of I/O %lld is %lld, allowed %lld to %lld",
                             slices->names[c], (long long)(slices->first + row), (long long)value,
                             (long long)slices->least[c], (long long)slices->most[c]);
    }
    return true;
}

bool trace_slices_next(struct trace_slices *slices, struct io_record *record, struct error *error)
{
    if (slices->next == slices->rows && !read_slice(slices, error))
        return false;
    int64_t row = slices->next;
    if (!check_row(slices, row, error))
        return false;
    slices->next++;
    *record = (struct io_record){
        .issue_ns = slices->columns[ISSUE][row],
        .response_ns = slices->columns[RESPONSE][row],
        .length_bytes = (int32_t)slices->columns[LENGTH][row],
        .workload = (uint16_t)slices->columns[WORKLOAD][row],
        .host = (uint16_t)slices->columns[HOST][row],
        .volume = (uint32_t)slices->columns[VOLUME][row],
        .op = (uint8_t)slices->columns[OP][row],
        .error = (uint8_t)slices->columns[ERRORS][row],
        .measured = slices->columns[WARMUP][row] == 0,
    };
    for (int part = 0; part < PART_COUNT; part++)
        if (slices->columns[BASE_COLUMNS + part])
            record->part_ns[part] = slices->columns[BASE_COLUMNS + part][row];
    return true;
}
