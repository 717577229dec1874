// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory, size_t bytes)
{
    if (memory == NULL) {
        fprintf(stderr, "essim: out of memory (asked for %zu bytes)\n", bytes);
        abort();
    }
    return memory;
}

void *memory_alloc(size_t bytes)
{
    return must(malloc(bytes ? bytes : 1), bytes);
}

void *memory_alloc_zeroed(size_t count, size_t bytes)
{
    return must(calloc(count ? count : 1, bytes ? bytes : 1), count * bytes);
}

void *memory_resize(void *memory, size_t bytes)
{
    return must(realloc(memory, bytes ? bytes : 1), bytes);
}

void *memory_grow(void *array, size_t count, size_t bytes)
{
    if ((count & (count - 1)) == 0)
        array = must(reallocarray(array, count ? 2 * count : 1, bytes), 2 * count * bytes);
    memset((char *)array + count * bytes, 0, bytes);
    return array;
}

char *memory_vtext(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    return must(text, strlen(format));
}

char *memory_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = memory_vtext(format, arguments);
    va_end(arguments);
    return text;
}

char *memory_copy_string(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(memory_alloc(bytes), text, bytes);
}
