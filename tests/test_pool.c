// SPDX-License-Identifier: GPL-3.0-or-later
/* Pools: objects apart from each other, memory that follows the most in use at once. */
#include "sim/pool.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "sim/rng.h"
#include "tests/allocated.h"
#include "tests/child.h"
#include "tests/unit.h"

enum { OBJECTS = 1000 };

static void test_objects_are_apart(void)
{
    static char *objects[OBJECTS];
    for (size_t bytes = 1; bytes <= 200; bytes += 37) {
        struct pool *pool = pool_create(bytes);
        struct rng rng;
        rng_init(&rng, bytes, "test/pool");
        int misaligned = 0, overwritten = 0;
        for (int round = 0; round < 20000; round++) {
            size_t i = rng_below(&rng, OBJECTS);
            if (objects[i] == NULL) {
                objects[i] = pool_take(pool);
                misaligned += (uintptr_t)objects[i] % alignof(max_align_t) != 0;
                memset(objects[i], (int)i & 127, bytes);
            } else {
                for (size_t at = 0; at < bytes; at++)
                    overwritten += objects[i][at] != ((int)i & 127);
                pool_give(pool, objects[i]);
                objects[i] = NULL;
            }
        }
        size_t in_use = 0;
        for (int i = 0; i < OBJECTS; i++)
            in_use += objects[i] != NULL;
        CHECK_INT(pool_in_use(pool), in_use);
        CHECK_INT(misaligned, 0);
        CHECK_INT(overwritten, 0);
        memset(objects, 0, sizeof objects);
        pool_destroy(pool);
    }
}

static void test_last_given_first(void)
{
    struct pool *pool = pool_create(100);
    void *a = pool_take(pool), *b = pool_take(pool), *c = pool_take(pool);
    pool_give(pool, a);
    pool_give(pool, c);
    pool_give(pool, b);
    CHECK(pool_take(pool) == b);
    CHECK(pool_take(pool) == c);
    CHECK(pool_take(pool) == a);
    CHECK_INT(pool_in_use(pool), 3);
    pool_destroy(pool);
}

static void test_memory(void)
{
    static void *objects[OBJECTS];
    size_t before = allocated_bytes();
    struct pool *pool = pool_create(100);
    for (int round = 0; round < 100; round++) {
        for (int i = 0; i < OBJECTS; i++)
            objects[i] = pool_take(pool);
        for (int i = 0; i < OBJECTS; i++)
            pool_give(pool, objects[(i * 7) % OBJECTS]);
    }
    size_t held = allocated_bytes() - before;
    unit_check(held <= (OBJECTS + 64) * 128, __FILE__, __LINE__, "holds %zu bytes", held);
    CHECK_INT(pool_in_use(pool), 0);
    pool_destroy(pool);
    CHECK_INT(allocated_bytes() - before, 0);
}

static void write_after_give(void)
{
    struct pool *pool = pool_create(100);
    char *object = pool_take(pool);
    pool_give(pool, object);
    ((volatile char *)object)[99] = 1;
}

static void give_twice(void)
{
    struct pool *pool = pool_create(100);
    char *object = pool_take(pool);
    pool_give(pool, object);
    pool_give(pool, object);
}

static void test_poison(void)
{
    if (!WITH_ADDRESS_SANITIZER) {
        unit_skip("only the address sanitizer sees it");
        return;
    }
    char text[4000];
    CHECK(child_status(write_after_give, text, sizeof text) != 0);
    CHECK_CONTAINS(text, "use-after-poison");
    CHECK(child_status(give_twice, text, sizeof text) != 0);
    CHECK_CONTAINS(text, "use-after-poison");
}

UNIT_MAIN("pool", {"objects are aligned, apart and left alone, whatever their size", test_objects_are_apart},
          {"the object given back last comes first", test_last_given_first},
          {"memory follows the most in use at once, and is all given back", test_memory},
          {"using or giving an object that was given back is caught", test_poison})
