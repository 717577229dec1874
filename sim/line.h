// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * line: activities standing in line, first come first served within each priority.
 *
 * Intrusive: an activity stands in one line at a time, and joining costs no memory.
 */
#ifndef SIM_LINE_H
#define SIM_LINE_H

#include "sim/activity.h"

/* A zeroed line is empty. */
struct line {
    struct activity *first[ACTIVITY_PRIORITIES];
    struct activity *last[ACTIVITY_PRIORITIES];
};

/* Puts the activity behind all others of its priority. */
static inline void line_join(struct line *line, struct activity *activity)
{
    int priority = activity->priority;
    SIM_MUST(activity->sim, priority < ACTIVITY_PRIORITIES);
    activity->next = NULL;
    if (line->last[priority] != NULL)
        line->last[priority]->next = activity;
    else
        line->first[priority] = activity;
    line->last[priority] = activity;
}

/* The activity whose turn is next, NULL when the line is empty. It stays in line. */
static inline struct activity *line_first(const struct line *line)
{
    for (int priority = 0; priority < ACTIVITY_PRIORITIES; priority++)
        if (line->first[priority] != NULL)
            return line->first[priority];
    return NULL;
}

/* Takes the first activity out of the line that is not empty. */
static inline struct activity *line_leave(struct line *line)
{
    int priority = 0;
    while (line->first[priority] == NULL)
        priority++;
    struct activity *activity = line->first[priority];
    line->first[priority] = activity->next;
    if (activity->next == NULL)
        line->last[priority] = NULL;
    return activity;
}

/* Takes an activity out of the line, in which it must stand behind no more urgent ones. */
static inline void line_remove(struct line *line, struct activity *activity)
{
    int priority = activity->priority;
    struct activity *before = NULL, *here = line->first[priority];
    while (here != activity) {
        SIM_MUST(activity->sim, here != NULL);
        before = here;
        here = here->next;
    }
    if (before != NULL)
        before->next = activity->next;
    else
        line->first[priority] = activity->next;
    if (activity->next == NULL)
        line->last[priority] = before;
}

#endif
