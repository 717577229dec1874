// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/content_oracle.h"

#include <stdlib.h>
#include <string.h>

#include "models/fast_write.h"
#include "models/pprc_pair.h"
#include "sim/memory.h"

static int64_t block_count(const struct content_oracle *oracle, uint32_t volume)
{
    return oracle->machine->config->volumes[volume].size_bytes / BLOCK_BYTES;
}

static void fill(struct content_oracle *oracle, uint32_t volume, int64_t first, int64_t blocks, int64_t id)
{
    SIM_MUST(oracle->machine->sim, first >= 0 && first + blocks <= block_count(oracle, volume));
    for (int64_t i = first; i < first + blocks; i++)
        oracle->blocks[volume][i] = id;
}

static void written(struct content *content, const struct io_record *record, int64_t first, int64_t blocks)
{
    fill((struct content_oracle *)content, record->volume, first, blocks, record->id + 1);
}

static void mirrored(struct content *content, const struct io_record *record, uint32_t target, int64_t first,
                     int64_t blocks)
{
    struct content_oracle *oracle = (struct content_oracle *)content;
    oracle->was_target[target] = true;
    fill(oracle, target, first, blocks, record->id + 1);
}

static void copied(struct content *content, uint32_t source, uint32_t target, int64_t track,
                   const struct content_places *from)
{
    struct content_oracle *oracle = (struct content_oracle *)content;
    const struct config *config = oracle->machine->config;
    (void)from;
    int64_t track_blocks = config->servers[config->volumes[source].server].model.track_bytes / BLOCK_BYTES;
    int64_t first = track * track_blocks, left = block_count(oracle, source) - first;
    int64_t blocks = left < track_blocks ? left : track_blocks;
    oracle->was_target[target] = true;
    memcpy(&oracle->blocks[target][first], &oracle->blocks[source][first], (size_t)blocks * sizeof(int64_t));
}

struct content_oracle *oracle_create(struct machine *machine)
{
    struct content_oracle *oracle = memory_alloc_zeroed(1, sizeof *oracle);
    oracle->content = (struct content){.written = written, .mirrored = mirrored, .copied = copied};
    oracle->machine = machine;
    oracle->blocks = memory_alloc_zeroed(machine->config->volume_count, sizeof(int64_t *));
    for (size_t i = 0; i < machine->config->volume_count; i++)
        oracle->blocks[i] = memory_alloc_zeroed((size_t)block_count(oracle, (uint32_t)i), sizeof(int64_t));
    oracle->was_target = memory_alloc_zeroed(machine->config->volume_count, sizeof *oracle->was_target);
    machine->content = &oracle->content;
    return oracle;
}

void oracle_destroy(struct content_oracle *oracle)
{
    for (size_t i = 0; i < oracle->machine->config->volume_count; i++)
        free(oracle->blocks[i]);
    free(oracle->blocks);
    free(oracle->was_target);
    free(oracle->writes);
    free(oracle);
}

/* Whether it fits the NVS of whatever server may have a part in it, as one. */
static bool is_parted(const struct content_oracle *oracle, const struct io_record *record)
{
    struct machine *machine = oracle->machine;
    struct span span = span_of(machine, record->volume, record->offset_blocks * BLOCK_BYTES, record->length_bytes);
    int64_t tracks = span.last_track + 1 - span.first_track, most = machine->volumes[record->volume].portion_tracks;
    return fast_write_fitting(&span, span.first_track) < tracks || (most > 0 && most < tracks);
}

void oracle_issued(struct content_oracle *oracle, const struct io_record *record)
{
    size_t id = (size_t)record->id;
    while (id >= oracle->write_room) {
        size_t room = oracle->write_room ? 2 * oracle->write_room : 1024;
        oracle->writes = memory_resize(oracle->writes, room * sizeof *oracle->writes);
        memset(&oracle->writes[oracle->write_room], 0, (room - oracle->write_room) * sizeof *oracle->writes);
        oracle->write_room = room;
    }
    if (record->op != IO_WRITE)
        return;
    oracle->writes[id] = (struct oracle_write){
        .id = record->id + 1,
        .volume = record->volume,
        .first = record->offset_blocks,
        .blocks = record->length_bytes / BLOCK_BYTES,
        .issued_ns = record->issue_ns,
        .completed_ns = -1,
        .acknowledged_before = oracle->acknowledged,
        .turn = -1,
        .parted = is_parted(oracle, record),
    };
}

void oracle_completed(struct content_oracle *oracle, const struct io_record *record)
{
    if (record->op != IO_WRITE)
        return;
    struct oracle_write *write = &oracle->writes[record->id];
    write->completed_ns = record->issue_ns + record->response_ns;
    write->acknowledged = record->error == IO_OK;
    if (write->acknowledged)
        write->turn = oracle->acknowledged++;
}

int64_t oracle_differences(const struct content_oracle *oracle, uint32_t source, uint32_t target)
{
    int64_t count = 0;
    for (int64_t i = 0; i < block_count(oracle, source); i++)
        count += oracle->blocks[source][i] != oracle->blocks[target][i];
    return count;
}

static const struct oracle_write *write_of(const struct content_oracle *oracle, int64_t content)
{
    return content > 0 ? &oracle->writes[content - 1] : NULL;
}

/* A write to one block takes effect at some time between its issue and its completion; one that has failed, or is in
 * flight, may or may not have. So of an acknowledged write it must be there, or one that is not certainly older. */
static bool may_hold(const struct content_oracle *oracle, int64_t content, const struct oracle_write *must)
{
    const struct oracle_write *there = write_of(oracle, content);
    if (there == must)
        return true;
    if (there == NULL)
        return false;
    return !there->acknowledged || there->completed_ns >= must->issued_ns;
}

/* Whether the write, which is not on the target's block, was lost on its source already. */
static bool is_lost_at_source(const struct content_oracle *oracle, uint32_t source, uint32_t target, int64_t block)
{
    return oracle->was_target[source] && oracle->blocks[source][block] == oracle->blocks[target][block];
}

int64_t oracle_missing(const struct content_oracle *oracle, uint32_t source, uint32_t target)
{
    int64_t count = 0;
    for (size_t id = 0; id < oracle->write_room; id++) {
        const struct oracle_write *write = &oracle->writes[id];
        if (write->id == 0 || write->volume != source || !write->acknowledged)
            continue;
        for (int64_t i = write->first; i < write->first + write->blocks; i++)
            count += !may_hold(oracle, oracle->blocks[target][i], write) &&
                     !is_lost_at_source(oracle, source, target, i);
    }
    return count;
}

int64_t oracle_torn(const struct content_oracle *oracle, uint32_t source, uint32_t target)
{
    int64_t torn = 0;
    for (size_t id = 0; id < oracle->write_room; id++) {
        const struct oracle_write *write = &oracle->writes[id];
        int64_t own = 0, older = 0;
        if (write->id == 0 || write->volume != source || write->parted)
            continue;
        for (int64_t i = write->first; i < write->first + write->blocks; i++) {
            const struct oracle_write *there = write_of(oracle, oracle->blocks[target][i]);
            own += there == write;
            /* Certainly from before: nothing there, or a write complete when this one was issued. */
            older += (there == NULL || (there->completed_ns >= 0 && there->completed_ns < write->issued_ns)) &&
                     !is_lost_at_source(oracle, source, target, i);
        }
        torn += own > 0 && older > 0;
    }
    return torn;
}

/* Blocks of the volume that a write in flight is to; freed by the caller. */
static bool *blocks_in_flight(const struct content_oracle *oracle, uint32_t volume)
{
    bool *in_flight = memory_alloc_zeroed((size_t)block_count(oracle, volume), sizeof *in_flight);
    for (size_t id = 0; id < oracle->write_room; id++) {
        const struct oracle_write *write = &oracle->writes[id];
        if (write->id != 0 && write->volume == volume && write->completed_ns < 0)
            memset(&in_flight[write->first], true, (size_t)write->blocks);
    }
    return in_flight;
}

int64_t oracle_unnamed(const struct content_oracle *oracle, const struct pair *pair)
{
    uint32_t source = (uint32_t)pair->config->source, target = (uint32_t)pair->config->target;
    int64_t track_blocks = pair->model->track_bytes / BLOCK_BYTES, count = 0;
    bool *in_flight = blocks_in_flight(oracle, source);
    for (int64_t i = 0; i < block_count(oracle, source); i++) {
        bool named = change_map_is_set(&pair->map, change_map_unit(&pair->map, i / track_blocks));
        count += oracle->blocks[source][i] != oracle->blocks[target][i] && !in_flight[i] && !named;
    }
    free(in_flight);
    return count;
}

int64_t *oracle_snapshot(const struct content_oracle *oracle, uint32_t volume)
{
    size_t bytes = (size_t)block_count(oracle, volume) * sizeof(int64_t);
    int64_t *snapshot = memory_alloc_zeroed(1, bytes);
    return memcpy(snapshot, oracle->blocks[volume], bytes);
}

int64_t oracle_changes(const struct content_oracle *oracle, uint32_t volume, const int64_t *snapshot)
{
    int64_t count = 0;
    for (int64_t i = 0; i < block_count(oracle, volume); i++)
        count += oracle->blocks[volume][i] != snapshot[i];
    return count;
}

int64_t oracle_breaches(const struct content_oracle *oracle, const uint32_t *sources, const uint32_t *targets,
                        size_t count)
{
    int64_t newest = 0; /* all writes acknowledged before this turn must be there */
    int64_t breaches = 0;
    for (size_t i = 0; i < count; i++) {
        for (int64_t block = 0; block < block_count(oracle, sources[i]); block++) {
            const struct oracle_write *there = write_of(oracle, oracle->blocks[targets[i]][block]);
            if (there != NULL && there->volume == sources[i] && there->acknowledged_before > newest)
                newest = there->acknowledged_before;
        }
    }
    for (size_t id = 0; id < oracle->write_room; id++) {
        const struct oracle_write *write = &oracle->writes[id];
        if (write->id == 0 || write->turn < 0 || write->turn >= newest)
            continue;
        for (size_t i = 0; i < count; i++)
            for (int64_t block = write->first; write->volume == sources[i] && block < write->first + write->blocks;
                 block++)
                breaches += !may_hold(oracle, oracle->blocks[targets[i]][block], write) &&
                            !is_lost_at_source(oracle, sources[i], targets[i], block);
    }
    return breaches;
}
