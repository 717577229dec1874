// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * task_run: tasks and a timeline for a config made by hand, a run of it, and what was told meanwhile.
 */
#ifndef TESTS_TASK_RUN_H
#define TESTS_TASK_RUN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "tests/mirror_config.h"
#include "tests/small_config.h"
#include "tests/unit.h"
#include "tests/watched_run.h"

enum { TOLD_MAX = 512 };

struct told {
    sim_time at_ns;
    char *what; /* "SUBJECT: EVENT: DETAIL" */
};

struct task_run {
    struct watched watched; /* first: the observer's address is this */
    struct told told[TOLD_MAX];
    int count;
    sim_time end_ns;
    struct pair_report pairs[16];
};

/* ---- tasks and entries ---- */

/* A task of this name, empty. The pointer holds until the next one is added, as do those below. */
static inline struct task_config *add_task(struct config *config, const char *name)
{
    config->tasks = memory_grow(config->tasks, config->task_count, sizeof *config->tasks);
    struct task_config *task = &config->tasks[config->task_count++];
    *task = (struct task_config){.name = memory_copy_string(name)};
    return task;
}

static inline struct action_config *add_action(struct task_config *task, enum task_verb verb)
{
    task->actions = memory_grow(task->actions, task->action_count, sizeof *task->actions);
    struct action_config *action = &task->actions[task->action_count++];
    *action = (struct action_config){.verb = verb};
    return action;
}

/* An action on the pairs [first, first + count). */
static inline struct action_config *add_pairs_action(struct task_config *task, enum task_verb verb, int32_t first,
                                                     int32_t count)
{
    struct action_config *action = add_action(task, verb);
    action->pairs = memory_alloc_zeroed((size_t)count, sizeof *action->pairs);
    for (int32_t i = 0; i < count; i++)
        action->pairs[action->pair_count++] = first + i;
    return action;
}

/* A task of one action on pairs. */
static inline struct action_config *add_pairs_task(struct config *config, const char *name, enum task_verb verb,
                                                   int32_t first, int32_t count)
{
    return add_pairs_action(add_task(config, name), verb, first, count);
}

/* A task that quiesces or resumes a workload. */
static inline void add_load_task(struct config *config, const char *name, enum task_verb verb, int32_t workload)
{
    struct action_config *action = add_action(add_task(config, name), verb);
    action->workloads = memory_alloc_zeroed(1, sizeof *action->workloads);
    action->workloads[action->workload_count++] = workload;
}

static inline int32_t task_number(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->task_count; i++)
        if (strcmp(config->tasks[i].name, name) == 0)
            return (int32_t)i;
    abort();
}

/* Lets the entry run one more task. */
static inline void entry_runs(struct config *config, struct timeline_config *entry, const char *name)
{
    entry->tasks = memory_grow(entry->tasks, entry->task_count, sizeof *entry->tasks);
    entry->tasks[entry->task_count++] = task_number(config, name);
}

static inline struct timeline_config *run_at(struct config *config, sim_time at_ns, const char *name)
{
    struct timeline_config *entry = small_config_add_entry(config, at_ns);
    entry_runs(config, entry, name);
    return entry;
}

/* When `task` has come so far, `name` runs. */
static inline struct timeline_config *run_when(struct config *config, const char *task, double share, const char *name)
{
    struct timeline_config *entry = run_at(config, 0, name);
    entry->trigger = TRIGGER_TASK;
    entry->task = task_number(config, task);
    entry->share = share;
    return entry;
}

/* When one of the pairs [0, count) enters the state, `name` runs. */
static inline void run_when_pair(struct config *config, int32_t count, enum pair_state state, const char *name)
{
    struct timeline_config *entry = run_at(config, 0, name);
    entry->trigger = TRIGGER_PAIR;
    entry->state = state;
    entry->pairs = memory_alloc_zeroed((size_t)count, sizeof *entry->pairs);
    for (int32_t i = 0; i < count; i++)
        entry->pairs[entry->pair_count++] = i;
}

/* ---- a run ---- */

static inline void task_run_told(struct model_observer *observer, sim_time now_ns, const char *subject,
                                 const char *event, const char *detail)
{
    struct task_run *run = (struct task_run *)observer;
    if (run->count < TOLD_MAX)
        run->told[run->count++] = (struct told){now_ns, memory_text("%s: %s: %s", subject, event, detail)};
}

/* Runs the config, which it takes over, and collects what came of it. */
static inline void task_run_with(struct task_run *run, struct config *config, struct trace_source *const *sources)
{
    *run = (struct task_run){0};
    struct model *model = watch_begin(&run->watched, config, sources);
    run->watched.observer.event = task_run_told;
    run->watched.outcome = model_run(model, &run->watched.observer, &run->watched.error);
    run->end_ns = model_now(model);
    if (config->pair_count <= sizeof run->pairs / sizeof run->pairs[0])
        model_pairs(model, run->pairs);
    watch_end(&run->watched, model);
    small_config_destroy(config);
}

static inline void task_run(struct task_run *run, struct config *config)
{
    task_run_with(run, config, NULL);
}

static inline void task_run_free(struct task_run *run)
{
    for (int i = 0; i < run->count; i++)
        free(run->told[i].what);
    watched_free(&run->watched);
}

/* The number of the `nth` (from 0) thing told that begins like this; -1 for none. */
static inline int told(const struct task_run *run, const char *what, int nth)
{
    for (int i = 0; i < run->count; i++)
        if (strncmp(run->told[i].what, what, strlen(what)) == 0 && nth-- == 0)
            return i;
    return -1;
}

/* When that was; -1 for never. */
static inline sim_time told_ns(const struct task_run *run, const char *what, int nth)
{
    int number = told(run, what, nth);
    return number >= 0 ? run->told[number].at_ns : -1;
}

/* How often something was told that begins like this. */
static inline int told_count(const struct task_run *run, const char *what)
{
    int count = 0;
    while (told(run, what, count) >= 0)
        count++;
    return count;
}

/* All of the first thing told that begins like this; "" for none. */
static inline const char *told_text(const struct task_run *run, const char *what)
{
    int number = told(run, what, 0);
    return number >= 0 ? run->told[number].what : "";
}

#endif
