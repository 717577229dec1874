// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * mirror_draw: small mirrored machines drawn at random, for tests of what must hold on all of them.
 *
 * Two or three servers with small volumes on small drives, little NVS, links of any length in both directions and from
 * TEST1 to itself, and pairs between any two volumes of equal size: some stand at the start, others only may be
 * established. Volumes are in several pairs of the list, though never in two that stand.
 */
#ifndef TESTS_MIRROR_DRAW_H
#define TESTS_MIRROR_DRAW_H

#include "models/config.h"
#include "sim/rng.h"

/* A number between two others, both included; true once in n times; one of some numbers. */
int64_t draw_between(struct rng *rng, int64_t least, int64_t most);
bool draw_one_in(struct rng *rng, int64_t n);
int64_t draw_of(struct rng *rng, const int64_t *choices, size_t count);
#define DRAW_OF(rng, ...) \
    draw_of((rng), (const int64_t[]){__VA_ARGS__}, sizeof(const int64_t[]){__VA_ARGS__} / sizeof(int64_t))

/* The machine of that seed; with `all_duplex` it has more volumes, and the pairs of TEST1's volumes, all of which
 * mirror to TEST2, are all duplex. Goes with small_config_destroy(). */
struct config *mirror_draw(uint64_t seed, bool all_duplex);

/* ---- its parts ---- */

/* Segments and tracks, of one size everywhere, for pairs need that. */
void mirror_draw_track(struct rng *rng, struct config *config);

/* A server's times, cache and NVS. */
void mirror_draw_server(struct rng *rng, struct server_model *model);

/* Drives just large enough for ranks of so many tracks, so that a rebuild ends. */
void mirror_draw_drive(struct rng *rng, struct drive_type *drive, int64_t track_bytes, int64_t tracks);

/* Draws the links there are; adds some back to TEST1, and one from there to itself; and paths over all of them. */
void mirror_draw_links(struct rng *rng, struct config *config);

/* The server's port that no link ends at. */
size_t mirror_draw_host_port(const struct config *config, size_t server);

#endif
