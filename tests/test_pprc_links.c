// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * Links as queues: what they carry, how busy they are, who waits at them, and who shares them - against arithmetic
 * and theory, on F20s of the catalogue.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/link.h"
#include "sim/memory.h"
#include "tests/mirror_run.h"
#include "tests/unit.h"

#define ALL "[a0, a1, a2, a3, a4, a5, a6, a7]"

/* How long a write holds the run's link, in s. */
static double hold_s(const struct mirror_run *run, size_t link, int64_t bytes)
{
    return (double)link_hold_ns(&run->config->links[link].type, run->config->links[link].distance_m, bytes) * 1e-9;
}

/* ---- capacity, utilisation, Little's law ---- */

struct shape {
    int links, km;
    int64_t bytes;
};

/* Those that the processors of 8 of 0.45 ms a write, and buses of 170 MB/s a cluster, can fill. */
static const struct shape shapes[] = {
    {1, 0, 512},     {2, 0, 4096},    {4, 0, 4096},   {6, 0, 4096},     {1, 10, 4096},   {8, 10, 4096},
    {3, 43, 4096},   {8, 43, 4096},   {8, 103, 512},  {5, 103, 4096},   {8, 103, 32768}, {2, 0, 32768},
    {8, 0, 32768},   {7, 43, 65536},  {1, 0, 262144}, {4, 103, 262144},
};

static struct mirror_run *shape_run(const struct shape *shape, const char *arrivals)
{
    char *link = memory_text("distance: %d km", shape->km);
    char *load = memory_text("  w: {volumes: " ALL ", rw: randwrite, bs: %lld B, %s}\n", (long long)shape->bytes, arrivals);
    struct mirror_run *run = mirror_run(&(struct mirror_plan){
        .run = "warmup: 2 s, duration: 10 s, start: cold", .links = shape->links, .link = link, .pairs = "duplex",
        .workloads = load});
    free(link);
    free(load);
    return run;
}

/*
 * What writes say of their time at links, and what links say of their lines: writes a second x mean wait = mean queue,
 * over all links; and writes a second x time held = mean number busy. Tolerances cover what is in flight at the ends.
 */
static void check_little(const struct mirror_run *run, double tolerance)
{
    double queue = 0, busy = 0, carried = 0, per_s = mirror_per_s(run, IO_WRITE);
    for (size_t i = 0; i < run->config->link_count; i++) {
        const struct resource_report *link = mirror_resource(run, run->config->links[i].name);
        queue += link->mean_queue;
        busy += link->utilization;
        carried += link->per_s;
        CHECK_NEAR(link->mean_queue, link->per_s * link->mean_wait_ms * 1e-3, 0.02 * link->mean_queue + 0.01);
        CHECK_NEAR((double)run->links[i].writes / run->measured_s, link->per_s, 1e-6 * link->per_s + 1e-9);
    }
    CHECK_NEAR(carried, per_s, tolerance * per_s);
    CHECK_NEAR(queue, per_s * mirror_part_ms(run, IO_WRITE, PART_LINK_QUEUE) * 1e-3, tolerance * queue + 0.001);
    CHECK_NEAR(busy, per_s * mirror_part_ms(run, IO_WRITE, PART_LINK) * 1e-3, tolerance * busy);
}

static void test_saturation(void)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const struct shape *shape = &shapes[i];
        char *depth = memory_text("iodepth: %d", 48 * shape->links);
        struct mirror_run *run = shape_run(shape, depth);
        double expected = shape->links / hold_s(run, 0, shape->bytes), seen = mirror_per_s(run, IO_WRITE);
        printf("    %d links of %3d km, %6lld B: links / holding time %7.1f/s, seen %7.1f (%+.2f %%); named: %s\n",
               shape->links, shape->km, (long long)shape->bytes, expected, seen, 100 * (seen / expected - 1),
               run->bottleneck.resource->name);
        CHECK_NEAR(seen, expected, 0.02 * expected);
        CHECK_INT(run->bottleneck.resource->kind, RESOURCE_LINK);
        CHECK_CONTAINS(run->bottleneck.advice, "link");
        for (int link = 0; link < shape->links; link++)
            CHECK_NEAR(mirror_resource(run, run->config->links[link].name)->utilization, 1, 0.01);
        check_little(run, 0.01);
        mirror_run_free(run);
        free(depth);
    }
}

static void test_utilisation(void)
{
    static const struct shape at[] = {{1, 0, 4096}, {1, 43, 4096}, {2, 43, 32768}, {4, 0, 4096}, {4, 103, 16384}};
    static const double loads[] = {0.2, 0.5, 0.8};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++)
        for (size_t j = 0; j < sizeof loads / sizeof loads[0]; j++) {
            double per_s = at[i].links * loads[j] / (0.0002 + at[i].km * 3e-5 + (double)at[i].bytes / 17e6);
            char *rate = memory_text("rate_iops: %.3f", per_s);
            struct mirror_run *run = shape_run(&at[i], rate);
            double busy = 0, carried = 0;
            for (int link = 0; link < at[i].links; link++) {
                const struct resource_report *report = mirror_resource(run, run->config->links[link].name);
                busy += report->utilization;
                carried += report->per_s;
                CHECK_NEAR(report->utilization, report->per_s * hold_s(run, (size_t)link, at[i].bytes), 0.001);
            }
            printf("    %d links of %3d km, %5lld B, %4.0f/s: together %.4f busy, rate x holding time %.4f\n", at[i].links,
                   at[i].km, (long long)at[i].bytes, carried, busy, carried * hold_s(run, 0, at[i].bytes));
            CHECK_NEAR(busy / at[i].links, loads[j], 0.04 * loads[j]);
            check_little(run, 0.002 + 4 / (carried * run->measured_s));
            mirror_run_free(run);
            free(rate);
        }
}

/*
 * A line of single servers of constant times, fed at random, waits in all as its slowest alone would: port and link in
 * tandem as M/D/1 with the link's time. Four processors never wait at this load.
 */
static void test_md1(void)
{
    static const double loads[] = {0.3, 0.6, 0.8};
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        double hold_ms = 0.2 + 4.096 / 17 + 43 * 0.03;
        char *load = memory_text("  w: {volumes: " ALL ", rw: randwrite, rate_iops: %.4f}\n", loads[i] / hold_ms * 1000);
        struct mirror_run *run = mirror_run(&(struct mirror_plan){
            .run = "warmup: 10 s, duration: 2000 s, start: cold", .size = "8 GiB", .links = 1, .link = "distance: 43 km",
            .pairs = "duplex", .host_ports = 1, .workloads = load});
        double wait = mirror_part_ms(run, IO_WRITE, PART_PORT_QUEUE) + mirror_part_ms(run, IO_WRITE, PART_LINK_QUEUE) +
                      mirror_part_ms(run, IO_WRITE, PART_PROCESSOR_QUEUE);
        double busy = mirror_resource(run, "e.0")->utilization, expected = busy / (2 * (1 - busy)) * hold_ms;
        printf("    one link at %.2f %%: M/D/1 waits %.4f ms, seen %.4f (%+.1f %%), of %lld writes\n", 100 * busy, expected,
               wait, 100 * (wait / expected - 1), (long long)run->loads[0][IO_WRITE].count);
        CHECK_NEAR(wait, expected, 0.03 * expected);
        mirror_run_free(run);
        free(load);
    }
}

/* ---- adding links moves the bottleneck ---- */

static void test_bottleneck_moves(void)
{
    static const int links[] = {1, 2, 4, 8};
    enum resource_kind last = RESOURCE_KIND_COUNT;
    for (size_t i = 0; i < 4; i++) {
        struct mirror_run *run = mirror_run(&(struct mirror_plan){
            .run = "warmup: 2 s, duration: 20 s, start: cold", .size = "4 GiB", .links = links[i],
            .link = "distance: 10 km", .pairs = "duplex", .host_ports = 2,
            .workloads = "  w: {volumes: " ALL ", rw: randwrite, rate_iops: 2100}\n"});
        last = run->bottleneck.resource->kind;
        printf("    %d link%s: %.2f ms a write; %s\n", links[i], links[i] > 1 ? "s" : "",
               mirror_response_ms(run, IO_WRITE), run->bottleneck.advice);
        if (links[i] <= 2) {
            CHECK_INT(last, RESOURCE_LINK);
            CHECK_CONTAINS(run->bottleneck.advice, "add links between FCA24 and 12019");
        }
        mirror_run_free(run);
    }
    CHECK(last != RESOURCE_LINK);
}

/* ---- sharing ---- */

/* The text of two servers with `volumes` on each of their eight ranks, and one link between them. */
static char *many_paths_text(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "run: {warmup: 2 s, duration: 300 s, start: cold}\nservers:\n");
    for (int server = 0; server < 2; server++) {
        fprintf(out, "  %s:\n    ports: {p0: {bay: 0}, p1: {bay: 1}}\n    ranks:\n", server ? "12019" : "FCA24");
        for (int i = 0; i < 8; i++)
            fprintf(out, "      r%d: {pair: %d, cluster: %d}\n", i, i / 2, i % 2);
        fprintf(out, "    volumes:\n");
        for (int i = 0; i < 8; i++)
            fprintf(out, "      %c%d: {rank: r%d, size: 4 MiB, count: 8}\n", server ? 'b' : 'a', i, i);
    }
    fprintf(out, "hosts: {h: {server: FCA24}}\nlinks: {e: {from: FCA24, to: 12019, distance: 0 km}}\npaths:\n");
    for (int i = 0; i < 64; i++)
        fprintf(out, "  - {from: FCA24:%d, to: 12019:%d, links: e}\n", 16 + i / 8, 16 + i % 8);
    fprintf(out, "pairs:\n");
    for (int i = 0; i < 64; i++)
        fprintf(out, "  - {pprc: [a%d.%d, b%d.%d]}\n", i / 8, i % 8, i % 8, i / 8);
    fprintf(out, "workloads:\n");
    for (int i = 0; i < 64; i++)
        fprintf(out, "  w%d: {volumes: a%d.%d, rw: randwrite, iodepth: 2}\n", i, i / 8, i % 8);
    fclose(out);
    return text;
}

/* Eight subsystems of a server each have a path to eight of another, over one link: as many as it may carry. */
static void test_sixty_four_paths(void)
{
    char *text = many_paths_text();
    struct mirror_run *run = mirror_run_text(text);
    double mean = mirror_per_s(run, IO_WRITE) / 64, least = INFINITY, most = 0;
    int64_t fewest = INT64_MAX;
    CHECK_INT(run->links[0].paths, 64);
    for (int i = 0; i < 64; i++) {
        const struct mirror_ios *ios = &run->loads[i][IO_WRITE];
        least = fmin(least, ios->per_s);
        most = fmax(most, ios->per_s);
        fewest = ios->count < fewest ? ios->count : fewest;
        CHECK_NEAR(ios->per_s, mean, 0.03 * mean);
        CHECK_INT(run->pairs[i].state, PPRC_DUPLEX);
        CHECK_NEAR((double)run->pairs[i].mirrored_writes, (double)ios->count, 2);
    }
    printf("    64 paths on a link: %.2f writes/s each on the mean, %.2f to %.2f (%+.2f to %+.2f %%), %lld or more each\n",
           mean, least, most, 100 * (least / mean - 1), 100 * (most / mean - 1), (long long)fewest);
    CHECK(fewest >= 10000);
    CHECK_NEAR(64 * mean, 1 / hold_s(run, 0, 4096), 0.02 * 64 * mean);
    mirror_run_free(run);
    free(text);
}

/* A critical volume in LSS 16, eight ranks' worth of others writing all that their links take. */
static double critical_ms(const char *paths, bool others)
{
    char *text = memory_text(
        "run: {warmup: 2 s, duration: 60 s, start: cold}\nservers:\n"
        "  FCA24: {ranks: {r0: {pair: 0}, r1: {pair: 1}}, ports: {p0: {bay: 2, slot: 3}, p1: {bay: 3, slot: 3}},\n"
        "          volumes: {pay: {rank: r0, size: 64 MiB}, log: {rank: r1, size: 64 MiB}}}\n"
        "  12019: {ranks: {r0: {pair: 0}, r1: {pair: 1}},\n"
        "          volumes: {payr: {rank: r0, size: 64 MiB}, logr: {rank: r1, size: 64 MiB}}}\n"
        "hosts: {h: {server: FCA24, ports: p0}, g: {server: FCA24, ports: p1}}\n"
        "links: {e: {from: FCA24, to: 12019, count: 2, distance: 43 km}}\n"
        "paths:\n%s"
        "pairs: [{pprc: [pay, payr], critical: yes}, {pprc: [log, logr]}]\n"
        "workloads:\n  pay: {host: h, volumes: pay, rw: randwrite, rate_iops: 50}\n%s",
        paths, others ? "  log: {host: g, volumes: log, rw: randwrite, iodepth: 32}\n" : "");
    struct mirror_run *run = mirror_run_text(text);
    double ms = run->loads[0][IO_WRITE].response_ms;
    mirror_run_free(run);
    free(text);
    return ms;
}

static void test_dedicated_link(void)
{
    static const char shared[] = "  - {from: FCA24:16, to: 12019:16, links: e}\n"
                                 "  - {from: FCA24:18, to: 12019:18, links: e}\n";
    static const char dedicated[] = "  - {from: FCA24:16, to: 12019:16, links: e.0}\n"
                                    "  - {from: FCA24:18, to: 12019:18, links: e.1}\n";
    double alone = critical_ms(dedicated, false), apart = critical_ms(dedicated, true), among = critical_ms(shared, true);
    printf("    a critical volume's write: %.3f ms alone, %.3f on a link of its own beside a full one, %.3f where both "
           "share both\n", alone, apart, among);
    CHECK_NEAR(apart, alone, 0.01 * alone);
    CHECK(among > 5 * alone);
}

/* ---- ports and bays ---- */

/* Four ranks mirrored over two links that end at one port of the secondary behind a director, or at one each. */
static struct mirror_run *ports_run(int links, const char *to_ports)
{
    char *text = memory_text(
        "run: {warmup: 1 s, duration: 10 s, start: cold}\nservers:\n"
        "  FCA24: {ranks: {r0: , r1: {cluster: 1}}, ports: {p0: {bay: 2, slot: 3}, p1: {bay: 3, slot: 3}},\n"
        "          volumes: {a0: {rank: r0, size: 64 MiB}, a1: {rank: r1, size: 64 MiB}}}\n"
        "  12019: {ranks: {r0: , r1: {cluster: 1}}, ports: {t0: {type: escon}, t1: {bay: 1, type: escon}},\n"
        "          volumes: {b0: {rank: r0, size: 64 MiB}, b1: {rank: r1, size: 64 MiB}}}\n"
        "hosts: {h: {server: FCA24}}\n"
        "links: {e: {from: FCA24, to: 12019, count: %d, distance: 2 km, via: director, to_ports: %s}}\n"
        "paths: [{from: FCA24:16, to: 12019:16, links: e}, {from: FCA24:17, to: 12019:17, links: e}]\n"
        "pairs: [{pprc: [a0, b0]}, {pprc: [a1, b1]}]\n"
        "workloads: {w: {volumes: [a0, a1], rw: randwrite, iodepth: 64}}\n", links, to_ports);
    struct mirror_run *run = mirror_run_text(text);
    free(text);
    return run;
}

static void test_shared_port(void)
{
    struct mirror_run *one = ports_run(1, "t0"), *shared = ports_run(2, "t0"), *apart = ports_run(2, "[t0, t1]");
    double single = mirror_per_s(one, IO_WRITE);
    printf("    one link: %.0f/s; two to one port: %.0f/s; two to two ports: %.0f/s\n    %s\n", single,
           mirror_per_s(shared, IO_WRITE), mirror_per_s(apart, IO_WRITE), shared->bottleneck.advice);
    CHECK_NEAR(mirror_per_s(shared, IO_WRITE), single, 0.02 * single);
    CHECK_NEAR(mirror_per_s(apart, IO_WRITE), 2 * single, 0.04 * single);
    CHECK_STRING(shared->bottleneck.resource->name, "12019/t0");
    CHECK_NEAR(mirror_resource(shared, "12019/t0")->utilization, 1, 0.01);
    CHECK_INT(apart->bottleneck.resource->kind, RESOURCE_LINK);
    mirror_run_free(one);
    mirror_run_free(shared);
    mirror_run_free(apart);
}

/*
 * Four links and two ports of a host, all in bay 0 of the primary, or one or two in each bay. All pairs are copied while
 * the host reads what is in the cache, at a rate that keeps its ports 45 % busy.
 */
static struct mirror_run *bays_run(bool one_bay, const char *bay_rate)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "run: {warmup: 1 s, duration: 20 s, start: cold}\nservers:\n  FCA24:\n    bay_rate: %s\n    ports:\n",
            bay_rate);
    for (int i = 0; i < 4; i++)
        fprintf(out, "      l%d: {bay: %d, slot: %d, type: escon, port: %d}\n", i, one_bay ? 0 : i, one_bay ? i / 2 : 0,
                one_bay ? i % 2 : 0);
    fprintf(out, "      p0: {bay: 0, slot: 3}\n      p1: {bay: %d, slot: 2}\n", !one_bay);
    for (int server = 0; server < 2; server++) {
        fprintf(out, "%s    ranks:\n", server ? "  12019:\n" : "");
        for (int i = 0; i < 8; i++)
            fprintf(out, "      r%d: {pair: %d, cluster: %d}\n", i, i / 2, i % 2);
        fprintf(out, "    volumes:\n");
        for (int i = 0; i < 8; i++)
            fprintf(out, "      %c%d: {rank: r%d, size: 8 GiB}\n", server ? 'b' : 'a', i, i);
    }
    fprintf(out, "hosts: {h: {server: FCA24, ports: [p0, p1]}}\nlinks: {e: {from: FCA24, to: 12019, count: 4, "
                 "from_ports: [l0, l1, l2, l3]}}\npaths:\n");
    for (int i = 0; i < 8; i++)
        fprintf(out, "  - {from: FCA24:%d, to: 12019:%d, links: e}\n", 16 + i, 16 + i);
    fprintf(out, "tasks:\n  go:\n");
    for (int i = 0; i < 8; i++)
        fprintf(out, "    - {establish_pprc: {from: a%d, to: b%d, copy: entire}}\n", i, i);
    fprintf(out, "timeline: [{at: 0 s, run: go}]\nworkloads:\n"
                 "  w: {volumes: " ALL ", rw: randread, bs: 256 KiB, rate_iops: 230, read_hit: 100 %%}\n");
    fclose(out);
    struct mirror_run *run = mirror_run_text(text);
    free(text);
    return run;
}

static double copied_mb_per_s(const struct mirror_run *run)
{
    double sum = 0;
    for (size_t i = 0; i < run->config->link_count; i++)
        sum += run->links[i].mb_per_s;
    return sum;
}

enum filling { EMPTY, BUSY, FULL };

static void check_bays(const char *bay_rate, enum filling filling)
{
    struct mirror_run *one = bays_run(true, bay_rate), *spread = bays_run(false, bay_rate);
    double copied_one = copied_mb_per_s(one), copied_spread = copied_mb_per_s(spread);
    double read_mb_per_s = one->loads[0][IO_READ].mb_per_s;
    double one_ms = one->loads[0][IO_READ].response_ms, spread_ms = spread->loads[0][IO_READ].response_ms;
    const struct resource_report *bay = mirror_resource(one, "FCA24/bay.0");
    printf("    bays of %s, four links and two host ports in one: copied %5.1f MB/s, %.1f read in %.2f ms, the bay %.1f %% "
           "busy\n        spread: %.1f MB/s, %.2f ms, %.1f %% busy\n    %s\n", bay_rate, copied_one, read_mb_per_s, one_ms,
           100 * bay->utilization, copied_spread, spread_ms, 100 * mirror_resource(spread, "FCA24/bay.0")->utilization,
           one->bottleneck.advice);
    CHECK_NEAR(bay->utilization, (copied_one + read_mb_per_s) / atof(bay_rate), 0.01);
    CHECK_NEAR(copied_spread, 4 * 15.4, 0.06 * 4 * 15.4);
    CHECK_INT(spread->bottleneck.resource->kind, RESOURCE_LINK);
    if (filling == EMPTY) {
        CHECK_NEAR(copied_one, copied_spread, 0.01 * copied_spread);
        CHECK_NEAR(one_ms, spread_ms, 0.01 * spread_ms);
    } else {
        CHECK(copied_one < 0.9 * copied_spread && one_ms > 1.05 * spread_ms);
    }
    if (filling == FULL) {
        CHECK(bay->utilization > 0.96);
        CHECK(copied_one < 0.8 * copied_spread && one_ms > 1.2 * spread_ms);
        CHECK_STRING(one->bottleneck.resource->name, "FCA24/bay.0");
        CHECK_CONTAINS(one->bottleneck.advice, "over the bays");
    }
    mirror_run_free(one);
    mirror_run_free(spread);
}

static void test_bays(void)
{
    check_bays("200 MB/s", EMPTY);
    check_bays("133 MB/s", BUSY);
    check_bays("100 MB/s", FULL);
    check_bays("80 MB/s", FULL);
}

/* ---- several servers ---- */

/* A server of two ranks, LSS 16 and 17, with a volume on each; a host with two ports where it does I/O. */
static void write_small(FILE *out, const char *serial, const char *letter, int sets)
{
    fprintf(out, "  %s:\n    ranks: {r0: , r1: {cluster: 1}}\n    ports: {p0: {bay: 2, slot: 3}, p1: {bay: 3, slot: 3}}\n"
                 "    volumes:\n", serial);
    for (int i = 0; i < sets; i++)
        fprintf(out, "      %s%d: {rank: r0, size: 32 MiB}\n      %s%d: {rank: r1, size: 32 MiB}\n", letter, 2 * i,
                letter, 2 * i + 1);
}

static void test_two_directions(void)
{
    double alone = 0;
    for (int directions = 1; directions <= 2; directions++) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        fprintf(out, "run: {warmup: 1 s, duration: 10 s, start: cold}\nservers:\n");
        write_small(out, "FCA24", "a", 2);
        write_small(out, "12019", "b", 2);
        fprintf(out, "hosts: {h: {server: FCA24}, g: {server: 12019}}\n"
                     "links: {e: {from: FCA24, to: 12019, distance: 10 km}, f: {from: 12019, to: FCA24, distance: 10 km}}\n"
                     "paths: [{from: FCA24:16, to: 12019:16, links: e}, {from: FCA24:17, to: 12019:17, links: e},\n"
                     "        {from: 12019:16, to: FCA24:16, links: f}, {from: 12019:17, to: FCA24:17, links: f}]\n"
                     "pairs: [{pprc: [a0, b0]}, {pprc: [a1, b1]}, {pprc: [b2, a2]}, {pprc: [b3, a3]}]\n"
                     "workloads:\n  w: {host: h, volumes: [a0, a1], rw: randwrite, iodepth: 32}\n%s",
                directions == 2 ? "  v: {host: g, volumes: [b2, b3], rw: randwrite, iodepth: 32}\n" : "");
        fclose(out);
        struct mirror_run *run = mirror_run_text(text);
        printf("    %d direction%s: %.0f/s%s", directions, directions > 1 ? "s" : "", run->loads[0][IO_WRITE].per_s,
               directions == 2 ? " there" : "\n");
        if (directions == 2) {
            printf(", %.0f/s back\n", run->loads[1][IO_WRITE].per_s);
            CHECK_NEAR(run->loads[0][IO_WRITE].per_s, alone, 0.01 * alone);
            CHECK_NEAR(run->loads[1][IO_WRITE].per_s, alone, 0.01 * alone);
        }
        alone = run->loads[0][IO_WRITE].per_s;
        CHECK_NEAR(alone, 1 / hold_s(run, 0, 4096), 0.02 * alone);
        mirror_run_free(run);
        free(text);
    }
}

static void test_four_secondaries(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "run: {warmup: 1 s, duration: 10 s, start: cold}\nservers:\n");
    write_small(out, "FCA24", "a", 4);
    for (int i = 0; i < 4; i++) {
        char serial[6] = {'D', 'R', '0', '0', (char)('1' + i), 0}, letter[2] = {(char)('b' + i), 0};
        write_small(out, serial, letter, 1);
    }
    fprintf(out, "hosts: {h: {server: FCA24}}\nlinks:\n");
    for (int i = 0; i < 4; i++)
        fprintf(out, "  e%d: {from: FCA24, to: DR00%d, distance: %d km}\n", i, i + 1, 20 * (i + 1));
    fprintf(out, "paths:\n");
    for (int i = 0; i < 8; i++)
        fprintf(out, "  - {from: FCA24:%d, to: DR00%d:%d, links: e%d}\n", 16 + i % 2, i / 2 + 1, 16 + i % 2, i / 2);
    fprintf(out, "pairs:\n");
    for (int i = 0; i < 8; i++)
        fprintf(out, "  - {pprc: [a%d, %c%d]}\n", i, 'b' + i / 2, i % 2);
    fprintf(out, "workloads:\n");
    for (int i = 0; i < 4; i++)
        fprintf(out, "  w%d: {volumes: [a%d, a%d], rw: randwrite, iodepth: 32}\n", i, 2 * i, 2 * i + 1);
    fclose(out);
    struct mirror_run *run = mirror_run_text(text);
    for (size_t i = 0; i < 4; i++) {
        double expected = 1 / hold_s(run, i, 4096);
        printf("    secondary %zu at %zu km: 1 / holding time %.1f/s, seen %.1f\n", i + 1, 20 * (i + 1), expected,
               run->loads[i][IO_WRITE].per_s);
        CHECK_NEAR(run->loads[i][IO_WRITE].per_s, expected, 0.02 * expected);
    }
    mirror_run_free(run);
    free(text);
}

/*
 * So many primaries mirror to volumes on two ranks of one secondary, each over a link of its own, or with all links to
 * one port; they write at random, over so much that little is written twice.
 */
static struct mirror_run *star_run(int primaries, const char *size, const char *keys, const char *load, const char *times)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "run: {%s}\nservers:\n  12019:\n    ranks: {r0: , r1: {cluster: 1}}\n    ports: {t0: {type: escon}}\n"
                 "    volumes:\n", times);
    for (int i = 0; i < primaries; i++)
        fprintf(out, "      x%d: {rank: r0, size: %s}\n      y%d: {rank: r1, size: %s}\n", i, size, i, size);
    for (int i = 0; i < primaries; i++)
        fprintf(out, "  PRI0%d:\n    ranks: {r0: , r1: {cluster: 1}, r2: {pair: 1}, r3: {pair: 1, cluster: 1}}\n"
                     "    ports: {p0: {bay: 2, slot: 3}, p1: {bay: 3, slot: 3}}\n    volumes:\n"
                     "      u%d: {rank: r0, size: %s}\n      v%d: {rank: r1, size: %s}\n", i, i, size, i, size);
    fprintf(out, "hosts:\n");
    for (int i = 0; i < primaries; i++)
        fprintf(out, "  h%d: {server: PRI0%d}\n", i, i);
    fprintf(out, "links:\n");
    for (int i = 0; i < primaries; i++)
        fprintf(out, "  e%d: {from: PRI0%d, to: 12019, %s}\n", i, i, keys);
    fprintf(out, "paths:\n");
    for (int i = 0; i < 2 * primaries; i++)
        fprintf(out, "  - {from: PRI0%d:%d, to: 12019:%d, links: e%d}\n", i / 2, 16 + i % 2, 16 + i % 2, i / 2);
    fprintf(out, "pairs:\n");
    for (int i = 0; i < primaries; i++)
        fprintf(out, "  - {pprc: [u%d, x%d]}\n  - {pprc: [v%d, y%d]}\n", i, i, i, i);
    fprintf(out, "workloads:\n");
    for (int i = 0; i < primaries; i++)
        fprintf(out, "  w%d: {host: h%d, volumes: [u%d, v%d], rw: randwrite, %s}\n", i, i, i, i, load);
    fclose(out);
    struct mirror_run *run = mirror_run_text(text);
    free(text);
    return run;
}

static void test_shared_secondary_port(void)
{
    double alone = 0;
    for (int primaries = 1; primaries <= 4; primaries *= 2) {
        struct mirror_run *run = star_run(primaries, "16 MiB", "distance: 2 km, via: director, to_ports: t0",
                                          "iodepth: 32", "warmup: 1 s, duration: 10 s, start: cold");
        double seen = mirror_per_s(run, IO_WRITE);
        printf("    %d primaries to one port: %.0f/s in all, %.0f and %.0f/s of the first and the last; named: %s\n",
               primaries, seen, run->loads[0][IO_WRITE].per_s, run->loads[primaries - 1][IO_WRITE].per_s,
               run->bottleneck.resource->name);
        alone = primaries == 1 ? seen : alone;
        CHECK_NEAR(seen, alone, 0.02 * alone);
        for (int i = 0; i < primaries; i++)
            CHECK_NEAR(run->loads[i][IO_WRITE].per_s, seen / primaries, 0.02 * seen);
        if (primaries > 1)
            CHECK_STRING(run->bottleneck.resource->name, "12019/t0");
        mirror_run_free(run);
    }
}

/* A host waits 40 ms between its eight writes at once: a primary's 200 writes a second or less are well within what two
 * ranks destage (about 360), but four primaries' 800 are more than the secondary's two can. */
static void test_shared_secondary_ranks(void)
{
    double one_ms = 0;
    for (int primaries = 1; primaries <= 4; primaries *= 4) {
        struct mirror_run *run = star_run(primaries, "24 GiB", "distance: 0 km", "iodepth: 8, thinktime: 40 ms",
                                          "warmup: 400 s, duration: 200 s, start: cold");
        double nvs_ms = mirror_part_ms(run, IO_WRITE, PART_SECONDARY_NVS_WAIT);
        printf("    %d primar%s: %.0f writes/s, %.2f ms each, %.2f of it for room in the secondary's NVS, which is %.0f %% "
               "full; a primary's %.0f %%\n    %s\n", primaries, primaries > 1 ? "ies" : "y",
               mirror_per_s(run, IO_WRITE), mirror_response_ms(run, IO_WRITE), nvs_ms,
               100 * run->servers[0].nvs_occupancy_max, 100 * run->servers[1].nvs_occupancy_max,
               run->bottleneck.advice);
        CHECK_INT(run->errors, 0);
        for (int i = 0; i < primaries; i++)
            CHECK_NEAR(run->loads[i][IO_WRITE].per_s, mirror_per_s(run, IO_WRITE) / primaries, 0.03 * 200);
        if (primaries == 1) {
            CHECK_NEAR(nvs_ms, 0, 1e-9);
            CHECK_NEAR(mirror_per_s(run, IO_WRITE), 195, 5);
            one_ms = mirror_response_ms(run, IO_WRITE);
        } else {
            CHECK(nvs_ms > 10 * one_ms);
            CHECK(run->servers[0].nvs_occupancy_max > 0.99);
            CHECK(strncmp(run->bottleneck.resource->name, "12019/", 6) == 0);
            CHECK_CONTAINS(run->bottleneck.advice, "secondary of");
            CHECK(mirror_per_s(run, IO_WRITE) < 600);
        }
        mirror_run_free(run);
    }
}

UNIT_MAIN("pprc_links",
          {"links saturate at their number / holding time, and the summary names them", test_saturation},
          {"a link's utilisation is its rate x holding time, and Little's law holds", test_utilisation},
          {"a link under random writes makes them wait as M/D/1", test_md1},
          {"adding links moves the bottleneck, and the summary says where to", test_bottleneck_moves},
          {"64 logical paths on one link all work and share it evenly", test_sixty_four_paths},
          {"a link of its own keeps a critical pair's response time", test_dedicated_link},
          {"links that share a port of the secondary carry what one does", test_shared_port},
          {"primaries that share a port of their secondary carry together what one does", test_shared_secondary_port},
          {"links and host ports crowded in a bay carry what its bus does", test_bays},
          {"two directions do not disturb each other", test_two_directions},
          {"four secondaries each take what their links carry", test_four_secondaries},
          {"several primaries share their secondary's NVS and ranks", test_shared_secondary_ranks})
