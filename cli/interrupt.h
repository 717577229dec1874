// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * interrupt: Ctrl-C as a flag that long work looks at between steps.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <signal.h>

/* From now on the first SIGINT only sets the flag returned; the second ends the process as usual. Once a process. */
const volatile sig_atomic_t *interrupt_watch(void);

#endif
