// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_pairs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/summary_flashcopy.h"
#include "analysis/text_table.h"
#include "models/report.h"

enum {
    LINE_WIDTH = 110,
    PAIR_WIDTH = 30,  /* columns of a pair's name */
    LINK_WIDTH = 16,  /* of a link's */
    STATE_WIDTH = 27, /* of a pair's two states */
    WAY_WIDTH = 14,   /* of two servers */
    WORST = 5,        /* pairs listed in the summary */
};

static const struct text_column pair_columns[] = {
    {"tracks", "tracks", 9, TEXT_COUNT},           {"left", "tracks_left", 9, TEXT_COUNT},
    {"from s", "established_s", 8, TEXT_MEASURE},  {"duplex s", "complete_s", 9, TEXT_MEASURE},
    {"mirrored", "mirrored_writes", 9, TEXT_COUNT}, {"failed", "failed_writes", 8, TEXT_COUNT},
};
enum { PAIR_COLUMNS = sizeof pair_columns / sizeof pair_columns[0] };

static const struct text_column link_columns[] = {
    {"busy", "utilization", 8, TEXT_SHARE},       {"advised", "threshold", 8, TEXT_SHARE},
    {"queue", "mean_queue", 8, TEXT_MEASURE},     {"wait ms", "mean_wait_ms", 9, TEXT_MEASURE},
    {"writes/s", "writes_per_s", 9, TEXT_MEASURE}, {"copies/s", "copies_per_s", 9, TEXT_MEASURE},
    {"MB/s", "mb_per_s", 8, TEXT_MEASURE},        {"paths", "paths", 6, TEXT_COUNT},
};
enum { LINK_COLUMNS = sizeof link_columns / sizeof link_columns[0] };

static const char *state_of(const json_t *pair)
{
    return text_table_text_at(pair, "state", "-");
}

static double count_of(const json_t *pair, const char *key)
{
    double count = text_table_number_at(pair, key);
    return isnan(count) ? 0 : count;
}

/* How much a pair needs a look: none, 0; else more for each kind of trouble, and among equals for tracks left. */
static double trouble(const json_t *pair)
{
    double tracks = count_of(pair, "tracks");
    double left = tracks > 0 ? count_of(pair, "tracks_left") / tracks : 0;
    bool copying = strcmp(state_of(pair), "duplex_pending") == 0 || strcmp(state_of(pair), "suspended") == 0;
    double level = json_is_true(json_object_get(pair, "inhibited")) ? 6 : 0;
    level += count_of(pair, "failed_writes") > 0 ? 4 : 0;
    level += strcmp(state_of(pair), "suspended") == 0 ? 2 : 0;
    return level + (copying ? left : 0);
}

/* ---- the section ---- */

void summary_pairs_put_states(const struct display *display, const json_t *pairs)
{
    const char *separator = "", *name;
    size_t others = json_object_size(pairs);
    for (int state = 0; state < PAIR_STATE_COUNT; state++) {
        const char *word = pair_state_name((enum pair_state)state);
        size_t count = 0;
        json_t *pair;
        json_object_foreach((json_t *)pairs, name, pair)
            count += strcmp(state_of(pair), word) == 0;
        if (count > 0)
            fprintf(display->out, "%s%zu %s", separator, count, word);
        separator = count > 0 ? ", " : separator;
        others -= count;
    }
    if (others > 0)
        fprintf(display->out, "%s%zu of unknown state", separator, others);
}

/* When the last pair became duplex, where one did in the run. */
static void put_last_complete(const struct display *display, const json_t *pairs)
{
    const char *name, *last = NULL;
    double last_s = 0;
    json_t *pair;
    json_object_foreach((json_t *)pairs, name, pair) {
        double complete_s = text_table_number_at(pair, "complete_s");
        if (count_of(pair, "established_s") > 0 && complete_s >= last_s) {
            last_s = complete_s;
            last = name;
        }
    }
    if (last == NULL)
        return;
    fprintf(display->out, "; the last to become duplex, at %.4g s: ", last_s);
    display_left(display, last, display_width(display, last) < PAIR_WIDTH ? display_width(display, last) : PAIR_WIDTH);
}

/* How long the pair that was without its mirror longest was so. */
static void put_unprotected(const struct display *display, const json_t *pairs)
{
    const char *name;
    double longest_s = 0;
    json_t *pair;
    json_object_foreach((json_t *)pairs, name, pair)
        longest_s = fmax(longest_s, count_of(pair, "unprotected_s"));
    if (longest_s > 0)
        fprintf(display->out, "; suspended or pending for at most %.4g s of the run", longest_s);
}

static void put_trouble(const struct display *display, const char *name, const json_t *pair)
{
    char text[300];
    const char *state = state_of(pair), *target = text_table_text_at(pair, "secondary_state", state);
    double suspended_s = text_table_number_at(pair, "suspended_s");
    int length = snprintf(text, sizeof text, "%.20s", state);
    if (strcmp(state, "suspended") == 0 && !isnan(suspended_s))
        length += snprintf(text + length, sizeof text - (size_t)length, " at %.4g s", suspended_s);
    if (strcmp(state, target) != 0)
        length += snprintf(text + length, sizeof text - (size_t)length, " (target %.20s)", target);
    length += snprintf(text + length, sizeof text - (size_t)length, ", %.0f of %.0f tracks out of sync",
                       count_of(pair, "tracks_left"), count_of(pair, "tracks"));
    if (json_is_true(json_object_get(pair, "inhibited")))
        length += snprintf(text + length, sizeof text - (size_t)length, ", takes no writes");
    if (count_of(pair, "failed_writes") > 0)
        snprintf(text + length, sizeof text - (size_t)length, ", %.0f write%s not acknowledged",
                 count_of(pair, "failed_writes"), count_of(pair, "failed_writes") > 1 ? "s" : "");
    fputs("  ", display->out);
    display_left(display, name, PAIR_WIDTH);
    fputc(' ', display->out);
    display_wrapped(display, text, PAIR_WIDTH + 3, PAIR_WIDTH + 3, LINE_WIDTH);
}

/* Lists the worst, worst first; of equals the first. Few enough to look for each anew. */
static void put_worst(const struct display *display, const json_t *pairs)
{
    const char *name, *shown[WORST];
    size_t count = 0, troubled = 0;
    json_t *pair;
    json_object_foreach((json_t *)pairs, name, pair)
        troubled += trouble(pair) > 0;
    while (count < WORST && count < troubled) {
        double most = 0;
        json_object_foreach((json_t *)pairs, name, pair) {
            bool is_shown = false;
            for (size_t i = 0; i < count; i++)
                is_shown |= shown[i] == name;
            if (!is_shown && trouble(pair) > most) {
                most = trouble(pair);
                shown[count] = name;
            }
        }
        put_trouble(display, shown[count], json_object_get(pairs, shown[count]));
        count++;
    }
    if (troubled > count)
        fprintf(display->out, "  and %zu more (--by pair)\n", troubled - count);
}

/* The pairs of one kind, as a new object; what does not say its kind is PPRC. NULL without memory. */
static json_t *pick(const json_t *pairs, enum pair_kind kind)
{
    json_t *picked = json_object(), *pair;
    const char *name, *pprc = pair_kind_name(PAIR_PPRC), *flashcopy = pair_kind_name(PAIR_FLASHCOPY);
    bool good = picked != NULL;
    json_object_foreach((json_t *)pairs, name, pair) {
        bool is_flashcopy = strcmp(text_table_text_at(pair, "kind", pprc), flashcopy) == 0;
        if (is_flashcopy == (kind == PAIR_FLASHCOPY))
            good = good && json_object_set(picked, name, pair) == 0;
    }
    return good ? picked : (json_decref(picked), NULL);
}

void summary_pairs_section(const struct display *display, const json_t *summary)
{
    const json_t *pairs = json_object_get(summary, "pairs");
    json_t *pprc = pick(pairs, PAIR_PPRC), *flashcopies = pick(pairs, PAIR_FLASHCOPY);
    if (json_object_size(pprc) > 0) {
        fputs(json_object_size(flashcopies) > 0 ? "\nPPRC pairs: " : "\nPairs: ", display->out);
        summary_pairs_put_states(display, pprc);
        put_unprotected(display, pprc);
        put_last_complete(display, pprc);
        fputc('\n', display->out);
        put_worst(display, pprc);
    }
    summary_flashcopy_section(display, flashcopies);
    json_decref(pprc);
    json_decref(flashcopies);
}

/* ---- the tables ---- */

/* Whether there is nothing to tell of it: in duplex from the start, and not written to. */
static bool at_rest(const json_t *pair)
{
    return trouble(pair) == 0 && strcmp(state_of(pair), "duplex") == 0 && count_of(pair, "tracks_left") == 0 &&
           count_of(pair, "established_s") == 0 && count_of(pair, "mirrored_writes") == 0 &&
           count_of(pair, "recorded_writes") == 0;
}

static void write_pair(const struct display *display, const char *name, int width, const json_t *pair)
{
    char states[80];
    const char *state = state_of(pair), *target = text_table_text_at(pair, "secondary_state", state);
    bool same = strcmp(state, target) == 0;
    snprintf(states, sizeof states, "%.30s%s%.30s", state, same ? "" : " > ", same ? "" : target);
    display_left(display, name, width);
    fputc(' ', display->out);
    display_left(display, states, STATE_WIDTH);
    text_table_row(display, pair_columns, PAIR_COLUMNS, pair);
}

static void write_pprc_table(const struct display *display, const json_t *pairs)
{
    int width = text_table_name_width(display, pairs, PAIR_WIDTH);
    size_t resting = 0;
    display_left(display, "pair", width);
    fputc(' ', display->out);
    display_left(display, "state", STATE_WIDTH);
    text_table_titles(display, pair_columns, PAIR_COLUMNS);
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)pairs, name, pair) {
        if (at_rest(pair))
            resting++;
        else
            write_pair(display, name, width, pair);
    }
    if (resting > 0)
        fprintf(display->out, "%zu in duplex without a write\n", resting);
}

size_t summary_pairs_table(const struct display *display, const json_t *summary)
{
    const json_t *pairs = json_object_get(summary, "pairs");
    json_t *pprc = pick(pairs, PAIR_PPRC), *flashcopies = pick(pairs, PAIR_FLASHCOPY);
    bool both = json_object_size(pprc) > 0 && json_object_size(flashcopies) > 0;
    if (json_object_size(pprc) > 0)
        write_pprc_table(display, pprc);
    if (both)
        fputc('\n', display->out);
    summary_flashcopy_table(display, flashcopies);
    json_decref(pprc);
    json_decref(flashcopies);
    return json_object_size(pairs);
}

size_t summary_links_table(const struct display *display, const json_t *summary)
{
    const json_t *resources = json_object_get(summary, "resources");
    size_t count = 0;
    const char *name;
    json_t *resource;
    json_object_foreach((json_t *)resources, name, resource) {
        char way[80];
        if (strcmp(text_table_text_at(resource, "kind", ""), resource_kind_name(RESOURCE_LINK)) != 0)
            continue;
        if (count++ == 0) {
            display_left(display, "link", LINK_WIDTH);
            fputc(' ', display->out);
            display_left(display, "from > to", WAY_WIDTH);
            text_table_titles(display, link_columns, LINK_COLUMNS);
        }
        snprintf(way, sizeof way, "%.30s > %.30s", text_table_text_at(resource, "from", "-"),
                 text_table_text_at(resource, "to", "-"));
        display_left(display, name, LINK_WIDTH);
        fputc(' ', display->out);
        display_left(display, way, WAY_WIDTH);
        for (size_t i = 0; i + 1 < LINK_COLUMNS; i++)
            text_table_number(display, text_table_number_at(resource, link_columns[i].key), link_columns[i].form,
                              link_columns[i].width);
        if (json_is_false(json_object_get(resource, "up")))
            display_right(display, "down", link_columns[LINK_COLUMNS - 1].width);
        else
            text_table_number(display, text_table_number_at(resource, "paths"), TEXT_COUNT,
                              link_columns[LINK_COLUMNS - 1].width);
        fputc('\n', display->out);
    }
    return count;
}
