// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rng_gsl: our random streams as a GSL generator, so that GSL's distributions can draw from them.
 *
 * For tests and analysis. GSL's distributions call the C library's mathematics, so what they return may
 * differ in the last bits between machines: nothing that decides in a simulation draws through here.
 */
#ifndef SIM_RNG_GSL_H
#define SIM_RNG_GSL_H

#include <gsl/gsl_rng.h>
#include <stdint.h>

#include "sim/error.h"

/*
 * The type, for gsl_rng_alloc(). Its state is a struct rng; gsl_rng_set(r, seed) starts the stream ""
 * of that seed. It delivers all 64 bits, and rng_uniform()'s values as doubles.
 */
const gsl_rng_type *rng_gsl_type(void);

/* A GSL generator that draws what rng_init(seed, stream) would. Free it with gsl_rng_free(). NULL with an
 * ERROR_RUN when there is no memory. */
gsl_rng *rng_gsl_create(uint64_t seed, const char *stream, struct error *error);

#endif
