// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * plot_data: what the pictures of a run are drawn from.
 *
 * Read from the run file in two passes of slices: the first finds which workloads there are and how
 * long the run was, the second fills histograms by time bin and sums the parts. Its memory (some ten
 * MB at the most) depends on the number of bins and workloads shown, not on the file's size. I/Os that
 * ended with an error are left out, as in the summary.
 */
#ifndef ANALYSIS_PLOT_DATA_H
#define ANALYSIS_PLOT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/run_reader.h"
#include "models/io_record.h"
#include "sim/error.h"
#include "sim/histogram.h"
#include "sim/time.h"

enum {
    PLOT_WORKLOADS = 12, /* shown at most, those with the most I/Os; more cannot be told apart */
    PLOT_OPS = 2,        /* enum io_op */
    PLOT_BINS = 150,     /* time bins at most */
};

/* One workload's reads or writes. */
struct plot_series {
    const char *name; /* the workload's; belongs to the reader */
    enum io_op op;
    int64_t count;                     /* I/Os, warm-up included; 0: nothing else is set */
    int64_t measured;                  /* I/Os after the warm-up */
    struct histogram *response;        /* response times of the measured ones, ns */
    struct histogram *bins[PLOT_BINS]; /* response times by time bin, warm-up included, ns; NULL: none */
    double part_mean_ns[PART_COUNT];   /* mean over the measured ones */
};

struct plot_data {
    const char *title;                                    /* of the scenario, or a substitute; belongs to the reader */
    struct plot_series series[PLOT_WORKLOADS * PLOT_OPS]; /* workload by workload, each reads, then writes */
    size_t workload_count;                                /* shown, so there are PLOT_OPS times as many series */
    size_t workloads_left_out;                            /* with I/Os, but not shown */
    sim_time end_ns;                                      /* last completion, > 0; the time axis begins at 0 */
    sim_time warmup_end_ns;                               /* first measured completion; 0 when there is no warm-up */
    bool only_warmup;                                     /* nothing was measured: the warm-up is shown in its place */
    char note[64];   /* what a reader must know of all pictures, in words, or empty */
    bool has_parts;  /* the file tells where the time went */
    sim_time bin_ns; /* width of a time bin */
    size_t bin_count;
};

/*
 * Reads the run. NULL with an ERROR_INPUT when the file is damaged or has no I/Os to draw, or an
 * ERROR_RUN without memory. Destroyed by the caller, before the reader is closed.
 */
struct plot_data *plot_data_read(struct run_reader *reader, struct error *error);
void plot_data_destroy(struct plot_data *data);

/* Mean response time of a series' measured I/Os, as the sum of its parts, in ms. */
double plot_series_mean_ms(const struct plot_series *series);

#endif
