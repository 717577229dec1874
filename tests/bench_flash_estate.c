// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bench_flash_estate: what it takes to simulate 32 servers with 64 NOCOPY FlashCopies of 64 GB each, 4 x 10^9 tracks,
 * in one process, while hosts write to sources and targets.
 *
 *     bench_flash_estate [SERVERS [MB A VOLUME [SECONDS]]]     default 32 64000 180
 *
 * Prints tracks, I/Os, times and memory. Fails where a limit is broken: 1 GB of memory in all; 1.1 bits a track for a
 * relation's map; or a relation whose tracks do not add up.
 */
#include <stdio.h>
#include <stdlib.h>

#include "models/relation.h"
#include "tests/estate.h"
#include "tests/flash_estate.h"

int main(int argc, char **argv)
{
    struct flash_estate_plan plan = {
        .servers = argc > 1 ? atoi(argv[1]) : 32,
        .volume_mb = argc > 2 ? atoll(argv[2]) : 64000,
        .seconds = argc > 3 ? atof(argv[3]) : 180,
    };
    int64_t volume_tracks = (plan.volume_mb * 1000000 + 32767) / 32768, map_bytes = estate_map_bytes(volume_tracks);
    printf("a relation of %lld tracks takes %lld bytes for its map, %.4f bits a track, and %zu besides\n",
           (long long)volume_tracks, (long long)map_bytes, 8.0 * (double)map_bytes / (double)volume_tracks,
           sizeof(struct relation));
    struct flash_estate_result result = flash_estate_run(&plan);
    flash_estate_print(&plan, &result);
    bool good = result.unaccounted == 0 && result.errors == 0;
    if (!good)
        fprintf(stderr, "bench_flash_estate: relations whose tracks do not add up, or I/Os with errors\n");
    if (result.peak_bytes >= 1000000000) {
        fprintf(stderr, "bench_flash_estate: more than 1 GB of memory\n");
        good = false;
    }
    if (8.0 * (double)map_bytes > 1.1 * (double)volume_tracks) {
        fprintf(stderr, "bench_flash_estate: more than 1.1 bits of map a track\n");
        good = false;
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
