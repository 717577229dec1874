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

#include <stddef.h>

/* As malloc, calloc and realloc, but never NULL; a size of 0 gives 1 byte. Freed with free(). */
void *memory_alloc(size_t bytes);
void *memory_alloc_zeroed(size_t count, size_t bytes);
void *memory_resize(void *memory, size_t bytes);

/* A copy of the text, freed with free(). */
char *memory_copy_string(const char *text);

#endif
