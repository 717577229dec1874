// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/flash_storm.h"

#include "models/flashcopy.h"
#include "models/relation.h"
#include "models/track_locks.h"
#include "models/track_table.h"
#include "tests/flash_draw.h"
#include "tests/mirror_draw.h"

static struct relation *relation_at(const struct mirror_storm *storm, size_t index)
{
    return &storm->machine->relations[index];
}

/* ---- what the operator does ---- */

/* The index of some FlashCopy; there is one on every machine. */
static size_t some_flashcopy(struct mirror_storm *storm)
{
    size_t index;
    do
        index = (size_t)rng_below(&storm->rng, storm->config->pair_count);
    while (mirror_storm_is_pprc(storm, index));
    return index;
}

static void change_flashcopy(struct mirror_storm *storm)
{
    size_t index = some_flashcopy(storm);
    struct relation *relation = relation_at(storm, index);
    enum pair_state before = relation->state;
    bool stands = relation_stands(relation), background = draw_one_in(&storm->rng, 2);
    bool accelerated = draw_one_in(&storm->rng, 3), permit = !draw_one_in(&storm->rng, 4);
    bool withdraws = stands ? !draw_one_in(&storm->rng, 3) : draw_one_in(&storm->rng, 6);
    char why[PAIRS_WHY_BYTES] = "";
    bool done = withdraws ? flashcopy_withdraw(storm->machine, (int32_t)index, why)
                          : flashcopy_establish(storm->machine, (int32_t)index, background, accelerated, permit, why);
    storm->flashcopies += done && !withdraws;
    storm->withdrawals += done && withdraws;
    STORM_CHECK(storm, done || why[0] != '\0');
    STORM_CHECK(storm, done || relation->state == before);
}

/* Mostly one that is rebuilt; often a rank goes with the second one. */
static void change_drive(struct mirror_storm *storm)
{
    size_t rank = (size_t)rng_below(&storm->rng, storm->config->rank_count);
    mirror_storm_set_drive(storm, rank, (int32_t)draw_between(&storm->rng, 0, RANK_DRIVES_MAX - 1),
                           draw_one_in(&storm->rng, 4));
}

static void operate(struct mirror_storm *storm)
{
    if (draw_one_in(&storm->rng, 6))
        change_drive(storm);
    else
        change_flashcopy(storm);
}

/* ---- what must hold ---- */

static bool is_busy(enum pair_state state)
{
    return state == FLASH_ESTABLISHING || state == FLASH_COPYING || state == FLASH_NOCOPY;
}

/* Every track is somewhere, once; before T0 of a relation that is being established nothing is said. */
static void check_tracks(struct mirror_storm *storm, size_t index)
{
    struct relation *relation = relation_at(storm, index);
    struct pair_report report;
    flashcopy_report(storm->machine, (int32_t)index, &report);
    const struct flashcopy_report *it = &report.flashcopy;
    int64_t copied = it->background_tracks + it->write_tracks + it->completed_tracks;
    if (relation->established_ns < 0 || (relation->state == FLASH_ESTABLISHING && !relation_stands(relation)))
        return;
    STORM_ZERO(storm, copied + it->replaced_tracks + report.tracks_left - report.tracks, (int64_t)index);
    STORM_ZERO(storm, report.copied_tracks - copied, (int64_t)index);
    STORM_CHECK(storm, it->staged_tracks <= copied);
    STORM_CHECK(storm, relation->state != FLASH_COMPLETE || report.tracks_left == 0);
    STORM_CHECK(storm, relation->state != FLASH_COPYING || report.tracks_left > 0);
    STORM_CHECK(storm, it->incomplete == (relation->state == FLASH_WITHDRAWN && report.tracks_left > 0));
}

static void check_relation(struct mirror_storm *storm, size_t index)
{
    struct relation *relation = relation_at(storm, index);
    const struct server_model *model = relation->source_rank->model;
    bool stands = relation_stands(relation);
    STORM_CHECK(storm, stands == (relation->source->source_of == relation));
    STORM_CHECK(storm, !stands || is_busy(relation->state));
    STORM_CHECK(storm, stands || (relation->state != FLASH_COPYING && relation->state != FLASH_NOCOPY));
    STORM_CHECK(storm, stands || relation->old_tracks == NULL);
    STORM_CHECK(storm, relation->steps >= 0 && relation->steps <= model->flashcopy_pair_steps);
    STORM_CHECK(storm, relation->is_establishing || relation->held_first == NULL);
    STORM_CHECK(storm, relation->is_establishing || relation->source->held_for != relation);
    STORM_CHECK(storm, relation->is_establishing || relation->target->held_for != relation);
    check_tracks(storm, index);
}

/* How often all volumes are read. */
enum { LOOKS_A_SWEEP = 4 };

static void look(struct mirror_storm *storm)
{
    const struct machine *machine = storm->machine;
    size_t standing = 0;
    for (size_t i = 0; i < storm->config->pair_count; i++) {
        if (mirror_storm_is_pprc(storm, i))
            continue;
        check_relation(storm, i);
        standing += relation_stands(relation_at(storm, i));
    }
    STORM_CHECK(storm, standing > 0 || track_table_count(machine->old_tracks) == 0);
    for (size_t i = 0; i < storm->config->rank_count; i++)
        STORM_CHECK(storm, machine->ranks[i].copy_steps >= 0 &&
                               machine->ranks[i].copy_steps <= machine->ranks[i].model->flashcopy_rank_steps);
    if (storm->looks++ % LOOKS_A_SWEEP > 0)
        return;
    for (uint32_t i = 0; i < storm->config->volume_count; i++)
        oracle_check_volume(storm->oracle, i);
}

static void sweep(struct mirror_storm *storm)
{
    for (uint32_t i = 0; i < storm->config->volume_count; i++) {
        STORM_ZERO(storm, oracle_check_volume(storm->oracle, i), (int64_t)i);
        if (storm->machine->ranks[storm->config->volumes[i].rank].state != RANK_LOST)
            STORM_ZERO(storm, oracle_check_drives(storm->oracle, i), (int64_t)i);
        STORM_ZERO(storm, oracle_kept(storm->oracle, i), (int64_t)i);
    }
}

/* All is destaged: nothing can be kept. What is left of relations is withdrawn. */
static void rest(struct mirror_storm *storm)
{
    const struct machine *machine = storm->machine;
    char why[PAIRS_WHY_BYTES];
    STORM_ZERO(storm, (int64_t)track_table_count(machine->old_tracks), 0);
    STORM_ZERO(storm, (int64_t)pool_in_use(machine->old_track_pool), 0);
    STORM_ZERO(storm, (int64_t)track_locks_held(machine->copy_locks), 0);
    sweep(storm);
    for (size_t i = 0; i < storm->config->pair_count; i++) {
        if (mirror_storm_is_pprc(storm, i))
            continue;
        enum pair_state state = relation_at(storm, i)->state;
        STORM_CHECK(storm, state != FLASH_ESTABLISHING && state != FLASH_COPYING);
        STORM_CHECK(storm, state != FLASH_NOCOPY || flashcopy_withdraw(storm->machine, (int32_t)i, why));
        STORM_ZERO(storm, relation_at(storm, i)->steps, (int64_t)i);
    }
    STORM_ZERO(storm, (int64_t)sim_pending(storm->sim), 0);
    sweep(storm);
}

struct mirror_storm *flash_storm_begin(uint64_t seed)
{
    static const struct storm_more more = {operate, look, rest};
    return mirror_storm_begin_on(flash_draw(seed), seed, &more);
}
