// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * chi_square: do counts agree with the probabilities that they should have?
 *
 * Tests draw with fixed seeds, so a p-value is a constant: one below 0.001 means that the distribution is
 * wrong (or that a change of generator was unlucky once in a thousand).
 */
#ifndef TESTS_CHI_SQUARE_H
#define TESTS_CHI_SQUARE_H

#include <gsl/gsl_cdf.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit.h"

/* The probability of counts at least this far from `probability` (which adds up to 1). Neighbouring cells are
 * taken together until 10 counts are expected. */
static inline double chi_square_p(const uint64_t *counts, const double *probability, size_t cells)
{
    uint64_t total = 0;
    for (size_t i = 0; i < cells; i++)
        total += counts[i];
    double sum = 0, seen = 0, expected = 0;
    size_t groups = 0;
    for (size_t i = 0; i < cells; i++) {
        seen += (double)counts[i];
        expected += probability[i] * (double)total;
        if (expected < 10 && i + 1 < cells)
            continue;
        if (expected > 0)
            sum += (seen - expected) * (seen - expected) / expected;
        groups++;
        seen = expected = 0;
    }
    return gsl_cdf_chisq_Q(sum, (double)(groups - 1));
}

#define CHECK_CHI_SQUARE(counts, probability, cells)                                                                   \
    do {                                                                                                               \
        double p_value = chi_square_p((counts), (probability), (cells));                                               \
        unit_check(p_value > 0.001, __FILE__, __LINE__, "p is %.3g", p_value);                                         \
    } while (0)

#endif
