// SPDX-License-Identifier: GPL-3.0-or-later
/* Stories: where they wait, when they go on, in which order, and what is left when they end. */
#include "sim/activity.h"

#include <stdlib.h>
#include <string.h>

#include "sim/pool.h"
#include "sim/station.h"
#include "sim/store.h"
#include "tests/allocated.h"
#include "tests/child.h"
#include "tests/unit.h"

/* What actors write down: a letter and a time each. */
struct script {
    struct sim *sim;
    struct station *station;
    struct store *store;
    struct pool *pool;
    char letters[256];
    sim_time times_ns[256];
    int count;
};

struct actor {
    struct activity activity;
    struct script *script;
    struct actor *other; /* child or partner */
    sim_time delay_ns;
    int64_t left;        /* rounds to go */
    char letter;
};

static void say(struct script *script, char letter)
{
    script->times_ns[script->count] = sim_now(script->sim);
    script->letters[script->count++] = letter;
}

static struct actor *actor_of(struct activity *self)
{
    return STORY_OF(self, struct actor, activity);
}

static void actor_init(struct actor *actor, struct script *script, void (*story)(struct activity *), char letter,
                       sim_time delay_ns)
{
    *actor = (struct actor){.script = script, .letter = letter, .delay_ns = delay_ns};
    activity_init(&actor->activity, script->sim, story, NULL);
}

/* ---- waiting ---- */

static void waits_twice(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    say(actor->script, actor->letter);
    STORY_WAIT(self, actor->delay_ns);
    say(actor->script, actor->letter);
    STORY_WAIT(self, actor->delay_ns);
    say(actor->script, actor->letter);
    STORY_END(self);
}

static void test_wait(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor slow, fast;
    actor_init(&slow, &script, waits_twice, 's', 300);
    actor_init(&fast, &script, waits_twice, 'f', 200);
    activity_start(&slow.activity);
    activity_start(&fast.activity);
    CHECK(sim_run_all(script.sim));
    CHECK_STRING(script.letters, "sffsfs");
    sim_destroy(script.sim);
}

static void test_wait_for_nothing(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor first, second;
    actor_init(&first, &script, waits_twice, 'a', 0);
    actor_init(&second, &script, waits_twice, 'b', 0);
    activity_start(&first.activity);
    activity_start(&second.activity);
    CHECK(sim_run_all(script.sim));
    CHECK_STRING(script.letters, "ababab");
    CHECK_INT(sim_now(script.sim), 0);
    sim_destroy(script.sim);
}

/* ---- children ---- */

static void child_story(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    if (actor->delay_ns > 0)
        STORY_WAIT(self, actor->delay_ns);
    say(actor->script, actor->letter);
    STORY_END(self);
}

static void forks_three(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    for (int i = 0; i < 3; i++)
        activity_fork(self, &actor->other[i].activity);
    STORY_JOIN(self);
    say(actor->script, 'J');
    STORY_JOIN(self);
    say(actor->script, 'K');
    STORY_END(self);
}

static void test_join(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor parent, children[3];
    actor_init(&parent, &script, forks_three, 'p', 0);
    parent.other = children;
    for (int i = 0; i < 3; i++)
        actor_init(&children[i], &script, child_story, (char)('a' + i), (const sim_time[]){20, 0, 10}[i]);
    activity_start(&parent.activity);
    CHECK(sim_run_all(script.sim));
    CHECK_STRING(script.letters, "bcaJK");
    CHECK_INT(script.times_ns[3], 20);
    sim_destroy(script.sim);
}

static void test_join_of_ended(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor parent, children[3];
    actor_init(&parent, &script, forks_three, 'p', 0);
    parent.other = children;
    for (int i = 0; i < 3; i++)
        actor_init(&children[i], &script, child_story, (char)('a' + i), 0);
    activity_start(&parent.activity);
    CHECK_STRING(script.letters, "abcJK");
    sim_destroy(script.sim);
}

/* Children end while the parent waits for something else, after a join and before the next. */
static void waits_for_time_meanwhile(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    activity_fork(self, &actor->other[0].activity);
    STORY_JOIN(self);
    say(actor->script, 'J');
    activity_fork(self, &actor->other[1].activity);
    STORY_WAIT(self, 100);
    say(actor->script, 'W');
    STORY_JOIN(self);
    say(actor->script, 'K');
    STORY_END(self);
}

static void test_children_end_meanwhile(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor parent, children[2];
    actor_init(&parent, &script, waits_for_time_meanwhile, 'p', 0);
    parent.other = children;
    actor_init(&children[0], &script, child_story, 'a', 10);
    actor_init(&children[1], &script, child_story, 'b', 20);
    activity_start(&parent.activity);
    CHECK(sim_run_all(script.sim));
    CHECK_STRING(script.letters, "aJbWK");
    CHECK_INT(script.times_ns[3], 110);
    sim_destroy(script.sim);
}

/* Calls the next of a chain, between two waits. */
static void calls_deeper(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    STORY_WAIT(self, 1);
    if (actor->other != NULL)
        STORY_CALL(self, &actor->other->activity);
    STORY_WAIT(self, 1);
    say(actor->script, actor->letter);
    STORY_END(self);
}

static void test_call(void)
{
    enum { DEPTH = 100 };
    static struct actor chain[DEPTH];
    struct script script = {.sim = sim_create(1)};
    for (int i = 0; i < DEPTH; i++) {
        actor_init(&chain[i], &script, calls_deeper, (char)i, 0);
        chain[i].other = i + 1 < DEPTH ? &chain[i + 1] : NULL;
    }
    activity_start(&chain[0].activity);
    CHECK(sim_run_all(script.sim));
    CHECK_INT(script.count, DEPTH);
    for (int i = 0; i < DEPTH; i++) {
        CHECK_INT(script.letters[i], DEPTH - 1 - i);
        CHECK_INT(script.times_ns[i], DEPTH + 1 + i);
    }
    sim_destroy(script.sim);
}

/* ---- parking and readiness ---- */

static void parks(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    for (;;) {
        STORY_PARK(self);
        say(actor->script, actor->letter);
    }
    STORY_END(self);
}

struct waker {
    struct sim_call call;
    struct script *script;
    struct actor **actors; /* to wake in this order, NULL at the end */
};

static void wakes(struct sim_call *call)
{
    struct waker *waker = (struct waker *)call;
    for (struct actor **actor = waker->actors; *actor != NULL; actor++)
        activity_wake(&(*actor)->activity);
    say(waker->script, 'w');
}

static void test_ready_order(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor a, b, c;
    actor_init(&a, &script, parks, 'a', 0);
    actor_init(&b, &script, parks, 'b', 0);
    actor_init(&c, &script, parks, 'c', 0);
    activity_wake(&a.activity); /* not even started: nothing */
    activity_start(&a.activity);
    activity_start(&b.activity);
    activity_start(&c.activity);
    struct waker first = {{wakes}, &script, (struct actor *[]){&c, &a, &c, &b, NULL}};
    struct waker second = {{wakes}, &script, (struct actor *[]){&b, NULL}};
    sim_at(script.sim, 10, &first.call);
    sim_at(script.sim, 10, &second.call);
    CHECK(sim_run_all(script.sim));
    CHECK_STRING(script.letters, "wcabwb");
    sim_destroy(script.sim);
}

/* Two that wake each other in turn, at one instant. */
static void ping_pong(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    while (actor->left-- > 0) {
        STORY_PARK(self);
        activity_wake(&actor->other->activity);
    }
    STORY_END(self);
}

static void test_wake_depth(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor ping, pong;
    actor_init(&ping, &script, ping_pong, 'i', 0);
    actor_init(&pong, &script, ping_pong, 'o', 0);
    ping.other = &pong;
    pong.other = &ping;
    ping.left = pong.left = 1000000;
    activity_start(&ping.activity);
    activity_start(&pong.activity);
    activity_wake(&ping.activity);
    CHECK(sim_run_all(script.sim));
    CHECK_INT(ping.left, -1);
    CHECK_INT(pong.left, -1);
    CHECK_INT(sim_dispatched(script.sim), 0);
    sim_destroy(script.sim);
}

static void stops_when_awake(struct activity *self)
{
    STORY_BEGIN(self);
    STORY_PARK(self);
    sim_stop(self->sim);
    STORY_END(self);
}

static void test_stop_from_story(void)
{
    struct script script = {.sim = sim_create(1)};
    struct actor stopper, other;
    actor_init(&stopper, &script, stops_when_awake, 's', 0);
    actor_init(&other, &script, parks, 'o', 0);
    activity_start(&stopper.activity);
    activity_start(&other.activity);
    struct waker waker = {{wakes}, &script, (struct actor *[]){&stopper, &other, NULL}};
    struct waker later = {{wakes}, &script, (struct actor *[]){NULL}};
    sim_at(script.sim, 10, &waker.call);
    sim_at(script.sim, 10, &later.call);
    CHECK(!sim_run(script.sim, 100));
    CHECK_INT(sim_now(script.sim), 10);
    CHECK_STRING(script.letters, "wo");
    CHECK(sim_run(script.sim, 100));
    CHECK_STRING(script.letters, "wow");
    sim_destroy(script.sim);
}

/* ---- resources from within a story ---- */

static void uses_everything(struct activity *self)
{
    struct actor *actor = actor_of(self);
    struct script *script = actor->script;
    STORY_BEGIN(self);
    STORY_TAKE(self, script->store, 2);
    say(script, actor->letter);
    STORY_SEIZE(self, script->station);
    say(script, actor->letter);
    STORY_WAIT(self, actor->delay_ns);
    station_release(script->station);
    STORY_USE(self, script->station, actor->delay_ns);
    say(script, actor->letter);
    store_give(script->store, 2);
    STORY_END(self);
}

/* a has both at 0, holds the server to 10, then stands behind b; c comes in when a gives back at 40. */
static void test_resources(void)
{
    struct script script = {.sim = sim_create(1)};
    script.station = station_create(script.sim, "server", 1);
    script.store = store_create(script.sim, "memory", 4);
    struct actor actors[3];
    for (int i = 0; i < 3; i++) {
        actor_init(&actors[i], &script, uses_everything, (char)('a' + i), 10);
        activity_start(&actors[i].activity);
    }
    CHECK(sim_run_all(script.sim));
    CHECK_STRING(script.letters, "aabbacbcc");
    const sim_time expected[] = {0, 0, 0, 10, 30, 30, 40, 40, 60};
    for (int i = 0; i < 9; i++)
        CHECK_INT(script.times_ns[i], expected[i]);
    CHECK_INT(store_used(script.store), 0);
    CHECK_INT(station_busy(script.station), 0);
    station_destroy(script.station);
    store_destroy(script.store);
    sim_destroy(script.sim);
}

/* ---- the end of a story ---- */

static void gives_itself_back(struct activity *activity)
{
    struct actor *actor = actor_of(activity);
    pool_give(actor->script->pool, actor);
}

static void forks_from_pool(struct activity *self)
{
    struct actor *actor = actor_of(self);
    STORY_BEGIN(self);
    while (actor->left-- > 0) {
        for (int i = 0; i < 10; i++) {
            struct actor *child = pool_take(actor->script->pool);
            actor_init(child, actor->script, waits_twice, 'x', i);
            child->activity.on_end = gives_itself_back;
            activity_fork(self, &child->activity);
        }
        STORY_JOIN(self);
        actor->script->count = 0;
    }
    STORY_END(self);
}

static void test_on_end(void)
{
    struct script script = {.sim = sim_create(1), .pool = pool_create(sizeof(struct actor))};
    struct actor parent;
    actor_init(&parent, &script, forks_from_pool, 'p', 0);
    parent.left = 1000;
    activity_start(&parent.activity);
    CHECK_INT(pool_in_use(script.pool), 10);
    size_t before = allocated_bytes();
    CHECK(sim_run_all(script.sim));
    CHECK_INT(allocated_bytes() - before, 0);
    CHECK_INT(pool_in_use(script.pool), 0);
    CHECK_INT(sim_now(script.sim), 18 * 1000);
    pool_destroy(script.pool);
    sim_destroy(script.sim);
}

static void wakes_after_end(void)
{
    struct script script = {.sim = sim_create(1), .pool = pool_create(sizeof(struct actor))};
    struct actor *actor = pool_take(script.pool);
    actor_init(actor, &script, child_story, 'x', 10);
    actor->activity.on_end = gives_itself_back;
    activity_start(&actor->activity);
    sim_run_all(script.sim);
    activity_wake(&actor->activity);
}

static void test_poison(void)
{
    if (!WITH_ADDRESS_SANITIZER) {
        unit_skip("only the address sanitizer sees it");
        return;
    }
    char text[4000];
    CHECK(child_status(wakes_after_end, text, sizeof text) != 0);
    CHECK_CONTAINS(text, "use-after-poison");
}

static void goes_on_nowhere(void)
{
    struct script script = {.sim = sim_create(42)};
    struct actor actor;
    actor_init(&actor, &script, child_story, 'x', 10);
    actor.activity.line = 1;
    activity_start(&actor.activity);
}

static void goes_on_after_end(void)
{
    struct script script = {.sim = sim_create(42)};
    struct actor actor;
    actor_init(&actor, &script, child_story, 'x', 10);
    activity_start(&actor.activity);
    sim_at(script.sim, 20, &actor.activity.resume);
    sim_run_all(script.sim);
}

static void test_lost_story(void)
{
    char text[1000];
    CHECK(child_aborts(goes_on_nowhere, text, sizeof text));
    CHECK_CONTAINS(text, "the story goes on at a wait");
    CHECK_CONTAINS(text, "seed 42");
    CHECK(child_aborts(goes_on_after_end, text, sizeof text));
    CHECK_CONTAINS(text, "at 20 ns");
}

UNIT_MAIN("activity", {"a wait lets its time pass", test_wait},
          {"a wait for nothing lets others of the instant go first", test_wait_for_nothing},
          {"a join waits for the last child, and not when there is none", test_join},
          {"a join does not wait for children that ended at once", test_join_of_ended},
          {"children that end do not disturb a parent who waits for something else", test_children_end_meanwhile},
          {"a call goes on when the called has ended, to any depth", test_call},
          {"the ready go on in the order of readiness, before the next event; only the parked are woken",
           test_ready_order},
          {"waking each other takes no depth of stack", test_wake_depth},
          {"a story can stop the run; those ready go on first", test_stop_from_story},
          {"a story takes, seizes, releases, uses and gives back", test_resources},
          {"who ends may give his memory back", test_on_end},
          {"who goes on in memory that was given back is caught", test_poison},
          {"a story that goes on where it did not wait is stopped", test_lost_story})
