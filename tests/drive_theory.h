// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * drive_theory: what a random read takes on a drive, worked out from its published curve by integration.
 *
 * Nothing here is shared with models/drive.c but the parameters. The cylinders are taken as a continuum, and the
 * requests as independent and spread evenly over the blocks, so that the target's cylinder has the density p(x) of
 * the blocks per cylinder. Then, with s(d) the seek over d cylinders, T a turn and t(x) the transfer in x's zone,
 *
 *     g_k(x)   = integral of p(y) s(|x - y|)^k dy           moments of the seek to x
 *     E S      = overhead + T/2 + integral of p (g_1 + t)
 *     E S^2    = integral of p E((overhead + seek + t + rotation)^2 | x), rotation evenly in 0 to T
 *     Cov(S, S') = Cov(g_1 + t, g_1)                        two requests one after the other share the place between
 *
 * What that leaves out, of a drive of ten thousand cylinders: requests to the arm's own cylinder (one in 10^4),
 * and that a cylinder is a whole number. Both are below 0.02 %.
 */
#ifndef TESTS_DRIVE_THEORY_H
#define TESTS_DRIVE_THEORY_H

#include <stdint.h>

#include "models/config.h"

/* Moments of a random read's service, in ns and ns^2. */
struct drive_theory {
    double mean_ns;
    double square_ns2;        /* E S^2 */
    double covariance_ns2;    /* of two successive services of one drive */
    double seek_ns;           /* mean */
    double seek_variance_ns2;
    double transfer_ns;       /* mean, with head switches where a request straddles two tracks */
};

/* Of reads of `blocks` blocks, each a multiple of `blocks` from block 0, evenly over the drive's first `footprint`
 * blocks. A request is taken to straddle at most two tracks of one cylinder. */
struct drive_theory drive_theory(const struct drive_type *type, int64_t footprint, int32_t blocks);

/* Media rate of a long sequential transfer in a zone, switches included: a cylinder's bytes over heads turns,
 * heads - 1 head switches and a seek to the next cylinder, each with the time to settle before a write, for which the
 * tracks are laid out. Bytes per second. */
double drive_theory_sequential(const struct drive_type *type, size_t zone);

#endif
