// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The model against what queueing theory knows of it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/small_config.h"
#include "tests/unit.h"
#include "tests/watched_run.h"

/* Utilisation x time is the work done, and mean queue the rate times the mean wait. */
static void check_resource(const struct watched *watched, const char *name, double work_ns, double servers)
{
    const struct resource_report *report = watched_resource(watched, name);
    double over_ns = (double)watched->measured_ns;
    CHECK_NEAR(report->utilization * over_ns * servers, work_ns, 0.002 * work_ns);
    CHECK_NEAR(report->mean_queue, report->per_s * report->mean_wait_ms * 1e-3, 0.01 * report->mean_queue + 1e-4);
}

static void test_little_and_utilisation(void)
{
    struct config *config = small_config_create(2, 50000);
    config->run = (struct run_config){.warmup_ns = 5 * SIM_S, .duration_ns = 50 * SIM_S, .seed = 1};
    small_config_add_open(config, 400)->read_share = 1;
    struct watched watched = {0};
    watch_run(&watched, config);
    double port = 0, processor = 0, bus = 0, adapter = 0, count = 0, drive_queue = 0;
    for (size_t i = 0; i < watched.count; i++) {
        const struct io_record *record = &watched.records[i];
        if (!record->measured)
            continue;
        count++;
        port += (double)record->part_ns[PART_PORT];
        processor += (double)record->part_ns[PART_PROCESSOR];
        bus += (double)record->part_ns[PART_BUS];
        adapter += (double)record->part_ns[PART_ADAPTER];
        drive_queue += (double)record->part_ns[PART_DRIVE_QUEUE];
    }
    check_resource(&watched, "TEST1/p0", port, 1);
    check_resource(&watched, "TEST1/cluster.0/processors", processor, 4);
    check_resource(&watched, "TEST1/cluster.0/bus", bus, 1);
    check_resource(&watched, "TEST1/adapter.0.0", adapter, 1);
    CHECK_INT(watched.loads[0].completed, count);
    CHECK(llabs(watched.loads[0].issued - watched.loads[0].completed) < 40);
    double waiting = 0, busy = 0, work = 0;
    for (int rank = 0; rank < 2; rank++)
        for (int drive = 0; drive < 7; drive++) {
            char name[16];
            snprintf(name, sizeof name, "TEST1/r%d.%d", rank, drive);
            waiting += watched_resource(&watched, name)->mean_queue;
            busy += watched_resource(&watched, name)->utilization;
        }
    for (enum io_part part = PART_DRIVE_OVERHEAD; part <= PART_TRANSFER; part++)
        work += watched_mean_part_ns(&watched, part) * count;
    CHECK_NEAR(waiting, drive_queue / (double)watched.measured_ns, 0.01 * waiting);
    CHECK_NEAR(busy * (double)watched.measured_ns, work, 0.002 * work);
    double ranks = watched_resource(&watched, "TEST1/r0")->utilization;
    ranks += watched_resource(&watched, "TEST1/r1")->utilization;
    CHECK_NEAR(ranks, busy / 7, 1e-9);
    CHECK(fabs(watched_resource(&watched, "TEST1/cluster.1/processors")->utilization) < 1e-12);
    watched_free(&watched);
}

/* The asymptotic bounds of a closed network: N clients with demand D in all and think time Z have a throughput of at
 * least N / (N D + Z) and at most N / (D + Z) and 1 / D of the busiest server. */
static void test_closed_loop_bounds(void)
{
    static const int32_t clients[] = {1, 2, 4, 16, 64};
    for (size_t i = 0; i < sizeof clients / sizeof clients[0]; i++) {
        struct config *config = small_config_create(1, 1000);
        struct workload_config *workload = small_config_add_closed(config, clients[i]);
        workload->read_hit = 1;
        workload->thinktime_ns = 200 * SIM_US;
        config->run = (struct run_config){.warmup_ns = SIM_S, .duration_ns = 5 * SIM_S, .seed = 1};
        struct watched watched = {0};
        watch_run(&watched, config);
        double n = clients[i], demand_s = 322.88e-6, think_s = 200e-6, port_s = 181.92e-6;
        double x = (double)watched.loads[0].completed / 5;
        double response_s = watched_mean_response_ns(&watched) * 1e-9;
        double edge = (n + 1) / 5; /* that the interval's ends may cut off or bring */
        CHECK(x <= 1 / port_s + edge && x <= n / (demand_s + think_s) + edge);
        CHECK(x >= n / (n * demand_s + think_s) - edge);
        /* Little's law over the loop; one client alone waits for nobody; many keep the port always busy. */
        CHECK_NEAR(x * (response_s + think_s), n, 0.001 * n);
        if (clients[i] == 1)
            CHECK_NEAR(response_s, demand_s, 1e-12);
        if (clients[i] >= 16)
            CHECK_NEAR(watched_resource(&watched, "TEST1/p0")->utilization, 1, 1e-6);
        watched_free(&watched);
    }
}

static void test_open_queue_at_one_port(void)
{
    /*
     * Writes to one segment: the port is an M/D/1 queue of 181.92 us (processors and bus are never short of
     * servers' time behind it, as departures are at least that far apart). Run length 150 s at utilisation 0.7
     * gives the mean wait to about 1.5 %.
     */
    struct config *config = small_config_create(1, 1000);
    struct workload_config *workload = small_config_add_open(config, 0.7 / 181.92e-6);
    workload->read_share = 0;
    config->volumes[0].size_bytes = 4096;
    config->run = (struct run_config){.warmup_ns = SIM_S, .duration_ns = 150 * SIM_S, .seed = 1};
    config->servers[0].model.processor_ns[STEP_WRITE] = 150 * SIM_US;
    config->servers[0].model.destage_age_ns = 1000 * SIM_S;
    struct watched watched = {0};
    watch_run(&watched, config);
    double wait_ns = 0.7 / (2 * 0.3) * 181920;
    CHECK_NEAR(watched_mean_part_ns(&watched, PART_PORT_QUEUE), wait_ns, 0.04 * wait_ns);
    CHECK_NEAR(watched_resource(&watched, "TEST1/p0")->utilization, 0.7, 0.007);
    CHECK_NEAR(watched_mean_part_ns(&watched, PART_PROCESSOR_QUEUE), 0, 1e-9);
    CHECK_NEAR(watched_mean_part_ns(&watched, PART_BUS_QUEUE), 0, 1e-9);
    watched_free(&watched);
}

static void test_open_queue_at_the_drives(void)
{
    /*
     * Reads that always miss, on one rank's seven drives. Each drive is nearly an M/G/1 queue, its service time
     * the sum of overhead, seek, rotation and transfer: Pollaczek and Khinchine's formula, with the variance seen,
     * gives the wait. It is an approximation: seek and rotation follow from where the last read ended. Stated
     * tolerance 5 %.
     */
    struct config *config = small_config_create(1, 900000);
    config->run = (struct run_config){.warmup_ns = 10 * SIM_S, .duration_ns = 1000 * SIM_S, .seed = 1};
    small_config_add_open(config, 300)->read_hit = 0;
    struct watched watched = {0};
    watch_run(&watched, config);
    double sum = 0, squares = 0, count = 0;
    for (size_t i = 0; i < watched.count; i++) {
        double service = 0;
        for (enum io_part part = PART_DRIVE_OVERHEAD; part <= PART_TRANSFER; part++)
            service += (double)watched.records[i].part_ns[part];
        sum += service;
        squares += service * service;
        count++;
    }
    double mean = sum / count, per_ns = 300e-9 / 7;
    double wait_ns = per_ns * squares / count / (2 * (1 - per_ns * mean));
    CHECK(per_ns * mean > 0.4);
    CHECK_NEAR(watched_mean_part_ns(&watched, PART_DRIVE_QUEUE), wait_ns, 0.05 * wait_ns);
    watched_free(&watched);
}

UNIT_MAIN("model_queues",
          {"utilisation times time is the work done, and Little's law holds, at every resource",
           test_little_and_utilisation},
          {"a closed loop keeps to the bounds of its demands and to Little's law", test_closed_loop_bounds},
          {"a port under poisson arrivals of one size waits as M/D/1", test_open_queue_at_one_port},
          {"drives under poisson arrivals wait as M/G/1, within 5 %", test_open_queue_at_the_drives})
