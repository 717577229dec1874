// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/mirror_checks.h"

#include "models/cache.h"
#include "models/link.h"
#include "models/pprc_pair.h"
#include "models/track_locks.h"
#include "tests/mirror_draw.h"

/* ---- what holds at any time ---- */

static void check_pair(struct mirror_storm *storm, size_t index)
{
    const struct pair *pair = mirror_storm_pair(storm, index);
    uint32_t source = (uint32_t)pair->config->source, target = (uint32_t)pair->config->target;
    STORM_CHECK(storm, mirror_storm_is_legal(pair->source, pair->target));
    STORM_CHECK(storm, (pair->copies == NULL) == (pair->copying == 0) && pair->copying <= pair->model->pprc_copies);
    STORM_CHECK(storm, pair->source == PPRC_DUPLEX_PENDING || pair->copies == NULL);
    STORM_CHECK(storm, pair->source == PPRC_DUPLEX_PENDING || pair->source == PPRC_DUPLEX || pair->writes == NULL);
    STORM_CHECK(storm, pair->source == PPRC_SUSPENDED || !pair->inhibited);
    if (pair->source != PPRC_SIMPLEX)
        STORM_CHECK(storm, storm->machine->volumes[source].pair == pair);
    if (pair->target != PPRC_SIMPLEX)
        STORM_CHECK(storm, storm->machine->volumes[target].pair == pair);
    if (pair->source != PPRC_SIMPLEX && storm->machine->volumes[target].copy_of == pair)
        STORM_ZERO(storm, oracle_unnamed(storm->oracle, pair), (int64_t)index);
    if (pair->source == PPRC_DUPLEX) {
        STORM_ZERO(storm, pair->map.set, (int64_t)index);
        STORM_ZERO(storm, oracle_missing(storm->oracle, source, target), (int64_t)index);
        STORM_ZERO(storm, oracle_torn(storm->oracle, source, target), (int64_t)index);
        storm->checked_duplex++;
    }
    if (storm->frozen[index].is)
        STORM_ZERO(storm, oracle_changes(storm->oracle, target, storm->frozen[index].snapshot), (int64_t)index);
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

/* What is kept aside in the cluster's NVS for FlashCopies. */
static int64_t kept_bytes(const struct mirror_storm *storm, const struct cluster *cluster)
{
    int64_t segments = 0;
    for (size_t i = 0; i < storm->config->volume_count; i++)
        if (storm->machine->ranks[storm->config->volumes[i].rank].cluster == cluster)
            segments += oracle_kept(storm->oracle, (uint32_t)i);
    return segments * cluster->model->segment_bytes;
}

/* NVS holds what is dirty or kept aside, and the room of writes in flight; while tracks are copied for FlashCopies,
 * room for those too. */
static void check_nvs(struct mirror_storm *storm, const struct cluster *cluster)
{
    int64_t dirty = dirty_bytes(cluster) + kept_bytes(storm, cluster), in_flight = 0;
    for (int i = 0; i < storm->client_count; i++) {
        const struct host_io *io = storm->clients[i].io;
        if (io != NULL && io->record.op == IO_WRITE && io->span.rank->cluster == cluster)
            in_flight += io->room_bytes;
    }
    int64_t apart = cluster->nvs_apart != NULL ? store_used(cluster->nvs_apart) : 0;
    int64_t used = store_used(cluster->nvs) + apart;
    STORM_CHECK(storm, used >= dirty);
    if (pool_in_use(storm->machine->t0_copies) > 0)
        return;
    STORM_CHECK(storm, used <= dirty + in_flight);
    STORM_CHECK(storm, store_queue(cluster->nvs) > 0 || used == dirty + in_flight);
}

void mirror_checks_look(struct mirror_storm *storm)
{
    for (size_t i = 0; i < storm->config->pair_count; i++)
        if (mirror_storm_is_pprc(storm, i))
            check_pair(storm, i);
    for (size_t i = 0; i < storm->config->server_count; i++)
        for (int number = 0; number < CLUSTERS; number++)
            check_nvs(storm, &storm->machine->servers[i].clusters[number]);
    STORM_CHECK(storm, storm->broken == 0);
    if (storm->more != NULL)
        storm->more->look(storm);
    mirror_storm_check(storm->oracle->wrong == 0, storm, __FILE__, __LINE__, storm->oracle->first_wrong,
                       storm->oracle->wrong);
}

/* ---- what holds when all is done ---- */

static bool can_be_equal(const struct mirror_storm *storm, const struct pair *pair)
{
    const struct config *config = storm->config;
    return storm->machine->ranks[config->volumes[pair->config->source].rank].state != RANK_LOST &&
           storm->machine->ranks[config->volumes[pair->config->target].rank].state != RANK_LOST;
}

/* Every pair that is one is resynchronised. */
static void make_equal(struct mirror_storm *storm)
{
    char why[PPRC_WHY_BYTES];
    storm->meddles = false;
    storm->freezing = FREEZE_NEVER;
    mirror_storm_pave(storm);
    for (size_t i = 0; i < storm->config->pair_count; i++) {
        struct pair *pair = mirror_storm_pair(storm, i);
        if (mirror_storm_is_pprc(storm, i) && pair->source == PPRC_SUSPENDED && can_be_equal(storm, pair) &&
            !pprc_establish(storm->machine, (int32_t)i, PPRC_COPY_OUT_OF_SYNC, false, true, why))
            pprc_establish(storm->machine, (int32_t)i, PPRC_COPY_ENTIRE, false, true, why);
    }
    sim_time step_ns = 20 * SIM_MS, limit_ns = sim_now(storm->sim) + STORM_LIMIT_S * SIM_S;
    for (bool pending = true; pending && storm->failures == 0; step_ns += step_ns / 50) {
        sim_run(storm->sim, sim_now(storm->sim) + step_ns);
        mirror_checks_look(storm);
        STORM_CHECK(storm, sim_now(storm->sim) < limit_ns);
        pending = false;
        for (size_t i = 0; i < storm->config->pair_count; i++)
            pending = pending || mirror_storm_pair(storm, i)->source == PPRC_DUPLEX_PENDING;
    }
    for (size_t i = 0; i < storm->config->pair_count; i++) {
        const struct pair *pair = mirror_storm_pair(storm, i);
        if (pair->source == PPRC_DUPLEX)
            STORM_ZERO(storm, oracle_differences(storm->oracle, (uint32_t)pair->config->source,
                                               (uint32_t)pair->config->target), (int64_t)i);
    }
}

static bool is_idle(const struct station *station)
{
    return station_busy(station) == 0 && station_queue(station) == 0;
}

static void check_stations(struct mirror_storm *storm)
{
    const struct machine *machine = storm->machine;
    for (size_t i = 0; i < storm->config->link_count; i++)
        STORM_CHECK(storm, is_idle(machine->links[i].station));
    for (size_t i = 0; i < storm->config->port_count; i++)
        STORM_CHECK(storm, is_idle(machine->ports[i].station));
    for (size_t i = 0; i < storm->config->server_count; i++) {
        for (int number = 0; number < CLUSTERS; number++) {
            const struct cluster *cluster = &machine->servers[i].clusters[number];
            STORM_CHECK(storm, is_idle(cluster->processors) && is_idle(cluster->bus));
            STORM_CHECK(storm, store_queue(cluster->nvs) == 0 && store_used(cluster->nvs) == 0);
            STORM_CHECK(storm, cluster->nvs_apart == NULL || store_used(cluster->nvs_apart) == 0);
            STORM_CHECK(storm, store_queue(cluster->mirroring) == 0 && store_used(cluster->mirroring) == 0);
        }
    }
}

static void check_rest(struct mirror_storm *storm)
{
    const struct machine *machine = storm->machine;
    STORM_CHECK(storm, storm->ios.completed == storm->ios.issued && storm->left == 0);
    STORM_ZERO(storm, (int64_t)pool_in_use(storm->ios.ios), 0);
    STORM_ZERO(storm, (int64_t)pool_in_use(machine->remote_writes), 0);
    STORM_ZERO(storm, (int64_t)pool_in_use(machine->copies), 0);
    STORM_ZERO(storm, (int64_t)track_locks_held(machine->locks), 0);
    STORM_CHECK(storm, pool_in_use(machine->disk_ops) == 0 && pool_in_use(machine->destages) == 0);
    STORM_CHECK(storm, pool_in_use(machine->piece_chunks) == 0 && pool_in_use(machine->stage_aheads) == 0);
    STORM_CHECK(storm, pool_in_use(machine->degraded_reads) == 0 && pool_in_use(machine->lost_pieces) == 0);
    for (size_t i = 0; i < storm->config->volume_count; i++)
        STORM_CHECK(storm, machine->volumes[i].hold == NULL);
    check_stations(storm);
}

/* ---- a run ---- */

/* Looks often at first, then ever less, until all I/Os are complete. */
static void run_load(struct mirror_storm *storm)
{
    sim_time step_ns = 20 * SIM_MS;
    for (int looks = 1; storm->left > 0 || storm->ios.completed < storm->ios.issued; looks++) {
        sim_run(storm->sim, sim_now(storm->sim) + draw_between(&storm->rng, 1, step_ns));
        mirror_checks_look(storm);
        STORM_CHECK(storm, sim_now(storm->sim) < STORM_LIMIT_S * SIM_S);
        if (storm->failures > 0)
            return;
        step_ns += looks % 100 == 0 ? step_ns : 0;
    }
}

static void run_down(struct mirror_storm *storm)
{
    storm->over = true;
    mirror_storm_repair_all(storm);
    sim_run(storm->sim, sim_now(storm->sim) + SIM_S);
    mirror_storm_thaw_all(storm);
    mirror_checks_look(storm);
    make_equal(storm);
    for (int i = 0; i < STORM_LIMIT_S && sim_pending(storm->sim) > 0; i++)
        sim_run(storm->sim, sim_now(storm->sim) + SIM_S);
    STORM_ZERO(storm, (int64_t)sim_pending(storm->sim), 0);
    mirror_checks_look(storm);
    check_rest(storm);
    if (storm->more != NULL)
        storm->more->rest(storm);
}

void mirror_checks_run(struct mirror_storm *storm)
{
    mirror_checks_look(storm);
    run_load(storm);
    if (storm->failures == 0)
        run_down(storm);
}
