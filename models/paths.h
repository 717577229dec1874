// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * paths: the logical paths from a logical subsystem to another, each over one link.
 *
 * A pair of subsystems uses all its paths, of those that work the one over the least busy link first. Paths
 * share their links' bandwidth. Removing or losing the last one that works suspends the pairs that need it.
 *
 * Rules that paths obey (the functions that check say which was broken): they lead over links that connect the
 * subsystems' servers; at most 64 share a link, 8 links connect two servers, and a server is primary of at most
 * 4 others, counted once a path leads there.
 */
#ifndef MODELS_PATHS_H
#define MODELS_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/link.h"

/* All paths from one subsystem to another. Established ones are few, so they stand in a list. */
struct path_group {
    int32_t from, to;                     /* indices in config.subsystems */
    int32_t count;                        /* of paths */
    struct link *links[SERVER_LINKS_MAX]; /* that they lead over, in order of the config */
    struct path_group *next;              /* of those from the same subsystem */
};

enum { PATHS_WHY_BYTES = 240 };

/* The paths between two subsystems, NULL where none was ever established. */
struct path_group *paths_find(const struct machine *machine, int32_t from, int32_t to);

/* As paths_find(), but made where it is not there, without paths. */
struct path_group *paths_group(struct machine *machine, int32_t from, int32_t to);

/* Of the links that work, the one with the fewest writes in line and in progress, the first of equals; NULL for none. */
struct link *paths_least_busy(const struct path_group *group);

/*
 * Establishes paths over the links. Where some exist already: with `replace` they are removed first, else nothing is
 * done. false, with the rule that would be broken in `why`, and nothing done, where it is not allowed.
 */
bool paths_establish(struct machine *machine, int32_t from, int32_t to, const int32_t *links, size_t count,
                     bool replace, char why[PATHS_WHY_BYTES]);

/* Removes all of them; false, and why, where there are none. */
bool paths_remove(struct machine *machine, int32_t from, int32_t to, char why[PATHS_WHY_BYTES]);

/* What a run of all links and paths of a config at its start would break, in `why`; else true. For whoever builds
 * configs: the machine establishes config.paths by the same rules. `at` gets the index in config.paths. */
bool paths_check_config(const struct config *config, size_t *at, char why[PATHS_WHY_BYTES]);

/* Builds the config's paths. */
void paths_build(struct machine *machine);
void paths_destroy(struct machine *machine);

#endif
