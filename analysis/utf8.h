// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * utf8: walks over text that may or may not be UTF-8, character by character.
 *
 * Whatever the bytes, every step gives one character and moves on: a byte that belongs to no valid
 * sequence (overlong, surrogate, beyond U+10FFFF, cut short) counts as one U+FFFD.
 */
#ifndef ANALYSIS_UTF8_H
#define ANALYSIS_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4, UTF8_REPLACEMENT = 0xfffd };

/* The character at the start of a text that is not empty; returns how many bytes it takes, 1 to 4. */
size_t utf8_decode(const char *text, uint32_t *character);

/* Writes a character (at most U+10FFFF) as 1 to 4 bytes, without end mark; returns how many. */
size_t utf8_encode(uint32_t character, char bytes[UTF8_MAX]);

/* How much room a character takes in a line, in letters: 2 for those of East Asian scripts and pictures, else 1. */
size_t utf8_columns(uint32_t character);

/* How much room a text takes, in letters. */
size_t utf8_width(const char *text);

#endif
