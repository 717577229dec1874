// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * memory: allocation inside a running simulation.
 *
 * A simulation that cannot allocate cannot go on, and its results so far would be cut in the middle
 * of an event: these calls end the program with a message instead of returning NULL. Whoever sizes
 * memory by user input checks the input first.
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* As malloc, calloc and realloc, but never NULL; a size of 0 gives 1 byte. Freed with free(). */
void *memory_alloc(size_t bytes);
void *memory_alloc_zeroed(size_t count, size_t bytes);
void *memory_resize(void *memory, size_t bytes);

/*
 * Makes room for one more element of `bytes` in a growing array that holds `count` of them: doubles it
 * at powers of two. Returns the array, perhaps moved; the new element is zeroed.
 */
void *memory_grow(void *array, size_t count, size_t bytes);

/* A copy of the text, and a text as printf would print it; freed with free(). */
char *memory_copy_string(const char *text);
char *memory_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_vtext(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

#endif
