// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trace_slices: a run file's I/Os as records again, in order of completion.
 *
 *     struct trace_slices *slices = trace_slices_open(reader, true, error);
 *     struct io_record record;
 *     while (trace_slices_next(slices, &record, error))
 *         ...
 *     trace_slices_close(slices);
 *
 * Columns are read a slice at a time; every value is checked before it becomes part of a record, so that a
 * damaged file is an error here and nothing worse later.
 */
#ifndef ANALYSIS_TRACE_SLICES_H
#define ANALYSIS_TRACE_SLICES_H

#include <stdbool.h>

#include "analysis/run_reader.h"
#include "models/io_record.h"
#include "sim/error.h"

struct trace_slices;

/* Starts at the first I/O. With `parts`, part columns that the file has are read too; all other parts are 0.
 * The reader must outlive it. NULL with an ERROR_RUN without memory. */
struct trace_slices *trace_slices_open(struct run_reader *reader, bool parts, struct error *error);
void trace_slices_close(struct trace_slices *slices); /* NULL is fine */

/* Delivers the next I/O (its `id` and `offset_blocks` are 0). False at the end, or with an error when the file is
 * damaged: `error` must be empty before. Workload, volume and host are numbers of names that the file has. */
bool trace_slices_next(struct trace_slices *slices, struct io_record *record, struct error *error);

#endif
