// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_output: what an `essim run` left behind, for tests: columns of its trace, its summary.
 */
#ifndef TESTS_RUN_OUTPUT_H
#define TESTS_RUN_OUTPUT_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/run_reader.h"
#include "tests/command.h"
#include "tests/unit.h"

/* ---- the trace ---- */

/* Opens a run file; a failure fails the test. The caller closes the reader. */
static inline struct run_reader *run_output_open(const char *path)
{
    struct error error = {0};
    struct run_reader *reader = run_reader_open(path, &error);
    unit_check(reader != NULL, path, 0, "it opens: %s", error.message);
    return reader;
}

/* A whole column of /io, freed by the caller. What is missing fails the test and reads as zeros. */
static inline int64_t *run_output_column(struct run_reader *reader, const char *name)
{
    struct error error = {0};
    int64_t count = reader ? run_reader_io_count(reader) : 0;
    int64_t *values = calloc((size_t)count + 1, sizeof *values);
    if (values == NULL)
        abort();
    if (count > 0 && !run_reader_column(reader, name, 0, count, values, &error))
        unit_check(false, name, 0, "the column is read: %s", error.message);
    return values;
}

/* ---- the summary ---- */

/* `essim summary FILE --json` as an object, NULL with a failed check when it prints none. */
static inline json_t *run_output_summary(const char *folder, const char *file)
{
    struct command_result result = ESSIM(folder, "summary", file, "--json");
    json_error_t damage = {.text = ""};
    json_t *summary = json_loads(result.output, 0, &damage);
    unit_check(result.status == 0 && result.errors[0] == '\0' && summary != NULL, file, 0,
               "its summary is printed: exit status %d, errors \"%s\", JSON %s", result.status, result.errors,
               damage.text);
    command_result_free(&result);
    return summary;
}

/* The value at a path of keys, NULL where there is none: run_output_at(summary, "workloads", "oltp", NULL). */
__attribute__((sentinel)) static inline const json_t *run_output_at(const json_t *json, ...)
{
    va_list keys;
    va_start(keys, json);
    for (const char *key; json != NULL && (key = va_arg(keys, const char *)) != NULL;)
        json = json_object_get(json, key);
    va_end(keys);
    return json;
}

/* A number in the summary; an absent one is no number that any check expects. */
#define RUN_OUTPUT_NUMBER(summary, ...) run_output_number(run_output_at((summary), __VA_ARGS__, NULL))
#define RUN_OUTPUT_TEXT(summary, ...) json_string_value(run_output_at((summary), __VA_ARGS__, NULL))

static inline double run_output_number(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : -1e300;
}

#endif
