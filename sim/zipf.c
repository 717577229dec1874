// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Rejection-inversion. Let h(x) = x^-theta and H its integral from 1. Each thing k (from 1) owns a strip
 * of the area under h as wide as H(k + 1/2) - H(k - 1/2), which is a little more than its weight h(k)
 * because h is convex. A uniform point of the area is inverted to an x, whose nearest k is accepted when
 * the point lies in the upper h(k) of k's strip; the area before the first thing is cut off beforehand,
 * so that one is always accepted. An x close enough below its k is inside for every k, and is taken
 * without computing H again.
 *
 * H(x) = (x^(1-theta) - 1) / (1 - theta) loses all digits as theta nears 1, where it becomes ln x. So it is
 * computed as ln x times (e^t - 1) / t, with t = (1 - theta) ln x, and its inverse accordingly.
 */
#include "sim/zipf.h"

#include <stddef.h>

#include "sim/detmath.h"

/* (e^t - 1) / t. */
static double expm1_ratio(double t)
{
    return t != 0 ? det_expm1(t) / t : 1.0;
}

/* ln(1 + t) / t. */
static double log1p_ratio(double t)
{
    return t != 0 ? det_log1p(t) / t : 1.0;
}

static double weight(const struct zipf *zipf, double x)
{
    return det_exp(-zipf->theta * det_log(x));
}

static double area_up_to(const struct zipf *zipf, double x)
{
    double log = det_log(x);
    return log * expm1_ratio((1.0 - zipf->theta) * log);
}

/* The x with area_up_to(x) = area. Rounding may put t below -1 far out, where there is no x. */
static double invert_area(const struct zipf *zipf, double area)
{
    double t = (1.0 - zipf->theta) * area;
    return t > -1.0 ? det_exp(area * log1p_ratio(t)) : (double)zipf->n;
}

bool zipf_init(struct zipf *zipf, uint64_t n, double theta, struct error *error)
{
    if (n < 1 || n > ZIPF_MAX_N)
        return error_set(error, ERROR_INPUT, NULL, "a zipf distribution over %llu things: 1 to %llu are allowed",
                         (unsigned long long)n, (unsigned long long)ZIPF_MAX_N);
    if (!(theta > 0 && theta <= ZIPF_MAX_THETA))
        return error_set(error, ERROR_INPUT, NULL, "a zipf distribution with theta %g: above 0 to %g is allowed", theta,
                         ZIPF_MAX_THETA);
    *zipf = (struct zipf){.n = n, .theta = theta};
    zipf->area_first = area_up_to(zipf, 1.5) - 1.0;
    zipf->area_last = area_up_to(zipf, (double)n + 0.5);
    zipf->sure = 2.0 - invert_area(zipf, area_up_to(zipf, 2.5) - weight(zipf, 2.0));
    return true;
}

uint64_t zipf_draw(const struct zipf *zipf, struct rng *rng)
{
    for (;;) {
        double area = zipf->area_last + rng_uniform(rng) * (zipf->area_first - zipf->area_last);
        double x = invert_area(zipf, area);
        double last = (double)zipf->n;
        double k = x < last ? (double)(uint64_t)(x + 0.5) : last;
        if (k < 1.0)
            k = 1.0;
        if (k - x <= zipf->sure || area >= area_up_to(zipf, k + 0.5) - weight(zipf, k))
            return (uint64_t)k - 1;
    }
}

/*
 * Adding, multiplying by an odd number and folding the upper half onto the lower one are each one to one on
 * b-bit numbers. What falls outside [0, n) is mapped on until it falls inside, which keeps the map one to one;
 * 2^b < 2 n, so that takes less than two rounds on average.
 */
void scramble_init(struct scramble *scramble, uint64_t n, uint64_t salt)
{
    unsigned bits = n > 1 ? 64 - (unsigned)__builtin_clzll(n - 1) : 0;
    struct rng rng;
    rng_init(&rng, salt, "scramble");
    scramble->n = n;
    scramble->mask = bits > 0 ? UINT64_MAX >> (64 - bits) : 0;
    scramble->shift = (bits + 1) / 2;
    scramble->offset = rng_next(&rng);
    for (int i = 0; i < 2; i++)
        scramble->multiplier[i] = rng_next(&rng) | 1;
}

uint64_t scramble_rank(const struct scramble *scramble, uint64_t rank)
{
    uint64_t place = rank;
    do {
        place = (place + scramble->offset) & scramble->mask;
        for (int i = 0; i < 2; i++) {
            place ^= place >> scramble->shift;
            place = (place * scramble->multiplier[i]) & scramble->mask;
        }
        place ^= place >> scramble->shift;
    } while (place >= scramble->n);
    return place;
}
