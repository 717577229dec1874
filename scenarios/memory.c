// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
    if (memory == NULL) {
        fputs("essim: no memory left to read the scenario\n", stderr);
        abort();
    }
    return memory;
}

void *memory_zeroed(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size));
}

void *memory_resized(void *memory, size_t size)
{
    return checked(realloc(memory, size));
}

void *memory_grow(void *array, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0)
        array = checked(reallocarray(array, count ? 2 * count : 1, size));
    memset((char *)array + count * size, 0, size);
    return array;
}

char *memory_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = memory_vtext(format, arguments);
    va_end(arguments);
    return text;
}

char *memory_vtext(const char *format, va_list arguments)
{
    char *text = NULL;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    return checked(text);
}
