// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * The studies of docs/pprc.md, shortened: does each scenario show what the page says, as far as a sum by hand tells?
 *
 * A write of n bytes holds a link for 3 exchanges of 10 us a kilometre, 0.2 ms, and n bytes at 17 MB/s.
 */
#include <math.h>
#include <string.h>

#include "tests/study_run.h"

static const double track_bytes = 32768;

/* By hand, ms. */
static double hold_ms(double exchanges, double km, double bytes)
{
    return exchanges * 2 * km * 0.005 + 0.2 + bytes / 17e3;
}

static double mean_ms(const json_t *summary, const char *workload, const char *op)
{
    return RUN_OUTPUT_NUMBER(summary, "workloads", workload, op, "mean_ms");
}

/* Pairs of the summary that end in this state. */
static int pairs_in(const json_t *summary, const char *state)
{
    int count = 0;
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)run_output_at(summary, "pairs", NULL), name, pair)
        count += strcmp(json_string_value(json_object_get(pair, "state")), state) == 0;
    return count;
}

/* When the last pair became duplex, s. */
static double last_complete_s(const json_t *summary)
{
    double last = 0;
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)run_output_at(summary, "pairs", NULL), name, pair)
        last = fmax(last, run_output_number(json_object_get(pair, "complete_s")));
    return last;
}

static const char *bottleneck(const json_t *summary)
{
    return RUN_OUTPUT_TEXT(summary, "bottleneck", "resource");
}

/* ---- distance ---- */

static void a_kilometre_costs_a_write_30_us_and_60_with_6_exchanges(void)
{
    json_t *near = RUN_STUDY("pprc-distance", "run.duration=20s", "links.e.distance=0km");
    json_t *far = RUN_STUDY("pprc-distance", "run.duration=20s", "links.e.distance=103km");
    json_t *far6 = RUN_STUDY("pprc-distance", "run.duration=20s", "links.e.distance=103km", "links.e.type=escon-6");
    double at_0 = mean_ms(near, "oltp", "writes");
    CHECK_NEAR(mean_ms(far, "oltp", "writes") - at_0, 3 * 1.03, 0.1);
    /* Beside the exchanges, four frames of 10 us; and waits, for a link is held twice as long. */
    CHECK_NEAR(mean_ms(far6, "oltp", "writes") - at_0, 6 * 1.03 + 0.04, 0.25);
    CHECK_NEAR(mean_ms(far, "oltp", "reads"), mean_ms(near, "oltp", "reads"), 0.05 * mean_ms(near, "oltp", "reads"));
    json_decref(near);
    json_decref(far);
    json_decref(far6);
}

static void a_writer_that_waits_for_each_write_slows_down_with_the_distance(void)
{
    json_t *alone = RUN_STUDY("pprc-distance", "run.duration=20s", "pairs=[]");
    json_t *far = RUN_STUDY("pprc-distance", "run.duration=20s", "links.e.distance=103km");
    json_t *links = RUN_STUDY("pprc-distance", "run.duration=20s", "links.e.distance=103km", "links.e.count=8");
    double added = 0.1 + 0.124 + hold_ms(3, 103, 4096); /* processors at both ends, bus there, and the link */
    CHECK_NEAR(mean_ms(far, "log", "writes") - mean_ms(alone, "log", "writes"), added, 0.05);
    double rate = RUN_OUTPUT_NUMBER(far, "workloads", "log", "writes", "per_s");
    CHECK_NEAR(rate, 1e3 / mean_ms(far, "log", "writes"), 0.01 * rate);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(links, "workloads", "log", "writes", "per_s"), rate, 0.01 * rate);
    json_decref(alone);
    json_decref(far);
    json_decref(links);
}

/* ---- a shared secondary ---- */

static void one_rank_of_the_secondary_drags_down_a_neighbour_and_all_ranks_do_not(void)
{
    json_t *all = RUN_STUDY("pprc-shared-secondary", "workloads.batch.rate_iops=600");
    json_t *same = RUN_STUDY("pprc-shared-secondary", "workloads.batch.rate_iops=600",
                             "servers.12019.volumes.b0.rank=r0",
                             "servers.12019.volumes.b1.rank=r0", "servers.12019.volumes.b2.rank=r0",
                             "servers.12019.volumes.b3.rank=r0");
    CHECK_NEAR(mean_ms(all, "north", "writes"), 1.26 + hold_ms(3, 10, 4096) - hold_ms(3, 0, 4096), 0.05);
    CHECK_INT(pairs_in(all, "suspended"), 0);
    CHECK(mean_ms(same, "north", "writes") > 10 * mean_ms(all, "north", "writes"));
    CHECK(pairs_in(same, "suspended") > 0);
    CHECK(RUN_OUTPUT_NUMBER(same, "servers", "12019", "nvs", "full_waits") > 0);
    json_decref(all);
    json_decref(same);
}

static void a_rank_of_its_own_is_no_protection_because_the_secondary_has_one_nvs(void)
{
    json_t *own = RUN_STUDY("pprc-shared-secondary", "workloads.batch.rate_iops=600",
                            "servers.12019.volumes.b0.rank=r1",
                            "servers.12019.volumes.b1.rank=r1", "servers.12019.volumes.b2.rank=r1",
                            "servers.12019.volumes.b3.rank=r1");
    CHECK_STRING(bottleneck(own), "12019/r1");
    CHECK(RUN_OUTPUT_NUMBER(own, "resources", "12019/r0", "utilization") < 0.3);
    CHECK(RUN_OUTPUT_NUMBER(own, "workloads", "north", "parts_ms", "secondary_nvs_wait") > 1);
    json_decref(own);
}

/* ---- critical pairs ---- */

static void dedicated_links_keep_the_critical_pairs_response_time(void)
{
    json_t *shared = RUN_STUDY("pprc-critical-pairs", "run.duration=20s", "workloads.night.iodepth=32");
    json_t *dedicated = RUN_STUDY("pprc-critical-pairs", "run.duration=20s", "workloads.night.iodepth=32",
                                  "paths.0.links=[e]", "paths.1.links=[c]");
    double alone_ms = 0.583 + 0.1 + 0.124 + hold_ms(3, 43, 4096);
    CHECK_NEAR(mean_ms(dedicated, "log", "writes"), alone_ms, 0.4);
    CHECK(mean_ms(shared, "log", "writes") > 5 * mean_ms(dedicated, "log", "writes"));
    /* The load pays with a quarter of what the links carried for it. */
    CHECK_NEAR(RUN_OUTPUT_NUMBER(dedicated, "workloads", "night", "all", "per_s") /
                   RUN_OUTPUT_NUMBER(shared, "workloads", "night", "all", "per_s"), 0.8, 0.08);
    json_decref(shared);
    json_decref(dedicated);
}

static void a_critical_pair_on_one_link_stops_with_it(void)
{
    json_t *cut = RUN_STUDY("pprc-critical-pairs", "run.duration=20s", "paths.0.links=[e]", "paths.1.links=[c]",
                            "timeline=[{at: 15 s, fail: c.0}]");
    json_t *shared = RUN_STUDY("pprc-critical-pairs", "run.duration=20s", "timeline=[{at: 15 s, fail: c.0}]");
    CHECK_NEAR(RUN_OUTPUT_NUMBER(cut, "workloads", "log", "writes", "errors"), 1000, 130);
    CHECK_INT(pairs_in(cut, "suspended"), 2);
    CHECK(json_is_true(run_output_at(cut, "pairs", "log.0>log-dr.0", "inhibited", NULL)));
    CHECK_INT(RUN_OUTPUT_NUMBER(shared, "workloads", "log", "writes", "errors"), 0);
    CHECK_INT(pairs_in(shared, "suspended"), 0);
    json_decref(cut);
    json_decref(shared);
}

/* ---- the first copy ---- */

static double copy_s(const char *links, const char *copies)
{
    json_t *summary = RUN_STUDY("pprc-initial-copy", "run.duration=10min", links, copies);
    double complete_s = last_complete_s(summary) - 20;
    CHECK_INT(pairs_in(summary, "duplex"), 4);
    json_decref(summary);
    return complete_s;
}

static void the_first_copy_takes_as_long_as_its_tracks_hold_the_links(void)
{
    double alone_s = 4 * 32768 * hold_ms(3, 43, track_bytes) / 1e3;
    double one = copy_s("links.e.count=1", "servers.FCA24.pprc_copies=4");
    double four = copy_s("links.e.count=4", "servers.FCA24.pprc_copies=4");
    /* Host writes take their share of the links: 90 a second of 1.73 ms, once their tracks are copied. */
    CHECK(one > alone_s && one < 1.15 * alone_s);
    CHECK(four > alone_s / 4 && four < 1.05 * alone_s / 4);
}

static void one_cylinder_at_a_time_leaves_links_idle(void)
{
    double four = copy_s("links.e.count=8", "servers.FCA24.pprc_copies=4");
    double one = copy_s("links.e.count=8", "servers.FCA24.pprc_copies=1");
    CHECK(one > 2 * four);
}

/* ---- an outage ---- */

/* The cylinders (of 480 KiB) or tracks of 16 GiB that so many writes, each anywhere, touch; and how long four links
 * need for their tracks. */
static double resync_s(double writes, double unit_tracks)
{
    double units = 16 * 32768 / unit_tracks;
    return units * (1 - exp(-writes / units)) * unit_tracks * hold_ms(3, 43, track_bytes) / 1e3 / 4;
}

static double outage_s(const char *recording)
{
    json_t *summary = RUN_STUDY("pprc-outage", recording);
    double complete_s = last_complete_s(summary) - 80;
    CHECK_INT(pairs_in(summary, "duplex"), 4);
    json_decref(summary);
    return complete_s;
}

static void a_minute_without_links_costs_what_was_noted(void)
{
    double by_cylinder = outage_s("servers.FCA24.change_recording=cylinder");
    double by_track = outage_s("servers.FCA24.change_recording=track");
    CHECK_NEAR(by_cylinder, resync_s(60 * 60, 15), 0.1 * by_cylinder);
    CHECK_NEAR(by_track, resync_s(60 * 60, 1), 0.15 * by_track);
    CHECK(by_cylinder > 10 * by_track);
}

static void without_links_writes_are_as_fast_as_without_a_mirror(void)
{
    json_t *down = RUN_STUDY("pprc-outage", "run.warmup=25s", "run.duration=50s");
    CHECK_NEAR(mean_ms(down, "oltp", "writes"), 0.583, 0.02);
    CHECK_INT(pairs_in(down, "suspended"), 4);
    json_decref(down);
}

UNIT_MAIN("pprc_studies",
          {"a kilometre costs a write 30 us, and 60 with 6 exchanges; a read nothing",
           a_kilometre_costs_a_write_30_us_and_60_with_6_exchanges},
          {"a writer that waits for each write slows down with the distance, whatever the number of links",
           a_writer_that_waits_for_each_write_slows_down_with_the_distance},
          {"a load on one rank of the secondary drags down the neighbour's mirror, on all ranks it does not",
           one_rank_of_the_secondary_drags_down_a_neighbour_and_all_ranks_do_not},
          {"nor does a rank of its own protect the neighbour, since NVS is shared",
           a_rank_of_its_own_is_no_protection_because_the_secondary_has_one_nvs},
          {"dedicated links keep the critical pairs' response time under a load",
           dedicated_links_keep_the_critical_pairs_response_time},
          {"a critical pair whose one link fails takes no writes; on shared links it goes on",
           a_critical_pair_on_one_link_stops_with_it},
          {"the first copy takes as long as its tracks hold the links",
           the_first_copy_takes_as_long_as_its_tracks_hold_the_links},
          {"a pair that copies one cylinder at a time leaves links idle", one_cylinder_at_a_time_leaves_links_idle},
          {"after an outage the copy takes as long as what was noted holds the links",
           a_minute_without_links_costs_what_was_noted},
          {"without links writes are as fast as without a mirror",
           without_links_writes_are_as_fast_as_without_a_mirror})
