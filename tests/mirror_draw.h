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

/* A number between two others, both included; true once in n times. */
int64_t draw_between(struct rng *rng, int64_t least, int64_t most);
bool draw_one_in(struct rng *rng, int64_t n);

/* The machine of that seed; with `all_duplex` it has more volumes, and the pairs of TEST1's volumes, all of which
 * mirror to TEST2, are all duplex. Goes with small_config_destroy(). */
struct config *mirror_draw(uint64_t seed, bool all_duplex);

/* The server's port that no link ends at. */
size_t mirror_draw_host_port(const struct config *config, size_t server);

#endif
