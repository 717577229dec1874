// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * The studies of docs/flashcopy.md, shortened: does each scenario show what the page says, as far as a sum by hand or
 * the order of two figures tells?
 */
#include <math.h>
#include <string.h>

#include "tests/study_run.h"

static const double gib = 1024.0 * 1024 * 1024, track_bytes = 32768;

static double mean_ms(const json_t *summary, const char *workload, const char *op)
{
    return RUN_OUTPUT_NUMBER(summary, "workloads", workload, op, "mean_ms");
}

static double busy(const json_t *summary, const char *resource)
{
    return RUN_OUTPUT_NUMBER(summary, "resources", resource, "utilization");
}

static double of_pair(const json_t *summary, const char *pair, const char *key)
{
    return RUN_OUTPUT_NUMBER(summary, "pairs", pair, key);
}

/* The sum of a number over all pairs. */
static double of_pairs(const json_t *summary, const char *key)
{
    double sum = 0;
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)run_output_at(summary, "pairs", NULL), name, pair)
        sum += run_output_number(json_object_get(pair, key));
    return sum;
}

/* When the first and the last pair were complete, s. */
struct completion {
    double first, last;
};

static struct completion completion(const json_t *summary)
{
    struct completion when = {1e300, 0};
    const char *name;
    json_t *pair;
    json_object_foreach((json_t *)run_output_at(summary, "pairs", NULL), name, pair) {
        double at = run_output_number(json_object_get(pair, "complete_s"));
        CHECK(at > 0);
        when.first = fmin(when.first, at);
        when.last = fmax(when.last, at);
    }
    return when;
}

/* When the timeline's `which`-th event of this kind, whose detail begins so, was; NAN where there is none. */
static double at_s(const json_t *summary, const char *event, const char *detail, int which)
{
    size_t index;
    json_t *entry;
    json_array_foreach((json_t *)run_output_at(summary, "timeline", NULL), index, entry)
        if (strcmp(json_string_value(json_object_get(entry, "event")), event) == 0 &&
            strncmp(json_string_value(json_object_get(entry, "detail")), detail, strlen(detail)) == 0 && which-- == 0)
            return run_output_number(json_object_get(entry, "at_s"));
    return NAN;
}

/* How long a task took, the `which`-th time. */
static double task_s(const json_t *summary, const char *task, int which)
{
    return at_s(summary, "task complete", task, which) - at_s(summary, "task started", task, which);
}

/* ---- with or without background copy ---- */

#define NOCOPY_STUDY "flashcopy-nocopy-vs-copy"
#define IN_BACKGROUND                                    \
    "tasks.copy.0.establish_flashcopy.background_copy=yes", \
        "tasks.copy.1.establish_flashcopy.background_copy=yes"
#define NO_COPY "timeline=[{at: 0 s, run: rest}]"

static void nocopy_is_less_work_while_few_tracks_are_written_to_and_more_when_many_are(void)
{
    json_t *alone = RUN_STUDY(NOCOPY_STUDY, "run.duration=22min", NO_COPY);
    json_t *brief = RUN_STUDY(NOCOPY_STUDY, "run.duration=22min", "timeline.5.at=4min");
    json_t *lasting = RUN_STUDY(NOCOPY_STUDY, "run.duration=22min", "timeline.5.at=20min");
    json_t *copy = RUN_STUDY(NOCOPY_STUDY, "run.duration=22min", "timeline.5.at=4min", IN_BACKGROUND);
    double few = of_pairs(brief, "copied_tracks") / 131072, many = of_pairs(lasting, "copied_tracks") / 131072;
    /* By hand: 60 writes a second, each anywhere, until 30 s before the end. */
    CHECK_NEAR(few, 1 - exp(-60 * (240 - 22 - 30) / 131072.0), 0.01);
    CHECK_NEAR(many, 1 - exp(-60 * (1200 - 22 - 30) / 131072.0), 0.01);
    CHECK_INT(of_pairs(copy, "copied_tracks"), 131072);

    double before = busy(alone, "FCA24/r0"), copied = busy(copy, "FCA24/r0");
    CHECK(busy(brief, "FCA24/r0") < copied && copied < busy(lasting, "FCA24/r0"));
    /* A track that is copied alone costs five or more times as much as one with its neighbours. */
    double alone_cost = (busy(lasting, "FCA24/r0") - busy(brief, "FCA24/r0")) / (many - few);
    CHECK(alone_cost > 3.5 * (copied - before) && alone_cost < 10 * (copied - before));
    json_decref(alone);
    json_decref(brief);
    json_decref(lasting);
    json_decref(copy);
}

static void a_background_copy_hurts_more_than_nocopy_and_then_no_more(void)
{
    json_t *alone = RUN_STUDY(NOCOPY_STUDY, "run.warmup=25s", "run.duration=95s", NO_COPY);
    json_t *nocopy = RUN_STUDY(NOCOPY_STUDY, "run.warmup=25s", "run.duration=95s");
    json_t *copy = RUN_STUDY(NOCOPY_STUDY, "run.warmup=25s", "run.duration=95s", IN_BACKGROUND);
    json_t *after = RUN_STUDY(NOCOPY_STUDY, "run.warmup=4min", "run.duration=95s", IN_BACKGROUND);
    double was = mean_ms(alone, "oltp", "reads"), meanwhile = mean_ms(copy, "oltp", "reads");
    CHECK(mean_ms(nocopy, "oltp", "reads") > 1.05 * was);
    CHECK(meanwhile > 1.5 * mean_ms(nocopy, "oltp", "reads"));
    CHECK_NEAR(mean_ms(after, "oltp", "reads"), was, 0.1 * was);
    /* The tapes take what they take: two blocks in 1.7 + 4 ms. */
    CHECK_NEAR(RUN_OUTPUT_NUMBER(nocopy, "workloads", "backup", "all", "per_s"), 2 / 5.7e-3, 3);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(copy, "workloads", "backup", "all", "per_s"), 2 / 5.7e-3, 10);
    json_decref(alone);
    json_decref(nocopy);
    json_decref(copy);
    json_decref(after);
}

/* ---- placement ---- */

#define AT(rank) "servers.FCA24.volumes.copy.rank=" rank

static double idle_copy_s(const char *rank)
{
    json_t *summary = RUN_STUDY("flashcopy-placement", rank, "workloads={}", "run.duration=4min");
    double copy_s = of_pair(summary, "orders.0>copy.0", "copy_s");
    CHECK_INT(of_pairs(summary, "tracks_left"), 0);
    json_decref(summary);
    return copy_s;
}

static void two_ranks_copy_faster_than_one_whichever_loops_they_are_on(void)
{
    double home = idle_copy_s(AT("home")), beside = idle_copy_s(AT("beside")), across = idle_copy_s(AT("across"));
    /* The write links of a loop carry 80 MB/s, of which one track of seven is parity; the last are still in NVS. */
    CHECK_NEAR(across, 8 * gib / (80e6 * 6 / 7), 0.06 * across);
    CHECK_NEAR(beside, across, 0.03 * across);
    CHECK(home > 1.3 * across);
}

static void production_slows_the_copy_and_the_copy_production_most_on_the_targets_rank(void)
{
    json_t *none = RUN_STUDY("flashcopy-placement", "timeline=[]", "run.warmup=25s", "run.duration=100s");
    json_t *home = RUN_STUDY("flashcopy-placement", AT("home"), "run.warmup=25s", "run.duration=100s");
    json_t *across = RUN_STUDY("flashcopy-placement", AT("across"), "run.warmup=25s", "run.duration=100s");
    double left_home = of_pairs(home, "tracks_left"), left_across = of_pairs(across, "tracks_left");
    double idle = 262144 * (125 - 22) / (8 * gib / (80e6 * 6 / 7));
    CHECK(262144 - left_across < 0.8 * idle);
    CHECK(262144 - left_home < 0.7 * (262144 - left_across));
    CHECK(busy(across, "FCA24/across") > 1.5 * busy(across, "FCA24/home"));

    double was = mean_ms(none, "orders", "reads");
    CHECK(mean_ms(home, "orders", "reads") > 1.7 * was);
    CHECK(mean_ms(across, "orders", "reads") > 1.1 * was && mean_ms(across, "orders", "reads") < 1.6 * was);
    CHECK(mean_ms(across, "stock", "reads") > 2 * was);
    CHECK_NEAR(mean_ms(across, "ledger", "reads"), was, 0.4 * was);
    json_decref(none);
    json_decref(home);
    json_decref(across);
}

/* ---- groups ---- */

#define AT_ONCE "timeline=[{at: 20 s, run: [g1, g2, g3, g4]}]"
#define ONE_RANK_EACH                                                                                              \
    "workloads.oltp.rate_iops=100", "servers.FCA24.volumes.b.rank=r0", "servers.FCA24.volumes.c.rank=r0",          \
        "servers.FCA24.volumes.d.rank=r0", "servers.FCA24.volumes.b-copy.rank=t0",                                 \
        "servers.FCA24.volumes.c-copy.rank=t0", "servers.FCA24.volumes.d-copy.rank=t0"

static struct completion complete(json_t *summary)
{
    struct completion when = completion(summary);
    CHECK_INT(of_pairs(summary, "tracks_left"), 0);
    json_decref(summary);
    return (struct completion){when.first - 20, when.last - 20};
}

static void groups_across_the_ranks_bring_the_first_copies_early_and_the_last_hardly_later(void)
{
    struct completion at_once = complete(RUN_STUDY("flashcopy-groups", "run.duration=5min", AT_ONCE));
    struct completion groups = complete(RUN_STUDY("flashcopy-groups", "run.duration=5min"));
    /* Each track passes a cluster's bus of 170 MB/s twice, and half of them are of one cluster. */
    CHECK(at_once.last > 16 * gib * 2 / 170e6 && at_once.last < 1.15 * 16 * gib * 2 / 170e6);
    CHECK(at_once.first > 0.95 * at_once.last);
    CHECK_NEAR(groups.first / groups.last, 0.25, 0.02);
    CHECK(groups.last > at_once.last && groups.last < 1.12 * at_once.last);
}

static void groups_by_rank_leave_ranks_idle(void)
{
    struct completion by_rank = complete(RUN_STUDY(
        "flashcopy-groups", "run.duration=15min", "tasks.g1={establish_flashcopy: {from: a, to: a-copy}}",
        "tasks.g2={establish_flashcopy: {from: b, to: b-copy}}",
        "tasks.g3={establish_flashcopy: {from: c, to: c-copy}}",
        "tasks.g4={establish_flashcopy: {from: d, to: d-copy}}"));
    struct completion across = complete(RUN_STUDY("flashcopy-groups", "run.duration=5min"));
    CHECK(by_rank.last > 2 * across.last);
    CHECK_NEAR(by_rank.first / by_rank.last, 0.25, 0.02);
}

static void on_one_rank_groups_are_faster_than_all_at_once(void)
{
    struct completion at_once = complete(RUN_STUDY("flashcopy-groups", "run.duration=15min", ONE_RANK_EACH, AT_ONCE));
    struct completion groups = complete(RUN_STUDY("flashcopy-groups", "run.duration=15min", ONE_RANK_EACH));
    CHECK(groups.last < 0.9 * at_once.last);
    CHECK(groups.first < 0.25 * at_once.first);
}

/* ---- a backup ---- */

static void a_backup_from_the_target_takes_production_down_for_two_seconds(void)
{
    json_t *flash = RUN_STUDY("backup-from-target", "workloads.oltp.rate_iops=200");
    json_t *offline = RUN_STUDY(
        "backup-from-target", "workloads.backup.volumes=[orders, ledger]",
        "timeline=[{at: 0 s, run: rest}, {at: 1 min, run: [pause, read]}, {at: 250 s, run: [rest, go]}]");
    double down = at_s(flash, "workload resumed", "oltp", 0) - at_s(flash, "workload quiesced", "oltp", 0);
    CHECK_NEAR(down, 2, 0.01);
    /* 4 GiB in blocks of 64 KiB are read in the 188 s that both have. */
    CHECK_NEAR(RUN_OUTPUT_NUMBER(flash, "workloads", "backup", "all", "count"), 65536, 0.02 * 65536);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(offline, "workloads", "backup", "all", "count"), 65536, 0.03 * 65536);
    CHECK_NEAR(at_s(offline, "workload resumed", "oltp", 0) - at_s(offline, "workload quiesced", "oltp", 0), 190, 0.1);
    CHECK_STRING(RUN_OUTPUT_TEXT(flash, "pairs", "orders>orders-copy", "state"), "withdrawn");
    json_decref(flash);
    json_decref(offline);
}

static void the_backup_costs_production_what_it_writes(void)
{
    json_t *none = RUN_STUDY("backup-from-target", "run.warmup=65s", "run.duration=3min", NO_COPY);
    json_t *flash = RUN_STUDY("backup-from-target", "run.warmup=65s", "run.duration=3min");
    json_t *online = RUN_STUDY("backup-from-target", "run.warmup=65s", "run.duration=3min",
                               "workloads.backup.volumes=[orders, ledger]",
                               "timeline=[{at: 0 s, run: rest}, {at: 1 min, run: read}, {at: 250 s, run: rest}]");
    double was = mean_ms(none, "oltp", "reads");
    CHECK_NEAR(mean_ms(online, "oltp", "reads"), was, 0.05 * was);
    CHECK(mean_ms(flash, "oltp", "reads") > 1.1 * was && mean_ms(flash, "oltp", "reads") < 1.4 * was);
    CHECK_NEAR(mean_ms(flash, "oltp", "writes"), mean_ms(online, "oltp", "writes"), 0.02);
    json_decref(none);
    json_decref(flash);
    json_decref(online);
}

/* ---- copy on write ---- */

static void a_copy_before_the_write_costs_the_write_a_read_and_one_before_the_destage_nothing(void)
{
    json_t *destage = RUN_STUDY("flashcopy-copy-on-write", "servers.FCA24.copy_on_write=before_destage");
    json_t *write = RUN_STUDY("flashcopy-copy-on-write", "servers.FCA24.copy_on_write=before_write");
    CHECK_NEAR(mean_ms(destage, "oltp", "writes"), 0.583, 0.01);
    double copied = RUN_OUTPUT_NUMBER(write, "workloads", "oltp", "parts_ms", "copy_wait");
    CHECK(mean_ms(write, "oltp", "writes") > 8 * 0.583 && copied > 0);
    CHECK(run_output_at(destage, "workloads", "oltp", "parts_ms", "copy_wait", NULL) == NULL);
    /* Each track once at most: of so many writes, each anywhere, so many are the first to their track. */
    double writes = RUN_OUTPUT_NUMBER(write, "workloads", "oltp", "writes", "per_s") * (205 - 22);
    double firsts = 131072 * (1 - exp(-writes / 131072));
    CHECK_NEAR(of_pairs(write, "write_tracks"), firsts, 0.02 * firsts);
    CHECK(of_pairs(destage, "write_tracks") < 0.9 * of_pairs(write, "write_tracks"));
    json_decref(destage);
    json_decref(write);
}

static void old_tracks_fill_nvs(void)
{
    json_t *none = RUN_STUDY("flashcopy-copy-on-write", "timeline=[]");
    json_t *destage = RUN_STUDY("flashcopy-copy-on-write", "run.duration=3min");
    double was = RUN_OUTPUT_NUMBER(none, "servers", "FCA24", "nvs", "occupancy_max");
    CHECK(RUN_OUTPUT_NUMBER(destage, "servers", "FCA24", "nvs", "occupancy_max") > 5 * was);
    CHECK_INT(RUN_OUTPUT_NUMBER(destage, "servers", "FCA24", "nvs", "full_waits"), 0);
    json_decref(none);
    json_decref(destage);
}

/* ---- with PPRC ---- */

/* A track of 32 KiB holds a link for so long, s. */
static double track_s(double km)
{
    return (3 * 2 * km * 0.005 + 0.2 + track_bytes / 17e3) / 1e3;
}

/* What 30 writes a second have marked in so long, over two links of 20 km: cylinders of 15 tracks. */
static double resync_s(double split_s)
{
    double cylinders = 65536 / 15.0;
    return cylinders * (1 - exp(-30 * split_s / cylinders)) * 15 * track_s(20) / 2;
}

static void a_split_mirror_goes_round_and_only_its_resynchronisation_is_felt(void)
{
    json_t *both = RUN_STUDY("split-mirror", "run.duration=10min");
    double first = task_s(both, "resync", 0), second = task_s(both, "resync", 1);
    CHECK(first > resync_s(60) && first < 1.2 * resync_s(60));
    double split_s = at_s(both, "task started", "resync", 1) - at_s(both, "suspended", "orders>orders-t1", 0);
    CHECK(second > resync_s(split_s) && second < 1.1 * resync_s(split_s));
    /* 2 GiB at what the target loop's write links carry, less what is in NVS yet; and the establishing. */
    CHECK_NEAR(task_s(both, "keep", 1), 2 + 2 * gib / (80e6 * 6 / 7), 2.5);
    CHECK_NEAR(of_pair(both, "orders-t1>orders-t0", "established_s"),
               at_s(both, "task complete", "split", 1) + 1.9, 0.01);
    CHECK_STRING(RUN_OUTPUT_TEXT(both, "pairs", "orders-t1>orders-t0", "state"), "complete");
    CHECK_STRING(RUN_OUTPUT_TEXT(both, "pairs", "log>log-dr", "state"), "duplex");

    json_t *split = RUN_STUDY("split-mirror", "run.warmup=96s", "run.duration=60s");
    json_t *resync = RUN_STUDY("split-mirror", "run.warmup=421s", "run.duration=60s");
    CHECK_NEAR(mean_ms(split, "oltp", "writes"), 0.583, 0.01);
    CHECK(mean_ms(resync, "oltp", "writes") > 2 * 0.583);
    CHECK(mean_ms(resync, "log", "writes") > 1.5 * mean_ms(split, "log", "writes"));
    json_decref(both);
    json_decref(split);
    json_decref(resync);
}

static void a_checkpoint_before_the_copy_is_complete_leaves_the_copy_alone(void)
{
    json_t *early = RUN_STUDY("split-mirror", "run.duration=5min", "timeline.6.at=97s");
    CHECK(at_s(early, "task refused", "keep", 0) > 97);
    CHECK(isnan(at_s(early, "task refused", "resync", 0)));
    CHECK_STRING(RUN_OUTPUT_TEXT(early, "pairs", "orders-t1>orders-t0", "state"), "complete");
    CHECK_NEAR(of_pair(early, "orders-t1>orders-t0", "established_s"),
               at_s(early, "task complete", "split", 0) + 1.9, 0.01);
    json_decref(early);
}

static void asynchronous_pprc_spares_production_the_distance_and_sends_everything_each_round(void)
{
    json_t *rounds = RUN_STUDY("asynchronous-pprc", "run.duration=12min");
    json_t *mirror = RUN_STUDY("asynchronous-pprc", "pairs=[{pprc: [a, c]}]", "timeline=[]", "run.duration=1min");
    double all_s = 65536 * track_s(103) / 2;
    CHECK_NEAR(task_s(rounds, "send", 0), all_s, 0.01 * all_s);
    CHECK_NEAR(task_s(rounds, "send", 1), all_s, 0.01 * all_s);
    CHECK_NEAR(mean_ms(rounds, "oltp", "writes"), 0.583, 0.01);
    CHECK(mean_ms(mirror, "oltp", "writes") > 3 * 1.03 + 0.583);
    /* The far copy is of the second round's T0, and was made when that had been sent. */
    CHECK_NEAR(of_pair(rounds, "a>b", "established_s"), 421.9, 0.01);
    CHECK_NEAR(of_pair(rounds, "c>d", "established_s"), at_s(rounds, "task complete", "send", 1) + 1.9, 0.01);
    CHECK_STRING(RUN_OUTPUT_TEXT(rounds, "pairs", "c>d", "state"), "complete");
    CHECK_STRING(RUN_OUTPUT_TEXT(rounds, "pairs", "a>b", "state"), "withdrawn");
    CHECK_STRING(RUN_OUTPUT_TEXT(rounds, "pairs", "b>c", "state"), "simplex");
    json_decref(rounds);
    json_decref(mirror);
}

UNIT_MAIN("flashcopy_studies",
          {"NOCOPY is less work while few tracks are written to, and more when many are",
           nocopy_is_less_work_while_few_tracks_are_written_to_and_more_when_many_are},
          {"a background copy hurts production more than NOCOPY, and then no more; tapes do not notice",
           a_background_copy_hurts_more_than_nocopy_and_then_no_more},
          {"a copy to another rank is faster than on one, and the loop does not matter",
           two_ranks_copy_faster_than_one_whichever_loops_they_are_on},
          {"production slows a copy, and the copy slows production, most on the target's rank",
           production_slows_the_copy_and_the_copy_production_most_on_the_targets_rank},
          {"groups across the ranks bring the first copies early, and the last hardly later than at once",
           groups_across_the_ranks_bring_the_first_copies_early_and_the_last_hardly_later},
          {"groups by rank take more than twice as long, for they leave ranks idle", groups_by_rank_leave_ranks_idle},
          {"on one rank groups are faster than all pairs at once", on_one_rank_groups_are_faster_than_all_at_once},
          {"a backup from the target takes production down for two seconds instead of the backup's time",
           a_backup_from_the_target_takes_production_down_for_two_seconds},
          {"a backup from the target costs production copies of what it writes, one from the source hardly anything",
           the_backup_costs_production_what_it_writes},
          {"an old track's copy before the write costs the write a read, before the destage nothing",
           a_copy_before_the_write_costs_the_write_a_read_and_one_before_the_destage_nothing},
          {"old tracks fill NVS", old_tracks_fill_nvs},
          {"a split mirror goes round, and only its resynchronisation is felt",
           a_split_mirror_goes_round_and_only_its_resynchronisation_is_felt},
          {"a checkpoint before the last copy is complete leaves that copy alone",
           a_checkpoint_before_the_copy_is_complete_leaves_the_copy_alone},
          {"asynchronous PPRC spares production the distance, and sends everything each round",
           asynchronous_pprc_spares_production_the_distance_and_sends_everything_each_round})
