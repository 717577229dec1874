// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Small mirrored machines drawn at random under closed loads, while pairs are suspended, established anew and terminated,
 * while links, ports, servers and drives fail and are repaired, and consistency groups freeze. Whatever was drawn: a
 * duplex secondary holds every acknowledged write, what a change map does not name is equal, a frozen group is
 * dependent-write consistent, and in the end every I/O is complete, every pair can be made equal, and nothing is left.
 *
 * ESSIM_FUZZ_SEEDS=N runs N machines, ESSIM_FUZZ_FIRST=S begins with number S.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/cache.h"
#include "models/consistency.h"
#include "models/digest.h"
#include "models/faults.h"
#include "models/host_io.h"
#include "models/link.h"
#include "models/paths.h"
#include "models/pprc_pair.h"
#include "models/track_locks.h"
#include "sim/memory.h"
#include "tests/content_oracle.h"
#include "tests/mirror_draw.h"
#include "tests/small_config.h"
#include "tests/unit.h"

#ifdef NDEBUG
enum { SEEDS = 600 };
#else
enum { SEEDS = 60 }; /* assertions, perhaps sanitizers */
#endif
enum { CLIENTS_MAX = 12, PAIRS_MAX = 24, LIMIT_S = 3600 };

/* When a pair has failed: at once, as the next event of the instant, or while its consistency group holds its writes. */
enum freezing { FREEZE_NEVER, FREEZE_AT_ONCE, FREEZE_NEXT, FREEZE_LATER, FREEZE_WAYS };

/* A host's process: its next I/O comes after the one before is complete. */
struct client {
    struct activity activity;
    struct fuzz *fuzz;
    struct host_io *io; /* in flight; NULL for none */
};

/* A secondary that was frozen. */
struct frozen {
    bool is; /* and nothing may have changed it since */
    int64_t *snapshot;
};

struct fuzz {
    struct io_sink sink; /* first: the sink's address is this */
    struct pprc_listener listener;
    struct activity operator;
    struct sim_call freeze;
    uint64_t seed;
    struct config *config;
    struct sim *sim;
    struct machine *machine;
    struct content_oracle *oracle;
    struct host_io_pool ios;
    struct rng rng;
    struct digest *digest;
    struct client clients[CLIENTS_MAX];
    int client_count;
    int64_t left;          /* I/Os to be issued */
    int64_t block_share;   /* of the volumes, that most I/Os go to: 1 / this */
    sim_time calm_ns;      /* the operator waits up to so long */
    bool over;             /* the operator stops */
    enum freezing freezing;
    bool freezes;          /* a freeze is under way, or scheduled */
    bool half_frozen;      /* its second part is scheduled, for ... */
    sim_time held_until_ns; /* ... no later than this */
    bool meddles;          /* verbs are called when a pair's state changes */
    int depth;
    enum pprc_state heard[PAIRS_MAX];
    bool in_group[PAIRS_MAX];
    struct frozen frozen[PAIRS_MAX];
    int64_t failures;
    int64_t broken, frozen_groups, frozen_later, checked_duplex, errors[IO_ERROR_COUNT];
};

/* A machine's first failure is told; it may go on failing at every look. */
static void fuzz_check(bool ok, struct fuzz *fuzz, int line, const char *what, int64_t value)
{
    if (!ok && fuzz->failures++ == 0)
        unit_check(false, __FILE__, line, "machine %" PRIu64 " at %lld ns: %s (%lld)", fuzz->seed,
                   (long long)sim_now(fuzz->sim), what, (long long)value);
}
#define FUZZ_CHECK(fuzz, condition) fuzz_check((condition), (fuzz), __LINE__, #condition, 0)
#define FUZZ_ZERO(fuzz, value, index)                        \
    do {                                                     \
        int64_t value_ = (value);                            \
        fuzz_check(value_ == 0, (fuzz), __LINE__, #value, (index)); \
    } while (0)

static size_t below(struct fuzz *fuzz, size_t count)
{
    return (size_t)rng_below(&fuzz->rng, count);
}

static struct pair *pair_at(const struct fuzz *fuzz, size_t index)
{
    return &fuzz->machine->pairs[index];
}

/* ---- consistency groups ---- */

static void thaw_all(struct fuzz *fuzz)
{
    char why[CONSISTENCY_WHY_BYTES];
    for (size_t from = 0; from < fuzz->config->subsystem_count; from++)
        for (size_t to = 0; to < fuzz->config->subsystem_count; to++)
            consistency_thaw(fuzz->machine, (int32_t)from, (int32_t)to, why);
}

static void thaw_frozen(struct fuzz *fuzz, size_t pair)
{
    fuzz->frozen[pair].is = false;
    free(fuzz->frozen[pair].snapshot);
    fuzz->frozen[pair].snapshot = NULL;
}

/* The group is those that were duplex until now. */
static void form_group(struct fuzz *fuzz)
{
    for (size_t i = 0; i < fuzz->config->pair_count; i++)
        fuzz->in_group[i] = fuzz->heard[i] == PPRC_DUPLEX;
}

static void check_group(struct fuzz *fuzz)
{
    uint32_t sources[PAIRS_MAX], targets[PAIRS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < fuzz->config->pair_count; i++) {
        if (!fuzz->in_group[i])
            continue;
        sources[count] = (uint32_t)fuzz->config->pairs[i].source;
        targets[count] = (uint32_t)fuzz->config->pairs[i].target;
        FUZZ_ZERO(fuzz, oracle_torn(fuzz->oracle, sources[count], targets[count]), (int64_t)i);
        thaw_frozen(fuzz, i);
        if (pair_at(fuzz, i)->target == PPRC_SUSPENDED) /* else it was terminated there, which began it all */
            fuzz->frozen[i] = (struct frozen){true, oracle_snapshot(fuzz->oracle, targets[count])};
        count++;
    }
    fuzz->frozen_groups += count > 1;
    fuzz->frozen_later += count > 1 && fuzz->freezing == FREEZE_LATER;
    FUZZ_ZERO(fuzz, oracle_breaches(fuzz->oracle, sources, targets, count), (int64_t)count);
}

/* Freezes what leads from every so-many-th subsystem, beginning with one of them. */
static void freeze_from(struct fuzz *fuzz, size_t first, size_t step)
{
    char why[CONSISTENCY_WHY_BYTES];
    for (size_t from = first; from < fuzz->config->subsystem_count; from += step)
        for (size_t to = 0; to < fuzz->config->subsystem_count; to++)
            consistency_freeze(fuzz->machine, (int32_t)from, (int32_t)to, why);
}

static void freeze_all(struct fuzz *fuzz)
{
    freeze_from(fuzz, 0, 1);
    check_group(fuzz);
    fuzz->freezes = false;
}

/* Frozen later, every other subsystem's turn comes after the others'; before the first held write may go on. */
static void freeze_is_due(struct sim_call *call)
{
    struct fuzz *fuzz = STORY_OF(call, struct fuzz, freeze);
    if (fuzz->freezing == FREEZE_LATER && !fuzz->half_frozen) {
        fuzz->half_frozen = true;
        freeze_from(fuzz, 0, 2);
        sim_at(fuzz->sim, draw_between(&fuzz->rng, sim_now(fuzz->sim), fuzz->held_until_ns), &fuzz->freeze);
        return;
    }
    fuzz->half_frozen = false;
    freeze_all(fuzz);
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

static int64_t volumes_held(const struct fuzz *fuzz)
{
    int64_t held = 0;
    for (size_t i = 0; i < fuzz->config->volume_count; i++)
        held += fuzz->machine->volumes[i].hold != NULL;
    return held;
}

static void trigger_freeze(struct fuzz *fuzz, const struct pair *pair)
{
    sim_time now = sim_now(fuzz->sim), held_ns = held_at_least_ns(fuzz->config);
    if (fuzz->freezing == FREEZE_LATER && (!pair->by_failure || held_ns == 0 || volumes_held(fuzz) > 1))
        return;
    fuzz->freezes = true;
    form_group(fuzz);
    if (fuzz->freezing == FREEZE_AT_ONCE)
        freeze_all(fuzz);
    else if (fuzz->freezing == FREEZE_NEXT)
        sim_at_priority(fuzz->sim, now, SIM_PRIORITY_FIRST, &fuzz->freeze);
    else
        sim_at(fuzz->sim, draw_between(&fuzz->rng, now, now + held_ns / 2), &fuzz->freeze);
    fuzz->held_until_ns = now + held_ns - 1;
}

/* ---- what the operator does ---- */

static void check_refusal(struct fuzz *fuzz, const struct pair *pair, bool done, const char *why,
                          enum pprc_state source, enum pprc_state target)
{
    FUZZ_CHECK(fuzz, done || why[0] != '\0');
    FUZZ_CHECK(fuzz, done || (pair->source == source && pair->target == target));
}

static void change_pair(struct fuzz *fuzz)
{
    struct pair *pair = pair_at(fuzz, below(fuzz, fuzz->config->pair_count));
    enum pprc_state source = pair->source, target = pair->target;
    enum pprc_copy copy = (enum pprc_copy)below(fuzz, 3);
    char why[PPRC_WHY_BYTES] = "";
    bool done, critical = draw_one_in(&fuzz->rng, 3), permit = !draw_one_in(&fuzz->rng, 4);
    bool equal = oracle_differences(fuzz->oracle, (uint32_t)pair->config->source, (uint32_t)pair->config->target) == 0;
    int64_t choice = draw_between(&fuzz->rng, 0, 9);
    if (choice < 6)
        done = pprc_establish(fuzz->machine, pair->index,
                              copy == PPRC_COPY_NONE && !equal ? PPRC_COPY_OUT_OF_SYNC : copy, critical, permit, why);
    else if (choice < 8)
        done = pprc_suspend(fuzz->machine, pair->index, why);
    else
        done = pprc_terminate(fuzz->machine, pair->index, choice == 8, why);
    if (!fuzz->meddles)
        check_refusal(fuzz, pair, done, why, source, target);
}

static void look_at_links(struct fuzz *fuzz)
{
    for (size_t i = 0; i < fuzz->config->link_count; i++)
        link_look_again(fuzz->machine, &fuzz->machine->links[i]);
}

static void change_path(struct fuzz *fuzz, bool remove)
{
    const struct config *config = fuzz->config;
    const struct path_config *path = &config->paths[below(fuzz, config->path_count)];
    int32_t links[SERVER_LINKS_MAX];
    size_t count = 0;
    char why[PATHS_WHY_BYTES];
    for (size_t i = 0; i < config->link_count && count < SERVER_LINKS_MAX; i++)
        if (config->links[i].from == config->subsystems[path->from].server &&
            config->links[i].to == config->subsystems[path->to].server && (fuzz->over || !draw_one_in(&fuzz->rng, 3)))
            links[count++] = (int32_t)i;
    if (remove)
        paths_remove(fuzz->machine, path->from, path->to, why);
    else if (count > 0)
        FUZZ_CHECK(fuzz, paths_establish(fuzz->machine, path->from, path->to, links, count,
                                         !draw_one_in(&fuzz->rng, 3), why));
}

/* Something fails, or is repaired; more is repaired than fails. */
static void change_hardware(struct fuzz *fuzz)
{
    struct machine *machine = fuzz->machine;
    bool failed = draw_one_in(&fuzz->rng, 3);
    int64_t choice = draw_between(&fuzz->rng, 0, 19);
    if (choice < 10) {
        link_set_failed(machine, &machine->links[below(fuzz, fuzz->config->link_count)], failed);
    } else if (choice < 15) {
        machine->ports[below(fuzz, fuzz->config->port_count)].failed = failed;
    } else if (choice < 18) {
        machine->servers[below(fuzz, fuzz->config->server_count)].down = failed;
    } else {
        struct bay *bay = &machine->ranks[below(fuzz, fuzz->config->rank_count)].bays[below(fuzz, 8)];
        (failed ? faults_fail : faults_repair)(bay);
    }
    look_at_links(fuzz);
}

static void repair_all(struct fuzz *fuzz)
{
    struct machine *machine = fuzz->machine;
    for (size_t i = 0; i < fuzz->config->link_count; i++)
        machine->links[i].failed = false;
    for (size_t i = 0; i < fuzz->config->port_count; i++)
        machine->ports[i].failed = false;
    for (size_t i = 0; i < fuzz->config->server_count; i++)
        machine->servers[i].down = false;
    look_at_links(fuzz);
}

static void operate(struct fuzz *fuzz)
{
    int64_t choice = draw_between(&fuzz->rng, 0, 19);
    if (fuzz->freezes) {
        change_hardware(fuzz); /* whatever tasks do might let writes slip through */
    } else if (fuzz->freezing == FREEZE_LATER && draw_one_in(&fuzz->rng, 3)) {
        change_path(fuzz, true); /* some pairs fail, others do not */
    } else if (choice < 9) {
        change_pair(fuzz);
    } else if (choice < 13) {
        change_hardware(fuzz);
    } else if (choice < 16) {
        change_path(fuzz, choice == 13);
    } else if (choice < 17) {
        repair_all(fuzz);
        for (size_t i = 0; i < fuzz->config->path_count; i++)
            change_path(fuzz, false);
    } else if (choice < 19) {
        thaw_all(fuzz);
    } else {
        fuzz->freezes = true;
        form_group(fuzz);
        freeze_all(fuzz);
    }
}

static void operator_story(struct activity *self)
{
    struct fuzz *fuzz = STORY_OF(self, struct fuzz, operator);

    STORY_BEGIN(self);
    while (!fuzz->over) {
        STORY_WAIT(self, draw_one_in(&fuzz->rng, 6) ? 0 : draw_between(&fuzz->rng, 0, fuzz->calm_ns));
        operate(fuzz);
    }
    STORY_END(self);
}

/* ---- what is heard ---- */

static bool is_legal(enum pprc_state source, enum pprc_state target)
{
    return source == target || (source == PPRC_SUSPENDED && target == PPRC_SIMPLEX);
}

static void pair_entered(struct pprc_listener *listener, int32_t index)
{
    struct fuzz *fuzz = STORY_OF(listener, struct fuzz, listener);
    const struct pair *pair = pair_at(fuzz, (size_t)index);
    FUZZ_CHECK(fuzz, is_legal(pair->source, pair->target));
    if (pair->source != PPRC_SUSPENDED || pair->target != PPRC_SUSPENDED)
        thaw_frozen(fuzz, (size_t)index);
    if (pair->source == PPRC_SUSPENDED && fuzz->freezing != FREEZE_NEVER && !fuzz->freezes &&
        fuzz->heard[index] == PPRC_DUPLEX)
        trigger_freeze(fuzz, pair);
    fuzz->heard[index] = pair->source;
    if (fuzz->meddles && fuzz->depth < 3 && draw_one_in(&fuzz->rng, 3)) {
        fuzz->depth++;
        operate(fuzz);
        fuzz->depth--;
    }
}

static void pair_advanced(struct pprc_listener *listener, int32_t index)
{
    struct fuzz *fuzz = STORY_OF(listener, struct fuzz, listener);
    (void)index;
    if (fuzz->meddles && fuzz->depth < 3 && draw_one_in(&fuzz->rng, 30)) {
        fuzz->depth++;
        operate(fuzz);
        fuzz->depth--;
    }
}

static void io_completed(struct io_sink *sink, struct io_record *record)
{
    struct fuzz *fuzz = (struct fuzz *)sink;
    sim_time sum = 0;
    bool right = record->issue_ns + record->response_ns == sim_now(fuzz->sim);
    for (int part = 0; part < PART_COUNT; part++) {
        sum += record->part_ns[part];
        right = right && record->part_ns[part] >= 0;
    }
    fuzz->broken += !right || sum != record->response_ns;
    fuzz->errors[record->error]++;
    oracle_completed(fuzz->oracle, record);
    digest_add(fuzz->digest, record);
}

/* ---- hosts ---- */

/* Mostly one that takes writes. */
static size_t next_volume(struct fuzz *fuzz)
{
    size_t volume = below(fuzz, fuzz->config->volume_count);
    for (int tries = 0; tries < 4; tries++) {
        const struct pair *pair = fuzz->machine->volumes[volume].pair;
        if (pair != NULL && !pprc_is_target(pair, (uint32_t)volume) && !pair->inhibited)
            break;
        volume = (size_t)fuzz->config->pairs[below(fuzz, fuzz->config->pair_count)].source;
    }
    return volume;
}

/* Some I/Os go to a few tracks, most are small, hardly any is larger than NVS. */
static struct host_io *next_io(struct fuzz *fuzz)
{
    const struct config *config = fuzz->config;
    size_t volume = next_volume(fuzz);
    int64_t track = config->servers[0].model.track_bytes / BLOCK_BYTES;
    int64_t size = config->volumes[volume].size_bytes / BLOCK_BYTES;
    int64_t longest = draw_one_in(&fuzz->rng, 40) ? 40 * track : draw_one_in(&fuzz->rng, 3) ? 4 * track : track;
    int64_t blocks = draw_between(&fuzz->rng, 1, longest < size ? longest : size);
    int64_t places = draw_one_in(&fuzz->rng, 2) ? size / fuzz->block_share : size;
    int64_t offset = draw_between(&fuzz->rng, 0, places);
    struct io_record record = {
        .op = draw_one_in(&fuzz->rng, 4) ? IO_READ : IO_WRITE,
        .volume = (uint32_t)volume,
        .offset_blocks = offset + blocks <= size ? offset : size - blocks,
        .length_bytes = (int32_t)(blocks * BLOCK_BYTES),
    };
    size_t port = mirror_draw_host_port(config, (size_t)config->volumes[volume].server);
    struct host_io *io = host_io_create(&fuzz->ios, &record, &fuzz->machine->ports[port]);
    oracle_issued(fuzz->oracle, &io->record);
    return io;
}

static void client_story(struct activity *self)
{
    struct client *client = STORY_OF(self, struct client, activity);
    struct fuzz *fuzz = client->fuzz;

    STORY_BEGIN(self);
    while (fuzz->left > 0) {
        fuzz->left--;
        client->io = next_io(fuzz);
        STORY_CALL(self, &client->io->activity);
        client->io = NULL;
        STORY_WAIT(self, draw_one_in(&fuzz->rng, 2) ? 0 : draw_between(&fuzz->rng, 0, 10 * SIM_MS));
    }
    STORY_END(self);
}

/* ---- beginning and end ---- */

static void draw_run(struct fuzz *fuzz)
{
    rng_init(&fuzz->rng, fuzz->seed, "pprc oracle run");
    fuzz->left = draw_between(&fuzz->rng, 20, draw_one_in(&fuzz->rng, 4) ? 1000 : 300);
    fuzz->client_count = (int)draw_between(&fuzz->rng, 1, CLIENTS_MAX);
    fuzz->block_share = draw_between(&fuzz->rng, 1, 50);
    fuzz->calm_ns = draw_between(&fuzz->rng, SIM_MS, draw_one_in(&fuzz->rng, 3) ? 40 * SIM_MS : 400 * SIM_MS);
    fuzz->meddles = draw_one_in(&fuzz->rng, 4);
    fuzz->freezing = fuzz->meddles                  ? FREEZE_NEVER
                     : draw_one_in(&fuzz->rng, 3) ? FREEZE_LATER
                                                  : (enum freezing)below(fuzz, FREEZE_WAYS);
    for (size_t i = 0; fuzz->freezing == FREEZE_LATER && i < fuzz->config->subsystem_count; i++)
        fuzz->config->subsystems[i].consistency_group = true;
    for (size_t i = 0; i < fuzz->config->volume_count; i++)
        fuzz->machine->volumes[i].hosts = draw_one_in(&fuzz->rng, 4);
}

static struct fuzz *fuzz_begin(uint64_t seed)
{
    struct fuzz *fuzz = memory_alloc_zeroed(1, sizeof *fuzz);
    fuzz->sink.completed = io_completed;
    fuzz->listener = (struct pprc_listener){pair_entered, pair_advanced};
    fuzz->freeze.run = freeze_is_due;
    fuzz->seed = seed;
    fuzz->config = mirror_draw(seed);
    fuzz->sim = sim_create(seed);
    fuzz->machine = machine_create(fuzz->sim, fuzz->config);
    fuzz->machine->pprc_listener = &fuzz->listener;
    fuzz->oracle = oracle_create(fuzz->machine);
    fuzz->digest = digest_create(PART_COUNT);
    host_io_pool_init(&fuzz->ios, fuzz->machine, &fuzz->sink);
    SIM_MUST(fuzz->sim, fuzz->config->pair_count <= PAIRS_MAX);
    for (size_t i = 0; i < fuzz->config->pair_count; i++)
        fuzz->heard[i] = fuzz->config->pairs[i].state;
    draw_run(fuzz);
    for (int i = 0; i < fuzz->client_count; i++) {
        fuzz->clients[i].fuzz = fuzz;
        activity_init(&fuzz->clients[i].activity, fuzz->sim, client_story, NULL);
        activity_start(&fuzz->clients[i].activity);
    }
    activity_init(&fuzz->operator, fuzz->sim, operator_story, NULL);
    activity_start(&fuzz->operator);
    return fuzz;
}

static void fuzz_end(struct fuzz *fuzz, char digest[DIGEST_TEXT_BYTES])
{
    digest_text(fuzz->digest, digest);
    digest_destroy(fuzz->digest);
    for (size_t i = 0; i < fuzz->config->pair_count; i++)
        thaw_frozen(fuzz, i);
    oracle_destroy(fuzz->oracle);
    host_io_pool_destroy(&fuzz->ios);
    machine_destroy(fuzz->machine);
    sim_destroy(fuzz->sim);
    small_config_destroy(fuzz->config);
    free(fuzz);
}

/* ---- what holds at any time ---- */

static void check_pair(struct fuzz *fuzz, size_t index)
{
    const struct pair *pair = pair_at(fuzz, index);
    uint32_t source = (uint32_t)pair->config->source, target = (uint32_t)pair->config->target;
    FUZZ_CHECK(fuzz, is_legal(pair->source, pair->target));
    FUZZ_CHECK(fuzz, (pair->copies == NULL) == (pair->copying == 0) && pair->copying <= pair->model->pprc_copies);
    FUZZ_CHECK(fuzz, pair->source == PPRC_DUPLEX_PENDING || pair->copies == NULL);
    FUZZ_CHECK(fuzz, pair->source == PPRC_DUPLEX_PENDING || pair->source == PPRC_DUPLEX || pair->writes == NULL);
    FUZZ_CHECK(fuzz, pair->source == PPRC_SUSPENDED || !pair->inhibited);
    if (pair->source != PPRC_SIMPLEX)
        FUZZ_CHECK(fuzz, fuzz->machine->volumes[source].pair == pair);
    if (pair->target != PPRC_SIMPLEX)
        FUZZ_CHECK(fuzz, fuzz->machine->volumes[target].pair == pair);
    if (pair->source != PPRC_SIMPLEX && fuzz->machine->volumes[target].copy_of == pair)
        FUZZ_ZERO(fuzz, oracle_unnamed(fuzz->oracle, pair), (int64_t)index);
    if (pair->source == PPRC_DUPLEX) {
        FUZZ_ZERO(fuzz, pair->map.set, (int64_t)index);
        FUZZ_ZERO(fuzz, oracle_missing(fuzz->oracle, source, target), (int64_t)index);
        FUZZ_ZERO(fuzz, oracle_torn(fuzz->oracle, source, target), (int64_t)index);
        fuzz->checked_duplex++;
    }
    if (fuzz->frozen[index].is)
        FUZZ_ZERO(fuzz, oracle_changes(fuzz->oracle, target, fuzz->frozen[index].snapshot), (int64_t)index);
}

static int64_t dirty_bytes(const struct cluster *cluster)
{
    int64_t segments = 0;
    for (size_t i = 0; i < cluster->rank_count; i++) {
        const struct rank *rank = cluster->ranks[i];
        for (int64_t number = 0; number < rank->config->used_tracks; number++) {
            cache_track track = cache_find(cluster->cache, rank->index, number);
            segments += track == 0 ? 0 : __builtin_popcount(cache_dirty(cluster->cache, track));
        }
    }
    return segments * cluster->model->segment_bytes;
}

/* NVS holds what is dirty, and the room of writes in flight. */
static void check_nvs(struct fuzz *fuzz, const struct cluster *cluster)
{
    int64_t dirty = dirty_bytes(cluster), in_flight = 0;
    for (int i = 0; i < fuzz->client_count; i++) {
        const struct host_io *io = fuzz->clients[i].io;
        if (io != NULL && io->record.op == IO_WRITE && io->span.rank->cluster == cluster)
            in_flight += io->room_bytes;
    }
    FUZZ_CHECK(fuzz, store_used(cluster->nvs) >= dirty && store_used(cluster->nvs) <= dirty + in_flight);
    FUZZ_CHECK(fuzz, store_queue(cluster->nvs) > 0 || store_used(cluster->nvs) == dirty + in_flight);
}

static void check_machine(struct fuzz *fuzz)
{
    for (size_t i = 0; i < fuzz->config->pair_count; i++)
        check_pair(fuzz, i);
    for (size_t i = 0; i < fuzz->config->server_count; i++)
        for (int number = 0; number < CLUSTERS; number++)
            check_nvs(fuzz, &fuzz->machine->servers[i].clusters[number]);
    FUZZ_CHECK(fuzz, fuzz->broken == 0);
}

/* ---- what holds when all is done ---- */

static bool can_be_equal(const struct fuzz *fuzz, const struct pair *pair)
{
    const struct config *config = fuzz->config;
    return fuzz->machine->ranks[config->volumes[pair->config->source].rank].state != RANK_LOST &&
           fuzz->machine->ranks[config->volumes[pair->config->target].rank].state != RANK_LOST;
}

/* Every pair that is one is resynchronised. */
static void make_equal(struct fuzz *fuzz)
{
    char why[PPRC_WHY_BYTES];
    fuzz->meddles = false;
    fuzz->freezing = FREEZE_NEVER;
    for (size_t i = 0; i < 20 * fuzz->config->path_count; i++)
        change_path(fuzz, false);
    for (size_t i = 0; i < fuzz->config->pair_count; i++) {
        struct pair *pair = pair_at(fuzz, i);
        if (pair->source == PPRC_SUSPENDED && can_be_equal(fuzz, pair) &&
            !pprc_establish(fuzz->machine, (int32_t)i, PPRC_COPY_OUT_OF_SYNC, false, true, why))
            pprc_establish(fuzz->machine, (int32_t)i, PPRC_COPY_ENTIRE, false, true, why);
    }
    sim_time step_ns = 20 * SIM_MS, limit_ns = sim_now(fuzz->sim) + LIMIT_S * SIM_S;
    for (bool pending = true; pending && fuzz->failures == 0; step_ns += step_ns / 50) {
        sim_run(fuzz->sim, sim_now(fuzz->sim) + step_ns);
        check_machine(fuzz);
        FUZZ_CHECK(fuzz, sim_now(fuzz->sim) < limit_ns);
        pending = false;
        for (size_t i = 0; i < fuzz->config->pair_count; i++)
            pending = pending || pair_at(fuzz, i)->source == PPRC_DUPLEX_PENDING;
    }
    for (size_t i = 0; i < fuzz->config->pair_count; i++) {
        const struct pair *pair = pair_at(fuzz, i);
        if (pair->source == PPRC_DUPLEX)
            FUZZ_ZERO(fuzz, oracle_differences(fuzz->oracle, (uint32_t)pair->config->source,
                                               (uint32_t)pair->config->target), (int64_t)i);
    }
}

static void check_stations(struct fuzz *fuzz)
{
    const struct machine *machine = fuzz->machine;
    for (size_t i = 0; i < fuzz->config->link_count; i++)
        FUZZ_CHECK(fuzz, station_busy(machine->links[i].station) == 0 && station_queue(machine->links[i].station) == 0);
    for (size_t i = 0; i < fuzz->config->port_count; i++)
        FUZZ_CHECK(fuzz, station_busy(machine->ports[i].station) == 0 && station_queue(machine->ports[i].station) == 0);
    for (size_t i = 0; i < fuzz->config->server_count; i++) {
        for (int number = 0; number < CLUSTERS; number++) {
            const struct cluster *cluster = &machine->servers[i].clusters[number];
            FUZZ_CHECK(fuzz, station_busy(cluster->processors) == 0 && station_queue(cluster->processors) == 0);
            FUZZ_CHECK(fuzz, station_busy(cluster->bus) == 0 && station_queue(cluster->bus) == 0);
            FUZZ_CHECK(fuzz, store_queue(cluster->nvs) == 0 && store_used(cluster->nvs) == 0);
        }
    }
}

static void check_rest(struct fuzz *fuzz)
{
    const struct machine *machine = fuzz->machine;
    FUZZ_CHECK(fuzz, fuzz->ios.completed == fuzz->ios.issued && fuzz->left == 0);
    FUZZ_ZERO(fuzz, (int64_t)pool_in_use(fuzz->ios.ios), 0);
    FUZZ_ZERO(fuzz, (int64_t)pool_in_use(machine->remote_writes), 0);
    FUZZ_ZERO(fuzz, (int64_t)pool_in_use(machine->copies), 0);
    FUZZ_ZERO(fuzz, (int64_t)track_locks_held(machine->locks), 0);
    FUZZ_CHECK(fuzz, pool_in_use(machine->disk_ops) == 0 && pool_in_use(machine->destages) == 0);
    FUZZ_CHECK(fuzz, pool_in_use(machine->piece_chunks) == 0 && pool_in_use(machine->stage_aheads) == 0);
    FUZZ_CHECK(fuzz, pool_in_use(machine->degraded_reads) == 0 && pool_in_use(machine->lost_pieces) == 0);
    for (size_t i = 0; i < fuzz->config->volume_count; i++)
        FUZZ_CHECK(fuzz, machine->volumes[i].hold == NULL);
    check_stations(fuzz);
}

/* What the runs met, to see that they meet it at all. */
struct met {
    int64_t ios, frozen_groups, frozen_later, checked_duplex, copied, mirrored, failed, recorded, errors[IO_ERROR_COUNT];
};

static void note(const struct fuzz *fuzz, struct met *met)
{
    met->ios += fuzz->ios.completed;
    met->frozen_groups += fuzz->frozen_groups;
    met->frozen_later += fuzz->frozen_later;
    met->checked_duplex += fuzz->checked_duplex;
    for (int error = 0; error < IO_ERROR_COUNT; error++)
        met->errors[error] += fuzz->errors[error];
    for (size_t i = 0; i < fuzz->config->pair_count; i++) {
        met->copied += pair_at(fuzz, i)->copied_tracks;
        met->mirrored += pair_at(fuzz, i)->mirrored_writes;
        met->failed += pair_at(fuzz, i)->failed_writes;
        met->recorded += pair_at(fuzz, i)->recorded_writes;
    }
}

/* Looks often at first, then ever less, until all I/Os are complete. */
static void run_load(struct fuzz *fuzz)
{
    sim_time step_ns = 20 * SIM_MS;
    for (int looks = 1; fuzz->left > 0 || fuzz->ios.completed < fuzz->ios.issued; looks++) {
        sim_run(fuzz->sim, sim_now(fuzz->sim) + draw_between(&fuzz->rng, 1, step_ns));
        check_machine(fuzz);
        FUZZ_CHECK(fuzz, sim_now(fuzz->sim) < LIMIT_S * SIM_S);
        if (fuzz->failures > 0)
            return;
        step_ns += looks % 100 == 0 ? step_ns : 0;
    }
}

static void run_down(struct fuzz *fuzz)
{
    fuzz->over = true;
    repair_all(fuzz);
    sim_run(fuzz->sim, sim_now(fuzz->sim) + SIM_S);
    thaw_all(fuzz);
    check_machine(fuzz);
    make_equal(fuzz);
    for (int i = 0; i < LIMIT_S && sim_pending(fuzz->sim) > 0; i++)
        sim_run(fuzz->sim, sim_now(fuzz->sim) + SIM_S);
    FUZZ_ZERO(fuzz, (int64_t)sim_pending(fuzz->sim), 0);
    check_machine(fuzz);
    check_rest(fuzz);
}

static void fuzz_run(uint64_t seed, struct met *met, char digest[DIGEST_TEXT_BYTES])
{
    struct fuzz *fuzz = fuzz_begin(seed);
    check_machine(fuzz);
    run_load(fuzz);
    if (fuzz->failures == 0)
        run_down(fuzz);
    note(fuzz, met);
    fuzz_end(fuzz, digest);
}

static uint64_t from_environment(const char *name, uint64_t standard)
{
    const char *text = getenv(name);
    return text != NULL ? strtoull(text, NULL, 10) : standard;
}

static void test_machines(void)
{
    uint64_t first = from_environment("ESSIM_FUZZ_FIRST", 1), count = from_environment("ESSIM_FUZZ_SEEDS", SEEDS);
    bool loud = getenv("ESSIM_FUZZ_LOUD") != NULL;
    struct met met = {0};
    for (uint64_t seed = first; seed < first + count; seed++) {
        char digest[DIGEST_TEXT_BYTES];
        if (loud)
            fprintf(stderr, "%" PRIu64 "\n", seed);
        fuzz_run(seed, &met, digest);
    }
    printf("    %lld I/Os, writes mirrored %lld, failed %lld, recorded %lld; tracks copied %lld; groups frozen %lld, after a while %lld; "
           "looks at duplex pairs %lld\n    errors:",
           (long long)met.ios, (long long)met.mirrored, (long long)met.failed, (long long)met.recorded,
           (long long)met.copied, (long long)met.frozen_groups, (long long)met.frozen_later,
           (long long)met.checked_duplex);
    for (int error = 1; error < IO_ERROR_COUNT; error++)
        printf(" %s %lld", io_error_name((enum io_error)error), (long long)met.errors[error]);
    printf("\n");
    CHECK(count < SEEDS || (met.mirrored > 0 && met.failed > 0 && met.recorded > 0 && met.copied > 0));
    CHECK(count < SEEDS || (met.frozen_later > 0 && met.errors[IO_NOT_MIRRORED] > 0 &&
                            met.errors[IO_WRITE_INHIBITED] > 0 && met.errors[IO_SECONDARY] > 0));
}

static void test_again(void)
{
    struct met met = {0};
    for (uint64_t seed = 1; seed <= 10; seed++) {
        char once[DIGEST_TEXT_BYTES], again[DIGEST_TEXT_BYTES];
        fuzz_run(seed, &met, once);
        fuzz_run(seed, &met, again);
        CHECK_STRING(again, once);
    }
}

UNIT_MAIN("pprc oracle",
          {"whatever fails, a duplex secondary holds all that was acknowledged and a frozen group is consistent",
           test_machines},
          {"a drawn machine does the same twice", test_again})
