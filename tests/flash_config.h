// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flash_config: small_config's server with FlashCopy pairs, in round numbers.
 *
 * `pairs` sources and as many targets of `tracks` tracks: sources are volumes 0 to pairs - 1, one after another on rank
 * 0; targets are the volumes behind, on rank 1, or behind the sources on rank 0 where there is but one rank. Pair i is
 * source i and target i. All stand in LSS 16.
 *
 *     server     as small_config's; establishing takes 1 s, I/Os are held for its last 0.1 s; steps of 15 tracks, 4 a
 *                pair and 4 a rank; 1 MiB of NVS apart; tracks are copied before the source's are destaged
 */
#ifndef TESTS_FLASH_CONFIG_H
#define TESTS_FLASH_CONFIG_H

#include "models/config.h"

/* The config with `ranks` (1 or 2), all pairs in this state at the start. Goes with small_config_destroy(). */
struct config *flash_config_create(size_t ranks, size_t pairs, int64_t tracks, enum pair_state state);

#endif
