// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * status: how a command ends: its exit status, its error message, its output delivered.
 */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include <stdio.h>

#include "sim/error.h"

enum exit_status {
    STATUS_DONE = 0,
    STATUS_FAILED = 1,        /* the run failed: I/O error, full disk, helper lost */
    STATUS_BAD_INPUT = 2,     /* command line, scenario or trace */
    STATUS_INTERRUPTED = 130, /* Ctrl-C; what was done so far is kept */
};

/* Writes a text that a user may have named, such as a file's name: what a terminal could take for a command is
 * shown as `?`. */
void status_print_text(FILE *stream, const char *text);

/* Prints `essim: PLACE: MESSAGE` to standard error, as status_print_text() does, and returns the exit status that
 * follows from the error's kind. A place inside a file, FILE:LINE:COLUMN, begins the line itself. */
int status_report(const struct error *error);

/*
 * Makes the process's streams safe, first thing in main(): a descriptor 0 to 2 that the caller closed is
 * occupied (else the first file opened would stand there and receive messages), and a reader that went
 * away or a file size limit becomes a write error instead of a signal.
 */
void status_prepare_streams(void);

/*
 * Flushes and closes standard output. Returns `status`, or STATUS_FAILED when a part of the output was
 * lost, with a message unless it was the reader that went away (`essim ... | head`).
 */
int status_close_output(int status);

#endif
