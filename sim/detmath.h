// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * detmath: exponentials and logarithms whose results are the same bits on every machine.
 *
 * A C library may round exp() and log() as it likes and picks its code by processor, so whatever
 * decides something in a simulation (a random variate, an address) calls these instead. They use only
 * + - * / on doubles and bit operations, all of which IEEE 754 fixes exactly as long as the rounding
 * mode is to nearest and products are not contracted into sums (-ffp-contract=off, set by the build).
 * sqrt(), floor() and ceil() are fixed by the standard too and need no twin here.
 *
 * Relative errors are below 1e-15, those of det_pow() below 1e-14 (tests/test_detmath.c). A NaN argument
 * gives a NaN; errno and the floating-point exception flags mean nothing.
 */
#ifndef SIM_DETMATH_H
#define SIM_DETMATH_H

/* e to the power x. Infinite above 709.78, 0 below -745.14; subnormal results keep the bits that they have. */
double det_exp(double x);

/* det_exp(x) - 1, without the cancellation near 0. */
double det_expm1(double x);

/* Natural logarithm of x. x = 0 gives -infinity, x < 0 NaN. */
double det_log(double x);

/* Logarithm of 1 + x, without the cancellation near 0. x = -1 gives -infinity, x < -1 NaN. */
double det_log1p(double x);

/* x to the power y, for x >= 0; x < 0 gives NaN, also for whole y. x to the power 0 is 1, also for 0 and NaN. */
double det_pow(double x, double y);

#endif
