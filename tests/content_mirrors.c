// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the oracle answers about mirrors: whether a PPRC target is a copy, and a set of them consistent.
 */
#include <stdlib.h>
#include <string.h>

#include "models/pprc_pair.h"
#include "sim/memory.h"
#include "tests/content_oracle.h"

/* Whether the target's block is not what the source's is known to be. */
static bool differ(int64_t source, int64_t target)
{
    return source != target && source != ORACLE_UNKNOWN;
}

int64_t oracle_differences(const struct content_oracle *oracle, uint32_t source, uint32_t target)
{
    int64_t count = 0;
    for (int64_t i = 0; i < oracle_blocks(oracle, source); i++)
        count += differ(oracle->blocks[source][i], oracle->blocks[target][i]);
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

/* Whether the write, which is not on the target's block, was lost on its source already, or may have been. */
static bool is_lost_at_source(const struct content_oracle *oracle, uint32_t source, uint32_t target, int64_t block)
{
    return oracle->was_target[source] && !differ(oracle->blocks[source][block], oracle->blocks[target][block]);
}

int64_t oracle_missing(const struct content_oracle *oracle, uint32_t source, uint32_t target)
{
    int64_t count = 0;
    for (size_t id = 0; id < oracle->write_room; id++) {
        const struct oracle_write *write = &oracle->writes[id];
        if (write->id == 0 || write->volume != source || !write->acknowledged || write->replaced)
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
        if (write->id == 0 || write->volume != source || write->parted || write->replaced)
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
    bool *in_flight = memory_alloc_zeroed((size_t)oracle_blocks(oracle, volume), sizeof *in_flight);
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
    for (int64_t i = 0; i < oracle_blocks(oracle, source); i++) {
        bool named = change_map_is_set(&pair->map, change_map_unit(&pair->map, i / track_blocks));
        count += differ(oracle->blocks[source][i], oracle->blocks[target][i]) && !in_flight[i] && !named;
    }
    free(in_flight);
    return count;
}

int64_t *oracle_snapshot(const struct content_oracle *oracle, uint32_t volume)
{
    size_t bytes = (size_t)oracle_blocks(oracle, volume) * sizeof(int64_t);
    int64_t *snapshot = memory_alloc_zeroed(1, bytes);
    return memcpy(snapshot, oracle->blocks[volume], bytes);
}

int64_t oracle_changes(const struct content_oracle *oracle, uint32_t volume, const int64_t *snapshot)
{
    int64_t count = 0;
    for (int64_t i = 0; i < oracle_blocks(oracle, volume); i++)
        count += oracle->blocks[volume][i] != snapshot[i];
    return count;
}

int64_t oracle_breaches(const struct content_oracle *oracle, const uint32_t *sources, const uint32_t *targets,
                        size_t count)
{
    int64_t newest = 0; /* all writes acknowledged before this turn must be there */
    int64_t breaches = 0;
    for (size_t i = 0; i < count; i++) {
        for (int64_t block = 0; block < oracle_blocks(oracle, sources[i]); block++) {
            const struct oracle_write *there = write_of(oracle, oracle->blocks[targets[i]][block]);
            if (there != NULL && there->volume == sources[i] && there->acknowledged_before > newest)
                newest = there->acknowledged_before;
        }
    }
    for (size_t id = 0; id < oracle->write_room; id++) {
        const struct oracle_write *write = &oracle->writes[id];
        if (write->id == 0 || write->turn < 0 || write->turn >= newest || write->replaced)
            continue;
        for (size_t i = 0; i < count; i++)
            for (int64_t block = write->first; write->volume == sources[i] && block < write->first + write->blocks;
                 block++)
                breaches += !may_hold(oracle, oracle->blocks[targets[i]][block], write) &&
                            !is_lost_at_source(oracle, sources[i], targets[i], block);
    }
    return breaches;
}
