// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What of the random streams is not on the hot path: starting one, and the exponential's rare cases,
 * where a point falls beside the density's certain part (2.2 % of draws) or into its tail (0.05 %).
 */
#include "sim/rng.h"

#include "sim/detmath.h"
#include "sim/rng_tables.h"

#define GOLDEN_RATIO UINT64_C(0x9e3779b97f4a7c15) /* 2^64 over the golden ratio, made odd */

/* The finaliser of splitmix64 (G. L. Steele, D. Lea and C. H. Flood, Fast splittable pseudorandom number
 * generators, 2014): one to one, every bit of x reaches every bit of the result. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* FNV-1a, 64 bits (G. Fowler, L. C. Noll and K.-P. Vo). */
static uint64_t hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (const char *c = text; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
    return hash;
}

/* Both mixings are one to one: another seed or another hash always gives another state. */
void rng_init(struct rng *rng, uint64_t seed, const char *stream)
{
    uint64_t counter = mix(mix(seed + GOLDEN_RATIO) ^ hash_text(stream));
    for (int i = 0; i < 4; i++) {
        counter += GOLDEN_RATIO;
        rng->state[i] = mix(counter);
    }
}

/* The tail right of RNG_TAIL has the whole density's shape, so a draw there is RNG_TAIL more than another. */
double rng_exponential_edge(struct rng *rng, unsigned layer, uint64_t point)
{
    double beyond = 0;
    for (;;) {
        double value = (double)point * rng_layers[layer].step;
        if (point < rng_layers[layer].inside)
            return beyond + value;
        if (layer == 0) {
            beyond += RNG_TAIL;
        } else {
            double height = heights[layer] + rng_uniform(rng) * (heights[layer + 1] - heights[layer]);
            if (height < det_exp(-value))
                return beyond + value;
        }
        uint64_t bits = rng_next(rng);
        layer = (unsigned)bits & (RNG_LAYERS - 1);
        point = bits >> 11;
    }
}
