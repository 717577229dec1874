// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/hardware.h"

#include <math.h>
#include <string.h>

#include "sim/memory.h"

int64_t hardware_integer(const struct catalog_entry *entry, const char *key)
{
    const struct catalog_value *value = catalog_value(entry, key);
    return value != NULL ? value->node->integer : 0;
}

static double number(const struct catalog_entry *entry, const char *key)
{
    const struct catalog_value *value = catalog_value(entry, key);
    return value != NULL ? value->node->number : 0;
}

/* Whether all that a model needs is there; what is not was reported when the entry was made. */
static bool is_complete(const struct catalog_entry *entry, enum section section)
{
    size_t count;
    const struct key *keys = schema_keys(&count);
    for (size_t i = 0; i < count; i++)
        if (keys[i].in == section && keys[i].required && catalog_value(entry, keys[i].name) == NULL)
            return false;
    return true;
}

/*
 * Dirty data stays in the cache until it is destaged: NVS must not be able to fill it. The mistake is the
 * cache's where the scenario gives that, else that of the NVS.
 */
static bool check_nvs_fits(const struct catalog_entry *entry, const struct server_model *model,
                           struct diagnostics *diagnostics)
{
    const struct catalog_value *cache = catalog_value(entry, "cache"), *nvs = catalog_value(entry, "nvs");
    int64_t data_bytes = (int64_t)((double)model->cache_bytes * model->cache_data_share);
    if (model->nvs_bytes <= data_bytes / 2)
        return true;
    if (strcmp(cache->tag, "scenario") == 0 && strcmp(nvs->tag, "scenario") != 0)
        node_error(cache->node, diagnostics,
                   "is %lld MiB, allowed is at least %.0f MiB: the part of it that holds data, twice the NVS of %lld MiB",
                   (long long)model->cache_bytes >> 20,
                   ceil(2 * (double)model->nvs_bytes / model->cache_data_share / (1 << 20)),
                   (long long)model->nvs_bytes >> 20);
    else
        node_error(nvs->node, diagnostics, "is %lld MiB, allowed is at most half of the cache that holds data, %lld MiB",
                   (long long)model->nvs_bytes >> 20, (long long)data_bytes / 2 >> 20);
    return false;
}

static bool check_server(const struct catalog_entry *entry, const struct server_model *model,
                         struct diagnostics *diagnostics)
{
    bool good = true;
    if (model->destage_low >= model->destage_high) {
        node_error(catalog_value(entry, "destage_low")->node, diagnostics,
                   "is not below destage_high, allowed is less than %g %%", model->destage_high * 100);
        good = false;
    }
    if (model->segment_bytes % BLOCK_BYTES != 0) {
        node_error(catalog_value(entry, "segment")->node, diagnostics, "is no multiple of 512 B, which is required");
        good = false;
    }
    if (model->segment_bytes % BLOCK_BYTES == 0 &&
        (model->track_bytes % model->segment_bytes != 0 || model->track_bytes / model->segment_bytes > TRACK_SEGMENTS_MAX)) {
        node_error(catalog_value(entry, "track")->node, diagnostics,
                   "is not 1 to %d segments of %lld B, which is required", TRACK_SEGMENTS_MAX,
                   (long long)model->segment_bytes);
        good = false;
    }
    int64_t cluster_tracks = (int64_t)((double)(model->cache_bytes / 2) * model->cache_data_share) / model->track_bytes;
    if (cluster_tracks < 16 || model->nvs_bytes / 2 / model->track_bytes < 16) {
        node_error(catalog_value(entry, cluster_tracks < 16 ? "cache" : "nvs")->node, diagnostics,
                   "is too small, allowed is what holds 16 tracks of %lld B in each cluster",
                   (long long)model->track_bytes);
        good = false;
    }
    return good && check_nvs_fits(entry, model, diagnostics);
}

bool hardware_server_model(const struct catalog_entry *entry, struct server_model *model,
                           struct diagnostics *diagnostics)
{
    static const char *const steps[STEP_COUNT] = {
        [STEP_READ_HIT] = "processor_read_hit",     [STEP_READ_MISS] = "processor_read_miss",
        [STEP_WRITE] = "processor_write",           [STEP_STAGE] = "processor_stage",
        [STEP_DESTAGE] = "processor_destage",       [STEP_REMOTE_WRITE] = "processor_remote_write",
        [STEP_COPY_TRACK] = "processor_copy_track",
    };
    if (!is_complete(entry, SECTION_MODEL))
        return false;
    *model = (struct server_model){
        .name = memory_text("%s", entry->name),
        .processors_per_cluster = (int32_t)hardware_integer(entry, "processors"),
        .cache_bytes = hardware_integer(entry, "cache"),
        .cache_data_share = number(entry, "cache_data_share"),
        .nvs_bytes = hardware_integer(entry, "nvs"),
        .segment_bytes = hardware_integer(entry, "segment"),
        .track_bytes = hardware_integer(entry, "track"),
        .strip_tracks = (int32_t)hardware_integer(entry, "strip_tracks"),
        .internal_bytes_per_s = hardware_integer(entry, "internal_rate"),
        .adapter_command_ns = hardware_integer(entry, "adapter_command_time"),
        .adapter_xor_bytes_per_s = hardware_integer(entry, "adapter_xor_rate"),
        .loop_link_bytes_per_s = hardware_integer(entry, "loop_link_rate"),
        .loop_read_links = (int32_t)hardware_integer(entry, "loop_read_links"),
        .loop_write_links = (int32_t)hardware_integer(entry, "loop_write_links"),
        .destage_low = number(entry, "destage_low"),
        .destage_high = number(entry, "destage_high"),
        .destage_per_rank = (int32_t)hardware_integer(entry, "destage_per_rank"),
        .destage_age_ns = hardware_integer(entry, "destage_age"),
        .stage = (enum stage_mode)hardware_integer(entry, "stage"),
        .sequential_tracks = (int32_t)hardware_integer(entry, "sequential_tracks"),
        .stage_ahead_tracks = (int32_t)hardware_integer(entry, "stage_ahead_tracks"),
        .drive_command_bytes = hardware_integer(entry, "drive_command"),
        .rebuild_bytes_per_s = hardware_integer(entry, "rebuild_rate"),
    };
    for (int step = 0; step < STEP_COUNT; step++)
        model->processor_ns[step] = hardware_integer(entry, steps[step]);
    return check_server(entry, model, diagnostics);
}

/* Checks that a list's first numbers rise from `lowest` (exactly, if `exact`) and stay below `limit`. */
static bool check_rising(const struct node *list, int64_t lowest, bool exact, int64_t limit, const char *what,
                         struct diagnostics *diagnostics)
{
    int64_t before = lowest - 1;
    for (const struct node *pair = list->first; pair != NULL; pair = pair->next) {
        int64_t here = pair->first->integer;
        if (here <= before || here >= limit || (exact && pair == list->first && here != lowest)) {
            node_error(pair->first, diagnostics, "%lld is out of order, allowed are %s rising from %lld, below %lld",
                       (long long)here, what, (long long)lowest, (long long)limit);
            return false;
        }
        before = here;
    }
    return true;
}

static bool read_geometry(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics)
{
    const struct node *seek = catalog_value(entry, "seek")->node;
    const struct node *zones = catalog_value(entry, "zones")->node;
    bool good = check_rising(seek, 1, false, type->cylinders, "distances in cylinders", diagnostics);
    good = check_rising(zones, 0, true, type->cylinders, "first cylinders", diagnostics) && good;
    if (seek->count < 2) {
        node_error(seek, diagnostics, "has one point, allowed are at least two");
        good = false;
    }
    type->seek_points = memory_alloc_zeroed(seek->count, sizeof type->seek_points[0]);
    for (const struct node *pair = seek->first; good && pair != NULL; pair = pair->next)
        type->seek_points[type->seek_point_count++] =
            (struct seek_point){(int32_t)pair->first->integer, pair->last->integer};
    type->zones = memory_alloc_zeroed(zones->count, sizeof type->zones[0]);
    for (const struct node *pair = zones->first; good && pair != NULL; pair = pair->next)
        type->zones[type->zone_count++] =
            (struct drive_zone){(int32_t)pair->first->integer, (int32_t)pair->last->integer};
    return good;
}

bool hardware_drive_type(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics)
{
    if (!is_complete(entry, SECTION_DRIVE))
        return false;
    *type = (struct drive_type){
        .name = memory_text("%s", entry->name),
        .revolution_ns = llround(60e9 / number(entry, "rpm")),
        .overhead_ns = hardware_integer(entry, "overhead"),
        .head_switch_ns = hardware_integer(entry, "head_switch"),
        .write_settle_ns = hardware_integer(entry, "write_settle"),
        .cylinders = (int32_t)hardware_integer(entry, "cylinders"),
        .heads = (int32_t)hardware_integer(entry, "heads"),
    };
    return read_geometry(entry, type, diagnostics);
}

bool hardware_port_type(const struct catalog_entry *entry, struct port_type *type, struct diagnostics *diagnostics)
{
    (void)diagnostics;
    if (!is_complete(entry, SECTION_PORT_TYPE))
        return false;
    *type = (struct port_type){
        .name = memory_text("%s", entry->name),
        .protocol_ns = hardware_integer(entry, "protocol_time"),
        .bytes_per_s = hardware_integer(entry, "rate"),
        .ports_per_adapter = (int32_t)hardware_integer(entry, "ports_per_adapter"),
    };
    return true;
}

bool hardware_thresholds(const struct catalog_entry *entry, double thresholds[RESOURCE_KIND_COUNT])
{
    for (int kind = 0; kind < RESOURCE_KIND_COUNT; kind++)
        thresholds[kind] = number(entry, resource_kind_name((enum resource_kind)kind));
    return is_complete(entry, SECTION_ADVICE);
}

int64_t hardware_drive_sectors(const struct drive_type *type)
{
    int64_t sectors = 0;
    for (size_t i = 0; i < type->zone_count; i++) {
        int32_t end = i + 1 < type->zone_count ? type->zones[i + 1].first_cylinder : type->cylinders;
        sectors += (int64_t)(end - type->zones[i].first_cylinder) * type->heads * type->zones[i].sectors_per_track;
    }
    return sectors;
}

double hardware_mean_seek_ns(const struct drive_type *type)
{
    double sum = 0, cylinders = type->cylinders;
    size_t next = 0; /* first point at or beyond the distance */
    for (int32_t distance = 1; distance < type->cylinders; distance++) {
        while (next < type->seek_point_count && type->seek_points[next].cylinders < distance)
            next++;
        const struct seek_point *to = &type->seek_points[next < type->seek_point_count ? next : next - 1];
        const struct seek_point *from = next > 0 ? to - 1 : to;
        double share = next == 0 || next == type->seek_point_count
                           ? 1
                           : (double)(distance - from->cylinders) / (double)(to->cylinders - from->cylinders);
        double seek = (double)from->seek_ns + share * (double)(to->seek_ns - from->seek_ns);
        if (next == 0 || next == type->seek_point_count)
            seek = (double)to->seek_ns;
        sum += seek * 2 * (cylinders - distance) / (cylinders * cylinders);
    }
    return sum;
}
