// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"

/* Where nothing else is said (DS8000's default for fixed-block volumes). */
#define CONSISTENCY_TIMEOUT_NS (60 * SIM_S)

int32_t config_subsystem(const struct config *config, int32_t server, int32_t number)
{
    for (size_t i = 0; i < config->subsystem_count; i++)
        if (config->subsystems[i].server == server && config->subsystems[i].number == number)
            return (int32_t)i;
    return -1;
}

int32_t config_volume_subsystem(const struct config *config, int32_t volume)
{
    const struct rank_config *rank = &config->ranks[config->volumes[volume].rank];
    return config_subsystem(config, rank->server, rank->lss);
}

static int compare_subsystems(const void *left, const void *right)
{
    const struct subsystem_config *a = left, *b = right;
    return a->server != b->server ? (a->server > b->server) - (a->server < b->server)
                                  : (a->number > b->number) - (a->number < b->number);
}

void config_list_subsystems(struct config *config)
{
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *rank = &config->ranks[i];
        if (config_subsystem(config, rank->server, rank->lss) >= 0)
            continue;
        config->subsystems =
            memory_grow(config->subsystems, config->subsystem_count, sizeof config->subsystems[0]);
        struct subsystem_config *subsystem = &config->subsystems[config->subsystem_count++];
        *subsystem = (struct subsystem_config){.server = rank->server, .number = rank->lss,
                                               .consistency_timeout_ns = CONSISTENCY_TIMEOUT_NS};
        snprintf(subsystem->name, sizeof subsystem->name, "%s:%d", config->servers[rank->server].serial,
                 (int)rank->lss);
    }
    if (config->subsystem_count > 0)
        qsort(config->subsystems, config->subsystem_count, sizeof config->subsystems[0], compare_subsystems);
}

const char *task_verb_name(enum task_verb verb)
{
    static const char *const names[TASK_VERB_COUNT] = {
        [TASK_ESTABLISH_PATHS] = "establish_paths", [TASK_REMOVE_PATHS] = "remove_paths",
        [TASK_ESTABLISH_PPRC] = "establish_pprc",   [TASK_SUSPEND_PPRC] = "suspend_pprc",
        [TASK_TERMINATE_PPRC] = "terminate_pprc",   [TASK_FREEZE] = "freeze",
        [TASK_THAW] = "thaw",
        [TASK_ESTABLISH_FLASHCOPY] = "establish_flashcopy", [TASK_WITHDRAW_FLASHCOPY] = "withdraw_flashcopy",
                              [TASK_QUIESCE] = "quiesce",
        [TASK_RESUME] = "resume",
    };
    return names[verb];
}

bool config_runs_tasks(const struct config *config)
{
    for (size_t i = 0; i < config->timeline_count; i++)
        if (config->timeline[i].task_count > 0)
            return true;
    return false;
}

bool config_copies_at_start(const struct config *config)
{
    for (size_t i = 0; i < config->pair_count; i++)
        if (config->pairs[i].state == FLASH_COPYING)
            return true;
    return false;
}

bool config_may_fail(const struct config *config, enum fault_kind kind)
{
    for (size_t i = 0; i < config->timeline_count; i++)
        for (size_t j = 0; j < config->timeline[i].target_count; j++)
            if (config->timeline[i].targets[j].kind == kind)
                return true;
    return false;
}

static void free_copy_services(struct config *config)
{
    for (size_t i = 0; i < config->link_count; i++) {
        free(config->links[i].name);
        free(config->links[i].type.name);
    }
    for (size_t i = 0; i < config->pair_count; i++)
        free(config->pairs[i].name);
    for (size_t i = 0; i < config->task_count; i++) {
        struct task_config *task = &config->tasks[i];
        for (size_t j = 0; j < task->action_count; j++) {
            free(task->actions[j].links);
            free(task->actions[j].pairs);
            free(task->actions[j].workloads);
        }
        free(task->actions);
        free(task->name);
    }
    for (size_t i = 0; i < config->timeline_count; i++) {
        struct timeline_config *entry = &config->timeline[i];
        for (size_t j = 0; j < entry->target_count; j++)
            free(entry->targets[j].name);
        free(entry->targets);
        free(entry->pairs);
        free(entry->tasks);
    }
    free(config->subsystems);
    free(config->links);
    free(config->paths);
    free(config->pairs);
    free(config->tasks);
    free(config->timeline);
}

void config_free(struct config *config)
{
    for (size_t i = 0; i < config->drive_type_count; i++) {
        free(config->drive_types[i].name);
        free(config->drive_types[i].seek_points);
        free(config->drive_types[i].zones);
    }
    for (size_t i = 0; i < config->port_type_count; i++)
        free(config->port_types[i].name);
    for (size_t i = 0; i < config->server_count; i++) {
        free(config->servers[i].serial);
        free(config->servers[i].model.name);
    }
    for (size_t i = 0; i < config->rank_count; i++)
        free(config->ranks[i].name);
    for (size_t i = 0; i < config->port_count; i++)
        free(config->ports[i].name);
    for (size_t i = 0; i < config->volume_count; i++) {
        free(config->volumes[i].name);
        free(config->volumes[i].label);
    }
    for (size_t i = 0; i < config->host_count; i++) {
        free(config->hosts[i].name);
        free(config->hosts[i].ports);
    }
    for (size_t i = 0; i < config->workload_count; i++) {
        free(config->workloads[i].name);
        free(config->workloads[i].volumes);
        free(config->workloads[i].rate);
        free(config->workloads[i].trace_file);
        free(config->workloads[i].trace_place);
    }
    free_copy_services(config);
    free(config->drive_types);
    free(config->port_types);
    free(config->servers);
    free(config->ranks);
    free(config->ports);
    free(config->volumes);
    free(config->hosts);
    free(config->workloads);
    free(config->title);
    memset(config, 0, sizeof *config);
}
