// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/report.h"

const char *resource_kind_name(enum resource_kind kind)
{
    static const char *const names[RESOURCE_KIND_COUNT] = {
        [RESOURCE_PORT] = "port",
        [RESOURCE_PROCESSOR] = "processor",
        [RESOURCE_CACHE] = "cache",
        [RESOURCE_NVS] = "nvs",
        [RESOURCE_DEVICE_ADAPTER] = "device_adapter",
        [RESOURCE_LOOP] = "loop",
        [RESOURCE_RANK] = "rank",
        [RESOURCE_DRIVE] = "drive",
        [RESOURCE_LINK] = "link",
        [RESOURCE_BUS] = "bus",
        [RESOURCE_BAY] = "bay",
    };
    return names[kind];
}

const char *pprc_state_name(enum pprc_state state)
{
    static const char *const names[PPRC_STATE_COUNT] = {
        [PPRC_SIMPLEX] = "simplex",
        [PPRC_DUPLEX_PENDING] = "duplex_pending",
        [PPRC_DUPLEX] = "duplex",
        [PPRC_SUSPENDED] = "suspended",
    };
    return names[state];
}
