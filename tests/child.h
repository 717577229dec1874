// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * child: what a function does to its process, seen from outside - for tests of code that must abort.
 */
#ifndef TESTS_CHILD_H
#define TESTS_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Calls act() in a child process and returns the child's wait status; -1 when there was no child. `text`
 * (size > 0) takes what it wrote on standard error, cut when too long. */
static inline int child_status(void (*act)(void), char *text, size_t size)
{
    int ends[2];
    text[0] = '\0';
    if (pipe(ends) != 0)
        return -1;
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        dup2(ends[1], STDERR_FILENO);
        act();
        _exit(EXIT_SUCCESS);
    }
    close(ends[1]);
    size_t held = 0;
    char rest[256];
    for (ssize_t got = 1; got > 0;) {
        bool full = held == size - 1;
        got = read(ends[0], full ? rest : text + held, full ? sizeof rest : size - 1 - held);
        if (got > 0 && !full)
            held += (size_t)got;
    }
    text[held] = '\0';
    close(ends[0]);
    int status;
    return child > 0 && waitpid(child, &status, 0) == child ? status : -1;
}

/* Whether act() ends in abort(). */
static inline bool child_aborts(void (*act)(void), char *text, size_t size)
{
    int status = child_status(act, text, size);
    return status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
