// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_doubt.h"

#include <math.h>
#include <stdio.h>

#include "analysis/json_value.h"
#include "analysis/summary_copy.h"

enum { SENTENCE = 600 };

/* The pairs that have one kind of trouble. */
struct troubled {
    size_t count;
    const struct pair_report *worst;
    double weight; /* its; of equals the first is the worst */
};

static void take(struct troubled *troubled, const struct pair_report *pair, double weight)
{
    troubled->count++;
    if (troubled->worst == NULL || weight > troubled->weight) {
        troubled->worst = pair;
        troubled->weight = weight;
    }
}

static bool add(json_t *warnings, const char *text)
{
    return json_array_append_new(warnings, json_value_text(text)) == 0;
}

static bool add_failed_pprc(const struct troubled *failed, json_t *warnings)
{
    char text[SENTENCE];
    if (failed->count == 0)
        return true;
    snprintf(text, sizeof text,
             "%zu pair%s suspended by failures, %.100s%s at %.4g s. Means over the whole run mix writes that were "
             "mirrored with writes that were not.",
             failed->count, failed->count == 1 ? " was" : "s were", failed->worst->name,
             failed->count == 1 ? "" : " among the first,", failed->worst->failed_s);
    return add(warnings, text);
}

/* FlashCopies whose target is no copy, and never will be. `how` says what ended them. */
static bool add_broken(const struct troubled *broken, const char *how, json_t *warnings)
{
    char text[SENTENCE];
    const struct pair_report *worst = broken->worst;
    if (broken->count == 0)
        return true;
    if (broken->count == 1)
        snprintf(text, sizeof text, "FlashCopy %.100s was withdrawn at %.6g s %s: its target is no copy, it lacks %lld "
                 "of %lld tracks.", worst->name, worst->flashcopy.withdrawn_s, how, (long long)worst->tracks_left,
                 (long long)worst->tracks);
    else
        snprintf(text, sizeof text, "%zu FlashCopies were withdrawn %s: their targets are no copies. %.100s, withdrawn "
                 "at %.6g s, lacks most, %lld of %lld tracks.", broken->count, how, worst->name,
                 worst->flashcopy.withdrawn_s, (long long)worst->tracks_left, (long long)worst->tracks);
    return add(warnings, text);
}

/* How long the copy will go on at its rate so far, s; infinite where nothing was copied yet, or nobody knows. */
static double remaining_s(const struct pair_report *pair, const struct summary_run *run)
{
    double per_s = (double)pair->copied_tracks / (run->ended_s - pair->established_s);
    return per_s > 0 ? (double)pair->tracks_left / per_s : INFINITY;
}

/* A time to come, in the unit that suits it. */
static void print_time(char *text, size_t size, double s)
{
    if (s < 600)
        snprintf(text, size, "%.*f s", s < 10 ? 1 : 0, s);
    else if (s < 36000)
        snprintf(text, size, "%.0f min", s / 60);
    else
        snprintf(text, size, "%.0f h", s / 3600);
}

/* Background copies in progress at the run's end. */
static bool add_unfinished(const struct troubled *unfinished, const struct config *config,
                           const struct summary_run *run, json_t *warnings)
{
    char text[SENTENCE];
    const struct pair_report *worst = unfinished->worst;
    if (unfinished->count == 0)
        return true;
    int length = snprintf(text, sizeof text, "the background copy of %.100s had not ended when the run did: ",
                          worst->name);
    if (unfinished->count > 1)
        length = snprintf(text, sizeof text, "the background copies of %zu FlashCopies had not ended when the run did; "
                          "%.100s needs longest: ", unfinished->count, worst->name);
    length += snprintf(text + length, sizeof text - (size_t)length, "%lld of %lld tracks are left, ",
                       (long long)worst->tracks_left, (long long)worst->tracks);
    double mb_per_s = summary_copy_mb_per_s(config, run, (size_t)(worst - run->pairs));
    char more[40];
    print_time(more, sizeof more, unfinished->weight);
    if (isinf(unfinished->weight))
        snprintf(text + length, sizeof text - (size_t)length, "and none was copied yet.");
    else
        snprintf(text + length, sizeof text - (size_t)length, "another %s at the %.3g MB/s since its T0.", more,
                 mb_per_s);
    return add(warnings, text);
}

bool summary_doubt_pairs(const struct config *config, const struct summary_run *run, json_t *warnings)
{
    struct troubled pprc = {0}, failed = {0}, incomplete = {0}, unfinished = {0};
    for (size_t i = 0; run->pairs != NULL && i < config->pair_count; i++) {
        const struct pair_report *pair = &run->pairs[i];
        /* Without background copy that is how a FlashCopy ends. */
        bool is_broken = pair->state == FLASH_WITHDRAWN && pair->flashcopy.incomplete &&
                         (pair->flashcopy.background_copy || pair->failures > 0);
        if (pair->kind == PAIR_PPRC && pair->failures > 0)
            take(&pprc, pair, -pair->failed_s);
        else if (is_broken)
            take(pair->failures > 0 ? &failed : &incomplete, pair, (double)pair->tracks_left);
        else if (pair->state == FLASH_COPYING)
            take(&unfinished, pair, remaining_s(pair, run));
    }
    return add_failed_pprc(&pprc, warnings) &&
           add_broken(&failed, failed.count == 1 ? "by a failure" : "by failures", warnings) &&
           add_broken(&incomplete, "before every track was copied", warnings) &&
           add_unfinished(&unfinished, config, run, warnings);
}
