// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/address.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/memory.h"
#include "sim/sim.h"
#include "sim/zipf.h"

/* One volume as the workload sees it. */
struct target {
    uint64_t places;   /* aligned blocks of the workload's size */
    uint64_t next;     /* sequential: place of the next I/O */
    uint32_t volume;   /* index in the config */
};

/* How a volume's places are skewed. */
struct skew {
    struct zipf zipf;
    struct scramble scramble;
};

struct address_stream {
    const struct workload_config *config;
    struct rng volume_draws, place_draws, op_draws;
    struct target *targets;
    struct skew *skews; /* by target; NULL where the distribution is uniform */
    size_t next_target; /* sequential */
};

static void start_draws(struct rng *rng, uint64_t seed, const struct workload_config *config, const char *purpose,
                        const char *choice)
{
    char name[512];
    snprintf(name, sizeof name, "workload/%s/%s/%s", config->name, purpose, choice);
    rng_init(rng, seed, name);
}

static void init_skew(struct skew *skew, const struct target *target, double theta)
{
    struct error error = {0};
    bool ready = zipf_init(&skew->zipf, target->places, theta, &error);
    SIM_MUST(NULL, ready);
    /* The salt makes volumes of one size have different hot blocks; it does not depend on the purpose. */
    scramble_init(&skew->scramble, target->places, target->volume);
}

struct address_stream *address_create(const struct config *config, size_t index, uint64_t seed, const char *purpose)
{
    const struct workload_config *workload = &config->workloads[index];
    struct address_stream *stream = memory_alloc_zeroed(1, sizeof *stream);
    stream->config = workload;
    start_draws(&stream->volume_draws, seed, workload, purpose, "volume");
    start_draws(&stream->place_draws, seed, workload, purpose, "place");
    start_draws(&stream->op_draws, seed, workload, purpose, "op");
    stream->targets = memory_alloc_zeroed(workload->volume_count, sizeof *stream->targets);
    if (workload->distribution == ADDRESS_ZIPF)
        stream->skews = memory_alloc_zeroed(workload->volume_count, sizeof *stream->skews);
    for (size_t i = 0; i < workload->volume_count; i++) {
        struct target *target = &stream->targets[i];
        target->volume = (uint32_t)workload->volumes[i];
        target->places = (uint64_t)(config->volumes[target->volume].size_bytes / workload->block_bytes);
        if (stream->skews != NULL)
            init_skew(&stream->skews[i], target, workload->zipf_theta);
    }
    return stream;
}

void address_destroy(struct address_stream *stream)
{
    if (stream == NULL)
        return;
    free(stream->targets);
    free(stream->skews);
    free(stream);
}

static uint64_t random_place(struct address_stream *stream, size_t target)
{
    const struct skew *skew = stream->skews != NULL ? &stream->skews[target] : NULL;
    if (skew != NULL)
        return scramble_rank(&skew->scramble, zipf_draw(&skew->zipf, &stream->place_draws));
    return rng_below(&stream->place_draws, stream->targets[target].places);
}

static uint64_t next_place(struct target *target)
{
    uint64_t place = target->next;
    target->next = place + 1 < target->places ? place + 1 : 0;
    return place;
}

void address_next(struct address_stream *stream, struct io_record *record)
{
    const struct workload_config *config = stream->config;
    struct target *target;
    uint64_t place;
    if (config->sequential) {
        target = &stream->targets[stream->next_target];
        stream->next_target = (stream->next_target + 1) % config->volume_count;
        place = next_place(target);
    } else {
        size_t drawn = rng_below(&stream->volume_draws, config->volume_count);
        target = &stream->targets[drawn];
        place = random_place(stream, drawn);
    }
    record->volume = target->volume;
    record->offset_blocks = (int64_t)place * (config->block_bytes / BLOCK_BYTES);
    record->length_bytes = config->block_bytes;
    record->op = rng_uniform(&stream->op_draws) < config->read_share ? IO_READ : IO_WRITE;
}

void address_go_on(struct address_stream *stream, const struct address_stream *from)
{
    stream->next_target = from->next_target;
    for (size_t i = 0; i < stream->config->volume_count; i++)
        stream->targets[i].next = from->targets[i].next;
}
