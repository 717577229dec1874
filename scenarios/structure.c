// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/structure.h"

#include <stdio.h>

#include "models/drive_geometry.h"

int64_t structure_drive_bytes(const struct drive_type *type)
{
    return drive_type_blocks(type) * BLOCK_BYTES;
}

struct structure structure_count(const struct config *config, size_t server)
{
    struct structure structure = {0};
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *rank = &config->ranks[i];
        if (rank->server != (int32_t)server)
            continue;
        struct loop_use *loop = &structure.loops[rank->pair][rank->loop];
        struct lss_use *lss = &structure.lss[rank->lss - LSS_FIRST];
        structure.ranks++;
        structure.subsystems += lss->ranks++ == 0;
        loop->eight_packs++;
        loop->spares += rank->format == RANK_6PS;
        loop->used += rank->used_tracks > 0;
    }
    for (size_t i = 0; i < config->volume_count; i++) {
        const struct volume_config *volume = &config->volumes[i];
        if (volume->server == (int32_t)server)
            structure.lss[config->ranks[volume->rank].lss - LSS_FIRST].volumes++;
    }
    return structure;
}

bool structure_has_spare(const struct config *config, size_t rank_index)
{
    const struct rank_config *rank = &config->ranks[rank_index];
    size_t first = rank_index; /* a server's ranks stand together */
    while (first > 0 && config->ranks[first - 1].server == rank->server)
        first--;
    for (size_t i = first; i < config->rank_count && config->ranks[i].server == rank->server; i++) {
        const struct rank_config *other = &config->ranks[i];
        if (other->pair == rank->pair && other->loop == rank->loop && other->format == RANK_6PS &&
            other->drive_type == rank->drive_type)
            return true;
    }
    return false;
}

void structure_lss_name(const struct config *config, size_t server, int32_t number, char name[LSS_NAME_BYTES])
{
    snprintf(name, LSS_NAME_BYTES, "2105:%.5s:%d", config->servers[server].serial, (int)number);
}
