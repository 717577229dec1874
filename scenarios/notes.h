// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * notes: what a planner would not expect of a configuration, though it is valid.
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

#endif
