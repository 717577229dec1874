// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/display.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

/* One character as it is shown. */
struct glyph {
    const char *bytes;
    int length; /* bytes */
    int width;  /* columns */
};

static const struct glyph replacement = {"?", 1, 1};

void display_begin(struct display *display, FILE *out)
{
    *display = (struct display){.out = out, .utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0)};
    if (display->utf8)
        display->previous = uselocale(display->utf8);
}

void display_end(struct display *display)
{
    if (display->utf8) {
        uselocale(display->previous);
        freelocale(display->utf8);
    }
}

/* Marks that a terminal obeys by setting what follows in another direction or on another line. */
static bool directs(wchar_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* Takes the next character off the text; false at its end. */
static bool next_glyph(const struct display *display, const char **text, struct glyph *glyph)
{
    if (**text == '\0')
        return false;
    mbstate_t state = {0};
    wchar_t c = 0;
    size_t length = mbrtowc(&c, *text, strlen(*text), &state);
    if (length == (size_t)-1 || length == (size_t)-2) {
        *glyph = replacement;
        *text += 1;
        return true;
    }
    int width = display->utf8 ? wcwidth(c) : (c >= ' ' && c != 0x7F ? 1 : -1);
    *glyph = width < 0 || directs(c) ? replacement : (struct glyph){*text, (int)length, width};
    *text += length;
    return true;
}

static void put(const struct display *display, const struct glyph *glyph)
{
    fwrite(glyph->bytes, 1, (size_t)glyph->length, display->out);
}

int display_width(const struct display *display, const char *text)
{
    int width = 0;
    struct glyph glyph;
    while (next_glyph(display, &text, &glyph))
        width += glyph.width;
    return width;
}

/* Writes as much of the text as fits; returns the columns taken. */
static int put_cut(const struct display *display, const char *text, int width)
{
    bool cut = display_width(display, text) > width;
    int room = cut ? width - 1 : width, column = 0;
    struct glyph glyph;
    while (next_glyph(display, &text, &glyph) && column + glyph.width <= room) {
        put(display, &glyph);
        column += glyph.width;
    }
    if (cut)
        fputs("…", display->out);
    return column + cut;
}

static void pad(const struct display *display, int columns)
{
    for (int i = 0; i < columns; i++)
        fputc(' ', display->out);
}

void display_left(const struct display *display, const char *text, int width)
{
    int column = put_cut(display, text, width);
    pad(display, width - column);
}

void display_right(const struct display *display, const char *text, int width)
{
    pad(display, width - display_width(display, text));
    put_cut(display, text, width);
}

/* Starts the next line of a wrapped text; returns the column. */
static int put_break(const struct display *display, int indent)
{
    fputc('\n', display->out);
    pad(display, indent);
    return indent;
}

/* The columns of the first `length` bytes, which end between characters. */
static int width_of_bytes(const struct display *display, const char *text, size_t length)
{
    int width = 0;
    struct glyph glyph;
    for (const char *end = text + length; text < end && next_glyph(display, &text, &glyph);)
        width += glyph.width;
    return width;
}

/* The end of the word at `text`, which a number's per cent sign behind it belongs to. */
static const char *word_end(const char *text, const char *blanks)
{
    const char *end = text + strcspn(text, blanks);
    return end[0] == ' ' && end[1] == '%' ? end + 1 + strcspn(end + 1, blanks) : end;
}

void display_wrapped(const struct display *display, const char *text, int column, int indent, int width)
{
    static const char blanks[] = " \t\r\n";
    int start = column;
    for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
        const char *end = word_end(text, blanks);
        int columns = width_of_bytes(display, text, (size_t)(end - text));
        if (column > start && column + 1 + columns > width) {
            column = start = put_break(display, indent);
        } else if (column > start) {
            fputc(' ', display->out);
            column++;
        }
        struct glyph glyph;
        for (; text < end && next_glyph(display, &text, &glyph); column += glyph.width) {
            if (column + glyph.width > width && column > indent)
                column = start = put_break(display, indent);
            put(display, &glyph);
        }
    }
    fputc('\n', display->out);
}
