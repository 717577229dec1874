// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trace_time: a run over time, as a table: what completed in each step, from the trace.
 */
#ifndef ANALYSIS_TRACE_TIME_H
#define ANALYSIS_TRACE_TIME_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/run_reader.h"
#include "sim/error.h"

/*
 * Writes IOPS, MB/s and response times of the I/Os that completed in each of at most 60 equal steps of a round
 * length (1, 2 or 5 times a power of ten), all workloads together, the warm-up included and marked. Replications,
 * which a file holds one after the other, are averaged. A sentence when the trace is empty. False with an
 * ERROR_INPUT when the file is damaged, an ERROR_RUN without memory. The caller checks ferror().
 */
bool trace_time_write(struct run_reader *reader, FILE *out, struct error *error);

#endif
