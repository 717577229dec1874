// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/utf8.h"

/* How many bytes follow a first byte, with the bits that it carries and the least character that
 * needs so many; -1 when no sequence starts with it. */
static int sequence_start(unsigned char first, uint32_t *bits, uint32_t *least)
{
    if (first < 0x80)
        return *bits = first, *least = 0, 0;
    if (first >= 0xc2 && first < 0xe0)
        return *bits = first & 0x1fu, *least = 0x80, 1;
    if (first >= 0xe0 && first < 0xf0)
        return *bits = first & 0x0fu, *least = 0x800, 2;
    if (first >= 0xf0 && first < 0xf5)
        return *bits = first & 0x07u, *least = 0x10000, 3;
    return -1;
}

size_t utf8_decode(const char *text, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t value, least;
    int following = sequence_start(bytes[0], &value, &least);
    *character = UTF8_REPLACEMENT;
    for (int i = 1; i <= following; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 1;
        value = (value << 6) | (bytes[i] & 0x3fu);
    }
    if (following < 0 || value < least || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 1;
    *character = value;
    return (size_t)following + 1;
}

size_t utf8_encode(uint32_t character, char bytes[UTF8_MAX])
{
    static const unsigned char marks[] = {0, 0xc0, 0xe0, 0xf0};
    size_t following = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    for (size_t i = following; i > 0; i--) {
        bytes[i] = (char)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    bytes[0] = (char)(marks[following] | character);
    return following + 1;
}

size_t utf8_columns(uint32_t character)
{
    return character >= 0x2e80 && character != UTF8_REPLACEMENT ? 2 : 1;
}

size_t utf8_width(const char *text)
{
    size_t width = 0;
    for (uint32_t character; *text != '\0'; width += utf8_columns(character))
        text += utf8_decode(text, &character);
    return width;
}
