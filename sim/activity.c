// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/activity.h"

/* A line where no story goes on. */
static const uint32_t line_ended = UINT32_MAX;

static void go_on(struct sim_call *call)
{
    struct activity *activity = (struct activity *)call;
    activity->story(activity);
}

void activity_init(struct activity *activity, struct sim *sim, void (*story)(struct activity *),
                   void (*on_end)(struct activity *))
{
    *activity = (struct activity){.resume.run = go_on, .story = story, .on_end = on_end, .sim = sim,
                                    .priority = PRIORITY_USUAL};
}

void activity_start(struct activity *activity)
{
    activity->story(activity);
}

void activity_fork(struct activity *parent, struct activity *child)
{
    parent->children++;
    child->parent = parent;
    child->story(child);
}

void activity_wake(struct activity *activity)
{
    if (!activity->parked)
        return;
    activity->parked = false;
    sim_ready(activity->sim, activity);
}

void activity_wait(struct activity *activity, sim_time delay_ns)
{
    sim_after(activity->sim, delay_ns, &activity->resume);
}

void activity_end(struct activity *activity)
{
    struct activity *parent = activity->parent;
    activity->line = line_ended;
    SIM_CHECK(activity->sim, activity->children == 0);
    if (parent != NULL) {
        parent->children--;
        if (parent->joining && parent->children == 0) {
            parent->joining = false;
            sim_ready(parent->sim, parent);
        }
    }
    if (activity->on_end != NULL)
        activity->on_end(activity);
}
