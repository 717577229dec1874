// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/track_locks.h"

#include <stdlib.h>

#include "models/track_table.h"
#include "sim/memory.h"
#include "sim/pool.h"

struct lock {
    struct track_node node;        /* first: the node's address is the lock's */
    struct activity *first, *last; /* waiting for it */
};

struct track_locks {
    struct sim *sim;
    struct pool *pool;             /* struct lock */
    struct track_table *table;
};

struct track_locks *track_locks_create(struct sim *sim)
{
    struct track_locks *locks = memory_alloc_zeroed(1, sizeof *locks);
    locks->sim = sim;
    locks->pool = pool_create(sizeof(struct lock));
    locks->table = track_table_create();
    return locks;
}

void track_locks_destroy(struct track_locks *locks)
{
    if (locks == NULL)
        return;
    pool_destroy(locks->pool);
    track_table_destroy(locks->table);
    free(locks);
}

size_t track_locks_held(const struct track_locks *locks)
{
    return track_table_count(locks->table);
}

static struct lock *find(const struct track_locks *locks, int32_t rank, int64_t track)
{
    return (struct lock *)track_table_find(locks->table, rank, track);
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
    struct lock *lock = find(locks, rank, track);
    if (lock != NULL) {
        join(lock, activity);
        return false;
    }
    lock = pool_take(locks->pool);
    *lock = (struct lock){0};
    track_table_add(locks->table, rank, track, &lock->node);
    return true;
}

void track_unlock(struct track_locks *locks, int32_t rank, int64_t track)
{
    struct lock *lock = find(locks, rank, track);
    struct activity *next = lock->first;
    if (next != NULL) {
        lock->first = next->next;
        if (lock->first == NULL)
            lock->last = NULL;
        sim_ready(locks->sim, next);
        return;
    }
    track_table_remove(locks->table, &lock->node);
    pool_give(locks->pool, lock);
}
