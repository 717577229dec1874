// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/mirror_run.h"

#include <inttypes.h>
#include <stdlib.h>

#include "models/consistency.h"
#include "models/faults.h"
#include "models/paths.h"
#include "models/pprc_pair.h"
#include "sim/memory.h"
#include "tests/mirror_draw.h"
#include "tests/small_config.h"
#include "tests/unit.h"

void mirror_run_check(bool ok, struct mirror_run *run, const char *file, int line, const char *what, int64_t value)
{
    if (!ok && run->failures++ == 0)
        unit_check(false, file, line, "machine %" PRIu64 " at %lld ns: %s (%lld)", run->seed,
                   (long long)sim_now(run->sim), what, (long long)value);
}

static size_t below(struct mirror_run *run, size_t count)
{
    return (size_t)rng_below(&run->rng, count);
}

struct pair *mirror_run_pair(const struct mirror_run *run, size_t index)
{
    return &run->machine->pairs[index];
}

/* ---- consistency groups ---- */

void mirror_run_thaw_all(struct mirror_run *run)
{
    char why[CONSISTENCY_WHY_BYTES];
    for (size_t from = 0; from < run->config->subsystem_count; from++)
        for (size_t to = 0; to < run->config->subsystem_count; to++)
            consistency_thaw(run->machine, (int32_t)from, (int32_t)to, why);
}

static void thaw_frozen(struct mirror_run *run, size_t pair)
{
    run->frozen[pair].is = false;
    free(run->frozen[pair].snapshot);
    run->frozen[pair].snapshot = NULL;
}

/* The group is those that were duplex until now. */
static void form_group(struct mirror_run *run)
{
    for (size_t i = 0; i < run->config->pair_count; i++)
        run->in_group[i] = run->heard[i] == PPRC_DUPLEX;
}

static void check_group(struct mirror_run *run)
{
    uint32_t sources[RUN_PAIRS_MAX], targets[RUN_PAIRS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < run->config->pair_count; i++) {
        if (!run->in_group[i])
            continue;
        sources[count] = (uint32_t)run->config->pairs[i].source;
        targets[count] = (uint32_t)run->config->pairs[i].target;
        RUN_ZERO(run, oracle_torn(run->oracle, sources[count], targets[count]), (int64_t)i);
        thaw_frozen(run, i);
        if (mirror_run_pair(run, i)->target == PPRC_SUSPENDED) /* else it was terminated there, which began it all */
            run->frozen[i] = (struct frozen){true, oracle_snapshot(run->oracle, targets[count])};
        count++;
    }
    run->frozen_groups += count > 1;
    run->frozen_later += count > 1 && run->freezing == FREEZE_LATER;
    RUN_ZERO(run, oracle_breaches(run->oracle, sources, targets, count), (int64_t)count);
}

/* Freezes what leads from every so-many-th subsystem, beginning with one of them. */
static void freeze_from(struct mirror_run *run, size_t first, size_t step)
{
    char why[CONSISTENCY_WHY_BYTES];
    for (size_t from = first; from < run->config->subsystem_count; from += step)
        for (size_t to = 0; to < run->config->subsystem_count; to++)
            consistency_freeze(run->machine, (int32_t)from, (int32_t)to, why);
}

static void freeze_all(struct mirror_run *run)
{
    freeze_from(run, 0, 1);
    check_group(run);
    run->freezes = false;
}

/* Frozen later, every other subsystem's turn comes after the others'; before the first held write may go on. */
static void freeze_is_due(struct sim_call *call)
{
    struct mirror_run *run = STORY_OF(call, struct mirror_run, freeze);
    if (run->freezing == FREEZE_LATER && !run->half_frozen) {
        run->half_frozen = true;
        freeze_from(run, 0, 2);
        sim_at(run->sim, draw_between(&run->rng, sim_now(run->sim), run->held_until_ns), &run->freeze);
        return;
    }
    run->half_frozen = false;
    freeze_all(run);
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

static int64_t volumes_held(const struct mirror_run *run)
{
    int64_t held = 0;
    for (size_t i = 0; i < run->config->volume_count; i++)
        held += run->machine->volumes[i].hold != NULL;
    return held;
}

static void trigger_freeze(struct mirror_run *run, const struct pair *pair)
{
    sim_time now = sim_now(run->sim), held_ns = held_at_least_ns(run->config);
    if (run->freezing == FREEZE_LATER && (!pair->by_failure || held_ns == 0 || volumes_held(run) > 1))
        return;
    run->freezes = true;
    form_group(run);
    if (run->freezing == FREEZE_AT_ONCE)
        freeze_all(run);
    else if (run->freezing == FREEZE_NEXT)
        sim_at_priority(run->sim, now, SIM_PRIORITY_FIRST, &run->freeze);
    else
        sim_at(run->sim, draw_between(&run->rng, now, now + held_ns / 2), &run->freeze);
    run->held_until_ns = now + held_ns - 1;
}

/* ---- what the operator does ---- */

static void check_refusal(struct mirror_run *run, const struct pair *pair, bool done, const char *why,
                          enum pprc_state source, enum pprc_state target)
{
    RUN_CHECK(run, done || why[0] != '\0');
    RUN_CHECK(run, done || (pair->source == source && pair->target == target));
}

static void change_pair(struct mirror_run *run)
{
    struct pair *pair = mirror_run_pair(run, below(run, run->config->pair_count));
    enum pprc_state source = pair->source, target = pair->target;
    enum pprc_copy copy = (enum pprc_copy)below(run, 3);
    char why[PPRC_WHY_BYTES] = "";
    bool done, critical = draw_one_in(&run->rng, 3), permit = !draw_one_in(&run->rng, 4);
    bool equal = oracle_differences(run->oracle, (uint32_t)pair->config->source, (uint32_t)pair->config->target) == 0;
    int64_t choice = draw_between(&run->rng, 0, 9);
    if (choice < 6)
        done = pprc_establish(run->machine, pair->index,
                              copy == PPRC_COPY_NONE && !equal ? PPRC_COPY_OUT_OF_SYNC : copy, critical, permit, why);
    else if (choice < 8)
        done = pprc_suspend(run->machine, pair->index, why);
    else
        done = pprc_terminate(run->machine, pair->index, choice == 8, why);
    if (!run->meddles)
        check_refusal(run, pair, done, why, source, target);
}

static size_t links_between(struct mirror_run *run, const struct path_config *path, int32_t *links, int64_t left_out)
{
    const struct config *config = run->config;
    size_t count = 0;
    for (size_t i = 0; i < config->link_count && count < SERVER_LINKS_MAX; i++)
        if (config->links[i].from == config->subsystems[path->from].server &&
            config->links[i].to == config->subsystems[path->to].server &&
            (left_out == 0 || !draw_one_in(&run->rng, left_out)))
            links[count++] = (int32_t)i;
    return count;
}

/* Removes the paths between two subsystems, or establishes them over some of the links. */
static void change_path(struct mirror_run *run, bool remove)
{
    const struct path_config *path = &run->config->paths[below(run, run->config->path_count)];
    int32_t links[SERVER_LINKS_MAX];
    char why[PATHS_WHY_BYTES];
    size_t count = links_between(run, path, links, 3);
    if (remove)
        paths_remove(run->machine, path->from, path->to, why);
    else if (count > 0)
        RUN_CHECK(run, paths_establish(run->machine, path->from, path->to, links, count, !draw_one_in(&run->rng, 3),
                                       why));
}

void mirror_run_pave(struct mirror_run *run)
{
    int32_t links[SERVER_LINKS_MAX];
    char why[PATHS_WHY_BYTES];
    for (size_t i = 0; i < run->config->path_count; i++) {
        const struct path_config *path = &run->config->paths[i];
        size_t count = links_between(run, path, links, 0);
        RUN_CHECK(run, paths_establish(run->machine, path->from, path->to, links, count, true, why));
    }
}

static void set_one(struct mirror_run *run, enum fault_kind kind, size_t index, int32_t drive, bool failed)
{
    char name[] = "something";
    struct fault_target target = {.kind = kind, .index = (int32_t)index, .drive = drive, .name = name};
    faults_set(run->machine, &target, failed);
}

/* Something fails, or is repaired; more is repaired than fails. */
static void change_hardware(struct mirror_run *run)
{
    const struct config *config = run->config;
    bool failed = draw_one_in(&run->rng, 3);
    int64_t choice = draw_between(&run->rng, 0, 19);
    if (choice < 10)
        set_one(run, FAULT_LINK, below(run, config->link_count), 0, failed);
    else if (choice < 15)
        set_one(run, FAULT_PORT, below(run, config->port_count), 0, failed);
    else if (choice < 18)
        set_one(run, FAULT_SERVER, below(run, config->server_count), 0, failed);
    else
        set_one(run, FAULT_DRIVE, below(run, config->rank_count), (int32_t)below(run, RANK_DRIVES_MAX), failed);
}

void mirror_run_repair_all(struct mirror_run *run)
{
    for (size_t i = 0; i < run->config->link_count; i++)
        set_one(run, FAULT_LINK, i, 0, false);
    for (size_t i = 0; i < run->config->port_count; i++)
        set_one(run, FAULT_PORT, i, 0, false);
    for (size_t i = 0; i < run->config->server_count; i++)
        set_one(run, FAULT_SERVER, i, 0, false);
}

static void operate(struct mirror_run *run)
{
    int64_t choice = draw_between(&run->rng, 0, 19);
    if (run->freezes) {
        change_hardware(run); /* whatever tasks do might let writes slip through */
    } else if (run->drill && run->frozen_groups == 0) {
        change_path(run, true); /* some pairs fail, others do not */
    } else if (choice < 9) {
        change_pair(run);
    } else if (choice < 13) {
        change_hardware(run);
    } else if (choice < 16) {
        change_path(run, choice == 13);
    } else if (choice < 17) {
        mirror_run_repair_all(run);
        mirror_run_pave(run);
    } else if (choice < 19) {
        mirror_run_thaw_all(run);
    } else {
        run->freezes = true;
        form_group(run);
        freeze_all(run);
    }
}

static void operator_story(struct activity *self)
{
    struct mirror_run *run = STORY_OF(self, struct mirror_run, operator);

    STORY_BEGIN(self);
    while (!run->over) {
        STORY_WAIT(self, draw_one_in(&run->rng, 6) ? 0 : draw_between(&run->rng, 0, run->calm_ns));
        operate(run);
    }
    STORY_END(self);
}

/* ---- what is heard ---- */

bool mirror_run_is_legal(enum pprc_state source, enum pprc_state target)
{
    return source == target || (source == PPRC_SUSPENDED && target == PPRC_SIMPLEX);
}

static void pair_entered(struct pprc_listener *listener, int32_t index)
{
    struct mirror_run *run = STORY_OF(listener, struct mirror_run, listener);
    const struct pair *pair = mirror_run_pair(run, (size_t)index);
    RUN_CHECK(run, mirror_run_is_legal(pair->source, pair->target));
    if (pair->source != PPRC_SUSPENDED || pair->target != PPRC_SUSPENDED)
        thaw_frozen(run, (size_t)index);
    if (pair->source == PPRC_SUSPENDED && run->freezing != FREEZE_NEVER && !run->freezes &&
        run->heard[index] == PPRC_DUPLEX)
        trigger_freeze(run, pair);
    run->heard[index] = pair->source;
    if (run->meddles && run->depth < 3 && draw_one_in(&run->rng, 3)) {
        run->depth++;
        operate(run);
        run->depth--;
    }
}

static void pair_advanced(struct pprc_listener *listener, int32_t index)
{
    struct mirror_run *run = STORY_OF(listener, struct mirror_run, listener);
    (void)index;
    if (run->meddles && run->depth < 3 && draw_one_in(&run->rng, 30)) {
        run->depth++;
        operate(run);
        run->depth--;
    }
}

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct mirror_run *run = (struct mirror_run *)sink;
    sim_time sum = 0;
    bool right = record->issue_ns + record->response_ns == sim_now(run->sim);
    for (int part = 0; part < PART_COUNT; part++) {
        sum += record->part_ns[part];
        right = right && record->part_ns[part] >= 0;
    }
    run->broken += !right || sum != record->response_ns;
    run->errors[record->error]++;
    oracle_completed(run->oracle, record);
    digest_add(run->digest, record);
}

/* ---- hosts ---- */

/* Mostly one that takes writes. */
static size_t next_volume(struct mirror_run *run)
{
    size_t volume = below(run, run->config->volume_count);
    for (int tries = 0; tries < 4; tries++) {
        const struct pair *pair = run->machine->volumes[volume].pair;
        if (pair != NULL && !pprc_is_target(pair, (uint32_t)volume) && !pair->inhibited)
            break;
        volume = (size_t)run->config->pairs[below(run, run->config->pair_count)].source;
    }
    return volume;
}

/* Some I/Os go to a few tracks, most are small, hardly any is larger than NVS. */
static struct host_io *next_io(struct mirror_run *run)
{
    const struct config *config = run->config;
    size_t volume = next_volume(run);
    int64_t track = config->servers[0].model.track_bytes / BLOCK_BYTES;
    int64_t size = config->volumes[volume].size_bytes / BLOCK_BYTES;
    int64_t longest = draw_one_in(&run->rng, 40) ? 40 * track : draw_one_in(&run->rng, 3) ? 4 * track : track;
    int64_t blocks = draw_between(&run->rng, 1, longest < size ? longest : size);
    int64_t places = draw_one_in(&run->rng, 2) ? size / run->block_share : size;
    int64_t offset = draw_between(&run->rng, 0, places);
    struct io_record record = {
        .op = draw_one_in(&run->rng, 4) ? IO_READ : IO_WRITE,
        .volume = (uint32_t)volume,
        .offset_blocks = offset + blocks <= size ? offset : size - blocks,
        .length_bytes = (int32_t)(blocks * BLOCK_BYTES),
    };
    size_t port = mirror_draw_host_port(config, (size_t)config->volumes[volume].server);
    struct host_io *io = host_io_create(&run->ios, &record, &run->machine->ports[port]);
    oracle_issued(run->oracle, &io->record);
    return io;
}

static void client_story(struct activity *self)
{
    struct client *client = STORY_OF(self, struct client, activity);
    struct mirror_run *run = client->run;

    STORY_BEGIN(self);
    while (run->left > 0) {
        run->left--;
        client->io = next_io(run);
        STORY_CALL(self, &client->io->activity);
        client->io = NULL;
        STORY_WAIT(self, draw_one_in(&run->rng, 2) ? 0 : draw_between(&run->rng, 0, 10 * SIM_MS));
    }
    STORY_END(self);
}

/* ---- beginning and end ---- */

static void draw_run(struct mirror_run *run)
{
    rng_init(&run->rng, run->seed, "pprc oracle run");
    run->left = draw_between(&run->rng, 20, draw_one_in(&run->rng, 4) ? 1000 : 300);
    run->client_count = (int)draw_between(&run->rng, 1, RUN_CLIENTS_MAX);
    run->block_share = draw_between(&run->rng, 1, 50);
    run->calm_ns = draw_between(&run->rng, SIM_MS, draw_one_in(&run->rng, 3) ? 40 * SIM_MS : 400 * SIM_MS);
    run->meddles = !run->drill && draw_one_in(&run->rng, 4);
    run->freezing = run->drill     ? FREEZE_LATER
                     : run->meddles ? FREEZE_NEVER
                                     : (enum freezing)below(run, FREEZE_WAYS);
    for (size_t i = 0; run->freezing == FREEZE_LATER && i < run->config->subsystem_count; i++)
        run->config->subsystems[i].consistency_group = true;
    for (size_t i = 0; i < run->config->volume_count; i++)
        run->machine->volumes[i].hosts = draw_one_in(&run->rng, 4);
}

struct mirror_run *mirror_run_begin(uint64_t seed)
{
    struct mirror_run *run = memory_alloc_zeroed(1, sizeof *run);
    run->sink.completed = io_completed;
    run->listener = (struct pprc_listener){pair_entered, pair_advanced};
    run->freeze.run = freeze_is_due;
    run->seed = seed;
    run->drill = seed % 3 == 0;
    run->config = mirror_draw(seed, run->drill);
    run->sim = sim_create(seed);
    run->machine = machine_create(run->sim, run->config);
    run->machine->pprc_listener = &run->listener;
    run->oracle = oracle_create(run->machine);
    run->digest = digest_create();
    host_io_pool_init(&run->ios, run->machine, &run->sink);
    SIM_MUST(run->sim, run->config->pair_count <= RUN_PAIRS_MAX);
    for (size_t i = 0; i < run->config->pair_count; i++)
        run->heard[i] = run->config->pairs[i].state;
    draw_run(run);
    for (int i = 0; i < run->client_count; i++) {
        run->clients[i].run = run;
        activity_init(&run->clients[i].activity, run->sim, client_story, NULL);
        activity_start(&run->clients[i].activity);
    }
    activity_init(&run->operator, run->sim, operator_story, NULL);
    activity_start(&run->operator);
    return run;
}

void mirror_run_end(struct mirror_run *run, char digest[DIGEST_TEXT_BYTES])
{
    digest_text(run->digest, digest);
    digest_destroy(run->digest);
    for (size_t i = 0; i < run->config->pair_count; i++)
        thaw_frozen(run, i);
    oracle_destroy(run->oracle);
    host_io_pool_destroy(&run->ios);
    machine_destroy(run->machine);
    sim_destroy(run->sim);
    small_config_destroy(run->config);
    free(run);
}
