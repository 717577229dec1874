// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * columns: the writing of files, attributes and texts; columns_table.c writes the tables.
 *
 * netCDF-4 asks for creation order tracked and indexed everywhere. Times of creation are not stored,
 * so that equal contents make equal files. On a failure handles are left open on purpose: after a
 * write error HDF5 must not be called for that file any more.
 */
#include "analysis/columns_internal.h"

#include <assert.h>
#include <hdf5_hl.h>
#include <stdlib.h>

/* ---- failing ---- */

bool columns_usable(struct columns_file *file, struct error *error)
{
    hdf_start();
    if (file->failed) {
        error_set(error, file->cause.kind, file->cause.place, "%s", file->cause.message);
    }
    return !file->failed;
}

bool columns_fail(struct columns_file *file, struct error *error, const char *message)
{
    file->failed = true;
    error_set(&file->cause, ERROR_RUN, file->part.path, "%s", message);
    return columns_usable(file, error);
}

bool columns_fail_hdf(struct columns_file *file, struct error *error, const char *doing)
{
    file->failed = true;
    hdf_fail(&file->cause, ERROR_RUN, file->part.path, doing);
    return columns_usable(file, error);
}

/* ---- the file ---- */

bool columns_thread_safe(void)
{
    hbool_t safe = false;
    hdf_start();
    return H5is_library_threadsafe(&safe) >= 0 && safe;
}

/* Creates the HDF5 file at the part's name; negative on a failure. */
static hid_t create_hdf_file(const char *part)
{
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t access = hdf_file_access(true), creation = H5Pcreate(H5P_FILE_CREATE), file = H5I_INVALID_HID;
    if (access >= 0 && creation >= 0 && H5Pset_link_creation_order(creation, order) >= 0 &&
        H5Pset_attr_creation_order(creation, order) >= 0 && H5Pset_obj_track_times(creation, false) >= 0) {
        file = H5Fcreate(part, H5F_ACC_TRUNC, creation, access);
    }
    if (file >= 0) { /* else closing would wipe out the reason */
        H5Pclose(access);
        H5Pclose(creation);
    }
    return file;
}

struct columns_file *columns_create(const char *path, struct error *error)
{
    hdf_start();
    struct columns_file *file = calloc(1, sizeof *file);
    if (!file) {
        error_set(error, ERROR_RUN, path, "no memory");
        return NULL;
    }
    if (!part_file_create(&file->part, path, error)) {
        free(file);
        return NULL;
    }
    file->file = create_hdf_file(file->part.part);
    if (file->file < 0) {
        columns_fail_hdf(file, error, "create the file");
        columns_abandon(file);
        return NULL;
    }
    return file;
}

void columns_abandon(struct columns_file *file)
{
    if (!file) {
        return;
    }
    hdf_start();
    if (!file->failed) {
        H5Fclose(file->file);
    }
    part_file_discard(&file->part);
    columns_tables_free(file->tables);
    free(file);
}

bool columns_finish(struct columns_file *file, struct error *error)
{
    bool ok = columns_flush(file, error);
    if (ok && H5Fclose(file->file) < 0) {
        ok = columns_fail_hdf(file, error, "close the file");
    }
    if (ok) {
        ok = part_file_commit(&file->part, error);
    } else {
        part_file_discard(&file->part);
    }
    columns_tables_free(file->tables);
    free(file);
    return ok;
}

bool columns_flush(struct columns_file *file, struct error *error)
{
    if (!columns_usable(file, error)) {
        return false;
    }
    if (!columns_tables_extend(file->tables) || H5Fflush(file->file, H5F_SCOPE_GLOBAL) < 0) {
        return columns_fail_hdf(file, error, "write");
    }
    file->chunks_since_flush = 0;
    return true;
}

/* ---- attributes ---- */

bool columns_set_text(struct columns_file *file, const char *object, const char *name, const char *text,
                      struct error *error)
{
    if (!columns_usable(file, error)) {
        return false;
    }
    hid_t id = H5Oopen(file->file, object, H5P_DEFAULT);
    if (id < 0 || !hdf_set_text(id, name, text) || H5Oclose(id) < 0) {
        return columns_fail_hdf(file, error, "write an attribute");
    }
    return true;
}

/* An integer attribute of the HDF5 type. */
static bool set_number(struct columns_file *file, const char *object, const char *name, hid_t type, const void *value,
                       struct error *error)
{
    hid_t id = H5Oopen(file->file, object, H5P_DEFAULT);
    if (id < 0 || !hdf_set_numbers(id, name, type, value, 0) || H5Oclose(id) < 0) {
        return columns_fail_hdf(file, error, "write an attribute");
    }
    return true;
}

bool columns_set_int(struct columns_file *file, const char *object, const char *name, int64_t value,
                     struct error *error)
{
    return columns_usable(file, error) && set_number(file, object, name, H5T_NATIVE_INT64, &value, error);
}

bool columns_set_uint(struct columns_file *file, const char *object, const char *name, uint64_t value,
                      struct error *error)
{
    return columns_usable(file, error) && set_number(file, object, name, H5T_NATIVE_UINT64, &value, error);
}

/* ---- groups and datasets ---- */

hid_t columns_open_group(hid_t file, const char *name)
{
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    htri_t exists = H5Lexists(file, name, H5P_DEFAULT);
    if (exists != 0) {
        return exists < 0 ? H5I_INVALID_HID : H5Gopen2(file, name, H5P_DEFAULT);
    }
    hid_t creation = H5Pcreate(H5P_GROUP_CREATE), group = H5I_INVALID_HID;
    if (creation >= 0 && H5Pset_link_creation_order(creation, order) >= 0 &&
        H5Pset_attr_creation_order(creation, order) >= 0 && H5Pset_obj_track_times(creation, false) >= 0) {
        group = H5Gcreate2(file, name, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    H5Pclose(creation);
    return group;
}

hid_t columns_dataset_creation(void)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (creation >= 0 && H5Pset_attr_creation_order(creation, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0 &&
        H5Pset_obj_track_times(creation, false) >= 0) {
        return creation;
    }
    return H5I_INVALID_HID;
}

/* Writes a fixed list of texts; count 0: a scalar, one text. Returns the dataset, negative on a failure. */
static hid_t write_texts(hid_t group, const char *name, const char *long_name, const char *const *texts, size_t count)
{
    size_t length = count ? count : 1;
    hsize_t extent = count;
    char **clean = calloc(length, sizeof *clean);
    hid_t dataset = H5I_INVALID_HID, type = hdf_text_type(), creation = columns_dataset_creation();
    hid_t space = count ? H5Screate_simple(1, &extent, NULL) : H5Screate(H5S_SCALAR);
    bool ok = clean && type >= 0 && creation >= 0 && space >= 0;
    for (size_t i = 0; ok && i < length; i++) {
        clean[i] = hdf_clean_text(texts[i]);
        ok = clean[i] != NULL;
    }
    if (ok) {
        dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
        ok = dataset >= 0 && H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, clean) >= 0 &&
             hdf_set_text(dataset, "units", "1") && hdf_set_text(dataset, "long_name", long_name);
    }
    for (size_t i = 0; clean && i < length; i++) {
        free(clean[i]);
    }
    free(clean);
    if (ok) {
        H5Tclose(type);
        H5Pclose(creation);
        H5Sclose(space);
    }
    return ok ? dataset : H5I_INVALID_HID;
}

bool columns_attach(hid_t group, hid_t dataset, const char *scale_name, unsigned index)
{
    hid_t scale = H5Dopen2(group, scale_name, H5P_DEFAULT);
    return scale >= 0 && H5DSattach_scale(dataset, scale, index) >= 0 && H5Dclose(scale) >= 0;
}

bool columns_names(struct columns_file *file, const char *group, const char *name, const char *long_name,
                   const char *const *names, size_t count, struct error *error)
{
    assert(count > 0);
    if (!columns_usable(file, error)) {
        return false;
    }
    hid_t at = columns_open_group(file->file, group);
    hid_t dataset = at < 0 ? at : write_texts(at, name, long_name, names, count);
    if (dataset < 0 || H5DSset_scale(dataset, name) < 0 || H5Dclose(dataset) < 0 || H5Gclose(at) < 0) {
        return columns_fail_hdf(file, error, "write names");
    }
    return true;
}

bool columns_texts(struct columns_file *file, const char *group, const char *name, const char *long_name,
                   const char *along, const char *const *texts, size_t count, struct error *error)
{
    assert(count > 0);
    if (!columns_usable(file, error)) {
        return false;
    }
    hid_t at = columns_open_group(file->file, group);
    hid_t dataset = at < 0 ? at : write_texts(at, name, long_name, texts, count);
    if (dataset < 0 || !columns_attach(at, dataset, along, 0) || H5Dclose(dataset) < 0 || H5Gclose(at) < 0) {
        return columns_fail_hdf(file, error, "write texts");
    }
    return true;
}

/* Writes a fixed list of integers. Returns the dataset, negative on a failure. */
static hid_t write_numbers(hid_t group, const char *name, const char *long_name, const int64_t *numbers, size_t count)
{
    hsize_t extent = count;
    hid_t creation = columns_dataset_creation(), space = H5Screate_simple(1, &extent, NULL);
    if (creation < 0 || space < 0) {
        return H5I_INVALID_HID;
    }
    hid_t dataset = H5Dcreate2(group, name, H5T_NATIVE_INT64, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    bool ok = dataset >= 0 &&
              H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0 &&
              hdf_set_text(dataset, "units", "1") && hdf_set_text(dataset, "long_name", long_name);
    if (ok) {
        H5Pclose(creation);
        H5Sclose(space);
    }
    return ok ? dataset : H5I_INVALID_HID;
}

bool columns_numbers(struct columns_file *file, const char *group, const char *name, const char *long_name,
                     const char *along, const int64_t *numbers, size_t count, struct error *error)
{
    assert(count > 0);
    if (!columns_usable(file, error)) {
        return false;
    }
    hid_t at = columns_open_group(file->file, group);
    hid_t dataset = at < 0 ? at : write_numbers(at, name, long_name, numbers, count);
    if (dataset < 0 || !columns_attach(at, dataset, along, 0) || H5Dclose(dataset) < 0 || H5Gclose(at) < 0) {
        return columns_fail_hdf(file, error, "write numbers");
    }
    return true;
}

bool columns_text(struct columns_file *file, const char *group, const char *name, const char *long_name,
                  const char *text, struct error *error)
{
    if (!columns_usable(file, error)) {
        return false;
    }
    hid_t at = columns_open_group(file->file, group);
    hid_t dataset = at < 0 ? at : write_texts(at, name, long_name, &text, 0);
    if (dataset < 0 || H5Dclose(dataset) < 0 || H5Gclose(at) < 0) {
        return columns_fail_hdf(file, error, "write a text");
    }
    return true;
}
