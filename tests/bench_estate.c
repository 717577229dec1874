// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bench_estate: what it takes to simulate an estate of 64 servers with 64 pairs of 64 GB each, 8 x 10^9 tracks, in one
 * process: all pairs are suspended, 0.1 % of their tracks change, and all are resynchronised to duplex.
 *
 *     bench_estate [PRIMARIES [MB A VOLUME [PERCENT CHANGED [cylinder]]]]     default 64 64000 0.1, by track
 *
 * Prints tracks, times, memory and change-map bytes. Fails where a limit is broken: 2 GB of memory in all; 1.1 bits a
 * track for a pair's change map, and a page besides; a pair that is not duplex in the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/estate.h"

int main(int argc, char **argv)
{
    struct estate_plan plan = {
        .primaries = argc > 1 ? atoi(argv[1]) : 64,
        .volume_mb = argc > 2 ? atoll(argv[2]) : 64000,
        .changed_share = (argc > 3 ? atof(argv[3]) : 0.1) / 100,
        .by_track = argc <= 4 || strcmp(argv[4], "cylinder") != 0,
    };
    int64_t volume_tracks = (plan.volume_mb * 1000000 + 32767) / 32768, map_bytes = estate_map_bytes(volume_tracks);
    printf("a change map of %lld tracks takes %lld bytes: %.4f bits a track\n", (long long)volume_tracks,
           (long long)map_bytes, 8.0 * (double)map_bytes / (double)volume_tracks);
    struct estate_result result = estate_run(&plan);
    estate_print(&plan, &result);
    bool good = result.duplex == result.pairs && result.left == 0;
    if (!good)
        fprintf(stderr, "bench_estate: not all pairs are duplex\n");
    if (result.peak_bytes >= 2000000000) {
        fprintf(stderr, "bench_estate: more than 2 GB of memory\n");
        good = false;
    }
    if (8.0 * (double)(map_bytes - 4096) > 1.1 * (double)volume_tracks) {
        fprintf(stderr, "bench_estate: more than 1.1 bits of change map a track\n");
        good = false;
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
