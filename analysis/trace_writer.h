// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trace_writer: writes a trace file (TRACE.h5), request by request in order of time.
 *
 * Rows go to the file in batches; the counts that a reader checks against are written at the end.
 */
#ifndef ANALYSIS_TRACE_WRITER_H
#define ANALYSIS_TRACE_WRITER_H

#include <stdbool.h>

#include "analysis/import_parser.h"

struct trace_writer;

/* Creates OUTPUT.part. NULL with an error: ERROR_INPUT when `output` cannot be an output, else ERROR_RUN. */
struct trace_writer *trace_writer_create(const char *output, bool has_response, struct error *error);

/* Adds a request; entry.issue_ns counts from the first one. */
bool trace_writer_add(struct trace_writer *writer, const struct import_row *row, struct error *error);

/* Writes the rest, the devices and the attributes, gives the file its name, and destroys the writer in any case.
 * `source` says where the trace came from. */
bool trace_writer_finish(struct trace_writer *writer, const struct import_request *request, const char *source,
                         const struct import_summary *summary, struct error *error);

/* Gives up: removes OUTPUT.part and destroys the writer. NULL is fine. */
void trace_writer_abandon(struct trace_writer *writer);

#endif
