// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * What is published of ESCON links and of PPRC over them, against two F20s of the catalogue as any scenario gets them.
 * Each check prints what was published, what is allowed and what came out.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/link.h"
#include "sim/memory.h"
#include "tests/mirror_run.h"
#include "tests/scenario_fixture.h"
#include "tests/unit.h"

#define ALL "[a0, a1, a2, a3, a4, a5, a6, a7]"

/* ---- target 4: a host's channel droops ---- */

static double host_rate(const struct link_type *type, double km)
{
    double rate = link_rate(type, (int64_t)(km * 1000)) * 1e-6;
    printf("    host ESCON at %4.1f km: %5.2f MB/s, %3.0f %% of 17\n", km, rate, 100 * rate / 17);
    return rate;
}

static void test_host_droop(void)
{
    char *text = mirror_text(&(struct mirror_plan){
        .run = "duration: 1 s", .links = 1, .link = "type: escon-host, distance: 20 km", .pairs = "duplex"});
    struct scenario *scenario = load(text, NULL);
    const struct link_type *type = &scenario_config(scenario)->links[0].type;
    for (double km = 0; km <= 9; km += 3)
        CHECK(host_rate(type, km) >= 0.95 * 17);
    double at_20 = host_rate(type, 20), at_40 = host_rate(type, 40);
    CHECK(at_20 >= 0.4 * 17 && at_20 <= 0.6 * 17);
    CHECK(at_40 < 0.6 * at_20);
    for (int64_t m = 9500; m <= 43000; m += 500)
        CHECK(link_rate(type, m) < link_rate(type, m - 500));
    CHECK(link_rate(type, 9000) <= 17e6);
    scenario_destroy(scenario);
    free(text);
}

/* ---- target 5: the slope of an idle write ---- */

static double idle_write_ms(int exchanges, int km)
{
    char *link = memory_text("distance: %d km, exchanges: %d", km, exchanges);
    struct mirror_run *run = mirror_run(&(struct mirror_plan){
        .run = "warmup: 1 s, duration: 20 s, start: cold", .links = 1, .link = link, .pairs = "duplex",
        .workloads = "  w: {volumes: a0, rw: randwrite, rate_iops: 20, arrival: constant}\n"});
    CHECK_INT(run->loads[0][IO_WRITE].count, 400);
    double ms = run->loads[0][IO_WRITE].response_ms;
    CHECK_INT(run->pairs[0].mirrored_writes, 400);
    mirror_run_free(run);
    free(link);
    return ms;
}

static void test_slope(void)
{
    static const int distances[] = {10, 20, 43, 103};
    for (int exchanges = 3; exchanges <= 6; exchanges += 3) {
        double slope_us = 10 * exchanges, here_ms = idle_write_ms(exchanges, 0);
        printf("    %d exchanges: %.3f ms at 0 km", exchanges, here_ms);
        for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
            double more_ms = idle_write_ms(exchanges, distances[i]) - here_ms;
            printf(", %+.3f at %d km (%.2f us/km)", more_ms, distances[i], more_ms * 1000 / distances[i]);
            CHECK_NEAR(more_ms * 1000 / distances[i], slope_us, 0.001 * slope_us);
            if (exchanges == 3 && distances[i] == 103)
                CHECK_NEAR(more_ms, 3.09, 0.005);
        }
        printf("\n");
    }
}

/* The predecessors' protocol has six exchanges, and frames besides, which cost the same at any distance. */
static void test_predecessor(void)
{
    double ms[2];
    for (int i = 0; i < 2; i++) {
        struct mirror_run *run = mirror_run(&(struct mirror_plan){
            .run = "duration: 20 s, start: cold", .links = 1, .pairs = "duplex",
            .link = i == 0 ? "type: escon-6, distance: 0 km" : "type: escon-6, distance: 43 km",
            .workloads = "  w: {volumes: a0, rw: randwrite, rate_iops: 20, arrival: constant}\n"});
        ms[i] = run->loads[0][IO_WRITE].response_ms;
        mirror_run_free(run);
    }
    printf("    escon-6: %.3f ms at 0 km, %.3f at 43: %.2f us/km\n", ms[0], ms[1], (ms[1] - ms[0]) * 1000 / 43);
    CHECK_NEAR((ms[1] - ms[0]) * 1000 / 43, 60, 0.06);
    CHECK(ms[0] > idle_write_ms(3, 0) && ms[0] < idle_write_ms(3, 0) + 0.1);
}

/* ---- targets 6 and 8: what links carry ---- */

struct saturation {
    double per_s, mb_per_s;
    enum resource_kind limits;
    char advice[BOTTLENECK_ADVICE_BYTES];
};

/* So many writes in flight that links are never without one. */
static struct saturation saturate(int links, int km, const char *block, int host_ports, const char *server)
{
    char *link = memory_text("distance: %d km", km);
    char *load = memory_text("  w: {volumes: " ALL ", rw: randwrite, bs: %s, iodepth: %d}\n", block, 40 * links);
    struct mirror_run *run = mirror_run(&(struct mirror_plan){
        .run = "warmup: 1 s, duration: 5 s, start: cold", .server = server, .links = links, .link = link,
        .pairs = "duplex", .host_ports = host_ports, .workloads = load});
    struct saturation seen = {run->loads[0][IO_WRITE].per_s, run->loads[0][IO_WRITE].mb_per_s,
                              run->bottleneck.resource->kind, ""};
    snprintf(seen.advice, sizeof seen.advice, "%s", run->bottleneck.advice);
    for (int i = 0; i < links; i++)
        CHECK(run->links[i].mb_per_s <= 17);
    CHECK_INT(run->servers[0].nvs_full_waits + run->servers[1].nvs_full_waits, 0);
    mirror_run_free(run);
    free(link);
    free(load);
    return seen;
}

static void test_one_link(void)
{
    static const char *const blocks[] = {"512 B", "4 KiB", "32 KiB", "256 KiB", "1 MiB"};
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        struct saturation seen = saturate(1, 0, blocks[i], 8, NULL);
        printf("    one link at 0 km, writes of %s: %.0f/s, %.2f MB/s of at most 17\n", blocks[i], seen.per_s,
               seen.mb_per_s);
        CHECK(seen.mb_per_s <= 17);
        CHECK_INT(seen.limits, RESOURCE_LINK);
        if (i == 1)
            CHECK(seen.per_s >= 1800 && seen.per_s <= 2600);
        if (i == 4)
            CHECK(seen.mb_per_s > 16.5);
    }
}

/* Doubles links until something else limits, which must be of the kind; RESOURCE_LINK: links do all through. */
static void check_doubling(const char *what, int km, int host_ports, const char *server, enum resource_kind next)
{
    struct saturation before = {.per_s = 0};
    bool doubles = true;
    for (int links = 1; links <= 8; links *= 2) {
        struct saturation seen = saturate(links, km, "4 KiB", host_ports, server);
        printf("    %s, %d link%s: %.0f/s (%.2f times), the summary names a %s\n", what, links, links > 1 ? "s" : "",
               seen.per_s, links > 1 ? seen.per_s / before.per_s : 1, resource_kind_name(seen.limits));
        if (links > 1 && doubles && seen.limits == RESOURCE_LINK)
            CHECK_NEAR(seen.per_s / before.per_s, 2, 0.04);
        CHECK(doubles || seen.limits != RESOURCE_LINK);
        doubles = seen.limits == RESOURCE_LINK;
        if (!doubles) {
            CHECK_INT(seen.limits, next);
            printf("      %s\n", seen.advice);
        }
        before = seen;
    }
    CHECK(doubles == (next == RESOURCE_LINK));
}

static void test_doubling(void)
{
    check_doubling("43 km", 43, 8, NULL, RESOURCE_LINK);
    check_doubling("0 km, 2 host ports", 0, 2, NULL, RESOURCE_PORT);
    check_doubling("0 km, slower processors", 0, 8,
                   "    processor_write: 0.6 ms\n    processor_remote_write: 0.2 ms\n", RESOURCE_PROCESSOR);
}

static void check_ninth(int count, const char *links)
{
    char *text = mirror_text(&(struct mirror_plan){.run = "duration: 1 s", .links = count, .link = links});
    CHECK(load(text, NULL) == NULL);
    printf("    %s", found);
    CHECK_CONTAINS(found, "brings the links from FCA24 to 12019 to 9, allowed are 8 from a server to another");
    free(text);
}

static void test_ninth_link(void)
{
    check_ninth(9, "distance: 0 km");
    check_ninth(8, "distance: 0 km}\n  f: {from: FCA24, to: 12019");
}

/* ---- target 7: a mirrored write next to a simplex one ---- */

static struct mirror_run *calm_run(const char *state)
{
    return mirror_run(&(struct mirror_plan){
        .run = "warmup: 10 s, duration: 400 s", .size = "8 GiB", .links = 1, .link = "distance: 0 km", .pairs = state,
        .workloads = "  w: {volumes: " ALL ", rw: randrw, rwmixread: 70, rate_iops: 100}\n"
                     "  hits: {volumes: " ALL ", rw: randread, read_hit: 100 %, rate_iops: 100}\n"});
}

static void test_times_simplex(void)
{
    struct mirror_run *simplex = calm_run("simplex"), *duplex = calm_run("duplex");
    double simplex_ms = simplex->loads[0][IO_WRITE].response_ms, duplex_ms = duplex->loads[0][IO_WRITE].response_ms;
    printf("    a write of 4 KiB: %.3f ms simplex, %.3f ms mirrored at 0 km: %.2f times (1.5 to 3)\n", simplex_ms,
           duplex_ms, duplex_ms / simplex_ms);
    CHECK(duplex_ms >= 1.5 * simplex_ms && duplex_ms <= 3 * simplex_ms);
    CHECK_INT(simplex->pairs[0].mirrored_writes, 0);
    for (int load = 0; load < 2; load++) {
        double before = simplex->loads[load][IO_READ].response_ms, after = duplex->loads[load][IO_READ].response_ms;
        printf("    reads, %s: %.4f ms, beside mirrored writes %.4f: %+.2f %% (+-2)\n",
               load == 0 ? "content simulated" : "all hits", before, after, 100 * (after / before - 1));
        CHECK_NEAR(after, before, 0.02 * before);
    }
    mirror_run_free(simplex);
    mirror_run_free(duplex);
}

/* ---- copying ---- */

/* So many pairs, on ranks of their own, copied in full over so many links, nothing else going on: MB/s a link. */
static double copy_rate(int links, int pairs, int km)
{
    char *more = memory_text("tasks: {go: [");
    for (int i = 0; i < pairs; i++) {
        char *longer = memory_text("%s%s{establish_pprc: {from: a%d, to: b%d, copy: entire}}", more, i ? ", " : "", i, i);
        free(more);
        more = longer;
    }
    char *sections = memory_text("%s]}\ntimeline: [{at: 0 s, run: go}]\n", more);
    char *link = memory_text("distance: %d km", km);
    struct mirror_run *run = mirror_run(&(struct mirror_plan){
        .run = "start: cold", .size = "1 GiB", .links = links, .link = link, .pairs = "simplex", .more = sections});
    CHECK(isfinite(mirror_event_s(run, "go: task complete")));
    double last_s = 0;
    for (int i = 0; i < pairs; i++) {
        CHECK_INT(run->pairs[i].state, PPRC_DUPLEX);
        CHECK_INT(run->pairs[i].copied_tracks, 32768);
        last_s = fmax(last_s, run->pairs[i].complete_s);
    }
    CHECK_CONTAINS(run->bottleneck.advice, "limits");
    CHECK_INT(run->bottleneck.resource->kind, RESOURCE_LINK);
    mirror_run_free(run);
    free(more);
    free(sections);
    free(link);
    return pairs * 1073.741824 / last_s / links;
}

static void test_copy_rates(void)
{
    static const int distances[] = {0, 43, 103};
    static const double expected[] = {15.4, 9.6, 6.3};
    static const int shapes[][2] = {{1, 1}, {1, 4}, {2, 2}, {4, 8}};
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < sizeof shapes / sizeof shapes[0]; j++) {
            double rate = copy_rate(shapes[j][0], shapes[j][1], distances[i]);
            printf("    copying %d pair%s over %d link%s of %d km: expected %.1f, seen %.2f MB/s a link\n", shapes[j][1],
                   shapes[j][1] > 1 ? "s" : "", shapes[j][0], shapes[j][0] > 1 ? "s" : "", distances[i], expected[i],
                   rate);
            CHECK_NEAR(rate, expected[i], 0.02 * expected[i]);
        }
}

UNIT_MAIN("pprc_targets",
          {"target 4: host ESCON keeps 95 % of 17 MB/s to 9 km, 40 to 60 % of it at 20 km, and falls after",
           test_host_droop},
          {"target 5: an idle write takes 30 us/km more with 3 exchanges, 60 with 6; 3.09 ms at 103 km", test_slope},
          {"target 5: so it does with the predecessors' protocol", test_predecessor},
          {"target 6: one link at 0 km takes 1800 to 2600 writes a second, and never passes 17 MB/s", test_one_link},
          {"target 7: a mirrored write at 0 km takes 1.5 to 3 times as long, reads as long as before",
           test_times_simplex},
          {"target 8: twice the links take twice the writes, until another component is named", test_doubling},
          {"target 8: a ninth link is refused", test_ninth_link},
          {"copies go at about 15.4, 9.6 and 6.3 MB/s a link at 0, 43 and 103 km", test_copy_rates})
