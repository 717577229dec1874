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
    [PART_TRACK_WAIT] = {"track_wait", "waiting for an earlier write or a copy of the track"},
    [PART_LINK_QUEUE] = {"link_queue", "waiting for a link to the secondary"},
    [PART_LINK] = {"link", "exchanges, data and overhead on the link"},
    [PART_SECONDARY_QUEUE] = {"secondary_queue", "waiting for the secondary's processors and bandwidth"},
    [PART_SECONDARY] = {"secondary", "executed and moved in the secondary"},
    [PART_SECONDARY_NVS_WAIT] = {"secondary_nvs_wait", "waiting for room in the secondary's NVS"},
    [PART_CONSISTENCY_WAIT] = {"consistency_wait", "held by a consistency group"},
    [PART_ESTABLISH_WAIT] = {"establish_wait", "held while a FlashCopy is established"},
    [PART_COPY_WAIT] = {"copy_wait", "write waiting until its track is copied for a FlashCopy"},
};

const char *io_error_name(enum io_error error)
{
    static const char *const names[IO_ERROR_COUNT] = {
        [IO_OK] = "ok",
        [IO_RANK_LOST] = "rank_lost",
        [IO_SERVER_DOWN] = "server_down",
        [IO_NO_PORT] = "no_port",
        [IO_NOT_MIRRORED] = "not_mirrored",
        [IO_WRITE_INHIBITED] = "write_inhibited",
        [IO_SECONDARY] = "secondary",
    };
    return names[error];
}
