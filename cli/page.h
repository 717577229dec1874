// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * page: a resolved scenario as a planner reads it, in 100 columns: what `essim check` prints.
 *
 * Run; each server with loops, ranks, logical subsystems, volumes and adapters; links, paths, pairs; hosts, workloads,
 * tasks, timeline, and notes on what is allowed but may not be meant. Volumes of one group that lie together share a
 * line.
 */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include <stdio.h>

#include "analysis/display.h"
#include "models/config.h"
#include "scenarios/units.h"

enum { PAGE_WIDTH = 100 };

/* Prints it all. The caller checks ferror(). */
void page_print(const struct config *config, FILE *stream);

/* Prints server number `server` and its parts. */
void page_server(const struct config *config, const struct display *display, size_t server);

/* Prints the tasks, and the timeline: what has a set time in order of time, then the rest. */
void page_tasks(const struct config *config, const struct display *display);

/* Prints links with what they carry, paths and pairs. */
void page_copy(const struct config *config, const struct display *display);

/* Columns for names, of which this one is the next: at least as wide as it is now, at most `most`. */
int page_widened(const struct display *display, int width, const char *name, int most);

/* Prints a name in a column and the gap behind it. */
void page_name(const struct display *display, const char *name, int width);

/* Volumes of one group: config.volumes[volumes[first]] to ...[volumes[last]]. */
struct page_volumes {
    size_t first, last;
};

/*
 * The run of volumes of one group that begins at number `first` of `count`: they follow each other in the config, lie
 * on one rank (unless `any_rank`), and are alike in size.
 */
struct page_volumes page_next_volumes(const struct config *config, const int32_t *volumes, size_t count, size_t first,
                                      bool any_rank);

/* How a run is called: "db.2", or "db.0 … db.3". To be freed. */
char *page_volumes_text(const struct config *config, const int32_t *volumes, struct page_volumes run);

/* A quantity as a user would write it. To be freed. */
char *page_quantity(enum unit_class class, double value);

#endif
