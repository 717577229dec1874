// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/mirror_storm.h"

#include <inttypes.h>
#include <stdlib.h>

#include "models/consistency.h"
#include "models/faults.h"
#include "models/flashcopy.h"
#include "models/paths.h"
#include "models/pprc_pair.h"
#include "sim/memory.h"
#include "tests/mirror_draw.h"
#include "tests/small_config.h"
#include "tests/unit.h"

void mirror_storm_check(bool ok, struct mirror_storm *storm, const char *file, int line, const char *what,
                        int64_t value)
{
    if (!ok && storm->failures++ == 0)
        unit_check(false, file, line, "machine %" PRIu64 " at %lld ns: %s (%lld)", storm->seed,
                   (long long)sim_now(storm->sim), what, (long long)value);
}

static size_t below(struct mirror_storm *storm, size_t count)
{
    return (size_t)rng_below(&storm->rng, count);
}

struct pair *mirror_storm_pair(const struct mirror_storm *storm, size_t index)
{
    return &storm->machine->pairs[index];
}

bool mirror_storm_is_pprc(const struct mirror_storm *storm, size_t index)
{
    return storm->config->pairs[index].kind == PAIR_PPRC;
}

/* ---- consistency groups ---- */

void mirror_storm_thaw_all(struct mirror_storm *storm)
{
    char why[CONSISTENCY_WHY_BYTES];
    for (size_t from = 0; from < storm->config->subsystem_count; from++)
        for (size_t to = 0; to < storm->config->subsystem_count; to++)
            consistency_thaw(storm->machine, (int32_t)from, (int32_t)to, why);
}

static void thaw_frozen(struct mirror_storm *storm, size_t pair)
{
    storm->frozen[pair].is = false;
    free(storm->frozen[pair].snapshot);
    storm->frozen[pair].snapshot = NULL;
}

/* The group is those that were duplex until now. */
static void form_group(struct mirror_storm *storm)
{
    for (size_t i = 0; i < storm->config->pair_count; i++)
        storm->in_group[i] = storm->heard[i] == PPRC_DUPLEX;
}

static void check_group(struct mirror_storm *storm)
{
    uint32_t sources[STORM_PAIRS_MAX], targets[STORM_PAIRS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < storm->config->pair_count; i++) {
        if (!storm->in_group[i])
            continue;
        sources[count] = (uint32_t)storm->config->pairs[i].source;
        targets[count] = (uint32_t)storm->config->pairs[i].target;
        STORM_ZERO(storm, oracle_torn(storm->oracle, sources[count], targets[count]), (int64_t)i);
        thaw_frozen(storm, i);
        if (mirror_storm_pair(storm, i)->target == PPRC_SUSPENDED) /* not just terminated there */
            storm->frozen[i] = (struct frozen){true, oracle_snapshot(storm->oracle, targets[count])};
        count++;
    }
    storm->frozen_groups += count > 1;
    storm->frozen_later += count > 1 && storm->freezing == FREEZE_LATER;
    STORM_ZERO(storm, oracle_breaches(storm->oracle, sources, targets, count), (int64_t)count);
}

/* Freezes what leads from every so-many-th subsystem, beginning with one of them. */
static void freeze_from(struct mirror_storm *storm, size_t first, size_t step)
{
    char why[CONSISTENCY_WHY_BYTES];
    for (size_t from = first; from < storm->config->subsystem_count; from += step)
        for (size_t to = 0; to < storm->config->subsystem_count; to++)
            consistency_freeze(storm->machine, (int32_t)from, (int32_t)to, why);
}

static void freeze_all(struct mirror_storm *storm)
{
    freeze_from(storm, 0, 1);
    check_group(storm);
    storm->freezes = false;
}

/* Frozen later, every other subsystem's turn comes after the others'; before the first held write may go on. */
static void freeze_is_due(struct sim_call *call)
{
    struct mirror_storm *storm = STORY_OF(call, struct mirror_storm, freeze);
    if (storm->freezing == FREEZE_LATER && !storm->half_frozen) {
        storm->half_frozen = true;
        freeze_from(storm, 0, 2);
        sim_at(storm->sim, draw_between(&storm->rng, sim_now(storm->sim), storm->held_until_ns), &storm->freeze);
        return;
    }
    storm->half_frozen = false;
    freeze_all(storm);
}

/* How long the groups hold writes at least; 0 where one of the subsystems is none. */
static sim_time held_at_least_ns(const struct config *config)
{
    sim_time least_ns = SIM_S;
    for (size_t i = 0; i < config->subsystem_count; i++) {
        const struct subsystem_config *it = &config->subsystems[i];
        sim_time held_ns = it->consistency_group ? it->consistency_timeout_ns : 0;
        least_ns = held_ns < least_ns ? held_ns : least_ns;
    }
    return least_ns;
}

static int64_t volumes_held(const struct mirror_storm *storm)
{
    int64_t held = 0;
    for (size_t i = 0; i < storm->config->volume_count; i++)
        held += storm->machine->volumes[i].hold != NULL;
    return held;
}

static void trigger_freeze(struct mirror_storm *storm, const struct pair *pair)
{
    sim_time now = sim_now(storm->sim), held_ns = held_at_least_ns(storm->config);
    if (storm->freezing == FREEZE_LATER && (!pair->by_failure || held_ns == 0 || volumes_held(storm) > 1))
        return;
    storm->freezes = true;
    form_group(storm);
    if (storm->freezing == FREEZE_AT_ONCE)
        freeze_all(storm);
    else if (storm->freezing == FREEZE_NEXT)
        sim_at_priority(storm->sim, now, SIM_PRIORITY_FIRST, &storm->freeze);
    else
        sim_at(storm->sim, draw_between(&storm->rng, now, now + held_ns / 2), &storm->freeze);
    storm->held_until_ns = now + held_ns - 1;
}

/* ---- what the operator does ---- */

static void check_refusal(struct mirror_storm *storm, const struct pair *pair, bool done, const char *why,
                          enum pair_state source, enum pair_state target)
{
    STORM_CHECK(storm, done || why[0] != '\0');
    STORM_CHECK(storm, done || (pair->source == source && pair->target == target));
}

static void change_pair(struct mirror_storm *storm)
{
    size_t index = below(storm, storm->config->pair_count);
    if (!mirror_storm_is_pprc(storm, index))
        return;
    struct pair *pair = mirror_storm_pair(storm, index);
    enum pair_state source = pair->source, target = pair->target;
    enum pprc_copy copy = (enum pprc_copy)below(storm, 3);
    char why[PPRC_WHY_BYTES] = "";
    bool done, critical = draw_one_in(&storm->rng, 3), permit = !draw_one_in(&storm->rng, 4);
    bool equal = oracle_differences(storm->oracle, (uint32_t)pair->config->source, (uint32_t)pair->config->target) == 0;
    int64_t choice = draw_between(&storm->rng, 0, 9);
    if (choice < 6)
        done = pprc_establish(storm->machine, pair->index,
                              copy == PPRC_COPY_NONE && !equal ? PPRC_COPY_OUT_OF_SYNC : copy, critical, permit, why);
    else if (choice < 8)
        done = pprc_suspend(storm->machine, pair->index, why);
    else
        done = pprc_terminate(storm->machine, pair->index, choice == 8, why);
    if (!storm->meddles)
        check_refusal(storm, pair, done, why, source, target);
}

static size_t links_between(struct mirror_storm *storm, const struct path_config *path, int32_t *links,
                            int64_t left_out)
{
    const struct config *config = storm->config;
    size_t count = 0;
    for (size_t i = 0; i < config->link_count && count < SERVER_LINKS_MAX; i++)
        if (config->links[i].from == config->subsystems[path->from].server &&
            config->links[i].to == config->subsystems[path->to].server &&
            (left_out == 0 || !draw_one_in(&storm->rng, left_out)))
            links[count++] = (int32_t)i;
    return count;
}

/* Removes the paths between two subsystems, or establishes them over some of the links. */
static void change_path(struct mirror_storm *storm, bool remove)
{
    const struct path_config *path = &storm->config->paths[below(storm, storm->config->path_count)];
    int32_t links[SERVER_LINKS_MAX];
    char why[PATHS_WHY_BYTES];
    size_t count = links_between(storm, path, links, 3);
    if (remove)
        paths_remove(storm->machine, path->from, path->to, why);
    else if (count > 0)
        STORM_CHECK(storm, paths_establish(storm->machine, path->from, path->to, links, count,
                                           !draw_one_in(&storm->rng, 3), why));
}

void mirror_storm_pave(struct mirror_storm *storm)
{
    int32_t links[SERVER_LINKS_MAX];
    char why[PATHS_WHY_BYTES];
    for (size_t i = 0; i < storm->config->path_count; i++) {
        const struct path_config *path = &storm->config->paths[i];
        size_t count = links_between(storm, path, links, 0);
        STORM_CHECK(storm, paths_establish(storm->machine, path->from, path->to, links, count, true, why));
    }
}

static void set_one(struct mirror_storm *storm, enum fault_kind kind, size_t index, int32_t drive, bool failed)
{
    char name[] = "something";
    struct fault_target target = {.kind = kind, .index = (int32_t)index, .drive = drive, .name = name};
    faults_set(storm->machine, &target, failed);
}

void mirror_storm_set_drive(struct mirror_storm *storm, size_t rank, int32_t drive, bool failed)
{
    set_one(storm, FAULT_DRIVE, rank, drive, failed);
}

/* Something fails, or is repaired; more is repaired than fails. */
static void change_hardware(struct mirror_storm *storm)
{
    const struct config *config = storm->config;
    bool failed = draw_one_in(&storm->rng, 3);
    int64_t choice = draw_between(&storm->rng, 0, 19);
    if (choice < 10)
        set_one(storm, FAULT_LINK, below(storm, config->link_count), 0, failed);
    else if (choice < 15)
        set_one(storm, FAULT_PORT, below(storm, config->port_count), 0, failed);
    else if (choice < 18)
        set_one(storm, FAULT_SERVER, below(storm, config->server_count), 0, failed);
    else
        set_one(storm, FAULT_DRIVE, below(storm, config->rank_count), (int32_t)below(storm, RANK_DRIVES_MAX), failed);
}

void mirror_storm_repair_all(struct mirror_storm *storm)
{
    for (size_t i = 0; i < storm->config->link_count; i++)
        set_one(storm, FAULT_LINK, i, 0, false);
    for (size_t i = 0; i < storm->config->port_count; i++)
        set_one(storm, FAULT_PORT, i, 0, false);
    for (size_t i = 0; i < storm->config->server_count; i++)
        set_one(storm, FAULT_SERVER, i, 0, false);
}

static void operate(struct mirror_storm *storm)
{
    int64_t choice = draw_between(&storm->rng, 0, 19);
    if (storm->more != NULL && draw_one_in(&storm->rng, 2)) {
        storm->more->operate(storm);
    } else if (storm->freezes) {
        change_hardware(storm); /* whatever tasks do might let writes slip through */
    } else if (storm->drill && storm->frozen_groups == 0) {
        change_path(storm, true); /* some pairs fail, others do not */
    } else if (choice < 9) {
        change_pair(storm);
    } else if (choice < 13) {
        change_hardware(storm);
    } else if (choice < 16) {
        change_path(storm, choice == 13);
    } else if (choice < 17) {
        mirror_storm_repair_all(storm);
        mirror_storm_pave(storm);
    } else if (choice < 19) {
        mirror_storm_thaw_all(storm);
    } else {
        storm->freezes = true;
        form_group(storm);
        freeze_all(storm);
    }
}

static void operator_story(struct activity *self)
{
    struct mirror_storm *storm = STORY_OF(self, struct mirror_storm, operator);

    STORY_BEGIN(self);
    while (!storm->over) {
        STORY_WAIT(self, draw_one_in(&storm->rng, 6) ? 0 : draw_between(&storm->rng, 0, storm->calm_ns));
        operate(storm);
    }
    STORY_END(self);
}

/* ---- what is heard ---- */

bool mirror_storm_is_legal(enum pair_state source, enum pair_state target)
{
    return source == target || (source == PPRC_SUSPENDED && target == PPRC_SIMPLEX);
}

/* Whoever listens may call verbs. */
static void meddle(struct mirror_storm *storm, int64_t once_in)
{
    if (!storm->meddles || storm->depth >= 3 || !draw_one_in(&storm->rng, once_in))
        return;
    storm->depth++;
    operate(storm);
    storm->depth--;
}

static void pprc_entered(struct mirror_storm *storm, size_t index)
{
    const struct pair *pair = mirror_storm_pair(storm, index);
    STORM_CHECK(storm, mirror_storm_is_legal(pair->source, pair->target));
    if (pair->source != PPRC_SUSPENDED || pair->target != PPRC_SUSPENDED)
        thaw_frozen(storm, index);
    if (pair->source == PPRC_SUSPENDED && storm->freezing != FREEZE_NEVER && !storm->freezes &&
        storm->heard[index] == PPRC_DUPLEX)
        trigger_freeze(storm, pair);
    storm->heard[index] = pair->source;
}

static void pair_entered(struct pair_listener *listener, int32_t index)
{
    struct mirror_storm *storm = STORY_OF(listener, struct mirror_storm, listener);
    if (mirror_storm_is_pprc(storm, (size_t)index))
        pprc_entered(storm, (size_t)index);
    meddle(storm, 3);
}

static void pair_advanced(struct pair_listener *listener, int32_t index)
{
    struct mirror_storm *storm = STORY_OF(listener, struct mirror_storm, listener);
    (void)index;
    meddle(storm, 30);
}

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct mirror_storm *storm = (struct mirror_storm *)sink;
    sim_time sum = 0;
    bool right = record->issue_ns + record->response_ns == sim_now(storm->sim);
    for (int part = 0; part < PART_COUNT; part++) {
        sum += record->part_ns[part];
        right = right && record->part_ns[part] >= 0;
    }
    storm->broken += !right || sum != record->response_ns;
    storm->errors[record->error]++;
    oracle_completed(storm->oracle, record);
    digest_add(storm->digest, record);
}

/* ---- hosts ---- */

/* Mostly one that takes writes; often one of a FlashCopy. */
static size_t next_volume(struct mirror_storm *storm)
{
    if (storm->more != NULL) {
        const struct pair_config *it = &storm->config->pairs[below(storm, storm->config->pair_count)];
        if (it->kind == PAIR_FLASHCOPY)
            return (size_t)(draw_one_in(&storm->rng, 2) ? it->source : it->target);
    }
    size_t volume = below(storm, storm->config->volume_count);
    for (int tries = 0; tries < 4; tries++) {
        const struct pair *pair = storm->machine->volumes[volume].pair;
        if (pair != NULL && !pprc_is_target(pair, (uint32_t)volume) && !pair->inhibited)
            break;
        volume = (size_t)storm->config->pairs[below(storm, storm->config->pair_count)].source;
    }
    return volume;
}

/* Some I/Os go to a few tracks, most are small, hardly any is larger than NVS. */
static struct host_io *next_io(struct mirror_storm *storm)
{
    const struct config *config = storm->config;
    size_t volume = next_volume(storm);
    int64_t track = config->servers[0].model.track_bytes / BLOCK_BYTES;
    int64_t size = config->volumes[volume].size_bytes / BLOCK_BYTES;
    int64_t longest = draw_one_in(&storm->rng, 40) ? 40 * track : draw_one_in(&storm->rng, 3) ? 4 * track : track;
    int64_t blocks = draw_between(&storm->rng, 1, longest < size ? longest : size);
    int64_t places = draw_one_in(&storm->rng, 2) ? size / storm->block_share : size;
    int64_t offset = draw_between(&storm->rng, 0, places);
    if (storm->more != NULL && draw_one_in(&storm->rng, 3)) { /* whole tracks */
        offset = offset < size ? offset / track * track : 0;
        blocks = blocks < track ? track : blocks / track * track;
        blocks = offset + blocks <= size ? blocks : size - offset;
    }
    struct io_record record = {
        .op = draw_one_in(&storm->rng, storm->more != NULL ? 2 : 4) ? IO_READ : IO_WRITE,
        .volume = (uint32_t)volume,
        .offset_blocks = offset + blocks <= size ? offset : size - blocks,
        .length_bytes = (int32_t)(blocks * BLOCK_BYTES),
    };
    size_t port = mirror_draw_host_port(config, (size_t)config->volumes[volume].server);
    struct host_io *io = host_io_create(&storm->ios, &record, &storm->machine->ports[port]);
    oracle_issued(storm->oracle, &io->record);
    return io;
}

static void client_story(struct activity *self)
{
    struct client *client = STORY_OF(self, struct client, activity);
    struct mirror_storm *storm = client->storm;

    STORY_BEGIN(self);
    while (storm->left > 0) {
        storm->left--;
        client->io = next_io(storm);
        STORY_CALL(self, &client->io->activity);
        client->io = NULL;
        STORY_WAIT(self, draw_one_in(&storm->rng, 2) ? 0 : draw_between(&storm->rng, 0, 10 * SIM_MS));
    }
    STORY_END(self);
}

/* ---- beginning and end ---- */

static void draw_run(struct mirror_storm *storm)
{
    rng_init(&storm->rng, storm->seed, "mirror storm");
    storm->left = draw_between(&storm->rng, 20, draw_one_in(&storm->rng, 4) ? 1000 : 300);
    storm->client_count = (int)draw_between(&storm->rng, 1, STORM_CLIENTS_MAX);
    storm->block_share = draw_between(&storm->rng, 1, 50);
    storm->calm_ns = draw_between(&storm->rng, SIM_MS, draw_one_in(&storm->rng, 3) ? 40 * SIM_MS : 400 * SIM_MS);
    storm->meddles = !storm->drill && draw_one_in(&storm->rng, 4);
    storm->freezing = storm->drill     ? FREEZE_LATER
                     : storm->meddles ? FREEZE_NEVER
                                     : (enum freezing)below(storm, FREEZE_WAYS);
    for (size_t i = 0; storm->freezing == FREEZE_LATER && i < storm->config->subsystem_count; i++)
        storm->config->subsystems[i].consistency_group = true;
    for (size_t i = 0; i < storm->config->volume_count; i++)
        storm->machine->volumes[i].hosts = draw_one_in(&storm->rng, 4);
}

static struct mirror_storm *begin(struct config *config, uint64_t seed, bool drill, const struct storm_more *more)
{
    struct mirror_storm *storm = memory_alloc_zeroed(1, sizeof *storm);
    storm->sink.completed = io_completed;
    storm->listener = (struct pair_listener){pair_entered, pair_advanced};
    storm->freeze.run = freeze_is_due;
    storm->seed = seed;
    storm->more = more;
    storm->drill = drill;
    storm->config = config;
    storm->sim = sim_create(seed);
    storm->machine = machine_create(storm->sim, storm->config);
    storm->machine->pair_listener = &storm->listener;
    storm->oracle = oracle_create(storm->machine);
    storm->digest = digest_create(PART_COUNT);
    host_io_pool_init(&storm->ios, storm->machine, &storm->sink);
    SIM_MUST(storm->sim, storm->config->pair_count <= STORM_PAIRS_MAX);
    for (size_t i = 0; i < storm->config->pair_count; i++)
        storm->heard[i] = storm->config->pairs[i].state;
    draw_run(storm);
    flashcopy_start(storm->machine);
    for (int i = 0; i < storm->client_count; i++) {
        storm->clients[i].storm = storm;
        activity_init(&storm->clients[i].activity, storm->sim, client_story, NULL);
        activity_start(&storm->clients[i].activity);
    }
    activity_init(&storm->operator, storm->sim, operator_story, NULL);
    activity_start(&storm->operator);
    return storm;
}

struct mirror_storm *mirror_storm_begin(uint64_t seed)
{
    bool drill = seed % 3 == 0;
    return begin(mirror_draw(seed, drill), seed, drill, NULL);
}

struct mirror_storm *mirror_storm_begin_on(struct config *config, uint64_t seed, const struct storm_more *more)
{
    return begin(config, seed, false, more);
}

void mirror_storm_end(struct mirror_storm *storm, char digest[DIGEST_TEXT_BYTES])
{
    digest_text(storm->digest, digest);
    digest_destroy(storm->digest);
    for (size_t i = 0; i < storm->config->pair_count; i++)
        thaw_frozen(storm, i);
    oracle_destroy(storm->oracle);
    host_io_pool_destroy(&storm->ios);
    machine_destroy(storm->machine);
    sim_destroy(storm->sim);
    small_config_destroy(storm->config);
    free(storm);
}
