// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writes sim/rng_tables.h, the cover of the exponential density e^-x that rng_exponential() draws under.
 * It is committed, so this runs only when the cover is to change:
 *
 *     cc -std=c17 -ffp-contract=off -I. cmake/make_rng_tables.c sim/detmath.c -o make_rng_tables
 *     ./make_rng_tables > sim/rng_tables.h
 *
 * All layers have the same area v. Layer 0 is the tail right of r with the rectangle left of it: v = (r + 1)
 * e^-r. Layer i above it is a rectangle of width x(i), from height e^-x(i) to e^-x(i+1), with x(1) = r, so
 * e^-x(i+1) = e^-x(i) + v / x(i). The right r is the one where the top layer ends at the density's peak, 1.
 */
#include <stdint.h>
#include <stdio.h>

#include "sim/detmath.h"

enum { LAYERS = 256 };

/* Stacks the layers on a tail that begins at r; returns the height of the top. */
static double stack_layers(double r, double width[LAYERS + 1], double height[LAYERS + 1])
{
    double area = (r + 1) * det_exp(-r);
    width[0] = area / det_exp(-r);
    height[0] = 0;
    width[1] = r;
    height[1] = det_exp(-r);
    for (int i = 1; i < LAYERS; i++) {
        height[i + 1] = height[i] + area / width[i];
        width[i + 1] = height[i + 1] < 1 ? -det_log(height[i + 1]) : 0;
        if (i + 1 < LAYERS && width[i + 1] == 0)
            return 2; /* the peak is passed before all layers are laid: r is too small */
    }
    return height[LAYERS];
}

int main(void)
{
    double width[LAYERS + 1], height[LAYERS + 1];
    double low = 7, high = 8;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (stack_layers(middle, width, height) > 1)
            low = middle;
        else
            high = middle;
    }
    stack_layers(high, width, height);
    width[LAYERS] = 0;
    height[LAYERS] = 1;

    printf("// SPDX-License-Identifier: GPL-3.0-or-later\n"
           "/* Written by cmake/make_rng_tables.c, which says what it means; included by rng.c only. */\n\n"
           "#define RNG_TAIL %a /* where the tail begins */\n\n"
           "const struct rng_layer rng_layers[RNG_LAYERS] = {\n",
           width[1]);
    for (int i = 0; i < LAYERS; i++)
        printf("    {UINT64_C(%llu), %a},\n", (unsigned long long)(uint64_t)(width[i + 1] / width[i] * 0x1p53),
               width[i] * 0x1p-53);
    printf("};\n\n/* The density where a layer begins, and 1 at the top. */\n"
           "static const double heights[RNG_LAYERS + 1] = {\n");
    for (int i = 0; i <= LAYERS; i++)
        printf("    %a,\n", height[i]);
    printf("};\n");
    return 0;
}
