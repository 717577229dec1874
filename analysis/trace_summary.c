// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/json_value.h"
#include "analysis/summary.h"
#include "analysis/trace_slices.h"

static char *copy_text(const char *text, bool *good)
{
    char *copy = strdup(text ? text : "");
    *good &= copy != NULL;
    return copy;
}

/* As much of the run's config as a summary needs: the names. To be freed with config_free() in any case. */
static bool name_config(struct run_reader *reader, struct config *config, struct error *error)
{
    size_t workloads = run_reader_name_count(reader, "workloads");
    size_t volumes = run_reader_name_count(reader, "volumes");
    size_t hosts = run_reader_name_count(reader, "hosts");
    const char *title = run_reader_attribute(reader, "title");
    bool good = true;
    size_t pairs = run_reader_name_count(reader, "pairs");
    *config = (struct config){.title = title ? copy_text(title, &good) : NULL};
    config->workloads = calloc(workloads + 1, sizeof *config->workloads);
    config->volumes = calloc(volumes + 1, sizeof *config->volumes);
    config->hosts = calloc(hosts + 1, sizeof *config->hosts);
    config->pairs = calloc(pairs + 1, sizeof *config->pairs);
    if (config->pairs == NULL || config->workloads == NULL || config->volumes == NULL || config->hosts == NULL)
        return error_set(error, ERROR_RUN, NULL, "no memory for the trace's names");
    config->workload_count = workloads;
    config->volume_count = volumes;
    config->host_count = hosts;
    config->pair_count = pairs;
    for (size_t i = 0; i < pairs; i++) {
        config->pairs[i].name = copy_text(run_reader_name(reader, "pairs", i), &good);
        config->pairs[i].kind = run_reader_pair_kind(reader, i);
    }
    for (size_t i = 0; i < workloads; i++)
        config->workloads[i].name = copy_text(run_reader_name(reader, "workloads", i), &good);
    for (size_t i = 0; i < volumes; i++)
        config->volumes[i].label = copy_text(run_reader_name(reader, "volumes", i), &good);
    for (size_t i = 0; i < hosts; i++)
        config->hosts[i].name = copy_text(run_reader_name(reader, "hosts", i), &good);
    return good || error_set(error, ERROR_RUN, NULL, "no memory for the trace's names");
}

/* Hands the trace to the summary; *measured_s becomes the time from the first to the last measured completion. */
static bool count_ios(struct run_reader *reader, struct summary *summary, double *measured_s, struct error *error)
{
    struct trace_slices *slices = trace_slices_open(reader, true, error);
    if (slices == NULL)
        return false;
    sim_time first_ns = SIM_TIME_MAX, last_ns = 0;
    struct error damage = {0};
    struct io_record record;
    while (trace_slices_next(slices, &record, &damage)) {
        sim_time completion_ns = record.issue_ns + record.response_ns;
        if (record.measured && completion_ns < first_ns)
            first_ns = completion_ns;
        if (record.measured && completion_ns > last_ns)
            last_ns = completion_ns;
        summary_io(summary, &record);
    }
    trace_slices_close(slices);
    *measured_s = last_ns > first_ns ? (double)(last_ns - first_ns) / (double)SIM_S : NAN;
    return damage.kind == ERROR_NONE || error_set(error, damage.kind, damage.place, "%s", damage.message);
}

json_t *trace_summary(struct run_reader *reader, struct error *error)
{
    static const char *const warning =
        "no summary was written; this is what the trace holds, at rates over the time from its first to its last "
        "measured completion.";
    struct config config;
    struct summary *summary = NULL;
    json_t *json = NULL;
    const char *seed = run_reader_attribute(reader, "seed");
    struct summary_run run = {
        .seed = seed ? strtoull(seed, NULL, 10) : 0,
        .file = run_reader_attribute(reader, "scenario_file"),
        .sha256 = run_reader_attribute(reader, "scenario_sha256"),
        .version = run_reader_attribute(reader, "essim_version"),
        .warnings = &warning,
        .warning_count = 1,
        .trace_digest = run_reader_attribute(reader, "trace_digest"),
    };
    if (name_config(reader, &config, error))
        summary = summary_create(&config, error);
    if (summary && count_ios(reader, summary, &run.measured_s, error))
        json = summary_json(summary, &run, error);
    if (json && !json_value_set(json, "replications", json_null())) {
        error_set(error, ERROR_RUN, NULL, "no memory for the summary");
        json_decref(json);
        json = NULL;
    }
    summary_destroy(summary);
    config_free(&config);
    return json;
}
