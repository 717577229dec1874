// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rank_read.h"

#include "models/disk_op.h"
#include "models/raid.h"

void rank_read(struct rank *rank, struct activity *parent, const struct track_piece *pieces, size_t count,
               int32_t link, struct io_times *report)
{
    int32_t segment_blocks = (int32_t)(rank->model->segment_bytes / BLOCK_BYTES);
    (void)link;
    for (size_t i = 0; i < count; i++) {
        struct raid_place place = raid_place(rank->config, rank->model, pieces[i].track);
        int32_t first = __builtin_ctz(pieces[i].segments), end = 32 - __builtin_clz(pieces[i].segments);
        struct disk_op *op = disk_op_create(rank, place.drive, place.block + (int64_t)first * segment_blocks,
                                            (end - first) * segment_blocks, false);
        op->report = report;
        op->track = pieces[i].entry;
        op->segments = pieces[i].segments;
        activity_fork(parent, &op->activity);
    }
}

int32_t rank_stream_link(struct rank *rank)
{
    return rank->loop->next_link++ % rank->model->loop_read_links;
}
