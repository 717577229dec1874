// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * columns_read: the reading half of columns.h.
 *
 * Datasets stay open once used, so that slices smaller than a chunk come from HDF5's chunk cache. A
 * killed writer can leave columns of unequal length, or extents whose last chunks are not in the
 * file's index, which HDF5 would read as zeros; columns_rows() counts only rows that are there.
 */
#include "analysis/columns.h"

#include <hdf5_hl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/hdf.h"
#include "analysis/part_file.h"

static const char dummy_scale[] = "This is a netCDF dimension but not a netCDF variable.";

struct open_dataset {
    struct open_dataset *next;
    hid_t dataset;
    char name[]; /* as asked for */
};

struct columns_reader {
    char *path;
    hid_t file;
    struct open_dataset *open;
};

/* ---- the file ---- */

struct columns_reader *columns_open(const char *path, struct error *error)
{
    hdf_start();
    struct columns_reader *reader = calloc(1, sizeof *reader);
    hid_t access = hdf_file_access(false);
    if (!reader || access < 0 || !(reader->path = strdup(path))) {
        error_set(error, ERROR_RUN, path, "no memory");
        goto fail;
    }
    if (part_file_is_locked(path)) {
        error_set(error, ERROR_INPUT, path, "is being written just now");
        goto fail;
    }
    reader->file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (reader->file < 0) {
        hdf_fail(error, ERROR_INPUT, path, "read it as an HDF5 file");
        goto fail;
    }
    H5Pclose(access);
    return reader;

fail:
    if (reader) {
        free(reader->path);
    }
    free(reader);
    H5Pclose(access);
    return NULL;
}

void columns_close(struct columns_reader *reader)
{
    if (!reader) {
        return;
    }
    hdf_start();
    while (reader->open) {
        struct open_dataset *next = reader->open->next;
        H5Dclose(reader->open->dataset);
        free(reader->open);
        reader->open = next;
    }
    H5Fclose(reader->file);
    free(reader->path);
    free(reader);
}

/* Whether every link on the way along the absolute path exists, and leads to an object. */
static bool object_exists(hid_t file, const char *object)
{
    char prefix[512];
    size_t length = strlen(object);
    if (length >= sizeof prefix || object[0] != '/') {
        return false;
    }
    for (size_t i = 1; i <= length; i++) {
        if (i > 1 && (object[i] == '/' || object[i] == 0)) {
            memcpy(prefix, object, i);
            prefix[i] = 0;
            if (H5Lexists(file, prefix, H5P_DEFAULT) <= 0) {
                return false;
            }
        }
    }
    return length == 1 || H5Oexists_by_name(file, object, H5P_DEFAULT) > 0;
}

/* Whether a dataset only stands for a dimension. */
static bool is_dummy(hid_t dataset)
{
    char name[sizeof dummy_scale] = "";
    return H5DSis_scale(dataset) > 0 && H5DSget_scale_name(dataset, name, sizeof name) > 0 &&
           strncmp(name, dummy_scale, sizeof name - 1) == 0;
}

/* The dataset of that path, kept open by the reader; negative when there is none. */
static hid_t find_dataset(struct columns_reader *reader, const char *object)
{
    for (struct open_dataset *open = reader->open; open; open = open->next) {
        if (strcmp(open->name, object) == 0) {
            return open->dataset;
        }
    }
    H5O_info_t info;
    struct open_dataset *open = malloc(sizeof *open + strlen(object) + 1);
    if (!open || !object_exists(reader->file, object) ||
        H5Oget_info_by_name2(reader->file, object, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 ||
        info.type != H5O_TYPE_DATASET || (open->dataset = H5Dopen2(reader->file, object, H5P_DEFAULT)) < 0) {
        free(open);
        return H5I_INVALID_HID;
    }
    if (is_dummy(open->dataset)) {
        H5Dclose(open->dataset);
        free(open);
        return H5I_INVALID_HID;
    }
    memcpy(open->name, object, strlen(object) + 1);
    open->next = reader->open;
    reader->open = open;
    return open->dataset;
}

bool columns_has(struct columns_reader *reader, const char *object)
{
    hdf_start();
    H5O_info_t info;
    if (!object_exists(reader->file, object) ||
        H5Oget_info_by_name2(reader->file, object, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0) {
        return false;
    }
    return info.type == H5O_TYPE_GROUP || (info.type == H5O_TYPE_DATASET && find_dataset(reader, object) >= 0);
}

/* Number of dimensions and the first one's length; -1 when it cannot be told. */
static int shape_of(hid_t dataset, hsize_t *length, hsize_t *width)
{
    hsize_t extent[H5S_MAX_RANK] = {0};
    hid_t space = H5Dget_space(dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, extent, NULL);
    H5Sclose(space);
    *length = extent[0];
    if (width) {
        *width = rank == 2 ? extent[1] : 1;
    }
    return rank;
}

/* ---- rows ---- */

/* Rows along the first dimension whose chunks are in the file. Chunks come in order, so the last one that is
 * there is found by bisection. */
static hsize_t rows_present(hid_t dataset)
{
    hsize_t rows = 0, chunk[H5S_MAX_RANK] = {0}, bytes, low = 0;
    if (shape_of(dataset, &rows, NULL) < 1 || rows == 0) {
        return 0;
    }
    hid_t creation = H5Dget_create_plist(dataset);
    bool chunked = creation >= 0 && H5Pget_layout(creation) == H5D_CHUNKED &&
                   H5Pget_chunk(creation, H5S_MAX_RANK, chunk) > 0 && chunk[0] > 0;
    H5Pclose(creation);
    if (!chunked) {
        return rows;
    }
    hsize_t high = (rows + chunk[0] - 1) / chunk[0]; /* chunks [0, low) are there, [high, ...) are not */
    hsize_t probe = high - 1;
    while (low < high) {
        hsize_t offset[H5S_MAX_RANK] = {probe * chunk[0]};
        bytes = 0;
        bool there = H5Dget_chunk_storage_size(dataset, offset, &bytes) >= 0 && bytes > 0;
        low = there ? probe + 1 : low;
        high = there ? high : probe;
        probe = low + (high - low) / 2;
    }
    return low * chunk[0] < rows ? low * chunk[0] : rows;
}

struct row_count {
    hid_t scale;  /* the dimension */
    hsize_t rows; /* the least so far */
    bool any;
};

/* Takes a link of the group into account when it is a column along the dimension. */
static herr_t count_link(hid_t group, const char *name, const H5L_info_t *link, void *data)
{
    struct row_count *count = data;
    H5O_info_t info;
    (void)link;
    if (H5Oget_info_by_name2(group, name, &info, H5O_INFO_BASIC, H5P_DEFAULT) < 0 || info.type != H5O_TYPE_DATASET) {
        return 0;
    }
    hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
    if (dataset < 0) {
        return -1;
    }
    /* Asking whether a scale has a scale is an error to HDF5. */
    if (H5DSis_scale(dataset) <= 0 && H5DSis_attached(dataset, count->scale, 0) > 0) {
        hsize_t rows = rows_present(dataset);
        count->rows = !count->any || rows < count->rows ? rows : count->rows;
        count->any = true;
    }
    H5Dclose(dataset);
    return 0;
}

int64_t columns_rows(struct columns_reader *reader, const char *group, const char *dimension, struct error *error)
{
    hdf_start();
    struct row_count count = {H5I_INVALID_HID, 0, false};
    hid_t at = object_exists(reader->file, group) ? H5Gopen2(reader->file, group, H5P_DEFAULT) : H5I_INVALID_HID;
    if (at >= 0 && H5Lexists(at, dimension, H5P_DEFAULT) > 0) {
        count.scale = H5Dopen2(at, dimension, H5P_DEFAULT);
    }
    bool ok = count.scale >= 0 && H5DSis_scale(count.scale) > 0;
    if (!ok) {
        error_set(error, ERROR_INPUT, reader->path, "has no dimension '%s' in %s", dimension, group);
    } else {
        if (!is_dummy(count.scale)) {
            count.rows = rows_present(count.scale);
            count.any = true;
        }
        ok = H5Literate(at, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, count_link, &count) >= 0;
        if (!ok) {
            hdf_fail(error, ERROR_INPUT, reader->path, "read the columns");
        }
    }
    if (count.scale >= 0) {
        H5Dclose(count.scale);
    }
    if (at >= 0) {
        H5Gclose(at);
    }
    return ok ? (int64_t)count.rows : -1;
}

/* ---- values ---- */

/* Checks that `object` is a column of numbers that has the rows, `width` numbers each (0: one, and no second
 * dimension). Negative with an error. */
static hid_t find_numbers(struct columns_reader *reader, const char *object, int64_t width, int64_t first,
                          int64_t count, struct error *error)
{
    hid_t dataset = find_dataset(reader, object);
    if (dataset < 0) {
        error_set(error, ERROR_INPUT, reader->path, "has no column %s", object);
        return H5I_INVALID_HID;
    }
    hsize_t rows = 0, wide = 0;
    int rank = shape_of(dataset, &rows, &wide);
    hid_t type = H5Dget_type(dataset);
    H5T_class_t class = H5Tget_class(type);
    H5Tclose(type);
    if (rank != (width > 0 ? 2 : 1) || (width > 0 && wide != (hsize_t)width) ||
        (class != H5T_INTEGER && class != H5T_FLOAT)) {
        error_set(error, ERROR_INPUT, reader->path, "%s is no column of numbers", object);
        return H5I_INVALID_HID;
    }
    if (first < 0 || count < 0 || (hsize_t)first > rows || (hsize_t)count > rows - (hsize_t)first) {
        error_set(error, ERROR_INPUT, reader->path,
                  "%s has %" PRIu64 " rows, not the asked-for %" PRId64 " from row %" PRId64, object, (uint64_t)rows,
                  count, first);
        return H5I_INVALID_HID;
    }
    return dataset;
}

static bool read_numbers(struct columns_reader *reader, const char *object, hid_t type, int64_t width, int64_t first,
                         int64_t count, void *values, struct error *error)
{
    hdf_start();
    hid_t dataset = find_numbers(reader, object, width, first, count, error);
    if (dataset < 0 || count == 0) {
        return dataset >= 0;
    }
    hsize_t offset[2] = {(hsize_t)first, 0}, extent[2] = {(hsize_t)count, (hsize_t)width};
    hid_t memory = H5Screate_simple(width > 0 ? 2 : 1, extent, NULL), space = H5Dget_space(dataset);
    bool ok = memory >= 0 && space >= 0 &&
              H5Sselect_hyperslab(space, H5S_SELECT_SET, offset, NULL, extent, NULL) >= 0 &&
              H5Dread(dataset, type, memory, space, H5P_DEFAULT, values) >= 0;
    if (!ok) {
        char doing[300];
        snprintf(doing, sizeof doing, "read %s", object);
        hdf_fail(error, ERROR_INPUT, reader->path, doing);
    }
    H5Sclose(memory);
    H5Sclose(space);
    return ok;
}

bool columns_read_int(struct columns_reader *reader, const char *object, int64_t first, int64_t count, int64_t *values,
                      struct error *error)
{
    return read_numbers(reader, object, H5T_NATIVE_INT64, 0, first, count, values, error);
}

bool columns_read_real(struct columns_reader *reader, const char *object, int64_t first, int64_t count, double *values,
                       struct error *error)
{
    return read_numbers(reader, object, H5T_NATIVE_DOUBLE, 0, first, count, values, error);
}

bool columns_read_table(struct columns_reader *reader, const char *object, int64_t width, int64_t first, int64_t count,
                        int64_t *values, struct error *error)
{
    return read_numbers(reader, object, H5T_NATIVE_INT64, width, first, count, values, error);
}

/* ---- texts ---- */

void columns_texts_free(char **texts, size_t count)
{
    for (size_t i = 0; texts && i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

/* Copies what HDF5 handed out, with "" for NULL. */
static char **copy_texts(char *const *from, size_t count)
{
    char **texts = calloc(count + 1, sizeof *texts);
    for (size_t i = 0; texts && i < count; i++) {
        texts[i] = strdup(from[i] ? from[i] : "");
        if (!texts[i]) {
            columns_texts_free(texts, i);
            return NULL;
        }
    }
    return texts;
}

char **columns_read_texts(struct columns_reader *reader, const char *object, size_t *count, struct error *error)
{
    hdf_start();
    char **texts = NULL, **raw = NULL;
    hsize_t length = 0;
    *count = 0;
    hid_t dataset = find_dataset(reader, object);
    hid_t type = dataset < 0 ? dataset : H5Dget_type(dataset);
    hid_t space = dataset < 0 ? dataset : H5Dget_space(dataset);
    int rank = dataset < 0 ? -1 : shape_of(dataset, &length, NULL);
    if (rank < 0 || rank > 1 || H5Tis_variable_str(type) <= 0) {
        error_set(error, ERROR_INPUT, reader->path, "has no texts %s", object);
        goto clean_up;
    }
    length = rank == 0 ? 1 : length;
    raw = length <= SIZE_MAX / sizeof *raw - 1 ? calloc((size_t)length + 1, sizeof *raw) : NULL;
    if (!raw) {
        error_set(error, ERROR_RUN, reader->path, "no memory");
        goto clean_up;
    }
    if (length > 0 && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw) < 0) {
        hdf_fail(error, ERROR_INPUT, reader->path, "read texts");
        goto clean_up;
    }
    texts = copy_texts(raw, (size_t)length);
    *count = texts ? (size_t)length : 0;
    if (!texts) {
        error_set(error, ERROR_RUN, reader->path, "no memory");
    }
    if (length > 0) {
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw);
    }

clean_up:
    free(raw);
    H5Tclose(type);
    H5Sclose(space);
    return texts;
}

/* A scalar attribute of numbers, printed. */
static char *number_text(hid_t attribute, hid_t type)
{
    char text[64];
    int64_t integer;
    uint64_t natural;
    double real;
    bool ok;
    if (H5Tget_class(type) == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_NONE) {
        ok = H5Aread(attribute, H5T_NATIVE_UINT64, &natural) >= 0;
        snprintf(text, sizeof text, "%" PRIu64, ok ? natural : 0);
    } else if (H5Tget_class(type) == H5T_INTEGER) {
        ok = H5Aread(attribute, H5T_NATIVE_INT64, &integer) >= 0;
        snprintf(text, sizeof text, "%" PRId64, ok ? integer : 0);
    } else {
        ok = H5Tget_class(type) == H5T_FLOAT && H5Aread(attribute, H5T_NATIVE_DOUBLE, &real) >= 0;
        snprintf(text, sizeof text, "%.17g", ok ? real : 0.0);
    }
    return ok ? strdup(text) : NULL;
}

char *columns_attribute(struct columns_reader *reader, const char *object, const char *name)
{
    hdf_start();
    char *text = NULL;
    if (!object_exists(reader->file, object) || H5Aexists_by_name(reader->file, object, name, H5P_DEFAULT) <= 0) {
        return NULL;
    }
    hid_t attribute = H5Aopen_by_name(reader->file, object, name, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (H5Sget_simple_extent_npoints(space) == 1) {
        if (H5Tis_variable_str(type) > 0) {
            char *raw = NULL;
            if (H5Aread(attribute, type, &raw) >= 0) {
                text = strdup(raw ? raw : "");
                H5free_memory(raw);
            }
        } else {
            text = number_text(attribute, type);
        }
    }
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return text;
}
