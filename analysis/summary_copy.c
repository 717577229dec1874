// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_copy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/bottleneck.h"
#include "analysis/json_value.h"
#include "analysis/pair_label.h"

/* ---- pairs ---- */

/* A count that stands where it is known, else null. */
struct counted {
    const char *key;
    bool known;
    int64_t count;
};

static bool set_counts(json_t *json, const struct counted *counts, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count; i++)
        good &= json_value_set(json, counts[i].key, counts[i].known ? json_integer(counts[i].count) : json_null());
    return good;
}

/* The keys of every pair, most of them made for PPRC. `report` is NULL where nothing was reported. */
static bool set_common(json_t *json, enum pair_kind kind, const struct pair_report *report)
{
    static const struct pair_report unknown = {.established_s = NAN, .complete_s = NAN, .suspended_s = NAN};
    const struct pair_report *pair = report ? report : &unknown;
    bool known = report != NULL, is_pprc = known && kind == PAIR_PPRC;
    bool good = json_value_set(json, "kind", json_value_text(pair_kind_name(kind)));
    good &= json_value_set(json, "state", json_value_text(known ? pair_state_name(pair->state) : NULL));
    good &= json_value_set(json, "secondary_state",
                           json_value_text(is_pprc ? pair_state_name(pair->target_state) : NULL));
    good &= json_value_set(json, "inhibited", is_pprc ? json_boolean(pair->inhibited) : json_null());
    const struct counted counts[] = {{"tracks", known, pair->tracks},
                                     {"tracks_left", known, pair->tracks_left},
                                     {"copied_tracks", known, pair->copied_tracks},
                                     {"mirrored_writes", is_pprc, pair->mirrored_writes},
                                     {"failed_writes", is_pprc, pair->failed_writes},
                                     {"recorded_writes", is_pprc, pair->recorded_writes},
                                     {"failures", known, pair->failures}};
    good &= set_counts(json, counts, sizeof counts / sizeof counts[0]);
    bool was_copied = kind == PAIR_FLASHCOPY || pair->copied_tracks > 0;
    double copy_s = was_copied ? pair->complete_s - pair->established_s : NAN;
    good &= json_value_set(json, "established_s", json_value_number(pair->established_s));
    good &= json_value_set(json, "complete_s", json_value_number(pair->complete_s));
    good &= json_value_set(json, "copy_s", json_value_number(copy_s));
    good &= json_value_set(json, "unprotected_s", json_value_number(is_pprc ? pair->unprotected_s : NAN));
    good &= json_value_set(json, "suspended_s", json_value_number(is_pprc ? pair->suspended_s : NAN));
    return good;
}

/* What only a FlashCopy has. */
static bool set_flashcopy(json_t *json, const struct pair_report *report, double mb_per_s)
{
    static const struct flashcopy_report unknown = {.withdrawn_s = NAN};
    const struct flashcopy_report *flash = report ? &report->flashcopy : &unknown;
    bool known = report != NULL, was_established = known && report->state != FLASH_NONE;
    int64_t copied = known ? report->copied_tracks : 0;
    bool good = json_value_set(json, "background_copy",
                               was_established ? json_boolean(flash->background_copy) : json_null());
    good &= json_value_set(json, "accelerate_destage",
                           was_established ? json_boolean(flash->accelerate_destage) : json_null());
    good &= json_value_set(json, "incomplete", known ? json_boolean(flash->incomplete) : json_null());
    good &= json_value_set(json, "withdrawn_s", json_value_number(flash->withdrawn_s));
    const struct counted counts[] = {{"background_tracks", known, flash->background_tracks},
                                     {"write_tracks", known, flash->write_tracks},
                                     {"completed_tracks", known, flash->completed_tracks},
                                     {"replaced_tracks", known, flash->replaced_tracks},
                                     {"staged_tracks", known, flash->staged_tracks},
                                     {"cache_hit_tracks", known, copied - flash->staged_tracks},
                                     {"redirected_reads", known, flash->redirected_reads}};
    good &= set_counts(json, counts, sizeof counts / sizeof counts[0]);
    good &= json_value_set(json, "copied_mb_per_s", json_value_number(mb_per_s));
    return good;
}

double summary_copy_mb_per_s(const struct config *config, const struct summary_run *run, size_t index)
{
    const struct pair_report *pair = &run->pairs[index];
    const struct volume_config *source = &config->volumes[config->pairs[index].source];
    double begun_s = pair->established_s, ended_s = pair->complete_s;
    if (isnan(ended_s) && pair->flashcopy.withdrawn_s >= begun_s)
        ended_s = pair->flashcopy.withdrawn_s;
    if (isnan(ended_s))
        ended_s = run->ended_s;
    if (!(ended_s > begun_s))
        return NAN;
    double bytes = (double)pair->copied_tracks * (double)config->servers[source->server].model.track_bytes;
    return bytes / (ended_s - begun_s) / 1e6;
}

static json_t *pair_json(const struct config *config, const struct summary_run *run, size_t index)
{
    enum pair_kind kind = config->pairs[index].kind;
    const struct pair_report *report = run->pairs ? &run->pairs[index] : NULL;
    json_t *json = json_object();
    bool good = set_common(json, kind, report);
    if (good && kind == PAIR_FLASHCOPY)
        good = set_flashcopy(json, report, report ? summary_copy_mb_per_s(config, run, index) : NAN);
    return good ? json : (json_decref(json), NULL);
}

json_t *summary_copy_pairs(const struct config *config, const struct summary_run *run)
{
    json_t *json = json_object();
    bool good = json != NULL;
    for (size_t i = 0; good && i < config->pair_count; i++) {
        char *label = pair_label(config, i);
        good = json_value_set(json, label, pair_json(config, run, i));
        free(label);
    }
    return good ? json : (json_decref(json), NULL);
}

/* Whether the pair copied tracks in the background on the server of that resource, SERIAL/... */
static bool was_copied_on(const struct config *config, const struct summary_run *run, size_t pair,
                          const char *resource)
{
    const char *serial = config->servers[config->volumes[config->pairs[pair].source].server].serial;
    size_t length = strlen(serial);
    return run->pairs[pair].kind == PAIR_FLASHCOPY && run->pairs[pair].flashcopy.background_tracks > 0 &&
           strncmp(resource, serial, length) == 0 && resource[length] == '/';
}

const char *summary_copy_share(const struct config *config, const struct summary_run *run,
                               const struct resource_report *resource)
{
    bool is_host_side = resource->kind == RESOURCE_PORT || resource->kind == RESOURCE_BAY;
    for (size_t i = 0; run->pairs != NULL && !is_host_side && i < config->pair_count; i++)
        if (was_copied_on(config, run, i, resource->name))
            return " Background copies of FlashCopies are a part of this load that ends with their last track.";
    return "";
}

/* ---- links ---- */

/* The config's link that the resource is, config->link_count for none. Links mostly come in the config's order, so
 * the one behind the last is tried first. */
static size_t find_link(const struct config *config, const char *resource, size_t *next)
{
    for (size_t tried = 0; tried < config->link_count; tried++) {
        size_t i = (*next + tried) % config->link_count;
        if (bottleneck_is_link(resource, config->links[i].name)) {
            *next = i + 1;
            return i;
        }
    }
    return config->link_count;
}

bool summary_copy_link(const struct config *config, const struct summary_run *run, size_t index, size_t *next,
                       json_t *resource)
{
    if (run->resources[index].kind != RESOURCE_LINK)
        return true;
    size_t i = find_link(config, run->resources[index].name, next);
    const struct link_config *link = i < config->link_count ? &config->links[i] : NULL;
    const struct link_report *report = link && run->links ? &run->links[i] : NULL;
    bool good = json_value_set(resource, "from", json_value_text(link ? config->servers[link->from].serial : NULL));
    good &= json_value_set(resource, "to", json_value_text(link ? config->servers[link->to].serial : NULL));
    good &= json_value_set(resource, "writes_per_s",
                           json_value_number(report ? (double)report->writes / run->measured_s : NAN));
    good &= json_value_set(resource, "copies_per_s",
                           json_value_number(report ? (double)report->copies / run->measured_s : NAN));
    good &= json_value_set(resource, "mb_per_s", json_value_number(report ? report->mb_per_s : NAN));
    good &= json_value_set(resource, "paths", report ? json_integer(report->paths) : json_null());
    bool shares = report != NULL && report->shares_with >= 0 && (size_t)report->shares_with < config->link_count;
    good &= json_value_set(resource, "shares_with",
                           json_value_text(shares ? config->links[report->shares_with].name : NULL));
    good &= json_value_set(resource, "up", report ? json_boolean(report->up) : json_null());
    return good;
}
