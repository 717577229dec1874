// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * history: the command as it was typed, for the attribute `history` of the files it writes.
 */
#ifndef CLI_HISTORY_H
#define CLI_HISTORY_H

/* "essim import msr 'my trace.csv' -o t.h5": `essim` and the arguments of a command's run(), quoted for a shell where
 * needed. The caller frees it. NULL when memory ran out. */
char *history_line(int argc, char *const *argv);

#endif
