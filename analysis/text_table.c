// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/text_table.h"

#include <math.h>

enum { NAME_LEAST = 8, KIND_WIDTH = 16 };

const struct text_column text_response_columns[TEXT_RESPONSE_COLUMNS] = {
    {"IOPS", "per_s", 9, TEXT_MEASURE},    {"MB/s", "mb_per_s", 8, TEXT_MEASURE}, {"mean", "mean_ms", 8, TEXT_MEASURE},
    {"±95 %", "ci95_ms", 8, TEXT_MEASURE}, {"p50", "p50_ms", 8, TEXT_MEASURE},    {"p95", "p95_ms", 8, TEXT_MEASURE},
    {"p99", "p99_ms", 8, TEXT_MEASURE},    {"p99.9", "p999_ms", 8, TEXT_MEASURE}, {"max", "max_ms", 8, TEXT_MEASURE},
    {"errors", "errors", 7, TEXT_COUNT},
};

const struct text_column text_resource_columns[TEXT_RESOURCE_COLUMNS] = {
    {"busy", "utilization", 9, TEXT_SHARE},       {"advised", "threshold", 9, TEXT_SHARE}, {"queue", "mean_queue", 10, TEXT_MEASURE},
    {"wait ms", "mean_wait_ms", 10, TEXT_MEASURE}, {"per s", "per_s", 10, TEXT_MEASURE},
};

double text_table_number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

const char *text_table_text_at(const json_t *object, const char *key, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : otherwise;
}

int text_table_name_width(const struct display *display, const json_t *object, int most)
{
    int width = NAME_LEAST;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value) {
        int columns = display_width(display, name);
        if (columns > width)
            width = columns;
    }
    return width < most ? width : most;
}

/* Digits behind the point that make it four in all. */
static int decimals(double magnitude)
{
    return magnitude < 9.9995 ? 3 : magnitude < 99.995 ? 2 : magnitude < 999.95 ? 1 : 0;
}

void text_table_number(const struct display *display, double value, enum text_form form, int width)
{
    char text[32];
    if (isnan(value))
        snprintf(text, sizeof text, "-");
    else if (form == TEXT_SHARE)
        snprintf(text, sizeof text, "%.1f %%", 100 * value);
    else if (fabs(value) >= 999999.5)
        snprintf(text, sizeof text, "%.2e", value);
    else if (form == TEXT_COUNT || value == 0)
        snprintf(text, sizeof text, "%.0f", value);
    else
        snprintf(text, sizeof text, "%.*f", decimals(fabs(value)), value);
    display_right(display, text, width);
}

void text_table_titles(const struct display *display, const struct text_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        display_right(display, columns[i].title, columns[i].width);
    fputc('\n', display->out);
}

void text_table_row(const struct display *display, const struct text_column *columns, size_t count,
                    const json_t *values)
{
    for (size_t i = 0; i < count; i++)
        text_table_number(display, text_table_number_at(values, columns[i].key), columns[i].form, columns[i].width);
    fputc('\n', display->out);
}

void text_table_resource_titles(const struct display *display, int width)
{
    display_left(display, "resource", width);
    fputc(' ', display->out);
    display_left(display, "kind", KIND_WIDTH);
    text_table_titles(display, text_resource_columns, TEXT_RESOURCE_COLUMNS);
}

void text_table_resource(const struct display *display, const char *name, int width, const json_t *resource)
{
    display_left(display, name, width);
    fputc(' ', display->out);
    display_left(display, text_table_text_at(resource, "kind", "-"), KIND_WIDTH);
    text_table_row(display, text_resource_columns, TEXT_RESOURCE_COLUMNS, resource);
}
