// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/small_config.h"
#include "tests/unit.h"
#include "tests/watched_run.h"

/* ---- one I/O on an idle system ---- */

/* Replays the entries on a config (taken over), which runs until all is done. */
static void watch_trace(struct watched *watched, struct config *config, const struct trace_entry *entries,
                        size_t count)
{
    struct written_trace trace = written_trace(entries, count);
    struct trace_source *sources[] = {&trace.source};
    small_config_add_trace(config);
    config->run.duration_ns = 0;
    watch_run_with(watched, config, sources);
    CHECK_INT(watched->outcome, MODEL_DONE);
    CHECK_INT(watched->count, count);
    small_config_destroy(config);
}

static void check_parts(const struct io_record *record, const sim_time *expected)
{
    sim_time sum = 0;
    for (int part = 0; part < PART_COUNT; part++) {
        CHECK_INT(record->part_ns[part], expected[part]);
        sum += expected[part];
    }
    CHECK_INT(record->response_ns, sum);
}

static void test_idle_read_and_write(void)
{
    /* Block 64 is data track 1: drive 0 of the rank holds stripe 0's strip 0, so drive 1, at its block 0. */
    static const struct trace_entry entries[] = {
        {.issue_ns = 7, .offset_blocks = 64 + 8, .length_bytes = 4096, .op = IO_READ},
        {.issue_ns = SIM_S, .offset_blocks = 64 + 8, .length_bytes = 4096, .op = IO_READ},
        {.issue_ns = 2 * SIM_S, .offset_blocks = 999 * 64, .length_bytes = 4096, .op = IO_WRITE},
        {.issue_ns = 2 * SIM_S + 100 * SIM_MS, .offset_blocks = 999 * 64, .length_bytes = 4096, .op = IO_READ},
    };
    struct watched watched = {0};
    watch_trace(&watched, small_config_create(1, 1000), entries, 4);
    sim_time port = 100000 + 81920, bus = 40960, loop = 102400;

    /* The miss: the drive's place is known once the adapter is done with the command. */
    sim_time at_drive = 7 + 100000 + 200000 + 50000 + 1000000;
    double phase = 0.6180339887498949;
    sim_time angle = (at_drive + (sim_time)(phase * 1e7)) % 10000000;
    sim_time rotation = (8 * 10000000 / 200 - angle + 10000000) % 10000000;
    check_parts(&watched.records[0], (const sim_time[PART_COUNT]){
        [PART_PORT] = port, [PART_PROCESSOR] = 200000 + 400000, [PART_BUS] = bus, [PART_ADAPTER] = 50000,
        [PART_LOOP] = loop, [PART_DRIVE_OVERHEAD] = 1000000, [PART_ROTATION] = rotation,
        [PART_TRANSFER] = 8 * 10000000 / 200});
    check_parts(&watched.records[1], (const sim_time[PART_COUNT]){
        [PART_PORT] = port, [PART_PROCESSOR] = 100000, [PART_BUS] = bus});
    check_parts(&watched.records[2], (const sim_time[PART_COUNT]){
        [PART_PORT] = port, [PART_PROCESSOR] = 300000, [PART_BUS] = bus});
    check_parts(&watched.records[3], (const sim_time[PART_COUNT]){
        [PART_PORT] = port, [PART_PROCESSOR] = 100000, [PART_BUS] = bus});
    for (int i = 0; i < 4; i++) {
        CHECK_INT(watched.records[i].id, i);
        CHECK_INT(watched.records[i].issue_ns, entries[i].issue_ns);
        CHECK(watched.records[i].measured);
    }
    CHECK_NEAR(watched.server.read_hit_ratio, 2.0 / 3, 1e-12);
    CHECK_INT(watched.measured_ns, watched.records[3].issue_ns + watched.records[3].response_ns);
    watched_free(&watched);
}

static void test_reads_that_meet(void)
{
    /* The second finds its track on the way and waits for it; the third's other segment is read beside it. */
    static const struct trace_entry entries[] = {
        {.issue_ns = 0, .offset_blocks = 0, .length_bytes = 4096, .op = IO_READ},
        {.issue_ns = SIM_MS, .offset_blocks = 0, .length_bytes = 4096, .op = IO_READ},
        {.issue_ns = SIM_MS + SIM_US, .offset_blocks = 0, .length_bytes = 8192, .op = IO_READ},
    };
    struct watched watched = {0};
    watch_trace(&watched, small_config_create(1, 1000), entries, 3);
    const struct io_record *records[3];
    for (size_t i = 0; i < 3; i++)
        records[watched.records[i].id] = &watched.records[i];
    CHECK_INT(records[0]->part_ns[PART_CACHE_WAIT], 0);
    CHECK(records[1]->part_ns[PART_CACHE_WAIT] > 0);
    CHECK_INT(records[1]->part_ns[PART_TRANSFER], 0);
    CHECK_INT(records[2]->part_ns[PART_TRANSFER], 8 * 10000000 / 200);
    CHECK_NEAR(watched_resource(&watched, "TEST1/r0.0")->per_s * (double)watched.measured_ns * 1e-9, 2, 1e-6);
    watched_free(&watched);
}

static void test_large_read(void)
{
    /* 29 tracks from the middle of the first one on, in five stripes. */
    static const struct trace_entry entries[] = {
        {.issue_ns = 0, .offset_blocks = 32, .length_bytes = 29 * 32768 - 16384, .op = IO_READ},
    };
    struct watched watched = {0};
    watch_trace(&watched, small_config_create(1, 1000), entries, 1);
    double commands = 0;
    for (int drive = 0; drive < 7; drive++) {
        char name[16];
        snprintf(name, sizeof name, "TEST1/r0.%d", drive);
        commands += watched_resource(&watched, name)->per_s;
    }
    /* One command a drive, and one more for each of the three that have a parity track between their data tracks. */
    CHECK_NEAR(commands * (double)watched.measured_ns * 1e-9, 10, 1e-6);
    /* A drive has at most five tracks, 16 ms of transfer; a second command that waits for the next turn is worst. */
    sim_time drive_ns = watched.records[0].part_ns[PART_DRIVE_QUEUE];
    for (enum io_part part = PART_DRIVE_OVERHEAD; part <= PART_TRANSFER; part++)
        drive_ns += watched.records[0].part_ns[part];
    CHECK(drive_ns > 16 * SIM_MS && drive_ns < 4 * 10 * SIM_MS);
    watched_free(&watched);
}

/* ---- samples ---- */

static void test_samples_integrate_to_the_summary(void)
{
    struct config *config = small_config_create(2, 50000);
    config->run = (struct run_config){.warmup_ns = 3 * SIM_S, .duration_ns = 20 * SIM_S + 7, .seed = 1};
    small_config_add_open(config, 300)->read_share = 0.6;
    struct watched watched = {0};
    watch_run(&watched, config);
    for (size_t i = 0; i < watched.resource_count; i++)
        if (watched.resources[i].kind != RESOURCE_CACHE)
            CHECK_NEAR(watched.integral[i] / (20e9 + 7), watched.resources[i].utilization,
                       1e-6 * watched.resources[i].utilization + 1e-9);
    CHECK_INT(watched.sampled_ns, 23 * SIM_S + 7);
    CHECK(watched.samples >= 240 && watched.samples <= 242);
    watched_free(&watched);
}

static void test_run_without_end_is_sampled_to_its_last_io(void)
{
    static const struct trace_entry entries[] = {
        {.issue_ns = 0, .offset_blocks = 0, .length_bytes = 65536, .op = IO_READ},
        {.issue_ns = 2500 * SIM_MS, .offset_blocks = 30000, .length_bytes = 65536, .op = IO_READ},
    };
    struct watched watched = {0};
    watch_trace(&watched, small_config_create(1, 1000), entries, 2);
    CHECK_INT(watched.samples, 3);
    for (size_t i = 0; i < watched.resource_count; i++)
        if (watched.resources[i].kind != RESOURCE_CACHE)
            CHECK_NEAR(watched.integral[i] / (double)watched.measured_ns, watched.resources[i].utilization,
                       1e-6 * watched.resources[i].utilization + 1e-9);
    watched_free(&watched);
}

/* ---- ends of intervals ---- */

static void test_interval_ends(void)
{
    /* Read hits, drawn, every 10 ms, of exactly 0.1 + 0.08192 + 0.1 + 0.04096 ms: completed 0.32288 ms later. */
    enum { HIT_NS = 181920 + 100000 + 40960 };
    struct config *config = small_config_create(1, 1000);
    struct workload_config *workload = small_config_add_open(config, 100);
    workload->arrival = ARRIVAL_CONSTANT;
    workload->read_hit = 1;
    /* Both ends lie exactly on completions: the first is measured, the last is not. */
    config->run = (struct run_config){.warmup_ns = 100 * SIM_MS + HIT_NS, .duration_ns = 500 * SIM_MS, .seed = 1};
    struct watched watched = {0};
    watch_run(&watched, config);
    CHECK_INT(watched.count, 59);
    CHECK(!watched.records[8].measured && watched.records[9].measured);
    CHECK_INT(watched.loads[0].completed, 50);
    CHECK_INT(watched.loads[0].issued, 50);
    CHECK_INT(watched.loads[0].unfinished, 1);
    CHECK_INT(watched.measured_ns, 500 * SIM_MS);
    /* The accounts hold the same I/Os: 50 of each step ended in the interval. */
    CHECK_NEAR(watched_resource(&watched, "TEST1/p0")->per_s, 200, 1e-6);
    CHECK_NEAR(watched_resource(&watched, "TEST1/cluster.0/processors")->per_s, 100, 1e-6);
    CHECK_NEAR(watched_resource(&watched, "TEST1/cluster.0/bus")->utilization, 50 * 40960 / 500e6, 1e-9);
    CHECK_NEAR(watched_resource(&watched, "TEST1/p0")->utilization, 50 * 181920 / 500e6, 1e-9);
    watched_free(&watched);
}

/* ---- what a run depends on ---- */

static struct config *mixed_config(void)
{
    struct config *config = small_config_create(2, 20000);
    config->run = (struct run_config){.warmup_ns = 500 * SIM_MS, .duration_ns = 3 * SIM_S, .seed = 5, .warm = true};
    struct workload_config *workload = small_config_add_open(config, 300);
    workload->read_share = 0.5;
    workload->distribution = ADDRESS_ZIPF;
    workload->zipf_theta = 1;
    workload = small_config_add_closed(config, 4);
    workload->sequential = true;
    workload->block_bytes = 65536;
    workload->read_share = 0.7;
    return config;
}

static void test_two_models_side_by_side(void)
{
    struct config *config = mixed_config(), *other = mixed_config();
    struct watched apart = {0}, again = {0}, first = {0}, second = {0};
    other->run.seed = 6;
    watch_run_with(&apart, config, NULL);
    struct model *one = watch_begin(&first, config, NULL), *two = watch_begin(&second, other, NULL);
    second.outcome = model_run(two, &second.observer, NULL);
    first.outcome = model_run(one, &first.observer, NULL);
    watch_end(&first, one);
    watch_end(&second, two);
    watch_run_with(&again, config, NULL);
    CHECK_STRING(first.digest, apart.digest);
    CHECK_STRING(again.digest, apart.digest);
    CHECK(strcmp(second.digest, apart.digest) != 0);
    CHECK(apart.count > 1000);
    for (size_t i = 0; i < apart.resource_count; i++)
        CHECK(apart.resources[i].utilization == first.resources[i].utilization);
    watched_free(&apart);
    watched_free(&again);
    watched_free(&first);
    watched_free(&second);
    small_config_destroy(config);
    small_config_destroy(other);
}

static void test_same_ios_at_another_rate(void)
{
    struct config *config = small_config_create(2, 20000);
    small_config_add_open(config, 100)->read_share = 0.5;
    config->workloads[0].read_hit = 0.5;
    config->run.duration_ns = 10 * SIM_S;
    struct watched slow = {0}, fast = {0};
    watch_run_with(&slow, config, NULL);
    config->workloads[0].rate[0].per_s = 150;
    config->port_types[0].protocol_ns *= 3;
    watch_run(&fast, config);
    /* Every I/O of the slow run is in the fast one, with its number, address, direction and outcome. */
    int64_t found = 0, differ = 0;
    for (size_t i = 0; i < slow.count; i++)
        for (size_t j = 0; j < fast.count; j++) {
            const struct io_record *a = &slow.records[i], *b = &fast.records[j];
            if (a->id != b->id)
                continue;
            found++;
            differ += a->offset_blocks != b->offset_blocks || a->volume != b->volume || a->op != b->op;
            differ += (a->part_ns[PART_TRANSFER] > 0) != (b->part_ns[PART_TRANSFER] > 0);
        }
    CHECK(found > 900);
    CHECK_INT(found, slow.count);
    CHECK_INT(differ, 0);
    watched_free(&slow);
    watched_free(&fast);
}

static void digest_of(const struct io_record *record, size_t copies, char text[DIGEST_TEXT_BYTES])
{
    struct digest *digest = digest_create(PART_COUNT);
    for (size_t i = 0; i < copies; i++)
        digest_add(digest, record);
    digest_text(digest, text);
    digest_destroy(digest);
}

static void test_digest_sees_every_field(void)
{
    const struct io_record record = {.id = 1, .issue_ns = 2, .response_ns = 3, .offset_blocks = 4, .length_bytes = 512};
    struct io_record changed[11 + PART_COUNT];
    char plain[DIGEST_TEXT_BYTES], text[DIGEST_TEXT_BYTES];
    for (size_t i = 0; i < 11 + PART_COUNT; i++)
        changed[i] = record;
    changed[0].id++;
    changed[1].issue_ns++;
    changed[2].response_ns++;
    changed[3].offset_blocks++;
    changed[4].length_bytes++;
    changed[5].workload = 1;
    changed[6].host = 1;
    changed[7].volume = 1;
    changed[8].replication = 1;
    changed[9].op = IO_WRITE;
    changed[10].measured = true;
    for (int part = 0; part < PART_COUNT; part++)
        changed[11 + part].part_ns[part]++;
    digest_of(&record, 1, plain);
    for (size_t i = 0; i < 11 + PART_COUNT; i++) {
        digest_of(&changed[i], 1, text);
        CHECK(strcmp(text, plain) != 0);
    }
    struct io_record error = record;
    error.error = 1;
    digest_of(&error, 1, text);
    CHECK(strcmp(text, plain) != 0);
    /* And how many there were, also where they fill what is hashed together. */
    for (size_t copies = 30; copies < 35; copies++) {
        digest_of(&record, copies, plain);
        digest_of(&record, copies + 1, text);
        CHECK(strcmp(text, plain) != 0);
    }
}

/* ---- traces that fail, runs that are stopped ---- */

static void test_trace_that_breaks(void)
{
    static const struct trace_entry entry = {.issue_ns = SIM_MS, .length_bytes = 4096};
    for (size_t at = 0; at < 2; at++) {
        struct config *config = small_config_create(1, 1000);
        struct written_trace trace = written_trace(&entry, 1);
        struct trace_source *sources[] = {&trace.source, NULL};
        struct watched watched = {0};
        trace.breaks_at = at;
        small_config_add_trace(config);
        small_config_add_open(config, 100);
        config->run.duration_ns = 100 * SIM_S;
        watch_run_with(&watched, config, sources);
        CHECK_INT(watched.outcome, MODEL_FAILED);
        CHECK_CONTAINS(watched.error.message, "cannot be read");
        CHECK(watched.count <= 1); /* the run ended at once */
        watched_free(&watched);
        small_config_destroy(config);
    }
}

static void test_trace_that_does_not_fit(void)
{
    static const struct trace_entry entry = {.issue_ns = SIM_MS, .length_bytes = 65536};
    struct config *config = small_config_create(1, 1);
    struct written_trace trace = written_trace(&entry, 1);
    struct trace_source *sources[] = {&trace.source};
    struct watched watched = {0};
    small_config_add_trace(config);
    config->run.duration_ns = 0;
    watch_run_with(&watched, config, sources);
    CHECK_INT(watched.outcome, MODEL_FAILED);
    CHECK_INT(watched.error.kind, ERROR_INPUT);
    CHECK_CONTAINS(watched.error.message, "does not fit volume 'v0'");
    watched_free(&watched);
    small_config_destroy(config);
}

static void check_late_trace(sim_time duration_ns, enum model_outcome outcome)
{
    static const struct trace_entry entries[] = {{.issue_ns = 1000, .length_bytes = 4096},
                                                 {.issue_ns = 2000 * SIM_S, .length_bytes = 4096}};
    struct config *config = small_config_create(1, 1000);
    struct written_trace trace = written_trace(entries, 2);
    struct trace_source *sources[] = {&trace.source};
    struct watched watched = {0};
    small_config_add_trace(config)->trace_speed = 1e-6;
    config->run.duration_ns = duration_ns;
    watch_run_with(&watched, config, sources);
    CHECK_INT(watched.outcome, outcome);
    CHECK_INT(watched.count, outcome == MODEL_DONE);
    if (outcome == MODEL_FAILED)
        CHECK_CONTAINS(watched.error.message, "beyond 13143 days");
    watched_free(&watched);
    small_config_destroy(config);
}

static void test_trace_beyond_the_clock(void)
{
    check_late_trace(10 * SIM_S, MODEL_DONE);
    check_late_trace(0, MODEL_FAILED);
}

static void test_trace_addresses_wrap(void)
{
    /* Two volumes of 100 tracks: 6400 blocks each. */
    static const struct trace_entry entries[] = {
        {.issue_ns = 0, .offset_blocks = 6400, .length_bytes = 4096},
        {.issue_ns = SIM_S, .offset_blocks = 12800 + 5, .length_bytes = 4096},
        {.issue_ns = 2 * SIM_S, .offset_blocks = 6399, .length_bytes = 4096},
        {.issue_ns = 3 * SIM_S, .offset_blocks = (int64_t)1 << 40, .length_bytes = 512},
    };
    struct watched watched = {0};
    watch_trace(&watched, small_config_create(2, 100), entries, 4);
    CHECK(watched.records[0].volume == 1 && watched.records[0].offset_blocks == 0);
    CHECK(watched.records[1].volume == 0 && watched.records[1].offset_blocks == 5);
    CHECK(watched.records[2].volume == 0 && watched.records[2].offset_blocks == 6392);
    int64_t wrapped = ((int64_t)1 << 40) % 12800;
    CHECK(watched.records[3].volume == wrapped / 6400 && watched.records[3].offset_blocks == wrapped % 6400);
    watched_free(&watched);
}

static void test_interruption(void)
{
    struct config *config = small_config_create(1, 1000);
    small_config_add_closed(config, 1)->read_hit = 1;
    config->run.duration_ns = 1000 * SIM_S;
    struct watched watched = {.stop_after = 1000};
    watch_run(&watched, config);
    CHECK_INT(watched.outcome, MODEL_INTERRUPTED);
    CHECK(watched.count >= 1000 && watched.count < 20000);
    CHECK(watched.measured_ns > 0 && watched.measured_ns < 1000 * SIM_S);
    CHECK_NEAR(watched.integral[0] / (double)watched.measured_ns, watched.resources[0].utilization, 1e-6);
    watched_free(&watched);
}

/* A closed loop of some 3000 I/Os a second does not reach the end of 1000 s. */
static void test_interrupted_warmup(void)
{
    struct config *config = small_config_create(1, 1000);
    small_config_add_closed(config, 1)->read_hit = 1;
    config->run.warmup_ns = config->run.duration_ns = 1000 * SIM_S;
    struct watched watched = {.stop_after = 1000};
    watch_run(&watched, config);
    CHECK_INT(watched.outcome, MODEL_INTERRUPTED);
    CHECK(watched.count >= 1000);
    CHECK_INT(watched.measured_ns, 0);
    CHECK_NEAR(watched_resource(&watched, "TEST1/p0")->per_s, 0, 0);
    CHECK_NEAR(watched_resource(&watched, "TEST1/p0")->utilization, 0, 0);
    CHECK_NEAR(watched_resource(&watched, "TEST1/cluster.0/bus")->utilization, 0, 0);
    watched_free(&watched);
}

static void test_interrupted_filling(void)
{
    struct config *config = small_config_create(1, 50000);
    small_config_add_open(config, 100);
    config->run.warm = true;
    struct watched watched = {.stop_after = -1};
    watch_run(&watched, config);
    CHECK_INT(watched.outcome, MODEL_INTERRUPTED);
    CHECK_INT(watched.measured_ns, 0);
    CHECK_INT(watched.loads[0].issued, 0);
    CHECK_INT(watched.server.cache_tracks, 0);
    watched_free(&watched);
}

static void test_long_idle_runs(void)
{
    /* Ten thousand days with an I/O a day, and one sample in forty days. */
    struct config *config = small_config_create(1, 1000);
    small_config_add_open(config, 1 / 86400.0)->arrival = ARRIVAL_CONSTANT;
    config->run.duration_ns = 10000 * 86400 * SIM_S;
    struct watched watched = {0};
    watch_run(&watched, config);
    CHECK_NEAR((double)watched.count, 9999, 1);
    watched_free(&watched);
}

/* ---- parameters at their ends ---- */

static void test_zero_parameters(void)
{
    struct config *config = small_config_create(1, 1000);
    struct server_model *model = &config->servers[0].model;
    struct drive_type *drive = &config->drive_types[0];
    memset(model->processor_ns, 0, sizeof model->processor_ns);
    model->adapter_command_ns = model->destage_age_ns = 0;
    model->destage_per_rank = 1;
    model->destage_low = 0;
    model->nvs_bytes = 2 * 16 * 32768;
    drive->overhead_ns = drive->head_switch_ns = drive->write_settle_ns = 0;
    drive->seek_points[0].seek_ns = drive->seek_points[1].seek_ns = 0;
    config->port_types[0].protocol_ns = 0;
    struct workload_config *workload = small_config_add_closed(config, 8);
    workload->read_share = 0.5;
    workload->block_bytes = 512;
    workload = small_config_add_closed(config, 2);
    workload->block_bytes = 1 << 20;
    workload->read_share = 0.5;
    config->run.warm = true;
    config->run.duration_ns = 2 * SIM_S;
    struct watched watched = {0};
    watch_run(&watched, config);
    CHECK_INT(watched.outcome, MODEL_DONE);
    CHECK(watched.loads[0].completed > 100 && watched.loads[1].completed > 10);
    CHECK(watched.server.destages > 10);
    watched_free(&watched);
}

UNIT_MAIN("model",
          {"on an idle system read miss, read hit and write take the sum of their steps, to the nanosecond",
           test_idle_read_and_write},
          {"a read of a track that another read is bringing waits for it", test_reads_that_meet},
          {"a large read goes to all drives it lies on", test_large_read},
          {"sampled utilisations integrate to the summary's", test_samples_integrate_to_the_summary},
          {"a run without a set end is sampled up to its last I/O", test_run_without_end_is_sampled_to_its_last_io},
          {"measured is what completes from the end of the warm-up on, and before the end", test_interval_ends},
          {"two models side by side give what each gives apart", test_two_models_side_by_side},
          {"other rates and ports leave addresses, directions and drawn hits alone", test_same_ios_at_another_rate},
          {"the digest changes with every field and with the number of I/Os", test_digest_sees_every_field},
          {"a trace that cannot be read on ends the run with its error", test_trace_that_breaks},
          {"an I/O that is longer than its volume is the trace's error", test_trace_that_does_not_fit},
          {"a trace that reaches beyond the clock is an error, unless the run ends before",
           test_trace_beyond_the_clock},
          {"a recorded device's addresses run on through the volumes and wrap", test_trace_addresses_wrap},
          {"an observer can end a run, and what was simulated so far stands", test_interruption},
          {"and even while the caches are filled before it begins", test_interrupted_filling},
          {"a run that ends in its warm-up has measured nothing", test_interrupted_warmup},
          {"long idle runs take no time", test_long_idle_runs},
          {"zero and least parameters neither hang nor break anything", test_zero_parameters})
