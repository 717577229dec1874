// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * family: one result of several runs against a setting in which they differ, and a curve for each value of another.
 *
 * Settings are found by their path as in the scenario (links.e.count) in what each run file keeps of its scenario;
 * results by their path in the summary (metric.h). Runs with the same settings, of different seeds say, make one
 * point: their mean. A point is doubtful where an open workload issued more than the system could do, or a link was
 * saturated by writes: then it says how long the run was rather than what the configuration does.
 */
#ifndef ANALYSIS_FAMILY_H
#define ANALYSIS_FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/run_reader.h"
#include "sim/error.h"

/* What one run contributes. */
struct family_run {
    char *file;
    double x;        /* in the setting's base unit */
    char *by;        /* the other setting as written; "" without one */
    double by_value; /* NaN where it is no number */
    double y;        /* as in the summary; NaN: not measured */
    double ci95;     /* half the interval's width; NaN: unknown */
    bool stable;
};

struct family;

/* A family yet without runs. `by` may be NULL; `y` may be: then it is the mean response time of the first workload's
 * writes (of its reads, where it has no writes), or without workloads when the last pair is complete. Texts are
 * copied. */
struct family *family_create(const char *x, const char *by, const char *y);
void family_destroy(struct family *family); /* NULL is fine */

/* Adds a run. False with an ERROR_INPUT when its summary is missing or damaged. A run that lacks a path is remembered
 * for family_finish(). */
bool family_add(struct family *family, struct run_reader *reader, const char *file, struct error *error);

/* Sorts the runs by curve, then along it; equal ones stay in their order. False with an ERROR_INPUT that names all
 * runs that lack a path, or says that nothing was measured. To be called once, before what follows. */
bool family_finish(struct family *family, struct error *error);

/* Its runs, sorted. */
const struct family_run *family_runs(const struct family *family, size_t *count);

/* The paths in use, and the base unit of x: "", "m", "B", "ns", "B/s", "/s" or "1". `by` is NULL without one. */
const char *family_x(const struct family *family);
const char *family_x_unit(const struct family *family);
const char *family_by(const struct family *family);
const char *family_y(const struct family *family);

/* The first run's title. */
const char *family_title(const struct family *family);

/* The settings in which its runs differ, as "links.e.count, run.seed", at most a handful. */
const char *family_differing(struct family *family);

/* Writes a table of all runs, a line each, as comma-separated values. False with an error. */
bool family_write_csv(const struct family *family, const char *path, struct error *error);

#endif
