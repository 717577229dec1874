// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The page's part on remote copy: links with what each can carry, paths, pairs. What is alike shares a line.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/page.h"
#include "models/link.h"
#include "sim/memory.h"

enum { INDENT = 4, NAME_MOST = 18, TYPE_MOST = 10, WRITE_BYTES = 4096 };

/* Length of a member's name without its number. */
static size_t group_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL ? (size_t)(dot - name) : strlen(name);
}

/* Whether two names are members of one group. */
static bool are_members(const char *left, const char *right)
{
    size_t length = group_length(left);
    return group_length(right) == length && left[length] == '.' && right[length] == '.' &&
           strncmp(left, right, length) == 0;
}

/* How a run of members is called: "e.2", or "e.0 … e.3". To be freed. */
static char *run_text(const char *first, const char *last)
{
    return first == last ? memory_copy_string(first) : memory_text("%s … %s", first, last);
}

/* ---- links ---- */

/* The last link of the group that begins at number `first`: they follow each other and are alike. */
static size_t last_of_group(const struct config *config, size_t first)
{
    size_t last = first;
    while (last + 1 < config->link_count && are_members(config->links[last].name, config->links[last + 1].name))
        last++;
    return last;
}

static void print_column(const struct display *display, enum unit_class class, double value, int width)
{
    char *text = page_quantity(class, value);
    display_right(display, text, width);
    free(text);
}

/* A time in ms, as a column. */
static void print_ms(const struct display *display, sim_time time_ns, int width)
{
    char *text = memory_text("%.3f ms", (double)time_ns / 1e6);
    display_right(display, text, width);
    free(text);
}

static void print_link(const struct config *config, const struct display *display, const struct link_config *link,
                       const char *name, int name_width, int type_width)
{
    int64_t track_bytes = config->servers[link->from].model.track_bytes;
    sim_time write_ns = link_hold_ns(&link->type, link->distance_m, WRITE_BYTES);
    sim_time track_ns = link_hold_ns(&link->type, link->distance_m, track_bytes);
    fputs("  ", display->out);
    page_name(display, name, name_width);
    page_name(display, config->servers[link->from].serial, 5);
    page_name(display, config->servers[link->to].serial, 5);
    print_column(display, UNIT_DISTANCE, (double)link->distance_m, 9);
    fputs("  ", display->out);
    page_name(display, link->type.name, type_width);
    print_ms(display, write_ns, 11);
    fprintf(display->out, "%10.0f", write_ns > 0 ? 1e9 / (double)write_ns : 0);
    print_ms(display, track_ns, 12);
    fprintf(display->out, "%7.1f\n", track_ns > 0 ? (double)track_bytes * 1e3 / (double)track_ns : 0);
}

/* All groups of links as lines, or (print false) only the widths of their columns. */
static void walk_links(const struct config *config, const struct display *display, int *name_width, int *type_width,
                       bool print)
{
    for (size_t i = 0, last; i < config->link_count; i = last + 1) {
        const struct link_config *link = &config->links[i];
        last = last_of_group(config, i);
        char *name = run_text(link->name, config->links[last].name);
        *name_width = page_widened(display, *name_width, name, NAME_MOST);
        *type_width = page_widened(display, *type_width, link->type.name, TYPE_MOST);
        if (print)
            print_link(config, display, link, name, *name_width, *type_width);
        free(name);
    }
}

static void print_links(const struct config *config, const struct display *display)
{
    int name = 4, type = 4;
    if (config->link_count == 0)
        return;
    walk_links(config, display, &name, &type, false);
    fputs("\n  ", display->out);
    page_name(display, "link", name);
    fputs("from   to      distance  ", display->out);
    page_name(display, "type", type);
    fputs("4 KiB write  writes/s       track   MB/s\n", display->out);
    walk_links(config, display, &name, &type, true);
}

/* ---- paths ---- */

/* The path behind the last of those from `first` on that lead between the same subsystems. */
static size_t paths_end(const struct config *config, size_t first)
{
    const struct path_config *paths = config->paths;
    size_t end = first;
    while (end < config->path_count && paths[end].from == paths[first].from && paths[end].to == paths[first].to)
        end++;
    return end;
}

/* "e.0 … e.3, f" of the links of some paths. To be freed. */
static char *links_text(const struct config *config, size_t first, size_t end)
{
    char *text = memory_text("%s", "");
    for (size_t i = first, last; i < end; i = last + 1) {
        const char *name = config->links[config->paths[i].link].name;
        last = i;
        while (last + 1 < end && config->paths[last + 1].link == config->paths[last].link + 1 &&
               are_members(name, config->links[config->paths[last + 1].link].name))
            last++;
        char *run = run_text(name, config->links[config->paths[last].link].name);
        char *longer = memory_text("%s%s%s", text, i > first ? ", " : "", run);
        free(run);
        free(text);
        text = longer;
    }
    return text;
}

static void print_paths(const struct config *config, const struct display *display)
{
    if (config->path_count > 0)
        fputs("\npaths\n", display->out);
    for (size_t i = 0, end; i < config->path_count; i = end) {
        end = paths_end(config, i);
        char *links = links_text(config, i, end);
        char *text = memory_text("%s > %s: %s", config->subsystems[config->paths[i].from].name,
                                 config->subsystems[config->paths[i].to].name, links);
        fputs("  ", display->out);
        display_wrapped(display, text, 2, INDENT, PAGE_WIDTH);
        free(text);
        free(links);
    }
}

/* ---- pairs ---- */

/* How a pair stands at the start, in words. */
static const char *standing_text(const struct pair_config *pair)
{
    static const char *const texts[PAIR_STATE_COUNT] = {
        [FLASH_NONE] = "FlashCopy, not established yet",
        [FLASH_COPYING] = "FlashCopy, copied in the background",
        [FLASH_NOCOPY] = "FlashCopy, without background copy",
    };
    return pair->kind == PAIR_FLASHCOPY ? texts[pair->state] : pair_state_name(pair->state);
}

/* Whether a pair is the next members of the groups of the one before it, of its kind and in the same state. */
static bool follows(const struct config *config, const struct pair_config *before, const struct pair_config *next)
{
    const struct volume_config *volumes = config->volumes;
    return next->source == before->source + 1 && next->target == before->target + 1 && next->state == before->state &&
           next->critical == before->critical && next->accelerate_destage == before->accelerate_destage &&
           are_members(volumes[before->source].label, volumes[next->source].label) &&
           are_members(volumes[before->target].label, volumes[next->target].label);
}

static void print_pairs(const struct config *config, const struct display *display)
{
    if (config->pair_count > 0)
        fputs("\npairs\n", display->out);
    for (size_t i = 0, last; i < config->pair_count; i = last + 1) {
        const struct pair_config *pairs = config->pairs;
        for (last = i; last + 1 < config->pair_count && follows(config, &pairs[last], &pairs[last + 1]);)
            last++;
        char *source = run_text(config->volumes[pairs[i].source].label, config->volumes[pairs[last].source].label);
        char *target = run_text(config->volumes[pairs[i].target].label, config->volumes[pairs[last].target].label);
        char *text = memory_text("%s > %s: %s%s%s%s", source, target, pairs[i].kind == PAIR_PPRC ? "PPRC, " : "",
                                 standing_text(&pairs[i]), pairs[i].critical ? ", critical" : "",
                                 pairs[i].accelerate_destage ? ", accelerated destage" : "");
        fputs("  ", display->out);
        display_wrapped(display, text, 2, INDENT, PAGE_WIDTH);
        free(text);
        free(target);
        free(source);
    }
}

void page_copy(const struct config *config, const struct display *display)
{
    print_links(config, display);
    print_paths(config, display);
    print_pairs(config, display);
}
