// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * estate: an estate of mirrored servers, all in one run - its pairs are suspended, some of their tracks change, and they
 * are resynchronised to duplex.
 *
 * Every primary is an F20 with 64 volumes on 16 ranks of 7+P, a pair each; three of them share a secondary of 48 ranks,
 * over 8 links each, as many as the rules allow. Its host writes at random and reads with drawn hits; the start is cold.
 */
#ifndef TESTS_ESTATE_H
#define TESTS_ESTATE_H

#include <stdbool.h>
#include <stdint.h>

struct estate_plan {
    int primaries;            /* 1 to 999 */
    int64_t volume_mb;        /* size of each volume, 10^6 bytes; 64,000 at most */
    double changed_share;     /* of all tracks, 0 to 1 */
    bool by_track;            /* changes are recorded by track, else by cylinder */
};

struct estate_result {
    int pairs, servers;
    int64_t tracks;           /* of all sources */
    int64_t changed;          /* out of sync at most, as sampled */
    int64_t copied;
    int64_t ios, events;
    double simulated_s, resynchronised_s; /* in all; from the resynchronisation's start to all duplex, NaN: never */
    double load_s, build_s, run_s, free_s; /* wall */
    int64_t built_bytes;      /* the process's memory at most, once the model was built ... */
    int64_t peak_bytes;       /* ... and in all */
    int64_t duplex;           /* pairs that are so at the end */
    int64_t left;             /* tracks out of sync then */
};

struct scenario;

/* A scenario's text, loaded without the checks of scenario_fixture.h, which are for tests alone; ends the program where
 * it is refused. */
struct scenario *estate_load(const char *text);

/* Runs it; ends the program where its scenario is refused. */
struct estate_result estate_run(const struct estate_plan *plan);

/* Prints all of it. */
void estate_print(const struct estate_plan *plan, const struct estate_result *result);

/* Bytes that a change map of a bit a track takes once all are set, beside the struct itself. */
int64_t estate_map_bytes(int64_t tracks);

#endif
