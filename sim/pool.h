// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pool: objects of one size, taken and given back many times.
 *
 * Memory follows the largest number in use at once and is never moved. Under the address sanitizer an
 * object that was given back is poisoned until it is taken again.
 */
#ifndef SIM_POOL_H
#define SIM_POOL_H

#include <stddef.h>

struct pool;

/* A pool of objects of `bytes` (> 0), aligned for any type. */
struct pool *pool_create(size_t bytes);

/* Frees all objects, those in use included. */
void pool_destroy(struct pool *pool);

/* An object, its content undefined; the one given back last comes first. Never NULL (memory.h). */
void *pool_take(struct pool *pool);
void pool_give(struct pool *pool, void *object);

/* Objects in use now. */
size_t pool_in_use(const struct pool *pool);

#endif
