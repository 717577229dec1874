// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/io_record.h"

const struct io_part_info io_part_info[PART_COUNT] = {
    [PART_PORT_QUEUE] = {"port_queue", "waiting for the host port"},
    [PART_PORT] = {"port", "port protocol and data transfer"},
    [PART_PROCESSOR_QUEUE] = {"processor_queue", "waiting for a cluster processor"},
    [PART_PROCESSOR] = {"processor", "executed by a cluster processor"},
    [PART_BUS_QUEUE] = {"bus_queue", "waiting for the cluster's internal bandwidth"},
    [PART_BUS] = {"bus", "moved inside the cluster"},
    [PART_CACHE_WAIT] = {"cache_wait", "waiting for a staging of the track that was under way"},
    [PART_NVS_WAIT] = {"nvs_wait", "write waiting for room in NVS"},
    [PART_ADAPTER_QUEUE] = {"adapter_queue", "waiting for the device adapter"},
    [PART_ADAPTER] = {"adapter", "device adapter command and XOR"},
    [PART_LOOP_QUEUE] = {"loop_queue", "waiting for an SSA link"},
    [PART_LOOP] = {"loop", "transfer on the SSA loop"},
    [PART_DRIVE_QUEUE] = {"drive_queue", "waiting for the drive"},
    [PART_DRIVE_OVERHEAD] = {"drive_overhead", "drive command overhead"},
    [PART_SEEK] = {"seek", "arm movement, head and cylinder switches"},
    [PART_ROTATION] = {"rotation", "rotational latency"},
    [PART_TRANSFER] = {"transfer", "media transfer"},
};
