// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/background_copy.h"

#include "models/nvs.h"
#include "models/relation.h"
#include "models/t0_copy.h"

/* ---- the cluster's ring: its `copying` is the relation whose turn is next ---- */

static struct relation **ring_of(const struct relation *relation)
{
    return &relation->source_rank->cluster->copying;
}

static void join(struct relation *relation)
{
    struct relation **ring = ring_of(relation);
    if (*ring == NULL) {
        relation->next_copying = *ring = relation;
        return;
    }
    struct relation *last = *ring;
    while (last->next_copying != *ring)
        last = last->next_copying;
    relation->next_copying = *ring;
    last->next_copying = relation;
}

static void leave(struct relation *relation)
{
    struct relation **ring = ring_of(relation), *before = relation;
    while (before->next_copying != relation)
        before = before->next_copying;
    before->next_copying = relation->next_copying;
    if (*ring == relation)
        *ring = before != relation ? relation->next_copying : NULL;
    relation->next_copying = NULL;
}

/* ---- steps ---- */

static bool has_room(const struct rank *rank)
{
    return rank->copy_steps < rank->model->flashcopy_rank_steps;
}

static int64_t step_bytes(const struct relation *relation)
{
    return (int64_t)t0_copy_most(relation->source_rank) * relation->source_rank->model->track_bytes;
}

/* Above NVS's high mark a step would keep writes waiting. What NVS holds is destaged there, and then it goes on. */
static bool nvs_has_room(const struct relation *relation)
{
    struct cluster *cluster = relation->source_rank->cluster;
    double share = (double)step_bytes(relation) / (double)(cluster->model->nvs_bytes / CLUSTERS);
    double most = share > cluster->model->destage_high ? share : cluster->model->destage_high;
    bool fits = store_queue(cluster->nvs) == 0 && nvs_occupancy(cluster) + share <= most &&
                store_capacity(cluster->nvs) - store_used(cluster->nvs) >= step_bytes(relation);
    cluster->copying_waits |= !fits;
    return fits;
}

static bool may_step(const struct relation *relation)
{
    return relation->steps < relation->source_rank->model->flashcopy_pair_steps && has_room(relation->source_rank) &&
           has_room(relation->target_rank) && change_map_next_clear(&relation->done, relation->next_track) >= 0 &&
           nvs_has_room(relation);
}

static void count_step(struct relation *relation, int32_t change)
{
    relation->steps += change;
    relation->source_rank->copy_steps += change;
    if (relation->target_rank != relation->source_rank)
        relation->target_rank->copy_steps += change;
}

static void step(struct relation *relation)
{
    int64_t tracks[T0_COPY_TRACKS_MAX], track;
    size_t count = 0, most = t0_copy_most(relation->source_rank);
    while (count < most && (track = change_map_next_clear(&relation->done, relation->next_track)) >= 0) {
        tracks[count++] = track;
        relation->next_track = track + 1;
    }
    count_step(relation, 1);
    bool taken = store_take_now(relation->source_rank->cluster->nvs,
                                (int64_t)count * relation->source_rank->model->track_bytes);
    SIM_MUST(relation->machine->sim, taken); /* nvs_has_room() */
    t0_copy_start_step(relation, tracks, count);
}

/* Starts what steps the ranks and pairs may have, in turn, until none of the ring may have one. */
static void start_steps(struct relation **ring)
{
    const struct relation *first_refused = NULL;
    while (*ring != NULL && *ring != first_refused) {
        struct relation *relation = *ring;
        *ring = relation->next_copying;
        if (may_step(relation)) {
            first_refused = NULL;
            step(relation);
        } else if (first_refused == NULL) {
            first_refused = relation;
        }
    }
}

static void begin_is_due(struct sim_call *call)
{
    struct cluster *cluster = STORY_OF(call, struct cluster, copying_begins);
    cluster->copying_begins.run = NULL;
    cluster->copying_waits = false;
    start_steps(&cluster->copying);
}

/* Not before all that join at this instant have: the first one would else take every step there is. */
void background_copy_begin(struct relation *relation)
{
    join(relation);
    relation->source_rank->cluster->copying_waits = true;
    background_copy_go_on(relation->source_rank->cluster);
}

void background_copy_go_on(struct cluster *cluster)
{
    if (!cluster->copying_waits || cluster->copying == NULL || cluster->copying_begins.run != NULL)
        return;
    struct sim *sim = cluster->copying->machine->sim;
    cluster->copying_begins.run = begin_is_due;
    sim_at_priority(sim, sim_now(sim), SIM_PRIORITY_LAST, &cluster->copying_begins);
}

void background_copy_end(struct relation *relation)
{
    if (relation->next_copying != NULL)
        leave(relation);
}

void background_copy_step_ended(struct relation *relation)
{
    count_step(relation, -1);
    start_steps(ring_of(relation));
}
