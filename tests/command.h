// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * command: runs a program as a user would, and keeps what it said and how it ended.
 *
 * No shell stands between: arguments reach the program as they are. Standard output and standard error are
 * caught apart, through pipes, so that they are complete even where the program may write no file. A program
 * that runs beyond its time is killed. What cannot be done at all (no memory, no such program) aborts the test.
 *
 *     struct command_result result = ESSIM(folder, "run", "a.yaml", "--seed", "3");
 *     CHECK_INT(result.status, 0);
 *     command_result_free(&result);
 */
#ifndef TESTS_COMMAND_H
#define TESTS_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What to run. All texts belong to the caller. */
struct command_request {
    const char *const *arguments;   /* the program's path first, NULL after the last */
    const char *const *environment; /* NAME=VALUE, before the test's own; NULL after the last; may be NULL */
    const char *folder;             /* where it runs; NULL: where the test does */
    const char *output;             /* a file that takes its standard output; NULL: it is caught */
    bool output_closed;             /* it starts without a standard output */
    uint64_t file_bytes;            /* the longest file it may write; 0: any */
    double limit_s;                 /* real time after which it is killed; 0: 120 s */
};

/* How it ended. */
struct command_result {
    int status;             /* exit status, or 128 + the signal that ended it */
    bool late;              /* it was killed at the end of its time */
    char *output;           /* what it wrote, "" when nothing */
    char *errors;
    int64_t peak_rss_bytes; /* the most memory it held; never below what the test itself held when it started */
    double wall_s;          /* real time it took */
};

struct command;

/* Starts it, and returns while it runs. Its errors and output wait in pipes until command_wait(). */
struct command *command_start(const struct command_request *request);

/* The process, to send signals to or to see (`/proc/PID`). It stays until command_wait(), even as a zombie. */
pid_t command_pid(const struct command *command);

/* Whether it has ended. */
bool command_has_ended(const struct command *command);

/* Waits for its end, frees the command and returns how it ended; command_result_free() frees the texts. */
struct command_result command_wait(struct command *command);

/* Starts it and waits for its end. */
struct command_result command_run(const struct command_request *request);

void command_result_free(struct command_result *result);

/* The path of this build's `essim`. */
const char *command_essim(void);

/* What `essim` is asked to do: a command_request's arguments. */
#define ESSIM_ARGUMENTS(...) (const char *const[]){command_essim(), __VA_ARGS__, NULL}

/* Runs it in a folder. */
#define ESSIM(where, ...) \
    command_run(&(struct command_request){.folder = (where), .arguments = ESSIM_ARGUMENTS(__VA_ARGS__)})

#endif
