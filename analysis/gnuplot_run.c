// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/gnuplot_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    PICTURE_LIMIT = 64 << 20, /* bytes; ours have some 100 kB */
    COMPLAINT_LIMIT = 4096,   /* bytes kept of standard error */
};

/* A pipe from gnuplot and what came out of it. */
struct outlet {
    int descriptor; /* the end that we read; -1 after its end */
    char *bytes;
    size_t size, room;
    size_t limit;   /* what comes beyond is read and dropped */
    bool overflown; /* something was dropped */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- starting ---- */

/*
 * The script's name in a form that gnuplot takes for a file's name and nothing else: an option starts with
 * '-', a command with '<', a home directory with '~'. NULL without memory.
 */
static char *plain_name(const char *script_path)
{
    char *name = NULL;
    if (asprintf(&name, "%s%s", script_path[0] == '/' ? "" : "./", script_path) < 0)
        return NULL;
    return name;
}

/*
 * Starts gnuplot in a process group of its own, which can be ended as a whole, with the signals at
 * their defaults whatever the caller ignores. Returns 0 or an errno.
 */
static int start(const char *script_path, int output, int complaints, pid_t *process)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    char *name = plain_name(script_path);
    if (name == NULL)
        return ENOMEM;
    char *const arguments[] = {(char *)"gnuplot", (char *)"-d", name, NULL};
    sigfillset(&all);
    sigemptyset(&none);
    int cause = posix_spawn_file_actions_init(&files);
    if (cause != 0)
        goto free_name;
    if ((cause = posix_spawnattr_init(&attributes)) != 0)
        goto free_files;
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    if ((cause = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)) == 0 &&
        (cause = posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO)) == 0 &&
        (cause = posix_spawn_file_actions_adddup2(&files, complaints, STDERR_FILENO)) == 0)
        cause = posix_spawnp(process, "gnuplot", &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
free_files:
    posix_spawn_file_actions_destroy(&files);
free_name:
    free(name);
    return cause;
}

/* Makes both pipes and starts gnuplot; the outlets then hold our ends. */
static bool open_gnuplot(const char *script_path, struct outlet *output, struct outlet *complaints, pid_t *process,
                         struct error *error)
{
    int output_pipe[2], complaint_pipe[2];
    if (pipe2(output_pipe, O_CLOEXEC) != 0)
        return error_set(error, ERROR_RUN, "gnuplot", "cannot be started: %s", strerror(errno));
    if (pipe2(complaint_pipe, O_CLOEXEC) != 0) {
        int cause = errno;
        close(output_pipe[0]);
        close(output_pipe[1]);
        return error_set(error, ERROR_RUN, "gnuplot", "cannot be started: %s", strerror(cause));
    }
    int cause = start(script_path, output_pipe[1], complaint_pipe[1], process);
    close(output_pipe[1]);
    close(complaint_pipe[1]);
    output->descriptor = output_pipe[0];
    complaints->descriptor = complaint_pipe[0];
    if (cause == ENOENT)
        return error_set(error, ERROR_RUN, "gnuplot",
                         "not found: install the package gnuplot-nox (or gnuplot) to draw pictures");
    if (cause != 0)
        return error_set(error, ERROR_RUN, "gnuplot", "cannot be started: %s", strerror(cause));
    return true;
}

/* ---- collecting ---- */

static void outlet_close(struct outlet *outlet)
{
    if (outlet->descriptor >= 0)
        close(outlet->descriptor);
    outlet->descriptor = -1;
}

/* Keeps up to `count` bytes and an end mark behind them. False without memory. */
static bool outlet_keep(struct outlet *outlet, const char *bytes, size_t count)
{
    if (count > outlet->limit - outlet->size) {
        count = outlet->limit - outlet->size;
        outlet->overflown = true;
    }
    if (outlet->size + count + 1 > outlet->room) {
        size_t room = 2 * (outlet->size + count + 1);
        char *grown = realloc(outlet->bytes, room);
        if (grown == NULL)
            return false;
        outlet->bytes = grown;
        outlet->room = room;
    }
    memcpy(outlet->bytes + outlet->size, bytes, count);
    outlet->size += count;
    outlet->bytes[outlet->size] = '\0';
    return true;
}

static bool outlet_read(struct outlet *outlet)
{
    char bytes[16384];
    ssize_t count = read(outlet->descriptor, bytes, sizeof bytes);
    if (count < 0)
        return errno == EINTR || errno == EAGAIN;
    if (count == 0)
        outlet_close(outlet);
    return outlet_keep(outlet, bytes, (size_t)count);
}

/* Reads both pipes to their ends. False when time ran out, or without memory. */
static bool collect(struct outlet *output, struct outlet *complaints, int64_t deadline_ms)
{
    while (output->descriptor >= 0 || complaints->descriptor >= 0) {
        struct pollfd ends[2] = {{.fd = output->descriptor, .events = POLLIN},
                                 {.fd = complaints->descriptor, .events = POLLIN}};
        int64_t left_ms = deadline_ms - now_ms();
        if (left_ms <= 0 || (poll(ends, 2, (int)left_ms) < 0 && errno != EINTR))
            return false;
        if ((ends[0].revents != 0 && !outlet_read(output)) || (ends[1].revents != 0 && !outlet_read(complaints)))
            return false;
    }
    return true;
}

/* Waits for the end until the deadline, then ends the process with all that it started. */
static bool wait_for_end(pid_t process, int64_t deadline_ms, int *status)
{
    const struct timespec pause = {.tv_nsec = 2000000};
    for (;;) {
        pid_t ended = waitpid(process, status, WNOHANG);
        if (ended == process)
            return true;
        if ((ended < 0 && errno != EINTR) || now_ms() >= deadline_ms)
            break;
        nanosleep(&pause, NULL);
    }
    kill(-process, SIGKILL);
    while (waitpid(process, status, 0) < 0 && errno == EINTR)
        ;
    return false;
}

/* ---- judging ---- */

static bool ends_with(const struct outlet *output, const char *end, size_t length)
{
    return output->size >= length && memcmp(output->bytes + output->size - length, end, length) == 0;
}

static bool is_complete(struct outlet *output, enum picture_format format)
{
    static const char png_start[] = "\x89PNG\r\n\x1a\n";
    static const char png_end[] = "IEND\xae\x42\x60\x82";
    if (output->overflown || output->size == 0)
        return false;
    if (format == PICTURE_PNG)
        return output->size > 8 && memcmp(output->bytes, png_start, 8) == 0 && ends_with(output, png_end, 8);
    while (output->size > 0 && strchr(" \t\r\n", output->bytes[output->size - 1]) != NULL)
        output->size--;
    return memmem(output->bytes, output->size, "<svg", 4) != NULL && ends_with(output, "</svg>", 6);
}

/* gnuplot leaves "]]>" in a text as it is, which XML forbids. It writes no CDATA section here. */
static bool repair_svg(struct outlet *output)
{
    static const char bad[] = "]]>", good[] = "]]&gt;";
    struct outlet repaired = {.descriptor = -1, .limit = SIZE_MAX};
    const char *rest = output->bytes, *end = output->bytes + output->size;
    bool ok = true;
    for (const char *found; ok && (found = memmem(rest, (size_t)(end - rest), bad, 3)) != NULL; rest = found + 3)
        ok = outlet_keep(&repaired, rest, (size_t)(found - rest)) && outlet_keep(&repaired, good, 6);
    ok = ok && outlet_keep(&repaired, rest, (size_t)(end - rest)) && outlet_keep(&repaired, "\n", 1);
    free(output->bytes);
    *output = repaired;
    return ok;
}

/* What gnuplot complained of, as one line without its drawing of an arrow under the mistake. */
static const char *complaint_line(struct outlet *complaints)
{
    if (complaints->size == 0)
        return "without a message";
    char *line = complaints->bytes + strspn(complaints->bytes, " \t\r\n^");
    for (char *c = line; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    return line;
}

static bool judge(int status, struct outlet *output, struct outlet *complaints, enum picture_format format,
                  struct error *error)
{
    if (WIFSIGNALED(status))
        return error_set(error, ERROR_RUN, "gnuplot", "ended by signal %d: %s", WTERMSIG(status),
                         complaint_line(complaints));
    if (WEXITSTATUS(status) != 0)
        return error_set(error, ERROR_RUN, "gnuplot", "failed with exit status %d: %s", WEXITSTATUS(status),
                         complaint_line(complaints));
    if (!is_complete(output, format))
        return error_set(error, ERROR_RUN, "gnuplot", "printed an incomplete picture (%zu bytes): %s", output->size,
                         complaint_line(complaints));
    if (format == PICTURE_SVG && !repair_svg(output))
        return error_set(error, ERROR_RUN, "gnuplot", "no memory for its picture");
    return true;
}

bool gnuplot_run(const char *script_path, enum picture_format format, int limit_ms, char **picture, size_t *size,
                 struct error *error)
{
    struct outlet output = {.descriptor = -1, .limit = PICTURE_LIMIT};
    struct outlet complaints = {.descriptor = -1, .limit = COMPLAINT_LIMIT};
    int64_t deadline_ms = now_ms() + limit_ms;
    pid_t process;
    int status;
    bool ok = open_gnuplot(script_path, &output, &complaints, &process, error);
    if (ok) {
        bool collected = collect(&output, &complaints, deadline_ms);
        ok = wait_for_end(process, collected ? deadline_ms : 0, &status) && collected;
        if (!ok)
            error_set(error, ERROR_RUN, "gnuplot", "did not finish within %d s and was ended", limit_ms / 1000);
    }
    ok = ok && judge(status, &output, &complaints, format, error);
    outlet_close(&output);
    outlet_close(&complaints);
    free(complaints.bytes);
    if (ok) {
        *picture = output.bytes;
        *size = output.size;
    } else {
        free(output.bytes);
    }
    return ok;
}
