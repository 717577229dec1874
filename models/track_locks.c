// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/track_locks.h"

#include <stdlib.h>

#include "sim/memory.h"
#include "sim/pool.h"

struct lock {
    uint64_t key;                  /* rank << 40 | track */
    struct lock *chain;            /* next of the same hash */
    struct activity *first, *last; /* waiting for it */
};

struct track_locks {
    struct sim *sim;
    struct pool *pool;             /* struct lock */
    struct lock **heads;
    uint64_t head_mask;
    size_t held;
};

enum { KEY_TRACK_BITS = 40, HEADS_MIN = 256 };

struct track_locks *track_locks_create(struct sim *sim)
{
    struct track_locks *locks = memory_alloc_zeroed(1, sizeof *locks);
    locks->sim = sim;
    locks->pool = pool_create(sizeof(struct lock));
    locks->head_mask = HEADS_MIN - 1;
    locks->heads = memory_alloc_zeroed(HEADS_MIN, sizeof(struct lock *));
    return locks;
}

void track_locks_destroy(struct track_locks *locks)
{
    if (locks == NULL)
        return;
    pool_destroy(locks->pool);
    free(locks->heads);
    free(locks);
}

size_t track_locks_held(const struct track_locks *locks)
{
    return locks->held;
}

static uint64_t make_key(int32_t rank, int64_t track)
{
    return (uint64_t)rank << KEY_TRACK_BITS | (uint64_t)track;
}

static struct lock **head_of(const struct track_locks *locks, uint64_t key)
{
    return &locks->heads[(key * 0x9E3779B97F4A7C15u >> 32) & locks->head_mask];
}

static void double_heads(struct track_locks *locks)
{
    uint64_t before = locks->head_mask + 1;
    struct lock **heads = locks->heads;
    locks->heads = memory_alloc_zeroed(2 * before, sizeof(struct lock *));
    locks->head_mask = 2 * before - 1;
    for (uint64_t i = 0; i < before; i++) {
        for (struct lock *lock = heads[i], *next; lock != NULL; lock = next) {
            struct lock **head = head_of(locks, lock->key);
            next = lock->chain;
            lock->chain = *head;
            *head = lock;
        }
    }
    free(heads);
}

static void join(struct lock *lock, struct activity *activity)
{
    activity->next = NULL;
    if (lock->last != NULL)
        lock->last->next = activity;
    else
        lock->first = activity;
    lock->last = activity;
}

bool track_lock(struct track_locks *locks, int32_t rank, int64_t track, struct activity *activity)
{
    uint64_t key = make_key(rank, track);
    struct lock *lock = *head_of(locks, key);
    while (lock != NULL && lock->key != key)
        lock = lock->chain;
    if (lock != NULL) {
        join(lock, activity);
        return false;
    }
    if (locks->held > locks->head_mask / 2)
        double_heads(locks);
    struct lock **head = head_of(locks, key);
    lock = pool_take(locks->pool);
    *lock = (struct lock){.key = key, .chain = *head};
    *head = lock;
    locks->held++;
    return true;
}

void track_unlock(struct track_locks *locks, int32_t rank, int64_t track)
{
    uint64_t key = make_key(rank, track);
    struct lock **link = head_of(locks, key);
    while ((*link)->key != key)
        link = &(*link)->chain;
    struct lock *lock = *link;
    struct activity *next = lock->first;
    if (next != NULL) {
        lock->first = next->next;
        if (lock->first == NULL)
            lock->last = NULL;
        sim_ready(locks->sim, next);
        return;
    }
    *link = lock->chain;
    locks->held--;
    pool_give(locks->pool, lock);
}
