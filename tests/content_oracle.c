// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/content_oracle.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/fast_write.h"
#include "models/relation.h"
#include "models/t0.h"
#include "sim/memory.h"
#include "tests/content_layers.h"

/* What a volume has to do with FlashCopies, from T0 until the end. */
struct oracle_copy {
    int32_t source, target; /* that it is the target of; that is its target; -1 for none */
    /* of a target, by track: */
    bool *lacks;            /* it is T0's still */
    bool *is_gathered;      /* all of it was taken ... */
    uint32_t *from_drives;  /* ... these segments from the source's drives ... */
    int64_t *gathered;      /* ... by block, this */
};

static struct content_oracle *oracle_of(struct content *content)
{
    return (struct content_oracle *)content;
}

int64_t oracle_blocks(const struct content_oracle *oracle, uint32_t volume)
{
    return oracle->machine->config->volumes[volume].size_bytes / BLOCK_BYTES;
}

static int64_t tracks_of(const struct content_oracle *oracle, uint32_t volume)
{
    return oracle->machine->config->volumes[volume].tracks;
}

static const struct rank *rank_of(const struct content_oracle *oracle, uint32_t volume)
{
    return &oracle->machine->ranks[oracle->machine->config->volumes[volume].rank];
}

/* Its data is gone, for good. */
static bool is_lost(const struct content_oracle *oracle, uint32_t volume)
{
    return rank_of(oracle, volume)->state == RANK_LOST;
}

static uint32_t whole_track(const struct content_oracle *oracle, uint32_t volume)
{
    return (1u << rank_of(oracle, volume)->track_segments) - 1;
}

/* ---- what is wrong ---- */

__attribute__((format(printf, 4, 5)))
static void wrong(struct content_oracle *oracle, uint32_t volume, int64_t track, const char *format, ...)
{
    if (oracle->wrong++ > 0)
        return;
    int length = snprintf(oracle->first_wrong, sizeof oracle->first_wrong, "%" PRId64 " ns, %s track %" PRId64 ": ",
                          sim_now(oracle->machine->sim), oracle->machine->config->volumes[volume].label, track);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(&oracle->first_wrong[length], sizeof oracle->first_wrong - (size_t)length, format, arguments);
    va_end(arguments);
}

/* What a block holds, in words. */
static const char *holds(int64_t content, char text[40])
{
    if (content == LAYERS_NOTHING)
        return "nothing";
    snprintf(text, 40, content > 0 ? "write %" PRId64 : "what volume %" PRId64 " began with",
             content > 0 ? content - 1 : -1 - content);
    return text;
}

static const char *place_of(const struct content_places *from, uint32_t segment)
{
    return from->cache & segment         ? "its cache"
           : from->drives & segment        ? "its drives"
           : from->source_cache & segment  ? "its source's cache"
           : from->source_drives & segment ? "its source's drives"
           : from->source_aside & segment  ? "what was kept aside"
                                           : "nowhere";
}

/* Compares segments of a track's data with what must stand on the volume; returns how many blocks differ. */
static int64_t compare(struct content_oracle *oracle, const char *what, uint32_t volume, int64_t track,
                       uint32_t segments, const int64_t *data, const struct content_places *from)
{
    int64_t segment_blocks = layers_segment_blocks(oracle->layers, volume), differing = 0;
    int64_t at = track * layers_track_blocks(oracle->layers, volume);
    for (; segments != 0 && !is_lost(oracle, volume); segments &= segments - 1) {
        int64_t first = __builtin_ctz(segments) * segment_blocks;
        for (int64_t i = first; i < first + segment_blocks && at + i < oracle_blocks(oracle, volume); i++) {
            char is[40], must[40];
            int64_t expected = oracle->blocks[volume][at + i];
            if (expected == ORACLE_UNKNOWN || data[i] == expected)
                continue;
            if (differing++ == 0)
                wrong(oracle, volume, track, "%s, from %s: block %" PRId64 " holds %s instead of %s", what,
                      place_of(from, segments & -segments), i, holds(data[i], is), holds(expected, must));
        }
    }
    return differing;
}

/* ---- the oracle's account of FlashCopies ---- */

static bool lacks(const struct content_oracle *oracle, uint32_t target, int64_t track)
{
    const struct oracle_copy *copy = &oracle->copies[target];
    return copy->source >= 0 && track < tracks_of(oracle, (uint32_t)copy->source) && copy->lacks[track];
}

/* The target has a track of its own. */
static void has(struct content_oracle *oracle, uint32_t target, int64_t track)
{
    struct oracle_copy *copy = &oracle->copies[target];
    copy->lacks[track] = copy->is_gathered[track] = false;
    layers_let_go(oracle->layers, (uint32_t)copy->source, track);
}

/* The segments of a track that lie in these places; those that lie in two of them are wrong. */
static uint32_t segments_in(struct content_oracle *oracle, uint32_t volume, int64_t track,
                            const struct content_places *from)
{
    const uint32_t all[] = {from->cache, from->drives, from->source_cache, from->source_drives, from->source_aside};
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (sum & all[i])
            wrong(oracle, volume, track, "segments %x lie in two places", sum & all[i]);
        sum |= all[i];
    }
    return sum;
}

/* Takes a track's data from these places, and compares the segments that are wanted: they must lie there. */
static void take(struct content_oracle *oracle, const char *what, uint32_t volume, int64_t track, uint32_t segments,
                 const struct content_places *from)
{
    int32_t source = oracle->copies[volume].source;
    uint32_t found = segments_in(oracle, volume, track, from);
    if ((from->source_cache | from->source_drives | from->source_aside) != 0 && source < 0) {
        wrong(oracle, volume, track, "%s, from the source of a FlashCopy, though the volume is no target", what);
        source = (int32_t)volume;
    }
    if (segments & ~found)
        wrong(oracle, volume, track, "%s: segments %x are taken from nowhere", what, segments & ~found);
    layers_take(oracle->layers, volume, (uint32_t)source, track, from, oracle->taken);
    compare(oracle, what, volume, track, segments, oracle->taken, from);
}

/* ---- host and remote writes ---- */

/* Whether the blocks cover all of the volume's track. */
static bool covers(const struct content_oracle *oracle, uint32_t volume, int64_t track, int64_t first, int64_t blocks)
{
    int64_t track_blocks = layers_track_blocks(oracle->layers, volume), size = oracle_blocks(oracle, volume);
    int64_t end = (track + 1) * track_blocks < size ? (track + 1) * track_blocks : size;
    return first <= track * track_blocks && first + blocks >= end;
}

static void fill(struct content_oracle *oracle, uint32_t volume, int64_t first, int64_t blocks, int64_t id)
{
    int64_t track_blocks = layers_track_blocks(oracle->layers, volume);
    SIM_MUST(oracle->machine->sim, first >= 0 && first + blocks <= oracle_blocks(oracle, volume));
    for (int64_t track = first / track_blocks; track * track_blocks < first + blocks; track++) {
        if (!lacks(oracle, volume, track))
            continue;
        if (!covers(oracle, volume, track, first, blocks))
            wrong(oracle, volume, track, "a part of it was written, and the rest of T0 has not come");
        has(oracle, volume, track);
    }
    for (int64_t i = first; i < first + blocks; i++)
        oracle->blocks[volume][i] = id;
    layers_write(oracle->layers, volume, first, blocks, id);
}

static void written(struct content *content, const struct io_record *record, int64_t first, int64_t blocks)
{
    fill(oracle_of(content), record->volume, first, blocks, record->id + 1);
}

static void mirrored(struct content *content, const struct io_record *record, uint32_t target, int64_t first,
                     int64_t blocks)
{
    struct content_oracle *oracle = oracle_of(content);
    oracle->was_target[target] = true;
    fill(oracle, target, first, blocks, record->id + 1);
}

static void copied(struct content *content, uint32_t source, uint32_t target, int64_t track,
                   const struct content_places *from)
{
    struct content_oracle *oracle = oracle_of(content);
    int64_t track_blocks = layers_track_blocks(oracle->layers, source);
    int64_t first = track * track_blocks, left = oracle_blocks(oracle, source) - first;
    int64_t blocks = left < track_blocks ? left : track_blocks;
    for (int64_t i = 0; i < track_blocks; i++)
        oracle->taken[i] = i < blocks ? oracle->blocks[source][first + i] : 0;
    if (!is_lost(oracle, source)) /* else it was read before */
        take(oracle, "copy to the secondary", source, track, whole_track(oracle, source), from);
    oracle->tracks_relayed += (from->source_cache | from->source_drives | from->source_aside) != 0;
    if (oracle->copies[target].source >= 0)
        wrong(oracle, target, track, "copied to by PPRC, though it is a FlashCopy's target");
    oracle->was_target[target] = true;
    layers_enter(oracle->layers, target, track, whole_track(oracle, target), oracle->taken);
    memcpy(&oracle->blocks[target][first], &oracle->blocks[source][first], (size_t)blocks * sizeof(int64_t));
}

/* ---- host reads, staging, destaging ---- */

/* Segments of the track that the I/O touches. */
static uint32_t touched(const struct content_oracle *oracle, const struct io_record *record, int64_t track)
{
    struct span span = span_of(oracle->machine, record->volume, record->offset_blocks * BLOCK_BYTES,
                               record->length_bytes);
    return span_segments(&span, span.volume->first_track + track);
}

static void read(struct content *content, const struct io_record *record, int64_t track,
                 const struct content_places *from)
{
    struct content_oracle *oracle = oracle_of(content);
    char what[40];
    snprintf(what, sizeof what, "read %" PRId64, record->id);
    oracle->tracks_read++;
    oracle->writes[record->id].tracks_read++;
    take(oracle, what, record->volume, track, touched(oracle, record, track), from);
}

static void staged(struct content *content, uint32_t volume, int64_t track, const struct content_places *from)
{
    struct content_oracle *oracle = oracle_of(content);
    uint32_t segments = segments_in(oracle, volume, track, from);
    take(oracle, "staged", volume, track, segments, from);
    layers_enter(oracle->layers, volume, track, segments, oracle->taken);
}

/* Those of the segments that T0 has on the source's drives alone must not change there. */
static void destaged(struct content *content, uint32_t volume, int64_t track, uint32_t segments)
{
    struct content_oracle *oracle = oracle_of(content);
    int32_t target = oracle->copies[volume].target;
    const struct content_places from = {.cache = segments};
    layers_take(oracle->layers, volume, volume, track, &from, oracle->taken);
    compare(oracle, "destaged", volume, track, segments, oracle->taken, &from);
    if (target >= 0 && lacks(oracle, (uint32_t)target, track))
        compare(oracle, "its source's track is destaged before it is copied", (uint32_t)target, track,
                segments & ~layers_kept(oracle->layers, volume, track), oracle->taken, &from);
    layers_destage(oracle->layers, volume, track, segments);
}

/* ---- FlashCopies ---- */

static void established(struct content *content, uint32_t source, uint32_t target)
{
    struct content_oracle *oracle = oracle_of(content);
    struct oracle_copy *copy = &oracle->copies[target];
    if (oracle->copies[source].source >= 0 || oracle->copies[source].target >= 0 || copy->source >= 0 ||
        copy->target >= 0)
        wrong(oracle, target, 0, "T0 of a second relation of a volume");
    if (oracle->machine->volumes[target].pair != NULL && sim_now(oracle->machine->sim) > 0)
        wrong(oracle, target, 0, "T0 on a volume of a PPRC pair");
    for (size_t id = 0; id < oracle->write_room; id++)
        oracle->writes[id].replaced |= oracle->writes[id].volume == target;
    copy->source = (int32_t)source;
    oracle->copies[source].target = (int32_t)target;
    oracle->was_target[target] = true;
    int64_t track_blocks = layers_track_blocks(oracle->layers, source);
    for (int64_t i = 0; i < tracks_of(oracle, source) * track_blocks && i < oracle_blocks(oracle, target); i++)
        oracle->blocks[target][i] = i < oracle_blocks(oracle, source) ? oracle->blocks[source][i] : ORACLE_UNKNOWN;
    for (int64_t track = 0; track < tracks_of(oracle, source); track++) {
        copy->lacks[track] = true;
        copy->is_gathered[track] = false;
        layers_drop(oracle->layers, target, track);
        layers_let_go(oracle->layers, source, track);
    }
}

static void forget_track(struct content_oracle *oracle, uint32_t target, int64_t track)
{
    int64_t track_blocks = layers_track_blocks(oracle->layers, target), size = oracle_blocks(oracle, target);
    for (int64_t i = track * track_blocks; i < (track + 1) * track_blocks && i < size; i++)
        oracle->blocks[target][i] = ORACLE_UNKNOWN;
}

static void ended(struct content *content, uint32_t source, uint32_t target)
{
    struct content_oracle *oracle = oracle_of(content);
    const struct relation *relation = oracle->machine->volumes[target].target_of;
    if (oracle->copies[target].source != (int32_t)source || relation == NULL) {
        wrong(oracle, target, 0, "a FlashCopy ended that did not stand");
        return;
    }
    for (int64_t track = 0; track < tracks_of(oracle, source); track++) {
        if (relation_lacks(relation, track))
            forget_track(oracle, target, track);
        has(oracle, target, track);
    }
    oracle->copies[target].source = oracle->copies[source].target = -1;
}

static void kept(struct content *content, uint32_t source, int64_t track, uint32_t segments)
{
    struct content_oracle *oracle = oracle_of(content);
    int32_t target = oracle->copies[source].target;
    const struct content_places from = {.source_cache = segments};
    if (target < 0 || !lacks(oracle, (uint32_t)target, track)) {
        wrong(oracle, source, track, "kept aside for nobody");
        return;
    }
    if (segments & layers_kept(oracle->layers, source, track))
        wrong(oracle, source, track, "segments %x are kept aside twice", segments);
    take(oracle, "kept aside", (uint32_t)target, track, segments, &from);
    oracle->tracks_kept++;
    layers_keep(oracle->layers, source, track, segments);
}

static void gathered(struct content *content, uint32_t target, int64_t track, const struct content_places *from)
{
    struct content_oracle *oracle = oracle_of(content);
    struct oracle_copy *copy = &oracle->copies[target];
    int64_t track_blocks = layers_track_blocks(oracle->layers, target);
    if (!lacks(oracle, target, track)) {
        wrong(oracle, target, track, "gathered, though it is there");
        return;
    }
    take(oracle, "gathered", target, track, whole_track(oracle, target), from);
    memcpy(&copy->gathered[track * track_blocks], oracle->taken, (size_t)track_blocks * sizeof(int64_t));
    copy->from_drives[track] = from->source_drives;
    copy->is_gathered[track] = true;
}

/* What was being read from the source's drives since it was gathered must have stayed there. */
static void entered(struct content *content, uint32_t target, int64_t track)
{
    struct content_oracle *oracle = oracle_of(content);
    struct oracle_copy *copy = &oracle->copies[target];
    uint32_t whole = whole_track(oracle, target);
    const struct content_places from = {.source_drives = copy->from_drives[track]};
    if (!lacks(oracle, target, track) || !copy->is_gathered[track]) {
        wrong(oracle, target, track, "entered, though it %s",
              lacks(oracle, target, track) ? "was not gathered since T0" : "is there, or no FlashCopy stands");
        return;
    }
    take(oracle, "entered, and read meanwhile", target, track, from.source_drives, &from);
    const int64_t *data = &copy->gathered[track * layers_track_blocks(oracle->layers, target)];
    compare(oracle, "entered", target, track, whole, data, &from);
    layers_enter(oracle->layers, target, track, whole, data);
    has(oracle, target, track);
}

/* ---- beginning and end ---- */

/* The volume whose data the pair's source has at the start: its own, or the source's of the FlashCopy that stands. */
static int32_t begins_as(const struct config *config, const struct pair_config *pair)
{
    for (size_t i = 0; i < config->pair_count; i++) {
        const struct pair_config *it = &config->pairs[i];
        if (it->kind == PAIR_FLASHCOPY && it->state != FLASH_NONE && it->target == pair->source)
            return it->source;
    }
    return pair->source;
}

static bool has_flashcopies(const struct config *config)
{
    for (size_t i = 0; i < config->pair_count; i++)
        if (config->pairs[i].kind == PAIR_FLASHCOPY)
            return true;
    return false;
}

/* Volumes that PPRC pairs connect begin equal: each holds the number of the first one of them. Where there are
 * FlashCopies only pairs that stand connect: else too many volumes would begin equal for a wrong one to be seen. */
static int64_t *initial_contents(const struct config *config)
{
    int64_t *initial = memory_alloc(config->volume_count * sizeof *initial);
    for (size_t i = 0; i < config->volume_count; i++)
        initial[i] = -1 - (int64_t)i;
    for (size_t round = 0; round < config->volume_count; round++) {
        for (size_t i = 0; i < config->pair_count; i++) {
            const struct pair_config *it = &config->pairs[i];
            if (it->kind != PAIR_PPRC || (it->state == PPRC_SIMPLEX && has_flashcopies(config)))
                continue;
            int64_t *one = &initial[begins_as(config, it)], *other = &initial[it->target];
            *one = *other = *one > *other ? *one : *other;
        }
    }
    return initial;
}

static void create_volume(struct content_oracle *oracle, uint32_t volume, int64_t initial)
{
    size_t tracks = (size_t)tracks_of(oracle, volume), blocks = (size_t)oracle_blocks(oracle, volume);
    oracle->blocks[volume] = memory_alloc(blocks * sizeof(int64_t));
    for (size_t i = 0; i < blocks; i++)
        oracle->blocks[volume][i] = initial;
    oracle->copies[volume] = (struct oracle_copy){
        .source = -1,
        .target = -1,
        .lacks = memory_alloc_zeroed(tracks, sizeof(bool)),
        .is_gathered = memory_alloc_zeroed(tracks, sizeof(bool)),
        .from_drives = memory_alloc_zeroed(tracks, sizeof(uint32_t)),
        .gathered = memory_alloc_zeroed(tracks * (size_t)layers_track_blocks(oracle->layers, volume), sizeof(int64_t)),
    };
}

/* FlashCopies that stand have their T0 now. */
static void begin_copies(struct content_oracle *oracle)
{
    const struct machine *machine = oracle->machine;
    for (size_t i = 0; i < machine->config->volume_count; i++)
        if (machine->volumes[i].target_of != NULL)
            established(&oracle->content, (uint32_t)machine->volumes[i].target_of->config->source, (uint32_t)i);
}

struct content_oracle *oracle_create(struct machine *machine)
{
    struct content_oracle *oracle = memory_alloc_zeroed(1, sizeof *oracle);
    size_t volumes = machine->config->volume_count, longest = 1;
    oracle->content = (struct content){.written = written, .mirrored = mirrored, .copied = copied, .read = read,
                                       .staged = staged, .destaged = destaged, .established = established,
                                       .ended = ended, .kept = kept, .gathered = gathered, .entered = entered};
    oracle->machine = machine;
    int64_t *initial = initial_contents(machine->config);
    oracle->layers = layers_create(machine, initial);
    oracle->blocks = memory_alloc_zeroed(volumes, sizeof(int64_t *));
    oracle->copies = memory_alloc_zeroed(volumes, sizeof *oracle->copies);
    oracle->was_target = memory_alloc_zeroed(volumes, sizeof *oracle->was_target);
    for (uint32_t i = 0; i < volumes; i++) {
        create_volume(oracle, i, initial[i]);
        if (layers_track_blocks(oracle->layers, i) > (int64_t)longest)
            longest = (size_t)layers_track_blocks(oracle->layers, i);
    }
    free(initial);
    oracle->taken = memory_alloc_zeroed(longest, sizeof *oracle->taken);
    begin_copies(oracle);
    machine->content = &oracle->content;
    return oracle;
}

void oracle_destroy(struct content_oracle *oracle)
{
    for (size_t i = 0; i < oracle->machine->config->volume_count; i++) {
        free(oracle->blocks[i]);
        free(oracle->copies[i].lacks);
        free(oracle->copies[i].is_gathered);
        free(oracle->copies[i].from_drives);
        free(oracle->copies[i].gathered);
    }
    layers_destroy(oracle->layers);
    free(oracle->blocks);
    free(oracle->copies);
    free(oracle->was_target);
    free(oracle->writes);
    free(oracle->taken);
    free(oracle);
}

/* ---- I/Os ---- */

/* Whether it fits the NVS of whatever server may have a part in it, as one. */
static bool is_parted(const struct content_oracle *oracle, const struct io_record *record)
{
    struct machine *machine = oracle->machine;
    struct span span = span_of(machine, record->volume, record->offset_blocks * BLOCK_BYTES, record->length_bytes);
    int64_t tracks = span.last_track + 1 - span.first_track, most = machine->volumes[record->volume].portion_tracks;
    return fast_write_fitting(&span, span.first_track) < tracks || (most > 0 && most < tracks);
}

void oracle_issued(struct content_oracle *oracle, const struct io_record *record)
{
    size_t id = (size_t)record->id;
    while (id >= oracle->write_room) {
        size_t room = oracle->write_room ? 2 * oracle->write_room : 1024;
        oracle->writes = memory_resize(oracle->writes, room * sizeof *oracle->writes);
        memset(&oracle->writes[oracle->write_room], 0, (room - oracle->write_room) * sizeof *oracle->writes);
        oracle->write_room = room;
    }
    if (record->op != IO_WRITE)
        return;
    oracle->writes[id] = (struct oracle_write){
        .id = record->id + 1,
        .volume = record->volume,
        .first = record->offset_blocks,
        .blocks = record->length_bytes / BLOCK_BYTES,
        .issued_ns = record->issue_ns,
        .completed_ns = -1,
        .acknowledged_before = oracle->acknowledged,
        .turn = -1,
        .parted = is_parted(oracle, record),
    };
}

/* Nothing that a host has read may have gone past the oracle. */
static void check_was_read(struct content_oracle *oracle, const struct io_record *record, int64_t tracks_read)
{
    struct span span = span_of(oracle->machine, record->volume, record->offset_blocks * BLOCK_BYTES,
                               record->length_bytes);
    if (record->error == IO_OK && tracks_read != span.last_track + 1 - span.first_track)
        wrong(oracle, record->volume, span.first_track - span.volume->first_track,
              "read %" PRId64 " took %" PRId64 " of its tracks from anywhere", record->id, tracks_read);
}

void oracle_completed(struct content_oracle *oracle, const struct io_record *record)
{
    struct oracle_write *write = &oracle->writes[record->id];
    if (record->op != IO_WRITE) {
        check_was_read(oracle, record, write->tracks_read);
        return;
    }
    write->completed_ns = record->issue_ns + record->response_ns;
    write->acknowledged = record->error == IO_OK;
    if (write->acknowledged)
        write->turn = oracle->acknowledged++;
}

/* ---- asked of one volume ---- */

int64_t oracle_check_volume(struct content_oracle *oracle, uint32_t volume)
{
    int64_t before = oracle->wrong;
    for (int64_t track = 0; track < tracks_of(oracle, volume) && !is_lost(oracle, volume); track++) {
        uint32_t whole = whole_track(oracle, volume);
        struct content_places places = t0_places(oracle->machine, volume, track, whole);
        take(oracle, "looked at", volume, track, whole, &places);
        if (t0_lacks(&oracle->machine->volumes[volume], track) != lacks(oracle, volume, track))
            wrong(oracle, volume, track, "the relation says that it is %s, which is not so",
                  lacks(oracle, volume, track) ? "there" : "lacking");
    }
    return oracle->wrong - before;
}

int64_t oracle_check_drives(struct content_oracle *oracle, uint32_t volume)
{
    int64_t before = oracle->wrong;
    const struct content_places places = {.drives = whole_track(oracle, volume)};
    for (int64_t track = 0; track < tracks_of(oracle, volume); track++)
        if (!lacks(oracle, volume, track))
            take(oracle, "looked at when all was destaged", volume, track, places.drives, &places);
    return oracle->wrong - before;
}

int64_t oracle_kept(const struct content_oracle *oracle, uint32_t volume)
{
    return layers_all_kept(oracle->layers, volume);
}
