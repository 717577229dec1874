// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/pair_label.h"

#include <stdbool.h>
#include <string.h>

#include "sim/memory.h"

static bool is_pprc_too(const struct config *config, const struct pair_config *flashcopy)
{
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct pair_config *other = &config->pairs[i];
        if (other->kind == PAIR_PPRC && other->source == flashcopy->source && other->target == flashcopy->target &&
            strcmp(other->name, flashcopy->name) == 0)
            return true;
    }
    return false;
}

char *pair_label(const struct config *config, size_t index)
{
    const struct pair_config *pair = &config->pairs[index];
    if (pair->kind == PAIR_FLASHCOPY && is_pprc_too(config, pair))
        return memory_text("%s (%s)", pair->name, pair_kind_name(PAIR_FLASHCOPY));
    return memory_copy_string(pair->name);
}
