// SPDX-License-Identifier: GPL-3.0-or-later
/* `essim run` as its users meet it: names, exit statuses, streams, seeds, mistakes, and what a run file holds. */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis/io_parts.h"
#include "models/io_record.h"
#include "tests/run_output.h"
#include "tests/two_loads.h"

#define WARMUP_NS SIM_S
#define END_NS (5 * SIM_S)

/* Checks the exit status and frees the result. */
static void expect(struct command_result result, int status)
{
    unit_check(result.status == status && !result.late, __FILE__, __LINE__, "exit status is %d, expected %d; %s",
               result.status, status, result.errors);
    command_result_free(&result);
}

static char *digest_of(const struct fixture_folder *folder, const char *file)
{
    struct run_reader *reader = run_output_open(fixture_in(folder, file).text);
    const char *digest = reader ? run_reader_attribute(reader, "trace_digest") : NULL;
    char *copy = strdup(digest ? digest : "");
    run_reader_close(reader);
    return copy;
}

static bool same_digest(const struct fixture_folder *folder, const char *file, const char *other)
{
    char *left = digest_of(folder, file), *right = digest_of(folder, other);
    bool same = strcmp(left, right) == 0 && strlen(left) == 32;
    free(left);
    free(right);
    return same;
}

/* ---- names, streams, exit statuses ---- */

static void output_is_named_after_the_scenario(void)
{
    struct fixture_folder folder = fixture_folder_create();
    static const char *const scenarios[] = {"sub/two.yaml", "sub/two.more.yml", "sub/plain"};
    static const char *const outputs[] = {"two.h5", "two.more.h5", "plain.h5"};
    mkdir(fixture_in(&folder, "sub").text, 0700);
    for (int i = 0; i < 3; i++) {
        fixture_write_file(fixture_in(&folder, scenarios[i]).text, TWO_LOADS);
        expect(ESSIM(folder.path, "run", scenarios[i]), 0);
        CHECK(fixture_exists(fixture_in(&folder, outputs[i]).text));
    }
    CHECK(!fixture_exists(fixture_in(&folder, "sub/two.h5").text));
    CHECK(!fixture_exists(fixture_in(&folder, "two.h5.part").text));
    expect(ESSIM(folder.path, "run", "sub/two.yaml", "-o", "sub/named"), 0);
    CHECK(fixture_exists(fixture_in(&folder, "sub/named").text));
    fixture_folder_remove(&folder);
}

static void results_and_messages_go_apart(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct command_result result = ESSIM(folder.path, "run", "two.yaml");
    struct command_result summary = ESSIM(folder.path, "summary", "two.h5");
    CHECK_CONTAINS(result.output, "Two loads on two ranks\n");
    CHECK_CONTAINS(result.output, "trace digest ");
    CHECK_STRING(result.errors, "essim: wrote two.h5\n"); /* and no progress line: this is no terminal */
    CHECK_STRING(summary.output, result.output);
    command_result_free(&result);
    command_result_free(&summary);
    result = ESSIM(folder.path, "run", "two.yaml", "-q");
    CHECK_INT(result.status, 0);
    CHECK_STRING(result.errors, "");
    command_result_free(&result);
    fixture_folder_remove(&folder);
}

/* Nothing is printed as a result and nothing written. */
static void refuse(const struct fixture_folder *folder, const char *const *arguments, const char *message)
{
    struct command_result result =
        command_run(&(struct command_request){.folder = folder->path, .arguments = arguments});
    CHECK_INT(result.status, 2);
    CHECK_STRING(result.output, "");
    CHECK_CONTAINS(result.errors, message);
    CHECK(!fixture_exists(fixture_in(folder, "two.h5").text));
    CHECK(!fixture_exists(fixture_in(folder, "two.h5.part").text));
    command_result_free(&result);
}

static void bad_input_writes_nothing(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    refuse(&folder, ESSIM_ARGUMENTS("run"), "SCENARIO");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "three.yaml"), "too many arguments");
    refuse(&folder, ESSIM_ARGUMENTS("run", "none.yaml"), "none.yaml");
    refuse(&folder, ESSIM_ARGUMENTS("run", "."), ".");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "--sed", "1"), "--s");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "--seed", "-1"), "run.seed");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "--seed", "one"), "run.seed");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "--trace", "part"), "none of parts, io, none");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "-j", "0"), "jobs");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "--set", "run.duration=4"), "4 s");
    refuse(&folder, ESSIM_ARGUMENTS("run", "two.yaml", "--set", "workloads.three.rate_iops=1"), "three");
    fixture_folder_remove(&folder);
}

static void all_mistakes_are_told_at_once(void)
{
    struct fixture_folder folder = fixture_folder_create();
    fixture_write_file(fixture_in(&folder, "two.yaml").text,
                       "run: {durations: 4 s, seed: many}\n" TWO_LOADS_MACHINE "workloads:\n"
                       "  one: {host: h, volumes: [c], rw: randrw, bs: 4k, rate_iops: 200}\n"
                       "  two: {host: g, volumes: [b], rw: shuffle, bs: 8 KiB, rate_iops: 100}\n");
    struct command_result result = ESSIM(folder.path, "run", "two.yaml", "-o", "new.h5", "--set", "run.warmup=1 kg");
    static const char *const parts[] = {
        "two.yaml:1:7: run.durations: ",
        "duration",
        "two.yaml:1:29: run.seed: ",
        "two.yaml:14:28: workloads.one.volumes.0: ",
        "two.yaml:14:48: workloads.one.bs: ",
        "4 KiB",
        "two.yaml:15:15: workloads.two.host: ",
        "two.yaml:15:36: workloads.two.rw: ",
        "--set run.warmup: ",
    };
    CHECK_INT(result.status, 2);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        CHECK_CONTAINS(result.errors, parts[i]);
    CHECK_STRING(result.output, "");
    CHECK(!fixture_exists(fixture_in(&folder, "new.h5").text));
    CHECK(!fixture_exists(fixture_in(&folder, "new.h5.part").text));
    command_result_free(&result);
    fixture_folder_remove(&folder);
}

static void existing_file_is_replaced_whole_or_not_at_all(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct fixture_path path = fixture_in(&folder, "old.h5");
    fixture_write_file(path.text, "old");
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "old.h5", "--set", "run.durations=1 s"), 2);
    CHECK(fixture_holds(path.text, "old"));
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "old.h5"), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "new.h5"), 0);
    CHECK(same_digest(&folder, "old.h5", "new.h5"));
    fixture_folder_remove(&folder);
}

/* ---- seeds ---- */

static void seed_decides_everything(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "a.h5"), 0);
    static const char *const environment[] = {"TZ=Asia/Kathmandu", "LC_ALL=de_DE.UTF-8", "HOME=/none", NULL};
    const struct command_request elsewhere = {.folder = "/",
                                              .environment = environment,
                                              .arguments = ESSIM_ARGUMENTS(
                                                  "run", fixture_in(&folder, "two.yaml").text, "-j", "2", "--trace",
                                                  "none", "-o", fixture_in(&folder, "b.h5").text)};
    expect(command_run(&elsewhere), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "--seed", "8", "-o", "c.h5"), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "--set", "run.seed=8", "-o", "d.h5"), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "--seed", "9223372036854775807", "-o", "e.h5"), 0);
    CHECK(same_digest(&folder, "a.h5", "b.h5"));
    CHECK(!same_digest(&folder, "a.h5", "c.h5"));
    CHECK(same_digest(&folder, "c.h5", "d.h5"));
    CHECK(!same_digest(&folder, "c.h5", "e.h5"));
    json_t *summary = run_output_summary(folder.path, "e.h5");
    CHECK_INT(json_integer_value(run_output_at(summary, "seed", NULL)), INT64_MAX);
    json_decref(summary);
    fixture_folder_remove(&folder);
}

/* What a workload's host asks for, whatever the server makes of it. */
struct request {
    int64_t issue_ns, volume, offset, length, op;
};

static int by_issue(const void *left, const void *right)
{
    return memcmp(left, right, sizeof(struct request)); /* as good an order as any: equal lists sort equally */
}

struct requests {
    struct request *items;
    size_t count;
};

/* A workload's requests of the first 4 s: they are all complete by the end, at 5 s. */
static struct requests requests_of(const struct fixture_folder *folder, const char *file, int64_t workload)
{
    static const char *const names[] = {"issue_time", "volume", "offset", "length", "op"};
    struct run_reader *reader = run_output_open(fixture_in(folder, file).text);
    size_t rows = reader ? (size_t)run_reader_io_count(reader) : 0;
    struct requests requests = {calloc(rows + 1, sizeof(struct request)), 0};
    int64_t *columns[5], *workloads = run_output_column(reader, "workload");
    for (int c = 0; c < 5; c++)
        columns[c] = run_output_column(reader, names[c]);
    for (size_t i = 0; i < rows; i++)
        if (workloads[i] == workload && columns[0][i] < END_NS - SIM_S)
            requests.items[requests.count++] =
                (struct request){columns[0][i], columns[1][i], columns[2][i], columns[3][i], columns[4][i]};
    qsort(requests.items, requests.count, sizeof(struct request), by_issue);
    for (int c = 0; c < 5; c++)
        free(columns[c]);
    free(workloads);
    run_reader_close(reader);
    return requests;
}

static bool same_requests(const struct fixture_folder *folder, const char *file, const char *other, int64_t workload)
{
    struct requests left = requests_of(folder, file, workload), right = requests_of(folder, other, workload);
    bool same = left.count == right.count && left.count > 100 &&
                memcmp(left.items, right.items, left.count * sizeof(struct request)) == 0;
    free(left.items);
    free(right.items);
    return same;
}

static void change_leaves_other_draws_alone(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "a.h5"), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "rate.h5", "--set", "workloads.one.rate_iops=300"), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "slower.h5", "--set", "servers.FCA24.processor_read_hit=1 ms"), 0);
    CHECK(!same_digest(&folder, "a.h5", "rate.h5") && !same_digest(&folder, "a.h5", "slower.h5"));
    CHECK(!same_requests(&folder, "a.h5", "rate.h5", 0));
    CHECK(same_requests(&folder, "a.h5", "rate.h5", 1));
    CHECK(same_requests(&folder, "a.h5", "slower.h5", 0));
    CHECK(same_requests(&folder, "a.h5", "slower.h5", 1));
    fixture_folder_remove(&folder);
}

/* ---- what the file holds ---- */

static void rows_are_flagged_and_add_up(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    expect(ESSIM(folder.path, "run", "two.yaml"), 0);
    struct run_reader *reader = run_output_open(fixture_in(&folder, "two.h5").text);
    int64_t rows = reader ? run_reader_io_count(reader) : 0;
    int64_t *issue = run_output_column(reader, "issue_time"), *response = run_output_column(reader, "response_time");
    int64_t *warmup = run_output_column(reader, "warmup"), *sum = calloc((size_t)rows + 1, sizeof *sum);
    for (int p = 0; p < PART_FIRST_REMOTE; p++) { /* no pairs, so none of remote copy */
        char name[64];
        snprintf(name, sizeof name, "part_%s", io_part_info[p].name);
        int64_t *part = run_output_column(reader, name);
        for (int64_t i = 0; i < rows; i++)
            sum[i] += part[i];
        free(part);
    }
    int64_t unbalanced = 0, misflagged = 0, disordered = 0, measured = 0, last_ns = 0;
    for (int64_t i = 0; i < rows; i++) {
        int64_t completion_ns = issue[i] + response[i];
        unbalanced += sum[i] != response[i] || response[i] <= 0;
        misflagged += (warmup[i] == 0) != (completion_ns >= WARMUP_NS && completion_ns < END_NS);
        disordered += completion_ns < last_ns || completion_ns >= END_NS;
        measured += warmup[i] == 0;
        last_ns = completion_ns;
    }
    CHECK_INT(unbalanced, 0);
    CHECK_INT(misflagged, 0);
    CHECK_INT(disordered, 0);
    CHECK_NEAR((double)measured, 1200, 120);
    CHECK_NEAR((double)(rows - measured), 300, 60);
    free(issue);
    free(response);
    free(warmup);
    free(sum);
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

/* The trace's measured I/Os of one kind, counted by hand. */
struct counted {
    int64_t count, bytes, max_ns;
    double sum_ns;
};

static struct counted count_rows(int64_t rows, int64_t *const columns[5], int64_t member, int64_t op)
{
    struct counted counted = {0};
    for (int64_t i = 0; i < rows; i++) {
        if (columns[0][i] != member || columns[1][i] != op || columns[2][i] != 0)
            continue;
        counted.count++;
        counted.bytes += columns[3][i];
        counted.sum_ns += (double)columns[4][i];
        counted.max_ns = columns[4][i] > counted.max_ns ? columns[4][i] : counted.max_ns;
    }
    return counted;
}

/* Compares one of the summary's sections with the rows whose `column` has the member's number. */
static void check_section(struct run_reader *reader, const json_t *summary, const char *section, const char *column)
{
    static const char *const ops[] = {"reads", "writes"};
    int64_t *columns[] = {run_output_column(reader, column), run_output_column(reader, "op"),
                          run_output_column(reader, "warmup"), run_output_column(reader, "length"),
                          run_output_column(reader, "response_time")};
    CHECK_INT(json_object_size(run_output_at(summary, section, NULL)), run_reader_name_count(reader, section));
    for (size_t member = 0; member < run_reader_name_count(reader, section); member++) {
        const json_t *said = run_output_at(summary, section, run_reader_name(reader, section, member), NULL);
        for (int op = 0; op < 2; op++) {
            struct counted counted = count_rows(run_reader_io_count(reader), columns, (int64_t)member, op);
            CHECK(counted.count > 50);
            CHECK_INT(json_integer_value(run_output_at(said, ops[op], "count", NULL)), counted.count);
            CHECK_NEAR(RUN_OUTPUT_NUMBER(said, ops[op], "per_s"), (double)counted.count / 4, 1e-6);
            CHECK_NEAR(RUN_OUTPUT_NUMBER(said, ops[op], "mb_per_s"), (double)counted.bytes / 4e6, 1e-6);
            CHECK_NEAR(RUN_OUTPUT_NUMBER(said, ops[op], "mean_ms"), counted.sum_ns / 1e6 / (double)counted.count, 1e-6);
            CHECK_NEAR(RUN_OUTPUT_NUMBER(said, ops[op], "max_ms"), (double)counted.max_ns / 1e6, 1e-6);
        }
    }
    for (int c = 0; c < 5; c++)
        free(columns[c]);
}

static void summary_counts_what_the_trace_holds(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    expect(ESSIM(folder.path, "run", "two.yaml"), 0);
    struct run_reader *reader = run_output_open(fixture_in(&folder, "two.h5").text);
    json_t *summary = run_output_summary(folder.path, "two.h5");
    if (reader && summary) {
        check_section(reader, summary, "workloads", "workload");
        check_section(reader, summary, "volumes", "volume");
        check_section(reader, summary, "hosts", "host");
        CHECK_STRING(run_reader_attribute(reader, "status"), "complete");
        CHECK_STRING(RUN_OUTPUT_TEXT(summary, "trace_digest"), run_reader_attribute(reader, "trace_digest"));
        CHECK_STRING(run_reader_attribute(reader, "scenario"), TWO_LOADS);
        CHECK_STRING(run_reader_attribute(reader, "history"), "essim run two.yaml");
    }
    json_decref(summary);
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void replications_stand_in_one_file(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "one.h5"), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "--set", "run.replications=2"), 0);
    struct run_reader *reader = run_output_open(fixture_in(&folder, "two.h5").text);
    struct run_reader *one = run_output_open(fixture_in(&folder, "one.h5").text);
    int64_t rows = reader ? run_reader_io_count(reader) : 0, first = one ? run_reader_io_count(one) : 0;
    int64_t *replication = run_output_column(reader, "replication"), *issue = run_output_column(reader, "issue_time");
    int64_t *alone = run_output_column(one, "issue_time"), wrong = 0, repeated = 0;
    CHECK(first > 1000 && rows > first + 1000);
    for (int64_t i = 0; i < rows; i++) {
        wrong += replication[i] != (i >= first) || (i < first && issue[i] != alone[i]);
        repeated += i >= first && i - first < first && issue[i] == alone[i - first];
    }
    CHECK_INT(wrong, 0);    /* the first is the run without replications */
    CHECK_INT(repeated, 0); /* the second is another */
    json_t *summary = run_output_summary(folder.path, "two.h5");
    CHECK_INT(json_integer_value(run_output_at(summary, "replications", NULL)), 2);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(summary, "measured_s"), 8, 1e-9);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(summary, "workloads", "one", "all", "per_s"), 200, 25);
    json_decref(summary);
    free(replication);
    free(issue);
    free(alone);
    run_reader_close(reader);
    run_reader_close(one);
    fixture_folder_remove(&folder);
}

/* ---- Ctrl-C ---- */

/* Waits until the file has that many bytes; false when the command ended before. */
static bool wait_for_bytes(const struct command *command, const char *path, off_t bytes)
{
    struct stat info = {0};
    while ((stat(path, &info) != 0 || info.st_size < bytes) && !command_has_ended(command))
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    return info.st_size >= bytes;
}

static void interrupted_run_is_kept(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct command *command = command_start(&(struct command_request){
        .folder = folder.path, .arguments = ESSIM_ARGUMENTS("run", "two.yaml", "--set", "run.duration=1000 d")});
    CHECK(wait_for_bytes(command, fixture_in(&folder, "two.h5.part").text, 400000));
    CHECK(!fixture_exists(fixture_in(&folder, "two.h5").text));
    kill(command_pid(command), SIGUSR1);
    nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    kill(command_pid(command), SIGINT);
    struct command_result result = command_wait(command);
    CHECK_INT(result.status, 130);
    CHECK_CONTAINS(result.errors, " s simulated ("); /* SIGUSR1's line */
    CHECK_CONTAINS(result.errors, "essim: wrote two.h5, interrupted\n");
    CHECK_CONTAINS(result.output, "interrupted");
    CHECK(!fixture_exists(fixture_in(&folder, "two.h5.part").text));
    command_result_free(&result);

    struct run_reader *reader = run_output_open(fixture_in(&folder, "two.h5").text);
    json_t *summary = run_output_summary(folder.path, "two.h5");
    CHECK_STRING(reader ? run_reader_attribute(reader, "status") : NULL, "interrupted");
    CHECK(json_is_false(run_output_at(summary, "complete", NULL)));
    double measured_s = RUN_OUTPUT_NUMBER(summary, "measured_s");
    int64_t *warmup = run_output_column(reader, "warmup"), measured = 0;
    for (int64_t i = 0; reader && i < run_reader_io_count(reader); i++)
        measured += warmup[i] == 0;
    CHECK(measured_s > 10 && measured > 3000);
    CHECK_INT(RUN_OUTPUT_NUMBER(summary, "workloads", "one", "all", "count") +
              RUN_OUTPUT_NUMBER(summary, "workloads", "two", "all", "count"), measured);
    CHECK_NEAR(RUN_OUTPUT_NUMBER(summary, "workloads", "one", "all", "per_s"), 200, 40);
    CHECK_NEAR((double)measured / measured_s, 300, 60);
    free(warmup);
    json_decref(summary);
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

static void inputs_are_not_overwritten(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct command_result result = ESSIM(folder.path, "run", "two.yaml", "-o", "two.yaml");
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "two.yaml: is the scenario itself");
    command_result_free(&result);
    CHECK_INT(symlink("two.yaml", fixture_in(&folder, "link.h5").text), 0);
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "link.h5"), 2);
    expect(ESSIM(folder.path, "check", "two.yaml"), 0);
    fixture_folder_remove(&folder);
}

static void a_scenario_without_workloads_is_refused(void)
{
    struct fixture_folder folder = fixture_folder_create();
    fixture_write_file(fixture_in(&folder, "empty.yaml").text, "title: nothing\nrun: {duration: 1 s}\n");
    struct command_result result = ESSIM(folder.path, "run", "empty.yaml");
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "has no workload");
    command_result_free(&result);
    CHECK(!fixture_exists(fixture_in(&folder, "empty.h5").text));
    fixture_folder_remove(&folder);
}

/* A server that is hardly used starts with the little dirty data it would have, and is not busy getting rid of more. */
static void a_light_load_starts_lightly(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    expect(ESSIM(folder.path, "run", "two.yaml", "--set", "run.start=warm", "--set", "workloads.one.rate_iops=2",
                 "--set", "workloads.two.rate_iops=2", "--set", "run.duration=60s"), 0);
    json_t *summary = run_output_summary(folder.path, "two.h5");
    CHECK(RUN_OUTPUT_NUMBER(summary, "resources", "FCA24/r0", "utilization") < 0.02);
    CHECK(RUN_OUTPUT_NUMBER(summary, "servers", "FCA24", "nvs", "occupancy_max") < 0.02);
    json_decref(summary);
    fixture_folder_remove(&folder);
}

UNIT_MAIN("run", {"a run writes over neither its scenario nor a link to it", inputs_are_not_overwritten},
          {"a scenario without workloads is refused", a_scenario_without_workloads_is_refused},
          {"a lightly loaded server starts warm without a burst of destaging", a_light_load_starts_lightly},
          {"a run file has the scenario's name, in the present folder", output_is_named_after_the_scenario},
          {"results go to standard output, messages to standard error, and -q silences them",
           results_and_messages_go_apart},
          {"bad input exits with 2, says why, and writes nothing", bad_input_writes_nothing},
          {"all mistakes of a scenario are told at once, each with its place", all_mistakes_are_told_at_once},
          {"an existing file is replaced whole or not at all", existing_file_is_replaced_whole_or_not_at_all},
          {"a seed decides the trace, and nothing else does", seed_decides_everything},
          {"a change of one workload or of the server leaves the other draws alone", change_leaves_other_draws_alone},
          {"each I/O's parts add up, and it is flagged as measured when it completes in the interval",
           rows_are_flagged_and_add_up},
          {"the summary counts what the trace holds", summary_counts_what_the_trace_holds},
          {"replications are told apart, and the first is the run alone", replications_stand_in_one_file},
          {"Ctrl-C keeps what was simulated, marked incomplete, and exits with 130", interrupted_run_is_kept})
