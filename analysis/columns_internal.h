// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * columns_internal: what the two writing files of columns share, the file itself and the tables on it.
 */
#ifndef ANALYSIS_COLUMNS_INTERNAL_H
#define ANALYSIS_COLUMNS_INTERNAL_H

#include "analysis/columns.h"
#include "analysis/hdf.h"
#include "analysis/part_file.h"

struct columns_file {
    struct part_file part;
    hid_t file;
    struct columns_table *tables;
    int chunks_since_flush;
    bool failed;        /* HDF5 must not touch the file any more */
    struct error cause; /* why it failed */
};

/* Whether the file may be written to; else repeats why it failed. Comes first in every writing function. */
bool columns_usable(struct columns_file *file, struct error *error);

/* Marks the file as failed, with a message or with HDF5's reason for not DOING. Return false. */
bool columns_fail(struct columns_file *file, struct error *error, const char *message);
bool columns_fail_hdf(struct columns_file *file, struct error *error, const char *doing);

/* Opens a group of the root, creating it when it is not there. Negative on a failure. */
hid_t columns_open_group(hid_t file, const char *name);

/* A dataset's creation list with what netCDF-4 asks for; the caller closes it. Negative on a failure. */
hid_t columns_dataset_creation(void);

/* Attaches the group's dimension `scale_name` to dimension `index` of the dataset. */
bool columns_attach(hid_t group, hid_t dataset, const char *scale_name, unsigned index);

/* Makes the dimensions of all tables as long as their columns. */
bool columns_tables_extend(struct columns_table *tables);
void columns_tables_free(struct columns_table *tables);

#endif
