// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * text_file: a whole file as a string, for tests that look into one.
 */
#ifndef TESTS_TEXT_FILE_H
#define TESTS_TEXT_FILE_H

#include <stdio.h>
#include <stdlib.h>

/* The file's text, NUL-terminated; NULL when it cannot be read. The caller frees. */
static inline char *text_file_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    if (file != NULL && getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    if (file != NULL)
        fclose(file);
    return text;
}

#endif
