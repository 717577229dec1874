// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/faults.h"
#include "models/index_lists.h"
#include "sim/memory.h"

struct timeline {
    struct task_listener listener; /* first: the listener's address is the timeline's */
    struct machine *machine;
    const struct config *config;
    struct tasks *tasks;
    struct timeline_watcher *watcher;
    struct error *error;
    struct sim_call clock;         /* the next entries at a set time are due */
    struct sim_call round;         /* does what is due */
    bool round_comes;              /* a round is scheduled, or at work */
    int32_t *by_time;              /* entries at a set time, in order of time, then of the file */
    size_t by_time_count, next;
    bool runs_tasks;               /* some entry does */
    struct index_lists *by_task, *by_pair; /* entries that a task, or a pair, triggers */
    bool *fired;                   /* by entry: for a share of its task's tracks, in the task's present run */
    bool *is_due;                  /* by entry */
    int32_t *due, *doing;          /* entries that are due; that are being done */
    size_t due_count;
    sim_time instant_ns;           /* of the last round ... */
    int32_t rounds;                /* ... and their number in that instant */
};

static struct sim *sim_of(const struct timeline *timeline)
{
    return timeline->machine->sim;
}

/* ---- what is due ---- */

static void come_due(struct timeline *timeline, int32_t entry)
{
    if (timeline->is_due[entry])
        return;
    timeline->is_due[entry] = true;
    timeline->due[timeline->due_count++] = entry;
    if (!timeline->round_comes)
        sim_at_priority(sim_of(timeline), sim_now(sim_of(timeline)), SIM_PRIORITY_FIRST, &timeline->round);
    timeline->round_comes = true;
}

static void do_entry(struct timeline *timeline, const struct timeline_config *entry)
{
    for (size_t i = 0; i < entry->target_count; i++)
        faults_set(timeline->machine, &entry->targets[i], !entry->repair);
    for (size_t i = 0; i < entry->task_count; i++)
        tasks_run(timeline->tasks, entry->tasks[i]);
}

static int compare_numbers(const void *left, const void *right)
{
    const int32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Takes the entries that are due, in the order of the file; returns their number. */
static size_t take_due(struct timeline *timeline)
{
    size_t count = timeline->due_count;
    memcpy(timeline->doing, timeline->due, count * sizeof *timeline->due);
    qsort(timeline->doing, count, sizeof *timeline->doing, compare_numbers);
    for (size_t i = 0; i < count; i++)
        timeline->is_due[timeline->doing[i]] = false;
    timeline->due_count = 0;
    return count;
}

static bool goes_in_circles(struct timeline *timeline)
{
    sim_time now = sim_now(sim_of(timeline));
    timeline->rounds = timeline->instant_ns == now ? timeline->rounds + 1 : 1;
    timeline->instant_ns = now;
    if (timeline->rounds <= TIMELINE_ROUNDS_MAX)
        return false;
    char place[40];
    const struct timeline_config *entry = &timeline->config->timeline[timeline->due[0]];
    snprintf(place, sizeof place, "timeline.%d", (int)timeline->due[0]);
    error_set(timeline->error, ERROR_INPUT, place,
              "comes due for ever at %.9f s: it %s%.100s, which brings it about again before any time has passed; "
              "let one of the entries wait for something that takes time",
              (double)now * 1e-9, entry->task_count > 0 ? "runs task " : "fails or repairs ",
              entry->task_count > 0     ? timeline->config->tasks[entry->tasks[0]].name
              : entry->target_count > 0 ? entry->targets[0].name
                                        : "nothing");
    sim_stop(sim_of(timeline));
    return true;
}

/* After something has happened: the run may be over, unless more is due. */
static void settle(struct timeline *timeline)
{
    if (!timeline->round_comes && timeline->watcher != NULL)
        timeline->watcher->settled(timeline->watcher);
}

/* Does what is due, until nothing is or it goes on for ever. */
static void do_rounds(struct timeline *timeline)
{
    timeline->round_comes = true;
    while (timeline->due_count > 0 && !goes_in_circles(timeline)) {
        size_t count = take_due(timeline);
        for (size_t i = 0; i < count; i++)
            do_entry(timeline, &timeline->config->timeline[timeline->doing[i]]);
    }
    timeline->round_comes = timeline->due_count > 0;
}

static void round_is_due(struct sim_call *call)
{
    struct timeline *timeline = STORY_OF(call, struct timeline, round);
    do_rounds(timeline);
    settle(timeline);
}

/* ---- by the clock ---- */

static const struct timeline_config *next_by_time(const struct timeline *timeline)
{
    return &timeline->config->timeline[timeline->by_time[timeline->next]];
}

/* All entries at the present time come due; the next time is waited for. */
static void go_on(struct timeline *timeline)
{
    sim_time now = sim_now(sim_of(timeline));
    while (timeline->next < timeline->by_time_count && next_by_time(timeline)->at_ns <= now)
        come_due(timeline, timeline->by_time[timeline->next++]);
    if (timeline->next < timeline->by_time_count)
        sim_at_priority(sim_of(timeline), next_by_time(timeline)->at_ns, SIM_PRIORITY_FIRST, &timeline->clock);
}

static void clock_is_due(struct sim_call *call)
{
    go_on(STORY_OF(call, struct timeline, clock));
}

void timeline_start(struct timeline *timeline)
{
    timeline->round_comes = true;
    go_on(timeline);
    do_rounds(timeline);
}

/* ---- by tasks and pairs ---- */

static void task_started(struct task_listener *listener, int32_t task)
{
    struct timeline *timeline = (struct timeline *)listener;
    struct index_list entries = index_lists_get(timeline->by_task, task);
    for (size_t i = 0; i < entries.count; i++)
        timeline->fired[entries.items[i]] = false;
}

/* The task has come so far. */
static void fire(struct timeline *timeline, int32_t task, int32_t number)
{
    const struct timeline_config *entry = &timeline->config->timeline[number];
    if (timeline->fired[number])
        return;
    timeline->fired[number] = true;
    if (entry->share < 1) {
        char what[40];
        snprintf(what, sizeof what, "%g %% copied", entry->share * 100);
        machine_tell(timeline->machine, timeline->config->tasks[task].name, what, "brings about timeline.%d", (int)number);
    }
    come_due(timeline, number);
}

static void task_advanced(struct task_listener *listener, int32_t task, double share)
{
    struct timeline *timeline = (struct timeline *)listener;
    struct index_list entries = index_lists_get(timeline->by_task, task);
    for (size_t i = 0; i < entries.count; i++) {
        double needed = timeline->config->timeline[entries.items[i]].share;
        if (needed < 1 && share >= needed)
            fire(timeline, task, entries.items[i]);
    }
}

static void task_completed(struct task_listener *listener, int32_t task)
{
    struct timeline *timeline = (struct timeline *)listener;
    struct index_list entries = index_lists_get(timeline->by_task, task);
    for (size_t i = 0; i < entries.count; i++)
        fire(timeline, task, entries.items[i]);
    settle(timeline);
}

static void pair_entered(struct task_listener *listener, int32_t pair, enum pair_state state)
{
    struct timeline *timeline = (struct timeline *)listener;
    struct index_list entries = index_lists_get(timeline->by_pair, pair);
    for (size_t i = 0; i < entries.count; i++)
        if (timeline->config->timeline[entries.items[i]].state == state)
            come_due(timeline, entries.items[i]);
    settle(timeline);
}

/* ---- beginning and end ---- */

static int compare_times(const void *left, const void *right)
{
    const struct timeline_config *const *a = left, *const *b = right;
    if ((*a)->at_ns != (*b)->at_ns)
        return (*a)->at_ns < (*b)->at_ns ? -1 : 1;
    return (*a > *b) - (*a < *b); /* of one array: the order of the file */
}

static void sort_by_time(struct timeline *timeline)
{
    const struct config *config = timeline->config;
    const struct timeline_config **entries = memory_alloc_zeroed(config->timeline_count, sizeof *entries);
    size_t count = 0;
    for (size_t i = 0; i < config->timeline_count; i++)
        if (config->timeline[i].trigger == TRIGGER_AT)
            entries[count++] = &config->timeline[i];
    qsort(entries, count, sizeof *entries, compare_times);
    timeline->by_time = memory_alloc_zeroed(count, sizeof *timeline->by_time);
    timeline->by_time_count = count;
    for (size_t i = 0; i < count; i++)
        timeline->by_time[i] = (int32_t)(entries[i] - config->timeline);
    free(entries);
}

static struct index_lists *list_by_task(const struct config *config)
{
    size_t count = 0;
    struct index_entry *entries = memory_alloc_zeroed(config->timeline_count, sizeof *entries);
    for (size_t i = 0; i < config->timeline_count; i++)
        if (config->timeline[i].trigger == TRIGGER_TASK)
            entries[count++] = (struct index_entry){config->timeline[i].task, (int32_t)i};
    struct index_lists *lists = index_lists_create(config->task_count, entries, count);
    free(entries);
    return lists;
}

static struct index_lists *list_by_pair(const struct config *config)
{
    size_t count = 0, room = 0;
    for (size_t i = 0; i < config->timeline_count; i++)
        room += config->timeline[i].pair_count;
    struct index_entry *entries = memory_alloc_zeroed(room, sizeof *entries);
    for (size_t i = 0; i < config->timeline_count; i++)
        for (size_t j = 0; j < config->timeline[i].pair_count; j++)
            entries[count++] = (struct index_entry){config->timeline[i].pairs[j], (int32_t)i};
    struct index_lists *lists = index_lists_create(config->pair_count, entries, count);
    free(entries);
    return lists;
}

struct timeline *timeline_create(struct machine *machine, struct workload *workloads, struct timeline_watcher *watcher,
                                 struct error *error)
{
    const struct config *config = machine->config;
    struct timeline *timeline = memory_alloc_zeroed(1, sizeof *timeline);
    timeline->listener = (struct task_listener){
        .started = task_started, .advanced = task_advanced, .completed = task_completed, .entered = pair_entered};
    timeline->machine = machine;
    timeline->config = config;
    timeline->watcher = watcher;
    timeline->error = error;
    timeline->clock.run = clock_is_due;
    timeline->round.run = round_is_due;
    timeline->instant_ns = -1;
    timeline->runs_tasks = config_runs_tasks(config);
    sort_by_time(timeline);
    timeline->by_task = list_by_task(config);
    timeline->by_pair = list_by_pair(config);
    timeline->fired = memory_alloc_zeroed(config->timeline_count, sizeof *timeline->fired);
    timeline->is_due = memory_alloc_zeroed(config->timeline_count, sizeof *timeline->is_due);
    timeline->due = memory_alloc_zeroed(config->timeline_count, sizeof *timeline->due);
    timeline->doing = memory_alloc_zeroed(config->timeline_count, sizeof *timeline->doing);
    timeline->tasks = tasks_create(machine, workloads, &timeline->listener);
    return timeline;
}

void timeline_destroy(struct timeline *timeline)
{
    if (timeline == NULL)
        return;
    tasks_destroy(timeline->tasks);
    index_lists_destroy(timeline->by_task);
    index_lists_destroy(timeline->by_pair);
    free(timeline->by_time);
    free(timeline->fired);
    free(timeline->is_due);
    free(timeline->due);
    free(timeline->doing);
    free(timeline);
}

/* ---- asked by the run ---- */

bool timeline_is_over(const struct timeline *timeline)
{
    if (!timeline->runs_tasks)
        return tasks_copying(timeline->tasks) == 0;
    return timeline->next == timeline->by_time_count && !timeline->round_comes &&
           tasks_copying(timeline->tasks) == 0;
}

void timeline_tell_incomplete(const struct timeline *timeline)
{
    tasks_tell_incomplete(timeline->tasks);
}
