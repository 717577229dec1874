// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * command: what a subcommand of essim is.
 *
 * Each lives in cli/NAME.c as `const struct command command_NAME`, declared here and listed in the
 * table of main.c. It parses its own arguments with options.h.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

struct command {
    const char *name;
    const char *summary; /* a phrase for `essim --help` */
    /* Runs with argv[0] = the command's name and argv[argc] = NULL. Returns the exit status (status.h).
     * What it writes to standard output is checked for arrival by main() afterwards. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_run;
extern const struct command command_check;
extern const struct command command_summary;
extern const struct command command_plot;
extern const struct command command_import;
extern const struct command command_catalog;

#endif
