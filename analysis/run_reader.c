// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_reader: see run_reader.h. Columns over columns.h, with the texts that were asked for kept.
 */
#include "analysis/run_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/columns.h"
#include "analysis/run_writer.h"

enum { OBJECT_LENGTH = 256 };

/* Texts read once: an attribute, a table of names, the summary. */
struct kept_texts {
    struct kept_texts *next;
    char *key;    /* "@NAME" for an attribute, else the object's path */
    char **texts; /* NULL: there is no such thing */
    size_t count;
};

struct run_reader {
    struct columns_reader *file;
    char *path;
    int64_t io_count;
    struct kept_texts *kept;
};

/* What the file keeps under the key, read at the first call; NULL when there is no memory. */
static const struct kept_texts *keep(struct run_reader *reader, const char *key)
{
    for (struct kept_texts *kept = reader->kept; kept; kept = kept->next) {
        if (strcmp(kept->key, key) == 0) {
            return kept;
        }
    }
    struct kept_texts *kept = calloc(1, sizeof *kept);
    if (!kept || !(kept->key = strdup(key))) {
        free(kept);
        return NULL;
    }
    if (key[0] != '@') {
        kept->texts = columns_read_texts(reader->file, key, &kept->count, NULL);
    } else if ((kept->texts = calloc(1, sizeof *kept->texts))) {
        kept->texts[0] = columns_attribute(reader->file, "/", key + 1);
        kept->count = kept->texts[0] ? 1 : 0;
    }
    kept->next = reader->kept;
    reader->kept = kept;
    return kept;
}

/* PREFIX and NAME as one key; false when too long to name anything in a run file. */
static bool make_key(char key[OBJECT_LENGTH], const char *prefix, const char *name)
{
    return snprintf(key, OBJECT_LENGTH, "%s%s", prefix, name) < OBJECT_LENGTH;
}

/* Whether this is a run file that this program understands. */
static bool check_schema(struct run_reader *reader, struct error *error)
{
    const char *version = run_reader_attribute(reader, "schema_version");
    if (!version || !columns_has(reader->file, "/io")) {
        return error_set(error, ERROR_INPUT, reader->path, "is an HDF5 file, but no run file of essim: it has no %s",
                         version ? "/io group" : "attribute schema_version");
    }
    if (strtoll(version, NULL, 10) > RUN_SCHEMA_VERSION) {
        return error_set(error, ERROR_INPUT, reader->path,
                         "was written by a newer essim: schema_version %s, this one reads up to %d", version,
                         RUN_SCHEMA_VERSION);
    }
    return true;
}

struct run_reader *run_reader_open(const char *path, struct error *error)
{
    struct run_reader *reader = calloc(1, sizeof *reader);
    if (!reader || !(reader->path = strdup(path))) {
        free(reader);
        error_set(error, ERROR_RUN, path, "no memory");
        return NULL;
    }
    reader->file = columns_open(path, error);
    if (!reader->file || !check_schema(reader, error)) {
        run_reader_close(reader);
        return NULL;
    }
    reader->io_count = columns_rows(reader->file, "/io", "io", error);
    if (reader->io_count < 0) {
        run_reader_close(reader);
        return NULL;
    }
    return reader;
}

void run_reader_close(struct run_reader *reader)
{
    if (!reader) {
        return;
    }
    while (reader->kept) {
        struct kept_texts *next = reader->kept->next;
        columns_texts_free(reader->kept->texts, reader->kept->count);
        free(reader->kept->key);
        free(reader->kept);
        reader->kept = next;
    }
    columns_close(reader->file);
    free(reader->path);
    free(reader);
}

int64_t run_reader_io_count(const struct run_reader *reader)
{
    return reader->io_count;
}

bool run_reader_column(struct run_reader *reader, const char *name, int64_t first, int64_t count, int64_t *values,
                       struct error *error)
{
    char key[OBJECT_LENGTH];
    if (!make_key(key, "/io/", name)) {
        return error_set(error, ERROR_INPUT, reader->path, "has no column %.60s...", name);
    }
    if (first < 0 || count < 0 || first > reader->io_count || count > reader->io_count - first) {
        return error_set(error, ERROR_INPUT, reader->path,
                         "has %" PRId64 " I/Os, not the asked-for %" PRId64 " from row %" PRId64, reader->io_count,
                         count, first);
    }
    return columns_read_int(reader->file, key, first, count, values, error);
}

bool run_reader_has_column(struct run_reader *reader, const char *name)
{
    char key[OBJECT_LENGTH];
    return make_key(key, "/io/", name) && columns_read_int(reader->file, key, 0, 0, NULL, NULL);
}

const char *run_reader_attribute(struct run_reader *reader, const char *name)
{
    char key[OBJECT_LENGTH];
    const struct kept_texts *kept = make_key(key, "@", name) ? keep(reader, key) : NULL;
    return kept && kept->count ? kept->texts[0] : NULL;
}

size_t run_reader_name_count(struct run_reader *reader, const char *table)
{
    char key[OBJECT_LENGTH];
    const struct kept_texts *kept = make_key(key, "/names/", table) ? keep(reader, key) : NULL;
    return kept ? kept->count : 0;
}

const char *run_reader_name(struct run_reader *reader, const char *table, size_t index)
{
    char key[OBJECT_LENGTH];
    const struct kept_texts *kept = make_key(key, "/names/", table) ? keep(reader, key) : NULL;
    return kept && index < kept->count ? kept->texts[index] : NULL;
}

enum pair_kind run_reader_pair_kind(struct run_reader *reader, size_t index)
{
    const char *kind = run_reader_name(reader, "pair_kind", index);
    return kind && strcmp(kind, pair_kind_name(PAIR_FLASHCOPY)) == 0 ? PAIR_FLASHCOPY : PAIR_PPRC;
}

struct run_event *run_reader_events(struct run_reader *reader, size_t *count, struct error *error)
{
    const struct kept_texts *subjects = keep(reader, "/events/subject");
    const struct kept_texts *details = keep(reader, "/events/detail");
    int64_t whole =
        columns_has(reader->file, "/events/time") ? columns_rows(reader->file, "/events", "event", NULL) : 0;
    size_t rows = whole > 0 && subjects && details ? (size_t)whole : 0;
    if (rows > 0 && (rows > subjects->count || rows > details->count)) {
        rows = subjects->count < details->count ? subjects->count : details->count;
    }
    *count = 0;
    struct run_event *events = calloc(rows + 1, sizeof *events);
    int64_t *times = calloc(rows + 1, sizeof *times);
    bool ok = events && times;
    if (!ok) {
        error_set(error, ERROR_RUN, reader->path, "no memory");
    }
    ok = ok && (rows == 0 || columns_read_int(reader->file, "/events/time", 0, (int64_t)rows, times, error));
    for (size_t i = 0; ok && i < rows; i++) {
        events[i] = (struct run_event){times[i], subjects->texts[i], details->texts[i]};
    }
    free(times);
    if (!ok) {
        free(events);
        return NULL;
    }
    *count = rows;
    return events;
}

int64_t run_reader_step_count(struct run_reader *reader)
{
    int64_t steps = columns_has(reader->file, "/series/time") ? columns_rows(reader->file, "/series", "time", NULL) : 0;
    return steps > 0 ? steps : 0;
}

bool run_reader_steps(struct run_reader *reader, const char *name, int64_t first, int64_t count, int64_t *values,
                      struct error *error)
{
    char key[OBJECT_LENGTH];
    if (!make_key(key, "/series/", name)) {
        return error_set(error, ERROR_INPUT, reader->path, "has no series %.60s...", name);
    }
    bool is_time = strcmp(name, "time") == 0;
    int64_t width = is_time ? 0 : (int64_t)run_reader_name_count(reader, "pairs");
    return columns_read_table(reader->file, key, width, first, count, values, error);
}

const char *run_reader_summary(struct run_reader *reader)
{
    const struct kept_texts *kept = keep(reader, "/summary/json");
    return kept && kept->count ? kept->texts[0] : NULL;
}
