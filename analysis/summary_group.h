// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_group: the response-time statistics of one workload, volume or host.
 *
 * Sums are 128-bit integers of ns: exact, so they do not depend on the order of addition, the parts add
 * up to the whole, and nothing overflows however long the run. About 2.5 KiB, and 1 KiB for each octave
 * of response times.
 */
#ifndef ANALYSIS_SUMMARY_GROUP_H
#define ANALYSIS_SUMMARY_GROUP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/io_record.h"
#include "sim/error.h"
#include "sim/histogram.h"

struct summary_group;

/* An empty group of I/Os whose first `parts` parts may take time (io_parts.h). NULL with an ERROR_RUN without
 * memory. */
struct summary_group *summary_group_create(size_t parts, struct error *error);
void summary_group_destroy(struct summary_group *group); /* NULL is fine */

/* Counts one I/O. */
void summary_group_add(struct summary_group *group, const struct io_record *record);

/*
 * For who counts I/Os in thousands of groups: fetches into the processor's cache what counting this one will touch, in
 * steps from 0 that need what the one before has fetched; let some time pass between them.
 */
enum { SUMMARY_GROUP_PREFETCHES = 3 };
void summary_group_prefetch(const struct summary_group *group, const struct io_record *record, int step);

/* Says that the I/Os to come belong to another replication. False with an ERROR_RUN without memory. */
bool summary_group_begin_replication(struct summary_group *group, struct error *error);

/* I/Os counted, with and without error. */
uint64_t summary_group_count(const struct summary_group *group);

/* Response times of successful I/Os, in ns. Belongs to the group. */
const struct histogram *summary_group_histogram(const struct summary_group *group, enum io_op op);

/*
 * The group as JSON: reads, writes, all (with errors_by), parts_ms; rates over `measured_s`. A NULL group is one
 * without any I/O. NULL with an ERROR_RUN without memory or when the histograms had to drop values.
 */
json_t *summary_group_json(const struct summary_group *group, double measured_s, struct error *error);

#endif
