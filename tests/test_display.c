// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/display.h"
#include "tests/unit.h"

/* What `write` puts out; in a static buffer. */
static const char *shown(void (*write)(const struct display *, const char *, int), const char *text, int width)
{
    static char buffer[1000];
    memset(buffer, 0, sizeof buffer);
    FILE *out = fmemopen(buffer, sizeof buffer - 1, "w");
    struct display display;
    display_begin(&display, out);
    write(&display, text, width);
    display_end(&display);
    fclose(out);
    return buffer;
}

static void wrap(const struct display *display, const char *text, int width)
{
    display_wrapped(display, text, 0, 2, width);
}

/* As if behind four columns of other text. */
static void wrap_behind(const struct display *display, const char *text, int width)
{
    display_wrapped(display, text, 4, 0, width);
}

static void columns_are_filled_exactly(void)
{
    CHECK_STRING(shown(display_left, "db.0", 6), "db.0  ");
    CHECK_STRING(shown(display_right, "db.0", 6), "  db.0");
    CHECK_STRING(shown(display_left, "", 3), "   ");
    CHECK_STRING(shown(display_left, "logs", 4), "logs");
    CHECK_STRING(shown(display_left, "sequential", 6), "seque…");
    CHECK_STRING(shown(display_right, "sequential", 6), "seque…");
}

static void widths_are_those_on_the_screen(void)
{
    CHECK_STRING(shown(display_left, "備份", 6), "備份  ");
    CHECK_STRING(shown(display_right, "Größe", 6), " Größe");
    CHECK_STRING(shown(display_left, "e\xCC\x81", 3), "e\xCC\x81  ");
    CHECK_STRING(shown(display_left, "數據庫", 4), "數… ");
}

static void control_characters_are_replaced(void)
{
    CHECK_STRING(shown(display_left, "\x1B[31mred", 9), "?[31mred ");
    CHECK_STRING(shown(display_left, "a\tb\nc\x7F", 7), "a?b?c? ");
    CHECK_STRING(shown(display_left, "\xC2\x9B" "2J", 4), "?2J ");
    CHECK_STRING(shown(display_left, "a\xE2\x80\xAE" "b", 4), "a?b ");
    CHECK_STRING(shown(display_left, "\xFF\xC3", 3), "?? ");
}

static void long_texts_are_wrapped(void)
{
    CHECK_STRING(shown(wrap, "one two three four", 9), "one two\n  three\n  four\n");
    CHECK_STRING(shown(wrap_behind, "one two three", 9), "one\ntwo three\n");
    CHECK_STRING(shown(wrap, "", 9), "\n");
    CHECK_STRING(shown(wrap, "  one \n two  ", 9), "one two\n");
    CHECK_STRING(shown(wrap, "a abcdefghijklmn", 9), "a\n  abcdefg\n  hijklmn\n");
    CHECK_STRING(shown(wrap, "abcdefghijkl m", 9), "abcdefghi\n  jkl m\n");
    CHECK_STRING(shown(wrap, "is at 60 %, no", 9), "is at\n  60 %,\n  no\n");
}

UNIT_MAIN("display", {"text takes exactly the columns asked for, cut when longer", columns_are_filled_exactly},
          {"wide and combining characters count as they show", widths_are_those_on_the_screen},
          {"control and direction characters are replaced", control_characters_are_replaced},
          {"long texts are broken at blanks, longer words inside", long_texts_are_wrapped})
