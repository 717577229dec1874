// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import: `essim import FORMAT FILE -o TRACE.h5`.
 */
#include <stdio.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/status.h"

static int import_run(int argc, char **argv)
{
    const char *output = NULL;
    bool json = false;
    const struct option_spec table[] = {
        {.name = "output", .letter = 'o', .value_name = "TRACE.h5", .help = "trace file to write", .text = &output},
        {.name = "json", .help = "print the summary as JSON", .flag = &json},
    };
    const struct option_usage usage = {
        .command = "import",
        .arguments = "FORMAT FILE -o TRACE.h5",
        .minimum = 2,
        .maximum = 2,
        .description = "Makes a recorded block trace replayable.",
        .options = table,
        .count = sizeof table / sizeof table[0],
    };
    struct option_list arguments;
    int status;
    if (options_parse(&usage, argc, argv, &arguments, &status))
        status = STATUS_FAILED;
    option_list_free(&arguments);
    return status;
}

const struct command command_import = {
    .name = "import",
    .summary = "make a recorded block trace replayable",
    .run = import_run,
};
