// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * nvs: a cluster's non-volatile storage in its two parts.
 *
 * `nvs` is for everybody, first come, first served. `nvs_apart`, where FlashCopies lie in the cluster, is for tracks that
 * have to be copied before a destage alone (destage_op.h): they take common room while nobody waits for it, and else
 * room from there. So a destage never waits for room that only destages can free, and copies never take what writes
 * stand in line for. A dirty segment's room goes back to the part from which it was taken (cache_apart()).
 */
#ifndef MODELS_NVS_H
#define MODELS_NVS_H

#include "models/machine.h"

/* The share of both parts that is taken, 0 to 1. */
double nvs_occupancy(const struct cluster *cluster);

/* Takes room for copies before a destage; *apart says from where. False when there is too little. */
bool nvs_take_for_copies(struct cluster *cluster, int64_t bytes, bool *apart);

/* Whether that would succeed. */
bool nvs_has_for_copies(const struct cluster *cluster, int64_t bytes);

/* Gives back room of either part. */
void nvs_give(struct cluster *cluster, int64_t bytes, bool apart);

#endif
