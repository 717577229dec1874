// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A sorted run of the nearest events, in front of a radix heap.
 *
 *     now                near_end
 *      |  near, sorted      |          level 1        level 2            level 3 ...
 *      |..e.ee..e.....e.e...|..e.|.e..|....|e...|  ...e.......e.|........   ....
 *                             one bucket a value of the digit in which a key first differs from `origin`
 *
 * Keys are read as digits of 4 bits. A key at or beyond near_end waits, unsorted and in order of
 * arrival, in the bucket (level = highest digit that differs from `origin`, value of that digit). When
 * the sorted run is used up, the lowest bucket is taken: a small one is sorted into the run, a large one
 * is dealt out to the levels below. An event is moved once a level on its way to the front, always from
 * and to the end of sequential memory, so a step costs a few ns however many events are pending; a heap
 * touches log(n) scattered lines instead. Events of one key meet in the same buckets in order of
 * arrival, and sorting is stable: ties are first in first out without a sequence number.
 *
 * The run keeps keys and items apart, and a push or pop passes them in registers: one 16-byte copy of
 * what was just written as two words stalls until the store is done, three times the cost of the rest.
 *
 * tests/bench_pending.c measures it against a 4-ary and a binary heap; docs/design.md has the figures.
 */
#include "sim/pending.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

enum {
    DIGIT_BITS = 4,
    DIGIT_VALUES = 1 << DIGIT_BITS,
    LEVELS = 64 / DIGIT_BITS,
    CHUNK_EVENTS = 63,  /* a chunk fills 1 KiB */
    RUN_FILL_MAX = 32,  /* a bucket up to this size is sorted into the run at once */
    RUN_LONG = 64,      /* a run of this size goes back to the buckets, unless it ends in so many ties */
    RUN_START = 64,     /* where a run begins, so that there is room before it */
    RUN_CAPACITY_MIN = 256,
};

struct event {
    uint64_t key;
    void *item;
};

struct chunk {
    struct chunk *next;
    size_t count;
    struct event events[CHUNK_EVENTS];
};

struct bucket {
    struct chunk *first, *last; /* NULL when empty */
    size_t count;
};

struct pending {
    uint64_t *keys;              /* the run: sorted ascending in [head, tail) */
    void **items;                /* of the run's keys */
    size_t head, tail, capacity;
    uint64_t near_end;           /* the run holds every event below; the buckets all others */
    uint64_t origin;             /* the key that bucket levels are counted from, <= near_end */
    uint64_t floor;              /* key popped last */
    size_t far_count;            /* events in the buckets */
    uint32_t level_mask;         /* bit l: level l has a bucket that is not empty */
    uint32_t digit_mask[LEVELS]; /* bit d: bucket d of that level is not empty */
    struct bucket buckets[LEVELS][DIGIT_VALUES];
    struct chunk *free_chunks;
};

/* With nothing pending the run takes whatever comes, until it is long enough to be dealt out. */
static void set_empty(struct pending *pending)
{
    pending->head = pending->tail = RUN_START;
    pending->near_end = UINT64_MAX;
    pending->origin = pending->floor = 0;
}

struct pending *pending_create(void)
{
    struct pending *pending = memory_alloc_zeroed(1, sizeof *pending);
    set_empty(pending);
    pending->capacity = RUN_CAPACITY_MIN;
    pending->keys = memory_alloc(pending->capacity * sizeof *pending->keys);
    pending->items = memory_alloc(pending->capacity * sizeof *pending->items);
    return pending;
}

static void free_chain(struct chunk *chunk)
{
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
}

void pending_destroy(struct pending *pending)
{
    if (pending == NULL)
        return;
    for (int level = 0; level < LEVELS; level++)
        for (int digit = 0; digit < DIGIT_VALUES; digit++)
            free_chain(pending->buckets[level][digit].first);
    free_chain(pending->free_chunks);
    free(pending->keys);
    free(pending->items);
    free(pending);
}

size_t pending_count(const struct pending *pending)
{
    return pending->tail - pending->head + pending->far_count;
}

/* ---- buckets ---- */

static struct chunk *chunk_take(struct pending *pending)
{
    struct chunk *chunk = pending->free_chunks;
    if (chunk != NULL)
        pending->free_chunks = chunk->next;
    else
        chunk = memory_alloc(sizeof *chunk);
    chunk->next = NULL;
    chunk->count = 0;
    return chunk;
}

static void chunk_give(struct pending *pending, struct chunk *chunk)
{
    chunk->next = pending->free_chunks;
    pending->free_chunks = chunk;
}

static void bucket_append(struct pending *pending, struct bucket *bucket, uint64_t key, void *item)
{
    struct chunk *chunk = bucket->last;
    if (__builtin_expect(chunk == NULL || chunk->count == CHUNK_EVENTS, 0)) {
        chunk = chunk_take(pending);
        if (bucket->last != NULL)
            bucket->last->next = chunk;
        else
            bucket->first = chunk;
        bucket->last = chunk;
    }
    struct event *event = &chunk->events[chunk->count++];
    event->key = key;
    event->item = item;
    bucket->count++;
}

static void push_far(struct pending *pending, uint64_t key, void *item)
{
    int level = (63 - __builtin_clzll((key ^ pending->origin) | 1)) / DIGIT_BITS;
    int digit = (int)(key >> (level * DIGIT_BITS)) & (DIGIT_VALUES - 1);
    bucket_append(pending, &pending->buckets[level][digit], key, item);
    pending->far_count++;
    pending->level_mask |= 1u << level;
    pending->digit_mask[level] |= 1u << digit;
}

/* Takes a bucket's events out of the set, leaving it empty; the caller gives the chunks back. */
static struct bucket detach(struct pending *pending, int level, int digit)
{
    struct bucket detached = pending->buckets[level][digit];
    pending->buckets[level][digit] = (struct bucket){0};
    pending->far_count -= detached.count;
    pending->digit_mask[level] &= ~(1u << digit);
    if (pending->digit_mask[level] == 0)
        pending->level_mask &= ~(1u << level);
    return detached;
}

/* ---- the sorted run ---- */

static void run_make_room(struct pending *pending)
{
    size_t held = pending->tail - pending->head;
    if (pending->head >= pending->capacity / 2) {
        memmove(pending->keys + RUN_START, pending->keys + pending->head, held * sizeof *pending->keys);
        memmove(pending->items + RUN_START, pending->items + pending->head, held * sizeof *pending->items);
        pending->head = RUN_START;
        pending->tail = RUN_START + held;
    } else {
        pending->capacity *= 2;
        pending->keys = memory_resize(pending->keys, pending->capacity * sizeof *pending->keys);
        pending->items = memory_resize(pending->items, pending->capacity * sizeof *pending->items);
    }
}

/* Behind every event whose key is not greater. */
static void run_place(struct pending *pending, uint64_t key, void *item)
{
    if (__builtin_expect(pending->tail == pending->capacity, 0))
        run_make_room(pending);
    uint64_t *keys = pending->keys;
    void **items = pending->items;
    size_t head = pending->head, place = pending->tail++;
    for (; place > head && keys[place - 1] > key; place--) {
        keys[place] = keys[place - 1];
        items[place] = items[place - 1];
    }
    keys[place] = key;
    items[place] = item;
}

/*
 * Into a run that ends in ties: near its head, moving what is before into the room there. Ties may be any
 * number, and each may schedule something urgent for the same instant. false when its place is not near.
 */
static bool run_insert_before_ties(struct pending *pending, uint64_t key, void *item)
{
    size_t head = pending->head, place = head;
    while (place - head < RUN_LONG && pending->keys[place] <= key)
        place++;
    if (head == 0 || place - head == RUN_LONG)
        return false;
    memmove(pending->keys + head - 1, pending->keys + head, (place - head) * sizeof *pending->keys);
    memmove(pending->items + head - 1, pending->items + head, (place - head) * sizeof *pending->items);
    pending->head--;
    pending->keys[place - 1] = key;
    pending->items[place - 1] = item;
    return true;
}

/* false, and nothing changed, when that would move many events. */
static bool run_insert(struct pending *pending, uint64_t key, void *item)
{
    if (__builtin_expect(pending->tail - pending->head >= RUN_LONG, 0)) {
        const uint64_t *end = pending->keys + pending->tail;
        if (end[-RUN_LONG] != end[-1])
            return false;
        if (key < end[-1])
            return run_insert_before_ties(pending, key, item);
    }
    run_place(pending, key, item);
    return true;
}

/* Deals the run out to the buckets, so that the next one covers a shorter stretch of time. */
static void run_spill(struct pending *pending)
{
    pending->origin = pending->near_end = pending->floor >> PENDING_TIE_BITS << PENDING_TIE_BITS;
    for (size_t i = pending->head; i < pending->tail; i++)
        push_far(pending, pending->keys[i], pending->items[i]);
    pending->head = pending->tail = RUN_START;
}

void pending_push(struct pending *pending, uint64_t key, void *item)
{
    if (key < pending->near_end) {
        if (run_insert(pending, key, item))
            return;
        run_spill(pending);
    }
    push_far(pending, key, item);
}

/* ---- refilling the run ---- */

static uint64_t least_key(const struct bucket *bucket)
{
    uint64_t least = UINT64_MAX;
    for (const struct chunk *chunk = bucket->first; chunk != NULL; chunk = chunk->next)
        for (size_t i = 0; i < chunk->count; i++)
            if (chunk->events[i].key < least)
                least = chunk->events[i].key;
    return least;
}

static void deal_out(struct pending *pending, struct bucket bucket, bool to_run)
{
    for (struct chunk *chunk = bucket.first, *next; chunk != NULL; chunk = next) {
        next = chunk->next;
        for (size_t i = 0; i < chunk->count; i++) {
            if (to_run)
                run_place(pending, chunk->events[i].key, chunk->events[i].item);
            else
                push_far(pending, chunk->events[i].key, chunk->events[i].item);
        }
        chunk_give(pending, chunk);
    }
}

/* Fills the empty run from the lowest bucket. false, and nothing changed, when all keys are above `limit`. */
static bool refill(struct pending *pending, uint64_t limit)
{
    pending->head = pending->tail = RUN_START;
    for (bool first = true; pending->level_mask != 0; first = false) {
        int level = __builtin_ctz(pending->level_mask);
        int digit = __builtin_ctz(pending->digit_mask[level]);
        int shift = level * DIGIT_BITS;
        const struct bucket *bucket = &pending->buckets[level][digit];
        uint64_t width = (uint64_t)1 << shift;
        uint64_t start = (bucket->first->events[0].key >> shift) << shift;
        if (first && (start > limit || (start + (width - 1) > limit && least_key(bucket) > limit)))
            return false;
        pending->origin = start;
        struct bucket lowest = detach(pending, level, digit);
        bool to_run = level == 0 || lowest.count <= RUN_FILL_MAX;
        pending->near_end = to_run ? start + width : start;
        deal_out(pending, lowest, to_run);
        if (to_run)
            return true;
    }
    return false;
}

void *pending_pop(struct pending *pending, uint64_t limit, uint64_t *key)
{
    if (pending->head == pending->tail && !refill(pending, limit))
        return NULL;
    uint64_t first = pending->keys[pending->head];
    if (first > limit)
        return NULL;
    void *item = pending->items[pending->head++];
    *key = pending->floor = first;
    if (pending->head == pending->tail && pending->far_count == 0)
        set_empty(pending);
    return item;
}

void pending_filter(struct pending *pending, bool (*keep)(void *item, void *context), void *context)
{
    size_t kept = pending->head;
    for (size_t i = pending->head; i < pending->tail; i++) {
        if (!keep(pending->items[i], context))
            continue;
        pending->keys[kept] = pending->keys[i];
        pending->items[kept++] = pending->items[i];
    }
    pending->tail = kept;

    for (int level = 0; level < LEVELS; level++) {
        for (uint32_t digits = pending->digit_mask[level]; digits != 0; digits &= digits - 1) {
            struct bucket old = detach(pending, level, __builtin_ctz(digits));
            for (struct chunk *chunk = old.first, *next; chunk != NULL; chunk = next) {
                next = chunk->next;
                for (size_t i = 0; i < chunk->count; i++)
                    if (keep(chunk->events[i].item, context))
                        push_far(pending, chunk->events[i].key, chunk->events[i].item);
                chunk_give(pending, chunk);
            }
        }
    }
}
