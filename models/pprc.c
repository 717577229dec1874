// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/pprc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/consistency.h"
#include "models/paths.h"
#include "models/pprc_copy.h"
#include "models/pprc_pair.h"
#include "models/relation.h"
#include "sim/memory.h"

/* ---- states ---- */

/* The time that the pair has been suspended or pending. */
static sim_time unprotected_ns(const struct pair *pair)
{
    bool unprotected = pair->source == PPRC_SUSPENDED || pair->source == PPRC_DUPLEX_PENDING;
    return pair->unprotected_ns + (unprotected ? sim_now(pair->machine->sim) - pair->entered_ns : 0);
}

static void set_states(struct pair *pair, enum pair_state source, enum pair_state target)
{
    pair->source = source;
    pair->target = target;
    if (source != PPRC_SIMPLEX)
        pair->source_volume->pair = pair;
    else if (pair->source_volume->pair == pair)
        pair->source_volume->pair = NULL;
    if (target != PPRC_SIMPLEX)
        pair->target_volume->pair = pair;
    else if (pair->target_volume->pair == pair)
        pair->target_volume->pair = NULL;
}

/* The pair enters the states, for this reason; whoever listens hears of it when all is done. */
static void enter(struct pair *pair, enum pair_state source, enum pair_state target, const char *reason)
{
    sim_time now = sim_now(pair->machine->sim);
    bool was_suspended = pair->source == PPRC_SUSPENDED; /* and is so still where only the target leaves it */
    pair->unprotected_ns = unprotected_ns(pair);
    pair->entered_ns = now;
    set_states(pair, source, target);
    if (source != PPRC_DUPLEX_PENDING)
        pprc_copy_stop(pair);
    if (source == PPRC_DUPLEX)
        pair->complete_ns = now;
    if (source == PPRC_SUSPENDED && !was_suspended)
        pair->suspended_ns = now;
    machine_tell(pair->machine, pair->config->name, source == target ? pair_state_name(source) : "suspended at source",
                 "%s", reason);
    pairs_tell_entered(pair->machine, pair->index);
}

static bool is_active(const struct pair *pair)
{
    return pair->source == PPRC_DUPLEX || pair->source == PPRC_DUPLEX_PENDING;
}

/* ---- building ---- */

/* Tracks that a write to the pair's source may bring to its target at once: writes on their way to secondaries have
 * half of each NVS, those that come from primaries the other one. */
static int64_t portion_tracks(const struct pair *pair)
{
    const struct config *config = pair->machine->config;
    const struct cluster *target = pair->machine->ranks[config->volumes[pair->config->target].rank].cluster;
    int64_t there = store_capacity(target->mirroring), here = store_capacity(pair->cluster->mirroring);
    return (there < here ? there : here) / pair->model->track_bytes;
}

static void build(struct machine *machine, size_t index)
{
    const struct config *config = machine->config;
    const struct pair_config *it = &config->pairs[index];
    const struct volume_config *source = &config->volumes[it->source];
    struct rank *rank = &machine->ranks[source->rank];
    struct pair *pair = &machine->pairs[index];
    int32_t from = config_volume_subsystem(config, it->source);
    *pair = (struct pair){
        .machine = machine,
        .config = it,
        .index = (int32_t)index,
        .source_volume = &machine->volumes[it->source],
        .target_volume = &machine->volumes[it->target],
        .model = rank->model,
        .cluster = rank->cluster,
        .subsystem = &config->subsystems[from],
        .group = paths_group(machine->paths, from, config_volume_subsystem(config, it->target)),
        .critical = it->critical,
        .established_ns = it->state == PPRC_SIMPLEX ? -1 : 0,
        .complete_ns = it->state == PPRC_SIMPLEX ? -1 : 0,
        .suspended_ns = it->state == PPRC_SUSPENDED ? 0 : -1,
        .failed_ns = -1,
    };
    bool by_tracks = rank->model->change_recording == RECORD_TRACKS;
    change_map_init(&pair->map, source->tracks, by_tracks ? 1 : rank->model->cylinder_tracks);
    int64_t portion = portion_tracks(pair), *least = &pair->source_volume->portion_tracks;
    *least = *least > 0 && *least < portion ? *least : portion;
    pair->source_volume->mirrorable = true;
    if (it->state == PPRC_SIMPLEX)
        return;
    set_states(pair, it->state, it->state);
    pair->target_volume->copy_of = pair;
}

void pprc_build(struct machine *machine)
{
    size_t count = machine->config->pair_count;
    machine->pairs = memory_alloc_zeroed(count, sizeof *machine->pairs);
    for (size_t i = 0; i < count; i++)
        if (machine->config->pairs[i].kind == PAIR_PPRC)
            build(machine, i);
}

void pprc_destroy(struct machine *machine)
{
    for (size_t i = 0; i < machine->config->pair_count; i++)
        change_map_release(&machine->pairs[i].map);
    free(machine->pairs);
}

void pprc_restart(struct machine *machine)
{
    for (size_t i = 0; i < machine->config->pair_count; i++) {
        struct pair *pair = &machine->pairs[i];
        pair->mirrored_writes = pair->failed_writes = pair->recorded_writes = 0;
    }
}

/* ---- establish ---- */

static const char *label(const struct machine *machine, int32_t volume)
{
    return machine->config->volumes[volume].label;
}

/* What another pair has to do with one of its volumes; NULL for nothing. */
static const struct pair *other_use(const struct pair *pair, const struct volume *volume)
{
    return volume->pair != NULL && volume->pair != pair ? volume->pair : NULL;
}

/* The FlashCopy that is being established onto a volume of the pair: its T0 would change a mirrored volume. NULL for
 * none. */
static const struct relation *coming_copy(const struct pair *pair)
{
    const struct machine *machine = pair->machine;
    for (size_t i = 0; i < machine->config->pair_count; i++) {
        const struct relation *it = &machine->relations[i];
        if (it->machine != NULL && it->is_establishing && !relation_stands(it) &&
            (it->target == pair->source_volume || it->target == pair->target_volume))
            return it;
    }
    return NULL;
}

/* Rules about the two volumes. */
static bool volumes_fit(const struct pair *pair, bool permit_online, char why[PPRC_WHY_BYTES])
{
    struct machine *machine = pair->machine;
    const struct pair_config *it = pair->config;
    const struct config *config = machine->config;
    const struct pair *source_use = other_use(pair, pair->source_volume);
    const struct pair *target_use = other_use(pair, pair->target_volume);
    const struct relation *coming = coming_copy(pair);
    if (config->volumes[it->target].tracks < config->volumes[it->source].tracks)
        snprintf(why, PPRC_WHY_BYTES, "target %.60s is smaller than source %.60s, needed is at least its size",
                 label(machine, it->target), label(machine, it->source));
    else if (source_use != NULL)
        snprintf(why, PPRC_WHY_BYTES, "source %.60s is in use by pair %.100s, allowed is one pair for a volume",
                 label(machine, it->source), source_use->config->name);
    else if (target_use != NULL)
        snprintf(why, PPRC_WHY_BYTES, "target %.60s is in use by pair %.100s, allowed is one pair for a volume",
                 label(machine, it->target), target_use->config->name);
    else if (coming != NULL)
        snprintf(why, PPRC_WHY_BYTES,
                 "FlashCopy %.100s is being established onto %.60s, needed is one that stands, or none",
                 coming->config->name, label(machine, coming->config->target));
    else if (pair->target_volume->target_of != NULL)
        snprintf(why, PPRC_WHY_BYTES, "target %.60s is the target of FlashCopy %.100s, allowed is a volume that is none",
                 label(machine, it->target), pair->target_volume->target_of->config->name);
    else if (pair->target_volume->hosts > 0 && !permit_online)
        snprintf(why, PPRC_WHY_BYTES, "target %.60s is in use by a host, needed is permit_online or a quiesced workload",
                 label(machine, it->target));
    else
        return true;
    return false;
}

/* Rules about states and paths. */
static bool states_fit(const struct pair *pair, enum pprc_copy copy, char why[PPRC_WHY_BYTES])
{
    if (is_active(pair))
        snprintf(why, PPRC_WHY_BYTES, "the pair is %s already, needed is simplex or suspended",
                 pair_state_name(pair->source));
    else if (!paths_work(pair->machine, pair->group))
        snprintf(why, PPRC_WHY_BYTES, "there is no path that works from %s to %s, needed is one",
                 pair->subsystem->name, pair->machine->config->subsystems[pair->group->to].name);
    else if (copy == PPRC_COPY_OUT_OF_SYNC && pair->source != PPRC_SUSPENDED)
        snprintf(why, PPRC_WHY_BYTES, "source %.60s is %s, out_of_sync needs a suspended source",
                 label(pair->machine, pair->config->source), pair_state_name(pair->source));
    else if (copy == PPRC_COPY_OUT_OF_SYNC && pair->target_volume->copy_of != pair)
        snprintf(why, PPRC_WHY_BYTES,
                 "target %.60s was written to since the pair was terminated there, which no map records; needed is "
                 "copy: entire",
                 label(pair->machine, pair->config->target));
    else
        return true;
    return false;
}

bool pprc_establish(struct machine *machine, int32_t index, enum pprc_copy copy, bool critical, bool permit_online,
                    char why[PPRC_WHY_BYTES])
{
    static const char *const reasons[] = {[PPRC_COPY_ENTIRE] = "established, copying all of it",
                                          [PPRC_COPY_OUT_OF_SYNC] = "established, copying what is out of sync",
                                          [PPRC_COPY_NONE] = "established without copying"};
    char reason[100];
    struct pair *pair = &machine->pairs[index];
    if (!volumes_fit(pair, permit_online, why) || !states_fit(pair, copy, why))
        return false;
    snprintf(reason, sizeof reason, "%s", reasons[copy]);
    if (copy == PPRC_COPY_NONE && change_map_tracks(&pair->map) > 0)
        snprintf(reason, sizeof reason, "%s, though %lld tracks are out of sync", reasons[copy],
                 (long long)change_map_tracks(&pair->map));
    if (copy == PPRC_COPY_ENTIRE)
        change_map_set_all(&pair->map);
    else if (copy == PPRC_COPY_NONE)
        change_map_clear_all(&pair->map);
    pair->critical = critical;
    pair->inhibited = pair->by_failure = false;
    pair->taken_equal = copy == PPRC_COPY_NONE;
    pair->target_volume->copy_of = pair;
    pair->established_ns = sim_now(machine->sim);
    pair->to_copy = change_map_tracks(&pair->map);
    pair->copied_since = 0;
    pair->next_unit = 0;
    enter(pair, PPRC_DUPLEX_PENDING, PPRC_DUPLEX_PENDING, reason);
    pprc_copy_begin(pair);
    return true;
}

void pprc_is_complete(struct pair *pair)
{
    enter(pair, PPRC_DUPLEX, PPRC_DUPLEX,
          pair->taken_equal ? "taken to be equal, nothing was copied" : "source and target are equal");
}

/* ---- suspend and terminate ---- */

bool pprc_suspend(struct machine *machine, int32_t index, char why[PPRC_WHY_BYTES])
{
    struct pair *pair = &machine->pairs[index];
    if (!is_active(pair)) {
        snprintf(why, PPRC_WHY_BYTES, "the pair is %s, needed is duplex or duplex_pending",
                 pair_state_name(pair->source));
        return false;
    }
    pair->by_failure = false;
    remote_write_give_up(pair, REMOTE_CUT);
    enter(pair, PPRC_SUSPENDED, PPRC_SUSPENDED, "suspended by a task");
    return true;
}

bool pprc_terminate(struct machine *machine, int32_t index, bool at_target, char why[PPRC_WHY_BYTES])
{
    struct pair *pair = &machine->pairs[index];
    enum pair_state side = at_target ? pair->target : pair->source;
    if (side == PPRC_SIMPLEX) {
        snprintf(why, PPRC_WHY_BYTES, "the %s is simplex already, needed is a pair", at_target ? "target" : "source");
        return false;
    }
    remote_write_give_up(pair, REMOTE_CUT);
    if (at_target) {
        pair->by_failure = false;
        enter(pair, PPRC_SUSPENDED, PPRC_SIMPLEX, "terminated at the target");
        return true;
    }
    pair->inhibited = false;
    change_map_clear_all(&pair->map);
    enter(pair, PPRC_SIMPLEX, PPRC_SIMPLEX, "terminated at the source");
    return true;
}

/* ---- failures ---- */

/* What the table of critical volume and critical heavy says of writes to the source of a pair that has failed. */
static bool inhibits_writes(const struct pair *pair)
{
    return pair->critical && (pair->subsystem->critical_heavy || !paths_work(pair->machine, pair->group));
}

static void inhibit(struct pair *pair)
{
    pair->inhibited = true;
    machine_tell(pair->machine, pair->config->name, "writes inhibited", "a critical volume that cannot be mirrored");
}

void pprc_failed(struct pair *pair, const char *reason)
{
    if (!is_active(pair))
        return;
    pair->by_failure = true;
    pair->failures++;
    pair->failed_ns = sim_now(pair->machine->sim);
    if (pair->subsystem->consistency_group)
        consistency_hold(pair);
    remote_write_give_up(pair, REMOTE_FAILED);
    if (inhibits_writes(pair))
        inhibit(pair);
    enter(pair, PPRC_SUSPENDED, PPRC_SUSPENDED, reason);
}

void pprc_paths_changed(struct machine *machine, int32_t from, int32_t to)
{
    const struct path_group *group = paths_group(machine->paths, from, to);
    if (paths_work(machine, group))
        return;
    for (size_t i = 0; i < machine->config->pair_count; i++) {
        struct pair *pair = &machine->pairs[i];
        if (pair->group != group)
            continue;
        pprc_failed(pair, "no path is left");
        if (pair->source == PPRC_SUSPENDED && pair->by_failure && pair->critical && !pair->inhibited)
            inhibit(pair);
    }
}

/* ---- asked ---- */

bool pprc_is_target(const struct pair *pair, uint32_t volume)
{
    return pair->config->target == (int32_t)volume;
}

bool pprc_is_inhibited(const struct pair *pair)
{
    return pair->inhibited;
}

bool pprc_is_critical(const struct pair *pair)
{
    return pair->critical;
}

bool pprc_mirrors(const struct pair *pair, int64_t track, int64_t end)
{
    if (pair->source != PPRC_DUPLEX_PENDING)
        return pair->source == PPRC_DUPLEX;
    for (; track < end; track++)
        if (!change_map_is_set(&pair->map, change_map_unit(&pair->map, track)) || pprc_copy_has_brought(pair, track))
            return true;
    return false;
}

void pprc_record(struct pair *pair, int64_t track, int64_t end)
{
    pair->recorded_writes++;
    if (pair->source == PPRC_SUSPENDED)
        change_map_set(&pair->map, track, end - 1);
}

double pprc_progress(const struct machine *machine, int32_t index)
{
    const struct pair *pair = &machine->pairs[index];
    if (pair->source == PPRC_DUPLEX)
        return 1;
    return pair->to_copy > 0 ? (double)pair->copied_since / (double)pair->to_copy : 0;
}

enum pair_state pprc_source_state(const struct machine *machine, int32_t index)
{
    return machine->pairs[index].source;
}

enum pair_state pprc_target_state(const struct machine *machine, int32_t index)
{
    return machine->pairs[index].target;
}

int32_t pprc_mirror(const struct machine *machine, uint32_t volume)
{
    const struct pair *pair = machine->volumes[volume].pair;
    return pair != NULL && pair->source == PPRC_DUPLEX && !pprc_is_target(pair, volume) ? pair->config->target : -1;
}

int64_t pprc_tracks_left(const struct machine *machine, int32_t index)
{
    return change_map_tracks(&machine->pairs[index].map);
}

void pprc_report(const struct machine *machine, int32_t index, struct pair_report *report)
{
    const struct pair *pair = &machine->pairs[index];
    *report = (struct pair_report){
        .name = pair->config->name,
        .kind = PAIR_PPRC,
        .state = pair->source,
        .target_state = pair->target,
        .inhibited = pair->inhibited,
        .tracks = pair->map.tracks,
        .tracks_left = change_map_tracks(&pair->map),
        .established_s = pairs_seconds(pair->established_ns),
        .complete_s = pair->complete_ns >= pair->established_ns ? pairs_seconds(pair->complete_ns) : NAN,
        .suspended_s = pairs_seconds(pair->suspended_ns),
        .unprotected_s = pairs_seconds(unprotected_ns(pair)),
        .copied_tracks = pair->copied_tracks,
        .failures = pair->failures,
        .failed_s = pairs_seconds(pair->failed_ns),
        .mirrored_writes = pair->mirrored_writes,
        .failed_writes = pair->failed_writes,
        .recorded_writes = pair->recorded_writes,
        .flashcopy = {.withdrawn_s = NAN},
    };
}
