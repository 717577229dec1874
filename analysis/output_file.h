// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * output_file: writes a file from memory, whole or not at all.
 *
 * The text goes to PATH.part, is synchronised and renamed, so that under PATH stands either what
 * stood there before or the complete new file, whatever fails.
 */
#ifndef ANALYSIS_OUTPUT_FILE_H
#define ANALYSIS_OUTPUT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

/* Replaces the file by `size` bytes. False with an ERROR_RUN that names the file; nothing new is left then. */
bool output_file_write(const char *path, const void *bytes, size_t size, struct error *error);

/* Makes a directory, with its parents, where it does not exist yet. False with an ERROR_RUN. */
bool output_directory_make(const char *path, struct error *error);

#endif
