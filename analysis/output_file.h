// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * output_file: writes a file from memory, whole or not at all (part_file.h has the rules).
 */
#ifndef ANALYSIS_OUTPUT_FILE_H
#define ANALYSIS_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

/* Replaces the file by `size` bytes. False with an error that names the file: ERROR_INPUT when
 * `path` cannot be an output, else ERROR_RUN. */
bool output_file_write(const char *path, const void *bytes, size_t size, struct error *error);

/* Makes a directory, with its parents, where it does not exist yet. False with an ERROR_INPUT when a part of
 * the path is empty or no directory, else with an ERROR_RUN. */
bool output_directory_make(const char *path, struct error *error);

#endif
