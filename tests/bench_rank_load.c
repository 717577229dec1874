// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a rank's load does to its reads: the curves of docs/images/rank_load.png, as blocks for gnuplot, one for each
 * rank format and share of reads. From the first # on they are docs/images/rank_load.dat, which rank_load.gp draws.
 *
 *     offered per s   rank's utilisation   a read's time at the drives, ms   the same by calculation, ms
 *
 * Time at the drives is the wait in a drive's line and the drive's service. The calculation is Pollaczek and
 * Khinchine's, of the moments that tests/drive_theory.c integrates; it is for reads alone.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/drive.h"
#include "tests/drive_theory.h"
#include "tests/rank_run.h"
#include "tests/unit.h"

/* Mean wait and service of a drive that gets `per_ns` reads. */
static double calculated_ms(const struct drive_theory *theory, double per_ns)
{
    double utilization = per_ns * theory->mean_ns;
    return utilization < 1 ? (theory->mean_ns + per_ns * theory->square_ns2 / 2 / (1 - utilization)) * 1e-6 : NAN;
}

/* One point; false when the rank is busier than anybody asks for. */
static bool print_point(const struct rank_subject *rank, int reads_percent, double per_s)
{
    char *load = memory_text("  w: {volumes: v, rw: randrw, rwmixread: %d, rate_iops: %.17g, read_hit: 0 %%}\n",
                             reads_percent, per_s);
    struct scenario *scenario = rank_load(rank, "warmup: 60 s, duration: 300 s", load);
    const struct config *config = scenario_config(scenario);
    const struct drive_type *type = &config->drive_types[0];
    struct drive_theory theory = drive_theory(type, drive_type_blocks(type), 8);
    struct rank_outcome outcome = rank_run_config(config);
    double expected_ms = calculated_ms(&theory, per_s * 1e-9 / config->ranks[0].active_drives);
    if (reads_percent < 100)
        expected_ms = NAN;
    printf("%8.0f %8.4f %8.3f %8.3f\n", per_s, outcome.rank_utilization,
           outcome.ios[IO_READ].queued_ms + outcome.ios[IO_READ].drive_ms, expected_ms);
    free(load);
    scenario_destroy(scenario);
    return outcome.rank_utilization < 0.8;
}

static void print_curves(void)
{
    static const int reads_percent[] = {100, 70, 50};
    for (size_t mix = 0; mix < 3; mix++)
        for (size_t rank = 0; rank < 2; rank++) {
            double step = reads_percent[mix] == 100 ? 60 : 25, per_s = step;
            printf("\n\n# %s, %d %% reads\n", rank_subjects[rank].format, reads_percent[mix]);
            while (print_point(&rank_subjects[rank], reads_percent[mix], per_s))
                per_s += step;
        }
}

UNIT_MAIN("rank_load", {"a rank's reads under load", print_curves})
