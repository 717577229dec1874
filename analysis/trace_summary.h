// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * trace_summary: what can be told from the I/Os that a run file holds, without the summary in it.
 *
 * For the file of a killed run. Reads the trace in slices, so memory does not follow its length.
 */
#ifndef ANALYSIS_TRACE_SUMMARY_H
#define ANALYSIS_TRACE_SUMMARY_H

#include <jansson.h>

#include "analysis/run_reader.h"
#include "sim/error.h"

/*
 * The same object as summary_json(), marked incomplete, from the trace alone: workloads, volumes and hosts are
 * counted again; resources, servers, timeline and engine stay empty or null, parts too when the trace has none.
 * Rates are over the time from the first to the last measured completion. NULL with an ERROR_INPUT when the
 * file is damaged, an ERROR_RUN without memory. The caller releases it with json_decref().
 */
json_t *trace_summary(struct run_reader *reader, struct error *error);

#endif
