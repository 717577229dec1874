// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How far a link reaches, by its cable and by what it goes via (SG24-5757 4.4.1).
 *
 *     server ---- director ---- 9729 ==== 50 km ==== 9729 ---- server         - a cable section
 *
 * A way without anything between is one section of cable. Each director (two at most) and each couple of 9729 or 2029
 * units adds a section; the couple has 50 km between its units besides. A section is at most 2 km of 50 um multimode,
 * 3 km of 62.5 um, or 20 km of single mode with the Extended Distance Feature, which alone drives single mode. Where
 * `via` stands without a cable, the longest that it allows counts. With neither only the type's own limit does.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/nearest.h"
#include "scenarios/resolve.h"
#include "scenarios/units.h"
#include "sim/memory.h"

enum cable { CABLE_MM50, CABLE_MM62, CABLE_SM };
enum { KM = 1000, SPAN_M = 50 * KM, DIRECTORS_MAX = 2 };

static const int64_t section_m[] = {[CABLE_MM50] = 2 * KM, [CABLE_MM62] = 3 * KM, [CABLE_SM] = 20 * KM};
static const char *const cable_names[] = {[CABLE_MM50] = "mm50", [CABLE_MM62] = "mm62.5", [CABLE_SM] = "sm"};

/* What stands on the way. */
struct way {
    int64_t directors, spans; /* spans: couples of 9729 or 2029 units */
    bool xdf;
    bool good; /* all words are known */
};

static void add_word(struct resolver *resolver, struct way *way, const struct node *at)
{
    static const char *const words[] = {"xdf", "director", "9729", "2029"};
    struct nearest nearest = {.word = at->text};
    size_t i = 0;
    while (i < 4 && strcmp(at->text, words[i]) != 0)
        nearest_offer(&nearest, words[i++]);
    way->xdf = way->xdf || i == 0;
    way->directors += i == 1;
    way->spans += i == 2 || i == 3;
    way->good = way->good && i < 4;
    if (i == 4 && nearest.best != NULL)
        node_error(at, resolver->diagnostics,
                   "\"%.60s\" is not known (did you mean %s?), allowed is xdf, director, 9729 or 2029", at->text,
                   nearest.best);
    else if (i == 4)
        node_error(at, resolver->diagnostics, "\"%.60s\" is not known, allowed is xdf, director, 9729 or 2029",
                   at->text);
}

static struct way read_way(struct resolver *resolver, const struct node *via)
{
    struct way way = {.good = true};
    if (via != NULL && via->kind == NODE_SCALAR)
        add_word(resolver, &way, via);
    for (const struct node *item = via != NULL ? via->first : NULL; item != NULL; item = item->next)
        add_word(resolver, &way, item);
    return way;
}

bool resolve_has_director(const struct view *link)
{
    const struct node *via = view_node(link, "via");
    bool found = via != NULL && strcmp(via->text, "director") == 0;
    for (const struct node *item = via != NULL ? via->first : NULL; item != NULL; item = item->next)
        found = found || strcmp(item->text, "director") == 0;
    return found;
}

/* Cable and feature fit each other, and there are not too many directors. */
static bool check_way(struct resolver *resolver, const struct view *link, const struct way *way)
{
    const struct node *cable = view_node(link, "cable"), *via = view_node(link, "via");
    bool good = true;
    if (way->directors > DIRECTORS_MAX) {
        node_key_error(via, resolver->diagnostics, "names %lld directors, allowed are up to %d on a link",
                       (long long)way->directors, DIRECTORS_MAX);
        good = false;
    }
    if (way->xdf && cable != NULL && cable->integer != CABLE_SM) {
        node_error(cable, resolver->diagnostics, "xdf is for single mode fibre, allowed beside it is sm");
        good = false;
    }
    return good;
}

/* The place of a link's distance, or of the link itself. */
static const struct node *distance_node(const struct view *link)
{
    const struct node *distance = view_node(link, "distance");
    return distance != NULL ? distance : link->node;
}

static void refuse_cable(struct resolver *resolver, const struct view *link, enum cable cable, const struct way *way,
                         int64_t limit_m)
{
    char most[40], section[40];
    char *spans = way->spans > 0 ? memory_text(" and %lld x 50 km between extenders", (long long)way->spans)
                                 : memory_text("%s", "");
    quantity_format(UNIT_DISTANCE, (double)limit_m, most, sizeof most);
    quantity_format(UNIT_DISTANCE, (double)section_m[cable], section, sizeof section);
    node_error(distance_node(link), resolver->diagnostics,
               "is farther than the link's cables reach, allowed are up to %s: %lld section%s of %s (%s%s)%s", most,
               (long long)(1 + way->directors + way->spans), way->directors + way->spans > 0 ? "s" : "", section,
               cable_names[cable], cable == CABLE_SM ? " with xdf" : "", spans);
    free(spans);
}

bool resolve_reach(struct resolver *resolver, const struct view *link, const struct link_type *type,
                   int64_t distance_m)
{
    const struct node *cable = view_node(link, "cable"), *via = view_node(link, "via");
    bool readable = (cable == NULL || cable->valid) && (via == NULL || via->valid);
    struct way way = {0};
    char most[40];
    if (readable)
        way = read_way(resolver, via);
    bool good = readable && check_way(resolver, link, &way) && way.good;
    if (distance_m > type->distance_max_m) {
        quantity_format(UNIT_DISTANCE, (double)type->distance_max_m, most, sizeof most);
        node_error(distance_node(link), resolver->diagnostics, "is farther than a link of type %.60s reaches, allowed "
                                                               "are up to %s in all", type->name, most);
        return false;
    }
    if (!good || (cable == NULL && via == NULL))
        return good;
    enum cable used = cable != NULL ? (enum cable)cable->integer : way.xdf ? CABLE_SM : CABLE_MM62;
    int64_t limit_m = (1 + way.directors + way.spans) * section_m[used] + way.spans * SPAN_M;
    if (distance_m <= limit_m)
        return true;
    refuse_cable(resolver, link, used, &way, limit_m);
    return false;
}
