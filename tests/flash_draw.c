// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/flash_draw.h"

#include <stdlib.h>

#include "sim/memory.h"
#include "tests/mirror_config.h"
#include "tests/mirror_draw.h"
#include "tests/small_config.h"

/* ---- servers ---- */

/* How FlashCopies are made there. */
static void draw_flashcopy(struct rng *rng, struct server_model *model)
{
    model->flashcopy_hold_ns = draw_one_in(rng, 3) ? 0 : draw_between(rng, 0, 20) * SIM_MS;
    model->flashcopy_establish_ns = model->flashcopy_hold_ns + draw_between(rng, 0, 100) * SIM_MS;
    model->flashcopy_hold_track_ns = draw_between(rng, 0, 50) * SIM_US;
    model->copy_on_write = draw_one_in(rng, 2) ? COPY_BEFORE_WRITE : COPY_BEFORE_DESTAGE;
    model->flashcopy_step_tracks = (int32_t)draw_between(rng, 1, 6);
    model->flashcopy_pair_steps = (int32_t)draw_between(rng, 1, 4);
    model->flashcopy_rank_steps = (int32_t)draw_between(rng, 1, 4);
    model->flashcopy_nvs_bytes = draw_between(rng, 1, 4) * model->track_bytes;
}

/* Hardly any room in NVS, so that destages do not find any for their copies. */
static void tighten(struct rng *rng, struct server_model *model)
{
    model->nvs_bytes = 2 * draw_between(rng, 3, 12) * model->track_bytes;
    model->flashcopy_nvs_bytes = model->track_bytes;
}

static void draw_servers(struct rng *rng, struct config *config)
{
    bool tight = draw_one_in(rng, 3);
    mirror_draw_track(rng, config);
    for (size_t i = 0; i < config->server_count; i++) {
        mirror_draw_server(rng, &config->servers[i].model);
        draw_flashcopy(rng, &config->servers[i].model);
        if (tight)
            tighten(rng, &config->servers[i].model);
        if (draw_one_in(rng, 3)) {
            config->servers[i].model.stage_ahead_tracks = (int32_t)draw_between(rng, 1, 8);
            config->servers[i].model.sequential_tracks = (int32_t)draw_between(rng, 1, 4);
        }
    }
}

/* Ranks stand in either cluster, mostly in one, and so in one of two subsystems. */
static void draw_ranks(struct rng *rng, struct config *config)
{
    int32_t cluster = draw_one_in(rng, 2);
    for (size_t i = 0; i < config->rank_count; i++) {
        config->ranks[i].cluster = draw_one_in(rng, 4) ? 1 - cluster : cluster;
        config->ranks[i].lss = 16 + config->ranks[i].cluster;
        config->ranks[i].loop = draw_one_in(rng, 2);
    }
    free(config->subsystems);
    config->subsystems = NULL;
    config->subsystem_count = 0;
    config_list_subsystems(config);
    for (size_t i = 0; i < config->subsystem_count; i++) {
        config->subsystems[i].consistency_group = draw_one_in(rng, 4);
        config->subsystems[i].consistency_timeout_ns = draw_between(rng, 0, 300) * SIM_MS;
        config->subsystems[i].critical_heavy = draw_one_in(rng, 2);
    }
}

/* ---- volumes ---- */

static int32_t subsystem_of(const struct config *config, int32_t rank)
{
    return config_subsystem(config, config->ranks[rank].server, config->ranks[rank].lss);
}

/* A rank of the server; one of the same subsystem where `like` is a rank. */
static int32_t draw_rank(struct rng *rng, const struct config *config, size_t server, int32_t like)
{
    int64_t ranks = (int64_t)(config->rank_count / config->server_count);
    for (;;) {
        int32_t rank = (int32_t)((int64_t)server * ranks + draw_between(rng, 0, ranks - 1));
        if (like < 0 || subsystem_of(config, rank) == subsystem_of(config, like))
            return rank;
    }
}

/* So many volumes a server, each server's i-th of one size, in place of the rank's one; last tracks may be less than
 * whole. */
static struct volume_config *draw_volumes(struct rng *rng, const struct config *config, size_t count)
{
    const struct server_model *model = &config->servers[0].model;
    struct volume_config *volumes = memory_alloc_zeroed(config->server_count * count, sizeof *volumes);
    int64_t most = draw_between(rng, 1, draw_one_in(rng, 4) ? 60 : 20);
    int64_t cut = draw_one_in(rng, 2) ? 0 : draw_between(rng, 0, model->track_bytes / BLOCK_BYTES - 1) * BLOCK_BYTES;
    for (size_t i = 0; i < config->server_count * count; i++) {
        size_t server = i / count, like = i % count;
        struct volume_config *it = &volumes[i];
        int64_t larger = draw_one_in(rng, 4) && like > 0 ? draw_between(rng, 1, 8) : 0;
        *it = (struct volume_config){
            .name = memory_text("v%zu", i),
            .label = memory_text("v%zu", i),
            .server = (int32_t)server,
            .rank = draw_rank(rng, config, server, like == 1 ? volumes[i - 1].rank : -1),
            .tracks = server == 0 ? most + larger : volumes[like].tracks,
        };
        it->size_bytes = it->tracks * model->track_bytes - cut;
    }
    return volumes;
}

/* Lays the volumes out one behind the other. */
static void place_volumes(struct rng *rng, struct config *config, struct volume_config *volumes, size_t count)
{
    int64_t longest = 0;
    for (size_t i = 0; i < config->rank_count; i++)
        config->volumes[i].tracks = 0;
    for (size_t i = 0; i < count; i++) {
        struct volume_config *rank_volume = &config->volumes[volumes[i].rank];
        volumes[i].first_track = rank_volume->tracks;
        rank_volume->tracks += volumes[i].tracks;
        longest = rank_volume->tracks > longest ? rank_volume->tracks : longest;
    }
    mirror_draw_drive(rng, &config->drive_types[0], config->servers[0].model.track_bytes, longest);
    small_config_lay_out(config);
    for (size_t i = 0; i < config->volume_count; i++) {
        free(config->volumes[i].name);
        free(config->volumes[i].label);
    }
    free(config->volumes);
    config->volumes = volumes;
    config->volume_count = count;
}

/* ---- pairs ---- */

static bool has_pair(const struct config *config, enum pair_kind kind, size_t source, size_t target)
{
    for (size_t i = 0; i < config->pair_count; i++)
        if (config->pairs[i].kind == kind && config->pairs[i].source == (int32_t)source &&
            config->pairs[i].target == (int32_t)target)
            return true;
    return false;
}

/* Whether a pair of that kind stands at the start with the volume; `as_target`: as its target. */
static bool stands(const struct config *config, enum pair_kind kind, size_t volume, bool as_target)
{
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct pair_config *it = &config->pairs[i];
        if (it->kind == kind && it->state != PPRC_SIMPLEX && it->state != FLASH_NONE &&
            (it->target == (int32_t)volume || (!as_target && it->source == (int32_t)volume)))
            return true;
    }
    return false;
}

static void add_flashcopy(struct rng *rng, struct config *config, size_t source, size_t target)
{
    const struct volume_config *from = &config->volumes[source], *to = &config->volumes[target];
    if (source == target || subsystem_of(config, from->rank) != subsystem_of(config, to->rank) ||
        from->tracks > to->tracks || has_pair(config, PAIR_FLASHCOPY, source, target))
        return;
    bool free = !stands(config, PAIR_FLASHCOPY, source, false) && !stands(config, PAIR_FLASHCOPY, target, false);
    enum pair_state state = (enum pair_state)DRAW_OF(rng, FLASH_NONE, FLASH_NONE, FLASH_COPYING, FLASH_NOCOPY);
    size_t pair = mirror_config_add_pair(config, source, target, free ? state : FLASH_NONE);
    config->pairs[pair].kind = PAIR_FLASHCOPY;
    config->pairs[pair].accelerate_destage = draw_one_in(rng, 3);
}

/* One to six of TEST1's, fewer of TEST2's. */
static void draw_flashcopies(struct rng *rng, struct config *config, size_t volumes)
{
    add_flashcopy(rng, config, 0, 1);
    for (int64_t more = draw_between(rng, 0, 5); more > 0; more--)
        add_flashcopy(rng, config, rng_below(rng, volumes), rng_below(rng, volumes));
    for (int64_t more = draw_between(rng, 0, 4); more > 0; more--)
        add_flashcopy(rng, config, volumes + rng_below(rng, volumes), volumes + rng_below(rng, volumes));
    if (draw_one_in(rng, 2))
        add_flashcopy(rng, config, 1, 0);
}

/* Whether the volume begins as a copy of a smaller one, with an end of its own. */
static bool is_larger_copy(const struct config *config, size_t volume)
{
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct pair_config *it = &config->pairs[i];
        if (it->kind == PAIR_FLASHCOPY && it->state != FLASH_NONE && it->target == (int32_t)volume)
            return config->volumes[it->source].tracks < config->volumes[volume].tracks;
    }
    return false;
}

static void add_mirror(struct rng *rng, struct config *config, size_t source, size_t target)
{
    enum pair_state state =
        (enum pair_state)DRAW_OF(rng, PPRC_DUPLEX, PPRC_DUPLEX, PPRC_SIMPLEX, PPRC_SIMPLEX, PPRC_SUSPENDED);
    if (has_pair(config, PAIR_PPRC, source, target))
        return;
    bool free = !stands(config, PAIR_PPRC, source, false) && !stands(config, PAIR_PPRC, target, false) &&
                !stands(config, PAIR_FLASHCOPY, target, true) && !is_larger_copy(config, source);
    size_t pair = mirror_config_add_pair(config, source, target, free ? state : PPRC_SIMPLEX);
    config->pairs[pair].critical = draw_one_in(rng, 5);
}

static void draw_mirrors(struct rng *rng, struct config *config, size_t volumes)
{
    for (size_t i = 0; i < volumes; i++) {
        size_t here = i, there = volumes + i;
        if (draw_one_in(rng, 3))
            continue;
        if (!draw_one_in(rng, 4))
            add_mirror(rng, config, here, there);
        if (draw_one_in(rng, 3))
            add_mirror(rng, config, there, here);
    }
}

struct config *flash_draw(uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, "flash draw");
    size_t ranks = (size_t)draw_between(&rng, 1, 3), volumes = (size_t)draw_between(&rng, 2, 8);
    struct config *config = mirror_config_create(1, ranks, (size_t)draw_between(&rng, 1, 2), 1, PPRC_SIMPLEX);
    config->run.seed = seed;
    for (size_t i = 0; i < config->pair_count; i++)
        free(config->pairs[i].name);
    config->pair_count = 0;
    mirror_config_add_port(config, 1);
    draw_servers(&rng, config);
    draw_ranks(&rng, config);
    place_volumes(&rng, config, draw_volumes(&rng, config, volumes), config->server_count * volumes);
    mirror_draw_links(&rng, config);
    draw_flashcopies(&rng, config, volumes);
    if (!draw_one_in(&rng, 3))
        draw_mirrors(&rng, config, volumes);
    return config;
}
