// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/status.h"
#include "sim/memory.h"

bool load_scenario(struct loaded *loaded, const char *path, const struct option_list *sets, const char *seed,
                   int *status)
{
    const char **all = memory_alloc_zeroed(sets->count + 1, sizeof *all);
    size_t count = 0;
    char *seed_set = NULL;
    for (; count < sets->count; count++)
        all[count] = sets->values[count];
    if (seed != NULL && asprintf(&seed_set, "run.seed=%s", seed) >= 0)
        all[count++] = seed_set;

    *loaded = (struct loaded){.diagnostics = diagnostics_create()};
    bool ok = scenario_load(path, all, count, &loaded->scenario, loaded->diagnostics);
    diagnostics_print(loaded->diagnostics, stderr);
    free(all);
    free(seed_set);
    if (!ok) {
        *status = STATUS_BAD_INPUT;
        loaded_free(loaded);
        return false;
    }
    size_t warnings = diagnostics_warnings(loaded->diagnostics);
    loaded->warnings = memory_alloc_zeroed(warnings, sizeof *loaded->warnings);
    const char *line;
    while (loaded->warning_count < warnings &&
           (line = diagnostics_line(loaded->diagnostics, loaded->warning_count)) != NULL)
        loaded->warnings[loaded->warning_count++] = line;
    return true;
}

void loaded_free(struct loaded *loaded)
{
    scenario_destroy(loaded->scenario);
    diagnostics_destroy(loaded->diagnostics);
    free(loaded->warnings);
    *loaded = (struct loaded){0};
}
