// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double redraw_after_s = 0.2;

/* The one global of the command: a signal handler has no other way to tell. */
static volatile sig_atomic_t line_wanted;

static void want_line(int signal_number)
{
    (void)signal_number;
    line_wanted = 1;
}

void progress_begin(struct progress *progress, bool quiet)
{
    const char *terminal = getenv("TERM");
    bool can_redraw = terminal != NULL && strcmp(terminal, "dumb") != 0;
    *progress = (struct progress){.live = !quiet && can_redraw && isatty(STDERR_FILENO)};
    struct sigaction action = {.sa_handler = want_line, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
}

/* "12.3 of 70 s simulated (18 %), 412,000 I/O/s, 1.6 s left" */
static void write_line(const struct record_progress *at)
{
    double now_s = (double)at->now_ns * 1e-9, end_s = (double)at->end_ns * 1e-9;
    double rate = at->wall_s > 0 ? (double)at->completed / at->wall_s : 0;
    if (at->replications > 1)
        fprintf(stderr, "replication %d of %d: ", at->replication + 1, at->replications);
    if (at->end_ns == 0) {
        fprintf(stderr, "%.1f s simulated, %.0f I/O/s", now_s, rate);
        return;
    }
    double done = (at->replication + now_s / end_s) / at->replications;
    fprintf(stderr, "%.1f of %.1f s simulated (%.0f %%), %.0f I/O/s", now_s, end_s, done * 100, rate);
    if (done > 0.01)
        fprintf(stderr, ", %.0f s left", at->wall_s * (1 - done) / done);
}

void progress_update(struct progress *progress, const struct record_progress *at)
{
    if (line_wanted) {
        line_wanted = 0;
        if (progress->drawn)
            fputc('\n', stderr);
        write_line(at);
        fputc('\n', stderr);
        progress->drawn = false;
    }
    if (!progress->live || at->wall_s < progress->drawn_at_s + redraw_after_s)
        return;
    progress->drawn_at_s = at->wall_s;
    fputs("\r\033[K", stderr);
    write_line(at);
    fflush(stderr);
    progress->drawn = true;
}

void progress_end(struct progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
