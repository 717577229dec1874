// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * units: quantities as a user writes them: a number, an optional space, a unit.
 *
 * Sizes, times, distances and rates become whole numbers of B, ns, m and B/s, exactly: 0.22 ms is
 * 220000 ns, and what is no whole number is refused, never rounded. Shares and plain numbers become
 * doubles.
 */
#ifndef SCENARIOS_UNITS_H
#define SCENARIOS_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum unit_class {
    UNIT_COUNT,    /* a bare whole number */
    UNIT_NUMBER,   /* a bare number */
    UNIT_SIZE,     /* B, kB ... TB (10^3), KiB ... TiB: whole B */
    UNIT_TIME,     /* ns us ms s min h d: whole ns */
    UNIT_DISTANCE, /* m km: whole m */
    UNIT_RATE,     /* a size's unit and /s: whole B/s */
    UNIT_PER_S,    /* /s, or a bare number: a real number per second */
    UNIT_SHARE,    /* %: 0.6 for 60 % */
};

struct quantity {
    int64_t integer; /* count, size, time, distance, rate, in base units */
    double number;   /* the same value, and the value of the real-valued classes */
};

/*
 * Reads `text`. With `bare`, a share may lack its % (rwmixread: 70). The value must lie in [minimum,
 * maximum], in base units. False: `why` gets what is wrong and what is allowed, cut to `size` bytes.
 */
bool quantity_parse(const char *text, enum unit_class class, bool bare, double minimum, double maximum,
                    struct quantity *quantity, char *why, size_t size);

/* Writes a value the way a user would: "8 GiB", "0.22 ms", "17 MB/s", "60 %". */
void quantity_format(enum unit_class class, double value, char *text, size_t size);

/* A class's base unit, for tables and JSON: "B", "ns", "m", "B/s", "/s", "1" for a share, "" otherwise. */
const char *unit_base(enum unit_class class);

/* True for the classes whose value is a whole number. */
bool unit_is_integral(enum unit_class class);

/* yes no true false on off, in any case. */
bool boolean_parse(const char *text, bool *value);

#endif
