// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * options: a command's arguments, described by one table.
 *
 * A command fills a struct option per option, each bound to the variable that it sets, and calls
 * options_parse(). `-h/--help` and `--version` come with every command. Strict on purpose: no
 * abbreviated names, no option twice unless it is a list, no empty value; mistakes are answered with
 * the nearest name. Options and other arguments may stand in any order, `--` ends the options, a lone
 * `-` is an argument (standard input).
 *
 *     const char *output = NULL;
 *     bool json = false;
 *     const struct option_spec table[] = {
 *         {.name = "output", .letter = 'o', .value_name = "FILE", .help = "file to write", .text = &output},
 *         {.name = "json", .help = "print the summary as JSON", .flag = &json},
 *     };
 *     const struct option_usage usage = {
 *         .command = "import", .arguments = "FORMAT FILE", .minimum = 2, .maximum = 2,
 *         .description = "...", .options = table, .count = sizeof table / sizeof table[0]};
 *     struct option_list arguments;
 *     int status;
 *     if (!options_parse(&usage, argc, argv, &arguments, &status))
 *         return status;
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

enum { OPTIONS_MAX = 30 }; /* options a command can have */

/* Values in the order given; they point into argv. */
struct option_list {
    const char **values; /* owned by the list, see option_list_free(); NULL when there are none */
    size_t count;
};

/* One option. Exactly one of flag, text, integer, list is set: the variable that it is bound to, which
 * stays as it was when the option is not given. */
struct option_spec {
    const char *name;           /* long name, without dashes */
    char letter;                /* short name, '\0' for none */
    const char *value_name;     /* as shown in the help: FILE; NULL with a flag */
    const char *help;           /* a phrase */
    bool *flag;                 /* no value: set to true */
    const char **text;          /* any text but an empty one */
    int64_t *integer;           /* a whole number in [minimum, maximum] */
    int64_t minimum, maximum;
    struct option_list *list;   /* text; the option can be given again and again */
};

struct option_usage {
    const char *command;             /* "import" */
    const char *arguments;           /* what is not an option, as shown in the help: "FORMAT FILE"; "" for none */
    size_t minimum, maximum;         /* how many of these there must be; maximum SIZE_MAX: any number */
    const char *description;         /* what the command does; lines as they shall be printed, no newline at the end */
    const struct option_spec *options;
    size_t count;                    /* at most OPTIONS_MAX */
};

/*
 * Parses argv[1] ... argv[argc - 1]. True when the command shall go on; `arguments` then lists what was not
 * an option. False when it shall return *status: 0 after --help or --version (printed to standard output),
 * 2 after a mistake (reported to standard error). In both cases the caller frees `arguments` and the lists
 * that options are bound to, which must start out zeroed.
 */
bool options_parse(const struct option_usage *usage, int argc, char **argv, struct option_list *arguments,
                   int *status);

void option_list_free(struct option_list *list);

#endif
