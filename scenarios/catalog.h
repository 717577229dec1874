// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * catalog: hardware entries (servers, drives, ports, links, advised utilisations), each value with its
 * unit, source, tag and uncertainty.
 *
 * Entries come from YAML files, one a kind, and may build on others (`like: F20`). A scenario adds
 * entries and changes values in the same words without provenance; such values are tagged
 * "scenario".
 */
#ifndef SCENARIOS_CATALOG_H
#define SCENARIOS_CATALOG_H

#include <stdio.h>

#include "scenarios/schema.h"

enum catalog_kind { CATALOG_SERVERS, CATALOG_DRIVES, CATALOG_PORTS, CATALOG_LINKS, CATALOG_ADVICE, CATALOG_KIND_COUNT };

struct catalog_value {
    const struct key *key;   /* name, unit and meaning */
    const struct node *node; /* the checked value, in its file's tree */
    const char *source;      /* where it is from */
    const char *tag;         /* seed published recalled derived assumed; scenario */
    const char *uncertainty; /* how far off it may be; "" for a scenario's */
};

struct catalog_entry {
    enum catalog_kind kind;
    const char *name;
    const struct node *node;      /* where it is written */
    struct catalog_value *values; /* in the schema's order; some missing if mistakes were added */
    size_t count;
    bool hidden; /* a scenario gave the name to an entry of its own */
};

struct catalog;

/*
 * Reads the catalogue from the first of these folders that exists: $ESSIM_CATALOG (which must then
 * exist), ../share/essim/catalog beside the executable, the source tree's, the installed one. Adds
 * a mistake for everything wrong in it; never returns NULL.
 */
struct catalog *catalog_load(struct diagnostics *diagnostics);

/* The same from a folder. */
struct catalog *catalog_load_folder(const char *folder, struct diagnostics *diagnostics);

void catalog_destroy(struct catalog *catalog);

/*
 * Takes over a scenario's `catalog` section (checked already; NULL is fine). Its tree must outlive
 * the catalogue.
 */
void catalog_add_scenario(struct catalog *catalog, const struct tree *tree, const struct node *section,
                          struct diagnostics *diagnostics);

/*
 * An entry of its own: `like` with the values that stand in `node`, a mapping which may hold other
 * keys as well. It is not found by name. Belongs to the catalogue.
 */
const struct catalog_entry *catalog_derive(struct catalog *catalog, const struct catalog_entry *like, const char *name,
                                           const struct node *node);

/* The entry of that name, or NULL. */
const struct catalog_entry *catalog_find(const struct catalog *catalog, enum catalog_kind kind, const char *name);

/* Number `index` of the named entries of a kind, in the order of reading, or NULL after the last. */
const struct catalog_entry *catalog_at(const struct catalog *catalog, enum catalog_kind kind, size_t index);

/* The entry `name`; or NULL after adding to `at` a mistake that proposes the nearest or lists what there is. */
const struct catalog_entry *catalog_require(const struct catalog *catalog, enum catalog_kind kind, const char *name,
                                            const struct node *at, struct diagnostics *diagnostics);

/* An entry's value, or NULL if the catalogue or the scenario is wrong there (reported already). */
const struct catalog_value *catalog_value(const struct catalog_entry *entry, const char *key);

/* "servers", "drives", "ports", "links", "advice". */
const char *catalog_kind_name(enum catalog_kind kind);

/* A value as one writes it, lists included: "8 GiB", "[[1, 0.5 ms], ...]". To be freed. */
char *catalog_value_text(const struct catalog_value *value);

/*
 * What `essim catalog [KIND [NAME]]` prints: the entries, those of a kind, or one with all its values
 * (unit, source, tag, uncertainty). False after adding a mistake: no such kind or name.
 */
bool catalog_print(const struct catalog *catalog, const char *kind, const char *name, FILE *stream,
                   struct diagnostics *diagnostics);

#endif
