// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/digest.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

#include "sim/memory.h"

/* Records are gathered and hashed together: the hash is fastest on long stretches. */
enum { FIELDS = 6, FIELDS_MAX = FIELDS + PART_COUNT, GATHERED_RECORDS = 32 };

struct digest {
    XXH3_state_t *state;
    uint64_t gathered[GATHERED_RECORDS * FIELDS_MAX];
    size_t parts; /* of a record */
    size_t count; /* of records gathered */
};

struct digest *digest_create(size_t parts)
{
    struct digest *digest = memory_alloc_zeroed(1, sizeof *digest);
    digest->state = XXH3_createState();
    digest->parts = parts;
    if (digest->state == NULL || XXH3_128bits_reset(digest->state) != XXH_OK)
        abort();
    return digest;
}

void digest_destroy(struct digest *digest)
{
    if (digest == NULL)
        return;
    XXH3_freeState(digest->state);
    free(digest);
}

static size_t gathered_bytes(const struct digest *digest)
{
    return digest->count * (FIELDS + digest->parts) * sizeof digest->gathered[0];
}

void digest_add(struct digest *digest, const struct io_record *record)
{
    uint64_t *field = &digest->gathered[digest->count++ * (FIELDS + digest->parts)];
    field[0] = htole64((uint64_t)record->id);
    field[1] = htole64((uint64_t)record->issue_ns);
    field[2] = htole64((uint64_t)record->response_ns);
    field[3] = htole64((uint64_t)record->offset_blocks);
    field[4] = htole64((uint64_t)record->volume << 32 | (uint32_t)record->length_bytes);
    field[5] = htole64((uint64_t)record->workload << 48 | (uint64_t)record->host << 32 |
                       (uint64_t)record->replication << 16 | (uint64_t)record->op << 8 |
                       (uint64_t)record->error << 1 | record->measured);
    for (size_t part = 0; part < PART_TRACK_WAIT; part++) /* a length known beforehand takes half as long */
        field[FIELDS + part] = htole64((uint64_t)record->part_ns[part]);
    for (size_t part = PART_TRACK_WAIT; part < digest->parts; part++)
        field[FIELDS + part] = htole64((uint64_t)record->part_ns[part]);
    if (digest->count == GATHERED_RECORDS) {
        XXH3_128bits_update(digest->state, digest->gathered, gathered_bytes(digest));
        digest->count = 0;
    }
}

void digest_text(const struct digest *digest, char text[DIGEST_TEXT_BYTES])
{
    XXH3_state_t *state = XXH3_createState();
    if (state == NULL)
        abort();
    XXH3_copyState(state, digest->state);
    XXH3_128bits_update(state, digest->gathered, gathered_bytes(digest));
    XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    snprintf(text, DIGEST_TEXT_BYTES, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64, (uint64_t)hash.low64);
}
