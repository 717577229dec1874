// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/pprc_copy.h"

#include "models/pprc_pair.h"
#include "models/staging.h"
#include "models/t0.h"
#include "models/track_locks.h"

struct copy {
    struct activity activity;
    struct pair *pair;
    struct copy *next;             /* of the pair's */
    bool stopped;                  /* no longer one of the pair's */
    struct span span;              /* the source volume, whole */
    int64_t unit;                  /* of the change map ... */
    int64_t track, end;            /* ... its tracks that are left, from the volume's first */
    struct staging staging;        /* what is read */
    struct io_times branch;
    struct remote_report report;
};

const size_t pprc_copy_bytes = sizeof(struct copy);

/* Lists what the cache does not hold of the unit. What is read stays out of the cache: it is not asked for again. */
static void list_missing(struct copy *copy)
{
    uint32_t whole = (1u << copy->span.rank->track_segments) - 1;
    for (int64_t track = copy->track; track < copy->end; track++) {
        struct content_places places =
            t0_places(copy->pair->machine, (size_t)copy->pair->config->source, track, whole);
        uint32_t missing = places.drives | places.source_drives;
        if (missing != 0)
            staging_add_bypassing(&copy->staging, &copy->span, copy->span.first_track + track, missing);
    }
}

static void leave(struct copy *copy)
{
    struct copy **link = &copy->pair->copies;
    while (*link != copy)
        link = &(*link)->next;
    *link = copy->next;
    copy->pair->copying--;
    copy->stopped = true;
}

/* The track is on the target, and the unit with its last one. */
static void track_is_copied(struct copy *copy)
{
    struct pair *pair = copy->pair;
    pair->copied_tracks++;
    pair->copied_since++;
    if (++copy->track == copy->end) {
        change_map_clear(&pair->map, copy->unit);
        leave(copy);
    }
}

static void copy_story(struct activity *self)
{
    struct copy *copy = STORY_OF(self, struct copy, activity);
    struct pair *pair = copy->pair;
    struct rank *rank = copy->span.rank;

    STORY_BEGIN(self);
    list_missing(copy);
    staging_read(&copy->staging, &copy->span, self, ANY_LINK, &copy->branch);
    STORY_JOIN(self);
    if (!copy->stopped && rank->state == RANK_LOST)
        pprc_failed(pair, "its source volume cannot be read");

    while (!copy->stopped) {
        if (!track_lock(rank->machine->locks, rank->index, copy->span.first_track + copy->track, self))
            STORY_PAUSE(self);
        copy->report.outcome = REMOTE_CUT;
        if (!copy->stopped) {
            remote_write_start(pair, NULL, copy->track, copy->track + 1, self, &copy->report);
            if (copy->report.outcome == REMOTE_PENDING)
                STORY_PARK(self);
        }
        track_unlock(rank->machine->locks, rank->index, copy->span.first_track + copy->track);
        if (copy->report.outcome != REMOTE_ACKNOWLEDGED || copy->stopped)
            break;
        track_is_copied(copy);
        pairs_tell_advanced(pair->machine, pair->index);
        if (copy->stopped)
            pprc_copy_begin(pair);
    }
    STORY_END(self);
}

static void copy_ends(struct activity *self)
{
    struct copy *copy = STORY_OF(self, struct copy, activity);
    pool_give(copy->pair->machine->copies, copy);
}

static void start(struct pair *pair, int64_t unit)
{
    struct machine *machine = pair->machine;
    struct copy *copy = pool_take(machine->copies);
    const struct volume_config *volume = &machine->config->volumes[pair->config->source];
    *copy = (struct copy){.pair = pair, .next = pair->copies, .unit = unit,
                          .track = change_map_first_track(&pair->map, unit),
                          .end = change_map_end_track(&pair->map, unit),
                          .span = span_of(machine, (size_t)pair->config->source, 0, volume->size_bytes)};
    pair->copies = copy;
    pair->copying++;
    activity_init(&copy->activity, machine->sim, copy_story, copy_ends);
    activity_start(&copy->activity);
}

void pprc_copy_begin(struct pair *pair)
{
    if (pair->source != PPRC_DUPLEX_PENDING)
        return;
    while (pair->copying < pair->model->pprc_copies) {
        int64_t unit = change_map_next(&pair->map, pair->next_unit);
        if (unit < 0)
            break;
        pair->next_unit = unit + 1;
        start(pair, unit);
        if (pair->source != PPRC_DUPLEX_PENDING)
            return;
    }
    if (pair->copying == 0) {
        SIM_MUST(pair->machine->sim, pair->map.set == 0);
        pprc_is_complete(pair);
    }
}

void pprc_copy_stop(struct pair *pair)
{
    while (pair->copies != NULL)
        leave(pair->copies);
}

bool pprc_copy_has_brought(const struct pair *pair, int64_t track)
{
    int64_t unit = change_map_unit(&pair->map, track);
    for (const struct copy *copy = pair->copies; copy != NULL; copy = copy->next)
        if (copy->unit == unit)
            return track < copy->track;
    return false;
}
