// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * essim: the command. Finds the subcommand and hands over.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/nearest.h"
#include "cli/status.h"

/* In the order of `essim --help`. */
static const struct command *const commands[] = {
    &command_run,
    &command_check,
    &command_summary,
    &command_plot,
    &command_import,
    &command_catalog,
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_usage(FILE *stream)
{
    fputs("Usage: essim COMMAND [ARGUMENT]...\n\n"
          "Simulates the performance of the IBM Enterprise Storage Server and its copy services.\n\n"
          "Commands:\n",
          stream);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(stream, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
    fputs("  help      explain a command\n\n"
          "'essim help COMMAND' or 'essim COMMAND --help' shows a command's arguments; 'essim --version' the version.\n"
          "Exit status: 0 done, 1 the run failed, 2 bad input, 130 interrupted.\n",
          stream);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *names[COMMAND_COUNT + 1] = {"help"};
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i + 1] = commands[i]->name;
    const char *nearest = nearest_name(name, names, COMMAND_COUNT + 1);
    struct error error = {0};
    error_set(&error, ERROR_INPUT, NULL, "unknown %s '%s'; %s%s%s", *name == '-' ? "option" : "command", name,
              nearest ? "did you mean '" : "", nearest ? nearest : "see 'essim --help'", nearest ? "'?" : "");
    return status_report(&error);
}

static int run_command(char *name, int argc, char **argv)
{
    const struct command *command = find_command(name);
    return command ? command->run(argc, argv) : unknown_command(name);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return STATUS_BAD_INPUT;
    }
    char *name = argv[1];
    if (strcmp(name, "--version") == 0) {
        puts("essim " ESSIM_VERSION);
        return STATUS_DONE;
    }
    bool help = strcmp(name, "help") == 0;
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || (help && argc == 2)) {
        print_usage(stdout);
        return STATUS_DONE;
    }
    if (!help)
        return run_command(name, argc - 1, argv + 1);
    char option[] = "--help";
    return run_command(argv[2], 2, (char *[]){argv[2], option, NULL});
}

int main(int argc, char **argv)
{
    status_prepare_streams();
    return status_close_output(dispatch(argc, argv));
}
