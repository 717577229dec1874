// SPDX-License-Identifier: GPL-3.0-or-later
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/io_parts.h"
#include "analysis/summary.h"
#include "sim/interval.h"
#include "tests/unit.h"

/* The config's texts are not const. */
#define TEXT(text) ((char[]){text})

/* Two workloads on two hosts, three volumes, one server. */
static struct workload_config workloads[] = {{.name = TEXT("oltp"), .kind = LOAD_OPEN},
                                             {.name = TEXT("batch"), .kind = LOAD_CLOSED}};
static struct volume_config volumes[] = {{.label = TEXT("db.0")}, {.label = TEXT("db.1")}, {.label = TEXT("FCA24/logs")}};
static struct host_config hosts[] = {{.name = TEXT("sap")}, {.name = TEXT("backup")}};
static struct server_config servers[] = {{.serial = TEXT("FCA24")}};
static const struct config config = {
    .title = TEXT("Peak hour"),
    .servers = servers, .server_count = 1,
    .volumes = volumes, .volume_count = 3,
    .hosts = hosts, .host_count = 2,
    .workloads = workloads, .workload_count = 2,
};
static const struct summary_run ten_seconds = {.replications = 1, .measured_s = 10, .complete = true};

static struct io_record io(enum io_op op, double ms)
{
    sim_time ns = (sim_time)(ms * 1e6);
    return (struct io_record){
        .response_ns = ns, .length_bytes = 4096, .op = (uint8_t)op, .measured = true, .part_ns = {[PART_SEEK] = ns}};
}

static void add(struct summary *summary, enum io_op op, double ms)
{
    struct io_record record = io(op, ms);
    summary_io(summary, &record);
}

static struct summary *create(void)
{
    struct error error = {0};
    struct summary *summary = summary_create(&config, &error);
    CHECK(summary != NULL);
    return summary;
}

/* The JSON of a summary, which is destroyed. */
static json_t *finish(struct summary *summary, const struct summary_run *run)
{
    struct error error = {0};
    json_t *json = summary_json(summary, run, &error);
    CHECK_STRING(error.message, "");
    summary_destroy(summary);
    return json;
}

/* The value at a path of keys divided by blanks; NULL when there is none. */
static const json_t *at(const json_t *json, const char *path)
{
    char keys[200];
    snprintf(keys, sizeof keys, "%s", path);
    char *rest = keys;
    for (char *key; json && (key = strsep(&rest, " "));)
        json = json_object_get(json, key);
    return json;
}

static double number(const json_t *json, const char *path)
{
    const json_t *value = at(json, path);
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static const char *text(const json_t *json, const char *path)
{
    const char *value = json_string_value(at(json, path));
    return value ? value : "(none)";
}

static void statistics_are_those_of_the_ios(void)
{
    struct summary *summary = create();
    for (int i = 1; i <= 3; i++)
        add(summary, IO_READ, i);
    add(summary, IO_WRITE, 6);
    json_t *json = finish(summary, &ten_seconds);
    CHECK_INT(number(json, "workloads oltp reads count"), 3);
    CHECK_NEAR(number(json, "workloads oltp reads per_s"), 0.3, 1e-12);
    CHECK_NEAR(number(json, "workloads oltp reads mb_per_s"), 3 * 4096 / 1e7, 1e-12);
    CHECK_NEAR(number(json, "workloads oltp reads mean_ms"), 2, 1e-12);
    CHECK_NEAR(number(json, "workloads oltp reads p50_ms"), 2, 2.0 / 256);
    CHECK_NEAR(number(json, "workloads oltp reads p90_ms"), 3, 3.0 / 256);
    CHECK_NEAR(number(json, "workloads oltp reads max_ms"), 3, 1e-12);
    CHECK_NEAR(number(json, "workloads oltp writes mean_ms"), 6, 1e-12);
    CHECK_INT(number(json, "workloads oltp all count"), 4);
    CHECK_NEAR(number(json, "workloads oltp all mean_ms"), 3, 1e-12);
    CHECK_NEAR(number(json, "workloads oltp all p50_ms"), 2, 2.0 / 256);
    CHECK_NEAR(number(json, "workloads oltp all p999_ms"), 6, 6.0 / 256);
    CHECK_NEAR(number(json, "workloads oltp all max_ms"), 6, 1e-12);
    CHECK_INT(number(json, "workloads batch all count"), 0);
    json_decref(json);
}

static void only_measured_ios_count(void)
{
    struct summary *summary = create();
    struct io_record record = io(IO_READ, 100);
    record.measured = false;
    summary_io(summary, &record);
    add(summary, IO_READ, 1);
    json_t *json = finish(summary, &ten_seconds);
    CHECK_INT(number(json, "workloads oltp all count"), 1);
    CHECK_INT(number(json, "volumes db.0 all count"), 1);
    CHECK_NEAR(number(json, "workloads oltp all max_ms"), 1, 1e-12);
    json_decref(json);
}

static void errors_are_counted_apart(void)
{
    struct summary *summary = create();
    struct io_record record = io(IO_WRITE, 100);
    record.error = 1;
    summary_io(summary, &record);
    add(summary, IO_WRITE, 1);
    json_t *json = finish(summary, &ten_seconds);
    CHECK_INT(number(json, "workloads oltp writes errors"), 1);
    CHECK_INT(number(json, "workloads oltp all errors"), 1);
    CHECK_INT(number(json, "workloads oltp reads errors"), 0);
    CHECK_INT(number(json, "workloads oltp writes count"), 1);
    CHECK_NEAR(number(json, "workloads oltp writes mean_ms"), 1, 1e-12);
    CHECK_NEAR(number(json, "workloads oltp writes mb_per_s"), 4096 / 1e7, 1e-12);
    json_decref(json);
}

static double parts_sum(const json_t *json, const char *path)
{
    double sum = 0;
    const char *name;
    json_t *part;
    json_object_foreach((json_t *)at(json, path), name, part) {
        CHECK(json_number_value(part) != 0);
        sum += json_number_value(part);
    }
    return sum;
}

static void parts_add_up_to_the_mean(void)
{
    struct summary *summary = create();
    for (int i = 0; i < 1000; i++) {
        struct io_record record = {.length_bytes = 512, .op = i % 3 == 0, .measured = true};
        for (int part = 0; part < PART_FIRST_REMOTE; part++)
            if (part != PART_NVS_WAIT) {
                record.part_ns[part] = (i * 7919 + part * 104729) % 1000003;
                record.response_ns += record.part_ns[part];
            }
        summary_io(summary, &record);
    }
    json_t *json = finish(summary, &ten_seconds);
    CHECK_NEAR(parts_sum(json, "workloads oltp parts_ms"), number(json, "workloads oltp all mean_ms"), 1e-11);
    CHECK_NEAR(parts_sum(json, "workloads oltp reads parts_ms"), number(json, "workloads oltp reads mean_ms"), 1e-11);
    CHECK_NEAR(parts_sum(json, "workloads oltp writes parts_ms"), number(json, "workloads oltp writes mean_ms"), 1e-11);
    CHECK_NEAR(parts_sum(json, "hosts sap parts_ms"), number(json, "hosts sap all mean_ms"), 1e-11);
    CHECK_INT(json_object_size(at(json, "workloads oltp parts_ms")), PART_FIRST_REMOTE - 1);
    CHECK(at(json, "workloads oltp parts_ms nvs_wait") == NULL);
    json_decref(json);
}

static void ios_are_told_apart(void)
{
    struct summary *summary = create();
    struct io_record record = io(IO_READ, 5);
    record.workload = 1;
    record.host = 1;
    record.volume = 2;
    summary_io(summary, &record);
    add(summary, IO_READ, 1);
    json_t *json = finish(summary, &ten_seconds);
    CHECK_NEAR(number(json, "workloads batch all mean_ms"), 5, 1e-12);
    CHECK_NEAR(number(json, "volumes FCA24/logs all mean_ms"), 5, 1e-12);
    CHECK_NEAR(number(json, "hosts backup all mean_ms"), 5, 1e-12);
    CHECK_NEAR(number(json, "workloads oltp all mean_ms"), 1, 1e-12);
    CHECK_NEAR(number(json, "volumes db.0 all mean_ms"), 1, 1e-12);
    CHECK_NEAR(number(json, "hosts sap all mean_ms"), 1, 1e-12);
    CHECK_INT(number(json, "volumes db.1 all count"), 0);
    json_decref(json);
}

static void sums_do_not_overflow(void)
{
    struct summary *summary = create();
    for (int i = 0; i < 100; i++) {
        struct io_record record = io(IO_READ, 1);
        record.response_ns = record.part_ns[PART_SEEK] = SIM_TIME_MAX;
        summary_io(summary, &record);
    }
    json_t *json = finish(summary, &ten_seconds);
    CHECK_NEAR(number(json, "workloads oltp all mean_ms"), (double)SIM_TIME_MAX / 1e6, 1);
    CHECK_NEAR(number(json, "workloads oltp parts_ms seek"), (double)SIM_TIME_MAX / 1e6, 1);
    json_decref(json);
}

static void replications_merge(void)
{
    struct summary *summary = create();
    for (int replication = 0; replication < 3; replication++) {
        summary_begin_replication(summary);
        for (int i = 0; i <= replication; i++)
            add(summary, IO_READ, replication + 1 + 0.5 * (2 * i - replication));
    }
    json_t *json = finish(summary, &ten_seconds);
    /* Means of 1, 2 and 3 ms; Student's 97.5 % quantile with two degrees of freedom is 4.302653. */
    CHECK_NEAR(number(json, "workloads oltp all ci95_ms"), 4.302653 / sqrt(3), 1e-5);
    CHECK_NEAR(number(json, "workloads oltp reads ci95_ms"), 4.302653 / sqrt(3), 1e-5);
    CHECK_NEAR(number(json, "volumes db.0 all ci95_ms"), 4.302653 / sqrt(3), 1e-5);
    CHECK(json_is_null(at(json, "workloads oltp writes ci95_ms")));
    CHECK_INT(number(json, "workloads oltp all count"), 6);
    CHECK_NEAR(number(json, "workloads oltp all mean_ms"), (1.0 + 2 * 2 + 3 * 3) / 6, 1e-12);
    json_decref(json);
}

static void few_replications_use_batch_means(void)
{
    struct summary *summary = create();
    struct batch_means batches;
    batch_means_init(&batches);
    for (int i = 0; i < 200; i++) {
        if (i % 100 == 0)
            summary_begin_replication(summary);
        double ms = 1 + i * 37 % 11;
        add(summary, i % 2 ? IO_READ : IO_WRITE, ms);
        batch_means_add(&batches, ms);
    }
    double mean, half;
    CHECK(batch_means_interval(&batches, 0.95, &mean, &half));
    json_t *json = finish(summary, &ten_seconds);
    CHECK_NEAR(number(json, "workloads oltp all ci95_ms"), half, 1e-9);
    CHECK_NEAR(number(json, "workloads oltp all mean_ms"), mean, 1e-9);
    json_decref(json);
}

static void check_keys(const json_t *json, const char *const *paths, size_t count, bool measured)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *value = at(json, paths[i]);
        unit_check(value != NULL, __FILE__, __LINE__, "%s is there", paths[i]);
        unit_check(measured ? json_is_number(value) : json_is_null(value), __FILE__, __LINE__, "%s is %s", paths[i],
                   measured ? "a number" : "null");
    }
}

static const char *const measured_keys[] = {
    "workloads oltp all mean_ms", "workloads oltp all ci95_ms", "workloads oltp all p50_ms",
    "workloads oltp all p90_ms", "workloads oltp all p95_ms", "workloads oltp all p99_ms",
    "workloads oltp all p999_ms", "workloads oltp all max_ms", "workloads oltp reads mean_ms",
    "workloads oltp unfinished", "volumes db.0 reads p99_ms", "hosts sap all p50_ms",
    "bottleneck utilization", "headroom factor", "headroom threshold", "servers FCA24 cache read_hit_ratio",
    "servers FCA24 nvs occupancy_mean", "servers FCA24 nvs occupancy_max", "servers FCA24 nvs full_waits",
    "engine events", "engine wall_s", "engine setup_s", "engine cpu_s", "engine ios_per_wall_s",
    "engine peak_rss_bytes",
};
enum { MEASURED_KEYS = sizeof measured_keys / sizeof measured_keys[0] };

static void absent_measurements_are_null(void)
{
    static const char *const counted[] = {
        "seed", "replications", "measured_s", "workloads oltp reads count", "workloads oltp writes per_s",
        "workloads oltp all mb_per_s", "workloads batch all errors", "volumes db.1 all count", "hosts backup writes count",
    };
    struct summary *summary = create();
    json_t *json = finish(summary, &ten_seconds);
    check_keys(json, measured_keys, MEASURED_KEYS, false);
    check_keys(json, counted, sizeof counted / sizeof counted[0], true);
    CHECK(json_is_null(at(json, "scenario file")) && json_is_null(at(json, "scenario sha256")));
    CHECK(json_is_null(at(json, "essim_version")) && json_is_null(at(json, "trace_digest")));
    CHECK(json_is_null(at(json, "bottleneck resource")) && json_is_null(at(json, "bottleneck advice")));
    CHECK(json_is_null(at(json, "headroom resource")) && json_is_null(at(json, "workloads oltp stable")));
    CHECK(json_is_array(at(json, "timeline")) && json_is_object(at(json, "pairs")));
    CHECK(json_is_object(at(json, "workloads oltp parts_ms")) && json_is_object(at(json, "resources")));
    json_decref(json);
}

static void facts_are_passed_on(void)
{
    struct resource_report rank = {"FCA24/prod", RESOURCE_RANK, 0.6, 1.5, 7.5, 200, 0.5};
    struct server_report server = {"FCA24", 0.7, 1000, 0.1, 0.4, 12, 99, {5, 4, 3, 2}, 8, 6};
    struct summary_event event = {20, "task started", "split"};
    struct summary_load loads[] = {{1000, 990, 10}, {500, 500, 4}};
    const char *warning = "the cache is cold";
    struct summary_run run = {
        .file = "peak.yaml", .sha256 = "abc", .version = "0.1.0", .seed = 7, .replications = 1, .measured_s = 10,
        .complete = true, .resources = &rank, .resource_count = 1, .servers = &server, .server_count = 1,
        .events = &event, .event_count = 1, .loads = loads, .warnings = &warning, .warning_count = 1,
        .engine_events = 5000, .wall_s = 0.5, .simulating_s = 0.375, .cpu_s = 0.25, .engine_ios = 1000,
        .peak_rss_bytes = 1 << 20, .trace_digest = "d1"};
    struct summary *summary = create();
    for (int i = 0; i < 100; i++)
        add(summary, IO_READ, i);
    json_t *json = finish(summary, &run);
    check_keys(json, measured_keys, MEASURED_KEYS, true);
    CHECK_STRING(text(json, "scenario title"), "Peak hour");
    CHECK_STRING(text(json, "scenario file"), "peak.yaml");
    CHECK_STRING(text(json, "resources FCA24/prod kind"), "rank");
    CHECK_NEAR(number(json, "resources FCA24/prod mean_wait_ms"), 7.5, 0);
    CHECK_STRING(text(json, "bottleneck resource"), "FCA24/prod");
    CHECK_NEAR(number(json, "headroom factor"), 0.5 / 0.6, 1e-12);
    CHECK_INT(number(json, "servers FCA24 nvs full_waits"), 12);
    CHECK_INT(number(json, "servers FCA24 raid small_writes"), 5);
    CHECK_INT(number(json, "servers FCA24 raid data_writes"), 2);
    CHECK_INT(number(json, "servers FCA24 raid reconstructed_reads"), 8);
    CHECK_INT(number(json, "servers FCA24 raid lost_segments"), 6);
    CHECK_INT(number(json, "workloads oltp unfinished"), 10);
    CHECK(json_is_true(at(json, "workloads oltp stable")) && json_is_true(at(json, "complete")));
    CHECK_NEAR(number(json, "engine ios_per_wall_s"), 2000, 0);
    CHECK_NEAR(number(json, "engine setup_s"), 0.125, 0);
    CHECK_NEAR(number(json, "engine cpu_s"), 0.25, 0);
    CHECK_STRING(text(json_array_get(at(json, "timeline"), 0), "detail"), "split");
    CHECK_STRING(json_string_value(json_array_get(at(json, "warnings"), 0)), warning);
    CHECK_STRING(text(json, "trace_digest"), "d1");
    json_decref(json);
}

static void growing_open_load_is_flagged(void)
{
    struct summary_load loads[] = {{20000, 15000, 5000}, {20000, 15000, 5000}};
    struct summary_run run = ten_seconds;
    run.loads = loads;
    struct summary *summary = create();
    add(summary, IO_READ, 1);
    json_t *json = finish(summary, &run);
    CHECK(json_is_false(at(json, "workloads oltp stable")));
    CHECK(json_is_true(at(json, "workloads batch stable")));
    const char *warning = json_string_value(json_array_get(at(json, "warnings"), 0));
    CHECK_CONTAINS(warning, "workload oltp issues more than the system can do");
    CHECK_CONTAINS(warning, "5000 unfinished");
    CHECK_CONTAINS(json_string_value(json_array_get(at(json, "warnings"), 1)), "batch completed no I/O");
    json_decref(json);
}

static void text_reads_back(void)
{
    struct resource_report odd = {"A/x", RESOURCE_PORT, 0.1 + 0.2, NAN, INFINITY, 1.0 / 3, 0.5};
    struct summary_run run = ten_seconds;
    run.resources = &odd;
    run.resource_count = 1;
    run.trace_digest = "broken \xff byte";
    json_t *json = finish(create(), &run);
    char *written = summary_json_text(json);
    CHECK_CONTAINS(written, "\"utilization\": 0.3,");
    CHECK_CONTAINS(written, "\"mean_queue\": null");
    CHECK_CONTAINS(written, "\"mean_wait_ms\": null");
    CHECK_CONTAINS(written, "\"per_s\": 0.333333333333,");
    CHECK_CONTAINS(written, "broken ? byte");
    CHECK(written[strlen(written) - 1] == '\n');
    json_t *again = json_loads(written, 0, NULL);
    CHECK(again != NULL && json_object_size(again) == json_object_size(json));
    json_decref(again);
    free(written);
    json_decref(json);
}

static void histograms_are_handed_out(void)
{
    struct summary *summary = create();
    add(summary, IO_WRITE, 2);
    CHECK_INT(histogram_count(summary_histogram(summary, 0, IO_WRITE)), 1);
    CHECK_INT(histogram_max(summary_histogram(summary, 0, IO_WRITE)), 2000000);
    CHECK_INT(histogram_count(summary_histogram(summary, 0, IO_READ)), 0);
    summary_destroy(summary);
    summary_destroy(NULL);
}

UNIT_MAIN("summary", {"counts, rates, means and percentiles are those of the I/Os", statistics_are_those_of_the_ios},
          {"only measured I/Os count", only_measured_ios_count},
          {"I/Os that failed count as errors and nowhere else", errors_are_counted_apart},
          {"the parts add up to the mean response time", parts_add_up_to_the_mean},
          {"workloads, volumes and hosts are told apart", ios_are_told_apart},
          {"sums of the longest times do not overflow", sums_do_not_overflow},
          {"three replications merge, and their means give the interval", replications_merge},
          {"with fewer replications batch means give the interval", few_replications_use_batch_means},
          {"every key is there, null where nothing was measured", absent_measurements_are_null},
          {"what the run knows is passed on", facts_are_passed_on},
          {"an open load that outruns the system is flagged", growing_open_load_is_flagged},
          {"the JSON text is valid whatever the values, with readable numbers", text_reads_back},
          {"a workload's histograms are handed out", histograms_are_handed_out})
