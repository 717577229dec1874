// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * columns_table: the tables of columns.h, created and appended to.
 *
 * One dataset a column, chunked by rows. A dimension is a dimension scale: the column of its name, or a
 * float32 dataset with no values under a name that netCDF reserves. A whole chunk is filtered here and
 * handed to HDF5 as it is to stand on disk (H5Dwrite_chunk); rows that complete a chunk begun before
 * take HDF5's own way. Handles are left open on a failure, as columns.c explains.
 */
#include "analysis/columns_internal.h"

#include <assert.h>
#include <hdf5_hl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/shuffle.h"

enum {
    FLUSH_CHUNKS = 50,
    DEFLATE_LEVEL = 1,
    ROOM_MARGIN_BYTES = 1 << 20, /* for HDF5's own structures */
};

struct column {
    char *name;
    enum column_type type;
    size_t width; /* values a row; 1 without a second dimension */
    hid_t dataset;
};

struct columns_table {
    struct columns_table *next; /* of the file */
    struct columns_file *file;
    struct shuffle *shuffle;
    struct column *columns;
    size_t count;
    size_t chunk_rows;
    size_t row_bytes; /* of all columns, uncompressed */
    hsize_t rows;     /* written */
    hid_t scale;      /* the dimension's dummy; negative when a column is the scale */
};

size_t column_type_bytes(enum column_type type)
{
    switch (type) {
    case COLUMN_U8:
        return 1;
    case COLUMN_U16:
        return 2;
    case COLUMN_I32:
    case COLUMN_U32:
    case COLUMN_F32:
        return 4;
    case COLUMN_I64:
    case COLUMN_F64:
        return 8;
    case COLUMN_TEXT:
        break;
    }
    return sizeof(char *);
}

/* The type in memory, which is also the one on disk. Not for texts. */
static hid_t native_type(enum column_type type)
{
    switch (type) {
    case COLUMN_U8:
        return H5T_NATIVE_UINT8;
    case COLUMN_U16:
        return H5T_NATIVE_UINT16;
    case COLUMN_I32:
        return H5T_NATIVE_INT32;
    case COLUMN_U32:
        return H5T_NATIVE_UINT32;
    case COLUMN_I64:
        return H5T_NATIVE_INT64;
    case COLUMN_F32:
        return H5T_NATIVE_FLOAT;
    case COLUMN_F64:
        return H5T_NATIVE_DOUBLE;
    case COLUMN_TEXT:
        break;
    }
    return H5I_INVALID_HID;
}

/* ---- creating ---- */

/* units, long_name and the flags of a column. */
static bool describe(hid_t dataset, const struct column_info *info)
{
    if (!hdf_set_text(dataset, "units", info->units ? info->units : "1") ||
        !hdf_set_text(dataset, "long_name", info->long_name)) {
        return false;
    }
    if (!info->flag_meanings) {
        return true;
    }
    int64_t values[256];
    size_t count = 1;
    for (const char *p = info->flag_meanings; *p; p++) {
        count += *p == ' ';
    }
    assert(count <= 256 && info->type != COLUMN_TEXT);
    for (size_t i = 0; i < count; i++) {
        values[i] = (int64_t)i;
    }
    return H5Tconvert(H5T_NATIVE_INT64, native_type(info->type), count, values, NULL, H5P_DEFAULT) >= 0 &&
           hdf_set_numbers(dataset, "flag_values", native_type(info->type), values, count) &&
           hdf_set_text(dataset, "flag_meanings", info->flag_meanings);
}

/* Length of the group's list of names; 0 on a failure. */
static size_t names_length(hid_t group, const char *name)
{
    hsize_t length = 0;
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    hid_t space = dataset < 0 ? dataset : H5Dget_space(dataset);
    if (space < 0 || H5Sget_simple_extent_dims(space, &length, NULL) != 1) {
        return 0;
    }
    H5Sclose(space);
    H5Dclose(dataset);
    return (size_t)length;
}

/* Creates a chunked dataset that grows along its first dimension: `width` values a row, 0: no second dimension. */
static hid_t create_growing(hid_t group, const char *name, hid_t type, size_t chunk_rows, size_t width)
{
    hsize_t extent[2] = {0, width}, limit[2] = {H5S_UNLIMITED, width}, chunk[2] = {chunk_rows, width};
    int rank = width ? 2 : 1;
    bool number = H5Tget_class(type) != H5T_STRING;
    hid_t space = H5Screate_simple(rank, extent, limit), creation = columns_dataset_creation();
    if (space < 0 || creation < 0 || H5Pset_chunk(creation, rank, chunk) < 0 ||
        (number && H5Tget_size(type) > 1 && H5Pset_shuffle(creation) < 0) ||
        (number && H5Pset_deflate(creation, DEFLATE_LEVEL) < 0)) {
        return H5I_INVALID_HID;
    }
    hid_t dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(creation);
    return dataset;
}

/* The dimension's scale: a column of that name, or a dummy that is created first, as netCDF does. */
static bool create_scale(struct columns_table *table, hid_t group, const char *dimension)
{
    char name[64];
    snprintf(name, sizeof name, "This is a netCDF dimension but not a netCDF variable.%10d", 0);
    table->scale = create_growing(group, dimension, H5T_NATIVE_FLOAT, table->chunk_rows, 0);
    return table->scale >= 0 && H5DSset_scale(table->scale, name) >= 0;
}

static bool create_column(struct columns_table *table, hid_t group, const char *dimension,
                          const struct column_info *info, struct column *column)
{
    size_t across = info->across ? names_length(group, info->across) : 0;
    hid_t type = info->type == COLUMN_TEXT ? hdf_text_type() : H5Tcopy(native_type(info->type));
    *column = (struct column){strdup(info->name), info->type, across ? across : 1, H5I_INVALID_HID};
    if (!column->name || type < 0 || (info->across && across == 0)) {
        return false;
    }
    column->dataset = create_growing(group, info->name, type, table->chunk_rows, across);
    if (column->dataset < 0 || H5Tclose(type) < 0 || !describe(column->dataset, info)) {
        return false;
    }
    table->row_bytes += column->width * column_type_bytes(column->type);
    if (strcmp(info->name, dimension) == 0) {
        return H5DSset_scale(column->dataset, dimension) >= 0;
    }
    return columns_attach(group, column->dataset, dimension, 0) &&
           (!across || columns_attach(group, column->dataset, info->across, 1));
}

static bool create_columns(struct columns_table *table, hid_t group, const char *dimension,
                           const struct column_info *columns)
{
    bool coordinates = false;
    for (size_t c = 0; c < table->count; c++) {
        coordinates = coordinates || strcmp(columns[c].name, dimension) == 0;
    }
    assert(!coordinates || strcmp(columns[0].name, dimension) == 0);
    if (!coordinates && !create_scale(table, group, dimension)) {
        return false;
    }
    for (size_t c = 0; c < table->count; c++) {
        if (!create_column(table, group, dimension, &columns[c], &table->columns[c])) {
            return false;
        }
    }
    return true;
}

/* The largest chunk of any column, in bytes. */
static size_t largest_chunk(const struct columns_table *table)
{
    size_t largest = 0;
    for (size_t c = 0; c < table->count; c++) {
        size_t bytes = table->chunk_rows * table->columns[c].width * column_type_bytes(table->columns[c].type);
        largest = bytes > largest ? bytes : largest;
    }
    return largest;
}

struct columns_table *columns_table_create(struct columns_file *file, const char *group, const char *dimension,
                                           size_t chunk_rows, const struct column_info *columns, size_t count,
                                           struct error *error)
{
    assert(chunk_rows > 0 && count > 0);
    if (!columns_usable(file, error)) {
        return NULL;
    }
    struct columns_table *table = calloc(1, sizeof *table);
    struct column *list = calloc(count, sizeof *list);
    if (!table || !list) {
        free(table);
        free(list);
        columns_fail(file, error, "no memory");
        return NULL;
    }
    *table = (struct columns_table){.next = file->tables,
                                    .file = file,
                                    .columns = list,
                                    .count = count,
                                    .chunk_rows = chunk_rows,
                                    .scale = H5I_INVALID_HID};
    file->tables = table;
    hid_t at = columns_open_group(file->file, group);
    if (at < 0 || !create_columns(table, at, dimension, columns) || H5Gclose(at) < 0) {
        columns_fail_hdf(file, error, "create columns");
        return NULL;
    }
    table->shuffle = shuffle_create(largest_chunk(table), error);
    if (!table->shuffle) {
        columns_fail(file, error, "no memory");
        return NULL;
    }
    return table;
}

/* ---- appending ---- */

/* Rows that begin a chunk, at most one chunk of them, ready filtered. */
static bool write_chunk(struct columns_table *table, struct column *column, const void *values, size_t rows)
{
    hsize_t offset[2] = {table->rows, 0};
    size_t bytes;
    const void *chunk = shuffle_chunk(table->shuffle, values, rows * column->width, table->chunk_rows * column->width,
                                      column_type_bytes(column->type), &bytes);
    return H5Dwrite_chunk(column->dataset, H5P_DEFAULT, 0, offset, bytes, chunk) >= 0;
}

/* Rows anywhere, through HDF5. Texts have no second dimension. */
static bool write_rows(struct columns_table *table, struct column *column, const void *values, size_t rows)
{
    hsize_t offset[2] = {table->rows, 0}, extent[2] = {rows, column->width};
    hid_t space = H5Dget_space(column->dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    hid_t type = column->type == COLUMN_TEXT ? H5Dget_type(column->dataset) : H5Tcopy(native_type(column->type));
    hid_t memory = rank < 0 ? H5I_INVALID_HID : H5Screate_simple(rank, extent, NULL);
    return type >= 0 && memory >= 0 && H5Sselect_hyperslab(space, H5S_SELECT_SET, offset, NULL, extent, NULL) >= 0 &&
           H5Dwrite(column->dataset, type, memory, space, H5P_DEFAULT, values) >= 0 && H5Sclose(space) >= 0 &&
           H5Sclose(memory) >= 0 && H5Tclose(type) >= 0;
}

static bool write_text_rows(struct columns_table *table, struct column *column, const char *const *texts, size_t rows)
{
    char **clean = calloc(rows, sizeof *clean);
    bool ok = clean != NULL;
    for (size_t i = 0; ok && i < rows; i++) {
        clean[i] = hdf_clean_text(texts[i]);
        ok = clean[i] != NULL;
    }
    ok = ok && write_rows(table, column, clean, rows);
    for (size_t i = 0; clean && i < rows; i++) {
        free(clean[i]);
    }
    free(clean);
    return ok;
}

/* Appends rows that lie in one chunk, `done` rows into the caller's arrays. */
static bool append_part(struct columns_table *table, const void *const *values, size_t done, size_t rows)
{
    bool at_chunk = table->rows % table->chunk_rows == 0;
    for (size_t c = 0; c < table->count; c++) {
        struct column *column = &table->columns[c];
        hsize_t extent[2] = {table->rows + rows, column->width};
        size_t row_bytes = column->width * column_type_bytes(column->type);
        const void *from = (const char *)values[c] + done * row_bytes;
        bool ok = H5Dset_extent(column->dataset, extent) >= 0;
        if (column->type == COLUMN_TEXT) {
            ok = ok && write_text_rows(table, column, from, rows);
        } else if (at_chunk) {
            ok = ok && write_chunk(table, column, from, rows);
        } else {
            ok = ok && write_rows(table, column, from, rows);
        }
        if (!ok) {
            return false;
        }
    }
    table->rows += rows;
    return true;
}

bool columns_append(struct columns_table *table, const void *const *values, size_t rows, struct error *error)
{
    struct columns_file *file = table->file;
    if (!columns_usable(file, error)) {
        return false;
    }
    for (size_t done = 0; done < rows;) {
        size_t room = table->chunk_rows - (size_t)(table->rows % table->chunk_rows);
        size_t part = rows - done < room ? rows - done : room;
        if (!part_file_has_room(&file->part, (int64_t)(part * table->row_bytes + ROOM_MARGIN_BYTES))) {
            return columns_fail(file, error, "cannot write: the disk is full");
        }
        if (!append_part(table, values, done, part)) {
            return columns_fail_hdf(file, error, "write");
        }
        done += part;
        if (part == room && ++file->chunks_since_flush >= FLUSH_CHUNKS && !columns_flush(file, error)) {
            return false;
        }
    }
    return true;
}

/* ---- the file's view ---- */

bool columns_tables_extend(struct columns_table *tables)
{
    for (struct columns_table *table = tables; table; table = table->next) {
        if (table->scale >= 0 && H5Dset_extent(table->scale, &table->rows) < 0) {
            return false;
        }
    }
    return true;
}

void columns_tables_free(struct columns_table *tables)
{
    while (tables) {
        struct columns_table *next = tables->next;
        for (size_t c = 0; c < tables->count; c++) {
            free(tables->columns[c].name);
        }
        shuffle_destroy(tables->shuffle);
        free(tables->columns);
        free(tables);
        tables = next;
    }
}
