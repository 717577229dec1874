// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * notes: what a planner would not expect of a configuration, though it is valid.
 *
 * Where things lie: everything on one rank, loop or cluster while others stay idle; a load that is spread unevenly; a
 * host's ports in one bay; ranks without a spare on their loop; pairs that depend on one link; a rank that is copied to
 * itself. And how much is asked: an offered load that by a simple estimate takes ports, drives or links past their
 * advised utilisation; a FlashCopy onto a volume in use. Said of the configuration alone; the summary of a run says
 * what happened.
 */
#ifndef SCENARIOS_NOTES_H
#define SCENARIOS_NOTES_H

#include <stddef.h>

#include "models/config.h"

/* A list of texts, each one line. */
struct notes {
    char **lines;
    size_t count;
};

/* Looks through a configuration. Free the result with notes_free(). */
struct notes notes_create(const struct config *config);
void notes_free(struct notes *notes);

/* Adds a line, which then belongs to the notes. */
void notes_add(struct notes *notes, char *line);

/* The highest rate of a workload's open arrivals, a second; 0 where it has none. */
double notes_peak_per_s(const struct workload_config *workload);

/* Adds what the offered load asks of ports and drives (notes_load.c). */
void notes_of_load(struct notes *notes, const struct config *config);

/* Adds what offered writes ask of links, and pairs that depend on one of them (notes_links.c). */
void notes_of_links(struct notes *notes, const struct config *config);

/* Adds FlashCopy pairs that share a rank or a loop, and targets that are in use (notes_flashcopy.c). */
void notes_of_flashcopies(struct notes *notes, const struct config *config);

#endif
