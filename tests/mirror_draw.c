// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/mirror_draw.h"

#include <stdlib.h>

#include "sim/memory.h"
#include "tests/mirror_config.h"
#include "tests/small_config.h"

int64_t draw_between(struct rng *rng, int64_t least, int64_t most)
{
    return least + (int64_t)rng_below(rng, (uint64_t)(most - least + 1));
}

bool draw_one_in(struct rng *rng, int64_t n)
{
    return draw_between(rng, 1, n) == 1;
}

int64_t draw_of(struct rng *rng, const int64_t *choices, size_t count)
{
    return choices[rng_below(rng, count)];
}

/* ---- servers ---- */

void mirror_draw_track(struct rng *rng, struct config *config)
{
    int64_t segment = DRAW_OF(rng, 512, 1024, 4096), track = segment * draw_between(rng, 1, 8);
    for (size_t i = 0; i < config->server_count; i++) {
        config->servers[i].model.segment_bytes = segment;
        config->servers[i].model.track_bytes = track;
    }
}

void mirror_draw_server(struct rng *rng, struct server_model *model)
{
    model->nvs_bytes = 2 * draw_between(rng, 16, draw_one_in(rng, 2) ? 24 : 300) * model->track_bytes;
    model->cache_bytes = 2 * draw_between(rng, 16, 400) * model->track_bytes + model->nvs_bytes;
    model->destage_low = draw_one_in(rng, 4) ? 0 : 0.7 * rng_uniform(rng);
    model->destage_high = model->destage_low + 0.001 + (0.999 - model->destage_low) * rng_uniform(rng);
    model->destage_per_rank = (int32_t)draw_between(rng, 1, 8);
    model->destage_age_ns = draw_one_in(rng, 4) ? 0 : draw_between(rng, SIM_MS, SIM_S);
    model->stage = (enum stage_mode)draw_between(rng, STAGE_RECORD, STAGE_FULL_TRACK);
    model->processors_per_cluster = (int32_t)draw_between(rng, 1, 4);
    for (int step = 0; step < STEP_COUNT; step++)
        model->processor_ns[step] = draw_one_in(rng, 4) ? 0 : draw_between(rng, 0, 300) * SIM_US;
    model->bay_bytes_per_s = draw_one_in(rng, 4) ? 0 : draw_between(rng, 10000000, 200000000);
    model->pprc_timeout_ns = draw_one_in(rng, 3) ? draw_between(rng, 2 * SIM_MS, 50 * SIM_MS) : 5 * SIM_S;
    model->failed_write = draw_one_in(rng, 2) ? FAILED_WRITE_ERROR : FAILED_WRITE_COMPLETE;
    model->change_recording = draw_one_in(rng, 2) ? RECORD_TRACKS : RECORD_CYLINDERS;
    model->cylinder_tracks = (int32_t)draw_between(rng, 1, 15);
    model->pprc_copies = (int32_t)draw_between(rng, 1, 4);
    model->pprc_copies_first = draw_one_in(rng, 3);
}

void mirror_draw_drive(struct rng *rng, struct drive_type *drive, int64_t track_bytes, int64_t tracks)
{
    int32_t sectors = (int32_t)draw_between(rng, 30, 200);
    int64_t blocks = (tracks / 6 + 2) * (track_bytes / BLOCK_BYTES);
    drive->heads = (int32_t)draw_between(rng, 1, 4);
    drive->cylinders = (int32_t)(blocks / (drive->heads * sectors)) + 2;
    drive->zones[0] = (struct drive_zone){.sectors_per_track = sectors};
    drive->zones[1] = (struct drive_zone){.first_cylinder = drive->cylinders - 1, .sectors_per_track = sectors};
    drive->seek_points[1] = (struct seek_point){(int32_t)draw_between(rng, 2, 30), 2 * SIM_MS};
    drive->revolution_ns = draw_between(rng, 1, 10) * SIM_MS;
    drive->overhead_ns = draw_between(rng, 0, SIM_MS);
}

/* ---- volumes, subsystems ---- */

/* Ranks stand in either cluster, and so in one of two subsystems; last tracks may be less than whole. */
static void draw_ranks(struct rng *rng, struct config *config)
{
    const struct server_model *model = &config->servers[0].model;
    int64_t cut = draw_one_in(rng, 2) ? 0 : draw_between(rng, 0, model->track_bytes / BLOCK_BYTES - 1) * BLOCK_BYTES;
    small_config_lay_out(config);
    for (size_t i = 0; i < config->rank_count; i++) {
        config->ranks[i].cluster = draw_one_in(rng, 2);
        config->ranks[i].lss = 16 + config->ranks[i].cluster;
        config->ranks[i].loop = draw_one_in(rng, 2);
        config->volumes[i].size_bytes -= cut;
    }
    free(config->subsystems);
    config->subsystems = NULL;
    config->subsystem_count = 0;
    config_list_subsystems(config);
    bool group = draw_one_in(rng, 2);
    for (size_t i = 0; i < config->subsystem_count; i++) {
        struct subsystem_config *it = &config->subsystems[i];
        it->consistency_group = draw_one_in(rng, 4) ? !group : group;
        it->consistency_timeout_ns = draw_between(rng, 0, 300) * SIM_MS;
        it->critical_heavy = draw_one_in(rng, 2);
    }
}

/* ---- links, paths ---- */

static void draw_link(struct rng *rng, struct link_config *link)
{
    link->distance_m = draw_one_in(rng, 3) ? 0 : draw_between(rng, 0, 103000);
    link->type.bytes_per_s = draw_one_in(rng, 3) ? draw_between(rng, 200000, 2000000) : 17000000;
    link->type.exchanges = (int32_t)draw_between(rng, 0, 6);
    link->type.overhead_ns = draw_between(rng, 0, 300) * SIM_US;
    if (draw_one_in(rng, 3))
        link->type.window_bytes = draw_between(rng, 1000, 20000);
    link->type.turnaround_ns = draw_between(rng, 0, 20) * SIM_US;
}

/* Paths over every link between all subsystems of its servers. */
static void add_paths(struct config *config)
{
    config->path_count = 0;
    for (size_t link = 0; link < config->link_count; link++) {
        const struct link_config *it = &config->links[link];
        for (size_t from = 0; from < config->subsystem_count; from++) {
            for (size_t to = 0; to < config->subsystem_count; to++) {
                if (config->subsystems[from].server != it->from || config->subsystems[to].server != it->to)
                    continue;
                config->paths = memory_resize(config->paths, (config->path_count + 1) * sizeof *config->paths);
                config->paths[config->path_count++] = (struct path_config){(int32_t)from, (int32_t)to, (int32_t)link};
            }
        }
    }
}

void mirror_draw_links(struct rng *rng, struct config *config)
{
    for (size_t server = 1; server < config->server_count; server++)
        for (int64_t back = draw_between(rng, 1, 2); back > 0; back--)
            mirror_config_add_link(config, server, 0);
    mirror_config_add_link(config, 0, 0);
    for (size_t i = 0; i < config->link_count; i++) {
        draw_link(rng, &config->links[i]);
        if (i > 0 && config->links[i].to == config->links[i - 1].to && draw_one_in(rng, 4))
            config->links[i].to_port = config->links[i - 1].to_port; /* behind a director */
    }
    add_paths(config);
}

/* ---- pairs ---- */

static bool has_pair(const struct config *config, size_t source, size_t target)
{
    for (size_t i = 0; i < config->pair_count; i++)
        if (config->pairs[i].source == (int32_t)source && config->pairs[i].target == (int32_t)target)
            return true;
    return false;
}

static void add_pair(struct rng *rng, struct config *config, size_t source, size_t target, enum pair_state state)
{
    if (source == target || has_pair(config, source, target))
        return;
    size_t pair = mirror_config_add_pair(config, source, target, state);
    config->pairs[pair].critical = draw_one_in(rng, 3);
}

/* One pair stands for each volume of TEST1, with one of TEST2, one way or the other; others may be established, back
 * above all. All paths there are lead to or from TEST1. */
static void draw_pairs(struct rng *rng, struct config *config, size_t volumes, bool all_duplex)
{
    bool both = !all_duplex && draw_one_in(rng, 3);
    for (size_t i = 0; i < volumes; i++) {
        enum pair_state state = (enum pair_state)DRAW_OF(rng, PPRC_DUPLEX, PPRC_DUPLEX, PPRC_SIMPLEX, PPRC_SUSPENDED);
        state = all_duplex ? PPRC_DUPLEX : state;
        bool back = both && draw_one_in(rng, 2);
        add_pair(rng, config, back ? volumes + i : i, back ? i : volumes + i, state);
        if (draw_one_in(rng, 2))
            add_pair(rng, config, back ? i : volumes + i, back ? volumes + i : i, PPRC_SIMPLEX);
    }
    for (int64_t more = draw_between(rng, 0, 4); more > 0; more--) {
        size_t one = rng_below(rng, volumes), other = rng_below(rng, config->volume_count);
        add_pair(rng, config, one, other, PPRC_SIMPLEX);
    }
}

struct config *mirror_draw(uint64_t seed, bool all_duplex)
{
    struct rng rng;
    rng_init(&rng, seed, "mirror draw");
    size_t volumes = (size_t)draw_between(&rng, all_duplex ? 2 : 1, all_duplex ? 6 : 4);
    int64_t tracks = draw_between(&rng, 20, draw_one_in(&rng, 4) ? 200 : 60);
    struct config *config = mirror_config_create((size_t)draw_between(&rng, 1, 2), volumes,
                                                 (size_t)draw_between(&rng, 1, 3), tracks, PPRC_SIMPLEX);
    config->run.seed = seed;
    for (size_t i = 0; i < config->pair_count; i++)
        free(config->pairs[i].name);
    config->pair_count = 0;
    for (size_t i = 1; i < config->server_count; i++)
        mirror_config_add_port(config, i);
    mirror_draw_track(&rng, config);
    for (size_t i = 0; i < config->server_count; i++)
        mirror_draw_server(&rng, &config->servers[i].model);
    mirror_draw_drive(&rng, &config->drive_types[0], config->servers[0].model.track_bytes, tracks);
    draw_ranks(&rng, config);
    mirror_draw_links(&rng, config);
    draw_pairs(&rng, config, volumes, all_duplex);
    return config;
}

size_t mirror_draw_host_port(const struct config *config, size_t server)
{
    for (size_t i = 0; i < config->port_count; i++)
        if (config->ports[i].server == (int32_t)server && config->ports[i].name[0] == 'p')
            return i;
    abort();
}
