// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stations: who is served when, and whether the account says exactly that.
 *
 * The account's means are doubles made from exact integers; multiplied back and rounded they must give
 * the integers again, as long as these stay below 2^53.
 */
#include "sim/station.h"

#include <math.h>
#include <stdlib.h>

#include "sim/pool.h"
#include "sim/rng.h"
#include "tests/child.h"
#include "tests/unit.h"

enum { CUSTOMERS_MOST = 4000 };

struct customer {
    struct activity activity;
    struct shop *shop;
    sim_time arrives_ns, service_ns;
    sim_time left_ns;   /* when it was served */
    bool seizes;        /* through STORY_SEIZE and a wait, rather than STORY_USE */
};

struct shop {
    struct sim *sim;
    struct station *station;
    struct customer customers[CUSTOMERS_MOST];
    int order[CUSTOMERS_MOST]; /* customers, by end of service */
    int served;
    int64_t busy_most;
};

static void shop_open(struct shop *shop, int32_t servers)
{
    *shop = (struct shop){.sim = sim_create(1)};
    shop->station = station_create(shop->sim, "shop", servers);
}

static void shop_close(struct shop *shop)
{
    station_destroy(shop->station);
    sim_destroy(shop->sim);
}

static void customer_story(struct activity *self)
{
    struct customer *customer = STORY_OF(self, struct customer, activity);
    struct shop *shop = customer->shop;
    STORY_BEGIN(self);
    STORY_WAIT(self, customer->arrives_ns);
    if (customer->seizes) {
        STORY_SEIZE(self, shop->station);
        STORY_WAIT(self, customer->service_ns);
        station_release(shop->station);
    } else {
        STORY_USE(self, shop->station, customer->service_ns);
    }
    customer->left_ns = sim_now(self->sim);
    shop->order[shop->served++] = (int)(customer - shop->customers);
    if (station_busy(shop->station) > shop->busy_most)
        shop->busy_most = station_busy(shop->station);
    STORY_END(self);
}

static void customer_comes(struct shop *shop, int number, sim_time arrives_ns, sim_time service_ns, uint8_t priority)
{
    struct customer *customer = &shop->customers[number];
    *customer = (struct customer){.shop = shop, .arrives_ns = arrives_ns, .service_ns = service_ns};
    activity_init(&customer->activity, shop->sim, customer_story, NULL);
    customer->activity.priority = priority;
}

static void customers_start(struct shop *shop, int count)
{
    for (int i = 0; i < count; i++)
        activity_start(&shop->customers[i].activity);
}

static struct station_stats stats_of(const struct shop *shop)
{
    struct station_stats stats;
    station_stats(shop->station, &stats);
    return stats;
}

/* ---- order ---- */

static void test_priorities(void)
{
    static struct shop shop;
    shop_open(&shop, 1);
    const uint8_t priorities[] = {2, 2, 1, 0, 2, 0, 1, 0};
    for (int i = 0; i < 8; i++)
        customer_comes(&shop, i, i, 100, priorities[i]);
    customers_start(&shop, 8);
    CHECK(sim_run_all(shop.sim));
    const int expected[] = {0, 3, 5, 7, 2, 6, 1, 4};
    for (int i = 0; i < 8; i++)
        CHECK_INT(shop.order[i], expected[i]);
    shop_close(&shop);
}

/* Who comes at the instant at which a server falls free for another does not get it. */
static void test_no_overtaking(void)
{
    static struct shop shop;
    for (int seizes = 0; seizes < 2; seizes++) {
        shop_open(&shop, 1);
        for (int i = 0; i < 4; i++) {
            customer_comes(&shop, i, (const sim_time[]){0, 50, 100, 100}[i], 100, 0);
            shop.customers[i].seizes = seizes;
        }
        customers_start(&shop, 4);
        CHECK(sim_run_all(shop.sim));
        for (int i = 0; i < 4; i++) {
            CHECK_INT(shop.order[i], i);
            CHECK_INT(shop.customers[i].left_ns, 100 * (i + 1));
        }
        shop_close(&shop);
    }
}

/* ---- the account ---- */

/* Two servers, four customers: served 0-100, 0-30, 30-80, 80-90; queue 1 from 10, 2 from 20 to 30, 1 to 80. */
static void test_account(void)
{
    static struct shop shop;
    shop_open(&shop, 2);
    customer_comes(&shop, 0, 0, 100, 0);
    customer_comes(&shop, 1, 0, 30, 0);
    customer_comes(&shop, 2, 10, 50, 0);
    customer_comes(&shop, 3, 20, 10, 0);
    customers_start(&shop, 4);
    CHECK(sim_run(shop.sim, 25));
    CHECK_INT(station_queue(shop.station), 2);
    CHECK_INT(station_busy(shop.station), 2);
    CHECK_INT(stats_of(&shop).busy_ns, 50);
    CHECK_INT(stats_of(&shop).started, 2);
    CHECK(sim_run(shop.sim, 200));
    struct station_stats stats = stats_of(&shop);
    CHECK_INT(stats.busy_ns, 190);
    CHECK_NEAR(stats.utilization, 190.0 / 400, 1e-15);
    CHECK_NEAR(stats.mean_queue, (10 + 2 * 10 + 50) / 200.0, 1e-15);
    CHECK_NEAR(stats.mean_wait_ns, (20 + 60) / 4.0, 1e-12);
    CHECK_INT(stats.started, 4);
    CHECK_INT(stats.completed, 4);
    CHECK_INT(stats.max_queue, 2);
    CHECK_INT(shop.customers[3].activity.waited_ns, 60);
    CHECK_STRING(station_name(shop.station), "shop");
    shop_close(&shop);
}

static void test_empty_account(void)
{
    static struct shop shop;
    shop_open(&shop, 3);
    struct station_stats stats = stats_of(&shop);
    CHECK(stats.utilization == 0 && stats.mean_queue == 0 && stats.mean_wait_ns == 0);
    CHECK_INT(stats.started + stats.completed + (uint64_t)stats.max_queue + (uint64_t)stats.busy_ns, 0);
    shop_close(&shop);
}

/* One server: 0-20, 20-100 and 100-160, lines from 10 and 40. Begun anew at 70, in the middle of it all. */
static void test_restart(void)
{
    static struct shop shop;
    shop_open(&shop, 1);
    customer_comes(&shop, 0, 0, 20, 0);
    customer_comes(&shop, 1, 10, 80, 0);
    customer_comes(&shop, 2, 40, 60, 0);
    customers_start(&shop, 3);
    sim_run(shop.sim, 70);
    station_restart(shop.station);
    CHECK_INT(stats_of(&shop).max_queue, 1);
    CHECK_NEAR(stats_of(&shop).utilization, 1, 0);
    CHECK(sim_run(shop.sim, 170));
    struct station_stats stats = stats_of(&shop);
    CHECK_INT(stats.busy_ns, 90);
    CHECK_NEAR(stats.utilization, 0.9, 1e-15);
    CHECK_NEAR(stats.mean_queue, 0.3, 1e-15);
    CHECK_INT(stats.started, 1);
    CHECK_INT(stats.completed, 2);
    CHECK_NEAR(stats.mean_wait_ns, 60, 0);
    station_restart(shop.station);
    CHECK_INT(stats_of(&shop).max_queue, 0);
    shop_close(&shop);
}

/* Ten wait for nearly 2^60 ns each: more than 64 bits hold. */
static void test_endless_waits(void)
{
    static struct shop shop;
    shop_open(&shop, 1);
    for (int i = 0; i <= 10; i++)
        customer_comes(&shop, i, 0, i == 0 ? SIM_TIME_MAX - 100 : 0, 0);
    customers_start(&shop, 11);
    CHECK(sim_run_all(shop.sim));
    CHECK_NEAR(stats_of(&shop).mean_wait_ns, (double)(SIM_TIME_MAX - 100) * 10 / 11, 1e4);
    CHECK_INT(stats_of(&shop).busy_ns, SIM_TIME_MAX - 100);
    shop_close(&shop);
}

/* ---- customers who come again ---- */

enum { REGULARS = 5, VISITS = 200 };

struct regular {
    struct activity activity;
    struct club *club;
    int number, visits;
};

struct club {
    struct sim *sim;
    struct station *station;
    struct rng rng;
    struct regular regulars[REGULARS];
    int came[REGULARS * VISITS], went[REGULARS * VISITS]; /* who, in order */
    int arrivals, departures;
    int64_t waited_ns, busy_alone;
};

static void regular_story(struct activity *self)
{
    struct regular *regular = STORY_OF(self, struct regular, activity);
    struct club *club = regular->club;
    STORY_BEGIN(self);
    for (; regular->visits < VISITS; regular->visits++) {
        STORY_WAIT(self, (sim_time)rng_below(&club->rng, 100));
        club->came[club->arrivals++] = regular->number;
        STORY_USE(self, club->station, 10 + (sim_time)rng_below(&club->rng, 20));
        club->went[club->departures++] = regular->number;
        club->waited_ns += self->waited_ns;
        if (club->arrivals == club->departures)
            club->busy_alone += station_busy(club->station);
    }
    STORY_END(self);
}

/* Nobody keeps anything of an earlier visit: neither the wait, nor the neighbour in line. */
static void test_returning(void)
{
    static struct club club;
    club = (struct club){.sim = sim_create(1)};
    club.station = station_create(club.sim, "club", 1);
    rng_init(&club.rng, 1, "test/club");
    for (int i = 0; i < REGULARS; i++) {
        club.regulars[i] = (struct regular){.club = &club, .number = i};
        activity_init(&club.regulars[i].activity, club.sim, regular_story, NULL);
        activity_start(&club.regulars[i].activity);
    }
    CHECK(sim_run_all(club.sim));
    struct station_stats stats;
    station_stats(club.station, &stats);
    int disorder = 0;
    for (int i = 0; i < REGULARS * VISITS; i++)
        disorder += club.came[i] != club.went[i];
    CHECK_INT(disorder, 0);
    CHECK_INT(stats.completed, REGULARS * VISITS);
    CHECK_INT(llround(stats.mean_queue * (double)sim_now(club.sim)), club.waited_ns);
    CHECK_INT(club.busy_alone, 0);
    station_destroy(club.station);
    sim_destroy(club.sim);
}

/* ---- random traffic ---- */

/* When customers are served, by first come, first served: each takes the server that is free soonest. */
static int64_t wrong_by_definition(const struct shop *shop, int count, int servers)
{
    sim_time free_ns[8] = {0};
    int64_t wrong = 0;
    for (int i = 0; i < count; i++) {
        const struct customer *customer = &shop->customers[i];
        int soonest = 0;
        for (int server = 1; server < servers; server++)
            if (free_ns[server] < free_ns[soonest])
                soonest = server;
        sim_time starts = free_ns[soonest] > customer->arrives_ns ? free_ns[soonest] : customer->arrives_ns;
        free_ns[soonest] = starts + customer->service_ns;
        wrong += customer->activity.waited_ns != starts - customer->arrives_ns;
        wrong += customer->left_ns != free_ns[soonest];
    }
    return wrong;
}

static void random_traffic(struct shop *shop, int count, int32_t servers, uint64_t seed, bool priorities)
{
    struct rng rng;
    rng_init(&rng, seed, "test/station");
    sim_time arrives_ns = 0;
    for (int i = 0; i < count; i++) {
        arrives_ns += rng_below(&rng, 3) == 0 ? 0 : (sim_time)(rng_exponential(&rng) * 1600 / servers);
        sim_time service_ns = rng_below(&rng, 8) == 0 ? 0 : (sim_time)(rng_exponential(&rng) * 1000);
        customer_comes(shop, i, arrives_ns, service_ns, priorities ? (uint8_t)rng_below(&rng, 3) : 0);
        shop->customers[i].seizes = rng_below(&rng, 2) == 0;
    }
    customers_start(shop, count);
    CHECK(sim_run_all(shop->sim));
}

static void test_random_traffic(void)
{
    static struct shop shop;
    for (int32_t servers = 1; servers <= 8; servers++) {
        shop_open(&shop, servers);
        random_traffic(&shop, CUSTOMERS_MOST, servers, (uint64_t)servers, false);
        CHECK_INT(shop.served, CUSTOMERS_MOST);
        CHECK_INT(wrong_by_definition(&shop, CUSTOMERS_MOST, servers), 0);
        CHECK_INT(shop.busy_most, servers);
        shop_close(&shop);
    }
}

/* Little's law and the conservation of work, with and without priorities. */
static void test_conservation(void)
{
    static struct shop shop;
    for (uint64_t seed = 0; seed < 10; seed++) {
        int32_t servers = 1 + (int32_t)seed % 4;
        shop_open(&shop, servers);
        random_traffic(&shop, CUSTOMERS_MOST, servers, seed, seed % 2 == 0);
        int64_t waited_ns = 0, work_ns = 0;
        for (int i = 0; i < CUSTOMERS_MOST; i++) {
            waited_ns += shop.customers[i].activity.waited_ns;
            work_ns += shop.customers[i].service_ns;
        }
        struct station_stats stats = stats_of(&shop);
        double elapsed_ns = (double)sim_now(shop.sim);
        CHECK(waited_ns > 0);
        CHECK_INT(llround(stats.mean_queue * elapsed_ns), waited_ns);
        CHECK_INT(llround(stats.mean_wait_ns * CUSTOMERS_MOST), waited_ns);
        CHECK_INT(stats.busy_ns, work_ns);
        CHECK_INT(llround(stats.utilization * elapsed_ns * servers), work_ns);
        CHECK_INT(stats.started, CUSTOMERS_MOST);
        CHECK_INT(stats.completed, CUSTOMERS_MOST);
        shop_close(&shop);
    }
}

/* ---- broken rules of use ---- */

static void release_nothing(void)
{
    struct sim *sim = sim_create(5);
    station_release(station_create(sim, "idle", 1));
}

static void serve_backwards(void)
{
    static struct shop shop;
    shop_open(&shop, 1);
    customer_comes(&shop, 0, 0, -1, 0);
    customers_start(&shop, 1);
    sim_run_all(shop.sim);
}

static void stand_in_no_line(void)
{
    static struct shop shop;
    shop_open(&shop, 1);
    customer_comes(&shop, 0, 0, 10, 0);
    customer_comes(&shop, 1, 0, 10, ACTIVITY_PRIORITIES);
    customers_start(&shop, 2);
    sim_run_all(shop.sim);
}

static void test_misuse(void)
{
    char text[1000];
    CHECK(child_aborts(release_nothing, text, sizeof text));
    CHECK_CONTAINS(text, "sim/station.c");
    CHECK(child_aborts(serve_backwards, text, sizeof text));
    CHECK(child_aborts(stand_in_no_line, text, sizeof text));
}

/* ---- who is next ---- */

/* The customer with the shortest service; the first of equals. */
static struct activity *shortest(void *context, struct activity *first)
{
    struct activity *best = first;
    int *asked = context;
    ++*asked;
    for (struct activity *next = first->next; next != NULL; next = next->next)
        if (STORY_OF(next, struct customer, activity)->service_ns <
            STORY_OF(best, struct customer, activity)->service_ns)
            best = next;
    return best;
}

static void test_choice(void)
{
    static struct shop shop;
    static const sim_time service_ns[] = {10, 40, 20, 5, 30, 20, 1};
    static const int expected[] = {0, 3, 2, 5, 4, 1, 6};
    struct station_stats stats;
    int asked = 0;
    shop_open(&shop, 1);
    station_set_choice(shop.station, shortest, &asked);
    for (int i = 0; i < 7; i++)
        customer_comes(&shop, i, i, service_ns[i], i == 6);
    customers_start(&shop, 7);
    sim_run_all(shop.sim);
    for (int i = 0; i < 7; i++)
        CHECK_INT(shop.order[i], expected[i]);
    CHECK_INT(asked, 6);
    station_stats(shop.station, &stats);
    CHECK_INT(stats.completed, 7);
    CHECK_INT(stats.busy_ns, 126);
    CHECK_INT(stats.max_queue, 6);
    /* Begun at 0, 10, 15, 35, 55, 85 and 125; came at 0, 3, 2, 5, 4, 1 and 6. */
    CHECK_NEAR(stats.mean_wait_ns * 7, 0 + 7 + 13 + 30 + 51 + 84 + 119, 1e-9);
    shop_close(&shop);
}

/* Whatever is chosen, all are served, and work and waits are those that were brought. */
static struct activity *any(void *context, struct activity *first)
{
    struct rng *rng = context;
    uint64_t skip = rng_below(rng, 4);
    for (; skip > 0 && first->next != NULL; skip--)
        first = first->next;
    return first;
}

static void test_any_choice(void)
{
    static struct shop shop;
    struct station_stats stats;
    struct rng rng;
    sim_time work = 0, waits = 0;
    rng_init(&rng, 1, "any");
    shop_open(&shop, 2);
    station_set_choice(shop.station, any, &rng);
    for (int i = 0; i < CUSTOMERS_MOST; i++) {
        sim_time service_ns = (sim_time)rng_below(&rng, 200);
        customer_comes(&shop, i, (sim_time)rng_below(&rng, 200000), service_ns, (uint8_t)rng_below(&rng, 3));
        work += service_ns;
    }
    customers_start(&shop, CUSTOMERS_MOST);
    sim_run_all(shop.sim);
    for (int i = 0; i < CUSTOMERS_MOST; i++)
        waits += shop.customers[i].activity.waited_ns;
    station_stats(shop.station, &stats);
    CHECK_INT(shop.served, CUSTOMERS_MOST);
    CHECK_INT(stats.busy_ns, work);
    CHECK_INT(llround(stats.mean_wait_ns * CUSTOMERS_MOST), waits);
    CHECK_INT(station_queue(shop.station), 0);
    shop_close(&shop);
}

/* ---- a server with work of its own ---- */

struct leaver {
    struct activity activity;
    struct station *station;
    sim_time service_ns, own_until_ns, began_ns;
};

static void leaver_story(struct activity *self)
{
    struct leaver *leaver = STORY_OF(self, struct leaver, activity);
    STORY_BEGIN(self);
    STORY_SEIZE(self, leaver->station);
    leaver->began_ns = sim_now(self->sim);
    STORY_WAIT(self, leaver->service_ns);
    station_release_until(leaver->station, leaver->own_until_ns);
    STORY_END(self);
}

static void leaver_comes(struct leaver *leaver, struct sim *sim, struct station *station, sim_time service_ns,
                         sim_time own_until_ns)
{
    *leaver = (struct leaver){.station = station, .service_ns = service_ns, .own_until_ns = own_until_ns};
    activity_init(&leaver->activity, sim, leaver_story, NULL);
    activity_start(&leaver->activity);
}

static void test_own_work(void)
{
    struct sim *sim = sim_create(1);
    struct station *station = station_create(sim, "s", 1);
    struct leaver leavers[4];
    struct station_stats stats;
    leaver_comes(&leavers[0], sim, station, 10, 100); /* busy 0 to 100, free from 10 on */
    sim_run(sim, 50);
    CHECK_INT(station_busy(station), 1);
    leaver_comes(&leavers[1], sim, station, 20, 70); /* served 50 to 70, and changes nothing */
    leaver_comes(&leavers[2], sim, station, 10, 140); /* served 70 to 80; busy until 140 */
    sim_run(sim, 120);
    CHECK_INT(leavers[1].began_ns, 50);
    CHECK_INT(leavers[1].activity.waited_ns, 0);
    CHECK_INT(leavers[2].began_ns, 70);
    CHECK_INT(station_busy(station), 1);
    sim_run(sim, 150);
    CHECK_INT(station_busy(station), 0);
    leaver_comes(&leavers[3], sim, station, 10, 155); /* served 150 to 160, longer than its own work */
    sim_run(sim, 200);
    CHECK_INT(station_busy(station), 0);
    station_stats(station, &stats);
    CHECK_INT(stats.busy_ns, 150);
    CHECK_INT(stats.completed, 4);
    station_destroy(station);
    sim_destroy(sim);
}

UNIT_MAIN("station", {"first come, first served within each priority; a service is not interrupted", test_priorities},
          {"a server that falls free goes to the line, not to who comes at that instant", test_no_overtaking},
          {"the account of a small example is exact", test_account},
          {"the account of an unused station is all zero", test_empty_account},
          {"a restart in the middle of service keeps line and service and forgets the past", test_restart},
          {"waits are summed beyond 64 bits", test_endless_waits},
          {"who comes again stands in line anew, and finds the server he left free", test_returning},
          {"every customer is served exactly when the definition says, by 1 to 8 servers", test_random_traffic},
          {"work done is work brought, and Little's law holds, both to the nanosecond", test_conservation},
          {"where somebody chooses, the one he names is served next, within the most urgent priority", test_choice},
          {"whoever is chosen, nobody is lost, and work and waits are those brought", test_any_choice},
          {"a server with work of its own counts as busy, and can be taken", test_own_work},
          {"releasing an idle station, a negative service and an unknown priority abort", test_misuse})
