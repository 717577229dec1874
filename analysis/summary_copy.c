// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_copy.h"

#include <math.h>

#include "analysis/bottleneck.h"
#include "analysis/json_value.h"

static json_t *pair_json(const struct pair_report *report)
{
    static const struct pair_report unknown = {.established_s = NAN, .complete_s = NAN, .suspended_s = NAN};
    const struct pair_report *pair = report ? report : &unknown;
    json_t *json = json_object();
    bool good = json_value_set(json, "kind", json_value_text("pprc"));
    good &= json_value_set(json, "state", json_value_text(report ? pair_state_name(pair->state) : NULL));
    good &=
        json_value_set(json, "secondary_state", json_value_text(report ? pair_state_name(pair->target_state) : NULL));
    good &= json_value_set(json, "inhibited", report ? json_boolean(pair->inhibited) : json_null());
    const struct {
        const char *key;
        int64_t count;
    } counts[] = {{"tracks", pair->tracks}, {"tracks_left", pair->tracks_left},
                  {"copied_tracks", pair->copied_tracks}, {"mirrored_writes", pair->mirrored_writes},
                  {"failed_writes", pair->failed_writes}, {"recorded_writes", pair->recorded_writes},
                  {"failures", pair->failures}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        good &= json_value_set(json, counts[i].key, report ? json_integer(counts[i].count) : json_null());
    good &= json_value_set(json, "established_s", json_value_number(pair->established_s));
    good &= json_value_set(json, "complete_s", json_value_number(pair->complete_s));
    good &= json_value_set(json, "copy_s",
                           json_value_number(pair->copied_tracks > 0 ? pair->complete_s - pair->established_s : NAN));
    good &= json_value_set(json, "unprotected_s", json_value_number(report ? pair->unprotected_s : NAN));
    good &= json_value_set(json, "suspended_s", json_value_number(pair->suspended_s));
    return good ? json : (json_decref(json), NULL);
}

json_t *summary_copy_pairs(const struct config *config, const struct summary_run *run)
{
    json_t *json = json_object();
    bool good = json != NULL;
    for (size_t i = 0; good && i < config->pair_count; i++)
        good = json_value_set(json, config->pairs[i].name, pair_json(run->pairs ? &run->pairs[i] : NULL));
    return good ? json : (json_decref(json), NULL);
}

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
