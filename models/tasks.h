// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * tasks: saved Copy Services tasks at run time - started, refused, under way, complete.
 *
 * All actions of a task start at one instant, in their order, each for its pairs in theirs. What the present state
 * does not allow is refused, and told with the reason ("task refused"); the other actions run, but the task never
 * completes. Otherwise it is complete when each pair it established has been duplex, each FlashCopy has its last track on
 * the target, or stands where it does not copy in the background, and each workload it quiesced is quiet; the other
 * actions are complete at once. How far it has come is counted in tracks: of those that its pairs had
 * to copy when it established them, the share that is copied.
 *
 * A task may run again and again. While it is under way it is not started a second time (that is refused); one that
 * waits for a pair that has fallen back, as to suspended, starts anew.
 *
 * The tasks hear of pairs (pairs.h) and workloads (workload.h), and tell one listener what came of it.
 */
#ifndef MODELS_TASKS_H
#define MODELS_TASKS_H

#include "models/machine.h"
#include "models/workload.h"

/* Who hears of tasks and pairs, each by index in the config. */
struct task_listener {
    void (*started)(struct task_listener *listener, int32_t task);
    void (*advanced)(struct task_listener *listener, int32_t task, double share); /* 0 to 1 of its tracks */
    void (*completed)(struct task_listener *listener, int32_t task);
    void (*entered)(struct task_listener *listener, int32_t pair, enum pair_state state); /* the pair's source */
};

struct tasks;

/* The tasks of the machine's config, none of them running. `workloads` holds those of the config. They become the
 * machine's pair_listener and the workloads' listener. All that is given must outlive them. */
struct tasks *tasks_create(struct machine *machine, struct workload *workloads, struct task_listener *listener);
void tasks_destroy(struct tasks *tasks);

/* Starts a task now. */
void tasks_run(struct tasks *tasks, int32_t task);

/* Pairs being copied now. While there are none, no task that is under way goes on by itself, but for I/Os in flight
 * that it waits for. */
int64_t tasks_copying(const struct tasks *tasks);

/* Tells the machine's event sink which tasks are under way now that the run ends, and what they wait for. */
void tasks_tell_incomplete(const struct tasks *tasks);

#endif
