// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_layout: see run_layout.h.
 *
 * All times are int64 ns, the parts too: unsigned 32 bits end at 4.29 s, which a queue can exceed, and
 * the zero bytes of an int64 cost next to nothing once shuffled and deflated.
 */
#include "analysis/run_layout.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/pair_label.h"
#include "sim/memory.h"

/* ---- root and /names ---- */

static bool write_attributes(struct columns_file *file, const struct config *config,
                             const struct run_identity *identity, struct error *error)
{
    char source[128];
    const char *version = identity->essim_version ? identity->essim_version : "";
    snprintf(source, sizeof source, "essim %s, simulation of the IBM Enterprise Storage Server", version);
    return columns_set_text(file, "/", "Conventions", "CF-1.10", error) &&
           columns_set_text(file, "/", "title", config->title, error) &&
           columns_set_text(file, "/", "source", source, error) &&
           columns_set_text(file, "/", "history", identity->command_line, error) &&
           columns_set_int(file, "/", "schema_version", RUN_SCHEMA_VERSION, error) &&
           columns_set_text(file, "/", "essim_version", version, error) &&
           columns_set_uint(file, "/", "seed", identity->seed, error) &&
           columns_set_text(file, "/", "scenario_file", identity->scenario_file, error) &&
           columns_set_text(file, "/", "scenario_sha256", identity->scenario_sha256, error) &&
           columns_set_text(file, "/", "scenario", identity->scenario_text, error) &&
           columns_set_text(file, "/", "resolved", identity->resolved_json, error) &&
           columns_set_text(file, "/", "catalog", identity->catalog_json, error) &&
           columns_set_text(file, "/", "status", "interrupted", error);
}

/* A list of texts being made; `texts` has room for all of them. */
struct text_list {
    char **texts;
    size_t count;
};

static bool list_start(struct text_list *list, size_t room, struct error *error)
{
    *list = (struct text_list){calloc(room + 1, sizeof *list->texts), 0};
    return list->texts || error_set(error, ERROR_RUN, NULL, "no memory");
}

/* Adds "PREFIX/NAME", or NAME when there is no prefix. */
static bool list_add(struct text_list *list, const char *prefix, const char *name, struct error *error)
{
    char *text = NULL;
    if (asprintf(&text, "%s%s%s", prefix ? prefix : "", prefix ? "/" : "", name) < 0) {
        return error_set(error, ERROR_RUN, NULL, "no memory");
    }
    list->texts[list->count++] = text;
    return true;
}

/* Writes the list as /names/NAME, a dimension of its own or along another, and frees it. An empty one is left out. */
static bool list_write(struct text_list *list, struct columns_file *file, const char *name, const char *long_name,
                       const char *along, struct error *error)
{
    const char *const *texts = (const char *const *)list->texts;
    bool ok =
        list->count == 0 || (along ? columns_texts(file, "names", name, long_name, along, texts, list->count, error)
                                   : columns_names(file, "names", name, long_name, texts, list->count, error));
    columns_texts_free(list->texts, list->count);
    *list = (struct text_list){NULL, 0};
    return ok;
}

/* Makes and writes a list: element `i` has the prefix and name that `get` tells. */
typedef const char *text_of(const struct config *config, size_t i, const char **prefix);

static bool write_list(struct columns_file *file, const struct config *config, size_t count, text_of *get,
                       const char *name, const char *long_name, const char *along, struct error *error)
{
    struct text_list list;
    bool ok = list_start(&list, count, error);
    for (size_t i = 0; ok && i < count; i++) {
        const char *prefix = NULL;
        const char *text = get(config, i, &prefix);
        ok = list_add(&list, prefix, text, error);
    }
    if (!ok) {
        columns_texts_free(list.texts, list.count);
        return false;
    }
    return list_write(&list, file, name, long_name, along, error);
}

static const char *workload_name(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->workloads[i].name;
}

static const char *host_name(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->hosts[i].name;
}

static const char *server_serial(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->servers[i].serial;
}

static const char *rank_name(const struct config *config, size_t i, const char **prefix)
{
    *prefix = config->servers[config->ranks[i].server].serial;
    return config->ranks[i].name;
}

static const char *port_name(const struct config *config, size_t i, const char **prefix)
{
    *prefix = config->servers[config->ports[i].server].serial;
    return config->ports[i].name;
}

static const char *link_name(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->links[i].name;
}

static const char *link_from(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->servers[config->links[i].from].serial;
}

static const char *link_to(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->servers[config->links[i].to].serial;
}

static const char *volume_label(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->volumes[i].label;
}

static const char *volume_id(const struct config *config, size_t i, const char **prefix)
{
    (void)prefix;
    return config->volumes[i].id;
}

static const char *volume_rank(const struct config *config, size_t i, const char **prefix)
{
    return rank_name(config, (size_t)config->volumes[i].rank, prefix);
}

/* The pairs' names, kinds and sizes: in /names, and as a dimension of /series with what stands along it. */
static bool write_pairs(struct columns_file *file, const struct config *config, struct error *error)
{
    static const char meaning[] = "source and target", kind[] = "the pair's kind";
    size_t count = config->pair_count;
    char **labels = memory_alloc_zeroed(count, sizeof *labels);
    const char **kinds = memory_alloc_zeroed(count, sizeof *kinds);
    int64_t *tracks = memory_alloc_zeroed(count, sizeof *tracks);
    for (size_t i = 0; i < count; i++) {
        labels[i] = pair_label(config, i);
        kinds[i] = pair_kind_name(config->pairs[i].kind);
        tracks[i] = config->volumes[config->pairs[i].source].tracks;
    }
    const char *const *names = (const char *const *)labels;
    bool ok = columns_names(file, "names", "pairs", meaning, names, count, error) &&
              columns_texts(file, "names", "pair_kind", kind, "pairs", kinds, count, error) &&
              columns_names(file, "series", "pair", meaning, names, count, error) &&
              columns_texts(file, "series", "pair_kind", kind, "pair", kinds, count, error) &&
              columns_numbers(file, "series", "pair_tracks", "tracks of the pair's source", "pair", tracks, count,
                              error);
    for (size_t i = 0; i < count; i++) {
        free(labels[i]);
    }
    free(labels);
    free(kinds);
    free(tracks);
    return ok;
}

static bool write_copy_services(struct columns_file *file, const struct config *config, struct error *error)
{
    size_t links = config->link_count;
    return write_list(file, config, links, link_name, "links", "link", NULL, error) &&
           write_list(file, config, links, link_from, "link_from", "server that sends", "links", error) &&
           write_list(file, config, links, link_to, "link_to", "server that receives", "links", error) &&
           (config->pair_count == 0 || write_pairs(file, config, error));
}

bool run_layout_identity(struct columns_file *file, const struct config *config, const struct run_identity *identity,
                         struct error *error)
{
    size_t volumes = config->volume_count;
    return write_attributes(file, config, identity, error) &&
           write_list(file, config, config->workload_count, workload_name, "workloads", "workload", NULL, error) &&
           write_list(file, config, volumes, volume_label, "volumes", "volume", NULL, error) &&
           write_list(file, config, volumes, volume_id, "volume_id", "the volume's identifier", "volumes", error) &&
           write_list(file, config, volumes, volume_rank, "volume_rank", "rank it lies on", "volumes", error) &&
           write_list(file, config, config->host_count, host_name, "hosts", "host", NULL, error) &&
           write_list(file, config, config->server_count, server_serial, "servers", "serial number", NULL, error) &&
           write_list(file, config, config->rank_count, rank_name, "ranks", "server and rank", NULL, error) &&
           write_list(file, config, config->port_count, port_name, "ports", "server and port", NULL, error) &&
           write_copy_services(file, config, error);
}

/* ---- /io ---- */

/* A column and where its values lie in struct io_record. */
struct io_column {
    struct column_info info;
    size_t offset;
};

#define FROM(field) offsetof(struct io_record, field)

static const struct io_column io_columns[] = {
    {{"id", COLUMN_I64, "1", "number in order of issue", NULL, NULL}, FROM(id)},
    {{"issue_time", COLUMN_I64, "ns", "time of issue since the run's start", NULL, NULL}, FROM(issue_ns)},
    {{"response_time", COLUMN_I64, "ns", "response time", NULL, NULL}, FROM(response_ns)},
    {{"workload", COLUMN_U16, "1", "workload, index in /names/workloads", NULL, NULL}, FROM(workload)},
    {{"volume", COLUMN_U32, "1", "volume, index in /names/volumes", NULL, NULL}, FROM(volume)},
    {{"host", COLUMN_U16, "1", "host, index in /names/hosts", NULL, NULL}, FROM(host)},
    {{"op", COLUMN_U8, "1", "operation", "read write", NULL}, FROM(op)},
    {{"error", COLUMN_U8, "1", "how it ended",
     "ok rank_lost server_down no_port not_mirrored write_inhibited secondary", NULL}, FROM(error)},
    {{"offset", COLUMN_I64, "blocks", "first block of 512 B on the volume", NULL, NULL}, FROM(offset_blocks)},
    {{"length", COLUMN_I32, "bytes", "bytes moved", NULL, NULL}, FROM(length_bytes)},
    {{"replication", COLUMN_U16, "1", "replication of the run, from 0", NULL, NULL}, FROM(replication)},
    {{"warmup", COLUMN_U8, "1", "completed outside the measured interval", "measured not_measured", NULL},
     FROM(measured)},
};

enum {
    BASE_COLUMNS = sizeof io_columns / sizeof io_columns[0],
    WARMUP_COLUMN = BASE_COLUMNS - 1,
    ALL_COLUMNS = BASE_COLUMNS + PART_COUNT,
    LONGEST_NAME = 64
};

static_assert(sizeof(bool) == 1 && sizeof(sim_time) == 8, "columns are copied byte by byte");

struct columns_table *run_layout_io_create(struct columns_file *file, size_t parts, struct error *error)
{
    struct column_info columns[ALL_COLUMNS];
    char names[PART_COUNT][LONGEST_NAME];
    for (size_t c = 0; c < BASE_COLUMNS; c++) {
        columns[c] = io_columns[c].info;
    }
    for (size_t p = 0; p < parts; p++) {
        snprintf(names[p], sizeof names[p], "part_%s", io_part_info[p].name);
        columns[BASE_COLUMNS + p] =
            (struct column_info){names[p], COLUMN_I64, "ns", io_part_info[p].description, NULL, NULL};
    }
    return columns_table_create(file, "io", "io", COLUMNS_CHUNK_ROWS, columns, BASE_COLUMNS + parts, error);
}

size_t run_layout_io_row_bytes(size_t parts)
{
    size_t bytes = parts * sizeof(sim_time);
    for (size_t c = 0; c < BASE_COLUMNS; c++) {
        bytes += column_type_bytes(io_columns[c].info.type);
    }
    return bytes;
}

/* Inlined with a constant `size`. */
static inline void pick(uint8_t *to, const uint8_t *from, size_t stride, size_t rows, size_t size)
{
    for (size_t i = 0; i < rows; i++) {
        memcpy(to + i * size, from + i * stride, size);
    }
}

/* Gathers one field of all records. */
static void gather(void *to, const uint8_t *from, size_t stride, size_t rows, size_t size)
{
    switch (size) {
    case 1:
        pick(to, from, stride, rows, 1);
        break;
    case 2:
        pick(to, from, stride, rows, 2);
        break;
    case 4:
        pick(to, from, stride, rows, 4);
        break;
    default:
        assert(size == 8);
        pick(to, from, stride, rows, 8);
    }
}

bool run_layout_io_append(struct columns_table *table, size_t parts, const void *records, size_t stride, size_t rows,
                          void *scratch, struct error *error)
{
    const void *values[ALL_COLUMNS];
    uint8_t *to = scratch;
    for (size_t c = 0; c < BASE_COLUMNS + parts; c++) {
        bool part = c >= BASE_COLUMNS;
        size_t size = part ? sizeof(sim_time) : column_type_bytes(io_columns[c].info.type);
        size_t offset = part ? FROM(part_ns) + (c - BASE_COLUMNS) * sizeof(sim_time) : io_columns[c].offset;
        gather(to, (const uint8_t *)records + offset, stride, rows, size);
        for (size_t i = 0; c == WARMUP_COLUMN && i < rows; i++) {
            to[i] = !to[i];
        }
        values[c] = to;
        to += size * rows;
    }
    return columns_append(table, values, rows, error);
}

/* ---- /events and /series ---- */

struct columns_table *run_layout_events_create(struct columns_file *file, struct error *error)
{
    static const struct column_info columns[] = {
        {"time", COLUMN_I64, "ns", "time since the run's start", NULL, NULL},
        {"subject", COLUMN_TEXT, NULL, "what it happened to", NULL, NULL},
        {"detail", COLUMN_TEXT, NULL, "what happened", NULL, NULL},
    };
    return columns_table_create(file, "events", "event", RUN_SMALL_CHUNK_ROWS, columns, 3, error);
}

/* The words of the states, in the order of their numbers. To be freed. */
static char *state_words(void)
{
    char *words = memory_copy_string(pair_state_name((enum pair_state)0));
    for (int state = 1; state < PAIR_STATE_COUNT; state++) {
        char *longer = memory_text("%s %s", words, pair_state_name((enum pair_state)state));
        free(words);
        words = longer;
    }
    return words;
}

struct columns_table *run_layout_series_create(struct columns_file *file, const char *const *names,
                                               const char *const *kinds, size_t count, bool pairs,
                                               struct error *error)
{
    char *states = state_words();
    const struct column_info columns[] = {
        {"time", COLUMN_I64, "ns", "end of the sampling step since the run's start", NULL, NULL},
        {"utilization", COLUMN_F32, "1", "mean share of the resource in use over the step", NULL, "resource"},
        {"queue", COLUMN_F32, "1", "mean number waiting for the resource over the step", NULL, "resource"},
        {"tracks_out_of_sync", COLUMN_U32, "1",
         "tracks that the pair's target lacks at the step's end: out of sync, or of a FlashCopy not yet copied", NULL,
         "pair"},
        {"pair_state", COLUMN_U8, "1", "state of the pair's source at the step's end", states, "pair"},
    };
    enum { COLUMNS = sizeof columns / sizeof columns[0], PAIR_COLUMNS = 2 };
    struct columns_table *table = NULL;
    if (columns_names(file, "names", "resources", "resource", names, count, error) &&
        columns_texts(file, "names", "resource_kind", "the resource's kind", "resources", kinds, count, error) &&
        columns_names(file, "series", "resource", "resource", names, count, error) &&
        columns_texts(file, "series", "kind", "the resource's kind", "resource", kinds, count, error)) {
        table = columns_table_create(file, "series", "time", RUN_SMALL_CHUNK_ROWS, columns,
                                     pairs ? COLUMNS : COLUMNS - PAIR_COLUMNS, error);
    }
    free(states);
    return table;
}

/* ---- /summary ---- */

static bool write_histogram(struct columns_table *table, const struct run_histogram *histogram, struct error *error)
{
    size_t bins = histogram->bin_count;
    int32_t *workloads = malloc((bins + 1) * sizeof *workloads);
    uint8_t *ops = malloc(bins + 1);
    bool ok = workloads && ops;
    if (!ok) {
        error_set(error, ERROR_RUN, NULL, "no memory");
    } else {
        for (size_t i = 0; i < bins; i++) {
            workloads[i] = histogram->workload;
            ops[i] = histogram->op;
        }
        const void *values[] = {workloads, ops, histogram->low_ns, histogram->count};
        ok = columns_append(table, values, bins, error);
    }
    free(workloads);
    free(ops);
    return ok;
}

static bool write_histograms(struct columns_file *file, const struct run_ending *ending, struct error *error)
{
    static const struct column_info columns[] = {
        {"bin_workload", COLUMN_I32, "1", "workload, index in /names/workloads", NULL, NULL},
        {"bin_op", COLUMN_U8, "1", "operation", "read write", NULL},
        {"bin_low", COLUMN_I64, "ns", "lowest response time of the bin", NULL, NULL},
        {"bin_count", COLUMN_I64, "1", "I/Os in the bin; histograms merge by adding", NULL, NULL},
    };
    struct columns_table *table = columns_table_create(file, "summary", "bin", COLUMNS_CHUNK_ROWS, columns, 4, error);
    for (size_t h = 0; table && h < ending->histogram_count; h++) {
        if (!write_histogram(table, &ending->histograms[h], error)) {
            return false;
        }
    }
    return table != NULL;
}

bool run_layout_ending(struct columns_file *file, const struct run_ending *ending, struct error *error)
{
    return (!ending->trace_digest || columns_set_text(file, "/", "trace_digest", ending->trace_digest, error)) &&
           (!ending->summary_json ||
            columns_text(file, "summary", "json", "the run's summary, JSON", ending->summary_json, error)) &&
           write_histograms(file, ending, error) &&
           columns_set_text(file, "/", "status", ending->complete ? "complete" : "interrupted", error);
}
