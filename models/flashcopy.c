// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/flashcopy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/background_copy.h"
#include "models/content.h"
#include "models/pprc_pair.h"
#include "models/relation.h"
#include "models/t0.h"
#include "sim/memory.h"

/* ---- states ---- */

static void enter(struct relation *relation, enum pair_state state, const char *reason)
{
    relation->state = state;
    machine_tell(relation->machine, relation->config->name, pair_state_name(state), "%s", reason);
    pairs_tell_entered(relation->machine, relation->index);
}

static int64_t tracks_left(const struct relation *relation)
{
    return relation->done.tracks - relation->done.set;
}

/* Nothing is done yet. */
static void clear_account(struct relation *relation)
{
    change_map_clear_all(&relation->done);
    for (int reason = 0; reason < COPY_REASONS; reason++)
        relation->copied[reason] = 0;
    relation->replaced = relation->staged = relation->redirected = 0;
}

/* T0: from now on the target's tracks are the source's, as they are now. */
static void begin(struct relation *relation)
{
    struct content *content = relation->machine->content;
    clear_account(relation);
    relation->next_track = 0;
    relation->generation++;
    relation->incomplete = false;
    relation->established_ns = sim_now(relation->machine->sim);
    t0_begin(relation);
    relation->source->source_of = relation->target->target_of = relation;
    relation->target->copy_of = NULL;
    if (content != NULL)
        content->established(content, (uint32_t)relation->config->source, (uint32_t)relation->config->target);
}

/* Both volumes are free again. */
static void end(struct relation *relation)
{
    struct content *content = relation->machine->content;
    if (content != NULL)
        content->ended(content, (uint32_t)relation->config->source, (uint32_t)relation->config->target);
    relation->generation++;
    background_copy_end(relation);
    relation->source->source_of = relation->target->target_of = NULL;
    t0_let_all_go(relation);
}

static void withdraw(struct relation *relation, const char *reason)
{
    char detail[PAIRS_WHY_BYTES];
    int64_t left = tracks_left(relation);
    snprintf(detail, sizeof detail, left > 0 ? "%s; the target is no copy, it lacks %lld of %lld tracks" : "%s", reason,
             (long long)left, (long long)relation->done.tracks);
    relation->withdrawn_ns = sim_now(relation->machine->sim);
    relation->incomplete = left > 0;
    if (relation_stands(relation))
        end(relation);
    enter(relation, FLASH_WITHDRAWN, detail);
}

static void complete(struct relation *relation)
{
    relation->complete_ns = sim_now(relation->machine->sim);
    end(relation);
    enter(relation, FLASH_COMPLETE, "every track is on the target");
}

void relation_track_is_done(struct relation *relation, int64_t track)
{
    change_map_set(&relation->done, track, track);
    t0_let_go(relation, track);
    pairs_tell_advanced(relation->machine, relation->index);
    if (tracks_left(relation) == 0 && relation->state == FLASH_COPYING)
        complete(relation);
}

/* ---- establish ---- */

static sim_time hold_ns(const struct relation *relation)
{
    const struct server_model *model = relation->source_rank->model;
    return model->flashcopy_hold_ns + relation->done.tracks * model->flashcopy_hold_track_ns;
}

static sim_time before_hold_ns(const struct relation *relation)
{
    const struct server_model *model = relation->source_rank->model;
    return model->flashcopy_establish_ns - model->flashcopy_hold_ns;
}

void flashcopy_wait(struct relation *relation, struct activity *activity)
{
    activity->next = NULL;
    if (relation->held_last != NULL)
        relation->held_last->next = activity;
    else
        relation->held_first = activity;
    relation->held_last = activity;
}

static void hold_ios(struct relation *relation)
{
    relation->source->held_for = relation->target->held_for = relation;
}

static void release_ios(struct relation *relation)
{
    relation->source->held_for = relation->target->held_for = NULL;
    for (struct activity *waiter = relation->held_first, *next; waiter != NULL; waiter = next) {
        next = waiter->next;
        sim_ready(relation->machine->sim, waiter);
    }
    relation->held_first = relation->held_last = NULL;
}

/* Whatever was done since T0 may have been all there was to do. */
static void copy_in_background(struct relation *relation)
{
    if (tracks_left(relation) == 0)
        complete(relation);
    else
        background_copy_begin(relation);
}

static void stands(struct relation *relation)
{
    enter(relation, relation->background ? FLASH_COPYING : FLASH_NOCOPY,
          relation->background ? "established, copying all of it" : "established, copying what changes");
    if (relation->state == FLASH_COPYING)
        copy_in_background(relation);
}

static void establish_story(struct activity *self)
{
    struct relation *relation = STORY_OF(self, struct relation, establishing);

    STORY_BEGIN(self);
    STORY_WAIT(self, before_hold_ns(relation));
    if (relation->state == FLASH_ESTABLISHING) {
        hold_ios(relation);
        begin(relation);
        STORY_WAIT(self, hold_ns(relation));
        release_ios(relation);
    }
    STORY_END(self);
}

/* All relations whose hold ends at this instant stand together, before anybody hears of the first of them. Whoever hears
 * may establish one anew. */
static void standing_is_due(struct sim_call *call)
{
    struct machine *machine = STORY_OF(call, struct machine, standing_begins);
    struct relation *first = machine->standing;
    machine->standing = NULL;
    for (struct relation *it = first; it != NULL; it = it->next_standing)
        it->is_establishing = false;
    for (struct relation *it = first, *next; it != NULL; it = next) {
        next = it->next_standing;
        if (it->state == FLASH_ESTABLISHING && !it->is_establishing)
            stands(it);
    }
}

static void establish_ends(struct activity *self)
{
    struct relation *relation = STORY_OF(self, struct relation, establishing), **link;
    struct machine *machine = relation->machine;
    if (machine->standing == NULL) {
        machine->standing_begins.run = standing_is_due;
        sim_at_priority(machine->sim, sim_now(machine->sim), SIM_PRIORITY_LAST, &machine->standing_begins);
    }
    for (link = &machine->standing; *link != NULL;)
        link = &(*link)->next_standing;
    relation->next_standing = NULL;
    *link = relation;
}

static const char *label(const struct machine *machine, int32_t volume)
{
    return machine->config->volumes[volume].label;
}

static bool is_in_progress(const struct relation *relation)
{
    return relation->is_establishing || relation->state == FLASH_ESTABLISHING || relation->state == FLASH_COPYING ||
           relation->state == FLASH_NOCOPY;
}

/* Another relation that the volume is in, or that is being established for it; NULL for none. */
static const struct relation *other_use(const struct relation *relation, int32_t volume)
{
    const struct machine *machine = relation->machine;
    for (size_t i = 0; i < machine->config->pair_count; i++) {
        const struct relation *other = &machine->relations[i];
        if (other == relation || other->machine == NULL || !is_in_progress(other))
            continue;
        if (other->config->source == volume || other->config->target == volume)
            return other;
    }
    return NULL;
}

/* Rules about what the volumes are used for. */
static bool volumes_are_free(const struct relation *relation, bool permit_online, char why[PAIRS_WHY_BYTES])
{
    const struct machine *machine = relation->machine;
    int32_t source = relation->config->source, target = relation->config->target;
    const struct relation *source_use = other_use(relation, source), *target_use = other_use(relation, target);
    if (source_use != NULL)
        snprintf(why, PAIRS_WHY_BYTES, "source %.60s is in use by FlashCopy %.100s, allowed is one relation for a volume",
                 label(machine, source), source_use->config->name);
    else if (target_use != NULL)
        snprintf(why, PAIRS_WHY_BYTES, "target %.60s is in use by FlashCopy %.100s, allowed is one relation for a volume",
                 label(machine, target), target_use->config->name);
    else if (relation->target->pair != NULL)
        snprintf(why, PAIRS_WHY_BYTES, "target %.60s is in use by PPRC pair %.100s, allowed is a simplex volume",
                 label(machine, target), relation->target->pair->config->name);
    else if (relation->target->hosts > 0 && !permit_online)
        snprintf(why, PAIRS_WHY_BYTES, "target %.60s is in use by a host, needed is permit_online or a quiesced workload",
                 label(machine, target));
    else
        return true;
    return false;
}

/* Rules about the volumes themselves. */
static bool volumes_fit(const struct relation *relation, char why[PAIRS_WHY_BYTES])
{
    const struct machine *machine = relation->machine;
    int32_t source = relation->config->source, target = relation->config->target;
    if (config_volume_subsystem(machine->config, source) != config_volume_subsystem(machine->config, target))
        snprintf(why, PAIRS_WHY_BYTES, "%.60s and %.60s are in different logical subsystems, needed is one",
                 label(machine, source), label(machine, target));
    else if (relation->target_config->tracks < relation->source_config->tracks)
        snprintf(why, PAIRS_WHY_BYTES, "target %.60s is smaller than source %.60s, needed is at least its size",
                 label(machine, target), label(machine, source));
    else if (relation->source_rank->state == RANK_LOST || relation->target_rank->state == RANK_LOST)
        snprintf(why, PAIRS_WHY_BYTES, "rank %.60s is lost, needed are ranks that work",
                 relation->source_rank->state == RANK_LOST ? relation->source_rank->name : relation->target_rank->name);
    else
        return true;
    return false;
}

bool flashcopy_establish(struct machine *machine, int32_t index, bool background_copy, bool accelerate_destage,
                         bool permit_online, char why[PAIRS_WHY_BYTES])
{
    struct relation *relation = &machine->relations[index];
    if (is_in_progress(relation)) {
        snprintf(why, PAIRS_WHY_BYTES, "the relation is %s already, needed is a complete or withdrawn one, or none",
                 pair_state_name(relation->state));
        return false;
    }
    if (!volumes_fit(relation, why) || !volumes_are_free(relation, permit_online, why))
        return false;
    relation->background = background_copy;
    relation->accelerated = accelerate_destage;
    relation->is_establishing = true;
    clear_account(relation);
    enter(relation, FLASH_ESTABLISHING, background_copy ? "with background copy" : "without background copy");
    activity_init(&relation->establishing, machine->sim, establish_story, establish_ends);
    activity_start(&relation->establishing);
    return true;
}

bool flashcopy_withdraw(struct machine *machine, int32_t index, char why[PAIRS_WHY_BYTES])
{
    struct relation *relation = &machine->relations[index];
    if (relation->state != FLASH_COPYING && relation->state != FLASH_NOCOPY) {
        snprintf(why, PAIRS_WHY_BYTES, "the relation is %s, needed is copying or nocopy",
                 pair_state_name(relation->state));
        return false;
    }
    withdraw(relation, "withdrawn by a task");
    return true;
}

void flashcopy_rank_lost(struct rank *rank)
{
    const struct machine *machine = rank->machine;
    for (size_t i = 0; i < machine->config->pair_count; i++) {
        struct relation *relation = &machine->relations[i];
        if (relation->machine == NULL || (relation->source_rank != rank && relation->target_rank != rank))
            continue;
        if (!is_in_progress(relation))
            continue;
        relation->failures++;
        relation->failed_ns = sim_now(machine->sim);
        withdraw(relation, relation->source_rank == rank ? "its source's rank is lost" : "its target's rank is lost");
    }
}

/* ---- building ---- */

static void build(struct machine *machine, size_t index)
{
    const struct config *config = machine->config;
    const struct pair_config *it = &config->pairs[index];
    struct relation *relation = &machine->relations[index];
    *relation = (struct relation){
        .machine = machine,
        .config = it,
        .index = (int32_t)index,
        .source = &machine->volumes[it->source],
        .target = &machine->volumes[it->target],
        .source_config = &config->volumes[it->source],
        .target_config = &config->volumes[it->target],
        .source_rank = &machine->ranks[config->volumes[it->source].rank],
        .target_rank = &machine->ranks[config->volumes[it->target].rank],
        .state = it->state,
        .background = it->state == FLASH_COPYING,
        .accelerated = it->accelerate_destage,
        .established_ns = -1,
        .complete_ns = -1,
        .withdrawn_ns = -1,
        .failed_ns = -1,
    };
    change_map_init(&relation->done, relation->source_config->tracks, 1);
    relation->source->copied_from = true;
    if (it->state != FLASH_NONE)
        begin(relation);
}

void flashcopy_build(struct machine *machine)
{
    size_t count = machine->config->pair_count;
    machine->relations = memory_alloc_zeroed(count, sizeof *machine->relations);
    for (size_t i = 0; i < count; i++)
        if (machine->config->pairs[i].kind == PAIR_FLASHCOPY)
            build(machine, i);
}

void flashcopy_destroy(struct machine *machine)
{
    for (size_t i = 0; i < machine->config->pair_count; i++)
        change_map_release(&machine->relations[i].done);
    free(machine->relations);
}

void flashcopy_start(struct machine *machine)
{
    for (size_t i = 0; i < machine->config->pair_count; i++)
        if (machine->relations[i].machine != NULL && machine->relations[i].state == FLASH_COPYING)
            background_copy_begin(&machine->relations[i]);
}

/* ---- asked ---- */

enum pair_state flashcopy_state(const struct machine *machine, int32_t index)
{
    return machine->relations[index].state;
}

double flashcopy_progress(const struct machine *machine, int32_t index)
{
    const struct relation *relation = &machine->relations[index];
    if (relation->state == FLASH_NOCOPY)
        return 1;
    return (double)relation->done.set / (double)relation->done.tracks;
}

int64_t flashcopy_tracks_left(const struct machine *machine, int32_t index)
{
    return tracks_left(&machine->relations[index]);
}

void flashcopy_report(const struct machine *machine, int32_t index, struct pair_report *report)
{
    const struct relation *relation = &machine->relations[index];
    *report = (struct pair_report){
        .name = relation->config->name,
        .kind = PAIR_FLASHCOPY,
        .state = relation->state,
        .target_state = relation->state,
        .tracks = relation->done.tracks,
        .tracks_left = tracks_left(relation),
        .established_s = pairs_seconds(relation->established_ns),
        .complete_s = relation->complete_ns >= relation->established_ns ? pairs_seconds(relation->complete_ns) : NAN,
        .suspended_s = NAN,
        .unprotected_s = NAN,
        .failures = relation->failures,
        .failed_s = pairs_seconds(relation->failed_ns),
        .flashcopy = {
            .background_copy = relation->background,
            .accelerate_destage = relation->accelerated,
            .incomplete = relation->incomplete,
            .background_tracks = relation->copied[COPY_BACKGROUND],
            .write_tracks = relation->copied[COPY_FOR_SOURCE_WRITE],
            .completed_tracks = relation->copied[COPY_FOR_TARGET_WRITE],
            .replaced_tracks = relation->replaced,
            .staged_tracks = relation->staged,
            .redirected_reads = relation->redirected,
            .withdrawn_s = pairs_seconds(relation->withdrawn_ns),
        },
    };
    for (int reason = 0; reason < COPY_REASONS; reason++)
        report->copied_tracks += relation->copied[reason];
}
