// SPDX-License-Identifier: GPL-3.0-or-later
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "scenarios/nearest.h"
#include "scenarios/units.h"
#include "tests/unit.h"

static char why[300];

static bool parse(const char *text, enum unit_class class, struct quantity *quantity)
{
    why[0] = '\0';
    return quantity_parse(text, class, false, 0, 9223372036854775807.0, quantity, why, sizeof why);
}

static void check_integer(const char *text, enum unit_class class, int64_t expected)
{
    struct quantity quantity;
    bool ok = parse(text, class, &quantity);
    unit_check(ok && quantity.integer == expected, __FILE__, __LINE__, "%s is %lld, expected %lld (%s)", text,
               (long long)quantity.integer, (long long)expected, why);
}

static void check_refused(const char *text, enum unit_class class, const char *part)
{
    struct quantity quantity;
    bool ok = parse(text, class, &quantity);
    unit_check(!ok && strstr(why, part) != NULL, __FILE__, __LINE__, "%s gives \"%s\", expected \"%s\"", text, why,
               part);
}

static void sizes_are_exact(void)
{
    check_integer("8 GiB", UNIT_SIZE, 8589934592);
    check_integer("8GiB", UNIT_SIZE, 8589934592);
    check_integer("4 KiB", UNIT_SIZE, 4096);
    check_integer("36.7 GB", UNIT_SIZE, 36700000000);
    check_integer("0.5 KiB", UNIT_SIZE, 512);
    check_integer("1e3 kB", UNIT_SIZE, 1000000);
    check_integer("0.001e6B", UNIT_SIZE, 1000);
    check_integer("0 B", UNIT_SIZE, 0);
    check_integer("012 B", UNIT_SIZE, 12);
    check_integer("1.00000000000000000000000 TiB", UNIT_SIZE, 1099511627776);
    check_integer("8191.5 TiB", UNIT_SIZE, 9006649498927104);
}

static void times_distances_and_rates_are_exact(void)
{
    check_integer("0.22 ms", UNIT_TIME, 220000);
    check_integer("0.1 s", UNIT_TIME, 100000000);
    check_integer("5.988024 ms", UNIT_TIME, 5988024);
    check_integer("1.5 min", UNIT_TIME, 90000000000);
    check_integer("2 h", UNIT_TIME, 7200000000000);
    check_integer("1 d", UNIT_TIME, 86400000000000);
    check_integer("3 us", UNIT_TIME, 3000);
    check_integer("43 km", UNIT_DISTANCE, 43000);
    check_integer("2.5 km", UNIT_DISTANCE, 2500);
    check_integer("17 MB/s", UNIT_RATE, 17000000);
    check_integer("1 MiB/s", UNIT_RATE, 1048576);
}

static void counts_and_shares_are_read(void)
{
    struct quantity quantity;
    check_integer("1e3", UNIT_COUNT, 1000);
    check_integer("9223372036854775807", UNIT_COUNT, INT64_MAX);
    check_refused("1.5", UNIT_COUNT, "no whole number");
    CHECK(parse("60 %", UNIT_SHARE, &quantity) && quantity.number == 0.6);
    CHECK(parse("0.1 %", UNIT_SHARE, &quantity) && quantity.number == 0.001);
    CHECK(parse("2000", UNIT_PER_S, &quantity) && quantity.number == 2000);
    CHECK(parse("2e3 /s", UNIT_PER_S, &quantity) && quantity.number == 2000);
    CHECK(quantity_parse("70", UNIT_SHARE, true, 0, 1, &quantity, why, sizeof why) && quantity.number == 0.7);
    CHECK(quantity_parse("70 %", UNIT_SHARE, true, 0, 1, &quantity, why, sizeof why) && quantity.number == 0.7);
}

static void what_is_no_whole_number_is_refused(void)
{
    check_refused("0.3 ns", UNIT_TIME, "no whole number of ns");
    check_refused("0.1 KiB", UNIT_SIZE, "no whole number of B");
    check_refused("1.00000000000000000001 s", UNIT_TIME, "no whole number");
    check_refused("1e-30 s", UNIT_TIME, "no whole number");
}

static void a_missing_unit_is_refused_with_a_proposal(void)
{
    check_refused("10", UNIT_TIME, "such as \"10 s\"");
    check_refused("4096", UNIT_SIZE, "such as \"4096 B\"");
    check_refused("60", UNIT_SHARE, "such as \"60 %\"");
    check_refused("43", UNIT_DISTANCE, "such as \"43 km\"");
    check_refused("17", UNIT_RATE, "such as \"17 MB/s\"");
}

static void units_of_other_programs_are_refused_with_the_right_spelling(void)
{
    check_refused("4k", UNIT_SIZE, "write \"4 KiB\"");
    check_refused("16g", UNIT_SIZE, "write \"16 GiB\"");
    check_refused("8 gib", UNIT_SIZE, "write \"8 GiB\"");
    check_refused("10 sec", UNIT_TIME, "write \"10 s\"");
    check_refused("5 m", UNIT_TIME, "write \"5 min\"");
    check_refused("17 MBps", UNIT_RATE, "write \"17 MB/s\"");
    check_refused("60 percent", UNIT_SHARE, "write \"60 %\"");
    check_refused("8 s", UNIT_SIZE, "no size");
    check_refused("4 KiB", UNIT_COUNT, "no bare number");
}

static void what_is_no_number_is_refused(void)
{
    static const char *const texts[] = {"",  " ",      "nan",  "inf",   "-inf",    "0x10 B", "abc",    ".",
                                        "-", "1..2 B", "1e B", "1,5 B", "1_000 B", "--1 B",  "8 GiB x"};
    struct quantity quantity;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        unit_check(!parse(texts[i], UNIT_SIZE, &quantity) && why[0] != '\0', __FILE__, __LINE__, "\"%s\" is refused",
                   texts[i]);
    CHECK(!parse("nan", UNIT_PER_S, &quantity));
    CHECK(!parse("inf", UNIT_NUMBER, &quantity));
}

static void values_out_of_range_are_refused_with_the_range(void)
{
    struct quantity quantity;
    static const char *const texts[] = {"1e30 B", "-1 B", "9 GiB", "1e999999999999 B", "99999999999999999999999999 TiB",
                                        "-4 KiB"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        CHECK(!quantity_parse(texts[i], UNIT_SIZE, false, 512, 8589934592.0, &quantity, why, sizeof why));
        CHECK_CONTAINS(why, "allowed is 512 B to 8 GiB");
    }
    CHECK(!quantity_parse("1e30", UNIT_PER_S, false, 0, 1e7, &quantity, why, sizeof why));
    CHECK(!quantity_parse("1e400", UNIT_NUMBER, false, 0, 1e7, &quantity, why, sizeof why));
    CHECK_CONTAINS(why, "allowed is 0 to 10000000");
    CHECK(!quantity_parse("101 %", UNIT_SHARE, false, 0, 1, &quantity, why, sizeof why));
    CHECK_CONTAINS(why, "allowed is 0 % to 100 %");
}

static void check_format(enum unit_class class, double value, const char *expected)
{
    char text[60];
    quantity_format(class, value, text, sizeof text);
    CHECK_STRING(text, expected);
}

static void quantities_are_written_as_a_user_would(void)
{
    check_format(UNIT_SIZE, 8589934592.0, "8 GiB");
    check_format(UNIT_SIZE, 8e9, "8 GB");
    check_format(UNIT_SIZE, 4096, "4 KiB");
    check_format(UNIT_SIZE, 513, "513 B");
    check_format(UNIT_TIME, 220000, "220 us");
    check_format(UNIT_TIME, 60e9, "60 s");
    check_format(UNIT_TIME, 0, "0 s");
    check_format(UNIT_TIME, 5988024, "5.988024 ms");
    check_format(UNIT_RATE, 17e6, "17 MB/s");
    check_format(UNIT_DISTANCE, 43000, "43 km");
    check_format(UNIT_SHARE, 0.6, "60 %");
    check_format(UNIT_COUNT, 9223372036854775807.0, "9223372036854775807");
}

static void formatting_and_reading_are_inverse(void)
{
    char text[60];
    struct quantity quantity;
    uint64_t state = 1;
    for (int i = 0; i < 2000; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        int64_t value = (int64_t)(state >> (14 + state % 40)); /* below 2^50: exact as a double */
        enum unit_class class = i % 2 == 0 ? UNIT_SIZE : UNIT_TIME;
        quantity_format(class, (double)value, text, sizeof text);
        bool ok = parse(text, class, &quantity) && quantity.integer == value;
        if (!ok) {
            unit_check(false, __FILE__, __LINE__, "%lld as \"%s\" reads %lld", (long long)value, text,
                       (long long)quantity.integer);
            return;
        }
    }
    CHECK(true);
}

static void booleans_are_six_words(void)
{
    bool value = false;
    CHECK(boolean_parse("yes", &value) && value);
    CHECK(boolean_parse("off", &value) && !value);
    CHECK(boolean_parse("True", &value) && value);
    CHECK(!boolean_parse("1", &value) && !boolean_parse("y", &value));
}

static void the_nearest_word_is_proposed_if_it_is_near(void)
{
    struct nearest nearest = {.word = "cahce"};
    nearest_offer(&nearest, "ranks");
    nearest_offer(&nearest, "cache");
    CHECK_STRING(nearest.best, "cache");
    struct nearest far = {.word = "bananas"};
    nearest_offer(&far, "cache");
    nearest_offer(&far, "nvs");
    CHECK(far.best == NULL);
}

UNIT_MAIN("units", {"sizes are exact", sizes_are_exact},
          {"times, distances and rates are exact", times_distances_and_rates_are_exact},
          {"counts and shares are read", counts_and_shares_are_read},
          {"what is no whole number of base units is refused", what_is_no_whole_number_is_refused},
          {"a missing unit is refused with a proposal", a_missing_unit_is_refused_with_a_proposal},
          {"units of other programs are refused with the right spelling",
           units_of_other_programs_are_refused_with_the_right_spelling},
          {"what is no number is refused", what_is_no_number_is_refused},
          {"values out of range are refused with the range", values_out_of_range_are_refused_with_the_range},
          {"quantities are written as a user would", quantities_are_written_as_a_user_would},
          {"formatting and reading are inverse", formatting_and_reading_are_inverse},
          {"booleans are six words", booleans_are_six_words},
          {"the nearest word is proposed if it is near", the_nearest_word_is_proposed_if_it_is_near})
