// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * study_run: runs one of the repository's scenarios with some values changed, and reads its summary.
 */
#ifndef TESTS_STUDY_RUN_H
#define TESTS_STUDY_RUN_H

#include <stdio.h>
#include <stdlib.h>

#include "tests/command.h"
#include "tests/run_fixture.h"
#include "tests/run_output.h"
#include "tests/unit.h"

enum { STUDY_SETTINGS_MAX = 12 };

/* The summary of the scenario's run with these changes, which end with NULL. The caller's. */
static inline json_t *run_study(const char *path, const char *const *settings)
{
    const char *arguments[8 + 2 * STUDY_SETTINGS_MAX + 1];
    size_t count = 0;
    const char *const head[] = {command_essim(), "run", "-q", path, "--trace", "none", "-o", "run.h5"};
    for (; count < sizeof head / sizeof head[0]; count++)
        arguments[count] = head[count];
    for (size_t i = 0; settings[i] != NULL && i < STUDY_SETTINGS_MAX; i++) {
        arguments[count++] = "--set";
        arguments[count++] = settings[i];
    }
    arguments[count] = NULL;

    struct fixture_folder folder = fixture_folder_create();
    struct command_result result = command_run(
        &(struct command_request){.arguments = arguments, .folder = folder.path, .limit_s = 300});
    unit_check(result.status == 0, path, 0, "it runs: exit status %d, %s", result.status, result.errors);
    command_result_free(&result);
    json_t *summary = run_output_summary(folder.path, "run.h5");
    fixture_folder_remove(&folder);
    if (summary == NULL)
        exit(EXIT_FAILURE);
    return summary;
}

/* The same for one of the repository's scenarios, named by a literal without its ending. */
#define RUN_STUDY(study, ...) \
    run_study(SOURCE_DIR "/scenarios/" study ".yaml", (const char *const[]){__VA_ARGS__, NULL})

#endif
