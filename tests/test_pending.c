// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The pending set against a plain sorted array, over many random histories.
 *
 * Every history is a run of pushes, pops with limits and filters, in phases that grow, shrink and drain
 * the set. The array is the definition: an event is put behind all of its key, and the first is taken.
 */
#include <string.h>

#include "sim/pending.h"
#include "sim/rng.h"
#include "tests/unit.h"

enum { EVENTS_MOST = 6000, STEPS = 6000, SEEDS = 24 };

static const uint64_t key_max = ((uint64_t)1 << 63) - 1;

/* ---- the definition ---- */

struct entry {
    uint64_t key;
    const char *item;
};

struct reference {
    struct entry entries[EVENTS_MOST];
    size_t count;
};

static void reference_push(struct reference *reference, uint64_t key, const char *item)
{
    size_t place = reference->count++;
    for (; place > 0 && reference->entries[place - 1].key > key; place--)
        reference->entries[place] = reference->entries[place - 1];
    reference->entries[place] = (struct entry){key, item};
}

static struct entry reference_pop(struct reference *reference)
{
    struct entry first = reference->entries[0];
    reference->count--;
    memmove(reference->entries, reference->entries + 1, reference->count * sizeof first);
    return first;
}

/* ---- random histories ---- */

enum increments { EXPONENTIAL, BIMODAL, CONSTANT, TIES, ONE_INSTANT, ALL_SCALES, HUGE_STEPS };

static uint64_t draw_increment(enum increments kind, struct rng *rng)
{
    switch (kind) {
    case EXPONENTIAL:
        return (uint64_t)(rng_exponential(rng) * 1e6);
    case BIMODAL:
        return (uint64_t)(rng_exponential(rng) * (rng_below(rng, 10) == 0 ? 9.5e6 : 5e4));
    case CONSTANT:
        return 1000;
    case TIES:
        return rng_below(rng, 3) * 500;
    case ONE_INSTANT:
        return 0;
    case ALL_SCALES:
        return rng_next(rng) >> (8 + rng_below(rng, 56));
    default:
        return rng_below(rng, (uint64_t)1 << 58);
    }
}

struct history {
    struct pending *pending;
    struct reference reference;
    struct rng rng;
    enum increments kind;
    uint64_t floor;           /* key popped last */
    size_t pushed;            /* events so far: the next one's name */
    char names[8 * STEPS];    /* an event's item is the address of a byte here, so it has a number */
};

/* At or after the instant of the last pop, now and then below its priority. */
static void push(struct history *history)
{
    uint64_t instant = history->floor >> PENDING_TIE_BITS;
    uint64_t increment = rng_below(&history->rng, 16) == 0 ? 0 : draw_increment(history->kind, &history->rng);
    uint64_t latest = key_max >> PENDING_TIE_BITS;
    instant = increment > latest - instant ? latest : instant + increment;
    uint64_t priority = rng_below(&history->rng, 4) == 0 ? rng_below(&history->rng, 8) : 4;
    uint64_t key = instant << PENDING_TIE_BITS | priority;
    const char *item = &history->names[history->pushed++];
    pending_push(history->pending, key, (void *)item);
    reference_push(&history->reference, key, item);
}

/* Without a limit, with the first key or the one below as limit, or with a near one. */
static uint64_t draw_limit(struct history *history)
{
    uint64_t first = history->reference.count ? history->reference.entries[0].key : history->floor;
    switch (rng_below(&history->rng, 6)) {
    case 0:
        return first;
    case 1:
        return first ? first - 1 : 0;
    case 2:
        return history->floor + draw_increment(history->kind, &history->rng);
    default:
        return key_max;
    }
}

static bool pop(struct history *history, uint64_t limit)
{
    const uint64_t untouched = 12345;
    uint64_t key = untouched;
    const char *item = pending_pop(history->pending, limit, &key);
    struct reference *reference = &history->reference;
    if (reference->count == 0 || reference->entries[0].key > limit)
        return unit_check(item == NULL && key == untouched, __FILE__, __LINE__, "popped beyond the limit");
    struct entry first = reference_pop(reference);
    history->floor = key;
    return unit_check(item == first.item && key == first.key, __FILE__, __LINE__,
                      "increments %d: popped event %td of key %llu, expected %td of %llu", (int)history->kind,
                      item ? item - history->names : -1, (unsigned long long)key, first.item - history->names,
                      (unsigned long long)first.key);
}

struct filter {
    const struct history *history;
    ptrdiff_t divisor, remainder; /* numbers with this remainder are dropped */
};

static bool filter_keeps(void *item, void *context)
{
    const struct filter *filter = context;
    ptrdiff_t number = (const char *)item - filter->history->names;
    return number % filter->divisor != filter->remainder;
}

static void drop_some(struct history *history)
{
    struct filter filter = {.history = history, .divisor = 1 + (ptrdiff_t)rng_below(&history->rng, 4)};
    filter.remainder = (ptrdiff_t)rng_below(&history->rng, (uint64_t)filter.divisor);
    pending_filter(history->pending, filter_keeps, &filter);
    size_t kept = 0;
    for (size_t i = 0; i < history->reference.count; i++)
        if (filter_keeps((void *)history->reference.entries[i].item, &filter))
            history->reference.entries[kept++] = history->reference.entries[i];
    history->reference.count = kept;
}

/* A refused pop, and then many events before the one that was refused: nothing may have changed. */
static bool push_before_first(struct history *history)
{
    if (history->reference.count == 0 || history->reference.entries[0].key <= history->floor + 8)
        return true;
    uint64_t first = history->reference.entries[0].key, floor = history->floor;
    bool holds = pop(history, first - 1);
    for (int i = 0; i < 100 && history->reference.count < EVENTS_MOST; i++) {
        const char *item = &history->names[history->pushed++];
        uint64_t key = floor + rng_below(&history->rng, first - floor);
        pending_push(history->pending, key, (void *)item);
        reference_push(&history->reference, key, item);
    }
    return holds;
}

static bool history_holds(struct history *history, enum increments kind, uint64_t seed)
{
    *history = (struct history){.pending = pending_create(), .kind = kind};
    rng_init(&history->rng, seed, "test/pending");
    uint64_t push_share = 50;
    bool holds = true;
    for (int step = 0; step < STEPS && holds; step++) {
        if (rng_below(&history->rng, 400) == 0)
            push_share = 10 + rng_below(&history->rng, 85); /* of 100: a new phase */
        if (rng_below(&history->rng, 1500) == 0)
            drop_some(history);
        if (rng_below(&history->rng, 100) == 0)
            holds = push_before_first(history);
        if (rng_below(&history->rng, 100) < push_share && history->reference.count < EVENTS_MOST)
            push(history);
        else
            holds = pop(history, draw_limit(history));
        holds = holds && CHECK_INT(pending_count(history->pending), history->reference.count);
    }
    while (holds && history->reference.count > 0)
        holds = pop(history, key_max);
    holds = holds && CHECK_INT(pending_count(history->pending), 0) && pop(history, key_max);
    pending_destroy(history->pending);
    return holds;
}

static void check_histories(enum increments kind)
{
    static struct history history;
    for (uint64_t seed = 0; seed < SEEDS && history_holds(&history, kind, seed); seed++)
        ;
}

static void test_exponential(void)
{
    check_histories(EXPONENTIAL);
}

static void test_bimodal(void)
{
    check_histories(BIMODAL);
}

static void test_constant(void)
{
    check_histories(CONSTANT);
}

static void test_ties(void)
{
    check_histories(TIES);
}

static void test_one_instant(void)
{
    check_histories(ONE_INSTANT);
}

static void test_all_scales(void)
{
    check_histories(ALL_SCALES);
}

static void test_huge(void)
{
    check_histories(HUGE_STEPS);
}

/* ---- single rules ---- */

static void test_equal_keys(void)
{
    enum { MANY = 5000 };
    static char names[MANY];
    struct pending *pending = pending_create();
    for (int i = 0; i < MANY; i++)
        pending_push(pending, i % 5 == 0 ? 804 : 1604, &names[i]);
    uint64_t key;
    int wrong = 0;
    for (int i = 0; i < MANY; i += 5)
        wrong += pending_pop(pending, key_max, &key) != &names[i] || key != 804;
    for (int i = 0; i < MANY; i++)
        if (i % 5 != 0)
            wrong += pending_pop(pending, key_max, &key) != &names[i] || key != 1604;
    CHECK_INT(wrong, 0);
    pending_destroy(pending);
}

static void test_whole_range(void)
{
    static char names[64];
    struct pending *pending = pending_create();
    for (int bit = 62; bit >= 0; bit--)
        pending_push(pending, (uint64_t)1 << bit, &names[bit]);
    pending_push(pending, key_max, &names[63]);
    uint64_t key;
    for (int bit = 0; bit < 63; bit++)
        CHECK(pending_pop(pending, key_max, &key) == &names[bit] && key == (uint64_t)1 << bit);
    CHECK(pending_pop(pending, key_max - 1, &key) == NULL);
    CHECK(pending_pop(pending, key_max, &key) == &names[63] && key == key_max);
    pending_destroy(pending);
}

static bool keeps_none(void *item, void *context)
{
    (void)item;
    (void)context;
    return false;
}

static void test_filter_all(void)
{
    char name;
    struct pending *pending = pending_create();
    for (uint64_t i = 0; i < 1000; i++)
        pending_push(pending, i * 7919, &name);
    uint64_t key;
    pending_pop(pending, key_max, &key);
    pending_filter(pending, keeps_none, NULL);
    CHECK_INT(pending_count(pending), 0);
    CHECK(pending_pop(pending, key_max, &key) == NULL);
    pending_push(pending, 77, &name);
    CHECK(pending_pop(pending, key_max, &key) == &name && key == 77);
    pending_destroy(pending);
}

UNIT_MAIN("pending",
          {"events leave in order of key, then of arrival: exponential increments", test_exponential},
          {"events leave in order of key, then of arrival: bimodal increments", test_bimodal},
          {"events leave in order of key, then of arrival: constant increments", test_constant},
          {"events leave in order of key, then of arrival: mostly ties", test_ties},
          {"events leave in order of key, then of arrival: all at one instant", test_one_instant},
          {"events leave in order of key, then of arrival: increments of every size", test_all_scales},
          {"events leave in order of key, then of arrival: up to the last instant", test_huge},
          {"thousands of equal keys leave in order of arrival", test_equal_keys},
          {"keys may span all 63 bits", test_whole_range},
          {"a set whose events were all dropped goes on", test_filter_all})
