// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * memory: allocation for small things, where running out is not worth a way back.
 *
 * Scenarios are bounded (1 MiB of text, 200,000 nodes), so everything made from them is small. When
 * even that cannot be had, the process says so and aborts.
 */
#ifndef SCENARIOS_MEMORY_H
#define SCENARIOS_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* `count` zeroed elements of `size` bytes, never NULL; free() frees them. */
void *memory_zeroed(size_t count, size_t size);

/* A buffer of `size` bytes (> 0) with the content of `memory`, which may be NULL, as far as it fits. */
void *memory_resized(void *memory, size_t size);

/*
 * Makes room for one more element in a growing array that holds `count` of them: doubles it at
 * powers of two. Returns the array, perhaps moved; the new element is zeroed.
 */
void *memory_grow(void *array, size_t count, size_t size);

/* A new string as printf would print it. */
char *memory_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *memory_vtext(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

#endif
