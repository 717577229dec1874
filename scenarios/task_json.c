// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/task_json.h"

static void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

/* The names of pairs, a list. */
static json_t *pairs_json(const struct config *config, const int32_t *pairs, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(config->pairs[pairs[i]].name));
    return list;
}

static json_t *links_json(const struct config *config, const struct action_config *action)
{
    json_t *list = json_array();
    for (size_t i = 0; i < action->link_count; i++)
        json_array_append_new(list, json_string(config->links[action->links[i]].name));
    return list;
}

static json_t *workloads_json(const struct config *config, const struct action_config *action)
{
    json_t *list = json_array();
    for (size_t i = 0; i < action->workload_count; i++)
        json_array_append_new(list, json_string(config->workloads[action->workloads[i]].name));
    return list;
}

static void put_pprc(json_t *item, const struct action_config *action)
{
    static const char *const copies[] = {
        [PPRC_COPY_ENTIRE] = "entire", [PPRC_COPY_OUT_OF_SYNC] = "out_of_sync", [PPRC_COPY_NONE] = "none"};
    put(item, "copy", json_string(copies[action->copy]));
    put(item, "critical", json_boolean(action->critical));
    put(item, "permit_online", json_boolean(action->permit_online));
}

static void put_flashcopy(json_t *item, const struct action_config *action)
{
    put(item, "background_copy", json_boolean(action->background_copy));
    put(item, "accelerate_destage", json_boolean(action->accelerate_destage));
    put(item, "permit_online", json_boolean(action->permit_online));
}

/* What the verb is done to. */
static void put_objects(json_t *item, const struct config *config, const struct action_config *action)
{
    switch (action->verb) {
    case TASK_QUIESCE:
    case TASK_RESUME:
        put(item, "workloads", workloads_json(config, action));
        break;
    case TASK_ESTABLISH_PPRC:
    case TASK_SUSPEND_PPRC:
    case TASK_TERMINATE_PPRC:
    case TASK_ESTABLISH_FLASHCOPY:
    case TASK_WITHDRAW_FLASHCOPY:
        put(item, "pairs", pairs_json(config, action->pairs, action->pair_count));
        break;
    default:
        put(item, "from", json_string(config->subsystems[action->from].name));
        put(item, "to", json_string(config->subsystems[action->to].name));
    }
}

static json_t *action_json(const struct config *config, const struct action_config *action)
{
    json_t *object = json_object(), *item = json_object();
    put_objects(item, config, action);
    if (action->verb == TASK_ESTABLISH_PATHS) {
        put(item, "links", links_json(config, action));
        put(item, "if_exists", json_string(action->replace ? "replace" : "skip"));
    } else if (action->verb == TASK_ESTABLISH_PPRC) {
        put_pprc(item, action);
    } else if (action->verb == TASK_ESTABLISH_FLASHCOPY) {
        put_flashcopy(item, action);
    } else if (action->verb == TASK_TERMINATE_PPRC) {
        put(item, "at", json_string(action->at_target ? "target" : "source"));
    }
    put(object, task_verb_name(action->verb), item);
    return object;
}

json_t *tasks_json(const struct config *config)
{
    json_t *object = json_object();
    for (size_t i = 0; i < config->task_count; i++) {
        const struct task_config *task = &config->tasks[i];
        json_t *list = json_array();
        for (size_t j = 0; j < task->action_count; j++)
            json_array_append_new(list, action_json(config, &task->actions[j]));
        put(object, task->name, list);
    }
    return object;
}

/* A single text, or a list of several. */
static json_t *one_or_list(json_t *list)
{
    json_t *one = json_array_size(list) == 1 ? json_incref(json_array_get(list, 0)) : json_incref(list);
    json_decref(list);
    return one;
}

static void put_trigger(const struct config *config, const struct timeline_config *entry, json_t *item)
{
    json_t *when = NULL;
    if (entry->trigger == TRIGGER_AT) {
        put(item, "at_s", json_real((double)entry->at_ns / 1e9));
        return;
    }
    if (entry->trigger == TRIGGER_TASK)
        when = json_pack("{s:s, s:f}", "task", config->tasks[entry->task].name, "share", entry->share);
    else
        when = json_pack("{s:o, s:s}", "pairs", pairs_json(config, entry->pairs, entry->pair_count), "state",
                         pair_state_name(entry->state));
    put(item, "when", when);
}

json_t *timeline_json(const struct config *config)
{
    json_t *list = json_array();
    for (size_t i = 0; i < config->timeline_count; i++) {
        const struct timeline_config *entry = &config->timeline[i];
        json_t *item = json_object(), *names = json_array();
        put_trigger(config, entry, item);
        for (size_t j = 0; j < entry->task_count; j++)
            json_array_append_new(names, json_string(config->tasks[entry->tasks[j]].name));
        for (size_t j = 0; j < entry->target_count; j++)
            json_array_append_new(names, json_string(entry->targets[j].name));
        put(item, entry->task_count > 0 ? "run" : entry->repair ? "repair" : "fail", one_or_list(names));
        json_array_append_new(list, item);
    }
    return list;
}
