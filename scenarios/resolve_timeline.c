// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The timeline: entries that say when - at a set time, or when a task or a pair has come so far - and what: tasks that
 * run, things that fail, or things that are repaired. They keep the order of the file.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/nearest.h"
#include "scenarios/targets.h"
#include "scenarios/units.h"
#include "sim/memory.h"

#define ALLOWED_TRIGGERS "allowed are TASK complete, TASK >= 80 %% and SOURCE>TARGET STATE"

struct reading {
    struct resolver *resolver;
    struct timeline_config entry; /* being read */
    struct happening *happenings;
    size_t happening_count;
};

/* ---- when ---- */

/* A part of a text without the spaces around it. */
static char *trimmed(const char *from, const char *to)
{
    while (from < to && *from == ' ')
        from++;
    while (to > from && to[-1] == ' ')
        to--;
    return memory_text("%.*s", (int)(to - from), from);
}

/* The task's index in the config, -1 after a mistake. */
static int32_t find_task(const struct resolver *resolver, const char *name, const struct node *at)
{
    const struct node *tasks = resolve_section(resolver, tree_root(resolver->tree), "tasks");
    const struct node *task = resolve_name(resolver, tasks, name, at, "task");
    return task != NULL ? (int32_t)task->index : -1;
}

static bool read_task_trigger(struct reading *reading, const char *name, const struct node *at)
{
    reading->entry.trigger = TRIGGER_TASK;
    reading->entry.task = find_task(reading->resolver, name, at);
    return reading->entry.task >= 0;
}

/* TASK >= 80 % */
static bool read_share(struct reading *reading, const char *sign, const struct node *at)
{
    struct quantity share = {0};
    char why[200];
    char *task = trimmed(at->text, sign), *number = trimmed(sign + 2, at->text + strlen(at->text));
    bool good = quantity_parse(number, UNIT_SHARE, false, 0.0001, 1, &share, why, sizeof why);
    if (!good)
        node_error(at, reading->resolver->diagnostics, "%s", why);
    good = read_task_trigger(reading, task, at) && good;
    reading->entry.share = share.number;
    free(task);
    free(number);
    return good;
}

/* The states that a pair enters, by its kind. */
static const char *const kind_states[] = {
    [PAIR_PPRC] = "simplex, duplex_pending, duplex and suspended",
    [PAIR_FLASHCOPY] = "establishing, copying, nocopy, complete and withdrawn",
};
static const char *const kind_words[] = {[PAIR_PPRC] = "PPRC pair", [PAIR_FLASHCOPY] = "FlashCopy"};

/* The state's number, -1 after a mistake. Nothing enters FLASH_NONE. */
static int find_state(const struct resolver *resolver, const char *word, const struct node *at)
{
    struct nearest nearest = {.word = word};
    for (int state = 0; state < PAIR_STATE_COUNT; state++) {
        const char *name = pair_state_name((enum pair_state)state);
        if (state == FLASH_NONE)
            continue;
        if (strcmp(name, word) == 0)
            return state;
        nearest_offer(&nearest, name);
    }
    node_error(at, resolver->diagnostics,
               "\"%.60s\" is no state of a pair%s%s%s, allowed are %s of PPRC, %s of FlashCopy", word,
               nearest.best != NULL ? " (did you mean " : "", nearest.best != NULL ? nearest.best : "",
               nearest.best != NULL ? "?)" : "", kind_states[PAIR_PPRC], kind_states[PAIR_FLASHCOPY]);
    return -1;
}

/* Says that the names mean no pair which could enter such a state. */
static void refuse_pair(struct resolver *resolver, const char *source, const char *target, enum pair_kind kind,
                        const struct node *at)
{
    enum pair_kind other = kind == PAIR_PPRC ? PAIR_FLASHCOPY : PAIR_PPRC;
    int32_t *pairs = NULL;
    size_t count = 0;
    resolve_known_pairs(resolver, other, source, target, at, &pairs, &count);
    free(pairs);
    if (count > 0)
        node_error(at, resolver->diagnostics, "%.60s>%.60s is a %s and no %s, allowed are its states: %s", source,
                   target, kind_words[other], kind_words[kind], kind_states[other]);
    else if (!resolver->pairs_broken)
        node_error(at, resolver->diagnostics,
                   "%.60s>%.60s is no pair, allowed is one that stands in `pairs` or in a task", source, target);
}

/* SOURCE>TARGET STATE, the pairs in front of `word`. The state says of which kind they are. */
static bool read_pair_trigger(struct reading *reading, const char *sign, const char *word, const struct node *at)
{
    struct resolver *resolver = reading->resolver;
    struct timeline_config *entry = &reading->entry;
    char *source = trimmed(at->text, sign), *target = trimmed(sign + 1, word), *state = trimmed(word, word + strlen(word));
    int number = find_state(resolver, state, at);
    enum pair_kind kind = number >= FLASH_NONE ? PAIR_FLASHCOPY : PAIR_PPRC;
    bool named = resolve_known_pairs(resolver, kind, source, target, at, &entry->pairs, &entry->pair_count);
    bool good = named && number >= 0 && entry->pair_count > 0;
    if (named && number >= 0 && !good)
        refuse_pair(resolver, source, target, kind, at);
    entry->trigger = TRIGGER_PAIR;
    entry->state = (enum pair_state)number;
    free(source);
    free(target);
    free(state);
    return good;
}

static bool read_when(struct reading *reading, const struct node *at)
{
    const char *text = at->text, *end = text + strlen(text);
    while (end > text && end[-1] == ' ')
        end--;
    const char *word = end;
    while (word > text && word[-1] != ' ')
        word--;
    const char *sign = strchr(text, '>');
    if (sign != NULL && sign[1] == '=')
        return read_share(reading, sign, at);
    /* A share with another sign than >= is no pair. */
    if (sign != NULL && word > sign && end[-1] != '%')
        return read_pair_trigger(reading, sign, word, at);
    if (sign != NULL || word == text || strncmp(word, "complete", (size_t)(end - word)) != 0 || end - word != 8) {
        node_error(at, reading->resolver->diagnostics, "\"%.80s\" is no condition, " ALLOWED_TRIGGERS, text);
        return false;
    }
    char *name = trimmed(text, word);
    bool good = read_task_trigger(reading, name, at);
    reading->entry.share = 1;
    free(name);
    return good;
}

static void warn_late(const struct resolver *resolver, const struct view *view, sim_time at_ns)
{
    const struct run_config *run = &resolver->config->run;
    char end[40];
    if (run->duration_ns == 0 || at_ns < run->warmup_ns + run->duration_ns)
        return;
    quantity_format(UNIT_TIME, (double)(run->warmup_ns + run->duration_ns), end, sizeof end);
    node_warn(view_node(view, "at"), resolver->diagnostics, "has no effect, the run ends at %s", end);
}

static bool read_trigger(struct reading *reading, struct view *view)
{
    const struct node *at = view_node(view, "at"), *when = view_node(view, "when");
    if ((at == NULL) == (when == NULL)) {
        node_error(view->node, reading->resolver->diagnostics, "%s of at and when is given, needed is exactly one",
                   at == NULL ? "none" : "more than one");
        return false;
    }
    if (when != NULL)
        return when->valid && read_when(reading, when);
    reading->entry.trigger = TRIGGER_AT;
    reading->entry.at_ns = view_integer(view, "at");
    if (!view->known)
        return false;
    warn_late(reading->resolver, view, reading->entry.at_ns);
    return true;
}

/* ---- what ---- */

static bool add_task(struct reading *reading, const struct node *at)
{
    struct timeline_config *entry = &reading->entry;
    int32_t task = find_task(reading->resolver, at->text, at);
    if (task < 0)
        return false;
    for (size_t i = 0; i < entry->task_count; i++) {
        if (entry->tasks[i] == task) {
            node_error(at, reading->resolver->diagnostics, "names task %.60s a second time, allowed is once", at->text);
            return false;
        }
    }
    entry->tasks = memory_grow(entry->tasks, entry->task_count, sizeof entry->tasks[0]);
    entry->tasks[entry->task_count++] = task;
    return true;
}

static bool add_targets(struct reading *reading, const struct node *at)
{
    struct timeline_config *entry = &reading->entry;
    struct target_list list = {entry->targets, entry->target_count};
    bool good = resolve_target(reading->resolver, at, &list);
    for (size_t i = entry->target_count; i < list.count; i++) {
        reading->happenings =
            memory_grow(reading->happenings, reading->happening_count, sizeof reading->happenings[0]);
        reading->happenings[reading->happening_count++] =
            (struct happening){reading->resolver->config->timeline_count, i, at};
    }
    entry->targets = list.targets;
    entry->target_count = list.count;
    return good;
}

/* What one name or each of a list means. */
static bool read_names(struct reading *reading, const struct node *names,
                       bool (*add)(struct reading *reading, const struct node *at))
{
    bool good = true;
    if (names->kind == NODE_SCALAR)
        return names->valid && add(reading, names);
    for (const struct node *item = names->first; item != NULL; item = item->next)
        good = item->valid && add(reading, item) && good;
    return good;
}

static bool read_doing(struct reading *reading, const struct view *view)
{
    const struct node *run = view_node(view, "run"), *fail = view_node(view, "fail"), *repair = view_node(view, "repair");
    int given = (run != NULL) + (fail != NULL) + (repair != NULL);
    if (given != 1) {
        node_error(view->node, reading->resolver->diagnostics,
                   "%s of run, fail and repair is given, needed is exactly one", given == 0 ? "none" : "more than one");
        return false;
    }
    reading->entry.repair = repair != NULL;
    if (run != NULL)
        return read_names(reading, run, add_task);
    return read_names(reading, fail != NULL ? fail : repair, add_targets);
}

/* ---- entries ---- */

static void free_entry(struct timeline_config *entry)
{
    for (size_t i = 0; i < entry->target_count; i++)
        free(entry->targets[i].name);
    free(entry->targets);
    free(entry->pairs);
    free(entry->tasks);
}

static void add_entry(struct reading *reading, const struct node *node)
{
    struct config *config = reading->resolver->config;
    struct view view = {reading->resolver->tree, node, SECTION_EVENT, true};
    size_t happenings = reading->happening_count;
    if (node->kind != NODE_MAPPING && !node_is_empty(node))
        return;
    reading->entry = (struct timeline_config){0};
    bool good = read_trigger(reading, &view);
    good = read_doing(reading, &view) && good;
    if (!good) {
        free_entry(&reading->entry);
        reading->happening_count = happenings;
        return;
    }
    config->timeline = memory_grow(config->timeline, config->timeline_count, sizeof config->timeline[0]);
    config->timeline[config->timeline_count++] = reading->entry;
}

/* Tasks that nothing runs, and entries that wait for them. */
static void warn_idle(const struct resolver *resolver, const struct node *timeline)
{
    const struct config *config = resolver->config;
    const struct node *tasks = resolve_section(resolver, tree_root(resolver->tree), "tasks");
    bool *runs = memory_alloc_zeroed(config->task_count, sizeof runs[0]);
    for (size_t i = 0; i < config->timeline_count; i++)
        for (size_t j = 0; j < config->timeline[i].task_count; j++)
            runs[config->timeline[i].tasks[j]] = true;
    for (const struct node *task = tasks != NULL ? tasks->first : NULL; task != NULL; task = task->next)
        if (!runs[task->index])
            node_warn(task, resolver->diagnostics, "has no effect, no entry of the timeline runs it");
    const struct node *node = timeline != NULL ? timeline->first : NULL;
    for (size_t i = 0; i < config->timeline_count; i++, node = node->next)
        if (config->timeline[i].trigger == TRIGGER_TASK && !runs[config->timeline[i].task])
            node_warn(node, resolver->diagnostics, "has no effect, no entry runs task %.60s",
                      config->tasks[config->timeline[i].task].name);
    free(runs);
}

void resolve_timeline(struct resolver *resolver)
{
    struct reading reading = {.resolver = resolver};
    const struct node *node = tree_find(resolver->tree, tree_root(resolver->tree), "timeline");
    bool listed = node != NULL && node->kind == NODE_SEQUENCE;
    for (const struct node *item = listed ? node->first : NULL; item != NULL; item = item->next)
        add_entry(&reading, item);
    resolve_course(resolver, reading.happenings, reading.happening_count);
    if (diagnostics_errors(resolver->diagnostics) == 0)
        warn_idle(resolver, listed ? node : NULL);
    free(reading.happenings);
}
