// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * rng: streams of random numbers, the same on every machine.
 *
 * Every use of randomness in a model (one workload's arrivals, its addresses, one drive's rotation)
 * draws from a stream of its own, told apart by a name. A stream depends on the run's seed and on its
 * name only, so a change in one part of a model leaves the numbers of every other part alone, and
 * configurations are compared under common random numbers.
 *
 * The generator is xoshiro256++ (D. Blackman and S. Vigna, Scrambled linear pseudorandom number
 * generators, ACM TOMS 47:4, 2021), period 2^256 - 1. Its state is splitmix64's output from the seed
 * mixed with a hash of the name, so that two streams overlap with negligible probability.
 *
 * A stream is a value: copying it copies its future. The drawing functions stand in this header
 * because they are called for every event, and a call would cost as much as the work.
 */
#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdint.h>

struct rng {
    uint64_t state[4]; /* never all zero once initialised */
};

/* Starts the stream `stream` (any text, e.g. "workload/oltp/arrival") of the run with seed `seed`. */
void rng_init(struct rng *rng, uint64_t seed, const char *stream);

/* The next 64 random bits. */
static inline uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t sum = s[0] + s[3];
    uint64_t result = ((sum << 23) | (sum >> 41)) + s[0];
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return result;
}

/* Uniform in [0, 1): a multiple of 2^-53. */
static inline double rng_uniform(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

/*
 * A whole number in [0, n), each equally likely; n >= 1. The high half of a 128-bit product is kept and
 * the few products that would favour some results are drawn again (D. Lemire, Fast random integer
 * generation in an interval, ACM TOMACS 29:1, 2019).
 */
static inline uint64_t rng_below(struct rng *rng, uint64_t n)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)rng_next(rng) * n;
    if ((uint64_t)product < n) {
        uint64_t surplus = (0 - n) % n; /* 2^64 mod n: so many low halves too many */
        while ((uint64_t)product < surplus)
            product = (wide)rng_next(rng) * n;
    }
    return (uint64_t)(product >> 64);
}

enum { RNG_LAYERS = 256 };

/* One layer of the exponential density's cover (rng.c); only for rng_exponential(). */
struct rng_layer {
    uint64_t inside; /* so many of the 2^53 points across the layer lie wholly under the density */
    double step;     /* distance of two points */
};
extern const struct rng_layer rng_layers[RNG_LAYERS];
double rng_exponential_edge(struct rng *rng, unsigned layer, uint64_t point);

/*
 * Exponential with mean 1, >= 0: a ziggurat of 256 layers (G. Marsaglia and W. W. Tsang, The ziggurat
 * method for generating random variables, J. Stat. Soft. 5:8, 2000). 97.8 % of the draws take one random
 * number, one comparison and one product.
 */
static inline double rng_exponential(struct rng *rng)
{
    uint64_t bits = rng_next(rng);
    unsigned layer = (unsigned)bits & (RNG_LAYERS - 1);
    uint64_t point = bits >> 11;
    if (point < rng_layers[layer].inside)
        return (double)point * rng_layers[layer].step;
    return rng_exponential_edge(rng, layer, point);
}

#endif
