// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pending: the pending-event set, a monotone priority queue on 64-bit keys, first in first out among
 * equal keys.
 *
 * Monotone means that nothing is pushed below the key popped last (save for its low
 * PENDING_TIE_BITS bits, which hold a priority within the instant). That is what a simulation's
 * clock guarantees, and what makes the set fast: see the picture in pending.c.
 *
 * The set keeps a pointer with each key and never looks behind it.
 */
#ifndef SIM_PENDING_H
#define SIM_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PENDING_TIE_BITS = 3 };

struct pending;

/* An empty set; aborts the program when there is no memory, as every growing call here does. */
struct pending *pending_create(void);
void pending_destroy(struct pending *pending);

/* Adds an event behind all others of the same key. key < 2^63, >= the last popped key, low bits apart. */
void pending_push(struct pending *pending, uint64_t key, void *item);

/* Removes the first event if its key is at most `limit`, and returns its item. NULL when there is none:
 * nothing changed. */
void *pending_pop(struct pending *pending, uint64_t limit, uint64_t *key);

/* Number of events held. */
size_t pending_count(const struct pending *pending);

/* Drops every event for whose item keep() is false. Order is unchanged. O(n). */
void pending_filter(struct pending *pending, bool (*keep)(void *item, void *context), void *context);

#endif
