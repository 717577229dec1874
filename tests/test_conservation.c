// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What must hold of any run, whatever the components do: no time of an I/O is lost, every resource's busy time is
 * the work that was given to it, and queues, rates and waits agree by Little's law.
 *
 * Work is counted here from outside: from the records, the servers' counts and the config's parameters. An interval's
 * ends cut services in two; what they bring or take is allowed for as the number that can be in progress then.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/model.h"
#include "tests/scenario_fixture.h"
#include "tests/small_config.h"
#include "tests/unit.h"

#ifdef NDEBUG
enum { FEWER = 1 };
#else
enum { FEWER = 4 }; /* assertions, perhaps sanitizers */
#endif
enum { LOADS_MAX = 8 };

/* ---- a run, and the sums over its I/Os ---- */

struct account {
    struct model_observer observer; /* first: the observer's address is this */
    const struct model *model;
    int64_t ios, broken, from_drives;     /* all that were completed */
    int64_t count[2], bytes[2];           /* by operation, measured */
    int64_t misses, missed_bytes;         /* measured reads that went to the drives */
    double part_ns[PART_COUNT];           /* measured */
    double response_ns;
};

/* The parts are none below zero, add up to the response time, and that is the time since the issue. */
static void note(struct model_observer *observer, const struct io_record *record)
{
    struct account *account = (struct account *)observer;
    sim_time sum = 0;
    bool right = record->issue_ns + record->response_ns == model_now(account->model);
    for (int part = 0; part < PART_COUNT; part++) {
        sum += record->part_ns[part];
        right = right && record->part_ns[part] >= 0;
    }
    account->ios++;
    account->broken += !right || sum != record->response_ns;
    account->from_drives += record->part_ns[PART_TRANSFER] > 0;
    if (!record->measured)
        return;
    bool miss = record->part_ns[PART_TRANSFER] > 0;
    account->count[record->op]++;
    account->bytes[record->op] += record->length_bytes;
    account->misses += miss;
    account->missed_bytes += miss ? record->length_bytes : 0;
    account->response_ns += (double)record->response_ns;
    for (int part = 0; part < PART_COUNT; part++)
        account->part_ns[part] += (double)record->part_ns[part];
}

struct watched_model {
    struct account account;
    struct model *model;
    struct resource_report *reports;
    size_t count;
    struct server_report server;
    double measured_s;
};

static void watch(struct watched_model *watched, const struct config *config)
{
    static struct trace_source *const no_traces[LOADS_MAX];
    *watched = (struct watched_model){.account.observer.completed = note};
    watched->model = model_create(config, 0, no_traces);
    watched->account.model = watched->model;
    CHECK(model_run(watched->model, &watched->account.observer, NULL) == MODEL_DONE);
    watched->count = model_resource_count(watched->model);
    watched->reports = memory_alloc_zeroed(watched->count, sizeof *watched->reports);
    model_resources(watched->model, watched->reports);
    model_servers(watched->model, &watched->server);
    watched->measured_s = (double)model_measured_ns(watched->model) * 1e-9;
}

static void watch_ends(struct watched_model *watched)
{
    model_destroy(watched->model);
    free(watched->reports);
}

/* ---- mixed runs of an F20 ---- */

/* Four ranks on two clusters, three kinds of port, and everything that a workload can be. */
static const char mixed[] =
    "run: {warmup: 20 s, duration: 100 s}\n"
    "servers:\n"
    "  FCA24:\n"
    "    model: F20\n"
    "    ranks:\n"
    "      r0: {pair: 0, cluster: 0, loop: A}\n"
    "      r1: {pair: 0, cluster: 1, loop: B}\n"
    "      r2: {pair: 1, cluster: 0, loop: A}\n"
    "      r3: {pair: 1, cluster: 1, loop: A}\n"
    "    ports:\n"
    "      f0: {bay: 0, type: fc}\n"
    "      s0: {bay: 1, type: scsi}\n"
    "      e0: {bay: 2, type: escon}\n"
    "    volumes:\n"
    "      a: {rank: r0, size: 20 GB, count: 2}\n"
    "      b: {rank: r1, size: 20 GB, count: 2}\n"
    "      c: {rank: r2, size: 20 GB, count: 2}\n"
    "      d: {rank: r3, size: 20 GB, count: 2}\n"
    "hosts:\n"
    "  all: {ports: [f0, s0, e0]}\n"
    "workloads:\n"
    "  oltp:  {volumes: [a, b, c, d], rw: randrw, rwmixread: 70, rate_iops: 100, random_distribution: zipf:1.1}\n"
    "  drawn: {volumes: [a, b], rw: randread, bs: 8 KiB, rate_iops: 100, read_hit: 50 %}\n"
    "  scan:  {volumes: [c.0], rw: read, bs: 64 KiB, iodepth: 1, thinktime: 20 ms}\n"
    "  load:  {volumes: [d.0], rw: write, bs: 128 KiB, rate_iops: 5}\n"
    "  large: {volumes: [a, d], rw: randrw, bs: 256 KiB, iodepth: 1, thinktime: 50 ms}\n";

static struct scenario *load_mixed(int oltp_per_s, int drawn_per_s, int load_per_s, int duration_s)
{
    char *sets[] = {memory_text("workloads.oltp.rate_iops=%d", oltp_per_s),
                    memory_text("workloads.drawn.rate_iops=%d", drawn_per_s),
                    memory_text("workloads.load.rate_iops=%d", load_per_s),
                    memory_text("run.duration=%d s", duration_s), NULL};
    struct scenario *scenario = load(mixed, (const char *const *)sets);
    for (size_t i = 0; sets[i] != NULL; i++)
        free(sets[i]);
    if (scenario == NULL)
        printf("%s", found);
    return scenario;
}

/* ---- the parts of a response time ---- */

static void check_parts(const struct config *config, const char *what)
{
    struct watched_model watched;
    watch(&watched, config);
    struct account *account = &watched.account;
    printf("    %-44s %8lld I/Os, %8lld waited for drives\n", what, (long long)account->ios,
           (long long)account->from_drives);
    CHECK_INT(account->broken, 0);
    CHECK(account->ios > 1000);
    watch_ends(&watched);
}

static void check_small(struct config *config, const char *what)
{
    check_parts(config, what);
    small_config_destroy(config);
}

static struct config *small_with(double read_share, bool sequential, int32_t block_bytes, double read_hit)
{
    struct config *config = small_config_create(2, 50000);
    struct workload_config *workload = small_config_add_closed(config, 16);
    config->run = (struct run_config){.warmup_ns = SIM_S, .duration_ns = 60 * SIM_S, .seed = 1};
    workload->read_share = read_share;
    workload->sequential = sequential;
    workload->block_bytes = block_bytes;
    workload->read_hit = read_hit;
    return config;
}

static void test_parts(void)
{
    check_small(small_with(1, false, 4096, -1), "random reads, cache simulated");
    check_small(small_with(1, false, 4096, 0.5), "random reads, half drawn as hits");
    check_small(small_with(1, false, 300 * 1024, -1), "random reads of 300 KiB");
    check_small(small_with(1, true, 16384, -1), "sequential reads");
    check_small(small_with(0, true, 65536, -1), "sequential writes");
    check_small(small_with(0, false, 4096, -1), "random writes that fill NVS");
    check_small(small_with(0.5, false, 512, -1), "reads and writes of 512 B");
    check_small(small_with(0.5, false, 1 << 20, -1), "reads and writes of 1 MiB");
    struct scenario *scenario = load_mixed(1500, 500, 30, 40);
    check_parts(scenario_config(scenario), "everything on an F20");
    scenario_destroy(scenario);
}

/* ---- Little's law ---- */

/*
 * The mean queue is the area under a count of who stands in line; rate and mean wait are counts and sums of waits,
 * each of whom is taken when he leaves the line. They differ by those in line at either end, which counts where the
 * line is short and the run as well: so resources are asked where they were waited for 5 s or more in all.
 */
static void check_little(const struct watched_model *watched, int *asked, double *worst)
{
    for (size_t i = 0; i < watched->count; i++) {
        const struct resource_report *report = &watched->reports[i];
        double waits = report->per_s * report->mean_wait_ms * 1e-3;
        if (report->mean_queue * watched->measured_s < 5)
            continue;
        double off = fabs(waits / report->mean_queue - 1);
        unit_check(off <= 0.01, __FILE__, __LINE__, "%s: mean queue %.5f, rate times wait %.5f", report->name,
                   report->mean_queue, waits);
        *worst = fmax(*worst, off);
        ++*asked;
    }
}

static void check_little_of(const struct config *config, const char *what, int at_least)
{
    struct watched_model watched;
    int asked = 0;
    double worst = 0;
    watch(&watched, config);
    check_little(&watched, &asked, &worst);
    printf("    %-44s %2d of %zu resources had a line; at most %.3f %% off\n", what, asked, watched.count, 100 * worst);
    CHECK(asked >= at_least);
    CHECK_INT(watched.account.broken, 0);
    watch_ends(&watched);
}

static void test_little(void)
{
    static const int loads[3][3] = {{400, 200, 10}, {1200, 400, 20}, {2000, 800, 30}};
    static const char *const names[] = {"light load", "medium load", "heavy load"};
    for (int i = 0; i < 3; i++) {
        struct scenario *scenario = load_mixed(loads[i][0], loads[i][1], loads[i][2], 200 / FEWER);
        check_little_of(scenario_config(scenario), names[i], 6);
        scenario_destroy(scenario);
    }
    struct config *config = small_with(0.3, false, 4096, -1);
    config->run.duration_ns = 400 / FEWER * SIM_S;
    check_little_of(config, "writes that wait for NVS", 12);
    small_config_destroy(config);
}

/* The same from the I/Os' side: what they waited, over the time, is the mean queue of what only they use. */
static void test_little_of_ios(void)
{
    struct scenario *scenario = load_mixed(1200, 400, 20, 200 / FEWER);
    struct watched_model watched;
    watch(&watched, scenario_config(scenario));
    double ports = 0, nvs = 0;
    for (size_t i = 0; i < watched.count; i++) {
        ports += watched.reports[i].kind == RESOURCE_PORT ? watched.reports[i].mean_queue : 0;
        nvs += watched.reports[i].kind == RESOURCE_NVS ? watched.reports[i].mean_queue : 0;
    }
    CHECK_NEAR(watched.account.part_ns[PART_PORT_QUEUE] * 1e-9 / watched.measured_s / ports, 1, 0.01);
    CHECK_NEAR(watched.account.part_ns[PART_NVS_WAIT] * 1e-9 / watched.measured_s, nvs, 0.01 * nvs + 1e-6);
    watch_ends(&watched);
    scenario_destroy(scenario);
}

/* ---- utilisation and work ---- */

/* Busy time of all resources of a kind, in server seconds; `part` of a name selects among them. `servers` is how
 * many there are in all: they are spread evenly over the reports. */
static double busy_s(const struct watched_model *watched, enum resource_kind kind, const char *part, int servers)
{
    double busy = 0;
    int reports = 0;
    for (size_t i = 0; i < watched->count; i++)
        if (watched->reports[i].kind == kind && strstr(watched->reports[i].name, part) != NULL) {
            busy += watched->reports[i].utilization;
            reports++;
        }
    return reports > 0 ? busy * watched->measured_s * servers / reports : NAN;
}

static double drive_services_per_s(const struct watched_model *watched)
{
    double per_s = 0;
    for (size_t i = 0; i < watched->count; i++)
        per_s += watched->reports[i].kind == RESOURCE_DRIVE ? watched->reports[i].per_s : 0;
    return per_s;
}

static void check_work(const char *what, double busy, double work)
{
    printf("    %-14s busy %10.4f server s, work %10.4f s: %+.3f %%\n", what, busy, work, 100 * (busy / work - 1));
    CHECK_NEAR(busy, work, 0.002 * work);
}

/*
 * Random reads, half of them drawn as misses, and random writes so thin on the rank that each destage is of one
 * segment: two reads and two writes of 4 KiB, and new data, old data and old parity to make the new one. The numbers
 * are known of everything then.
 */
static struct config *countable_config(void)
{
    struct config *config = small_config_create(1, 900000);
    config->drive_types[0].heads = 400; /* a hundred times the stripes */
    config->volumes[0].tracks = 90000000;
    small_config_lay_out(config);
    config->servers[0].model.destage_low = 0.02;
    config->servers[0].model.destage_high = 0.2;
    config->run = (struct run_config){.warmup_ns = 20 * SIM_S, .duration_ns = 1000 / FEWER * SIM_S, .seed = 1};
    struct workload_config *workload = small_config_add_open(config, 100);
    workload->read_share = 0.75;
    workload->read_hit = 0.5;
    return config;
}

static void test_work(void)
{
    struct config *config = countable_config();
    const struct server_model *model = &config->servers[0].model;
    struct watched_model watched;
    watch(&watched, config);
    const struct account *account = &watched.account;
    double reads = (double)account->count[IO_READ], writes = (double)account->count[IO_WRITE];
    double misses = (double)account->misses, destages = (double)watched.server.destages;
    double bytes = (double)account->bytes[IO_READ] + (double)account->bytes[IO_WRITE], segment = 4096;
    const sim_time *step_ns = model->processor_ns;
    double port_ns = (reads + writes) * (double)config->port_types[0].protocol_ns;
    CHECK_NEAR(destages, writes, 0.005 * writes);
    check_work("port", busy_s(&watched, RESOURCE_PORT, "", 1),
               port_ns * 1e-9 + bytes / (double)config->port_types[0].bytes_per_s);
    check_work("processors", busy_s(&watched, RESOURCE_PROCESSOR, "cluster.0", model->processors_per_cluster),
               ((reads - misses) * (double)step_ns[STEP_READ_HIT] + writes * (double)step_ns[STEP_WRITE] +
                misses * (double)(step_ns[STEP_READ_MISS] + step_ns[STEP_STAGE]) +
                destages * (double)step_ns[STEP_DESTAGE]) * 1e-9);
    check_work("bus", busy_s(&watched, RESOURCE_BUS, "cluster.0", 1),
               (bytes + destages * segment) / (double)model->internal_bytes_per_s);
    check_work("adapter", busy_s(&watched, RESOURCE_DEVICE_ADAPTER, "", 1),
               (misses + 4 * destages) * (double)model->adapter_command_ns * 1e-9 +
                   destages * 3 * segment / (double)model->adapter_xor_bytes_per_s);
    check_work("read links", busy_s(&watched, RESOURCE_LOOP, "read", model->loop_read_links),
               (misses + 2 * destages) * segment / (double)model->loop_link_bytes_per_s);
    check_work("write links", busy_s(&watched, RESOURCE_LOOP, "write", model->loop_write_links),
               2 * destages * segment / (double)model->loop_link_bytes_per_s);
    check_work("drive commands", drive_services_per_s(&watched) * watched.measured_s, misses + 4 * destages);
    watch_ends(&watched);
    small_config_destroy(config);
}

/* Drives tell their work by the parts of those they served: with reads alone, every command is in a record. */
static void test_drive_work(void)
{
    struct config *config = small_with(1, false, 4096, 0);
    struct watched_model watched;
    config->run.duration_ns = 400 / FEWER * SIM_S;
    watch(&watched, config);
    double work = 0;
    for (enum io_part part = PART_DRIVE_OVERHEAD; part <= PART_TRANSFER; part++)
        work += watched.account.part_ns[part] * 1e-9;
    check_work("drives", busy_s(&watched, RESOURCE_DRIVE, "", 14), work);
    check_work("ranks", busy_s(&watched, RESOURCE_RANK, "", 14), work);
    watch_ends(&watched);
    small_config_destroy(config);
}

/* A closed loop's clients are always somewhere: rate times response is their number. */
static void test_clients(void)
{
    struct config *config = small_with(0.5, false, 4096, -1);
    struct watched_model watched;
    config->run.duration_ns = 400 / FEWER * SIM_S;
    watch(&watched, config);
    CHECK_NEAR(watched.account.response_ns * 1e-9 / watched.measured_s, 16, 0.01 * 16);
    watch_ends(&watched);
    small_config_destroy(config);
}

UNIT_MAIN("conservation", {"the parts of every I/O add up to its response time to the nanosecond", test_parts},
          {"the mean queue is the rate times the mean wait at every resource, at three loads", test_little},
          {"what I/Os waited for a component over the time is its mean queue", test_little_of_ios},
          {"utilisation times capacity times time is the work that was done", test_work},
          {"drives are busy as long as their commands took", test_drive_work},
          {"a closed loop's rate times its response time is the number of its clients", test_clients})
