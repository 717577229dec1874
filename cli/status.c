// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/status.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis/display.h"

void status_print_text(FILE *stream, const char *text)
{
    struct display display;
    display_begin(&display, stream);
    int width = display_width(&display, text);
    if (width > 0)
        display_left(&display, text, width);
    display_end(&display);
}

/* FILE:LINE:COLUMN: editors and scripts look for that at a line's beginning. */
static bool is_inside_a_file(const char *place)
{
    int end = 0;
    for (const char *c = strchr(place, ':'); c != NULL && end == 0; c = strchr(c + 1, ':'))
        sscanf(c, ":%*[0-9]:%*[0-9]%n", &end);
    return end > 0;
}

int status_report(const struct error *error)
{
    if (!is_inside_a_file(error->place))
        fputs("essim: ", stderr);
    if (error->place[0] != '\0') {
        status_print_text(stderr, error->place);
        fputs(": ", stderr);
    }
    status_print_text(stderr, error->message);
    fputc('\n', stderr);
    return error->kind == ERROR_INPUT ? STATUS_BAD_INPUT : STATUS_FAILED;
}

void status_prepare_streams(void)
{
    /* open() takes the lowest free number. Read-only, so that output to a closed stream still fails. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF && open("/dev/null", O_RDONLY) != fd)
            _exit(STATUS_FAILED);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

/* stdio forgets why an earlier write failed; a pipe without reader still says so. */
static bool reader_is_gone(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

int status_close_output(int status)
{
    bool quiet = reader_is_gone();
    bool failed = ferror(stdout) != 0;
    errno = 0;
    failed |= fclose(stdout) != 0;
    if (!failed)
        return status;
    if (!quiet) {
        struct error error = {0};
        error_set(&error, ERROR_RUN, "standard output", "could not be written%s%s", errno ? ": " : "",
                  errno ? strerror(errno) : "");
        status_report(&error);
    }
    return status == STATUS_DONE ? STATUS_FAILED : status;
}
