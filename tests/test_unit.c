// SPDX-License-Identifier: GPL-3.0-or-later
/* The test frame itself: what must make a test executable fail does. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/error.h"
#include "tests/unit.h"

static void test_first_error_is_kept(void)
{
    struct error error = {0};
    CHECK(!error_set(&error, ERROR_INPUT, "f.yaml:1:2", "rank '%s' is missing", "r1"));
    error_set(&error, ERROR_RUN, NULL, "later");
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_STRING(error.place, "f.yaml:1:2");
    CHECK_STRING(error.message, "rank 'r1' is missing");
}

static void test_overlong_text_is_cut(void)
{
    struct error error = {0};
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    error_set(&error, ERROR_RUN, text, "%s", text);
    CHECK_INT(strlen(error.place), sizeof error.place - 1);
    CHECK_INT(strlen(error.message), sizeof error.message - 1);
}

UNIT_MAIN("unit", {"the first failure is kept as the cause", test_first_error_is_kept},
          {"an overlong message is cut, not overrun", test_overlong_text_is_cut})
