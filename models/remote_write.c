// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/remote_write.h"

#include <stdio.h>

#include "models/content.h"
#include "models/copy_first.h"
#include "models/destage.h"
#include "models/fast_write.h"
#include "models/flashcopy.h"
#include "models/nvs.h"
#include "models/paths.h"
#include "models/pprc_pair.h"
#include "models/t0.h"

struct remote_write {
    struct activity activity;
    struct pair *pair;
    struct remote_write *next, **link_to_this; /* in the pair's list of those on their way */
    const struct io_record *record; /* NULL: whole tracks are copied */
    struct activity *parent;        /* NULL once it was told the outcome */
    struct remote_report *report;   /* the parent's */
    struct io_times times;
    enum io_part waiting;           /* the part that its time goes to where it stands */
    struct span span;               /* on the target volume ... */
    int64_t first, end;             /* ... of which it brings these tracks of the rank */
    int64_t bytes;                  /* of data */
    struct link *link;
    uint32_t cuts;                  /* the link's when it got it */
    int64_t room_bytes;             /* taken in the secondary's NVS */
    bool timed;                     /* the timer runs */
    struct sim_timer timer;
    struct sim_call timeout;
};

const size_t remote_write_bytes = sizeof(struct remote_write);

/* ---- telling the parent ---- */

static bool is_given_up(const struct remote_write *remote)
{
    return remote->parent == NULL;
}

static void leave(struct remote_write *remote)
{
    *remote->link_to_this = remote->next;
    if (remote->next != NULL)
        remote->next->link_to_this = remote->link_to_this;
}

static void tell(struct remote_write *remote, enum remote_outcome outcome)
{
    struct sim *sim = remote->activity.sim;
    times_charge(&remote->times, sim_now(sim), remote->waiting);
    remote->report->times = remote->times;
    remote->report->outcome = outcome;
    activity_wake(remote->parent);
    remote->parent = NULL;
    leave(remote);
    if (remote->timed)
        sim_timer_cancel(sim, remote->timer);
    remote->timed = false;
}

void remote_write_give_up(struct pair *pair, enum remote_outcome outcome)
{
    while (pair->writes != NULL) {
        struct remote_write *remote = pair->writes;
        int64_t at = remote->span.volume->first_track;
        if (remote->record != NULL)
            change_map_set(&pair->map, remote->first - at, remote->end - 1 - at);
        pair->failed_writes += remote->record != NULL && outcome == REMOTE_FAILED;
        tell(remote, outcome);
    }
}

static void timeout_is_due(struct sim_call *call)
{
    struct remote_write *remote = STORY_OF(call, struct remote_write, timeout);
    char reason[80];
    remote->timed = false;
    snprintf(reason, sizeof reason, "no acknowledgement within %.3g s",
             (double)remote->pair->model->pprc_timeout_ns * 1e-9);
    pprc_failed(remote->pair, reason);
}

/* ---- its way ---- */

/* Copies stand behind host writes in the links' lines, unless they are to be equals. */
static uint8_t urgency(const struct remote_write *remote)
{
    return remote->record == NULL && !remote->pair->model->pprc_copies_first ? PRIORITY_BEHIND : PRIORITY_USUAL;
}

/* The acknowledgement is waited for from when the write is sent. Copies wait as long as it takes. */
static void start_timer(struct remote_write *remote)
{
    struct sim *sim = remote->activity.sim;
    if (remote->timed || remote->record == NULL)
        return;
    remote->timed = true;
    remote->timer = sim_timer_at(sim, sim_now(sim) + remote->pair->model->pprc_timeout_ns, &remote->timeout);
}

/* How long the link, seized now, carries the write; the bays at both ends pass its data meanwhile. */
static sim_time carry_ns(const struct remote_write *remote)
{
    struct link *link = remote->link;
    sim_time now = sim_now(remote->activity.sim);
    sim_time own_ns = link_hold_ns(&link->config->type, link->config->distance_m, remote->bytes);
    sim_time ns = host_bay_pass(link->from->bay, now, remote->bytes, own_ns);
    ns = host_bay_pass(link->to->bay, now, remote->bytes, ns);
    link->wait_ns += ns - own_ns;
    if (link->shares_port)
        link->to->wait_ns += ns - own_ns;
    return ns;
}

static void count_carried(const struct remote_write *remote)
{
    struct link *link = remote->link;
    link->writes += remote->record != NULL;
    link->copies += remote->record == NULL;
    link->bytes += remote->bytes;
}

/* Asks for the room that is still wanted in the secondary's NVS; true when the story has to wait for it. */
static bool waits_for_room(struct remote_write *remote)
{
    struct rank *rank = remote->span.rank;
    int64_t wanted = fast_write_new_room(&remote->span, remote->first, remote->end);
    return !is_given_up(remote) && rank->state != RANK_LOST &&
           fast_write_waits_for(rank->cluster, wanted, &remote->room_bytes, &remote->activity);
}

static void drop_room(struct remote_write *remote)
{
    nvs_give(remote->span.rank->cluster, remote->room_bytes, false);
    remote->room_bytes = 0;
}

/* Whether it may not come into the secondary's cache now, because a FlashCopy of the target volume is being established,
 * or has to copy something first. */
static bool is_held(const struct remote_write *remote)
{
    return !is_given_up(remote) && remote->span.state->held_for != NULL;
}

static bool copies_first(const struct remote_write *remote)
{
    return !is_given_up(remote) && remote->span.rank->state != RANK_LOST &&
           copy_first_needed(&remote->span, remote->record, remote->first, remote->end);
}

static void tell_content(const struct remote_write *remote)
{
    struct pair *pair = remote->pair;
    struct content *content = pair->machine->content;
    int64_t track_blocks = remote->span.rank->model->track_bytes / BLOCK_BYTES;
    int64_t first_track = remote->first - remote->span.volume->first_track;
    int64_t end_track = remote->end - remote->span.volume->first_track;
    if (content == NULL)
        return;
    if (remote->record == NULL) {
        for (; first_track < end_track; first_track++) {
            struct content_places from = t0_places(pair->machine, (size_t)pair->config->source, first_track,
                                                   (1u << remote->span.rank->track_segments) - 1);
            content->copied(content, (uint32_t)pair->config->source, (uint32_t)pair->config->target, first_track, &from);
        }
        return;
    }
    int64_t first = remote->record->offset_blocks, end = first + remote->record->length_bytes / BLOCK_BYTES;
    first = first > first_track * track_blocks ? first : first_track * track_blocks;
    end = end < end_track * track_blocks ? end : end_track * track_blocks;
    content->mirrored(content, remote->record, (uint32_t)pair->config->target, first, end - first);
}

/* The data has room on the secondary. False when it was not entered, or the acknowledgement is lost with the link. */
static bool arrive(struct remote_write *remote)
{
    struct pair *pair = remote->pair;
    if (is_given_up(remote) || remote->link->to->server->down) {
        drop_room(remote);
        return false;
    }
    if (remote->span.rank->state == RANK_LOST) {
        drop_room(remote);
        pprc_failed(pair, "its secondary volume cannot be written");
        return false;
    }
    fast_write_enter(&remote->span, remote->first, remote->end, remote->room_bytes);
    remote->room_bytes = 0;
    tell_content(remote);
    destage_written(remote->span.rank);
    return remote->cuts == remote->link->cuts;
}

static void acknowledge(struct remote_write *remote)
{
    remote->pair->mirrored_writes += remote->record != NULL;
    tell(remote, REMOTE_ACKNOWLEDGED);
}

/* From the primary's processors over a path to the secondary's NVS; over another path where the link goes down. */
static void remote_write_story(struct activity *self)
{
    struct remote_write *remote = STORY_OF(self, struct remote_write, activity);
    struct pair *pair = remote->pair;
    struct cluster *there = remote->span.rank->cluster;

    STORY_BEGIN(self);
    remote->waiting = PART_PROCESSOR_QUEUE;
    STORY_USE(self, pair->cluster->processors,
              pair->model->processor_ns[remote->record != NULL ? STEP_REMOTE_WRITE : STEP_COPY_TRACK]);
    times_charge_use(&remote->times, self, PART_PROCESSOR_QUEUE, PART_PROCESSOR);

    while (!is_given_up(remote)) {
        remote->link = paths_least_busy(pair->machine, pair->group);
        if (remote->link == NULL) {
            pprc_failed(pair, "no path is left");
            break;
        }
        remote->waiting = PART_LINK_QUEUE;
        self->priority = urgency(remote);
        STORY_SEIZE(self, remote->link->station);
        self->priority = PRIORITY_USUAL;
        if (is_given_up(remote) || !paths_lead_over(pair->machine, pair->group, remote->link)) {
            station_release(remote->link->station);
            continue;
        }
        remote->cuts = remote->link->cuts;
        start_timer(remote);
        if (remote->link->shares_port) {
            STORY_SEIZE(self, remote->link->to->station);
            remote->link->wait_ns += self->waited_ns;
        }
        times_charge(&remote->times, sim_now(self->sim), PART_LINK_QUEUE);
        remote->waiting = PART_LINK;
        STORY_WAIT(self, carry_ns(remote));
        if (remote->link->shares_port)
            station_release(remote->link->to->station);
        station_release(remote->link->station);
        times_charge(&remote->times, sim_now(self->sim), PART_LINK);
        if (remote->cuts != remote->link->cuts)
            continue;
        count_carried(remote);

        remote->waiting = PART_SECONDARY_QUEUE;
        STORY_USE(self, there->processors, there->model->processor_ns[STEP_REMOTE_WRITE]);
        times_charge_use(&remote->times, self, PART_SECONDARY_QUEUE, PART_SECONDARY);
        STORY_USE(self, there->bus, sim_transfer_ns(remote->bytes, there->model->internal_bytes_per_s));
        times_charge_use(&remote->times, self, PART_SECONDARY_QUEUE, PART_SECONDARY);
        do {
            drop_room(remote);
            remote->waiting = PART_ESTABLISH_WAIT;
            while (is_held(remote)) {
                flashcopy_wait(remote->span.state->held_for, self);
                STORY_PAUSE(self);
            }
            times_charge(&remote->times, sim_now(self->sim), PART_ESTABLISH_WAIT);
            remote->waiting = PART_COPY_WAIT;
            while (copies_first(remote)) {
                copy_first_fork(&remote->span, remote->record, remote->first, remote->end, self);
                STORY_JOIN(self);
            }
            times_charge(&remote->times, sim_now(self->sim), PART_COPY_WAIT);
            remote->waiting = PART_SECONDARY_NVS_WAIT;
            while (waits_for_room(remote))
                STORY_PAUSE(self);
            times_charge(&remote->times, sim_now(self->sim), PART_SECONDARY_NVS_WAIT);
        } while (is_held(remote) || copies_first(remote));
        if (arrive(remote)) {
            acknowledge(remote);
            break;
        }
    }
    STORY_END(self);
}

static void remote_write_ends(struct activity *self)
{
    struct remote_write *remote = STORY_OF(self, struct remote_write, activity);
    pool_give(remote->pair->machine->remote_writes, remote);
}

static void join(struct remote_write *remote)
{
    remote->next = remote->pair->writes;
    remote->link_to_this = &remote->pair->writes;
    if (remote->next != NULL)
        remote->next->link_to_this = &remote->next;
    remote->pair->writes = remote;
}

void remote_write_start(struct pair *pair, const struct io_record *record, int64_t track, int64_t end,
                        struct activity *parent, struct remote_report *report)
{
    struct machine *machine = pair->machine;
    struct remote_write *remote = pool_take(machine->remote_writes);
    size_t target = (size_t)pair->config->target;
    *remote = (struct remote_write){.pair = pair, .record = record, .parent = parent, .report = report,
                                    .timeout = {timeout_is_due}};
    remote->span = record != NULL ? span_of(machine, target, record->offset_blocks * BLOCK_BYTES, record->length_bytes)
                                  : span_of_track(machine, target, track);
    remote->first = remote->span.volume->first_track + track;
    remote->end = remote->span.volume->first_track + end;
    bool whole = record != NULL && remote->first == remote->span.first_track &&
                 remote->end == remote->span.last_track + 1;
    remote->bytes = whole ? record->length_bytes : fast_write_room(&remote->span, remote->first, remote->end);
    times_begin(&remote->times, sim_now(machine->sim));
    report->outcome = REMOTE_PENDING;
    join(remote);
    activity_init(&remote->activity, machine->sim, remote_write_story, remote_write_ends);
    activity_start(&remote->activity);
}
