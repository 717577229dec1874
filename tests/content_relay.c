// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/content_relay.h"

static struct content *next_of(struct content *content)
{
    return ((struct content_relay *)content)->next;
}

static void written(struct content *content, const struct io_record *record, int64_t first, int64_t blocks)
{
    next_of(content)->written(next_of(content), record, first, blocks);
}

static void mirrored(struct content *content, const struct io_record *record, uint32_t target, int64_t first,
                     int64_t blocks)
{
    next_of(content)->mirrored(next_of(content), record, target, first, blocks);
}

static void copied(struct content *content, uint32_t source, uint32_t target, int64_t track,
                   const struct content_places *from)
{
    next_of(content)->copied(next_of(content), source, target, track, from);
}

static void read(struct content *content, const struct io_record *record, int64_t track,
                 const struct content_places *from)
{
    next_of(content)->read(next_of(content), record, track, from);
}

static void staged(struct content *content, uint32_t volume, int64_t track, const struct content_places *from)
{
    next_of(content)->staged(next_of(content), volume, track, from);
}

static void destaged(struct content *content, uint32_t volume, int64_t track, uint32_t segments)
{
    next_of(content)->destaged(next_of(content), volume, track, segments);
}

static void established(struct content *content, uint32_t source, uint32_t target)
{
    next_of(content)->established(next_of(content), source, target);
}

static void ended(struct content *content, uint32_t source, uint32_t target)
{
    next_of(content)->ended(next_of(content), source, target);
}

static void kept(struct content *content, uint32_t source, int64_t track, uint32_t segments)
{
    next_of(content)->kept(next_of(content), source, track, segments);
}

static void gathered(struct content *content, uint32_t target, int64_t track, const struct content_places *from)
{
    next_of(content)->gathered(next_of(content), target, track, from);
}

static void entered(struct content *content, uint32_t target, int64_t track)
{
    next_of(content)->entered(next_of(content), target, track);
}

void content_relay_init(struct content_relay *relay, struct content *next)
{
    *relay = (struct content_relay){
        .content = {.written = written, .mirrored = mirrored, .copied = copied, .read = read, .staged = staged,
                    .destaged = destaged, .established = established, .ended = ended, .kept = kept,
                    .gathered = gathered, .entered = entered},
        .next = next,
    };
}
