// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/nearest.h"
#include "cli/status.h"

/* What getopt_long() returns for the table's option i is LONG_FIRST + i, whether its long or short name
 * was used; the two common options follow. */
enum { LONG_FIRST = 256, LONG_HELP = LONG_FIRST + OPTIONS_MAX, LONG_VERSION, LONG_QUIET };

/* getopt's own view of the table. */
struct getopt_table {
    struct option longs[OPTIONS_MAX + 4];
    char shorts[2 * OPTIONS_MAX + 10];
    const char *names[OPTIONS_MAX + 3]; /* for proposals */
    size_t count;
};

static void table_add(struct getopt_table *table, const char *name, char letter, bool has_value, int code)
{
    table->longs[table->count] =
        (struct option){.name = name, .has_arg = has_value ? required_argument : no_argument, .val = code};
    table->names[table->count++] = name;
    if (letter)
        snprintf(table->shorts + strlen(table->shorts), 3, "%c%s", letter, has_value ? ":" : "");
}

/* Whether the command has nothing of its own to silence: -q is understood everywhere. */
static bool is_quiet_anyway(const struct option_usage *usage)
{
    for (size_t i = 0; i < usage->count; i++)
        if (usage->options[i].letter == 'q')
            return false;
    return true;
}

/* A leading `-` delivers other arguments in their place as code 1, `:` leaves the messages to us. */
static void table_build(const struct option_usage *usage, struct getopt_table *table)
{
    *table = (struct getopt_table){.shorts = "-:"};
    for (size_t i = 0; i < usage->count; i++) {
        const struct option_spec *option = &usage->options[i];
        table_add(table, option->name, option->letter, option->flag == NULL, LONG_FIRST + (int)i);
    }
    table_add(table, "help", 'h', false, LONG_HELP);
    table_add(table, "version", '\0', false, LONG_VERSION);
    if (is_quiet_anyway(usage))
        table_add(table, "quiet", 'q', false, LONG_QUIET);
}

static void print_option(int width, char letter, const char *name, const char *value_name, const char *help)
{
    char shown[80], letters[8] = "    ";
    if (letter)
        snprintf(letters, sizeof letters, "-%c, ", letter);
    snprintf(shown, sizeof shown, "%s--%s%s%s", letters, name, value_name ? " " : "", value_name ? value_name : "");
    printf("  %-*s  %s\n", width, shown, help);
}

static void print_help(const struct option_usage *usage)
{
    printf("Usage: essim %s%s%s%s\n\n%s\n\nOptions:\n", usage->command, usage->count ? " [OPTION]..." : "",
           *usage->arguments ? " " : "", usage->arguments, usage->description);
    size_t width = strlen("-h, --version");
    for (size_t i = 0; i < usage->count; i++) {
        const struct option_spec *option = &usage->options[i];
        size_t length = strlen("-x, --") + strlen(option->name);
        length += option->value_name ? 1 + strlen(option->value_name) : 0;
        width = length > width ? length : width;
    }
    for (size_t i = 0; i < usage->count; i++) {
        const struct option_spec *option = &usage->options[i];
        print_option((int)width, option->letter, option->name, option->value_name, option->help);
    }
    if (is_quiet_anyway(usage))
        print_option((int)width, 'q', "quiet", NULL, "no progress (this command shows none)");
    print_option((int)width, 'h', "help", NULL, "show this help and exit");
    print_option((int)width, '\0', "version", NULL, "show the version and exit");
}

static bool unknown_option(const struct option_usage *usage, const struct getopt_table *table, const char *given,
                           struct error *error)
{
    if (optopt != 0 && optopt < LONG_FIRST)
        return error_set(error, ERROR_INPUT, usage->command, "unknown option '-%c'; see 'essim %s --help'", optopt,
                         usage->command);
    if (optopt != 0)
        return error_set(error, ERROR_INPUT, usage->command, "option '--%s' takes no value",
                         table->names[optopt == LONG_HELP      ? usage->count
                                      : optopt == LONG_VERSION ? usage->count + 1
                                      : optopt == LONG_QUIET   ? usage->count + 2
                                                               : (size_t)(optopt - LONG_FIRST)]);
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(given + 2, "="), given + 2);
    const char *nearest = nearest_name(name, table->names, table->count);
    if (nearest)
        return error_set(error, ERROR_INPUT, usage->command, "unknown option '--%s'; did you mean '--%s'?", name,
                         nearest);
    return error_set(error, ERROR_INPUT, usage->command, "unknown option '--%s'; see 'essim %s --help'", name,
                     usage->command);
}

static bool set_integer(const struct option_usage *usage, const struct option_spec *option, const char *text,
                        struct error *error)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end || strchr(" \t\n\v\f\r+", *text) || value < option->minimum ||
        value > option->maximum)
        return error_set(error, ERROR_INPUT, usage->command,
                         "option '--%s' is '%s'; it must be a whole number from %lld to %lld", option->name, text,
                         (long long)option->minimum, (long long)option->maximum);
    *option->integer = value;
    return true;
}

static bool list_add(struct option_list *list, const char *value, int argc, struct error *error)
{
    if (!list->values)
        list->values = calloc((size_t)argc, sizeof *list->values);
    if (!list->values)
        return error_set(error, ERROR_RUN, NULL, "no memory for the command line");
    list->values[list->count++] = value;
    return true;
}

static bool set_option(const struct option_usage *usage, size_t index, bool given[], int argc, struct error *error)
{
    const struct option_spec *option = &usage->options[index];
    if (given[index] && !option->list)
        return error_set(error, ERROR_INPUT, usage->command, "option '--%s' is given twice", option->name);
    given[index] = true;
    if (option->flag) {
        *option->flag = true;
        return true;
    }
    if (*optarg == '\0' || strncmp(optarg, "--", 2) == 0)
        return error_set(error, ERROR_INPUT, usage->command, "option '--%s' needs a value (%s), not '%s'", option->name,
                         option->value_name, optarg);
    if (option->integer)
        return set_integer(usage, option, optarg, error);
    if (option->list)
        return list_add(option->list, optarg, argc, error);
    *option->text = optarg;
    return true;
}

/* A long option's name must be given in full; getopt_long() would take any unambiguous beginning. */
static bool is_abbreviated(const struct getopt_table *table, const char *given, int code)
{
    if (strncmp(given, "--", 2) != 0)
        return false;
    for (size_t i = 0; i < table->count; i++)
        if (table->longs[i].val == code)
            return strlen(table->names[i]) != strcspn(given + 2, "=");
    return false;
}

static int code_of_letter(const struct option_usage *usage, int code)
{
    if (code == 'h')
        return LONG_HELP;
    if (code == 'q' && is_quiet_anyway(usage))
        return LONG_QUIET;
    for (size_t i = 0; i < usage->count; i++)
        if (code != 1 && usage->options[i].letter == code)
            return LONG_FIRST + (int)i;
    return code;
}

/* Takes one option or argument. Sets *done after --help or --version. */
static bool take_one(const struct option_usage *usage, const struct getopt_table *table, int code, const char *given,
                     bool seen[], int argc, struct option_list *arguments, bool *done, struct error *error)
{
    if (code == ':')
        return error_set(error, ERROR_INPUT, usage->command, "option '%s' needs a value; see 'essim %s --help'", given,
                         usage->command);
    if (code == '?')
        return unknown_option(usage, table, given, error);
    if (code == 1)
        return list_add(arguments, optarg, argc, error);
    code = code_of_letter(usage, code);
    if (is_abbreviated(table, given, code)) {
        optopt = 0;
        return unknown_option(usage, table, given, error);
    }
    if (code == LONG_QUIET)
        return true;
    *done = code == LONG_HELP || code == LONG_VERSION;
    if (code == LONG_HELP)
        print_help(usage);
    else if (code == LONG_VERSION)
        puts("essim " ESSIM_VERSION);
    return *done || set_option(usage, (size_t)(code - LONG_FIRST), seen, argc, error);
}

static bool check_count(const struct option_usage *usage, size_t count, struct error *error)
{
    if (count >= usage->minimum && count <= usage->maximum)
        return true;
    return error_set(error, ERROR_INPUT, usage->command, "too %s arguments; usage: essim %s %s; see 'essim %s --help'",
                     count < usage->minimum ? "few" : "many", usage->command, usage->arguments, usage->command);
}

bool options_parse(const struct option_usage *usage, int argc, char **argv, struct option_list *arguments, int *status)
{
    struct error error = {0};
    struct getopt_table table;
    bool seen[OPTIONS_MAX] = {false}, done = false;
    *arguments = (struct option_list){0};
    table_build(usage, &table);
    optind = 0; /* glibc: forget any earlier parse */
    bool good = true;
    while (good && !done) {
        const char *given = argv[optind ? optind : 1];
        int code = getopt_long(argc, argv, table.shorts, table.longs, NULL);
        if (code == -1)
            break;
        good = take_one(usage, &table, code, given, seen, argc, arguments, &done, &error);
    }
    for (int i = optind; good && !done && i < argc; i++)
        good = list_add(arguments, argv[i], argc, &error);
    good = good && (done || check_count(usage, arguments->count, &error));
    *status = good ? STATUS_DONE : status_report(&error);
    return good && !done;
}

void option_list_free(struct option_list *list)
{
    free(list->values);
    *list = (struct option_list){0};
}
