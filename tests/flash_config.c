// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/flash_config.h"

#include <stdlib.h>

#include "sim/memory.h"
#include "tests/small_config.h"

static void set_model(struct server_model *model)
{
    model->flashcopy_establish_ns = SIM_S;
    model->flashcopy_hold_ns = 100 * SIM_MS;
    model->copy_on_write = COPY_BEFORE_DESTAGE;
    model->flashcopy_step_tracks = 15;
    model->flashcopy_pair_steps = 4;
    model->flashcopy_rank_steps = 4;
    model->flashcopy_nvs_bytes = 1 << 20;
}

/* Volume `index` lies behind all others of its rank. */
static void place(struct config *config, size_t index, char *name, size_t rank_index, int64_t tracks)
{
    struct rank_config *rank = &config->ranks[rank_index];
    config->volumes[index] = (struct volume_config){
        .name = name, .label = memory_copy_string(name), .rank = (int32_t)rank_index, .tracks = tracks,
        .size_bytes = tracks * config->servers[0].model.track_bytes, .first_track = rank->used_tracks};
    rank->used_tracks += tracks;
    rank->volumes++;
    if (rank->used_tracks > rank->capacity_tracks)
        abort();
}

struct config *flash_config_create(size_t ranks, size_t pairs, int64_t tracks, enum pair_state state)
{
    struct config *config = small_config_create(ranks, 1);
    for (size_t i = 0; i < config->volume_count; i++) {
        free(config->volumes[i].name);
        free(config->volumes[i].label);
    }
    for (size_t i = 0; i < ranks; i++)
        config->ranks[i].used_tracks = config->ranks[i].volumes = 0;
    config->volume_count = 2 * pairs;
    config->volumes = memory_resize(config->volumes, config->volume_count * sizeof *config->volumes);
    config->pair_count = pairs;
    config->pairs = memory_alloc_zeroed(pairs, sizeof *config->pairs);
    for (size_t i = 0; i < pairs; i++)
        place(config, i, memory_text("s%zu", i), 0, tracks);
    for (size_t i = 0; i < pairs; i++)
        place(config, pairs + i, memory_text("t%zu", i), ranks - 1, tracks);
    for (size_t i = 0; i < pairs; i++)
        config->pairs[i] = (struct pair_config){.name = memory_text("s%zu>t%zu", i, i), .kind = PAIR_FLASHCOPY,
                                                .source = (int32_t)i, .target = (int32_t)(pairs + i), .state = state};
    set_model(&config->servers[0].model);
    config_list_subsystems(config);
    return config;
}
