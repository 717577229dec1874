// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A server's part of the page, as tables. Long names are cut so that a line keeps to 100 columns; --json has them in
 * full.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/page.h"
#include "scenarios/structure.h"
#include "sim/memory.h"

enum { NAME_MOST = 20, DRIVE_MOST = 15, VOLUMES_MOST = 44 };

int page_widened(const struct display *display, int width, const char *name, int most)
{
    int columns = display_width(display, name);
    return columns < width ? width : columns < most ? columns : most;
}

void page_name(const struct display *display, const char *name, int width)
{
    display_left(display, name, width);
    fputs("  ", display->out);
}

static void print_head(const struct config *config, const struct display *display, size_t index,
                       const struct structure *structure)
{
    const struct server_config *server = &config->servers[index];
    const struct server_model *model = &server->model;
    char *cache = page_quantity(UNIT_SIZE, (double)model->cache_bytes);
    char *nvs = page_quantity(UNIT_SIZE, (double)model->nvs_bytes);
    char *half_cache = page_quantity(UNIT_SIZE, (double)model->cache_bytes / 2);
    char *half_nvs = page_quantity(UNIT_SIZE, (double)model->nvs_bytes / 2);
    char *text = memory_text("%s: %s, cache %s, NVS %s, %d of %d drives, %d of %d fixed-block LSSs", server->serial,
                             model->name, cache, nvs, (int)structure->ranks * RANK_DRIVES, (int)server->drives,
                             (int)structure->subsystems, (int)server->fb_lss);
    fputs("\nserver ", display->out);
    display_wrapped(display, text, 7, 4, PAGE_WIDTH);
    fprintf(display->out, "each cluster: %d processors, cache %s, NVS %s\n", (int)model->processors_per_cluster,
            half_cache, half_nvs);
    free(text);
    free(cache);
    free(nvs);
    free(half_cache);
    free(half_nvs);
}

static void print_loops(const struct config *config, const struct display *display, size_t server,
                        const struct structure *structure)
{
    if (structure->ranks > 0)
        fputs("\n  loop  eight-packs  drives    of  spares\n", display->out);
    for (int pair = 0; pair < PAIR_COUNT; pair++) {
        for (int loop = 0; loop < PAIR_LOOPS; loop++) {
            const struct loop_use *use = &structure->loops[pair][loop];
            if (use->eight_packs > 0)
                fprintf(display->out, "  %d %c   %11d  %6d  %4d  %6d\n", pair, loop == 0 ? 'A' : 'B',
                        (int)use->eight_packs, (int)use->eight_packs * RANK_DRIVES,
                        (int)config->servers[server].loop_drives, (int)use->spares);
        }
    }
}

static double gigabytes(const struct config *config, const struct rank_config *rank, int64_t tracks)
{
    return (double)(tracks * config->servers[rank->server].model.track_bytes) / 1e9;
}

static void print_ranks(const struct config *config, const struct display *display, size_t server)
{
    int name = 4, drive = 5;
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *rank = &config->ranks[i];
        if (rank->server != (int32_t)server)
            continue;
        name = page_widened(display, name, rank->name, NAME_MOST);
        drive = page_widened(display, drive, config->drive_types[rank->drive_type].name, DRIVE_MOST);
    }
    fputs("\n  ", display->out);
    page_name(display, "rank", name);
    fputs("loop  cluster  format  ", display->out);
    page_name(display, "drive", drive);
    fputs("    GB    used    left  volumes  LSS\n", display->out);
    for (size_t i = 0; i < config->rank_count; i++) {
        const struct rank_config *rank = &config->ranks[i];
        if (rank->server != (int32_t)server)
            continue;
        fputs("  ", display->out);
        page_name(display, rank->name, name);
        fprintf(display->out, "%d %c   %7d  %-6s  ", (int)rank->pair, rank->loop == 0 ? 'A' : 'B', (int)rank->cluster,
                rank->format == RANK_6PS ? "6+P+S" : "7+P");
        page_name(display, config->drive_types[rank->drive_type].name, drive);
        fprintf(display->out, "%6.1f  %6.1f  %6.1f  %7d  %3d\n", gigabytes(config, rank, rank->capacity_tracks),
                gigabytes(config, rank, rank->used_tracks),
                gigabytes(config, rank, rank->capacity_tracks - rank->used_tracks),
                (int)rank->volumes, (int)rank->lss);
    }
}

/* The text, which is freed, with what is said of the logical subsystem behind it. */
static char *with_properties(const struct config *config, size_t server, int32_t lss, char *text)
{
    const struct subsystem_config *subsystem = &config->subsystems[config_subsystem(config, (int32_t)server, lss)];
    char *timeout = page_quantity(UNIT_TIME, (double)subsystem->consistency_timeout_ns);
    char *longer = memory_text("%s%s%s%s%s", text, subsystem->critical_heavy ? "; critical heavy" : "",
                               subsystem->consistency_group ? "; consistency group, writes held for " : "",
                               subsystem->consistency_group ? timeout : "",
                               subsystem->consistency_group ? " at most" : "");
    free(timeout);
    free(text);
    return longer;
}

/* The ranks of a logical subsystem, one behind the other. */
static void print_lss_ranks(const struct config *config, const struct display *display, size_t server, int32_t lss,
                            int column)
{
    char *text = memory_text("%s", "");
    for (size_t i = 0; i < config->rank_count; i++) {
        if (config->ranks[i].server != (int32_t)server || config->ranks[i].lss != lss)
            continue;
        char *longer = memory_text("%s%s%s", text, text[0] != '\0' ? ", " : "", config->ranks[i].name);
        free(text);
        text = longer;
    }
    text = with_properties(config, server, lss, text);
    display_wrapped(display, text, column, column, PAGE_WIDTH);
    free(text);
}

static void print_subsystems(const struct config *config, const struct display *display, size_t server,
                             const struct structure *structure)
{
    fputs("\n  LSS            volumes   of  ranks\n", display->out);
    for (int number = 0; number < LSS_COUNT; number++) {
        char name[LSS_NAME_BYTES];
        if (structure->lss[number].ranks == 0)
            continue;
        structure_lss_name(config, server, LSS_FIRST + number, name);
        fprintf(display->out, "  %-13s  %7d  %3d  ", name, (int)structure->lss[number].volumes, LSS_VOLUMES_MAX);
        print_lss_ranks(config, display, server, LSS_FIRST + number, 31);
    }
}

/* One line of a run of volumes, or (print false) only the width of its name. */
static int volumes_line(const struct config *config, const struct display *display, const int32_t *volumes,
                        struct page_volumes run, int width, bool print)
{
    char *name = page_volumes_text(config, volumes, run);
    if (print) {
        const struct volume_config *first = &config->volumes[volumes[run.first]];
        char *size = page_quantity(UNIT_SIZE, (double)first->size_bytes);
        fputs("  ", display->out);
        page_name(display, name, width);
        display_right(display, size, 10);
        fprintf(display->out, "  %s%s%-8s  ", first->id, run.last > run.first ? " … " : "   ",
                run.last > run.first ? config->volumes[volumes[run.last]].id : "");
        display_wrapped(display, config->ranks[first->rank].name, width + 37, 4, PAGE_WIDTH);
        free(size);
    }
    width = page_widened(display, width, name, VOLUMES_MOST);
    free(name);
    return width;
}

static void print_volumes(const struct config *config, const struct display *display, size_t server)
{
    int32_t *volumes = memory_alloc_zeroed(config->volume_count, sizeof volumes[0]);
    size_t count = 0;
    int width = 7;
    for (size_t i = 0; i < config->volume_count; i++)
        if (config->volumes[i].server == (int32_t)server)
            volumes[count++] = (int32_t)i;
    for (int print = 0; print < 2 && count > 0; print++) {
        if (print) {
            fputs("\n  ", display->out);
            page_name(display, "volumes", width);
            fputs("      size  ids                  rank\n", display->out);
        }
        struct page_volumes run = {0};
        for (size_t i = 0; i < count; i = run.last + 1) {
            run = page_next_volumes(config, volumes, count, i, false);
            width = volumes_line(config, display, volumes, run, width, print);
        }
    }
    free(volumes);
}

/* The names of an adapter's ports, in their order; NULL where the slot is empty. To be freed. */
static char *adapter_ports(const struct config *config, size_t server, int bay, int slot, const char **type)
{
    char *text = NULL;
    for (int number = 0; number < 2; number++) {
        for (size_t i = 0; i < config->port_count; i++) {
            const struct port_config *port = &config->ports[i];
            if (port->server != (int32_t)server || port->bay != bay || port->slot != slot || port->port != number)
                continue;
            char *longer = memory_text("%s%s%s (%d)", text != NULL ? text : "", text != NULL ? ", " : "", port->name,
                                       number);
            free(text);
            text = longer;
            *type = config->port_types[port->type].name;
        }
    }
    return text;
}

static void print_adapters(const struct config *config, const struct display *display, size_t server)
{
    bool titled = false;
    for (int bay = 0; bay < 4; bay++) {
        for (int slot = 0; slot < 4; slot++) {
            const char *type = "";
            char *ports = adapter_ports(config, server, bay, slot, &type);
            if (ports == NULL)
                continue;
            if (!titled)
                fputs("\n  bay  slot  adapter   ports\n", display->out);
            titled = true;
            fprintf(display->out, "  %3d  %4d  ", bay, slot);
            page_name(display, type, 8);
            display_wrapped(display, ports, 23, 23, PAGE_WIDTH);
            free(ports);
        }
    }
}

void page_server(const struct config *config, const struct display *display, size_t server)
{
    struct structure structure = structure_count(config, server);
    print_head(config, display, server, &structure);
    print_loops(config, display, server, &structure);
    if (structure.ranks > 0) {
        print_ranks(config, display, server);
        print_subsystems(config, display, server, &structure);
    }
    print_volumes(config, display, server);
    print_adapters(config, display, server);
}
