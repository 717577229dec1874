// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * The back end against independent calculations: one drive against integrals of its curve, a rank under open load
 * against Pollaczek and Khinchine, a closed loop over a rank's drives against mean-value analysis.
 *
 * The drive's moments come from tests/drive_theory.c, the queues from the formulas below; from the model come only
 * the parts of its I/Os' response times. All other components take no time here, or next to none. Means are of
 * independent replications, and each check allows their 99 % interval on top of the approximation it states.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/drive.h"
#include "sim/interval.h"
#include "tests/drive_theory.h"
#include "tests/scenario_fixture.h"
#include "tests/small_config.h"
#include "tests/unit.h"
#include "models/model.h"

#ifdef NDEBUG
enum { FEWER = 1 };
#else
enum { FEWER = 30 }; /* assertions, perhaps sanitizers */
#endif
enum { REPLICATIONS = 8, READ_BLOCKS = 8 };
static const double most = 0.02; /* that any result may be off */

/* ---- a rank with nothing in front of its drives ---- */

/* A small config whose rank has a catalogue's drives, or the round ones. */
struct bench {
    struct config *small;
    struct config config;    /* what is run: a shallow copy */
    struct drive_type drive; /* that of the catalogue */
};

static void make_others_fast(struct config *config)
{
    struct server_model *model = &config->servers[0].model;
    memset(model->processor_ns, 0, sizeof model->processor_ns);
    model->adapter_command_ns = 0;
    model->internal_bytes_per_s = model->loop_link_bytes_per_s = INT64_C(1000000000000);
    config->port_types[0].protocol_ns = 0;
    config->port_types[0].bytes_per_s = INT64_C(1000000000000);
}

static void lay_out_whole_rank(struct bench *bench, enum rank_format format, int32_t strip_tracks)
{
    struct config *config = &bench->config;
    config->ranks[0].format = format;
    config->servers[0].model.strip_tracks = strip_tracks;
    config->volumes[0].tracks = 1;
    small_config_lay_out(config);
    config->volumes[0].tracks = config->ranks[0].capacity_tracks;
    small_config_lay_out(config);
}

/* A drive's mechanics, without its buffer and what else there may be in front of them. */
static struct drive_type mechanics_of(const struct drive_type *type)
{
    struct drive_type copy = {
        .name = type->name,
        .revolution_ns = type->revolution_ns,
        .overhead_ns = type->overhead_ns,
        .head_switch_ns = type->head_switch_ns,
        .cylinders = type->cylinders,
        .heads = type->heads,
        .seek_points = memory_alloc_zeroed(type->seek_point_count, sizeof *copy.seek_points),
        .seek_point_count = type->seek_point_count,
        .zones = memory_alloc_zeroed(type->zone_count, sizeof *copy.zones),
        .zone_count = type->zone_count,
    };
    memcpy(copy.seek_points, type->seek_points, type->seek_point_count * sizeof *copy.seek_points);
    for (size_t i = 0; i < type->zone_count; i++)
        copy.zones[i] = (struct drive_zone){.first_cylinder = type->zones[i].first_cylinder,
                                            .sectors_per_track = type->zones[i].sectors_per_track};
    return copy;
}

static void use_catalogue_drive(struct bench *bench, const char *drive)
{
    char *text = memory_text("servers:\n  FCA24:\n    ranks: {r: {drive: %s}}\n    ports: {f0: }\n"
                             "    volumes: {v: {size: 1 GB}}\nrun: {duration: 1 s}\n", drive);
    struct scenario *scenario = load(text, NULL);
    free(text);
    if (scenario == NULL)
        abort();
    bench->drive = mechanics_of(&scenario_config(scenario)->drive_types[0]);
    bench->drive.name = bench->small->drive_types[0].name;
    bench->config.drive_types = &bench->drive;
    scenario_destroy(scenario);
}

/* With drives of the catalogue, or round ones; over the whole rank. */
static struct bench *bench_create(const char *drive, enum rank_format format)
{
    struct bench *bench = memory_alloc_zeroed(1, sizeof *bench);
    bench->small = small_config_create(1, 1000);
    bench->config = *bench->small;
    make_others_fast(&bench->config);
    if (drive != NULL)
        use_catalogue_drive(bench, drive);
    lay_out_whole_rank(bench, format, 1);
    return bench;
}

static void bench_destroy(struct bench *bench)
{
    bench->small->workloads = bench->config.workloads;
    bench->small->workload_count = bench->config.workload_count;
    small_config_destroy(bench->small);
    free(bench->drive.seek_points);
    free(bench->drive.zones);
    free(bench);
}

/* All of the footprint on the rank's first drive: its strips are as long as a drive, and only the first is used. */
static void use_one_drive(struct bench *bench)
{
    int32_t drive_tracks = (int32_t)(drive_type_blocks(&bench->config.drive_types[0]) /
                                     (bench->config.servers[0].model.track_bytes / BLOCK_BYTES));
    lay_out_whole_rank(bench, RANK_6PS, drive_tracks);
    bench->config.volumes[0].tracks = drive_tracks;
    small_config_lay_out(&bench->config);
}

static int64_t drive_blocks_used(const struct bench *bench)
{
    const struct config *config = &bench->config;
    int64_t strips = config->servers[0].model.strip_tracks > 1 ? 1 : config->ranks[0].data_drives;
    return config->volumes[0].tracks / strips * (config->servers[0].model.track_bytes / BLOCK_BYTES);
}

static struct drive_theory theory_of(const struct bench *bench)
{
    return drive_theory(&bench->config.drive_types[0], drive_blocks_used(bench), READ_BLOCKS);
}

/* ---- what a run tells ---- */

struct account {
    struct model_observer observer; /* first: the observer's address is this */
    double count, seek, rotation, service, square, wait, response;
};

static void note(struct model_observer *observer, const struct io_record *record)
{
    struct account *account = (struct account *)observer;
    if (!record->measured)
        return;
    double service = 0;
    for (enum io_part part = PART_DRIVE_OVERHEAD; part <= PART_TRANSFER; part++)
        service += (double)record->part_ns[part];
    account->count++;
    account->seek += (double)record->part_ns[PART_SEEK];
    account->rotation += (double)record->part_ns[PART_ROTATION];
    account->service += service;
    account->square += service * service;
    account->wait += (double)record->part_ns[PART_DRIVE_QUEUE];
    account->response += (double)record->response_ns;
}

/* A mean over the replications and half the width of its 99 % interval. */
struct mean {
    double value, half_width;
};

struct seen {
    struct mean seek, rotation, service, square, wait, response, per_s;
};

static struct mean mean_of(const double values[REPLICATIONS])
{
    struct mean mean;
    CHECK(replication_interval(values, REPLICATIONS, 0.99, &mean.value, &mean.half_width));
    return mean;
}

/* Runs so many I/Os, by what the rate is expected to be, spread over the replications. */
static struct seen run(struct bench *bench, double ios, double expected_per_s)
{
    static struct trace_source *const no_traces[1];
    double values[7][REPLICATIONS];
    struct run_config *times = &bench->config.run;
    times->warmup_ns = 2 * SIM_S;
    times->duration_ns = (sim_time)(ios / FEWER / REPLICATIONS / expected_per_s * 1e9);
    for (int32_t i = 0; i < REPLICATIONS; i++) {
        struct account account = {.observer.completed = note};
        struct model *model = model_create(&bench->config, i, no_traces);
        CHECK(model_run(model, &account.observer, NULL) == MODEL_DONE);
        model_destroy(model);
        const double sums[] = {account.seek, account.rotation, account.service, account.square, account.wait,
                               account.response};
        for (int sum = 0; sum < 6; sum++)
            values[sum][i] = sums[sum] / account.count;
        values[6][i] = account.count / (double)times->duration_ns * 1e9;
    }
    return (struct seen){mean_of(values[0]), mean_of(values[1]), mean_of(values[2]), mean_of(values[3]),
                         mean_of(values[4]), mean_of(values[5]), mean_of(values[6])};
}

/* Within a share of the expected value, beyond what chance explains; never by more than 2 % in all. */
static void check_mean(const char *what, struct mean seen, double expected, double share, double unit)
{
    double off = seen.value / expected - 1, chance = seen.half_width / expected;
    printf("    %-44s %9.4f, calculated %9.4f: %+.2f %% (± %.2f %% by chance, %.1f %% allowed)\n", what,
           seen.value / unit, expected / unit, 100 * off, 100 * chance, 100 * share);
    CHECK_NEAR(off, 0, fmin(share + chance, FEWER * most));
}

/* ---- one drive ---- */

static void check_one_drive(const char *name)
{
    struct bench *bench = bench_create(name, RANK_6PS);
    use_one_drive(bench);
    small_config_add_closed(&bench->config, 1)->read_hit = 0;
    struct drive_theory theory = theory_of(bench);
    double turn_ns = (double)bench->config.drive_types[0].revolution_ns;
    struct seen seen = run(bench, 400000, 1e9 / theory.mean_ns);
    printf("  %s\n", name != NULL ? name : "round drive");
    check_mean("seek, ms", seen.seek, theory.seek_ns, 0.002, 1e6);
    check_mean("rotation, ms", seen.rotation, turn_ns / 2, 0.005, 1e6);
    check_mean("service, ms", seen.service, theory.mean_ns, 0.003, 1e6);
    check_mean("its second moment, ms^2", seen.square, theory.square_ns2, 0.006, 1e12);
    check_mean("response, ms", seen.response, theory.mean_ns, 0.003, 1e6);
    CHECK(seen.wait.value < 1);
    bench_destroy(bench);
}

static void test_one_drive(void)
{
    check_one_drive(NULL);
    check_one_drive("ultrastar-36lzx");
    check_one_drive("ultrastar-18es");
    check_one_drive("cheetah-9lp");
}

/* ---- a rank under open load ---- */

/*
 * Poisson arrivals, dealt out at random, are Poisson at each drive. Successive services of a drive share the place
 * between them, which Pollaczek and Khinchine's formula does not know: a drive whose arm stands at the edge has a
 * long seek behind it and a long one before it. From Lindley's recursion W' - I = W + S - T (I the idle time,
 * so that W' I = 0), squared and averaged, follows
 *
 *     E W = (rate E S^2 / 2 + rate Cov(W, S)) / (1 - rate E S)
 *
 * and as W follows the service before it wherever it is not zero, Cov(W, S) is about utilisation x Cov(S', S). That
 * term is 0.5 to 2 % here; what is left out of it (P(W > 0) depends on S') is far less.
 */
static double wait_by_theory(const struct drive_theory *theory, double per_ns)
{
    double utilization = per_ns * theory->mean_ns;
    return (per_ns * theory->square_ns2 / 2 + per_ns * utilization * theory->covariance_ns2) / (1 - utilization);
}

static void check_rank(const char *name, enum rank_format format, double utilization, double ios)
{
    struct bench *bench = bench_create(name, format);
    int32_t drives = bench->config.ranks[0].active_drives;
    struct drive_theory theory = theory_of(bench);
    double per_ns = utilization / theory.mean_ns, rank_per_s = per_ns * drives * 1e9;
    small_config_add_open(&bench->config, rank_per_s)->read_hit = 0;
    struct seen seen = run(bench, ios, rank_per_s);
    double wait_ns = wait_by_theory(&theory, per_ns);
    double plain_ns = per_ns * theory.square_ns2 / 2 / (1 - utilization);
    printf("  %s, %d drives at %.0f %%: serial correlation adds %.1f %%\n", name != NULL ? name : "round drive",
           (int)drives, 100 * utilization, 100 * (wait_ns / plain_ns - 1));
    check_mean("service, ms", seen.service, theory.mean_ns, 0.003, 1e6);
    check_mean("wait, ms", seen.wait, wait_ns, 0.01, 1e6);
    check_mean("response, ms", seen.response, theory.mean_ns + wait_ns, 0.005, 1e6);
    bench_destroy(bench);
}

static void test_open_rank(void)
{
    check_rank(NULL, RANK_6PS, 0.3, 1e6);
    check_rank(NULL, RANK_6PS, 0.6, 2e6);
    check_rank("ultrastar-36lzx", RANK_7P, 0.4, 2e6);
    check_rank("ultrastar-36lzx", RANK_7P, 0.7, 3e6);
}

/* ---- closed loops ---- */

/*
 * Throughput of `clients` over `stations` equal ones with think time between, by mean-value analysis: who arrives
 * finds the queue that there is with one client less. He waits for a full service of each one that waits, and for
 * `residual` of the one in service; to which serial correlation adds as above, utilisation x covariance / service.
 * Exact where services are independent and exponential; else M. Reiser's approximation (A queueing network analysis
 * of computer communication networks with window flow control, 1979), which is good to a few per cent: it takes
 * arrivals for independent of how long the present service has lasted.
 */
static double mean_value_analysis(int clients, int stations, double service, double residual, double covariance,
                                  double think)
{
    double queue = 0, utilization = 0, throughput = 0; /* at each station, with a client less */
    for (int n = 1; n <= clients; n++) {
        double rest = residual + utilization * covariance / service;
        double response = service + (queue - utilization) * service + utilization * rest;
        throughput = n / (response + think);
        queue = throughput / stations * response;
        utilization = throughput / stations * service;
    }
    return throughput;
}

static const int loop_clients[] = {1, 4, 16, 64};

static void check_loop(struct bench *bench, const struct drive_theory *theory, int clients, double residual,
                       double approximation)
{
    struct config *config = &bench->config;
    struct workload_config *workload = &config->workloads[0];
    double per_s = 1e9 * mean_value_analysis(clients, config->ranks[0].active_drives, theory->mean_ns, residual,
                                             theory->covariance_ns2, (double)workload->thinktime_ns);
    workload->iodepth = clients;
    struct seen seen = run(bench, 400000, per_s);
    char what[60];
    snprintf(what, sizeof what, "%d drives, %d clients, per s", (int)config->ranks[0].active_drives, clients);
    check_mean(what, seen.per_s, per_s, approximation, 1);
}

/* A seek curve that gives distances between random places, of density 2 (1 - d), an exponential distribution. */
static void make_exponential(struct drive_type *type, double mean_ns)
{
    enum { CYLINDERS = 20000, STEP = 50 };
    free(type->seek_points);
    type->seek_points = memory_alloc_zeroed(CYLINDERS / STEP + STEP, sizeof *type->seek_points);
    type->seek_point_count = 0;
    for (int32_t d = 1; d < CYLINDERS; d += d >= CYLINDERS - STEP ? 1 : d == 1 ? STEP - 1 : STEP)
        type->seek_points[type->seek_point_count++] =
            (struct seek_point){d, (sim_time)(-2 * mean_ns * log(1 - (double)d / CYLINDERS))};
    type->cylinders = CYLINDERS;
    type->heads = 1;
    type->revolution_ns = 10 * SIM_US;
    type->overhead_ns = type->head_switch_ns = 0;
    type->zone_count = 1;
    type->zones[0].sectors_per_track = 400;
}

static void test_exponential_loop(void)
{
    for (enum rank_format format = RANK_6PS; format <= RANK_7P; format++) {
        struct bench *bench = bench_create(NULL, format);
        make_exponential(&bench->config.drive_types[0], 10e6);
        lay_out_whole_rank(bench, format, 1);
        struct workload_config *workload = small_config_add_closed(&bench->config, 1);
        workload->read_hit = 0;
        workload->thinktime_ns = 20 * SIM_MS;
        struct drive_theory theory = theory_of(bench);
        double variance = theory.square_ns2 - theory.mean_ns * theory.mean_ns;
        printf("  c^2 = %.4f, serial correlation %.3f\n", variance / theory.mean_ns / theory.mean_ns,
               theory.covariance_ns2 / variance);
        CHECK_NEAR(variance / theory.mean_ns / theory.mean_ns, 1, 0.01);
        for (size_t i = 0; i < sizeof loop_clients / sizeof loop_clients[0]; i++)
            check_loop(bench, &theory, loop_clients[i], theory.mean_ns, 0.005);
        bench_destroy(bench);
    }
}

static void test_loop(void)
{
    for (enum rank_format format = RANK_6PS; format <= RANK_7P; format++) {
        struct bench *bench = bench_create("ultrastar-36lzx", format);
        small_config_add_closed(&bench->config, 1)->read_hit = 0;
        struct drive_theory theory = theory_of(bench);
        for (size_t i = 0; i < sizeof loop_clients / sizeof loop_clients[0]; i++)
            check_loop(bench, &theory, loop_clients[i], theory.square_ns2 / theory.mean_ns / 2, 0.02);
        bench_destroy(bench);
    }
}

UNIT_MAIN("component_theory",
          {"one drive's random reads take overhead, the integral of the seek curve, half a turn and the transfer",
           test_one_drive},
          {"a rank's drives under open random reads wait as M/G/1", test_open_rank},
          {"a closed loop over drives with exponential seeks has mean-value analysis' throughput",
           test_exponential_loop},
          {"a closed loop over real drives has the throughput of Reiser's approximate analysis", test_loop})
