// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The usual two steps each: reduce the argument to a small range around the point where the function is
 * simple, then sum its Taylor series, cut where the next term is below half a unit in the last place.
 * Series are summed in two interleaved halves, which shortens the chain of dependent operations.
 *
 *   exp:  x = k ln 2 + r with |r| <= ln 2 / 2;   e^x = 2^k e^r, thirteen terms
 *   log:  x = 2^e (1 + f) with 1 + f in [sqrt 1/2, sqrt 2), s = f / (2 + f);
 *         ln x = e ln 2 + 2 (s + s^3/3 + s^5/5 + ...), up to s^21
 *   pow:  e^(y ln x), with ln x and the product in pairs of doubles, because an absolute error in the
 *         exponent is a relative error of the result
 */
#include "sim/detmath.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be computed as doubles for equal results everywhere");

/* ln 2 in two parts; the first has 29 bits, so its product with any exponent is exact. */
#define LN2_HIGH 0x1.62e42fep-1
#define LN2_LOW 0x1.f473de6af278fp-30
#define LOG2_E 0x1.71547652b82fep+0
#define HALF_LN2 0x1.62e42fefa39efp-2

#define SQRT_HALF 0x1.6a09e667f3bcdp-1
#define SQRT_2 0x1.6a09e667f3bcdp+0

/* Results are infinite above, zero below. */
#define EXP_ABOVE 710.0
#define EXP_BELOW (-746.0)

/* An unevaluated sum, |low| at most half a unit in high's last place. */
struct pair {
    double high, low;
};

static double power_of_2(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* x > 0 and finite as 2^exponent (1 + f), 1 + f in [sqrt 1/2, sqrt 2). */
static double split_exponent(double x, int *exponent)
{
    int scaled = 0;
    if (x < DBL_MIN) {
        x *= 0x1p54;
        scaled = 54;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    *exponent = (int)(bits >> 52) - 1023 - scaled;
    bits = (bits & 0xfffffffffffffu) | (uint64_t)1023 << 52;
    double mantissa;
    memcpy(&mantissa, &bits, sizeof mantissa);
    if (mantissa >= SQRT_2) {
        mantissa *= 0.5;
        ++*exponent;
    }
    return mantissa - 1.0;
}

/* (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2. */
static double exp_series(double r)
{
    double q = r * r;
    double even = 1.0 / 479001600, odd = 1.0 / 6227020800;
    even = even * q + 1.0 / 3628800;
    odd = odd * q + 1.0 / 39916800;
    even = even * q + 1.0 / 40320;
    odd = odd * q + 1.0 / 362880;
    even = even * q + 1.0 / 720;
    odd = odd * q + 1.0 / 5040;
    even = even * q + 1.0 / 24;
    odd = odd * q + 1.0 / 120;
    even = even * q + 1.0 / 2;
    odd = odd * q + 1.0 / 6;
    return even + odd * r;
}

/* (ln((1 + s) / (1 - s)) - 2 s) / s^3 for |s| <= 0.1716. */
static double log_series(double s)
{
    double z = s * s, w = z * z;
    double even = 2.0 / 19, odd = 2.0 / 21;
    even = even * w + 2.0 / 15;
    odd = odd * w + 2.0 / 17;
    even = even * w + 2.0 / 11;
    odd = odd * w + 2.0 / 13;
    even = even * w + 2.0 / 7;
    odd = odd * w + 2.0 / 9;
    even = even * w + 2.0 / 3;
    odd = odd * w + 2.0 / 5;
    return even + odd * z;
}

/* ln(1 + f) for 1 + f in [sqrt 1/2, sqrt 2). */
static double log_near_1(double f)
{
    double s = f / (2.0 + f);
    return 2.0 * s + s * s * s * log_series(s);
}

/* e^(high + low), |low| far below 1. high is a number between EXP_BELOW and EXP_ABOVE. */
static double exp_pair(double high, double low)
{
    double scaled = high * LOG2_E;
    int k = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    double r = (high - k * LN2_HIGH) - (k * LN2_LOW - low);
    double value = 1.0 + (r + r * r * exp_series(r));
    /* In two steps, since 2^k alone may be too large or too small for a double. */
    return value * power_of_2(k / 2) * power_of_2(k - k / 2);
}

double det_exp(double x)
{
    if (x > EXP_ABOVE)
        return INFINITY;
    if (x < EXP_BELOW)
        return 0.0;
    return x != x ? x : exp_pair(x, 0.0);
}

double det_expm1(double x)
{
    if (x >= -HALF_LN2 && x <= HALF_LN2)
        return x + x * x * exp_series(x);
    return det_exp(x) - 1.0;
}

double det_log(double x)
{
    if (!(x > 0))
        return x == 0 ? -INFINITY : NAN;
    if (x > DBL_MAX)
        return x;
    int exponent;
    double f = split_exponent(x, &exponent);
    return exponent * LN2_HIGH + (log_near_1(f) + exponent * LN2_LOW);
}

double det_log1p(double x)
{
    if (x >= SQRT_HALF - 1.0 && x < SQRT_2 - 1.0)
        return log_near_1(x);
    return det_log(1.0 + x);
}

/* a + b exactly, for |a| >= |b| or a = 0. */
static struct pair sum_exactly(double a, double b)
{
    double high = a + b;
    return (struct pair){high, b - (high - a)};
}

/* a b exactly, for factors below 2^996 whose product is far from underflow (T. J. Dekker, A floating-point
 * technique for extending the available precision, 1971). */
static struct pair multiply_exactly(double a, double b)
{
    double product = a * b;
    double t = a * 0x8000001p0, u = b * 0x8000001p0;
    double a_high = t - (t - a), b_high = u - (u - b);
    double a_low = a - a_high, b_low = b - b_high;
    return (struct pair){product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/* ln x to about 70 bits, for x > 0 and finite. */
static struct pair log_pair(double x)
{
    int exponent;
    double f = split_exponent(x, &exponent);
    struct pair divisor = sum_exactly(2.0, f);
    double s = f / divisor.high;
    struct pair back = multiply_exactly(s, divisor.high);
    double s_low = ((f - back.high) - back.low - s * divisor.low) / divisor.high;
    double rest = s * s * s * log_series(s) + 2.0 * s_low + exponent * LN2_LOW;
    struct pair main = sum_exactly(exponent * LN2_HIGH, 2.0 * s);
    return sum_exactly(main.high, main.low + rest);
}

double det_pow(double x, double y)
{
    if (y == 0 || x == 1)
        return 1.0;
    if (!(x >= 0) || y != y)
        return NAN;
    if (x == 0)
        return y > 0 ? 0.0 : INFINITY;
    if (x > DBL_MAX)
        return y > 0 ? x : 0.0;
    struct pair log = log_pair(x);
    double product = log.high * y;
    if (product > EXP_ABOVE)
        return INFINITY;
    if (product < EXP_BELOW)
        return 0.0;
    struct pair exact = multiply_exactly(log.high, y);
    return exp_pair(exact.high, exact.low + log.low * y);
}
