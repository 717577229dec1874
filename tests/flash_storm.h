// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flash_storm: a storm (mirror_storm.h) on a machine with FlashCopies (flash_draw.h). The operator establishes and
 * withdraws them at any moment, and lets drives fail, besides what it does with mirrors and links.
 *
 * What must hold is looked at by mirror_checks_run(): every volume read as hosts would reads right, the tracks of every
 * relation add up, NVS holds what is kept aside; in the end full copies are complete, everything is on the drives,
 * nothing is kept or locked, and relations that were withdrawn have left nothing.
 */
#ifndef TESTS_FLASH_STORM_H
#define TESTS_FLASH_STORM_H

#include "tests/mirror_storm.h"

struct mirror_storm *flash_storm_begin(uint64_t seed);

#endif
