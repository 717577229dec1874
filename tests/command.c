// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* A stream of the program's, read as it comes. */
struct capture {
    int fd; /* the pipe's reading end; negative after the end */
    char *text;
    size_t length, room;
};

struct command {
    pid_t pid;
    int pidfd; /* readable once the program has ended */
    struct capture output, errors;
    double begun_s;
    double limit_s;
};

static void die(const char *what)
{
    perror(what);
    abort();
}

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- starting ---- */

/* The pipe's writing end; the reading end is the capture's. Neither passes to other programs. */
static int capture_open(struct capture *capture)
{
    int ends[2];
    *capture = (struct capture){.room = 4096, .text = malloc(4096)};
    if (capture->text == NULL || pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
        die("capture");
    capture->fd = ends[0];
    return ends[1];
}

/* The request's variables, then the test's own; getenv() finds the first of a name. */
static char **make_environment(const char *const *first)
{
    size_t own = 0, added = 0;
    while (environ[own] != NULL)
        own++;
    while (first != NULL && first[added] != NULL)
        added++;
    char **all = malloc((own + added + 1) * sizeof *all);
    if (all == NULL)
        die("environment");
    if (added > 0)
        memcpy(all, first, added * sizeof *all);
    memcpy(all + added, environ, (own + 1) * sizeof *all);
    return all;
}

/* posix_spawn() sets no limits, but they are inherited: the test's own is lowered meanwhile. */
static struct rlimit limit_files(uint64_t bytes)
{
    struct rlimit before;
    if (getrlimit(RLIMIT_FSIZE, &before) != 0)
        die("RLIMIT_FSIZE");
    struct rlimit lowered = {bytes > 0 ? bytes : before.rlim_cur, before.rlim_max};
    if (setrlimit(RLIMIT_FSIZE, &lowered) != 0)
        die("RLIMIT_FSIZE");
    return before;
}

static void spawn(struct command *command, const struct command_request *request, int output, int errors)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (request->folder != NULL)
        posix_spawn_file_actions_addchdir_np(&actions, request->folder);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
    if (request->output_closed)
        posix_spawn_file_actions_addclose(&actions, STDOUT_FILENO);
    else if (request->output != NULL)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, request->output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    else
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    char **environment = make_environment(request->environment);
    struct rlimit before = limit_files(request->file_bytes);
    int failure = posix_spawn(&command->pid, request->arguments[0], &actions, NULL,
                              (char *const *)(uintptr_t)request->arguments, environment);
    setrlimit(RLIMIT_FSIZE, &before);
    free(environment);
    posix_spawn_file_actions_destroy(&actions);
    errno = failure;
    if (failure != 0 || (command->pidfd = pidfd_open(command->pid, 0)) < 0)
        die(request->arguments[0]);
}

struct command *command_start(const struct command_request *request)
{
    struct command *command = calloc(1, sizeof *command);
    if (command == NULL)
        die("command");
    command->begun_s = now_s();
    command->limit_s = request->limit_s > 0 ? request->limit_s : 120;
    int output = capture_open(&command->output), errors = capture_open(&command->errors);
    spawn(command, request, output, errors);
    close(output);
    close(errors);
    return command;
}

pid_t command_pid(const struct command *command)
{
    return command->pid;
}

bool command_has_ended(const struct command *command)
{
    struct pollfd end = {.fd = command->pidfd, .events = POLLIN};
    return poll(&end, 1, 0) == 1;
}

/* ---- waiting ---- */

/* Takes what is there. */
static void capture_read(struct capture *capture)
{
    while (capture->fd >= 0) {
        if (capture->length + 1 == capture->room &&
            (capture->text = realloc(capture->text, capture->room *= 2)) == NULL)
            die("capture");
        ssize_t got = read(capture->fd, capture->text + capture->length, capture->room - capture->length - 1);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            close(capture->fd);
            capture->fd = -1;
        } else {
            capture->length += (size_t)got;
        }
    }
}

static char *capture_end(struct capture *capture)
{
    capture_read(capture);
    if (capture->fd >= 0)
        close(capture->fd);
    capture->text[capture->length] = '\0';
    return capture->text;
}

/* Reads both streams until the program ends. Returns whether it had to be killed. */
static bool follow(struct command *command)
{
    bool late = false;
    while (!command_has_ended(command)) {
        struct pollfd events[] = {{.fd = command->output.fd, .events = POLLIN},
                                  {.fd = command->errors.fd, .events = POLLIN},
                                  {.fd = command->pidfd, .events = POLLIN}};
        double left_s = command->begun_s + command->limit_s - now_s();
        if (left_s <= 0 && !late) {
            late = true;
            kill(command->pid, SIGKILL);
        }
        poll(events, 3, left_s > 0 ? (int)(left_s * 1000) + 1 : -1);
        capture_read(&command->output);
        capture_read(&command->errors);
    }
    return late;
}

struct command_result command_wait(struct command *command)
{
    struct command_result result = {.late = follow(command)};
    struct rusage usage;
    int status;
    if (wait4(command->pid, &status, 0, &usage) != command->pid)
        die("wait4");
    result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    result.peak_rss_bytes = (int64_t)usage.ru_maxrss * 1024;
    result.wall_s = now_s() - command->begun_s;
    result.output = capture_end(&command->output);
    result.errors = capture_end(&command->errors);
    close(command->pidfd);
    free(command);
    return result;
}

struct command_result command_run(const struct command_request *request)
{
    return command_wait(command_start(request));
}

const char *command_essim(void)
{
    return BUILD_DIR "/essim";
}

void command_result_free(struct command_result *result)
{
    free(result->output);
    free(result->errors);
    *result = (struct command_result){0};
}
