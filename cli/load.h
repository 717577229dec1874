// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * load: a command's scenario, with what there is to say about it said.
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/options.h"
#include "scenarios/scenario.h"

struct loaded {
    struct scenario *scenario;
    struct diagnostics *diagnostics;
    char **warnings; /* the diagnostics' and later ones; owned */
    size_t warning_count;
};

/* Loads the scenario with the --set options and, if not NULL, the seed; prints its mistakes or warnings to
 * standard error. false: *status is the exit status and nothing is held. */
bool load_scenario(struct loaded *loaded, const char *path, const struct option_list *sets, const char *seed,
                   int *status);

/* Adds a warning, which it takes over, after printing it to standard error. */
void loaded_warn(struct loaded *loaded, char *text);

void loaded_free(struct loaded *loaded);

#endif
