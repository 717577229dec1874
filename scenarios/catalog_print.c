// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The catalogue as text: what `essim catalog` prints.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/catalog.h"
#include "sim/memory.h"
#include "scenarios/nearest.h"

static char *joined(char *text, const char *more)
{
    char *longer = memory_text("%s%s", text, more);
    free(text);
    return longer;
}

char *catalog_value_text(const struct catalog_value *value)
{
    char number[60], pair[140];
    const struct key *key = value->key;
    if (key->type == VALUE_QUANTITY) {
        quantity_format(key->unit, value->node->number, number, sizeof number);
        return memory_text("%s", number);
    }
    if (value->node->kind == NODE_SCALAR) /* a word */
        return memory_text("%s", value->node->text);
    char *text = memory_text("[");
    for (const struct node *item = value->node->first; item != NULL; item = item->next) {
        const struct node *last = key->type == VALUE_PAIRS ? item->last : item;
        quantity_format(key->unit, last->number, number, sizeof number);
        if (key->type == VALUE_PAIRS)
            snprintf(pair, sizeof pair, "[%s, %s]%s", item->first->text, number, item->next != NULL ? ", " : "]");
        else
            snprintf(pair, sizeof pair, "%s%s", number, item->next != NULL ? ", " : "]");
        text = joined(text, pair);
    }
    return text;
}

static void print_entry(const struct catalog_entry *entry, FILE *stream)
{
    fprintf(stream, "%s %s\n", catalog_kind_name(entry->kind), entry->name);
    for (size_t i = 0; i < entry->count; i++) {
        const struct catalog_value *value = &entry->values[i];
        char *text = catalog_value_text(value);
        fprintf(stream, "\n  %s: %s\n    %s\n    source: %s\n    tag: %s; uncertainty: %s\n", value->key->name, text,
                value->key->description, value->source, value->tag,
                value->uncertainty[0] != '\0' ? value->uncertainty : "none given");
        free(text);
    }
}

/* A line to know an entry by. */
static void print_line(const struct catalog_entry *entry, FILE *stream)
{
    static const char *const shown[CATALOG_KIND_COUNT][3] = {
        [CATALOG_SERVERS] = {"cache", "nvs", "drives"},
        [CATALOG_DRIVES] = {"rpm", "cylinders", "heads"},
        [CATALOG_PORTS] = {"rate", "protocol_time", "ports_per_adapter"},
        [CATALOG_LINKS] = {"rate", "exchanges", "max_distance"},
        [CATALOG_ADVICE] = {"port", "processor", "rank"},
    };
    fprintf(stream, "  %-18s", entry->name);
    for (int i = 0; i < 3; i++) {
        const struct catalog_value *value = catalog_value(entry, shown[entry->kind][i]);
        char *text = value != NULL ? catalog_value_text(value) : memory_text("?");
        fprintf(stream, "%s%s %s", i > 0 ? ", " : "", shown[entry->kind][i], text);
        free(text);
    }
    fputc('\n', stream);
}

static void print_kind(const struct catalog *catalog, enum catalog_kind kind, FILE *stream)
{
    const struct catalog_entry *entry;
    fprintf(stream, "%s\n", catalog_kind_name(kind));
    for (size_t i = 0; (entry = catalog_at(catalog, kind, i)) != NULL; i++)
        print_line(entry, stream);
}

/* The kind of that name, or -1 after adding a mistake. */
static int find_kind(const char *name, struct diagnostics *diagnostics)
{
    struct nearest nearest = {.word = name};
    for (int kind = 0; kind < CATALOG_KIND_COUNT; kind++) {
        if (strcmp(catalog_kind_name((enum catalog_kind)kind), name) == 0)
            return kind;
        nearest_offer(&nearest, catalog_kind_name((enum catalog_kind)kind));
    }
    diagnostics_add(diagnostics, (struct place){"catalog", 0, 0}, NULL,
                    "\"%.60s\" is no kind%s%s%s, allowed are servers, drives, ports, links and advice", name,
                    nearest.best != NULL ? " (did you mean " : "", nearest.best != NULL ? nearest.best : "",
                    nearest.best != NULL ? "?)" : "");
    return -1;
}

bool catalog_print(const struct catalog *catalog, const char *kind_name, const char *name, FILE *stream,
                   struct diagnostics *diagnostics)
{
    if (kind_name == NULL) {
        for (int kind = 0; kind < CATALOG_KIND_COUNT; kind++)
            print_kind(catalog, (enum catalog_kind)kind, stream);
        return true;
    }
    int kind = find_kind(kind_name, diagnostics);
    if (kind < 0)
        return false;
    if (name == NULL) {
        print_kind(catalog, (enum catalog_kind)kind, stream);
        return true;
    }
    struct node at = {.kind = NODE_SCALAR, .text = "", .place = {"catalog", 0, 0}, .key_place = {"catalog", 0, 0}};
    const struct catalog_entry *entry = catalog_require(catalog, (enum catalog_kind)kind, name, &at, diagnostics);
    if (entry != NULL)
        print_entry(entry, stream);
    return entry != NULL;
}
