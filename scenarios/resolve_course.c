// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The course of failures and repairs: whether each makes sense after those before it.
 */
#include <stdlib.h>

#include "scenarios/targets.h"
#include "sim/memory.h"

/* What is known of a target so far. */
enum { HAS_FAILED = 1, NOT_KNOWN = 2 };

struct timed {
    sim_time at_ns;
    const struct happening *happening;
};

struct course {
    const struct resolver *resolver;
    const struct config *config;
    uint8_t *states; /* of every drive, link, port and server, in this order */
};

static const struct timeline_config *entry_of(const struct course *course, const struct happening *happening)
{
    return &course->config->timeline[happening->entry];
}

static const struct fault_target *target_of(const struct course *course, const struct happening *happening)
{
    return &entry_of(course, happening)->targets[happening->target];
}

static uint8_t *drives_of(const struct course *course, int32_t rank)
{
    return &course->states[(size_t)rank * RANK_DRIVES];
}

static uint8_t *state_of(const struct course *course, const struct fault_target *target)
{
    const struct config *config = course->config;
    uint8_t *links = course->states + config->rank_count * RANK_DRIVES;
    switch (target->kind) {
    case FAULT_LINK:
        return &links[target->index];
    case FAULT_PORT:
        return &links[config->link_count + (size_t)target->index];
    case FAULT_SERVER:
        return &links[config->link_count + config->port_count + (size_t)target->index];
    default:
        return &drives_of(course, target->index)[target->drive];
    }
}

/* A 6+P+S rank's own spare holds no data before another drive has failed. */
static bool holds_data(const struct course *course, int32_t rank, int32_t drive)
{
    return drive < RANK_DRIVES - 1 || course->config->ranks[rank].format != RANK_6PS;
}

static bool is_second_drive(const struct course *course, const struct fault_target *target)
{
    const uint8_t *drives = drives_of(course, target->index);
    if (!holds_data(course, target->index, target->drive))
        return false;
    for (int32_t drive = 0; drive < RANK_DRIVES; drive++)
        if (drive != target->drive && drives[drive] == HAS_FAILED && holds_data(course, target->index, drive))
            return true;
    return false;
}

static void pass(const struct course *course, const struct happening *happening)
{
    const struct fault_target *target = target_of(course, happening);
    struct diagnostics *diagnostics = course->resolver->diagnostics;
    bool repair = entry_of(course, happening)->repair;
    uint8_t *state = state_of(course, target);
    if (*state & NOT_KNOWN)
        return;
    if (repair && *state == 0)
        node_error(happening->node, diagnostics, "%.80s has not failed before, allowed is the repair of what has failed",
                   target->name);
    else if (!repair && *state == HAS_FAILED)
        node_error(happening->node, diagnostics,
                   "%.80s has failed before, allowed is one failure until it is repaired", target->name);
    else if (!repair && target->kind == FAULT_DRIVE && is_second_drive(course, target))
        node_warn(happening->node, diagnostics,
                  "is the rank's second failed drive: RAID-5 has lost data unless the spare is filled by then");
    *state = repair ? 0 : HAS_FAILED;
}

/* By time, then in the order of the file. */
static int compare_happenings(const void *left, const void *right)
{
    const struct timed *a = left, *b = right;
    if (a->at_ns != b->at_ns)
        return a->at_ns < b->at_ns ? -1 : 1;
    return (a->happening > b->happening) - (a->happening < b->happening);
}

void resolve_course(const struct resolver *resolver, const struct happening *happenings, size_t count)
{
    const struct config *config = resolver->config;
    struct course course = {.resolver = resolver, .config = config};
    size_t things = config->rank_count * RANK_DRIVES + config->link_count + config->port_count + config->server_count;
    struct timed *in_order = memory_alloc_zeroed(count, sizeof in_order[0]);
    size_t timed = 0;
    course.states = memory_alloc_zeroed(things, sizeof course.states[0]);
    for (size_t i = 0; i < count; i++) {
        const struct timeline_config *entry = entry_of(&course, &happenings[i]);
        if (entry->trigger != TRIGGER_AT)
            *state_of(&course, target_of(&course, &happenings[i])) |= NOT_KNOWN;
        else
            in_order[timed++] = (struct timed){entry->at_ns, &happenings[i]};
    }
    if (timed > 0)
        qsort(in_order, timed, sizeof in_order[0], compare_happenings);
    for (size_t i = 0; i < timed; i++)
        pass(&course, in_order[i].happening);
    free(in_order);
    free(course.states);
}
