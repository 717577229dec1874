// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Notes on FlashCopy: pairs whose source and target share drives or a loop, and tasks that will find their targets in
 * use.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "scenarios/notes.h"
#include "sim/memory.h"

/* ---- places ---- */

/* FlashCopy pairs from a rank to itself, and to others of its loop. */
struct copies {
    int32_t within, beside;
};

static struct copies *count_copies(const struct config *config)
{
    struct copies *copies = memory_alloc_zeroed(config->rank_count, sizeof copies[0]);
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct pair_config *pair = &config->pairs[i];
        int32_t from = config->volumes[pair->source].rank, to = config->volumes[pair->target].rank;
        if (pair->kind != PAIR_FLASHCOPY)
            continue;
        copies[from].within += from == to;
        copies[from].beside += from != to && config->ranks[from].loop == config->ranks[to].loop;
    }
    return copies;
}

/* Whether a rank of the same logical subsystem stands on the other loop. */
static bool has_other_loop(const struct config *config, const struct rank_config *rank)
{
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *other = &config->ranks[i];
        if (other->server == rank->server && other->lss == rank->lss && other->loop != rank->loop)
            return true;
    }
    return false;
}

static void note_place(struct notes *notes, const struct config *config, const struct rank_config *rank,
                       const struct copies *copies)
{
    const char *serial = config->servers[rank->server].serial;
    if (copies->within > 0)
        notes_add(notes, memory_text("server %s: FlashCopy from rank %s to itself (%d pair%s), advised are different "
                                     "ranks, on different loops",
                                     serial, rank->name, (int)copies->within, copies->within == 1 ? "" : "s"));
    if (copies->beside > 0 && has_other_loop(config, rank))
        notes_add(notes, memory_text("server %s: FlashCopy from rank %s to ranks of its own loop, %d %c (%d pair%s), "
                                     "advised are different loops",
                                     serial, rank->name, (int)rank->pair, rank->loop == 0 ? 'A' : 'B',
                                     (int)copies->beside, copies->beside == 1 ? "" : "s"));
}

/* ---- targets in use ---- */

/* Whether some task quiesces the workload, or it ends by itself. */
static bool may_be_quiet(const struct config *config, int32_t workload)
{
    for (size_t i = 0; i < config->task_count; i++)
        for (size_t j = 0; j < config->tasks[i].action_count; j++) {
            const struct action_config *action = &config->tasks[i].actions[j];
            for (size_t k = 0; action->verb == TASK_QUIESCE && k < action->workload_count; k++)
                if (action->workloads[k] == workload)
                    return true;
        }
    return config->workloads[workload].kind == LOAD_TRACE;
}

/* Of each volume, the first workload that uses it all the time, -1: none. To be freed. */
static int32_t *constant_users(const struct config *config)
{
    int32_t *users = memory_alloc_zeroed(config->volume_count, sizeof users[0]);
    for (size_t i = 0; i < config->volume_count; i++)
        users[i] = -1;
    for (size_t i = config->workload_count; i-- > 0;) {
        const struct workload_config *workload = &config->workloads[i];
        for (size_t j = 0; j < workload->volume_count && !may_be_quiet(config, (int32_t)i); j++)
            users[workload->volumes[j]] = (int32_t)i;
    }
    return users;
}

/* The action's first target that is always in use. */
static void note_target(struct notes *notes, const struct config *config, const struct task_config *task,
                        const struct action_config *action, const int32_t *users)
{
    for (size_t i = 0; i < action->pair_count; i++) {
        int32_t target = config->pairs[action->pairs[i]].target;
        if (users[target] < 0)
            continue;
        notes_add(notes, memory_text("task %s: workload %s uses target %s, so establish_flashcopy will be refused; "
                                     "needed is permit_online, or a task that quiesces it before",
                                     task->name, config->workloads[users[target]].name, config->volumes[target].label));
        return;
    }
}

static void note_targets(struct notes *notes, const struct config *config)
{
    int32_t *users = constant_users(config);
    for (size_t i = 0; i < config->task_count; i++)
        for (size_t j = 0; j < config->tasks[i].action_count; j++) {
            const struct action_config *action = &config->tasks[i].actions[j];
            if (action->verb == TASK_ESTABLISH_FLASHCOPY && !action->permit_online)
                note_target(notes, config, &config->tasks[i], action, users);
        }
    free(users);
}

void notes_of_flashcopies(struct notes *notes, const struct config *config)
{
    struct copies *copies = count_copies(config);
    for (size_t i = 0; i < config->rank_count; i++)
        note_place(notes, config, &config->ranks[i], &copies[i]);
    note_targets(notes, config);
    free(copies);
}
