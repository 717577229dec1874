// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/config.h"

#include <stdlib.h>
#include <string.h>

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
    for (size_t i = 0; i < config->fault_count; i++)
        free(config->faults[i].target);
    free(config->faults);
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
