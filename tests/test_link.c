// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Links: hold times worked out by hand, and when a link is up.
 */
#include "models/link.h"

#include "models/machine.h"
#include "tests/machine_bench.h"
#include "tests/mirror_config.h"
#include "tests/unit.h"

/* 3 exchanges, 0.2 ms, 20 MB/s, 5 us a km. */
static struct link_type plain(void)
{
    return (struct link_type){.bytes_per_s = 20000000, .exchanges = 3, .overhead_ns = 200 * SIM_US,
                              .propagation_ns = 5 * SIM_US, .distance_max_m = 103000};
}

static void hold_is_exchanges_overhead_and_data(void)
{
    struct link_type type = plain();
    CHECK_INT(link_hold_ns(&type, 0, 0), 200000);
    CHECK_INT(link_hold_ns(&type, 0, 4096), 200000 + 204800);
    CHECK_INT(link_hold_ns(&type, 10000, 4096), 3 * 100000 + 200000 + 204800);
    CHECK_INT(link_hold_ns(&type, 103000, 4096), 3 * 1030000 + 200000 + 204800);
    CHECK_INT(link_hold_ns(&type, 500, 0), 3 * 5000 + 200000);
    type.exchanges = 6;
    CHECK_INT(link_hold_ns(&type, 10000, 4096), 6 * 100000 + 200000 + 204800);
}

/* A write has one frame at least, the last one may be short. */
static void frames_cost_their_overhead(void)
{
    struct link_type type = plain();
    type.frame_ns = 7 * SIM_US;
    CHECK_INT(link_hold_ns(&type, 0, 4096), 200000 + 7000 + 204800);
    type.frame_bytes = 1024;
    CHECK_INT(link_hold_ns(&type, 0, 0), 200000 + 7000);
    CHECK_INT(link_hold_ns(&type, 0, 512), 200000 + 7000 + 25600);
    CHECK_INT(link_hold_ns(&type, 0, 1024), 200000 + 7000 + 51200);
    CHECK_INT(link_hold_ns(&type, 0, 4096), 200000 + 4 * 7000 + 204800);
    CHECK_INT(link_hold_ns(&type, 0, 4608), 200000 + 5 * 7000 + 230400);
}

/* Host ESCON: 1870 B, 20 us. At 9 km a window takes 110 us, so 17 MB/s; at 20 km 220 us. */
static void window_makes_the_rate_droop(void)
{
    struct link_type type = plain();
    type.bytes_per_s = 17000000;
    CHECK_NEAR(link_rate(&type, 103000), 17e6, 0);
    type.window_bytes = 1870;
    type.turnaround_ns = 20 * SIM_US;
    CHECK_NEAR(link_rate(&type, 0), 17e6, 0);
    CHECK_NEAR(link_rate(&type, 9000), 17e6, 1);
    CHECK_NEAR(link_rate(&type, 20000), 8.5e6, 1);
    CHECK_NEAR(link_rate(&type, 64000), 1870 / 660e-6, 1);
    CHECK_INT(link_hold_ns(&type, 20000, 18700), 3 * 200000 + 200000 + 10 * 220000);
    CHECK_INT(link_hold_ns(&type, 0, 17000), 200000 + 1000000);
}

/* ---- up and down ---- */

static struct machine_bench *new_bench(void)
{
    return bench_create(mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX));
}

static void link_is_down_while_anything_of_it_has_failed(void)
{
    struct machine_bench *bench = new_bench();
    struct machine *machine = bench->machine;
    struct link *link = &machine->links[0];
    struct server *servers = machine->servers;
    bool *const parts[] = {&link->from->failed, &link->to->failed, &servers[0].down, &servers[1].down};
    CHECK(link->up);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        *parts[i] = true;
        link_look_again(machine, link);
        CHECK(!link->up);
        CHECK_INT(link->cuts, i + 1);
        link_look_again(machine, link);
        CHECK_INT(link->cuts, i + 1);
        *parts[i] = false;
        link_look_again(machine, link);
        CHECK(link->up);
    }
    CHECK(machine->links[1].up);
    bench_destroy(bench);
}

static void link_repaired_at_a_failed_port_stays_down(void)
{
    struct machine_bench *bench = new_bench();
    struct link *link = &bench->machine->links[0];
    link_set_failed(bench->machine, link, true);
    CHECK(!link->up);
    link->to->failed = true;
    link_set_failed(bench->machine, link, false);
    CHECK(!link->up);
    CHECK_INT(link->cuts, 1);
    link->to->failed = false;
    link_look_again(bench->machine, link);
    CHECK(link->up);
    CHECK(bench_told_ns(bench, "e0: link up") == 0);
    bench_destroy(bench);
}

/* ---- use ---- */

/* Two 4 KiB writes at once over one link: the second one waits for as long as the first one holds it. */
static void link_carries_one_write_at_a_time(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 100, PPRC_DUPLEX));
    struct station_stats stats;
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_issue(bench, IO_WRITE, 0, TRACK, 4096);
    bench_run_for(bench, SIM_S / 10);
    station_stats(bench->machine->links[0].station, &stats);
    CHECK_INT(stats.busy_ns, 2 * 704800);
    CHECK(bench->last.part_ns[PART_LINK_QUEUE] > 300000);
    CHECK_INT(bench->last.part_ns[PART_LINK], 704800);
    CHECK_INT(bench->machine->links[0].writes, 2);
    CHECK_INT(bench->machine->links[0].bytes, 8192);
    bench_destroy(bench);
}

/* Behind a director two links end at one port, which one write at a time enters. */
static void shared_port_is_entered_by_one_link_at_a_time(void)
{
    struct config *config = mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX);
    config->links[1].to_port = config->links[0].to_port;
    struct machine_bench *bench = bench_create(config);
    CHECK(bench->machine->links[0].shares_port && bench->machine->links[1].shares_port);
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_issue(bench, IO_WRITE, 0, TRACK, 4096);
    bench_run_for(bench, SIM_S / 10);
    CHECK_INT(bench->machine->links[0].writes, 1);
    CHECK_INT(bench->machine->links[1].writes, 1);
    CHECK(bench->machine->links[1].wait_ns > 300000);
    CHECK_INT(bench->last.part_ns[PART_LINK_QUEUE], bench->machine->links[1].wait_ns);
    CHECK_INT(bench->errors, 0);
    bench_destroy(bench);
}

UNIT_MAIN("link",
          {"a write holds its link for its exchanges, the overhead and its data", hold_is_exchanges_overhead_and_data},
          {"each frame costs its overhead", frames_cost_their_overhead},
          {"a window makes the rate droop with distance", window_makes_the_rate_droop},
          {"a link is down while it, a port or a server of it has failed",
           link_is_down_while_anything_of_it_has_failed},
          {"a link that is repaired at a failed port stays down", link_repaired_at_a_failed_port_stays_down},
          {"a link carries one write at a time", link_carries_one_write_at_a_time},
          {"a port behind a director is entered by one link at a time", shared_port_is_entered_by_one_link_at_a_time})
