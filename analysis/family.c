// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/family.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/metric.h"
#include "analysis/output_file.h"
#include "models/report.h"
#include "sim/memory.h"

/* A link that is busier than this serves no more; copies fill a link too, but give way to writes. */
#define SATURATED 0.985

enum { NAMED = 5, LIST_BYTES = 400, DIFFERING = 6 };

/* Runs that lack a path: how many, and the first of their names. */
struct lacking {
    size_t count;
    char names[LIST_BYTES];
};

struct family {
    char *x, *by, *y, *x_unit, *title;
    struct family_run *runs;
    size_t count;
    json_t *settings;           /* of the first run; NULL: none were kept */
    char differing[LIST_BYTES]; /* settings that are not the same in all runs, once asked for */
    struct lacking no_x, no_by, no_y, text_x; /* the last: x is there, but no number */
};

struct family *family_create(const char *x, const char *by, const char *y)
{
    struct family *family = memory_alloc_zeroed(1, sizeof *family);
    family->x = memory_copy_string(x);
    family->by = by ? memory_copy_string(by) : NULL;
    family->y = y ? memory_copy_string(y) : NULL;
    family->x_unit = memory_copy_string("");
    return family;
}

void family_destroy(struct family *family)
{
    if (family == NULL)
        return;
    for (size_t i = 0; i < family->count; i++) {
        free(family->runs[i].file);
        free(family->runs[i].by);
    }
    free(family->runs);
    free(family->x);
    free(family->by);
    free(family->y);
    free(family->x_unit);
    free(family->title);
    json_decref(family->settings);
    free(family);
}

/* Appends a name to a list, or "..." once it is full. */
static void list_add(char list[LIST_BYTES], size_t *count, size_t most, const char *name)
{
    size_t length = strlen(list);
    if (*count < most && length + strlen(name) + 8 < LIST_BYTES)
        snprintf(list + length, LIST_BYTES - length, "%s%s", *count > 0 ? ", " : "", name);
    else if (length >= 3 && strcmp(list + length - 3, "...") != 0)
        snprintf(list + length, LIST_BYTES - length, ", ...");
    else if (length == 0)
        snprintf(list, LIST_BYTES, "...");
    ++*count;
}

static void lack(struct lacking *lacking, const char *file)
{
    list_add(lacking->names, &lacking->count, NAMED, file);
}

/* ---- settings ---- */

/* A setting's value, text and unit. */
struct setting {
    double number; /* NaN: it is none */
    char text[200];
    const char *unit;
};

/* The unit of a number that resolved JSON holds outside the settings: the end of its name. */
static void describe_resolved(const json_t *value, struct setting *setting)
{
    setting->unit = "";
    setting->number = json_is_number(value) ? json_number_value(value) : NAN;
    if (json_is_number(value))
        snprintf(setting->text, sizeof setting->text, "%.12g", setting->number);
    else if (json_is_string(value))
        snprintf(setting->text, sizeof setting->text, "%s", json_string_value(value));
    else
        snprintf(setting->text, sizeof setting->text, "%s", json_is_true(value) ? "yes" : "no");
}

static bool find_setting(const json_t *resolved, const char *path, struct setting *setting)
{
    const json_t *entry = json_object_get(json_object_get(resolved, "settings"), path);
    const json_t *value = json_object_get(entry, "value");
    if (value == NULL) {
        value = metric_walk(resolved, path);
        if (!json_is_number(value) && !json_is_string(value) && !json_is_boolean(value))
            return false;
        describe_resolved(value, setting);
        return true;
    }
    describe_resolved(value, setting);
    const char *text = json_string_value(json_object_get(entry, "text"));
    const char *unit = json_string_value(json_object_get(entry, "unit"));
    if (text != NULL)
        snprintf(setting->text, sizeof setting->text, "%s", text);
    setting->unit = unit ? unit : "";
    return true;
}

/* Marks the settings that are others than the first run's. */
static void compare_settings(struct family *family, const json_t *resolved)
{
    const json_t *settings = json_object_get(resolved, "settings");
    const char *path;
    json_t *entry, *seen;
    if (family->settings == NULL) {
        family->settings = json_incref((json_t *)settings);
        return;
    }
    json_object_foreach(family->settings, path, entry) {
        seen = json_object_get(settings, path);
        if (seen != NULL && json_equal(json_object_get(seen, "value"), json_object_get(entry, "value")))
            continue;
        json_object_set_new(entry, "differs", json_true());
    }
}

/* ---- results ---- */

/* Whether both have the member alike, or neither has it. */
static bool is_alike(const json_t *a, const json_t *b, const char *key)
{
    const json_t *left = json_object_get(a, key), *right = json_object_get(b, key);
    return left == right || json_equal(left, right);
}

static bool is_link(const json_t *resource)
{
    const char *kind = json_string_value(json_object_get(resource, "kind"));
    return kind != NULL && strcmp(kind, resource_kind_name(RESOURCE_LINK)) == 0;
}

/* Whether a link had no more to give: with those that share its load, for the first of them is busy long before. */
static bool has_saturated_link(const json_t *summary)
{
    const json_t *resources = json_object_get(summary, "resources");
    const char *name;
    json_t *link, *other;
    json_object_foreach((json_t *)resources, name, link) {
        double sum = 0, count = 0;
        if (!is_link(link) || json_number_value(json_object_get(link, "utilization")) < SATURATED ||
            json_number_value(json_object_get(link, "copies_per_s")) > 0)
            continue;
        json_object_foreach((json_t *)resources, name, other) {
            bool alike = is_link(other) && is_alike(link, other, "from") && is_alike(link, other, "to") &&
                         is_alike(link, other, "shares_with");
            sum += alike ? json_number_value(json_object_get(other, "utilization")) : 0;
            count += alike;
        }
        if (sum >= SATURATED * count)
            return true;
    }
    return false;
}

/* Whether a closed loop takes part: what it saturates it saturates steadily. */
static bool has_closed_loop(const json_t *resolved, const json_t *summary)
{
    const json_t *settings = json_object_get(resolved, "settings");
    const char *name;
    json_t *workload;
    json_object_foreach(json_object_get(summary, "workloads"), name, workload) {
        char path[300];
        snprintf(path, sizeof path, "workloads.%.200s.iodepth", name);
        if (json_object_get(settings, path) != NULL)
            return true;
    }
    return false;
}

/* Whether the number says what the configuration does. That pairs are being copied saturates links, and is no harm. */
static bool is_stable(const json_t *resolved, const json_t *summary, const char *path)
{
    const char *name, *only = NULL;
    json_t *workload;
    if (strncmp(path, "pairs.", 6) == 0)
        return true;
    json_object_foreach(json_object_get(summary, "workloads"), name, workload)
        if (strncmp(path, "workloads.", 10) == 0 && strncmp(path + 10, name, strlen(name)) == 0 &&
            path[10 + strlen(name)] == '.')
            only = name;
    json_object_foreach(json_object_get(summary, "workloads"), name, workload)
        if ((only == NULL || strcmp(name, only) == 0) && json_is_false(json_object_get(workload, "stable")))
            return false;
    return has_closed_loop(resolved, summary) || !has_saturated_link(summary);
}

/* The result drawn where none is asked for. */
static char *usual_metric(const json_t *summary)
{
    const char *first = json_object_iter_key(json_object_iter(json_object_get(summary, "workloads")));
    if (first == NULL)
        return memory_copy_string("pairs.*.complete_s");
    const json_t *workload = json_object_get(json_object_get(summary, "workloads"), first);
    bool writes = json_integer_value(json_object_get(json_object_get(workload, "writes"), "count")) > 0;
    return memory_text("workloads.%s.%s.mean_ms", first, writes ? "writes" : "reads");
}

/* ---- runs ---- */

static void add_run(struct family *family, const json_t *resolved, const json_t *summary, const char *file)
{
    struct setting x, by = {.number = NAN};
    struct metric_value y;
    bool has_x = find_setting(resolved, family->x, &x);
    bool has_by = family->by == NULL || find_setting(resolved, family->by, &by);
    bool has_y = metric_find(summary, family->y, &y);
    if (!has_x)
        lack(&family->no_x, file);
    else if (isnan(x.number))
        lack(&family->text_x, file);
    if (!has_by)
        lack(&family->no_by, file);
    if (!has_y)
        lack(&family->no_y, file);
    if (!has_x || !has_by || !has_y)
        return;
    if (family->count == 0) {
        free(family->x_unit);
        family->x_unit = memory_copy_string(x.unit);
    }
    family->runs = memory_grow(family->runs, family->count, sizeof *family->runs);
    family->runs[family->count++] = (struct family_run){
        .file = memory_copy_string(file), .x = x.number, .by = memory_copy_string(by.text), .by_value = by.number,
        .y = y.value, .ci95 = y.ci95, .stable = is_stable(resolved, summary, family->y)};
}

bool family_add(struct family *family, struct run_reader *reader, const char *file, struct error *error)
{
    const char *resolved_text = run_reader_attribute(reader, "resolved"), *text = run_reader_summary(reader);
    const char *title = run_reader_attribute(reader, "title");
    if (text == NULL)
        return error_set(error, ERROR_INPUT, file, "holds no summary: the run was killed");
    json_t *resolved = resolved_text ? json_loads(resolved_text, 0, NULL) : NULL;
    json_t *summary = json_loads(text, 0, NULL);
    bool good = summary != NULL || error_set(error, ERROR_INPUT, file, "the summary in it is damaged");
    if (good && family->y == NULL)
        family->y = usual_metric(summary);
    if (good && family->title == NULL)
        family->title = memory_copy_string(title ? title : "");
    if (good) {
        compare_settings(family, resolved);
        add_run(family, resolved, summary, file);
    }
    json_decref(resolved);
    json_decref(summary);
    return good;
}

/* By curve, numbers before words, then along x. Equal runs stay in their order, which `file` cannot tell: the index
 * is kept by the caller in a copy. */
struct sorted {
    struct family_run run;
    size_t index;
};

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

static int compare_runs(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    bool a_word = isnan(a->run.by_value), b_word = isnan(b->run.by_value);
    int order = a_word != b_word ? a_word - b_word
                : a_word         ? strcmp(a->run.by, b->run.by)
                                 : compare_numbers(a->run.by_value, b->run.by_value);
    order = order ? order : compare_numbers(a->run.x, b->run.x);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

static void sort_runs(struct family *family)
{
    struct sorted *sorted = memory_alloc_zeroed(family->count + 1, sizeof *sorted);
    for (size_t i = 0; i < family->count; i++)
        sorted[i] = (struct sorted){family->runs[i], i};
    qsort(sorted, family->count, sizeof *sorted, compare_runs);
    for (size_t i = 0; i < family->count; i++)
        family->runs[i] = sorted[i].run;
    free(sorted);
}

/* Tells which runs lack a setting, and which there would be. */
static bool tell_lacking(struct family *family, const char *option, const char *path,
                         const struct lacking *lacking, struct error *error)
{
    if (lacking->count == 0)
        return true;
    const char *differing = family_differing(family);
    return error_set(error, ERROR_INPUT, option, "'%.80s' is no setting written in %zu of the runs: %.250s%s%.200s",
                     path, lacking->count, lacking->names, *differing ? "; they differ in " : "", differing);
}

bool family_finish(struct family *family, struct error *error)
{
    bool measured = false;
    if (!tell_lacking(family, "--x", family->x, &family->no_x, error) ||
        (family->by != NULL && !tell_lacking(family, "--by", family->by, &family->no_by, error)))
        return false;
    if (family->text_x.count > 0)
        return error_set(error, ERROR_INPUT, "--x",
                         "'%.80s' is no number, so it makes no axis; give it to --by. Runs: %.250s", family->x,
                         family->text_x.names);
    if (family->no_y.count > 0)
        return error_set(error, ERROR_INPUT, "--y",
                         "'%.80s' is no number in the summary of %zu of the runs: %.250s; see 'essim summary --json'",
                         family->y, family->no_y.count, family->no_y.names);
    for (size_t i = 0; i < family->count; i++)
        measured |= !isnan(family->runs[i].y);
    if (!measured)
        return error_set(error, ERROR_INPUT, "--y", "'%.80s' was measured in none of the runs", family->y);
    sort_runs(family);
    return true;
}

const struct family_run *family_runs(const struct family *family, size_t *count)
{
    *count = family->count;
    return family->runs;
}

const char *family_x(const struct family *family)
{
    return family->x;
}

const char *family_x_unit(const struct family *family)
{
    return family->x_unit;
}

const char *family_by(const struct family *family)
{
    return family->by;
}

const char *family_y(const struct family *family)
{
    return family->y;
}

const char *family_title(const struct family *family)
{
    return family->title;
}

const char *family_differing(struct family *family)
{
    const char *path;
    json_t *entry;
    size_t count = 0;
    family->differing[0] = '\0';
    json_object_foreach(family->settings, path, entry)
        if (json_is_true(json_object_get(entry, "differs")))
            list_add(family->differing, &count, DIFFERING, path);
    return family->differing;
}

/* ---- the table ---- */

/* A text in quotes where it needs them, as RFC 4180 has it. A line break, which many readers stumble on, is a blank. */
static void put_text(FILE *out, const char *text)
{
    bool quoted = strpbrk(text, ",\"\n\r") != NULL;
    if (quoted)
        fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
    }
    if (quoted)
        fputc('"', out);
}

static void put_number(FILE *out, double number)
{
    fputc(',', out);
    if (isfinite(number))
        fprintf(out, "%.12g", number);
}

static void put_table(const struct family *family, FILE *out)
{
    char *x_title = memory_text("%s%s%s%s", family->x, *family->x_unit ? " (" : "", family->x_unit,
                                *family->x_unit ? ")" : "");
    fputs("run,", out);
    put_text(out, x_title);
    fputc(',', out);
    if (family->by != NULL) {
        put_text(out, family->by);
        fputc(',', out);
    }
    put_text(out, family->y);
    fputs(",ci95,stable\n", out);
    for (size_t i = 0; i < family->count; i++) {
        const struct family_run *run = &family->runs[i];
        put_text(out, run->file);
        put_number(out, run->x);
        if (family->by != NULL) {
            fputc(',', out);
            put_text(out, run->by);
        }
        put_number(out, run->y);
        put_number(out, run->ci95);
        fputs(run->stable ? ",yes\n" : ",no\n", out);
    }
    free(x_title);
}

bool family_write_csv(const struct family *family, const char *path, struct error *error)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return error_set(error, ERROR_RUN, path, "no memory");
    put_table(family, out);
    bool ok = fclose(out) == 0 || error_set(error, ERROR_RUN, path, "no memory");
    ok = ok && output_file_write(path, text, size, error);
    free(text);
    return ok;
}
