// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Track locks: one holder at a time, the others in order, and nothing left over.
 */
#include "models/track_locks.h"
#include "sim/rng.h"
#include "tests/unit.h"

enum { USERS = 40, TURNS = 200, TRACKS = 8, SPAN = 3 };

/* Locks some tracks in ascending order, keeps them for a while, gives them back. */
struct user {
    struct activity activity;
    struct bench *bench;
    int number, turns;
    int64_t first, at, end;
};

struct bench {
    struct sim *sim;
    struct track_locks *locks;
    struct rng rng;
    int holder[TRACKS]; /* user's number plus 1, 0 for none */
    int64_t collisions, turns;
    int order[USERS], ordered;
};

static void take(struct user *user)
{
    struct bench *bench = user->bench;
    bench->collisions += bench->holder[user->at] != 0;
    bench->holder[user->at] = user->number + 1;
}

static void give_all(struct user *user)
{
    for (user->at = user->first; user->at < user->end; user->at++) {
        user->bench->collisions += user->bench->holder[user->at] != user->number + 1;
        user->bench->holder[user->at] = 0;
        track_unlock(user->bench->locks, 1, user->at);
    }
}

static void user_story(struct activity *self)
{
    struct user *user = STORY_OF(self, struct user, activity);
    struct bench *bench = user->bench;

    STORY_BEGIN(self);
    for (; user->turns > 0; user->turns--) {
        STORY_WAIT(self, (sim_time)rng_below(&bench->rng, 50));
        user->first = (int64_t)rng_below(&bench->rng, TRACKS - SPAN + 1);
        user->end = user->first + 1 + (int64_t)rng_below(&bench->rng, SPAN);
        for (user->at = user->first; user->at < user->end; user->at++) {
            if (!track_lock(bench->locks, 1, user->at, self))
                STORY_PAUSE(self);
            take(user);
        }
        STORY_WAIT(self, (sim_time)rng_below(&bench->rng, 20));
        give_all(user);
        bench->turns++;
    }
    STORY_END(self);
}

static void begin(struct bench *bench)
{
    *bench = (struct bench){.sim = sim_create(1)};
    bench->locks = track_locks_create(bench->sim);
    rng_init(&bench->rng, 1, "track locks");
}

static void end(struct bench *bench)
{
    track_locks_destroy(bench->locks);
    sim_destroy(bench->sim);
}

static void tracks_have_one_holder_at_a_time(void)
{
    static struct user users[USERS];
    struct bench bench;
    begin(&bench);
    for (int i = 0; i < USERS; i++) {
        users[i] = (struct user){.bench = &bench, .number = i, .turns = TURNS};
        activity_init(&users[i].activity, bench.sim, user_story, NULL);
        activity_start(&users[i].activity);
    }
    sim_run_all(bench.sim);
    CHECK_INT(bench.turns, USERS * TURNS);
    CHECK_INT(bench.collisions, 0);
    CHECK_INT(track_locks_held(bench.locks), 0);
    end(&bench);
}

/* Waits for one track, and says so when it has it. */
static void waiting_story(struct activity *self)
{
    struct user *user = STORY_OF(self, struct user, activity);
    struct bench *bench = user->bench;

    STORY_BEGIN(self);
    if (!track_lock(bench->locks, 1, 5, self))
        STORY_PAUSE(self);
    bench->order[bench->ordered++] = user->number;
    track_unlock(bench->locks, 1, 5);
    STORY_END(self);
}

static void waiters_are_served_in_order(void)
{
    static struct user users[USERS];
    struct bench bench;
    begin(&bench);
    struct activity self = {.sim = bench.sim};
    CHECK(track_lock(bench.locks, 1, 5, &self));
    for (int i = 0; i < USERS; i++) {
        users[i] = (struct user){.bench = &bench, .number = i};
        activity_init(&users[i].activity, bench.sim, waiting_story, NULL);
        activity_start(&users[i].activity);
    }
    CHECK_INT(bench.ordered, 0);
    CHECK_INT(track_locks_held(bench.locks), 1);
    track_unlock(bench.locks, 1, 5);
    CHECK_INT(track_locks_held(bench.locks), 1);
    sim_run_all(bench.sim);
    CHECK_INT(bench.ordered, USERS);
    for (int i = 0; i < bench.ordered; i++)
        CHECK_INT(bench.order[i], i);
    CHECK_INT(track_locks_held(bench.locks), 0);
    end(&bench);
}

/* Tracks of one number on two ranks are two; thousands at once outgrow the first table. */
static void thousands_of_tracks_are_told_apart(void)
{
    struct bench bench;
    begin(&bench);
    struct activity self = {.sim = bench.sim};
    for (int64_t track = 0; track < 5000; track++) {
        CHECK(track_lock(bench.locks, 0, track, &self));
        CHECK(track_lock(bench.locks, 383, track << 20, &self));
    }
    CHECK_INT(track_locks_held(bench.locks), 10000);
    for (int64_t track = 4999; track >= 0; track--) {
        track_unlock(bench.locks, 383, track << 20);
        CHECK(track_lock(bench.locks, 383, track << 20, &self));
        track_unlock(bench.locks, 383, track << 20);
        track_unlock(bench.locks, 0, track);
    }
    CHECK_INT(track_locks_held(bench.locks), 0);
    end(&bench);
}

UNIT_MAIN("track_locks",
          {"a track has one holder at a time, and every one gets its turn", tracks_have_one_holder_at_a_time},
          {"who waits for a track gets it in the order of asking", waiters_are_served_in_order},
          {"thousands of tracks on several ranks are told apart", thousands_of_tracks_are_told_apart})
