// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * check: `essim check SCENARIO [--set PATH=VALUE]... [--json]`, validates and shows what was resolved.
 */
#include <stdio.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/options.h"
#include "cli/page.h"
#include "cli/status.h"
#include "scenarios/describe.h"

static int check(const char *path, const struct option_list *sets, bool json)
{
    struct loaded loaded;
    int status;
    if (!load_scenario(&loaded, path, sets, NULL, &status))
        return status;
    if (json)
        describe_json(loaded.scenario, loaded.warnings, loaded.warning_count, stdout);
    else
        page_print(scenario_config(loaded.scenario), stdout);
    loaded_free(&loaded);
    return STATUS_DONE;
}

static int run(int argc, char **argv)
{
    bool json = false;
    struct option_list sets = {0}, arguments = {0};
    const struct option_spec table[] = {
        {.name = "set", .value_name = "PATH=VALUE", .list = &sets,
         .help = "change a value of the scenario, e.g. servers.FCA24.cache=8GiB; can be repeated"},
        {.name = "json", .flag = &json, .help = "print everything that was resolved as JSON"},
    };
    const struct option_usage usage = {
        .command = "check", .arguments = "SCENARIO", .minimum = 1, .maximum = 1,
        .description = "Validates a scenario and prints the machine, the hosts and the workloads it describes.",
        .options = table, .count = sizeof table / sizeof table[0]};
    int status;
    if (options_parse(&usage, argc, argv, &arguments, &status))
        status = check(arguments.values[0], &sets, json);
    option_list_free(&arguments);
    option_list_free(&sets);
    return status;
}

const struct command command_check = {
    .name = "check", .summary = "validate a scenario and show what it describes", .run = run};
