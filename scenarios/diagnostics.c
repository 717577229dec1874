// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/diagnostics.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

struct diagnostic {
    char *file;   /* where: the file's name, or "--set" */
    int line;     /* from 1; 0: none */
    int column;   /* from 1 */
    bool warning; /* not a mistake */
    size_t added; /* order of adding, decides between equal places */
    char *text;   /* the whole line as printed */
    char *plain;  /* a warning's line without the mark; NULL of a mistake */
};

struct diagnostics {
    struct diagnostic *items; /* the kept ones */
    size_t count;
    bool sorted;
    size_t errors; /* added, kept or not */
    size_t warnings;
    size_t errors_kept;
    size_t warnings_kept;
    char more[64]; /* the text of the last "... and N more" */
};

struct diagnostics *diagnostics_create(void)
{
    return memory_alloc_zeroed(1, sizeof(struct diagnostics));
}

void diagnostics_destroy(struct diagnostics *diagnostics)
{
    if (diagnostics == NULL)
        return;
    for (size_t i = 0; i < diagnostics->count; i++) {
        free(diagnostics->items[i].file);
        free(diagnostics->items[i].text);
        free(diagnostics->items[i].plain);
    }
    free(diagnostics->items);
    free(diagnostics);
}

/* The bytes of the UTF-8 character at `c`, 0 if there is none (a text may have been cut in one). */
static size_t character_bytes(const unsigned char *c)
{
    size_t bytes = *c < 0x80 ? 1 : *c < 0xc2 ? 0 : *c < 0xe0 ? 2 : *c < 0xf0 ? 3 : *c < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < bytes; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    return bytes;
}

/* What a terminal could take for a command, and broken characters, are printed as `?`. */
static void make_printable(char *text)
{
    unsigned char *c = (unsigned char *)text;
    while (*c != '\0') {
        size_t bytes = character_bytes(c);
        bool control = *c < 0x20 || *c == 0x7f || (*c == 0xc2 && c[1] < 0xa0);
        if (bytes == 0 || control)
            memset(c, '?', bytes > 0 ? bytes : 1);
        c += bytes > 0 ? bytes : 1;
    }
}

static char *line_text(struct place place, const char *path, bool warning, const char *message)
{
    const char *mark = warning ? "warning: " : "";
    bool has_path = path != NULL && path[0] != '\0';
    char *text;
    if (place.line > 0)
        text = memory_text("%s:%d:%d: %s%.400s%s%s", place.file, place.line, place.column, mark, has_path ? path : "",
                           has_path ? ": " : "", message);
    else
        text =
            memory_text("%s%s%.400s: %s%s", place.file, has_path ? (strcmp(place.file, "--set") == 0 ? " " : ": ") : "",
                        has_path ? path : "", mark, message);
    make_printable(text);
    return text;
}

__attribute__((format(printf, 5, 0))) static void add(struct diagnostics *diagnostics, struct place place,
                                                      const char *path, bool warning, const char *format,
                                                      va_list arguments)
{
    size_t added = diagnostics->errors + diagnostics->warnings;
    (*(warning ? &diagnostics->warnings : &diagnostics->errors))++;
    size_t *kept = warning ? &diagnostics->warnings_kept : &diagnostics->errors_kept;
    if (*kept == DIAGNOSTICS_KEPT)
        return;
    (*kept)++;
    diagnostics->items = memory_grow(diagnostics->items, diagnostics->count, sizeof diagnostics->items[0]);
    char *message = memory_vtext(format, arguments);
    diagnostics->items[diagnostics->count++] = (struct diagnostic){
        .file = memory_text("%s", place.file),
        .line = place.line,
        .column = place.column,
        .warning = warning,
        .added = added,
        .text = line_text(place, path, warning, message),
        .plain = warning ? line_text(place, path, false, message) : NULL,
    };
    free(message);
    diagnostics->sorted = false;
}

void diagnostics_add(struct diagnostics *diagnostics, struct place place, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(diagnostics, place, path, false, format, arguments);
    va_end(arguments);
}

void diagnostics_warn(struct diagnostics *diagnostics, struct place place, const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(diagnostics, place, path, true, format, arguments);
    va_end(arguments);
}

size_t diagnostics_errors(const struct diagnostics *diagnostics)
{
    return diagnostics->errors;
}

size_t diagnostics_warnings(const struct diagnostics *diagnostics)
{
    return diagnostics->warnings;
}

static int compare(const void *left, const void *right)
{
    const struct diagnostic *a = left, *b = right;
    if (a->warning != b->warning)
        return a->warning ? 1 : -1;
    int order = strcmp(a->file, b->file);
    if (order == 0)
        order = (a->line > b->line) - (a->line < b->line);
    if (order == 0)
        order = (a->column > b->column) - (a->column < b->column);
    return order != 0 ? order : (a->added > b->added) - (a->added < b->added);
}

static void sort(struct diagnostics *diagnostics)
{
    if (!diagnostics->sorted && diagnostics->count > 0)
        qsort(diagnostics->items, diagnostics->count, sizeof diagnostics->items[0], compare);
    diagnostics->sorted = true;
}

const char *diagnostics_line(struct diagnostics *diagnostics, size_t index)
{
    sort(diagnostics);
    size_t more_errors = diagnostics->errors - diagnostics->errors_kept;
    size_t more_warnings = diagnostics->warnings - diagnostics->warnings_kept;
    if (index < diagnostics->errors_kept)
        return diagnostics->items[index].text;
    if (more_errors > 0 && index == diagnostics->errors_kept) {
        snprintf(diagnostics->more, sizeof diagnostics->more, "... and %zu more", more_errors);
        return diagnostics->more;
    }
    index -= more_errors > 0;
    if (index < diagnostics->count)
        return diagnostics->items[index].text;
    if (more_warnings > 0 && index == diagnostics->count) {
        snprintf(diagnostics->more, sizeof diagnostics->more, "... and %zu more warnings", more_warnings);
        return diagnostics->more;
    }
    return NULL;
}

const char *diagnostics_warning(struct diagnostics *diagnostics, size_t index)
{
    sort(diagnostics);
    if (index < diagnostics->warnings_kept)
        return diagnostics->items[diagnostics->errors_kept + index].plain;
    size_t lines_of_mistakes = diagnostics->errors_kept + (diagnostics->errors > diagnostics->errors_kept);
    return diagnostics_line(diagnostics, lines_of_mistakes + index);
}

void diagnostics_print(struct diagnostics *diagnostics, FILE *stream)
{
    const char *line;
    for (size_t i = 0; (line = diagnostics_line(diagnostics, i)) != NULL; i++)
        fprintf(stream, "%s\n", line);
}
