// SPDX-License-Identifier: GPL-3.0-or-later
/* What all parsers of recorded traces share: fields, numbers, mistakes, warnings, devices. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analysis/import_parser.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

size_t import_split(const struct text_line *line, char separator, struct import_field fields[IMPORT_FIELDS])
{
    const char *end = line->text + line->length, *from = line->text;
    for (size_t count = 0;; count++) {
        const char *next = memchr(from, separator, (size_t)(end - from));
        const char *to = next ? next : end;
        while (from < to && is_blank(*from))
            from++;
        while (to > from && is_blank(to[-1]))
            to--;
        if (count < IMPORT_FIELDS)
            fields[count] = (struct import_field){from, (size_t)(to - from), (size_t)(from - line->text) + 1};
        if (!next)
            return count + 1;
        from = next + 1;
    }
}

bool import_field_is(const struct import_field *field, const char *word)
{
    return strlen(word) == field->length && strncasecmp(field->text, word, field->length) == 0;
}

bool import_mistake(const struct import_context *context, const struct text_line *line, size_t column,
                    struct error *error, const char *format, ...)
{
    char place[sizeof error->place], message[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (column)
        snprintf(place, sizeof place, "%s:%" PRId64 ":%zu", context->file, line->number, column);
    else
        snprintf(place, sizeof place, "%s:%" PRId64, context->file, line->number);
    return error_set(error, ERROR_INPUT, place, "%s", message);
}

bool import_number(const struct import_context *context, const struct text_line *line, const struct import_field *field,
                   const char *name, const char *unit, uint64_t maximum, uint64_t *value, struct error *error)
{
    uint64_t sum = 0;
    bool is_number = field->length > 0, fits = true;
    for (size_t i = 0; i < field->length && is_number; i++) {
        unsigned digit = (unsigned)(unsigned char)field->text[i] - '0';
        is_number = digit <= 9;
        fits = fits && sum <= (maximum - digit) / 10 && digit <= maximum;
        sum = fits ? sum * 10 + digit : sum;
    }
    *value = sum;
    if (is_number && fits)
        return true;
    return import_mistake(
        context, line, field->column, error, "%s is '%.*s'%s; it must be a whole number%s from 0 to %" PRIu64, name,
        field->length > 40 ? 40 : (int)field->length, field->text, field->length > 40 ? "..." : "", unit, maximum);
}

void import_warn(struct import_context *context, enum import_warning warning, int64_t line)
{
    struct import_warned *warned = &context->summary->warned[warning];
    if (warned->count++ == 0 || line < warned->first_line)
        warned->first_line = line;
}

bool import_device(struct import_context *context, const struct text_line *line, const char *name, uint16_t *device,
                   struct error *error)
{
    struct import_summary *summary = context->summary;
    size_t i = context->last_device;
    if (i >= summary->device_count || strcmp(summary->devices[i].name, name) != 0)
        for (i = 0; i < summary->device_count && strcmp(summary->devices[i].name, name) != 0;)
            i++;
    if (i == IMPORT_DEVICES)
        return import_mistake(context, line, 0, error, "'%s' is the file's device number %d; at most %d are allowed",
                              name, IMPORT_DEVICES + 1, IMPORT_DEVICES);
    if (i == summary->device_count) {
        if (!summary->devices)
            summary->devices = calloc(IMPORT_DEVICES, sizeof *summary->devices);
        if (!summary->devices || !(summary->devices[i].name = strdup(name)))
            return error_set(error, ERROR_RUN, context->file, "no memory for the list of devices");
        summary->device_count++;
    }
    context->last_device = i;
    *device = (uint16_t)i;
    return true;
}
