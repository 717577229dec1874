// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/pool.h"

#include <stdalign.h>
#include <stdlib.h>

#include "sim/memory.h"

#if defined(__SANITIZE_ADDRESS__)
#define POOL_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_POISONS 1
#endif
#endif

#ifdef POOL_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(memory, bytes) ASAN_POISON_MEMORY_REGION((memory), (bytes))
#define UNPOISON(memory, bytes) ASAN_UNPOISON_MEMORY_REGION((memory), (bytes))
#else
#define POISON(memory, bytes) ((void)(memory), (void)(bytes))
#define UNPOISON(memory, bytes) ((void)(memory), (void)(bytes))
#endif

enum { SLAB_OBJECTS = 64 };

struct free_object {
    struct free_object *next;
};

struct slab {
    struct slab *next;
    alignas(max_align_t) char objects[];
};

struct pool {
    size_t bytes;
    size_t in_use;
    struct free_object *free_objects;
    struct slab *slabs;
};

struct pool *pool_create(size_t bytes)
{
    struct pool *pool = memory_alloc_zeroed(1, sizeof *pool);
    size_t unit = alignof(max_align_t);
    pool->bytes = (bytes + unit - 1) / unit * unit;
    return pool;
}

void pool_destroy(struct pool *pool)
{
    if (pool == NULL)
        return;
    for (struct slab *slab = pool->slabs, *next; slab != NULL; slab = next) {
        next = slab->next;
        UNPOISON(slab->objects, SLAB_OBJECTS * pool->bytes);
        free(slab);
    }
    free(pool);
}

static void add_slab(struct pool *pool)
{
    struct slab *slab = memory_alloc(sizeof *slab + SLAB_OBJECTS * pool->bytes);
    slab->next = pool->slabs;
    pool->slabs = slab;
    for (size_t i = SLAB_OBJECTS; i-- > 0;) {
        struct free_object *object = (struct free_object *)(void *)(slab->objects + i * pool->bytes);
        object->next = pool->free_objects;
        pool->free_objects = object;
        POISON(object, pool->bytes);
    }
}

void *pool_take(struct pool *pool)
{
    if (pool->free_objects == NULL)
        add_slab(pool);
    struct free_object *object = pool->free_objects;
    UNPOISON(object, pool->bytes);
    pool->free_objects = object->next;
    pool->in_use++;
    return object;
}

void pool_give(struct pool *pool, void *object)
{
    struct free_object *freed = object;
    freed->next = pool->free_objects;
    pool->free_objects = freed;
    pool->in_use--;
    POISON(object, pool->bytes);
}

size_t pool_in_use(const struct pool *pool)
{
    return pool->in_use;
}
