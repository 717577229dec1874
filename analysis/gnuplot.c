// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/gnuplot.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/gnuplot_run.h"
#include "analysis/output_file.h"
#include "analysis/utf8.h"

struct gnuplot {
    char name[48]; /* of the picture's files, without ending */
    enum picture_format format;
    int limit_ms; /* how long gnuplot may take */
    FILE *stream; /* the script grows here */
    char *text;   /* what the stream holds after a flush, and its length in bytes */
    size_t size;
};

enum { DEFAULT_LIMIT_MS = 60000, ELLIPSIS = 0x2026 };

const char *picture_format_name(enum picture_format format)
{
    return format == PICTURE_SVG ? "svg" : "png";
}

struct gnuplot *gnuplot_create(const char *name, enum picture_format format, int width, int height, struct error *error)
{
    struct gnuplot *script = calloc(1, sizeof *script);
    if (script == NULL || (script->stream = open_memstream(&script->text, &script->size)) == NULL) {
        free(script);
        error_set(error, ERROR_RUN, name, "no memory for the picture's script");
        return NULL;
    }
    snprintf(script->name, sizeof script->name, "%s", name);
    script->format = format;
    script->limit_ms = DEFAULT_LIMIT_MS;
    gnuplot_put(script, "# To draw this picture again: gnuplot -d %s.gp > %s.%s\n", name, name,
                picture_format_name(format));
    gnuplot_put(script, "set encoding utf8\n");
    if (format == PICTURE_SVG)
        gnuplot_put(script,
                    "set terminal svg noenhanced size %d,%d fixed background '#FFFFFF' "
                    "font 'sans-serif,12' name '%s'\n"
                    "TITLE_FONT = ',16'\nSMALL_FONT = ',10'\n",
                    width, height, name);
    else
        gnuplot_put(script,
                    "set terminal pngcairo noenhanced size %d,%d background '#FFFFFF' "
                    "font 'sans-serif,9' fontscale %d linewidth %d pointscale %d dashlength %d\n"
                    "TITLE_FONT = ',12'\nSMALL_FONT = ',7.5'\n",
                    width * PICTURE_PNG_SCALE, height * PICTURE_PNG_SCALE, PICTURE_PNG_SCALE, PICTURE_PNG_SCALE,
                    PICTURE_PNG_SCALE, PICTURE_PNG_SCALE);
    return script;
}

void gnuplot_destroy(struct gnuplot *script)
{
    if (script == NULL)
        return;
    fclose(script->stream);
    free(script->text);
    free(script);
}

void gnuplot_put(struct gnuplot *script, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(script->stream, format, arguments);
    va_end(arguments);
}

/*
 * One character of a text in double quotes. Only what means nothing to gnuplot stands as it is; all else is
 * written in octal, which gnuplot decodes after it has looked for quotes, backticks and macros. (Single
 * quotes would do but for the quote itself: gnuplot 5.4 misreads two doubled ones in a row.) gnuplot also
 * reads on when a digit follows the octal number, so that is then written in octal, too. Returns whether the
 * character was.
 */
static bool put_character(struct gnuplot *script, uint32_t character, bool is_tic, bool after_octal)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.:;-_/+=()?!%";
    char bytes[UTF8_MAX + 1];
    if (character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 || character == 0x2029)
        character = ' ';
    else if ((character & 0xfffe) == 0xfffe)
        character = UTF8_REPLACEMENT;
    bytes[utf8_encode(character, bytes)] = '\0';
    bool is_plain = character >= 0x80 || strchr(letters, (int)character) != NULL ||
                    (!after_octal && strchr("0123456789", (int)character) != NULL);
    if (is_tic && character == '%')
        gnuplot_put(script, "%%%%");
    else if (is_plain)
        gnuplot_put(script, "%s", bytes);
    else
        gnuplot_put(script, "\\%03o", (unsigned)character);
    return !is_plain;
}

static void put_quoted(struct gnuplot *script, const char *text, size_t limit, bool is_tic)
{
    bool is_octal = false;
    bool is_cut = utf8_width(text) > limit;
    size_t room = is_cut ? limit - 1 : limit;
    fputc('"', script->stream);
    while (*text != '\0') {
        uint32_t character;
        text += utf8_decode(text, &character);
        if (utf8_columns(character) > room)
            break;
        room -= utf8_columns(character);
        is_octal = put_character(script, character, is_tic, is_octal);
    }
    if (is_cut)
        put_character(script, ELLIPSIS, is_tic, false);
    fputc('"', script->stream);
}

void gnuplot_text(struct gnuplot *script, const char *text, size_t limit)
{
    put_quoted(script, text, limit, false);
}

void gnuplot_tic_text(struct gnuplot *script, const char *text, size_t limit)
{
    put_quoted(script, text, limit, true);
}

void gnuplot_block_begin(struct gnuplot *script, const char *name)
{
    gnuplot_put(script, "$%s << END_OF_BLOCK\n", name);
}

void gnuplot_row(struct gnuplot *script, size_t count, const double *values)
{
    for (size_t i = 0; i < count; i++) {
        const char *separator = i + 1 < count ? " " : "";
        if (isfinite(values[i]))
            gnuplot_put(script, "%.6g%s", values[i], separator);
        else
            gnuplot_put(script, "NaN%s", separator);
    }
    gnuplot_put(script, "\n");
}

void gnuplot_block_end(struct gnuplot *script)
{
    gnuplot_put(script, "END_OF_BLOCK\n");
}

void gnuplot_limit_time(struct gnuplot *script, int milliseconds)
{
    script->limit_ms = milliseconds;
}

static char *file_path(const struct gnuplot *script, const char *directory, const char *ending)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s.%s", directory, script->name, ending) < 0)
        return NULL;
    return path;
}

bool gnuplot_save(struct gnuplot *script, const char *directory, struct error *error)
{
    char *path = file_path(script, directory, "gp");
    bool ok = path != NULL && fflush(script->stream) == 0 && !ferror(script->stream);
    if (!ok)
        error_set(error, ERROR_RUN, script->name, "no memory for the picture's script");
    ok = ok && output_file_write(path, script->text, script->size, error);
    free(path);
    return ok;
}

char *gnuplot_draw(struct gnuplot *script, const char *directory, struct error *error)
{
    char *source = file_path(script, directory, "gp");
    char *target = file_path(script, directory, picture_format_name(script->format));
    char *picture = NULL;
    size_t size = 0;
    bool ok = source != NULL && target != NULL;
    if (!ok)
        error_set(error, ERROR_RUN, script->name, "no memory to draw the picture");
    ok = ok && gnuplot_run(source, script->format, script->limit_ms, &picture, &size, error) &&
         output_file_write(target, picture, size, error);
    free(picture);
    free(source);
    if (!ok) {
        free(target);
        return NULL;
    }
    return target;
}
