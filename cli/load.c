// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/status.h"
#include "sim/memory.h"

static void add_warning(struct loaded *loaded, char *text)
{
    loaded->warnings = memory_grow(loaded->warnings, loaded->warning_count, sizeof *loaded->warnings);
    loaded->warnings[loaded->warning_count++] = text;
}

void loaded_warn(struct loaded *loaded, char *text)
{
    fputs("warning: ", stderr);
    status_print_text(stderr, text);
    fputc('\n', stderr);
    add_warning(loaded, text);
}

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
    const char *line;
    for (size_t i = 0; i < warnings && (line = diagnostics_warning(loaded->diagnostics, i)) != NULL; i++)
        add_warning(loaded, memory_copy_string(line));
    return true;
}

void loaded_free(struct loaded *loaded)
{
    scenario_destroy(loaded->scenario);
    diagnostics_destroy(loaded->diagnostics);
    for (size_t i = 0; i < loaded->warning_count; i++)
        free(loaded->warnings[i]);
    free(loaded->warnings);
    *loaded = (struct loaded){0};
}
