// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/history.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool needs_quotes(const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=:,+@%";
    return *argument == '\0' || argument[strspn(argument, plain)] != '\0';
}

static void write_quoted(FILE *stream, const char *argument)
{
    fputc('\'', stream);
    for (const char *c = argument; *c; c++)
        if (*c == '\'')
            fputs("'\\''", stream);
        else
            fputc(*c, stream);
    fputc('\'', stream);
}

char *history_line(int argc, char *const *argv)
{
    char *line = NULL;
    size_t length;
    FILE *stream = open_memstream(&line, &length);
    if (!stream)
        return NULL;
    fputs("essim", stream);
    for (int i = 0; i < argc; i++) {
        fputc(' ', stream);
        if (needs_quotes(argv[i]))
            write_quoted(stream, argv[i]);
        else
            fputs(argv[i], stream);
    }
    bool good = !ferror(stream);
    if (fclose(stream) == 0 && good)
        return line;
    free(line);
    return NULL;
}
