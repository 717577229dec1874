// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bench_server: how fast a whole storage server is simulated, through `essim run` as a user types it.
 *
 * A fully configured F20: 384 drives in 48 ranks, 16 LSS, 16 ports, 4,096 volumes, 8 GiB of cache. Its loads:
 *
 *     hits     random reads of 4 KiB, all hits in simulated cache content (1 GiB of volumes, held from the warm start
 *              on but for some first misses)
 *     drawn    the same, hits drawn at 100 % instead of simulated
 *     misses   random 4 KiB, 70 % reads, over 8 TiB: nearly every read goes to a drive, every write is destaged
 *     hot      the same with zipf:1.0 addresses
 *
 * Printed for each, without and with the trace: simulated I/Os a second of wall time and of processor time of the
 * simulating thread, both without set-up; the set-up (with the warm start) and the process's peak memory; then time an
 * I/O at 10^5, 10^6 and 10^7 I/Os. Best of several rounds, since the machine may be busy with other things.
 *
 *     bench_server [LONGEST]     default 10000000: the most I/Os of a run
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/command.h"

enum { ROUNDS = 3, PAIRS = 4, CLUSTERS = 2, LOOPS = 2, RANKS_A_LSS = 3, VOLUMES_A_LSS = 256, BAYS = 4, SLOTS = 4 };

struct load {
    const char *name;
    const char *what;         /* keys of its workload */
    const char *volume_size;
    int64_t per_s;            /* arrivals, some two thirds of what the server can do */
};
static const struct load loads[] = {
    {"hits", "rw: randread", "256 KiB", 20000},
    {"drawn", "rw: randread, read_hit: 100 %", "256 KiB", 20000},
    {"misses", "rw: randrw, rwmixread: 70", "2 GiB", 10000},
    {"hot", "rw: randrw, rwmixread: 70, random_distribution: zipf:1.0", "2 GiB", 10000},
};
enum { LOADS = sizeof loads / sizeof loads[0] };
enum { HITS = 0, MISSES = 2 };

/* What a run took. */
struct outcome {
    double ios;
    double setup_s, simulated_s; /* wall, before the first event and from there to the last */
    double cpu_s;                /* processor time of the simulating thread in simulated_s */
    double wall_s;               /* of the process */
    double peak_mb;
    double read_hit_ratio;
    double utilization;          /* of the busiest resource */
    double events;
};

/* ---- the scenario ---- */

static void write_ranks(FILE *file, const struct load *load)
{
    fputs("    ranks:\n", file);
    for (int lss = 0; lss < PAIRS * CLUSTERS * LOOPS; lss++)
        for (int i = 0; i < RANKS_A_LSS; i++)
            fprintf(file, "      r%d-%d: {pair: %d, cluster: %d, loop: %s}\n", lss, i, lss / (CLUSTERS * LOOPS),
                    lss / LOOPS % CLUSTERS, lss % LOOPS ? "B" : "A");
    fputs("    volumes:\n", file);
    for (int lss = 0; lss < PAIRS * CLUSTERS * LOOPS; lss++)
        for (int i = 0; i < RANKS_A_LSS; i++)
            fprintf(file, "      v%d-%d: {rank: r%d-%d, size: %s, count: %d}\n", lss, i, lss, i, load->volume_size,
                    (VOLUMES_A_LSS + i) / RANKS_A_LSS);
}

static void write_scenario(const char *path, const struct load *load, double ios)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    fprintf(file, "title: %s\nrun: {duration: %.6f s}\n", load->name, ios / (double)load->per_s);
    fputs("servers:\n  FCA24:\n    model: F20\n    cache: 8 GiB\n    fb_lss: 16\n", file);
    write_ranks(file, load);
    fputs("    ports:\n", file);
    for (int port = 0; port < BAYS * SLOTS; port++)
        fprintf(file, "      p%d: {bay: %d, slot: %d, type: fc}\n", port, port / SLOTS, port % SLOTS);
    fputs("hosts: {host: {server: FCA24, ports: [p0", file);
    for (int port = 1; port < BAYS * SLOTS; port++)
        fprintf(file, ", p%d", port);
    fputs("]}}\nworkloads:\n  load:\n    host: host\n    volumes: [v0-0", file);
    for (int rank = 1; rank < PAIRS * CLUSTERS * LOOPS * RANKS_A_LSS; rank++)
        fprintf(file, ", v%d-%d", rank / RANKS_A_LSS, rank % RANKS_A_LSS);
    fprintf(file, "]\n    bs: 4 KiB\n    rate_iops: %lld\n", (long long)load->per_s);
    for (const char *key = load->what; *key != '\0'; key += strspn(key, ", ")) {
        int length = (int)strcspn(key, ",");
        fprintf(file, "    %.*s\n", length, key);
        key += length;
    }
    fclose(file);
}

/* ---- a run ---- */

static struct command_result essim(const char *const *arguments)
{
    struct command_result result =
        command_run(&(struct command_request){.arguments = arguments, .limit_s = 3600});
    if (result.status != 0) {
        fprintf(stderr, "bench_server: essim %s ended with %d: %s\n", arguments[1], result.status, result.errors);
        exit(EXIT_FAILURE);
    }
    return result;
}

static double number(const json_t *json, const char *key)
{
    return json_number_value(json_object_get(json, key));
}

static double read_hit_ratio(const json_t *summary)
{
    const json_t *cache = json_object_get(json_object_get(json_object_get(summary, "servers"), "FCA24"), "cache");
    return number(cache, "read_hit_ratio");
}

static struct outcome run_once(const char *scenario, const char *run, const char *trace)
{
    struct command_result ran = essim(ESSIM_ARGUMENTS("run", "-q", scenario, "-o", run, "--trace", trace));
    struct command_result said = essim(ESSIM_ARGUMENTS("summary", "--json", run));
    json_t *summary = json_loads(said.output, 0, NULL);
    const json_t *engine = json_object_get(summary, "engine");
    struct outcome outcome = {
        .setup_s = number(engine, "setup_s"),
        .simulated_s = number(engine, "wall_s") - number(engine, "setup_s"),
        .cpu_s = number(engine, "cpu_s"),
        .ios = number(engine, "wall_s") * number(engine, "ios_per_wall_s"),
        .wall_s = ran.wall_s,
        .peak_mb = (double)ran.peak_rss_bytes * 1e-6,
        .read_hit_ratio = read_hit_ratio(summary),
        .utilization = number(json_object_get(summary, "bottleneck"), "utilization"),
        .events = number(engine, "events"),
    };
    json_decref(summary);
    command_result_free(&ran);
    command_result_free(&said);
    return outcome;
}

/* The least of each time, the most memory. */
static struct outcome run_best(const struct load *load, double ios, const char *trace, int rounds)
{
    char scenario[] = "bench_server.yaml", run[] = "bench_server.h5";
    struct outcome best = {0};
    write_scenario(scenario, load, ios);
    for (int round = 0; round < rounds; round++) {
        struct outcome outcome = run_once(scenario, run, trace);
        if (round == 0)
            best = outcome;
        best.setup_s = fmin(best.setup_s, outcome.setup_s);
        best.simulated_s = fmin(best.simulated_s, outcome.simulated_s);
        best.cpu_s = fmin(best.cpu_s, outcome.cpu_s);
        best.wall_s = fmin(best.wall_s, outcome.wall_s);
        best.peak_mb = fmax(best.peak_mb, outcome.peak_mb);
    }
    unlink(scenario);
    unlink(run);
    return best;
}

/* ---- what is printed ---- */

static void print_rates(double ios)
{
    printf("%.0f I/Os each, best of %d; rates in thousands of I/Os a second, set-up apart\n", ios, ROUNDS);
    printf("%-8s %-6s %9s %9s %7s %9s %8s %8s %8s %8s %7s\n", "load", "trace", "by wall", "by cpu", "ratio",
           "events/IO", "hits", "busiest", "set-up s", "all s", "MB");
    for (int i = 0; i < LOADS; i++) {
        double without = 0;
        for (int traced = 0; traced < 2; traced++) {
            struct outcome o = run_best(&loads[i], ios, traced ? "parts" : "none", ROUNDS);
            double rate = o.ios / o.simulated_s;
            without = traced ? without : rate;
            printf("%-8s %-6s %9.0f %9.0f %7.2f %9.1f %8.4f %8.2f %8.2f %8.2f %7.1f\n", loads[i].name,
                   traced ? "parts" : "none", rate * 1e-3, o.ios / o.cpu_s * 1e-3, rate / without, o.events / o.ios,
                   o.read_hit_ratio, o.utilization, o.setup_s, o.wall_s, o.peak_mb);
            fflush(stdout);
        }
    }
}

/* Time an I/O against the length of the run; misses with their trace, as a planner has it. */
static void print_scaling(double longest)
{
    static const struct {
        int load;
        const char *trace;
    } cases[] = {{HITS, "none"}, {MISSES, "parts"}};
    printf("\nTime an I/O by length of run\n%-8s %-6s %10s %12s %12s %7s %7s\n", "load", "trace", "I/Os", "ns wall",
           "ns cpu", "ratio", "MB");
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        double first = 0;
        for (double ios = 1e5; ios <= longest; ios *= 10) {
            struct outcome o = run_best(&loads[cases[c].load], ios, cases[c].trace, ios < 5e6 ? ROUNDS : 1);
            double cpu_ns = o.cpu_s / o.ios * 1e9;
            first = first > 0 ? first : cpu_ns;
            printf("%-8s %-6s %10.0f %12.0f %12.0f %7.2f %7.1f\n", loads[cases[c].load].name, cases[c].trace, o.ios,
                   o.simulated_s / o.ios * 1e9, cpu_ns, cpu_ns / first, o.peak_mb);
            fflush(stdout);
        }
    }
}

int main(int argc, char **argv)
{
    double longest = argc > 1 ? strtod(argv[1], NULL) : 1e7;
    print_rates(fmin(longest, 1e6));
    print_scaling(longest);
    return EXIT_SUCCESS;
}
