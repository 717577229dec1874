// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/text_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { RAW_BYTES = 1 << 16, TEXT_BYTES = 1 << 17 };

/* As zlib wants it: the largest window, with a gzip header. */
enum { GZIP_WINDOW_BITS = 15 + 16 };

struct text_input {
    char *name; /* for messages */
    int fd;
    struct stat identity; /* of the open file */
    struct sha256_ctx hash;
    bool is_gzip;
    bool raw_ended;    /* read() said so */
    bool member_ended; /* gzip: between members */
    bool text_ended;   /* nothing will be added to the text */
    z_stream inflater; /* gzip: next_in, avail_in are what is left of `raw` */
    size_t raw_from, raw_to;
    size_t text_from, text_to;
    int64_t line_number; /* of the last line delivered */
    unsigned char raw[RAW_BYTES];
    char text[TEXT_BYTES + 1];
};

/* Beginnings of files that are often met where text is expected. */
static const struct magic {
    const char *bytes;
    size_t length;
    const char *kind;
} magics[] = {
    {"\xfd"
     "7zXZ",
     5, "compressed with xz; only gzip is read here, unpack it first"},
    {"\x28\xb5\x2f\xfd", 4, "compressed with zstd; only gzip is read here, unpack it first"},
    {"BZh", 3, "compressed with bzip2; only gzip is read here, unpack it first"},
    {"PK\x03\x04", 4, "a zip archive; unpack it first"},
    {"\x89HDF", 4, "an HDF5 file; a text file is expected"},
    {"\xff\xfe", 2, "text in UTF-16; store it as plain ASCII or UTF-8"},
    {"\xfe\xff", 2, "text in UTF-16; store it as plain ASCII or UTF-8"},
};

/* Reads more into an empty or partly filled raw buffer. */
static bool read_raw(struct text_input *input, struct error *error)
{
    ssize_t got;
    do
        got = read(input->fd, input->raw + input->raw_to, RAW_BYTES - input->raw_to);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return error_set(error, errno == EISDIR ? ERROR_INPUT : ERROR_RUN, input->name, "cannot be read: %s",
                         strerror(errno));
    sha256_update(&input->hash, (size_t)got, input->raw + input->raw_to);
    input->raw_to += (size_t)got;
    input->raw_ended = got == 0;
    return true;
}

/* Looks at the first bytes, which a pipe may deliver one by one. */
static bool detect_kind(struct text_input *input, struct error *error)
{
    while (input->raw_to < 8 && !input->raw_ended)
        if (!read_raw(input, error))
            return false;
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (input->raw_to >= magics[i].length && memcmp(input->raw, magics[i].bytes, magics[i].length) == 0)
            return error_set(error, ERROR_INPUT, input->name, "the file is %s", magics[i].kind);
    input->is_gzip = input->raw_to >= 2 && input->raw[0] == 0x1f && input->raw[1] == 0x8b;
    if (input->is_gzip && inflateInit2(&input->inflater, GZIP_WINDOW_BITS) != Z_OK)
        return error_set(error, ERROR_RUN, input->name, "no memory to unpack the file");
    return true;
}

struct text_input *text_input_open(const char *path, struct error *error)
{
    bool is_standard = strcmp(path, "-") == 0;
    struct text_input *input = calloc(1, sizeof *input);
    char *name = strdup(is_standard ? "standard input" : path);
    if (!input || !name) {
        error_set(error, ERROR_RUN, path, "no memory to read the file");
        free(name);
        free(input);
        return NULL;
    }
    input->name = name;
    input->fd = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    sha256_init(&input->hash);
    if (input->fd < 0 || fstat(input->fd, &input->identity) != 0) {
        error_set(error, ERROR_INPUT, name, "cannot be opened: %s", strerror(errno));
        text_input_close(input);
        return NULL;
    }
    if (!detect_kind(input, error)) {
        text_input_close(input);
        return NULL;
    }
    return input;
}

void text_input_close(struct text_input *input)
{
    if (!input)
        return;
    if (input->is_gzip)
        inflateEnd(&input->inflater);
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    free(input->name);
    free(input);
}

/* An error in the packed data, placed after the last line that could be read. */
static bool set_gzip_error(const struct text_input *input, const char *what, struct error *error)
{
    char place[sizeof error->place];
    snprintf(place, sizeof place, "%s:%" PRId64, input->name, input->line_number + 1);
    return error_set(error, ERROR_INPUT, place, "%s", what);
}

/* Unpacks from the raw bytes to the text's free room. A gzip file is one member after another. */
static bool fill_from_gzip(struct text_input *input, struct error *error)
{
    z_stream *inflater = &input->inflater;
    bool exhausted = input->raw_ended && input->raw_from == input->raw_to;
    if (input->member_ended && exhausted) {
        input->text_ended = true;
        return true;
    }
    if (input->member_ended && inflateReset(inflater) != Z_OK)
        return set_gzip_error(input, "the gzip data cannot be unpacked", error);
    bool between_members = input->member_ended;
    input->member_ended = false;
    inflater->next_in = input->raw + input->raw_from;
    inflater->avail_in = (uInt)(input->raw_to - input->raw_from);
    inflater->next_out = (Bytef *)input->text + input->text_to;
    inflater->avail_out = (uInt)(TEXT_BYTES - input->text_to);
    int result = inflate(inflater, Z_NO_FLUSH);
    input->raw_from = input->raw_to - inflater->avail_in;
    input->text_to = TEXT_BYTES - inflater->avail_out;
    input->member_ended = result == Z_STREAM_END;
    if (result == Z_BUF_ERROR && exhausted)
        return set_gzip_error(input, "the gzip data end too early: the file is cut", error);
    if (result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END)
        return true;
    if (result == Z_MEM_ERROR)
        return error_set(error, ERROR_RUN, input->name, "no memory to unpack the file");
    return set_gzip_error(input,
                          between_members ? "the gzip data are followed by something else"
                                          : "the gzip data are damaged (not what their checksum says)",
                          error);
}

static void fill_from_plain(struct text_input *input)
{
    size_t room = TEXT_BYTES - input->text_to, left = input->raw_to - input->raw_from;
    size_t count = left < room ? left : room;
    memcpy(input->text + input->text_to, input->raw + input->raw_from, count);
    input->raw_from += count;
    input->text_to += count;
    input->text_ended = input->raw_ended && input->raw_from == input->raw_to;
}

/* Adds text behind what is not yet delivered, or finds that there is no more. */
static bool fill_text(struct text_input *input, struct error *error)
{
    memmove(input->text, input->text + input->text_from, input->text_to - input->text_from);
    input->text_to -= input->text_from;
    input->text_from = 0;
    if (input->raw_from == input->raw_to && !input->raw_ended) {
        input->raw_from = input->raw_to = 0;
        if (!read_raw(input, error))
            return false;
    }
    if (input->is_gzip)
        return fill_from_gzip(input, error);
    fill_from_plain(input);
    return true;
}

/* Cuts the line of `length` bytes at text_from, which ends with a newline or with the file. */
static bool take_line(struct text_input *input, size_t length, bool ended, struct text_line *line, struct error *error)
{
    char *text = input->text + input->text_from;
    input->text_from += length + ended;
    int64_t number = ++input->line_number;
    if (number == 1 && length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* byte order mark */
        text += 3;
        length -= 3;
    }
    char place[sizeof error->place];
    const char *zero = memchr(text, '\0', length);
    if (zero || length > TEXT_LINE_BYTES) {
        size_t column = zero ? (size_t)(zero - text) + 1 : TEXT_LINE_BYTES + 1;
        snprintf(place, sizeof place, "%s:%" PRId64 ":%zu", input->name, number, column);
        return error_set(error, ERROR_INPUT, place,
                         zero ? "a NUL byte: this is no text file" : "the line is longer than 4096 bytes");
    }
    if (length > 0 && text[length - 1] == '\r')
        length--;
    text[length] = '\0';
    *line = (struct text_line){.text = text, .length = length, .number = number, .ended = ended};
    return true;
}

bool text_input_line(struct text_input *input, struct text_line *line, struct error *error)
{
    size_t searched = 0;
    for (;;) {
        size_t length = input->text_to - input->text_from;
        char *newline = memchr(input->text + input->text_from + searched, '\n', length - searched);
        if (newline)
            return take_line(input, (size_t)(newline - input->text) - input->text_from, true, line, error);
        if (length > TEXT_LINE_BYTES + 1) /* one for a carriage return */
            return take_line(input, length, false, line, error);
        if (input->text_ended)
            return length > 0 && take_line(input, length, false, line, error);
        searched = length;
        if (!fill_text(input, error))
            return false;
    }
}

const char *text_input_name(const struct text_input *input)
{
    return input->name;
}

bool text_input_is(const struct text_input *input, const char *path)
{
    struct stat other;
    return stat(path, &other) == 0 && other.st_dev == input->identity.st_dev && other.st_ino == input->identity.st_ino;
}

void text_input_sha256(struct text_input *input, char hex[TEXT_SHA256_CHARS])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&input->hash, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}
