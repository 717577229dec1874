// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The PPRC write cycle on an idle system: its response time is the sum of its steps, to the nanosecond.
 */
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

static void idle_write_takes_the_sum_of_its_steps(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 1000, PPRC_DUPLEX));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, SIM_S / 10);
    CHECK_INT(bench->last.error, IO_OK);
    CHECK_INT(bench->last.response_ns, PORT_NS + WRITE_NS + BUS_NS + REMOTE_NS + LINK_NS + REMOTE_NS + BUS_NS);
    CHECK_INT(bench->last.part_ns[PART_PORT], PORT_NS);
    CHECK_INT(bench->last.part_ns[PART_PROCESSOR], WRITE_NS + REMOTE_NS);
    CHECK_INT(bench->last.part_ns[PART_BUS], BUS_NS);
    CHECK_INT(bench->last.part_ns[PART_LINK], LINK_NS);
    CHECK_INT(bench->last.part_ns[PART_SECONDARY], REMOTE_NS + BUS_NS);
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
          {"an initial copy makes the target equal to its source", initial_copy_makes_the_target_equal})
