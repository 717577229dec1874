// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/pairs.h"

#include <math.h>

#include "models/flashcopy.h"
#include "models/pprc.h"

static bool is_pprc(const struct machine *machine, int32_t pair)
{
    return machine->config->pairs[pair].kind == PAIR_PPRC;
}

void pairs_tell_entered(const struct machine *machine, int32_t pair)
{
    struct pair_listener *listener = machine->pair_listener;
    if (listener != NULL && listener->entered != NULL)
        listener->entered(listener, pair);
}

void pairs_tell_advanced(const struct machine *machine, int32_t pair)
{
    struct pair_listener *listener = machine->pair_listener;
    if (listener != NULL && listener->advanced != NULL)
        listener->advanced(listener, pair);
}

enum pair_state pairs_state(const struct machine *machine, int32_t pair)
{
    return is_pprc(machine, pair) ? pprc_source_state(machine, pair) : flashcopy_state(machine, pair);
}

bool pairs_is_under_way(enum pair_state state)
{
    return state == PPRC_DUPLEX_PENDING || state == FLASH_ESTABLISHING || state == FLASH_COPYING;
}

bool pairs_is_established(enum pair_state state)
{
    return state == PPRC_DUPLEX || state == FLASH_NOCOPY || state == FLASH_COMPLETE;
}

double pairs_progress(const struct machine *machine, int32_t pair)
{
    return is_pprc(machine, pair) ? pprc_progress(machine, pair) : flashcopy_progress(machine, pair);
}

int64_t pairs_tracks_left(const struct machine *machine, int32_t pair)
{
    return is_pprc(machine, pair) ? pprc_tracks_left(machine, pair) : flashcopy_tracks_left(machine, pair);
}

void pairs_report(const struct machine *machine, struct pair_report *reports)
{
    for (size_t i = 0; i < machine->config->pair_count; i++) {
        if (is_pprc(machine, (int32_t)i))
            pprc_report(machine, (int32_t)i, &reports[i]);
        else
            flashcopy_report(machine, (int32_t)i, &reports[i]);
    }
}

double pairs_seconds(sim_time ns)
{
    return ns >= 0 ? (double)ns * 1e-9 : NAN;
}
