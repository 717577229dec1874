// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_flashcopy.h"

#include <math.h>
#include <string.h>

#include "analysis/summary_pairs.h"
#include "analysis/text_table.h"
#include "models/report.h"

enum {
    LINE_WIDTH = 110,
    NAME_WIDTH = 23,  /* columns of a pair's name */
    NAME_LEAST = 9,   /* of their title */
    STATE_WIDTH = 12,
    LISTED = 5,       /* in the summary */
};

static const struct text_column columns[] = {
    {"T0 s", "established_s", 8, TEXT_MEASURE},   {"copy s", "copy_s", 8, TEXT_MEASURE},
    {"left", "tracks_left", 9, TEXT_COUNT},       {"background", "background_tracks", 11, TEXT_COUNT},
    {"source wr", "write_tracks", 10, TEXT_COUNT}, {"target wr", "completed_tracks", 10, TEXT_COUNT},
    {"replaced", "replaced_tracks", 9, TEXT_COUNT}, {"MB/s", "copied_mb_per_s", 8, TEXT_MEASURE},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static bool is_in(const json_t *pair, enum pair_state state)
{
    return strcmp(text_table_text_at(pair, "state", ""), pair_state_name(state)) == 0;
}

static bool is_incomplete(const json_t *pair)
{
    return is_in(pair, FLASH_WITHDRAWN) && json_is_true(json_object_get(pair, "incomplete"));
}

/* Withdrawn with tracks left, though they were to be copied, or by a failure: the target is no copy, and was meant to
 * be one. */
static bool is_broken(const json_t *pair)
{
    return is_incomplete(pair) && (json_is_true(json_object_get(pair, "background_copy")) ||
                                   text_table_number_at(pair, "failures") > 0);
}

/* Never established: there is nothing to tell. */
static bool is_unused(const json_t *pair)
{
    return is_in(pair, FLASH_NONE);
}

/* A number from 0 to below 1 that grows with the value; 0 for NaN. */
static double squeezed(double value)
{
    return value > 0 ? value / (1 + value) : 0;
}

/* How much a FlashCopy needs a look: broken ones before those in progress, these before ended ones; among equals those
 * with most tracks left, or whose copy took longest. Negative for none. */
static double weigh(const json_t *pair)
{
    double left = squeezed(text_table_number_at(pair, "tracks_left"));
    if (is_unused(pair))
        return -1;
    if (is_broken(pair))
        return 4 + left;
    if (is_in(pair, FLASH_COPYING) || is_in(pair, FLASH_ESTABLISHING))
        return 3 + left;
    if (is_in(pair, FLASH_COMPLETE))
        return 1 + squeezed(text_table_number_at(pair, "copy_s"));
    return 2 + left;
}

/* ---- rows ---- */

/* Of the first column. */
static int name_width(const struct display *display, const json_t *pairs)
{
    int width = text_table_name_width(display, pairs, NAME_WIDTH);
    return width > NAME_LEAST ? width : NAME_LEAST;
}

static void write_titles(const struct display *display, int width)
{
    display_left(display, "FlashCopy", width);
    fputc(' ', display->out);
    display_left(display, "state", STATE_WIDTH);
    text_table_titles(display, columns, COLUMNS);
}

/* What became of a withdrawn one, in words. */
static void write_end(const struct display *display, const json_t *pair)
{
    char text[200];
    int length = snprintf(text, sizeof text, "withdrawn");
    double withdrawn_s = text_table_number_at(pair, "withdrawn_s"), tracks = text_table_number_at(pair, "tracks");
    if (!isnan(withdrawn_s))
        length += snprintf(text + length, sizeof text - (size_t)length, " at %.6g s", withdrawn_s);
    if (text_table_number_at(pair, "failures") > 0)
        length += snprintf(text + length, sizeof text - (size_t)length, " by a failure");
    if (is_broken(pair))
        snprintf(text + length, sizeof text - (size_t)length, "; is no copy: lacks %.0f of %.0f tracks",
                 text_table_number_at(pair, "tracks_left"), tracks);
    else if (is_incomplete(pair))
        snprintf(text + length, sizeof text - (size_t)length,
                 "; without background copy, %.0f of %.0f tracks never came to the target",
                 text_table_number_at(pair, "tracks_left"), tracks);
    else
        snprintf(text + length, sizeof text - (size_t)length, "; no track was left");
    fputs("  ", display->out);
    display_wrapped(display, text, 2, 4, LINE_WIDTH);
}

static void write_pair(const struct display *display, const char *name, int width, const json_t *pair)
{
    display_left(display, name, width);
    fputc(' ', display->out);
    display_left(display, text_table_text_at(pair, "state", "-"), STATE_WIDTH);
    text_table_row(display, columns, COLUMNS, pair);
    if (is_in(pair, FLASH_WITHDRAWN))
        write_end(display, pair);
}

/* ---- the section ---- */

/* Which copy took longest, and how long. */
static void put_longest(const struct display *display, const json_t *pairs)
{
    const char *name, *longest = NULL;
    double longest_s = 0;
    json_t *pair;
    json_object_foreach((json_t *)pairs, name, pair) {
        double copy_s = text_table_number_at(pair, "copy_s");
        if (copy_s > longest_s) {
            longest_s = copy_s;
            longest = name;
        }
    }
    if (longest == NULL)
        return;
    int width = display_width(display, longest);
    fprintf(display->out, "; the longest copy took %.4g s: ", longest_s);
    display_left(display, longest, width < NAME_WIDTH ? width : NAME_WIDTH);
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (names[i] == name)
            return true;
    return false;
}

/* Of those not yet shown the one that weighs most, of equals the first; NULL when none is left. */
static const char *next_worst(const json_t *pairs, const char *const *shown, size_t count)
{
    const char *name, *worst = NULL;
    double most = 0;
    json_t *pair;
    json_object_foreach((json_t *)pairs, name, pair) {
        if (weigh(pair) > most && !is_among(shown, count, name)) {
            most = weigh(pair);
            worst = name;
        }
    }
    return worst;
}

/* All in their order where they are few; of many the worst, worst first. */
static void write_listed(const struct display *display, const json_t *pairs, size_t used)
{
    int width = name_width(display, pairs);
    const char *name, *shown[LISTED];
    json_t *pair;
    write_titles(display, width);
    for (size_t i = 0; used > LISTED && i < LISTED && (shown[i] = next_worst(pairs, shown, i)) != NULL; i++)
        write_pair(display, shown[i], width, json_object_get(pairs, shown[i]));
    if (used > LISTED) {
        fprintf(display->out, "  and %zu more (--by pair)\n", used - LISTED);
        return;
    }
    json_object_foreach((json_t *)pairs, name, pair) {
        if (!is_unused(pair))
            write_pair(display, name, width, pair);
    }
}

static size_t count_used(const json_t *pairs)
{
    const char *name;
    size_t used = 0;
    json_t *pair;
    json_object_foreach((json_t *)pairs, name, pair)
        used += !is_unused(pair);
    return used;
}

void summary_flashcopy_section(const struct display *display, const json_t *pairs)
{
    if (json_object_size(pairs) == 0)
        return;
    size_t used = count_used(pairs);
    fputs("\nFlashCopies: ", display->out);
    summary_pairs_put_states(display, pairs);
    put_longest(display, pairs);
    fputc('\n', display->out);
    if (used > 0)
        write_listed(display, pairs, used);
}

/* ---- the table ---- */

void summary_flashcopy_table(const struct display *display, const json_t *pairs)
{
    int width = name_width(display, pairs);
    size_t unused = json_object_size(pairs) - count_used(pairs);
    const char *name;
    json_t *pair;
    if (json_object_size(pairs) == 0)
        return;
    write_titles(display, width);
    json_object_foreach((json_t *)pairs, name, pair) {
        if (!is_unused(pair))
            write_pair(display, name, width, pair);
    }
    if (unused > 0)
        fprintf(display->out, "%zu never established\n", unused);
}
