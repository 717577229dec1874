// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * part_file: an output that appears under its name only when it is whole.
 *
 * For PATH, PATH.part is created and locked; whoever owns it lets a library or itself write there,
 * then commits (sync, rename, sync the folder) or discards. The lock is flock's: it ends with the
 * process, so a killed writer's left-over is simply taken over, while a second live writer of the same
 * name is told so. Where a file system knows no locks, there is none. A symbolic link as PATH is
 * followed and stays; PATH.part itself must be no link.
 */
#ifndef ANALYSIS_PART_FILE_H
#define ANALYSIS_PART_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

struct part_file {
    char *path; /* final name, links followed */
    char *part; /* the name being written */
    int fd;     /* holds the lock; the file itself, empty at first */
};

/* Creates PATH.part, empty, with the permissions of the file at PATH if there is one. false with an error:
 * ERROR_INPUT when `path` cannot be an output, ERROR_RUN for a fault of the system; then nothing needs undoing. */
bool part_file_create(struct part_file *file, const char *path, struct error *error);

/* Whether the file system has room for `bytes` more. true when it does not tell. */
bool part_file_has_room(const struct part_file *file, int64_t bytes);

/* Syncs the file to disk and gives it its name; frees `file`. On false, with an ERROR_RUN, it is discarded. */
bool part_file_commit(struct part_file *file, struct error *error);

/* Whether a writer, of this process or another, holds the file. Such a file is not to be read. */
bool part_file_is_locked(const char *path);

/* Empties the file (another descriptor may keep it alive), removes it, and frees `file`. */
void part_file_discard(struct part_file *file);

#endif
