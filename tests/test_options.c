// SPDX-License-Identifier: GPL-3.0-or-later
/* The command line, through the binary: what is typed, what comes out, with which status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/unit.h"

#define ESSIM "'" BUILD_DIR "/essim' "

/* Runs a shell command line; `output` gets what it prints, both streams. Returns its exit status. */
static int run(const char *command, char *output, size_t size)
{
    char line[2000];
    snprintf(line, sizeof line, "( %s ) 2>&1", command);
    FILE *stream = popen(line, "r");
    size_t length = stream ? fread(output, 1, size - 1, stream) : 0;
    output[length] = '\0';
    int status = stream ? pclose(stream) : -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* `essim ARGUMENTS` ends with the status and prints the text. */
static void check_essim(const char *arguments, int status, const char *text)
{
    char output[8000], command[1000];
    snprintf(command, sizeof command, ESSIM "%s", arguments);
    int actual = run(command, output, sizeof output);
    if (actual != status || !strstr(output, text))
        printf("    for: essim %s\n", arguments);
    CHECK_INT(actual, status);
    CHECK_CONTAINS(output, text);
}

static void test_help(void)
{
    check_essim("--help", 0, "Commands:\n");
    check_essim("-h", 0, "import");
    check_essim("help", 0, "Exit status");
    check_essim("help import", 0, "Usage: essim import");
    check_essim("import --help", 0, "  -o, --output TRACE.h5  trace file to write");
    check_essim("import -h", 0, "      --version          show the version");
    check_essim("--version", 0, "essim 0.");
    check_essim("import --version", 0, "essim 0.");
    check_essim("", 2, "Usage: essim COMMAND");
}

static void test_nearest(void)
{
    check_essim("imprt x", 2, "essim: unknown command 'imprt'; did you mean 'import'?");
    check_essim("help imoprt", 2, "did you mean 'import'?");
    check_essim("quux", 2, "unknown command 'quux'; see 'essim --help'");
    check_essim("--quux", 2, "unknown option '--quux'");
    check_essim("import --jsn a b", 2, "unknown option '--jsn'; did you mean '--json'?");
    check_essim("import --quux a b", 2, "unknown option '--quux'; see 'essim import --help'");
    check_essim("import -x a b", 2, "unknown option '-x'");
}

static void test_abbreviation(void)
{
    check_essim("import --js a b", 2, "unknown option '--js'; did you mean '--json'?");
    check_essim("import --out=x a b", 2, "unknown option '--out'; did you mean '--output'?");
    check_essim("import --vers", 2, "unknown option '--vers'; did you mean '--version'?");
}

static void test_values(void)
{
    check_essim("import a b -o x -o y", 2, "option '--output' is given twice");
    check_essim("import a b --json --json", 2, "option '--json' is given twice");
    check_essim("import a b -o", 2, "option '-o' needs a value");
    check_essim("import a b --output", 2, "option '--output' needs a value");
    check_essim("import a b -o ''", 2, "needs a value (TRACE.h5), not ''");
    check_essim("import a b -o --json", 2, "needs a value (TRACE.h5), not '--json'");
    check_essim("import --json=yes a b", 2, "option '--json' takes no value");
    check_essim("import --help=yes", 2, "option '--help' takes no value");
}

static void test_arguments(void)
{
    check_essim("import msr", 2, "too few arguments");
    check_essim("import msr a b -o x", 2, "too many arguments");
    check_essim("import msr /dev/null", 2, "give -o TRACE.h5");
    check_essim("import -o x.h5 -- quux --json", 2, "unknown trace format 'quux'");
    check_essim("import quux -o x.h5 -", 2, "unknown trace format 'quux'");
    check_essim("import msr -- --json -o", 2, "too many arguments");
}

static void test_control_characters(void)
{
    check_essim("import \"$(printf 'a\\033[2J')\" b -o x", 2, "'a?[2J'");
}

static void test_lost_output(void)
{
    char output[1000];
    CHECK_INT(run(ESSIM "--help > /dev/full", output, sizeof output), 1);
    CHECK_CONTAINS(output, "essim: standard output: could not be written");
    CHECK_INT(run(ESSIM "--help >&-", output, sizeof output), 1);
    CHECK_CONTAINS(output, "essim: standard output: could not be written");
    CHECK_INT(run("{ " ESSIM "--help; echo $? >&2; } | true", output, sizeof output), 0);
    CHECK(strstr(output, "essim:") == NULL);
}

static void test_closed_streams(void)
{
#define IMPORT ESSIM "import msr '" SOURCE_DIR "/scenarios/small-trace.csv' -o closed.h5 "
    char output[1000];
    CHECK_INT(run("cd '" BUILD_DIR "' && " IMPORT "> closed.txt && mv closed.h5 open.h5 && { " IMPORT "<&- >&- 2>&-; "
                  "echo status $?; cmp closed.h5 open.h5; rm closed.h5 open.h5 closed.txt; }",
                  output, sizeof output),
              0);
    CHECK_STRING(output, "status 1\n");
    check_essim("import msr - -o '" BUILD_DIR "/closed.h5' <&-", 2, "standard input: no requests");
}

UNIT_MAIN("options", {"help and version end with 0, no command at all with 2", test_help},
          {"an unknown command or option is answered with the nearest name", test_nearest},
          {"an option's name is given in full", test_abbreviation},
          {"an option is given once, with the value that it needs and no other", test_values},
          {"other arguments are counted, and stand before, between or after options", test_arguments},
          {"control characters in an argument do not reach the terminal", test_control_characters},
          {"output that is lost is a failure, without words where the reader went away", test_lost_output},
          {"no file takes the place of a standard stream that is closed", test_closed_streams})
