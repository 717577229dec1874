// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run: `essim run SCENARIO [-o RUN.h5] [--set PATH=VALUE]... [--seed N]`.
 *
 * Loads the scenario, opens the traces it replays, simulates, and prints the summary.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/record.h"
#include "analysis/replay.h"
#include "analysis/summary_text.h"
#include "cli/command.h"
#include "cli/history.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/status.h"
#include "sim/memory.h"

struct request {
    const char *scenario;
    const char *output;      /* NULL: after the scenario's name */
    struct option_list sets;
    const char *seed;        /* NULL: the scenario's */
    const char *trace;       /* parts, io or none */
    int64_t jobs;
    bool quiet;
};

struct watch {
    struct progress progress;
    const volatile sig_atomic_t *interrupted;
};

static bool watch_run(void *context, const struct record_progress *at)
{
    struct watch *watch = context;
    progress_update(&watch->progress, at);
    return !*watch->interrupted;
}

/* "dir/first-look.yaml" gives "first-look.h5", in the present folder. */
static char *default_output(const char *scenario)
{
    const char *slash = strrchr(scenario, '/');
    char *name = memory_copy_string(slash ? slash + 1 : scenario);
    char *dot = strrchr(name, '.');
    if (dot != NULL && dot != name && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0))
        *dot = '\0';
    char *output = NULL;
    if (asprintf(&output, "%s.h5", name) < 0)
        output = NULL;
    free(name);
    return output;
}

static bool parse_trace(const char *word, enum run_trace *trace, struct error *error)
{
    if (strcmp(word, "parts") == 0)
        *trace = RUN_TRACE_PARTS;
    else if (strcmp(word, "io") == 0)
        *trace = RUN_TRACE_TIMES;
    else if (strcmp(word, "none") == 0)
        *trace = RUN_TRACE_NONE;
    else
        return error_set(error, ERROR_INPUT, "--trace", "'%s' is none of parts, io, none", word);
    return true;
}

static void close_traces(struct trace_source **sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (sources[i] != NULL)
            sources[i]->destroy(sources[i]);
    free(sources);
}

/* Opens the trace of each workload that replays one. All that cannot be opened are reported. */
static struct trace_source **open_traces(const struct config *config, int *status)
{
    struct trace_source **sources = memory_alloc_zeroed(config->workload_count, sizeof *sources);
    *status = STATUS_DONE;
    for (size_t i = 0; i < config->workload_count; i++) {
        const struct workload_config *workload = &config->workloads[i];
        struct error error = {0}, placed = {0};
        if (workload->kind != LOAD_TRACE)
            continue;
        sources[i] = replay_open(workload->trace_file, &error);
        if (sources[i] != NULL)
            continue;
        error_set(&placed, error.kind, workload->trace_place, "%s: %s", error.place, error.message);
        *status = status_report(&placed);
    }
    return sources;
}

/* Says where a trace reaches beyond the volumes it is laid on: its addresses wrap, what lay apart falls together. */
static void warn_of_wrapping(struct loaded *loaded, struct trace_source *const *sources)
{
    const struct config *config = scenario_config(loaded->scenario);
    for (size_t i = 0; i < config->workload_count; i++) {
        const struct workload_config *workload = &config->workloads[i];
        int64_t room = 0;
        if (sources[i] == NULL)
            continue;
        for (size_t v = 0; v < workload->volume_count; v++) {
            int64_t blocks = config->volumes[workload->volumes[v]].size_bytes / BLOCK_BYTES;
            room = sources[i]->device_count == 1 ? room + blocks : room == 0 || blocks < room ? blocks : room;
        }
        int64_t end = replay_end_block(sources[i], NULL);
        if (end > room)
            loaded_warn(loaded, memory_text("%s: the trace reaches %.1f GB into a device, its volumes hold %.1f GB: "
                                            "addresses wrap, and cache hits and seeks are not those of the recording",
                                            workload->trace_place, (double)end * BLOCK_BYTES * 1e-9,
                                            (double)room * BLOCK_BYTES * 1e-9));
    }
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* A run must not write over the scenario or a trace that it reads: one name may be meant for the other. */
static bool spares_inputs(const char *output, const char *scenario, const struct config *config, struct error *error)
{
    if (is_same_file(output, scenario))
        return error_set(error, ERROR_INPUT, output, "is the scenario itself; name another file for the run with -o");
    for (size_t i = 0; i < config->workload_count; i++) {
        const struct workload_config *workload = &config->workloads[i];
        if (workload->kind == LOAD_TRACE && is_same_file(output, workload->trace_file))
            return error_set(error, ERROR_INPUT, output, "is the trace that workload '%s' replays; name another file "
                             "for the run with -o", workload->name);
    }
    return true;
}

static int simulate(const struct request *request, const struct loaded *loaded, struct trace_source *const *sources,
                    const char *history)
{
    const struct scenario *scenario = loaded->scenario;
    char *output = request->output ? memory_copy_string(request->output) : default_output(request->scenario);
    struct error error = {0};
    struct run_identity identity = {
        .essim_version = ESSIM_VERSION,
        .command_line = history,
        .scenario_file = scenario_path(scenario),
        .scenario_text = scenario_text(scenario),
        .scenario_sha256 = scenario_sha256(scenario),
        .resolved_json = scenario_resolved_json(scenario),
        .catalog_json = scenario_catalog_json(scenario),
        .seed = scenario_config(scenario)->run.seed,
    };
    struct watch watch = {.interrupted = interrupt_watch()};
    struct record_request record = {
        .path = output,
        .config = scenario_config(scenario),
        .identity = &identity,
        .sources = sources,
        .warnings = (const char *const *)loaded->warnings,
        .warning_count = loaded->warning_count,
        .progress = watch_run,
        .context = &watch,
    };
    json_t *summary = NULL;
    enum record_outcome outcome = RECORD_FAILED;
    if (output == NULL)
        error_set(&error, ERROR_RUN, NULL, "no memory");
    else if (parse_trace(request->trace, &record.trace, &error) &&
             spares_inputs(output, request->scenario, record.config, &error)) {
        progress_begin(&watch.progress, request->quiet);
        outcome = record_run(&record, &summary, &error);
        progress_end(&watch.progress);
    }
    int status = STATUS_DONE;
    if (outcome == RECORD_FAILED) {
        status = status_report(&error);
    } else {
        summary_text_write(summary, stdout);
        if (!request->quiet) {
            fflush(stdout); /* where both go to one file or pipe, the word of it comes last */
            fputs("essim: wrote ", stderr);
            status_print_text(stderr, output);
            fputs(outcome == RECORD_INTERRUPTED ? ", interrupted\n" : "\n", stderr);
        }
        status = outcome == RECORD_INTERRUPTED ? STATUS_INTERRUPTED : STATUS_DONE;
    }
    json_decref(summary);
    free(output);
    return status;
}

static int load_and_simulate(const struct request *request, const char *history)
{
    struct loaded loaded;
    int status;
    if (!load_scenario(&loaded, request->scenario, &request->sets, request->seed, &status))
        return status;
    const struct config *config = scenario_config(loaded.scenario);
    struct trace_source **sources = open_traces(config, &status);
    if (status == STATUS_DONE && config->workload_count == 0 && !config_runs_tasks(config) &&
        !config_copies_at_start(config)) {
        struct error error = {0};
        error_set(&error, ERROR_INPUT, request->scenario,
                  "has no workload and runs no task, so there is nothing to simulate");
        status = status_report(&error);
    }
    if (status == STATUS_DONE) {
        warn_of_wrapping(&loaded, sources);
        status = simulate(request, &loaded, sources, history);
    }
    close_traces(sources, config->workload_count);
    loaded_free(&loaded);
    return status;
}

static int run(int argc, char **argv)
{
    struct request request = {.trace = "parts", .jobs = 1};
    const struct option_spec table[] = {
        {.name = "output", .letter = 'o', .value_name = "RUN.h5", .text = &request.output,
         .help = "run file to write; default: the scenario's name with .h5, in this folder"},
        {.name = "set", .value_name = "PATH=VALUE", .list = &request.sets,
         .help = "change a value of the scenario, e.g. servers.FCA24.cache=8GiB; can be repeated"},
        {.name = "seed", .value_name = "N", .text = &request.seed, .help = "the same as --set run.seed=N"},
        {.name = "trace", .value_name = "WHAT", .text = &request.trace,
         .help = "what to keep of each I/O: parts (default), io (without parts) or none"},
        {.name = "jobs", .letter = 'j', .value_name = "N", .integer = &request.jobs, .minimum = 1, .maximum = 4096,
         .help = "processors to use; one run uses one, and a second for writing, whatever N"},
        {.name = "quiet", .letter = 'q', .flag = &request.quiet,
         .help = "no progress and no word of the file written on standard error"},
    };
    const struct option_usage usage = {
        .command = "run", .arguments = "SCENARIO", .minimum = 1, .maximum = 1,
        .description = "Simulates a scenario, writes a run file and prints the summary.",
        .options = table, .count = sizeof table / sizeof table[0]};
    struct option_list arguments = {0};
    int status;
    if (options_parse(&usage, argc, argv, &arguments, &status)) {
        char *history = history_line(argc, argv);
        request.scenario = arguments.values[0];
        status = load_and_simulate(&request, history);
        free(history);
    }
    option_list_free(&arguments);
    option_list_free(&request.sets);
    return status;
}

const struct command command_run = {
    .name = "run", .summary = "simulate a scenario and write a run file", .run = run};
