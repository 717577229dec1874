// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The first scenario a user runs, shortened: are its results what is known of the machine?
 *
 * The ranges are those widely quoted for an ESS F20: a 4 KiB read hit over Fibre Channel takes 0.4 to 0.6 ms,
 * a write hit 0.1 to 0.3 ms more, and a miss adds a 10,000 rpm drive's seek and half turn, and its queue.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/run_fixture.h"
#include "tests/run_output.h"

/* One run, made by the first test that asks and looked at by all. */
static struct first_look {
    struct fixture_folder folder;
    struct run_reader *reader;
    json_t *summary;
} look;

static void first_look_free(void)
{
    run_reader_close(look.reader);
    json_decref(look.summary);
    fixture_folder_remove(&look.folder);
}

static void first_look_run(void)
{
    if (look.summary != NULL)
        return;
    look.folder = fixture_folder_create();
    struct command_result result =
        ESSIM(look.folder.path, "run", SOURCE_DIR "/scenarios/first-look.yaml", "--set", "run.duration=5s", "--set",
              "run.warmup=1s");
    CHECK_INT(result.status, 0);
    CHECK_STRING(result.errors, "essim: wrote first-look.h5\n");
    command_result_free(&result);
    look.reader = run_output_open(fixture_in(&look.folder, "first-look.h5").text);
    look.summary = run_output_summary(look.folder.path, "first-look.h5");
    if (look.reader == NULL || look.summary == NULL)
        exit(EXIT_FAILURE);
    atexit(first_look_free);
}

/* ---- response times ---- */

static int by_value(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The median response time, ms, of the database's measured I/Os: of one op, and with or without a drive's turn. */
static double median_ms(struct run_reader *reader, int64_t op, bool miss)
{
    int64_t *workload = run_output_column(reader, "workload"), *ops = run_output_column(reader, "op");
    int64_t *warmup = run_output_column(reader, "warmup"), *response = run_output_column(reader, "response_time");
    int64_t *rotation = run_output_column(reader, "part_rotation"), *transfer = run_output_column(reader, "part_transfer");
    size_t count = 0;
    for (int64_t i = 0; reader && i < run_reader_io_count(reader); i++)
        if (workload[i] == 0 && ops[i] == op && warmup[i] == 0 && (rotation[i] + transfer[i] > 0) == miss)
            response[count++] = response[i];
    CHECK(count > 500);
    qsort(response, count, sizeof *response, by_value);
    double median = (double)response[count / 2] * 1e-6;
    free(workload);
    free(ops);
    free(warmup);
    free(response);
    free(rotation);
    free(transfer);
    return median;
}

static void response_times_are_the_machines(void)
{
    first_look_run();
    double hit_ms = median_ms(look.reader, 0, false), miss_ms = median_ms(look.reader, 0, true);
    double write_ms = median_ms(look.reader, 1, false);
    printf("  medians: read hit %.3f ms, write %.3f ms, read miss %.2f ms\n", hit_ms, write_ms, miss_ms);
    CHECK_NEAR(hit_ms, 0.5, 0.1);
    CHECK_NEAR(write_ms - hit_ms, 0.2, 0.1);
    CHECK_NEAR(miss_ms, 12.5, 7.5);
}

static void rates_are_those_asked_for(void)
{
    first_look_run();
    double oltp = RUN_OUTPUT_NUMBER(look.summary, "workloads", "oltp", "all", "per_s");
    double mail = RUN_OUTPUT_NUMBER(look.summary, "workloads", "mail", "all", "per_s");
    CHECK_STRING(run_reader_name(look.reader, "workloads", 0), "oltp");
    CHECK_NEAR(oltp, 2400, 100); /* poisson: 4.5 standard deviations */
    CHECK_NEAR(mail, 600, 50);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(look.summary, "workloads", "oltp", "reads", "per_s") / oltp, 0.7, 0.02);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(look.summary, "measured_s"), 5, 1e-9);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(look.summary, "hosts", "post", "all", "per_s"), mail, 1e-9);
    CHECK(json_is_true(run_output_at(look.summary, "workloads", "oltp", "stable", NULL)));
    CHECK_INT(json_array_size(run_output_at(look.summary, "warnings", NULL)), 0);
}

static void utilisations_are_plausible(void)
{
    first_look_run();
    const char *name;
    json_t *resource;
    json_object_foreach (json_object_get(look.summary, "resources"), name, resource) {
        double busy = RUN_OUTPUT_NUMBER(resource, "utilization");
        unit_check(busy >= 0 && busy <= 1, __FILE__, __LINE__, "%s is busy for %.3f of its time", name, busy);
        if (strcmp(RUN_OUTPUT_TEXT(resource, "kind"), "rank") == 0)
            unit_check(busy > 0.05 && busy < 0.7, __FILE__, __LINE__, "%s is busy for %.3f of its time", name, busy);
    }
    CHECK_NEAR(RUN_OUTPUT_NUMBER(look.summary, "servers", "FCA24", "cache", "read_hit_ratio"), 0.6, 0.2);
    CHECK(RUN_OUTPUT_NUMBER(look.summary, "servers", "FCA24", "nvs", "occupancy_max") <= 1);
}

/* ---- the summary's keys ---- */

/* Each of the keys, separated by blanks, is in the object. */
static void check_keys(const json_t *object, const char *keys)
{
    char *copy = strdup(keys), *rest = NULL;
    for (const char *key = strtok_r(copy, " ", &rest); key != NULL; key = strtok_r(NULL, " ", &rest))
        unit_check(json_object_get(object, key) != NULL, __FILE__, __LINE__, "key %s is there", key);
    free(copy);
}

/* Each member of an object of workloads, volumes or hosts, as many as expected; their parts add up to the mean. */
static void check_members(const json_t *members, size_t count)
{
    static const char *const kinds[] = {"reads", "writes", "all"};
    const char *name, *part;
    json_t *member, *mean;
    CHECK_INT(json_object_size(members), count);
    json_object_foreach ((json_t *)(uintptr_t)members, name, member) {
        for (int i = 0; i < 3; i++)
            check_keys(json_object_get(member, kinds[i]), "count per_s mb_per_s mean_ms ci95_ms p50_ms p90_ms p95_ms "
                                                          "p99_ms p999_ms max_ms errors");
        double sum_ms = 0;
        json_object_foreach (json_object_get(member, "parts_ms"), part, mean)
            sum_ms += json_number_value(mean);
        CHECK_NEAR(sum_ms, RUN_OUTPUT_NUMBER(member, "all", "mean_ms"), 1e-6);
    }
}

static void every_key_of_the_summary_is_there(void)
{
    first_look_run();
    const char *name;
    json_t *resource;
    check_keys(look.summary, "scenario essim_version seed replications measured_s complete workloads volumes hosts "
                             "resources bottleneck headroom servers pairs timeline engine trace_digest");
    check_keys(json_object_get(look.summary, "scenario"), "title file sha256");
    check_members(json_object_get(look.summary, "workloads"), 2);
    check_members(json_object_get(look.summary, "volumes"), 6 * 4 + 2 * 2);
    check_members(json_object_get(look.summary, "hosts"), 2);
    CHECK(json_object_size(json_object_get(look.summary, "resources")) > 50);
    json_object_foreach (json_object_get(look.summary, "resources"), name, resource)
        check_keys(resource, "kind utilization mean_queue mean_wait_ms per_s");
    check_keys(json_object_get(look.summary, "bottleneck"), "resource utilization advice");
    check_keys(json_object_get(look.summary, "headroom"), "factor resource threshold");
    check_keys(run_output_at(look.summary, "servers", "FCA24", "cache", NULL), "read_hit_ratio");
    check_keys(run_output_at(look.summary, "servers", "FCA24", "nvs", NULL), "occupancy_mean occupancy_max full_waits");
    check_keys(json_object_get(look.summary, "engine"), "events wall_s setup_s cpu_s ios_per_wall_s peak_rss_bytes");
    CHECK(json_is_object(json_object_get(look.summary, "pairs")));
    CHECK(json_is_array(json_object_get(look.summary, "timeline")));
}

UNIT_MAIN("first_look", {"response times are those known of the machine", response_times_are_the_machines},
          {"rates are those asked for", rates_are_those_asked_for},
          {"nothing is busier than always, ranks moderately", utilisations_are_plausible},
          {"every key that the summary promises is there", every_key_of_the_summary_is_there})
