// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * mirror_config: two or more of small_config's servers and PPRC pairs between them, in round numbers.
 *
 * Server 0, TEST1, is small_config's, with its port, its host and a source volume on each of its ranks; every other
 * server (TEST2, TEST3 ...) has as many ranks with a target volume on each. All ranks stand in LSS 16. Links lead from
 * TEST1 to each of the others, named e0, e1 ... in their order; logical paths lead over all of them.
 *
 *     link       10 km, 5 us a km, 3 exchanges: 0.3 ms; 0.2 ms overhead; 20 MB/s; its own port at each end, over the
 *                bays in turn
 *     server     as small_config's; bays of 200 MB/s; acknowledgements within 5 s; changes recorded by cylinders of 15
 *                tracks; 2 copies a pair at once, behind host writes
 */
#ifndef TESTS_MIRROR_CONFIG_H
#define TESTS_MIRROR_CONFIG_H

#include "models/config.h"

/*
 * The config with `secondaries` (>= 1) other servers, `pairs` (>= 1) volumes of `tracks` on each server, and `links`
 * (1 to 8) to each secondary. Source i and target i of TEST2 are pair i, in state `state` at the start; volumes of
 * further secondaries are in no pair. Goes with small_config_destroy().
 */
struct config *mirror_config_create(size_t secondaries, size_t pairs, size_t links, int64_t tracks,
                                    enum pair_state state);

/* Adds a pair of two volumes, simplex or standing at the start; returns its index. */
size_t mirror_config_add_pair(struct config *config, size_t source, size_t target, enum pair_state state);

/* Adds a link between two servers, with ports of its own and without paths; returns its index. */
size_t mirror_config_add_link(struct config *config, size_t from, size_t to);

/* Adds a port of a server, that no link ends at; returns its index. */
size_t mirror_config_add_port(struct config *config, size_t server);

/* Adds a path over the link, between the first subsystems of its servers. */
void mirror_config_add_path(struct config *config, size_t link);

#endif
