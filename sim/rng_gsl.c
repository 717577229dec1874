// SPDX-License-Identifier: GPL-3.0-or-later
/* The four functions that GSL asks of a generator; its state block is a struct rng. */
#include "sim/rng_gsl.h"

#include "sim/rng.h"

_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "GSL's generators deliver unsigned longs");

static void set_seed(void *state, unsigned long seed)
{
    rng_init(state, seed, "");
}

static unsigned long get_bits(void *state)
{
    return rng_next(state);
}

static double get_uniform(void *state)
{
    return rng_uniform(state);
}

const gsl_rng_type *rng_gsl_type(void)
{
    static const gsl_rng_type type = {
        .name = "essim",
        .max = UINT64_MAX,
        .min = 0,
        .size = sizeof(struct rng),
        .set = set_seed,
        .get = get_bits,
        .get_double = get_uniform,
    };
    return &type;
}

gsl_rng *rng_gsl_create(uint64_t seed, const char *stream, struct error *error)
{
    gsl_rng *generator = gsl_rng_alloc(rng_gsl_type());
    if (generator == NULL)
        error_set(error, ERROR_RUN, NULL, "no memory for random stream '%s'", stream);
    else
        rng_init(gsl_rng_state(generator), seed, stream);
    return generator;
}
