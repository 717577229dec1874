// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * catalog: `essim catalog [KIND [NAME]]`, the hardware that is known, each value with unit and source.
 */
#include <stdio.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/status.h"
#include "scenarios/catalog.h"

static int show(const char *kind, const char *name)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct catalog *catalog = catalog_load(diagnostics);
    bool ok = diagnostics_errors(diagnostics) == 0 && catalog_print(catalog, kind, name, stdout, diagnostics);
    diagnostics_print(diagnostics, stderr);
    catalog_destroy(catalog);
    diagnostics_destroy(diagnostics);
    return ok ? STATUS_DONE : STATUS_BAD_INPUT;
}

static int run(int argc, char **argv)
{
    const struct option_usage usage = {
        .command = "catalog", .arguments = "[KIND [NAME]]", .minimum = 0, .maximum = 2,
        .description = "Lists the hardware catalogue: servers, drives, ports, advice; with a kind its entries, with a\n"
                       "name all its values, each with unit, source, tag and uncertainty."};
    struct option_list arguments = {0};
    int status;
    if (options_parse(&usage, argc, argv, &arguments, &status))
        status = show(arguments.count > 0 ? arguments.values[0] : NULL,
                      arguments.count > 1 ? arguments.values[1] : NULL);
    option_list_free(&arguments);
    return status;
}

const struct command command_catalog = {
    .name = "catalog", .summary = "show the hardware catalogue with its sources", .run = run};
