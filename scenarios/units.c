// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A decimal is kept as mantissa × 10^exponent and multiplied by its unit's factor in integers, so no
 * binary fraction ever stands between the text and the value.
 */
#include "scenarios/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct unit {
    enum unit_class class;
    const char *name;
    int64_t factor; /* base units in one of it */
};

#define KIB ((int64_t)1024)
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)
#define SECOND ((int64_t)1000000000)

static const struct unit units[] = {
    {UNIT_SIZE, "B", 1},
    {UNIT_SIZE, "kB", 1000},
    {UNIT_SIZE, "MB", 1000000},
    {UNIT_SIZE, "GB", 1000000000},
    {UNIT_SIZE, "TB", 1000000000000},
    {UNIT_SIZE, "KiB", KIB},
    {UNIT_SIZE, "MiB", MIB},
    {UNIT_SIZE, "GiB", GIB},
    {UNIT_SIZE, "TiB", TIB},
    {UNIT_TIME, "ns", 1},
    {UNIT_TIME, "us", 1000},
    {UNIT_TIME, "ms", 1000000},
    {UNIT_TIME, "s", SECOND},
    {UNIT_TIME, "min", 60 * SECOND},
    {UNIT_TIME, "h", 3600 * SECOND},
    {UNIT_TIME, "d", 86400 * SECOND},
    {UNIT_DISTANCE, "m", 1},
    {UNIT_DISTANCE, "km", 1000},
    {UNIT_RATE, "B/s", 1},
    {UNIT_RATE, "kB/s", 1000},
    {UNIT_RATE, "MB/s", 1000000},
    {UNIT_RATE, "GB/s", 1000000000},
    {UNIT_RATE, "TB/s", 1000000000000},
    {UNIT_RATE, "KiB/s", KIB},
    {UNIT_RATE, "MiB/s", MIB},
    {UNIT_RATE, "GiB/s", GIB},
    {UNIT_RATE, "TiB/s", TIB},
    {UNIT_PER_S, "/s", 1},
    {UNIT_SHARE, "%", 1},
};

/* Spellings from elsewhere, compared without case, and what to write instead. */
static const struct alias {
    enum unit_class class;
    const char *name;
    const char *instead;
} aliases[] = {
    {UNIT_SIZE, "k", "KiB"},        {UNIT_SIZE, "m", "MiB"},      {UNIT_SIZE, "g", "GiB"},
    {UNIT_SIZE, "t", "TiB"},        {UNIT_SIZE, "ki", "KiB"},     {UNIT_SIZE, "mi", "MiB"},
    {UNIT_SIZE, "gi", "GiB"},       {UNIT_SIZE, "ti", "TiB"},     {UNIT_SIZE, "kb", "kB"},
    {UNIT_SIZE, "bytes", "B"},      {UNIT_SIZE, "byte", "B"},     {UNIT_TIME, "sec", "s"},
    {UNIT_TIME, "secs", "s"},       {UNIT_TIME, "second", "s"},   {UNIT_TIME, "seconds", "s"},
    {UNIT_TIME, "msec", "ms"},      {UNIT_TIME, "usec", "us"},    {UNIT_TIME, "nsec", "ns"},
    {UNIT_TIME, "µs", "us"},        {UNIT_TIME, "μs", "us"},      {UNIT_TIME, "m", "min"},
    {UNIT_TIME, "mins", "min"},     {UNIT_TIME, "minute", "min"}, {UNIT_TIME, "minutes", "min"},
    {UNIT_TIME, "hour", "h"},       {UNIT_TIME, "hours", "h"},    {UNIT_TIME, "hr", "h"},
    {UNIT_TIME, "day", "d"},        {UNIT_TIME, "days", "d"},     {UNIT_DISTANCE, "meter", "m"},
    {UNIT_DISTANCE, "metres", "m"}, {UNIT_RATE, "k", "kB/s"},     {UNIT_RATE, "m", "MB/s"},
    {UNIT_RATE, "g", "GB/s"},       {UNIT_RATE, "kb", "kB/s"},    {UNIT_RATE, "mb", "MB/s"},
    {UNIT_RATE, "gb", "GB/s"},      {UNIT_RATE, "mib", "MiB/s"},  {UNIT_RATE, "gib", "GiB/s"},
    {UNIT_RATE, "kbps", "kB/s"},    {UNIT_RATE, "mbps", "MB/s"},  {UNIT_RATE, "gbps", "GB/s"},
    {UNIT_PER_S, "iops", "/s"},     {UNIT_PER_S, "io/s", "/s"},   {UNIT_PER_S, "per s", "/s"},
    {UNIT_PER_S, "hz", "/s"},       {UNIT_SHARE, "percent", "%"}, {UNIT_SHARE, "pct", "%"},
};

/* What a class is called in messages, and an example of it. */
static const struct {
    const char *name, *example, *usual_unit, *base;
} classes[] = {
    [UNIT_COUNT] = {"whole number", "4", "", ""},
    [UNIT_NUMBER] = {"number", "1.5", "", ""},
    [UNIT_SIZE] = {"size", "8 GiB", "B", "B"},
    [UNIT_TIME] = {"time", "10 s", "s", "ns"},
    [UNIT_DISTANCE] = {"distance", "43 km", "km", "m"},
    [UNIT_RATE] = {"rate", "17 MB/s", "MB/s", "B/s"},
    [UNIT_PER_S] = {"rate per second", "2000", "", "/s"},
    [UNIT_SHARE] = {"share", "60 %", "%", "1"},
};

/* A number as written: mantissa × 10^exponent. */
struct decimal {
    bool negative;
    uint64_t mantissa; /* no factor of ten in it */
    int64_t exponent;
    bool exact;    /* false: more than 18 or 19 significant digits, the rest is lost */
    double number; /* nearest double */
    size_t length; /* characters read; 0: no number */
};

static const char *exponent_read(const char *c, int64_t *exponent)
{
    const char *digits = c + 1 + (c[0] != '\0' && (c[1] == '-' || c[1] == '+'));
    if ((*c != 'e' && *c != 'E') || !isdigit((unsigned char)*digits))
        return c;
    char *end;
    long value = strtol(c + 1, &end, 10);
    *exponent += value > 1000000 ? 1000000 : value < -1000000 ? -1000000 : value;
    return end;
}

static struct decimal decimal_read(const char *text)
{
    struct decimal decimal = {.exact = true, .negative = text[0] == '-'};
    const char *c = text + (text[0] == '-' || text[0] == '+');
    bool point = false, digits = false;
    for (; isdigit((unsigned char)*c) || (*c == '.' && !point); c++) {
        if (*c == '.') {
            point = true;
            continue;
        }
        digits = true;
        if (decimal.mantissa <= INT64_MAX / 10) {
            decimal.mantissa = decimal.mantissa * 10 + (uint64_t)(*c - '0');
            decimal.exponent -= point;
        } else {
            decimal.exact = decimal.exact && *c == '0';
            decimal.exponent += !point;
        }
    }
    if (!digits)
        return decimal;
    for (; decimal.mantissa != 0 && decimal.mantissa % 10 == 0; decimal.exponent++)
        decimal.mantissa /= 10;
    c = exponent_read(c, &decimal.exponent);
    decimal.length = (size_t)(c - text);
    decimal.number = strtod(text, NULL);
    return decimal;
}

enum whole { WHOLE, TOO_FINE, TOO_LARGE };

/* decimal × factor as an integer, exactly. */
static enum whole multiply(const struct decimal *decimal, int64_t factor, int64_t *result)
{
    int64_t value = (int64_t)decimal->mantissa;
    *result = 0;
    if (value == 0)
        return WHOLE;
    if (decimal->mantissa > INT64_MAX)
        return TOO_LARGE;
    for (int64_t i = decimal->exponent; i < 0; i++) {
        static const int parts[] = {2, 5};
        for (int part = 0; part < 2; part++) {
            int64_t *from = value % parts[part] == 0 ? &value : &factor;
            if (*from % parts[part] != 0)
                return TOO_FINE;
            *from /= parts[part];
        }
    }
    for (int64_t i = 0; i < decimal->exponent; i++)
        if (__builtin_mul_overflow(value, (int64_t)10, &value))
            return TOO_LARGE;
    if (__builtin_mul_overflow(value, factor, &value))
        return TOO_LARGE;
    *result = decimal->negative ? -value : value;
    return decimal->exact ? WHOLE : TOO_FINE;
}

bool unit_is_integral(enum unit_class class)
{
    return class != UNIT_NUMBER && class != UNIT_PER_S && class != UNIT_SHARE;
}

const char *unit_base(enum unit_class class)
{
    return classes[class].base;
}

/* Writes value / factor with as many decimals as it has, and the unit. */
static void format_in(char *text, size_t size, double value, double factor, const char *unit)
{
    char number[40];
    snprintf(number, sizeof number, "%.15g", value / factor);
    if (strtod(number, NULL) != value / factor)
        snprintf(number, sizeof number, "%.17g", value / factor);
    snprintf(text, size, "%s%s%s", number, unit[0] != '\0' ? " " : "", unit);
}

/* Whether a person would write `value` in this unit. */
static bool unit_suits(const struct unit *unit, double value)
{
    double factor = (double)unit->factor;
    if (value == 0 && unit->class == UNIT_TIME)
        return unit->factor == SECOND;
    if (fabs(value) < factor)
        return unit->factor == 1;
    switch (unit->class) {
    case UNIT_SIZE:
        return fmod(value, factor) == 0;
    case UNIT_TIME:
        return unit->factor <= SECOND;
    case UNIT_RATE:
        return strchr(unit->name, 'i') == NULL;
    default:
        return true;
    }
}

void quantity_format(enum unit_class class, double value, char *text, size_t size)
{
    const struct unit *best = NULL;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (units[i].class == class && unit_suits(&units[i], value) && (best == NULL || units[i].factor > best->factor))
            best = &units[i];
    if (class == UNIT_COUNT && fabs(value) >= 1e15)
        snprintf(text, size, "%lld", value >= 9.2e18 ? (long long)INT64_MAX : (long long)value);
    else if (class == UNIT_SHARE)
        format_in(text, size, value * 100, 1, "%");
    else if (class == UNIT_PER_S || best == NULL)
        format_in(text, size, value, 1, "");
    else
        format_in(text, size, value, (double)best->factor, best->name);
}

static const struct unit *unit_find(enum unit_class class, const char *name)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (units[i].class == class && strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

/* The right spelling of a unit that is not one as written, or NULL. */
static const char *unit_propose(enum unit_class class, const char *name)
{
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (aliases[i].class == class && strcasecmp(aliases[i].name, name) == 0)
            return aliases[i].instead;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (units[i].class == class && strcasecmp(units[i].name, name) == 0)
            return units[i].name;
    return NULL;
}

static void explain_unit(const char *text, const struct decimal *decimal, const char *unit, enum unit_class class,
                         char *why, size_t size)
{
    int digits = decimal->length > 30 ? 30 : (int)decimal->length;
    const char *instead = unit[0] == '\0' ? classes[class].usual_unit : unit_propose(class, unit);
    if (unit[0] == '\0') {
        snprintf(why, size, "\"%.40s\" has no unit, allowed is a %s such as \"%.*s %s\"", text, classes[class].name,
                 digits, text, instead);
        return;
    }
    if (classes[class].usual_unit[0] == '\0' && instead == NULL) {
        snprintf(why, size, "\"%.40s\" is no bare number, allowed is a %s without a unit, such as %s", text,
                 classes[class].name, classes[class].example);
        return;
    }
    if (instead != NULL) {
        snprintf(why, size, "\"%.40s\" has an unknown unit \"%.20s\", write \"%.*s %s\"", text, unit, digits, text,
                 instead);
        return;
    }
    snprintf(why, size, "\"%.40s\" is no %s, allowed is a number with a unit, such as \"%s\"", text,
             classes[class].name, classes[class].example);
}

static bool out_of_range(const char *text, enum unit_class class, double minimum, double maximum, char *why,
                         size_t size)
{
    char low[40], high[40];
    quantity_format(class, minimum, low, sizeof low);
    quantity_format(class, maximum, high, sizeof high);
    snprintf(why, size, "%.40s is out of range, allowed is %s to %s", text, low, high);
    return false;
}

bool quantity_parse(const char *text, enum unit_class class, bool bare, double minimum, double maximum,
                    struct quantity *quantity, char *why, size_t size)
{
    *quantity = (struct quantity){0};
    struct decimal decimal = decimal_read(text);
    if (decimal.length == 0) {
        snprintf(why, size, "\"%.40s\" is no %s, allowed is a number%s, such as \"%s\"", text, classes[class].name,
                 classes[class].usual_unit[0] != '\0' ? " with a unit" : "", classes[class].example);
        return false;
    }
    const char *name = text + decimal.length;
    name += strspn(name, " ");
    const struct unit *unit = unit_find(class, name);
    bool unitless = class == UNIT_COUNT || class == UNIT_NUMBER || class == UNIT_PER_S || bare;
    if (unit == NULL && !(unitless && name[0] == '\0')) {
        explain_unit(text, &decimal, name, class, why, size);
        return false;
    }
    quantity->number = class == UNIT_SHARE ? decimal.number / 100 : decimal.number;
    if (unit_is_integral(class)) {
        enum whole whole = multiply(&decimal, unit != NULL ? unit->factor : 1, &quantity->integer);
        double estimate = decimal.number * (unit != NULL ? (double)unit->factor : 1);
        if (whole == TOO_LARGE || (whole == TOO_FINE && (estimate < minimum || estimate > maximum)))
            return out_of_range(text, class, minimum, maximum, why, size);
        if (whole == TOO_FINE) {
            snprintf(why, size, "%.40s is no whole number%s%s, which is required", text,
                     class == UNIT_COUNT ? "" : " of ", classes[class].base);
            return false;
        }
        quantity->number = (double)quantity->integer;
    }
    if (!(quantity->number >= minimum && quantity->number <= maximum))
        return out_of_range(text, class, minimum, maximum, why, size);
    return true;
}

bool boolean_parse(const char *text, bool *value)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            *value = i % 2 == 1;
            return true;
        }
    }
    return false;
}
