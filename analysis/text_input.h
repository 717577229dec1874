// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * text_input: the lines of a text file, plain or gzip, one at a time.
 *
 * For recorded traces of any length: memory is two fixed buffers. The file is read once, so standard
 * input and pipes do; its SHA-256 is taken on the way. What is no text (other compressions, NUL bytes,
 * lines without end) or is cut (gzip data that stop early) is an error, with the line's number.
 */
#ifndef ANALYSIS_TEXT_INPUT_H
#define ANALYSIS_TEXT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

enum {
    TEXT_LINE_BYTES = 4096,  /* longest line, its end not counted */
    TEXT_SHA256_CHARS = 65,  /* 64 lower-case hexadecimal digits and a NUL */
};

struct text_line {
    const char *text;  /* `length` bytes and a NUL; no newline, no carriage return before it; valid until the next */
    size_t length;
    int64_t number;    /* from 1 */
    bool ended;        /* with a newline: the last line of a file that was cut has none */
};

struct text_input;

/* Opens the file, or standard input for "-". NULL with an ERROR_INPUT when it cannot be opened or is of a kind
 * that cannot be read as text. */
struct text_input *text_input_open(const char *path, struct error *error);
void text_input_close(struct text_input *input);

/* Delivers the next line. False at the end, or on an error, which is then set. */
bool text_input_line(struct text_input *input, struct text_line *line, struct error *error);

/* The file's name for messages: the path, or "standard input". Belongs to the input. */
const char *text_input_name(const struct text_input *input);

/* Whether `path` is the very file that is being read, under whatever name. */
bool text_input_is(const struct text_input *input, const char *path);

/* SHA-256 of the file's bytes as they stand on disk; call once, after the last line. */
void text_input_sha256(struct text_input *input, char hex[TEXT_SHA256_CHARS]);

#endif
