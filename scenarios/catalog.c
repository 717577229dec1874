// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/nearest.h"

enum { LIKE_DEPTH_MAX = 16, ENTRIES_MAX = 1000 };

struct catalog {
    struct tree *trees[CATALOG_KIND_COUNT]; /* of the files */
    struct catalog_entry **entries;         /* each on its own, so that pointers to them last */
    size_t count;
    struct catalog_entry **derived; /* those without a name of their own */
    size_t derived_count;
};

/* A mapping NAME: VALUES on the way to an entry. */
struct source {
    struct catalog *catalog;
    enum catalog_kind kind;
    const struct tree *tree;
    const struct node *members; /* NAME: VALUES of the kind */
    bool provenance;            /* each value is {value, source, tag, uncertainty} */
    struct diagnostics *diagnostics;
};

static const struct {
    const char *name;
    enum section section;
} kinds[] = {
    [CATALOG_SERVERS] = {"servers", SECTION_MODEL},
    [CATALOG_DRIVES] = {"drives", SECTION_DRIVE},
    [CATALOG_PORTS] = {"ports", SECTION_PORT_TYPE},
    [CATALOG_LINKS] = {"links", SECTION_LINK_TYPE},
    [CATALOG_ADVICE] = {"advice", SECTION_ADVICE},
};

const char *catalog_kind_name(enum catalog_kind kind)
{
    return kinds[kind].name;
}

const struct catalog_entry *catalog_find(const struct catalog *catalog, enum catalog_kind kind, const char *name)
{
    for (size_t i = catalog->count; i > 0; i--) {
        const struct catalog_entry *entry = catalog->entries[i - 1];
        if (entry->kind == kind && !entry->hidden && strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

const struct catalog_entry *catalog_at(const struct catalog *catalog, enum catalog_kind kind, size_t index)
{
    for (size_t i = 0; i < catalog->count; i++) {
        const struct catalog_entry *entry = catalog->entries[i];
        if (entry->kind == kind && !entry->hidden && index-- == 0)
            return entry;
    }
    return NULL;
}

const struct catalog_value *catalog_value(const struct catalog_entry *entry, const char *key)
{
    for (size_t i = 0; i < entry->count; i++)
        if (strcmp(entry->values[i].key->name, key) == 0)
            return &entry->values[i];
    return NULL;
}

const struct catalog_entry *catalog_require(const struct catalog *catalog, enum catalog_kind kind, const char *name,
                                            const struct node *at, struct diagnostics *diagnostics)
{
    const struct catalog_entry *entry = catalog_find(catalog, kind, name);
    if (entry != NULL)
        return entry;
    struct nearest nearest = {.word = name};
    char *all = memory_text("%s", "");
    bool printed = diagnostics_errors(diagnostics) < DIAGNOSTICS_KEPT;
    for (size_t i = 0; printed && (entry = catalog_at(catalog, kind, i)) != NULL; i++) {
        nearest_offer(&nearest, entry->name);
        char *longer = i < 30 ? memory_text("%s%s%s", all, i > 0 ? ", " : "", entry->name) : memory_text("%s", all);
        free(all);
        all = longer;
    }
    node_error(at, diagnostics, "\"%.60s\" is not in the catalogue of %s%s%s%s, allowed are %s", name, kinds[kind].name,
               nearest.best != NULL ? " (did you mean " : "", nearest.best != NULL ? nearest.best : "",
               nearest.best != NULL ? "?)" : "", all);
    free(all);
    return NULL;
}

/* ---- making entries ---- */

static struct catalog_entry *entry_create(enum catalog_kind kind, const char *name, const struct node *node,
                                          const struct catalog_entry *like)
{
    struct catalog_entry *entry = memory_alloc_zeroed(1, sizeof *entry);
    size_t most;
    schema_keys(&most);
    *entry = (struct catalog_entry){
        .kind = kind, .name = name, .node = node, .values = memory_alloc_zeroed(most, sizeof entry->values[0])};
    if (like != NULL) {
        memcpy(entry->values, like->values, like->count * sizeof entry->values[0]);
        entry->count = like->count;
    }
    return entry;
}

/* Puts a value in its place by the schema's order. */
static void entry_put(struct catalog_entry *entry, struct catalog_value value)
{
    size_t i = 0;
    while (i < entry->count && entry->values[i].key < value.key)
        i++;
    if (i == entry->count || entry->values[i].key != value.key) {
        memmove(&entry->values[i + 1], &entry->values[i], (entry->count - i) * sizeof entry->values[0]);
        entry->count++;
    }
    entry->values[i] = value;
}

/* Names, in one message, the values that an entry has neither itself nor from the one it builds on. */
static void require_values(const struct source *source, const struct catalog_entry *entry)
{
    size_t count, missing = 0;
    const struct key *keys = schema_keys(&count);
    char *names = memory_text("%s", "");
    for (size_t i = 0; i < count; i++) {
        if (keys[i].in != kinds[entry->kind].section || !keys[i].required ||
            catalog_value(entry, keys[i].name) != NULL || tree_find(source->tree, entry->node, keys[i].name) != NULL)
            continue;
        char *longer = memory_text("%s%s%s", names, missing++ > 0 ? ", " : "", keys[i].name);
        free(names);
        names = longer;
    }
    if (missing > 0)
        node_key_error(entry->node, source->diagnostics,
                       "lacks %s; allowed is to write them, or `like: NAME` of an entry that has them", names);
    free(names);
}

static const char *required_text(const struct source *source, const struct node *node, const char *name)
{
    const struct node *text = tree_find(source->tree, node, name);
    if (text != NULL && text->kind == NODE_SCALAR && !node_is_empty(text))
        return text->text;
    node_error(node, source->diagnostics, "%s is missing, every value needs value, source, tag and uncertainty", name);
    return "";
}

/* Reads {value, source, tag, uncertainty}. False after a mistake. */
static bool read_provenance(const struct source *source, struct node *node, struct catalog_value *value)
{
    static const char *const tags[] = {"seed", "published", "recalled", "derived", "assumed"};
    struct node *inner = tree_find(source->tree, node, "value");
    if (node->broken || inner == NULL) {
        node_error(node, source->diagnostics, "value is missing, every value needs value, source, tag and uncertainty");
        return false;
    }
    for (const struct node *member = node->first; member != NULL; member = member->next)
        if (strcmp(member->key, "value") != 0 && strcmp(member->key, "source") != 0 &&
            strcmp(member->key, "tag") != 0 && strcmp(member->key, "uncertainty") != 0)
            node_key_error(member, source->diagnostics,
                           "the key is not known here, allowed are value, source, tag and uncertainty");
    value->source = required_text(source, node, "source");
    value->tag = required_text(source, node, "tag");
    value->uncertainty = required_text(source, node, "uncertainty");
    bool known = value->tag[0] == '\0';
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        known = known || strcmp(value->tag, tags[i]) == 0;
    if (!known)
        node_error(tree_find(source->tree, node, "tag"), source->diagnostics,
                   "\"%.40s\" is not known, allowed is seed, published, recalled, derived or assumed", value->tag);
    value->node = inner;
    return schema_check_value(value->key, source->tree, inner, source->diagnostics);
}

static void read_value(const struct source *source, struct catalog_entry *entry, struct node *member)
{
    struct catalog_value value = {
        .key = schema_find(kinds[source->kind].section, member->key),
        .node = member,
        .source = member->place.file,
        .tag = "scenario",
        .uncertainty = "",
    };
    bool valid = member->valid && value.key != NULL;
    if (source->provenance && value.key == NULL) {
        const struct key *near = schema_nearest(kinds[source->kind].section, member->key);
        node_key_error(member, source->diagnostics, "the key is not known here%s%s",
                       near != NULL ? ", did you mean " : "", near != NULL ? near->name : "");
    } else if (source->provenance) {
        valid = read_provenance(source, member, &value);
    }
    if (valid)
        entry_put(entry, value);
}

static struct catalog_entry *read_entry(const struct source *source, struct node *node);

/* The sibling entry that `node` builds on, or NULL. */
static struct node *like_sibling(const struct source *source, const struct node *node)
{
    const struct node *like = tree_find(source->tree, node, "like");
    return like != NULL && like->kind == NODE_SCALAR ? tree_find(source->tree, source->members, like->text) : NULL;
}

/* Whether following `like` from sibling to sibling ends, and soon. */
static bool likes_end(const struct source *source, const struct node *node)
{
    for (int depth = 0; node != NULL && depth <= LIKE_DEPTH_MAX; depth++)
        node = like_sibling(source, node);
    return node == NULL;
}

/* The entry that `node` builds on; NULL if on none. One written in the same place is made first. */
static const struct catalog_entry *read_like(const struct source *source, const struct node *node)
{
    const struct node *like = tree_find(source->tree, node, "like");
    if (like == NULL || like->kind != NODE_SCALAR || like->broken)
        return catalog_find(source->catalog, source->kind, node->key);
    if (!likes_end(source, node)) {
        node_error(like, source->diagnostics, "the entry builds on itself, or on more than the %d others allowed",
                   LIKE_DEPTH_MAX);
        return NULL;
    }
    struct node *sibling = like_sibling(source, node);
    if (sibling != NULL)
        return read_entry(source, sibling);
    return catalog_require(source->catalog, source->kind, like->text, like, source->diagnostics);
}

static struct catalog_entry *read_entry(const struct source *source, struct node *node)
{
    for (size_t i = 0; i < source->catalog->count; i++)
        if (source->catalog->entries[i]->node == node)
            return source->catalog->entries[i];
    const struct catalog_entry *like = read_like(source, node);
    struct catalog *catalog = source->catalog;
    struct catalog_entry *entry = entry_create(source->kind, node->key, node, like);
    for (struct node *member = node->first; member != NULL; member = member->next)
        if (strcmp(member->key, "like") != 0)
            read_value(source, entry, member);
    if (like != NULL || tree_find(source->tree, node, "like") == NULL)
        require_values(source, entry);
    struct catalog_entry *older = (struct catalog_entry *)catalog_find(catalog, source->kind, node->key);
    if (older != NULL)
        older->hidden = true;
    catalog->entries = memory_grow(catalog->entries, catalog->count, sizeof catalog->entries[0]);
    catalog->entries[catalog->count++] = entry;
    return entry;
}

static void read_kind(struct source *source)
{
    if (source->members->count > ENTRIES_MAX) {
        node_error(source->members, source->diagnostics, "are more than the %d entries that are allowed", ENTRIES_MAX);
        return;
    }
    for (struct node *node = source->members->first; node != NULL; node = node->next) {
        if (node->kind == NODE_MAPPING)
            read_entry(source, node);
        else if (source->provenance)
            node_error(node, source->diagnostics, "is no mapping, allowed are the entry's values");
    }
}

const struct catalog_entry *catalog_derive(struct catalog *catalog, const struct catalog_entry *like, const char *name,
                                           const struct node *node)
{
    struct catalog_entry *entry = entry_create(like->kind, name, node, like);
    struct source source = {.catalog = catalog, .kind = like->kind};
    for (struct node *member = node->first; member != NULL; member = member->next) {
        const struct key *key = schema_find(kinds[like->kind].section, member->key);
        if (key != NULL && strcmp(member->key, "like") != 0)
            read_value(&source, entry, member);
    }
    catalog->derived = memory_grow(catalog->derived, catalog->derived_count, sizeof catalog->derived[0]);
    catalog->derived[catalog->derived_count++] = entry;
    return entry;
}

/* ---- whole catalogues ---- */

void catalog_add_scenario(struct catalog *catalog, const struct tree *tree, const struct node *section,
                          struct diagnostics *diagnostics)
{
    for (int kind = 0; kind < CATALOG_KIND_COUNT; kind++) {
        const struct node *members = tree_find(tree, section, kinds[kind].name);
        if (members != NULL && members->kind == NODE_MAPPING)
            read_kind(&(struct source){catalog, (enum catalog_kind)kind, tree, members, false, diagnostics});
    }
}

static void read_file(struct catalog *catalog, enum catalog_kind kind, const char *folder,
                      struct diagnostics *diagnostics)
{
    char *path = memory_text("%s/%s.yaml", folder, kinds[kind].name);
    struct tree *tree = catalog->trees[kind] = tree_read_file(path, diagnostics);
    struct node *root = tree != NULL ? tree_root(tree) : NULL;
    struct node *members = root != NULL ? tree_find(tree, root, kinds[kind].name) : NULL;
    if (members != NULL && members->kind == NODE_MAPPING && root->count == 1)
        read_kind(&(struct source){catalog, kind, tree, members, true, diagnostics});
    else if (tree != NULL)
        diagnostics_add(diagnostics, (struct place){path, 1, 1}, NULL,
                        "the file does not hold what it must: one key, %s, with the entries below it",
                        kinds[kind].name);
    free(path);
}

struct catalog *catalog_load_folder(const char *folder, struct diagnostics *diagnostics)
{
    struct catalog *catalog = memory_alloc_zeroed(1, sizeof *catalog);
    for (int kind = 0; kind < CATALOG_KIND_COUNT; kind++)
        read_file(catalog, (enum catalog_kind)kind, folder, diagnostics);
    return catalog;
}

static void entries_free(struct catalog_entry **entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(entries[i]->values);
        free(entries[i]);
    }
    free(entries);
}

void catalog_destroy(struct catalog *catalog)
{
    if (catalog == NULL)
        return;
    entries_free(catalog->entries, catalog->count);
    entries_free(catalog->derived, catalog->derived_count);
    for (int kind = 0; kind < CATALOG_KIND_COUNT; kind++)
        tree_destroy(catalog->trees[kind]);
    free(catalog);
}
