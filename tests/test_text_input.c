// SPDX-License-Identifier: GPL-3.0-or-later
/* Lines out of plain and packed files, and files that are no text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "analysis/text_input.h"
#include "tests/unit.h"

static const char path[] = BUILD_DIR "/test_text_input.tmp";

static void write_file(const void *bytes, size_t length, const char *mode)
{
    FILE *file = fopen(path, mode);
    if (CHECK(file != NULL)) {
        CHECK_INT(fwrite(bytes, 1, length, file), length);
        fclose(file);
    }
}

static void write_gzip(const char *bytes, size_t length)
{
    gzFile file = gzopen(path, "wb");
    CHECK_INT(gzwrite(file, bytes, (unsigned)length), length);
    gzclose(file);
}

/* Reads all lines; returns their number and in `last` the text of the last. */
static int64_t read_lines(char *last, size_t size, struct error *error)
{
    struct text_line line;
    int64_t count = 0;
    struct text_input *input = text_input_open(path, error);
    if (input)
        while (text_input_line(input, &line, error)) {
            count++;
            snprintf(last, size, "%s", line.text);
            if (line.number != count || line.length != strlen(line.text))
                CHECK_INT(line.number, count);
        }
    text_input_close(input);
    unlink(path);
    return count;
}

static void check_lines(int64_t lines, const char *last_text)
{
    char last[TEXT_LINE_BYTES + 1] = "";
    struct error error = {0};
    CHECK_INT(read_lines(last, sizeof last, &error), lines);
    CHECK_STRING(last, last_text);
    CHECK_STRING(error.message, "");
}

static void check_fails(int64_t lines, const char *place, const char *message)
{
    char last[TEXT_LINE_BYTES + 1], full_place[sizeof(path) + 40];
    struct error error = {0};
    snprintf(full_place, sizeof full_place, "%s%s", path, place);
    CHECK_INT(read_lines(last, sizeof last, &error), lines);
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_STRING(error.place, full_place);
    CHECK_CONTAINS(error.message, message);
}

/* 300,000 lines "line 0" ..., more than any buffer. */
static char *make_text(size_t *length)
{
    char *text = malloc(300000 * 12);
    *length = 0;
    for (int i = 0; i < 300000; i++)
        *length += (size_t)sprintf(text + *length, "line %d\n", i);
    return text;
}

static void test_plain(void)
{
    write_file("one\ntwo\r\n\nlast", 14, "wb");
    check_lines(4, "last");
    write_file("\xef\xbb\xbfmarked\n", 10, "wb");
    check_lines(1, "marked");
    write_file("", 0, "wb");
    check_lines(0, "");
    size_t length;
    char *text = make_text(&length);
    write_file(text, length, "wb");
    check_lines(300000, "line 299999");
    free(text);
}

static void test_gzip(void)
{
    size_t length;
    char *text = make_text(&length);
    write_gzip(text, length);
    check_lines(300000, "line 299999");
    free(text);
    write_gzip("", 0);
    check_lines(0, "");
}

static void test_gzip_members(void)
{
    write_gzip("one\ntw", 6);
    FILE *file = fopen(path, "rb");
    char member[200];
    size_t length = fread(member, 1, sizeof member, file);
    fclose(file);
    write_file(member, length, "ab");
    check_lines(3, "tw");
}

/* Leaves the first `kept` of the packed file's bytes; SIZE_MAX: all. Returns how many there were. */
static size_t cut_gzip(size_t kept)
{
    size_t length;
    char *text = make_text(&length);
    write_gzip(text, length);
    free(text);
    FILE *file = fopen(path, "rb");
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    fclose(file);
    CHECK_INT(truncate(path, (off_t)(kept < size ? kept : size)), 0);
    return size;
}

static void test_cut_gzip(void)
{
    size_t size = cut_gzip(SIZE_MAX);
    unlink(path);
    size_t cuts[] = {3, 12, size / 2, size - 9, size - 1};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        char last[TEXT_LINE_BYTES + 1];
        struct error error = {0};
        cut_gzip(cuts[i]);
        int64_t lines = read_lines(last, sizeof last, &error);
        CHECK(lines >= 0 && lines <= 300000);
        CHECK_CONTAINS(error.message, "the file is cut");
    }
}

static void test_damaged_gzip(void)
{
    size_t size = cut_gzip(SIZE_MAX);
    FILE *file = fopen(path, "r+b");
    fseek(file, (long)size - 8, SEEK_SET); /* the checksum */
    fputc(0x55, file);
    fputc(0x55, file);
    fclose(file);
    char last[TEXT_LINE_BYTES + 1];
    struct error error = {0};
    CHECK(read_lines(last, sizeof last, &error) > 200000);
    CHECK_CONTAINS(error.message, "damaged");
    write_gzip("one\n", 4);
    write_file("rubbish", 7, "ab");
    check_fails(1, ":2", "followed by something else");
}

static void test_no_text(void)
{
    write_file("\xfd"
               "7zXZ\0\0\4",
               8, "wb");
    check_fails(0, "", "compressed with xz");
    write_file("\x89HDF\r\n\x1a\n", 8, "wb");
    check_fails(0, "", "an HDF5 file");
    write_file("PK\3\4....", 8, "wb");
    check_fails(0, "", "zip archive");
    write_file("\xff\xfe"
               "1\0,\0",
               6, "wb");
    check_fails(0, "", "UTF-16");
    write_file("one\ntwo\0three\n", 14, "wb");
    check_fails(1, ":2:4", "NUL byte");
}

static void test_long_line(void)
{
    char *text = malloc(1 << 20);
    memset(text, 'x', 1 << 20);
    memcpy(text, "one\n", 4);
    write_file(text, 1 << 20, "wb");
    check_fails(1, ":2:4097", "longer than 4096 bytes");
    text[4 + TEXT_LINE_BYTES] = '\n';
    write_file(text, 4 + TEXT_LINE_BYTES + 1, "wb");
    text[4 + TEXT_LINE_BYTES] = '\0';
    check_lines(2, text + 4);
    text[4 + TEXT_LINE_BYTES] = 'x';
    text[4 + TEXT_LINE_BYTES + 1] = '\n';
    write_file(text, 4 + TEXT_LINE_BYTES + 2, "wb");
    check_fails(1, ":2:4097", "longer than 4096 bytes");
    free(text);
}

static void test_missing(void)
{
    struct error error = {0};
    CHECK(text_input_open(BUILD_DIR "/no/such", &error) == NULL);
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_CONTAINS(error.message, "No such file");
    error = (struct error){0};
    CHECK(text_input_open(BUILD_DIR, &error) == NULL);
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_CONTAINS(error.message, "Is a directory");
}

static void test_sha256(void)
{
    struct error error = {0};
    struct text_line line;
    char hex[TEXT_SHA256_CHARS];
    write_file("abc", 3, "wb");
    struct text_input *input = text_input_open(path, &error);
    while (text_input_line(input, &line, &error))
        CHECK(!line.ended);
    text_input_sha256(input, hex);
    text_input_close(input);
    unlink(path);
    /* the example of FIPS 180 */
    CHECK_STRING(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

UNIT_MAIN("text_input", {"lines are numbered, their ends and a byte order mark dropped", test_plain},
          {"gzip is unpacked", test_gzip}, {"gzip members follow each other, lines run over", test_gzip_members},
          {"gzip data cut anywhere are an error", test_cut_gzip},
          {"gzip data with a wrong checksum or rubbish behind are an error", test_damaged_gzip},
          {"a file that is no text is named for what it is", test_no_text},
          {"a line of 4096 bytes is read, a longer one refused", test_long_line},
          {"a missing file or a folder is an error", test_missing},
          {"the SHA-256 is that of the bytes on disk", test_sha256})
