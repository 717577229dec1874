// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The PPRC write cycle on an idle system: its response time is the sum of its steps, to the nanosecond; and so is the
 * time of a track that is copied. A write that has to wait says for what.
 */
#include <math.h>
#include <stdio.h>

#include "models/pprc.h"
#include "tests/content_oracle.h"
#include "tests/machine_bench.h"
#include "tests/mirror_config.h"
#include "tests/small_config.h"
#include "tests/unit.h"

/* Of small_config and mirror_config: 4 KiB through a port of 0.1 ms and 50 MB/s, STEP_WRITE, a bus of 100 MB/s. */
enum { PORT_NS = 100000 + 81920, WRITE_NS = 300000, BUS_NS = 40960 };
/* STEP_REMOTE_WRITE at both ends; three exchanges over 2 x 10 km at 5 us; 0.2 ms; 4 KiB at 20 MB/s. */
enum { REMOTE_NS = 600000, LINK_NS = 3 * 100000 + 200000 + 204800 };
/* What mirroring adds to a write. */
enum { MIRROR_NS = REMOTE_NS + LINK_NS + REMOTE_NS + BUS_NS };

static void idle_write_takes_the_sum_of_its_steps(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 1000, PPRC_DUPLEX));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, SIM_S / 10);
    CHECK_INT(bench->last.error, IO_OK);
    CHECK_INT(bench->last.response_ns, PORT_NS + WRITE_NS + BUS_NS + MIRROR_NS);
    CHECK_INT(bench->last.part_ns[PART_PORT], PORT_NS);
    CHECK_INT(bench->last.part_ns[PART_PROCESSOR], WRITE_NS + REMOTE_NS);
    CHECK_INT(bench->last.part_ns[PART_BUS], BUS_NS);
    CHECK_INT(bench->last.part_ns[PART_LINK], LINK_NS);
    CHECK_INT(bench->last.part_ns[PART_SECONDARY], REMOTE_NS + BUS_NS);
    bench_destroy(bench);
}

/* ---- other writes, other links ---- */

struct shape {
    const char *what;
    int64_t offset_bytes, bytes;
    int64_t distance_m;
    struct link_type type; /* what differs from mirror_config's; 0: as there */
    sim_time link_ns;      /* worked out by hand */
};

static const struct shape shapes[] = {
    {"no distance", 0, 4096, 0, {0}, 200000 + 204800},
    {"the longest distance", 0, 4096, 103000, {0}, 3 * 1030000 + 200000 + 204800},
    {"a block", 512, 512, 10000, {0}, 300000 + 200000 + 25600},
    {"parts of three tracks at 25 km", 4096, 80 * 1024, 25000, {0}, 3 * 250000 + 200000 + 4096000},
    {"1 MiB, not aligned", 512 * 7, 1 << 20, 10000, {0}, 300000 + 200000 + 52428800},
    {"6 exchanges, 4 frames", 0, 4096, 10000, {.exchanges = 6, .frame_bytes = 1024, .frame_ns = 10000},
     600000 + 200000 + 4 * 10000 + 204800},
    {"6 exchanges, 4 frames and a half", 0, 4608, 10000, {.exchanges = 6, .frame_bytes = 1024, .frame_ns = 10000},
     600000 + 200000 + 5 * 10000 + 230400},
    /* 4,096 x 220 us / 1,870 is 481,882.35 ns */
    {"a window that holds the data back", 0, 4096, 20000, {.window_bytes = 1870, .turnaround_ns = 20000},
     600000 + 200000 + 481883},
    /* 1,870 bytes each 20 us are more than 20 MB/s */
    {"a window that does not", 0, 4096, 0, {.window_bytes = 1870, .turnaround_ns = 20000}, 200000 + 204800},
    /* A round trip is whole ns: 123,425.31 */
    {"a round trip that has to be rounded", 0, 4096, 12345, {.propagation_ns = 4999}, 3 * 123425 + 200000 + 204800},
    /* 240,941.18 ns of data */
    {"17 MB/s", 0, 4096, 10000, {.bytes_per_s = 17000000}, 300000 + 200000 + 240942},
};

static void change_type(struct link_type *type, const struct link_type *by)
{
    type->exchanges = by->exchanges ? by->exchanges : type->exchanges;
    type->propagation_ns = by->propagation_ns ? by->propagation_ns : type->propagation_ns;
    type->bytes_per_s = by->bytes_per_s ? by->bytes_per_s : type->bytes_per_s;
    type->frame_bytes = by->frame_bytes;
    type->frame_ns = by->frame_ns;
    type->window_bytes = by->window_bytes;
    type->turnaround_ns = by->turnaround_ns;
}

static void check_shape(const struct shape *shape)
{
    struct config *config = mirror_config_create(1, 1, 1, 1000, PPRC_DUPLEX);
    config->links[0].distance_m = shape->distance_m;
    change_type(&config->links[0].type, &shape->type);
    struct machine_bench *bench = bench_create(config);
    bench_issue(bench, IO_WRITE, 0, shape->offset_bytes, shape->bytes);
    bench_run_for(bench, SIM_S / 2);
    sim_time port_ns = 100000 + shape->bytes * 20, bus_ns = shape->bytes * 10;
    printf("    %-36s %9lld ns, %8lld on the link\n", shape->what, (long long)bench->last.response_ns,
           (long long)bench->last.part_ns[PART_LINK]);
    CHECK_INT(bench->last.error, IO_OK);
    CHECK_INT(bench->last.part_ns[PART_LINK], shape->link_ns);
    CHECK_INT(bench->last.response_ns, port_ns + WRITE_NS + bus_ns + REMOTE_NS + shape->link_ns + REMOTE_NS + bus_ns);
    bench_destroy(bench);
}

static void other_shapes_take_the_sum_of_their_steps(void)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        check_shape(&shapes[i]);
}

/* ---- room ---- */

/* Segments in the NVS of the source's and the target's cluster. */
static void check_room(struct machine_bench *bench, int64_t source, int64_t target)
{
    CHECK_INT(store_used(bench->machine->ranks[0].cluster->nvs) / SEGMENT, source);
    CHECK_INT(store_used(bench->machine->ranks[1].cluster->nvs) / SEGMENT, target);
}

/* The old content has to outlive a rewrite that is not acknowledged: beside it there is room for the new, until then. */
static void rewrite_of_dirty_data_takes_its_room_anew_and_gives_it_back(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 1000, PPRC_DUPLEX));
    bench_issue(bench, IO_WRITE, 0, 0, 2 * SEGMENT);
    bench_run_for(bench, 100 * SIM_MS);
    check_room(bench, 2, 2);
    sim_time first_ns = bench->last.response_ns;
    bench_issue(bench, IO_WRITE, 0, SEGMENT, 4 * SEGMENT); /* one of them is dirty */
    bench_run_for(bench, 100000 + 4 * 81920 + WRITE_NS + 4 * BUS_NS - 1);
    check_room(bench, 2, 2);
    bench_run_for(bench, 2);
    check_room(bench, 6, 2);
    bench_run_for(bench, 100 * SIM_MS);
    check_room(bench, 5, 5);
    bench_issue(bench, IO_WRITE, 0, 0, 2 * SEGMENT); /* all of it is dirty: the same time, no new room in the end */
    bench_run_for(bench, first_ns - MIRROR_NS);
    bench_run_for(bench, MIRROR_NS / 2);
    check_room(bench, 7, 5);
    bench_run_for(bench, 100 * SIM_MS);
    CHECK_INT(bench->last.response_ns, first_ns);
    check_room(bench, 5, 5);
    bench_destroy(bench);
}

/* ---- waits ---- */

static void second_write_to_a_track_waits_for_the_first(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 2, 1000, PPRC_DUPLEX));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_issue(bench, IO_WRITE, 0, 7 * SEGMENT, 4096);
    bench_run_for(bench, SIM_S / 10);
    CHECK_INT(bench->last.id, 1);
    CHECK_INT(bench->last.part_ns[PART_PORT_QUEUE], PORT_NS);
    CHECK_INT(bench->last.part_ns[PART_TRACK_WAIT], MIRROR_NS - PORT_NS);
    CHECK_INT(bench->last.part_ns[PART_LINK_QUEUE], 0);
    CHECK_INT(bench->last.response_ns, PORT_NS + WRITE_NS + BUS_NS + 2 * MIRROR_NS);
    bench_destroy(bench);
}

/* Over two links two tracks are written side by side, over one the second write waits for the link. */
static void write_to_another_track_waits_for_the_link_only(void)
{
    for (size_t links = 1; links <= 2; links++) {
        struct machine_bench *bench = bench_create(mirror_config_create(1, 1, links, 1000, PPRC_DUPLEX));
        bench_issue(bench, IO_WRITE, 0, 0, 4096);
        bench_issue(bench, IO_WRITE, 0, TRACK, 4096);
        bench_run_for(bench, SIM_S / 10);
        CHECK_INT(bench->last.id, 1);
        CHECK_INT(bench->last.part_ns[PART_TRACK_WAIT], 0);
        CHECK_INT(bench->last.part_ns[PART_LINK_QUEUE], links == 1 ? LINK_NS - PORT_NS : 0);
        bench_destroy(bench);
    }
}

static void simplex_write_does_not_wait_for_a_track(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 2, 1, 1000, PPRC_SIMPLEX));
    for (uint32_t volume = 0; volume < 2; volume++) {
        bench_issue(bench, IO_WRITE, volume, 0, 4096);
        bench_issue(bench, IO_WRITE, volume, 0, 4096);
        bench_run_for(bench, SIM_S / 10);
        CHECK_INT(bench->last.part_ns[PART_TRACK_WAIT], 0);
        CHECK_INT(bench->last.response_ns, 2 * PORT_NS + WRITE_NS + BUS_NS);
    }
    bench_destroy(bench);
}

/* ---- copying ---- */

/* STEP_COPY_TRACK, the link with 32 KiB at 20 MB/s, STEP_REMOTE_WRITE there and the bus. */
enum { COPY_NS = 700000, TRACK_LINK_NS = 300000 + 200000 + 1638400, TRACK_THERE_NS = REMOTE_NS + 327680 };

/* Tracks of a cylinder go one after the other; what is in the cache need not be read. */
static void copied_track_takes_the_sum_of_its_steps(void)
{
    static const int64_t tracks[] = {1, 15};
    for (size_t i = 0; i < sizeof tracks / sizeof tracks[0]; i++) {
        char why[PPRC_WHY_BYTES] = "";
        struct pair_report report;
        struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, tracks[i], PPRC_SIMPLEX));
        bench_issue(bench, IO_WRITE, 0, 0, tracks[i] * TRACK);
        bench_run_for(bench, SIM_S / 10);
        CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_ENTIRE, false, false, why));
        bench_run_for(bench, SIM_S / 2);
        CHECK_INT(pprc_source_state(bench->machine, 0), PPRC_DUPLEX);
        pairs_report(bench->machine, &report);
        CHECK_INT(report.copied_tracks, tracks[i]);
        CHECK_INT(llround((report.complete_s - report.established_s) * 1e9),
                  tracks[i] * (COPY_NS + TRACK_LINK_NS + TRACK_THERE_NS));
        bench_destroy(bench);
    }
}

/* A copy of one track from the cache: a write that comes meanwhile waits for its end, and goes to the target after it. */
static void write_waits_for_the_copy_of_its_track(void)
{
    char why[PPRC_WHY_BYTES] = "";
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 1, PPRC_SIMPLEX));
    bench_issue(bench, IO_WRITE, 0, 0, TRACK);
    bench_run_for(bench, SIM_S / 10);
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_ENTIRE, false, false, why));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, SIM_S / 10);
    CHECK_INT(bench->last.part_ns[PART_TRACK_WAIT],
              COPY_NS + TRACK_LINK_NS + TRACK_THERE_NS - PORT_NS - WRITE_NS - BUS_NS);
    CHECK_INT(bench->last.response_ns, COPY_NS + TRACK_LINK_NS + TRACK_THERE_NS + MIRROR_NS);
    bench_destroy(bench);
}

static void initial_copy_makes_the_target_equal(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 2, 100, PPRC_SIMPLEX));
    struct content_oracle *oracle = oracle_create(bench->machine);
    char why[PPRC_WHY_BYTES] = "";
    for (int i = 0; i < 20; i++)
        bench_write(bench, 0, i * 5 * 32768, 32768);
    CHECK(oracle_differences(oracle, 0, 1) > 0);
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_ENTIRE, false, false, why));
    CHECK_INT(pprc_source_state(bench->machine, 0), PPRC_DUPLEX_PENDING);
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(pprc_source_state(bench->machine, 0), PPRC_DUPLEX);
    CHECK_INT(oracle_differences(oracle, 0, 1), 0);
    oracle_destroy(oracle);
    bench_destroy(bench);
}

UNIT_MAIN("pprc_write",
          {"an idle mirrored write takes the sum of its steps", idle_write_takes_the_sum_of_its_steps},
          {"so it does with other lengths, distances and protocols", other_shapes_take_the_sum_of_their_steps},
          {"a mirrored rewrite of dirty data takes room anew, and gives it back",
           rewrite_of_dirty_data_takes_its_room_anew_and_gives_it_back},
          {"a second write to a track waits for the first one's acknowledgement, and the wait is named",
           second_write_to_a_track_waits_for_the_first},
          {"a write to another track waits for the link only", write_to_another_track_waits_for_the_link_only},
          {"writes to a simplex volume wait for no track", simplex_write_does_not_wait_for_a_track},
          {"a copied track takes the sum of its steps", copied_track_takes_the_sum_of_its_steps},
          {"a write to a track that is being copied waits for it", write_waits_for_the_copy_of_its_track},
          {"an initial copy makes the target equal to its source", initial_copy_makes_the_target_equal})
