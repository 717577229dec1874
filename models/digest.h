// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * digest: a hash over every completed I/O's fields, in order of completion.
 *
 * Equal digests mean equal traces. XXH3-128 over the fields as little-endian integers of fixed width, so
 * that processor and compiler do not matter.
 */
#ifndef MODELS_DIGEST_H
#define MODELS_DIGEST_H

#include <stddef.h>

#include "models/io_record.h"

enum { DIGEST_TEXT_BYTES = 33 };

struct digest;

/* Over the first `parts` parts: PART_COUNT, or PART_TRACK_WAIT where the later ones, of mirrored volumes, never take time.
 * Freed with digest_destroy(). */
struct digest *digest_create(size_t parts);
void digest_destroy(struct digest *digest);

void digest_add(struct digest *digest, const struct io_record *record);

/* The digest of what was added so far, as 32 hexadecimal digits. */
void digest_text(const struct digest *digest, char text[DIGEST_TEXT_BYTES]);

#endif
