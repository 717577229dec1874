// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Ranks: where they are, which LSS they belong to, what they hold.
 *
 * A rank is one eight-pack. The first two of a drive size on a loop keep a spare each (6+P+S), the
 * later ones need none (7+P). Drives are of one size when they have the same capacity, whatever their
 * names: a spare must hold any of them. With 8 LSSs each device adapter has one; with 16, a rank whose LSS already
 * has more than 192 volumes on ranks before it goes to the adapter's second one, 8 higher.
 */
#include <stdlib.h>

#include "models/drive_geometry.h"
#include "scenarios/hardware.h"
#include "sim/memory.h"
#include "scenarios/resolve.h"

/* Counts over a server's ranks so far. */
struct loops {
    int32_t ranks[4][2];        /* by pair and loop */
    int32_t volumes[LSS_COUNT]; /* by LSS */
    int32_t total;
};

/* The index of a drive type in the config, added if it is new; -1 after a mistake. */
static int32_t drive_type_index(struct resolver *resolver, const char *name, const struct node *at)
{
    struct config *config = resolver->config;
    const struct catalog_entry *entry =
        catalog_require(resolver->catalog, CATALOG_DRIVES, name, at, resolver->diagnostics);
    if (entry == NULL)
        return -1;
    for (size_t i = 0; i < config->drive_type_count; i++)
        if (resolver->drive_entries[i] == entry)
            return config->drive_types[i].zone_count > 0 ? (int32_t)i : -1;
    config->drive_types = memory_grow(config->drive_types, config->drive_type_count, sizeof config->drive_types[0]);
    resolver->drive_entries =
        memory_grow(resolver->drive_entries, config->drive_type_count, sizeof resolver->drive_entries[0]);
    size_t index = config->drive_type_count++;
    resolver->drive_entries[index] = entry;
    bool known = hardware_drive_type(entry, &config->drive_types[index], resolver->diagnostics);
    if (!known)
        config->drive_types[index].zone_count = 0;
    return known ? (int32_t)index : -1;
}

/* Volumes planned on each of the server's ranks, by number of the rank. */
static int32_t *count_volumes(const struct resolver *resolver, const struct node *server, const struct node *ranks)
{
    int32_t *counts = memory_alloc_zeroed(ranks->count, sizeof counts[0]);
    const struct node *volumes = resolve_section(resolver, server, "volumes");
    for (const struct node *node = volumes != NULL ? volumes->first : NULL; node != NULL; node = node->next) {
        struct view view = {resolver->tree, node, SECTION_VOLUME, true};
        const char *name = view_text(&view, "rank");
        const struct node *rank = name[0] != '\0' ? tree_find(resolver->tree, ranks, name) : ranks->first;
        int64_t count = view_node(&view, "count") != NULL ? view_integer(&view, "count") : 1;
        if (rank != NULL && counts[rank->index] <= LSS_VOLUMES_MAX)
            counts[rank->index] += (int32_t)count;
    }
    return counts;
}

static int32_t choose_lss(struct loops *loops, const struct rank_config *rank, bool sixteen, int32_t volumes)
{
    int32_t lss = 2 * rank->pair + rank->cluster;
    if (sixteen && loops->volumes[lss] > LSS_VOLUMES_FULL)
        lss += 8;
    loops->volumes[lss] += volumes;
    return LSS_FIRST + lss;
}

/* A server for count-key-data volumes alone has no logical subsystem that a rank could belong to. */
static bool check_lss_defined(const struct resolver *resolver, const struct rank_config *rank, const struct node *node)
{
    if (resolver->config->servers[rank->server].fb_lss > 0)
        return true;
    node_key_error(node, resolver->diagnostics,
                   "belongs to no logical subsystem, as fb_lss is 0; allowed are ranks where fb_lss is 8 or 16");
    return false;
}

/* Drives that fit the loop and the server. */
static bool check_room(const struct resolver *resolver, struct loops *loops, const struct rank_config *rank,
                       const struct node *node)
{
    const struct catalog_entry *entry = resolver->servers[rank->server].entry;
    int32_t loop_drives = resolver->config->servers[rank->server].loop_drives;
    int32_t server_drives = resolver->config->servers[rank->server].drives;
    int32_t *on_loop = &loops->ranks[rank->pair][rank->loop];
    ++*on_loop;
    ++loops->total;
    if (*on_loop * RANK_DRIVES > loop_drives) {
        node_key_error(node, resolver->diagnostics,
                       "is rank %d on pair %d loop %c, allowed are %d drives on a loop, %d ranks of eight",
                       (int)*on_loop, (int)rank->pair, rank->loop == 0 ? 'A' : 'B', (int)loop_drives,
                       (int)loop_drives / RANK_DRIVES);
        return false;
    }
    if (loops->total * RANK_DRIVES > server_drives) {
        node_key_error(node, resolver->diagnostics,
                       "is rank %d of the server, allowed are %d drives in a %s, %d ranks of eight",
                       (int)loops->total, (int)server_drives, entry->name, (int)server_drives / RANK_DRIVES);
        return false;
    }
    return true;
}

/* Ranks of the same drive size on the same loop that stand before number `index`. */
static int32_t ranks_before(const struct resolver *resolver, size_t index)
{
    const struct rank_config *ranks = resolver->config->ranks;
    const struct drive_type *types = resolver->config->drive_types;
    int64_t size = structure_drive_bytes(&types[ranks[index].drive_type]);
    int32_t before = 0;
    for (size_t i = resolver->servers[ranks[index].server].first_rank; i < index; i++)
        before += resolver->ranks[i].known && ranks[i].pair == ranks[index].pair &&
                  ranks[i].loop == ranks[index].loop &&
                  structure_drive_bytes(&types[ranks[i].drive_type]) == size;
    return before;
}

static void choose_format(struct resolver *resolver, size_t index, struct view *view)
{
    struct rank_config *rank = &resolver->config->ranks[index];
    enum rank_format usual = ranks_before(resolver, index) < 2 ? RANK_6PS : RANK_7P;
    const struct node *named = view_node(view, "format");
    rank->format = named != NULL ? (enum rank_format)named->integer : usual;
    rank->data_drives = rank->format == RANK_6PS ? 6 : 7;
    rank->active_drives = rank->data_drives + 1;
    if (rank->format != usual)
        node_warn(named, resolver->diagnostics,
                  "the ESS would make this rank %s: 6+P+S for the first two of a drive size on a loop, 7+P after",
                  usual == RANK_6PS ? "6+P+S" : "7+P");
}

static int64_t capacity_tracks(const struct resolver *resolver, const struct rank_config *rank)
{
    const struct server_model *model = &resolver->config->servers[rank->server].model;
    int64_t strip_bytes = model->track_bytes * model->strip_tracks;
    int64_t drive_bytes = drive_type_blocks(&resolver->config->drive_types[rank->drive_type]) * BLOCK_BYTES;
    return drive_bytes / strip_bytes * rank->data_drives * model->strip_tracks;
}

static void add_rank(struct resolver *resolver, size_t server, const struct node *node, struct loops *loops,
                     int32_t volumes)
{
    struct config *config = resolver->config;
    const struct server_note *owner = &resolver->servers[server];
    size_t index = config->rank_count++;
    config->ranks = memory_grow(config->ranks, index, sizeof config->ranks[0]);
    resolver->ranks = memory_grow(resolver->ranks, index, sizeof resolver->ranks[0]);
    struct view view = {resolver->tree, node, SECTION_RANK, node->valid};
    struct rank_config *rank = &config->ranks[index];
    *rank = (struct rank_config){
        .name = memory_text("%s", node->key),
        .server = (int32_t)server,
        .pair = (int32_t)view_integer(&view, "pair"),
        .cluster = (int32_t)view_integer(&view, "cluster"),
        .loop = (int32_t)view_integer(&view, "loop"),
    };
    const struct node *drive = view_node(&view, "drive");
    rank->drive_type = drive_type_index(resolver, view_text(&view, "drive"), drive != NULL ? drive : node);
    rank->lss = choose_lss(loops, rank, config->servers[server].fb_lss == 16, volumes);
    resolver->ranks[index].node = node;
    if (!view.known || !owner->known || rank->drive_type < 0)
        return;
    resolver->ranks[index].known = check_lss_defined(resolver, rank, node) && check_room(resolver, loops, rank, node);
    if (!resolver->ranks[index].known)
        return;
    choose_format(resolver, index, &view);
    rank->capacity_tracks = capacity_tracks(resolver, rank);
}

void resolve_ranks(struct resolver *resolver, size_t server)
{
    struct loops loops = {0};
    resolver->servers[server].first_rank = resolver->config->rank_count;
    const struct node *ranks = resolve_section(resolver, resolver->servers[server].node, "ranks");
    if (ranks == NULL)
        return;
    int32_t *volumes = count_volumes(resolver, resolver->servers[server].node, ranks);
    for (const struct node *node = ranks->first; node != NULL; node = node->next)
        add_rank(resolver, server, node, &loops, volumes[node->index]);
    free(volumes);
}
