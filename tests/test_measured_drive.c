// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The model against a real drive: 10,000 requests whose service times were measured on a Seagate Cheetah 9LP
 * (a data file of DiskSim 4.0), one at a time, replayed on the catalogue's drive of that name. What is compared
 * is the root mean square horizontal distance between the two cumulative distributions of service time (Ruemmler
 * and Wilkes, 1994). The recording is no part of the project; where it is absent the tests say so.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "models/drive.h"
#include "sim/memory.h"
#include "tests/scenario_fixture.h"
#include "tests/unit.h"

#define RECORDING SOURCE_DIR "/../shared/drives/cheetah9LP.trace.gz"

static const char one_cheetah[] =
    "run: {duration: 1 s}\n"
    "servers: {AAAAA: {ranks: {r: {drive: cheetah-9lp}}, volumes: {v: {size: 1 GiB}}}}\n";

enum { REQUESTS = 10000 };

/* One request of the recording, and what the model made of it. */
struct request {
    struct drive_access access;
    double measured_ns;
    sim_time gap_ns; /* from its completion to the next request */
    double simulated_ns;
    enum drive_command command;
};

static size_t read_recording(struct request *requests, size_t room)
{
    char line[200], op;
    double service_us, gap_us;
    size_t count = 0;
    gzFile file = gzopen(RECORDING, "rb");
    while (file != NULL && count < room && gzgets(file, line, sizeof line) != NULL) {
        long block;
        int blocks;
        if (!CHECK_INT(sscanf(line, "%c %*s %ld %d %lf %lf", &op, &block, &blocks, &service_us, &gap_us), 5))
            break;
        requests[count++] = (struct request){.access = {block, blocks, op == 'W'},
                                             .measured_ns = service_us * 1e3,
                                             .gap_ns = (sim_time)(gap_us * 1e3)};
    }
    if (file != NULL)
        gzclose(file);
    return count;
}

/* Each request begins its recorded distance after the simulated end of the one before. */
static void replay(const struct drive_geometry *geometry, struct request *requests, size_t count, double phase)
{
    struct sim *sim = sim_create(1);
    struct drive *drive = drive_create(sim, "d", geometry, phase);
    for (size_t i = 0; i < count; i++) {
        struct drive_plan plan;
        drive_begin(drive, &requests[i].access, &plan);
        requests[i].simulated_ns = (double)drive_plan_ns(&plan);
        requests[i].command = plan.command;
        sim_run(sim, sim_now(sim) + drive_plan_ns(&plan) + requests[i].gap_ns);
    }
    drive_destroy(drive);
    sim_destroy(sim);
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* RMS distance in ms of the two distributions over the reads, the writes, or both. */
static double distance_ms(const struct request *requests, size_t count, bool reads, bool writes)
{
    double *measured = memory_alloc_zeroed(count, sizeof *measured);
    double *simulated = memory_alloc_zeroed(count, sizeof *simulated);
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(requests[i].access.write ? writes : reads))
            continue;
        measured[n] = requests[i].measured_ns;
        simulated[n++] = requests[i].simulated_ns;
    }
    qsort(measured, n, sizeof *measured, compare);
    qsort(simulated, n, sizeof *simulated, compare);
    for (size_t i = 0; i < n; i++)
        sum += (measured[i] - simulated[i]) * (measured[i] - simulated[i]);
    free(measured);
    free(simulated);
    return sqrt(sum / (double)n) / 1e6;
}

static void test_distribution(void)
{
    if (access(RECORDING, R_OK) != 0) {
        unit_skip(RECORDING " is absent");
        return;
    }
    static struct request requests[REQUESTS];
    size_t count = read_recording(requests, REQUESTS);
    struct scenario *scenario = load(one_cheetah, NULL);
    struct drive_geometry *geometry = drive_geometry_create(&scenario_config(scenario)->drive_types[0]);
    CHECK_INT(count, REQUESTS);
    replay(geometry, requests, count, 0);
    printf("  RMS distance: all %.3f ms, reads %.3f, writes %.3f\n", distance_ms(requests, count, true, true),
           distance_ms(requests, count, true, false), distance_ms(requests, count, false, true));
    CHECK(distance_ms(requests, count, true, true) <= 0.25);
    drive_geometry_destroy(geometry);
    scenario_destroy(scenario);
}

UNIT_MAIN("measured_drive",
          {"10,000 requests to a Cheetah 9LP take as long as on the real drive, within 0.25 ms RMS", test_distribution})
