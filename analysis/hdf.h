// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * hdf: what every user of HDF5 here needs: a quiet library, its error stack as one line, texts.
 *
 * Only files of this layer that call HDF5 themselves include this.
 */
#ifndef ANALYSIS_HDF_H
#define ANALYSIS_HDF_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

/* Keeps HDF5 from printing errors (a setting of each thread) and from flushing files at exit, which crashes
 * after a full disk. To be called before other HDF5 functions, by each thread; cheap. */
void hdf_start(void);

/* Records "PLACE: cannot DOING: reason", the reason being the innermost of HDF5's error stack (for a system call
 * the system's own words). Returns false. */
bool hdf_fail(struct error *error, enum error_kind kind, const char *place, const char *doing);

/* A property list for opening files, all of whose handles close with them; for `writing` in the format of HDF5 1.8,
 * with no chunk cache and no lock (part_file has one). The caller closes it. Negative on a failure. */
hid_t hdf_file_access(bool writing);

/* A variable-length UTF-8 string type; the caller closes it. */
hid_t hdf_text_type(void);

/* A copy in which every byte that is not part of UTF-8 has become U+FFFD; NULL counts as "". NULL when there is
 * no memory. */
char *hdf_clean_text(const char *text);

/* Sets an attribute, replacing one of that name. `count` 0: a scalar. false on a failure. */
bool hdf_set_text(hid_t object, const char *name, const char *text);
bool hdf_set_numbers(hid_t object, const char *name, hid_t type, const void *values, size_t count);

#endif
