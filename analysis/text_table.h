// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * text_table: columns of numbers out of JSON objects, as people read them.
 *
 * A row is an object, a column the key of a number in it. What is missing or no number is shown as "-".
 */
#ifndef ANALYSIS_TEXT_TABLE_H
#define ANALYSIS_TEXT_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "analysis/display.h"

enum text_form {
    TEXT_MEASURE, /* four digits */
    TEXT_SHARE,   /* 0 to 1, shown in per cent */
    TEXT_COUNT,   /* whole */
};

struct text_column {
    const char *title;
    const char *key;
    int width; /* columns on the screen, the gap to the left-hand neighbour included */
    enum text_form form;
};

/* Response times as fio's and iostat's users expect them: what was done, how long it took, what failed. */
enum { TEXT_RESPONSE_COLUMNS = 10 };
extern const struct text_column text_response_columns[TEXT_RESPONSE_COLUMNS];

/* How busy a resource is; its name and kind stand before. */
enum { TEXT_RESOURCE_COLUMNS = 5 };
extern const struct text_column text_resource_columns[TEXT_RESOURCE_COLUMNS];

/* The width of the longest of the object's keys, between 8 and `most`. */
int text_table_name_width(const struct display *display, const json_t *object, int most);

/* Writes the titles, or the numbers of one row, and a newline. */
void text_table_titles(const struct display *display, const struct text_column *columns, size_t count);
void text_table_row(const struct display *display, const struct text_column *columns, size_t count,
                    const json_t *values);

/* Writes the titles, or one row, of resources: name in `width` columns, kind, numbers. */
void text_table_resource_titles(const struct display *display, int width);
void text_table_resource(const struct display *display, const char *name, int width, const json_t *resource);

/* Writes one number, right-aligned in `width` columns; "-" for NaN. */
void text_table_number(const struct display *display, double value, enum text_form form, int width);

/* The object's member as a number, NaN when there is none; as a text, `otherwise` when there is none. */
double text_table_number_at(const json_t *object, const char *key);
const char *text_table_text_at(const json_t *object, const char *key, const char *otherwise);

#endif
