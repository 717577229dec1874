// SPDX-License-Identifier: GPL-3.0-or-later
/* Stores: who gets how much and when, and whether the account says exactly that. */
#include "sim/store.h"

#include <math.h>
#include <stdlib.h>

#include "sim/rng.h"
#include "tests/child.h"
#include "tests/unit.h"

enum { BORROWERS_MOST = 3000 };

struct borrower {
    struct activity activity;
    struct bank *bank;
    sim_time comes_ns, keeps_ns;
    sim_time got_ns; /* when it got its amount */
    int64_t amount;
};

struct bank {
    struct sim *sim;
    struct store *store;
    struct borrower borrowers[BORROWERS_MOST];
    int order[BORROWERS_MOST]; /* borrowers, by when they got theirs */
    int granted;
    int64_t out, out_most;     /* own count of what is lent */
    int64_t miscounts;         /* times it differed from the store's */
};

static void bank_open(struct bank *bank, int64_t capacity)
{
    *bank = (struct bank){.sim = sim_create(1)};
    bank->store = store_create(bank->sim, "bank", capacity);
}

static void bank_close(struct bank *bank)
{
    store_destroy(bank->store);
    sim_destroy(bank->sim);
}

/* Others may have been granted theirs at this instant and not yet spoken: the store is ahead, not behind. */
static void count_out(struct bank *bank, int64_t amount)
{
    bank->out += amount;
    if (bank->out > bank->out_most)
        bank->out_most = bank->out;
    bank->miscounts += store_used(bank->store) < bank->out || store_used(bank->store) > store_capacity(bank->store);
}

static void borrower_story(struct activity *self)
{
    struct borrower *borrower = STORY_OF(self, struct borrower, activity);
    struct bank *bank = borrower->bank;
    STORY_BEGIN(self);
    STORY_WAIT(self, borrower->comes_ns);
    STORY_TAKE(self, bank->store, borrower->amount);
    borrower->got_ns = sim_now(self->sim);
    bank->order[bank->granted++] = (int)(borrower - bank->borrowers);
    count_out(bank, borrower->amount);
    STORY_WAIT(self, borrower->keeps_ns);
    count_out(bank, -borrower->amount);
    store_give(bank->store, borrower->amount / 2);
    store_give(bank->store, borrower->amount - borrower->amount / 2);
    STORY_END(self);
}

static void borrower_comes(struct bank *bank, int number, sim_time comes_ns, int64_t amount, sim_time keeps_ns,
                           uint8_t priority)
{
    struct borrower *borrower = &bank->borrowers[number];
    *borrower = (struct borrower){.bank = bank, .comes_ns = comes_ns, .keeps_ns = keeps_ns, .amount = amount};
    activity_init(&borrower->activity, bank->sim, borrower_story, NULL);
    borrower->activity.priority = priority;
}

static void borrowers_start(struct bank *bank, int count)
{
    for (int i = 0; i < count; i++)
        activity_start(&bank->borrowers[i].activity);
}

static struct store_stats stats_of(const struct bank *bank)
{
    struct store_stats stats;
    store_stats(bank->store, &stats);
    return stats;
}

/* ---- order ---- */

static void check_order(const struct bank *bank, const int *expected, int count)
{
    CHECK_INT(bank->granted, count);
    for (int i = 0; i < count; i++)
        CHECK_INT(bank->order[i], expected[i]);
}

/* 6 of 10 are out until 100; 5 are asked for; 1, which would fit, has to stand behind. */
static void test_large_not_overtaken(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, 6, 100, 0);
    borrower_comes(&bank, 1, 10, 5, 50, 0);
    borrower_comes(&bank, 2, 20, 1, 10, 0);
    borrower_comes(&bank, 3, 30, 0, 10, 0);
    borrowers_start(&bank, 4);
    sim_run(bank.sim, 99);
    CHECK_INT(store_used(bank.store), 6);
    CHECK_INT(store_queue(bank.store), 3);
    CHECK(!store_take_now(bank.store, 1));
    CHECK(sim_run_all(bank.sim));
    check_order(&bank, (const int[]){0, 1, 2, 3}, 4);
    CHECK_INT(bank.borrowers[1].got_ns, 100);
    CHECK_INT(bank.borrowers[2].activity.waited_ns, 80);
    bank_close(&bank);
}

/* An urgent request passes the less urgent in line; nobody passes an urgent one that finds too little. */
static void test_priorities(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, 6, 100, 1);
    borrower_comes(&bank, 1, 10, 5, 50, 1);  /* does not fit */
    borrower_comes(&bank, 2, 20, 2, 200, 0); /* fits, and goes before */
    borrower_comes(&bank, 3, 30, 3, 50, 0);  /* does not fit */
    borrower_comes(&bank, 4, 40, 2, 50, 1);
    borrower_comes(&bank, 5, 45, 1, 50, 0);
    borrowers_start(&bank, 6);
    CHECK(sim_run_all(bank.sim));
    check_order(&bank, (const int[]){0, 2, 3, 5, 1, 4}, 6);
    CHECK_INT(bank.borrowers[2].got_ns, 20);
    CHECK_INT(bank.borrowers[5].got_ns, 100);
    CHECK_INT(bank.borrowers[1].got_ns, 150);
    bank_close(&bank);
}

static void test_give_serves_several(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, 10, 100, 0);
    for (int i = 1; i <= 4; i++)
        borrower_comes(&bank, i, i, 1, 50, 0);
    borrowers_start(&bank, 5);
    CHECK(sim_run_all(bank.sim));
    check_order(&bank, (const int[]){0, 1, 2, 3, 4}, 5);
    for (int i = 1; i <= 4; i++)
        CHECK_INT(bank.borrowers[i].got_ns, 100);
    bank_close(&bank);
}

static void takes_twice(struct activity *self)
{
    struct borrower *borrower = STORY_OF(self, struct borrower, activity);
    STORY_BEGIN(self);
    STORY_TAKE(self, borrower->bank->store, 5);
    borrower->got_ns = self->waited_ns;
    STORY_TAKE(self, borrower->bank->store, 5);
    STORY_END(self);
}

static void test_wait_is_of_last_take(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, 10, 100, 0);
    borrower_comes(&bank, 1, 0, 5, 0, 0);
    bank.borrowers[1].activity.story = takes_twice;
    sim_run(bank.sim, 10);
    activity_start(&bank.borrowers[0].activity);
    sim_run(bank.sim, 30);
    activity_start(&bank.borrowers[1].activity);
    CHECK(sim_run_all(bank.sim));
    CHECK_INT(bank.borrowers[1].got_ns, 80);
    CHECK_INT(bank.borrowers[1].activity.waited_ns, 0);
    CHECK_INT(store_used(bank.store), 10);
    bank_close(&bank);
}

static void test_take_now(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    CHECK(store_take_now(bank.store, 7));
    CHECK(!store_take_now(bank.store, 4));
    CHECK(store_take_now(bank.store, 3));
    CHECK(store_take_now(bank.store, 0));
    CHECK_INT(store_used(bank.store), 10);
    store_give(bank.store, 10);
    CHECK_INT(store_used(bank.store), 0);
    CHECK_INT(store_capacity(bank.store), 10);
    CHECK_STRING(store_name(bank.store), "bank");
    bank_close(&bank);
}

/* ---- the account ---- */

/* Of 10: 6 from 0 to 40, 8 from 40 to 60. The second stands in line from 20. */
static void test_account(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, 6, 40, 0);
    borrower_comes(&bank, 1, 20, 8, 20, 0);
    borrowers_start(&bank, 2);
    CHECK(sim_run(bank.sim, 100));
    struct store_stats stats = stats_of(&bank);
    CHECK_NEAR(stats.mean_occupancy, (6 * 40 + 8 * 20) / 1000.0, 1e-15);
    CHECK_NEAR(stats.max_occupancy, 0.8, 1e-15);
    CHECK_NEAR(stats.mean_queue, 0.2, 1e-15);
    CHECK_NEAR(stats.mean_wait_ns, 10, 0);
    CHECK_INT(stats.taken, 2);
    CHECK_INT(stats.waited, 1);
    bank_close(&bank);
}

static void test_restart(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, 10, 40, 0);
    borrower_comes(&bank, 1, 20, 5, 60, 0);
    borrowers_start(&bank, 2);
    sim_run(bank.sim, 30);
    store_restart(bank.store);
    CHECK_NEAR(stats_of(&bank).max_occupancy, 1, 0);
    CHECK(sim_run(bank.sim, 130));
    struct store_stats stats = stats_of(&bank);
    CHECK_NEAR(stats.mean_occupancy, (10 * 10 + 5 * 60) / 1000.0, 1e-15);
    CHECK_NEAR(stats.mean_queue, 0.1, 1e-15);
    CHECK_NEAR(stats.mean_wait_ns, 20, 0);
    CHECK_INT(stats.taken, 1);
    CHECK_INT(stats.waited, 0);
    store_restart(bank.store);
    CHECK(stats_of(&bank).max_occupancy == 0 && stats_of(&bank).mean_wait_ns == 0);
    bank_close(&bank);
}

static void test_endless_waits(void)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, 10, SIM_TIME_MAX - 100, 0);
    for (int i = 1; i <= 10; i++)
        borrower_comes(&bank, i, 0, 1, 0, 0);
    borrowers_start(&bank, 11);
    CHECK(sim_run_all(bank.sim));
    CHECK_NEAR(stats_of(&bank).mean_wait_ns, (double)(SIM_TIME_MAX - 100) * 10 / 11, 1e4);
    bank_close(&bank);
}

/* ---- random traffic ---- */

static void random_traffic(struct bank *bank, uint64_t seed, bool priorities)
{
    struct rng rng;
    rng_init(&rng, seed, "test/store");
    sim_time comes_ns = 0;
    for (int i = 0; i < BORROWERS_MOST; i++) {
        comes_ns += rng_below(&rng, 3) == 0 ? 0 : (sim_time)(rng_exponential(&rng) * 500);
        int64_t amount = (int64_t)rng_below(&rng, 10) == 0 ? (int64_t)rng_below(&rng, 101) : (int64_t)rng_below(&rng, 20);
        sim_time keeps_ns = rng_below(&rng, 8) == 0 ? 0 : (sim_time)(rng_exponential(&rng) * 2000);
        borrower_comes(bank, i, comes_ns, amount, keeps_ns, priorities ? (uint8_t)rng_below(&rng, 3) : 0);
    }
    borrowers_start(bank, BORROWERS_MOST);
    CHECK(sim_run_all(bank->sim));
}

static void check_conservation(const struct bank *bank)
{
    int64_t waited_ns = 0, lent_ns = 0;
    for (int i = 0; i < BORROWERS_MOST; i++) {
        const struct borrower *borrower = &bank->borrowers[i];
        waited_ns += borrower->activity.waited_ns;
        lent_ns += borrower->amount * borrower->keeps_ns;
        if (borrower->got_ns - borrower->comes_ns != borrower->activity.waited_ns)
            CHECK_INT(borrower->activity.waited_ns, borrower->got_ns - borrower->comes_ns);
    }
    struct store_stats stats = stats_of(bank);
    double elapsed_ns = (double)sim_now(bank->sim);
    CHECK(waited_ns > 0 && stats.waited > 0);
    CHECK_INT(llround(stats.mean_queue * elapsed_ns), waited_ns);
    CHECK_INT(llround(stats.mean_wait_ns * BORROWERS_MOST), waited_ns);
    CHECK_INT(llround(stats.mean_occupancy * elapsed_ns * 100), lent_ns);
    CHECK_INT(stats.taken, BORROWERS_MOST);
    CHECK_INT(bank->granted, BORROWERS_MOST);
    CHECK_INT(bank->miscounts, 0);
    CHECK(bank->out_most <= 100);
    CHECK_INT(store_used(bank->store), 0);
}

static void test_random_traffic(void)
{
    static struct bank bank;
    for (uint64_t seed = 0; seed < 10; seed++) {
        bank_open(&bank, 100);
        random_traffic(&bank, seed, seed % 2 == 0);
        check_conservation(&bank);
        int last[ACTIVITY_PRIORITIES] = {-1, -1, -1}, overtaken = 0;
        for (int i = 0; i < bank.granted; i++) {
            uint8_t priority = bank.borrowers[bank.order[i]].activity.priority;
            overtaken += bank.order[i] < last[priority];
            last[priority] = bank.order[i];
        }
        CHECK_INT(overtaken, 0);
        bank_close(&bank);
    }
}

/* ---- broken rules of use ---- */

static void give_too_much(void)
{
    struct store *store = store_create(sim_create(5), "memory", 10);
    store_take_now(store, 3);
    store_give(store, 4);
}

static void take_amount(int64_t amount)
{
    static struct bank bank;
    bank_open(&bank, 10);
    borrower_comes(&bank, 0, 0, amount, 1000, 0);
    borrowers_start(&bank, 1);
    sim_run(bank.sim, 500);
}

static void take_too_much(void)
{
    take_amount(11);
}

static void take_less_than_nothing(void)
{
    take_amount(-1);
}

static void test_misuse(void)
{
    char text[1000];
    CHECK(child_aborts(give_too_much, text, sizeof text));
    CHECK_CONTAINS(text, "sim/store.c");
    CHECK(child_aborts(take_too_much, text, sizeof text));
    CHECK(child_aborts(take_less_than_nothing, text, sizeof text));
}

UNIT_MAIN("store", {"a large request is not overtaken by one that would fit", test_large_not_overtaken},
          {"an urgent request passes the less urgent, and nobody passes it", test_priorities},
          {"what is given serves as many as it suffices for, at once", test_give_serves_several},
          {"a wait is that of the last taking", test_wait_is_of_last_take},
          {"taking at once takes what is left or nothing", test_take_now},
          {"the account of a small example is exact", test_account},
          {"a restart keeps line and content and forgets the past", test_restart},
          {"waits are summed beyond 64 bits", test_endless_waits},
          {"random traffic keeps the capacity, the order, Little's law and every unit", test_random_traffic},
          {"giving more than was taken or asking for the impossible aborts", test_misuse})
