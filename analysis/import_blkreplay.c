// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The .load format of blkreplay: free text, then the column line
 *     start ; sector ; length ; op ; replay_delay=0 ; replay_duration=0
 * and under it one request a line: start in seconds with decimals, sector and length in units of 512
 * bytes, op as blktrace writes it (R, W, RA ...). The last two columns may be missing; they are what a
 * replay of blkreplay's own would fill in, and are not used.
 *
 * Nothing in the file says its units. Times that never have a fraction, and addresses and lengths that
 * are all multiples of 512 sectors, are what wrong ones look like; both can be real, so they are warned of.
 */
#include <inttypes.h>
#include <string.h>

#include "analysis/import_parser.h"
#include "models/config.h"

enum field { START, SECTOR, LENGTH, OP, REPLAY_DELAY, REPLAY_DURATION, FIELD_COUNT };

enum {
    NEEDED_FIELDS = REPLAY_DELAY,
    HEADER_LINES = 1000, /* of free text, at most */
    LARGE_BYTES = 32 << 20,
    ROWS_TO_JUDGE_MIN = 8,
    NS_DIGITS = 9
};

/* Whole seconds that fit 63 bits of ns. */
static const uint64_t seconds_max = 9000000000;

static int shown(const struct import_field *field)
{
    return field->length > 40 ? 40 : (int)field->length;
}

/* Reads seconds with decimals, exactly; what is below a ns is cut off. */
static bool parse_seconds(const struct import_context *context, const struct text_line *line,
                          const struct import_field *field, const char *name, int64_t *ns, struct error *error)
{
    const char *point = memchr(field->text, '.', field->length);
    struct import_field whole = *field;
    whole.length = point ? (size_t)(point - field->text) : field->length;
    uint64_t fraction = 0;
    bool valid = whole.length > 0 && strspn(whole.text, "0123456789") >= whole.length;
    size_t decimals = point ? field->length - whole.length - 1 : 0;
    for (size_t i = 0; i < (decimals > NS_DIGITS ? decimals : NS_DIGITS); i++) {
        unsigned digit = i < decimals ? (unsigned)(unsigned char)point[1 + i] - '0' : 0;
        valid = valid && digit <= 9;
        fraction = i < NS_DIGITS ? fraction * 10 + digit : fraction;
    }
    if (!valid)
        return import_mistake(context, line, field->column, error,
                              "%s is '%.*s'; it must be seconds, as in 12.000345678", name, shown(field), field->text);
    uint64_t seconds;
    if (!import_number(context, line, &whole, name, " of seconds", seconds_max, &seconds, error))
        return false;
    *ns = (int64_t)(seconds * 1000000000 + fraction);
    return true;
}

static bool parse_extent(struct import_context *context, const struct text_line *line,
                         const struct import_field *fields, struct import_row *row, bool *empty, struct error *error)
{
    uint64_t sector, length;
    if (!import_number(context, line, &fields[SECTOR], "sector", " of 512-byte sectors",
                       IMPORT_ADDRESS_MAX / BLOCK_BYTES, &sector, error) ||
        !import_number(context, line, &fields[LENGTH], "length", " of 512-byte sectors",
                       IMPORT_LENGTH_MAX / BLOCK_BYTES, &length, error))
        return false;
    *empty = length == 0;
    row->entry.offset_blocks = (int64_t)sector;
    row->entry.length_bytes = (int32_t)(length * BLOCK_BYTES);
    if (row->entry.length_bytes > LARGE_BYTES)
        import_warn(context, IMPORT_LARGE, line->number);
    context->plausible_sizes += sector % BLOCK_BYTES || length % BLOCK_BYTES;
    return true;
}

/* R or W with blktrace's flags: before it F (flush first), after it A (ahead), B (barrier), F (forced unit access),
 * M (metadata), S (synchronous). */
static bool parse_op(struct import_context *context, const struct text_line *line, const struct import_field *field,
                     struct import_row *row, struct error *error)
{
    size_t at = field->length > 1 && field->text[0] == 'F';
    char letter = field->length ? field->text[at] : '\0';
    bool is_read = letter == 'R' || letter == 'r', flagged = at > 0, ahead = false;
    bool valid = is_read || letter == 'W' || letter == 'w';
    for (size_t i = at + 1; i < field->length && valid; i++) {
        valid = strchr("ABFMS", field->text[i]) != NULL;
        ahead = ahead || (is_read && field->text[i] == 'A');
        flagged = flagged || field->text[i] != 'A';
    }
    if (!valid)
        return import_mistake(context, line, field->column, error,
                              "op is '%.*s'; it must be R or W, perhaps with flags (RA, WS), discards and flushes "
                              "cannot be replayed",
                              shown(field), field->text);
    row->entry.op = is_read ? IO_READ : IO_WRITE;
    if (ahead)
        import_warn(context, IMPORT_READ_AHEAD, line->number);
    if (flagged)
        import_warn(context, IMPORT_FLAGGED, line->number);
    return true;
}

/* Passes over the free text up to the column line. */
static enum import_verdict parse_header(struct import_context *context, const struct text_line *line,
                                        const struct import_field *fields, size_t count, struct error *error)
{
    static const char *const names[NEEDED_FIELDS] = {"start", "sector", "length", "op"};
    if (line->number > HEADER_LINES) {
        import_mistake(context, line, 0, error, "no column line 'start ; sector ; length ; op' in the first %d lines",
                       HEADER_LINES);
        return IMPORT_REFUSED;
    }
    if (count < 2 || !import_field_is(&fields[0], names[0]))
        return IMPORT_NOTHING;
    context->header_seen = true;
    for (size_t i = 1; i < NEEDED_FIELDS; i++)
        if (i >= count || !import_field_is(&fields[i], names[i])) {
            import_mistake(context, line, i < count ? fields[i].column : 0, error,
                           "column %zu must be %s; the columns are start ; sector ; length ; op", i + 1, names[i]);
            return IMPORT_REFUSED;
        }
    return IMPORT_NOTHING;
}

static bool check_count(const struct import_context *context, const struct text_line *line, size_t count,
                        struct error *error)
{
    return (count >= NEEDED_FIELDS && count <= FIELD_COUNT) ||
           import_mistake(context, line, 0, error,
                          "%zu column%s instead of 4 to 6 separated by ';': start ; sector ; "
                          "length ; op ; replay_delay ; replay_duration",
                          count, count == 1 ? "" : "s");
}

static bool parse_unused(const struct import_context *context, const struct text_line *line,
                         const struct import_field *fields, size_t count, struct error *error)
{
    int64_t unused;
    for (size_t i = NEEDED_FIELDS; i < count; i++)
        if (fields[i].length > 0 &&
            !parse_seconds(context, line, &fields[i], i == REPLAY_DELAY ? "replay_delay" : "replay_duration", &unused,
                           error))
            return false;
    return true;
}

static enum import_verdict parse_blkreplay(struct import_context *context, const struct text_line *line,
                                           struct import_row *row, struct error *error)
{
    struct import_field fields[IMPORT_FIELDS];
    size_t count = import_split(line, ';', fields);
    if (!context->header_seen)
        return parse_header(context, line, fields, count, error);
    bool empty;
    if (!check_count(context, line, count, error) ||
        !parse_seconds(context, line, &fields[START], "start", &row->entry.issue_ns, error) ||
        !parse_extent(context, line, fields, row, &empty, error) || !parse_op(context, line, &fields[OP], row, error) ||
        !parse_unused(context, line, fields, count, error) ||
        !import_device(context, line, "device", &row->entry.device, error))
        return IMPORT_MISTAKE;
    if (empty) {
        import_warn(context, IMPORT_EMPTY_REQUEST, line->number);
        return IMPORT_NOTHING;
    }
    context->first_row = context->first_row ? context->first_row : line->number;
    context->rows++;
    context->plausible_times += row->entry.issue_ns % 1000000000 != 0;
    row->response_ns = -1;
    return IMPORT_ROW;
}

static bool finish_blkreplay(struct import_context *context, struct error *error)
{
    if (!context->header_seen)
        return error_set(error, ERROR_INPUT, context->file, "no column line 'start ; sector ; length ; op'");
    if (context->rows < ROWS_TO_JUDGE_MIN)
        return true;
    struct import_warned all = {.count = context->rows, .first_line = context->first_row};
    if (context->plausible_times == 0)
        context->summary->warned[IMPORT_WHOLE_SECONDS] = all;
    if (context->plausible_sizes == 0)
        context->summary->warned[IMPORT_BYTES] = all;
    return true;
}

const struct import_parser import_parser_blkreplay = {
    .name = "blkreplay",
    .description = "load files of blkreplay: start ; sector ; length ; op",
    .has_response = false,
    .epoch_unix_ns = INT64_MIN,
    .parse = parse_blkreplay,
    .finish = finish_blkreplay,
};
