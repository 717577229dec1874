// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/tasks.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/consistency.h"
#include "models/flashcopy.h"
#include "models/index_lists.h"
#include "models/paths.h"
#include "models/pprc.h"
#include "sim/memory.h"

enum { WHY_BYTES = 240 };
_Static_assert((int)PATHS_WHY_BYTES <= (int)WHY_BYTES && (int)PAIRS_WHY_BYTES <= (int)WHY_BYTES &&
                   (int)CONSISTENCY_WHY_BYTES <= (int)WHY_BYTES, "reasons fit");

/* Something that a task waits for: a pair that it establishes, or a workload that it quiesces. */
struct wait {
    int32_t task;
    bool of_workload;
    int32_t index;    /* in config.workloads, else in config.pairs */
    bool pending;     /* the task's present run waits for it */
    int64_t to_copy;  /* of a pair, tracks when that began ... */
    int64_t copied;   /* ... and of them, those copied */
};

/* A task's present run. */
struct run {
    bool starting;    /* its actions are being done */
    bool under_way;   /* started, neither complete nor refused */
    bool refused;     /* one of its actions was */
    sim_time started_ns;
    int64_t pending;  /* waits that are */
    int64_t to_copy, copied; /* over all its pairs */
};

struct tasks {
    struct pair_listener pairs;         /* first: the listener's address is the tasks' */
    struct workload_listener workload;
    struct machine *machine;
    const struct config *config;
    struct workload *workloads;
    struct task_listener *listener;
    struct run *runs;                   /* by task */
    size_t *first_wait;                 /* by task: its waits stand together, in order of its actions */
    struct wait *waits;
    struct index_lists *by_pair, *by_workload; /* which waits are for it */
    uint8_t *states;                    /* by pair: its source's, enum pair_state */
    int64_t copying;                    /* pairs duplex pending */
};

/* ---- refusals ---- */

static void tell_refused(const struct tasks *tasks, int32_t task, const char *verb, const char *what, const char *why,
                         size_t more)
{
    char others[60] = "";
    if (more > 0)
        snprintf(others, sizeof others, "; %zu more pair%s refused too", more, more == 1 ? " was" : "s were");
    machine_tell(tasks->machine, tasks->config->tasks[task].name, "task refused", "%s %s: %s%s", verb, what, why,
                 others);
}

static void refuse(struct tasks *tasks, int32_t task, const struct action_config *action, const char *why)
{
    char between[80];
    const struct subsystem_config *subsystems = tasks->config->subsystems;
    snprintf(between, sizeof between, "%s to %s", subsystems[action->from].name, subsystems[action->to].name);
    tasks->runs[task].refused = true;
    tell_refused(tasks, task, task_verb_name(action->verb), between, why, 0);
}

/* ---- waiting ---- */

static void look_whether_complete(struct tasks *tasks, int32_t task)
{
    struct run *run = &tasks->runs[task];
    if (!run->under_way || run->starting || run->pending > 0)
        return;
    run->under_way = false;
    machine_tell(tasks->machine, tasks->config->tasks[task].name, "task complete", "after %.3f s",
                 (double)(sim_now(tasks->machine->sim) - run->started_ns) * 1e-9);
    tasks->listener->completed(tasks->listener, task);
}

/* What was waited for has come. */
static void arrive(struct tasks *tasks, struct wait *wait)
{
    struct run *run = &tasks->runs[wait->task];
    if (!wait->pending)
        return;
    wait->pending = false;
    run->pending--;
    run->copied += wait->to_copy - wait->copied;
    wait->copied = wait->to_copy;
    look_whether_complete(tasks, wait->task);
}

static void tell_advance(struct tasks *tasks, int32_t task)
{
    const struct run *run = &tasks->runs[task];
    if (run->under_way && !run->starting && run->to_copy > 0)
        tasks->listener->advanced(tasks->listener, task, (double)run->copied / (double)run->to_copy);
}

/* Takes note of what is copied of the pair. What was counted once stays so, also when another task starts the pair's
 * copies anew. */
static void advance(struct tasks *tasks, struct wait *wait)
{
    if (!wait->pending)
        return;
    int64_t copied = (int64_t)(pairs_progress(tasks->machine, wait->index) * (double)wait->to_copy + 0.5);
    if (copied <= wait->copied)
        return;
    tasks->runs[wait->task].copied += copied - wait->copied;
    wait->copied = copied;
    tell_advance(tasks, wait->task);
}

static void pair_advanced(struct pair_listener *listener, int32_t pair)
{
    struct tasks *tasks = (struct tasks *)listener;
    struct index_list waits = index_lists_get(tasks->by_pair, pair);
    for (size_t i = 0; i < waits.count; i++)
        advance(tasks, &tasks->waits[waits.items[i]]);
}

static void pair_entered(struct pair_listener *listener, int32_t pair)
{
    struct tasks *tasks = (struct tasks *)listener;
    enum pair_state before = tasks->states[pair], state = pairs_state(tasks->machine, pair);
    if (state == before)
        return;
    tasks->states[pair] = (uint8_t)state;
    tasks->copying += pairs_is_under_way(state) - pairs_is_under_way(before);
    struct index_list waits = index_lists_get(tasks->by_pair, pair);
    for (size_t i = 0; pairs_is_established(state) && i < waits.count; i++) {
        struct wait *wait = &tasks->waits[waits.items[i]];
        arrive(tasks, wait);
        tell_advance(tasks, wait->task);
    }
    tasks->listener->entered(tasks->listener, pair, state);
}

static void workload_quiesced(struct workload_listener *listener, int32_t workload)
{
    struct tasks *tasks = STORY_OF(listener, struct tasks, workload);
    struct index_list waits = index_lists_get(tasks->by_workload, workload);
    for (size_t i = 0; i < waits.count; i++)
        arrive(tasks, &tasks->waits[waits.items[i]]);
}

static void await(struct tasks *tasks, struct wait *wait, int64_t to_copy)
{
    struct run *run = &tasks->runs[wait->task];
    wait->pending = true;
    wait->to_copy = to_copy;
    wait->copied = 0;
    run->pending++;
    run->to_copy += to_copy;
}

/* ---- actions ---- */

static bool establishes(enum task_verb verb)
{
    return verb == TASK_ESTABLISH_PPRC || verb == TASK_ESTABLISH_FLASHCOPY;
}

/* Does the action for one of its pairs; false, and why, where that is refused. */
static bool act_on_pair(struct tasks *tasks, const struct action_config *action, int32_t pair, struct wait *wait,
                        char why[WHY_BYTES])
{
    struct machine *machine = tasks->machine;
    bool allowed;
    if (action->verb == TASK_SUSPEND_PPRC)
        return pprc_suspend(machine, pair, why);
    if (action->verb == TASK_TERMINATE_PPRC)
        return pprc_terminate(machine, pair, action->at_target, why);
    if (action->verb == TASK_WITHDRAW_FLASHCOPY)
        return flashcopy_withdraw(machine, pair, why);
    if (action->verb == TASK_ESTABLISH_FLASHCOPY)
        allowed = flashcopy_establish(machine, pair, action->background_copy, action->accelerate_destage,
                                      action->permit_online, why);
    else
        allowed = pprc_establish(machine, pair, action->copy, action->critical, action->permit_online, why);
    if (!allowed)
        return false;
    bool copies = action->verb == TASK_ESTABLISH_PPRC || action->background_copy;
    await(tasks, wait, copies ? pairs_tracks_left(machine, pair) : 0);
    if (pairs_is_established(pairs_state(machine, pair)))
        arrive(tasks, wait);
    return true;
}

/* `wait` is the first one of the action's, if it has any. */
static void act_on_pairs(struct tasks *tasks, int32_t task, const struct action_config *action, struct wait *wait)
{
    char why[WHY_BYTES], first_why[WHY_BYTES];
    int32_t first = 0;
    size_t refused = 0;
    for (size_t i = 0; i < action->pair_count; i++) {
        if (act_on_pair(tasks, action, action->pairs[i], establishes(action->verb) ? &wait[i] : NULL, why))
            continue;
        if (refused++ == 0) {
            first = action->pairs[i];
            snprintf(first_why, sizeof first_why, "%s", why);
        }
    }
    if (refused == 0)
        return;
    tasks->runs[task].refused = true;
    tell_refused(tasks, task, task_verb_name(action->verb), tasks->config->pairs[first].name, first_why, refused - 1);
}

static void act_on_workloads(struct tasks *tasks, const struct action_config *action, struct wait *wait)
{
    for (size_t i = 0; i < action->workload_count; i++) {
        struct workload *workload = &tasks->workloads[action->workloads[i]];
        if (action->verb == TASK_RESUME) {
            workload_resume(workload);
        } else {
            await(tasks, &wait[i], 0);
            workload_quiesce(workload);
            if (workload_is_quiet(workload))
                arrive(tasks, &wait[i]);
        }
    }
}

static void act(struct tasks *tasks, int32_t task, const struct action_config *action, struct wait *wait)
{
    struct machine *machine = tasks->machine;
    char why[WHY_BYTES];
    bool allowed = true;
    switch (action->verb) {
    case TASK_ESTABLISH_PATHS:
        allowed = paths_establish(machine, action->from, action->to, action->links, action->link_count,
                                  action->replace, why);
        break;
    case TASK_REMOVE_PATHS:
        allowed = paths_remove(machine, action->from, action->to, why);
        break;
    case TASK_FREEZE:
        allowed = consistency_freeze(machine, action->from, action->to, why);
        break;
    case TASK_THAW:
        allowed = consistency_thaw(machine, action->from, action->to, why);
        break;
    case TASK_QUIESCE:
    case TASK_RESUME:
        act_on_workloads(tasks, action, wait);
        break;
    default:
        act_on_pairs(tasks, task, action, wait);
    }
    if (!allowed)
        refuse(tasks, task, action, why);
}

/* So many waits an action brings. */
static size_t waits_of(const struct action_config *action)
{
    return establishes(action->verb)     ? action->pair_count
           : action->verb == TASK_QUIESCE ? action->workload_count
                                          : 0;
}

/* ---- a task ---- */

/* What the wait waits for will come by itself: the pair is being copied, or the workload is to become quiet. */
static bool will_come(const struct tasks *tasks, const struct wait *wait)
{
    return wait->of_workload ? tasks->workloads[wait->index].quiescing
                             : pairs_is_under_way((enum pair_state)tasks->states[wait->index]);
}

static bool may_complete(const struct tasks *tasks, int32_t task)
{
    for (size_t i = tasks->first_wait[task]; i < tasks->first_wait[task + 1]; i++)
        if (tasks->waits[i].pending && !will_come(tasks, &tasks->waits[i]))
            return false;
    return true;
}

/* What the task does, in short: "suspend_pprc (4 pairs), resume (1 workload)". To be freed. */
static char *task_text(const struct task_config *task)
{
    char *text = memory_copy_string(task->action_count > 0 ? "" : "without actions");
    for (size_t i = 0; i < task->action_count; i++) {
        const struct action_config *action = &task->actions[i];
        size_t count = action->pair_count + action->workload_count;
        char *before = text, number[60] = "";
        if (count > 0)
            snprintf(number, sizeof number, " (%zu %s%s)", count, action->pair_count > 0 ? "pair" : "workload",
                     count == 1 ? "" : "s");
        text = memory_text("%s%s%s%s", before, i > 0 ? ", " : "", task_verb_name(action->verb), number);
        free(before);
    }
    return text;
}

static void begin(struct tasks *tasks, int32_t task)
{
    const struct task_config *config = &tasks->config->tasks[task];
    for (size_t i = tasks->first_wait[task]; i < tasks->first_wait[task + 1]; i++)
        tasks->waits[i].pending = false;
    tasks->runs[task] =
        (struct run){.starting = true, .under_way = true, .started_ns = sim_now(tasks->machine->sim)};
    char *text = task_text(config);
    machine_tell(tasks->machine, config->name, "task started", "%s", text);
    free(text);
    tasks->listener->started(tasks->listener, task);
}

void tasks_run(struct tasks *tasks, int32_t task)
{
    const struct task_config *config = &tasks->config->tasks[task];
    struct run *run = &tasks->runs[task];
    struct wait *wait = &tasks->waits[tasks->first_wait[task]];
    if (run->under_way && may_complete(tasks, task)) {
        machine_tell(tasks->machine, config->name, "task refused", "it has been under way since %.3f s",
                     (double)run->started_ns * 1e-9);
        return;
    }
    begin(tasks, task);
    for (size_t i = 0; i < config->action_count; i++) {
        act(tasks, task, &config->actions[i], wait);
        wait += waits_of(&config->actions[i]);
    }
    run->starting = false;
    run->under_way = !run->refused;
    tell_advance(tasks, task);
    look_whether_complete(tasks, task);
}

/* ---- beginning and end ---- */

static void add_waits(struct tasks *tasks, int32_t task, const struct action_config *action)
{
    bool of_workload = action->verb == TASK_QUIESCE;
    struct wait *wait = &tasks->waits[tasks->first_wait[task + 1]];
    for (size_t i = 0; i < waits_of(action); i++)
        wait[i] = (struct wait){.task = task, .of_workload = of_workload,
                                .index = of_workload ? action->workloads[i] : action->pairs[i]};
    tasks->first_wait[task + 1] += waits_of(action);
}

static void list_waits(struct tasks *tasks)
{
    const struct config *config = tasks->config;
    size_t count = 0;
    for (size_t i = 0; i < config->task_count; i++)
        for (size_t j = 0; j < config->tasks[i].action_count; j++)
            count += waits_of(&config->tasks[i].actions[j]);
    tasks->waits = memory_alloc_zeroed(count, sizeof *tasks->waits);
    tasks->first_wait = memory_alloc_zeroed(config->task_count + 1, sizeof *tasks->first_wait);
    for (size_t i = 0; i < config->task_count; i++) {
        tasks->first_wait[i + 1] = tasks->first_wait[i];
        for (size_t j = 0; j < config->tasks[i].action_count; j++)
            add_waits(tasks, (int32_t)i, &config->tasks[i].actions[j]);
    }
}

/* Which waits are for each pair, or each workload. */
static struct index_lists *find_waits(const struct tasks *tasks, bool of_workload, size_t keys)
{
    size_t count = 0, all = tasks->first_wait[tasks->config->task_count];
    struct index_entry *entries = memory_alloc_zeroed(all, sizeof *entries);
    for (size_t i = 0; i < all; i++)
        if (tasks->waits[i].of_workload == of_workload)
            entries[count++] = (struct index_entry){tasks->waits[i].index, (int32_t)i};
    struct index_lists *lists = index_lists_create(keys, entries, count);
    free(entries);
    return lists;
}

struct tasks *tasks_create(struct machine *machine, struct workload *workloads, struct task_listener *listener)
{
    const struct config *config = machine->config;
    struct tasks *tasks = memory_alloc_zeroed(1, sizeof *tasks);
    tasks->pairs = (struct pair_listener){.entered = pair_entered, .advanced = pair_advanced};
    tasks->workload.quiesced = workload_quiesced;
    tasks->machine = machine;
    tasks->config = config;
    tasks->workloads = workloads;
    tasks->listener = listener;
    tasks->runs = memory_alloc_zeroed(config->task_count, sizeof *tasks->runs);
    tasks->states = memory_alloc_zeroed(config->pair_count, sizeof *tasks->states);
    for (size_t i = 0; i < config->pair_count; i++)
        tasks->states[i] = (uint8_t)config->pairs[i].state;
    for (size_t i = 0; i < config->pair_count; i++)
        tasks->copying += pairs_is_under_way(config->pairs[i].state);
    list_waits(tasks);
    tasks->by_pair = find_waits(tasks, false, config->pair_count);
    tasks->by_workload = find_waits(tasks, true, config->workload_count);
    machine->pair_listener = &tasks->pairs;
    for (size_t i = 0; i < config->workload_count; i++)
        workloads[i].listener = &tasks->workload;
    return tasks;
}

void tasks_destroy(struct tasks *tasks)
{
    if (tasks == NULL)
        return;
    index_lists_destroy(tasks->by_pair);
    index_lists_destroy(tasks->by_workload);
    free(tasks->waits);
    free(tasks->first_wait);
    free(tasks->states);
    free(tasks->runs);
    free(tasks);
}

/* ---- asked by the run ---- */

int64_t tasks_copying(const struct tasks *tasks)
{
    return tasks->copying;
}

/* What a wait waits for: "db.0>dbr.0 is suspended". */
static void wait_text(const struct tasks *tasks, const struct wait *wait, char *text, size_t bytes)
{
    const struct config *config = tasks->config;
    if (wait->of_workload)
        snprintf(text, bytes, "workload %.100s is not quiet", config->workloads[wait->index].name);
    else
        snprintf(text, bytes, "%.100s is %s", config->pairs[wait->index].name,
                 pair_state_name((enum pair_state)tasks->states[wait->index]));
}

void tasks_tell_incomplete(const struct tasks *tasks)
{
    for (size_t i = 0; i < tasks->config->task_count; i++) {
        const struct run *run = &tasks->runs[i];
        const struct wait *wait = &tasks->waits[tasks->first_wait[i]];
        char what[200], copied[60] = "";
        if (!run->under_way)
            continue;
        while (!wait->pending)
            wait++;
        wait_text(tasks, wait, what, sizeof what);
        if (run->to_copy > 0)
            snprintf(copied, sizeof copied, "; %.1f %% copied", 100 * (double)run->copied / (double)run->to_copy);
        machine_tell(tasks->machine, tasks->config->tasks[i].name, "task incomplete at the end",
                     "started at %.3f s, waits for %lld of %zu: %s%s", (double)run->started_ns * 1e-9,
                     (long long)run->pending, tasks->first_wait[i + 1] - tasks->first_wait[i], what, copied);
    }
}
