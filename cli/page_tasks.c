// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>

#include "cli/page.h"
#include "sim/memory.h"

enum { INDENT = 4 };

/* Prints a text in lines, two columns in, and frees it. */
static void print_line(const struct display *display, char *text)
{
    fputs("  ", display->out);
    display_wrapped(display, text, 2, INDENT, PAGE_WIDTH);
    free(text);
}

/* Adds more to a text, which is freed. */
static char *join(char *text, const char *more)
{
    char *longer = memory_text("%s%s", text, more);
    free(text);
    return longer;
}

/* "db.0>dbr.0", or how many more there are. To be freed. */
static char *pairs_text(const struct config *config, const int32_t *pairs, size_t count)
{
    if (count == 1)
        return memory_copy_string(config->pairs[pairs[0]].name);
    return memory_text("%s … %s (%zu pairs)", config->pairs[pairs[0]].name, config->pairs[pairs[count - 1]].name, count);
}

/* ---- tasks ---- */

/* What the verb is done to, with a space before it. To be freed. */
static char *object_text(const struct config *config, const struct action_config *action)
{
    char *text = memory_copy_string("");
    for (size_t i = 0; i < action->workload_count; i++) {
        text = join(text, i > 0 ? ", " : " ");
        text = join(text, config->workloads[action->workloads[i]].name);
    }
    if (action->workload_count > 0)
        return text;
    free(text);
    if (action->pair_count > 0) {
        char *pairs = pairs_text(config, action->pairs, action->pair_count);
        text = join(memory_copy_string(" "), pairs);
        free(pairs);
        return text;
    }
    text = memory_text(" %s to %s", config->subsystems[action->from].name, config->subsystems[action->to].name);
    for (size_t i = 0; i < action->link_count; i++) {
        text = join(text, i > 0 ? ", " : " over ");
        text = join(text, config->links[action->links[i]].name);
    }
    return text;
}

/* What else is said of it, as far as it is not the default. */
static const char *manner_text(const struct action_config *action)
{
    static const char *const copies[] = {
        [PPRC_COPY_ENTIRE] = ", copy entire", [PPRC_COPY_OUT_OF_SYNC] = ", copy out of sync",
        [PPRC_COPY_NONE] = ", copy none"};
    if (action->verb == TASK_ESTABLISH_PPRC)
        return copies[action->copy];
    if (action->verb == TASK_ESTABLISH_FLASHCOPY)
        return action->background_copy ? ", with background copy" : ", without background copy";
    if (action->verb == TASK_TERMINATE_PPRC && action->at_target)
        return ", at the target";
    return action->verb == TASK_ESTABLISH_PATHS && action->replace ? ", replacing others" : "";
}

static void print_task(const struct config *config, const struct display *display, const struct task_config *task)
{
    char *text = memory_text("%s:%s", task->name, task->action_count == 0 ? " nothing" : "");
    for (size_t i = 0; i < task->action_count; i++) {
        const struct action_config *action = &task->actions[i];
        char *object = object_text(config, action);
        char *longer = memory_text("%s%s %s%s%s%s%s%s", text, i > 0 ? ";" : "", task_verb_name(action->verb), object,
                                   manner_text(action), action->critical ? ", critical" : "",
                                   action->accelerate_destage ? ", accelerated destage" : "",
                                   action->permit_online ? ", permit online" : "");
        free(object);
        free(text);
        text = longer;
    }
    print_line(display, text);
}

/* ---- timeline ---- */

/* To be freed. */
static char *trigger_text(const struct config *config, const struct timeline_config *entry)
{
    if (entry->trigger == TRIGGER_AT)
        return page_quantity(UNIT_TIME, (double)entry->at_ns);
    if (entry->trigger == TRIGGER_PAIR) {
        char *pairs = pairs_text(config, entry->pairs, entry->pair_count);
        char *text = memory_text("when %s %s", pairs, pair_state_name(entry->state));
        free(pairs);
        return text;
    }
    if (entry->share == 1)
        return memory_text("when %s complete", config->tasks[entry->task].name);
    return memory_text("when %s >= %g %%", config->tasks[entry->task].name, entry->share * 100);
}

static void print_entry(const struct config *config, const struct display *display, const struct timeline_config *entry)
{
    static const char *const kinds[] = {
        [FAULT_DRIVE] = "drive", [FAULT_LINK] = "link", [FAULT_PORT] = "port", [FAULT_SERVER] = "server"};
    char *trigger = trigger_text(config, entry);
    char *text = join(trigger, entry->task_count > 0 ? ": run" : ":");
    for (size_t i = 0; i < entry->task_count; i++) {
        text = join(text, i > 0 ? ", " : " ");
        text = join(text, config->tasks[entry->tasks[i]].name);
    }
    for (size_t i = 0; i < entry->target_count; i++) {
        char *longer = memory_text("%s%s %s %s %s", text, i > 0 ? "," : "", kinds[entry->targets[i].kind],
                                   entry->targets[i].name, entry->repair ? "is repaired" : "fails");
        free(text);
        text = longer;
    }
    print_line(display, text);
}

static int compare_times(const void *left, const void *right)
{
    const struct timeline_config *const *a = left, *const *b = right;
    if ((*a)->trigger == TRIGGER_AT && (*b)->trigger == TRIGGER_AT && (*a)->at_ns != (*b)->at_ns)
        return (*a)->at_ns < (*b)->at_ns ? -1 : 1;
    if (((*a)->trigger == TRIGGER_AT) != ((*b)->trigger == TRIGGER_AT))
        return (*a)->trigger == TRIGGER_AT ? -1 : 1;
    return (*a > *b) - (*a < *b); /* of one array: the order of the file */
}

void page_tasks(const struct config *config, const struct display *display)
{
    if (config->task_count > 0)
        fputs("\ntasks\n", display->out);
    for (size_t i = 0; i < config->task_count; i++)
        print_task(config, display, &config->tasks[i]);
    if (config->timeline_count == 0)
        return;
    fputs("\ntimeline\n", display->out);
    const struct timeline_config **entries = memory_alloc_zeroed(config->timeline_count, sizeof entries[0]);
    for (size_t i = 0; i < config->timeline_count; i++)
        entries[i] = &config->timeline[i];
    qsort(entries, config->timeline_count, sizeof entries[0], compare_times);
    for (size_t i = 0; i < config->timeline_count; i++)
        print_entry(config, display, entries[i]);
    free(entries);
}
