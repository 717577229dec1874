// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * unit: one CUnit executable a module, with checks that print what they saw.
 *
 * A test file lists its tests, each under the rule it checks, and ends with
 *     UNIT_MAIN("module", {"the rule in a sentence", test_function}, ...)
 * The executable succeeds only if every registered test ran, made at least one check, and none
 * failed. Arguments select tests by a part of their rule.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unit_test {
    const char *rule;
    void (*run)(void);
};

/* Runs the tests as one CUnit suite; returns the process's exit status, 0 only on full success. */
int unit_main(const char *suite, const struct unit_test *tests, size_t count, int argc, char **argv);

#define UNIT_MAIN(suite, ...)                                                          \
    int main(int argc, char **argv)                                                    \
    {                                                                                  \
        static const struct unit_test tests[] = {__VA_ARGS__};                         \
        return unit_main(suite, tests, sizeof tests / sizeof tests[0], argc, argv);    \
    }

/* Each check records itself with CUnit, prints its values when it fails, and returns its outcome. */
bool unit_check(bool ok, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool unit_check_int(int64_t actual, int64_t expected, const char *text, const char *file, int line);
bool unit_check_near(double actual, double expected, double tolerance, const char *text, const char *file,
                     int line);
bool unit_check_string(const char *actual, const char *expected, const char *text, const char *file, int line);
bool unit_check_contains(const char *text, const char *part, const char *expression, const char *file, int line);

#define CHECK(condition) unit_check((condition), __FILE__, __LINE__, "%s", #condition)
#define CHECK_INT(actual, expected) unit_check_int((int64_t)(actual), (int64_t)(expected), #actual, __FILE__, __LINE__)
/* |actual - expected| <= tolerance (absolute). */
#define CHECK_NEAR(actual, expected, tolerance) \
    unit_check_near((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)
#define CHECK_STRING(actual, expected) unit_check_string((actual), (expected), #actual, __FILE__, __LINE__)
/* The text holds the part. */
#define CHECK_CONTAINS(text, part) unit_check_contains((text), (part), #text, __FILE__, __LINE__)
/* Reports the test as skipped: counts as a check, prints "skipped: WHY". */
void unit_skip(const char *why);

#endif
