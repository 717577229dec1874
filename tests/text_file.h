// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * text_file: a whole file as a string, for tests that look into one.
 */
#ifndef TESTS_TEXT_FILE_H
#define TESTS_TEXT_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit.h"

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

/* Checks that the file contains the text. */
static inline void check_contains(const char *path, const char *part)
{
    char *text = text_file_read(path);
    if (!CHECK(text != NULL && strstr(text, part) != NULL))
        printf("    %s lacks \"%s\"\n", path, part);
    free(text);
}

/* Checks that the file is there, and does not contain the text. */
static inline void check_lacks(const char *path, const char *part)
{
    char *text = text_file_read(path);
    if (!CHECK(text != NULL && strstr(text, part) == NULL))
        printf("    %s is empty or contains \"%s\"\n", path, part);
    free(text);
}

#endif
