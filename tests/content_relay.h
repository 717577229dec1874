// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * content_relay: stands between a machine and its oracle, and passes on what it hears. A test that wants to break
 * something puts its own functions in place of some of the relay's.
 */
#ifndef TESTS_CONTENT_RELAY_H
#define TESTS_CONTENT_RELAY_H

#include "models/content.h"

struct content_relay {
    struct content content; /* first: the content's address is the relay's */
    struct content *next;   /* that hears it all */
};

/* Passes everything on to `next`. */
void content_relay_init(struct content_relay *relay, struct content *next);

#endif
