// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * progress: one line on standard error that says how far a run is.
 *
 * Redrawn in place, five times a second at most, when standard error is a terminal; SIGUSR1 prints a line
 * wherever standard error goes.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

#include "analysis/record.h"

struct progress {
    bool drawn;        /* a line stands in the terminal */
    bool live;         /* standard error is a terminal that can redraw */
    double drawn_at_s; /* real time of the last drawing */
};

/* Begins; `quiet` never draws by itself. Takes over SIGUSR1. */
void progress_begin(struct progress *progress, bool quiet);

/* Draws if it is time to. */
void progress_update(struct progress *progress, const struct record_progress *at);

/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
