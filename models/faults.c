// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/faults.h"

#include "models/destage.h"
#include "models/flashcopy.h"
#include "models/link.h"
#include "models/rebuild.h"

/* ---- spares ---- */

/* Whether the eight-packs of two ranks hang on one loop and have drives of one type. */
static bool share_spares(const struct rank *a, const struct rank *b)
{
    return a->config->server == b->config->server && a->config->pair == b->config->pair &&
           a->config->loop == b->config->loop && a->config->drive_type == b->config->drive_type;
}

static struct bay *spare_in_pack(struct rank *pack)
{
    for (int32_t number = 0; number < RANK_DRIVES_MAX; number++)
        if (pack->bays[number].role == DRIVE_SPARE)
            return &pack->bays[number];
    return NULL;
}

static struct bay *find_spare(struct rank *rank)
{
    struct machine *machine = rank->machine;
    struct bay *spare = spare_in_pack(rank);
    for (size_t i = 0; spare == NULL && i < machine->config->rank_count; i++)
        if (share_spares(rank, &machine->ranks[i]))
            spare = spare_in_pack(&machine->ranks[i]);
    return spare;
}

/* A rank that waits for the spare, its own eight-pack's first; NULL if none does. */
static struct rank *find_waiting(const struct bay *spare)
{
    struct machine *machine = spare->home->machine;
    if (spare->home->state == RANK_DEGRADED)
        return spare->home;
    for (size_t i = 0; i < machine->config->rank_count; i++)
        if (machine->ranks[i].state == RANK_DEGRADED && share_spares(spare->home, &machine->ranks[i]))
            return &machine->ranks[i];
    return NULL;
}

static void take_over(struct rank *rank, struct bay *spare)
{
    spare->role = DRIVE_MEMBER;
    spare->serves = rank;
    spare->position = rank->missing;
    rank->drives[rank->missing] = spare->drive;
    machine_tell(rank->machine, rank->name, "rebuild started", "%s takes over", spare->name);
    rebuild_start(rank);
}

/* ---- failures ---- */

static void degrade(struct rank *rank, int32_t position)
{
    rank->state = RANK_DEGRADED;
    rank->missing = position;
    rank->rebuilt_rows = 0;
    struct bay *spare = find_spare(rank);
    if (spare != NULL)
        take_over(rank, spare);
    else
        machine_tell(rank->machine, rank->name, "no spare", "the rank goes on without the drive");
}

static void lose(struct rank *rank)
{
    rebuild_abort(rank);
    rank->state = RANK_LOST;
    destage_discard(rank);
    flashcopy_rank_lost(rank);
    machine_tell(rank->machine, rank->name, "rank lost",
                 "a second drive failed before the first one's data was rebuilt; %lld KiB of dirty data discarded",
                 (long long)(rank->lost_segments * rank->model->segment_bytes / 1024));
}

void faults_fail(struct bay *bay)
{
    enum drive_role role = bay->role;
    struct rank *rank = bay->serves;
    if (role == DRIVE_FAILED)
        return;
    bay->role = DRIVE_FAILED;
    bay->serves = NULL;
    machine_tell(bay->home->machine, bay->name, "drive failed", role == DRIVE_SPARE ? "a spare" : "of rank %s",
                 role == DRIVE_SPARE ? "" : rank->name);
    if (role == DRIVE_SPARE || rank->state == RANK_LOST)
        return;
    if (rank->missing != POSITION_NONE && rank->missing != bay->position) {
        lose(rank);
        return;
    }
    rebuild_abort(rank);
    degrade(rank, bay->position);
    destage_unlocked(rank); /* what the rebuild had kept back */
}

void faults_repair(struct bay *bay)
{
    if (bay->role != DRIVE_FAILED)
        return;
    bay->role = DRIVE_SPARE;
    struct rank *waiting = find_waiting(bay);
    machine_tell(bay->home->machine, bay->name, "drive repaired", waiting != NULL ? "for rank %s" : "now a spare",
                 waiting != NULL ? waiting->name : "");
    if (waiting != NULL)
        take_over(waiting, bay);
}

/* ---- links, ports, servers ---- */

static void set_link(struct machine *machine, struct link *link, bool failed)
{
    const struct config *config = machine->config;
    if (link->failed == failed)
        return;
    machine_tell(machine, link->config->name, failed ? "link failed" : "link repaired", "from %s to %s",
                 config->servers[link->config->from].serial, config->servers[link->config->to].serial);
    link_set_failed(machine, link, failed);
}

static void set_port(struct machine *machine, int32_t index, bool failed, const char *name)
{
    struct port *port = &machine->ports[index];
    if (port->failed == failed)
        return;
    port->failed = failed;
    machine_tell(machine, name, failed ? "port failed" : "port repaired", "%s", port->type->name);
    for (size_t i = 0; i < machine->config->link_count; i++)
        if (machine->config->links[i].from_port == index || machine->config->links[i].to_port == index)
            link_look_again(machine, &machine->links[i]);
}

static void set_server(struct machine *machine, int32_t index, bool down)
{
    struct server *server = &machine->servers[index];
    if (server->down == down)
        return;
    server->down = down;
    machine_tell(machine, server->config->serial, down ? "server failed" : "server repaired",
                 down ? "its data stays, hosts and links do not reach it" : "hosts and links reach it again");
    for (size_t i = 0; i < machine->config->link_count; i++)
        if (machine->config->links[i].from == index || machine->config->links[i].to == index)
            link_look_again(machine, &machine->links[i]);
}

void faults_set(struct machine *machine, const struct fault_target *target, bool failed)
{
    switch (target->kind) {
    case FAULT_DRIVE:
        (failed ? faults_fail : faults_repair)(&machine->ranks[target->index].bays[target->drive]);
        break;
    case FAULT_LINK:
        set_link(machine, &machine->links[target->index], failed);
        break;
    case FAULT_PORT:
        set_port(machine, target->index, failed, target->name);
        break;
    case FAULT_SERVER:
        set_server(machine, target->index, failed);
        break;
    }
}
