// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * flash_draw: small machines with FlashCopies drawn at random, for tests of what must hold on all of them.
 *
 * Two servers as mirror_draw has them, with several small volumes on each of one to three ranks, and as many on the
 * other server. FlashCopies are between any two volumes of a logical subsystem, of one rank or of two, onto targets of
 * the source's size or larger ones; some stand at the start, others only may be established, chains of them and the way
 * back too. On most machines PPRC pairs lead to the other server's volumes, from sources of FlashCopies and from
 * targets, and the other server's volumes have FlashCopies of their own.
 */
#ifndef TESTS_FLASH_DRAW_H
#define TESTS_FLASH_DRAW_H

#include "models/config.h"

/* The machine of that seed; TEST1's first volume may always be copied to its second one. Goes with
 * small_config_destroy(). */
struct config *flash_draw(uint64_t seed);

#endif
