// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tasks: each a list of actions, or one; of each action its verb, and what it is done to.
 *
 * Pairs that only tasks name come into being here, simplex or without a relation (resolve_pair()). What depends on
 * the state in which a task finds things is checked when it runs (models/tasks.h); what can never be allowed is
 * refused here.
 */
#include <string.h>

#include "scenarios/resolve.h"
#include "sim/memory.h"

/* The key's value, or NULL after saying that it is missing. */
static const struct node *needed(const struct resolver *resolver, const struct view *view, const struct node *at,
                                 const char *key)
{
    const struct node *node = view_node(view, key);
    /* Where something is written, the schema has complained. */
    if (node == NULL && node_is_empty(at))
        node_key_error(at, resolver->diagnostics, "%s is missing", key);
    return node != NULL && node->valid ? node : NULL;
}

static void read_subsystems(struct resolver *resolver, const struct view *view, const struct node *at,
                            struct action_config *action)
{
    const struct node *from = needed(resolver, view, at, "from"), *to = needed(resolver, view, at, "to");
    action->from = from != NULL ? resolve_lss(resolver, from) : -1;
    action->to = to != NULL ? resolve_lss(resolver, to) : -1;
}

static void read_paths(struct resolver *resolver, struct view *view, const struct node *at,
                       struct action_config *action)
{
    read_subsystems(resolver, view, at, action);
    const struct node *links = needed(resolver, view, at, "links");
    if (links != NULL)
        resolve_links(resolver, links, action->from, action->to, &action->links, &action->link_count);
    action->replace = view_integer(view, "if_exists") == 1;
}

static enum pair_kind kind_of(enum task_verb verb)
{
    return verb == TASK_ESTABLISH_FLASHCOPY || verb == TASK_WITHDRAW_FLASHCOPY ? PAIR_FLASHCOPY : PAIR_PPRC;
}

/* Whether source and target are named in one of the two ways, after saying how they should be. */
static bool check_names(const struct resolver *resolver, const struct view *view, const struct node *at)
{
    const struct node *pair = view_node(view, "pair"), *from = view_node(view, "from"), *to = view_node(view, "to");
    if ((pair != NULL) == (from != NULL || to != NULL))
        node_key_error(at, resolver->diagnostics,
                       "%s of pair and from/to is given, needed is pair: [SOURCE, TARGET], or from: SOURCE and to: "
                       "TARGET", pair == NULL ? "none" : "more than one");
    else if (pair == NULL && (from == NULL || to == NULL))
        node_key_error(at, resolver->diagnostics, "%s is missing, needed are both from and to",
                       from == NULL ? "from" : "to");
    else if (pair != NULL && pair->valid && (pair->kind != NODE_SEQUENCE || pair->count != 2))
        node_error(pair, resolver->diagnostics, "is no list of two, allowed is [SOURCE, TARGET]");
    else
        return pair != NULL ? pair->valid : from->valid && to->valid;
    return false;
}

static void read_pairs(struct resolver *resolver, const struct view *view, const struct node *at,
                       struct action_config *action)
{
    const struct node *pair = view_node(view, "pair"), *from = view_node(view, "from"), *to = view_node(view, "to");
    if (!check_names(resolver, view, at) ||
        !resolve_pair(resolver, kind_of(action->verb), pair != NULL ? pair->first : from,
                      pair != NULL ? pair->last : to, &action->pairs, &action->pair_count))
        resolver->pairs_broken = true;
}

static void add_workload(struct resolver *resolver, const struct node *at, struct action_config *action)
{
    const struct node *workloads = resolve_section(resolver, tree_root(resolver->tree), "workloads");
    const struct node *found = at->valid ? resolve_name(resolver, workloads, at->text, at, "workload") : NULL;
    if (found == NULL || found->index >= resolver->config->workload_count)
        return;
    for (size_t i = 0; i < action->workload_count; i++) {
        if (action->workloads[i] == (int32_t)found->index) {
            node_error(at, resolver->diagnostics, "names workload %.60s a second time, allowed is once", at->text);
            return;
        }
    }
    action->workloads = memory_grow(action->workloads, action->workload_count, sizeof action->workloads[0]);
    action->workloads[action->workload_count++] = (int32_t)found->index;
}

static void read_workloads(struct resolver *resolver, const struct view *view, const struct node *at,
                           struct action_config *action)
{
    const struct node *names = needed(resolver, view, at, "workloads");
    if (names != NULL && names->kind == NODE_SCALAR)
        add_workload(resolver, names, action);
    for (const struct node *item = names != NULL ? names->first : NULL; item != NULL; item = item->next)
        add_workload(resolver, item, action);
}

/* What else there is to say of pairs that are established. */
static void read_options(struct view *view, struct action_config *action)
{
    action->permit_online = view_integer(view, "permit_online") != 0;
    if (action->verb == TASK_ESTABLISH_PPRC) {
        action->copy = (enum pprc_copy)view_integer(view, "copy");
        action->critical = view_integer(view, "critical") != 0;
    } else {
        action->background_copy = view_integer(view, "background_copy") != 0;
        action->accelerate_destage = view_integer(view, "accelerate_destage") != 0;
    }
}

/* What the verb is done to, `at` being where that is written. */
static void read_arguments(struct resolver *resolver, const struct node *at, struct action_config *action)
{
    static const enum section sections[TASK_VERB_COUNT] = {
        [TASK_ESTABLISH_PATHS] = SECTION_ESTABLISH_PATHS,
        [TASK_REMOVE_PATHS] = SECTION_BETWEEN,
        [TASK_ESTABLISH_PPRC] = SECTION_ESTABLISH_PPRC,
        [TASK_SUSPEND_PPRC] = SECTION_SUSPEND_PPRC,
        [TASK_TERMINATE_PPRC] = SECTION_TERMINATE_PPRC,
        [TASK_FREEZE] = SECTION_BETWEEN,
        [TASK_THAW] = SECTION_BETWEEN,
        [TASK_ESTABLISH_FLASHCOPY] = SECTION_ESTABLISH_FLASHCOPY,
        [TASK_WITHDRAW_FLASHCOPY] = SECTION_SUSPEND_PPRC,
        [TASK_QUIESCE] = SECTION_LOADS,
        [TASK_RESUME] = SECTION_LOADS,
    };
    struct view view = {resolver->tree, at, sections[action->verb], true};
    switch (action->verb) {
    case TASK_ESTABLISH_PATHS:
        read_paths(resolver, &view, at, action);
        break;
    case TASK_ESTABLISH_PPRC:
    case TASK_ESTABLISH_FLASHCOPY:
        read_options(&view, action);
        read_pairs(resolver, &view, at, action);
        break;
    case TASK_TERMINATE_PPRC:
        action->at_target = view_integer(&view, "at") == 1;
        read_pairs(resolver, &view, at, action);
        break;
    case TASK_SUSPEND_PPRC:
    case TASK_WITHDRAW_FLASHCOPY:
        read_pairs(resolver, &view, at, action);
        break;
    case TASK_QUIESCE:
    case TASK_RESUME:
        read_workloads(resolver, &view, at, action);
        break;
    default:
        read_subsystems(resolver, &view, at, action);
    }
}

static void add_action(struct resolver *resolver, struct task_config *task, const struct node *node)
{
    int verb = 0;
    if (node->kind != NODE_MAPPING || node->count != 1) {
        if (node->kind == NODE_MAPPING || node_is_empty(node))
            node_error(node, resolver->diagnostics, "%s verb is given, needed is exactly one for each action",
                       node->count > 1 ? "more than one" : "no");
        return;
    }
    const struct node *arguments = node->first;
    while (verb < TASK_VERB_COUNT && strcmp(task_verb_name((enum task_verb)verb), arguments->key) != 0)
        verb++;
    /* One that is not known has been refused. */
    if (verb == TASK_VERB_COUNT || arguments->broken ||
        (arguments->kind != NODE_MAPPING && !node_is_empty(arguments)))
        return;
    task->actions = memory_grow(task->actions, task->action_count, sizeof task->actions[0]);
    struct action_config *action = &task->actions[task->action_count++];
    action->verb = (enum task_verb)verb;
    read_arguments(resolver, arguments, action);
}

void resolve_tasks(struct resolver *resolver)
{
    const struct node *tasks = resolve_section(resolver, tree_root(resolver->tree), "tasks");
    struct config *config = resolver->config;
    for (const struct node *node = tasks != NULL ? tasks->first : NULL; node != NULL; node = node->next) {
        config->tasks = memory_grow(config->tasks, config->task_count, sizeof config->tasks[0]);
        struct task_config *task = &config->tasks[config->task_count++];
        task->name = memory_text("%s", node->key);
        if (node->kind == NODE_MAPPING && !node_is_empty(node))
            add_action(resolver, task, node);
        for (const struct node *item = node->kind == NODE_SEQUENCE ? node->first : NULL; item != NULL; item = item->next)
            add_action(resolver, task, item);
    }
}
