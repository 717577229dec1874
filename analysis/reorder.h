// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * reorder: a bounded window in which recorded requests are put back in order of time.
 *
 * Traces are written at completion, or by several processors, so that a request may stand a little
 * behind later ones. The window holds the latest REORDER_ROWS rows and gives out the earliest once it
 * is full; rows of one time keep the file's order. A row that is earlier than one already given out is
 * out of reach and refused.
 */
#ifndef ANALYSIS_REORDER_H
#define ANALYSIS_REORDER_H

#include <stdbool.h>

#include "analysis/import_parser.h"

/* 640 KiB, and far more requests than one host keeps in flight. */
enum { REORDER_ROWS = 16384 };

struct reorder;

/* NULL when memory ran out. */
struct reorder *reorder_create(void);
void reorder_destroy(struct reorder *reorder);

/* How far the row would go back: the latest time seen so far minus its time, ns; <= 0 when it is in order. */
int64_t reorder_lag_ns(const struct reorder *reorder, const struct import_row *row);

/* Whether the row's time is before that of a row already taken out. */
bool reorder_is_late(const struct reorder *reorder, const struct import_row *row);

/* Puts in a row that is not late; the window must not be full. */
void reorder_put(struct reorder *reorder, const struct import_row *row);

bool reorder_is_full(const struct reorder *reorder);

/* Takes out the earliest row. False when there is none. */
bool reorder_take(struct reorder *reorder, struct import_row *row);

#endif
