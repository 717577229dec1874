// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency.h"

#include <stdio.h>
#include <stdlib.h>

#include "models/paths.h"
#include "models/pprc_pair.h"
#include "sim/memory.h"

/* Writes to one volume are held while it has one. */
struct hold {
    struct sim_call timeout;
    struct sim_timer timer;
    struct pair *pair;
    struct activity *first, *last; /* writes in line */
};

static void end_hold(struct hold *hold, const char *why)
{
    struct pair *pair = hold->pair;
    struct sim *sim = pair->machine->sim;
    pair->source_volume->hold = NULL;
    for (struct activity *waiter = hold->first, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        sim_ready(sim, waiter);
    }
    free(hold);
    machine_tell(pair->machine, pair->config->name, "writes released", "%s", why);
}

static void timeout_is_due(struct sim_call *call)
{
    end_hold(STORY_OF(call, struct hold, timeout), "the consistency timeout has passed");
}

void consistency_hold(struct pair *pair)
{
    struct sim *sim = pair->machine->sim;
    if (pair->source_volume->hold != NULL) {
        pair->source_volume->hold->pair = pair; /* whose thaw releases it; another one's failure may have begun it */
        return;
    }
    struct hold *hold = memory_alloc_zeroed(1, sizeof *hold);
    hold->pair = pair;
    hold->timeout.run = timeout_is_due;
    hold->timer = sim_timer_at(sim, sim_now(sim) + pair->subsystem->consistency_timeout_ns, &hold->timeout);
    pair->source_volume->hold = hold;
    machine_tell(pair->machine, pair->config->name, "writes held", "for at most %.3g s",
                 (double)pair->subsystem->consistency_timeout_ns * 1e-9);
}

void consistency_wait(struct volume *volume, struct activity *activity)
{
    struct hold *hold = volume->hold;
    activity->next = NULL;
    if (hold->last != NULL)
        hold->last->next = activity;
    else
        hold->first = activity;
    hold->last = activity;
}

void consistency_destroy(struct machine *machine)
{
    for (size_t i = 0; i < machine->config->volume_count; i++)
        free(machine->volumes[i].hold);
}

/* The next pair between the group's subsystems whose source is not simplex, from number *at on; NULL for none. */
static struct pair *next_pair(struct machine *machine, const struct path_group *group, size_t *at)
{
    for (; *at < machine->config->pair_count; (*at)++) {
        struct pair *pair = &machine->pairs[*at];
        if (pair->group == group && pair->source != PPRC_SIMPLEX) {
            (*at)++;
            return pair;
        }
    }
    return NULL;
}

/* All writes are held before the first pair is suspended: none slips through between two of them. */
bool consistency_freeze(struct machine *machine, int32_t from, int32_t to, char why[CONSISTENCY_WHY_BYTES])
{
    const struct path_group *group = paths_group(machine->paths, from, to);
    char reason[PPRC_WHY_BYTES];
    size_t at = 0, count = 0;
    for (struct pair *pair; (pair = next_pair(machine, group, &at)) != NULL; count++)
        consistency_hold(pair);
    if (count == 0) {
        snprintf(why, CONSISTENCY_WHY_BYTES, "there is no pair from %s to %s to be frozen",
                 machine->config->subsystems[from].name, machine->config->subsystems[to].name);
        return false;
    }
    at = 0;
    for (struct pair *pair; (pair = next_pair(machine, group, &at)) != NULL;)
        if (pair->source != PPRC_SUSPENDED)
            pprc_suspend(machine, pair->index, reason);
    paths_remove(machine, from, to, reason);
    return true;
}

bool consistency_thaw(struct machine *machine, int32_t from, int32_t to, char why[CONSISTENCY_WHY_BYTES])
{
    const struct path_group *group = paths_group(machine->paths, from, to);
    size_t count = 0;
    for (size_t i = 0; i < machine->config->pair_count; i++) {
        struct pair *pair = &machine->pairs[i];
        struct hold *hold = pair->group == group ? pair->source_volume->hold : NULL;
        if (hold == NULL || hold->pair != pair)
            continue;
        sim_timer_cancel(machine->sim, hold->timer);
        end_hold(hold, "thawed");
        count++;
    }
    if (count == 0)
        snprintf(why, CONSISTENCY_WHY_BYTES, "no write is held from %s to %s", machine->config->subsystems[from].name,
                 machine->config->subsystems[to].name);
    return count > 0;
}
