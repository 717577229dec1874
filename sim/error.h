// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * error: what went wrong, where, and whose fault it is.
 *
 * The project's one error type. A function that can fail takes a `struct error *` as its last
 * parameter and returns false (or NULL); the message then names the thing, what is wrong and what
 * is allowed. Errors are for inputs and the outside world; our own mistakes are assertions
 * (check.h). An error is a value: copy it freely, nothing needs freeing.
 */
#ifndef SIM_ERROR_H
#define SIM_ERROR_H

#include <stdbool.h>

/* Whose fault it is; the command's exit status follows from it. */
enum error_kind {
    ERROR_NONE = 0,
    ERROR_RUN = 1,   /* the run failed: I/O error, full disk, no memory, helper program lost */
    ERROR_INPUT = 2, /* bad input: command line, scenario, trace */
};

struct error {
    enum error_kind kind; /* ERROR_NONE until something fails */
    char place[320];      /* "FILE:LINE:COLUMN", a file's name, or empty */
    char message[700];    /* one line, no newline at its end */
};

/*
 * Records a failure: printf-like text, cut when too long. `place` may be NULL. An error that is set
 * already is kept, because the first failure is the cause. `error` may be NULL (nobody asks).
 * Always returns false, so that a caller can write `return error_set(...)`.
 */
bool error_set(struct error *error, enum error_kind kind, const char *place, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
