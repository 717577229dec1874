// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/unit.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file and line reach CUnit as they are; it keeps the condition's text, so that is copied there. */
bool unit_check(bool ok, const char *file, int line, const char *format, ...)
{
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    CU_assertImplementation(ok ? CU_TRUE : CU_FALSE, (unsigned)line, text, file, "", CU_FALSE);
    return ok;
}

bool unit_check_int(int64_t actual, int64_t expected, const char *text, const char *file, int line)
{
    return unit_check(actual == expected, file, line, "%s is %lld, expected %lld", text, (long long)actual,
                      (long long)expected);
}

bool unit_check_near(double actual, double expected, double tolerance, const char *text, const char *file, int line)
{
    return unit_check(fabs(actual - expected) <= tolerance, file, line, "%s is %.9g, expected %.9g within %.3g", text,
                      actual, expected, tolerance);
}

bool unit_check_string(const char *actual, const char *expected, const char *text, const char *file, int line)
{
    bool equal = actual && expected ? strcmp(actual, expected) == 0 : actual == expected;
    return unit_check(equal, file, line, "%s is \"%s\", expected \"%s\"", text, actual ? actual : "(null)",
                      expected ? expected : "(null)");
}

bool unit_check_contains(const char *text, const char *part, const char *expression, const char *file, int line)
{
    return unit_check(text && strstr(text, part), file, line, "%s is \"%s\", expected to contain \"%s\"", expression,
                      text ? text : "(null)", part);
}

void unit_skip(const char *why)
{
    printf("skipped: %s\n", why);
    CU_PASS("skipped");
}

static unsigned assertions_before;
static unsigned silent_tests;

static void test_starts(const CU_pTest test, const CU_pSuite suite)
{
    (void)suite;
    assertions_before = CU_get_number_of_asserts();
    printf("  %s ...\n", test->pName);
}

static void test_ends(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failure)
{
    (void)suite;
    for (CU_pFailureRecord f = failure; f != NULL; f = f->pNext)
        printf("    %s:%u: %s\n", f->strFileName, f->uiLineNumber, f->strCondition);
    if (CU_get_number_of_asserts() == assertions_before) {
        printf("    made no check: %s\n", test->pName);
        silent_tests++;
    }
}

static bool selected(const char *rule, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strstr(rule, argv[i]) != NULL)
            return true;
    return argc < 2;
}

int unit_main(const char *suite_name, const struct unit_test *tests, size_t count, int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (CU_initialize_registry() != CUE_SUCCESS)
        return EXIT_FAILURE;
    CU_pSuite suite = CU_add_suite(suite_name, NULL, NULL);
    unsigned wanted = 0;
    unsigned registered = 0;
    for (size_t i = 0; suite && i < count; i++) {
        if (!selected(tests[i].rule, argc, argv))
            continue;
        wanted++;
        /* CUnit's error state is the last call's, so each call's is looked at. */
        if (CU_add_test(suite, tests[i].rule, tests[i].run) && CU_get_error() == CUE_SUCCESS)
            registered++;
    }
    bool ready = wanted > 0 && registered == wanted;
    CU_set_test_start_handler(test_starts);
    CU_set_test_complete_handler(test_ends);
    bool ran = ready && CU_run_all_tests() == CUE_SUCCESS;

    bool success = ran && CU_get_number_of_failures() == 0 && CU_get_number_of_suites_failed() == 0 &&
                   CU_get_number_of_tests_run() == registered && silent_tests == 0 && CU_get_error() == CUE_SUCCESS;
    printf("%s: %u tests run of %u, %u checks, %u failed\n", suite_name, CU_get_number_of_tests_run(), wanted,
           CU_get_number_of_asserts(), CU_get_number_of_failures());
    CU_cleanup_registry();
    return success ? EXIT_SUCCESS : EXIT_FAILURE;
}
