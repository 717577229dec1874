// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/hardware.h"

#include <math.h>
#include <string.h>

#include "models/drive_geometry.h"
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

/* What only copies made before a destage may fill must leave most of NVS to writes, and hold one track. */
static bool check_flashcopy_nvs(const struct catalog_entry *entry, const struct server_model *model,
                                struct diagnostics *diagnostics)
{
    int64_t cluster_bytes = model->nvs_bytes / 2, part_bytes = model->flashcopy_nvs_bytes;
    bool too_small = part_bytes < model->track_bytes;
    char given[40], allowed[40];
    if (!too_small && part_bytes < cluster_bytes - part_bytes)
        return true;
    quantity_format(UNIT_SIZE, (double)part_bytes, given, sizeof given);
    quantity_format(UNIT_SIZE, (double)(too_small ? model->track_bytes : cluster_bytes), allowed, sizeof allowed);
    node_error(catalog_value(entry, "flashcopy_nvs")->node, diagnostics,
               too_small ? "is %s, allowed is at least a track, %s"
                         : "is %s, allowed is less than half of a cluster's NVS of %s",
               given, allowed);
    return false;
}

/* Where the scenario makes NVS smaller, and says nothing about FlashCopy's part of it, that is a quarter at most. */
static void fit_flashcopy_nvs(const struct catalog_entry *entry, struct server_model *model)
{
    int64_t most = model->nvs_bytes / 2 / 4 / model->track_bytes * model->track_bytes;
    if (strcmp(catalog_value(entry, "flashcopy_nvs")->tag, "scenario") != 0 && model->flashcopy_nvs_bytes > most)
        model->flashcopy_nvs_bytes = most;
}

static bool check_flashcopy(const struct catalog_entry *entry, const struct server_model *model,
                            struct diagnostics *diagnostics)
{
    if (model->flashcopy_hold_ns <= model->flashcopy_establish_ns)
        return check_flashcopy_nvs(entry, model, diagnostics);
    node_error(catalog_value(entry, "flashcopy_hold")->node, diagnostics,
               "is longer than flashcopy_establish, allowed is at most its %g s",
               (double)model->flashcopy_establish_ns / 1e9);
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
    good = good && check_nvs_fits(entry, model, diagnostics);
    return good && check_flashcopy(entry, model, diagnostics);
}

static void read_copies(const struct catalog_entry *entry, struct server_model *model)
{
    model->pprc_timeout_ns = hardware_integer(entry, "pprc_timeout");
    model->failed_write = (enum failed_write)hardware_integer(entry, "failed_write");
    model->change_recording = (enum change_recording)hardware_integer(entry, "change_recording");
    model->cylinder_tracks = (int32_t)hardware_integer(entry, "cylinder_tracks");
    model->pprc_copies = (int32_t)hardware_integer(entry, "pprc_copies");
    model->pprc_copies_first = hardware_integer(entry, "pprc_copies_first") != 0;
    model->flashcopy_establish_ns = hardware_integer(entry, "flashcopy_establish");
    model->flashcopy_hold_ns = hardware_integer(entry, "flashcopy_hold");
    model->flashcopy_hold_track_ns = hardware_integer(entry, "flashcopy_hold_track");
    model->copy_on_write = (enum copy_on_write)hardware_integer(entry, "copy_on_write");
    model->flashcopy_step_tracks = (int32_t)hardware_integer(entry, "flashcopy_step");
    model->flashcopy_pair_steps = (int32_t)hardware_integer(entry, "flashcopy_pair_steps");
    model->flashcopy_rank_steps = (int32_t)hardware_integer(entry, "flashcopy_rank_steps");
    model->flashcopy_nvs_bytes = hardware_integer(entry, "flashcopy_nvs");
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
        .bay_bytes_per_s = hardware_integer(entry, "bay_rate"),
    };
    read_copies(entry, model);
    fit_flashcopy_nvs(entry, model);
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

/* The list's value number `index`: it has one for all, or one for each. 0 where the entry lacks it. */
static int64_t list_value(const struct catalog_entry *entry, const char *key, size_t index)
{
    const struct catalog_value *value = catalog_value(entry, key);
    const struct node *item = value != NULL ? value->node->first : NULL;
    for (; index > 0 && item != NULL && item->next != NULL; index--)
        item = item->next;
    return item != NULL ? item->integer : 0;
}

/* Whether the list was written for other zones: it came with an entry that the scenario gave zones of its own. */
static bool is_of_other_zones(const struct catalog_entry *entry, const char *key)
{
    const struct catalog_value *value = catalog_value(entry, key), *zones = catalog_value(entry, "zones");
    return value != NULL && value->node->count > 1 && strcmp(zones->tag, "scenario") == 0 &&
           strcmp(value->tag, "scenario") != 0;
}

static int64_t zone_value(const struct catalog_entry *entry, const char *key, size_t zone)
{
    return is_of_other_zones(entry, key) ? 0 : list_value(entry, key, zone);
}

/* Checks that a list, where there is one, has one value or `count`. */
static bool check_count(const struct catalog_entry *entry, const char *key, size_t count, const char *what,
                        struct diagnostics *diagnostics)
{
    const struct catalog_value *value = catalog_value(entry, key);
    if (value == NULL || value->node->count == 1 || value->node->count == count)
        return true;
    node_error(value->node, diagnostics, "has %zu values, allowed are one, or %zu: one %s", value->node->count, count,
               what);
    return false;
}

static bool read_zones(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics)
{
    static const char *const lists[] = {"track_skew", "cylinder_skew", "spare_blocks"};
    const struct node *zones = catalog_value(entry, "zones")->node;
    bool good = check_rising(zones, 0, true, type->cylinders, "first cylinders", diagnostics);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        good = (is_of_other_zones(entry, lists[i]) ||
                check_count(entry, lists[i], zones->count, "a zone", diagnostics)) && good;
    type->zones = memory_alloc_zeroed(zones->count, sizeof type->zones[0]);
    for (const struct node *pair = zones->first; good && pair != NULL; pair = pair->next) {
        size_t zone = type->zone_count++;
        type->zones[zone] = (struct drive_zone){
            .first_cylinder = (int32_t)pair->first->integer,
            .sectors_per_track = (int32_t)pair->last->integer,
            .track_skew = (int32_t)zone_value(entry, "track_skew", zone),
            .cylinder_skew = (int32_t)zone_value(entry, "cylinder_skew", zone),
            .spare_blocks = zone_value(entry, "spare_blocks", zone),
        };
    }
    type->blocks = hardware_integer(entry, "blocks");
    if (good && drive_type_blocks(type) == 0) {
        node_error(catalog_value(entry, "spare_blocks")->node, diagnostics, "leave no block, allowed is less");
        good = false;
    }
    return good;
}

static bool read_seeks(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics)
{
    const struct node *seek = catalog_value(entry, "seek")->node;
    bool good = check_rising(seek, 1, false, type->cylinders, "distances in cylinders", diagnostics);
    if (seek->count < 2) {
        node_error(seek, diagnostics, "has one point, allowed are at least two");
        good = false;
    }
    type->seek_points = memory_alloc_zeroed(seek->count, sizeof type->seek_points[0]);
    for (const struct node *pair = seek->first; good && pair != NULL; pair = pair->next)
        type->seek_points[type->seek_point_count++] =
            (struct seek_point){(int32_t)pair->first->integer, pair->last->integer};
    return good;
}

static bool read_overheads(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics)
{
    static const char *const keys[DRIVE_COMMAND_COUNT] = {
        [READ_HIT] = "read_hit_overhead",   [READ_MISS] = "read_miss_overhead",
        [WRITE_HIT] = "write_hit_overhead", [WRITE_MISS] = "write_miss_overhead",
    };
    bool good = true;
    for (int command = 0; command < DRIVE_COMMAND_COUNT; command++) {
        good = check_count(entry, keys[command], 2, "after a read, one after a write", diagnostics) && good;
        for (size_t after = 0; after < 2; after++)
            type->overheads_ns[command][after] = list_value(entry, keys[command], after);
    }
    return good;
}

/* A size of the buffer in blocks; 0 where the entry lacks it, which is a mistake if it is `needed`. */
static int32_t buffer_blocks(const struct catalog_entry *entry, const char *key, bool needed, bool *good,
                             struct diagnostics *diagnostics)
{
    const struct catalog_value *value = catalog_value(entry, key);
    if (value == NULL && needed) {
        node_error(catalog_value(entry, "buffer_segments")->node, diagnostics, "needs %s beside it", key);
        *good = false;
    }
    if (value != NULL && value->node->integer % BLOCK_BYTES != 0) {
        node_error(value->node, diagnostics, "is no multiple of 512 B, which is required");
        *good = false;
    }
    return value != NULL ? (int32_t)(value->node->integer / BLOCK_BYTES) : 0;
}

/* Without segments there is no buffer, whatever else is said about it. */
static bool read_buffer(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics)
{
    struct drive_buffer_type *buffer = &type->buffer;
    int64_t write_segments = hardware_integer(entry, "write_segments");
    bool good = true;
    if (hardware_integer(entry, "buffer_segments") == 0)
        return true;
    *buffer = (struct drive_buffer_type){
        .segments = (int32_t)hardware_integer(entry, "buffer_segments"),
        .ahead = (enum read_ahead)hardware_integer(entry, "read_ahead"),
        .read_on_arrival = hardware_integer(entry, "read_on_arrival") != 0,
        .read_written = hardware_integer(entry, "read_written") != 0,
        .report_early = hardware_integer(entry, "immediate_report") != 0,
        .write_segments = write_segments > 0 ? (int32_t)write_segments : 1,
        .combine_writes = hardware_integer(entry, "combine_writes") != 0,
    };
    buffer->segment_blocks = buffer_blocks(entry, "segment_size", true, &good, diagnostics);
    buffer->read_ahead_blocks =
        buffer_blocks(entry, "read_ahead_size", buffer->ahead == AHEAD_AMOUNT, &good, diagnostics);
    return good;
}

static bool read_queue(const struct catalog_entry *entry, struct drive_type *type, struct diagnostics *diagnostics)
{
    type->queue = (enum drive_queue)hardware_integer(entry, "queue");
    type->queue_age_ns = hardware_integer(entry, "queue_age");
    if (type->queue == QUEUE_FCFS || catalog_value(entry, "queue_age") != NULL)
        return true;
    node_error(catalog_value(entry, "queue")->node, diagnostics,
               "needs queue_age beside it: the wait after which a command goes first, such as 0.5 s");
    return false;
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
        .interface_bytes_per_s = hardware_integer(entry, "interface_rate"),
        .cylinders = (int32_t)hardware_integer(entry, "cylinders"),
        .heads = (int32_t)hardware_integer(entry, "heads"),
    };
    bool good = read_seeks(entry, type, diagnostics);
    good = read_zones(entry, type, diagnostics) && good;
    good = read_overheads(entry, type, diagnostics) && good;
    good = read_buffer(entry, type, diagnostics) && good;
    return read_queue(entry, type, diagnostics) && good;
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

bool hardware_link_type(const struct catalog_entry *entry, struct link_type *type, struct diagnostics *diagnostics)
{
    if (!is_complete(entry, SECTION_LINK_TYPE))
        return false;
    const struct catalog_value *window = catalog_value(entry, "window");
    *type = (struct link_type){
        .name = memory_text("%s", entry->name),
        .bytes_per_s = hardware_integer(entry, "rate"),
        .exchanges = (int32_t)hardware_integer(entry, "exchanges"),
        .overhead_ns = hardware_integer(entry, "overhead"),
        .propagation_ns = hardware_integer(entry, "propagation"),
        .frame_bytes = hardware_integer(entry, "frame"),
        .frame_ns = hardware_integer(entry, "frame_time"),
        .window_bytes = window->node->integer,
        .turnaround_ns = hardware_integer(entry, "turnaround"),
        .distance_max_m = hardware_integer(entry, "max_distance"),
    };
    /* Without a turnaround such a link would carry data in no time at no distance. */
    if (type->window_bytes == 0 || type->turnaround_ns > 0)
        return true;
    node_error(window->node, diagnostics, "needs a turnaround above 0 s beside it, such as 20 us");
    return false;
}

bool hardware_thresholds(const struct catalog_entry *entry, double thresholds[RESOURCE_KIND_COUNT])
{
    for (int kind = 0; kind < RESOURCE_KIND_COUNT; kind++)
        thresholds[kind] = number(entry, resource_kind_name((enum resource_kind)kind));
    return is_complete(entry, SECTION_ADVICE);
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
