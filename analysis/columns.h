// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * columns: files of equally long columns, HDF5 that is valid netCDF-4 as well.
 *
 * The low level of run files and of recorded traces. A file holds groups ("/io"); a group holds a
 * table, that is one dimension that grows and the columns along it, each a dataset of its own with
 * units, long_name and, for codes, flag_values and flag_meanings. Numbers are shuffled and deflated at
 * level 1; the compressing is done here with libdeflate, whole chunks at a time, but any HDF5 reads it.
 *
 * A new file grows as PATH.part and appears under PATH only when it is complete and on disk; what
 * stood there is replaced whole. PATH may be a symbolic link (its target is replaced). PATH.part is
 * locked while it is written: a second writer of the same PATH fails, the left-over of a killed one is
 * overwritten. After a failed write a file is not touched any more, only removed by its destroyer.
 *
 * HDF5 has one global state. All functions here may be called from several threads when the library
 * was built thread-safe (columns_thread_safe()), though never two at once on one file.
 */
#ifndef ANALYSIS_COLUMNS_H
#define ANALYSIS_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

/* Rows a chunk of a long table: 128 KiB of int64, the best of what was tried for speed and size. */
enum { COLUMNS_CHUNK_ROWS = 16384 };

enum column_type {
    COLUMN_U8,
    COLUMN_U16,
    COLUMN_I32,
    COLUMN_U32,
    COLUMN_I64,
    COLUMN_F32,
    COLUMN_F64,
    COLUMN_TEXT, /* const char *, UTF-8 */
};

/* Bytes of one value as columns_append() takes it. */
size_t column_type_bytes(enum column_type type);

/* What a column is. Strings stay the caller's. */
struct column_info {
    const char *name;
    enum column_type type;
    const char *units;         /* "ns", "bytes", "1" for a number of its own; NULL: none (codes, texts) */
    const char *long_name;     /* a phrase that says what it is */
    const char *flag_meanings; /* integer codes only, else NULL: the words for 0, 1, 2 ..., blanks in between */
    const char *across;        /* second dimension, one of the group's names (columns_names()); NULL: none */
};

/* ---- writing ---- */

struct columns_file;
struct columns_table;

/* Whether HDF5 may be used by several threads. */
bool columns_thread_safe(void);

/* Creates PATH.part. NULL with an error: ERROR_INPUT when `path` cannot be an output, else ERROR_RUN. */
struct columns_file *columns_create(const char *path, struct error *error);

/* Sets an attribute of `object` ("/", "/io", "/io/volume"); one that is there is replaced. Bytes of a text that are
 * not UTF-8 become U+FFFD; NULL is the empty text. */
bool columns_set_text(struct columns_file *file, const char *object, const char *name, const char *text,
                      struct error *error);
bool columns_set_int(struct columns_file *file, const char *object, const char *name, int64_t value,
                     struct error *error);
bool columns_set_uint(struct columns_file *file, const char *object, const char *name, uint64_t value,
                      struct error *error);

/* Writes a list of names as /GROUP/NAME, a dimension whose coordinates are the texts. The group is created when
 * it is not there. `count` > 0. */
bool columns_names(struct columns_file *file, const char *group, const char *name, const char *long_name,
                   const char *const *names, size_t count, struct error *error);

/* Writes texts along such a list: /GROUP/NAME has the dimension /GROUP/ALONG, of `count`. */
bool columns_texts(struct columns_file *file, const char *group, const char *name, const char *long_name,
                   const char *along, const char *const *texts, size_t count, struct error *error);

/* Writes integers along such a list, likewise. */
bool columns_numbers(struct columns_file *file, const char *group, const char *name, const char *long_name,
                     const char *along, const int64_t *numbers, size_t count, struct error *error);

/* Writes one text of any length as /GROUP/NAME. */
bool columns_text(struct columns_file *file, const char *group, const char *name, const char *long_name,
                  const char *text, struct error *error);

/* Creates a table in a group (created when it is not there). `dimension` is a name of its own ("io"), or that of
 * one column, which then holds the dimension's coordinates. `chunk_rows` > 0. The table belongs to the file.
 * NULL with an error. */
struct columns_table *columns_table_create(struct columns_file *file, const char *group, const char *dimension,
                                           size_t chunk_rows, const struct column_info *columns, size_t count,
                                           struct error *error);

/* Appends rows: values[c] points to `rows` values of column c (times the length of its second dimension, row by
 * row). Any number of rows; whole chunks are much the fastest, if all calls before wrote whole chunks too.
 * Fails with ERROR_RUN before anything is written when the disk has not the room. */
bool columns_append(struct columns_table *table, const void *const *values, size_t rows, struct error *error);

/* Makes all written so far readable even if the process is killed. Appending flushes every fifty chunks or so. */
bool columns_flush(struct columns_file *file, struct error *error);

/* Closes the file, syncs it, gives it its name, and frees it in any case. false with an error when this or an
 * earlier write failed; the name is then as it was before, and PATH.part removed. */
bool columns_finish(struct columns_file *file, struct error *error);

/* Removes PATH.part and frees the file. NULL is fine. */
void columns_abandon(struct columns_file *file);

/* ---- reading ---- */

struct columns_reader;

/* Opens a file for reading. NULL with an ERROR_INPUT: missing, not HDF5, damaged, being written just now. */
struct columns_reader *columns_open(const char *path, struct error *error);
void columns_close(struct columns_reader *reader);

/* Whether the file holds the group or dataset ("/io", "/io/length"). */
bool columns_has(struct columns_reader *reader, const char *object);

/* Rows that all columns of a group's table have in full: a killed writer's may differ in length. -1 when there is
 * no such group or dimension, with an error. */
int64_t columns_rows(struct columns_reader *reader, const char *group, const char *dimension, struct error *error);

/* Reads `count` values from row `first` of the one-dimensional column `object` ("/io/length"), as 64-bit integers
 * or floats whatever its type. false with an ERROR_INPUT: no such column, no numbers, out of range, damaged. */
bool columns_read_int(struct columns_reader *reader, const char *object, int64_t first, int64_t count,
                      int64_t *values, struct error *error);
bool columns_read_real(struct columns_reader *reader, const char *object, int64_t first, int64_t count,
                       double *values, struct error *error);

/* As columns_read_int(), `count` whole rows of a column whose second dimension has the length `width`. */
bool columns_read_table(struct columns_reader *reader, const char *object, int64_t width, int64_t first, int64_t count,
                        int64_t *values, struct error *error);

/* Reads all texts of a text column or list, or the one of a scalar. The caller frees with columns_texts_free().
 * NULL with an ERROR_INPUT. */
char **columns_read_texts(struct columns_reader *reader, const char *object, size_t *count, struct error *error);
void columns_texts_free(char **texts, size_t count);

/* An attribute as text, numbers printed; NULL when there is none. The caller frees it. */
char *columns_attribute(struct columns_reader *reader, const char *object, const char *name);

#endif
