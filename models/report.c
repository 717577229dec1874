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

const char *pair_kind_name(enum pair_kind kind)
{
    return kind == PAIR_PPRC ? "pprc" : "flashcopy";
}

const char *pair_state_name(enum pair_state state)
{
    static const char *const names[PAIR_STATE_COUNT] = {
        [FLASH_NONE] = "none",
        [FLASH_ESTABLISHING] = "establishing",
        [FLASH_COPYING] = "copying",
        [FLASH_NOCOPY] = "nocopy",
        [FLASH_COMPLETE] = "complete",
        [FLASH_WITHDRAWN] = "withdrawn",
        [PPRC_SIMPLEX] = "simplex",
        [PPRC_DUPLEX_PENDING] = "duplex_pending",
        [PPRC_DUPLEX] = "duplex",
        [PPRC_SUSPENDED] = "suspended",
    };
    return names[state];
}
