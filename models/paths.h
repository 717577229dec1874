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

/* All paths from one subsystem to another. */
struct path_group {
    int32_t from, to;                /* indices in config.subsystems */
    int32_t count;                   /* of paths */
    int32_t links[SERVER_LINKS_MAX]; /* that they lead over: indices in config.links, ascending */
    struct path_group *next;         /* of those from the same subsystem */
};

struct paths;

enum { PATHS_WHY_BYTES = 240 };

/* The paths between two subsystems, made without any where there were none yet. They stay in place. */
struct path_group *paths_group(struct paths *paths, int32_t from, int32_t to);

/* Of the links that work, the one with the fewest writes in line and in progress, the first of equals; NULL for none. */
struct link *paths_least_busy(const struct machine *machine, const struct path_group *group);

/* Whether the link is one of theirs, and works. */
bool paths_lead_over(const struct machine *machine, const struct path_group *group, const struct link *link);

/* Whether any of them works. */
bool paths_work(const struct machine *machine, const struct path_group *group);

/*
 * Establishes paths over the links. Where some exist already: with `replace` they are removed first, else nothing is
 * done. false, with the rule that would be broken in `why`, and nothing done, where it is not allowed.
 */
bool paths_establish(struct machine *machine, int32_t from, int32_t to, const int32_t *links, size_t count,
                     bool replace, char why[PATHS_WHY_BYTES]);

/* Removes all of them; false, and why, where there are none. */
bool paths_remove(struct machine *machine, int32_t from, int32_t to, char why[PATHS_WHY_BYTES]);

/* The link went down or up: pairs whose paths lead over it hear of it. */
void paths_link_changed(struct machine *machine, const struct link *link);

/* Logical paths over a link now. */
int32_t paths_over(const struct paths *paths, int32_t link);

/* The first of the links that carry paths between the same subsystems as this one, and so share its writes. */
int32_t paths_first_sharing(const struct paths *paths, int32_t link);

/* Whether the config's paths at the start obey the rules; else the index of the first that does not, and why. */
bool paths_check_config(const struct config *config, size_t *at, char why[PATHS_WHY_BYTES]);

/* The paths of a config's start, which obey the rules. */
struct paths *paths_create(const struct config *config);
void paths_destroy(struct paths *paths);

#endif
